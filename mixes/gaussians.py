"""Linear algebra of Gaussian components that several models share."""

from typing import NamedTuple

import numpy as np

LOG_2PI = np.log(2 * np.pi)
# Above this ratio of squared distances to the narrowest variance, sums of squares lose more than 1e-9 of a log density.
SQUARES_LIMIT = 1e6


def cholesky(covariances, name="covariances"):
    """Lower Cholesky factors (k, d, d); a ValueError names the first component that has none."""
    try:
        return np.linalg.cholesky(covariances)
    except np.linalg.LinAlgError:
        for j, covariance in enumerate(covariances):
            try:
                np.linalg.cholesky(covariance)
            except np.linalg.LinAlgError:
                raise ValueError(f"{name}[{j}] is not positive definite; give a symmetric matrix with positive eigenvalues.") from None
        raise


def log_determinants(factors):
    """Log determinants (...) of the covariances with these lower Cholesky factors (..., d, d)."""
    return 2 * np.log(factors.diagonal(0, -2, -1)).sum(axis=-1)


def precisions(factors):
    """Inverses (..., d, d) of the covariances with these lower Cholesky factors."""
    inverses = np.linalg.inv(factors)
    return inverses.swapaxes(-2, -1) @ inverses


def diagonals(matrices):
    """The diagonals (..., d) of contiguous matrices (..., d, d), to write to."""
    d = matrices.shape[-1]
    return matrices.reshape(*matrices.shape[:-2], d * d)[..., :: d + 1]


def rounding(covariances, precisions):
    """What rounding the entries of covariances (k, ..., d, d) may change of a row's log density, at most, (...).

    An entry's relative error of machine precision moves the variance of feature i given the others, as a share of
    itself, by ``Sigma_ii (Sigma^-1)_ii`` times as much: the variance inflation factor, which has no unit.
    """
    return 4 * np.finfo(float).eps * np.einsum("k...ii,k...ii->k...", covariances, precisions).max(axis=0)


class Box(NamedTuple):
    """Where the data lie: their least and greatest values (d,), and their mean (d,)."""

    least: np.ndarray
    greatest: np.ndarray
    center: np.ndarray


def inside(box, points):
    """The nearest points (..., d) of a `Box`; all of them for None.

    Second moments about a point lose the figures of their distance to it: about given means that are far from the data,
    all of them. About points among the data a variance loses no more than it is smaller than the data's own.
    """
    return points if box is None else np.clip(points, box.least, box.greatest)


def lost_figures(parameters, narrowness, origins):
    """Whether second moments about the means keep figures of a step's parameters that those about origins (k, d) lost.

    ``narrowness`` (k,) are the traces of the inverse covariances, of the noise where that is narrower. Means that moved
    by less than a component is wide lose no more than its own width does, and one without points keeps what it has.
    """
    moves = parameters.means - origins
    if np.vdot(moves, moves) * narrowness.max() < SQUARES_LIMIT:  # nearly every step, and this is quick
        return False
    squares = (moves**2).sum(axis=1)
    lost = (squares * narrowness >= SQUARES_LIMIT) & (squares > parameters.feature_variances.sum(axis=1))
    return lost[parameters.weights > 0].any()


def floor_covariances(covariances, floor):
    """Raise eigenvalues below ``floor`` to it.

    Returns
    -------
    covariances : array (k, d, d)
    floored : list of int
        The components that needed it.
    """
    try:
        # a Cholesky factor exists exactly when every eigenvalue is above the floor, and is cheaper than eigenvalues
        lowered = covariances.copy()
        variances = diagonals(lowered)
        variances -= floor
        np.linalg.cholesky(lowered)
        return covariances, []
    except np.linalg.LinAlgError:
        pass
    values, vectors = np.linalg.eigh(covariances)
    floored = np.flatnonzero(values.min(axis=1) < floor)
    if floored.size:
        covariances = covariances.copy()
        raised = np.maximum(values[floored], floor)
        covariances[floored] = np.einsum("kij,kj,klj->kil", vectors[floored], raised, vectors[floored])
    return covariances, floored.tolist()


def was_elsewhere(narrowest, floor, widest=0.0):
    """Whether components with these least variances were not at the floor already.

    Given parameters may lie below it: that they are raised, and the objective with them falls, is told too. Eigenvalues
    are exact to a share of the ``widest``.
    """
    return (narrowest < (1 - 1e-9) * floor - 1e-14 * widest) | (narrowest > 2 * floor)


def oriented(axes):
    """Axes (m, d) with the sign, arbitrary by itself, that makes the largest entry positive.

    Of entries that are equal but for rounding the first decides, so that pictures and starts repeat on every machine.
    """
    sizes = np.abs(axes)
    first = (sizes >= (1 - 1e-6) * sizes.max(axis=1, keepdims=True)).argmax(axis=1)
    return axes * np.sign(np.take_along_axis(axes, first[:, None], axis=1))


def project(means, covariances, axes):
    """Exact Gaussian marginals along linear axes.

    Parameters
    ----------
    means : array (k, d)
    covariances : array (k, d, d), or variances (k, d) where the features are not correlated
    axes : array (m, d)
        Each row a direction: a unit vector picks a feature, a principal component projects.

    Returns
    -------
    means : array (k, m)
    covariances : array (k, m, m)
    """
    axes = np.asarray(axes, float)
    if covariances.ndim == 2:
        return means @ axes.T, np.einsum("ai,ki,bi->kab", axes, covariances, axes)
    return means @ axes.T, np.einsum("ai,kij,bj->kab", axes, covariances, axes)


def lift(axes):
    """The inverse (d, m) of a view along axes (m, d): what is seen as the differences that it is given, and nothing across."""
    return np.linalg.solve(axes @ axes.T, axes).T  # exact zeros for axes that are features


def transform(axes, matrix):
    """The linear map T (d, d) that is seen along axes A (m, d) as a matrix M (m, m): ``T = I + lift(A) (M - I) A``, ``A T = M A``."""
    return np.eye(axes.shape[1]) + lift(axes) @ (matrix - np.eye(len(matrix))) @ axes


def stretching(axes, matrix):
    """The diagonal (d,) of `transform`, where it is nothing else; None where it turns features into others."""
    change = matrix - np.eye(len(matrix))
    factors = np.diag(change)
    if (change != np.diag(factors)).any() or ((axes != 0).sum(axis=1) > 1)[factors != 0].any():
        return None
    return 1 + np.einsum("im,m,mi->i", lift(axes), factors, axes)


def halves(covariance):
    """A Gaussian in two of the same shape: how far (d,) each mean is from its own, half a standard deviation along its
    longest axis, and the covariance (d, d) with which they have its moments together."""
    values, vectors = np.linalg.eigh(covariance)
    shift = 0.5 * np.sqrt(values[-1]) * oriented(vectors[:, -1:].T)[0]
    return shift, covariance - np.outer(shift, shift)


def symmetrised(matrices):
    """Matrices (..., d, d) that are symmetric but for rounding, and then are."""
    return 0.5 * (matrices + matrices.swapaxes(-2, -1))


def merge(weights, means, covariances, owners, k):
    """The mean and covariance of all Gaussians of each owner together.

    Parameters
    ----------
    weights, means, covariances : arrays (g,), (g, m), (g, m, m)
    owners : array (g,) of int below k
    k : int

    Returns
    -------
    weights, means, covariances : arrays (k,), (k, m), (k, m, m)
    """
    member = owners == np.arange(k)[:, None]
    totals = member @ weights
    share = np.where(member, weights, 0.0) / np.where(totals > 0, totals, 1.0)[:, None]
    merged = share @ means
    apart = means - merged[owners]
    spread = covariances + apart[:, :, None] * apart[:, None, :]
    return totals, merged, np.einsum("kg,gij->kij", share, spread)
