"""Metrics of a clustering, recorded while a model learns."""

import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment
from sklearn.metrics import adjusted_mutual_info_score, silhouette_score

from . import checks
from .tables import Table, gathered

_SILHOUETTE_ROWS = 2000  # the score compares all pairs of rows


# Contingency and ARI are asked for at every iteration: scikit-learn's functions give the same numbers, but checking
# their input takes them twenty times as long as counting.


def contingency(labels, pred):
    """Number of rows of each class (rows of the table) in each cluster (columns)."""
    (classes, n_classes), (clusters, n_clusters) = map(_codes, (labels, pred))
    return np.bincount(classes * n_clusters + clusters, minlength=n_classes * n_clusters).reshape(n_classes, -1)


def _codes(values):
    codes, distinct = pd.factorize(np.asarray(values), use_na_sentinel=False)
    return codes, len(distinct)


def accuracy(labels, pred):
    """Share of rows in the right class under the best one-to-one match of clusters to classes."""
    table = contingency(labels, pred)
    return float(table[linear_sum_assignment(table, maximize=True)].sum() / table.sum())


def on_diagonal(table):
    """Orders of the rows and of the columns of a table that put the best one-to-one match on the diagonal."""
    matched = zip(linear_sum_assignment(table, maximize=True), np.shape(table))
    return tuple(np.concatenate([own, np.setdiff1d(np.arange(size), own)]) for own, size in matched)


def confusion(labels, pred, n_components=None):
    """Number of rows of each known class in each component, the match that `accuracy` is of on the diagonal.

    Parameters
    ----------
    labels : array-like (n,)
        The class of each row.
    pred : int array (n,)
        Its component, counted from 0.
    n_components : int, optional
        Default: up to the last that has rows.

    Returns
    -------
    DataFrame
        A line for each component, counted from 1, and a column for each class. Those without a counterpart come last.
    """
    codes, classes = pd.factorize(np.asarray(labels), sort=True, use_na_sentinel=False)
    pred = np.asarray(pred)
    if len(codes) != len(pred):
        raise ValueError(f"labels has {len(codes)} rows, but pred has {len(pred)}; they need to be as many.")
    k = int(pred.max(initial=-1)) + 1 if n_components is None else n_components
    table = component_counts(codes, pred, len(classes), k)
    rows, columns = on_diagonal(table)
    return pd.DataFrame(
        table[np.ix_(rows, columns)], index=pd.Index(rows + 1, name="component"), columns=pd.Index(classes[columns], name="class")
    )


def component_counts(codes, pred, n_classes, n_components):
    """Number of rows of each class (columns) in each component (rows of the table), for codes counted from 0."""
    counts = np.bincount(np.asarray(pred) * n_classes + codes, minlength=n_components * n_classes)
    return counts.reshape(n_components, n_classes)


def adjusted_rand_index(labels, pred):
    """Agreement of pairs of rows, 1 when perfect and 0 on average by chance (Hubert and Arabie, 1985)."""
    table = contingency(labels, pred).astype(float)
    together, in_classes, in_clusters, pairs = (
        (counts * (counts - 1)).sum() / 2 for counts in (table, table.sum(axis=1), table.sum(axis=0), table.sum())
    )
    expected, highest = in_classes * in_clusters / max(pairs, 1.0), (in_classes + in_clusters) / 2
    return 1.0 if highest == expected else float((together - expected) / (highest - expected))


def misclassification_rate(labels, pred):
    """1 - accuracy."""
    return 1 - accuracy(labels, pred)


def silhouette(data, pred):
    """Mean silhouette (Rousseeuw, 1987); NaN with one cluster. Above 2,000 rows, of a fixed sample."""
    pred = np.asarray(pred)
    if len(pred) > _SILHOUETTE_ROWS:
        rows = np.random.default_rng(0).choice(len(pred), _SILHOUETTE_ROWS, replace=False)
        data, pred = gathered(data if isinstance(data, Table) else np.asarray(data), rows), pred[rows]
    data = data[:] if isinstance(data, Table) else np.asarray(data)
    if not 2 <= len(np.unique(pred)) < len(pred):
        return float("nan")
    return float(silhouette_score(data, pred))


_WITH_LABELS = {
    "accuracy": accuracy,
    "MR": misclassification_rate,
    "ARI": adjusted_rand_index,
    "AMI": lambda labels, pred: float(adjusted_mutual_info_score(labels, pred)),
}
METRICS = (*_WITH_LABELS, "silhouette")


class Evaluator:
    """Records metrics of the clusters at every iteration.

    Parameters
    ----------
    labels : array-like (n,) or None
        True classes, for the metrics that compare with them.
    *metrics : str
        "accuracy", "MR" (misclassification rate), "ARI", "AMI" or "silhouette".
    calc_frequency : int
        Evaluate every so many iterations.
    **functions : callables ``f(data, labels, pred) -> float``
        Metrics of your own, by name. What is no number, a table say, is kept in each state and left out of the
        trace's metrics.

    Examples
    --------
    >>> evaluator = Evaluator([0, 0, 1], "accuracy", size=lambda data, labels, pred: len(data))
    >>> evaluator([[0.], [1.], [9.]], [1, 1, 0])
    {'accuracy': 1.0, 'size': 3}
    """

    def __init__(self, labels=None, *metrics, calc_frequency=1, **functions):
        unknown = [name for name in metrics if name not in METRICS]
        if unknown:
            raise ValueError(f"metric {unknown[0]!r} is unknown; choose from {', '.join(METRICS)}, or give a function by keyword.")
        if labels is None and (needs := [name for name in metrics if name in _WITH_LABELS]):
            raise ValueError(f"metric {needs[0]!r} compares with labels, but labels is None.")
        checks.count("calc_frequency", calc_frequency, "iterations")
        self.labels = None if labels is None else np.asarray(labels)
        # metrics compare codes: labels may be of any type, also mixed or missing
        self._codes = None if labels is None else pd.factorize(self.labels, sort=True, use_na_sentinel=False)[0]
        self.metrics = metrics
        self.calc_frequency = calc_frequency
        self.functions = functions
        self._classes = None

    def __call__(self, data, pred):
        """Metrics of one prediction (n,) of the rows of ``data`` (n, d), as a dict."""
        pred = np.asarray(pred)
        self._check_rows(len(pred))
        values = {name: _WITH_LABELS[name](self._codes, pred) if name in _WITH_LABELS else silhouette(data, pred) for name in self.metrics}
        values.update({name: function(data, self.labels, pred) for name, function in self.functions.items()})
        return values

    def at(self, rows):
        """The same evaluator for a selection of the rows, a boolean array (n,)."""
        self._check_rows(len(rows))
        return (
            self
            if self.labels is None
            else Evaluator(self.labels[rows], *self.metrics, calc_frequency=self.calc_frequency, **self.functions)
        )

    def _check_rows(self, n):
        if self.labels is not None and len(self.labels) != n:
            raise ValueError(f"the evaluator has {len(self.labels):,} labels, but the data have {n:,} rows.")

    def align(self, pred, n_components):
        """The class that each component stands for, kept from one call to the next where it is as good.

        Parameters
        ----------
        pred : array (n,)
            Component of each row.
        n_components : int

        Returns
        -------
        array (n_components,)
            Index of the class among the sorted distinct labels, or -1 for a component without one.
        """
        table = np.zeros((n_components, self._codes.max() + 1))
        np.add.at(table, (np.asarray(pred), self._codes), 1)
        if self._classes is not None and len(self._classes) == n_components:
            kept = np.flatnonzero(self._classes >= 0)
            table[kept, self._classes[kept]] += 0.5 / n_components  # breaks ties in favour of the last match
        components, matched = linear_sum_assignment(table, maximize=True)
        self._classes = np.full(n_components, -1)
        self._classes[components] = matched
        return self._classes.copy()
