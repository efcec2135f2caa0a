"""Where EM of a Gaussian mixture starts."""

import numpy as np

from .. import events, initialization
from . import structures
from .parameters import parameters_of


def from_labels(X, labels, k, sample_weight, eps, floor, code=structures.FULL):
    """Gaussian parameters of the clusters ``labels`` (n,), with covariances of a structure, and events.

    Clusters of too few rows for what is their own get the pooled covariance.
    """
    d = X.shape[1]
    needed, along = structures.rows_needed(code, d), structures.axis_aligned(code)
    weights, means, own, thin = np.empty(k), np.empty((k, d)), np.empty((k, d) if along else (k, d, d)), []
    for j in range(k):
        rows, weight = X[labels == j], sample_weight[labels == j]
        weights[j] = weight.sum()
        means[j] = np.average(rows, axis=0, weights=weight)
        own[j] = _scatter(rows - means[j], weight, along) / weights[j]
        if not initialization.has_distinct_rows(rows, needed):
            thin.append(j)
    weights /= weights.sum()
    own[thin] = np.tensordot(weights, own, 1) if along else np.einsum("k,kij->ij", weights, own)
    spread, floored = structures.floored(code, weights, own + (eps if along else eps * np.eye(d)), floor)
    happened = [*map(events.pooled_start, thin), *map(events.covariance_floored, floored)]
    return parameters_of(weights, means, spread, code), happened


def around(means, X, sample_weight, eps, floor, code):
    """Gaussian parameters of equal weights, with these means (k, d) and the covariance of all rows, and events."""
    k, d = means.shape
    if structures.axis_aligned(code):
        own = np.average((X - np.average(X, axis=0, weights=sample_weight)) ** 2, axis=0, weights=sample_weight)[None] + eps
    else:
        own = np.cov(X.T, aweights=sample_weight, ddof=0).reshape(1, d, d) + eps * np.eye(d)
    weights = np.full(k, 1 / k)
    spread, floored = structures.floored(code, weights, np.repeat(own, k, axis=0), floor)
    return parameters_of(weights, means, spread, code), list(map(events.covariance_floored, floored))


def _scatter(differences, weight, along):
    """Sums of products (d, d), or of squares (d,), of rows (m, d) that differ so much from their mean."""
    return weight @ differences**2 if along else (differences.T * weight) @ differences
