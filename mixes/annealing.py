"""Deterministic annealing: the schedule, the shapes that are held while it is hot, and what keeps components apart.

Responsibilities are raised to an inverse temperature v that rises to 1. Around components that coincide, one E- and
M-step multiplies a difference of their means by exactly v where covariances are free: they cannot part before v = 1,
and what is left of the iterations decides (Ueda and Nakano, 1998). Where covariances are held at W and the rows have
covariance S, the factors are v times the eigenvalues of W^-1 S: components part, split after split, as v rises (Rose,
1998, Proc. IEEE 86:2210-2239), first along the directions in which the rows spread most beside W. With the covariance
within clusters as W, clusters that lie apart part early, and one that is as wide as W is not split before v = 1.

``annealing_shapes="held"`` therefore gives every component of a model of k components ``strength · n / k`` pseudo-rows
that lie about the component's own mean and have the shape that k-means clusters have on average (in layered models,
the clusters of each layer). The strength falls from 1,000 to 1/10 while v rises geometrically, then the pseudo-rows
are gone. Pseudo-rows are a prior, so EM raises

    J_v - rows · sum_j KL(held shape || shape of component j)

which never falls at fixed v and strength, nor while v rises and the strength falls: both terms rise then.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from . import events
from .gaussians import cholesky, log_determinants

SHAPES = ("held", "free")
# The share of the iterations in which v rises; the rest run at v = 1, where EM is plain.
RISING_SHARE = {"held": 0.5, "free": 0.9}
_FIRST_STRENGTH, _LAST_STRENGTH = 1e3, 1e-1
# Annealed components of the same shape that are closer than so many standard deviations are moved apart.
APART = 0.1
_POINT = 1e-5  # rows that vary by no more than this share of the held variance are one point


@dataclass(frozen=True)
class Annealing:
    """What an M half-step at v < 1 is given.

    Attributes
    ----------
    seed : int, sequence of int or Generator
        Of ``rng``, the numpy Generator that is made when it is asked for, which is seldom.
    shape : parameters of one component, or None
        The shape that is held.
    strength : float
        Pseudo-rows of that shape, in units of the rows that a component has on average.
    mass : float
        Total weight of the rows.
    """

    seed: object
    shape: object = None
    strength: float = 0.0
    mass: float = 1.0

    @cached_property
    def rng(self):
        return np.random.default_rng(self.seed)

    def rows(self, k):
        """Pseudo-rows of each of k components."""
        return self.strength * self.mass / k


def progress(iteration, max_iter, origin, shapes):
    """How much of its rise v has behind it, from 0 at iteration ``origin + 1`` to 1, where it stays."""
    steps = int(RISING_SHARE[shapes] * (max_iter - origin))
    done = iteration - origin
    return 1.0 if done >= steps else (done - 1) / (steps - 1)


def inverse_temperature(iteration, start, max_iter, origin=0, shapes="held"):
    """Inverse temperature v of an iteration.

    v rises from ``start`` at iteration ``origin + 1`` to 1, and stays 1: with held shapes geometrically, until half of
    the iterations that lie between ``origin`` and ``max_iter`` are spent, with free ones in equal steps, until 90 %.

    Parameters
    ----------
    iteration : int
    start : float in (0, 1]
    max_iter : int
    origin : int
        The iteration after which the schedule begins: 0, or where a run was forked.
    shapes : "held" or "free"

    Returns
    -------
    float in (0, 1]
    """
    u = progress(iteration, max_iter, origin, shapes)
    return start ** (1 - u) if shapes == "held" else start + (1 - start) * u


def strength(iteration, max_iter, origin):
    """Pseudo-rows of the held shape, in units of a component's mean number of rows."""
    u = progress(iteration, max_iter, origin, "held")
    return _FIRST_STRENGTH ** (1 - u) * _LAST_STRENGTH**u


def divergence(covariances, held, differences=None):
    """Kullback-Leibler divergence (k,) of normal distributions from a held one, KL(held || own).

    Parameters
    ----------
    covariances : array (k, d, d)
    held : array (d, d)
    differences : array (k, d, q), optional
        Of coefficients of q standard normal variables, held minus own.
    """
    factors, held_factor = cholesky(covariances), cholesky(held[None])
    whitened = [np.linalg.solve(factors, held_factor)] + ([] if differences is None else [np.linalg.solve(factors, differences)])
    traces = sum((array**2).sum(axis=(1, 2)) for array in whitened)
    return 0.5 * (traces - len(held) + log_determinants(factors) - log_determinants(held_factor))


def moves(same, used, spread=None):
    """Which components move where, as they coincide with another.

    Parameters
    ----------
    same : array (k, k) of bool
    used : array (k,) of bool
    spread : array (k,), optional
        How far the rows of each component spread. A component that coincides goes to the one that has most to split;
        without this it stays where it is.

    Returns
    -------
    list of (component, the one it coincides with, the one it is put beside)
        Both of the others stay where they are.
    """
    same = np.tril(same, -1) & used & used[:, None]
    going, twins = same.any(axis=1), np.arange(len(used))
    for j in np.flatnonzero(going):
        twins[j] = twins[same[j].argmax()]  # of a chain, the end that stays
    pairs = [(int(j), int(twins[j])) for j in np.flatnonzero(going)]
    if spread is None:
        return [(j, twin, twin) for j, twin in pairs]
    room, found = np.where(used & ~going, spread, -np.inf), []
    for j, twin in pairs:
        target = int(np.flatnonzero(room >= room.max() * (1 - 1e-6))[0])
        room[target] /= 2  # it is shared with what has come
        found.append((j, twin, target))
    return found


def spreads(variances, mass, held):
    """How far the rows of each component spread (k,): its variances (k, p) beside those of all, on average.

    Variances are differences of sums: small ones beside the held shape's (p,) are rounding, which must not decide.
    """
    variances = np.maximum(variances - _POINT * held, 0.0)
    usual = mass @ variances / mass.sum()
    return (variances / np.where(usual > 0, usual, 1.0)).mean(axis=1)


def hold_apart(weights, means, covariances, annealing, variances, pinned=()):
    """Where components that coincide go.

    At a low inverse temperature components attract each other until they are the same to the last digit; they could
    never part again as v rises. With held shapes a component that coincides goes to the one whose rows spread most and
    shares its weight, as Rose (1998) adds a second to each cluster that is about to split; with free ones it stays.
    Either way it is put .15 standard deviations away, in a random direction.

    Parameters
    ----------
    weights, means : arrays (k,), (k, d)
    covariances : array (k, d, d), or variances (k, d) where the features are not correlated
    annealing : Annealing
    variances : array (k, d)
        Of each component's own rows.
    pinned : sequence of int
        Components that are left alone.

    Returns
    -------
    found : list of (component, the one it coincides with, the one it is put beside)
    shifts : array (k, d)
        From the mean of the latter to that of the component.
    """
    along = covariances.ndim == 2  # features that are not correlated need no matrices
    factors, used = np.sqrt(covariances) if along else cholesky(covariances), weights > 0
    used[list(pinned)] = False
    same = np.zeros((len(means), len(means)), dtype=bool)
    for j in range(1, len(means)):
        differences = (means[:j] - means[j]).T
        whitened = differences / factors[j][:, None] if along else np.linalg.solve(factors[j], differences)
        near = (whitened**2).sum(axis=0) < APART**2
        if near.any():
            apart = np.abs(covariances[:j] - covariances[j]).reshape(j, -1).max(axis=1)
            same[j, :j] = near & (apart < APART * np.abs(covariances[j]).max())
    shifts = np.zeros_like(means)
    if not same.any():
        return [], shifts
    held = annealing.shape and annealing.shape.feature_variances[0]
    found = moves(same, used, None if held is None else spreads(variances, weights, held))
    for j, _, target in found:
        direction = annealing.rng.standard_normal(means.shape[1])
        near = 1.5 * APART * factors[target]
        shifts[j] = (near * direction if along else near @ direction) / np.linalg.norm(direction)
    return found, shifts


def share_weights(weights, found):
    """Weights (k, ...) after moves: who goes elsewhere leaves its weight, and gets half of the target's."""
    weights = weights.copy()
    for j, twin, target in found:
        if twin != target:
            weights[twin] += weights[j]
            weights[target] /= 2
            weights[j] = weights[target]
    return weights


def told(found, layer=None):
    """The events of moves: one for all that stay, one for each that goes elsewhere."""
    stay = [j for j, twin, target in found if twin == target]
    twins = sorted({twin for _, twin, target in found if twin == target})
    return ([events.held_apart(sorted({*twins, *stay}), layer)] if stay else []) + [
        events.sent_to_split(j, twin, target, layer) for j, twin, target in found if twin != target
    ]
