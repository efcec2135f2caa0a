"""What stands for a table that is read chunk by chunk."""

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from .. import checks
from .chunked import ChunkedTable, from_dask
from .files import MappedTable, NpyTable, ParquetTable
from .table import Table, UnreadableTable, check_width


def opened(X, name="X", numbers_only=False):
    """The `Table` that X stands for; None for what is in memory already.

    Parameters
    ----------
    X : path of a .npy or Parquet file, or of a folder of Parquet files; a memory map; a dask array; a sequence of arrays (m_i, d)
    name : str
        How X is called in messages.
    numbers_only : bool
        Whether columns of Parquet files that are no numbers are left out; refused else.

    Raises
    ------
    ValueError, UnreadableTable
        What it stands for is no table of numbers, or cannot be read.
    """
    table = _opened(X, name, numbers_only)
    if table is not None:
        check_width(table.shape[1], X if isinstance(X, (str, os.PathLike)) else "X")
    return table


def rows(estimator, X, reset=False, min_samples=1, name="X"):
    """Rows for an estimator: a `Table`, or a float array (n, d) as `checks.rows` gives it.

    Of a table the number of features and their names are checked here, and each value when it is read; with ``reset`` they are
    those of the fit that follows, see `note_features`.
    """
    table = opened(X, name)
    if table is None:
        return checks.rows(estimator, X, reset, min_samples, name)
    n, d = table.shape
    if n < min_samples or not d:
        raise ValueError(f"{name} has {n} row(s) of {d} feature(s); it needs at least {min_samples} row(s) of at least 1 feature.")
    if reset:
        return table
    if d != estimator.n_features_in_:
        raise ValueError(
            f"{name} has {d} features, but {type(estimator).__name__} is expecting {estimator.n_features_in_} features as input."
        )
    if (names := checks.feature_names(estimator)) is not None and table.names is not None and names != table.names:
        odd = next((one for one, other in zip(names, table.names) if one != other))
        raise ValueError(f"{name} has other columns than the rows that were fitted, which have {odd!r}; give the same ones in their order.")
    return table


def note_features(estimator, table):
    """Let an estimator know the features of a table that it is fitted to, once all of it was looked at."""
    estimator.n_features_in_ = table.shape[1]
    if table.names is not None:
        estimator.feature_names_in_ = np.array(table.names, dtype=object)
    else:
        vars(estimator).pop("feature_names_in_", None)


def _opened(X, name, numbers_only):
    if isinstance(X, Table):
        return X
    if isinstance(X, (str, os.PathLike)):
        return _of_path(X, name, numbers_only)
    if isinstance(X, np.memmap) and X.ndim == 2:
        return MappedTable(X)
    if type(X).__module__.startswith("dask.array"):
        return from_dask(X)
    if isinstance(X, Sequence) and len(X) and getattr(X[0], "ndim", 0) == 2:
        return ChunkedTable(X)
    return None


def _of_path(path, name, numbers_only):
    file = Path(path)
    kinds = {".npy": NpyTable, ".parquet": ParquetTable}
    kind = ParquetTable if file.is_dir() else kinds.get(file.suffix.lower())
    if kind is None:
        raise ValueError(f"{name} is {checks.shown(str(path))}; a file needs to be .npy or .parquet, or a folder of .parquet files.")
    if not file.exists():
        raise UnreadableTable(f"{file} cannot be found; give the path of a file.")
    return kind(file, numbers_only) if kind is ParquetTable else kind(file)
