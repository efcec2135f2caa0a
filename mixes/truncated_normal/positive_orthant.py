"""Normal distributions truncated to the positive orthant: log probabilities and the first two moments.

One covariance, many means. Up to three dimensions the values are exact to rounding or close to it, also in the far
tail, where every exponential is taken relative to the largest one.

* One dimension: closed form in Mills' ratio.
* Two: Owen's T function and Plackett's identity (`bivariate`), positive terms in the tails (`wedge`).
* Three to five: Plackett's identity (`plackett`). Where the orthant is improbable, or a correlation is near 1:
  in three dimensions an integral over the two-dimensional values, in more an estimate (`orthants`).
* More: quasi-Monte-Carlo on fixed points, with an error estimate (`orthants`).
"""

from typing import NamedTuple

import numpy as np
from scipy import special

from .bivariate import LEAST_PROBABILITY, both_positive_moments, log_both_positive, worn
from .orthants import by_quadrature, quasi_monte_carlo
from .plackett import SMALLEST_EIGENVALUE, enough_nodes, moments_by_parts, orthant_probability
from .wedge import radial_integrals

_SINGULAR = 1e-12  # smallest eigenvalue of a correlation matrix that still carries digits
_MOST_EXACT = 5  # dimensions; with more, estimates are faster
_ROWS, _ROWS_WITH_MOMENTS = 256, 32  # of the slower methods at once: their temporary arrays stay in cache


class TruncatedMoments(NamedTuple):
    """What `truncated_moments` returns.

    Attributes
    ----------
    log_probability : ndarray of shape (n,)
        log P(T > 0).
    first : ndarray of shape (n, q)
        E[T | T > 0].
    second : ndarray of shape (n, q, q)
        E[T T' | T > 0].
    error : ndarray of shape (n,)
        Standard error of `log_probability`. Zero where no sampling is involved.
    """

    log_probability: np.ndarray
    first: np.ndarray
    second: np.ndarray
    error: np.ndarray


def log_orthant_probability(means, covariance):
    """Log probability that every coordinate of a normal vector is positive.

    Parameters
    ----------
    means : array-like of shape (n, q)
    covariance : array-like of shape (q, q)
        Shared by all rows; positive definite.

    Returns
    -------
    ndarray of shape (n,)

    Raises
    ------
    ValueError
        If a shape does not fit, a value is not finite, or the covariance is not positive definite.

    See Also
    --------
    truncated_moments : the same value, with its error estimate in more than three dimensions.
    """
    return PositiveOrthant(covariance).log_probability(_checked_means(means, covariance))


def truncated_moments(means, covariance, log_probability=None):
    """Log probability of the positive orthant, and the mean and second moment of a normal vector given it lies there.

    Parameters
    ----------
    means : array-like of shape (n, q)
    covariance : array-like of shape (q, q)
        Shared by all rows; positive definite.
    log_probability : ndarray of shape (n,), optional
        What `log_orthant_probability` gave, to save its time.

    Returns
    -------
    TruncatedMoments
        `log_probability` (n,), `first` (n, q), `second` (n, q, q) and `error` (n,).

    Raises
    ------
    ValueError
        If a shape does not fit, a value is not finite, or the covariance is not positive definite.

    References
    ----------
    A. Genz, Numerical computation of multivariate normal probabilities, J. Comput. Graph. Stat. 1 (1992) 141-149.
    Z. I. Botev, The normal law under linear restrictions, J. R. Stat. Soc. B 79 (2017) 125-148.
    """
    means = _checked_means(means, covariance)
    return PositiveOrthant(covariance).moments(means, log_probability)


class PositiveOrthant:
    """The two functions above for one covariance (q, q), which is checked once; the means are not."""

    def __init__(self, covariance):
        covariance = _checked_covariance(covariance)
        self._scale = np.sqrt(np.diag(covariance))
        self._products = self._scale[:, None] * self._scale
        self._correlation = covariance / self._products
        np.fill_diagonal(self._correlation, 1.0)
        smallest = np.linalg.eigvalsh(self._correlation)[0] if len(covariance) > 1 else 1.0
        if smallest < _SINGULAR:
            raise ValueError(
                f"covariance is singular or indefinite: the smallest eigenvalue of its correlation matrix is {smallest:.3g}; "
                f"it needs at least {_SINGULAR:g} to be positive definite."
            )

        exact = 2 < len(covariance) <= _MOST_EXACT and smallest >= SMALLEST_EIGENVALUE
        self._nodes = enough_nodes(smallest) if exact else 0

    def log_probability(self, means):
        """See `log_orthant_probability`."""
        n, q = means.shape
        means = means / self._scale
        if q == 1:
            return special.log_ndtr(means[:, 0])
        if q == 2:
            return log_both_positive(*means.T, self._correlation[0, 1])
        p = np.zeros(n)
        if self._nodes:
            rows = np.flatnonzero(special.ndtr(means.min(axis=1)) > LEAST_PROBABILITY)
            p[rows] = orthant_probability(means[rows], self._correlation, self._nodes)
        improbable = p <= LEAST_PROBABILITY
        log_p = np.log(np.where(improbable, 1.0, p))
        log_p[improbable] = self._carefully(means[improbable], with_moments=False)[0]
        return log_p

    def moments(self, means, log_probability=None):
        """See `truncated_moments`."""
        n, q = means.shape
        log_p = self.log_probability(means) if log_probability is None else log_probability
        means, error = means / self._scale, np.zeros(n)
        if q == 1:
            first, second = _one_dimension(means)
        elif q == 2:
            first, second = both_positive_moments(*means.T, self._correlation[0, 1], log_p)
        else:
            first, second = np.empty((n, q)), np.zeros((n, q, q))
            by_parts = np.full(n, q == 3) | ((log_p > np.log(LEAST_PROBABILITY)) & (self._nodes > 0))
            if by_parts.any():
                first[by_parts], second[by_parts] = moments_by_parts(means[by_parts], self._correlation, log_p[by_parts], self._nodes)
            rows = np.flatnonzero(worn(second))
            _, first[rows], second[rows], error[rows] = self._carefully(means[rows], with_moments=True)
        return TruncatedMoments(log_p, first * self._scale, second * self._products, error)

    def _carefully(self, means, with_moments):
        """Slower values for improbable orthants and correlations near 1: those of `TruncatedMoments`."""
        parts, sampled = [], means.shape[1] > 3
        step = _ROWS_WITH_MOMENTS if with_moments or sampled else _ROWS
        for start in range(0, max(len(means), 1), step):
            rows = means[start : start + step]
            if sampled:
                parts.append(quasi_monte_carlo(rows, self._correlation))
            else:
                parts.append((*by_quadrature(rows, self._correlation, with_moments), np.zeros(len(rows))))
        return [None if values[0] is None else np.concatenate(values) for values in zip(*parts)]


def _checked_means(means, covariance):
    means = np.asarray(means, dtype=float)
    if means.ndim != 2 or means.shape[1] == 0:
        raise ValueError(f"means has shape {means.shape}; it needs (n, q) with q at least 1.")
    q = means.shape[1]
    if np.shape(covariance) != (q, q):
        raise ValueError(f"covariance has shape {np.shape(covariance)}; with these means it needs ({q}, {q}).")
    if not np.isfinite(means).all():
        row = np.flatnonzero(~np.isfinite(means).all(axis=1))[0]
        raise ValueError(f"means has NaN or infinity in row {row}; it needs finite numbers.")
    return means


def _checked_covariance(covariance):
    covariance = np.asarray(covariance, dtype=float)
    if not np.isfinite(covariance).all():
        raise ValueError("covariance has NaN or infinity; it needs finite numbers.")
    variances = np.diag(covariance)
    if (variances <= 0).any():
        raise ValueError(f"covariance has {variances.min():.3g} on its diagonal; it needs to be positive definite.")
    if (np.abs(covariance - covariance.T) > 1e-8 * np.sqrt(variances[:, None] * variances)).any():
        raise ValueError("covariance is not symmetric; give a symmetric matrix.")
    return 0.5 * (covariance + covariance.T)


def _one_dimension(means):
    t = -means[:, 0]
    i0, i1, i2, _ = radial_integrals(t, np.exp(-0.5 * np.minimum(t, 0) ** 2), np.ones_like(t))
    return (i1 / i0)[:, None], (i2 / i0)[:, None, None]
