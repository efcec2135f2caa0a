"""Reading a table from a file: text, Parquet or Excel, told apart by their content."""

import io
import os
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd

from .delimited_text import looks_like_header, read_text
from .text_numbers import parse_text_columns

MAX_BYTES = 200_000_000


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
    decimal : "." or ",", optional
        Decimal sign of numbers written as text. Default: told from the content, column by column.
    encoding : str, optional
        Default: by the byte order mark, else UTF-8, else Latin-1 in the version of Windows.
    sheet : str, optional
        Sheet of an Excel file; default: the first.

    Returns
    -------
    frame : DataFrame
        One row for each row that is not blank, index 0..n-1. ``frame.attrs["notes"]`` are plain sentences of how the
        file was read.

    Raises
    ------
    ValueError
        The file is empty, too large, no table, damaged, has rows of unequal length, or a number in it could be read in two ways.
    """
    _check_one_of("header", header, ("auto", True, False))
    _check_one_of("decimal", decimal, (None, ".", ","))
    if separator is not None and (not isinstance(separator, str) or len(separator) != 1 or separator in '"\r\n'):
        raise ValueError(f"separator must be one character, such as ',' or ';', but it is {separator!r}.")
    data, filename = _read_bytes(source, filename)
    if data.startswith(b"PAR1"):
        frame, names, note = _read_parquet(data, filename)
    elif data.startswith(b"PK\x03\x04"):
        frame, names, note = _read_excel(data, filename, header, sheet)
    elif data.startswith(b"\xd0\xcf\x11\xe0"):
        raise ValueError(f"{filename} is an old Excel file (.xls); save it as .xlsx or CSV.")
    else:
        frame, names, note = read_text(data, filename, header, separator, decimal, encoding)
    if frame.empty:
        raise ValueError(f"{filename} has no rows of data; at least two are needed below the column names.")
    left_out, notes = _columns_without_data(frame, names)
    frame.columns, renamed = unique_names(names or [""] * frame.shape[1])
    frame, parsed = parse_text_columns(frame.drop(columns=frame.columns[left_out]), decimal)
    frame.attrs = {"notes": (note, *notes, *renamed, *parsed)}
    return frame


def unique_names(names):
    """Names for all columns: empty ones become "column 3", the second "x" becomes "x (2)".

    Returns
    -------
    names : list of str
    notes : list of str, what was renamed
    """
    unique, notes = [], []
    names = [str(name).strip() or f"column {position}" for position, name in enumerate(names, 1)]
    for position, name in enumerate(names, 1):
        new, count = name, 1
        while new in unique or (count > 1 and new in names):
            count += 1
            new = f"{name} ({count})"
        if new != name:
            notes.append(f'Several columns are called "{name}"; column {position} is now "{new}".')
        unique.append(new)
    return unique, notes


def _check_one_of(argument, value, choices):
    if not any(type(value) is type(choice) and value == choice for choice in choices):
        raise ValueError(f"{argument} must be {' or '.join(map(repr, choices))}, but it is {value!r}.")


def _read_bytes(source, filename):
    if isinstance(source, (bytes, bytearray, memoryview)):
        source = io.BytesIO(source)
    elif not hasattr(source, "read"):
        with open(source, "rb") as file:
            return _read_bytes(file, filename)
    if isinstance(source, io.TextIOBase):
        raise ValueError("The file is open as text; open it as bytes, with mode 'rb'.")
    filename = filename or Path(str(getattr(source, "name", "The file"))).name
    size = source.seek(0, os.SEEK_END)
    if size > MAX_BYTES:
        raise ValueError(
            f"{filename} has {size / 1e6:,.1f} MB, but at most {MAX_BYTES / 1e6:,.0f} MB can be read; keep fewer rows or columns, or save it as Parquet."
        )
    if size == 0:
        raise ValueError(f"{filename} is empty; it should have a row of column names and at least two rows of numbers.")
    source.seek(0)
    return source.read(), filename


def _read_parquet(data, filename):
    try:
        frame = pd.read_parquet(io.BytesIO(data))
    except ImportError:
        raise  # pyarrow is not installed
    except Exception:  # pyarrow raises many kinds; all mean that the file is not what it says it is
        raise ValueError(f"{filename} is a damaged Parquet file; save it again.") from None
    frame = frame.reset_index(drop=all(name is None for name in frame.index.names))
    names = [" ".join(map(str, name)) if isinstance(name, tuple) else str(name) for name in frame.columns]
    return frame, names, "Read as Parquet."


def _read_excel(data, filename, header, sheet):
    damaged = ValueError(f"{filename} is a damaged Excel file; save it again.")
    try:
        contents = zipfile.ZipFile(io.BytesIO(data)).namelist()
    except (zipfile.BadZipFile, NotImplementedError):
        raise damaged from None
    if "xl/workbook.xml" not in contents:
        raise ValueError(f"{filename} is a zip archive but not an Excel (.xlsx) file; unpack it and choose the table inside.")
    try:
        book = pd.ExcelFile(io.BytesIO(data), engine="openpyxl")
        sheets = book.sheet_names
        frame = None if sheet not in (None, *sheets) else pd.read_excel(book, sheet_name=sheet or 0, header=None, dtype=object, na_values=["?"])
    except ImportError:
        raise  # openpyxl is not installed
    except Exception:  # zip, XML and openpyxl each have their own errors for a damaged file
        raise damaged from None
    if frame is None:
        raise ValueError(f'{filename} has no sheet "{sheet}"; choose one of {", ".join(sheets)}.')
    sheet = sheet or sheets[0]
    filled = np.flatnonzero(frame.notna().any(axis=1))
    if len(filled) == 0:
        raise ValueError(f'The sheet "{sheet}" of {filename} is empty; choose a sheet with a table.')
    frame = frame.iloc[filled[0] : filled[-1] + 1]
    head = frame.iloc[:200].astype(object).where(frame.iloc[:200].notna(), "").astype(str).to_numpy().tolist()
    header = looks_like_header(head) if header == "auto" else header
    frame = frame.iloc[int(header) :].reset_index(drop=True).infer_objects()
    others = [name for name in sheets if name != sheet]
    note = f'Read as Excel, sheet "{sheet}", {"the first row names the columns" if header else "without a header"}'
    return frame, head[0] if header else None, note + (f"; other sheets: {', '.join(others)}." if others else ".")


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
