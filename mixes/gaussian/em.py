"""Expectation and maximisation of Gaussian mixtures with full covariances.

With ``z(x) = [1, x_i, x_i x_j (i <= j)]`` the joint log-density of a row is linear in ``z`` and the M-step needs
``R Z'`` only, so that two matrix products do both half-steps (``R``: responsibilities). Where a component is so
narrow that the expansion would lose digits, rows are whitened by triangular solves instead.
"""

from functools import lru_cache

import numpy as np
from scipy.linalg import solve_triangular

from .. import events
from ..expectation import Density
from ..gaussians import (
    LOG_2PI,
    SQUARES_LIMIT,
    cholesky,
    floor_covariances,
    inside,
    log_determinants,
    lost_figures,
    precisions,
    rounding,
    was_elsewhere,
)
from .parameters import GaussianParameters

# With more products than this (126 features) a chunk of them no longer fits in the cache.
_MAX_PRODUCTS = 2**13


class GaussianDensity(Density):
    """Everything EM needs of a Gaussian mixture with fixed parameters (see `mixes.expectation`).

    Parameters
    ----------
    parameters : GaussianParameters
    box : arrays (d,), (d,), optional
        See `gaussians.inside`.
    origins : array (k, d), optional
        Points about which the statistics are taken, each component's own; by default they are chosen.
    """

    def __init__(self, parameters, box=None, origins=None):
        self.parameters = parameters
        weights, means, covariances = parameters.weights, parameters.means, parameters.covariances
        k, d = means.shape
        self._factors = cholesky(covariances)
        self.precisions = precisions(self._factors)
        self._absent = weights == 0  # infinities stay out of products: some processors make NaN of them
        log_weights = np.log(np.where(self._absent, 1.0, weights))
        self._constants = log_weights - 0.5 * (log_determinants(self._factors) + d * LOG_2PI)
        center = inside(box, weights @ means)
        extent = ((means - center) ** 2).sum(axis=1) + np.einsum("kii->k", covariances)
        self.narrowness = np.einsum("kii->k", self.precisions)
        self.rounding = rounding(covariances, self.precisions)
        self._upper = _upper_triangle(d)
        n_features = 1 + d + len(self._upper[0])
        self.expands = (
            origins is None and n_features <= _MAX_PRODUCTS and float(extent.max()) * float(self.narrowness.max()) < SQUARES_LIMIT
        )
        # statistics are taken about these points, so that the M-step subtracts small numbers only
        if origins is None:
            origins = np.broadcast_to(center, (k, d)) if self.expands else inside(box, means)
        self.origins = origins
        self.chunk_rows = int(np.clip(2**19 // (n_features if self.expands else d), 256, 4096))
        if self.expands:
            shifted = means - center
            linear = np.einsum("kij,kj->ki", self.precisions, shifted)
            self._coefficients = np.empty((k, n_features))
            self._coefficients[:, 0] = self._constants - 0.5 * np.einsum("ki,ki->k", linear, shifted)
            self._coefficients[:, 1 : 1 + d] = linear
            # off the diagonal, x_i x_j stands for x_j x_i too
            self._coefficients[:, 1 + d :] = -self.precisions[:, *self._upper]
            self._coefficients[:, 1 + d + np.flatnonzero(self._upper[0] == self._upper[1])] /= 2

    def penalties(self, eps):
        return 0.5 * eps * self.narrowness

    def log_joint(self, X):
        """Log p(x, j), shape (k, m), of rows X (m, d), and the features for `statistics`."""
        if self.expands:
            features = _monomials(X - self.origins[0])
            log_joint = self._coefficients @ features
            log_joint[self._absent] = -np.inf
            return log_joint, features
        log_joint = np.empty((len(self._constants), len(X)))
        for j, (mean, factor) in enumerate(zip(self.parameters.means, self._factors)):
            whitened = solve_triangular(factor, (X - mean).T, lower=True, check_finite=False)
            log_joint[j] = self._constants[j] - 0.5 * np.einsum("ij,ij->j", whitened, whitened)
        log_joint[self._absent] = -np.inf
        return log_joint, X

    def statistics(self, features, responsibilities):
        """Sums of r, r·x and r·x x' (upper triangle) about the origins: one array (k, 1 + d + d(d+1)/2)."""
        if self.expands:
            return (responsibilities @ features.T,)
        sums = np.empty((len(self.origins), 1 + features.shape[1] + len(self._upper[0])))
        for row, origin, r in zip(sums, self.origins, responsibilities):
            shifted = features - origin
            row[0], row[1 : 1 + shifted.shape[1]] = r.sum(), r @ shifted
            row[1 + shifted.shape[1] :] = ((shifted.T * r) @ shifted)[self._upper]
        return (sums,)

    def finer(self, statistics, new):
        """The density whose sums are taken about the ``new`` means, where those about other points lost figures."""
        if lost_figures(new.parameters, new.narrowness, self.origins):
            return GaussianDensity(self.parameters, origins=new.parameters.means)
        return None

    def maximisation(self, statistics, eps=0.0, floor=0.0, annealing=None):
        """The M half-step: `GaussianParameters` that maximise the expected objective, and events.

        A component without points keeps its mean and covariance, with weight 0. ``annealing`` is an `Annealing`.
        """
        (sums,) = statistics
        k, d = self.parameters.means.shape
        mass = sums[:, 0]
        empty = mass <= 1e-12 * mass.sum()
        weights = np.where(empty, 0.0, mass)
        moments = sums[:, 1:] / np.where(empty, 1.0, mass)[:, None]
        shift = moments[:, :d]
        covariances = np.empty((k, d, d))
        covariances[:, self._upper[0], self._upper[1]] = moments[:, d:]
        covariances[:, self._upper[1], self._upper[0]] = moments[:, d:]
        covariances -= shift[:, :, None] * shift[:, None, :]
        covariances += eps * np.eye(d)
        variances = np.einsum("kii->ki", covariances).copy()
        if annealing and annealing.shape:
            rows, own = annealing.rows(k), mass[:, None, None]
            covariances = (own * covariances + rows * annealing.shape.covariances) / (own + rows)
        means = self.origins + shift
        means[empty] = self.parameters.means[empty]
        covariances[empty] = self.parameters.covariances[empty]
        covariances, floored = floor_covariances(covariances, floor)
        happened = [events.empty_component(int(j)) for j in np.flatnonzero(empty & (self.parameters.weights > 0))]
        thin = (mass < d + 1) & (self.parameters.weights * mass.sum() >= d + 1) & ~empty  # said when it comes about
        happened += [events.thin_component(int(j), mass[j], d) for j in np.flatnonzero(thin)]
        values = np.linalg.eigvalsh(self.parameters.covariances) if floored else ()
        happened += [events.covariance_floored(j) for j in floored if was_elsewhere(values[j, 0], floor, values[j, -1])]
        parameters = GaussianParameters(weights / weights.sum(), means, covariances)
        if annealing:
            parameters, apart = parameters.held_apart(annealing, variances)
            happened += apart
        return parameters, happened


@lru_cache
def _upper_triangle(d):
    """Row and column numbers of the entries on and above the diagonal, row by row."""
    return np.triu_indices(d)


def _monomials(X):
    """Rows z(x) = [1, x_i, x_i x_j (i <= j)] of X (m, d), transposed: (1 + d + d(d+1)/2, m)."""
    m, d = X.shape
    columns = np.ascontiguousarray(X.T)
    z = np.empty((1 + d + d * (d + 1) // 2, m))
    z[0] = 1
    z[1 : 1 + d] = columns
    position = 1 + d
    for i in range(d):
        np.multiply(columns[i], columns[i:], out=z[position : position + d - i])
        position += d - i
    return z
