"""A model from outside of the package: a mixture of Student t distributions with fixed degrees of freedom.

A row of component j is ``mean + u^-1/2 N(0, scale)`` with a precision of its own, ``u ~ Gamma(nu/2, nu/2)``, which
given the row is expected to be ``(nu + d) / (nu + distance)`` (Peel and McLachlan, 2000, Statistics and Computing
10:339-348).
"""

from dataclasses import dataclass, replace

import numpy as np
from scipy.special import gammaln

from mixes import checks, events, initialization
from mixes.density import Density
from mixes.gaussian import from_labels
from mixes.gaussians import cholesky, floor_covariances, log_determinants
from mixes.mixture import Mixture
from mixes.parameters import Parameters


@dataclass(frozen=True)
class StudentParameters(Parameters):
    weights: np.ndarray  # (k,)
    means: np.ndarray  # (k, d)
    scales: np.ndarray  # (k, d, d)
    degrees: float

    def __post_init__(self):
        for name in ("weights", "means", "scales"):
            object.__setattr__(self, name, checks.finite(name, getattr(self, name)))
        checks.number("degrees", self.degrees, 2, np.inf, low_allowed=False)

    @property
    def covariances(self):
        return self.scales * self.degrees / (self.degrees - 2)

    @property
    def n_parameters(self):
        k, d = self.means.shape
        return k - 1 + k * d + k * d * (d + 1) // 2

    @property
    def structure(self):
        return super().structure | {"degrees": self.degrees}

    def check(self):
        cholesky(self.scales, "scales")

    def rescaled(self, center, scale):
        return replace(self, means=self.means * scale + center, scales=self.scales * np.outer(scale, scale))

    def moved(self, weights, sources, shifts):
        return replace(self, weights=weights, means=self.means[sources] + shifts, scales=self.scales[sources])

    def sample(self, n, rng):
        labels = rng.choice(len(self.weights), size=n, p=self.weights)
        noise = np.einsum("nij,nj->ni", cholesky(self.scales)[labels], rng.standard_normal((n, self.n_features)))
        return self.means[labels] + noise * np.sqrt(self.degrees / rng.chisquare(self.degrees, n))[:, None], labels

    def density_grids(self, view, x, y=None):
        means, scales = view.gaussians(self.means, self.scales)  # the marginals are t distributions, too
        seen = StudentDensity(replace(self, means=means, scales=scales))
        grid = np.stack(np.meshgrid(x, *([] if y is None else [y])), axis=-1)
        return np.exp(seen.log_joint(grid.reshape(-1, grid.shape[-1]))[0]).reshape(-1, *grid.shape[:-1])


class StudentDensity(Density):
    def __init__(self, parameters, box=None):
        self.parameters, nu, d = parameters, parameters.degrees, parameters.n_features
        factors = cholesky(parameters.scales, "scales")
        self._inverses = np.linalg.inv(factors)
        with np.errstate(divide="ignore"):  # an empty component has log weight -inf
            self._constants = (
                np.log(parameters.weights)
                + gammaln((nu + d) / 2)
                - gammaln(nu / 2)
                - 0.5 * (log_determinants(factors) + d * np.log(nu * np.pi))
            )

    def penalties(self, eps):
        return 0.5 * eps * (self._inverses**2).sum(axis=(1, 2))

    def log_joint(self, X):
        nu, d = self.parameters.degrees, X.shape[1]
        centred = X - self.parameters.means[:, None]
        distances = ((centred @ self._inverses.swapaxes(1, 2)) ** 2).sum(axis=2)
        log_joint = self._constants[:, None] - (nu + d) / 2 * np.log1p(distances / nu)
        return log_joint, (centred, (nu + d) / (nu + distances))

    def statistics(self, features, responsibilities):
        """Sums of r (k,), and of r u z z' for z = [1, row less mean] (k, 1 + d, 1 + d)."""
        centred, u = features
        z = np.concatenate([np.ones((*u.shape, 1)), centred], axis=2)
        return responsibilities.sum(axis=1), (z * (responsibilities * u)[:, :, None]).swapaxes(1, 2) @ z

    def maximisation(self, statistics, eps=0.0, floor=0.0, annealing=None):
        (mass, products), old = statistics, self.parameters
        empty = mass <= 1e-12 * mass.sum()
        divisor = np.where(empty, 1.0, mass)[:, None]
        shift = products[:, 0, 1:] / np.where(empty, 1.0, products[:, 0, 0])[:, None]
        about = products[:, 1:, 1:] - shift[:, :, None] * products[:, :1, 1:]  # the shifted mean
        scales = about / divisor[:, :, None] + eps * np.eye(old.n_features)
        scales = np.where(empty[:, None, None], old.scales, (scales + scales.swapaxes(1, 2)) / 2)
        scales, floored = floor_covariances(scales, floor)
        happened = [
            *map(events.empty_component, np.flatnonzero(empty & (old.weights > 0)).tolist()),
            *map(events.covariance_floored, floored),
        ]
        weights = np.where(empty, 0.0, mass)
        parameters = replace(old, weights=weights / weights.sum(), means=old.means + shift, scales=scales)
        if annealing:
            parameters, apart = parameters.held_apart(annealing, np.einsum("kii->ki", parameters.covariances))
            happened += apart
        return parameters, happened


class StudentMixture(Mixture):
    """Mixture of Student t distributions; keywords as of `mixes.GMM`, and ``degrees`` of freedom, above 2."""

    parameters_class = StudentParameters
    density_class = StudentDensity
    ANNEALING_SHAPES = ("free",)

    def __init__(
        self,
        n_components=2,
        degrees=4.0,
        *,
        init="kmeans",
        n_init=1,
        max_iter=100,
        stopping_criterion="log_lik",
        use_annealing=False,
        annealing_start_v=0.1,
        annealing_shapes="free",
        update_rate=1.0,
        var_regularization=1e-6,
        evaluator=None,
        random_state=None,
    ):
        self.n_components, self.degrees, self.init, self.n_init = n_components, degrees, init, n_init
        self.max_iter, self.stopping_criterion = max_iter, stopping_criterion
        self.use_annealing, self.annealing_start_v = use_annealing, annealing_start_v
        self.annealing_shapes, self.update_rate = annealing_shapes, update_rate
        self.var_regularization, self.evaluator, self.random_state = var_regularization, evaluator, random_state

    def check_structure(self, X):
        checks.count("n_components", self.n_components, "components")
        checks.number("degrees", self.degrees, 2, np.inf, low_allowed=False)
        initialization.check_distinct_rows(X, self.n_components, "n_components")

    def check_parameters(self, parameters, n_features):
        checks.start(parameters, self.n_components, n_features)
        if parameters.degrees != self.degrees:
            raise ValueError(f"init has {parameters.degrees:g} degrees of freedom; degrees is {self.degrees:g}.")

    def initial_parameters(self, X, sample_weight, eps, floor, rng, first=True):
        clustered = initialization.kmeans_labels if self.init == "kmeans" else initialization.nearest_labels
        labels = clustered(X, self.n_components, sample_weight, rng)
        start, happened = from_labels(X, labels, self.n_components, sample_weight, eps, floor)
        scales = start.covariances * (self.degrees - 2) / self.degrees
        return StudentParameters(start.weights, start.means, scales, self.degrees), happened
