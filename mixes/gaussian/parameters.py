"""Parameters of a Gaussian mixture: with covariances, or with variances where the axes of all components are the features."""

from dataclasses import dataclass, field, replace
from typing import ClassVar

import numpy as np

from .. import checks
from ..annealing import divergence
from ..damping import interpolate
from ..gaussians import cholesky, halves, merge, stretching, symmetrised, transform
from ..parameters import Parameters, in_one, in_two, shares
from ..scikit_learn import gaussian_mixture
from . import structures
from .misfit import misfit
from .structures import FULL


@dataclass(frozen=True)
class GaussianParameters(Parameters):
    """Parameters of a Gaussian mixture.

    Attributes
    ----------
    weights : array (k,)
        Probabilities that sum to 1.
    means : array (k, d)
    covariances : array (k, d, d)
    covariance_type : str
        What the components share, in three letters; see `mixes.gaussian.structures`. Axis-aligned structures have a class of
        their own, `AxisAlignedParameters`.
    """

    weights: np.ndarray
    means: np.ndarray
    covariances: np.ndarray
    covariance_type: str = field(default=FULL, kw_only=True)

    _SPREAD: ClassVar = "covariances"  # the field that tells how components spread

    def __post_init__(self):
        for name, largest in (("weights", np.inf), ("means", checks.LARGEST_LENGTH), (self._SPREAD, checks.LARGEST_VARIANCE)):
            object.__setattr__(self, name, checks.finite(name, getattr(self, name), largest))
        if self.weights.ndim != 1:
            raise ValueError(f"weights has shape {self.weights.shape}; it needs (components,).")
        object.__setattr__(self, "weights", checks.probabilities("weights", self.weights))
        k = len(self.weights)
        if self.means.ndim != 2 or len(self.means) != k or not self.means.size:
            raise ValueError(f"means has shape {self.means.shape}; with {k} weights it needs ({k}, features).")
        self._check_spread(k, self.means.shape[1])
        object.__setattr__(self, "covariance_type", structures.code_of(self.covariance_type))
        if structures.axis_aligned(self.covariance_type) != (self._SPREAD == "variances"):
            other = "AxisAlignedParameters" if self._SPREAD == "covariances" else "GaussianParameters"
            raise ValueError(f'covariance_type is "{self.covariance_type}"; such parameters are {other}.')
        object.__setattr__(self, "pinned", checks.pinned(self.pinned, k))

    @classmethod
    def unchecked(cls, weights, means, spread, code, pinned):
        """Parameters that are known to be right."""
        parameters = object.__new__(cls)
        vars(parameters).update({"weights": weights, "means": means, cls._SPREAD: spread, "covariance_type": code, "pinned": pinned})
        return parameters

    def _check_spread(self, k, d):
        if self.covariances.shape != (k, d, d):
            raise ValueError(f"covariances has shape {self.covariances.shape}; it needs ({k}, {d}, {d}).")
        checks.symmetric("covariances", self.covariances)

    @property
    def spread(self):
        return getattr(self, self._SPREAD)

    def with_spread(self, spread):
        """With other covariances, or variances."""
        return replace(self, **{self._SPREAD: spread})

    @property
    def n_parameters(self):
        """Number of free parameters."""
        k, d = self.means.shape
        return k - 1 + k * d + structures.n_free(self.covariance_type, k, d)

    @property
    def structure(self):
        return super().structure | {"covariance_type": "full" if self.covariance_type == FULL else self.covariance_type}

    def check(self):
        cholesky(self.covariances)
        self.check_fit("covariances do")

    def check_fit(self, what, code=None):
        """Raise a ValueError where these do not fit a structure, by default their own; ``what`` "does" not."""
        code = code or self.covariance_type
        if why := self.misfit(code):
            raise ValueError(f'{what} not fit covariance_type "{code}": {why}.')

    def misfit(self, code):
        """How these are not of a structure: the first that is seen, or None."""
        return misfit(code, self.covariances)

    @property
    def narrowest_and_widest(self):
        """The least and the largest variance (k, 2) of each component in any direction."""
        return np.linalg.eigvalsh(self.covariances)[:, [0, -1]]

    @property
    def axes(self):
        """The axes (d, d) that all components share, where the structure says so; None else."""
        return structures.common_axes(self.covariances) if self.covariance_type[1:] == "VE" else None

    def nearest(self, mass=None, axes=None):
        """The nearest ones of the structure, where these are not; as components count by their weights, or by ``mass`` (k,)."""
        if self.covariance_type == FULL:
            return self
        return self.with_spread(structures.structured(self.covariance_type, self.weights if mass is None else mass, self.spread, axes))

    def of_structure(self, code):
        """Such a mixture with covariances of a structure, which these fit but for rounding."""
        if code == self.covariance_type:
            return self
        if structures.axis_aligned(code):
            made = AxisAlignedParameters(self.weights, self.means, self.feature_variances, covariance_type=code, pinned=self.pinned)
        else:
            made = GaussianParameters(self.weights, self.means, self.covariances, covariance_type=code, pinned=self.pinned)
        return made.nearest()

    def damped(self, before, rate):
        return interpolate(before, self, rate).nearest(axes=before.axes)

    def sample(self, n, rng):
        labels = rng.choice(len(self.weights), size=n, p=self.weights)
        rows = rng.standard_normal((n, self.n_features))
        for j, (mean, factor) in enumerate(zip(self.means, cholesky(self.covariances))):
            rows[labels == j] = mean + rows[labels == j] @ factor.T
        return rows, labels

    def to_gaussian_mixture(self):
        return gaussian_mixture(self.weights, self.means, *self.for_scikit_learn())

    def for_scikit_learn(self):
        """Covariances as scikit-learn has them, and the name of the narrowest of its types that holds the structure."""
        if self.covariance_type == structures.NAMES["tied"]:
            return self.covariances[0], "tied"
        return self.covariances, "full"

    def forms(self):
        if self.n_features == 1:
            return None
        narrowest, widest = self.narrowest_and_widest.T
        forms = {"volume": structures.volumes(self.spread), "shape": np.sqrt(widest / np.maximum(narrowest, np.finfo(float).tiny))}
        if self.n_features == 2:
            (a, b), c = self.feature_variances.T, self.covariances[:, 0, 1]
            forms["orientation"] = np.degrees(np.arctan2(2 * c, a - b) / 2)
        return forms

    def annealing_penalty(self, annealing):
        return annealing.rows(len(self.weights)) * divergence(self.covariances, annealing.shape.covariances[0]).sum()

    def with_shape(self, shape):
        return self.with_spread(np.repeat(shape.spread, len(self.weights), axis=0))

    def moved(self, weights, sources, shifts):
        made = {self._SPREAD: self.spread[sources], "pinned": ()}
        return replace(self, weights=weights, means=self.means[sources] + shifts, **made)

    def rescaled(self, center, scale):
        scale = np.broadcast_to(scale, self.means.shape[1:])
        return self._in_units(center, scale, structures.in_other_units(self.covariance_type, scale))

    def _in_units(self, center, scale, code):
        covariances = self.covariances * np.outer(scale, scale)
        return replace(self, means=self.means * scale + center, covariances=covariances, covariance_type=code)

    # -- edits: what is shared follows the hand for all components, what is fixed stays ----------------------------------

    @property
    def cannot(self):
        why = {"bend": "Gaussian components are symmetric: they cannot be bent."}
        if "E" in self.covariance_type:
            why["pin"] = "These components share a part of their shapes: none can be pinned while the others learn."
        if structures.axis_aligned(self.covariance_type):
            why["turn"] = "The axes of these components are the features: they stretch along the features, and cannot be turned."
        return why

    def reshaped(self, j, axes, matrix):
        T, orientation = transform(axes, matrix), self.covariance_type[2]
        turn = _rotation(T) if orientation == "E" else np.eye(len(T))
        covariances = symmetrised(turn @ self.covariances @ turn.T) if orientation == "E" else self.covariances.copy()
        covariances[j] = symmetrised(T @ self.covariances[j] @ T.T)
        return self._led_by(j, covariances, turn @ self.axes if self.axes is not None else None)

    def _led_by(self, j, spread, axes=None):
        """With the spread of component j, which decides alone on what all share; the others keep what is their own."""
        return self.with_spread(spread).nearest(np.arange(len(self.weights)) == j, axes)

    def split(self, j):
        shift, covariance = halves(self.covariances[j])
        means, covariances = self.means[j] + np.array([-shift, shift]), np.array([covariance, covariance])
        return in_two(self, j, means=means, covariances=covariances).nearest(axes=self.axes)

    def merged(self, i, j):
        own = [i, j]
        _, (mean,), (covariance,) = merge(shares(self.weights, own), self.means[own], self.covariances[own], np.zeros(2, dtype=int), 1)
        return in_one(self, i, j, means=mean, covariances=covariance).nearest(axes=self.axes)


@dataclass(frozen=True)
class AxisAlignedParameters(GaussianParameters):
    """Parameters of a Gaussian mixture whose components have the features as axes.

    Attributes
    ----------
    weights : array (k,)
    means : array (k, d)
    variances : array (k, d)
        Of the features; ``covariances`` (k, d, d) are made when they are asked for.
    covariance_type : str
        Three letters, the last one "I".
    """

    covariances: ClassVar = property(lambda self: self.variances[:, :, None] * np.eye(self.n_features))  # no field: never kept
    variances: np.ndarray
    covariance_type: str = field(default="VVI", kw_only=True)

    _SPREAD: ClassVar = "variances"
    axes: ClassVar = None

    def _check_spread(self, k, d):
        if self.variances.shape != (k, d):
            raise ValueError(f"variances has shape {self.variances.shape}; it needs ({k}, {d}).")

    @property
    def feature_variances(self):
        return self.variances

    @property
    def narrowest_and_widest(self):
        return np.column_stack([self.variances.min(axis=1), self.variances.max(axis=1)])

    def check(self):
        checks.variances("variances", self.variances)
        self.check_fit("variances do")

    def misfit(self, code):
        return misfit(code, self.variances) if structures.axis_aligned(code) else super().misfit(code)

    def sample(self, n, rng):
        labels = rng.choice(len(self.weights), size=n, p=self.weights)
        return self.means[labels] + np.sqrt(self.variances)[labels] * rng.standard_normal((n, self.n_features)), labels

    def gaussians(self, view):
        means, covariances = view.gaussians(self.means, self.variances)
        return self.weights, means, covariances, np.arange(len(means))

    def for_scikit_learn(self):
        return (self.variances[:, 0], "spherical") if self.covariance_type[1] == "I" else (self.variances, "diag")

    def annealing_penalty(self, annealing):
        ratios = annealing.shape.variances[0] / self.variances
        return annealing.rows(len(self.weights)) * 0.5 * (ratios - 1 - np.log(ratios)).sum()

    def _in_units(self, center, scale, code):
        return replace(self, means=self.means * scale + center, variances=self.variances * scale**2, covariance_type=code)

    def reshaped(self, j, axes, matrix):
        factors = stretching(axes, matrix)
        if factors is None:
            self.refuse("turn")
        if self.covariance_type[1] == "I":  # round ones become larger as a whole, in the picture as much as was asked for
            factors = abs(np.linalg.det(matrix)) ** (1 / len(matrix))
        variances = self.variances.copy()
        variances[j] *= factors**2
        return self._led_by(j, variances)

    def split(self, j):
        longest = self.variances[j].argmax()
        shift = np.zeros(self.n_features)
        shift[longest] = 0.5 * np.sqrt(self.variances[j, longest])
        means, variances = self.means[j] + np.array([-shift, shift]), self.variances[j] - shift**2
        return in_two(self, j, means=means, variances=np.array([variances, variances])).nearest()

    def merged(self, i, j):
        own = [i, j]
        share = shares(self.weights, own)
        mean = share @ self.means[own]
        variances = share @ (self.variances[own] + (self.means[own] - mean) ** 2)
        return in_one(self, i, j, means=mean, variances=variances).nearest()


def parameters_of(weights, means, spread, code, pinned=()):
    """The parameters of a mixture with such a structure; see `GaussianParameters.spread`."""
    made = AxisAlignedParameters if structures.axis_aligned(code) else GaussianParameters
    return made(weights, means, spread, covariance_type=code, pinned=pinned)


def made(weights, means, spread, code, pinned):
    """The same of what a step made, which is not looked at again: the log-likelihood that follows is."""
    kind = AxisAlignedParameters if structures.axis_aligned(code) else GaussianParameters
    return kind.unchecked(weights, means, spread, code, pinned)


def _rotation(matrix):
    """The nearest rotation, or reflection, to a matrix (d, d)."""
    left, _, right = np.linalg.svd(matrix)
    return left @ right
