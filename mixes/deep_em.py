"""Exact EM for deep Gaussian mixtures of any depth, linear in the number of features.

First layer, component i, tail t: with ``W = Psi_i^-1 Lambda_i``, ``u = W'(y - eta_i)``, ``M = Lambda_i' W``, the prior
``z_1 | t ~ N(m, C)`` and ``V = (C^-1 + M)^-1``, the posterior of ``z_1`` is ``N(V u + b, V)``, ``b = m - V M m``, and

    log p(y | i, t) = const - 1/2 (y - eta_i)' Psi_i^-1 (y - eta_i) + 1/2 u' V u + u' b

which is linear in ``[1, (y - eta)' Psi^-1 (y - eta), u, u_i u_j]``: one product over all tails of a component does each
half-step. Layers above the first never touch the rows (`_layer_moments`).
"""

import numpy as np

from . import events
from .deep_moments import Moments, average, group, maximise
from .deep_parameters import DeepParameters, all_tails, latent_priors
from .gaussians import LOG_2PI

# Above this ratio of the model's extent to its noise the expansion loses more than about 1e-8 of a log density.
_EXPANSION_LIMIT = 1e8


def posterior_covariance(information, factors):
    """``V = (C^-1 + M)^-1`` and ``log|C| + log|C^-1 + M|`` for M (..., r, r) and Cholesky factors of C.

    C is never inverted: with ``C = F F'``, ``V = F (I + F' M F)^-1 F'``.
    """
    transposed = factors.swapaxes(-1, -2)
    inner = np.linalg.cholesky(np.eye(factors.shape[-1]) + transposed @ information @ factors)
    half = np.linalg.solve(inner, np.broadcast_to(transposed, inner.shape))
    return half.swapaxes(-1, -2) @ half, 2 * np.log(np.diagonal(inner, axis1=-2, axis2=-1)).sum(axis=-1)


def upward(layer, components, means, covariances):
    """Posterior of the factors given the variables below, for components (T,) with priors N(means, covariances).

    Returns
    -------
    slopes (T, r, p), offsets (T, r), covariances (T, r, r)
        ``z_l | z_{l-1} ~ N(slopes z_{l-1} + offsets, covariances)``
    """
    loadings = layer.loadings[components]
    scaled = (loadings / layer.noise[components][:, :, None]).swapaxes(1, 2)
    V, _ = posterior_covariance(scaled @ loadings, np.linalg.cholesky(covariances))
    slopes = V @ scaled
    expected = layer.means[components] + np.einsum("tpr,tr->tp", loadings, means)
    return slopes, means - np.einsum("trp,tp->tr", slopes, expected), V


class DeepDensity:
    """Everything EM needs of a deep mixture with fixed parameters (see `mixes.expectation`).

    Parameters
    ----------
    parameters : DeepParameters
    tails : Tails, optional
        The tails to sum over; by default all of them.
    hard : bool
        Give each row wholly to its most probable path.
    """

    def __init__(self, parameters, tails=None, hard=False):
        self.parameters, self.hard = parameters, hard
        self.sampled = tails is not None
        self.tails = all_tails(parameters.sizes) if tails is None else tails
        self.priors = latent_priors(parameters, self.tails)
        first = parameters.layers[0]
        k, d, r = first.loadings.shape
        log_weights, m, C = self.priors[0]
        if self.tails.log_weights is not None:
            log_weights = self.tails.log_weights
        self._factors = np.linalg.cholesky(C)
        self._W = first.loadings / first.noise[:, :, None]
        information = first.loadings.swapaxes(1, 2) @ self._W
        self._V, log_det = posterior_covariance(information[:, None], self._factors)  # (k, T, r, r), (k, T)
        Mm = np.einsum("kij,tj->kti", information, m)
        self._b = m - np.einsum("ktij,ktj->kti", self._V, Mm)
        log_prior = first.log_weights(np.arange(k)[:, None], self.tails.components[0][None]) + log_weights
        self._constant = log_prior - 0.5 * (d * LOG_2PI + np.log(first.noise).sum(axis=1)[:, None] + log_det)
        self._upper = np.triu_indices(r)
        self._linear_constant = self._constant - 0.5 * np.einsum("kti,kti->kt", Mm, self._b)
        probabilities = np.exp(log_prior - log_prior.max())
        self._choose_form(first, m, C, probabilities / probabilities.sum())
        n_features = 2 + r + len(self._upper[0])
        self.chunk_rows = int(np.clip(2**18 // (k * (n_features + len(m)) + 2 * d), 64, 4096))
        if self._expand:
            self._prepare(first)

    def _choose_form(self, first, m, C, probabilities):
        """Where rows are taken from, and whether the expansion keeps enough digits."""
        second = np.einsum("kt,tij->kij", probabilities, C + m[:, :, None] * m[:, None, :])
        mass = np.maximum(probabilities.sum(axis=1), 1e-300)
        spread = np.einsum("kpi,kij,kpj->kp", first.loadings, second, first.loadings) / mass[:, None]
        expected = first.means + np.einsum("kpi,ki->kp", first.loadings, probabilities @ m / mass[:, None])
        self.center = mass @ expected / mass.sum()
        extent = ((first.means - self.center) ** 2 + spread + first.noise).max(axis=0)
        self._expand = self.sampled or (extent / first.noise).sum(axis=1).max() < _EXPANSION_LIMIT
        self._narrowness = (1 / first.noise).sum(axis=1)
        self._base_means = np.tile(self.center, (len(mass), 1)) if self._expand else first.means
        self._base_loadings = np.zeros_like(first.loadings) if self._expand else first.loadings

    def _prepare(self, first):
        k, d, r = first.loadings.shape
        shifted = first.means - self.center
        # rows that are multiplied with y: k·r for u, then k for the square term
        self._projection = np.concatenate([self._W.swapaxes(1, 2).reshape(k * r, d), shifted / first.noise])
        self._u_shift = np.einsum("kpr,kp->kr", self._W, shifted)
        self._square_shift = (shifted ** 2 / first.noise).sum(axis=1)
        quadratic = self._V[:, :, self._upper[0], self._upper[1]]
        quadratic[:, :, self._upper[0] == self._upper[1]] /= 2
        self._coefficients = np.concatenate([
            self._linear_constant[:, :, None], np.full((*self._b.shape[:2], 1), -0.5), self._b, quadratic], axis=2)
        # (k, r + 1, r, T): the posterior mean is V u + b, summed over tails in one product
        means = np.concatenate([self._V, self._b[:, :, None]], axis=2)
        self._mean_map = np.ascontiguousarray(means.transpose(0, 2, 3, 1)).reshape(k, (r + 1) * r, -1)

    def penalties(self, eps):
        """``eps/2 · sum_l tr(Psi_{s_l}^-1)`` of the paths (S,)."""
        total = np.zeros(1)
        for level in reversed(range(len(self.parameters.layers) - 1)):
            narrowness = (1 / self.parameters.layers[level + 1].noise).sum(axis=1)
            total = total[self.tails.parents[level]] + narrowness[self.tails.components[level]]
        return 0.5 * eps * (self._narrowness[:, None] + total).ravel()

    def log_joint(self, X):
        """Log p(x, path), shape (S, m), of rows X (m, d), and the features for `statistics`."""
        if not self._expand:
            log_joint = [self._constant[i, t] - 0.5 * self._distance(i, t, e, rho)
                         for i, t, e, rho in self._residuals(X)]
            return np.array(log_joint), X
        k, T, r = self._b.shape
        Y = X - self.center
        squares = Y * Y
        projected = self._projection @ Y.T
        phi = np.empty((k, self._coefficients.shape[2], len(X)))
        phi[:, 0] = 1
        np.matmul(1 / self.parameters.layers[0].noise, squares.T, out=phi[:, 1])
        phi[:, 1] += self._square_shift[:, None] - 2 * projected[k * r:]
        u = phi[:, 2:2 + r]
        np.subtract(projected[:k * r].reshape(k, r, -1), self._u_shift[:, :, None], out=u)
        _fill_products(u, phi[:, 2 + r:])
        return np.matmul(self._coefficients, phi).reshape(k * T, -1), (Y, squares, phi)

    def statistics(self, features, responsibilities):
        """Additive sums for `maximisation`.

        Returns
        -------
        paths : array (k, T, 2 + r + r(r+1)/2)
            Sums of r times the monomials of u.
        sums, squares : arrays (k, d)
        cross : array (k, r, d)
            Sums of r times y, y² and E[z_1] y' over the tails of each component.
        """
        if not self._expand:
            return self._residual_statistics(features, responsibilities)
        Y, squares, phi = features
        k, T, r = self._b.shape
        R = responsibilities.reshape(k, T, -1)
        first = R.sum(axis=1) if T > 1 else R[:, 0]
        return (R @ phi.swapaxes(1, 2), first @ Y, first @ squares,
                (self._latent_sums(phi, R).reshape(k * r, -1) @ Y).reshape(k, r, -1))

    def _latent_sums(self, phi, R):
        """Sums over tails of r times the posterior mean of z_1, for each first-layer component: (k, r, m)."""
        k, T, r = self._b.shape
        sums = np.empty((k, r, phi.shape[2]))
        for i in range(k):  # one component's maps stay in the cache
            maps = (self._mean_map[i] @ R[i]).reshape(r + 1, r, -1)
            np.einsum("ijm,im->jm", maps[:r], phi[i, 2:2 + r], out=sums[i])
            sums[i] += maps[r]
        return sums

    def _residuals(self, X):
        """Component, tail, residual (m, d) and posterior mean (m, r) of each path: no digits lost, but slower."""
        first = self.parameters.layers[0]
        for i in range(len(first.means)):
            Y = X - first.means[i]
            u = Y @ self._W[i]
            for t in range(self._b.shape[1]):
                rho = u @ self._V[i, t] + self._b[i, t]
                yield i, t, Y - rho @ first.loadings[i].T, rho

    def _distance(self, i, t, e, rho):
        white = np.linalg.solve(self._factors[t], (rho - self.priors[0][1][t]).T)
        return (e * e) @ (1 / self.parameters.layers[0].noise[i]) + (white * white).sum(axis=0)

    def _residual_statistics(self, X, responsibilities):
        k, T, r = self._b.shape
        d = X.shape[1]
        R = responsibilities.reshape(k, T, -1)
        paths = np.empty((k, T, 2 + r + len(self._upper[0])))
        sums, squares, cross = np.zeros((k, d)), np.zeros((k, d)), np.zeros((k, r, d))
        for i, t, e, rho in self._residuals(X):
            weight = R[i, t]
            phi = np.concatenate([np.ones((2, len(X))), rho.T, np.empty((len(self._upper[0]), len(X)))])
            _fill_products(phi[None, 2:2 + r], phi[None, 2 + r:])
            paths[i, t] = phi @ weight
            sums[i] += weight @ e
            squares[i] += weight @ (e * e)
            cross[i] += (rho.T * weight) @ e
        return paths, sums, squares, cross

    def _path_moments(self, paths):
        """Sums of r, r E[z_1] and r E[z_1 z_1'] of each path: (k, T), (k, T, r), (k, T, r, r)."""
        r = self._b.shape[2]
        s0, su = paths[:, :, 0], paths[:, :, 2:2 + r]
        suu = np.empty((*su.shape, r))
        suu[:, :, self._upper[0], self._upper[1]] = paths[:, :, 2 + r:]
        suu[:, :, self._upper[1], self._upper[0]] = paths[:, :, 2 + r:]
        if self._expand:
            V, b = self._V, self._b
            Vu = np.einsum("ktij,ktj->kti", V, su)
            outer = Vu[..., :, None] * b[..., None, :]
            suu = (V @ suu @ V + outer + outer.swapaxes(2, 3)
                   + s0[..., None, None] * b[..., :, None] * b[..., None, :])
            su = Vu + b * s0[..., None]
        return s0, su, suu + s0[..., None, None] * self._V

    def moments(self, statistics):
        """Expected complete-data moments of every layer, from the sums over rows.

        Returns
        -------
        list of Moments
        """
        paths, sums, squares, cross = statistics
        layers, tails = self.parameters.layers, self.tails
        s0, s1, s2 = self._path_moments(paths)
        # with a base of loadings the residual is y - eta - Lambda z, whose moments include those of z given y
        noise_part = self._base_loadings @ np.einsum("kt,ktij->kij", s0, self._V)
        table = group(s0.T, tails.components[0], 1 if len(layers) == 1 else len(layers[1].weights)).T
        result = [Moments(table, sums, squares + (noise_part * self._base_loadings).sum(axis=2),
                          cross.swapaxes(1, 2) - noise_part, s1.sum(axis=1), s2.sum(axis=1))]
        return result + self._layer_moments(s0.sum(axis=0), s1.sum(axis=0), s2.sum(axis=0))

    def _layer_moments(self, s0, s1, s2):
        """Moments of the layers above the first: given a tail, each layer is linear and Gaussian in the one below."""
        layers, tails, result = self.parameters.layers, self.tails, []
        for level in range(len(layers) - 1):
            layer, c, parent = layers[level + 1], tails.components[level], tails.parents[level]
            _, means, covariances = self.priors[level + 1]
            A, b, V = upward(layer, c, means[parent], covariances[parent])
            w = np.einsum("trp,tp->tr", A, s1) + b * s0[:, None]
            wz = A @ s2 + b[:, :, None] * s1[:, None, :]
            ww = wz @ A.swapaxes(1, 2) + w[:, :, None] * b[:, None, :] + s0[:, None, None] * V
            k = len(layer.weights)
            above = tails.components[level + 1][parent]
            table = np.zeros((k, 1 if level + 2 == len(layers) else len(layers[level + 2].weights)))
            np.add.at(table, (c, above), s0)
            result.append(Moments(table, group(s1, c, k), group(np.diagonal(s2, axis1=1, axis2=2), c, k),
                                  group(wz, c, k).swapaxes(1, 2), group(w, c, k), group(ww, c, k)))
            n = len(tails.components[level + 1])
            s0, s1, s2 = group(s0, parent, n), group(w, parent, n), group(ww, parent, n)
        return result

    def maximisation(self, statistics, eps=0.0, floor=0.0):
        """The M half-step: `DeepParameters` that maximise the expected objective, and events.

        A component without points keeps its parameters, with weight 0.
        """
        moments, memory = self.moments(statistics), ()
        if self.sampled:
            moments, memory = average(self.parameters, moments, self.center, eps)
        happened, layers = [], []
        for number, (layer, layer_moments) in enumerate(zip(self.parameters.layers, moments), start=1):
            base = (self._base_means, self._base_loadings) if number == 1 else (0.0, 0.0)
            if self.sampled and number == 1:
                base = (memory[1], 0.0)
            new, empty, floored = maximise(layer, layer_moments, *base, eps, floor)
            layers.append(new)
            happened += [events.empty_component(j, number) for j in empty]
            happened += [events.covariance_floored(j, number) for j in floored]
        return DeepParameters(tuple(layers), memory), happened


def _fill_products(u, out):
    """Products u_i u_j (i <= j) of u (k, r, m) into out (k, r(r+1)/2, m)."""
    r, position = u.shape[1], 0
    for i in range(r):
        np.multiply(u[:, i:i + 1], u[:, i:], out=out[:, position:position + r - i])
        position += r - i
