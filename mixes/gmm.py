"""Gaussian mixtures with full covariances: parameters, expectation, maximisation and the estimator.

With ``z(x) = [1, x_i, x_i x_j (i <= j)]`` the joint log-density of a row is linear in ``z`` and the M-step needs
``R Z'`` only, so that two matrix products do both half-steps (``R``: responsibilities). Where a component is so
narrow that the expansion would lose digits, rows are whitened by triangular solves instead.
"""

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from scipy.linalg import solve_triangular
from sklearn.utils.validation import check_is_fitted

from . import checks, events, initialization
from .annealing import divergence, hold_apart, share_weights, told
from .gaussians import (
    LOG_2PI, cholesky, floor_covariances, gaussian_mixture, inside, log_determinants, precisions, rounding,
    was_elsewhere)
from .mixture import Mixture

# Above this ratio of the model's extent to its narrowest width the expansion loses more than 1e-9 of a log density.
_EXPANSION_LIMIT = 1e6
# With more products than this (126 features) a chunk of them no longer fits in the cache.
_MAX_PRODUCTS = 2**13


@dataclass(frozen=True)
class GaussianParameters:
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
        for name in ("weights", "means", "covariances"):
            object.__setattr__(self, name, checks.finite(name, getattr(self, name)))
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

    @property
    def n_parameters(self):
        """Number of free parameters."""
        k, d = self.means.shape
        return k - 1 + k * d + k * d * (d + 1) // 2

    def annealing_penalty(self, annealing):
        """What annealed EM takes from the objective: see `mixes.annealing`."""
        return annealing.rows(len(self.weights)) * divergence(self.covariances, annealing.shape.covariances[0]).sum()

    def with_shape(self, shape):
        """These weights and means with the covariance of a shape."""
        return replace(self, covariances=np.repeat(shape.covariances, len(self.weights), axis=0))

    def rescaled(self, center, scale):
        """These parameters for the data ``scale · x + center``, feature by feature."""
        return GaussianParameters(self.weights, self.means * scale + center, self.covariances * np.outer(scale, scale))


class GaussianDensity:
    """Everything EM needs of a Gaussian mixture with fixed parameters (see `mixes.expectation`).

    Parameters
    ----------
    parameters : GaussianParameters
    box : arrays (d,), (d,), optional
        See `gaussians.inside`.
    """

    def __init__(self, parameters, box=None):
        self.parameters = parameters
        weights, means, covariances = parameters.weights, parameters.means, parameters.covariances
        k, d = means.shape
        self._factors = cholesky(covariances)
        self._precisions = precisions(self._factors)
        self._absent = weights == 0  # infinities stay out of products: some processors make NaN of them
        log_weights = np.log(np.where(self._absent, 1.0, weights))
        self._constants = log_weights - 0.5 * (log_determinants(self._factors) + d * LOG_2PI)
        center = inside(box, weights @ means)
        extent = ((means - center) ** 2).sum(axis=1) + np.einsum("kii->k", covariances)
        self._narrowness = np.einsum("kii->k", self._precisions)
        self.rounding = rounding(covariances, self._precisions)
        self._upper = _upper_triangle(d)
        n_features = 1 + d + len(self._upper[0])
        self._expand = float(extent.max()) * float(self._narrowness.max()) < _EXPANSION_LIMIT and n_features <= _MAX_PRODUCTS
        # statistics are taken about these points, so that the M-step subtracts small numbers only
        self._origins = np.broadcast_to(center, (k, d)) if self._expand else inside(box, means)
        self.chunk_rows = int(np.clip(2**19 // (n_features if self._expand else d), 256, 4096))
        if self._expand:
            shifted = means - center
            linear = np.einsum("kij,kj->ki", self._precisions, shifted)
            self._coefficients = np.empty((k, n_features))
            self._coefficients[:, 0] = self._constants - 0.5 * np.einsum("ki,ki->k", linear, shifted)
            self._coefficients[:, 1:1 + d] = linear
            # off the diagonal, x_i x_j stands for x_j x_i too
            self._coefficients[:, 1 + d:] = -self._precisions[:, *self._upper]
            self._coefficients[:, 1 + d + np.flatnonzero(self._upper[0] == self._upper[1])] /= 2

    def penalties(self, eps):
        return 0.5 * eps * self._narrowness

    def log_joint(self, X):
        """Log p(x, j), shape (k, m), of rows X (m, d), and the features for `statistics`."""
        if self._expand:
            features = _monomials(X - self._origins[0])
            log_joint = self._coefficients @ features
            log_joint[self._absent] = -np.inf
            return log_joint, features
        log_joint = np.empty((len(self._constants), len(X)))
        for j, (mean, factor) in enumerate(zip(self.parameters.means, self._factors)):
            whitened = solve_triangular(factor, (X - mean).T, lower=True, check_finite=False)
            log_joint[j] = self._constants[j] - 0.5 * np.einsum("ij,ij->j", whitened, whitened)
        log_joint[self._absent] = -np.inf
        return log_joint, X

    def statistics(self, features, responsibilities):
        """Sums of r, r·x and r·x x' (upper triangle) about the origins: one array (k, 1 + d + d(d+1)/2)."""
        if self._expand:
            return (responsibilities @ features.T,)
        sums = np.empty((len(self._origins), 1 + features.shape[1] + len(self._upper[0])))
        for row, origin, r in zip(sums, self._origins, responsibilities):
            shifted = features - origin
            row[0], row[1:1 + shifted.shape[1]] = r.sum(), r @ shifted
            row[1 + shifted.shape[1]:] = ((shifted.T * r) @ shifted)[self._upper]
        return (sums,)

    def maximisation(self, statistics, eps=0.0, floor=0.0, annealing=None):
        """The M half-step: `GaussianParameters` that maximise the expected objective, and events.

        A component without points keeps its mean and covariance, with weight 0. ``annealing`` is an `Annealing`.
        """
        (sums,) = statistics
        k, d = self.parameters.means.shape
        mass = sums[:, 0]
        empty = mass <= 1e-12 * mass.sum()
        weights = np.where(empty, 0.0, mass)
        moments = sums[:, 1:] / np.where(empty, 1.0, mass)[:, None]
        shift = moments[:, :d]
        covariances = np.empty((k, d, d))
        covariances[:, self._upper[0], self._upper[1]] = moments[:, d:]
        covariances[:, self._upper[1], self._upper[0]] = moments[:, d:]
        covariances -= shift[:, :, None] * shift[:, None, :]
        covariances += eps * np.eye(d)
        variances = np.einsum("kii->ki", covariances).copy()
        if annealing and annealing.shape:
            rows, own = annealing.rows(k), mass[:, None, None]
            covariances = (own * covariances + rows * annealing.shape.covariances) / (own + rows)
        means = self._origins + shift
        means[empty] = self.parameters.means[empty]
        covariances[empty] = self.parameters.covariances[empty]
        covariances, floored = floor_covariances(covariances, floor)
        happened = [events.empty_component(int(j)) for j in np.flatnonzero(empty & (self.parameters.weights > 0))]
        thin = (mass < d + 1) & (self.parameters.weights * mass.sum() >= d + 1) & ~empty  # said when it comes about
        happened += [events.thin_component(int(j), mass[j], d) for j in np.flatnonzero(thin)]
        values = np.linalg.eigvalsh(self.parameters.covariances) if floored else ()
        happened += [events.covariance_floored(j) for j in floored
                     if was_elsewhere(values[j, 0], floor, values[j, -1])]
        weights /= weights.sum()
        if annealing:
            found, shifts = hold_apart(weights, means, covariances, annealing, variances)
            weights = share_weights(weights, found)
            for j, _, target in found:
                means[j], covariances[j] = means[target] + shifts[j], covariances[target]
            happened += told(found)
        return GaussianParameters(weights, means, covariances), happened


@lru_cache
def _upper_triangle(d):
    """Row and column numbers of the entries on and above the diagonal, row by row."""
    return np.triu_indices(d)


def _monomials(X):
    """Rows z(x) = [1, x_i, x_i x_j (i <= j)] of X (m, d), transposed: (1 + d + d(d+1)/2, m)."""
    m, d = X.shape
    columns = np.ascontiguousarray(X.T)
    z = np.empty((1 + d + d * (d + 1) // 2, m))
    z[0] = 1
    z[1:1 + d] = columns
    position = 1 + d
    for i in range(d):
        np.multiply(columns[i], columns[i:], out=z[position:position + d - i])
        position += d - i
    return z


def from_labels(X, labels, k, sample_weight, eps, floor):
    """Gaussian parameters of the clusters ``labels`` (n,); clusters of at most d rows get the pooled covariance."""
    d = X.shape[1]
    weights, means, covariances, thin = np.empty(k), np.empty((k, d)), np.empty((k, d, d)), []
    for j in range(k):
        rows, weight = X[labels == j], sample_weight[labels == j]
        weights[j] = weight.sum()
        means[j] = np.average(rows, axis=0, weights=weight)
        covariances[j] = ((rows - means[j]).T * weight) @ (rows - means[j]) / weights[j]
        if not initialization.has_distinct_rows(rows, d + 1):
            thin.append(j)
    weights /= weights.sum()
    covariances[thin] = np.einsum("k,kij->ij", weights, covariances)
    covariances, floored = floor_covariances(covariances + eps * np.eye(d), floor)
    return (GaussianParameters(weights, means, covariances),
            [*map(events.pooled_start, thin), *map(events.covariance_floored, floored)])


class GMM(Mixture):
    """Gaussian mixture with full covariances, fitted by EM.

    Parameters
    ----------
    n_components : int
        Number of components, k.
    init : "kmeans", "random" or GaussianParameters
        Where EM starts: k-means clusters, random rows with the covariance of the data, or given parameters.
    n_init : int
        Number of starts; each is run to its end and the best objective is kept, without regard to starts that end
        with degenerate components (see `mixes.degenerate`) unless all do.
    max_iter : int
        The most iterations of one run.
    stopping_criterion : "log_lik", None or callable
        Aitken's rule on the objective, no rule, or ``criterion(iter_i, data, probs, pred, log_lik) -> bool``.
    use_annealing : bool
        Deterministic annealing: responsibilities are raised to an inverse temperature that rises to 1. Components that
        coincide at a low one are moved apart, as an event tells, so that they can part later.
    annealing_start_v : float
        Inverse temperature of the first iteration, in (0, 1].
    annealing_shapes : "held" or "free"
        What annealing does with the shapes of components: they are held near the mean one of k-means clusters, less
        and less as the temperature falls, so that clusters part one by one (after Rose, 1998); or they are free from
        the start (Ueda and Nakano, 1998), and components that differ in their means part late, or never.
    update_rate : float
        Share of the M-step that is taken, in (0, 1]; below 1 the parameters are damped.
    var_regularization : float
        Added to the diagonal of every covariance, times the data's mean feature variance; part of the objective.
    evaluator : Evaluator, optional
        Records metrics at every iteration.
    random_state : int, RandomState or None

    Attributes
    ----------
    parameters_ : GaussianParameters
    weights_, means_, covariances_ : arrays (k,), (k, d), (k, d, d)
    log_likelihood_ : float
    n_iter_ : int
    converged_ : bool
    trace_ : Trace

    References
    ----------
    Dempster, Laird and Rubin (1977), J. Royal Statistical Society B 39:1-38.

    Examples
    --------
    >>> from mixes import GMM, datasets
    >>> X = datasets.load("Old Faithful").X
    >>> GMM(2, random_state=0).fit(X).means_.shape
    (2, 2)
    """

    parameters_class = GaussianParameters
    density_class = GaussianDensity

    def __init__(self, n_components=2, *, init="kmeans", n_init=1, max_iter=100, stopping_criterion="log_lik",
                 use_annealing=False, annealing_start_v=0.1, annealing_shapes="held", update_rate=1.0,
                 var_regularization=1e-6, evaluator=None, random_state=None):
        self.n_components = n_components
        self.init = init
        self.n_init = n_init
        self.max_iter = max_iter
        self.stopping_criterion = stopping_criterion
        self.use_annealing = use_annealing
        self.annealing_start_v = annealing_start_v
        self.annealing_shapes = annealing_shapes
        self.update_rate = update_rate
        self.var_regularization = var_regularization
        self.evaluator = evaluator
        self.random_state = random_state

    def _check_structure(self, X):
        checks.count("n_components", self.n_components, "components")
        initialization.check_distinct_rows(X, self.n_components, "n_components")

    def _check_init(self, X):
        k, d = self.init.means.shape
        if k != self.n_components or d != X.shape[1]:
            raise ValueError(f"init has {k} components in {d} features; n_components is {self.n_components} and X "
                             f"has {X.shape[1]} features.")

    def _initial_parameters(self, X, sample_weight, eps, floor, rng):
        k = self.n_components
        if self.init == "kmeans":
            return from_labels(X, initialization.kmeans_labels(X, k, sample_weight, rng), k, sample_weight, eps, floor)
        covariance = np.cov(X.T, aweights=sample_weight, ddof=0).reshape(1, X.shape[1], -1) + eps * np.eye(X.shape[1])
        covariances, floored = floor_covariances(np.repeat(covariance, k, axis=0), floor)
        return (GaussianParameters(np.full(k, 1 / k), initialization.random_rows(X, k, sample_weight, rng),
                                   covariances), list(map(events.covariance_floored, floored)))

    def _held_shape(self, X, sample_weight, eps, floor):
        within = initialization.within_clusters(X, self.n_components, sample_weight, floor)
        return from_labels(within, np.zeros(len(X), dtype=int), 1, sample_weight, eps, floor)[0]

    def to_gaussian_mixture(self):
        """The same distribution as a fitted ``sklearn.mixture.GaussianMixture``."""
        check_is_fitted(self, "parameters_")
        return gaussian_mixture(self.weights_, self.means_, self.covariances_, getattr(self, "converged_", True),
                                getattr(self, "n_iter_", 0))

    @classmethod
    def _settings_of(cls, parameters):
        return {"n_components": len(parameters.weights)}

    @staticmethod
    def _draw(parameters, n, rng):
        labels = rng.choice(len(parameters.weights), size=n, p=parameters.weights)
        rows = rng.standard_normal((n, parameters.means.shape[1]))
        for j, (mean, factor) in enumerate(zip(parameters.means, cholesky(parameters.covariances))):
            rows[labels == j] = mean + rows[labels == j] @ factor.T
        return rows, labels
