"""Tables in text files: encoding, comments, separator, header, and rows of unequal length."""

import codecs
import csv
import io
import json
import re
from itertools import islice

import numpy as np
import pandas as pd

from .head import has_units, looks_like_header, numbers_and_gaps, sample, table_start, usual_width
from .limits import check_size
from .notation import is_padded
from .text_numbers import has_decimal_commas, listed

SEPARATORS = {"\t": "tabs", ";": "semicolons", "|": "vertical bars", ",": "commas", " ": "spaces"}
_ENCODING_NAMES = {"utf-8": "UTF-8", "cp1252": "Latin-1", "utf-16": "UTF-16", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16"}
_SAMPLE = 200  # rows from which separator and header are told
_SAMPLE_BYTES = 2_000_000
_NOT_TEXT = re.compile("[\x00-\x08\x0e-\x1f]")
_KINDS = {  # what else may stand in a file of text, by how it begins
    "a web page": re.compile(r"<(!doctype html|html|head|body|table)\b", re.I),
    "XML": re.compile(r"<(\?xml|!--|!doctype|svg)\b", re.I),
    "a PDF": re.compile("%PDF"),
    "rich text": re.compile(r"\{\\rtf"),
}
_HINT = re.compile(rb'\A"?sep=([^"\r\n])"?[ \t]*(?=[\r\n])', re.I)  # Excel's own way to tell the separator
# a line that begins with #, unless that is the error of a spreadsheet
_COMMENT = re.compile(rb"^[ \t]*#(?!(?:N/?A|DIV/0!|VALUE!|REF!|NAME\?|NUM!|NULL!|ERROR!))[^\r\n]*", re.M | re.I)
_COMMAS = " (where commas are decimal signs, semicolons must stand between the values)"
_LINE_END = re.compile(rb"\r\n|\n|\r")


def read_text(data, filename, header, separator, decimal, encoding):
    """Read a table from the bytes of a text file; arguments as in `mixes.datasets.read_table`.

    Returns
    -------
    frame : DataFrame, columns 0..d-1; columns in which a decimal comma may occur, and those with a number that begins with a zero
        as far as the first rows tell, are left as text
    names : list of str, as the file gives them, or None without a header
    notes : list of str, how the file was read
    points_doubtful : bool, whether the separator is one that is used where commas are decimal signs
    """
    guessed = encoding is None
    encoding = _encoding(data, encoding)
    data, accented = _utf8(data, encoding, filename)
    hint = _HINT.match(data)
    if hint:
        separator = separator or hint[1].decode()
        data = data[hint.end() :]
    data, comments = _without_comments(data)
    separator = separator or _guess_separator(data, decimal)
    data, above = _without_titles(data, separator)
    head, width = _scan(data, separator, filename)
    named = None
    if header == "auto":
        header = looks_like_header([row for _, row in head])
        named = None if header or not comments else _names_in(comments[-1], separator, [row for _, row in head])
    rows = [row for _, row in head]
    units = bool(header) and has_units(rows)
    if units:
        data = _blank(data, head[0][0], head[1][0])
    cells = pd.Series([cell.strip() for row in rows[bool(header) :] for cell in row[:width]], dtype="str")
    padded = np.flatnonzero(is_padded(cells).to_numpy().reshape(-1, width).any(axis=0)).tolist()
    frame = _read(data, separator, decimal, header, width, padded)
    values = f"values separated by {SEPARATORS.get(separator, separator)}" if width > 1 else "one column"
    first_row = "a comment names the columns" if named else "the first row names the columns" if header else "without a header"
    notes = [f"Read as text ({_ENCODING_NAMES.get(encoding, encoding)}), {values}, {first_row}."]
    if guessed and encoding in ("cp1252", "latin-1") and accented:
        notes.append("The file is not in UTF-8, and Latin-1 was taken instead; if letters look wrong, choose its encoding.")
    left_out = above + len(comments) - bool(named)
    if left_out:
        kind = "comments and titles" if above and comments else "titles above the table" if above else "comments"
        notes.append(f"{left_out:,} {'line of' if left_out == 1 else 'lines of'} {kind} {'was' if left_out == 1 else 'were'} left out.")
    if units:
        notes.append(f"The row under the names holds units ({listed([text for text in rows[1] if text.strip()])}); it was left out.")
    return frame, rows[0] if header else named, notes, separator == ";"


def _read(data, separator, decimal, header, width, padded):
    how = dict(
        sep=r"\s+" if separator == " " else separator,
        encoding="utf-8",
        header=0 if header else None,
        names=range(width),
        index_col=False,
        na_values=["?"],
        skipinitialspace=True,
        low_memory=False,
    )
    texts = dict.fromkeys(padded, str)
    frame = pd.read_csv(io.BytesIO(data), dtype=texts, **how)
    if decimal or separator == ";" or has_decimal_commas(frame[i] for i, dtype in frame.dtypes.items() if dtype.kind not in "biuf"):
        # Where commas are decimal signs, points group thousands: "1.234" must not become a number before that is settled.
        frame = pd.read_csv(io.BytesIO(data), dtype={i: str for i, dtype in frame.dtypes.items() if dtype.kind not in "biu"} | texts, **how)
    return frame


def _encoding(data, encoding):
    if encoding:
        return encoding
    if data.startswith(codecs.BOM_UTF8):
        return "utf-8"
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
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


def _utf8(data, encoding, filename):
    """The text in UTF-8 without a byte order mark, and whether it has letters beyond ASCII."""
    try:
        text = data.decode(encoding).lstrip("\ufeff")
    except LookupError:
        raise ValueError(f"{encoding!r} is not a known encoding; use for example 'utf-8', 'utf-16' or 'latin-1'.") from None
    except UnicodeError as error:
        line = data.count(b"\n", 0, getattr(error, "start", 0)) + 1
        raise ValueError(
            f"Line {line} of {filename} cannot be read as {encoding}; choose another encoding or save the file as UTF-8."
        ) from None
    start = text[:100_000].strip()
    if not start:
        raise _empty(filename)
    kind = next((kind for kind, begins in _KINDS.items() if begins.match(start)), "JSON" if _is_json(text) else None)
    if kind or _NOT_TEXT.search(start):
        raise ValueError(f"{filename} is {kind or 'neither text nor a table'}; choose a CSV, TSV, Parquet or Excel (.xlsx) file.")
    return text.encode("utf-8", "replace"), not text.isascii()


def _is_json(text):
    text = text.lstrip()
    if not text.startswith(("{", "[")):
        return False
    try:
        _, end = json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError):
        return False
    return text[end:].lstrip(" \t")[:1] in ("", "\r", "\n")


def _without_comments(data):
    """The text with comments blanked out, so that lines keep their numbers, and the comments."""
    comments = _COMMENT.findall(data)
    if not comments:
        return data, []
    rest = _COMMENT.sub(b"", data)
    if sum(1 for line in islice(filter(bytes.strip, rest.splitlines()), 2)) < 2:  # "#1" may be how the rows are called
        return data, []
    return rest, [comment.decode().strip().lstrip("#").strip() for comment in comments]


def _names_in(comment, separator, rows):
    """The names of the columns in the last comment, or None if it has others words."""
    names = comment.split() if separator == " " else [name.strip() for name in comment.split(separator)]
    return names if len(names) == len(rows[0]) and looks_like_header([names, *rows]) else None


def _blank(data, after, last):
    """The text with the lines from the one after `after` to `last` (counted from 1) emptied."""
    ends = [0, *(end.end() for end in islice(_LINE_END.finditer(data), last)), len(data)][: last + 1]
    return data[: ends[after]] + b"\n" * (last - after) + data[ends[-1] :]


def _rows(data, separator):
    """The rows that are not blank, as (number of their last line, list of values)."""
    lines = io.TextIOWrapper(io.BytesIO(data), encoding="utf-8", newline="")
    if separator == " ":
        lines = (" ".join(line.split()) + "\n" for line in lines)
    reader = csv.reader(lines, delimiter=separator, skipinitialspace=True, strict=True)
    return ((reader.line_num, row) for row in reader if len(row) > 1 or (row and row[0].strip()))


def _first_rows(data, separator):
    """The first rows, as `_rows` gives them; None if they cannot be cut by this separator."""
    start = data[:_SAMPLE_BYTES]
    if len(start) < len(data):
        start = start[: start.rfind(b"\n") + 1] or start
    try:
        return list(islice(_rows(start, separator), _SAMPLE))
    except (csv.Error, UnicodeDecodeError):
        return None


def _guess_separator(data, decimal):
    """The separator that cuts the first rows most evenly; of equals, that which leaves most numbers, then the rarest inside values."""
    best, best_score = "\t", (0.0, 0.0)  # no separator at all: one column
    for separator in SEPARATORS:
        rows = [row for _, row in _first_rows(data, separator) or ()]
        start = table_start(rows) if rows else None
        # One name alone above pairs: rather "x", "3,5", "2,1", a column with decimal commas.
        if start is None or (separator == decimal and not any(decimal in cell for row in rows for cell in row)):
            continue  # a decimal comma separates as well only if numbers stand in quotation marks
        below = rows[start + 1 :] or rows[start:]
        width, count = usual_width(below)
        if width > 1:
            numbers, gaps = numbers_and_gaps(sample([row for row in below if len(row) == width]))
            score = (count / len(below), (numbers | gaps).mean())
            best, best_score = (separator, score) if score > best_score else (best, best_score)
    return best


def _without_titles(data, separator):
    """The text with what stands above the table blanked out, and how many lines that were."""
    rows = _first_rows(data, separator)
    start = table_start([row for _, row in rows]) if rows else 0
    return (_blank(data, 0, rows[start - 1][0]), start) if start else (data, 0)


def _scan(data, separator, filename):
    """Check that all rows have equally many values.

    Only the first row may have one value fewer: when it names columns, and R wrote row names to their left
    or every row below ends in a separator. It is then returned with an empty name in that place.

    Returns
    -------
    head : list of the first rows, as `_rows` gives them
    width : int, number of columns
    """
    head, width, line, ends_empty, n = [], None, 0, True, 0
    try:
        for n, (line, row) in enumerate(_rows(data, separator), 1):
            if n <= _SAMPLE:
                head.append((line, row))
            if n == 1:
                width = len(row)
                check_size(1, width, filename)
                continue
            if n == 2 and len(row) == width + 1 and width > 1:
                width += 1
            if len(row) != width:
                raise _unequal(filename, line, len(row), width)
            ends_empty = ends_empty and not row[-1].strip()
    except csv.Error as error:
        if "field larger" in str(error):
            raise ValueError(
                f"After line {line} of {filename} a value has more than {csv.field_size_limit():,} characters; "
                "close its quotation mark, or take that value out."
            ) from None
        raise ValueError(
            f"After line {line} of {filename} a quotation mark is misplaced or never closed; correct it or take it out."
        ) from None
    if not head:
        raise _empty(filename)
    check_size(n, width, filename)
    first_line, first = head[0]
    if len(first) < width:
        rows = [row for _, row in head[1:]]
        named = first + [""] if ends_empty else [""] + first
        if not looks_like_header([named] + rows) or not (ends_empty or _are_row_names([row[0].strip() for row in rows])):
            raise _unequal(filename, first_line, len(first), width, _COMMAS if separator == "," else "")
        head[0] = (first_line, named)
    return head, width


def _are_row_names(texts):
    """Whether some texts can be what R calls row names: each once and, if they are numbers, in order."""
    if len(set(texts)) < len(texts):
        return False
    numbers, _ = numbers_and_gaps([[text] for text in texts])
    if not numbers.all():
        return True
    return all(text.isdigit() for text in texts) and (np.diff([int(text) for text in texts]) > 0).all()


def _empty(filename):
    return ValueError(f"{filename} is empty; it should have a row of column names and at least two rows of numbers.")


def _unequal(filename, line, found, expected, hint=""):
    return ValueError(
        f"Line {line} of {filename} has {_count(found)} where {expected} are expected; correct that row or choose another separator{hint}."
    )


def _count(number):
    return f"{number:,} value" if number == 1 else f"{number:,} values"
