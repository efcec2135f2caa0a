"""A comparison: two to four models on the same data, learning in lockstep. No Streamlit in here."""

import time
from dataclasses import dataclass, field
from itertools import zip_longest

import numpy as np

from mixes import selection
from mixes.threads import one_thread

from . import experiment as experiments, exports, frames, replay
from .wording import differences, titles

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
        return -1 if self.experiment is None else len(self.experiment.run.trace) - 1

    @property
    def over(self):
        return bool(self.problem) or bool(self.experiment.end)


@dataclass
class Comparison:
    """Models on the same rows in the same scaling; the first that works gives the clusters their numbers."""

    id: str
    lanes: list

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
        same = [run for run in [*known, *(lane.experiment for lane in lanes)]
                if run is not None and run.parent is None and run.settings == wanted]
        try:
            lanes.append(Lane(wanted, same[0] if same else experiments.begin(next_id("r"), dataset, wanted)))
        except selection.FAILURES as problem:
            lanes.append(Lane(wanted, None, f"These settings do not suit the data: {problem}"))
    return Comparison(next_id("c"), lanes)


def lane_run(comparison, lane, view):
    """The run id that the player knows a lane by; its numbers depend on the model that leads."""
    leader = comparison.working[0].experiment.id
    return f"{frames.player_run(lane.experiment, view)} by {leader}, {comparison.clusters}"


def static(comparison, lane, view, start):
    """The parts of a lane's picture that stay."""
    return frames.static(lane.experiment, view, start) | {"components": comparison.clusters}


@one_thread
def chunk(comparison, view, first):
    """Rows of each lane from iteration ``first`` on, in step, computed as far as a moment allows."""
    rows = [[] for _ in comparison.lanes]
    began, t, known = time.monotonic(), first, comparison.newest
    while t == first or time.monotonic() - began < frames.CHUNK_SECONDS and not first <= known < t:
        for lane, own in zip(comparison.lanes, rows):
            if _reach(lane, t):
                own.append(row(comparison, lane, view, t))
        if t - first >= frames.CHUNK_ROWS or not any(own and own[-1]["i"] == t for own in rows):
            break
        t += 1
    return rows


def first_rows(comparison, view, iteration):
    """All iterations of each lane so far: the shown one whole, sketches of the others."""
    def own(lane, t):
        if t == min(iteration, lane.newest):
            return row(comparison, lane, view, t)
        return frames.sketch(lane.experiment, t) | {"s": lane.experiment.seconds[t]}

    return [[own(lane, t) for t in range(lane.newest + 1)] for lane in comparison.lanes]


def _reach(lane, t):
    """Let a lane learn up to an iteration; gives whether it has it."""
    try:
        while lane.newest < t and not lane.over:
            lane.experiment.step()
    except selection.FAILURES as problem:
        lane.problem = f"This model cannot go on: {problem}"
    return lane.newest >= t


def row(comparison, lane, view, t):
    """One row of a lane, its clusters numbered as those of the leading model."""
    while len(lane.numbers) <= t:
        lane.numbers.append(_matched(comparison, lane, len(lane.numbers)))
    return frames.picture_row(lane.experiment, view, t, lane.numbers[t]) | {"s": lane.experiment.seconds[t]}


def _matched(comparison, lane, t):
    leader = comparison.working[0]
    if lane.experiment is leader.experiment:
        return np.arange(leader.experiment.clusters)
    reference = leader.experiment.run.watched_at(min(t, leader.newest))
    before = lane.numbers[-1] if lane.numbers else None
    return selection.match(reference, lane.experiment.run.watched_at(t), before)


def models(comparison, view, rows, start=None):
    """What the player is sent of each lane; the still parts too when it is told where to start."""
    sent = []
    for letter, lane, title, own in zip(LETTERS, comparison.lanes, comparison.titles, rows):
        part = {"letter": letter, "title": title, "name": title, "run": None, "rows": own, "end": None}
        if lane.experiment is not None:
            part |= {"name": lane.experiment.title, "run": lane_run(comparison, lane, view), "end": lane.experiment.end}
            if start is not None:
                part["static"] = static(comparison, lane, view, start)
        if lane.problem:
            part["error"] = lane.problem
        sent.append(part)
    return sent


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
    letters = list(LETTERS[:len(comparison.lanes)])
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
    return selection.measures(run.model, run.state.parameters, run.X, log_likelihood=run.state.log_likelihood,
                              labels=None if labels is None else labels[experiment.rows],
                              iterations=run.state.iteration, seconds=experiment.seconds[-1])


def table(comparison):
    """The table as the player shows it; measures that no model has are left out."""
    frame = measured(comparison)
    best = selection.best(frame)
    shown = []
    for name in selection.MEASURES:
        values = _numbers(frame[name])
        if name == selection.STANDARD_ERROR or all(value is None for value in values):
            continue
        shown.append({"name": name, "help": selection.HELP[name], "better": selection.BETTER.get(name),
                      "values": values, "best": best.get(name, [])})
        if name == selection.HELD_OUT:
            shown[-1]["errors"] = _numbers(frame[selection.STANDARD_ERROR])
    return {"done": comparison.scored, "total": len(_splits(comparison)), "fits": sum(len(lane.experiment.splits) for lane in comparison.compared),
            "evidence": frame.attrs["evidence"], "measures": shown,
            "models": [{"letter": letter, "title": title} for letter, title in zip(LETTERS, comparison.titles)]}


def _numbers(column):
    """Numbers that JSON can hold."""
    return [float(value) if np.isfinite(value) else None for value in column.astype(float)]


def file(comparison, view, wanted):
    """A file of a comparison or of one of its models: name, type and text.

    Parameters
    ----------
    wanted : mapping
        The player's "kind", and the "model", "iteration" and "frames" of those that `exports.file` makes.

    Raises
    ------
    ValueError
        There is no such file, or no such model.
    """
    if wanted["kind"] == "table":
        text = measured(comparison).rename_axis("model").assign(settings=comparison.titles).to_csv()
        return "comparison.csv", "text/csv", text
    if wanted["kind"] == "replay":
        title = f"{' against '.join(comparison.titles)}, on {comparison.working[0].experiment.dataset.name}"
        return "comparison_replay.html", "text/html", replay.replay("compare.js", replay_of(comparison, view), title)
    number = wanted["model"]
    experiment = comparison.lanes[number].experiment if number is not None and number < len(comparison.lanes) else None
    if experiment is None:
        raise ValueError("there is no such model in this comparison.")
    return exports.file(experiment, wanted["kind"], wanted["iteration"], view, wanted["frames"])


def replay_of(comparison, view):
    """What the player is sent of a whole comparison at once; the models learn to their ends first, if that is soon."""
    began, rows = time.monotonic(), [[] for _ in comparison.lanes]
    while time.monotonic() - began < replay.SECONDS:
        more = chunk(comparison, view, max(map(len, rows)))
        if not any(more):
            break
        for own, new in zip(rows, more):
            own += new
    start = {"iteration": 0, "half": "M", "playing": False}
    sent = models(comparison, view, rows, start)
    for model in sent:
        if model["run"] and (model["end"] is None or len(model["rows"]) <= model["end"]["iteration"]):
            model["end"] = {"iteration": len(model["rows"]) - 1, "reason": "the replay was written here"}
    data = {"run": run_id(comparison, view), "models": sent, "start": start, "settings": differences(comparison.settings)}
    if comparison.over:
        advance_table(comparison, replay.SECONDS)
        if comparison.scored == len(_splits(comparison)):
            data["table"] = table(comparison)
    return data


def run_id(comparison, view):
    """The run id that the player knows the comparison by."""
    return f"{comparison.id} {' / '.join(view.names)}"
