"""Expectation and maximisation of skew-normal mixtures.

Given a row y of a component, the latent half-normals are a normal vector ``T ~ N(mu(y), Delta)`` truncated to T > 0,
``Delta = (I + Lambda' Sigma^-1 Lambda)^-1``, ``mu(y) = Delta Lambda' Sigma^-1 (y - xi)``, and the density of y is

    2^q · N(y; xi, Sigma + Lambda Lambda') · P(T > 0).

The M half-step regresses y on [1, T] with the expected moments of T.
"""

import numpy as np

from .. import events
from ..density import Density
from ..gaussians import LOG_2PI, cholesky, floor_covariances, inside, log_determinants, lost_figures, precisions, rounding, was_elsewhere
from ..truncated_normal import PositiveOrthant
from .parameters import FLOOR_MULTIPLE, DiagonalSkewParameters

# Rows with responsibilities below this share of the largest need no moments: they would not change the sums.
_NEGLIGIBLE_SHARE = 1e-13


class SkewDensity(Density):
    """Everything EM needs of a skew-normal mixture with fixed parameters (see `mixes.density`).

    Parameters
    ----------
    parameters : SkewParameters
    box : Box, optional
        See `gaussians.inside`.
    origins : array (k, d), optional
        Points about which the statistics are taken, each component's own; by default its mean, inside the box.
    """

    def __init__(self, parameters, box=None, origins=None):
        self.parameters = parameters
        d, q = parameters.skewness.shape[1:]
        self.sampled = q > 3  # orthant probabilities may be estimates then
        factors = cholesky(parameters.scales, "scales")
        self._precisions = precisions(factors)
        self.narrowness = np.einsum("kii->k", self._precisions)
        self.rounding = rounding(parameters.scales, self._precisions)
        weighted = parameters.skewness.swapaxes(1, 2) @ self._precisions
        information = np.eye(q) + weighted @ parameters.skewness
        latent_covariances = np.linalg.inv(information)
        self._orthants = [PositiveOrthant(0.5 * (covariance + covariance.T)) for covariance in latent_covariances]
        omega = parameters.scales + parameters.skewness @ parameters.skewness.swapaxes(1, 2)
        omega_factors = cholesky(omega, "scales")
        # one product gives the latent means and the whitened row
        self._maps = np.concatenate([latent_covariances @ weighted, np.linalg.inv(omega_factors)], axis=1)
        with np.errstate(divide="ignore"):  # an empty component has weight 0 and log weight -inf
            self._constants = np.log(parameters.weights) + q * np.log(2) - 0.5 * (log_determinants(omega_factors) + d * LOG_2PI)
        # statistics are taken about these points, so that the M-step subtracts small numbers only
        self._origins = inside(box, parameters.means) if origins is None else origins

    def penalties(self, eps):
        return 0.5 * eps * self.narrowness

    def log_joint(self, X):
        """Log p(x, j), shape (k, m), of rows X (m, d), and the features for `statistics`."""
        q = self.parameters.skewness.shape[2]
        log_joint, latent = np.empty((len(self._constants), len(X))), []
        for j, (constant, location) in enumerate(zip(self._constants, self.parameters.locations)):
            mapped = (X - location) @ self._maps[j].T
            means, whitened = mapped[:, :q], mapped[:, q:]
            log_p = self._orthants[j].log_probability(means)
            log_joint[j] = constant + log_p - 0.5 * np.einsum("ij,ij->i", whitened, whitened)
            latent.append((means, log_p))
        return log_joint, (X, latent)

    def statistics(self, features, responsibilities):
        """Sums of r z z' for z = [1, y, T] (y about the origins), and of r T T' with the expected T T'.

        Returns
        -------
        array (k, 1 + d + q, 1 + d + q), array (k, q, q)
        """
        X, latent = features
        k, d, q = self.parameters.skewness.shape
        products, squares = np.zeros((k, 1 + d + q, 1 + d + q)), np.zeros((k, q, q))
        for j, (r, (means, log_p)) in enumerate(zip(responsibilities, latent)):
            needed = r > _NEGLIGIBLE_SHARE * r.max()
            rows = slice(None) if needed.all() else np.flatnonzero(needed)
            r = r[rows]
            _, first, second, _ = self._orthants[j].moments(means[rows], log_p[rows])
            z = np.empty((1 + d + q, len(r)))
            z[0], z[1 : 1 + d], z[1 + d :] = 1, (X[rows] - self._origins[j]).T, first.T
            products[j] = (z * r) @ z.T
            squares[j] = (r @ second.reshape(len(r), q * q)).reshape(q, q)
        return products, squares

    def finer(self, statistics, new):
        """As that of Gaussian mixtures: the sums are taken about the ``new`` means."""
        if lost_figures(new.parameters, new.narrowness, self._origins):
            return SkewDensity(self.parameters, origins=new.parameters.means)
        return None

    def maximisation(self, statistics, eps=0.0, floor=0.0, annealing=None):
        """The M half-step: parameters that raise the expected objective, and events.

        It is the maximum for free skewness matrices. For diagonal ones it is conditional: location and skewness given
        the present scale, then the scale (Meng and Rubin, 1993, Biometrika 80:267-278).
        A component without points keeps its parameters, with weight 0.
        """
        old = self.parameters
        products, squares = statistics
        d = old.locations.shape[1]
        mass = products[:, 0, 0]
        empty = mass <= 1e-12 * mass.sum()
        divisor = np.where(empty, 1.0, mass)[:, None, None]
        means = products[:, 0, 1:] / divisor[:, 0]
        centred = products[:, 1:, 1:] / divisor - means[:, :, None] * means[:, None]
        y, T, yy, yT = means[:, :d], means[:, d:], centred[:, :d, :d], centred[:, :d, d:]
        TT = squares / divisor - T[:, :, None] * T[:, None]
        TT[empty] = np.eye(TT.shape[1])
        variances, noise = np.einsum("kii->ki", yy), eps * np.eye(d)
        if annealing and annealing.shape:
            held, rows = annealing.shape, annealing.rows(len(mass))
            share = (rows / (mass + rows))[:, None, None]
            loadings, own = held.skewness, 1 - share
            yy = own * yy + share * (held.scales + loadings @ loadings.swapaxes(1, 2))
            yT, TT, noise = own * yT + share * loadings, own * TT + share * np.eye(TT.shape[1]), own * noise
        if isinstance(old, DiagonalSkewParameters):
            slopes = np.linalg.solve(self._precisions * TT, np.einsum("kij,kji->ki", self._precisions, yT)[:, :, None])
            skewness = slopes * np.eye(TT.shape[1])
        else:
            skewness = np.linalg.solve(TT, yT.swapaxes(1, 2)).swapaxes(1, 2)
        explained = skewness @ yT.swapaxes(1, 2)
        scales = yy - explained - explained.swapaxes(1, 2) + skewness @ TT @ skewness.swapaxes(1, 2)
        scales = 0.5 * (scales + scales.swapaxes(1, 2)) + noise
        locations = self._origins + y - np.einsum("kij,kj->ki", skewness, T)
        for new, kept in ((locations, old.locations), (skewness, old.skewness), (scales, old.scales)):
            new[empty] = kept[empty]
        least = FLOOR_MULTIPLE * floor
        scales, floored = floor_covariances(scales, least)
        weights = np.where(empty, 0.0, mass)
        happened = [events.empty_component(j) for j in np.flatnonzero(empty & (old.weights > 0))]
        values = np.linalg.eigvalsh(old.scales) if floored else ()
        happened += [events.covariance_floored(j) for j in floored if was_elsewhere(values[j, 0], least, values[j, -1])]
        parameters = type(old)(weights / weights.sum(), locations, skewness, scales, pinned=old.pinned)
        if annealing:
            parameters, apart = parameters.held_apart(annealing, variances)
            happened += apart
        return parameters, happened
