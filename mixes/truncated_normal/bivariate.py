"""Two correlated normal variables given that both are positive: log probability and moments, fast.

The probability comes from Owen's T function or, where that would leave few digits, from Plackett's identity
``dP/drho = density at the corner``. For means h, k and unit variances it gives

    P(rho) = P(start) + integral from start to rho,

which has no negative terms when it starts at rho = 0 or -1, where P is known. With ``rho = sin(theta)`` and
``t = tan(theta/2 + pi/4)`` the integral is that of ``exp(-(A (1 + t^2) + B (1 + 1/t^2)) / 2) / (pi (1 + t^2))``,
``A = (h - k)^2 / 4``, ``B = (h + k)^2 / 4``: one exponential a node. Its only peak is where ``t^4 = B/A``. When
rho lies beyond the peak, one variable changes its sign, ``P(h, k, rho) = P(k) - P(-h, k, -rho)`` with k the smaller
mean, so that the integrand always falls away from rho and few nodes do.

The moments follow from the probability by integration by parts; where that would leave few digits, and next to
correlation 1, `wedge` does better.

References
----------
D. B. Owen, Tables for computing bivariate normal probabilities, Ann. Math. Stat. 27 (1956) 1075-1090.
R. L. Plackett, A reduction formula for normal multivariate integrals, Biometrika 41 (1954) 351-360.
"""

import numpy as np
from scipy import special

from ..gaussians import LOG_2PI
from .wedge import gauss_legendre, wedge_moments

LEAST_PROBABILITY = 1e-4  # smaller ones must not come from formulas with an absolute error
# Towards correlation 1 Plackett's integrand gets two scales in the tails and needs more nodes, then another method.
_NODES, _LARGEST_RHO = 24, 0.93
_MORE_NODES, _LARGEST_RHO_OF_ALL = 40, 0.99
_NEGLIGIBLE = 34.0  # the integral stops where the integrand is exp(-34) of its largest value
_ROWS = 1024  # rows worked on at once: the temporary arrays stay in cache


def log_both_positive(h, k, rho):
    """Log P(T_1 > 0, T_2 > 0) for means h (n,) and k (n,), unit variances and correlation rho.

    The relative error of P is below 1e-10.

    Returns
    -------
    ndarray of shape (n,)
    """
    p = np.zeros(len(h))
    possible = np.flatnonzero(np.minimum(h, k) > special.ndtri(LEAST_PROBABILITY))  # P is less than that of either
    p[possible] = both_positive(h[possible], k[possible], rho)
    tail = np.flatnonzero(p <= LEAST_PROBABILITY)
    with np.errstate(invalid="ignore", divide="ignore"):
        log_p = np.log(p)
    for start in range(0, len(tail), _ROWS):
        rows = tail[start : start + _ROWS]
        if abs(rho) > _LARGEST_RHO_OF_ALL:
            log_p[rows] = _wedge(h[rows], k[rows], rho)[0]
        else:
            log_p[rows] = _plackett(h[rows], k[rows], rho)
    return log_p


def both_positive_moments(h, k, rho, log_p):
    """First (n, 2) and second moments (n, 2, 2) given that both are positive, which has the log probability log_p."""
    first, (b_12, b_21) = _first(h, k, rho, log_p)
    second = np.empty((len(h), 2, 2))
    second[:, 0, 0] = 1 + h * first[:, 0] + rho * b_21
    second[:, 1, 1] = 1 + k * first[:, 1] + rho * b_12
    second[:, 0, 1] = second[:, 1, 0] = rho + h * first[:, 1] + b_12
    rows_left = np.flatnonzero(worn(second)) if abs(rho) <= _LARGEST_RHO_OF_ALL else np.arange(len(h))
    for start in range(0, len(rows_left), _ROWS):
        rows = rows_left[start : start + _ROWS]
        _, first[rows], second[rows] = _wedge(h[rows], k[rows], rho)
    return first, second


def _first(h, k, rho, log_p):
    """E[T | T > 0] (n, 2), and the boundary terms c_r E[T_s | T_r = 0, T_s > 0] for (r, s) = (1, 2) and (2, 1)."""
    sine = np.sqrt((1 - rho) * (1 + rho))
    given_1, given_2 = k - rho * h, h - rho * k
    a, b = given_1 / sine, given_2 / sine
    base = -0.5 * LOG_2PI - log_p
    c_1 = np.exp(base - 0.5 * h * h + special.log_ndtr(a))
    c_2 = np.exp(base - 0.5 * k * k + special.log_ndtr(b))
    corner = sine * np.exp(base - 0.5 * (LOG_2PI + h * h + a * a))
    return (np.column_stack([h + c_1 + rho * c_2, k + c_2 + rho * c_1]), (given_1 * c_1 + corner, given_2 * c_2 + corner))


def worn(second):
    """Rows whose second moments (n, q, q) are so small beside the unit variances that the differences lost digits."""
    return ~(np.einsum("nii->ni", second) > 1e-2).all(axis=1)


def _wedge(h, k, rho):
    return wedge_moments(np.column_stack([h, k]), np.array([[1.0, rho], [rho, 1.0]]))


def both_positive(h, k, rho):
    """P(T_1 > 0, T_2 > 0) by Owen's T function: with an absolute error."""
    h, k = h + 0.0, k + 0.0  # -0 would turn the sign of the other's share of it
    sine = np.sqrt((1 - rho) * (1 + rho))
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        p = 0.5 * (special.ndtr(h) + special.ndtr(k))
        p -= special.owens_t(h, (k / h - rho) / sine)
        p -= special.owens_t(k, (h / k - rho) / sine)
    p[(np.minimum(h, k) < 0) & (np.maximum(h, k) >= 0)] -= 0.5  # of signs: products of small numbers are 0
    p[(h == 0) & (k == 0)] = 0.25 + np.arcsin(rho) / (2 * np.pi)
    return p


def _plackett(h, k, rho):
    low, high = np.minimum(h, k), np.maximum(h, k)
    A, B = 0.25 * (high - low) ** 2, 0.25 * (high + low) ** 2
    beyond = B * (1 - rho) ** 2 < A * (1 + rho) ** 2
    # From here on `high`, A and B are those after the change of sign. Where the correlation is positive then, the
    # integral starts at 0 and is one over 1/t, which swaps A and B.
    high = np.where(beyond, -high, high)
    from_zero = beyond if rho < 0 else ~beyond
    swap = beyond ^ from_zero
    a, b = np.where(swap, B, A), np.where(swap, A, B)
    at_rho2 = (1 - abs(rho)) / (1 + abs(rho))
    at_rho = np.sqrt(at_rho2)
    falling, rising = a * at_rho2, b / at_rho2
    least = falling + rising
    # where twice the exponent, a t^2 + b/t^2, is `_NEGLIGIBLE` beyond its least value
    limit = least + 2 * _NEGLIGIBLE
    root = np.sqrt((falling - rising) ** 2 + 4 * _NEGLIGIBLE * (least + _NEGLIGIBLE))
    with np.errstate(divide="ignore"):
        end2 = np.where(from_zero, np.minimum((limit + root) / (2 * a), 1.0), 2 * b / (limit + root))
    length = np.sqrt(end2) - at_rho
    x, weights = gauss_legendre(_NODES if abs(rho) <= _LARGEST_RHO else _MORE_NODES)
    t2 = x * length
    t2 += at_rho
    t2 *= t2
    exponent = b / t2
    exponent += a * t2
    exponent -= least
    exponent *= -0.5
    np.exp(exponent, out=exponent)
    t2 += 1
    exponent /= t2
    log_low, log_high = special.log_ndtr(low), special.log_ndtr(np.where(from_zero, high, -high))
    with np.errstate(divide="ignore"):
        log_integral = np.log(weights[:, 0] @ exponent * np.abs(length) / np.pi) - 0.5 * (A + B + least)
        # at rho = -1 both are positive in the interval between the two zeros, if it is not empty
        log_start = log_low + np.where(from_zero, log_high, np.log(-np.expm1(np.minimum(log_high - log_low, 0.0))))
        log_p = np.logaddexp(log_start, log_integral)
        return np.where(beyond, log_low + np.log(-np.expm1(np.minimum(log_p - log_low, 0.0))), log_p)
