"""The estimator that all mixtures share, around `Run`: what a model must give, settings, starts and fitting."""

import warnings
from abc import ABC, abstractmethod
from functools import cache

import numpy as np
from sklearn.base import BaseEstimator, DensityMixin, clone
from sklearn.exceptions import ConvergenceWarning

from . import checks, events, stopping_criterion as stopping
from .annealing import SHAPES
from .degenerate import degenerate, suspects, telling_features, value_spacing
from .fitted import Fitted
from .register import Model
from .rows import Rows
from .run import Run

_OUT_OF_RANGE = "The numbers of these parameters leave the range that can be counted with: give them in units in which all are nearer to 1."


class Mixture(Fitted, DensityMixin, BaseEstimator, Model, ABC):
    """Base of the mixture models.

    A model has the keywords of `STEERING`, ``init``, ``n_init``, ``random_state`` and those of its structure, and gives
    what is abstract here; all else is asked of its parameters.
    """

    # settings that steer a run and may change while it goes on
    STEERING = (
        "max_iter",
        "stopping_criterion",
        "use_annealing",
        "annealing_start_v",
        "annealing_shapes",
        "update_rate",
        "var_regularization",
        "evaluator",
    )
    # how it can be annealed: with "held" it gives `held_shape`
    ANNEALING_SHAPES = SHAPES

    # -- what a model gives -------------------------------------------------------------------------------------------

    @property
    @abstractmethod
    def parameters_class(self):
        """The class of its parameters, a `Parameters`; an attribute of the model's class."""

    @property
    @abstractmethod
    def density_class(self):
        """A `Density`, made by ``density_class(parameters, box=box)``; an attribute of the model's class."""

    @abstractmethod
    def check_structure(self, X):
        """Raise a ValueError where the structure is wrong, or rows X (n, d) are too few for it."""

    @abstractmethod
    def check_parameters(self, parameters, n_features):
        """Raise a ValueError that speaks of ``init`` where parameters do not suit the structure and so many features.

        They are of `parameters_class`.
        """

    @abstractmethod
    def initial_parameters(self, X, sample_weight, eps, floor, rng, first=True):
        """Parameters to start from, as ``init`` says: "kmeans" or "random".

        They depend on the set of rows and their weights, not on the order of rows.

        Parameters
        ----------
        X : array (n, d)
        sample_weight : array (n,)
        eps, floor : float
            As of `Density.maximisation`.
        rng : numpy Generator
            All that is random in it.
        first : bool
            Of several starts; the others need to differ from it.

        Returns
        -------
        parameters, list of Event
        """

    # -- what a model may say otherwise -------------------------------------------------------------------------------

    def given_parameters(self):
        """The parameters that ``init`` gives, as they are started from."""
        return self.init

    def held_shape(self, X, sample_weight, eps, floor):
        """Parameters of one component, whose shape annealing holds (see `mixes.annealing`); for "held" shapes."""
        raise NotImplementedError

    @classmethod
    def check_kind(cls, parameters):
        """Raise a ValueError where parameters are of another kind than the model's, whatever its settings."""
        if not isinstance(parameters, cls.parameters_class):
            raise ValueError(f"parameters is {type(parameters).__name__}; {cls.__name__} needs {cls.parameters_class.__name__}.")

    def density_of(self, parameters, draw=None, box=None):
        """The `Density` of parameters; within a run with (seed, iteration), for who samples, and the rows' box."""
        return self.density_class_of(parameters)(parameters, box=box)

    def density_class_of(self, parameters):
        """The `Density` class of some parameters, where not all have the same."""
        return self.density_class

    def degenerate_components(self, density, X, sample_weight):
        """Events on the components that are narrow by chance, see `mixes.degenerate`; asked at the end of a run, of its sample."""
        parameters, found = density.parameters, []
        weights, means, spread = parameters.weights, parameters.means, parameters.spread
        variances, spacing = parameters.feature_variances, cache(lambda: value_spacing(X))
        for j in suspects(weights, spread):
            features = telling_features(j, weights, means, variances, X, sample_weight, spacing)
            own = spread[:, features] if spread.ndim == 2 else spread[:, features[:, None], features]
            found += degenerate(weights, own, sample_weight.sum(), lambda: spacing()[features], [j])
        return [events.degenerate_component(*narrow) for narrow in found]

    def together(self, rows):
        """How many starts on these `Rows` `finish_together` is best given at once."""
        return 1

    @property
    def kin(self):
        """What models have in common whose runs `finish_together` takes with those of this one; None: it takes no others."""
        return None

    def finish_together(self, runs):
        """The ends of runs of this model, or of its kin, on the same rows, where they are found quicker than one by one.

        Parameters
        ----------
        runs : list of Run
            At iteration 0, where they stay.

        Returns
        -------
        list of int and pair of State and array (T + 1,), or None
            Number of a run in the list, each once, what `Run.finish` gives but for rounding, and the objective of all its
            iterations; None where that is to be asked.
        """
        return [(number, None) for number in range(len(runs))]

    @property
    def looks_at_all_rows(self):
        """The setting that looks at all rows at once, not chunk by chunk; None where there is none."""
        rule = stopping.resolve(self.stopping_criterion)
        own_rule = rule is not None and not stopping.of_objective(rule)
        return "evaluator" if self.evaluator is not None else "stopping_criterion" if own_rule else None

    def latent_views(self):
        """The hidden layers that can be looked at, a tuple of `LatentView`; most models have none."""
        return ()

    def check_settings(self):
        """Raise a ValueError that names the keyword that is wrong, whatever the data."""
        given = self.init in ("kmeans", "random") if isinstance(self.init, str) else isinstance(self.init, self.parameters_class)
        if not given:
            raise ValueError(f'init is {checks.shown(self.init)}; it needs "kmeans", "random" or {self.parameters_class.__name__}.')
        checks.count("n_init", self.n_init, "starts")
        checks.count("max_iter", self.max_iter, "iterations")
        checks.number("annealing_start_v", self.annealing_start_v, 0, 1, low_allowed=False)
        checks.truth("use_annealing", self.use_annealing)
        checks.one_of("annealing_shapes", self.annealing_shapes, SHAPES)
        if self.use_annealing and self.annealing_shapes not in self.ANNEALING_SHAPES:
            raise ValueError(
                f'annealing_shapes is "{self.annealing_shapes}"; {type(self).__name__} can be annealed '
                f'with "{self.ANNEALING_SHAPES[0]}" shapes only.'
            )
        checks.number("update_rate", self.update_rate, 0, 1, low_allowed=False)
        checks.number("var_regularization", self.var_regularization, 0, np.inf, low_allowed=True)
        if self.evaluator is not None and (isinstance(self.evaluator, type) or not callable(self.evaluator)):
            raise ValueError(f"evaluator is {checks.shown(self.evaluator)}; it needs an Evaluator or None.")
        stopping.resolve(self.stopping_criterion)

    # -- the estimator ------------------------------------------------------------------------------------------------

    def start(self, X, sample_weight=None, X_validation=None, n_threads=None, client=None):
        """A run at iteration 0: initial parameters, nothing fitted.

        With ``n_init`` above 1 every start is run to its end; the one with the best objective is returned at its
        iteration 0, and ``run.restarts`` tells how all of them ended. A start that ends with degenerate components
        (see `mixes.degenerate`) is only taken when all do.

        Parameters
        ----------
        X : array-like (n, d), or what is read chunk by chunk
            The path of a .npy or Parquet file or of a folder of Parquet files, a memory map, a dask array, or a sequence of arrays
            (m_i, d). Starts, and what is said at the end of a run, are then of a sample of 50,000 rows, as of larger arrays.
        sample_weight : array-like (n,), optional
            A row of weight 2 counts as two rows, one of weight 0 as none.
        X_validation : array-like (m, d), or as X, optional
            Held-out rows; their log-likelihood is recorded at every iteration.
        n_threads : int, optional
            The most threads, or processes once a run takes long; by default as many as there are processors, or as the environment
            variable ``MIXES_THREADS`` says. The numbers do not depend on it.
        client : distributed.Client, optional
            Of a Dask cluster whose workers load X, which is read chunk by chunk then, and make the sums of each step; the numbers
            are the same.

        Returns
        -------
        Run
        """
        rows = self.prepared(X, sample_weight, X_validation, n_threads, client)
        settings = clone(self)  # later changes of this estimator leave the run alone
        seeds = self.seeds(self.n_init)
        runs = (Run.begin(settings, rows, seed, first=number == 0) for number, seed in enumerate(seeds))
        if self.n_init == 1:
            return next(runs)
        best, highest, restarts = None, None, []
        for run in runs:
            end = run.finish()
            narrow = sorted({event.component for event in end.events if event.kind == "degenerate component"})
            restarts.append(
                {"seed": run.seed, "objective": end.objective, "n_iter": end.iteration, "converged": end.converged, "degenerate": narrow}
            )
            rank = (not narrow, end.objective)
            if best is None or rank > highest:
                best, highest = run, rank
        best.rewind(0)
        best.restarts = tuple(restarts)
        return best

    def prepared(self, X, sample_weight=None, X_validation=None, n_threads=None, client=None):
        """The `Rows` that a run of this model is fitted to; a ValueError where they or its settings cannot be used."""
        self.check_settings()
        rows = Rows.checked(self, X, sample_weight, X_validation, n_threads, client)
        self.check_structure(rows.X if rows.in_memory else rows.sample.X)
        if not isinstance(self.init, str):
            self.check_parameters(self.init, rows.X.shape[1])
        return rows

    def seeds(self, n):
        """The seeds of n starts, a list of int; more starts begin with the same ones."""
        return checks.random(self.random_state).randint(2**31, size=n).tolist()

    def iterate(self, X, sample_weight=None, X_validation=None, n_threads=None, client=None):
        """Run EM and yield the `State` after every iteration; see `start`.

        The estimator is fitted when the generator ends, or is closed; not where a step fails.
        """
        run = self.start(X, sample_weight, X_validation, n_threads, client)
        try:
            while not run.finished:
                yield run.step()
        except GeneratorExit:
            self._take(run)
            raise
        self._take(run)

    def fit(self, X, y=None, sample_weight=None, n_threads=None, client=None):
        """Fit the mixture to rows X, see `start`; y is ignored.

        Returns
        -------
        self
        """
        for _ in self.iterate(X, sample_weight, n_threads=n_threads, client=client):
            pass
        if not self.converged_ and self.stopping_criterion is not None:
            warnings.warn(
                f"The stopping rule did not hold within max_iter = {self.max_iter} iterations; "
                "raise max_iter, or set stopping_criterion=None if this is meant.",
                ConvergenceWarning,
                stacklevel=2,
            )
        return self

    def fit_predict(self, X, y=None, sample_weight=None):
        """Fit, and return the most probable component (n,) of each row."""
        return self.fit(X, sample_weight=sample_weight).predict(X)

    def _take(self, run):
        """Become the fitted estimator of a run's present state."""
        self.parameters_ = run.state.parameters
        self.log_likelihood_ = run.state.log_likelihood
        self.n_iter_ = run.state.iteration
        self.converged_ = run.state.converged
        self.trace_ = run.trace

    @classmethod
    def from_parameters(cls, parameters, **settings):
        """A fitted model without data.

        Parameters
        ----------
        parameters : the model's parameters class
        **settings : keywords of the model, for a later fit
        """
        cls.check_kind(parameters)
        model = cls(**{**parameters.structure, **settings})
        with checks.within_range(np.linalg.LinAlgError, _OUT_OF_RANGE):
            model.density_of(parameters)  # covariances that are not positive definite are said here, not later
        model.parameters_, model.n_features_in_ = parameters, parameters.n_features
        return model
