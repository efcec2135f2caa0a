"""Random data from known sources: functions of size, noise and a random generator that return rows and true sources.

Noise means the same everywhere: neighbouring sources are a distance 1 apart, and a source spreads across that
distance with standard deviation 0.05 at noise 0 (clean) and 0.5 at noise 1 (hard to separate).
"""

import numpy as np
from scipy.spatial.distance import pdist
from sklearn.datasets import make_circles, make_moons

from .. import checks


def spread(noise):
    """Standard deviation of a source relative to the distance of its neighbour."""
    return 0.05 + 0.45 * noise


def blobs(n, noise, rng):
    labels = _sources(n, np.full(4, 1 / 4), rng)
    return _centers(4, 2, rng)[labels] + spread(noise) * rng.standard_normal((n, 2)), labels


def stretched_blobs(n, noise, rng):
    labels = _sources(n, np.full(3, 1 / 3), rng)
    along = 1.5 * rng.standard_normal(n)
    across = labels + spread(noise) * rng.standard_normal(n)
    return np.column_stack([along, across]) @ _rotation(2, rng), labels


def unequal_sizes(n, noise, rng):
    labels = _sources(n, np.array([0.6, 0.25, 0.1, 0.05]), rng)
    return _centers(4, 2, rng)[labels] + spread(noise) * rng.standard_normal((n, 2)), labels


def overlapping(n, noise, rng):
    labels = _sources(n, np.full(3, 1 / 3), rng)
    along, across = 2 * rng.standard_normal(n), spread(noise) * rng.standard_normal(n)
    angles = rng.uniform(0, np.pi) + labels * np.pi / 3
    cos, sin = np.cos(angles), np.sin(angles)
    return np.column_stack([cos * along - sin * across, sin * along + cos * across]), labels


def moons(n, noise, rng):
    X, labels = make_moons(n, noise=0.8 * spread(noise), random_state=_seed(rng))
    return X / 0.8, labels


def rings(n, noise, rng):
    X, labels = make_circles(n, factor=0.5, noise=spread(noise) / 2, random_state=_seed(rng))
    return 2 * X, 1 - labels  # the inner ring first


def pinwheel(n, noise, rng):
    """Arms that wind round the middle; after Johnson et al. (2016), Composing graphical models with neural networks."""
    labels = _sources(n, np.full(5, 1 / 5), rng)
    radius = 1.5 + 0.35 * rng.standard_normal(n)
    across = spread(noise) * rng.standard_normal(n)
    angles = 2 * np.pi * labels / 5 + 0.6 * np.exp(0.6 * radius)
    cos, sin = np.cos(angles), np.sin(angles)
    return np.column_stack([cos * radius - sin * across, sin * radius + cos * across]), labels


def skewed_clouds(n, noise, rng):
    labels = _sources(n, np.full(3, 1 / 3), rng)
    angles = rng.uniform(0, 2 * np.pi) + 2 * np.pi * np.arange(3) / 3
    outwards = np.column_stack([np.cos(angles), np.sin(angles)])
    tails = np.abs(rng.standard_normal((n, 1))) * outwards[labels] @ np.array([[0.8, 0.6], [-0.6, 0.8]])
    return outwards[labels] / np.sqrt(3) + tails + spread(noise) * rng.standard_normal((n, 2)), labels


def deep_mixture(n, noise, rng, layer_sizes=(2, 3), layer_dims=(2, 1), n_features=2):
    """A draw, from the top layer down, from a random deep Gaussian mixture; labels are the first layer's components."""
    checks.count("n_features", n_features, "features")
    layer_sizes, layer_dims = checks.layers(layer_sizes, layer_dims)
    if layer_dims[0] > n_features:
        raise ValueError(f"layer_dims has {layer_dims[0]} factors for layer 1, but n_features is {n_features}; use at most {n_features}.")
    dims = [n_features, *layer_dims]
    z = rng.standard_normal((n, dims[-1]))
    for layer in reversed(range(len(layer_sizes))):
        size, below, above = layer_sizes[layer], dims[layer], dims[layer + 1]
        distance = 3.0 ** (len(layer_sizes) - 1 - layer)  # a whole network of the layers above must fit between two means
        labels = _sources(n, np.full(size, 1 / size), rng)
        means = distance * _centers(size, below, rng)
        loadings = np.stack([_rotation(below, rng)[:, :above] for _ in range(size)])
        scale = 0.25 if layer == len(layer_sizes) - 1 else 1.0
        noises = distance * spread(noise) * rng.standard_normal((n, below))
        z = means[labels] + scale * np.einsum("nij,nj->ni", loadings[labels], z) + noises
    return z, labels


def _sources(n, weights, rng):
    """The source of each row: in proportion to the weights as exactly as `n` allows, in random order."""
    return rng.permutation(np.searchsorted(np.cumsum(weights)[:-1], (np.arange(n) + 0.5) / n))


def _centers(k, d, rng):
    """Random points around 0, the nearest two a distance 1 apart: the most even of some draws."""
    if k == 1:
        return np.zeros((1, d))
    draws = rng.uniform(size=(100, k, d))
    nearest = np.array([pdist(draw).min() for draw in draws])
    centers = draws[nearest.argmax()] / nearest.max()
    return centers - centers.mean(axis=0)


def _rotation(d, rng):
    return np.linalg.qr(rng.standard_normal((d, d)))[0]


def _seed(rng):
    return int(rng.integers(2**31))
