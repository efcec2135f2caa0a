"""Forms of the first layer's part of EM: one product for all tails, one that loses no digits of rows, and one of steps.

A component's loadings, in units of its noise, are ``Psi^-1/2 Lambda = P S Q'`` (thin singular value decomposition).
All forms take its factors along Q, where ``z | tail ~ N(m, F F')`` and what the row says of them is diagonal (S²).
A form fills the log densities of its components, sums what their M half-step needs over rows, and turns the sums into
moments about its base: of ``y - base`` for `Expansion`, of ``y - means - loadings z`` for `Residuals`, and for `Rebased`
with the means and loadings that it is given.
"""

from typing import NamedTuple

import numpy as np

from ..gaussians import LOG_2PI


class Projections(NamedTuple):
    """First-layer components, with their factors along Q.

    Attributes
    ----------
    numbers : array (k,) of int
        Which components of the layer.
    means, deviations : arrays (k, d)
        Of the noise, the standard deviations.
    P, S : arrays (k, d, r), (k, r)
    m, F : arrays (k, T, r), (k, T, r, r)
        Prior of the factors given each tail: means, and factors of the covariances ``F F'``.
    log_prior : array (k, T)
        Log weights of the paths; a finite number for those of weight 0.
    """

    numbers: np.ndarray
    means: np.ndarray
    deviations: np.ndarray
    P: np.ndarray
    S: np.ndarray
    m: np.ndarray
    F: np.ndarray
    log_prior: np.ndarray

    def constants(self, log_det):
        """Log densities (k, T) at distance 0; ``log_det`` (k, T) of the factors' part of the covariances."""
        noise = self.means.shape[1] * LOG_2PI + 2 * np.log(self.deviations).sum(axis=1)
        return self.log_prior - 0.5 * (noise[:, None] + log_det)


def posterior_covariance(information, factors):
    """``V = (C^-1 + M)^-1`` and ``log|C| + log|C^-1 + M|`` for M (..., r, r) and factors F of ``C = F F'``.

    C is never inverted: ``V = F (I + F' M F)^-1 F'``.
    """
    transposed = factors.swapaxes(-1, -2)
    inner = np.linalg.cholesky(np.eye(factors.shape[-1]) + transposed @ information @ factors)
    half = np.linalg.solve(inner, np.broadcast_to(transposed, inner.shape))
    return half.swapaxes(-1, -2) @ half, 2 * np.log(np.diagonal(inner, axis1=-2, axis2=-1)).sum(axis=-1)


class Expansion:
    """Components in one product each: the log density is linear in ``[1, (y - eta)' Psi^-1 (y - eta), u, u_i u_j]``.

    With ``u = Q' Lambda' Psi^-1 (y - eta)`` and ``V = (C^-1 + S²)^-1`` the posterior of the factors is
    ``N(V u + b, V)``, ``b = m - V S² m``, and

        log p(y | i, t) = const - 1/2 (y - eta)' Psi^-1 (y - eta) + 1/2 u' V u + u' b

    The terms are as large as ``E = (y - eta)' Psi^-1 (y - eta)``, and their sum is not: `lost` bounds what it loses.
    """

    def __init__(self, own, center):
        self.numbers, self._center = own.numbers, center
        k, T, r = own.m.shape
        d = len(center)
        information = own.S[:, :, None] ** 2 * np.eye(r)
        self._V, log_det = posterior_covariance(information[:, None], own.F)  # (k, T, r, r), (k, T)
        Mm = own.m * own.S[:, None] ** 2
        self._b = own.m - np.einsum("ktij,ktj->kti", self._V, Mm)
        self._upper = np.triu_indices(r)
        linear_constant = own.constants(log_det) - 0.5 * np.einsum("kti,kti->kt", Mm, self._b)
        self._inverse_noise = 1 / own.deviations**2
        W = own.P * (own.S[:, None, :] / own.deviations[:, :, None])
        shifted = own.means - center
        # rows that are multiplied with y: k·r for u, then k for the square term
        self._projection = np.concatenate([W.swapaxes(1, 2).reshape(k * r, d), shifted * self._inverse_noise])
        self._u_shift = np.einsum("kpr,kp->kr", W, shifted)
        self._square_shift = (shifted**2 * self._inverse_noise).sum(axis=1)
        quadratic = self._V[:, :, self._upper[0], self._upper[1]]
        quadratic[:, :, self._upper[0] == self._upper[1]] /= 2
        self._coefficients = np.concatenate([linear_constant[:, :, None], np.full((k, T, 1), -0.5), self._b, quadratic], axis=2)
        # (k, r + 1, r, T): the posterior mean is V u + b, summed over tails in one product
        means = np.concatenate([self._V, self._b[:, :, None]], axis=2)
        self._mean_map = np.ascontiguousarray(means.transpose(0, 2, 3, 1)).reshape(k, (r + 1) * r, -1)

    @staticmethod
    def lost(squares, r):
        """A bound on the digits of log densities that the expansion loses, for components with mean squares E (k,).

        Along Q, ``|u_i V_ij u_j|`` sums to at most ``sqrt(r) E``: with ``w = S^-1 u``, ``|w|² <= E`` (P has orthonormal
        columns), and ``S V S``, no larger than I, has a Frobenius norm of at most sqrt(r). The second moments of the
        M half-step lose the same share of the noise. Along other axes the sum can be larger than E without limit.
        """
        return np.finfo(float).eps * (1 + np.sqrt(r)) * squares

    def mean_squares(self, paths, sums, squares, _):
        """``y' Psi^-1 y`` about the center, on average over the rows of each component (k,), from `statistics`.

        About the means it would grow with the distance of given parameters from the data, of which the sums are free.
        """
        mass = paths[:, :, 0].sum(axis=1)
        return (squares * self._inverse_noise).sum(axis=1) / np.where(mass > 0, mass, np.inf)

    def log_joint(self, X, out):
        """Fill ``out`` (components of the layer, T, m) for rows X (m, d); the features for `statistics`."""
        k, T, r = self._b.shape
        Y = X - self._center
        squares = Y * Y
        projected = self._projection @ Y.T
        phi = np.empty((k, self._coefficients.shape[2], len(X)))
        phi[:, 0] = 1
        np.matmul(self._inverse_noise, squares.T, out=phi[:, 1])
        phi[:, 1] += self._square_shift[:, None] - 2 * projected[k * r :]
        u = phi[:, 2 : 2 + r]
        np.subtract(projected[: k * r].reshape(k, r, -1), self._u_shift[:, :, None], out=u)
        _fill_products(u, phi[:, 2 + r :])
        if k == len(out):
            np.matmul(self._coefficients, phi, out=out)
        else:
            out[self.numbers] = np.matmul(self._coefficients, phi)
        return Y, squares, phi

    def statistics(self, features, R):
        """Additive sums over rows, weighted with R (components of the layer, T, m).

        Returns
        -------
        paths : array (k, T, 2 + r + r(r+1)/2)
            Sums of R times the monomials of u.
        sums, squares : arrays (k, d)
        cross : array (k, r, d)
            Sums of R times y, y² and E[z] y' over the tails of each component.
        """
        Y, squares, phi = features
        k, T, r = self._b.shape
        R = R if k == len(R) else R[self.numbers]
        first = R.sum(axis=1) if T > 1 else R[:, 0]
        return (R @ phi.swapaxes(1, 2), first @ Y, first @ squares, (self._latent_sums(phi, R).reshape(k * r, -1) @ Y).reshape(k, r, -1))

    def _latent_sums(self, phi, R):
        """Sums over tails of R (k, T, m) times the posterior mean of z, for each component: (k, r, m)."""
        k, T, r = self._b.shape
        sums = np.empty((k, r, phi.shape[2]))
        for i in range(k):  # one component's maps stay in the cache
            maps = (self._mean_map[i] @ R[i]).reshape(r + 1, r, -1)
            np.einsum("ijm,im->jm", maps[:r], phi[i, 2 : 2 + r], out=sums[i])
            sums[i] += maps[r]
        return sums

    def latent_means(self, features):
        """Posterior means of the factors (T, r, m), one component after the other."""
        r = self._b.shape[2]
        for V, b, monomials in zip(self._V, self._b, features[2]):
            yield V @ monomials[2 : 2 + r] + b[:, :, None]

    def moments(self, paths, sums, squares, cross):
        """Sums of r, r E[z], r E[z z'] of each path, and of y, y² and y z' of each component, about the center."""
        V, b = self._V, self._b
        r = b.shape[2]
        s0, su = paths[:, :, 0], paths[:, :, 2 : 2 + r]
        suu = np.empty((*su.shape, r))
        suu[:, :, self._upper[0], self._upper[1]] = paths[:, :, 2 + r :]
        suu[:, :, self._upper[1], self._upper[0]] = paths[:, :, 2 + r :]
        Vu = np.einsum("ktij,ktj->kti", V, su)
        outer = Vu[..., :, None] * b[..., None, :]
        s2 = V @ suu @ V + outer + outer.swapaxes(2, 3) + s0[..., None, None] * (b[..., :, None] * b[..., None, :] + V)
        return s0, Vu + b * s0[..., None], s2, sums, squares, cross.swapaxes(1, 2)


class Residuals:
    """Narrow components: rows are projected first, and only what is left is squared, so that no digits are lost.

    In units of the noise, ``x = Psi^-1/2 (y - eta)`` is ``P w`` and a rest e across it, ``w | tail ~ N(a, I + G G')``
    with ``a = S m`` and ``G = S F = U D Y'``. With ``omega = U' (w - a)`` and ``h = 1 / (1 + D²)``

        log p(y | i, t) = const - 1/2 e'e - 1/2 omega' h omega

    the posterior of the factors is ``N(m + F Y D h omega, F Y h Y' F')``, and x less its expectation given them is
    ``e + P g``, ``g = U h omega``.
    """

    def __init__(self, own, _):
        self.numbers, self._own = own.numbers, own
        self._U, D, Yt = np.linalg.svd(own.S[:, None, :, None] * own.F)
        self._h, self._D = 1 / (1 + D**2), D
        self._constants = own.constants(np.log1p(D**2).sum(axis=2))
        self._FY = own.F @ Yt.swapaxes(2, 3)
        self._slopes = self._FY * (D * self._h)[:, :, None]

    def log_joint(self, X, out):
        """As `Expansion.log_joint`."""
        own, features = self._own, []
        for j, i in enumerate(self.numbers):
            e = (X - own.means[j]) / own.deviations[j]
            w = e @ own.P[j]
            e -= w @ own.P[j].T
            omega = self._U[j].swapaxes(1, 2) @ (w.T - (own.S[j] * own.m[j])[:, :, None])
            distances = np.einsum("tr,trm->tm", self._h[j], omega * omega) + (e * e).sum(axis=1)
            out[i] = self._constants[j][:, None] - 0.5 * distances
            features.append((e, omega))
        return features

    def statistics(self, features, R):
        """Additive sums over rows, weighted with R (components of the layer, T, m).

        Returns
        -------
        paths : array (k, T, 1 + r + r²)
            Sums of R times 1, E[z] and E[z] E[z]'.
        sums, squares : arrays (k, d)
        cross : array (k, d, r)
            Sums of R times v, v² and v E[z]' for ``v = e + P g``.
        """
        k, T, r = self._own.m.shape
        d = self._own.means.shape[1]
        paths = np.empty((k, T, 1 + r + r * r))
        sums, squares, cross = np.empty((k, d)), np.empty((k, d)), np.empty((k, d, r))
        for j, (i, (e, omega), z) in enumerate(zip(self.numbers, features, self.latent_means(features))):
            P, total = self._own.P[j], R[i].sum(axis=0)
            g = self._U[j] @ (omega * self._h[j][:, :, None])
            weighted_g, weighted_z = g * R[i][:, None], z * R[i][:, None]
            g_sum = weighted_g.sum(axis=0)
            paths[j] = _latent_products(R[i], z, weighted_z)
            sums[j] = total @ e + P @ g_sum.sum(axis=1)
            gg = np.einsum("tim,tjm->ij", weighted_g, g, optimize=True)
            squares[j] = total @ (e * e) + (P * (2 * (g_sum @ e).T + P @ gg)).sum(axis=1)
            cross[j] = (weighted_z.sum(axis=0) @ e).T + P @ np.einsum("tim,tjm->ij", weighted_g, z, optimize=True)
        return paths, sums, squares, cross

    def latent_means(self, features):
        """As `Expansion.latent_means`."""
        for m, slopes, (_, omega) in zip(self._own.m, self._slopes, features):
            yield m[:, :, None] + slopes @ omega

    def moments(self, paths, sums, squares, cross):
        """Sums of r, r E[z], r E[z z'] of each path, and of v, v² and v z' for ``v = y - means - loadings z``."""
        own = self._own
        s0, s1, s2, _ = self._latent_moments(paths)
        # what is not known of z moves v too: S V S' = U D² h U' and S V = U D h Y' F'
        scaled = self._U * (s0[:, :, None] * self._D * self._h)[:, :, None]
        spread = ((scaled * self._D[:, :, None]) @ self._U.swapaxes(2, 3)).sum(axis=1)
        along = (scaled @ self._FY.swapaxes(2, 3)).sum(axis=1)
        squares = squares + (own.P @ spread * own.P).sum(axis=2)
        return (s0, s1, s2, sums * own.deviations, squares * own.deviations**2, (cross - own.P @ along) * own.deviations[:, :, None])

    def _latent_moments(self, paths):
        """Sums of r, r E[z], r E[z z'] of each path, and of r times the posterior covariances of z of each component."""
        r = self._own.m.shape[2]
        s0, s1, s2 = paths[:, :, 0], paths[:, :, 1 : 1 + r], paths[:, :, 1 + r :].reshape(*self._own.m.shape, r)
        unknown = s0[..., None, None] * ((self._FY * self._h[:, :, None]) @ self._FY.swapaxes(2, 3))
        return s0, s1, s2 + unknown, unknown.sum(axis=1)


class Rebased(Residuals):
    """Residuals whose sums are of ``v = y - means - loadings z`` with the means and loadings of the step that they give.

    Where noise falls by orders of magnitude in one step, it is a small difference of sums about the present ones.
    """

    def __init__(self, own, means, loadings):
        super().__init__(own, None)
        self._means, self._loadings = means, loadings

    def log_joint(self, X, out):
        """As `Expansion.log_joint`."""
        return [(X, omega) for _, omega in super().log_joint(X, out)]

    def statistics(self, features, R):
        """As `Residuals.statistics`, about the base."""
        sums = []
        for i, means, loadings, (X, _), z in zip(self.numbers, self._means, self._loadings, features, self.latent_means(features)):
            v = (X - means).T - loadings @ z  # (T, d, m)
            weighted = v * R[i][:, None]
            paths = _latent_products(R[i], z, z * R[i][:, None])
            sums.append((paths, weighted.sum(axis=(0, 2)), (weighted * v).sum(axis=(0, 2)), (weighted @ z.swapaxes(1, 2)).sum(axis=0)))
        return tuple(map(np.array, zip(*sums)))

    def moments(self, paths, sums, squares, cross):
        """As `Residuals.moments`, about the base."""
        s0, s1, s2, unknown = self._latent_moments(paths)
        moved = self._loadings @ unknown
        return s0, s1, s2, sums, squares + (moved * self._loadings).sum(axis=2), cross - moved


def _latent_products(R, z, weighted):
    """Sums of R (T, m) times 1, z and z z' of posterior means z (T, r, m): (T, 1 + r + r²). ``weighted`` is z times R."""
    return np.concatenate([R.sum(axis=1)[:, None], weighted.sum(axis=2), (weighted @ z.swapaxes(1, 2)).reshape(len(R), -1)], axis=1)


def _fill_products(u, out):
    """Products u_i u_j (i <= j) of u (k, r, m) into out (k, r(r+1)/2, m)."""
    r, position = u.shape[1], 0
    for i in range(r):
        np.multiply(u[:, i : i + 1], u[:, i:], out=out[:, position : position + r - i])
        position += r - i
