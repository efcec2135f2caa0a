"""Normal vectors in the positive orthant where that is improbable, or with correlations near 1: positive terms only.

* Three dimensions: one coordinate is integrated numerically over the exact bivariate values of the other two.
* More: Genz's separation of variables, tilted as by Botev, on fixed Sobol points, with an error estimate.
"""

from functools import cache
from itertools import product

import numpy as np
from scipy import special
from scipy.stats.qmc import Sobol

from ..gaussians import LOG_2PI
from .bivariate import log_both_positive
from .wedge import closest, edges, gauss_legendre, wedge_moments

_NEGLIGIBLE = 38.0  # exp(-38) is below the rounding of 1
_POINTS, _SCRAMBLINGS = 128, 4  # the scramblings give the error estimate


# Three dimensions ---------------------------------------------------------------------------------------------------


def by_quadrature(means, correlation, with_moments):
    """Log P(T > 0) (n,) for means (n, 3), and first (n, 3) and second moments (n, 3, 3) if asked for."""
    n = len(means)
    precision = np.diag(np.linalg.inv(correlation))
    # Integrate over the coordinate least determined by the others: as a function of it the integrand is a mixture of
    # Gaussians of standard deviation `width`, hence smooth at that scale whatever the means.
    axis = int(np.argmin(precision))
    width = 1 / np.sqrt(precision[axis])
    others = [i for i in range(3) if i != axis]
    slope = correlation[others, axis]
    conditional = correlation[np.ix_(others, others)] - np.outer(slope, slope)
    deviation = np.sqrt(np.diag(conditional))
    rho = conditional[0, 1] / deviation.prod()
    pair = np.array([[1.0, rho], [rho, 1.0]])
    centre, slope, offset = means[:, axis], slope / deviation, means[:, others] / deviation

    def conditional_means(t, row):
        return offset[row] + slope * (t - centre[row])[:, None]

    point, squared_distance = _closest_point(means, correlation)
    lower, upper = _visible(point[:, axis], squared_distance, centre, conditional_means, slope, rho)
    x, weights = gauss_legendre(18)

    def integrals(row, a, b):
        t = (a + (b - a) * x).ravel()
        where = np.tile(row, len(x))
        pair_means = conditional_means(t, where)
        if with_moments:
            log_p, first, second = wedge_moments(pair_means, pair)
            first, second = first * deviation, second * np.outer(deviation, deviation)
            values = [np.ones_like(t), t, *first.T, t * t, *(t * first.T), *second[:, [0, 0, 1], [0, 1, 1]].T]
        else:
            log_p, values = log_both_positive(*pair_means.T, rho), [1.0]
        log_density = log_p + 0.5 * (squared_distance[where] - (t - centre[where]) ** 2 - LOG_2PI)
        mass = np.exp(log_density) * ((b - a) * weights).ravel()
        return np.stack([(mass * value).reshape(len(x), -1).sum(axis=0) for value in values])

    total = _adaptive(integrals, lower, upper, 6 * width)
    log_p = np.log(total[0]) - 0.5 * squared_distance
    if not with_moments:
        return log_p, None, None
    moments = total[1:] / total[0]
    order = np.argsort([axis, *others])
    second = moments[[3, 4, 5, 4, 6, 7, 5, 7, 8]].T.reshape(n, 3, 3)
    return log_p, moments[:3].T[:, order], second[:, order][:, :, order]


def _closest_point(means, correlation):
    """The point of the orthant with the highest density, and its squared Mahalanobis distance from the mean."""
    n, q = means.shape
    point, squared_distance = np.zeros((n, q)), np.full(n, np.inf)
    for zero in product([False, True], repeat=q):
        zero = np.array(zero)
        solved = np.linalg.solve(correlation[np.ix_(zero, zero)], means[:, zero].T)
        candidate = np.where(zero, 0.0, means - (correlation[:, zero] @ solved).T)
        distance = (means[:, zero].T * solved).sum(axis=0)
        better = (candidate >= 0).all(axis=1) & (distance < squared_distance)
        point[better], squared_distance[better] = candidate[better], distance[better]
    return point, squared_distance


def _visible(mode, squared_distance, centre, conditional_means, slope, rho):
    """Interval outside of which the integrand is negligible: Newton's method on its convex exponent, from outside."""
    n, reach = len(mode), np.sqrt(2 * _NEGLIGIBLE)
    row = np.tile(np.arange(n), 2)
    t = np.concatenate([mode - reach, mode + reach])
    sine2 = (1 - rho) * (1 + rho)
    for _ in range(8):
        h, k = conditional_means(t, row).T
        near, far, radius = edges(h, k, rho)
        distance, _ = closest(h, k, near, far, radius)
        slant = (slope[0] * (h - rho * k) + slope[1] * (k - rho * h)) / sine2
        cases = [(h >= 0) & (k >= 0), (k < 0) & (near < 0), (h < 0) & (far < 0)]
        half_derivative = np.select(cases, [0.0, slope[1] * k, slope[0] * h], slant) + t - centre[row]
        excess = distance + (t - centre[row]) ** 2 - squared_distance[row] - 2 * _NEGLIGIBLE
        t = t - np.maximum(excess, 0) / (2 * half_derivative)
    return np.maximum(t[:n], 0), t[n:]


def _adaptive(integrals, lower, upper, safe):
    """Integrate (m, rows) values over one interval a row. Panels no longer than `safe` are trusted, others halved."""
    n = len(lower)
    panels = np.clip(np.ceil((upper - lower) / safe), 1, 4).astype(int)
    row = np.repeat(np.arange(n), panels)
    length = ((upper - lower) / panels)[row]
    a = lower[row] + length * (np.arange(len(row)) - np.repeat(np.cumsum(panels) - panels, panels))
    b = a + length
    values = integrals(row, a, b)

    def by_row(row, values):
        return np.stack([np.bincount(row, weights=v, minlength=n) for v in values])

    scale, total = by_row(row, values), 0.0
    done = b - a <= safe * (1 + 1e-9)
    while True:
        total = total + by_row(row[done], values[:, done])
        row, a, b, values = row[~done], a[~done], b[~done], values[:, ~done]
        if not len(row):
            return total
        middle = (a + b) / 2
        halves = integrals(np.tile(row, 2), np.concatenate([a, middle]), np.concatenate([middle, b]))
        agree = (np.abs(sum(np.split(halves, 2, axis=1)) - values) <= 1e-11 * scale[:, row]).all(axis=0)
        row, a, b, values = np.tile(row, 2), np.concatenate([a, middle]), np.concatenate([middle, b]), halves
        done = np.tile(agree, 2) | (b - a <= safe)


# More dimensions ----------------------------------------------------------------------------------------------------


def quasi_monte_carlo(means, correlation):
    """Log probability (n,), first (n, q) and second moments (n, q, q) given T > 0, and the relative standard error."""
    n, q = means.shape
    factor = np.linalg.cholesky(correlation)
    uniform = _sobol_points(q)
    scale = np.diag(factor)
    slopes = factor / scale[:, None]
    tilt = _tilt(means / scale, slopes)
    z = np.empty((q, n, uniform.shape[1]))
    inside = np.empty_like(z)
    log_weight = np.zeros(z.shape[1:])
    for i in range(q):
        bound = -(means[:, i] / scale[i])[:, None] - np.tensordot(slopes[i, :i], z[:i], axes=1)
        shift = tilt[i][:, None]
        log_tail = special.log_ndtr(shift - bound)
        drawn = -special.ndtri_exp(log_tail + np.log(uniform[i]))
        z[i] = drawn + shift
        inside[i] = scale[i] * np.maximum(z[i] - bound, 0)
        log_weight += log_tail + shift * (0.5 * shift - z[i])
    largest = log_weight.max(axis=1)
    weight = np.exp(log_weight - largest[:, None])
    mean_weight = weight.mean(axis=1)
    by_scrambling = weight.reshape(n, _SCRAMBLINGS, _POINTS).mean(axis=2)
    error = by_scrambling.std(axis=1, ddof=1) / np.sqrt(_SCRAMBLINGS) / mean_weight
    share = weight / weight.sum(axis=1, keepdims=True)
    first = np.einsum("nm,inm->ni", share, inside)
    second = np.einsum("inm,jnm->nij", share * inside, inside, optimize=True)
    return largest + np.log(mean_weight), first, second, error


@cache
def _sobol_points(q):
    """Fixed scrambled Sobol points, one scrambling after the other, shape (q, points)."""
    points = [Sobol(q, seed=seed).random(_POINTS) for seed in range(_SCRAMBLINGS)]
    return np.clip(np.concatenate(points).T, 1e-16, 1 - 1e-16)


def _tilt(bounds, slopes):
    """Means of the sampled normals under which the weights are nearly constant, shape (q, n).

    The saddle point of Botev (2017), equations 11 to 13, by Newton's method with halved steps. Any tilt gives valid
    estimates, a poor one only a large error.
    """
    n, q = bounds.shape
    d = q - 1
    below = np.tril(slopes, -1)[:, :d]
    identity = np.eye(d)

    def system(unknown):
        z, tilt = unknown[:, :d], unknown[:, d:]
        bound = -bounds - z @ below.T
        bound[:, :d] -= tilt
        hazard = np.sqrt(2 / np.pi) / special.erfcx(bound / np.sqrt(2))
        equations = np.hstack([hazard @ below - tilt, z - tilt - hazard[:, :d]])
        return equations, hazard, hazard * (hazard - bound)

    unknown = np.zeros((n, 2 * d))
    equations, hazard, curvature = system(unknown)
    for _ in range(30):
        scaled = curvature[:, :, None] * below
        jacobian = np.empty((n, 2 * d, 2 * d))
        jacobian[:, :d, :d] = -below.T @ scaled
        jacobian[:, :d, d:] = -identity - scaled[:, :d].transpose(0, 2, 1)
        jacobian[:, d:, :d] = identity + scaled[:, :d]
        jacobian[:, d:, d:] = (curvature[:, :d, None] - 1) * identity
        step = np.linalg.solve(jacobian, -equations[:, :, None])[:, :, 0]
        norm = np.abs(equations).max(axis=1)
        length = np.ones((n, 1))
        for _ in range(12):
            attempt = system(unknown + length * step)
            worse = np.abs(attempt[0]).max(axis=1) > norm
            if not worse.any():
                break
            length[worse] /= 2
        unknown = unknown + length * step
        equations, hazard, curvature = attempt
        if (np.abs(step).max(axis=1) <= 1e-9 * (1 + np.abs(unknown).max(axis=1))).all():
            break
    return np.vstack([unknown[:, d:].T, np.zeros(n)])
