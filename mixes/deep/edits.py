"""Edits of a deep mixture: of the first layer's components, its clusters, with all paths through each.

The layers above stay as they are, so that a component has the factors' mean and covariance that they give it. What is
averaged of sampled paths begins anew.
"""

from dataclasses import replace

import numpy as np

from ..gaussians import oriented, stretching
from ..parameters import in_one, in_two, put_back, remaining, shares
from .moments import implied_moments
from .paths import node_weights

_SPLIT = 0.5  # of a standard deviation: how far the means of two halves are from their own


class FirstLayerEdits:
    """What `Parameters` have on edits, for a ``DeepParameters``."""

    @property
    def cannot(self):
        return {
            "turn": "Components with independent noise in each feature cannot be turned: they stretch along the features only.",
            "bend": "Paths through the layers are Gaussian, and symmetric: they cannot be bent.",
        }

    @property
    def centers(self):
        first, (z, _) = self.layers[0], factors(self)
        return first.means + np.einsum("kpr,kr->kp", first.loadings, z)

    def shifted(self, j, shift):
        return self._with(self._put(j, means=self.layers[0].means[j] + shift))

    def weighed(self, j, weight):
        """In a network every component above leads to it more often, or less, by one factor; when less, to the others in turn."""
        first, weights = self.layers[0], node_weights(self)[0]
        usual = remaining(weights, j, "have another weight")
        table = first.weights.reshape(len(first.weights), -1)
        rest = 1 - table[j]
        own = table[j] * weight / weights[j] if weight < weights[j] else 1 - rest * (1 - weight) / (1 - weights[j])
        others = np.delete(table, j, axis=0) / np.where(rest > 0, rest, 1.0)
        others = np.where(rest > 0, others, usual[:, None]) * (1 - own)
        return self._with(replace(first, weights=np.insert(others, j, own, axis=0).reshape(first.weights.shape)))

    def reshaped(self, j, axes, matrix):
        stretch = stretching(axes, matrix)
        if stretch is None:
            self.refuse("turn")
        first, z = self.layers[0], factors(self)[0][j]
        loadings = first.loadings[j] * stretch[:, None]
        means = first.means[j] + (first.loadings[j] - loadings) @ z
        return self._with(self._put(j, means=means, loadings=loadings, noise=first.noise[j] * stretch**2))

    def split(self, j):
        """Along what the factors move most or, where the noise of one feature is more, along that."""
        first, (means, covariances) = self.layers[0], factors(self)
        loadings, noise = first.loadings[j], first.noise[j].copy()
        direction, lengths, _ = np.linalg.svd(loadings @ np.linalg.cholesky(covariances[j]), full_matrices=False)
        widest = noise.argmax()
        if lengths[0] ** 2 >= noise[widest]:
            along = oriented(direction[:, :1].T)[0]
            shift = _SPLIT * lengths[0] * along
            loadings = loadings - (1 - np.sqrt(1 - _SPLIT**2)) * np.outer(along, along @ loadings)
        else:
            shift = np.where(np.arange(len(noise)) == widest, _SPLIT * np.sqrt(noise), 0.0)
            noise[widest] *= 1 - _SPLIT**2
        middle = first.means[j] + (first.loadings[j] - loadings) @ means[j]
        pair = np.array([middle - shift, middle + shift])
        return self._with(in_two(first, j, means=pair, loadings=np.array([loadings, loadings]), noise=np.array([noise, noise])))

    def merged(self, i, j):
        """The moments of the pair, projected on as many factors; the noise makes up for what they leave of the variances."""
        own, first, (z, C) = [i, j], self.layers[0], factors(self)
        each, centers = shares(node_weights(self)[0], own), self.centers[own]
        center, expected, noise = each @ centers, each @ z[own], each @ first.noise[own]
        apart = z[own] - expected
        covariance = np.einsum("k,kij->ij", each, C[own] + apart[:, :, None] * apart[:, None, :])
        # spread @ spread.T is what the covariance of the pair has beside the noise
        within = first.loadings[own] @ np.linalg.cholesky(C[own]) * np.sqrt(each)[:, None, None]
        spread = np.concatenate([*within, np.sqrt(each.prod()) * (centers[1] - centers[0])[:, None]], axis=1)
        deviations, r = np.sqrt(noise)[:, None], first.loadings.shape[2]
        directions, lengths, _ = np.linalg.svd(spread / deviations, full_matrices=False)
        kept = deviations * directions[:, :r] * lengths[:r]
        noise = noise + np.maximum((spread**2).sum(axis=1) - (kept**2).sum(axis=1), 0.0)
        # factors have no direction of their own: they are turned to where those of the pair are
        root = np.linalg.cholesky(covariance)
        left, _, right = np.linalg.svd(kept.T @ np.tensordot(each, first.loadings[own], 1) @ root)
        loadings = np.linalg.solve(root.T, (kept @ left @ right).T).T
        return self._with(in_one(first, i, j, means=center - loadings @ expected, loadings=loadings, noise=noise))

    def without(self, j):
        first = self.layers[0]
        usual = remaining(node_weights(self)[0], j)
        table = np.delete(first.weights.reshape(len(first.weights), -1), j, axis=0)
        sums = table.sum(axis=0)
        # a component above that led to nowhere else leads to all
        table = np.where(sums > 0, table / np.where(sums > 0, sums, 1.0), usual[:, None])
        rest = {name: np.delete(getattr(first, name), j, axis=0) for name in ("means", "loadings", "noise")}
        return self._with(replace(first, weights=table.reshape(-1, *first.weights.shape[1:]), **rest))

    def pinned_as(self, before):
        if not before.pinned:
            return self
        first = self.layers[0]
        first = replace(first, **put_back(first, before.layers[0], before.pinned))
        return replace(self, layers=(first, *self.layers[1:]), pinned=before.pinned)

    def _put(self, j, **entries):
        """The first layer with these entries for component j."""
        first = self.layers[0]
        arrays = {name: getattr(first, name).copy() for name in entries}
        for name, entry in entries.items():
            arrays[name][j] = entry
        return replace(first, **arrays)

    def _with(self, first):
        return replace(self, layers=(first, *self.layers[1:]), memory=())


def factors(parameters):
    """Means (k, r) and covariances (k, r, r) of the factors of each first-layer component; of one without points, as of all."""
    part = implied_moments(parameters, 0.0, 0.0)[0]
    mass = part.table.sum(axis=1)
    used = mass > 0
    divisor = np.where(used, mass, 1.0)
    means = np.where(used[:, None], part.z / divisor[:, None], part.z.sum(axis=0))
    squares = np.where(used[:, None, None], part.zz / divisor[:, None, None], part.zz.sum(axis=0))
    return means, squares - means[:, :, None] * means[:, None, :]
