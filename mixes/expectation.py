"""The E half-step, shared by all models: one pass over the rows, in chunks.

Components come first in every array here: sums over components then run along contiguous rows.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import partial

import numpy as np
from scipy.special import entr

from .checks import quiet
from .threads import one_thread

# Beyond this range of penalties, exp(penalty) of one component would underflow beside another's.
SAFE_PENALTY_RANGE = 600.0


class Density(ABC):
    """Everything EM needs of a mixture with fixed parameters.

    Attributes
    ----------
    parameters : Parameters
    chunk_rows : int
        How many rows keep one chunk in the processor's cache.
    hard : bool
        Whether each row is given wholly to its most probable component.
    sampled : bool
        Whether log densities are estimates, which may fall.
    rounding : float
        What rounding of the parameters may change of a row's log density.
    path_numbers : array (S,) or None
        Which of ``parameters.paths()`` the densities are of, where that are not all of them.
    """

    chunk_rows, hard, sampled, rounding, path_numbers = 4096, False, False, 0.0, None

    @abstractmethod
    def log_joint(self, X):
        """Log p(x, s), shape (S, m), of rows X (m, d) and components or paths s, and features for `statistics`."""

    @abstractmethod
    def statistics(self, features, responsibilities):
        """Additive sufficient statistics, a tuple of arrays: those of rows together are the sums of those apart.

        Parameters
        ----------
        features : what `log_joint` gave
        responsibilities : array (S, m)
            Times the rows' weights.
        """

    @abstractmethod
    def penalties(self, eps):
        """The regularisation ``eps/2 · tr(Sigma_s^-1)`` (S,) of each component or path."""

    @abstractmethod
    def maximisation(self, statistics, eps=0.0, floor=0.0, annealing=None):
        """The M half-step: parameters that maximise the expected objective, and events.

        Parameters
        ----------
        statistics : tuple of arrays
        eps : float
            Added to the diagonal of every covariance: what maximises with `penalties`.
        floor : float
            The smallest eigenvalue a covariance may have.
        annealing : Annealing, optional
            While v < 1.
        """

    def finer(self, statistics, new):
        """The density to sum with again, where the sums lost figures of what they gave, a `Density` too; else None."""
        return None


@dataclass(frozen=True)
class Expectation:
    """What one pass over the rows gives.

    Attributes
    ----------
    log_likelihood : float
        Sum over rows of the plain log density.
    objective : float
        ``J_v`` below: what EM raises at this inverse temperature.
    next_objective : float
        The same at the inverse temperature of the next step.
    statistics : tuple of arrays
        Sums over rows for the M half-step, at the inverse temperature of the *next* step.
    posterior, responsibilities : arrays (n, k) or None
        Of the clusters, only when asked for: their plain posterior probabilities, and what the statistics are made with.

    Notes
    -----
    With regularisation ``eps`` each component carries the factor ``exp(-eps/2 · tr(Sigma_s^-1))``, so that
    adding ``eps`` to the diagonal is the exact M-step of

        J_v = (1/v) · sum_n log (S^(v-1) · sum_s [p(x_n, s) · exp(-eps/2 · tr(Sigma_s^-1))]^v)

    which never falls at fixed ``v`` and ``eps``. The number S of components or paths makes it S times a power mean of
    theirs, which rises with ``v`` too, up to the log-likelihood less the regularisation: so it never falls while ``v``
    rises either.
    """

    log_likelihood: float
    objective: float
    next_objective: float
    statistics: tuple
    posterior: np.ndarray | None = None
    responsibilities: np.ndarray | None = None


def chunks(n_rows, chunk_rows):
    """Slices that cover ``range(n_rows)`` in order."""
    return (slice(start, min(start + chunk_rows, n_rows)) for start in range(0, n_rows, chunk_rows))


def normalise(log_values):
    """Turn log values (S, m) into probabilities over S, in place.

    Returns
    -------
    log_sums : array (m,)
        The log of the sums that were divided out.
    """
    highest = log_values.max(axis=0)
    # a column of -inf (no component can explain the row) must give -inf, not NaN
    shift = np.where(np.isfinite(highest), highest, 0.0)
    log_values -= shift
    np.exp(log_values, out=log_values)
    sums = log_values.sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        log_values /= sums
        return np.log(sums) + shift


@one_thread
def expectation(density, X, sample_weight=None, *, eps=0.0, inverse_temperature=1.0, next_inverse_temperature=None, keep_clusters=0):
    """One pass over the rows: log-likelihood, objective and the statistics of the next M half-step.

    Parameters
    ----------
    density : Density
    X : array (n, d)
    sample_weight : array (n,), optional
    eps : float
        Variance regularisation in the units of the data's variance.
    inverse_temperature : float
        ``v`` at which the objective is reported.
    next_inverse_temperature : float, optional
        ``v`` of the responsibilities in the statistics; by default the same.
    keep_clusters : int
        Number k of clusters whose posterior and responsibilities are returned too; 0: of none.

    Returns
    -------
    Expectation
    """
    v = inverse_temperature
    v_next = v if next_inverse_temperature is None else next_inverse_temperature
    penalties = density.penalties(eps)
    sums = np.zeros(3)
    totals, kept = None, np.empty((2, len(X), keep_clusters)) if keep_clusters else None
    for rows in chunks(len(X), density.chunk_rows):
        log_joint, features = density.log_joint(X[rows])
        log_sums, responsibilities, plain = _temper(log_joint, penalties, v, v_next, density.hard)
        if keep_clusters:
            kept[:, rows] = plain(keep_clusters).T, _clusters(responsibilities, keep_clusters).T
        if sample_weight is None:
            sums += log_sums.sum(axis=1)
        else:
            sums += log_sums @ sample_weight[rows]
            responsibilities *= sample_weight[rows]
        statistics = density.statistics(features, responsibilities)
        totals = statistics if totals is None else tuple(a + b for a, b in zip(totals, statistics))
    return Expectation(*map(float, sums), totals, *(() if kept is None else kept))


def _clusters(probabilities, k):
    """Those of the clusters (k, m) from probabilities of components or paths (S, m), which lie cluster by cluster."""
    return probabilities.reshape(k, -1, probabilities.shape[1]).sum(axis=1) if k < len(probabilities) else probabilities


def _temper(log_joint, penalties, v, v_next, hard):
    """Log density and objectives at v and v_next of each row (3, m), and responsibilities at v_next (S, m).

    Overwrites ``log_joint``. Third comes a function: the plain posterior (k, m) of k clusters.
    """
    log_sums = np.empty((3, log_joint.shape[1]))
    if hard:  # classification EM (Celeux and Govaert, 1992) raises the sum of the rows' highest values, at any v
        posterior = log_joint.copy()
        log_sums[0] = normalise(posterior)
        log_joint -= penalties[:, None]
        log_sums[1:] = log_joint.max(axis=0)
        return log_sums, _winners(log_joint), partial(_clusters, posterior)
    spread = np.ptp(penalties)
    if v == v_next == 1.0 and spread < SAFE_PENALTY_RANGE:
        # one exponential serves all: sum_s p_s = sum_s r_s exp(penalty_s) times the penalised sum
        log_joint -= penalties[:, None]
        log_sums[:] = normalise(log_joint)
        highest = penalties.max()
        factors = np.exp(penalties - highest)
        log_sums[0] += highest + (np.log(factors @ log_joint) if spread else 0.0)
        return log_sums, log_joint, partial(_unpenalised, log_joint, factors)
    posterior = log_joint.copy()
    log_sums[0] = normalise(posterior)
    log_joint -= penalties[:, None]
    log_size = np.log(len(penalties))
    log_sums[1] = normalise(v * log_joint) / v - (1 / v - 1) * log_size
    log_joint *= v_next
    log_sums[2] = normalise(log_joint) / v_next - (1 / v_next - 1) * log_size
    return log_sums, log_joint, partial(_clusters, posterior)


def _unpenalised(responsibilities, factors, k):
    """Plain posterior (k, m) of the clusters from penalised responsibilities (S, m) and what undoes the penalties (S,)."""
    S, m = responsibilities.shape
    posterior = (factors.reshape(k, 1, S // k) @ responsibilities.reshape(k, S // k, m))[:, 0]
    return posterior / posterior.sum(axis=0)


def _winners(values):
    """1 for the first highest of each column of values (S, m), 0 elsewhere."""
    return (values.argmax(axis=0) == np.arange(len(values))[:, None]).astype(float)


def _anywhere(density, X):
    """Log p(x, s), shape (S, m), of rows that may lie anywhere: where squares leave the range of numbers it is -inf."""
    with quiet():
        log_joint, _ = density.log_joint(X)
    log_joint[~(log_joint < np.inf)] = -np.inf
    return log_joint


@one_thread
def responsibilities(density, X, *, eps=0.0, inverse_temperature=1.0):
    """Responsibilities (n, S), tempered and penalised as in the E half-step; plain by default."""
    penalties = density.penalties(eps)[:, None] if eps else 0.0  # they may be beyond the range of numbers
    parts = []
    for rows in chunks(len(X), density.chunk_rows):
        log_joint = inverse_temperature * (_anywhere(density, X[rows]) - penalties)
        lost = np.flatnonzero(np.isneginf(log_joint.max(axis=0)))
        if lost.size:
            raise ValueError(
                f"Row {rows.start + lost[0]} of X lies so far from every component that its probabilities are "
                "beyond the range of numbers; leave it out."
            )
        if density.hard:
            log_joint = _winners(log_joint)
        else:
            normalise(log_joint)
        parts.append(log_joint.T)
    return np.concatenate(parts)


@one_thread
def lower_bound(density, X, responsibilities, sample_weight=None, *, eps=0.0):
    """The lower bound ``sum_n sum_s r_ns · log(p(x_n, s) · exp(-eps/2 · tr(Sigma_s^-1)) / r_ns)`` of the objective at v = 1.

    It touches the objective where the responsibilities (n, S) are those of the density itself.
    """
    penalties, total = density.penalties(eps)[:, None], 0.0
    for rows in chunks(len(X), density.chunk_rows):
        log_joint, _ = density.log_joint(X[rows])
        own = responsibilities[rows].T
        bounds = (entr(own) + own * np.where(own > 0, log_joint - penalties, 0)).sum(axis=0)
        total += bounds.sum() if sample_weight is None else bounds @ sample_weight[rows]
    return float(total)


@one_thread
def log_density(density, X):
    """Log density (n,) of the rows."""
    return np.concatenate([normalise(_anywhere(density, X[rows])) for rows in chunks(len(X), density.chunk_rows)])


def entropy(posterior):
    """Entropy of posterior probabilities (n, k), summed over rows; 0 when every row is certain."""
    return float(entr(posterior).sum())
