"""The rows of several models that learn in step, as the player is sent them: see messages.md. No Streamlit in here."""

import time

from mixes.threads import one_thread
from pages.work import run_ids
from pages.work.comparison import LETTERS, numbers, reach

from . import rows
from .static import static


@one_thread
def chunk(comparison, view, first):
    """Rows of each lane from iteration ``first`` on, in step, computed as far as a moment allows."""
    made = [[] for _ in comparison.lanes]
    began, t, known = time.monotonic(), first, comparison.newest
    while t == first or time.monotonic() - began < rows.CHUNK_SECONDS and not first <= known < t:
        for lane, own in zip(comparison.lanes, made):
            if reach(lane, t):
                own.append(row(comparison, lane, view, t))
        if t - first >= rows.CHUNK_ROWS or not any(own and own[-1]["i"] == t for own in made):
            break
        t += 1
    return made


def first_rows(comparison, view, iteration):
    """All iterations of each lane so far: the shown one whole, sketches of the others."""

    def own(lane, t):
        if t == min(iteration, lane.newest):
            return row(comparison, lane, view, t)
        return rows.sketch(lane.experiment, t) | {"s": lane.experiment.seconds[t]}

    return [[own(lane, t) for t in range(lane.newest + 1)] for lane in comparison.lanes]


def row(comparison, lane, view, t):
    """One row of a lane, its clusters numbered as those of the leading model."""
    return rows.picture_row(lane.experiment, view, t, numbers(comparison, lane, t)) | {"s": lane.experiment.seconds[t]}


def models(comparison, view, made, start=None):
    """What the player is sent of each lane; the still parts too when it is told where to start."""
    leader = comparison.working[0].experiment.id
    sent = []
    for letter, lane, title, own in zip(LETTERS, comparison.lanes, comparison.titles, made):
        part = {"letter": letter, "title": title, "name": title, "run": None, "rows": own, "end": None}
        if lane.experiment is not None:
            run = run_ids.of_lane(lane.experiment.id, view, leader, comparison.clusters)
            part |= {"name": lane.experiment.title, "run": run, "end": lane.experiment.end}
            if start is not None:
                part["static"] = static(lane.experiment, view, start) | {"components": comparison.clusters}
        if lane.problem:
            part["error"] = lane.problem
        sent.append(part)
    return sent
