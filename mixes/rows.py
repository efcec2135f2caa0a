"""The rows that a run is fitted to, and what stays the same for all its iterations."""

import hashlib
from functools import cached_property
from typing import NamedTuple

import numpy as np
from sklearn.base import clone

from . import checks, tables
from .checks import within_range
from .cluster import ClusterWalk
from .gaussians import Box
from .processes import ProcessWalk
from .walk import Walk, chunks

# Eigenvalues of covariances stay above this share of the data's mean feature variance.
_FLOOR = 1e-12
# Starts, and what is looked for at the end of a run, are of a sample of larger data.
SAMPLE_ROWS = 50_000
_SAMPLE_NUMBERS = 2**25  # of wide rows fewer are in a sample
_CHUNK = 2**18  # numbers of a chunk of the first pass


class Sample(NamedTuple):
    """Some of the rows (m, d), and weights (m,) that sum to those of all."""

    X: np.ndarray
    weight: np.ndarray


class Rows:
    """Rows with their weights; a row of weight 0 is an absent row.

    Parameters
    ----------
    X : array (n, d) or Table
    sample_weight : array (n,), optional
    X_validation : array (m, d) or Table, optional
        Held-out rows.
    n_threads : int, optional
        The most threads or processes that walk over the rows.
    client : distributed.Client, optional
        Of the cluster whose workers do.

    Attributes
    ----------
    X : array (n, d) or Table
        The rows that have weight.
    unequal : array (n,) or None
        The weights, if any is not 1.
    mass : float
        Total weight.
    variances : array (d,)
    variance : float
        Mean variance of the features.
    box : Box
    in_memory, few : bool
        Whether X is an array, and all of it the sample.
    sample : Sample
        All rows, or of more than 50,000 (fewer where they are wide) so many that are evenly spread: always the same ones.
    drawn : array of int or None
        Which rows those of the sample are; None: all in memory.
    walk : Walk
        Over the rows, keeping what depends on them only.
    validation : Walk or None
        Over the held-out rows.
    """

    def __init__(self, X, sample_weight=None, X_validation=None, n_threads=None, client=None):
        self._given = X, sample_weight
        self.X_validation = X_validation
        weighted = sample_weight is not None
        absent = weighted and not self.present.all()
        self.X = tables.taken(X, np.flatnonzero(self.present)) if absent else X
        self.unequal = sample_weight[self.present] if weighted and not (sample_weight == 1).all() else None

        def over(table, weight=None):
            of_rows = table, weight, n_threads
            return ProcessWalk(*of_rows, keeps=True) if client is None else ClusterWalk(*of_rows, client)

        if absent and isinstance(X, tables.Table):
            over(X).sums(_looked_at, _first_chunk(X.shape[1]))  # an array is refused for its absent rows, too
        self.walk = over(self.X, self.unequal)
        self.validation = None if X_validation is None else Walk(X_validation, threads=n_threads)
        n, d = self.X.shape
        self.in_memory = isinstance(self.X, np.ndarray)
        self.few = self.in_memory and n <= SAMPLE_ROWS
        self.drawn = drawn = None if self.few else _evenly(n, min(SAMPLE_ROWS, max(_SAMPLE_NUMBERS // d, tables.LEAST_ROWS)))
        with within_range():
            mass, center, scatter, least, greatest, *sample = self.walk.sums(_Summary(drawn), _first_chunk(d), combined=_pooled)
            self.mass, self.variances = float(mass), scatter / mass
            self.variance = float(self.variances.mean())
            if not np.isfinite(self.variance):
                raise ValueError("the variance is not finite")
        self.box = Box(least, greatest, center)
        if drawn is not None:
            weight = np.ones(len(drawn)) if self.unequal is None else self.unequal[drawn]
            self.sample = Sample(np.concatenate(sample), weight * (self.mass / weight.sum()))
        else:
            self.sample = Sample(self.X, self.weight)

    @classmethod
    def checked(cls, model, X, sample_weight=None, X_validation=None, n_threads=None, client=None):
        """Rows that a model can be fitted to; a ValueError says which ones cannot be used, and why."""
        if isinstance(X, np.memmap) and model.looks_at_all_rows:
            X = X.view(np.ndarray)  # as joblib gives arrays to its processes
        X = tables.rows(model, X, reset=True, min_samples=2)
        weight = None if sample_weight is None else checks.sample_weights(sample_weight, len(X))
        d = X.shape[1]
        if X_validation is not None:
            # a table's features are noted once all of it was looked at: until then they are no measure for other rows
            own = clone(model) if isinstance(X, tables.Table) else model
            X_validation = tables.rows(own, X_validation, reset=own is not model, name="X_validation")
            if X_validation.shape[1] != d:
                raise ValueError(f"X_validation has {X_validation.shape[1]} features, but X has {d}; both need the same.")
        rows = cls(X, weight, X_validation, n_threads, client)
        if isinstance(X, tables.Table):
            tables.note_features(model, X)
        return rows

    @property
    def present(self):
        """Which of the rows given have weight, an array of bool."""
        X, weight = self._given
        return np.ones(len(X), dtype=bool) if weight is None else weight > 0

    @cached_property
    def weight(self):
        """The weights (n,)."""
        return np.ones(len(self.X)) if self.unequal is None else self.unequal

    @property
    def floor(self):
        """The smallest eigenvalue a covariance may have."""
        return max(_FLOOR * self.variance, np.finfo(float).tiny)

    @cached_property
    def fingerprint(self):
        """A digest of the rows, weights and held-out rows: the same data give the same text."""
        digest = hashlib.sha256()
        X, weight = self._given
        weight = np.broadcast_to(1.0, len(X)) if weight is None else weight
        for array in (X, weight) if self.X_validation is None else (X, weight, self.X_validation):
            digest.update(repr(array.shape).encode())
            for part in chunks(len(array), max(_CHUNK // max(X.shape[1], 1), tables.LEAST_ROWS)):
                digest.update(np.ascontiguousarray(array[part]))
        return digest.hexdigest()


def _first_chunk(d):
    """The number of rows of a chunk of the first pass."""
    return int(np.clip(_CHUNK // d, tables.LEAST_ROWS, 4096))


def _looked_at(X, weight, rows):
    """The number of rows of a chunk: a table checks its values as they are read."""
    return (len(X),)


class _Summary:
    """Total weight, mean (d,), squares about it (d,), least and greatest values of a chunk, and its rows that are drawn."""

    def __init__(self, drawn):
        self._drawn = drawn

    def __call__(self, X, weight, rows):
        mass = float(len(X)) if weight is None else weight.sum()
        center = X.mean(axis=0) if weight is None else weight @ X / mass
        squares = (X - center) ** 2
        scatter = squares.sum(axis=0) if weight is None else weight @ squares
        if self._drawn is None:
            return mass, center, scatter, X.min(axis=0), X.max(axis=0)
        drawn = self._drawn[slice(*np.searchsorted(self._drawn, (rows.start, rows.stop)))]
        return mass, center, scatter, X.min(axis=0), X.max(axis=0), X[drawn - rows.start]


def _pooled(one, other):
    """The summaries of two parts of the rows together (Chan, Golub and LeVeque, 1983, American Statistician 37:242-247)."""
    (mass, center, scatter, least, greatest, *drawn), (mass_2, center_2, scatter_2, least_2, greatest_2, *drawn_2) = one, other
    total, apart = mass + mass_2, center_2 - center
    return (
        total,
        center + apart * (mass_2 / total),
        scatter + scatter_2 + apart**2 * (mass * mass_2 / total),
        np.minimum(least, least_2),
        np.maximum(greatest, greatest_2),
        *drawn,
        *drawn_2,
    )


def _evenly(n, most):
    """Numbers of rows, one at random of each of so many equal parts; of no more, all."""
    if n <= most:
        return np.arange(n)
    edges = np.arange(most + 1) * n // most
    return np.random.default_rng(0).integers(edges[:-1], edges[1:])
