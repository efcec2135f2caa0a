"""Parameters of a skew-normal mixture: ``y = location + skewness |tau| + u``, tau ~ N(0, I), u ~ N(0, scale)."""

from dataclasses import dataclass, replace

import numpy as np

from .. import checks
from ..annealing import divergence
from ..gaussians import cholesky, halves, lift, merge, stretching, symmetrised, transform
from ..parameters import Parameters, in_one, in_two, shares
from ..view import broadened
from .views import HALF_NORMAL_MEAN, HALF_NORMAL_VARIANCE, density_grid

# Noise narrower than this multiple of the smallest covariance would make the latents' covariance singular.
FLOOR_MULTIPLE = 100.0
# Share of a component's variance in any direction that the half-normals may take at the start, and after an edit.
LARGEST_SHARE = 0.9
_SHAPES = "locations", "skewness", "scales"


@dataclass(frozen=True)
class SkewParameters(Parameters):
    """Parameters of a skew-normal mixture with q half-normal latent variables a component.

    One latent is the restricted (Azzalini) family, as many as features with free entries the full one. Diagonal
    skewness has a class of its own, `DiagonalSkewParameters`.

    Attributes
    ----------
    weights : array (k,)
        Probabilities that sum to 1.
    locations : array (k, d)
        Where the half-normals are zero; not the means, see `means`.
    skewness : array (k, d, q)
    scales : array (k, d, d)
        Covariances of the symmetric noise; not the covariances of the components, see `covariances`.
    """

    weights: np.ndarray
    locations: np.ndarray
    skewness: np.ndarray
    scales: np.ndarray

    def __post_init__(self):
        lengths = {"locations": checks.LARGEST_LENGTH, "skewness": checks.LARGEST_LENGTH}
        for name, largest in {"weights": np.inf, **lengths, "scales": checks.LARGEST_VARIANCE}.items():
            object.__setattr__(self, name, checks.finite(name, getattr(self, name), largest))
        if self.weights.ndim != 1:
            raise ValueError(f"weights has shape {self.weights.shape}; it needs (components,).")
        object.__setattr__(self, "weights", checks.probabilities("weights", self.weights))
        k = len(self.weights)
        if self.locations.ndim != 2 or len(self.locations) != k or not self.locations.size:
            raise ValueError(f"locations has shape {self.locations.shape}; with {k} weights it needs ({k}, features).")
        d = self.locations.shape[1]
        if self.skewness.ndim != 3 or self.skewness.shape[:2] != (k, d) or not self.skewness.shape[2]:
            raise ValueError(f"skewness has shape {self.skewness.shape}; it needs ({k}, {d}, half-normals).")
        if self.scales.shape != (k, d, d):
            raise ValueError(f"scales has shape {self.scales.shape}; it needs ({k}, {d}, {d}).")
        checks.symmetric("scales", self.scales)
        object.__setattr__(self, "pinned", checks.pinned(self.pinned, k))

    @property
    def means(self):
        """Means (k, d) of the components: location + sqrt(2/pi) · skewness · 1."""
        return self.locations + HALF_NORMAL_MEAN * self.skewness.sum(axis=2)

    @property
    def covariances(self):
        """Covariances (k, d, d) of the components: scale + (1 - 2/pi) · skewness · skewness'."""
        return self.scales + HALF_NORMAL_VARIANCE * self.skewness @ self.skewness.swapaxes(1, 2)

    @property
    def n_parameters(self):
        k, d, q = self.skewness.shape
        return k - 1 + k * (d + d * q + d * (d + 1) // 2)

    @property
    def structure(self):
        return {"n_components": len(self.weights), "skewness": "restricted" if self.skewness.shape[2] == 1 else "full"}

    def check(self):
        cholesky(self.scales, "scales")

    def sample(self, n, rng):
        labels = rng.choice(len(self.weights), size=n, p=self.weights)
        _, d, q = self.skewness.shape
        latent, noise = np.abs(rng.standard_normal((n, q))), rng.standard_normal((n, d))
        rows = np.empty((n, d))
        for j, factor in enumerate(cholesky(self.scales, "scales")):
            own = labels == j
            rows[own] = self.locations[j] + latent[own] @ self.skewness[j].T + noise[own] @ factor.T
        return rows, labels

    def marginal(self, view):
        """The mixture seen in a `View` with m axes: exact, and skew-normal again, `SkewParameters` with m features.

        A component keeps all its half-normals but those that no component shows in the view.
        """
        axes = view.axes
        skewness = axes @ self.skewness
        seen = np.flatnonzero(skewness.any(axis=(0, 1)))
        shown = skewness[:, :, seen] if seen.size else skewness[:, :, :1]
        return SkewParameters(self.weights, self.locations_in(view), shown, axes @ self.scales @ axes.T)

    def density_grids(self, view, x, y=None):
        # a component thinner than a step has as much more noise: see `broadened`
        seen = self.marginal(view)
        steps = [axis[1] - axis[0] for axis in (x, y) if axis is not None]
        noise = broadened(seen.covariances, steps) - seen.covariances
        log_densities = density_grid(replace(seen, scales=seen.scales + noise), x, y)
        return self.weights.reshape(-1, *[1] * (log_densities.ndim - 1)) * np.exp(log_densities)

    def locations_in(self, view):
        return view.points(self.locations)

    def annealing_penalty(self, annealing):
        held = annealing.shape
        return annealing.rows(len(self.weights)) * divergence(self.scales, held.scales[0], held.skewness - self.skewness).sum()

    def with_shape(self, shape):
        k = len(self.weights)
        skewness = np.repeat(shape.skewness, k, axis=0)
        return type(self)(self.weights, location(self.means, skewness), skewness, np.repeat(shape.scales, k, axis=0))

    def moved(self, weights, sources, shifts):
        return type(self)(weights, self.locations[sources] + shifts, self.skewness[sources], self.scales[sources])

    def rescaled(self, center, scale):
        scale = np.broadcast_to(scale, self.locations.shape[1:])
        return replace(
            self,
            locations=self.locations * scale + center,
            skewness=self.skewness * scale[:, None],
            scales=self.scales * np.outer(scale, scale),
        )

    @property
    def cannot(self):
        return {}

    def reshaped(self, j, axes, matrix):
        T, mean = self._transform(axes, matrix), self.means[j]
        skewness = T @ self.skewness[j]
        entries = location(mean, skewness), skewness, symmetrised(T @ self.scales[j] @ T.T)
        return replace(self, **put(self, j, *entries))

    def _transform(self, axes, matrix):
        return transform(axes, matrix)

    def bent(self, j, axes, arrow):
        change = lift(axes) @ (arrow / HALF_NORMAL_MEAN - axes @ self.skewness[j].sum(axis=1))
        covariance, largest = self.covariances[j], max(LARGEST_SHARE, share_of_variance(self.skewness[j], self.covariances[j]))
        skewness = bounded(self.skewness[j] + self._longer(change), covariance, largest)
        return replace(self, **put(self, j, *parts(self.means[j], covariance, skewness)))

    def _longer(self, change):
        """What the least change (d, q) of a skewness matrix is whose rows sum to ``change`` (d,)."""
        q = self.skewness.shape[2]
        return np.repeat(change[:, None] / q, q, axis=1)

    def split(self, j):
        shift, covariance = halves(self.covariances[j])
        skewness = bounded(self.skewness[j], covariance)
        means, (covariances, skewness) = self.means[j] + np.array([-shift, shift]), (np.array([own, own]) for own in (covariance, skewness))
        return in_two(self, j, **dict(zip(_SHAPES, parts(means, covariances, skewness))))

    def merged(self, i, j):
        own = [i, j]
        each = shares(self.weights, own)
        _, (mean,), (covariance,) = merge(each, self.means[own], self.covariances[own], np.zeros(2, dtype=int), 1)
        skewness = bounded(np.tensordot(each, self.skewness[own], 1), covariance)
        return in_one(self, i, j, **dict(zip(_SHAPES, parts(mean, covariance, skewness))))


@dataclass(frozen=True)
class DiagonalSkewParameters(SkewParameters):
    """`SkewParameters` whose skewness matrices (d, d) are diagonal: d free entries each, not d²."""

    def __post_init__(self):
        super().__post_init__()
        _, d, q = self.skewness.shape
        if d != q or np.any(self.skewness * (1 - np.eye(d))):
            raise ValueError(
                f"skewness has shape {self.skewness.shape} and needs ({len(self.weights)}, {d}, {d}) with "
                "zeros off the diagonal; for other skewness give SkewParameters."
            )

    @property
    def n_parameters(self):
        k, d, _ = self.skewness.shape
        return super().n_parameters - k * d * (d - 1)

    @property
    def structure(self):
        return super().structure | {"skewness": "diagonal"}

    @property
    def cannot(self):
        return {"turn": "Components whose skewness is along the features cannot be turned: they stretch along the features only."}

    def _transform(self, axes, matrix):
        factors = stretching(axes, matrix)
        if factors is None:
            self.refuse("turn")
        return np.diag(factors)

    def _longer(self, change):
        return np.diag(change)


def with_moments(weights, means, covariances, skewness, parameters_class=SkewParameters):
    """Parameters with this skewness (k, d, q) whose components have these means (k, d) and covariances (k, d, d)."""
    return parameters_class(weights, *parts(means, covariances, skewness))


def parts(means, covariances, skewness):
    """Locations (..., d), skewness (..., d, q) and scales (..., d, d) of components with these moments and skewness."""
    return location(means, skewness), skewness, covariances - HALF_NORMAL_VARIANCE * skewness @ skewness.swapaxes(-2, -1)


def location(means, skewness):
    """Where components with these means (..., d) and skewness (..., d, q) begin."""
    return means - HALF_NORMAL_MEAN * skewness.sum(axis=-1)


def put(parameters, j, *entries):
    """The arrays of locations, skewness and scales, by name, with these entries for component j."""
    arrays = {name: getattr(parameters, name).copy() for name in _SHAPES}
    for array, entry in zip(arrays.values(), entries):
        array[j] = entry
    return arrays


def share_of_variance(skewness, covariances):
    """The most of the variance, in any direction, that the half-normals take, (...), for skewness (..., d, q)."""
    whitened = np.linalg.solve(np.linalg.cholesky(covariances), skewness)
    return HALF_NORMAL_VARIANCE * np.linalg.norm(whitened, ord=2, axis=(-2, -1)) ** 2


def bounded(skewness, covariances, largest=LARGEST_SHARE):
    """Skewness (..., d, q), shrunk where it would take more than the ``largest`` share of the variance in some direction."""
    share = share_of_variance(skewness, covariances)
    return skewness * np.sqrt(np.minimum(1, largest / np.maximum(share, largest)))[..., None, None]
