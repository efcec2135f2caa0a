"""A run of EM that is stepped, half-stepped, rewound, forked, saved and taken up again.

Everything random in iteration t depends on the seed and t only, and everything else on the parameters of iteration
t - 1, so going back is nothing but taking earlier parameters.
"""

from copy import deepcopy
from dataclasses import replace
from numbers import Integral

import numpy as np
from sklearn.base import clone

from . import checks, events, stopping_criterion as stopping
from .checks import within_range
from .damping import interpolate
from .evaluator import Evaluator
from .expectation import entropy, expectation, log_density, responsibilities
from .schedule import Schedule
from .serialization import run_from_json, run_to_json
from .threads import one_thread
from .trace import State, Trace
from .watched import Watched

# A relative fall of the objective above this is reported; smaller ones, and those within the figures that covariances
# near singularity have (`mixes.gaussians.rounding`), are rounding.
_ROUNDING = 1e-10


def _check_iteration(iteration, states):
    if not isinstance(iteration, Integral) or not 0 <= iteration < len(states):
        raise ValueError(f"iteration is {checks.shown(iteration)}; this run has iterations 0 to {len(states) - 1}.")


class Run:
    """EM on one data set, step by step; made by ``model.start(X)``.

    Attributes
    ----------
    state : State
        The present half-step.
    trace : Trace
        The states after each iteration so far.
    model : estimator
        The settings the run goes on with.
    rows : Rows
    seed : int
    restarts : tuple of dict
        How each start ended, when there were several.
    """

    def __init__(self, model, rows, seed, states, schedule=None):
        self.model, self.rows, self.seed = model, rows, seed
        self.schedule = Schedule(model, rows, self.eps, seed, *(schedule or (0, model.max_iter)))
        self.restarts = ()
        self.first = True  # of the starts that a model makes of its data, not one of the others
        self.criterion = deepcopy(stopping.resolve(model.stopping_criterion))
        self._evaluator, self._every = deepcopy(model.evaluator), 1
        if isinstance(self._evaluator, Evaluator):
            self._evaluator, self._every = self._evaluator.at(rows.present), self._evaluator.calc_frequency
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
        model, parameters, happened = self.model, self.model.init, ()
        if isinstance(model.init, str):
            with within_range(np.linalg.LinAlgError):  # a start may have reasons of its own to refuse
                parameters, happened = model.initial_parameters(self.X, self.rows.weight, self.eps, self.floor,
                                                                np.random.default_rng([self.seed, 0]), self.first)
            if (annealing := self.schedule.annealing(1)) and annealing.shape:
                parameters = parameters.with_shape(annealing.shape)
        self._states = [self._measured(0, parameters, self.schedule.inverse_temperature(1), tuple(happened))]

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

    def _pass(self, iteration, parameters, v, v_next, keep=False):
        keep = keep or self._watched is not None
        # given parameters may be wrong, and their own sentence says how; those of a step are only out of range
        with within_range() if iteration else np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            density = self.model.density_of(parameters, (self.seed, iteration), self.rows.box)
        with within_range():
            result = expectation(density, self.X, self.rows.unequal, eps=self.eps, inverse_temperature=v,
                                 next_inverse_temperature=v_next, keep_clusters=parameters.n_clusters if keep else 0)
            if not np.isfinite(result.log_likelihood + result.objective + result.next_objective):
                raise ValueError("a log-likelihood is not finite")
        if self._watched is not None:
            self._watched.keep(parameters, v_next, self.eps, result.responsibilities)
        self._cache = (parameters, v_next, self.eps, density, result)
        return density, result

    def _measured(self, iteration, parameters, v, happened):
        """The state after an M half-step; the same pass over the rows gives the statistics of the next iteration."""
        v_next = self.schedule.inverse_temperature(iteration + 1)
        evaluate = self._evaluator is not None and iteration % self._every == 0
        ask = self.criterion is not None and v == 1 and iteration > 0
        own_rule = ask and not isinstance(self.criterion, stopping.LogLikelihoodCriterion)
        density, result = self._pass(iteration, parameters, v, v_next, keep=evaluate or own_rule)
        objective = result.objective - self.schedule.penalty(max(iteration, 1), parameters)
        probs = result.posterior
        pred = None if probs is None else probs.argmax(axis=1)
        metrics = dict(self._evaluator(self.X, pred)) if evaluate else {}
        converged = bool(ask and self.criterion(iteration, self.X, probs, pred, objective))
        if self.criterion is not None and not converged and iteration == self.model.max_iter:
            happened += (events.not_converged(iteration),)
        if converged or iteration == self.model.max_iter:
            happened += tuple(self.model.degenerate_components(density, self.X, self.rows.weight))
        held_out = None if self.X_validation is None else float(log_density(density, self.X_validation).sum())
        return State(iteration, "M", parameters, v, result.log_likelihood, objective, held_out, metrics,
                     happened, converged, self.eps, None if self._watched is None else entropy(probs))

    def watch(self, rows):
        """From now on keep what each pass of EM tells of some rows, for `watched_at`, and the entropy of every state.

        Parameters
        ----------
        rows : array of int
            Which of the rows that are fitted, from 0.

        Returns
        -------
        self
        """
        rows = np.asarray(rows)
        if rows.ndim != 1 or rows.dtype.kind not in "iu" or not np.isin(rows, np.arange(len(self.X))).all():
            raise ValueError(f"rows is {checks.shown(rows)}; it needs whole numbers from 0 to {len(self.X) - 1}.")
        self._watched, present = Watched(rows), self._states[-1]
        v_next = self.schedule.inverse_temperature(present.iteration + 1)
        _, result = self._pass(present.iteration, present.parameters, present.temperature, v_next)
        self._states[-1] = replace(present, entropy=entropy(result.posterior))
        return self

    def watched_at(self, iteration):
        """Responsibilities (m, k) of an iteration's E half-step for the watched rows; at once for the last iteration."""
        if self._watched is None:
            raise RuntimeError("No rows are watched; call watch(rows) first.")
        states = self._all_states(iteration)
        before, state = states[max(iteration - 1, 0)], states[iteration]
        kept = self._watched.of(before.parameters, state.temperature, state.eps)
        return self.responsibilities_at(iteration, self.X[self._watched.rows]) if kept is None else kept

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
            self._pass(before.iteration, before.parameters, v, v)
        objective = self._cache[4].next_objective - self.schedule.penalty(before.iteration + 1, before.parameters)
        self._half = replace(before, iteration=before.iteration + 1, half="E", temperature=v, objective=objective,
                             events=(), converged=False, eps=self.eps)
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
            parameters, happened = density.maximisation(result.statistics, self.eps, self.floor,
                                                        self.schedule.annealing(half.iteration))
            finer = density.finer(result.statistics, parameters)
            if finer is not None:
                again = expectation(finer, self.X, self.rows.unequal, eps=self.eps, inverse_temperature=half.temperature)
                parameters, happened = finer.maximisation(again.statistics, self.eps, self.floor,
                                                          self.schedule.annealing(half.iteration))
        if self.model.update_rate < 1:
            parameters = interpolate(half.parameters, parameters, self.model.update_rate)
        moved = any(event.kind == "held apart" for event in happened)
        state = self._measured(half.iteration, parameters, half.temperature, tuple(happened))
        change = state.objective - half.objective
        lost = self.rows.mass * max(either.rounding for either in (density, self._cache[3]))
        if change < -_ROUNDING * max(1.0, abs(half.objective)) - lost and not moved:
            fell = events.objective_fell(change, self.model.update_rate < 1, density.sampled)
            state = replace(state, events=(*state.events, fell))
        self._half = None
        self._states.append(state)
        return state

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

    def rewind(self, iteration):
        """Go back to the end of an iteration; later states are dropped, and stepping gives them again.

        A fork that goes back to before it branched off takes its own settings from there, annealing begun anew.

        Returns
        -------
        self
        """
        _check_iteration(iteration, self._states)
        del self._states[iteration + 1:]
        self.schedule.origin = min(self.schedule.origin, iteration)
        self._half = None
        return self

    def fork(self, iteration=None, **changes):
        """A run that shares this one's past up to an iteration and goes on with changed settings.

        Parameters
        ----------
        iteration : int, optional
            Where to branch off; by default here.
        **changes : settings that steer
            ``use_annealing``, ``annealing_start_v``, ``annealing_shapes``, ``var_regularization``, ``update_rate``,
            ``max_iter``, ``stopping_criterion`` or ``evaluator``. With changed annealing the schedule begins anew at
            the fork; with another ``max_iter`` alone it goes on, in time to end before a smaller one.

        Returns
        -------
        Run
        """
        foreign = [name for name in changes if name not in self.model.STEERING]
        if foreign:
            raise ValueError(f"{foreign[0]} cannot change within a run; start a new one. These can: "
                             f"{', '.join(self.model.STEERING)}.")
        t = len(self._states) - 1 if iteration is None else iteration
        _check_iteration(t, self._states)
        model = clone(self.model).set_params(**changes)
        model.check_settings()
        annealed = {"use_annealing", "annealing_start_v", "annealing_shapes"} & changes.keys()
        if t == 0 and annealed:  # nothing has been fitted, and annealing starts from shapes of its own
            first = not self.restarts or self.restarts[0]["seed"] == self.seed
            run = Run.begin(model, self.rows, self.seed, first)
            run.restarts = self.restarts
            return run
        schedule = (t, model.max_iter)
        if not annealed:
            schedule = min(self.schedule.origin, t), min(self.schedule.end, model.max_iter)
        run = Run(model, self.rows, self.seed, self._states[:t + 1], schedule)
        present = self._states[t]
        if changes.keys() - {"max_iter", "evaluator"}:
            # what was learnt under the old settings says nothing of convergence under the new ones
            run._states[t] = replace(present, converged=False) if present.converged else present
        elif isinstance(run.criterion, stopping.Criterion):
            run.criterion.memory = {i: value for i, value in self.criterion.memory.items() if i <= t}
        run.restarts, run.first = self.restarts, self.first
        if t == 0:  # nothing has been fitted: iteration 0 is measured as the new settings see it
            run._states = [run._measured(0, present.parameters, run.schedule.inverse_temperature(1), present.events)]
        return run

    def responsibilities(self, X=None):
        """Responsibilities (n, k) of the clusters that the present state was made with or, at iteration 0, begins with.

        After an E half-step they are new; after the M half-step that follows they are the same ones.

        Parameters
        ----------
        X : array (m, d), optional
            Other rows; by default those that are fitted.
        """
        return self.responsibilities_at(self.state.iteration, X)

    def responsibilities_at(self, iteration, X=None):
        """Responsibilities (n, k) of an iteration's E half-step; see `responsibilities`."""
        return self.state.parameters.clusters(self.path_responsibilities_at(iteration, X))

    def path_responsibilities_at(self, iteration, X=None):
        """The same for the paths of a deep model (n, S); those of the components for other models."""
        states, density = self._all_states(iteration), self._density_before(iteration)
        X = self.X if X is None else checks.other_rows(X, self.X.shape[1])
        return responsibilities(density, X, eps=states[iteration].eps,
                                inverse_temperature=states[iteration].temperature)

    def path_numbers_at(self, iteration):
        """Which of all paths those of `path_responsibilities_at` are, where some are drawn; None: all, in their order."""
        return self._density_before(iteration).path_numbers

    def _density_before(self, iteration):
        """The density that an iteration's E half-step was made with."""
        before = max(iteration - 1, 0)
        parameters = self._all_states(iteration)[before].parameters
        return self.model.density_of(parameters, (self.seed, before), self.rows.box)

    def _all_states(self, iteration):
        """The states with the present half-step; this iteration must be among them."""
        states = self._states if self._half is None else [*self._states, self._half]
        _check_iteration(iteration, states)
        return states

    def to_json(self):
        """Everything but the data, as JSON text; see `from_json`."""
        return run_to_json(self)

    @classmethod
    def from_json(cls, text, X, sample_weight=None, X_validation=None, *, stopping_criterion=None, evaluator=None):
        """Take up a saved run; it goes on with the same numbers.

        Parameters
        ----------
        text : str
            What `to_json` gave.
        X, sample_weight, X_validation
            The same data as before.
        stopping_criterion : callable, optional
            Needed when the run had a callable of its own, which JSON cannot hold.
        evaluator : Evaluator, optional
            Needed when the run had one.

        Returns
        -------
        Run
        """
        return run_from_json(cls, text, X, sample_weight, X_validation, stopping_criterion, evaluator)

    def fingerprint(self):
        """A digest of the rows, weights and held-out rows: the same data give the same text."""
        return self.rows.fingerprint
