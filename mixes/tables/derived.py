"""Tables that are made of others as they are read: some of the columns, or another scale."""

from .table import Table


class Columns(Table):
    """Some columns of a table.

    Parameters
    ----------
    table : Table
    numbers : sequence of int
        Of the columns, in any order.
    """

    def __init__(self, table, numbers):
        self._table, self._numbers = table, list(numbers)
        self.shape = len(table), len(self._numbers)
        self.names = None if table.names is None else [table.names[number] for number in self._numbers]

    def read(self, start, stop):
        return self._table[start:stop][:, self._numbers]

    def place(self, row):
        return self._table.place(row)


class Scaled(Table):
    """The rows (x - center) / scale of a table.

    Parameters
    ----------
    table : Table
    center, scale : arrays (d,)
    """

    def __init__(self, table, center, scale):
        self._table, self._center, self._scale = table, center, scale
        self.shape, self.names = table.shape, table.names

    def read(self, start, stop):
        return (self._table[start:stop] - self._center) / self._scale

    def place(self, row):
        return self._table.place(row)
