"""The rows that a run is fitted to, and what stays the same for all its iterations."""

import hashlib
from functools import cached_property

import numpy as np

from .checks import within_range

# Eigenvalues of covariances stay above this share of the data's mean feature variance.
_FLOOR = 1e-12


class Rows:
    """Rows with their weights; a row of weight 0 is an absent row.

    Parameters
    ----------
    X : array (n, d)
    sample_weight : array (n,)
    X_validation : array (m, d) or None
        Held-out rows.

    Attributes
    ----------
    X : array (n, d)
        The rows that have weight.
    present : array of bool
        Which of those given have.
    weight : array (n,)
    unequal : array (n,) or None
        The weights, if any is not 1.
    mass : float
        Total weight.
    variance : float
        Mean variance of the features.
    box : arrays (d,), (d,)
        Least and largest values, see `mixes.gaussians.inside`.
    """

    def __init__(self, X, sample_weight, X_validation=None):
        self._given = X, sample_weight
        self.X_validation = X_validation
        self.present = sample_weight > 0
        self.X = X if self.present.all() else X[self.present]
        self.unequal = None if (sample_weight == 1).all() else sample_weight[self.present]
        self.weight = np.ones(len(self.X)) if self.unequal is None else self.unequal
        self.mass = float(self.weight.sum())
        with within_range():
            center = np.average(self.X, axis=0, weights=self.weight)
            self.variance = float(np.average((self.X - center) ** 2, axis=0, weights=self.weight).mean())
            if not np.isfinite(self.variance):
                raise ValueError("the variance is not finite")
        self.box = self.X.min(axis=0), self.X.max(axis=0)

    @property
    def floor(self):
        """The smallest eigenvalue a covariance may have."""
        return max(_FLOOR * self.variance, np.finfo(float).tiny)

    @cached_property
    def fingerprint(self):
        """A digest of the rows, weights and held-out rows: the same data give the same text."""
        arrays = [*self._given] + ([] if self.X_validation is None else [self.X_validation])
        digest = hashlib.sha256()
        for array in arrays:
            digest.update(repr(array.shape).encode() + np.ascontiguousarray(array).tobytes())
        return digest.hexdigest()
