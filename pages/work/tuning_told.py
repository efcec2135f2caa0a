"""What the page of Tune is told of a job: how it stands, what its results say, and their chart. No Streamlit in here."""

import json
from functools import partial

import numpy as np

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


def annealed(experiment):
    """What an annealed run shows, in sentences."""
    run = experiment.run
    last, steering = run.trace[-1], experiment.settings.steering
    v = [state.inverse_temperature for state in run.trace]
    plain = next((iteration for iteration, each in enumerate(v) if each == 1 and iteration), None)
    free = ", with free shapes" if steering["annealing_shapes"] == "free" else ""
    rise = (
        f"v rises from {steering['annealing_start_v']:g} to 1 at iteration {plain}{free}"
        if plain
        else f"v has risen to {v[-1]:.2f} so far{free}"
    )
    parted = _parting(run)
    ends = "the stopping rule holds" if last.converged else f"{last.iteration} iterations are done"
    return f"{rise}. {parted} At the end, where {ends}, the log-likelihood is {last.log_likelihood:.2f}."


def _parting(run):
    """When components that annealing brought together have parted."""
    counts = [_apart(state.parameters.means, run.X) for state in run.trace[1:]]
    if not counts or max(counts) == 1:
        return "All components are one so far."
    first = counts.index(min(counts))
    most, steps = counts[first], []
    for t, count in enumerate(counts[first:], start=first + 1):
        if count > most:
            most = count
            steps.append(f"{count} from v = {run.trace[t].inverse_temperature:.2f}")
    lie = "one" if counts[first] == 1 else f"{counts[first]} that lie apart"
    later = f"; then {', '.join(steps[-4:])}" if steps else ""
    return f"The components are at first drawn together, to {lie}{later}."


def _apart(means, X):
    """How many groups the means form: those that are closer than a tenth of a deviation in every feature are one."""
    scaled, groups = means / np.where(X.std(axis=0) > 0, X.std(axis=0), 1.0), []
    for mean in scaled:
        if not any((abs(mean - other) < 0.1).all() for other in groups):
            groups.append(mean)
    return len(groups)
