"""Covariance structures: what the components of a Gaussian mixture share.

With ``Sigma_k = volume_k · D_k diag(shape_k) D_k'``, where the product of a shape's entries is 1, three letters say of volume,
shape and orientation ``D`` whether all components have the same (E), each its own (V), or it is fixed (I): round shapes,
axes that are the features. With masses ``n_k`` and covariances ``S_k`` of the components' own rows, regularised or not, the
M half-step maximises

    -1/2 sum_k n_k [log|Sigma_k| + tr(Sigma_k^-1 S_k)]

among those of a structure, and that is also what is meant by the nearest covariances of a structure to given ones.

References
----------
Celeux and Govaert (1995), Pattern Recognition 28:781-793; Fraley and Raftery (2002), J. American Statistical Association
97:611-631; for shared orientations Flury and Gautschi (1986), SIAM J. Scientific and Statistical Computing 7:169-184.
"""

from functools import lru_cache

import numpy as np

from .. import checks
from ..gaussians import floor_covariances, symmetrised

CODES = ("EII", "VII", "EEI", "VEI", "EVI", "VVI", "EEE", "VEE", "EVE", "VVE", "EEV", "VEV", "EVV", "VVV")
NAMES = {"full": "VVV", "tied": "EEE", "diag": "VVI", "spherical": "VII"}  # scikit-learn's
FULL = NAMES["full"]
# What a structure becomes where features get units of their own: the least one that holds all that it can become.
_OTHER_UNITS = {"EII": "EEI", "VII": "VEI", "EVE": "EVV", "VVE": FULL, "EEV": "EVV", "VEV": FULL}
_SETTLED, _ROUNDS = 1e-9, 500  # of inner loops: relative changes that end them, and how many there are at most
_TURNS = 20  # the same of loops that go on where the last one ended, in the next M half-step
_LEAST = 1e-30  # mass, as a share of all, of components without rows: they keep what is their own, and decide nothing


def code_of(name):
    """The three letters of a structure's name; a ValueError where there is none of the name."""
    if isinstance(name, str) and name in CODES:
        return name
    checks.one_of("covariance_type", name, [*NAMES, *CODES])
    return NAMES[name]


def axis_aligned(code):
    """Whether the axes of all components are the features, so that variances (k, d) tell it all."""
    return code[2] == "I"


def in_other_units(code, scale):
    """The structure of covariances of this one after features (d,) were multiplied by these, or by one number."""
    return code if np.ptp(scale) == 0 else _OTHER_UNITS.get(code, code)


def n_free(code, k, d):
    """Number of free parameters of k covariances of d features."""
    volume, shape, orientation = ({"E": 1, "V": k, "I": 0}[letter] for letter in code)
    return volume + shape * (d - 1) + orientation * d * (d - 1) // 2


def rows_needed(code, d):
    """How many rows a component needs for what is its own."""
    return d + 1 if code[2] == "V" else 2 if "V" in code else 1


def structured(code, mass, own, axes=None):
    """The covariances of a structure that are nearest to a component's own; of several mixtures, where further axes (...) follow.

    Parameters
    ----------
    code : str
    mass : array (k, ...)
        How much each counts in what is shared; one of mass 0 keeps what is its own.
    own : array (k, ..., d, d), or variances (k, ..., d) for an axis-aligned structure
    axes : array (..., d, d), optional
        For a shared orientation: where to begin; nothing is lost that these axes explain. By default the best of some.

    Returns
    -------
    array of the shape of ``own``
    """
    if code == FULL:
        return own
    idle = mass == 0
    found = _nearest(code, np.maximum(mass / sum(mass), _LEAST), own, axes)
    if code[0] == "V" and idle.any():  # nearest to a shape that others decide on, it would be larger
        growth = volumes(found[idle]) / volumes(own[idle])
        found = found.copy()
        found[idle] /= growth.reshape(-1, *[1] * (own.ndim - mass.ndim))
    return found


def _nearest(code, mass, own, axes):
    volume, shape, orientation = code
    if orientation == "I":
        return variances(volume, shape, mass, own)
    if orientation == "V":
        values, vectors = np.linalg.eigh(own)
        return _with_axes(vectors, variances(volume, shape, mass, values))
    if shape == "E":
        share = (mass / sum(mass))[..., None, None]
        return _for_all(_sum(share, own), own) if volume == "E" else _of_one_shape(share, own, _of_determinant_one, _mean_ratios)
    return _of_one_orientation(volume, mass, own, common_axes(own) if axes is None else axes)


def floored(code, mass, own, floor, axes=None):
    """`structured` covariances with no eigenvalue below the floor.

    Returns
    -------
    covariances : array of the shape of ``own``
    floored : list of int
        The components that needed it.
    """
    if code == FULL:
        return floor_covariances(own, floor)
    own, narrow = raised(own, floor)
    found, more = structured(code, mass, own, axes), floor
    if narrow:  # the shape that all have need not be at the floor with that of one
        narrow = narrow if code[1] == "V" else np.intersect1d(narrow, raised(found, 2 * floor)[1]).tolist()
    narrow = set(narrow)
    while low := raised(found, 0.5 * floor)[1]:
        # what is shared makes a narrow component narrower: all are widened until none is below, and the structure is kept
        narrow |= set(low)
        own = own + (more if own.ndim == 2 else more * np.eye(own.shape[1]))
        found, more = structured(code, mass, own, axes), 2 * more
    return found, sorted(narrow)


def raised(own, floor):
    """Covariances or variances with eigenvalues of at least the floor, and which were below."""
    if own.ndim == 3:
        return floor_covariances(own, floor)
    return np.maximum(own, floor), np.flatnonzero((own < floor).any(axis=1)).tolist()


# -- along given axes ---------------------------------------------------------------------------------------------------


def variances(volume, shape, mass, own):
    """Variances (k, ..., d) along given axes, of components whose own rows have variances (k, ..., d) there, and masses (k, ...)."""
    share = (mass / sum(mass))[..., None]
    if shape == "I":
        sizes = _means(own)
        return _for_all(sizes if volume == "V" else _sum(share, sizes), own)
    if volume == shape == "V":
        return own
    if volume == shape == "E":
        return _for_all(_sum(share, own), own)
    if volume == "E":
        sizes = geometric_means(own)[..., None]
        return _sum(share, sizes) * own / sizes
    return _of_one_shape(share, own, _of_product_one, lambda own, common: _means(own / common))


def _sum(share, own):
    """Over components, which come first, one after the other: what is 0 changes no digit."""
    return sum(share * own)


def _means(values):
    """Of the last axis (..., 1); of few numbers in half the time that `numpy.mean` takes."""
    return values.sum(axis=-1, keepdims=True) / values.shape[-1]


def _for_all(shared, own):
    """What all components share, for each of them."""
    return np.broadcast_to(shared, own.shape).copy()


def _of_one_shape(share, own, scaled, sizes_beside):
    """Covariances or variances that differ in their volumes alone (VEI, VEE): sizes and shape, each the best one beside the other.

    There is one optimum only: the objective is convex in the logarithms of variances, and geodesically so in matrices. What
    is settled stays as it is, so that no mixture depends on those beside it.
    """

    def shape_beside(sizes):
        return scaled(_sum(share / sizes, own))

    sizes, settled = np.ones_like(share), False
    for _ in range(_ROUNDS):
        before, sizes = sizes, np.where(settled, sizes, sizes_beside(own, shape_beside(sizes)))
        settled = np.abs(sizes / before - 1).max(axis=0) < _SETTLED
        if settled.all():
            break
    return sizes * shape_beside(sizes)


def volumes(found):
    """Geometric mean (k,) of each component's variances along its axes."""
    return geometric_means(found) if found.ndim == 2 else np.exp(np.linalg.slogdet(found)[1] / found.shape[1])


def geometric_means(values):
    """Of the last axis."""
    return np.exp(_means(np.log(values)))[..., 0]


def _of_product_one(values):
    return values / np.exp(_means(np.log(values)))


# -- one shape and orientation, or one orientation ----------------------------------------------------------------------


def _of_determinant_one(matrices):
    return symmetrised(matrices / np.exp(np.linalg.slogdet(matrices)[1] / matrices.shape[-1])[..., None, None])


def _mean_ratios(own, common):
    """Mean ratios (k, ..., 1, 1) of own variances to common ones, along axes that make both diagonal."""
    return (own * np.linalg.inv(common)).sum(axis=-1, keepdims=True).sum(axis=-2, keepdims=True) / own.shape[-1]


def _of_one_orientation(volume, mass, own, axes):
    """Covariances with the same axes (EVE, VVE), found from some axes (..., d, d).

    Given the variances along the axes, each turn in the plane of two of them is the best one there, and the other way
    round: so nothing falls, however early it ends.
    """
    turned, settled = axes.swapaxes(-2, -1) @ own @ axes, np.zeros((*own.shape[1:-2], 1), dtype=bool)
    for _ in range(_TURNS):
        largest = 0.0
        for i, j in _pairings(own.shape[-1]):
            diagonals = np.einsum("...ii->...i", turned)
            pull = mass[..., None] / variances(volume, "V", mass, diagonals)
            pull = pull[..., i] - pull[..., j]
            cosine = _sum(pull, diagonals[..., i] - diagonals[..., j]) / 2
            sine = _sum(pull, turned[..., i, j])
            angles = np.where(~settled & (np.hypot(sine, cosine) > 0), np.arctan2(-sine, -cosine) / 2, 0.0)
            c, s = np.cos(angles)[..., None, :], np.sin(angles)[..., None, :]
            largest = np.maximum(largest, np.abs(s[..., 0, :]).max(axis=-1, keepdims=True, initial=0.0))
            axes = _in_planes(axes, i, j, c, s)
            turned = _in_planes(_in_planes(turned, i, j, c, s).swapaxes(-2, -1), i, j, c, s)
        settled = largest < _SETTLED
        if np.all(settled):
            break
    return _with_axes(axes, variances(volume, "V", mass, np.einsum("...ii->...i", turned)))


def _with_axes(axes, values):
    """Covariances (k, ..., d, d) with these axes (..., d, d), column by column, and variances (k, ..., d) along them."""
    return symmetrised((axes * values[..., None, :]) @ axes.swapaxes(-2, -1))


def _in_planes(matrices, i, j, c, s):
    """Matrices (..., d, d) with their columns turned in the planes of columns i and j."""
    turned = matrices.copy()
    turned[..., i] = c * matrices[..., i] + s * matrices[..., j]
    turned[..., j] = c * matrices[..., j] - s * matrices[..., i]
    return turned


@lru_cache
def _pairings(d):
    """All pairs of d axes, in rounds of pairs that have none in common: two arrays of int a round."""
    order, rounds = list(range(d + d % 2)), []
    for _ in range(len(order) - 1):
        pairs = [(a, b) for a, b in zip(order, reversed(order[len(order) // 2 :])) if max(a, b) < d]
        rounds.append(tuple(np.array(pairs, dtype=int).reshape(-1, 2).T))
        order = [order[0], order[-1], *order[1:-1]]
    return rounds


def common_axes(covariances, present=True):
    """The axes (..., d, d), column by column, that covariances (k, ..., d, d) share, or nearly share, where they are ``present`` (k, ...).

    Those of one component, or of a mean of all, as there are directions in which some components are round. They are in the
    order of how much of its variance a component has along them at most, whichever they are found from.
    """
    k, d = len(covariances), covariances.shape[-1]
    alike = covariances / np.einsum("...ii->...", covariances)[..., None, None]
    alike = np.where(np.asarray(present)[..., None, None], alike, 0.0)
    means = [_sum(np.arange(1, k + 1).reshape(-1, *[1] * (alike.ndim - 1)) ** power, alike) for power in (0.0, 0.618, -0.618)]
    _, candidates = np.linalg.eigh(np.concatenate([means, alike]))  # no two directions are equal in all means
    turned = candidates.swapaxes(-2, -1) @ alike[:, None] @ candidates
    left = sum(((turned * (1 - np.eye(d))) ** 2).sum(axis=-1).sum(axis=-1))
    left[3:][~np.broadcast_to(present, left[3:].shape)] = np.inf
    best = left.argmin(axis=0)[None, ..., None]
    order = np.take_along_axis(np.einsum("...ii->...i", turned).max(axis=0), best, axis=0)[0].argsort(axis=-1)
    return np.take_along_axis(np.take_along_axis(candidates, best[..., None], axis=0)[0], order[..., None, :], axis=-1)
