"""Skew-normal mixtures: the estimator. The mathematics are in `mixes.skew.em`, the starts in `mixes.skew.start`."""

import numpy as np

from .. import checks, initialization
from ..mixture import Mixture
from .em import SkewDensity
from .parameters import DiagonalSkewParameters, SkewParameters
from .start import initial_parameters

KINDS = ("restricted", "full", "diagonal")


class SkewGMM(Mixture):
    """Mixture of multivariate skew-normal distributions, fitted by EM.

    A row of component j is ``location + skewness |tau| + u`` with normal ``tau ~ N(0, I)`` and ``u ~ N(0, scale)``.

    Parameters
    ----------
    n_components : int
        Number of components, k.
    skewness : "restricted", "full" or "diagonal"
        The family of each component's skewness matrix. "restricted": one half-normal, so one direction of skewness
        (Azzalini). "full": as many half-normals as features, in any directions (canonical fundamental skew normal).
        "diagonal": one half-normal along each feature (Sahu; the mixture of Lin, 2009).
        The default is "restricted": it is closed form and fast with any number of features, its one direction can
        be seen and named, it does not depend on the choice of axes, and it adds the fewest parameters (d a component;
        on Old Faithful its BIC is the lowest of the three, and below that of the Gaussian mixture). The other two
        need orthant probabilities in as many dimensions as there are features: quick with two, exact but slower
        with three, slow with four and five, where they are estimated in the tails, and estimated throughout with
        more, so that the objective may fall a little.
    init : "kmeans", "random" or SkewParameters
        Where EM starts: k-means clusters with the skewness of their rows, clusters around random rows with randomly
        changed skewness, or given parameters (`DiagonalSkewParameters` for diagonal skewness).
    n_init : int
        Number of starts; each is run to its end and the best objective is kept. The likelihood has many local
        maxima: every start but the first changes the skewness of the clusters at random.
    max_iter : int
        The most iterations of one run.
    stopping_criterion : "log_lik", None or callable
        Aitken's rule on the objective, no rule, or ``criterion(iter_i, data, probs, pred, log_lik) -> bool``.
    use_annealing : bool
        Deterministic annealing: responsibilities are raised to an inverse temperature that rises to 1. The latent
        variables given a component are not.
    annealing_start_v : float
        Inverse temperature of the first iteration, in (0, 1].
    annealing_shapes : "held" or "free"
        As of `GMM`; held components are as skew as rows are within their clusters.
    update_rate : float
        Share of the M-step that is taken, in (0, 1]; below 1 the parameters are damped.
    var_regularization : float
        Added to the diagonal of every scale, times the data's mean feature variance; part of the objective.
    evaluator : Evaluator, optional
        Records metrics at every iteration.
    random_state : int, RandomState or None

    Attributes
    ----------
    parameters_ : SkewParameters
    weights_, means_, covariances_ : arrays (k,), (k, d), (k, d, d)
        Of the components, skewness included: a mean is not a location.
    log_likelihood_ : float
    n_iter_ : int
    converged_ : bool
    trace_ : Trace

    References
    ----------
    Lin (2009), J. Multivariate Analysis 100:257-265. Arellano-Valle and Genton (2005), J. Multivariate Analysis
    96:93-116. Lee and McLachlan (2013), Advances in Data Analysis and Classification 7:241-266.

    Examples
    --------
    >>> from mixes import SkewGMM, datasets
    >>> X = datasets.load("Old Faithful").X
    >>> SkewGMM(2, random_state=0).fit(X).parameters_.skewness.shape
    (2, 2, 1)
    """

    parameters_class = SkewParameters
    density_class = SkewDensity

    def __init__(
        self,
        n_components=2,
        skewness="restricted",
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
        self.skewness = skewness
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

    def check_structure(self, X):
        checks.count("n_components", self.n_components, "components")
        checks.one_of("skewness", self.skewness, KINDS)
        initialization.check_distinct_rows(X, self.n_components, "n_components")

    def check_parameters(self, parameters, n_features):
        checks.start(parameters, self.n_components, n_features)
        k, d, q = parameters.skewness.shape
        diagonal = isinstance(parameters, DiagonalSkewParameters)
        needed = 1 if self.skewness == "restricted" else d
        if q != needed or diagonal != (self.skewness == "diagonal") and d > 1:
            raise ValueError(
                f"init has {'diagonal ' if diagonal else ''}skewness of shape "
                f'{parameters.skewness.shape}; skewness="{self.skewness}" needs ({k}, {d}, {needed}) in '
                f"{'Diagonal' if self.skewness == 'diagonal' else ''}SkewParameters."
            )

    def initial_parameters(self, X, sample_weight, eps, floor, rng, first=True):
        random = self.init == "random"
        return initial_parameters(
            X, self.n_components, self.skewness, sample_weight, eps, floor, rng, random=random, varied=random or not first
        )

    def held_shape(self, X, sample_weight, eps, floor):
        """A Gaussian shape would stay Gaussian: held components are as skew as rows are within their clusters."""
        within = initialization.within_clusters(X, self.n_components, sample_weight, floor)
        return initial_parameters(
            within, 1, self.skewness, sample_weight, eps, floor, np.random.default_rng(0), random=False, varied=False
        )[0]
