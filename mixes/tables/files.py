"""Tables in files, which must stay as they are while they are read."""

import os
import re
from bisect import bisect_right
from pathlib import Path

import numpy as np

from .table import Parts, Table, UnreadableTable


class Stamp:
    """A file as it was when it was opened: its size and when it was written."""

    def __init__(self, path):
        self.path = os.path.abspath(path)
        self._was = self._now()

    def _now(self):
        try:
            found = os.stat(self.path)
        except OSError:
            raise UnreadableTable(f"{self.path} cannot be found; put the file back, or give another.") from None
        return found.st_size, found.st_mtime_ns

    def check(self):
        """Raise an `UnreadableTable` where the file is another one now."""
        if self._now() != self._was:
            raise UnreadableTable(f"{self.path} was changed while it was used; start again with the file as it is now.")


class NpyTable(Table):
    """A .npy file of a table of numbers, read slice by slice.

    It is read rather than mapped: a mapped file that is cut off while it is used would end the process.
    """

    in_files = True

    def __init__(self, path):
        self._stamp = Stamp(path)
        path = self._stamp.path
        try:
            with open(path, "rb") as file:
                version = np.lib.format.read_magic(file)
                header = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
                self.shape, by_columns, self._dtype = header(file)
                self._start = file.tell()
        except OSError as error:
            raise UnreadableTable(f"{path} cannot be read ({error.strerror or error}); give a .npy file.") from None
        except ValueError:
            raise UnreadableTable(f"{path} is a damaged .npy file; save it again.") from None
        _check_numbers(path, self.shape, self._dtype)
        if by_columns and self.shape[1] > 1:
            raise ValueError(f"{path} holds its table column by column; save it with numpy.save(path, numpy.ascontiguousarray(X)).")

    def check(self):
        self._stamp.check()

    def read(self, start, stop):
        self.check()
        width = self.shape[1]
        count = (stop - start) * width
        try:
            with open(self._stamp.path, "rb") as file:
                X = np.fromfile(file, self._dtype, count, offset=self._start + start * width * self._dtype.itemsize)
        except OSError as error:
            raise UnreadableTable(f"{self._stamp.path} cannot be read ({error.strerror or error}); give it again.") from None
        if len(X) < count:
            raise UnreadableTable(f"{self._stamp.path} ends before row {start + len(X) // width}; save it again.")
        return X.reshape(-1, width)

    def place(self, row):
        return f"{self._stamp.path}, row {row}"


class MappedTable(Table):
    """A memory map (n, d) of numbers: the file behind it is looked at before each slice."""

    shared = False

    def __init__(self, mapped):
        self._mapped, self.shape = mapped, mapped.shape
        self._stamp = Stamp(mapped.filename) if mapped.filename else None
        _check_numbers(self._name, self.shape, mapped.dtype)

    @property
    def _name(self):
        return self._stamp.path if self._stamp else "X"

    def check(self):
        if self._stamp and self._mapped.mode in ("r", "c"):  # one that may be written to changes by itself
            self._stamp.check()

    def read(self, start, stop):
        self.check()
        return np.array(self._mapped[start:stop])

    def place(self, row):
        return f"{self._name}, row {row}"


def _check_numbers(name, shape, dtype):
    if len(shape) != 2:
        raise ValueError(f"{name} has shape {shape}; it needs a table, (rows, features).")
    if dtype.kind not in "fiub":
        raise ValueError(f"{name} holds {dtype}; it needs numbers.")


class ParquetTable(Parts):
    """A Parquet file, or a folder of them in the order of their names, read row group by row group.

    An index without a name, as pandas writes it, is no column. Hidden files of a folder are left out.

    Parameters
    ----------
    path : path
    numbers_only : bool
        Whether columns that are no numbers are left out; refused else.
    """

    in_files = True

    def __init__(self, path, numbers_only=False):
        import pyarrow.parquet as pq  # only whoever reads Parquet files needs it

        files = _parquet_files(Path(path))
        self._stamps, self._groups, self._first_rows, lengths, first = [], [], [], [], None
        for number, file in enumerate(files):
            self._stamps.append(Stamp(file))
            try:
                opened = pq.ParquetFile(file)
            except Exception:  # pyarrow raises many kinds; all mean that the file is not what it says it is
                raise UnreadableTable(f"{file} is a damaged Parquet file; save it again.") from None
            columns = _columns(file, opened.schema_arrow)
            odd = None if numbers_only else next((name for name in columns if columns[name]), None)
            if odd is not None:
                raise ValueError(f"{file}, column {odd!r} holds {columns[odd]}; every column needs to be numbers: leave it out.")
            first = columns if first is None else first
            _check_alike(file, columns, files[0], first)
            self._first_rows.append(sum(lengths))
            self._groups += [(number, group) for group in range(opened.num_row_groups)]
            lengths += [opened.metadata.row_group(group).num_rows for group in range(opened.num_row_groups)]
            opened.close()
        self.names = [name for name in first if not first[name]]
        self.left_out = tuple(name for name in first if first[name])
        if self.left_out and not self.names:
            raise ValueError(f"{path} has no column of numbers; give a table with at least one.")
        super().__init__(lengths, len(self.names))

    def check(self):
        for stamp in self._stamps:
            stamp.check()

    def place(self, row):
        number = bisect_right(self._first_rows, row) - 1
        return f"{self._stamps[number].path}, row {row - self._first_rows[number]}"

    def part(self, number):
        import pyarrow as pa
        import pyarrow.parquet as pq

        file, group = self._groups[number]
        stamp = self._stamps[file]
        stamp.check()
        try:
            with pq.ParquetFile(stamp.path) as opened:
                table = opened.read_row_group(group, columns=self.names)
            X = np.empty((table.num_rows, len(self.names)))
            for column, name in enumerate(self.names):
                X[:, column] = table.column(name).cast(pa.float64(), safe=False).to_numpy()
        except Exception as error:
            stamp.check()  # it may have changed since it was looked at
            why = str(error).splitlines()[0]
            raise UnreadableTable(f"{stamp.path} cannot be read in row group {group} ({why}); save it again.") from None
        return X


def _parquet_files(path):
    """The file, or those of a folder in the order of their names."""
    if not path.is_dir():
        return [path]
    files = []
    for file in sorted(path.rglob("*")):
        parts = file.relative_to(path).parts
        if file.is_file() and file.suffix.lower() == ".parquet" and not any(part.startswith((".", "_")) for part in parts):
            if key := next((part for part in parts[:-1] if "=" in part), None):
                raise ValueError(f"{path} has a folder {key!r}, whose name stands for a column; put such columns into the files.")
            files.append(file)
    if not files:
        raise UnreadableTable(f"{path} has no .parquet files; give a folder that has some.")
    return files


def _columns(file, schema):
    """The columns by name: "" of one of numbers, else what it holds."""
    import pyarrow.types as types

    index = [name for name in (schema.pandas_metadata or {}).get("index_columns", ()) if isinstance(name, str)]
    unnamed = [name for name in index if re.fullmatch(r"__index_level_\d+__", name)]
    fields = [field for field in schema if field.name not in unnamed]
    names = [field.name for field in fields]
    if len(set(names)) < len(names):
        double = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"{file} has more than one column {double!r}; give each a name of its own.")
    is_number = (types.is_integer, types.is_floating, types.is_boolean)
    return {field.name: "" if any(of(field.type) for of in is_number) else str(field.type) for field in fields}


def _check_alike(file, columns, first_file, first):
    """Raise a ValueError where a file has other columns than the first, or one of text where that has numbers."""
    if [(name, not held) for name, held in columns.items()] == [(name, not held) for name, held in first.items()]:
        return
    odd = next((name for name in first if name not in columns), None)
    if odd is not None:
        raise ValueError(f"{file} has no column {odd!r}, which {first_file} has; all files need the same columns.")
    more = next((name for name in columns if name not in first), None)
    other = next((name for name in first if bool(columns[name]) != bool(first[name])), None)
    if more is not None:
        what = f"has column {more!r}, which {first_file} has not"
    elif other is not None:
        what = f"has {columns[other] or 'numbers'} in column {other!r}, where {first_file} has {first[other] or 'numbers'}"
    else:
        what = f"has its columns in another order than {first_file}"
    raise ValueError(f"{file} {what}; all files need the same columns.")
