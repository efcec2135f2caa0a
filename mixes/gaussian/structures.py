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
_ROUNDED = 1e-6  # given covariances fit a structure up to this share


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
    """The covariances of a structure that are nearest to a component's own.

    Parameters
    ----------
    code : str
    mass : array (k,)
        How much each counts in what is shared; one of mass 0 keeps what is its own.
    own : array (k, d, d), or variances (k, d) for an axis-aligned structure
    axes : array (d, d), optional
        For a shared orientation: where to begin; nothing is lost that these axes explain. By default the best of some.

    Returns
    -------
    array of the shape of ``own``
    """
    if code == FULL:
        return own
    idle = mass == 0
    found = _nearest(code, np.maximum(mass / mass.sum(), _LEAST), own, axes)
    if code[0] == "V" and idle.any():  # nearest to a shape that others decide on, it would be larger
        growth = volumes(found[idle]) / volumes(own[idle])
        found = found.copy()
        found[idle] /= growth.reshape(-1, *[1] * (own.ndim - 1))
    return found


def _nearest(code, mass, own, axes):
    volume, shape, orientation = code
    if orientation == "I":
        return variances(volume, shape, mass, own)
    if orientation == "V":
        values, vectors = np.linalg.eigh(own)
        return _with_axes(vectors, variances(volume, shape, mass, values))
    if shape == "E":
        pooled = np.tensordot(mass, own, 1) / mass.sum()
        return np.repeat(pooled[None], len(own), axis=0) if volume == "E" else _of_one_shape(mass, own, pooled)
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
    own, narrow = _raised(own, floor)
    found, more = structured(code, mass, own, axes), floor
    if narrow:  # the shape that all have need not be at the floor with that of one
        narrow = narrow if code[1] == "V" else np.intersect1d(narrow, _raised(found, 2 * floor)[1]).tolist()
    narrow = set(narrow)
    while low := _raised(found, 0.5 * floor)[1]:
        # what is shared makes a narrow component narrower: all are widened until none is below, and the structure is kept
        narrow |= set(low)
        own = own + (more if own.ndim == 2 else more * np.eye(own.shape[1]))
        found, more = structured(code, mass, own, axes), 2 * more
    return found, sorted(narrow)


def _raised(own, floor):
    """Covariances or variances with eigenvalues of at least the floor, and which were below."""
    if own.ndim == 3:
        return floor_covariances(own, floor)
    return np.maximum(own, floor), np.flatnonzero((own < floor).any(axis=1)).tolist()


# -- along given axes ---------------------------------------------------------------------------------------------------


def variances(volume, shape, mass, own):
    """Variances (k, d) along given axes, of components whose own rows have variances (k, d) there, and masses (k,)."""
    share = mass / mass.sum()
    if shape == "I":
        sizes = own.mean(axis=1)
        return np.repeat((sizes if volume == "V" else np.full(len(own), share @ sizes))[:, None], own.shape[1], axis=1)
    if volume == shape == "V":
        return own
    if volume == shape == "E":
        return np.repeat((share @ own)[None], len(own), axis=0)
    if volume == "E":
        sizes = geometric_means(own)
        return (share @ sizes) * own / sizes[:, None]
    common = share @ own  # the optimum is the only one: the objective is convex in the logarithms
    common /= geometric_means(common)
    for _ in range(_ROUNDS):
        before, common = common, share @ (own / (own / common).mean(axis=1)[:, None])
        common /= geometric_means(common)
        if np.abs(common / before - 1).max() < _SETTLED:
            break
    return (own / common).mean(axis=1)[:, None] * common


def volumes(found):
    """Geometric mean (k,) of each component's variances along its axes."""
    return geometric_means(found) if found.ndim == 2 else np.exp(np.linalg.slogdet(found)[1] / found.shape[1])


def geometric_means(values):
    """Of the last axis."""
    return np.exp(np.log(values).mean(axis=-1))


def _with_axes(axes, values):
    """Covariances (k, d, d) with these axes (..., d, d), column by column, and variances (k, d) along them."""
    return symmetrised((axes * values[:, None, :]) @ axes.swapaxes(-2, -1))


# -- one shape and orientation, or one orientation ----------------------------------------------------------------------


def _of_one_shape(mass, own, common):
    """Covariances that differ in their volumes alone (VEE), from a first common one (d, d)."""
    d, sizes = len(common), np.ones(len(own))
    for _ in range(_ROUNDS):
        common = common / np.exp(np.linalg.slogdet(common)[1] / d)
        before, sizes = sizes, np.einsum("kij,ji->k", own, np.linalg.inv(common)) / d
        if np.abs(sizes / before - 1).max() < _SETTLED:
            break
        common = symmetrised(np.tensordot(mass / sizes, own, 1))
    return sizes[:, None, None] * common


def _of_one_orientation(volume, mass, own, axes):
    """Covariances with the same axes (EVE, VVE), found from some axes (d, d).

    Given the variances along the axes, each turn in the plane of two of them is the best one there, and the other way
    round: so nothing falls, however early it ends.
    """
    turned = axes.T @ own @ axes
    for _ in range(_TURNS):
        largest = 0.0
        for i, j in _pairings(len(axes)):
            diagonals = np.einsum("kii->ki", turned)
            pull = mass[:, None] / variances(volume, "V", mass, diagonals)
            pull = pull[:, i] - pull[:, j]
            cosine = (pull * (diagonals[:, i] - diagonals[:, j])).sum(axis=0) / 2
            sine = (pull * turned[:, i, j]).sum(axis=0)
            angles = np.where(np.hypot(sine, cosine) > 0, np.arctan2(-sine, -cosine) / 2, 0.0)
            largest = max(largest, np.abs(np.sin(angles)).max(initial=0.0))
            c, s = np.cos(angles), np.sin(angles)
            axes = _in_planes(axes, i, j, c, s)
            turned = _in_planes(_in_planes(turned, i, j, c, s).swapaxes(1, 2), i, j, c, s)
        if largest < _SETTLED:
            break
    return _with_axes(axes, variances(volume, "V", mass, np.einsum("kii->ki", turned)))


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


def common_axes(covariances):
    """The axes (d, d), column by column, that covariances (k, d, d) share, or nearly share.

    Those of one component, or of a mean of all, as there are directions in which some components are round.
    """
    k, d, _ = covariances.shape
    alike = covariances / np.einsum("kii->k", covariances)[:, None, None]
    shares = np.arange(1, k + 1) ** np.array([[0.0], [0.618], [-0.618]])  # that no two directions are equal in all of them
    _, candidates = np.linalg.eigh(np.concatenate([np.tensordot(shares, alike, 1), alike]))
    turned = candidates[:, None].swapaxes(2, 3) @ alike @ candidates[:, None]
    left = ((turned * (1 - np.eye(d))) ** 2).sum(axis=(1, 2, 3))
    return candidates[left.argmin()]


# -- given covariances --------------------------------------------------------------------------------------------------


def misfit(code, own):
    """How covariances (k, d, d), or variances (k, d), are not of a structure: the first that is seen, or None."""
    volume, shape, orientation = code
    turned = None
    if own.ndim == 2:
        values = own
    elif orientation == "V" or shape == orientation == "E":
        values = np.linalg.eigvalsh(own)
    else:
        axes = np.eye(own.shape[1]) if orientation == "I" else common_axes(own)
        turned = axes.T @ own @ axes
        values = np.einsum("kii->ki", turned)
    values = np.maximum(values, np.finfo(float).tiny)
    most = np.full((len(own), 1), _ROUNDED)
    if own.ndim == 3:  # small variances are exact to a share of the largest
        most = most + 1e-14 * (values.max(axis=1) / values.min(axis=1))[:, None]
        most = np.maximum(most, most[0])
    sizes = geometric_means(values)
    alike = values / sizes[:, None]
    if turned is not None and (j := _first(_correlations(turned) > most[:, None])) is not None:
        return f"component {j + 1} has axes " + ("that are not the features" if orientation == "I" else "of its own")
    if volume == "E" and (j := _first(np.abs(sizes / sizes[0] - 1)[:, None] > most)) is not None:
        return f"component {j + 1} has another volume than component 1"
    if shape == "I" and (j := _first(np.abs(alike - 1) > most)) is not None:
        return f"component {j + 1} is not round"
    if shape == "E" and (j := _first(np.abs(alike / alike[0] - 1) > most)) is not None:
        return f"component {j + 1} has another shape than component 1"
    if shape == orientation == "E":
        alike = own / sizes[:, None, None]
        extent = np.sqrt(np.einsum("kii->ki", alike))
        if (j := _first(np.abs(alike - alike[0]) / (extent[:, :, None] * extent[:, None]) > most[:, None])) is not None:
            return f"component {j + 1} has another orientation than component 1"
    return None


def _correlations(covariances):
    """Absolute correlations (k, d, d), without those of features with themselves."""
    extent = np.sqrt(np.maximum(np.einsum("kii->ki", covariances), np.finfo(float).tiny))
    return np.abs(covariances) / (extent[:, :, None] * extent[:, None]) * (1 - np.eye(covariances.shape[1]))


def _first(wrong):
    """The first component (k, ...) of which something is wrong, or None."""
    found = np.flatnonzero(wrong.reshape(len(wrong), -1).any(axis=1))
    return int(found[0]) if found.size else None
