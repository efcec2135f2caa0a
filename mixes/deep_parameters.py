"""Parameters of deep mixtures, the ways through their layers, and the prior of each latent layer.

Layers ``l = 1..L``: ``z_{l-1} = means[s_l] + loadings[s_l] z_l + u``, ``u ~ N(0, diag(noise[s_l]))``, with ``z_0`` the
row and ``z_L ~ N(0, I)``. A *path* is one component of each layer, ``(s_1, ..., s_L)``; its *tail* is what is left
without ``s_1``. In a Gaussian mixture network ``s_l`` depends on ``s_{l+1}``; in a deep Gaussian mixture it does not.
"""

from dataclasses import dataclass, replace

import numpy as np

from . import checks


@dataclass(frozen=True)
class Layer:
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
        for name in ("weights", "means", "loadings"):
            object.__setattr__(self, name, checks.finite(name, getattr(self, name)))
        object.__setattr__(self, "noise", checks.positive("noise", self.noise))
        if self.weights.ndim not in (1, 2) or not self.weights.size:
            raise ValueError(f"weights has shape {self.weights.shape}; it needs (components,), or in a network "
                             "(components, components of the layer above).")
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


@dataclass(frozen=True)
class DeepParameters:
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
            raise ValueError("layers needs one Layer or more, the one next to the data first; it has "
                             f"{[type(layer).__name__ for layer in layers]}.")
        object.__setattr__(self, "layers", tuple(layers))
        for number, (layer, above) in enumerate(zip(self.layers, self.layers[1:]), start=1):
            if layer.loadings.shape[2] != above.means.shape[1]:
                raise ValueError(f"layer {number} has {layer.loadings.shape[2]} factors, but layer {number + 1} has "
                                 f"{above.means.shape[1]} variables; they need to be the same number.")
        columns = [len(layer.weights) for layer in self.layers[1:]] + [1]
        for number, (layer, count) in enumerate(zip(self.layers, columns), start=1):
            if layer.weights.ndim == 2 and layer.weights.shape[1] != count:
                raise ValueError(f"weights of layer {number} has {layer.weights.shape[1]} columns; it needs {count}, "
                                 "one for each component of the layer above.")

    @property
    def sizes(self):
        """Number of components of each layer."""
        return tuple(len(layer.weights) for layer in self.layers)

    @property
    def dims(self):
        """Number of factors of each layer."""
        return tuple(layer.loadings.shape[2] for layer in self.layers)

    def annealing_penalty(self, annealing):
        """What annealed EM takes from the objective: see `mixes.annealing`."""
        total = 0.0
        for layer, (held, latent) in zip(self.layers, annealing.shape.with_latent_covariances()):
            apart = held.loadings - layer.loadings
            squares = held.noise + (apart * (apart @ latent)).sum(axis=2)
            divergences = 0.5 * (squares / layer.noise - 1 + np.log(layer.noise / held.noise))
            total += annealing.rows(len(layer.means)) * divergences.sum()
        return total

    def with_latent_covariances(self):
        """Pairs of a layer and the covariance (r, r) of its factors, for one component in each layer."""
        return [(layer, covariances[0]) for layer, (_, _, covariances)
                in zip(self.layers, latent_priors(self, all_tails(self.sizes)))]

    def with_shape(self, shape):
        """These weights and means with the loadings and noise of a shape."""
        return replace(self, layers=tuple(
            replace(layer, loadings=np.repeat(held.loadings, len(layer.means), axis=0),
                    noise=np.repeat(held.noise, len(layer.means), axis=0))
            for layer, held in zip(self.layers, shape.layers)))

    def rescaled(self, center, scale):
        """These parameters for the data ``scale · x + center``, feature by feature; only the first layer changes."""
        first = self.layers[0]
        moved = Layer(first.weights, first.means * scale + center, first.loadings * np.asarray(scale)[:, None],
                      first.noise * np.square(scale))
        return DeepParameters((moved, *self.layers[1:]))

    @property
    def n_parameters(self):
        """Number of free parameters."""
        return sum(layer.n_parameters for layer in self.layers)


@dataclass(frozen=True)
class Tails:
    """Ways through the layers above the first, stored level by level.

    Level l = 1..L lists the distinct ways ``(s_{l+1}, ..., s_L)`` above layer l; the last level has one, through
    nothing.

    Attributes
    ----------
    components : tuple of arrays (T_l,)
        The component of layer l + 1 that each way begins with (0 at the last level).
    parents : tuple of arrays (T_l,)
        What is left of it after that component, as an index into the next level.
    log_weights : array (T_1,) or None
        Log weight of each complete tail; None for the model's own probabilities.
    """

    components: tuple
    parents: tuple
    log_weights: np.ndarray | None = None

    def rows(self):
        """Components (T_1, L - 1) of the complete tails."""
        here, columns = np.arange(len(self.components[0])), []
        for component, parent in zip(self.components[:-1], self.parents[:-1]):
            columns.append(component[here])
            here = parent[here]
        return np.stack(columns, axis=1) if columns else np.empty((1, 0), dtype=int)


def all_tails(sizes):
    """Every way through the layers above the first, in the order of ``numpy.ndindex(sizes[1:])``."""
    components, parents = [np.zeros(1, dtype=int)], [np.zeros(1, dtype=int)]
    for size in sizes[:0:-1]:
        above = len(components[0])
        components.insert(0, np.repeat(np.arange(size), above))
        parents.insert(0, np.tile(np.arange(above), size))
    return Tails(tuple(components), tuple(parents))


def drawn_tails(parameters, n, rng):
    """The distinct tails among n that are drawn from their prior; each weighs its share of the draws."""
    draws = draw_paths(parameters, n, rng)[:, 1:]
    components, parents, log_weights = [], [], None
    way = np.arange(n)  # for each distinct way of a level, one draw that has it
    for level in range(draws.shape[1]):
        rows, first, index, counts = np.unique(draws[way, level:], axis=0, return_index=True, return_inverse=True,
                                               return_counts=True)
        if level == 0:
            log_weights = np.log(counts / n)
        else:
            parents.append(index.ravel())
        components.append(rows[:, 0])
        way = way[first]
    top = np.zeros(1, dtype=int)
    if components:
        parents.append(np.zeros(len(components[-1]), dtype=int))
    return Tails((*components, top), (*parents, top), log_weights)


def draw_paths(parameters, n, rng):
    """Paths (n, L), drawn top-down."""
    layers = parameters.layers
    paths = np.empty((n, len(layers)), dtype=int)
    above = np.zeros(n, dtype=int)
    for number in reversed(range(len(layers))):
        weights = layers[number].weights
        cumulative = np.cumsum(weights.reshape(len(weights), -1), axis=0)
        column = cumulative[:, above if cumulative.shape[1] > 1 else np.zeros(n, dtype=int)]
        above = (rng.random(n) * column[-1] >= column).sum(axis=0)
        paths[:, number] = above
    return paths


def draw_rows(parameters, paths, rng):
    """One row (n, d) for each of the paths (n, L), drawn top-down."""
    z = rng.standard_normal((len(paths), parameters.dims[-1]))
    for layer, s in zip(reversed(parameters.layers), paths.T[::-1]):
        noise = np.sqrt(layer.noise[s]) * rng.standard_normal((len(s), layer.noise.shape[1]))
        z = layer.means[s] + np.einsum("npr,nr->np", layer.loadings[s], z) + noise
    return z


def latent_priors(parameters, tails):
    """Prior of each latent layer given the way above it.

    Returns
    -------
    list of (log_weights (T_l,), means (T_l, d_l), covariances (T_l, d_l, d_l)), one for each layer l = 1..L
    """
    r = parameters.dims[-1]
    priors = [(np.zeros(1), np.zeros((1, r)), np.eye(r)[None])]
    for level in reversed(range(len(parameters.layers) - 1)):
        layer = parameters.layers[level + 1]
        c, parent = tails.components[level], tails.parents[level]
        log_weights, means, covariances = priors[0]
        loadings = layer.loadings[c]
        noise = layer.noise[c][:, :, None] * np.eye(layer.noise.shape[1])
        priors.insert(0, (log_weights[parent] + layer.log_weights(c, tails.components[level + 1][parent]),
                          layer.means[c] + np.einsum("tpr,tr->tp", loadings, means[parent]),
                          noise + loadings @ covariances[parent] @ loadings.swapaxes(1, 2)))
    return priors
