"""Expectation and maximisation of Gaussian mixtures.

With ``z(x) = [1, x_i, x_i x_j (i <= j)]`` the joint log-density of a row is linear in ``z`` and the M-step needs
``R Z'`` only, so that two matrix products do both half-steps (``R``: responsibilities). Where a component is so
narrow that the expansion would lose digits, rows are whitened by triangular solves instead. What components share
(`mixes.gaussian.structures`) changes one line of the M-step; axis-aligned ones need no matrices (`mixes.gaussian.axis_aligned`).
"""

from functools import lru_cache

import numpy as np
from scipy.linalg import solve_triangular

from .. import events
from ..density import Density
from ..gaussians import (
    LOG_2PI,
    SQUARES_LIMIT,
    cholesky,
    diagonals,
    inside,
    log_determinants,
    lost_figures,
    precisions,
    rounding,
    was_elsewhere,
)
from . import structures
from .parameters import made

# With more products than this (126 features) a chunk of them no longer fits in the cache.
MAX_PRODUCTS = 2**13
_CHUNK = 2**18  # products of a chunk: so many that they stay in the cache, and that threads seldom wait for each other
EMPTY = 1e-12  # the share of the rows up to which a component has none
TINY = np.finfo(float).tiny  # what masses are at least, to divide by
LIGHT = 2**21  # products of features and responsibilities of a chunk


class GaussianDensity(Density):
    """Everything EM needs of a Gaussian mixture with fixed parameters (see `mixes.density`).

    Parameters
    ----------
    parameters : GaussianParameters
    box : Box, optional
        See `gaussians.inside`; products are taken about its center.
    origins : array (k, d), optional
        Points about which the statistics are taken, each component's own; by default they are chosen, one (1, d) for all if it serves.
    """

    def __init__(self, parameters, box=None, origins=None):
        self.parameters = parameters
        weights, means, covariances = parameters.weights, parameters.means, parameters.covariances
        k, d = means.shape
        self._factors = cholesky(covariances)
        self.precisions = precisions(self._factors)
        self._absent = (weights == 0).nonzero()[0]  # infinities stay out of products: some processors make NaN of them
        self._constants = constants(np.where(weights == 0, 1.0, weights) if self._absent.size else weights, self._factors)
        center = weights @ means if box is None else box.center
        shifted = means - center
        self.narrowness = self.precisions.diagonal(0, -2, -1).sum(axis=-1)
        fine = float(squares(shifted, covariances, self.precisions).max()) < SQUARES_LIMIT
        self.expands = origins is None and n_products(d) <= MAX_PRODUCTS and fine
        # statistics are taken about these points, so that the M-step subtracts small numbers only
        if origins is None:
            origins = center[None] if self.expands else inside(box, means)
        self.origins = origins
        width = n_products(d) if self.expands else d
        self.chunk_rows = min(max(_CHUNK // width, min(2**21 // width, 1024)), 4096)
        self.light = k * width * self.chunk_rows < LIGHT
        if self.expands:
            self.frame = "monomials", center.tobytes()
            self._coefficients = coefficients(self._constants, shifted, self.precisions)

    @property
    def rounding(self):
        return rounding(self.parameters.covariances, self.precisions)

    def penalties(self, eps):
        return 0.5 * eps * self.narrowness

    def products(self, X):
        return monomials(X - self.origins[0])

    def log_joint(self, X, products=None):
        """Log p(x, j), shape (k, m), of rows X (m, d), and the features for `statistics`."""
        if self.expands:
            features = self.products(X) if products is None else products
            log_joint = self._coefficients @ features
            if self._absent.size:
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
        upper = np.triu_indices(features.shape[1])
        sums = np.empty((len(self.origins), n_products(features.shape[1])))
        for row, origin, r in zip(sums, self.origins, responsibilities):
            shifted = features - origin
            row[0], row[1 : 1 + shifted.shape[1]] = r.sum(), r @ shifted
            row[1 + shifted.shape[1] :] = ((shifted.T * r) @ shifted)[upper]
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
        before, code = self.parameters, self.parameters.covariance_type
        k, d = before.means.shape
        mass, means, own = self.moments(sums, eps)
        counted, variances, happened = mass, None, []
        if annealing:
            variances = (np.einsum("kii->ki", own) if own.ndim == 3 else own).copy()
        if annealing and annealing.shape:
            rows, each = annealing.rows(k), mass.reshape(k, *[1] * (own.ndim - 1))
            own = (each * own + rows * annealing.shape.spread) / (each + rows)
            counted = mass + rows
        total, needed = mass.sum(), structures.rows_needed(code, d)
        if mass.min() <= max(needed, EMPTY * total):
            empty = emptied(mass)
            thin = thinned(before.weights, mass, needed) & ~empty
            happened += [events.empty_component(int(j)) for j in np.flatnonzero(empty & (before.weights > 0))]
            happened += [events.thin_component(int(j), mass[j], d) for j in np.flatnonzero(thin)]
            means[empty], own[empty] = before.means[empty], before.spread[empty]
            mass, counted = np.where(empty, 0.0, mass), np.where(empty, 0.0, counted)
            total = mass.sum()
        spread, floored = structures.floored(code, counted, own, floor, before.axes)
        if floored:
            values = before.narrowest_and_widest
            happened += [events.covariance_floored(j) for j in floored if was_elsewhere(values[j, 0], floor, values[j, 1])]
        parameters = made(mass / total, means, spread, code, before.pinned)
        if annealing:
            parameters, apart = parameters.held_apart(annealing, variances)
            happened += apart
        return parameters, happened

    def moments(self, sums, eps):
        """Masses, and means and covariances, or variances, of the components' own rows."""
        return moments(sums, self.origins, eps)


# -- for arrays of mixtures, too: components come first, and further axes (...) may follow ------------------------------


def constants(weights, factors):
    """Log of the weights (k, ...) times the highest densities of Gaussians with these Cholesky factors (k, ..., d, d)."""
    return np.log(weights) - 0.5 * (log_determinants(factors) + factors.shape[-1] * LOG_2PI)


def squares(shifted, covariances, precisions):
    """How large (k, ...) the terms of x'Px are at a component's own points, about a center that is taken off the means: at most so.

    P_ij² ≤ P_ii P_jj, so they are at most the square of ``sum_i sqrt(P_ii E x_i²)``, which has no unit. At the points of
    others the density of this component is lost before its figures are.
    """
    sizes = shifted**2 + covariances.diagonal(0, -2, -1)
    return np.sqrt(sizes * precisions.diagonal(0, -2, -1)).sum(axis=-1) ** 2


def coefficients(constants, shifted, precisions):
    """Coefficients (k, ..., F) of the products z in log densities with these constants, means less the center, and precisions."""
    d = shifted.shape[-1]
    upper, shares = _upper_triangle(d)
    linear = (precisions @ shifted[..., None])[..., 0]
    found = np.empty((*constants.shape, n_products(d)))
    found[..., 0] = constants - 0.5 * (linear * shifted).sum(axis=-1)
    found[..., 1 : 1 + d] = linear
    found[..., 1 + d :] = shares * precisions.reshape(*constants.shape, d * d).take(upper, axis=-1)
    return found


def moments(sums, origins, eps):
    """Masses (k, ...), means (k, ..., d) and covariances (k, ..., d, d) from sums about the origins.

    ``eps`` is one number, or (..., 1).
    """
    d = origins.shape[-1]
    mass = sums[..., 0]
    each = sums[..., 1:] / np.maximum(mass, TINY)[..., None]
    shift = each[..., :d]
    covariances = each.take(_places(d), axis=-1)
    covariances -= shift[..., :, None] * shift[..., None, :]
    variances = diagonals(covariances)
    variances += eps
    return mass, origins + shift, covariances


def emptied(mass):
    """Which components (k, ...) have no points."""
    return mass <= EMPTY * mass.sum(axis=0)


def thinned(weights, mass, needed):
    """Which components (k, ...) have too few points for a shape and, by their weights, had enough: it is said when it comes about."""
    return (mass < needed) & (weights * mass.sum(axis=0) >= needed)


def n_products(d):
    """How many products z(x) has: F = 1 + d + d(d+1)/2."""
    return 1 + d + d * (d + 1) // 2


@lru_cache
def _upper_triangle(d):
    """Numbers of the entries on and above the diagonal, row by row, in a flat matrix, and their shares in -x'Px/2.

    Off the diagonal, x_i x_j stands for x_j x_i too.
    """
    rows, columns = np.triu_indices(d)
    return d * rows + columns, np.where(rows == columns, -0.5, -1.0)


@lru_cache
def _places(d):
    """Where each entry of a symmetric matrix (d, d) is among products z(x) without the first."""
    places, upper = np.empty((d, d), dtype=int), np.triu_indices(d)
    places[upper] = places[upper[::-1]] = d + np.arange(len(upper[0]))
    return places


def monomials(X):
    """Rows z(x) = [1, x_i, x_i x_j (i <= j)] of X (m, d), transposed: (1 + d + d(d+1)/2, m)."""
    m, d = X.shape
    columns = np.ascontiguousarray(X.T)
    z = np.empty((n_products(d), m))
    z[0] = 1
    z[1 : 1 + d] = columns
    position = 1 + d
    for i in range(d):
        np.multiply(columns[i], columns[i:], out=z[position : position + d - i])
        position += d - i
    return z
