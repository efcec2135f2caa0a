"""Where EM starts: k-means clusters or random rows.

Rows are sorted first, so that the draw depends on the set of rows and their weights only: shuffled rows start the
same, and weight 2 starts as a repeated row does.
"""

import numpy as np
from sklearn.cluster import KMeans, kmeans_plusplus


def has_distinct_rows(X, k):
    """Whether X has k distinct rows or more."""
    # the first rows nearly always settle it, without sorting all
    return any(len(np.unique(rows, axis=0)) >= k for rows in (X[:16 * k], X))


def check_distinct_rows(X, k, argument):
    """Raise ValueError when X has fewer than k distinct rows, or only one."""
    if not has_distinct_rows(X, k):
        distinct = len(np.unique(X, axis=0))
        raise ValueError(f"{argument} is {k}, but X has n_samples = {len(X)} with {distinct} distinct rows; "
                         f"use at most {distinct}.")
    if not has_distinct_rows(X, 2):
        raise ValueError(f"all n_samples = {len(X)} rows of X are the same; a mixture needs at least 2 distinct rows.")


def kmeans_labels(X, k, sample_weight, rng):
    """Cluster labels (n,) of k-means, started by k-means++ (Arthur and Vassilvitskii, 2007)."""
    if k == 1:
        return np.zeros(len(X), dtype=int)
    order = np.lexsort(X.T[::-1])
    seed = int(rng.integers(2**31))
    centers, _ = kmeans_plusplus(X[order], k, sample_weight=sample_weight[order], random_state=seed)
    kmeans = KMeans(k, init=centers, n_init=1, tol=0).fit(X[order], sample_weight=sample_weight[order])
    labels = np.empty(len(X), dtype=int)
    labels[order] = kmeans.labels_
    return labels


def random_rows(X, k, sample_weight, rng):
    """k distinct rows (k, d) drawn in proportion to their weight."""
    rows, index = np.unique(X, axis=0, return_inverse=True)
    weight = np.bincount(index.ravel(), weights=sample_weight)
    return rows[rng.choice(len(rows), size=k, replace=False, p=weight / weight.sum())]
