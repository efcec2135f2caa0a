"""The ways through the layers of a deep mixture, the prior of each latent layer, and the paths as Gaussians.

A *path* is one component of each layer, ``(s_1, ..., s_L)``; its *tail* is what is left without ``s_1``. Parameters are
`DeepParameters` throughout.
"""

from dataclasses import dataclass

import numpy as np


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
        rows, first, index, counts = np.unique(draws[way, level:], axis=0, return_index=True, return_inverse=True, return_counts=True)
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
        priors.insert(
            0,
            (
                log_weights[parent] + layer.log_weights(c, tails.components[level + 1][parent]),
                layer.means[c] + np.einsum("tpr,tr->tp", loadings, means[parent]),
                noise + loadings @ covariances[parent] @ loadings.swapaxes(1, 2),
            ),
        )
    return priors


def path_components(parameters):
    """The components (S, L) of every path, in the order of all arrays over paths."""
    return np.indices(parameters.sizes).reshape(len(parameters.sizes), -1).T


def node_weights(parameters):
    """How probable each component of each layer is: a list of arrays (k_l,)."""
    weights = [parameters.layers[-1].weights.ravel()]
    for layer in reversed(parameters.layers[:-1]):
        weights.insert(0, layer.weights @ weights[0] if layer.weights.ndim == 2 else layer.weights)
    return weights


def node_responsibilities(parameters, posterior, numbers=None):
    """Responsibilities of each component of each layer, a list of arrays (n, k_l), from those of the paths (n, S).

    ``numbers`` (S,) say which paths they are; by default all.
    """
    if numbers is not None:
        nodes = [np.zeros((k, len(posterior))) for k in parameters.sizes]
        for node, own in zip(nodes, np.unravel_index(numbers, parameters.sizes)):
            np.add.at(node, own, posterior.T)
        return [node.T for node in nodes]
    table = posterior.reshape(len(posterior), *parameters.sizes)
    axes = range(1, table.ndim)
    return [table.sum(axis=tuple(other for other in axes if other != axis)) for axis in axes]


def path_gaussians(parameters, axes=None):
    """Every path as a Gaussian in data space, or on linear axes.

    Parameters
    ----------
    parameters : DeepParameters
    axes : array (m, d), optional
        Each row a direction; loadings and noise are projected, so that no d × d matrix is built.

    Returns
    -------
    weights : array (S,)
    means : array (S, m)
    covariances : array (S, m, m)
    owners : array (S,)
        First-layer component of each path.
    """
    first = parameters.layers[0]
    axes = np.eye(first.means.shape[1]) if axes is None else np.asarray(axes, dtype=float)
    loadings = axes @ first.loadings
    weights, means, latent = _paths(parameters, first.means @ axes.T, loadings)
    noise = (axes * first.noise[:, None]) @ axes.T
    covariances = noise[:, None] + loadings[:, None] @ latent @ loadings[:, None].swapaxes(2, 3)
    return (weights, means, covariances.reshape(-1, len(axes), len(axes)), np.repeat(np.arange(len(first.weights)), len(latent)))


def path_means(parameters):
    """Weights (S,) and means (S, d) of the paths."""
    return _paths(parameters, parameters.layers[0].means, parameters.layers[0].loadings)[:2]


def _paths(parameters, means, loadings):
    """Weights (S,), means (S, m) and covariances (T, r, r) of the factors, for the first layer's means and loadings on axes."""
    first, tails = parameters.layers[0], all_tails(parameters.sizes)
    log_weights, latent, covariances = latent_priors(parameters, tails)[0]
    components = np.arange(len(first.weights))[:, None]
    weights = np.exp(first.log_weights(components, tails.components[0][None]) + log_weights)
    means = means[:, None] + latent @ loadings.swapaxes(1, 2)
    return weights.ravel(), means.reshape(-1, means.shape[2]), covariances
