"""An experiment: a data set, the settings of a model, and the run they give. No Streamlit in here."""

import time
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from mixes import Run, View, stopping_criterion, tables
from mixes.datasets import Dataset, Scaling
from mixes.selection import run_of
from mixes.threads import one_thread

from . import cluster, measured
from .models import MODELS
from .saved import Saved
from .settings import MOST_ITERATIONS

SHOWN_POINTS = 2000
MORE_ITERATIONS = 200  # that one click adds to a run


@dataclass(frozen=True)
class Settings:
    """What a person has chosen. ``structure`` defines the model; a change there starts a new run.

    ``start_number`` tells the starts of a seed apart, which are those that ``n_init`` would take. ``code`` is the Python
    expression that gives the data.
    """

    dataset_key: str
    model: str  # a key of MODELS
    structure: dict
    steering: dict
    threshold: float
    stop_when_it_holds: bool
    standardise: bool = True
    held_out: float = 0.0
    code: str = ""
    start_number: int = 0

    def same_start(self, other):
        """Whether a run with other settings could be a fork of one with these."""

        def start(s):
            return s.dataset_key, s.model, s.structure, s.start_number, s.standardise, s.held_out

        return other is not None and start(self) == start(other)


@dataclass
class Experiment:
    """A run with the data and settings it came from."""

    id: str
    dataset: Dataset
    settings: Settings
    scaling: Scaling
    rows: np.ndarray  # of all of the data set: those that are fitted
    shown: np.ndarray  # of the fitted rows: those that are drawn
    run: Run
    parent: "Experiment | None" = None
    forked_at: int = 0
    edit: str = ""  # what was done by hand where it was forked, see `mixes.edits`
    widgets: dict = field(default_factory=dict)
    seconds: list = field(default_factory=lambda: [0.0])  # of computing, from the start to each iteration
    splits: list = field(default_factory=list)  # (held-out score, problem) of the model on each random split so far
    _shares: dict = field(default_factory=dict)  # of each iteration so far, see `shares`

    @property
    def entry(self):
        return MODELS[self.settings.model]

    @property
    def summary(self):
        return self.entry.summary(self.settings.structure)

    @property
    def clusters(self):
        """Number of first-layer components: what colours stand for."""
        return self.entry.clusters(self.settings.structure)

    @property
    def title(self):
        return f"{self.entry.title}, {self.summary}, on {self.dataset.name}"

    @property
    def name(self):
        """A short name for the list of runs."""
        how = "edited" if self.edit else "changed"
        fork = f", {how} at iteration {self.forked_at}" if self.parent else ""
        return f"{self.settings.model}, {self.summary}, {self.dataset.name}{fork}"

    def step(self):
        """One iteration more."""
        began = time.perf_counter()
        self.run.step()
        self.seconds.append(self.seconds[-1] + time.perf_counter() - began)
        self.shares(self.run.state.iteration)  # while the run still has them

    def shares(self, iteration):
        """The cluster (n,) that each drawn row most likely belongs to at an iteration's E half-step, and how likely, of 255."""
        if iteration not in self._shares:
            posterior = self.run.watched_at(iteration)
            self._shares[iteration] = (posterior.argmax(axis=1).astype(np.uint8), np.rint(255 * posterior.max(axis=1)).astype(np.uint8))
        return self._shares[iteration]

    @property
    def newest(self):
        """The newest iteration."""
        return len(self.run.trace) - 1

    @property
    def most_clusters(self):
        """The most clusters that it had at any iteration: edits make more or fewer."""
        return max(state.parameters.n_clusters for state in self.run.trace)

    @property
    def shaped_at(self):
        """The iteration from which on it has the clusters that it has now."""
        trace, k = self.run.trace, self.clusters
        return next((t + 1 for t in range(self.newest, -1, -1) if trace[t].parameters.n_clusters != k), 0)

    def edited_at(self, iteration):
        """Whether its parameters were edited by hand at an iteration."""
        return any(event.kind == "edited" for event in self.run.trace[iteration].events)

    def parameters(self, iteration):
        """Parameters of an iteration in the units of the table."""
        return self.run.trace[iteration].parameters.rescaled(self.scaling.center, self.scaling.scale)

    @cached_property
    def drawn(self):
        """The drawn rows (m, d), as they are fitted."""
        return tables.gathered(self.run.X, self.shown)

    @property
    def numbers(self):
        """The numbers (m,) of the drawn rows in their table, from 1."""
        drawn = self.rows[self.shown]
        return self.dataset.rows[drawn] if self.dataset.chunked is None else drawn + 1

    @property
    def seen(self):
        """Rows (m, d), as they are fitted, that axes are made of: all, or of many a sample."""
        return self.run.rows.sample.X

    @property
    def held_out_scale(self):
        """Fitted rows per held-out row: brings both log-likelihoods to one size."""
        held_out = self.run.X_validation
        return 1.0 if held_out is None else len(self.run.X) / len(held_out)

    def ends_at(self, iteration):
        """Why the run ends at an iteration, or None; where it was forked it goes on."""
        if self.settings.stop_when_it_holds and iteration > self.forked_at and self.run.trace[iteration].converged:
            return "the stopping rule holds"
        if iteration >= self.run.model.max_iter:
            return f"this is the last of the {self.run.model.max_iter} iterations you allow"
        return None

    @property
    def end(self):
        """The iteration the run ended at and why, once it has, and how many more it could go on for."""
        last, most = len(self.run.trace) - 1, self.run.model.max_iter
        reason = self.ends_at(last)
        if not reason:
            return None
        more = min(MORE_ITERATIONS, MOST_ITERATIONS - most) if last >= most else 0
        return {"iteration": last, "reason": reason, **({"more": more} if more else {})}

    @cached_property
    def principal(self):
        """The view of the first two principal components."""
        return View.principal(self.seen)

    def features(self, *features):
        """The view of one or two features in the units of the table."""
        return View.of_features(features, self.dataset.features, self.scaling)


def model(settings, scaling, evaluator=None):
    """The estimator of some settings for rows in a `Scaling`."""
    structure = settings.structure
    if isinstance(structure["init"], Saved):
        structure = structure | {"init": structure["init"].rescaled(scaling)}
    return MODELS[settings.model].model(
        **structure,
        **settings.steering,
        evaluator=evaluator,
        stopping_criterion=stopping_criterion.create_log_lik_criterion(settings.threshold),
    )


@dataclass(frozen=True)
class Prepared:
    """Rows as they are fitted, and held out: in a ``scaling``, with their known classes, and which of the data set they are."""

    scaling: Scaling
    rows: np.ndarray
    X: np.ndarray | tables.Table
    X_validation: np.ndarray | tables.Table | None
    labels: np.ndarray | None


def prepare(dataset, settings):
    """The rows of a data set as some settings have them."""
    scaling = dataset.standardised() if settings.standardise else Scaling.none(dataset.X.shape[1])
    Z = scaling.transform(dataset.all_rows)
    labels = dataset.labels
    if not settings.held_out:
        return Prepared(scaling, np.arange(len(Z)), Z, None, labels)
    rows, held_out = dataset.split(settings.held_out, random_state=0)
    return Prepared(scaling, rows, tables.taken(Z, rows), tables.taken(Z, held_out), None if labels is None else labels[rows])


def evaluator(dataset, rows, clusters):
    """What measures the clusters of a run on some rows of a data set, or None."""
    if dataset.chunked is not None:  # it looks at all rows at once
        return None
    return measured.evaluator(None if dataset.labels is None else dataset.labels[rows], clusters)


@one_thread
def begin(id, dataset, settings):
    """A new experiment at iteration 0; a ValueError says which setting does not suit the data."""
    data = prepare(dataset, settings)
    measures = evaluator(dataset, data.rows, MODELS[settings.model].clusters(settings.structure))
    began = time.perf_counter()
    own, number = model(settings, data.scaling, measures), settings.start_number
    more = {"X_validation": data.X_validation, "client": cluster.client(data.X)}
    if number and own.n_init == 1:
        run = run_of(own, data.X, {"start": number, "seed": own.seeds(number + 1)[number]}, **more)
    else:
        run = own.start(data.X, **more)
    took = time.perf_counter() - began
    shown = np.arange(len(data.rows))
    if len(data.rows) > SHOWN_POINTS:
        shown = np.sort(np.random.default_rng(0).choice(len(data.rows), SHOWN_POINTS, replace=False))
    return Experiment(id, dataset, settings, data.scaling, data.rows, shown, run.watch(shown), seconds=[took])


def changes(settings, before):
    """The keywords of ``Run.fork`` that lead from the settings before to new ones."""
    changed = {name: value for name, value in settings.steering.items() if value != before.steering[name]}
    if settings.threshold != before.threshold:
        changed["stopping_criterion"] = stopping_criterion.create_log_lik_criterion(settings.threshold)
    return changed


def fork(id, experiment, settings, iteration, edit=""):
    """An experiment that shares the past of another up to an iteration and goes on with other settings, or with edited parameters.

    Parameters
    ----------
    id : str
    experiment : Experiment
    settings : Settings
        With the number of clusters after the edit.
    iteration : int
    edit : str, optional
        See `mixes.edits`; a ValueError says why it cannot be made.
    """
    iteration = min(iteration, len(experiment.run.trace) - 1)
    changed = changes(settings, experiment.settings)
    if edit:
        changed |= {"edit": edit, "scaling": experiment.scaling}
    clusters = experiment.entry.clusters(settings.structure)
    if clusters != experiment.clusters:
        changed["evaluator"] = evaluator(experiment.dataset, experiment.rows, clusters)
    run = experiment.run.fork(iteration, **changed).watch(experiment.shown)
    shares = {t: experiment.shares(t) for t in range(1, iteration + (not edit))}
    forked = Experiment(
        id,
        experiment.dataset,
        settings,
        experiment.scaling,
        experiment.rows,
        experiment.shown,
        run,
        parent=experiment,
        forked_at=iteration,
        edit=edit,
        seconds=experiment.seconds[: iteration + 1],
        _shares=shares,
    )
    if edit and iteration:
        forked.shares(iteration)  # as long as the run has them
    return forked
