"""Where EM starts: clusters of k-means or around random rows, or random rows.

All of it is of the distinct rows in order and their weights, to the last digit: shuffled rows start the same, and
weight 2 starts as a repeated row does, also where a row is as far from two centers and rounding chooses.
"""

import warnings
from functools import lru_cache

import numpy as np
from sklearn import config_context
from sklearn.cluster import KMeans, kmeans_plusplus
from sklearn.exceptions import ConvergenceWarning

from .threads import one_kmeans_thread

# Squares of smaller differences would leave the range of numbers.
_NARROWEST = 1e-150
_KMEANS_VALUES = 2_000_000  # values that several k-means may go through: fewer of them for large tables
_FEW_VALUES, _KEPT = 2**14, 256  # so many clusterings of tables up to that size are kept: other models start with them, too


def distinct_rows(X, sample_weight):
    """The distinct rows (u, d) in order, the weight of each (u,), and which of them each row of X is (n,)."""
    order = np.lexsort((sample_weight, *X.T[::-1]))  # weights too: their sums are rounded
    rows = X[order]
    first = np.concatenate([[True], (rows[1:] != rows[:-1]).any(axis=1)])
    index = np.empty(len(X), dtype=int)
    index[order] = np.cumsum(first) - 1
    return rows[first], np.add.reduceat(sample_weight[order], np.flatnonzero(first)), index


def has_distinct_rows(X, k):
    """Whether X has k distinct rows or more."""
    # the first rows nearly always settle it, without sorting all; of few rows a set is made quicker
    return len(set(map(tuple, X[: 16 * k].tolist()))) >= k or len(np.unique(X, axis=0)) >= k


def check_distinct_rows(X, k, argument):
    """Raise ValueError when X has fewer than k distinct rows, only one, or rows that hardly differ."""
    if not has_distinct_rows(X, k):
        distinct = len(np.unique(X, axis=0))
        raise ValueError(f"{argument} is {k}, but X has n_samples = {len(X)} with {distinct} distinct rows; use at most {distinct}.")
    if not has_distinct_rows(X, 2):
        raise ValueError(f"all n_samples = {len(X)} rows of X are the same; a mixture needs at least 2 distinct rows.")
    if np.ptp(X, axis=0).max() < _NARROWEST:
        raise ValueError(
            f"In every column of X the values differ by less than {_NARROWEST:g}, and the squares of such "
            "differences are beyond the range of numbers: use a smaller unit."
        )


def kmeans_labels(X, k, sample_weight, rng):
    """Cluster labels (n,) of k-means, started by k-means++ (Arthur and Vassilvitskii, 2007); no cluster is empty."""
    if k == 1:
        return np.zeros(len(X), dtype=int)
    seed = int(rng.integers(2**31))
    if X.size > _FEW_VALUES:
        return _clustered(X, k, sample_weight, seed)
    return _kept(X.tobytes(), X.shape, k, sample_weight.tobytes(), seed)


def _clustered(X, k, sample_weight, seed):
    rows, weight, index = distinct_rows(X, sample_weight)
    return _kmeans(rows, k, weight, seed)[index]


@lru_cache(_KEPT)
def _kept(X, shape, k, sample_weight, seed):
    labels = _clustered(np.frombuffer(X).reshape(shape), k, np.frombuffer(sample_weight), seed)
    labels.flags.writeable = False  # others get the same ones
    return labels


def tightest_labels(X, k, sample_weight, rng, starts=10):
    """Cluster labels (n,) of the tightest of several k-means: fewer for large tables, one of one cluster."""
    if k == 1:
        return np.zeros(len(X), dtype=int)
    rows, weight, index = distinct_rows(X, sample_weight)
    best, least = None, np.inf
    for _ in range(int(np.clip(_KMEANS_VALUES // X.size, 1, starts))):
        labels = _kmeans(rows, k, weight, int(rng.integers(2**31)))
        scatter = float((weight @ from_own_means(rows, labels, k, weight) ** 2).sum())
        if scatter < least * (1 - 1e-6):  # rounding must not choose between equal clusterings
            best, least = labels, scatter
    return best[index]


def _kmeans(rows, k, weight, seed):
    checked = config_context(assume_finite=True, skip_parameter_validation=True)  # for small tables a sixth of the time
    with warnings.catch_warnings(), checked, one_kmeans_thread:  # threads that wait for each other cost more than they do
        warnings.simplefilter("ignore", ConvergenceWarning)  # of clusters that are empty: they are filled here
        centers, _ = kmeans_plusplus(rows, k, sample_weight=weight, random_state=seed)
        kmeans = KMeans(k, init=centers, n_init=1, tol=0).fit(rows, sample_weight=weight)
    return without_empty(rows, kmeans.labels_, k, weight)


def from_own_means(X, labels, k, sample_weight):
    """Differences (n, d) of rows from the means of their clusters."""
    differences = np.empty_like(X)
    for rows in (labels == j for j in range(k)):
        if rows.any():
            differences[rows] = X[rows] - np.average(X[rows], axis=0, weights=sample_weight[rows])
    return differences


def within_clusters(X, k, sample_weight, floor):
    """Differences (n, d) of rows from the means of k-means clusters, always the same ones, whatever the features' units.

    Features with a variance up to ``floor`` keep theirs.
    """
    rows, weight, index = distinct_rows(X, sample_weight)
    centred = rows - np.average(rows, axis=0, weights=weight)
    variance = np.average(centred**2, axis=0, weights=weight)
    standard = centred / np.sqrt(np.where(variance > floor, variance, 1.0))
    labels = tightest_labels(standard, k, weight, np.random.default_rng(0))
    return from_own_means(rows, labels, k, weight)[index]


def nearest_labels(X, k, sample_weight, rng):
    """Cluster labels (n,) of the nearest of k distinct random rows; no cluster is empty."""
    rows, weight, index = distinct_rows(X, sample_weight)
    nearest = nearest_center(rows, random_rows(rows, k, weight, rng))
    return without_empty(rows, nearest, k, weight)[index]


def nearest_center(X, centers):
    """The nearest of the centers (k, d) for rows X (n, d); the first of those as near but for rounding."""
    distances = np.array([((X - center) ** 2).sum(axis=1) for center in centers])
    return (distances <= (1 + 1e-9) * distances.min(axis=0)).argmax(axis=0)


def without_empty(X, labels, k, sample_weight):
    """Labels (n,) that give each empty cluster the row that is farthest from the mean of its own.

    Beside a row that is very far away the distances between all others are lost in rounding.
    """
    labels = labels.copy()
    for empty in np.setdiff1d(np.arange(k), labels):
        apart = np.zeros(len(X))
        for j in np.unique(labels):
            own = labels == j
            apart[own] = np.abs(X[own] - np.average(X[own], axis=0, weights=sample_weight[own])).max(axis=1)
        farthest = X[apart.argmax()]
        labels[(X == farthest).all(axis=1)] = empty
    return labels


def random_rows(X, k, sample_weight, rng):
    """k distinct rows (k, d) drawn in proportion to their weight."""
    rows, weight, _ = distinct_rows(X, sample_weight)
    return rows[rng.choice(len(rows), size=k, replace=False, p=weight / weight.sum())]
