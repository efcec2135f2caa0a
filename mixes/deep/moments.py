"""From the expected moments of a layer to its parameters, and averages of moments for sampled paths."""

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from ..annealing import spreads
from ..gaussians import was_elsewhere

# Averaged statistics: the t-th draw enters with t^-0.6, which forgets the start and still averages the noise away
# (Delyon, Lavielle and Moulines, 1999, Annals of Statistics 27:94-128, ask for a power between 1/2 and 1).
_AVERAGING_POWER = 0.6


class Moments(NamedTuple):
    """Sums over rows, weighted with responsibilities, of one layer with k components of p variables y by r factors z.

    Attributes
    ----------
    table : array (k, components of the layer above)
        Sums of the responsibilities of each pair of components.
    y, yy : arrays (k, p)
    yz : array (k, p, r)
    z : array (k, r)
    zz : array (k, r, r)
        Sums of the expectations of y, y², y z', z and z z'.
    """

    table: np.ndarray
    y: np.ndarray
    yy: np.ndarray
    yz: np.ndarray
    z: np.ndarray
    zz: np.ndarray


def group(values, index, n):
    """Sums (n, ...) of the values (T, ...) that share an index."""
    total = np.zeros((n, *values.shape[1:]))
    np.add.at(total, index, values)
    return total


def maximise(layer, moments, base_means, base_loadings, eps, floor, held=None, latent=None, rows=0.0):
    """Regress the variables of a layer on its factors.

    Parameters
    ----------
    layer : Layer
        The present one; a component without points keeps its parameters, with weight 0.
    moments : Moments
        Of ``y - base_means - base_loadings z``.
    base_means, base_loadings : arrays (k, p), (k, p, r)
    eps : float
        Added to the noise, see `mixes.expectation`.
    floor : float
        The least noise.
    held, latent : Layer of one component and covariance (r, r) of its factors, optional
        The shape that annealing holds components at, each by so many pseudo-``rows`` about its own mean.

    Returns
    -------
    layer : Layer
    empty, floored : lists of int
        Components that lost their points, and that reached the floor.
    spread : array (k,) or None
        How far the rows of each component spread, with a held shape.
    """
    mass = moments.table.sum(axis=1)
    empty = mass <= 1e-12 * mass.sum()
    scale = np.where(empty, 1.0, mass)[:, None]
    y, yy, z = moments.y / scale, moments.yy / scale, moments.z / scale
    covariance_z = moments.zz / scale[:, :, None] - z[:, :, None] * z[:, None, :]
    covariance_yz = moments.yz / scale[:, :, None] - y[:, :, None] * z[:, None, :]
    variance, base, spread = yy - y * y, np.broadcast_to(base_loadings, layer.loadings.shape), None
    if held is not None:
        spread = spreads(
            variance + (base * (2 * covariance_yz + base @ covariance_z)).sum(axis=2),
            mass,
            (held.noise + (held.loadings * (held.loadings @ latent)).sum(axis=2))[0],
        )
        apart, share = held.loadings - base, (rows / (mass + rows))[:, None]
        variance = (1 - share) * variance + share * (held.noise + (apart * (apart @ latent)).sum(axis=2))
        eps, share = (1 - share) * eps, share[:, :, None]
        covariance_yz = (1 - share) * covariance_yz + share * apart @ latent
        covariance_z = (1 - share) * covariance_z + share * latent
    slopes = covariance_yz @ np.linalg.pinv(covariance_z, rcond=1e-13, hermitian=True)
    noise = variance - (slopes * covariance_yz).sum(axis=2) + eps
    floored = noise.min(axis=1) < floor
    means = base_means + y - np.einsum("kpr,kr->kp", slopes, z)
    loadings = base_loadings + slopes
    noise = np.maximum(noise, floor)
    for new, old in ((means, layer.means), (loadings, layer.loadings), (noise, layer.noise)):
        new[empty] = old[empty]
    had_points = layer.weights.reshape(len(mass), -1).any(axis=1)
    collapsed = floored & ~empty & was_elsewhere(layer.noise.min(axis=1), floor)
    return (
        replace(layer, weights=_weights(layer, moments.table, empty), means=means, loadings=loadings, noise=noise),
        np.flatnonzero(empty & had_points).tolist(),
        np.flatnonzero(collapsed).tolist(),
        spread,
    )


def _weights(layer, table, empty):
    """Weights of a layer from its table of responsibilities; a column without points keeps its weights."""
    table = np.where(empty[:, None], 0.0, table)
    if layer.weights.ndim == 1:
        return table.sum(axis=1) / table.sum()
    sums = table.sum(axis=0)
    kept = np.where(empty[:, None], 0.0, layer.weights)
    kept_sums = kept.sum(axis=0)
    kept = np.where(kept_sums > 0, kept / np.where(kept_sums > 0, kept_sums, 1), layer.weights)
    return np.where(sums > 0, table / np.where(sums > 0, sums, 1), kept)


def average(parameters, moments, center, base, eps, hot=False):
    """Average the moments of sampled paths with those of earlier iterations (SAEM).

    The memory begins with the moments that the parameters themselves imply, so that a component that happens not to
    be drawn is not lost. What was drawn ``hot`` is forgotten as fast as the start: it is of another objective.

    Returns
    -------
    moments : list of Moments
        Of as many rows as were given, the first layer's about the origin in ``memory[1]``.
    memory : tuple of arrays
        Number of draws (1,), origin (d,) and all moments, of one row.
    """
    total = moments[0].table.sum()
    new = [Moments(*(array / total for array in layer)) for layer in moments]
    if parameters.memory:
        count, origin, *flat = parameters.memory
    else:
        count, origin = np.ones(1), center
        flat = [array for layer in implied_moments(parameters, origin, eps) for array in layer]
    new[0] = moved(new[0], base[0] - origin, base[1])
    rate = float(count[0] + 1) ** -_AVERAGING_POWER
    flat = [old + rate * (array - old) for old, array in zip(flat, (array for layer in new for array in layer))]
    width = len(Moments._fields)
    return (
        [Moments(*(total * array for array in flat[i : i + width])) for i in range(0, len(flat), width)],
        (count + (not hot), origin, *flat),
    )


def moved(moments, shift, slopes):
    """Moments of ``y + shift + slopes z`` instead of y, for shifts (k, p) and slopes (k, p, r)."""
    table, y, yy, yz, z, zz = moments
    mass = table.sum(axis=1)[:, None]
    known = slopes @ zz
    new_y = y + shift * mass + np.einsum("kpr,kr->kp", slopes, z)
    new_yz = yz + shift[:, :, None] * z[:, None, :] + known
    new_yy = yy + shift * (y + new_y) + ((2 * yz + shift[:, :, None] * z[:, None, :] + known) * slopes).sum(axis=2)
    return Moments(table, new_y, new_yy, new_yz, z, zz)


def implied_moments(parameters, origin, eps):
    """The moments of one row that the model itself expects, the first layer's about the origin.

    Their M half-step with ``eps`` gives the parameters back.
    """
    r = parameters.dims[-1]
    share, mean, second = np.ones(1), np.zeros((1, r)), np.eye(r)[None]
    result = []
    for number in reversed(range(len(parameters.layers))):
        layer = parameters.layers[number]
        weights = layer.weights.reshape(len(layer.weights), -1)
        table = weights * share
        z, zz = table @ mean, np.einsum("ab,bij->aij", table, second)
        mass = table.sum(axis=1)
        means = layer.means - (origin if number == 0 else 0.0)
        explained = np.einsum("kpr,kr->kp", layer.loadings, z)
        half = layer.loadings @ zz
        noise = np.maximum(layer.noise - eps, 0.0)
        yy = (half * layer.loadings).sum(axis=2) + 2 * means * explained + (means**2 + noise) * mass[:, None]
        y = means * mass[:, None] + explained
        result.insert(0, Moments(table, y, yy, half + means[:, :, None] * z[:, None, :], z, zz))
        if number:
            p = layer.noise.shape[1]
            outer = means[:, :, None] * explained[:, None, :]
            full = (
                half @ layer.loadings.swapaxes(1, 2)
                + outer
                + outer.swapaxes(1, 2)
                + mass[:, None, None] * (means[:, :, None] * means[:, None, :] + layer.noise[:, :, None] * np.eye(p))
            )
            scale = np.where(mass > 0, mass, 1.0)
            share, mean, second = mass, y / scale[:, None], full / scale[:, None, None]
    return result
