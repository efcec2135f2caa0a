"""What all mixtures share: the estimator around `Run`, prediction, sampling and information criteria."""

import math
import warnings
from functools import cache

import numpy as np
from sklearn.base import BaseEstimator, DensityMixin, clone
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils.validation import check_is_fitted

from . import checks, events, stopping_criterion as stopping
from .annealing import SHAPES
from .degenerate import degenerate, telling_features, value_spacing
from .expectation import entropy, log_density, responsibilities
from .run import Run


class Mixture(DensityMixin, BaseEstimator):
    """Base of the mixture models.

    A model gives ``parameters_class``, ``density_class`` (see `mixes.expectation`), ``_check_structure``,
    ``_check_init``, ``_initial_parameters``, ``_held_shape``, ``_settings_of`` and ``_draw``.
    """

    # settings that steer a run and may change while it goes on
    STEERING = ("max_iter", "stopping_criterion", "use_annealing", "annealing_start_v", "annealing_shapes",
                "update_rate", "var_regularization", "evaluator")

    def _check_settings(self):
        if isinstance(self.init, str) and self.init not in ("kmeans", "random") or (
                not isinstance(self.init, (str, self.parameters_class))):
            raise ValueError(f"init is {checks.shown(self.init)}; it needs \"kmeans\", \"random\" or "
                             f"{self.parameters_class.__name__}.")
        checks.count("n_init", self.n_init, "starts")
        checks.count("max_iter", self.max_iter, "iterations")
        checks.number("annealing_start_v", self.annealing_start_v, 0, 1, low_allowed=False)
        checks.truth("use_annealing", self.use_annealing)
        checks.one_of("annealing_shapes", self.annealing_shapes, SHAPES)
        checks.number("update_rate", self.update_rate, 0, 1, low_allowed=False)
        checks.number("var_regularization", self.var_regularization, 0, np.inf, low_allowed=True)
        if not math.isfinite(self.var_regularization):
            raise ValueError("var_regularization is infinite; it needs a number of at least 0.")
        if self.evaluator is not None and (isinstance(self.evaluator, type) or not callable(self.evaluator)):
            raise ValueError(f"evaluator is {checks.shown(self.evaluator)}; it needs an Evaluator or None.")
        stopping.resolve(self.stopping_criterion)

    def start(self, X, sample_weight=None, X_validation=None):
        """A run at iteration 0: initial parameters, nothing fitted.

        With ``n_init`` above 1 every start is run to its end; the one with the best objective is returned at its
        iteration 0, and ``run.restarts`` tells how all of them ended. A start that ends with degenerate components
        (see `mixes.degenerate`) is only taken when all do.

        Parameters
        ----------
        X : array-like (n, d)
        sample_weight : array-like (n,), optional
            A row of weight 2 counts as two rows, one of weight 0 as none.
        X_validation : array-like (m, d), optional
            Held-out rows; their log-likelihood is recorded at every iteration.

        Returns
        -------
        Run
        """
        self._check_settings()
        X = checks.rows(self, X, reset=True, min_samples=2)
        weight = checks.sample_weights(sample_weight, len(X))
        if X_validation is not None:
            X_validation = checks.rows(self, X_validation, name="X_validation")
        self._check_structure(X[weight > 0])
        if not isinstance(self.init, str):
            self._check_init(X)
        seeds = checks.random(self.random_state).randint(2**31, size=self.n_init)
        settings = clone(self)  # later changes of this estimator leave the run alone
        runs = (Run.begin(settings, X, weight, X_validation, int(seed), first=number == 0)
                for number, seed in enumerate(seeds))
        if self.n_init == 1:
            return next(runs)
        best, restarts = None, []
        for run in runs:
            end = run.finish()
            narrow = sorted({event.component for event in end.events if event.kind == "degenerate component"})
            restarts.append({"seed": run.seed, "objective": end.objective, "n_iter": end.iteration,
                             "converged": end.converged, "degenerate": narrow})
            rank = (not narrow, end.objective)
            if best is None or rank > highest:
                best, highest = run, rank
        best.rewind(0)
        best.restarts = tuple(restarts)
        return best

    def iterate(self, X, sample_weight=None, X_validation=None):
        """Run EM and yield the `State` after every iteration; the estimator is fitted when the generator ends."""
        run = self.start(X, sample_weight, X_validation)
        try:
            while not run.finished:
                yield run.step()
        finally:
            self._take(run)

    def fit(self, X, y=None, sample_weight=None):
        """Fit the mixture to rows X (n, d); y is ignored.

        Returns
        -------
        self
        """
        for _ in self.iterate(X, sample_weight):
            pass
        if not self.converged_ and self.stopping_criterion is not None:
            warnings.warn(f"The stopping rule did not hold within max_iter = {self.max_iter} iterations; "
                          "raise max_iter, or set stopping_criterion=None if this is meant.", ConvergenceWarning,
                          stacklevel=2)
        return self

    def _take(self, run):
        """Become the fitted estimator of a run's present state."""
        self._set_parameters(run.state.parameters)
        self.log_likelihood_ = run.state.log_likelihood
        self.n_iter_ = run.state.iteration
        self.converged_ = run.state.converged
        self.trace_ = run.trace

    def _set_parameters(self, parameters):
        self.parameters_ = parameters
        self.weights_, self.means_, self.covariances_ = self._components(parameters)

    @classmethod
    def from_parameters(cls, parameters, **settings):
        """A fitted model without data.

        Parameters
        ----------
        parameters : the model's parameters class
        **settings : keywords of the model, for a later fit
        """
        if not isinstance(parameters, cls.parameters_class):
            raise ValueError(f"parameters is {type(parameters).__name__}; {cls.__name__} needs "
                             f"{cls.parameters_class.__name__}.")
        model = cls(**{**cls._settings_of(parameters), **settings})
        model._make_density(parameters)  # covariances that are not positive definite are said here, not later
        model._set_parameters(parameters)
        model.n_features_in_ = model.means_.shape[1]
        return model

    def _other_parameters(self, X, sample_weight, eps, floor, rng):
        """Initial parameters of all starts but the first, for models whose own start leaves little to chance."""
        return self._initial_parameters(X, sample_weight, eps, floor, rng)

    @staticmethod
    def _components(parameters):
        """Weights, means and covariances of the components in data space."""
        return parameters.weights, parameters.means, parameters.covariances

    @staticmethod
    def gaussians(parameters, view):
        """The Gaussians to draw in a `View`: weights (g,), means (g, m), covariances (g, m, m) and owners (g,).

        The owner of a Gaussian is the component (cluster) it belongs to.
        """
        means, covariances = view.gaussians(parameters.means, parameters.covariances)
        return parameters.weights, means, covariances, np.arange(len(means))

    @staticmethod
    def paths(parameters):
        """The component of each layer (g, L) that each Gaussian of `gaussians` passes through."""
        return np.arange(len(parameters.weights))[:, None]

    @staticmethod
    def node_responsibilities(parameters, posterior):
        """Responsibilities of the components of each layer, a list of arrays (n, k_l)."""
        return [posterior]

    @classmethod
    def network(cls, parameters):
        """The layers to draw: ``nodes``, a list of weights per layer, and ``edges`` between adjacent layers."""
        return {"nodes": [parameters.weights.tolist()], "edges": []}

    @property
    def _n_clusters(self):
        return self.n_components

    @staticmethod
    def _clusters(posterior):
        """Posterior (n, k) of the clusters from that of the components or paths (n, S)."""
        return posterior

    def _degenerate(self, density, X, sample_weight):
        """Events on the components that are narrow by chance, see `mixes.degenerate`; asked at the end of a run."""
        weights, means, covariances = self._components(density.parameters)
        variances, spacing, found = np.einsum("kii->ki", covariances), cache(lambda: value_spacing(X)), []
        for j in range(len(weights)):
            features = telling_features(j, weights, means, variances, X, sample_weight, spacing)
            found += degenerate(weights, covariances[:, features[:, None], features], sample_weight.sum(),
                                lambda: spacing()[features], [j])
        return [events.degenerate_component(*narrow) for narrow in found]

    def _make_density(self, parameters, draw=None, box=None):
        """The density of parameters; within a run with (seed, iteration), for models that sample, and the rows' box."""
        return self.density_class(parameters, box)

    @property
    def _density(self):
        check_is_fitted(self, "parameters_")
        return self._make_density(self.parameters_)

    def predict_proba(self, X):
        """Posterior probability (n, k) of each component for rows X (n, d)."""
        density = self._density
        return self._clusters(responsibilities(density, checks.rows(self, X)))

    def predict(self, X):
        """Most probable component (n,) of rows X (n, d)."""
        return self.predict_proba(X).argmax(axis=1)

    def fit_predict(self, X, y=None, sample_weight=None):
        """Fit, and return the most probable component (n,) of each row."""
        return self.fit(X, sample_weight=sample_weight).predict(X)

    def score_samples(self, X):
        """Log density (n,) of rows X (n, d)."""
        density = self._density
        return log_density(density, checks.rows(self, X))

    def score(self, X, y=None):
        """Mean log density of rows X (n, d)."""
        return float(self.score_samples(X).mean())

    def sample(self, n_samples=1):
        """Draw rows from the fitted mixture.

        Returns
        -------
        X : array (n_samples, d)
        labels : array (n_samples,)
            The component each row came from.
        """
        check_is_fitted(self, "parameters_")
        checks.count("n_samples", n_samples, "rows")
        rng = np.random.default_rng(checks.random(self.random_state).randint(2**31))
        return self._draw(self.parameters_, n_samples, rng)

    @property
    def n_parameters(self):
        """Number of free parameters."""
        check_is_fitted(self, "parameters_")
        return self.parameters_.n_parameters

    def aic(self, X):
        """Akaike's criterion, -2 l + 2 p; lower is better."""
        return criteria(self.score_samples(X).sum(), self.n_parameters, len(X))["AIC"]

    def bic(self, X):
        """Schwarz' criterion, -2 l + p log n; lower is better."""
        return criteria(self.score_samples(X).sum(), self.n_parameters, len(X))["BIC"]

    def icl(self, X):
        """Integrated completed likelihood, BIC + 2 · entropy of the responsibilities; lower is better.

        References
        ----------
        Biernacki, Celeux and Govaert (2000), IEEE Trans. Pattern Analysis 22:719-725.
        """
        return self.bic(X) + 2 * entropy(self.predict_proba(X))


def model_classes():
    """The models by name."""
    def below(cls):
        return [c for child in cls.__subclasses__() for c in (child, *below(child))]

    return {cls.__name__: cls for cls in below(Mixture)}


def criteria(log_likelihood, n_parameters, n_rows):
    """AIC and BIC as a dict; lower is better for both."""
    return {"AIC": float(-2 * log_likelihood + 2 * n_parameters),
            "BIC": float(-2 * log_likelihood + n_parameters * np.log(n_rows))}
