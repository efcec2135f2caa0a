"""Tables in text files: encoding, separator, header, and rows of unequal length."""

import csv
import io
import re
from collections import Counter
from itertools import islice

import pandas as pd

from .text_numbers import as_text, decimal_signs, is_number, is_text

SEPARATORS = {"\t": "tabs", ";": "semicolons", "|": "vertical bars", ",": "commas", " ": "spaces"}
_ENCODING_NAMES = {"utf-8": "UTF-8", "utf-8-sig": "UTF-8", "cp1252": "Latin-1", "utf-16": "UTF-16", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16"}
_SAMPLE = 200  # rows from which separator and header are told
_NOT_TEXT = re.compile("[\x00-\x08\x0e-\x1f]")


def read_text(data, filename, header, separator, decimal, encoding):
    """Read a table from the bytes of a text file; arguments as in `mixes.tables.read_table`.

    Returns
    -------
    frame : DataFrame, columns 0..d-1; columns in which a decimal comma may occur are left as text
    names : list of str, as the file gives them, or None without a header
    note : str, how the file was read
    """
    encoding = _encoding(data, encoding)
    _check_is_text(data, encoding, filename)
    separator = separator or _guess_separator(data, encoding, decimal)
    head, width = _scan(data, encoding, separator, filename)
    header = looks_like_header(head) if header == "auto" else header
    how = dict(sep=r"\s+" if separator == " " else separator, encoding=encoding, header=0 if header else None, names=range(width),
               index_col=False, na_values=["?"], skipinitialspace=True, low_memory=False)
    frame = pd.read_csv(io.BytesIO(data), **how)
    if decimal == "," or decimal is None and any("," in decimal_signs(as_text(frame[i])) for i in frame if is_text(frame[i])):
        # Where commas are decimal signs, points group thousands: "1.234" must not become a number before that is settled.
        frame = pd.read_csv(io.BytesIO(data), dtype={i: str for i in frame if frame[i].dtype.kind not in "biu"}, **how)
    values = f"values separated by {SEPARATORS.get(separator, separator)}" if width > 1 else "one column"
    note = f"Read as text ({_ENCODING_NAMES.get(encoding, encoding)}), {values}, {'the first row names the columns' if header else 'without a header'}."
    return frame, head[0] if header else None, note


def _encoding(data, encoding):
    if data.startswith(b"\xef\xbb\xbf") and encoding in (None, "utf-8", "utf8"):
        return "utf-8-sig"
    if encoding:
        return encoding
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    start = data[:2000]
    for high, name in ((1, "utf-16-le"), (0, "utf-16-be")):  # UTF-16 without a mark: of Latin text, every other byte is 0
        if start[high::2].count(0) > 0.4 * len(start) and start[1 - high :: 2].count(0) == 0:
            return name
    for name in ("utf-8", "cp1252"):
        try:
            data.decode(name)
            return name
        except UnicodeDecodeError:
            continue
    return "latin-1"


def _check_is_text(data, encoding, filename):
    try:
        start = data.decode(encoding)[:100_000].lstrip("\ufeff").strip()
    except LookupError:
        raise ValueError(f"{encoding!r} is not a known encoding; use for example 'utf-8', 'utf-16' or 'latin-1'.") from None
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ValueError(f"Line {line} of {filename} cannot be read as {encoding}; choose another encoding or save the file as UTF-8.") from None
    if not start:
        raise _empty(filename)
    if _NOT_TEXT.search(start) or start.startswith(("<", "{", "[", "%PDF")):
        raise ValueError(f"{filename} is not a table; choose a CSV, TSV, Parquet or Excel (.xlsx) file.")


def _rows(data, encoding, separator):
    """The rows that are not blank, as (number of their last line, list of values)."""
    lines = io.TextIOWrapper(io.BytesIO(data), encoding=encoding, newline="")
    if separator == " ":
        lines = (" ".join(line.split()) + "\n" for line in lines)
    reader = csv.reader(lines, delimiter=separator, skipinitialspace=True, strict=True)
    return ((reader.line_num, row) for row in reader if len(row) > 1 or (row and row[0].strip()))


def _guess_separator(data, encoding, decimal):
    """The separator that cuts the first rows most evenly; of equals, the one that is rarest inside values."""
    best, best_share = "\t", 0.0  # no separator at all: one column
    for separator in SEPARATORS:
        if separator == decimal:
            continue
        try:
            widths = [len(row) for _, row in islice(_rows(data, encoding, separator), _SAMPLE)]
        except csv.Error:
            continue
        below = widths[1:] or widths
        width, count = Counter(below).most_common(1)[0] if below else (0, 0)
        # One name alone above pairs: rather "x", "3,5", "2,1", a column with decimal commas.
        if width > 1 and widths[0] > 1 and count / len(below) > best_share:
            best, best_share = separator, count / len(below)
    return best


def _scan(data, encoding, separator, filename):
    """Check that all rows have equally many values.

    Only the first row may have one value fewer: when it names columns, and R wrote row names to their left
    or every row below ends in a separator. It is then returned with an empty name in that place.

    Returns
    -------
    head : list of the first rows
    width : int, number of columns
    """
    head, width, line, ends_empty = [], None, 0, True
    try:
        for line, row in _rows(data, encoding, separator):
            if len(head) < _SAMPLE:
                head.append(row)
            if len(head) == 1:
                width, first_line = len(row), line
                continue
            if len(head) == 2 and len(row) == width + 1 and width > 1:
                width += 1
            if len(row) != width:
                raise _unequal(filename, line, len(row), width)
            ends_empty = ends_empty and not row[-1].strip()
    except csv.Error:
        raise ValueError(f"After line {line} of {filename} a quotation mark is misplaced or never closed; correct it or take it out.") from None
    if not head:
        raise _empty(filename)
    if len(head[0]) < width:
        named = head[0] + [""] if ends_empty else [""] + head[0]
        if not looks_like_header([named] + head[1:]):
            raise _unequal(filename, first_line, len(head[0]), width)
        head[0] = named
    return head, width


def _empty(filename):
    return ValueError(f"{filename} is empty; it should have a row of column names and at least two rows of numbers.")


def _unequal(filename, line, found, expected):
    return ValueError(
        f"Line {line} of {filename} has {_count(found)} where {expected} are expected; correct that row or choose another separator."
    )


def _count(number):
    return f"{number} value" if number == 1 else f"{number} values"


def looks_like_header(rows):
    """Whether the first of some rows names the columns.

    It does unless all its values are numbers, or more columns of numbers start with a number than with a word.

    Parameters
    ----------
    rows : list of lists of str, of equal length
    """
    first, *body = pd.DataFrame(rows).replace(["", "?", "NA", "NaN", "nan"], None).to_numpy(object)
    if _are_numbers([value for value in first if value is not None]).all():
        return False
    votes = 0
    for name, column in zip(first, zip(*body)):
        values = [value for value in column if value is not None]
        if name is not None and values and _are_numbers(values).all():
            votes += -1 if _are_numbers([name]).all() else 1
    return votes >= 0


def _are_numbers(values):
    """Which of some texts are numbers, each in its own notation."""
    text = pd.Series(values, dtype="str").str.strip().str.removesuffix("%").str.strip()
    return is_number(text, ".") | is_number(text, ",")
