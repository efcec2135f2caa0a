"""Deterministic annealing: the schedule of the inverse temperature (Ueda and Nakano, 1998), and what keeps components apart."""

from dataclasses import replace

import numpy as np
from scipy.linalg import solve_triangular

from . import events
from .gaussians import cholesky

RISING_SHARE = 0.9  # of the iterations; the rest run at v = 1, where EM is plain
# Annealed components of the same shape that are closer than so many standard deviations are moved apart.
APART = 0.1


def inverse_temperature(iteration, start, max_iter, origin=0):
    """Inverse temperature v of an iteration.

    v rises in equal steps from ``start`` at iteration ``origin + 1`` to 1 when 90 % of the iterations that lie
    between ``origin`` and ``max_iter`` are spent, and stays 1.

    Parameters
    ----------
    iteration : int
    start : float in (0, 1]
    max_iter : int
    origin : int
        The iteration after which the schedule begins: 0, or where a run was forked.

    Returns
    -------
    float in (0, 1]
    """
    steps = int(RISING_SHARE * (max_iter - origin))
    done = iteration - origin
    return 1.0 if done >= steps else start + (1 - start) * (done - 1) / (steps - 1)


def hold_apart(parameters, rng):
    """Move components that coincide a tenth of a standard deviation apart, in random directions.

    At a low inverse temperature components attract each other until they are the same to the last digit; they could
    never part again as v rises. (Rose, 1998, Proc. IEEE 86:2210-2239, perturbs coinciding clusters likewise.)

    Returns
    -------
    parameters : GaussianParameters
    happened : list of Event
    """
    means, factors, happened = parameters.means.copy(), cholesky(parameters.covariances), []
    for j in np.flatnonzero(parameters.weights > 0):
        whitened = solve_triangular(factors[j], (means[:j] - means[j]).T, lower=True)
        shapes = np.abs(parameters.covariances[:j] - parameters.covariances[j]).max(axis=(1, 2))
        same = ((whitened**2).sum(axis=0) < APART**2) & (shapes < APART * np.abs(parameters.covariances[j]).max())
        same &= parameters.weights[:j] > 0
        if same.any():
            direction = rng.standard_normal(means.shape[1])
            means[j] += 1.5 * APART * factors[j] @ direction / np.linalg.norm(direction)
            happened.append(events.held_apart(same.argmax(), j))
    return replace(parameters, means=means), happened
