"""Where EM of a deep mixture starts: layer by layer, clusters and the factor analysis of each."""

import numpy as np
from sklearn.utils.extmath import randomized_svd

from .. import events, initialization
from ..gaussians import oriented
from .forms import posterior_covariance
from .parameters import DeepParameters, Layer

_FACTOR_STEPS = 20  # EM steps of a cluster's factor analysis after its closed-form start
# Factor scores are taken to this share of the data's scale, so that those that differ by rounding only coincide.
_GRID = 1e-9
_SMOOTHING = 0.1  # rows, as a share of the mean, that a network's weights take from the independent ones


def initial_parameters(X, sizes, dims, sample_weight, rng, *, kmeans_starts, network, eps, floor, shared=False):
    """Parameters to start from: each layer clusters the factor scores of the one below.

    They depend on the set of rows and their weights only: rows in another order start the same, and weight 2 starts as
    a repeated row does.

    Parameters
    ----------
    X : array (n, d)
    sizes, dims : sequences of int
    sample_weight : array (n,)
    rng : numpy Generator
    kmeans_starts : int
        Clusters of the tightest of so many k-means; with 0, of the rows nearest to randomly drawn ones.
    network : bool
        Weights of each layer given the next, from the clusters' co-occurrence.
    eps, floor : float
        As in the M half-step.
    shared : bool
        One shape for all components of a layer, the factor analysis of its clusters pooled.

    Returns
    -------
    DeepParameters, list of Event
    """
    X, sample_weight, _ = initialization.distinct_rows(X, sample_weight)
    # inner factors get the data's scale: regularisation is then the same share of the variance in every layer
    center = np.average(X, axis=0, weights=sample_weight)
    scale = float(np.sqrt(np.average((X - center) ** 2, axis=0, weights=sample_weight).mean())) or 1.0
    layers, labels, happened, Z = [], [], [], X
    for number, (k, r) in enumerate(zip(sizes, dims), start=1):
        layer_labels = _labels(Z, k, sample_weight, rng, kmeans_starts)
        layer, scores, thin = factor_layer(Z, layer_labels, k, r, sample_weight, eps, floor, shared)
        happened += [events.pooled_start(j, number) for j in thin]
        if number < len(sizes):
            layer = Layer(layer.weights, layer.means, layer.loadings / scale, layer.noise)
            Z = np.round(scores / _GRID) * (_GRID * scale)
        layers.append(layer)
        labels.append(layer_labels)
    if network:
        labels.append(np.zeros(len(X), dtype=int))
        for number, layer in enumerate(layers):
            table = np.zeros((sizes[number], (*sizes, 1)[number + 1]))
            np.add.at(table, (labels[number], labels[number + 1]), sample_weight)
            smoothed = table + _SMOOTHING * sample_weight.sum() / table.shape[1] * layer.weights[:, None]
            layers[number] = Layer(smoothed / smoothed.sum(axis=0), layer.means, layer.loadings, layer.noise)
    return DeepParameters(tuple(layers)), happened


def _labels(Z, k, sample_weight, rng, kmeans_starts):
    if not initialization.has_distinct_rows(Z, k):  # scores of an upper layer can coincide where rows do not
        return rng.permutation(len(Z)) % k
    if not kmeans_starts:
        return initialization.nearest_labels(Z, k, sample_weight, rng)
    return initialization.tightest_labels(Z, k, sample_weight, rng, kmeans_starts)


def factor_layer(Z, labels, k, r, sample_weight, eps, floor, shared=False):
    """A layer of k factor analysers for the clusters ``labels`` (n,) of Z (n, p), and the scores (n, r).

    A cluster with too few distinct rows takes the loadings and noise of all clusters pooled; with ``shared``, all do.

    Returns
    -------
    layer : Layer
    scores : array (n, r)
        Posterior mean of the factors in each row's own cluster.
    thin : list of int
        The clusters that took the pooled ones.
    """
    p = Z.shape[1]
    total = np.average(Z, axis=0, weights=sample_weight)
    weights, means = np.zeros(k), np.tile(total, (k, 1))
    residual = np.empty_like(Z)
    members = [np.flatnonzero(labels == j) for j in range(k)]
    for j, rows in enumerate(members):
        if len(rows):
            weights[j] = sample_weight[rows].sum()
            means[j] = np.average(Z[rows], axis=0, weights=sample_weight[rows])
            residual[rows] = Z[rows] - means[j]
    pooled = factor_analysis(residual, r, sample_weight, eps, floor)
    loadings, noise, thin = np.empty((k, p, r)), np.empty((k, p)), []
    for j, rows in enumerate(members):
        if k == 1 or shared or len(np.unique(Z[rows], axis=0)) <= r + 1:
            thin += [j] if k > 1 and not shared else []
            loadings[j], noise[j] = pooled
        else:
            loadings[j], noise[j] = factor_analysis(residual[rows], r, sample_weight[rows], eps, floor)
    scores = np.empty((len(Z), r))
    for j, rows in enumerate(members):
        scaled = loadings[j] / noise[j][:, None]
        scores[rows] = np.linalg.solve(np.eye(r) + loadings[j].T @ scaled, scaled.T @ residual[rows].T).T
    return Layer(weights / weights.sum(), means, loadings, noise), scores, thin


def factor_analysis(residual, r, sample_weight, eps, floor):
    """Loadings (p, r) and noise (p,) of rows (n, p) with mean zero: principal factors of the correlations, then EM.

    EM is that of Rubin and Thayer (1982, Psychometrika 47:69-76), with ``eps`` added to the noise and ``floor`` under it.
    """
    total = sample_weight.sum()
    variance = sample_weight @ residual**2 / total
    deviation = np.sqrt(np.where(variance > floor, variance, 1.0))
    standard = residual / deviation * np.sqrt(sample_weight / total)[:, None]
    # transpose=False: the same for shuffled rows; rows enter through their cross products only
    _, singular, axes = randomized_svd(standard, r, random_state=0, transpose=False, flip_sign=False)
    axes = oriented(axes)
    values, p = singular**2, residual.shape[1]
    rest = max((standard**2).sum() - values.sum(), 0.0) / max(p - r, 1)
    loadings = np.zeros((p, r))
    loadings[:, : len(values)] = axes.T * np.sqrt(np.maximum(values - min(rest, values.min()), 0.0))
    noise = deviation**2 * np.maximum(1 - (loadings**2).sum(axis=1), 0.05)
    noise = np.maximum(np.where(variance > floor, noise, 0.0) + eps, floor)
    loadings *= deviation[:, None]
    for _ in range(_FACTOR_STEPS):
        scaled = loadings / noise[:, None]
        posterior, _ = posterior_covariance(loadings.T @ scaled, np.eye(r))
        z = residual @ (scaled @ posterior)
        weighted = z * (sample_weight / total)[:, None]
        yz, zz = residual.T @ weighted, z.T @ weighted + posterior
        loadings = yz @ np.linalg.pinv(zz, rcond=1e-13, hermitian=True)
        noise = np.maximum(variance - (loadings * yz).sum(axis=1) + eps, floor)
    return loadings, noise
