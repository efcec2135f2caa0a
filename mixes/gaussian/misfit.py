"""Whether given covariances are of a structure, see `mixes.gaussian.structures`."""

import numpy as np

from .structures import common_axes, geometric_means

_ROUNDED = 1e-6  # given covariances fit a structure up to this share


def misfit(code, own):
    """How covariances (k, d, d), or variances (k, d), are not of a structure: the first that is seen, or None."""
    volume, shape, orientation = code
    turned = None
    if own.ndim == 2:
        values = own
    elif orientation == "V" or shape == orientation == "E":
        values = np.linalg.eigvalsh(own)
    else:
        axes = np.eye(own.shape[1]) if orientation == "I" else common_axes(own)
        turned = axes.T @ own @ axes
        values = np.einsum("kii->ki", turned)
    values = np.maximum(values, np.finfo(float).tiny)
    most = np.full((len(own), 1), _ROUNDED)
    if own.ndim == 3:  # small variances are exact to a share of the largest
        most = most + 1e-14 * (values.max(axis=1) / values.min(axis=1))[:, None]
        most = np.maximum(most, most[0])
    sizes = geometric_means(values)
    alike = values / sizes[:, None]
    if turned is not None and (j := _first(_correlations(turned) > most[:, None])) is not None:
        return f"component {j + 1} has axes " + ("that are not the features" if orientation == "I" else "of its own")
    if volume == "E" and (j := _first(np.abs(sizes / sizes[0] - 1)[:, None] > most)) is not None:
        return f"component {j + 1} has another volume than component 1"
    if shape == "I" and (j := _first(np.abs(alike - 1) > most)) is not None:
        return f"component {j + 1} is not round"
    if shape == "E" and (j := _first(np.abs(alike / alike[0] - 1) > most)) is not None:
        return f"component {j + 1} has another shape than component 1"
    if shape == orientation == "E":
        alike = own / sizes[:, None, None]
        extent = np.sqrt(np.einsum("kii->ki", alike))
        if (j := _first(np.abs(alike - alike[0]) / (extent[:, :, None] * extent[:, None]) > most[:, None])) is not None:
            return f"component {j + 1} has another orientation than component 1"
    return None


def _correlations(covariances):
    """Absolute correlations (k, d, d), without those of features with themselves."""
    extent = np.sqrt(np.maximum(np.einsum("kii->ki", covariances), np.finfo(float).tiny))
    return np.abs(covariances) / (extent[:, :, None] * extent[:, None]) * (1 - np.eye(covariances.shape[1]))


def _first(wrong):
    """The first component (k, ...) of which something is wrong, or None."""
    found = np.flatnonzero(wrong.reshape(len(wrong), -1).any(axis=1))
    return int(found[0]) if found.size else None
