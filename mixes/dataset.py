"""A data set, and the standardising of its features."""

from dataclasses import dataclass
from numbers import Real

import numpy as np
from sklearn.preprocessing import StandardScaler


@dataclass(frozen=True, eq=False)
class Scaling:
    """The map z = (x - center) / scale, feature by feature.

    Attributes
    ----------
    center, scale : arrays (d,)
    """

    center: np.ndarray
    scale: np.ndarray

    @classmethod
    def fit(cls, X):
        """Mean 0 and variance 1 for every feature of `X` (n, d); a constant feature is only centred."""
        scaler = StandardScaler().fit(X)
        return cls(scaler.mean_, scaler.scale_)

    @classmethod
    def none(cls, d):
        """The scaling that changes nothing."""
        return cls(np.zeros(d), np.ones(d))

    def transform(self, X):
        """Rows (n, d) of the data in standardised units."""
        return (np.asarray(X) - self.center) / self.scale

    def inverse(self, Z):
        """Standardised rows (n, d) in the units of the data."""
        return np.asarray(Z) * self.scale + self.center

    def means(self, means):
        """Standardised means, (d,) or (k, d), in the units of the data."""
        return self.inverse(means)

    def covariances(self, covariances):
        """Standardised covariances, (d, d) or (k, d, d), in the units of the data."""
        return np.asarray(covariances) * np.outer(self.scale, self.scale)


@dataclass(frozen=True, eq=False)
class Dataset:
    """Rows to fit a model to, and what is known about them.

    Attributes
    ----------
    name : str
    X : float array (n, d)
        As given, not standardised; finite.
    features : tuple of str
    labels : int array (n,) or None
        The true source of each row, an index into `label_names`; never used to fit.
    label_names : tuple of str
    rows : int array (n,)
        The number of each row in its table, from 1, the header not counted.
    notes : tuple of str
        Plain sentences of what was done to the table.
    image_shape : tuple or None
        Height and width when a row is a picture.
    """

    name: str
    X: np.ndarray
    features: tuple
    labels: np.ndarray | None = None
    label_names: tuple = ()
    rows: np.ndarray | None = None
    notes: tuple = ()
    image_shape: tuple | None = None

    def __post_init__(self):
        if self.rows is None:
            object.__setattr__(self, "rows", np.arange(1, len(self.X) + 1))

    def standardised(self):
        """The `Scaling` that gives every feature mean 0 and variance 1."""
        return Scaling.fit(self.X)

    def split(self, fraction, random_state=None):
        """Draw rows to hold out.

        Parameters
        ----------
        fraction : float between 0 and 1
            Share of the rows to hold out; at least one row is held out and one stays.

        Returns
        -------
        train, validation : int arrays, sorted
        """
        if not isinstance(fraction, Real) or not 0 < fraction < 1:
            raise ValueError(f"fraction must lie between 0 and 1, but it is {fraction!r}.")
        n = len(self.X)
        order = generator(random_state).permutation(n)
        n_validation = min(max(1, round(fraction * n)), n - 1)
        return np.sort(order[n_validation:]), np.sort(order[:n_validation])


def generator(random_state):
    """The random generator of a seed."""
    try:
        return np.random.default_rng(random_state)
    except (TypeError, ValueError):
        raise ValueError(
            f"random_state must be a whole number of at least 0, a NumPy generator or None, but it is {random_state!r}."
        ) from None
