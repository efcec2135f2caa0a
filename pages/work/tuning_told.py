"""What the page of Tune is told of a job: how it stands, what its results say, and their chart. No Streamlit in here."""

import json
from functools import partial

from mixes import plots, selection

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
    version, told = job.version, {}
    if version != since:
        found, scores = tuned.known()
        draw, say = _drawn(tuned, found, scores, measure if measure in MEASURES else MEASURES[0], view if view in VIEWS else "lines")
        more = tuned.more(found) if job.state not in ("measuring", "running", "asks") else None
        told = {
            "says": say(),
            "figure": json.loads(draw(theme="dark" if theme == "dark" else "light").to_json()),
            "more": more and {"starts": more[0], "cells": len(more[1])},
            "marks": [[cell.number, start.number, name_of(tuned, cell, start)] for cell, start in found if start.parameters is not None],
        }
    offer = job.smaller_seconds_left if job.state == "asks" and job.smaller else None
    return told | {
        "version": version,
        "state": job.state,
        "done": job.done,
        "total": job.total,
        "left": job.seconds_left,
        "problem": job.problem,
        "smaller": offer,
    }


def _drawn(tuned, found, scores, measure, view):
    """Functions that draw and say what is known."""
    if tuned.plan.kind == "starts":
        return partial(plots.restarts, found), partial(selection.tell_restarts, found)
    return partial(plots.sweep, found, scores, measure, view), partial(selection.tell_sweep, found, scores, measure)


def name_of(tuned, cell, start):
    """What a mark is called."""
    where = str(cell)
    where = f" {where}" if where.startswith("with") else f" at {where}" if where else ""
    figures = f"log-likelihood {start.row['log-likelihood']:.2f}, {start.row['iterations']} iterations"
    return f"Start {start.number + 1}{where}: {figures}"
