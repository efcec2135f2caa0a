"""What a table is that is read chunk by chunk, whatever it is kept in."""

from abc import ABC, abstractmethod
from bisect import bisect_right

import numpy as np

from ..checks import LARGEST
from .recent import Recent

# The fewest rows of a chunk, and the most bytes that they may take.
LEAST_ROWS, _MOST_BYTES = 256, 2**28
_READ_NUMBERS = 2**20  # numbers of a table that are read at once where some of its rows are taken


class UnreadableTable(OSError):
    """A table that cannot be read, or not any more: one sentence, with its file, row and column."""


class Table(ABC):
    """Rows that are read when they are asked for: ``table[start:stop]`` is an array (m, d) of finite floats.

    A table is safe in threads, and can be sent to other processes.

    Attributes
    ----------
    shape : tuple of int
        Rows and features.
    names : list of str, or None
        Of the features.
    shared : bool
        Whether other computers can read it, as a file that all of them see.
    in_files : bool
        Whether it is read from files, by paths that say the same in any process of this computer.
    left_out : tuple of str
        The columns of its file that were left out, as they are no numbers.
    """

    shape, names, shared, in_files, left_out = (0, 0), None, True, False, ()

    def __len__(self):
        return self.shape[0]

    def __getitem__(self, rows):
        start, stop, step = rows.indices(len(self))
        if step != 1:
            raise ValueError(f"rows is {rows}; a table is read in steps of 1.")
        X = np.ascontiguousarray(self.read(start, stop), dtype=np.float64)
        if X.shape != (stop - start, self.shape[1]):
            raise UnreadableTable(
                f"{self.place(start)} has shape {X.shape} where {(stop - start, self.shape[1])} was; give the table as it was."
            )
        if not (np.abs(X) <= LARGEST).all():
            row, column = np.argwhere(~(np.abs(X) <= LARGEST))[0]
            self._refuse(start + row, column, X[row, column])
        return X

    def _refuse(self, row, column, value):
        where = f"{self.place(row)}, column {column if self.names is None else repr(self.names[column])},"
        if np.isfinite(value):
            raise UnreadableTable(
                f"{where} is {value:g}; squares of such values are beyond the range of numbers, so that {LARGEST:g} is the limit: "
                "use a larger unit."
            )
        name = "NaN or empty" if np.isnan(value) else "infinity (inf)"
        raise UnreadableTable(f"{where} is {name}; leave the row out or fill it in.")

    @abstractmethod
    def read(self, start, stop):
        """Rows ``start`` to ``stop``, an array (m, d) of numbers."""

    def check(self):
        """Raise an `UnreadableTable` where it is another table than it was; asked before each pass, also where nothing is read."""
        return

    @abstractmethod
    def place(self, row):
        """Where a row is, as a sentence begins: its file and its number there, from 0."""


class Parts(Table):
    """Rows that come in parts, each an array (m_i, d), that are made when they are asked for: `part`.

    Parameters
    ----------
    lengths : sequence of int
        The numbers of rows of the parts.
    d : int
    """

    def __init__(self, lengths, d):
        self.edges = np.concatenate([[0], np.cumsum(lengths, dtype=int)]).tolist()
        self.shape = self.edges[-1], d
        self._recent = Recent(self.part)

    @abstractmethod
    def part(self, number):
        """All rows of a part."""

    def read(self, start, stop):
        found, number = [np.empty((0, self.shape[1]))], bisect_right(self.edges, start) - 1
        while start < stop:
            low, high = self.edges[number : number + 2]
            if high > start:
                found.append(self._recent(number)[start - low : stop - low])
                start = min(high, stop)
            number += 1
        return found[-1] if len(found) == 2 else np.concatenate(found)


class Taken(Table):
    """Some rows of a table, in their order.

    Parameters
    ----------
    table : Table
    numbers : array of int
        Rising.
    """

    def __init__(self, table, numbers):
        self._table, self._numbers = table, numbers
        self.shape, self.names = (len(numbers), table.shape[1]), table.names
        self.shared, self.in_files = table.shared, table.in_files

    def read(self, start, stop):
        numbers = self._numbers[start:stop]
        places = numbers // max(_READ_NUMBERS // self.shape[1], LEAST_ROWS)
        parts = [numbers[places == place] for place in np.unique(places)]
        return np.concatenate([np.empty((0, self.shape[1])), *(self._table[slice(own[0], own[-1] + 1)][own - own[0]] for own in parts)])

    def check(self):
        self._table.check()

    def place(self, row):
        return self._table.place(self._numbers[row])


def taken(X, numbers):
    """Rows of a table, a `Table`, or of an array, an array, by their rising numbers."""
    return Taken(X, numbers) if isinstance(X, Table) else X[numbers]


def gathered(X, numbers):
    """Rows of a table or an array, by their numbers in any order, as an array."""
    if not isinstance(X, Table):
        return X[numbers]
    distinct, places = np.unique(numbers, return_inverse=True)
    return Taken(X, distinct)[:][places]


def check_width(d, name="X"):
    """Raise a ValueError where a chunk of so many features is too large for what is kept in memory at a time."""
    most = _MOST_BYTES // (8 * LEAST_ROWS)
    if d > most:
        raise ValueError(
            f"{name} has {d:,} features, and {LEAST_ROWS} rows of them, the smallest chunk, are larger than the {_MOST_BYTES >> 20} MB "
            f"that a chunk may have; use at most {most:,} features."
        )
