"""What a picture of a deep mixture needs beside its paths: how narrow its components are, and its latent layers."""

from dataclasses import dataclass

import numpy as np
from scipy.special import comb

from ..expectation import normalise
from ..tables import Table
from ..walk import chunks
from .em import DeepDensity, upward
from .moments import group
from .paths import all_tails, latent_priors


def component_shapes(density):
    """The covariances of a deep mixture where its first-layer components are narrowest.

    A component with r factors can be narrow only where r + 1 features have little noise: in those with the least, as
    a share of what is usual, all components and all paths are Gaussians of r + 1 features.

    Returns
    -------
    weights : array (k,)
        Of the components.
    means, variances : arrays (k, d)
    narrowest : callable
        ``narrowest(j, allowed)``: of the allowed features the r + 1 with the least noise in component j, in how many
        ways they could have been chosen, and weights (g,), covariances (g, m, m) and numbers of its own of the
        components, then of the paths.
    """
    first, (log_weights, means, latent) = density.parameters.layers[0], density.priors[0]
    if density.tails.log_weights is not None:
        log_weights = density.tails.log_weights
    k, d, r = first.loadings.shape
    T = len(log_weights)
    weights = np.exp(first.log_weights(np.arange(k)[:, None], density.tails.components[0][None]) + log_weights)
    clusters = weights.sum(axis=1)
    share = weights / np.where(clusters > 0, clusters, 1.0)[:, None]
    center = share @ means
    mixed = np.einsum("kt,tij->kij", share, latent + means[:, :, None] * means[:, None]) - center[:, :, None] * center[:, None]
    spread = first.noise + np.einsum("kpi,kij,kpj->kp", first.loadings, mixed, first.loadings)
    usual = clusters @ spread

    def narrowest(j, allowed):
        m = min(r + 1, len(allowed))
        features = allowed[np.argsort(first.noise[j, allowed] / usual[allowed], kind="stable")[:m]]
        loadings = first.loadings[:, features]
        noise = first.noise[:, features, None] * np.eye(m)
        groups = [(clusters, noise + loadings @ mixed @ loadings.swapaxes(1, 2), [j])]
        if T > 1:
            paths = noise[:, None] + loadings[:, None] @ latent @ loadings[:, None].swapaxes(2, 3)
            groups.append((weights.ravel(), paths.reshape(k * T, m, m), range(j * T, (j + 1) * T)))
        return features, comb(len(allowed), m), groups

    return clusters, first.means + np.einsum("kpr,kr->kp", first.loadings, center), spread, narrowest


def latent_means(parameters, X, layer=1, tails=None):
    """Posterior mean of a latent layer for each row.

    Parameters
    ----------
    parameters : DeepParameters
    X : array (n, d)
    layer : int
        1 is the layer next to the data.
    tails : Tails, optional
        By default all.

    Returns
    -------
    array (n, d_layer)
    """
    X = X if isinstance(X, Table) else np.asarray(X, dtype=float)
    check_layer(parameters, layer)
    density = DeepDensity(parameters, tails)
    tails = density.tails
    maps = [
        upward(
            parameters.layers[level + 1],
            tails.components[level],
            density.priors[level + 1][1][tails.parents[level]],
            density.priors[level + 1][2][tails.parents[level]],
        )[:2]
        for level in range(layer - 1)
    ]
    result = np.empty((len(X), parameters.dims[layer - 1]))
    for rows in chunks(len(X), density.chunk_rows):
        log_joint, features = density.log_joint(X[rows])
        normalise(log_joint)
        # per tail: responsibility-weighted sums of z over the components below
        z = density.latent_sums(features, log_joint)
        weight = log_joint.reshape(-1, *z.shape[::2]).sum(axis=0)  # (T, m)
        for level, (slopes, offsets) in enumerate(maps):
            z = slopes @ z + offsets[:, :, None] * weight[:, None]
            parents, n = tails.parents[level], len(tails.components[level + 1])
            z, weight = group(z, parents, n), group(weight, parents, n)
        result[rows] = z.sum(axis=0).T
    return result


def latent_gaussians(parameters, layer=1):
    """The Gaussians that make up the prior of a latent layer.

    Parameters
    ----------
    parameters : DeepParameters
    layer : int
        1 is the layer next to the data.

    Returns
    -------
    weights : array (T,)
    means : array (T, d_layer)
    covariances : array (T, d_layer, d_layer)
    owners : array (T,)
        Component of the next layer that each comes from; 0 for the last layer, a single standard normal.
    """
    check_layer(parameters, layer)
    tails = all_tails(parameters.sizes)
    log_weights, means, covariances = latent_priors(parameters, tails)[layer - 1]
    return np.exp(log_weights), means, covariances, tails.components[layer - 1]


def check_layer(parameters, layer):
    if layer not in range(1, len(parameters.layers) + 1):
        raise ValueError(f"layer is {layer!r}; it needs a whole number from 1 to {len(parameters.layers)}.")


@dataclass(frozen=True)
class LatentView:
    """A latent layer, seen along its first one or two factors; like `View`, but the rows move with the parameters.

    Attributes
    ----------
    layer : int
        1 is the layer next to the data.
    factors : int
        How many factors the layer has.
    """

    layer: int
    factors: int

    moving = True

    @property
    def names(self):
        return tuple(f"factor {i + 1} of layer {self.layer}" for i in range(min(self.factors, 2)))

    def seen(self, parameters, X):
        """Posterior means (n, m) of the layer for rows X (n, d)."""
        return latent_means(parameters, X, self.layer)[:, :2]

    def picture(self, parameters):
        """The Gaussians of the layer's prior; none belongs to a cluster."""
        weights, means, covariances, _ = latent_gaussians(parameters, self.layer)
        return weights, means[:, :2], covariances[:, :2, :2], np.full(len(weights), -1)

    def paths(self, parameters):
        """As of `View`; -1 for the layers below."""
        deeper = parameters.sizes[self.layer :]
        above = np.array(list(np.ndindex(*deeper)), dtype=int)
        return np.hstack([np.full((len(above), self.layer), -1), above])
