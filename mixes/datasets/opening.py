"""Data that are read chunk by chunk: of them a sample is in memory."""

from pathlib import Path

import numpy as np

from .. import tables
from ..rows import Rows
from .dataset import Dataset, Scaling
from .reading import listed


def open_table(path, name=None, *, numbers_only=False):
    """The rows of a .npy or Parquet file, or of a folder of Parquet files; all of their columns are numbers.

    One pass over all rows looks at each value, draws the sample, and finds what standardises them.

    Parameters
    ----------
    path : path
    name : str, optional
        Of the data set; default: that of the file or folder.
    numbers_only : bool
        Whether columns that are no numbers are left out, which `notes` say, rather than refused.

    Returns
    -------
    dataset : Dataset
        Of more than 50,000 rows, X is a sample of so many, evenly spread and always the same; all are ``chunked``, which
        ``model.start(scaling.transform(dataset.all_rows))`` reads chunk by chunk. Of fewer, X has all.

    Raises
    ------
    ValueError, UnreadableTable
        There are fewer than two rows, a column is not numbers, a value is missing or infinite, or the file cannot be read: one
        sentence, with file, row and column.
    """
    path = Path(path)
    table = tables.opened(path, numbers_only=numbers_only)
    n, d = table.shape
    name = path.name if name is None else name
    if n < 2 or not d:
        raise ValueError(f"{path} has {n} rows of {d} columns; at least two rows of one column are needed.")
    rows = Rows(table)
    features = tuple(table.names or (f"x{j}" for j in range(1, d + 1)))
    notes = (f"Left out, as they are no numbers: {listed(table.left_out)}.",) if table.left_out else ()
    X = np.ascontiguousarray(rows.sample.X)
    if n == len(X):
        return Dataset(name, X, features, notes=notes)
    deviations = np.sqrt(rows.variances)
    constant = rows.box.least == rows.box.greatest
    scaling = Scaling(rows.box.center, np.where(constant, 1.0, deviations))
    return Dataset(name, X, features, rows=rows.drawn + 1, notes=notes, chunked=table, scaling=scaling)
