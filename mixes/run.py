"""A run of EM that is stepped, half-stepped, watched, rewound, forked, saved and taken up again.

How one state follows from the last is in `mixes.stepping`: everything in an iteration depends on the parameters before
it, the seed and its number, so going back is nothing but taking earlier parameters.
"""

from dataclasses import replace
from numbers import Integral

import numpy as np
from sklearn.base import clone

from . import checks, stopping_criterion as stopping, tables
from .checks import within_range
from .edits import Edit
from .expectation import lower_bound, responsibilities
from .saved_run import run_from_json, run_to_json
from .stepping import Stepping
from .watched import Watched


def _check_iteration(iteration, states):
    if not isinstance(iteration, Integral) or not 0 <= iteration < len(states):
        raise ValueError(f"iteration is {checks.shown(iteration)}; this run has iterations 0 to {len(states) - 1}.")


def _edits(events):
    return tuple(event for event in events if event.kind == "edited")


class Run(Stepping):
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
        if rows.ndim != 1 or rows.dtype.kind not in "iu" or ((rows < 0) | (rows >= len(self.X))).any():
            raise ValueError(f"rows is {checks.shown(rows)}; it needs whole numbers from 0 to {len(self.X) - 1}.")
        self._watched, present = Watched(rows, tables.gathered(self.X, rows)), self._states[-1]
        v_next = self.schedule.inverse_temperature(present.iteration + 1)
        result = self._pass(self._density(present.iteration, present.parameters), present.inverse_temperature, v_next)
        self._states[-1] = replace(present, entropy=result.entropy)
        return self

    def watched_at(self, iteration):
        """Responsibilities (m, k) of an iteration's E half-step for the watched rows; at once for the last iteration."""
        if self._watched is None:
            raise RuntimeError("No rows are watched; call watch(rows) first.")
        states = self._all_states(iteration)
        before, state = self._before(iteration), states[iteration]
        kept = self._watched.of(before.parameters, state.inverse_temperature, state.eps)
        return self.responsibilities_at(iteration, self._watched.X) if kept is None else kept

    def rewind(self, iteration):
        """Go back to the end of an iteration; later states are dropped, and stepping gives them again.

        A fork that goes back to before it branched off takes its own settings from there, annealing begun anew.

        Returns
        -------
        self
        """
        _check_iteration(iteration, self._states)
        if other := self._structure(self._states[iteration].parameters):  # an edit made more or fewer components
            self.model.set_params(**other)
            vars(self.schedule).pop("held_shape", None)
        del self._states[iteration + 1 :]
        self.schedule.origin = min(self.schedule.origin, iteration)
        self._half = None
        return self

    def fork(self, iteration=None, edit=None, scaling=None, **changes):
        """A run that shares this one's past up to an iteration and goes on with changed settings, or edited parameters.

        Parameters
        ----------
        iteration : int, optional
            Where to branch off; by default here.
        edit : str or Edit, optional
            What a person does to the parameters of that iteration, see `mixes.edits`: ``run.fork(20, "d2(4.25,79.5)")``.
            The fork's state there has them, and an event that says so; it may have more or fewer components.
        scaling : Scaling, optional
            What made the rows of those that the numbers of the edit are in the units of.
        **changes : settings that steer
            ``use_annealing``, ``annealing_start_v``, ``annealing_shapes``, ``var_regularization``, ``update_rate``,
            ``max_iter``, ``stopping_criterion`` or ``evaluator``. With changed annealing the schedule begins anew at
            the fork; with another ``max_iter`` alone it goes on, in time to end before a smaller one.

        Returns
        -------
        Run

        Raises
        ------
        ValueError
            A setting that cannot change, or an edit that cannot be made.
        """
        foreign = [name for name in changes if name not in self.model.STEERING]
        if foreign:
            raise ValueError(f"{foreign[0]} cannot change within a run; start a new one. These can: {', '.join(self.model.STEERING)}.")
        t = len(self._states) - 1 if iteration is None else iteration
        _check_iteration(t, self._states)
        present = self._states[t]
        parameters, edited = present.parameters, ()
        if edit is not None:
            parameters, happened = self._edited(parameters, edit, scaling)
            edited = *_edits(present.events), happened
        structure = self._structure(parameters)
        model = clone(self.model).set_params(**changes, **structure)
        model.check_settings()
        if structure:
            model.check_structure(self.X if self.rows.in_memory else self.rows.sample.X)
        annealed = {"use_annealing", "annealing_start_v", "annealing_shapes"} & changes.keys()
        if t == 0 and annealed and not (edited or _edits(present.events)):
            # nothing has been fitted, and annealing starts from shapes of its own
            run = Run.begin(model, self.rows, self.seed, self.first)
            run.restarts = self.restarts
            return run
        schedule = (t, model.max_iter)
        if not annealed:
            schedule = min(self.schedule.origin, t), min(self.schedule.end, model.max_iter)
        run = Run(model, self.rows, self.seed, self._states[: t + 1], schedule)
        if edited or changes.keys() - {"max_iter", "evaluator"}:
            # what was learnt under the old settings says nothing of convergence under the new ones
            run._states[t] = replace(present, converged=False) if present.converged else present
        elif isinstance(run.criterion, stopping.Criterion):
            run.criterion.memory = {i: value for i, value in self.criterion.memory.items() if i <= t}
        run.restarts, run.first = self.restarts, self.first
        if t == 0 or edited:  # nothing has been fitted: what is given is measured as the new settings see it
            run._states[t] = run._measured(t, run._density(t, parameters), edited or present.events, given=True)
        return run

    def _edited(self, parameters, edit, scaling):
        """Parameters after an edit, and its event."""
        edit = edit if isinstance(edit, Edit) else Edit.read(edit)
        view = edit.view(self.X if self.rows.in_memory else self.rows.sample.X, scaling)
        edited = edit.applied(parameters, view)
        return edited, edit.told(edited, view)

    def _structure(self, parameters):
        """The keywords of the model that parameters other than its present ones need."""
        here = self._states[-1].parameters.structure
        other = {name: value for name, value in parameters.structure.items() if value != here[name]}
        return other | {"init": parameters} if other and not isinstance(self.model.init, str) else other

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
        return self._before(iteration).parameters.clusters(self.path_responsibilities_at(iteration, X))

    def path_responsibilities_at(self, iteration, X=None):
        """The same for the paths of a deep model (n, S); those of the components for other models."""
        states, density = self._all_states(iteration), self._density_before(iteration)
        X = self.rows.walk if X is None else checks.other_rows(X, self.X.shape[1])
        return responsibilities(density, X, eps=states[iteration].eps, inverse_temperature=states[iteration].inverse_temperature)

    def bound_at(self, iteration, half="M"):
        """The lower bound of the objective that an iteration's E half-step made, for the parameters at one of its half-steps.

        EM climbs it: the E half-step lifts it until it touches the objective, the M half-step to the highest parameters; so
        it never falls (Neal and Hinton, 1998, in Jordan, Learning in Graphical Models). Without regularisation the objective
        is the log-likelihood.

        Parameters
        ----------
        iteration : int
        half : "E" or "M"

        Returns
        -------
        float

        Raises
        ------
        ValueError
            No E half-step led to that iteration, or it was annealed, or its paths were sampled.
        """
        checks.one_of("half", half, ("E", "M"))
        state, before = self._all_states(iteration)[iteration], self._before(iteration)
        if before is state:
            raise ValueError(f"Iteration {iteration} has no bound: its parameters were given, no E half-step led to them.")
        if state.inverse_temperature < 1:
            raise ValueError(f"Iteration {iteration} was annealed; its bound is one of another objective.")
        made = self._density_before(iteration)
        if made.sampled:
            raise ValueError("The paths were sampled: their densities are estimates, which bound nothing.")
        density = made if half == "E" or state.half == "E" else self._density(iteration, state.parameters)
        with within_range():
            return lower_bound(density, made, self.rows.walk, eps=state.eps)

    def path_numbers_at(self, iteration):
        """Which of all paths those of `path_responsibilities_at` are, where some are drawn; None: all, in their order."""
        return self._density_before(iteration).path_numbers

    def _density_before(self, iteration):
        """The density that an iteration's E half-step was made with."""
        before = self._before(iteration)
        return self._density(before.iteration, before.parameters)

    def _before(self, iteration):
        """The state that an iteration's E half-step was made from; its own where that has no M half-step behind it."""
        states = self._all_states(iteration)
        return states[iteration if states[iteration].given else iteration - 1]

    def _all_states(self, iteration):
        """The states with the present half-step; this iteration must be among them."""
        states = self._states if self._half is None else [*self._states, self._half]
        _check_iteration(iteration, states)
        return states

    def to_json(self):
        """Everything but the data, as JSON text; see `from_json`."""
        return run_to_json(self)

    @classmethod
    def from_json(
        cls, text, X, sample_weight=None, X_validation=None, *, stopping_criterion=None, evaluator=None, n_threads=None, client=None
    ):
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
        n_threads, client
            As of ``model.start``.

        Returns
        -------
        Run
        """
        return run_from_json(cls, text, X, sample_weight, X_validation, stopping_criterion, evaluator, n_threads, client)

    def fingerprint(self):
        """A digest of the rows, weights and held-out rows: the same data give the same text."""
        return self.rows.fingerprint
