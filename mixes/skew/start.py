"""Where EM of a skew-normal mixture starts: a Gaussian start, made skew as the rows of each cluster are."""

from dataclasses import replace

import numpy as np
from scipy.special import log_ndtr

from .. import events, initialization
from ..gaussian import from_labels
from ..gaussians import floor_covariances
from .parameters import (
    FLOOR_MULTIPLE,
    HALF_NORMAL_MEAN,
    HALF_NORMAL_VARIANCE,
    LARGEST_SHARE,
    DiagonalSkewParameters,
    SkewParameters,
    bounded,
    with_moments,
)

# skewness of a standardised skew normal with loading l: this times l^3
_THIRD_MOMENT = HALF_NORMAL_MEAN * (4 / np.pi - 1)
_SYMMETRIC = 1e-9  # third moments below are rounding
_EQUAL = 1e-9  # mean log densities that differ by less are equal but for rounding
# Standard deviation of the random changes of a start's loadings, in units of the features' standard deviations.
_VARIATION = 0.5


def initial_parameters(X, k, kind, sample_weight, eps, floor, rng, *, random, varied):
    """Parameters to start from, and events.

    Parameters
    ----------
    X : array (n, d)
    k : int
    kind : "full", "diagonal" or "restricted"
    sample_weight : array (n,)
    eps, floor : float
        As in the M half-step.
    rng : numpy Generator
    random : bool
        Clusters of the rows nearest to randomly drawn ones instead of k-means clusters.
    varied : bool
        Change the skewness of the clusters at random, so that several starts are different ones.

    Returns
    -------
    SkewParameters, list of Event
    """
    d = X.shape[1]
    if random:
        labels = initialization.nearest_labels(X, k, sample_weight, rng)
    else:
        labels = initialization.kmeans_labels(X, k, sample_weight, rng)
    start, happened = from_labels(X, labels, k, sample_weight, eps, FLOOR_MULTIPLE * floor)
    deviations = np.sqrt(np.einsum("kii->ki", start.covariances))
    loadings = np.array(
        [
            cluster_loadings(X[labels == j], mean, deviation, sample_weight[labels == j])
            for j, (mean, deviation) in enumerate(zip(start.means, deviations))
        ]
    )[:, :, None]
    if kind != "restricted":
        loadings = loadings * np.eye(d)
    if varied:
        changes = _VARIATION * rng.standard_normal(loadings.shape)
        loadings = loadings + (changes * np.eye(d) if kind == "diagonal" else changes)
    skewness = bounded(loadings * deviations[:, :, None], start.covariances)
    cls = DiagonalSkewParameters if kind == "diagonal" else SkewParameters
    parameters = with_moments(start.weights, start.means, start.covariances, skewness, cls)
    # the M half-step has the same floor: from a narrower start the objective would fall
    scales, floored = floor_covariances(parameters.scales, FLOOR_MULTIPLE * floor)
    happened += [event for event in map(events.covariance_floored, floored) if event not in happened]
    return replace(parameters, scales=scales), happened


def cluster_loadings(rows, mean, deviation, weight):
    """Loadings (d,) of skew normals with unit variance that have the skewness of each feature of the rows (m, d).

    Both signs are tried, and the other one is taken where the feature is more likely under it.
    """
    z = (rows - mean) / deviation
    z = z - np.average(z, axis=0, weights=weight)
    third = np.average(z**3, axis=0, weights=weight)
    third = np.where(np.abs(third) < _SYMMETRIC, 0.0, third)  # whose cube root is not small
    loadings = np.cbrt(third / _THIRD_MOMENT)
    loadings = np.clip(loadings, *np.array([-1, 1]) * np.sqrt(LARGEST_SHARE / HALF_NORMAL_VARIANCE))
    plus, minus = (weight @ skew_normal_log_density(z, sign * loadings) for sign in (1, -1))
    return np.where(minus - plus > _EQUAL * weight.sum(), -loadings, loadings)


def skew_normal_log_density(z, loading):
    """Log density of z under skew normals with mean 0, variance 1 and this loading, feature by feature."""
    noise = 1 - HALF_NORMAL_VARIANCE * loading**2
    omega = noise + loading**2
    x = z + HALF_NORMAL_MEAN * loading
    return np.log(2) - 0.5 * (np.log(2 * np.pi * omega) + x**2 / omega) + log_ndtr(loading * x / np.sqrt(omega * noise))
