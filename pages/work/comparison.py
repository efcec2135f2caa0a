"""A comparison: two to four models on the same data, learning in lockstep. No Streamlit in here."""

import time
from dataclasses import dataclass, field
from itertools import zip_longest

import numpy as np

from mixes import selection
from mixes.metrics import METRICS
from mixes.threads import one_thread

from . import experiment as experiments
from .wording import titles

LETTERS = "ABCD"
SPLITS = 10  # random splits for the held-out log-likelihood
_FEWEST_ROWS = 10  # that can be split


@dataclass
class Lane:
    """One of the models: its experiment, or the reason why there is none or why it cannot go on."""

    settings: experiments.Settings
    experiment: experiments.Experiment | None
    problem: str = ""
    numbers: list = field(default_factory=list)  # of the clusters at each iteration: equal numbers are equal clusters
    measures: dict | None = None  # at the end of the run

    @property
    def newest(self):
        return -1 if self.experiment is None else self.experiment.newest

    @property
    def over(self):
        return bool(self.problem) or bool(self.experiment.end)


@dataclass
class Comparison:
    """Models on the same rows in the same scaling; the first that works gives the clusters their numbers."""

    id: str
    lanes: list
    forked_at = 0  # it begins at its start

    @property
    def settings(self):
        return [lane.settings for lane in self.lanes]

    @property
    def working(self):
        return [lane for lane in self.lanes if lane.experiment is not None]

    @property
    def clusters(self):
        """Numbers of clusters in use: the most that any model has."""
        return max(lane.experiment.clusters for lane in self.working)

    @property
    def newest(self):
        """The newest iteration that any model has reached."""
        return max(lane.newest for lane in self.lanes)

    @property
    def over(self):
        return all(lane.over for lane in self.lanes)

    @property
    def compared(self):
        """The lanes that have not failed."""
        return [lane for lane in self.lanes if not lane.problem]

    @property
    def scored(self):
        """How many splits every model has been fitted to."""
        return min((len(lane.experiment.splits) for lane in self.compared), default=0)

    @property
    def titles(self):
        return titles(self.settings)


def begin(next_id, dataset, settings, known=(), impossible=()):
    """A comparison of some settings on one data set.

    Parameters
    ----------
    next_id : callable
        Gives a new id.
    settings : list of Settings
    known : sequence of Experiment
        Runs that are there already; those with the same settings are taken up instead of begun again.
    impossible : sequence of str, optional
        For each of the settings why these data do not allow them, or "".
    """
    lanes = []
    for wanted, why in zip_longest(settings, impossible):
        if why:
            lanes.append(Lane(wanted, None, why))
            continue
        same = [
            run
            for run in [*known, *(lane.experiment for lane in lanes)]
            if run is not None and run.parent is None and run.settings == wanted
        ]
        try:
            lanes.append(Lane(wanted, same[0] if same else experiments.begin(next_id("r"), dataset, wanted)))
        except selection.FAILURES as problem:
            lanes.append(Lane(wanted, None, f"These settings do not suit the data: {problem}"))
    return Comparison(next_id("c"), lanes)


def reach(lane, t):
    """Let a lane learn up to an iteration; gives whether it has it."""
    try:
        while lane.newest < t and not lane.over:
            lane.experiment.step()
    except selection.FAILURES as problem:
        lane.problem = f"This model cannot go on: {problem}"
    return lane.newest >= t


def numbers(comparison, lane, t):
    """The numbers (k,) of a lane's clusters at an iteration it has reached: equal numbers are equal clusters."""
    while len(lane.numbers) <= t:
        lane.numbers.append(_matched(comparison, lane, len(lane.numbers)))
    return lane.numbers[t]


def _matched(comparison, lane, t):
    leader = comparison.working[0]
    if lane.experiment is leader.experiment:
        return np.arange(leader.experiment.clusters)
    reference = leader.experiment.run.watched_at(min(t, leader.newest))
    before = lane.numbers[-1] if lane.numbers else None
    return selection.match(reference, lane.experiment.run.watched_at(t), before)


@one_thread
def advance_table(comparison, seconds=1.0):
    """Fit the models to more of the random splits: at least one model, and for about so many seconds."""
    began = time.monotonic()
    planned = _splits(comparison)
    while comparison.scored < len(planned) and comparison.compared:
        lane = min(comparison.compared, key=lambda lane: len(lane.experiment.splits))
        lane.experiment.splits.append(_held_out(lane, *planned[len(lane.experiment.splits)]))
        if time.monotonic() - began > seconds:
            break


def _splits(comparison):
    """The random splits; none when the rows are too few to hold some out."""
    rows = len(comparison.working[0].experiment.run.X)
    return [] if rows < _FEWEST_ROWS else selection.splits(rows, SPLITS, random_state=0)


def _held_out(lane, train, test):
    estimator = experiments.model(lane.settings, lane.experiment.scaling)
    if not lane.settings.stop_when_it_holds:
        estimator.set_params(stopping_criterion=None)
    X = lane.experiment.run.X
    return selection.held_out_score(estimator, X[train], X[test])


def measured(comparison):
    """The measures of all models at the end of their runs, as far as the splits have come (a DataFrame)."""
    letters = list(LETTERS[: len(comparison.lanes)])
    measures, problems, done = {}, {}, comparison.scored
    scores = np.full((done, len(letters)), np.nan)
    for j, (letter, lane) in enumerate(zip(letters, comparison.lanes)):
        if lane.problem:
            problems[letter] = lane.problem
            continue
        if lane.measures is None:
            lane.measures = _measures(lane.experiment)
        measures[letter] = lane.measures
        scores[:, j] = [score for score, _ in lane.experiment.splits[:done]]
        said = [problem for _, problem in lane.experiment.splits[:done] if problem]
        if said:
            problems[letter] = f"No fit on {len(said)} of {done} splits: {said[0]}"
    planned = _splits(comparison)
    if not planned:
        table = selection.tabulate(letters, measures, scores, problems)
        table.attrs["evidence"] = "There are too few rows to hold some out: nothing tells which model predicts new rows best."
        return table
    test_ratio = len(planned[0][1]) / len(planned[0][0])
    table = selection.tabulate(letters, measures, scores, problems, test_ratio)
    table.attrs["evidence"] = selection.evidence(letters, table, scores, test_ratio, len(planned))
    return table


def _measures(experiment):
    run, labels = experiment.run, experiment.dataset.labels
    return selection.measures(
        run.model,
        run.state.parameters,
        run.X,
        log_likelihood=run.state.log_likelihood,
        labels=None if labels is None else labels[experiment.rows],
        iterations=run.state.iteration,
        seconds=experiment.seconds[-1],
    )


def table(comparison):
    """The table as the player shows it; measures that no model has are left out."""
    frame = measured(comparison)
    best = selection.best(frame)
    shown = []
    for name in frame.columns.drop([selection.STANDARD_ERROR, selection.PROBLEM]):
        values, metric = _numbers(frame[name]), METRICS[name]
        if all(value is None for value in values):
            continue
        shown.append({"name": name, "help": metric.comparing, "better": metric.better, "values": values, "best": best.get(name, [])})
        if name == selection.HELD_OUT:
            shown[-1]["errors"] = _numbers(frame[selection.STANDARD_ERROR])
    return {
        "done": comparison.scored,
        "total": len(_splits(comparison)),
        "fits": sum(len(lane.experiment.splits) for lane in comparison.compared),
        "evidence": frame.attrs["evidence"],
        "measures": shown,
        "models": [{"letter": letter, "title": title} for letter, title in zip(LETTERS, comparison.titles)],
    }


def _numbers(column):
    """Numbers that JSON can hold."""
    return [float(value) if np.isfinite(value) else None for value in column.astype(float)]
