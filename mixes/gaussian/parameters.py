"""Parameters of a Gaussian mixture."""

from dataclasses import dataclass, replace

import numpy as np

from .. import checks
from ..annealing import divergence
from ..gaussians import cholesky, halves, merge, symmetrised, transform
from ..parameters import Parameters, in_one, in_two, shares
from ..scikit_learn import gaussian_mixture


@dataclass(frozen=True)
class GaussianParameters(Parameters):
    """Parameters of a Gaussian mixture.

    Attributes
    ----------
    weights : array (k,)
        Probabilities that sum to 1.
    means : array (k, d)
    covariances : array (k, d, d)
    """

    weights: np.ndarray
    means: np.ndarray
    covariances: np.ndarray

    def __post_init__(self):
        for name, largest in (("weights", np.inf), ("means", checks.LARGEST_LENGTH), ("covariances", checks.LARGEST_VARIANCE)):
            object.__setattr__(self, name, checks.finite(name, getattr(self, name), largest))
        if self.weights.ndim != 1:
            raise ValueError(f"weights has shape {self.weights.shape}; it needs (components,).")
        object.__setattr__(self, "weights", checks.probabilities("weights", self.weights))
        k = len(self.weights)
        if self.means.ndim != 2 or len(self.means) != k or not self.means.size:
            raise ValueError(f"means has shape {self.means.shape}; with {k} weights it needs ({k}, features).")
        d = self.means.shape[1]
        if self.covariances.shape != (k, d, d):
            raise ValueError(f"covariances has shape {self.covariances.shape}; it needs ({k}, {d}, {d}).")
        checks.symmetric("covariances", self.covariances)
        object.__setattr__(self, "pinned", checks.pinned(self.pinned, k))

    @property
    def n_parameters(self):
        """Number of free parameters."""
        k, d = self.means.shape
        return k - 1 + k * d + k * d * (d + 1) // 2

    def check(self):
        cholesky(self.covariances)

    def sample(self, n, rng):
        labels = rng.choice(len(self.weights), size=n, p=self.weights)
        rows = rng.standard_normal((n, self.n_features))
        for j, (mean, factor) in enumerate(zip(self.means, cholesky(self.covariances))):
            rows[labels == j] = mean + rows[labels == j] @ factor.T
        return rows, labels

    def to_gaussian_mixture(self):
        return gaussian_mixture(self.weights, self.means, self.covariances)

    def annealing_penalty(self, annealing):
        return annealing.rows(len(self.weights)) * divergence(self.covariances, annealing.shape.covariances[0]).sum()

    def with_shape(self, shape):
        return replace(self, covariances=np.repeat(shape.covariances, len(self.weights), axis=0))

    def moved(self, weights, sources, shifts):
        return GaussianParameters(weights, self.means[sources] + shifts, self.covariances[sources])

    def rescaled(self, center, scale):
        return replace(self, means=self.means * scale + center, covariances=self.covariances * np.outer(scale, scale))

    @property
    def cannot(self):
        return {"bend": "Gaussian components are symmetric: they cannot be bent."}

    def reshaped(self, j, axes, matrix):
        covariances, T = self.covariances.copy(), transform(axes, matrix)
        covariances[j] = symmetrised(T @ covariances[j] @ T.T)
        return replace(self, covariances=covariances)

    def split(self, j):
        shift, covariance = halves(self.covariances[j])
        return in_two(self, j, means=self.means[j] + np.array([-shift, shift]), covariances=np.array([covariance, covariance]))

    def merged(self, i, j):
        own = [i, j]
        _, (mean,), (covariance,) = merge(shares(self.weights, own), self.means[own], self.covariances[own], np.zeros(2, dtype=int), 1)
        return in_one(self, i, j, means=mean, covariances=covariance)
