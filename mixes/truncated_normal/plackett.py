"""Normal vectors in the positive orthant, where that is not improbable: exact in three to five dimensions.

Plackett's identity ``dP/dr_ij = density of (T_i, T_j) at 0 · P(the others > 0 | T_i = T_j = 0)`` along the path
that lets the first coordinate's correlations grow from 0 gives the probability in q dimensions from those in q - 1 and q - 2:

    P_q = P_1 P_(q-1) + sum over j of the integral over t in (0, 1) of r_1j · density · P_(q-2).

The integrands are smooth: few nodes give an absolute error near rounding. The moments follow by integration by parts.

References
----------
R. L. Plackett, A reduction formula for normal multivariate integrals, Biometrika 41 (1954) 351-360.
"""

import numpy as np
from scipy import special

from ..gaussians import LOG_2PI
from .bivariate import both_positive, log_both_positive
from .wedge import gauss_legendre

# For correlation matrices whose smallest eigenvalue is above the first number, the second is enough nodes.
_ENOUGH_NODES = ((0.3, 6), (0.1, 8), (0.03, 16))
SMALLEST_EIGENVALUE = _ENOUGH_NODES[-1][0]  # below, more nodes would be needed


def enough_nodes(smallest_eigenvalue):
    """Nodes for absolute errors near 1e-12, when the correlation matrix has this smallest eigenvalue."""
    return next(nodes for least, nodes in _ENOUGH_NODES if smallest_eigenvalue >= least)


def orthant_probability(means, correlation, nodes):
    """P(T > 0) (n,) for means (n, q) and a correlation matrix, with an absolute error."""
    q = means.shape[1]
    if q == 1:
        return special.ndtr(means[:, 0])
    if q == 2:
        return both_positive(*means.T, correlation[0, 1])
    # the least correlated coordinate has the shortest path
    order = np.argsort((correlation**2).sum(axis=0), kind="stable")
    means, correlation = means[:, order], correlation[np.ix_(order, order)]
    p = special.ndtr(means[:, 0]) * orthant_probability(means[:, 1:], correlation[1:, 1:], nodes)
    x, weights = gauss_legendre(nodes)
    for j in range(1, q):
        angle = np.arcsin(correlation[0, j])  # equal steps of the angle, not of t, make the density smooth
        for sine, weight in zip(np.sin(angle * x[:, 0]), weights[:, 0]):
            if sine == 0:
                continue  # uncorrelated: no path
            partial = correlation.copy()
            partial[0, 1:] *= sine / correlation[0, j]
            partial[1:, 0] = partial[0, 1:]
            p += weight * angle * np.sqrt(1 - sine**2) * _both_zero(means, partial, 0, j, nodes)
    return p


def _both_zero(means, correlation, i, j, nodes):
    """Density (n,) of (T_i, T_j) at 0, times the probability that the others are positive then."""
    others = [s for s in range(len(correlation)) if s not in (i, j)]
    return np.exp(_log_density_at_zero(means, correlation, i, j)) * orthant_probability(
        *_given_zero(means, correlation, [i, j], others), nodes
    )


def _log_density_at_zero(means, correlation, i, j):
    rho, a, b = correlation[i, j], means[:, i], means[:, j]
    variance = (1 - rho) * (1 + rho)
    return -0.5 * (a * a + b * b - 2 * rho * a * b) / variance - 0.5 * np.log(variance) - LOG_2PI


def _given_zero(means, correlation, known, others):
    """Means and correlations of the standardised other coordinates when the known ones are 0."""
    slopes = np.linalg.solve(correlation[np.ix_(known, known)], correlation[np.ix_(known, others)])
    covariance = correlation[np.ix_(others, others)] - correlation[np.ix_(others, known)] @ slopes
    deviation = np.sqrt(np.diag(covariance))
    return ((means[:, others] - means[:, known] @ slopes) / deviation, covariance / (deviation[:, None] * deviation))


def _log_probability(means, correlation, nodes):
    """Log P(T > 0) (n,): right in the tails too with one or two coordinates."""
    q = means.shape[1]
    if q == 1:
        return special.log_ndtr(means[:, 0])
    if q == 2:
        return log_both_positive(*means.T, correlation[0, 1])
    with np.errstate(divide="ignore"):
        return np.log(np.maximum(orthant_probability(means, correlation, nodes), 0.0))


def moments_by_parts(means, correlation, log_p, nodes):
    """First (n, q) and second moments (n, q, q), q at least 3, given T > 0, which has the log probability log_p (n,).

    In three dimensions they are right in the tails too, as long as they are not small beside the variances.
    """
    n, q = means.shape
    single, double = np.empty((n, q)), np.zeros((n, q, q))
    for i in range(q):
        others = [s for s in range(q) if s != i]
        single[:, i] = np.exp(
            _log_probability(*_given_zero(means, correlation, [i], others), nodes) - 0.5 * (means[:, i] ** 2 + LOG_2PI) - log_p
        )
        for j in range(i):
            rest = [s for s in others if s != j]
            double[:, i, j] = double[:, j, i] = np.exp(
                _log_probability(*_given_zero(means, correlation, [i, j], rest), nodes)
                + _log_density_at_zero(means, correlation, i, j)
                - log_p
            )
    first = means + single @ correlation
    # boundary[:, i, s] is the density of T_i at 0 times the mean of T_s there, given T > 0
    given_zero = means[:, None] - means[:, :, None] * correlation
    slope = np.einsum("nij,ij->ni", double, correlation)
    boundary = single[:, :, None] * given_zero + double @ correlation - slope[:, :, None] * correlation
    second = means[:, :, None] * first[:, None] + correlation + correlation @ boundary
    return first, 0.5 * (second + second.swapaxes(1, 2))
