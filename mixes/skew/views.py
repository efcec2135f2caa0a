"""Pictures of skew-normal mixtures: the densities of components on a line or a grid."""

import numpy as np
from scipy.special import wofz

from ..gaussians import LOG_2PI
from ..truncated_normal import PositiveOrthant

HALF_NORMAL_MEAN = np.sqrt(2 / np.pi)  # of abs(tau)
HALF_NORMAL_VARIANCE = 1 - 2 / np.pi
_EXTENT = 7.0  # standard deviations to where a density is taken for zero
_CUTOFF = 6.0  # in frequencies: exp(-6²/2) is 1.5e-8
_LEAST_DENSITY = 1e-7  # of a Gaussian's highest: below, rounding and truncation of the Fourier sum would show
_FINEST = 20.0  # noise narrower than this share of the whole component is widened to it, in Fourier sums


def density_grid(parameters, x, y=None):
    """Log density of each component on a line or a rectangular grid.

    Exact with up to two half-normals that are not zero. With more, the density is a Fourier integral of the
    characteristic function, which is a product of known functions whatever their number: its error is below 1e-7
    of the component's highest density, and smaller densities are given as log 0. Noise narrower than a twentieth of
    its component is drawn as a twentieth.

    Parameters
    ----------
    parameters : SkewParameters
        With one feature, or two; see `SkewParameters.marginal`.
    x : array (a,)
        Values of the first feature.
    y : array (b,), optional
        Values of the second.

    Returns
    -------
    array (k, a), or (k, b, a) with y
    """
    grids = [np.asarray(values, dtype=float) for values in ((x,) if y is None else (x, y))]
    k, d, _ = parameters.skewness.shape
    if d != len(grids):
        raise ValueError(f"parameters has {d} features, but {len(grids)} of x and y are given; take a marginal with as many axes.")
    result = np.empty((k, *(len(grid) for grid in reversed(grids))))
    for j, (location, skewness, scale) in enumerate(zip(parameters.locations, parameters.skewness, parameters.scales)):
        skewness = skewness[:, skewness.any(axis=0)]
        if skewness.shape[1] < 3:
            points = np.stack([axis.ravel() for axis in np.meshgrid(*grids)], axis=1)
            result[j] = _exact(points - location, skewness, scale).reshape(result.shape[1:])
        else:
            result[j] = _fourier([grid - origin for grid, origin in zip(grids, location)], skewness, scale)
    return result


def _exact(y, skewness, scale):
    """Log density (n,) at y (n, d) of a component at location 0."""
    d, q = skewness.shape
    omega = scale + skewness @ skewness.T
    slopes = np.linalg.solve(omega, skewness)
    log_density = -0.5 * (np.einsum("ni,ni->n", y, np.linalg.solve(omega, y.T).T) + np.linalg.slogdet(omega)[1] + d * LOG_2PI)
    if not q:
        return log_density
    latent_covariance = np.linalg.inv(np.eye(q) + skewness.T @ np.linalg.solve(scale, skewness))
    return log_density + q * np.log(2) + PositiveOrthant(latent_covariance).log_probability(y @ slopes)


def _fourier(grids, skewness, scale):
    """Log density on a grid (b, a) or line (a,) of a component at location 0, from its characteristic function."""
    variances = np.diag(scale) + HALF_NORMAL_VARIANCE * (skewness**2).sum(axis=1)
    if (np.diag(np.linalg.inv(scale)) * variances).max() > _FINEST**2:
        scale = scale + np.diag(variances) / _FINEST**2
    low, high = (_EXTENT * np.sqrt(np.diag(scale) + (part**2).sum(axis=1)) for part in (np.minimum(skewness, 0), np.maximum(skewness, 0)))
    steps = 2 * np.pi / (low + high)
    counts = np.ceil(_CUTOFF * np.sqrt(np.diag(np.linalg.inv(scale))) / steps).astype(int)
    # of frequencies of either sign one half is enough: the other half gives the complex conjugate
    frequencies = [step * np.arange(0 if i == 0 else -count, count + 1) for i, (step, count) in enumerate(zip(steps, counts))]
    mesh = np.stack(np.meshgrid(*frequencies, indexing="ij"), axis=-1)
    transform = np.exp(-0.5 * np.einsum("...i,ij,...j->...", mesh, scale, mesh)).astype(complex)
    for loading in skewness.T:
        transform *= wofz(mesh @ loading / np.sqrt(2))
    transform[0] *= 0.5
    transform *= 2 * np.prod(steps / (2 * np.pi))
    for grid, frequency in zip(grids, frequencies):  # each turn replaces the first axis by one for the grid, put last
        transform = np.tensordot(transform, np.exp(-1j * np.outer(frequency, grid)), (0, 0))
    density = transform.real.T
    outside = [(grid < -below) | (grid > above) for grid, below, above in zip(grids, low, high)]
    density[..., outside[0]] = 0  # there the sum repeats the density
    if len(grids) == 2:
        density[outside[1]] = 0
    covariance = scale + HALF_NORMAL_VARIANCE * skewness @ skewness.T
    typical_highest = np.exp(-0.5 * np.linalg.slogdet(2 * np.pi * covariance)[1])
    with np.errstate(divide="ignore"):
        return np.log(np.where(density > _LEAST_DENSITY * typical_highest, density, 0.0))
