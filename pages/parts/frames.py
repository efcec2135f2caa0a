"""What the player is sent: the still parts of a picture once, and one compact row for each iteration.

No Streamlit in here. Numbers are shown in the units of the table, whatever the model was fitted in.
"""

import base64
import time

import numpy as np

from mixes import View
from mixes.gaussians import merge
from mixes.mixture import criteria
from mixes.plots import style, templates
from mixes.plots.templates import axis_range
from mixes.threads import one_thread

from .experiment import CONFUSION

CHUNK_SECONDS = 0.2  # one answer to the player computes about this long
CHUNK_ROWS = 400
_TOLD_PATHS = 3  # the most probable paths of a row
_GRID_2D, _GRID_1D = 48, 200  # nodes of a grid of densities, each way
_SAMPLES = 3  # pictures drawn from each cluster
_WIDE = 8  # more features than this: the table shows those on the axes only

HELP = {
    "log-likelihood": "How probable the data are under this mixture; EM makes it climb. Of the {scale} data.",
    "objective": "The log-likelihood with annealing and regularisation in it: what EM raises, and what never falls.",
    "held-out log-likelihood": "Of the rows kept aside, scaled to the number of fitted rows; when it falls, the model "
                               "learns the noise.",
    "AIC": "Akaike's criterion, -2 log-likelihood + 2 × parameters; lower is better.",
    "BIC": "Schwarz' criterion, -2 log-likelihood + parameters × log(rows); lower is better.",
    "ICL": "BIC plus a penalty for clusters that overlap; lower is better.",
    "parameters": "Free numbers the model can adjust.",
    "accuracy": "Share of rows in the right class when clusters are matched to the labels as well as possible.",
    "ARI": "Adjusted Rand index: agreement with the labels, 1 is perfect and 0 is chance.",
}


_LOCATION_NOTE = ("Location and mean: a cluster that leans begins at its location, where its sharp side is, and its long "
                  "tail pulls the mean away from there; the arrow goes from one to the other.")


def _bytes(array, dtype):
    return base64.b64encode(np.ascontiguousarray(array, dtype=dtype).tobytes()).decode()


def _short(table, digits):
    """A table as lists of numbers with so many digits."""
    numbers = (f"%.{digits}g " * table.size % tuple(table.ravel().tolist())).split()
    return np.array(numbers, dtype=float).reshape(table.shape).tolist()


def _points(experiment, view, iteration):
    """The drawn rows (n, m) as the E half-step of an iteration sees them."""
    return view.seen(experiment.run.trace[max(iteration - 1, 0)].parameters, experiment.run.X[experiment.shown])


def _positions(points):
    return {name: _bytes(column, "<f4") for name, column in zip("xy", points.T)}


def static(experiment, view, start, ghosts=()):
    """The parts of the picture that stay while a run plays."""
    points = _points(experiment, view, 0)
    dimension = points.shape[1]
    state = experiment.run.trace[0]
    network = state.parameters.network()
    density = templates.density_1d if dimension == 1 else templates.density_2d
    parent = None
    if experiment.parent is not None:
        parent = {"run": player_run(experiment.parent, view), "upto": experiment.forked_at}
    return {
        "title": experiment.title,
        "n": len(experiment.run.X), "shown": len(points), "dimension": dimension,
        "moving_points": view.moving,
        "points": {**_positions(points), "id": _bytes(experiment.dataset.rows[experiment.rows[experiment.shown]], "<i4")},
        "components": experiment.clusters, "palette": style.PALETTE, "symbols": style.SYMBOLS, "neutral": style.NEUTRAL,
        "ramp": style.RAMP,
        "figures": {"density": density(points, experiment.clusters, names=view.names),
                    "curve": templates.log_likelihood(annealed=state.temperature < 1)},
        "network": {"layers": [len(layer) for layer in network["nodes"]], "model": experiment.settings.model,
                    "independent": len(network["nodes"]) > 1 and not network["edges"],
                    "paths": view.paths(state.parameters).tolist()},
        "classes": list(experiment.dataset.label_names),
        "table": {"columns": _columns(experiment, view), "note": _LOCATION_NOTE if _leans(experiment, view) else ""},
        "help": {name: text.format(scale="standardised" if experiment.settings.standardise else "given")
                 for name, text in HELP.items()},
        "max_iter": experiment.run.model.max_iter,
        "start": start, "parent": parent,
        "ghosts": [{"name": style.literal(ghost.name), "log_likelihood": ghost.run.trace.log_likelihood.tolist()} for ghost in ghosts],
        "objective_notes": templates.OBJECTIVE,
        "log_likelihood_note": "of the standardised rows" if experiment.settings.standardise else "of the rows",
    }


def player_run(experiment, view):
    """The run id the player knows: another view of the same run is another history."""
    return f"{experiment.id} {' / '.join(view.names)}"


@one_thread
def chunk(experiment, view, first):
    """Rows from iteration ``first`` on, computed as far as a moment allows; at least one unless the run has ended.

    From an iteration that is there already, those that are: a new one is computed when it alone is asked for.
    """
    began, run, rows = time.monotonic(), experiment.run, []
    known = len(run.trace)
    while len(rows) < CHUNK_ROWS and not (rows and time.monotonic() - began > CHUNK_SECONDS):
        t = first + len(rows)
        if first < known <= t:
            break
        while t >= len(run.trace) and not experiment.end:
            experiment.step()
        if t >= len(run.trace):
            break
        rows.append(row(experiment, view, t))
    return rows


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
    confusion = {"k": state.metrics[CONFUSION]} if CONFUSION in state.metrics else {}
    return picture_row(experiment, view, iteration, gaussians=gaussians) | confusion | {
        "net": state.parameters.network(),
        "t": _table(experiment, view, state.parameters, gaussians),
        "m": _metrics(experiment, state),
    }


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
    numbers = np.arange(experiment.clusters) if numbers is None else numbers
    owners = np.where(owners < 0, -1, numbers[owners])
    upper = [0, 1, 3] if means.shape[1] == 2 else [0]
    drawn = np.column_stack([weights, means, covariances.reshape(len(means), -1)[:, upper], owners])
    frame = facts(experiment, iteration) | {"g": _short(drawn, 7)}
    if view.moving:
        frame["p"] = _positions(_points(experiment, view, iteration))
    else:
        frame |= _grids(experiment, view, state.parameters)
    if iteration > 0:
        labels, confidence = experiment.shares(iteration)
        frame["l"], frame["c"] = _bytes(numbers[labels], np.uint8), _bytes(confidence, np.uint8)
    return frame


def facts(experiment, iteration):
    """The numbers of the curve and the events of one iteration."""
    state = experiment.run.trace[iteration]
    return {
        "i": iteration, "v": state.temperature, "ll": state.log_likelihood, "obj": state.objective,
        "apart": bool(templates.apart(state.log_likelihood, state.objective)),
        "held": None if state.log_likelihood_validation is None else (
            state.log_likelihood_validation * experiment.held_out_scale),
        "e": _told_events(experiment.run.trace, iteration),
        "stop": state.converged,
    }


def _told_events(trace, iteration):
    """What each event is about, and its sentence; "" where it only goes on from the iteration before."""
    before = {_about(event) for event in trace[iteration - 1].events} if iteration else set()
    return [[_about(event), "" if _about(event) in before else str(event)] for event in trace[iteration].events]


def _about(event):
    return f"{event.kind} {event.layer} {event.component}"


def _grids(experiment, view, parameters):
    """Densities on a fixed grid and arrows from location to mean; nothing for Gaussian components."""
    points = view.points(experiment.run.X[experiment.shown])
    ranges = [axis_range(column, margin=0.25) for column in points.T]
    nodes = _GRID_2D if len(ranges) == 2 else _GRID_1D
    z = parameters.density_grids(view, *(np.linspace(*ends, nodes) for ends in ranges))
    if z is None:
        return {}
    shape = {"nx": nodes, "ny": nodes} if len(ranges) == 2 else {"nx": nodes}
    drawn, start = {"grids": {**dict(zip("xy", ranges)), **shape, "z": _bytes(z, "<f4")}}, parameters.locations_in(view)
    if start is None:
        return drawn
    ends = np.hstack([start, view.points(parameters.means)])
    return drawn | {"arrows": ends.tolist() if len(ranges) == 2 else []}


def detail(experiment, place):
    """What a still picture can tell of each drawn row: its nodes, its most probable paths, and pictures of images.

    Parameters
    ----------
    place : mapping
        The player's "iteration" and "half".
    """
    run, t = experiment.run, place["iteration"]
    parameters = run.trace[t].parameters
    posterior = run.path_responsibilities_at(t, run.X[experiment.shown])
    numbers = run.path_numbers_at(t)
    nodes = parameters.node_responsibilities(posterior, numbers)
    best = np.argsort(-posterior, axis=1, kind="stable")[:, :_TOLD_PATHS]
    return {"run": place["run"], "iteration": t, "half": place["half"],
            "nodes": [_bytes(np.rint(255 * node.T), np.uint8) for node in nodes],
            "paths": {"m": best.shape[1], "index": _bytes(best if numbers is None else numbers[best], "<u2"),
                      "probability": _bytes(np.rint(255 * np.take_along_axis(posterior, best, axis=1)), np.uint8)},
            "images": _images(experiment, parameters)}


def _images(experiment, parameters):
    """Means and samples of the clusters, and the drawn rows, as pictures; None unless rows are pictures."""
    dataset, run = experiment.dataset, experiment.run
    if dataset.image_shape is None:
        return None
    scaling = experiment.scaling
    everything = View(np.diag(scaling.scale), scaling.center, dataset.features)
    weights, means, covariances, owners = parameters.gaussians(everything)
    _, means, _ = merge(weights, means, covariances, owners, experiment.clusters)
    drawn, labels = run.model.from_parameters(parameters, random_state=0).sample(60 * experiment.clusters)
    samples = np.zeros((experiment.clusters, _SAMPLES, means.shape[1]))
    for j in range(experiment.clusters):
        own = scaling.inverse(drawn[labels == j][:_SAMPLES])
        samples[j, :len(own)] = own
    rows, highest = dataset.X[experiment.rows[experiment.shown]], float(dataset.X.max())
    return {"shape": list(dataset.image_shape), "max": highest, "means": _bytes(means, "<f4"),
            "samples": _bytes(samples, "<f4"), "points": _bytes(np.rint(255 * rows / highest), np.uint8)}


def metrics(experiment, state):
    """The numbers of the Metrics tab, by name."""
    run = experiment.run
    n, p = len(run.X), state.parameters.n_parameters
    named = {"log-likelihood": state.log_likelihood, "objective": state.objective}
    if state.log_likelihood_validation is not None:
        named["held-out log-likelihood"] = state.log_likelihood_validation * experiment.held_out_scale
    named.update(criteria(state.log_likelihood, p, n))
    named["ICL"] = named["BIC"] + 2 * state.entropy
    named["parameters"] = p
    return named | {name: value for name, value in state.metrics.items() if name != CONFUSION}


def _metrics(experiment, state):
    return [[name, value, HELP[name].split("; ")[-1].rstrip(".") if "better" in HELP[name] else ""]
            for name, value in metrics(experiment, state).items()]


def _told(experiment, view):
    """The view whose axes the parameter table tells: all features, or only those on the axes when there are many."""
    if len(experiment.dataset.features) <= _WIDE:
        return experiment.features(*range(len(experiment.dataset.features)))
    return experiment.principal if view.moving else view


def _columns(experiment, view):
    names = _told(experiment, view).names
    both = ["correlation"] if len(names) == 2 else []
    locations = [f"location of {name}" for name in names] if _leans(experiment, view) else []
    return ["weight", *(f"mean of {name}" for name in names), *(f"st. dev. of {name}" for name in names), *both,
            *locations]


def _leans(experiment, view):
    """Whether components have locations apart from their means."""
    return experiment.run.state.parameters.locations_in(_told(experiment, view)) is not None


def _table(experiment, view, parameters, gaussians):
    told = _told(experiment, view)
    weights, means, covariances = merge(*(gaussians if told is view else parameters.gaussians(told)), experiment.clusters)
    deviations = np.sqrt(np.diagonal(covariances, axis1=1, axis2=2))
    columns = [weights[:, None], means, deviations]
    if means.shape[1] == 2:
        columns.append((covariances[:, 0, 1] / deviations.prod(axis=1))[:, None])
    locations = parameters.locations_in(told)
    if locations is not None:
        columns.append(locations)
    return _short(np.hstack(columns), 6)
