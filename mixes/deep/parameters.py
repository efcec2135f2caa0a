"""Parameters of deep mixtures.

Layers ``l = 1..L``: ``z_{l-1} = means[s_l] + loadings[s_l] z_l + u``, ``u ~ N(0, diag(noise[s_l]))``, with ``z_0`` the
row and ``z_L ~ N(0, I)``. A *path* is one component of each layer, ``(s_1, ..., s_L)``. In a Gaussian mixture network
``s_l`` depends on ``s_{l+1}``; in a deep Gaussian mixture it does not.
"""

from dataclasses import dataclass, replace

import numpy as np

from .. import checks
from ..annealing import APART, moves, share_weights, told
from ..parameters import Parameters
from ..register import Saved
from ..scikit_learn import gaussian_mixture
from .edits import FirstLayerEdits
from .paths import (
    all_tails,
    draw_paths,
    draw_rows,
    latent_priors,
    node_responsibilities,
    node_weights,
    path_components,
    path_gaussians,
    path_means,
)

_NO_LOADING = 1e-6  # of the noise's standard deviation


@dataclass(frozen=True)
class Layer(Saved):
    """One layer of a deep mixture: k factor analysers of p variables by r factors.

    Attributes
    ----------
    weights : array (k,), or (k, k of the layer above) for a network
        Probabilities that sum to 1; in a network each column does, and the last layer has one column.
    means : array (k, p)
    loadings : array (k, p, r)
    noise : array (k, p)
        Variances of the noise.
    """

    weights: np.ndarray
    means: np.ndarray
    loadings: np.ndarray
    noise: np.ndarray

    def __post_init__(self):
        for name, largest in (("weights", np.inf), ("means", checks.LARGEST_LENGTH), ("loadings", checks.LARGEST_LENGTH)):
            object.__setattr__(self, name, checks.finite(name, getattr(self, name), largest))
        object.__setattr__(self, "noise", checks.variances("noise", self.noise))
        if self.weights.ndim not in (1, 2) or not self.weights.size:
            raise ValueError(
                f"weights has shape {self.weights.shape}; it needs (components,), or in a network "
                "(components, components of the layer above)."
            )
        object.__setattr__(self, "weights", checks.probabilities("weights", self.weights))
        k = len(self.weights)
        if self.means.ndim != 2 or len(self.means) != k:
            raise ValueError(f"means has shape {self.means.shape}; with {k} components it needs ({k}, variables).")
        p = self.means.shape[1]
        if self.loadings.ndim != 3 or self.loadings.shape[:2] != (k, p):
            raise ValueError(f"loadings has shape {self.loadings.shape}; it needs ({k}, {p}, factors).")
        if self.noise.shape != (k, p):
            raise ValueError(f"noise has shape {self.noise.shape}; it needs ({k}, {p}).")

    def log_weights(self, components, above):
        """Log probability of ``components`` given the components ``above`` them."""
        table = self.weights if self.weights.ndim == 2 else self.weights[:, None]
        with np.errstate(divide="ignore"):  # a component that is empty has log weight -inf
            return np.log(table[components, above if table.shape[1] > 1 else 0])

    @property
    def n_parameters(self):
        """Number of free parameters; the rotation of the factors is not free."""
        k, p, r = self.loadings.shape
        columns = self.weights.size // k
        return (k - 1) * columns + k * (2 * p + p * r - r * (r - 1) // 2)

    def held_apart(self, spread, extent, rng, pinned=()):
        """Where components of the layer that coincide go.

        As `mixes.annealing.hold_apart`, in standard deviations of the noise.

        Parameters
        ----------
        spread : array (k,) or None
            How far the rows of each component spread.
        extent : array (r,)
            The factors' root mean squares.
        rng : numpy Generator
        pinned : sequence of int
            Components that are left alone.

        Returns
        -------
        layer : Layer
            With the weights as they were.
        found : list of (component, the one it coincides with, the one it is put beside)
        """
        k = len(self.means)
        same = np.zeros((k, k), dtype=bool)
        for j in range(1, k):
            same[j, :j] = ((self.means[:j] - self.means[j]) ** 2 / self.noise[j]).sum(axis=1) < APART**2
            # loadings that hardly move a row beside the noise are 0 but for rounding, which must not decide
            moved = extent / np.sqrt(self.noise[j])[:, None]
            for shapes, least in ((self.loadings * moved, _NO_LOADING), (self.noise, 0.0)):
                difference = np.abs(shapes[:j] - shapes[j]).reshape(j, shapes[j].size).max(axis=1)
                same[j, :j] &= difference < APART * max(np.abs(shapes[j]).max(), least)
        used = self.weights.reshape(k, -1).any(axis=1)
        used[list(pinned)] = False
        found = moves(same, used, spread)
        means, loadings, noise = (array.copy() for array in (self.means, self.loadings, self.noise))
        for j, _, target in found:
            direction = rng.standard_normal(means.shape[1])
            shift = 1.5 * APART * np.sqrt(noise[target]) * direction / np.linalg.norm(direction)
            means[j], loadings[j], noise[j] = means[target] + shift, loadings[target], noise[target]
        return Layer(self.weights, means, loadings, noise), found


@dataclass(frozen=True)
class DeepParameters(FirstLayerEdits, Parameters):
    """Parameters of a deep Gaussian mixture or a Gaussian mixture network.

    Attributes
    ----------
    layers : tuple of Layer
        The layer next to the data first.
    memory : tuple of arrays
        Averaged statistics of a run with sampled paths; empty otherwise, and without meaning for the density.
    """

    layers: tuple
    memory: tuple = ()

    def __post_init__(self):
        layers = self.layers if isinstance(self.layers, (list, tuple)) else (self.layers,)
        if not layers or not all(isinstance(layer, Layer) for layer in layers):
            raise ValueError(
                f"layers needs one Layer or more, the one next to the data first; it has {[type(layer).__name__ for layer in layers]}."
            )
        object.__setattr__(self, "layers", tuple(layers))
        for number, (layer, above) in enumerate(zip(self.layers, self.layers[1:]), start=1):
            if layer.loadings.shape[2] != above.means.shape[1]:
                raise ValueError(
                    f"layer {number} has {layer.loadings.shape[2]} factors, but layer {number + 1} has "
                    f"{above.means.shape[1]} variables; they need to be the same number."
                )
        columns = [len(layer.weights) for layer in self.layers[1:]] + [1]
        for number, (layer, count) in enumerate(zip(self.layers, columns), start=1):
            if layer.weights.ndim == 2 and layer.weights.shape[1] != count:
                raise ValueError(
                    f"weights of layer {number} has {layer.weights.shape[1]} columns; it needs {count}, "
                    "one for each component of the layer above."
                )
        object.__setattr__(self, "pinned", checks.pinned(self.pinned, len(self.layers[0].weights)))

    @property
    def sizes(self):
        """Number of components of each layer."""
        return tuple(len(layer.weights) for layer in self.layers)

    @property
    def dims(self):
        """Number of factors of each layer."""
        return tuple(layer.loadings.shape[2] for layer in self.layers)

    @property
    def weights(self):
        """Weights (S,) of the paths."""
        return path_means(self)[0]

    @property
    def means(self):
        """Means (S, d) of the paths."""
        return path_means(self)[1]

    @property
    def covariances(self):
        """Covariances (S, d, d) of the paths, built when they are asked for."""
        return path_gaussians(self)[2]

    @property
    def n_features(self):
        return self.layers[0].means.shape[1]

    @property
    def structure(self):
        return {"layer_sizes": self.sizes, "layer_dims": self.dims}

    @property
    def n_clusters(self):
        return self.sizes[0]

    def clusters(self, posterior):
        return posterior.reshape(len(posterior), self.n_clusters, -1).sum(axis=2)

    def sample(self, n, rng):
        rows, paths = self.sample_paths(n, rng)
        return rows, paths[:, 0]

    def sample_paths(self, n, rng):
        """Rows (n, d), and the component of each layer (n, L) that each came through."""
        paths = draw_paths(self, n, rng)
        return draw_rows(self, paths, rng), paths

    def to_gaussian_mixture(self):
        return gaussian_mixture(*path_gaussians(self)[:3])

    def paths(self):
        return path_components(self)

    def node_responsibilities(self, posterior, numbers=None):
        return node_responsibilities(self, posterior, numbers)

    def network(self):
        """Edges are the probabilities (k_l, k_{l+1}) of a layer given the next; without them layers are independent."""
        return {
            "nodes": [weights.tolist() for weights in node_weights(self)],
            "edges": [layer.weights.tolist() for layer in self.layers[:-1] if layer.weights.ndim == 2],
        }

    def gaussians(self, view):
        """Every path as a Gaussian; its owner is its first-layer component."""
        weights, means, covariances, owners = path_gaussians(self, view.axes)
        return weights, means + view.offset, covariances, owners

    def held_apart(self, annealing, spreads, extents):
        """As of all parameters, with the ``spreads`` of each layer's components, or None, and the ``extents`` of its factors."""
        layers, happened = [], []
        for number, (layer, spread, extent) in enumerate(zip(self.layers, spreads, extents), start=1):
            layer, found = layer.held_apart(spread, extent, annealing.rng, self.pinned if number == 1 else ())
            layers.append(replace(layer, weights=share_weights(layer.weights, found)))
            happened += told(found, number)
            if number > 1 and layers[-2].weights.ndim == 2:
                below = layers[-2].weights.copy()
                for j, twin, target in found:
                    if twin != target:  # below it is what is below its new neighbour
                        below[:, j] = below[:, target]
                layers[-2] = replace(layers[-2], weights=below)
        return DeepParameters(tuple(layers), self.memory), happened

    def annealing_penalty(self, annealing):
        total = 0.0
        for layer, (held, latent) in zip(self.layers, annealing.shape.with_latent_covariances()):
            apart = held.loadings - layer.loadings
            squares = held.noise + (apart * (apart @ latent)).sum(axis=2)
            divergences = 0.5 * (squares / layer.noise - 1 + np.log(layer.noise / held.noise))
            total += annealing.rows(len(layer.means)) * divergences.sum()
        return total

    def with_latent_covariances(self):
        """Pairs of a layer and the covariance (r, r) of its factors, for one component in each layer."""
        return [(layer, covariances[0]) for layer, (_, _, covariances) in zip(self.layers, latent_priors(self, all_tails(self.sizes)))]

    def with_shape(self, shape):
        return replace(
            self,
            layers=tuple(
                replace(
                    layer,
                    loadings=np.repeat(held.loadings, len(layer.means), axis=0),
                    noise=np.repeat(held.noise, len(layer.means), axis=0),
                )
                for layer, held in zip(self.layers, shape.layers)
            ),
        )

    def measured_from(self, points):
        """The same mixture, with the latent variables of layers 1..L-1 measured from ``points``, arrays (d_l,)."""
        layers, below = [], 0.0
        for layer, above in zip(self.layers, [*points, np.zeros(self.dims[-1])]):
            layers.append(replace(layer, means=layer.means + layer.loadings @ above - below))
            below = above
        return DeepParameters(tuple(layers), self.memory)

    def rescaled(self, center, scale):
        # only the first layer changes
        first = self.layers[0]
        moved = Layer(
            first.weights, first.means * scale + center, first.loadings * np.asarray(scale)[:, None], first.noise * np.square(scale)
        )
        return replace(self, layers=(moved, *self.layers[1:]), memory=())

    @property
    def n_parameters(self):
        return sum(layer.n_parameters for layer in self.layers)
