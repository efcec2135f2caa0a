"""Edits by hand on a page: what is offered, and the fork of a run that an edit makes. No Streamlit in here."""

from dataclasses import replace

import numpy as np

from mixes import Edit, GaussianParameters, SkewParameters
from mixes.edits import PRINCIPAL
from mixes.parameters import Parameters
from mixes.skew import LARGEST_SHARE

from . import experiment as experiments
from .saved import Saved
from .settings import MOST_COMPONENTS
from .values import sized

UNDO = "undo"  # what a player says in the place of an edit
FARTHEST = 1e9  # of a number of an edit
_STEPS = 4000  # of the link's grid, on an axis from the least to the greatest row
_DIGITS = 6  # of the entries of a matrix, which are of any size when units differ, and of a weight
_SAVED = "A run that began with a saved model keeps as many components as the file has."
_LATENT = "Components are edited where the data are shown: this picture shows a hidden layer."
_UNTOLD = "Log-likelihood once you let go: {}."
_PULLS = "move", "reshape", "bend", "weigh"
_ALONE = "VVV", "VVI", "VII"  # structures in which a component is stretched and turned without the others
_ALIKE = "EEE", "VEE", "EEI", "VEI", "EII"  # in which the others have its shape, and lie as it does
_ROUND = "EII", "VII"
_GROWTH = {"split": 1, "merge": -1, "delete": -1}


def axes(experiment, view):
    """The axes of a picture as they stand in the text of an edit, after the number of the component; None: a hidden layer."""
    if view.moving:
        return None
    if view is experiment.principal:
        return f"@{PRINCIPAL}"
    features = view.axes.argmax(axis=1).tolist()
    return "" if features == list(range(len(features))) else "@" + ".".join(str(j + 1) for j in features)


def offered(experiment, view):
    """What the player is told of edits, see `static.edits` in messages.md."""
    cannot = dict(experiment.run.state.parameters.cannot)
    if isinstance(experiment.settings.structure["init"], Saved):
        cannot |= dict.fromkeys(_GROWTH, _SAVED)
    where = axes(experiment, view)
    return {
        "axes": where or "",
        "decimals": _decimals(experiment, view) if where is not None else [],
        "digits": _DIGITS,
        "untold": _untold(experiment, view) if where is not None else [],
        "share": LARGEST_SHARE if _leaning(experiment.run.state.parameters) and _whole(experiment, view) else None,
        "follow": _follow(experiment.run.state.parameters),
        "round": getattr(experiment.run.state.parameters, "covariance_type", None) in _ROUND,
        "why": _LATENT if where is None else "",
        "cannot": [[kind, reason] for kind, reason in cannot.items()],
        "undo": bool(experiment.edit),
    }


def _whole(experiment, view):
    """Whether the axes are all features: what is seen is the whole density."""
    return not view.moving and len(view.axes) == experiment.run.X.shape[1]


def _leaning(parameters):
    """Whether components are skew by one half-normal each, so that their density is a short formula."""
    return isinstance(parameters, SkewParameters) and parameters.skewness.shape[2] == 1


def _untold(experiment, view):
    """The kinds of edits of which the browser cannot tell the log-likelihood before they are made, and why: [[kind, sentence]]."""
    parameters, d = experiment.run.state.parameters, experiment.run.X.shape[1]
    if not _whole(experiment, view):
        kinds, why = _PULLS, f"the picture shows {len(view.axes)} of {d} features"
    elif type(parameters).density_grids is not Parameters.density_grids and not _leaning(parameters):
        kinds, why = _PULLS, "these densities have no short formula"
    elif isinstance(parameters, GaussianParameters) and parameters.covariance_type not in (*_ALONE, *_ALIKE):
        kinds, why = ("reshape",), "the other components follow"
    else:
        return []
    return [[kind, _UNTOLD.format(why)] for kind in kinds]


def _follow(parameters):
    """The power of a transformation's determinant that the others' spreads are divided by as they follow; None where it is not so."""
    if not isinstance(parameters, GaussianParameters) or parameters.covariance_type not in _ALIKE:
        return None
    return 0.0 if parameters.covariance_type[0] == "E" else 2 / parameters.n_features


def growth(edit):
    """How many components more there are after an `Edit`."""
    return _GROWTH.get(edit.kind, 0)


def quantised(edit, experiment):
    """The edit on the grid that links have: what is applied is then what is written."""
    if not edit.numbers:
        return edit
    if max(map(abs, edit.numbers)) > FARTHEST:
        raise ValueError("The edit would go too far to be seen.")
    if edit.kind in ("reshape", "weigh"):
        return replace(edit, numbers=tuple(float(f"{number:.{_DIGITS}g}") for number in edit.numbers))
    view = edit.view(experiment.seen, experiment.scaling)
    decimals = _decimals(experiment, view)
    return replace(edit, numbers=tuple(round(number, own) for number, own in zip(edit.numbers, decimals, strict=True)))


def _decimals(experiment, view):
    """How many decimals a place has along each axis of a picture."""
    steps = np.ptp(view.points(experiment.seen), axis=0) / _STEPS
    return [int(np.ceil(-np.log10(step))) if step > 0 else _DIGITS for step in steps]


def edited(next_id, experiment, iteration, text):
    """The fork of a run with edited parameters; a ValueError says in one sentence why there is none.

    Parameters
    ----------
    next_id : callable
        Gives the id of a fork.
    experiment : Experiment
    iteration : int
        Of the parameters that are edited.
    text : str
        Edits, see `mixes.edits`, parted by ";": each is a fork of its own, and of that before.
    """
    for each in text.split(";"):
        experiment = _edited(next_id(), experiment, iteration, each)
    return experiment


def _edited(id, experiment, iteration, text):
    edit = quantised(Edit.read(text), experiment)
    settings, k = experiment.settings, experiment.run.trace[iteration].parameters.n_clusters
    if growth(edit) and isinstance(settings.structure["init"], Saved):
        raise ValueError(_SAVED)
    if k + growth(edit) > MOST_COMPONENTS:
        raise ValueError(f"There are {k} components; this page has no more than {MOST_COMPONENTS}.")
    return experiments.fork(id, experiment, sized(settings, k + growth(edit)), iteration, str(edit))
