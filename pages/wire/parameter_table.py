"""The table of parameters below the picture: a line for each cluster, in the units of the table. No Streamlit in here."""

import numpy as np

from mixes.gaussians import merge

from .encoding import rounded

_WIDE = 8  # more features than this: the table shows those on the axes only
_LOCATION_NOTE = (
    "Location and mean: a cluster that leans begins at its location, where its sharp side is, and its long "
    "tail pulls the mean away from there; the arrow goes from one to the other."
)
_FORM_NOTE = "Of the {}rows: volume (geometric mean of the variances), shape (longest to shortest axis){}."


def _told(experiment, view):
    """The view whose axes the parameter table tells: all features, or only those on the axes when there are many."""
    if len(experiment.dataset.features) <= _WIDE:
        return experiment.features(*range(len(experiment.dataset.features)))
    return experiment.principal if view.moving else view


def columns(experiment, view):
    """The names of the columns."""
    names = _told(experiment, view).names
    both = ["correlation"] if len(names) == 2 else []
    locations = [f"location of {name}" for name in names] if _leans(experiment, view) else []
    deviations = [f"st. dev. of {name}" for name in names]
    return ["weight", *(f"mean of {name}" for name in names), *deviations, *both, *_forms(experiment), *locations]


def _forms(experiment, parameters=None):
    """Volume, shape and orientation of the clusters, in which they may be alike, by name."""
    if len(experiment.dataset.features) > _WIDE:
        return {}
    return (experiment.run.state.parameters if parameters is None else parameters).forms() or {}


def _leans(experiment, view):
    """Whether components have locations apart from their means."""
    return experiment.run.state.parameters.locations_in(_told(experiment, view)) is not None


def note(experiment, view):
    """A sentence below the table, or ""."""
    if forms := _forms(experiment):
        angle = ", orientation (degrees)" if "orientation" in forms else ""
        return _FORM_NOTE.format("standardised " if experiment.settings.standardise else "", angle)
    return _LOCATION_NOTE if _leans(experiment, view) else ""


def values(experiment, view, parameters, gaussians):
    """The numbers of each cluster, to six digits; ``gaussians`` are those of the view."""
    told = _told(experiment, view)
    weights, means, covariances = merge(*(gaussians if told is view else parameters.gaussians(told)), parameters.n_clusters)
    deviations = np.sqrt(np.diagonal(covariances, axis1=1, axis2=2))
    parts = [weights[:, None], means, deviations]
    if means.shape[1] == 2:
        parts.append((covariances[:, 0, 1] / deviations.prod(axis=1))[:, None])
    parts += [form[:, None] for form in _forms(experiment, parameters).values()]
    locations = parameters.locations_in(told)
    if locations is not None:
        parts.append(locations)
    return rounded(np.hstack(parts), 6)
