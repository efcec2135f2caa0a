"""The server's folder of tables, which who runs it names by an environment variable. No Streamlit in here.

A table is known by its name: "iris.csv", "week 1/heights.npy" in a folder below, or "flights", a folder of Parquet files alone.
Only what is listed is opened, so that no name, whatever a link says, leads out of the folder.
"""

import hashlib
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from mixes.datasets import MAX_BYTES

from . import checks

VARIABLE = "MIXES_DATA"
KEY = "served"  # what the keys of its tables begin with
_KINDS = {".csv", ".tsv", ".txt", ".xlsx", ".parquet", ".npy"}
_LONGEST = 100  # letters of a name that is told
_FEW_ROWS, _FEW_VALUES = 50_000, 20_000_000  # of a Parquet file that is read at once
_UNITS = ("bytes", "kB", "MB", "GB", "TB")


@dataclass(frozen=True)
class Found:
    """A table of the folder, and the name, bytes and time of each of its files: of one, or of a folder of Parquet files."""

    name: str
    path: Path
    stamps: tuple

    @property
    def size(self):
        """In words."""
        size, unit = sum(size for _, size, _ in self.stamps), 0
        while size >= 1000 and unit < len(_UNITS) - 1:
            size, unit = size / 1000, unit + 1
        return f"{size:.3g} {_UNITS[unit]}"

    @property
    def key(self):
        """A word that changes whenever the table does; it begins with that of its name."""
        return f"{key_of(self.name)}{_digest(repr(self.stamps))} "

    @property
    def by_chunks(self):
        """Whether it is opened chunk by chunk rather than read at once."""
        if self.path.suffix.lower() == ".npy" or self.path.is_dir():
            return True
        return self.path.suffix.lower() == ".parquet" and _is_large(self.path)


class Name:
    """The kind of setting that names a table of the folder."""

    def check(self, value, name):
        return checks.text(value, name)

    def write(self, value):
        return value

    def read(self, text, name):
        return self.check(text, name)


def key_of(name):
    """What the keys of a table begin with, by its name."""
    return f"{KEY}{_digest(name)}"


def folder():
    """The folder, or None where none is named."""
    given = os.environ.get(VARIABLE)
    return Path(given).absolute() if given else None


def listed(root):
    """The tables of a folder by name, in order; what is hidden or cannot be looked at, and links that lead out of it, are none.

    Raises
    ------
    ValueError
        There is no such folder, or it cannot be read.
    """
    try:
        inside = root.resolve(strict=True)
        entries = list(root.iterdir())
    except OSError as error:
        raise ValueError(f"The folder of this server's tables cannot be read ({error.strerror or error}).") from None
    tables = [*_files(entries, inside, ""), *(table for entry in entries if _shown(entry) for table in _below(entry, inside))]
    return {table.name: table for table in sorted(tables, key=lambda table: (table.name.lower(), table.name))}


def found(root, name):
    """One of the tables of a folder; a ValueError says that there is no such table."""
    if (table := listed(root).get(name)) is None:
        raise ValueError(f"There is no table {name[:_LONGEST]!r} in the folder of this server; choose another.")
    return table


def said(problem, root):
    """What is wrong with a table of a folder, without the way to it."""
    return str(problem) if root is None else str(problem).replace(f"{root}{os.sep}", "")


def _below(folder, inside):
    """The tables of a folder below: itself one, or the files in it; of what is no folder none."""
    try:
        if not folder.is_dir() or not _leads_to(folder, inside):
            return []
        if files := _parquet(folder, inside):
            return [Found(folder.name, folder, _stamps(files))]
        return _files(folder.iterdir(), inside, f"{folder.name}/")
    except OSError:
        return []


def _files(entries, inside, before):
    """Those of some entries of a folder that are files with tables."""
    tables = []
    for entry in entries:
        if entry.suffix.lower() in _KINDS and _shown(entry):
            with suppress(OSError):  # it has gone meanwhile
                if entry.is_file() and _leads_to(entry, inside):
                    tables.append(Found(f"{before}{entry.name}", entry, _stamps([entry])))
    return tables


def _parquet(folder, inside):
    """The files of a folder that holds Parquet files alone, beside the marks that programs leave there; else none."""
    files = []
    for path in folder.rglob("*"):
        if path.is_dir() or (path.suffix != ".parquet" and path.name[0] in "._"):
            continue
        if path.suffix != ".parquet" or not path.is_file() or not _leads_to(path, inside):
            return []
        files.append(path)
    return sorted(files)


def _stamps(files):
    return tuple((str(file), stamp.st_size, stamp.st_mtime_ns) for file in files for stamp in [file.stat()])


def _shown(path):
    """Whether a name is one to show: not hidden, and a text."""
    try:
        path.name.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return not path.name.startswith(".")


def _leads_to(path, inside):
    """Whether a path is within a folder, wherever links lead."""
    try:
        return path.resolve(strict=True).is_relative_to(inside)
    except (OSError, RuntimeError):  # it is gone, or links go round in a circle
        return False


def _is_large(path):
    """Whether a Parquet file has more than is read at once; of one that is damaged its reader says what it is."""
    import pyarrow.parquet as pq  # only whoever reads Parquet files needs it

    try:
        metadata = pq.read_metadata(path)
    except Exception:
        return False
    n = metadata.num_rows
    return n > _FEW_ROWS or n * metadata.num_columns > _FEW_VALUES or path.stat().st_size > MAX_BYTES


def _digest(text):
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:12]
