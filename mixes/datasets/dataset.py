"""A data set, and the standardising of its features."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from sklearn.preprocessing import StandardScaler

from .. import tables
from ..checks import share, shown


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
        """Rows (n, d) of the data in standardised units; of a `Table` they are scaled as they are read."""
        if isinstance(X, tables.Table):
            return tables.Scaled(X, self.center, self.scale)
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
    table : DataFrame or None
        The table that the rows are from, with all its rows and columns; see `to_frame`.
    fill : float array (d,) or None
        What was filled in where a value was missing, feature by feature; None when such rows were left out.
    chunked : Table or None
        All rows, read chunk by chunk, where X is a sample of them: see `open_table`.
    scaling : Scaling or None
        What standardises them.
    """

    name: str
    X: np.ndarray
    features: tuple
    labels: np.ndarray | None = None
    label_names: tuple = ()
    rows: np.ndarray | None = None
    notes: tuple = ()
    image_shape: tuple | None = None
    table: pd.DataFrame | None = None
    fill: np.ndarray | None = None
    chunked: tables.Table | None = None
    scaling: Scaling | None = None

    def __post_init__(self):
        if self.rows is None:
            object.__setattr__(self, "rows", np.arange(1, len(self.X) + 1))

    @property
    def all_rows(self):
        """X, or the `Table` that it is a sample of."""
        return self.X if self.chunked is None else self.chunked

    def sampled(self):
        """The sample alone, where X is one."""
        return replace(self, chunked=None, scaling=None)

    def to_frame(self):
        """The whole table that the rows are from; of data without one, the features and the class."""
        if self.table is not None:
            return self.table
        frame = pd.DataFrame(self.X, columns=list(self.features))
        return frame if self.labels is None else frame.assign(**{"class": np.asarray(self.label_names)[self.labels]})

    def only(self, features):
        """The same rows of the same table with these features only, in this order.

        Raises
        ------
        ValueError
            There is no such feature.
        """
        features = tuple(features)
        absent = [name for name in features if name not in self.features]
        if absent or not features:
            what = f'no feature "{absent[0]}"' if absent else "features to choose from, but none was named"
            raise ValueError(f"{self.name} has {what}; its features are {', '.join(self.features)}.")
        at = [self.features.index(name) for name in features]
        whole = len(at) == len(self.features)
        return replace(
            self,
            X=self.X[:, at],
            features=features,
            table=self.to_frame(),
            fill=None if self.fill is None else self.fill[at],
            image_shape=self.image_shape if whole else None,
            chunked=None if self.chunked is None else tables.Columns(self.chunked, at),
            scaling=None if self.scaling is None else Scaling(self.scaling.center[at], self.scaling.scale[at]),
        )

    def standardised(self):
        """The `Scaling` that gives every feature mean 0 and variance 1."""
        return Scaling.fit(self.X) if self.scaling is None else self.scaling

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
        share("fraction", fraction)
        n = len(self.all_rows)
        order = generator(random_state).permutation(n)
        n_validation = min(max(1, round(fraction * n)), n - 1)
        return np.sort(order[n_validation:]), np.sort(order[:n_validation])


def generator(random_state):
    """The random generator of a seed."""
    try:
        return np.random.default_rng(random_state)
    except (TypeError, ValueError):
        raise ValueError(
            f"random_state is {shown(random_state)}; it needs a whole number of at least 0, a NumPy generator or None."
        ) from None
