"""EM in half-steps: how one state of a run follows from the last.

Everything random in iteration t depends on the seed and t only, and everything else on the parameters of iteration
t - 1.
"""

from copy import deepcopy
from dataclasses import replace
from math import isfinite

import numpy as np

from . import events, stopping_criterion as stopping
from .checks import quiet, within_range
from .evaluator import Evaluator
from .expectation import expectation, log_density
from .schedule import Schedule
from .threads import one_thread
from .trace import State, Trace

# A relative fall of the objective above this is reported; smaller ones, and those within the figures that covariances
# near singularity have (`mixes.gaussians.rounding`), are rounding.
ROUNDING = 1e-10


class Stepping:
    """Rows, settings and the states so far; each half-step makes the next state."""

    def __init__(self, model, rows, seed, states, schedule=None):
        self.model, self.rows, self.seed = model, rows, seed
        self.schedule = Schedule(model, rows, self.eps, seed, *(schedule or (0, model.max_iter)))
        self.restarts = ()
        self.first = True  # of the starts that a model makes of its data, not one of the others
        self.criterion = deepcopy(stopping.resolve(model.stopping_criterion))
        self._evaluator, self._every = deepcopy(model.evaluator), 1
        if isinstance(self._evaluator, Evaluator):
            self._evaluator, self._every = self._evaluator.at(rows.present), self._evaluator.calc_frequency
        if not rows.in_memory and (name := model.looks_at_all_rows):
            raise ValueError(f"{name} looks at all rows at once, and X is read chunk by chunk; leave it out, or load X as an array.")
        self._states, self._half = list(states), None
        self._cache, self._watched = None, None

    @classmethod
    def begin(cls, model, rows, seed, first=True):
        """A run at iteration 0 (called by ``model.start``); not the first of several may start elsewhere."""
        run = cls(model, rows, seed, [])
        run.first = first
        run._begin()
        return run

    def _begin(self):
        """Make iteration 0: the start that the settings and the seed give."""
        model, parameters, happened = self.model, None, ()
        if not isinstance(model.init, str):
            parameters = model.given_parameters()
        else:
            with within_range(np.linalg.LinAlgError):  # a start may have reasons of its own to refuse
                parameters, happened = model.initial_parameters(
                    *self.rows.sample, self.eps, self.floor, np.random.default_rng([self.seed, 0]), self.first
                )
            if (annealing := self.schedule.annealing(1)) and annealing.shape:
                parameters = parameters.with_shape(annealing.shape)
        density = self._density(0, parameters)
        self._states = [self._measured(0, density, tuple(happened), given=True)]

    @property
    def X(self):
        """The rows (n, d) that are fitted: those given that have weight."""
        return self.rows.X

    @property
    def X_validation(self):
        """The held-out rows (m, d), or None."""
        return self.rows.X_validation

    @property
    def eps(self):
        """Variance regularisation in the units of the data's variance."""
        return self.model.var_regularization * self.rows.variance

    @property
    def floor(self):
        """The smallest eigenvalue a covariance may have."""
        return self.rows.floor

    @property
    def state(self):
        return self._states[-1] if self._half is None else self._half

    @property
    def trace(self):
        return Trace(self._states)

    @property
    def finished(self):
        """The stopping criterion holds, or ``max_iter`` is reached."""
        return self._half is None and (self.state.converged or self.state.iteration >= self.model.max_iter)

    def _density(self, iteration, parameters):
        # given parameters may be wrong, and their own sentence says how; those of a step are only out of range
        with within_range() if iteration else quiet():
            return self._density_of(iteration, parameters)

    def _density_of(self, iteration, parameters):
        return self.model.density_of(parameters, (self.seed, iteration), self.rows.box)

    def _pass(self, density, v, v_next, keep=False):
        watched, parameters = self._watched, density.parameters
        keep = keep or watched is not None and self.rows.few
        with within_range():
            result = expectation(
                density,
                self.rows.walk,
                eps=self.eps,
                inverse_temperature=v,
                next_inverse_temperature=v_next,
                n_clusters=parameters.n_clusters if keep or watched is not None else 0,
                keep=keep,
            )
            if not isfinite(result.log_likelihood + result.objective + result.next_objective):
                raise ValueError("a log-likelihood is not finite")
        if keep and watched is not None:
            watched.keep(parameters, v_next, self.eps, result.responsibilities)
        self._cache = (parameters, v_next, self.eps, density, result)
        return result

    def _measured(self, iteration, density, happened, given=False):
        """The state after an M half-step; the same pass over the rows gives the statistics of the next iteration.

        Parameters that are ``given``, at a start or by an edit, are seen as the next iteration sees them.
        """
        v_next = self.schedule.inverse_temperature(iteration + 1)
        v = v_next if given else self.schedule.inverse_temperature(iteration)
        evaluate = self._evaluator is not None and iteration % self._every == 0
        ask = self.criterion is not None and v == 1 and not given
        own_rule = ask and not stopping.of_objective(self.criterion)
        parameters, result = density.parameters, self._pass(density, v, v_next, keep=evaluate or own_rule)
        objective = result.objective - self.schedule.penalty(iteration + given, parameters)
        probs = result.posterior
        pred = None if probs is None else probs.argmax(axis=1)
        metrics = dict(self._evaluator(self.X, pred)) if evaluate else {}
        converged = bool(ask and self.criterion(iteration, self.X, probs, pred, objective))
        undecided = None if self._watched is None else result.entropy
        return self.state_after(iteration, density, result.log_likelihood, objective, converged, v, metrics, happened, undecided)

    def state_after(
        self, iteration, density, log_likelihood, objective, converged, inverse_temperature=1.0, metrics=None, happened=(), entropy=None
    ):
        """The `State` of an M half-step, with what is said at the end of a run where it is one."""
        if self.criterion is not None and not converged and iteration == self.model.max_iter:
            happened += (events.not_converged(iteration),)
        if converged or iteration == self.model.max_iter:
            happened += tuple(self.model.degenerate_components(density, *self.rows.sample))
        held_out = None if self.X_validation is None else float(log_density(density, self.rows.validation).sum())
        return State(
            iteration,
            "M",
            density.parameters,
            inverse_temperature,
            log_likelihood,
            objective,
            held_out,
            metrics or {},
            happened,
            converged,
            self.eps,
            entropy,
        )

    def expectation(self):
        """The E half-step: only the responsibilities change.

        Returns
        -------
        State
        """
        if self._half is not None:
            raise RuntimeError("The E half-step is done; maximization() comes next.")
        before = self._states[-1]
        v = self.schedule.inverse_temperature(before.iteration + 1)
        if self._cache is None or self._cache[0] is not before.parameters or self._cache[1:3] != (v, self.eps):
            self._pass(self._density(before.iteration, before.parameters), v, v)
        objective = self._cache[4].next_objective - self.schedule.penalty(before.iteration + 1, before.parameters)
        changed = {"iteration": before.iteration + 1, "half": "E", "inverse_temperature": v, "objective": objective}
        self._half = State(**vars(before) | changed | {"events": (), "converged": False, "eps": self.eps})
        return self._half

    @one_thread
    def maximization(self):
        """The M half-step: only the parameters change.

        Returns
        -------
        State
        """
        if self._half is None:
            raise RuntimeError("The M half-step needs responsibilities; call expectation() first.")
        half = self._half
        *_, density, result = self._cache
        with within_range():
            for _ in range(3):  # at most twice again: in a form that keeps more of the rows, then about the new parameters
                statistics = result.statistics
                parameters, happened = density.maximisation(statistics, self.eps, self.floor, self.schedule.annealing(half.iteration))
                parameters = parameters.pinned_as(half.parameters)
                new = self._density_of(half.iteration, parameters)
                finer = density.finer(statistics, new)
                if finer is None:
                    break
                density = finer
                result = expectation(density, self.rows.walk, eps=self.eps, inverse_temperature=half.inverse_temperature)
        if self.model.update_rate < 1:
            parameters = parameters.damped(half.parameters, self.model.update_rate).pinned_as(half.parameters)
        if parameters is not new.parameters:
            new = self._density(half.iteration, parameters)
        moved = any(event.kind == "held apart" for event in happened)
        happened = [event for event in happened if not self._of_a_pinned_shape(event)]
        state = self._measured(half.iteration, new, tuple(happened))
        change = state.objective - half.objective
        allowed = -ROUNDING * max(1.0, abs(half.objective))
        if change < allowed and not moved and change < allowed - self.rows.mass * max(each.rounding for each in (density, self._cache[3])):
            fell = events.objective_fell(change, self.model.update_rate < 1, density.sampled)
            state = replace(state, events=(*state.events, fell))
        self._half = None
        self._states.append(state)
        return state

    def _of_a_pinned_shape(self, event):
        """Whether an event tells of a shape that was not taken, as its cluster is pinned."""
        of_shapes = event.kind in ("covariance floored", "thin component") and event.layer in (None, 1)
        return of_shapes and event.component in self._half.parameters.pinned

    def step(self):
        """One iteration: both half-steps, or the M half-step when the E half-step is done.

        Returns
        -------
        State
        """
        if self._half is None:
            self.expectation()
        return self.maximization()

    def finish(self):
        """Step until the run is finished, and return the last State."""
        while not self.finished:
            self.step()
        return self.state
