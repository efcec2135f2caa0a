"""What the page of Tune is told of a job: how it stands, what its results say, and their chart. No Streamlit in here."""

import json
from dataclasses import replace
from functools import partial

from mixes import plots, selection
from mixes.selection import HELD_OUT, PROBLEM

from . import one_more
from .problems import in_words
from .tunable import MEASURES, VIEWS


def describe(tuned, job, since, theme="light", measure=MEASURES[0], view="lines", **_):
    """What is new since a version of a job.

    Parameters
    ----------
    tuned : Tuned
    job : Job
    since : int
        The version that is known; -1 for none.
    theme : "light" or "dark"
    measure, view : str
        Of `tunable`.

    Returns
    -------
    dict
        See "A job" in pages/wire/messages.md.
    """
    version, state, told = job.version, job.state, {}  # at once: work may end meanwhile, and then more is to be told
    if version != since:
        found, scores = _in_words(*tuned.known())
        active = state in ("measuring", "running", "asks")
        left = job.names_left if active else set()
        tested = {number for kind, number in left if kind == one_more.TEST}
        under_way = active and not (left and len(tested) == len(left))  # a test goes on when all else is known
        measure, view = measure if measure in MEASURES else MEASURES[0], view if view in VIEWS else "lines"
        draw, say = _drawn(tuned, found, scores, measure, view, under_way)
        more, test = (None, None) if active else (tuned.more(found), one_more.offered(tuned, found))
        told = {
            "says": " ".join([say(), *one_more.told(tuned, tested)]),
            "figure": json.loads(draw(theme="dark" if theme == "dark" else "light").to_json()),
            "more": more and {"starts": more[0], "cells": len(more[1])},
            "test": None if test is None else {"components": one_more.components(tuned, test)},
            "marks": [[cell.number, start.number, name_of(tuned, cell, start)] for cell, start in found if start.parameters is not None],
        }
    offer = job.smaller_seconds_left if state == "asks" and job.smaller else None
    return told | {
        "version": version,
        "state": state,
        "done": job.done,
        "total": job.total,
        "left": job.seconds_left,
        "problem": job.problem,
        "smaller": offer,
    }


def _in_words(found, scores):
    """Starts and scores whose problems are said as the page says them."""
    starts = [
        (cell, replace(start, row=start.row | {PROBLEM: in_words(start.row[PROBLEM])}) if start.row[PROBLEM] else start)
        for cell, start in found
    ]
    return starts, [replace(score, problem=in_words(score.problem)) if score.problem else score for score in scores]


def _drawn(tuned, found, scores, measure, view, under_way):
    """Functions that draw and say what is known."""
    if tuned.plan.kind == "starts":
        return partial(plots.restarts, found, cells=tuned.cells), partial(selection.tell_restarts, found, under_way)
    table = tuned.tabulated(found)
    draw = partial(plots.sweep, found, scores, measure, view, table=table)
    if measure == HELD_OUT and not tuned.plan.n_splits and HELD_OUT not in table and len(table):
        return draw, lambda: "No rows were held out: choose held-out scores above, and press Run."
    return draw, partial(selection.tell_sweep, found, scores, measure, table, under_way)


def name_of(tuned, cell, start):
    """What a mark is called."""
    where = str(cell)
    where = f" {where}" if where.startswith("with") else f" at {where}" if where else ""
    value = f"{start.row['log-likelihood']:.2f}".replace("-", "−")
    figures = f"log-likelihood {value}, {start.row['iterations']} iterations"
    return f"Start {start.number + 1}{where}: {figures}"
