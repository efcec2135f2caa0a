"""Tables that are made of others as they are read: some of the columns, or another scale."""

from .table import Table


class _Derived(Table):
    """Rows that each come of the same row of another table."""

    def __init__(self, table):
        self._table, self.shape, self.names, self.shared, self.in_files = table, table.shape, table.names, table.shared, table.in_files

    def check(self):
        self._table.check()

    def place(self, row):
        return self._table.place(row)


class Columns(_Derived):
    """Some columns of a table.

    Parameters
    ----------
    table : Table
    numbers : sequence of int
        Of the columns, in any order.
    """

    def __init__(self, table, numbers):
        super().__init__(table)
        self._numbers = list(numbers)
        self.shape = len(table), len(self._numbers)
        self.names = None if table.names is None else [table.names[number] for number in self._numbers]

    def read(self, start, stop):
        return self._table[start:stop][:, self._numbers]


class Scaled(_Derived):
    """The rows (x - center) / scale of a table.

    Parameters
    ----------
    table : Table
    center, scale : arrays (d,)
    """

    def __init__(self, table, center, scale):
        super().__init__(table)
        self._center, self._scale = center, scale

    def read(self, start, stop):
        return (self._table[start:stop] - self._center) / self._scale
