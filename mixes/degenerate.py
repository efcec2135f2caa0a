"""Which components of a mixture are narrow by chance: the spurious maxima of the likelihood.

The likelihood of a mixture with free covariances has no upper bound: any d rows lie in a sheet of no width, and the
thinner the sheet, the higher the density in it. Regularisation makes such an end finite, not unlikely: a few rows that
happen to lie close to a sheet can still win against the clusters. (McLachlan and Peel, 2000, Finite Mixture Models,
section 3.10; Hathaway, 1985, Annals of Statistics 13:795-800, bounds the ratio of variances, and García-Escudero
et al., 2008, Annals of Statistics 36:1324-1345, that of eigenvalues; such a bound forbids thin clusters that are real.)

A component is degenerate when it is much narrower than the others in some direction, and when as many rows would lie
in one so narrow by chance. If in c directions it is ``ratio_1 ... ratio_c`` times as wide as the others, a row of
theirs falls into it with a probability of at most ``p = prod(min(1, 4 ratio / sqrt(2 pi)))``: four standard deviations
wide, through the densest place of a normal distribution. Any ``f = d - c + 1`` rows fix the place of a flat that is
narrow in c directions, so that among n rows

    choose(n, f) · P(Binomial(n - f, p) >= rows - f)

of them at most are to be expected. Of flats along the features one row fixes the place, and there are choose(d, c).
Rounded values lie in planes; the spacing of the values counts as width there. A feature that is constant in a component, and
has the same value in many rows of others, says nothing about which rows are in it, and is left out: the empty corners of
pictures.
"""

from typing import NamedTuple

import numpy as np
from scipy.linalg import eigh
from scipy.special import betainc, gammaln

# Components less than so many times narrower than the others are clusters of some shape.
NARROW = 20
_SUSPECT = 2  # so many times as wide as what is narrow: room for rounding
_CONSTANT = 5  # so many times narrower in a feature: nearly all rows may have one value
_SHARED = 1.25  # with so many times a component's rows at its value of a feature, the value does not choose them
_LEAST_ROWS = 0.5  # what holds less than half a row adds next to nothing to the likelihood
_RIDGE = 1e-12  # what is narrower than a millionth in all components decides nothing
_SAME_VALUE = 1e-9  # differences below this share of a column's range are rounding


class Narrow(NamedTuple):
    """A degenerate component: its number, how many times narrower than the others it is, and its rows."""

    component: int
    times: float
    rows: float


def suspects(weights, covariances):
    """The numbers of the components that may be degenerate, quickly: in all features, or in some of them, no other is narrow.

    Along a direction of some features none is narrower than along the best one of all. Covariances (k, d, d), or variances (k, d).
    """
    k = len(weights)
    others = weights * (1 - np.eye(k))
    looked_at = np.flatnonzero(others.any(axis=1) & (weights > 0))
    others, own = others[looked_at], covariances[looked_at]
    pooled = ((others / others.sum(axis=1)[:, None]) @ covariances.reshape(k, -1)).reshape(own.shape)
    if covariances.ndim == 2:
        least = ((own / pooled + _RIDGE) / (1 + _RIDGE)).min(axis=1)
    else:
        units = np.sqrt(np.einsum("kii->ki", pooled))
        own, pooled = (matrices / (units[:, :, None] * units[:, None, :]) + _RIDGE * np.eye(own.shape[1]) for matrices in (own, pooled))
        unmixed = np.linalg.inv(np.linalg.cholesky(pooled))
        least = np.linalg.eigvalsh(unmixed @ own @ unmixed.swapaxes(1, 2))[:, 0]
    return looked_at[least < _SUSPECT * NARROW**-2]


def degenerate(weights, covariances, n_rows, spacing, asked=None, choices=1):
    """The components that are narrow by chance.

    Parameters
    ----------
    weights : array (k,)
    covariances : array (k, m, m), or variances (k, m) of components that are axis-aligned
    n_rows : float
        The total weight of the rows.
    spacing : callable
        Gives the distance of neighbouring values of each feature (m,); asked only when a component is narrow.
    asked : sequence of int, optional
        The components to look at; by default all.
    choices : float
        In how many ways the m features could have been chosen.

    Returns
    -------
    list of Narrow
    """
    found, along = [], covariances.ndim == 2
    for j in np.arange(len(weights)) if asked is None else asked:
        others = np.where(np.arange(len(weights)) == j, 0.0, weights)
        rows = weights[j] * n_rows
        if rows < _LEAST_ROWS or not others.any() or not covariances.shape[1]:
            continue
        pooled = np.average(covariances, axis=0, weights=others)
        widths, squares = (_along_features if along else _along_directions)(j, covariances, pooled)
        widths = np.maximum(widths, np.finfo(float).tiny)  # below rounding no width is told from another
        # against the wide half of the others: one that is wide alone makes none of them narrow
        usual = np.array([_median(column, others) for column in widths.T])
        narrow = widths[j] < usual / NARROW**2
        if narrow.any():
            steps = squares(spacing())[narrow] / 12  # the variance within a step
            seen = np.sqrt((widths[j, narrow] + steps) / (usual[narrow] + steps))
            if _expected(seen, rows, n_rows, covariances.shape[1], along) + np.log(choices) > 0:
                found.append(Narrow(int(j), float(np.sqrt((usual[narrow] / widths[j, narrow]).max())), float(rows)))
    return found


def _along_directions(j, covariances, pooled):
    """Variances (k, c) in the c directions in which component j is much narrower than ``pooled`` (m, m), and what gives the
    squares (c,) there of lengths along the features (m,)."""
    units = np.sqrt(np.diagonal(pooled))
    own, pooled = (matrix / np.outer(units, units) + _RIDGE * np.eye(len(units)) for matrix in (covariances[j], pooled))
    ratios, directions = eigh(own, pooled)
    directions = directions[:, ratios < NARROW**-2].T / units
    return np.einsum("ai,kij,aj->ka", directions, covariances, directions), lambda lengths: directions**2 @ lengths**2


def _along_features(j, variances, pooled):
    """The same where the directions are features, for variances (k, m)."""
    narrow = np.flatnonzero(variances[j] + _RIDGE * pooled < pooled * (1 + _RIDGE) / NARROW**2)
    return variances[:, narrow], lambda lengths: lengths[narrow] ** 2


def telling_features(j, weights, means, variances, X, sample_weight, spacing):
    """Features (numbers) that are not constant in component j at a value that many rows of others have, too.

    Parameters
    ----------
    j : int
    weights : array (k,)
    means, variances : arrays (k, d)
    X, sample_weight : arrays (n, d), (n,)
    spacing : callable
        As of `degenerate`.
    """
    d = variances.shape[1]
    others = np.where(np.arange(len(weights)) == j, 0.0, weights)
    if not others.any():
        return np.arange(d)
    usual = np.array([_median(column, others) for column in variances.T])
    narrow = np.flatnonzero(variances[j] < usual / _CONSTANT**2)
    if not len(narrow):
        return np.arange(d)
    same = np.abs(X[:, narrow] - means[j, narrow]) < spacing()[narrow] / 2
    shared = sample_weight @ same > _SHARED * weights[j] * sample_weight.sum()
    return np.setdiff1d(np.arange(d), narrow[shared])


def value_spacing(X):
    """Median distance (d,) of neighbouring values in the columns of X (n, d): the step of rounded ones."""
    spacing = np.zeros(X.shape[1])
    for i, column in enumerate(X.T):
        step = _SAME_VALUE * np.ptp(column)
        values = np.unique(np.round((column - column.min()) / step)) if step else ()
        if len(values) > 1:
            spacing[i] = step * np.median(np.diff(values))
    return spacing


def _median(values, weights):
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weights[order]) / weights.sum()
    return values[order[np.searchsorted(reached, 0.5 - 1e-9)]]


def _expected(ratios, rows, n, d, along):
    """Log of the number of flats, narrow in the best 1, 2, ... of the directions, that catch so many rows by chance."""
    directions = 1 + np.arange(len(ratios))
    fixed = np.ones_like(directions) if along else d + 1 - directions
    if rows <= fixed[0] + 1:
        return np.inf
    ways = _log_choose(n, fixed) + (_log_choose(d, directions) if along else 0.0)
    return (ways + _log_caught(_shares(ratios), rows - fixed, n - fixed)).min()


def _shares(ratios):
    """The most of the other components' rows that fall within the narrowest 1, 2, ... of these widths."""
    return np.cumprod(np.minimum(4 * np.sort(ratios) / np.sqrt(2 * np.pi), 1.0))


def _log_choose(n, m):
    return gammaln(n + 1) - gammaln(m + 1) - gammaln(n - m + 1)


def _log_caught(p, rows, n):
    """Log P(Binomial(n, p) >= rows), for weights that are not whole, too."""
    with np.errstate(divide="ignore"):
        return np.log(betainc(np.maximum(rows, 1e-9), np.maximum(n - rows + 1, 1.0), p))
