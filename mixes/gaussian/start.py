"""Where EM of a Gaussian mixture starts."""

import numpy as np

from .. import events, initialization
from ..gaussians import floor_covariances
from .parameters import GaussianParameters


def from_labels(X, labels, k, sample_weight, eps, floor):
    """Gaussian parameters of the clusters ``labels`` (n,); clusters of at most d rows get the pooled covariance."""
    d = X.shape[1]
    weights, means, covariances, thin = np.empty(k), np.empty((k, d)), np.empty((k, d, d)), []
    for j in range(k):
        rows, weight = X[labels == j], sample_weight[labels == j]
        weights[j] = weight.sum()
        means[j] = np.average(rows, axis=0, weights=weight)
        covariances[j] = ((rows - means[j]).T * weight) @ (rows - means[j]) / weights[j]
        if not initialization.has_distinct_rows(rows, d + 1):
            thin.append(j)
    weights /= weights.sum()
    covariances[thin] = np.einsum("k,kij->ij", weights, covariances)
    covariances, floored = floor_covariances(covariances + eps * np.eye(d), floor)
    return (GaussianParameters(weights, means, covariances), [*map(events.pooled_start, thin), *map(events.covariance_floored, floored)])
