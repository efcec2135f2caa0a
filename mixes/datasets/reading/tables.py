"""Reading a table from a file: text, Parquet or Excel, told apart by their content."""

import io
import os
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from ...checks import one_of, shown
from .delimited_text import read_text
from .excel import read_excel, refuse_old_excel
from .limits import check_bytes, check_texts
from .parquet import read_parquet
from .text_numbers import is_text, listed, padded_columns, parse_text_columns

_MOST_RENAMED = 5  # told one by one
_OTHERS = {  # a file that begins so -> what it is
    b"\x1f\x8b": "compressed (gzip); unpack it and choose the table inside",
    b"PARE": "an encrypted Parquet file; save it without encryption",
    b"7z\xbc\xaf": "a 7z archive; unpack it and choose the table inside",
    b"\x89PNG": "a picture; choose a CSV, TSV, Parquet or Excel (.xlsx) file",
    b"\xff\xd8\xff": "a picture; choose a CSV, TSV, Parquet or Excel (.xlsx) file",
}


def read_table(source, filename=None, *, header="auto", separator=None, decimal=None, encoding=None, sheet=None):
    """Read a table from text (CSV, TSV, ...), Parquet or Excel (.xlsx).

    Parameters
    ----------
    source : path, bytes or binary file object
    filename : str, optional
        Name used in messages; default: that of the path or file.
    header : "auto", True or False
        Whether the first row names the columns. "auto": unless it looks like data.
    separator : str, optional
        One character; " " is any run of spaces. Default: told from the content.
    decimal : "." or ",", or a mapping of names of columns to these, optional
        Decimal sign of columns of text whose numbers can be read in two ways ("1,234"). Default: such columns are asked about,
        by an error. A column that tells its sign, and numbers that are no text, are taken as they are.
    encoding : str, optional
        Default: by the byte order mark, else UTF-8, else Latin-1 in the version of Windows.
    sheet : str, optional
        Sheet of an Excel file; default: the first that is shown and holds a table, no cover of words.

    Returns
    -------
    frame : DataFrame
        One row for each row that is not blank, index 0..n-1. Numbers that are written as text are numbers, but for columns where one
        begins with a zero, such as 01067: rather codes, they stay as they are written. ``frame.attrs["notes"]`` are plain sentences
        of how the file was read, ``frame.attrs["sheets"]`` the names of all sheets of an Excel file and ``frame.attrs["sheet"]``
        that of the one that was read.

    Raises
    ------
    AmbiguousNumbers
        A number could be read in two ways, and `decimal` does not say which.
    ValueError
        The file is empty, too large, no table, damaged, or has rows of unequal length.
    """
    one_of("header", header, ("auto", True, False))
    check_decimal(decimal)
    if separator is not None and (not isinstance(separator, str) or len(separator) != 1 or separator in '"\r\n'):
        raise ValueError(f"separator is {shown(separator)}; it needs one character, such as ',' or ';'.")
    for argument, value in {"filename": filename, "encoding": encoding, "sheet": sheet}.items():
        if value is not None and not isinstance(value, str):
            raise ValueError(f"{argument} is {shown(value)}; it needs a text.")
    data, filename = _read_bytes(source, filename)
    other = next((what for begin, what in _OTHERS.items() if data.startswith(begin)), None)
    if other:
        raise ValueError(f"{filename} is {other}.")
    sheets, title, points_doubtful = [], None, False
    if data.startswith(b"PAR1"):
        frame, names, notes = read_parquet(data, filename)
    elif data.startswith(b"PK\x03\x04"):
        frame, names, notes, sheets, title = read_excel(data, filename, header, sheet)
    elif data.startswith(b"\xd0\xcf\x11\xe0"):
        raise refuse_old_excel(data, filename)
    else:
        frame, names, notes, points_doubtful = read_text(data, filename, header, separator, decimal, encoding)
    if frame.empty:
        raise ValueError(f"{filename} has no rows of data; at least two are needed below the column names.")
    left_out, without_data = _columns_without_data(frame, names)
    frame.columns, renamed = unique_names(names or [""] * frame.shape[1])
    frame = frame.drop(columns=frame.columns[left_out])
    unknown = [] if decimal is None or isinstance(decimal, str) else [name for name in decimal if name not in frame]
    if unknown:
        raise ValueError(f'{filename} has no column "{unknown[0]}", which decimal names; its columns are {listed(list(frame))}.')
    codes = {name: frame[name] for name in padded_columns(frame)}
    frame, parsed = parse_text_columns(frame, decimal, points_doubtful)
    frame = frame.assign(**codes)
    check_texts(sum(is_text(column) for _, column in frame.items()), filename)
    frame.attrs = {"notes": (*notes, *without_data, *renamed, *parsed), "sheets": tuple(sheets), "sheet": title}
    return frame


def unique_names(names):
    """Names for all columns: empty ones become "column 3", the second "x" becomes "x (2)".

    Returns
    -------
    names : list of str
    notes : list of str, what was renamed
    """
    names = [str(name).strip() or f"column {position}" for position, name in enumerate(names, 1)]
    taken, seen, unique, renamed = set(names), Counter(), [], []
    for position, name in enumerate(names, 1):
        seen[name] += 1
        new = name
        while seen[name] > 1 and new in taken:
            new = f"{name} ({seen[name]})"
            seen[name] += new in taken
        if new != name:
            taken.add(new)
            renamed.append((name, position, new))
        unique.append(new)
    notes = [f'Several columns are called "{name}"; column {position} is now "{new}".' for name, position, new in renamed[:_MOST_RENAMED]]
    more = len(renamed) - _MOST_RENAMED
    if more > 0:
        notes.append(f"{more:,} more {'column is' if more == 1 else 'columns are'} called like another and got a number, too.")
    return unique, notes


def check_decimal(decimal):
    """Raise a ValueError if a decimal sign is not one."""
    if not isinstance(decimal, Mapping):
        return one_of("decimal", decimal, (".", ",", None))
    for name, sign in decimal.items():
        one_of(f"decimal[{name!r}]", sign, (".", ","))


def type_of(value):
    """A value in words, by its type."""
    return "None" if value is None else f"of the type {type(value).__name__}"


def _read_bytes(source, filename):
    if isinstance(source, (bytes, bytearray, memoryview)):
        source = io.BytesIO(source)
    elif isinstance(source, (str, os.PathLike)):
        with open(source, "rb") as file:
            return _read_bytes(file, filename)
    elif not hasattr(source, "read"):
        raise ValueError(f"source is {type_of(source)}; it needs a path, bytes or a file open in mode 'rb'.")
    if isinstance(source, io.TextIOBase):
        raise ValueError("The file is open as text; open it as bytes, with mode 'rb'.")
    filename = filename or Path(str(getattr(source, "name", "The file"))).name
    size = source.seek(0, os.SEEK_END)
    check_bytes(size, filename)
    if size == 0:
        raise ValueError(f"{filename} is empty; it should have a row of column names and at least two rows of numbers.")
    source.seek(0)
    return source.read(), filename


def _columns_without_data(frame, names):
    """Positions of columns without a name that are empty (rows ending in a separator) or, on the left, only count the rows."""
    if names is None:
        return [], []
    empty = [i for i, name in enumerate(names) if not str(name).strip() and frame.iloc[:, i].isna().all()]
    notes = ["Columns without a name and without values were left out."] if empty else []
    first = pd.to_numeric(frame.iloc[:, 0], errors="coerce").to_numpy(float)
    if not str(names[0]).strip() and first[0] in (0, 1) and (np.diff(first) == 1).all() and len(names) > 1:
        return [0] + empty, ["The first column has no name and only counts the rows; it was left out."] + notes
    return empty, notes
