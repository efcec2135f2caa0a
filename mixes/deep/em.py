"""Exact EM for deep Gaussian mixtures of any depth, linear in the number of features.

Given a path, a row and all factors are jointly Gaussian, so that the E half-step is closed form. Rows enter through the
first layer only (`mixes.deep.forms`); layers above never touch them (`_layer_moments`).
"""

from math import prod

import numpy as np

from .. import events
from ..density import Density
from ..gaussians import SQUARES_LIMIT, inside
from .forms import Expansion, Projections, Rebased, Residuals, posterior_covariance
from .moments import Moments, average, group, maximise
from .parameters import DeepParameters
from .paths import all_tails, latent_priors

# Share of a log density, taken as one unit a feature, that a form may lose: `mixes.stepping` reports falls above it.
_MAY_BE_LOST = 1e-10


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


class DeepDensity(Density):
    """Everything EM needs of a deep mixture with fixed parameters (see `mixes.density`).

    Parameters
    ----------
    parameters : DeepParameters
    tails : Tails, optional
        The tails to sum over; by default all of them.
    hard : bool
        Give each row wholly to its most probable path.
    box : Box, optional
        See `gaussians.inside`.
    narrow : array (k,) of bool, optional
        Components of the first layer that take the form of residuals, beside those that are seen to need it.
    base : arrays (k, d), (k, d, r), optional
        Means and loadings that the sums are taken about, see `forms.Rebased`.
    points : list of arrays (d_l,), optional
        Where the latent variables of layers 1..L-1 are measured from, see `_measure_latents`.
    """

    def __init__(self, parameters, tails=None, hard=False, box=None, narrow=False, base=None, points=None):
        self.parameters, self.hard, self._box = parameters, hard, box
        self.sampled = tails is not None
        self.tails = all_tails(parameters.sizes) if tails is None else tails
        self.priors = latent_priors(parameters, self.tails)
        self._measure_latents(points)
        first = self._layers[0]
        k, d, r = first.loadings.shape
        log_weights, m, C = self._priors[0]
        if self.tails.log_weights is not None:
            log_weights = self.tails.log_weights
        log_prior = first.log_weights(np.arange(k)[:, None], self.tails.components[0][None]) + log_weights
        self._absent = np.isneginf(log_prior)  # infinities stay out of products: some processors make NaN of them
        deviations = np.sqrt(first.noise)
        P, S, self._Qt = np.linalg.svd(first.loadings / deviations[:, :, None], full_matrices=False)
        components = Projections(
            np.arange(k),
            first.means,
            deviations,
            P,
            S,
            np.einsum("kij,tj->kti", self._Qt, m),
            self._Qt[:, None] @ np.linalg.cholesky(C),
            np.where(self._absent, 0.0, log_prior),
        )
        self._narrowness = (1 / first.noise).sum(axis=1)
        probabilities = np.exp(log_prior - log_prior.max())
        self.center, squares = _center_and_squares(first, m, components, probabilities / probabilities.sum(), box)
        self.narrow = narrow | (Expansion.lost(squares, r) > _MAY_BE_LOST * d)
        self._forms, self._base = [], base
        if base is not None:
            self._forms = [Rebased(components, base[0], base[1] @ self._Qt.swapaxes(1, 2))]
        for form, chosen in ((Expansion, ~self.narrow), (Residuals, self.narrow)):
            if chosen.any() and base is None:
                own = components if chosen.all() else Projections(*(array[chosen] for array in components))
                self._forms.append(form(own, self.center))
        n_features = 2 + r + r * (r + 1) // 2
        self.chunk_rows = int(np.clip(2**20 // (k * (n_features + len(m)) + 2 * d), 64, 16384))

    def _measure_latents(self, points):
        """Measure the latent variables from ``points``; by default from 0, or where that loses figures from their means.

        Rows far from given parameters draw the latent variables after them, and moments about 0 would lose the figures
        of that distance. The mixture is the same. What sampled paths average over iterations stays about 0.
        """
        self.latent_means = [np.exp(log_weights) @ means for log_weights, means, _ in self.priors[:-1]]
        self.points, self._layers, self._priors = [], self.parameters.layers, self.priors
        if not self.sampled and (points or points is None and self._far(self)):
            self.points = points or self.latent_means
            moved = self.parameters.measured_from(self.points)
            self._layers, self._priors = moved.layers, latent_priors(moved, self.tails)

    def _far(self, density):
        """Whether second moments about the points lose figures of the noise in the layers of a density."""
        points = self.points or [0.0] * len(density.latent_means)
        moves = (mean - point for mean, point in zip(density.latent_means, points))
        layers = density.parameters.layers[1:]
        return any(move.size * np.vdot(move, move) > SQUARES_LIMIT * layer.noise.min() for move, layer in zip(moves, layers))

    @property
    def path_numbers(self):
        if not self.sampled:
            return None
        k, tails = len(self._absent), np.ravel_multi_index(self.tails.rows().T, self.parameters.sizes[1:])
        return (np.arange(k)[:, None] * prod(self.parameters.sizes[1:]) + tails).ravel()

    def penalties(self, eps):
        """``eps/2 · sum_l tr(Psi_{s_l}^-1)`` of the paths (S,)."""
        total = np.zeros(1)
        for level in reversed(range(len(self.parameters.layers) - 1)):
            narrowness = (1 / self.parameters.layers[level + 1].noise).sum(axis=1)
            total = total[self.tails.parents[level]] + narrowness[self.tails.components[level]]
        return 0.5 * eps * (self._narrowness[:, None] + total).ravel()

    def log_joint(self, X):
        """Log p(x, path), shape (S, m), of rows X (m, d), and the features for `statistics`."""
        log_joint = np.empty((*self._absent.shape, len(X)))
        features = [form.log_joint(X, log_joint) for form in self._forms]
        log_joint[self._absent] = -np.inf
        return log_joint.reshape(-1, len(X)), features

    def statistics(self, features, responsibilities):
        """Additive sums for `maximisation`: those of each form, one after the other."""
        R = responsibilities.reshape(*self._absent.shape, -1)
        return tuple(array for form, own in zip(self._forms, features) for array in form.statistics(own, R))

    def finer(self, statistics, new):
        """The density whose sums keep the figures of the ``new`` one that these gave, or None where they are kept.

        The form is chosen for rows such as the model expects. Rows that lie far from it have larger squares, and where
        noise falls in one step, what is lost of the old one is a larger share of the new: where residuals lose it, too,
        they are taken about the new means and loadings.
        """
        if self._base is not None:
            return None
        moved = (self.points or new.points) and self._far(new)
        first, noise = self.parameters.layers[0], new.parameters.layers[0].noise
        _, d, r = first.loadings.shape
        narrow, base = self.narrow.copy(), None
        for number, form in enumerate(self._forms):
            own = statistics[4 * number : 4 * number + 4]
            if isinstance(form, Expansion):
                squares = form.mean_squares(*own)
                fall = np.maximum((first.noise / noise)[form.numbers].max(axis=1), 1.0)
                narrow[form.numbers] = Expansion.lost(squares * fall, r) > _MAY_BE_LOST * d
            else:
                mass, *_, squares, _ = form.moments(*own)
                squares = (squares / noise[form.numbers]).sum(axis=1) / np.maximum(mass.sum(axis=1), np.finfo(float).tiny)
                if (np.finfo(float).eps * squares > _MAY_BE_LOST * d).any():
                    newer = (new.parameters.measured_from(self.points) if self.points else new.parameters).layers[0]
                    base = newer.means, newer.loadings
        if moved or (narrow != self.narrow).any():
            base = None  # what new parameters have of their figures is to be seen first
        elif base is None:
            return None
        tails, points = self.tails if self.sampled else None, new.latent_means if moved else self.points
        return DeepDensity(self.parameters, tails, self.hard, self._box, narrow, base, points)

    def latent_sums(self, features, responsibilities):
        """Sums (T, r, m) over first-layer components of r times the posterior mean of z_1, for each tail and row."""
        R = responsibilities.reshape(*self._absent.shape, -1)
        origin = self.points[0][:, None] if self.points else 0.0
        return sum(
            R[i][:, None] * (self._Qt[i].T @ z + origin)
            for form, own in zip(self._forms, features)
            for i, z in zip(form.numbers, form.latent_means(own))
        )

    def moments(self, statistics):
        """Expected complete-data moments of every layer, from the sums over rows.

        Returns
        -------
        list of Moments
            The first layer's about `base`.
        """
        layers, tails = self._layers, self.tails
        (k, T), (_, d, r) = self._absent.shape, layers[0].loadings.shape
        whole = [np.empty(shape) for shape in ((k, T), (k, T, r), (k, T, r, r), (k, d), (k, d), (k, d, r))]
        for number, form in enumerate(self._forms):
            for array, part in zip(whole, form.moments(*statistics[4 * number : 4 * number + 4])):
                array[form.numbers] = part
        s0, s1, s2, y, yy, yz = whole
        # from the factors along Q to the layer's own
        s1 = s1 @ self._Qt
        s2 = self._Qt.swapaxes(1, 2)[:, None] @ s2 @ self._Qt[:, None]
        table = group(s0.T, tails.components[0], 1 if len(layers) == 1 else len(layers[1].weights)).T
        return [
            Moments(table, y, yy, yz @ self._Qt, s1.sum(axis=1), s2.sum(axis=1)),
            *self._layer_moments(s0.sum(axis=0), s1.sum(axis=0), s2.sum(axis=0)),
        ]

    @property
    def base(self):
        """Means (k, d) and loadings (k, d, r): the first layer's moments are those of ``y - means - loadings z``."""
        if self._base is not None:
            return self._base
        first, narrow = self._layers[0], self.narrow[:, None]
        return np.where(narrow, first.means, self.center), np.where(narrow[:, :, None], first.loadings, 0.0)

    def _layer_moments(self, s0, s1, s2):
        """Moments of the layers above the first: given a tail, each layer is linear and Gaussian in the one below."""
        layers, tails, result = self._layers, self.tails, []
        for level in range(len(layers) - 1):
            layer, c, parent = layers[level + 1], tails.components[level], tails.parents[level]
            _, means, covariances = self._priors[level + 1]
            A, b, V = upward(layer, c, means[parent], covariances[parent])
            w = np.einsum("trp,tp->tr", A, s1) + b * s0[:, None]
            wz = A @ s2 + b[:, :, None] * s1[:, None, :]
            ww = wz @ A.swapaxes(1, 2) + w[:, :, None] * b[:, None, :] + s0[:, None, None] * V
            k = len(layer.weights)
            above = tails.components[level + 1][parent]
            table = np.zeros((k, 1 if level + 2 == len(layers) else len(layers[level + 2].weights)))
            np.add.at(table, (c, above), s0)
            result.append(
                Moments(
                    table,
                    group(s1, c, k),
                    group(np.diagonal(s2, axis1=1, axis2=2), c, k),
                    group(wz, c, k).swapaxes(1, 2),
                    group(w, c, k),
                    group(ww, c, k),
                )
            )
            n = len(tails.components[level + 1])
            s0, s1, s2 = group(s0, parent, n), group(w, parent, n), group(ww, parent, n)
        return result

    def maximisation(self, statistics, eps=0.0, floor=0.0, annealing=None):
        """The M half-step: `DeepParameters` that maximise the expected objective, and events.

        A component without points keeps its parameters, with weight 0. ``annealing`` is an `Annealing`.
        """
        moments, memory, base = self.moments(statistics), (), self.base
        if self.sampled:
            moments, memory = average(self.parameters, moments, self.center, base, eps, annealing is not None)
            base = (memory[1], 0.0)
        happened, layers, spreads = [], [], []
        held = annealing is not None and annealing.shape is not None
        shapes = annealing.shape.with_latent_covariances() if held else [(None, None)] * len(moments)
        for number, (layer, part, shape) in enumerate(zip(self._layers, moments, shapes), start=1):
            rows = annealing.rows(len(layer.means)) if held else 0.0
            about = base if number == 1 else (0.0, 0.0)
            new, empty, floored, spread = maximise(layer, part, *about, eps, floor, *shape, rows)
            layers.append(new)
            spreads.append(spread)
            happened += [events.empty_component(j, number) for j in empty]
            happened += [events.covariance_floored(j, number) for j in floored]
        parameters = DeepParameters(tuple(layers), memory, pinned=self.parameters.pinned)
        if annealing:
            squares = [np.einsum("kii->i", part.zz) / part.table.sum() for part in moments]
            extents = [np.sqrt(np.maximum(own, 0.0)) for own in squares]  # differences of sums, in some forms
            parameters, apart = parameters.held_apart(annealing, spreads, extents)
            happened += apart
        if self.points:
            parameters = parameters.measured_from([-point for point in self.points])
        return parameters, happened


def _center_and_squares(first, m, components, probabilities, box):
    """Mean row (d,), inside the box, and ``(y - eta)' Psi^-1 (y - eta)`` about it that a component's own rows have on average (k,)."""
    mass = probabilities.sum(axis=1)
    share = probabilities / np.where(mass > 0, mass, 1.0)[:, None]
    center = inside(box, mass @ (first.means + np.einsum("kpi,ki->kp", first.loadings, share @ m)))
    factors = np.einsum("kt,ktj->kj", share, (components.F**2).sum(axis=3) + components.m**2)
    means = ((first.means - center) ** 2 / first.noise).sum(axis=1)
    squares = means + (components.S**2 * factors).sum(axis=1) + first.noise.shape[1]
    return center, np.where(mass > 0, squares, 0.0)
