"""What a run has been through: the state of each half-step, and the states of all iterations."""

from dataclasses import dataclass, field
from numbers import Real

import numpy as np

from .register import Saved


@dataclass(frozen=True)
class State(Saved):
    """One half-step of one iteration.

    Attributes
    ----------
    iteration : int
    half : "E" or "M"
        After "E" the parameters are still those of the iteration before; after "M" they are new.
    parameters : the model's parameters
    inverse_temperature : float
        The v of this iteration; `temperature` is its old name, which saved text keeps.
    log_likelihood : float
        Of these parameters: the plain sum of log densities over the rows.
    objective : float
        What EM raises at this v, with the regularisation in it; equal to ``log_likelihood`` without both.
    log_likelihood_validation : float or None
        Sum of log densities over the held-out rows.
    metrics : dict
        The evaluator's values.
    events : tuple of Event
    converged : bool
        The stopping criterion holds.
    eps : float
        The variance regularisation of this iteration, in the units of the data's variance.
    entropy : float or None
        Of the clusters' plain posterior probabilities, summed over rows; None unless the run is watched.
    """

    iteration: int
    half: str
    parameters: object
    inverse_temperature: float = field(metadata={"saved": "temperature"})
    log_likelihood: float
    objective: float
    log_likelihood_validation: float | None = None
    metrics: dict = field(default_factory=dict)
    events: tuple = ()
    converged: bool = False
    eps: float = 0.0
    entropy: float | None = None

    @property
    def temperature(self):
        """Old name of `inverse_temperature`."""
        return self.inverse_temperature

    @property
    def given(self):
        """Whether the parameters were given, at the start or by an edit, and not found by EM."""
        return self.iteration == 0 or any(event.kind == "edited" for event in self.events)


class Trace:
    """The states after each iteration of a run; ``trace[t]`` is that of iteration t."""

    def __init__(self, states):
        self._states = tuple(states)

    def __len__(self):
        return len(self._states)

    def __getitem__(self, t):
        return Trace(self._states[t]) if isinstance(t, slice) else self._states[t]

    def _column(self, name):
        return np.array([getattr(state, name) for state in self._states], dtype=float)

    @property
    def log_likelihood(self):
        """Log-likelihood of each iteration (T + 1,)."""
        return self._column("log_likelihood")

    @property
    def objective(self):
        """Objective of each iteration (T + 1,)."""
        return self._column("objective")

    @property
    def inverse_temperature(self):
        """Inverse temperature v of each iteration (T + 1,)."""
        return self._column("inverse_temperature")

    @property
    def temperature(self):
        """Old name of `inverse_temperature`."""
        return self.inverse_temperature

    @property
    def log_likelihood_validation(self):
        """Held-out log-likelihood of each iteration (T + 1,); NaN without held-out rows."""
        return self._column("log_likelihood_validation")

    @property
    def metrics(self):
        """Name -> values of each iteration (T + 1,), NaN where it was not evaluated; of the metrics that are numbers."""
        names = dict.fromkeys(name for state in self._states for name, value in state.metrics.items() if isinstance(value, Real))
        return {name: np.array([state.metrics.get(name, np.nan) for state in self._states], dtype=float) for name in names}

    @property
    def events(self):
        """Pairs (iteration, Event) in order."""
        return [(state.iteration, event) for state in self._states for event in state.events]

    def to_frame(self):
        """A pandas DataFrame with a row for each iteration."""
        import pandas as pd

        return pd.DataFrame(
            {
                "iteration": [state.iteration for state in self._states],
                "inverse_temperature": self.inverse_temperature,
                "log_likelihood": self.log_likelihood,
                "objective": self.objective,
                "log_likelihood_validation": self.log_likelihood_validation,
                **self.metrics,
                "converged": [state.converged for state in self._states],
                "events": [" ".join(str(event) for event in state.events) for state in self._states],
            }
        )
