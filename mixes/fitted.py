"""What a fitted mixture says: its components, the labels and densities of rows, draws, information criteria."""

import numpy as np
from scipy.special import entr
from sklearn.utils.validation import check_is_fitted

from . import checks, tables
from .expectation import log_density, responsibilities


class Fitted:
    """The part of an estimator that follows from its ``parameters_``."""

    @property
    def weights_(self):
        """Weights (k,) of the components; of a deep model's paths."""
        return self._fitted_parameters.weights

    @property
    def means_(self):
        """Means (k, d) of the components; of a deep model's paths."""
        return self._fitted_parameters.means

    @property
    def covariances_(self):
        """Covariances (k, d, d) of the components; of a deep model's paths, built when they are asked for."""
        return self._fitted_parameters.covariances

    @property
    def _fitted_parameters(self):
        check_is_fitted(self, "parameters_")
        return self.parameters_

    @property
    def _density(self):
        with checks.quiet():
            return self.density_of(self._fitted_parameters)

    def predict_proba(self, X):
        """Posterior probability (n, k) of each component for rows X (n, d)."""
        density = self._density
        return responsibilities(density, tables.rows(self, X), told=self.parameters_.clusters)

    def predict(self, X):
        """Most probable component (n,) of rows X (n, d)."""
        density, clusters = self._density, self.parameters_.clusters
        return responsibilities(density, tables.rows(self, X), told=lambda shares: clusters(shares).argmax(axis=1))

    def told(self, X):
        """Entropy (n,) of the posterior of rows X (n, d), and the most probable component (n,), without keeping the posterior."""

        def told(shares):
            posterior = clusters(shares)
            return np.column_stack([entr(posterior).sum(axis=1), posterior.argmax(axis=1)])

        density, clusters = self._density, self.parameters_.clusters
        entropies, pred = responsibilities(density, tables.rows(self, X), told=told).T
        return entropies, pred.astype(int)

    def score_samples(self, X):
        """Log density (n,) of rows X (n, d)."""
        density = self._density
        return log_density(density, tables.rows(self, X))

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
        return self._drawn(self._fitted_parameters.sample, n_samples)

    def _drawn(self, sample, n):
        """What ``sample(n, rng)`` gives, with the randomness of the settings."""
        checks.count("n_samples", n, "rows")
        return sample(n, np.random.default_rng(checks.random(self.random_state).randint(2**31)))

    def to_gaussian_mixture(self):
        """The same distribution as a fitted ``sklearn.mixture.GaussianMixture``; a deep model's has a component a path.

        Raises
        ------
        ValueError
            The components are not Gaussian.
        """
        mixture = self._fitted_parameters.to_gaussian_mixture()
        if mixture is None:
            raise ValueError(f"{type(self).__name__} has no equal in scikit-learn: its components are not Gaussian.")
        if "trace_" in vars(self):  # it was fitted to data
            mixture.converged_, mixture.n_iter_ = self.converged_, self.n_iter_
        return mixture

    @property
    def n_parameters(self):
        """Number of free parameters."""
        return self._fitted_parameters.n_parameters

    def aic(self, X):
        """Akaike's criterion, -2 l + 2 p; lower is better."""
        return aic(self.score_samples(X).sum(), self.n_parameters)

    def bic(self, X):
        """Schwarz' criterion, -2 l + p log n; lower is better."""
        densities = self.score_samples(X)
        return bic(densities.sum(), self.n_parameters, len(densities))

    def icl(self, X):
        """Integrated completed likelihood, BIC + 2 · entropy of the responsibilities; lower is better.

        References
        ----------
        Biernacki, Celeux and Govaert (2000), IEEE Trans. Pattern Analysis 22:719-725.
        """
        densities = self.score_samples(X)
        return icl(densities.sum(), self.n_parameters, len(densities), self.told(X)[0].sum())


def aic(log_likelihood, n_parameters):
    """Akaike's criterion; lower is better."""
    return float(-2 * log_likelihood + 2 * n_parameters)


def bic(log_likelihood, n_parameters, n_rows):
    """Schwarz' criterion; lower is better."""
    return float(-2 * log_likelihood + n_parameters * np.log(n_rows))


def icl(log_likelihood, n_parameters, n_rows, entropy):
    """Integrated completed likelihood, with the entropy of the clusters summed over rows; lower is better."""
    return bic(log_likelihood, n_parameters, n_rows) + 2 * entropy
