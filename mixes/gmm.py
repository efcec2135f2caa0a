"""Gaussian mixtures with full covariances: parameters, expectation, maximisation and the estimator.

With ``z(x) = [1, x_i, x_i x_j (i <= j)]`` the joint log-density of a row is linear in ``z`` and the M-step needs
``R Z'`` only, so that two matrix products do both half-steps (``R``: responsibilities). Where a component is so
narrow that the expansion would lose digits, rows are whitened by triangular solves instead.
"""

from dataclasses import dataclass

import numpy as np
from scipy.linalg import solve_triangular

from . import events, initialization
from .gaussians import LOG_2PI, cholesky, floor_covariances, log_determinants, precisions
from .mixture import Mixture, check_count

# Above this ratio of the model's extent to its narrowest width the expansion loses more than 1e-9 of a log density.
_EXPANSION_LIMIT = 1e6


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
            object.__setattr__(self, name, np.array(getattr(self, name), dtype=float))
        k = len(self.weights)
        if self.means.ndim != 2 or len(self.means) != k:
            raise ValueError(f"means has shape {self.means.shape}; with {k} weights it needs ({k}, features).")
        d = self.means.shape[1]
        if self.covariances.shape != (k, d, d):
            raise ValueError(f"covariances has shape {self.covariances.shape}; it needs ({k}, {d}, {d}).")
        check_weights(self.weights)

    @property
    def n_parameters(self):
        """Number of free parameters."""
        k, d = self.means.shape
        return k - 1 + k * d + k * d * (d + 1) // 2

    def rescaled(self, center, scale):
        """These parameters for the data ``scale · x + center``, feature by feature."""
        return GaussianParameters(self.weights, self.means * scale + center, self.covariances * np.outer(scale, scale))


def check_weights(weights):
    if not np.all(weights >= 0) or not np.isclose(weights.sum(), 1, atol=1e-8):
        raise ValueError(f"weights sums to {weights.sum():.6g}; it needs probabilities that sum to 1.")


class GaussianDensity:
    """Everything EM needs of a Gaussian mixture with fixed parameters (see `mixes.expectation`)."""

    def __init__(self, parameters):
        self.parameters = parameters
        weights, means, covariances = parameters.weights, parameters.means, parameters.covariances
        k, d = means.shape
        self._factors = cholesky(covariances)
        self._precisions = precisions(self._factors)
        with np.errstate(divide="ignore"):  # an empty component has weight 0 and log weight -inf
            self._constants = np.log(weights) - 0.5 * (log_determinants(self._factors) + d * LOG_2PI)
        center = weights @ means
        extent = ((means - center) ** 2).sum(axis=1) + np.trace(covariances, axis1=1, axis2=2)
        self._narrowness = np.trace(self._precisions, axis1=1, axis2=2)
        self._expand = extent.max() * self._narrowness.max() < _EXPANSION_LIMIT
        # statistics are taken about these points, so that the M-step subtracts small numbers only
        self._origins = np.tile(center, (k, 1)) if self._expand else means
        self._upper = np.triu_indices(d)
        n_features = 1 + d + len(self._upper[0])
        self.chunk_rows = int(np.clip(2**19 // n_features, 256, 4096))
        if self._expand:
            shifted = means - center
            linear = np.einsum("kij,kj->ki", self._precisions, shifted)
            constant = self._constants - 0.5 * np.einsum("ki,ki->k", linear, shifted)
            quadratic = -self._precisions[:, self._upper[0], self._upper[1]]
            quadratic[:, self._upper[0] == self._upper[1]] /= 2
            self._coefficients = np.column_stack([constant, linear, quadratic])

    def penalties(self, eps):
        return 0.5 * eps * self._narrowness

    def log_joint(self, X):
        """Log p(x, j), shape (k, m), of rows X (m, d), and the features for `statistics`."""
        if self._expand:
            features = _monomials(X - self._origins[0])
            return self._coefficients @ features, features
        log_joint = np.empty((len(self._constants), len(X)))
        for j, (mean, factor) in enumerate(zip(self.parameters.means, self._factors)):
            whitened = solve_triangular(factor, (X - mean).T, lower=True, check_finite=False)
            log_joint[j] = self._constants[j] - 0.5 * np.einsum("ij,ij->j", whitened, whitened)
        return log_joint, X

    def statistics(self, features, responsibilities):
        """Sums of r, r·x and r·x x' (upper triangle) about the origins: one array (k, 1 + d + d(d+1)/2)."""
        if self._expand:
            return (responsibilities @ features.T,)
        return (np.stack([_monomials(features - origin) @ r for origin, r in zip(self._origins, responsibilities)]),)

    def maximisation(self, statistics, eps=0.0, floor=0.0):
        """The M half-step: `GaussianParameters` that maximise the expected objective, and events.

        A component without points keeps its mean and covariance, with weight 0.
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
        means = self._origins + shift
        means[empty] = self.parameters.means[empty]
        covariances[empty] = self.parameters.covariances[empty]
        covariances, floored = floor_covariances(covariances, floor)
        happened = [events.empty_component(j) for j in np.flatnonzero(empty & (self.parameters.weights > 0))]
        happened += [events.covariance_floored(j) for j in floored if 2 * floor * self._narrowness[j] < 1]
        return GaussianParameters(weights / weights.sum(), means, covariances), happened


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
    standard = GaussianParameters(np.full(k, 1 / k), np.tile(np.average(X, axis=0, weights=sample_weight), (k, 1)),
                                  np.tile(np.eye(d), (k, 1, 1)) * X.var(axis=0).mean())
    density = GaussianDensity(standard)
    responsibilities = (labels == np.arange(k)[:, None]) * sample_weight
    parameters, _ = density.maximisation(density.statistics(_monomials(X - standard.means[0]), responsibilities),
                                         eps, floor)
    thin = [j for j in range(k) if len(np.unique(X[labels == j], axis=0)) <= d]
    if not thin:
        return parameters, []
    covariances = parameters.covariances.copy()
    pooled = np.einsum("k,kij->ij", parameters.weights, covariances)
    covariances[thin] = floor_covariances((pooled + eps * np.eye(d))[None], floor)[0]
    return (GaussianParameters(parameters.weights, parameters.means, covariances),
            [events.pooled_start(j) for j in thin])


class GMM(Mixture):
    """Gaussian mixture with full covariances, fitted by EM.

    Parameters
    ----------
    n_components : int
        Number of components, k.
    init : "kmeans", "random" or GaussianParameters
        Where EM starts: k-means clusters, random rows with the covariance of the data, or given parameters.
    n_init : int
        Number of starts; each is run to its end and the best objective is kept.
    max_iter : int
        The most iterations of one run.
    stopping_criterion : "log_lik", None or callable
        Aitken's rule on the objective, no rule, or ``criterion(iter_i, data, probs, pred, log_lik) -> bool``.
    use_annealing : bool
        Deterministic annealing (Ueda and Nakano, 1998): responsibilities are raised to the inverse temperature.
    annealing_start_v : float
        Inverse temperature of the first iteration, in (0, 1].
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
                 use_annealing=False, annealing_start_v=0.1, update_rate=1.0, var_regularization=1e-6,
                 evaluator=None, random_state=None):
        self.n_components = n_components
        self.init = init
        self.n_init = n_init
        self.max_iter = max_iter
        self.stopping_criterion = stopping_criterion
        self.use_annealing = use_annealing
        self.annealing_start_v = annealing_start_v
        self.update_rate = update_rate
        self.var_regularization = var_regularization
        self.evaluator = evaluator
        self.random_state = random_state

    def _check_structure(self, X):
        check_count("n_components", self.n_components, "components")
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
        covariance, _ = floor_covariances(covariance, floor)
        return GaussianParameters(np.full(k, 1 / k), initialization.random_rows(X, k, sample_weight, rng),
                                  np.tile(covariance[0], (k, 1, 1))), []

    @classmethod
    def _settings_of(cls, parameters):
        return {"n_components": len(parameters.weights)}

    @staticmethod
    def _draw(parameters, n, rng):
        labels = rng.choice(len(parameters.weights), size=n, p=parameters.weights)
        noise = rng.standard_normal((n, parameters.means.shape[1]))
        return parameters.means[labels] + np.einsum("nij,nj->ni", cholesky(parameters.covariances)[labels], noise), labels
