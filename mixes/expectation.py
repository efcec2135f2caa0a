"""The E half-step, shared by all models: one pass over the rows, in chunks.

Components come first in every array here: sums over components then run along contiguous rows.
"""

from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import numpy as np
from scipy.special import entr

from .checks import quiet
from .density import Density
from .threads import one_thread
from .walk import Walk

# Beyond this range of penalties, exp(penalty) of one component would underflow beside another's.
SAFE_PENALTY_RANGE = 600.0
# Exponentials of log values within this are numbers, and so are those of others beside them that are not negligible.
_SAFE = 300.0


class Expectation(NamedTuple):
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
    entropy : float or None
        Of the clusters' plain posterior probabilities, summed over rows; only when asked for.
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
    entropy: float | None = None
    posterior: np.ndarray | None = None
    responsibilities: np.ndarray | None = None


def normalise(log_values, alike=False):
    """Turn log values (S, m) into probabilities over S, in place.

    Parameters
    ----------
    log_values : array (S, m)
    alike : bool
        Whether all columns are treated alike, so that no digit of one depends on the others; that takes longer.

    Returns
    -------
    log_sums : array (m,)
        The log of the sums that were divided out.
    """
    highest = log_values.max(axis=0)
    if not alike and np.abs(highest).max() < _SAFE:
        return _divided(log_values)
    highest[~np.isfinite(highest)] = 0.0  # a column of -inf (no component can explain the row) must give -inf, not NaN
    with quiet():
        log_values -= highest
        return _divided(log_values) + highest


def _divided(log_values):
    """See `normalise`; of values whose exponentials are numbers."""
    np.exp(log_values, out=log_values)
    sums = log_values.sum(axis=0)
    log_values /= sums
    return np.log(sums, out=sums)


@dataclass
class _Chunk:
    """What a pass does with the rows of one chunk, wherever that is done."""

    density: Density
    penalties: np.ndarray
    v: float
    v_next: float
    n_clusters: int = 0
    kept: np.ndarray | None = None

    def __post_init__(self):
        self.highest = self.penalties.max()
        # one exponential serves all where none is lost beside another: sum_s p_s = sum_s r_s exp(penalty_s) times the penalised sum
        self.at_once = self.v == self.v_next == 1.0 and self.highest - self.penalties.min() < SAFE_PENALTY_RANGE

    def __call__(self, X, weight, rows, *products):
        """Sums over rows X (m, d): log density, objectives at v and v_next, entropy, and the statistics."""
        log_joint, features = self.density.log_joint(X, *products)
        log_sums, responsibilities, plain = self._tempered(log_joint)
        entropy = 0.0
        if self.n_clusters:
            posterior = plain(self.n_clusters)
            entropy = entr(posterior).sum()
            if self.kept is not None:
                self.kept[:, rows] = posterior.T, _clusters(responsibilities, self.n_clusters).T
        if weight is not None:
            responsibilities *= weight
        totals = {id(each): each.sum() if weight is None else each @ weight for each in log_sums}  # often they are the same
        return *(totals[id(each)] for each in log_sums), entropy, *self.density.statistics(features, responsibilities)

    def _tempered(self, log_joint):
        """Log density and objectives at v and v_next of each row, three arrays (m,), and responsibilities at v_next (S, m).

        Overwrites ``log_joint``. Third comes a function: the plain posterior (k, m) of k clusters.
        """
        v, v_next, penalties = self.v, self.v_next, self.penalties[:, None]
        if self.density.hard:  # classification EM (Celeux and Govaert, 1992) raises the sum of the rows' highest values, at any v
            posterior = log_joint.copy()
            log_densities = normalise(posterior)
            log_joint -= penalties
            highest = log_joint.max(axis=0)
            return (log_densities, highest, highest), _winners(log_joint), partial(_clusters, posterior)
        if self.at_once:
            if not self.highest:
                log_densities = normalise(log_joint)
                return (log_densities,) * 3, log_joint, partial(_clusters, log_joint)
            log_joint -= penalties
            objective = normalise(log_joint)
            factors = np.exp(self.penalties - self.highest)
            log_densities = objective + (self.highest + np.log(factors @ log_joint))
            return (log_densities, objective, objective), log_joint, partial(_unpenalised, log_joint, factors)
        posterior = log_joint.copy()
        log_densities = normalise(posterior)
        log_joint -= penalties
        log_size = np.log(len(penalties))
        objective = normalise(v * log_joint) / v - (1 / v - 1) * log_size
        log_joint *= v_next
        next_objective = normalise(log_joint) / v_next - (1 / v_next - 1) * log_size
        return (log_densities, objective, next_objective), log_joint, partial(_clusters, posterior)


@one_thread
def expectation(
    density, X, sample_weight=None, *, eps=0.0, inverse_temperature=1.0, next_inverse_temperature=None, n_clusters=0, keep=False
):
    """One pass over the rows: log-likelihood, objective and the statistics of the next M half-step.

    Parameters
    ----------
    density : Density
    X : array (n, d), or Walk
    sample_weight : array (n,), optional
        Of an array; a `Walk` has its own.
    eps : float
        Variance regularisation in the units of the data's variance.
    inverse_temperature : float
        ``v`` at which the objective is reported.
    next_inverse_temperature : float, optional
        ``v`` of the responsibilities in the statistics; by default the same.
    n_clusters : int
        Number k of clusters whose entropy is returned too; 0: of none.
    keep : bool
        Whether their posterior and responsibilities are.

    Returns
    -------
    Expectation
    """
    v_next = inverse_temperature if next_inverse_temperature is None else next_inverse_temperature
    walk = _walk(X, sample_weight)
    kept = np.empty((2, len(walk.table), n_clusters)) if keep else None
    of_chunk = _Chunk(density, density.penalties(eps), inverse_temperature, v_next, n_clusters, kept)
    sums = walk.sums(of_chunk, density.chunk_rows, density, here=keep)
    return Expectation(*map(float, sums[:3]), sums[4:], float(sums[3]) if n_clusters else None, *(() if kept is None else kept))


def _clusters(probabilities, k):
    """Those of the clusters (k, m) from probabilities of components or paths (S, m), which lie cluster by cluster."""
    return probabilities.reshape(k, -1, probabilities.shape[1]).sum(axis=1) if k < len(probabilities) else probabilities


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
def responsibilities(density, X, *, eps=0.0, inverse_temperature=1.0, told=lambda responsibilities: responsibilities):
    """Responsibilities (n, S) of rows X, an array or a `Walk`; tempered and penalised as in the E half-step, plain by default.

    Or what is ``told`` of them, a function of those of a chunk (m, S), so that no more than that is kept of many rows.
    """
    of_chunk = _Responsibilities(density, eps, inverse_temperature)
    return np.concatenate(list(_walk(X).each(lambda X, rows: told(of_chunk(X, rows).T), density.chunk_rows)))


class _Responsibilities:
    """Responsibilities (S, m) of the rows of a chunk."""

    def __init__(self, density, eps, inverse_temperature=1.0):
        self._density, self._v = density, inverse_temperature
        self._penalties = density.penalties(eps)[:, None] if eps else 0.0  # they may be beyond the range of numbers

    def __call__(self, X, rows):
        log_joint = self._v * (_anywhere(self._density, X) - self._penalties)
        lost = np.flatnonzero(np.isneginf(log_joint.max(axis=0)))
        if lost.size:
            raise ValueError(
                f"Row {rows.start + lost[0]} of X lies so far from every component that its probabilities are "
                "beyond the range of numbers; leave it out."
            )
        if self._density.hard:
            return _winners(log_joint)
        normalise(log_joint)
        return log_joint


@one_thread
def lower_bound(density, made, X, sample_weight=None, *, eps=0.0):
    """The lower bound ``sum_n sum_s r_ns · log(p(x_n, s) · exp(-eps/2 · tr(Sigma_s^-1)) / r_ns)`` of the objective at v = 1.

    The responsibilities r are those of the density that was ``made`` before: the bound touches the objective where it is the
    same. X is an array or a `Walk`.
    """
    penalties, shares = density.penalties(eps)[:, None], _Responsibilities(made, eps)

    def of_chunk(X, weight, rows):
        own, (log_joint, _) = shares(X, rows), density.log_joint(X)
        bounds = (entr(own) + own * np.where(own > 0, log_joint - penalties, 0)).sum(axis=0)
        return (bounds.sum() if weight is None else bounds @ weight,)

    return float(_walk(X, sample_weight).sums(of_chunk, made.chunk_rows)[0])


@one_thread
def log_density(density, X):
    """Log density (n,) of the rows, an array or a `Walk`."""
    return np.concatenate(list(_walk(X).each(lambda X, rows: normalise(_anywhere(density, X)), density.chunk_rows)))


def _walk(X, sample_weight=None):
    return X if isinstance(X, Walk) else Walk(X, sample_weight)
