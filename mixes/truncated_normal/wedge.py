"""Moments of two correlated normal variables given that both are positive, from positive terms only.

Whitened, the positive quadrant is a wedge. In polar coordinates about the wedge's corner the integral along each ray
is closed form (`radial_integrals`), which leaves one smooth integral over the angle, done with Gauss-Legendre on arcs
along which the distance function is monotone (`_arcs`). Every integrand is positive, so nothing cancels, and every
exponential is taken relative to the largest one: relative errors stay near 1e-13, also far in the tails and next to
correlation 1.
"""

from functools import cache

import numpy as np
from scipy import special

_NEGLIGIBLE = 38.0  # exp(-38) is below the rounding of 1
_PEAKED = -1.0  # arcs starting at a lower t are dominated by a Gaussian peak there


def radial_integrals(t, at_zero, gaussian):
    """The integrals of r^k exp(-r^2/2 - r t) over r > 0, k = 0 .. 3, times a positive factor.

    `at_zero` is that factor and `gaussian` is the factor times exp(t^2/2), used where t < 0. They are passed
    separately because either may be tiny when the other is not.
    """
    mills = np.sqrt(np.pi / 2) * special.erfcx(np.abs(t) / np.sqrt(2))
    mills *= at_zero
    i0 = np.where(t < 0, np.sqrt(2 * np.pi) * gaussian - mills, mills)
    i1 = at_zero - t * i0
    i2 = i0 - t * i1
    i3 = 2 * i1 - t * i2
    # This recurrence loses t^(2k) units of rounding for t > 0: far out the backward one takes over.
    far = np.nonzero(t > 8)
    if far[0].size:
        x, factor = t[far], np.broadcast_to(at_zero, t.shape)[far]
        ratios = _radial_ratios(x)
        i1[far] = factor * ratios[0] / (x + ratios[0])
        i2[far] = i1[far] * ratios[1]
        i3[far] = i2[far] * ratios[2]
    return i0, i1, i2, i3


def _radial_ratios(t, depth=12):
    """i_k / i_(k-1) for k = 1, 2, 3 and large t, by their continued fraction k / (t + next ratio)."""
    square = t * t + 4 * depth
    ratio = 2 * depth / (np.sqrt(square) + t) * (1 - 1 / square)
    ratios = []
    for k in range(depth - 1, 0, -1):
        ratio = k / (t + ratio)
        ratios.append(ratio)
    return ratios[:-4:-1]


# h, k are the means (the variances are 1). In the whitened plane the corner of the wedge lies at distance `radius`
# from the density's centre; t is minus the distance of the point closest to the centre along a ray from the corner,
# `offset` is how far that ray's line passes by the centre: t^2 + offset^2 = radius^2. On the edge where the second
# coordinate is zero t = `near` and the offset is |k|; on the other edge t = `far` and the offset is |h|.


@cache
def gauss_legendre(nodes):
    """Nodes and weights on (0, 1) as columns."""
    x, weights = np.polynomial.legendre.leggauss(nodes)
    return 0.5 * (x + 1)[:, None], 0.5 * weights[:, None]


def wedge_moments(means, correlation):
    """Log probability (n,), first (n, 2) and second moments (n, 2, 2) for means (n, 2) and a correlation matrix."""
    n, rho = len(means), correlation[0, 1]
    h, k = means.T
    near, far, radius = edges(h, k, rho)
    opening = np.arctan2(np.sqrt((1 - rho) * (1 + rho)), -rho)
    squared_distance, lowest = closest(h, k, near, far, radius)
    up, down = np.flatnonzero((h >= 0) | (k < 0)), np.flatnonzero((k >= 0) | (h < 0))
    row = np.concatenate([up, down])
    mirrored = np.arange(len(row)) >= len(up)
    arcs = _arcs(*(np.concatenate([a[up], b[down]]) for a, b in ((h, k), (k, h), (near, far), (far, near))),
                 radius[row], opening)  # fmt: skip
    pieces, arcs = _split(*arcs)
    row, mirrored, low = row[pieces], mirrored[pieces], arcs[0]
    # Numbers of nodes calibrated for relative errors of 1e-13; most spread arcs are short and need only the fewer.
    peaked, smooth = low < _PEAKED, _is_smooth(*arcs)
    sums = np.empty((6, len(row)))
    for substitution, count, chosen in (
        (_peaked_nodes, 24, peaked),
        (_spread_nodes, 14, ~peaked & smooth),
        (_spread_nodes, 24, ~(peaked | smooth)),
    ):
        chosen = np.flatnonzero(chosen)
        if len(chosen):
            low_, offset_, behind_, ahead_, length_ = (arc[chosen] for arc in arcs)
            sums[:, chosen] = _integrate(low_, offset_, behind_, ahead_, *substitution(low_, offset_, length_, count))
    sums[:, mirrored] = sums[[0, 2, 1, 5, 4, 3]][:, mirrored]
    sums *= np.exp(0.5 * (np.minimum(low, 0) ** 2 - lowest[row] ** 2))
    mass, *moments = (np.bincount(row, weights=values, minlength=n) for values in sums)
    moments = np.stack(moments) / mass
    log_probability = np.log(mass) - np.log(2 * np.pi) - 0.5 * squared_distance
    return log_probability, moments[:2].T, moments[[2, 3, 3, 4]].T.reshape(n, 2, 2)


def edges(h, k, rho):
    sine = np.sqrt((1 - rho) * (1 + rho))
    near, far = (rho * k - h) / sine, (rho * h - k) / sine
    return near, far, np.hypot(near, k)


def closest(h, k, near, far, radius):
    """Squared distance of the wedge from the centre, and the value of t there (0 where the corner is closest)."""
    inside, on_near, on_far = (h >= 0) & (k >= 0), (k < 0) & (near < 0), (h < 0) & (far < 0)
    squared_distance = np.where(inside, 0.0, np.where(on_near, k * k, np.where(on_far, h * h, radius * radius)))
    return squared_distance, np.where(inside, -radius, np.where(on_near, near, np.where(on_far, far, 0.0)))


def _arcs(h, k, near, far, radius, opening):
    """Arcs turning away from the near edge along which t increases: they start at its lowest value.

    Returns t and offset at the start, the angles from the start to the edges behind and ahead, and the length.
    """
    inside, somewhere = (h >= 0) & (k >= 0), radius > 0
    behind = np.where(inside, np.where(somewhere, np.arctan2(k, -near), opening / 2), 0.0)
    ahead = np.where(inside, np.where(somewhere, np.arctan2(h, -far), opening / 2), opening)
    length = np.where(h >= 0, ahead, np.arctan2(-k, near))
    return np.where(inside, -radius, near), np.where(inside, 0.0, -k), behind, ahead, length


def _split(low, offset, behind, ahead, length):
    """Cut arcs where t = 0, between the Gaussian peak and the algebraic tail, and drop what is negligible."""
    peaked = np.flatnonzero(low < _PEAKED)
    t, across, whole = low[peaked], offset[peaked], length[peaked]
    steep = t * t - 2 * _NEGLIGIBLE  # positive where the integrand is negligible before t = 0
    angle = np.arctan2(np.sqrt(across**2 + 2 * _NEGLIGIBLE + np.minimum(steep, 0)), np.sqrt(np.maximum(steep, 0)))
    angle -= np.arctan2(across, -t)
    length = length.copy()
    length[peaked] = np.minimum(whole, angle)
    has_tail = (steep <= 0) & (whole > angle)
    tail, angle = peaked[has_tail], angle[has_tail]
    pieces = np.concatenate([np.arange(len(low)), tail])
    return pieces, (
        np.concatenate([low, np.zeros(len(tail))]),
        np.concatenate([offset, np.hypot(low[tail], offset[tail])]),
        np.concatenate([behind, behind[tail] + angle]),
        np.concatenate([ahead, ahead[tail] - angle]),
        np.concatenate([length, whole[has_tail] - angle]),
    )


def _is_smooth(low, offset, behind, ahead, length):
    """Whether `_spread_nodes` spans at most 1.5 units of its substitution (2.5 where t starts at 0)."""
    return np.hypot(low, offset) * length < np.where(low == 0, 6.0, 1.7 + 3.4 * np.maximum(low, 0))


# Quadrature nodes for tau, the tangent of a quarter of the angle, and their weights.


def _peaked_nodes(low, offset, length, count):
    """Nodes mildly crowded at the start, where the peak is."""
    nodes, weights = _crowded_gauss_legendre(count)
    reach = np.tan(length / 4)
    return nodes * reach, weights * reach


@cache
def _crowded_gauss_legendre(count, strength=4.0):
    x, weights = gauss_legendre(count)
    span = np.arcsinh(strength)
    return np.sinh(span * x) / strength, weights * span * np.cosh(span * x) / strength


def _spread_nodes(low, offset, length, count):
    """Nodes crowded where t = 0 at the scale of t, equally spread in log t on the algebraic tail: a shifted sinh."""
    x, weights = gauss_legendre(count)
    scale = 4 * np.sqrt(1 + low * low + offset * offset)
    start = np.exp(np.arcsinh(scale * np.tan(np.arctan2(low, offset) / 4)))
    reach = scale * np.tan(length / 4)
    b = start + 1 / start - 2 * reach
    root = np.sqrt(b * b + 8 * start * reach)
    # exp(span) - 1, in the form without cancellation
    end = np.where(b > 0, 4 * reach / (np.abs(b) + root), (root - b) / (2 * start))
    span = np.log1p(end)
    growth = np.expm1(x * span)
    up = start + start * growth
    down = 1 / up
    return growth * (start + down) * (0.5 / scale), weights * (up + down) * (0.5 * span / scale)


def _integrate(low, offset, behind, ahead, tau, weight):
    """Integrals over arcs of 1, a, b, aa, ab, bb (a, b: distances from the edges ahead and behind), shape (6, arcs).

    Relative to exp(-offset^2/2) at the start where t < 0 there, otherwise to exp(-radius^2/2).
    """
    cosine2 = 1 / (1 + tau * tau)
    weight = 4 * weight * cosine2
    half_sine = 2 * tau * cosine2
    versed = 2 * half_sine * half_sine  # 1 - cos(angle)
    sine = half_sine * (4 * cosine2 - 2)
    t = low + offset * sine - low * versed
    rise = -low * sine - offset * versed  # growth of the offset, without cancellation
    gaussian = np.exp(np.minimum(-0.5 * rise * (rise + 2 * offset), 0.0))
    _, i1, i2, i3 = radial_integrals(t, np.exp(-0.5 * np.minimum(low, 0) ** 2), gaussian)
    sine_a, sine_b = np.sin(ahead), np.sin(behind)
    a = sine_a - sine_a * versed - np.cos(ahead) * sine
    b = sine_b - sine_b * versed + np.cos(behind) * sine
    i1 *= weight
    i2 *= weight
    i3 *= weight
    i3a = i3 * a
    return np.stack([v.sum(axis=0) for v in (i1, i2 * a, i2 * b, i3a * a, i3a * b, i3 * b * b)])
