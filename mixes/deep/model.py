"""Deep Gaussian mixtures (DGMM) and Gaussian mixture networks (GMN): the estimators."""

from abc import abstractmethod
from functools import cache

import numpy as np
from sklearn.base import ClassNamePrefixFeaturesOutMixin, TransformerMixin

from .. import checks, events, initialization, tables
from ..degenerate import degenerate, telling_features, value_spacing
from ..expectation import responsibilities
from ..mixture import Mixture
from .em import DeepDensity
from .parameters import DeepParameters, Layer
from .paths import drawn_tails
from .start import initial_parameters
from .views import LatentView, component_shapes, latent_means

PATH_BUDGET = 1000  # e_step="auto" sums over all paths up to this many


class DeepMixture(ClassNamePrefixFeaturesOutMixin, TransformerMixin, Mixture):
    """What DGMM and GMN share."""

    parameters_class = DeepParameters
    density_class = DeepDensity

    @property
    @abstractmethod
    def is_network(self):
        """Whether which component of a layer is taken depends on that of the layer above."""

    def __init__(
        self,
        layer_sizes=(2,),
        layer_dims=(1,),
        *,
        e_step="auto",
        path_samples=100,
        hard_assignment=False,
        init="kmeans",
        n_init=1,
        max_iter=100,
        stopping_criterion="log_lik",
        use_annealing=False,
        annealing_start_v=0.1,
        annealing_shapes="held",
        update_rate=1.0,
        var_regularization=1e-6,
        evaluator=None,
        random_state=None,
    ):
        self.layer_sizes = layer_sizes
        self.layer_dims = layer_dims
        self.e_step = e_step
        self.path_samples = path_samples
        self.hard_assignment = hard_assignment
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

    def check_settings(self):
        super().check_settings()
        checks.layers(self.layer_sizes, self.layer_dims)
        checks.one_of("e_step", self.e_step, ("auto", "exact", "sampled"))
        checks.count("path_samples", self.path_samples, "paths")
        checks.truth("hard_assignment", self.hard_assignment)

    def check_structure(self, X):
        sizes, dims = checks.layers(self.layer_sizes, self.layer_dims)
        if dims[0] > X.shape[1]:
            raise ValueError(f"layer_dims has {dims[0]} factors for layer 1, but X has {X.shape[1]} feature(s); use at most {X.shape[1]}.")
        for number, size in enumerate(sizes, start=1):
            initialization.check_distinct_rows(X, size, f"layer_sizes for layer {number}")

    def check_parameters(self, parameters, n_features):
        sizes, dims = checks.layers(self.layer_sizes, self.layer_dims)
        self.check_kind(parameters)
        d = parameters.n_features
        if parameters.sizes != sizes or parameters.dims != dims or d != n_features:
            raise ValueError(
                f"init has layers of {list(parameters.sizes)} components and {list(parameters.dims)} "
                f"factors in {d} features; layer_sizes is {list(sizes)}, layer_dims is {list(dims)} and "
                f"X has {n_features} features."
            )

    @classmethod
    def check_kind(cls, parameters):
        super().check_kind(parameters)
        if any((layer.weights.ndim == 2) != cls.is_network for layer in parameters.layers):
            needed = "a table (components, components of the layer above)" if cls.is_network else "(components,)"
            raise ValueError(
                f"weights of the layers have {[layer.weights.ndim for layer in parameters.layers]} "
                f"dimensions; {cls.__name__} needs {needed} in every layer."
            )

    def initial_parameters(self, X, sample_weight, eps, floor, rng, first=True):
        sizes, dims = checks.layers(self.layer_sizes, self.layer_dims)
        kmeans_starts = 10 if first else 1  # the best of ten hardly ever differs
        return initial_parameters(
            X,
            sizes,
            dims,
            sample_weight,
            rng,
            network=self.is_network,
            eps=eps,
            floor=floor,
            kmeans_starts=0 if self.init == "random" else kmeans_starts,
        )

    def _samples(self, parameters):
        """Whether paths are sampled."""
        n_paths = float(np.prod(parameters.sizes, dtype=float))
        return len(parameters.sizes) > 1 and (self.e_step == "sampled" or self.e_step == "auto" and n_paths > PATH_BUDGET)

    def density_of(self, parameters, draw=None, box=None):
        tails = None
        if self._samples(parameters):
            rng = np.random.default_rng([0] if draw is None else [*draw, 1])  # outside of runs always the same draw
            tails = drawn_tails(parameters, self.path_samples, rng)
        return DeepDensity(parameters, tails, self.hard_assignment and draw is not None, box)

    def held_shape(self, X, sample_weight, eps, floor):
        """One component a layer: the factor analysis of that layer's k-means clusters, pooled."""
        sizes, dims = checks.layers(self.layer_sizes, self.layer_dims)
        start, _ = initial_parameters(
            X, sizes, dims, sample_weight, np.random.default_rng(0), network=False, eps=eps, floor=floor, kmeans_starts=10, shared=True
        )
        weights = np.ones((1, 1) if self.is_network else 1)
        return DeepParameters(tuple(Layer(weights, layer.means[:1], layer.loadings[:1], layer.noise[:1]) for layer in start.layers))

    def degenerate_components(self, density, X, sample_weight):
        weights, means, variances, narrowest = component_shapes(density)
        spacing, happened = cache(lambda: value_spacing(X)), []
        for j in range(len(weights)):
            telling = telling_features(j, weights, means, variances, X, sample_weight, spacing)
            features, choices, groups = narrowest(j, telling)
            found = [
                narrow
                for shares, covariances, own in groups
                for narrow in degenerate(shares, covariances, sample_weight.sum(), lambda: spacing()[features], own, choices)
            ]
            if found:
                worst = max(found, key=lambda narrow: narrow.times)
                happened.append(events.degenerate_component(j, worst.times, worst.rows, 1))
        return happened

    def latent_views(self):
        sizes, dims = checks.layers(self.layer_sizes, self.layer_dims)
        return tuple(LatentView(layer, factors) for layer, factors in enumerate(dims, start=1))

    def predict_paths(self, X):
        """Most probable path (n, L) of rows X (n, d): a component of each layer, the layer next to the data first."""
        density = self._density
        k, tails = len(self.parameters_.layers[0].weights), density.tails.rows()
        best = responsibilities(density, tables.rows(self, X), told=lambda shares: shares.argmax(axis=1))
        paths = np.concatenate([np.repeat(np.arange(k), len(tails))[:, None], np.tile(tails, (k, 1))], axis=1)
        return paths[best]

    def transform(self, X):
        """Posterior mean (n, r) of the first layer's factors for rows X (n, d)."""
        density = self._density
        return latent_means(self.parameters_, tables.rows(self, X), 1, density.tails if density.sampled else None)

    @property
    def _n_features_out(self):
        return self.parameters_.dims[0]

    def sample_paths(self, n_samples=1):
        """Draw rows, top-down.

        Returns
        -------
        X : array (n_samples, d)
        paths : array (n_samples, L)
            The component of each layer that each row came through; the same rows as `sample` gives.
        """
        return self._drawn(self._fitted_parameters.sample_paths, n_samples)


_KEYWORDS = """
    Each row is made top-down through a path, one component of each layer: ``z_{l-1} = means + loadings z_l + noise``
    with independent noise, and a standard normal ``z_L``. %s

    Parameters
    ----------
    layer_sizes : sequence of int
        Number of components of each layer, the one next to the data first.
    layer_dims : sequence of int
        Number of factors of each layer; none may exceed the dimension below it.
    e_step : "auto", "exact" or "sampled"
        Sum over all paths, or over paths through the upper layers that are drawn anew at every iteration, with
        averaged statistics (SAEM); "auto" sums over up to 1,000 paths. With sampled paths the likelihoods are
        estimates, and predictions always use the same draw.
    path_samples : int
        Paths through the layers above the first that are drawn at each iteration.
    hard_assignment : bool
        Give each row wholly to its most probable path while learning (classification EM).
    init : "kmeans", "random" or DeepParameters
        Where EM starts: factor analyses of k-means clusters, layer by layer; of the rows nearest to random rows; or
        given parameters.
    n_init, max_iter, stopping_criterion, use_annealing, annealing_start_v, annealing_shapes, update_rate, evaluator,
    random_state
        As of `GMM`. Annealing helps most where the start is random; from k-means, which clusters layer by layer, it
        ends about as well as plain EM, at times better, at times worse.
    var_regularization : float
        Added to the noise of every layer, as a share of the data's mean feature variance.

    Attributes
    ----------
    parameters_ : DeepParameters
    weights_, means_, covariances_ : arrays (S,), (S, d), (S, d, d)
        Of the paths, in the order of ``numpy.ndindex(*layer_sizes)``.
    log_likelihood_ : float
    n_iter_ : int
    converged_ : bool
    trace_ : Trace

    References
    ----------
    Viroli and McLachlan (2019), Statistics and Computing 29:43-51, for the model; EM is exact here, in closed form.

    Examples
    --------
    >>> from mixes import %s, datasets
    >>> X = datasets.load("Old Faithful").X
    >>> %s([2, 3], [2, 1], random_state=0).fit(X).predict(X).max()
    1
    """


class DGMM(DeepMixture):
    __doc__ = "Deep Gaussian mixture, fitted by exact EM.\n" + _KEYWORDS % (
        "A layer's component does not depend on the other layers' ones.",
        "DGMM",
        "DGMM",
    )
    is_network = False


class GMN(DeepMixture):
    __doc__ = "Gaussian mixture network, fitted by exact EM.\n" + _KEYWORDS % (
        "Which component of a layer is taken depends on the component of the layer above.",
        "GMN",
        "GMN",
    )
    is_network = True
