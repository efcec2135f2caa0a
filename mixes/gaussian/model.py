"""Gaussian mixtures: the estimator."""

import numpy as np

from .. import checks, initialization
from ..mixture import Mixture
from . import structures
from .axis_aligned import AxisAlignedDensity
from .em import GaussianDensity
from .parameters import AxisAlignedParameters, GaussianParameters
from .stacked import finish_stacked, stack_size, stackable
from .start import around, from_labels


class GMM(Mixture):
    """Gaussian mixture, fitted by EM.

    Parameters
    ----------
    n_components : int
        Number of components, k.
    covariance_type : str
        What the components share, in three letters: volume, shape and orientation are the same for all (E), each
        component's own (V), or fixed (I: round shapes, axes that are the features). "EII", "VII", "EEI", "VEI", "EVI", "VVI",
        "EEE", "VEE", "EVE", "VVE", "EEV", "VEV", "EVV" or "VVV"; or, as in scikit-learn, "spherical" for VII, "diag" for VVI,
        "tied" for EEE and "full" for VVV. A step of one that ends with I costs time linear in the features.
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
        Covariances of axis-aligned structures are made when they are asked for; ``parameters_.variances`` (k, d) are kept.
    log_likelihood_ : float
    n_iter_ : int
    converged_ : bool
    trace_ : Trace

    References
    ----------
    Dempster, Laird and Rubin (1977), J. Royal Statistical Society B 39:1-38; Celeux and Govaert (1995), Pattern Recognition
    28:781-793, for what components share.

    Examples
    --------
    >>> from mixes import GMM, datasets
    >>> X = datasets.load("Old Faithful").X
    >>> GMM(2, random_state=0).fit(X).means_.shape
    (2, 2)
    """

    parameters_class = GaussianParameters
    density_class = GaussianDensity

    def __init__(
        self,
        n_components=2,
        covariance_type="full",
        *,
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
        self.n_components = n_components
        self.covariance_type = covariance_type
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

    @property
    def _code(self):
        return structures.code_of(self.covariance_type)

    def density_class_of(self, parameters):
        return AxisAlignedDensity if isinstance(parameters, AxisAlignedParameters) else self.density_class

    def check_settings(self):
        super().check_settings()
        structures.code_of(self.covariance_type)

    def check_structure(self, X):
        checks.count("n_components", self.n_components, "components")
        initialization.check_distinct_rows(X, self.n_components, "n_components")

    def check_parameters(self, parameters, n_features):
        checks.start(parameters, self.n_components, n_features)
        parameters.check_fit("init does", self._code)
        if parameters.pinned and "E" in self._code:
            raise ValueError(
                f'init pins component {parameters.pinned[0] + 1}; with covariance_type "{self._code}" components share shapes.'
            )

    def given_parameters(self):
        return self.init.of_structure(self._code)

    def initial_parameters(self, X, sample_weight, eps, floor, rng, first=True):
        k = self.n_components
        if self.init == "kmeans":
            return from_labels(X, initialization.kmeans_labels(X, k, sample_weight, rng), k, sample_weight, eps, floor, self._code)
        means = initialization.random_rows(X, k, sample_weight, rng)
        return around(means, X, sample_weight, eps, floor, self._code)

    def together(self, rows):
        return stack_size(self, rows) if stackable(self) else super().together(rows)

    @property
    def kin(self):
        return (type(self), structures.axis_aligned(self._code)) if stackable(self) else None

    def finish_together(self, runs):
        return finish_stacked(runs) if runs and stackable(self) else super().finish_together(runs)

    def held_shape(self, X, sample_weight, eps, floor):
        within = initialization.within_clusters(X, self.n_components, sample_weight, floor)
        return from_labels(within, np.zeros(len(X), dtype=int), 1, sample_weight, eps, floor, self._code)[0]
