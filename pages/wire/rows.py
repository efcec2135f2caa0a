"""The rows of a run that the player is sent, one for each iteration: see messages.md.

No Streamlit in here. Numbers are shown in the units of the table, whatever the model was fitted in.
"""

import time

import numpy as np

from mixes.plots import templates
from mixes.threads import one_thread
from pages.work.measured import CONFUSION, measured

from .encoding import encoded, placed, rounded
from .parameter_table import values

CHUNK_SECONDS = 0.2  # one answer to the player computes about this long
SLOW_STEP, SLOW_SECONDS = 0.1, 0.6  # of slow steps a few at once: between two answers nothing is computed
CHUNK_ROWS = 400


def points(experiment, view, iteration):
    """The drawn rows (n, m) as the E half-step of an iteration sees them."""
    return view.seen(experiment.run.trace[max(iteration - 1, 0)].parameters, experiment.drawn)


@one_thread
def chunk(experiment, view, first):
    """Rows from iteration ``first`` on, computed as far as a moment allows; at least one unless the run has ended.

    From an iteration that is there already, those that are: a new one is computed when it alone is asked for.
    """
    began, run, rows = time.monotonic(), experiment.run, []
    known = len(run.trace)
    while len(rows) < CHUNK_ROWS and not (rows and time.monotonic() - began > _moment(experiment)):
        t = first + len(rows)
        if first < known <= t:
            break
        while t >= len(run.trace) and not experiment.end:
            experiment.step()
        if t >= len(run.trace):
            break
        rows.append(row(experiment, view, t))
    return rows


def _moment(experiment):
    """How many seconds one answer may compute."""
    slow = experiment.newest and experiment.seconds[-1] - experiment.seconds[-2] > SLOW_STEP
    return SLOW_SECONDS if slow else CHUNK_SECONDS


@one_thread
def first_rows(experiment, view, iteration):
    """All iterations so far: the shown one whole, sketches of the others."""
    return [row(experiment, view, t) if t == iteration else sketch(experiment, t) for t in range(len(experiment.run.trace))]


def sketch(experiment, iteration):
    """What the curve and the events tell of one iteration; its picture is asked for when it is needed."""
    return facts(experiment, iteration) | {"sketch": True}


def row(experiment, view, iteration):
    """One iteration: numbers, Gaussians and network after its M half-step, points as its E half-step left them."""
    state = experiment.run.trace[iteration]
    gaussians = view.picture(state.parameters)
    network = state.parameters.network()
    if state.parameters.n_clusters != experiment.clusters:  # they were fewer or more than after an edit
        network["paths"] = view.paths(state.parameters).tolist()
    pins = {"pins": list(state.parameters.pinned)} if state.parameters.pinned else {}
    confusion = {"k": state.metrics[CONFUSION]} if CONFUSION in state.metrics else {}
    return (
        picture_row(experiment, view, iteration, gaussians=gaussians)
        | confusion
        | pins
        | {
            "net": network,
            "t": values(experiment, view, state.parameters, gaussians),
            "m": list(measured(experiment, state).values()),
        }
    )


def picture_row(experiment, view, iteration, numbers=None, gaussians=None):
    """What the pictures and the curve show of one iteration.

    Parameters
    ----------
    numbers : array (k,) of int, optional
        The number, and so the colour, that each cluster is given.
    gaussians : tuple, optional
        What `View.picture` gives, if it is known.
    """
    run = experiment.run
    state = run.trace[iteration]
    weights, means, covariances, owners = gaussians or view.picture(state.parameters)
    numbers = np.arange(state.parameters.n_clusters) if numbers is None else numbers
    owners = np.where(owners < 0, -1, numbers[owners])
    upper = [0, 1, 3] if means.shape[1] == 2 else [0]
    drawn = np.column_stack([weights, means, covariances.reshape(len(means), -1)[:, upper], owners])
    frame = facts(experiment, iteration) | {"g": rounded(drawn, 7)}
    if view.moving:
        frame["p"] = placed(points(experiment, view, iteration))
    else:
        frame |= _grids(experiment, view, state.parameters)
    if iteration > 0:
        labels, confidence = experiment.shares(iteration)
        frame["l"], frame["c"] = encoded(numbers[labels], np.uint8), encoded(confidence, np.uint8)
    return frame


def facts(experiment, iteration):
    """The numbers of the curve and the events of one iteration."""
    state = experiment.run.trace[iteration]
    return {
        "i": iteration,
        "v": state.inverse_temperature,
        "ll": state.log_likelihood,
        "obj": state.objective,
        "apart": bool(templates.apart(state.log_likelihood, state.objective)),
        "held": None if state.log_likelihood_validation is None else (state.log_likelihood_validation * experiment.held_out_scale),
        "e": _told_events(experiment.run.trace, iteration),
        "stop": state.converged,
        **_took(experiment, iteration),
    }


def _took(experiment, iteration):
    """How many seconds an iteration took, where that is worth telling: not all rows are drawn."""
    if iteration == 0 or len(experiment.run.X) == len(experiment.shown):
        return {}
    return {"took": round(experiment.seconds[iteration] - experiment.seconds[iteration - 1], 4)}


def _told_events(trace, iteration):
    """What each event is about, and its sentence; "" where it only goes on from the iteration before."""
    before = (
        {_about(event) for event in trace[iteration - 1].events if event.kind != "edited"} if iteration else set()
    )  # an edit is told anew
    return [[_about(event), "" if _about(event) in before else str(event)] for event in trace[iteration].events]


def _about(event):
    return f"{event.kind} {event.layer} {event.component}"


def _grids(experiment, view, parameters):
    """Densities on a fixed grid and arrows from location to mean; nothing for Gaussian components."""
    nodes = templates.density_nodes(view.points(experiment.drawn))
    z = parameters.density_grids(view, *nodes)
    if z is None:
        return {}
    shape = {f"n{axis}": len(own) for axis, own in zip("xy", nodes)}
    ranges = {axis: [float(own[0]), float(own[-1])] for axis, own in zip("xy", nodes)}
    drawn, start = {"grids": {**ranges, **shape, "z": encoded(z, "<f4")}}, parameters.locations_in(view)
    if start is None:
        return drawn
    ends = np.hstack([start, view.points(parameters.means)])
    return drawn | {"arrows": ends.tolist()}
