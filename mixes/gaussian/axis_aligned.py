"""Expectation and maximisation of Gaussian mixtures whose axes are the features: a step costs time linear in their number.

The joint log-density of a row is linear in ``[1, x_i, x_i²]``, and the M-step needs sums of these only. No d by d matrix is made.
"""

import numpy as np

from .. import checks
from ..gaussians import LOG_2PI, SQUARES_LIMIT, inside, lost_figures
from .em import LIGHT, TINY, GaussianDensity

_CHUNK = 2**18  # numbers of a chunk of rows, so many that they stay in the cache


class AxisAlignedDensity(GaussianDensity):
    """A `GaussianDensity` of `AxisAlignedParameters`."""

    def __init__(self, parameters, box=None, origins=None):
        self.parameters = parameters
        weights, means, variances = parameters.weights, parameters.means, parameters.variances
        k, d = means.shape
        if not (variances > 0).all():
            checks.variances("variances", variances)
        self.precisions = 1 / variances
        self._absent = (weights == 0).nonzero()[0]
        self._constants = np.log(np.where(weights == 0, 1.0, weights)) - 0.5 * (np.log(variances).sum(axis=1) + d * LOG_2PI)
        center = weights @ means if box is None else box.center
        self.narrowness = self.precisions.sum(axis=1)
        shifted = means - center
        self.expands = origins is None and float(squares(shifted, variances, self.precisions).max()) < SQUARES_LIMIT
        if origins is None:
            origins = center[None] if self.expands else inside(box, means)
        self.origins = origins
        self.chunk_rows = min(max(_CHUNK // d, 64), 4096)
        self.light = k * n_products(d) * self.chunk_rows < LIGHT
        if self.expands:
            self.frame = "squares", center.tobytes()
            self._linear, self._quadratic = self.precisions * shifted, -0.5 * self.precisions
            self._highest = (self._constants - 0.5 * (self._linear * shifted).sum(axis=1))[:, None]

    @property
    def rounding(self):
        return rounding(self.parameters.variances, self.precisions)

    def products(self, X):
        rows = X - self.origins[0]
        return rows, rows**2

    def log_joint(self, X, products=None):
        if self.expands:
            rows, squares = self.products(X) if products is None else products
            log_joint = self._linear @ rows.T
            log_joint += self._quadratic @ squares.T
            log_joint += self._highest
            log_joint[self._absent] = -np.inf
            return log_joint, (rows, squares)
        log_joint = np.empty((len(self._constants), len(X)))
        for j, (mean, precision) in enumerate(zip(self.parameters.means, self.precisions)):
            log_joint[j] = self._constants[j] - 0.5 * ((X - mean) ** 2 @ precision)
        log_joint[self._absent] = -np.inf
        return log_joint, X

    def statistics(self, features, responsibilities):
        """Sums of r, r·x and r·x² about the origins: one array (k, 1 + 2d)."""
        d = self.origins.shape[1]
        sums = np.empty((len(responsibilities), 1 + 2 * d))
        sums[:, 0] = responsibilities.sum(axis=1)
        if self.expands:
            rows, squares = features
            sums[:, 1 : 1 + d], sums[:, 1 + d :] = responsibilities @ rows, responsibilities @ squares
            return (sums,)
        for row, origin, r in zip(sums, self.origins, responsibilities):
            shifted = features - origin
            row[1 : 1 + d], row[1 + d :] = r @ shifted, r @ shifted**2
        return (sums,)

    def moments(self, sums, eps):
        return moments(sums, self.origins, eps)

    def finer(self, statistics, new):
        if lost_figures(new.parameters, new.narrowness, self.origins):
            return AxisAlignedDensity(self.parameters, origins=new.parameters.means)
        return None


# -- for arrays of mixtures, too: components come first, and further axes (...) may follow; the names are those of `em` --


def squares(shifted, variances, precisions):
    """What the squares of rows add up to (k, ...) at a component's own points, about a center that is taken off the means."""
    return ((shifted**2 + variances) * precisions).sum(axis=-1)


def coefficients(constants, shifted, precisions):
    """Coefficients (k, ..., 1 + 2d) of [1, x_i, x_i²] in log densities with these constants, means less the center, and precisions."""
    linear = precisions * shifted
    return np.concatenate([(constants - 0.5 * (linear * shifted).sum(axis=-1))[..., None], linear, -0.5 * precisions], axis=-1)


def moments(sums, origins, eps):
    """Masses (k, ...), means and variances (k, ..., d) from sums about the origins."""
    mass, d = sums[..., 0], origins.shape[-1]
    each = sums[..., 1:] / np.maximum(mass, TINY)[..., None]
    shift = each[..., :d]
    return mass, origins + shift, each[..., d:] - shift**2 + eps


def n_products(d):
    """How many products of features there are: 1 + 2d."""
    return 1 + 2 * d


def monomials(X):
    """Rows [1, x_i, x_i²] of X (m, d), transposed: (1 + 2d, m)."""
    columns = X.T
    return np.concatenate([np.ones((1, len(X))), columns, columns**2])


def rounding(variances, precisions):
    """What rounding variances may change of a row's log density, at most."""
    return 4 * np.finfo(float).eps
