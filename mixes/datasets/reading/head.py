"""The first rows of a table: where it begins, whether names and units stand above the values.

Rows are lists of str, an empty text for a cell without a value.
"""

import re
from collections import Counter

import numpy as np
import pandas as pd

from .notation import is_missing, is_number

_CELLS = 20_000  # from which the head is told
_LONGEST_COVER, _LONGEST_LIST = 40, 10  # rows of words with values beside them, without and with words above both
_YEARS = (1800, 2100)
_POWER = re.compile(r"10\^[-\u2212]?\d+|(?<=[^\W\d_])\^?[-\u2212]?[1-4]\b")  # the digits of m/s2, kg m-3 and 10^3


def sample(rows):
    """The rows that are looked at: fewer if they are long."""
    return rows[: max(5, _CELLS // max(1, len(rows[0])))] if rows else rows


def numbers_and_gaps(rows):
    """Which cells of rows of equal length are numbers, each in its own notation, and which are missing: two boolean arrays."""
    cells = pd.Series([str(cell).strip() for row in rows for cell in row], dtype="str")
    text = cells.str.removesuffix("%").str.strip()
    shape = (len(rows), len(rows[0]))
    numbers = is_number(text, ".") | is_number(text, ",")
    return numbers.to_numpy().reshape(shape), is_missing(cells).to_numpy().reshape(shape)


def looks_like_header(rows):
    """Whether the first of some rows of equal length names the columns.

    It does unless all its values are numbers, or more columns of numbers start with a number than with a word. Numbers
    that count the columns, such as years, are names where the values below are of another kind.
    """
    rows = sample(rows)
    numbers, gaps = numbers_and_gaps(rows)
    if _count_columns(rows, numbers, gaps):
        return True
    return not (numbers[0] | gaps[0]).all() and _votes(numbers, gaps) >= 0


def names_above_numbers(rows):
    """Whether the first of some rows of equal length surely names the columns: its words stand above numbers."""
    rows = sample(rows)
    numbers, gaps = numbers_and_gaps(rows)
    return len(rows) > 1 and not (numbers[0] | gaps[0]).all() and _votes(numbers, gaps) > 0


def _votes(numbers, gaps):
    """Columns of numbers that start with a word, less those that start with a number."""
    of_numbers = (numbers | gaps)[1:].all(axis=0) & numbers[1:].any(axis=0) & ~gaps[0]
    return int((of_numbers & ~numbers[0]).sum() - (of_numbers & numbers[0]).sum())


def is_cover(rows):
    """Whether some rows of equal length are no table: words alone, or a short list of words with values beside them."""
    rows = sample(rows)[table_start(rows) or 0 :]
    numbers, gaps = numbers_and_gaps(rows)
    named = names_above_numbers(rows)
    first = [row[0].strip() for row in rows]
    listed = len(rows[0]) <= 3 and not (numbers | gaps)[:, 0].any() and len(set(first)) == len(first)
    if listed and len(rows) <= (_LONGEST_LIST if named else _LONGEST_COVER):
        return True
    below = numbers[1:].sum(axis=0)
    of_numbers = (below > 1) & (below > (~numbers & ~gaps)[1:].sum(axis=0))
    return not of_numbers.any()


def _count_columns(rows, numbers, gaps):
    """Whether the numbers in the first row count the columns: years, or 0, 1, 2, ... above values with decimals."""
    columns = np.flatnonzero(numbers[0])
    names = [rows[0][j].strip() for j in columns]
    if len(names) < 2 or len(rows) < 2 or not all(re.fullmatch("[0-9]{1,4}", name) for name in names):
        return False
    steps = set(np.diff([int(name) for name in names]).tolist())
    if len(steps) > 1 or not 1 <= abs(next(iter(steps))) <= 10:
        return False
    below = [[row[j].strip() for row, there in zip(rows[1:], numbers[1:, j]) if there] for j in columns]
    if all(_is_year(name) for name in names):
        return all(column and not all(_is_year(value) for value in column) for column in below)
    first = int(names[0])
    return len(names) > 2 and first in (0, 1) and steps == {1} and all(any(re.search("[.,]", v) for v in column) for column in below)


def _is_year(text):
    return bool(re.fullmatch("[0-9]{4}", text)) and _YEARS[0] <= int(text) <= _YEARS[1]


def usual_width(rows):
    """How many values most of some rows have, and how many rows these are."""
    return Counter(map(len, rows)).most_common(1)[0]


def table_start(rows):
    """The position of the first row that belongs to the table; what stands above it are titles and the like.

    Parameters
    ----------
    rows : list of lists of str
        May be of unequal length.

    Returns
    -------
    start : int or None
        None if one row alone has another length than all below it, and nothing tells that it does not belong to them.
    """
    widths = np.array([len(row) for row in rows])
    width, _ = usual_width(rows[1:] or rows)
    start = int(np.argmax(widths == width))
    if start == 0:
        return _padded_title(rows, width)
    if _begins_with_names(rows[start:], width) or (width > 2 and all(widths[:start] == 1)):
        return start
    return 0 if start == 1 and widths[0] > 1 else None


def _padded_title(rows, width):
    """How many rows stand above the names of which only the first cell is filled."""
    only_first = [not any(cell.strip() for cell in row[1:]) for row in rows]
    start = only_first.index(False) if False in only_first and rows[0][0].strip() else 0
    return start if width > 1 and start and _begins_with_names(rows[start:], width) else 0


def _begins_with_names(rows, width):
    same = [row for row in rows if len(row) == width]
    return names_above_numbers(same) or has_units(same)


def has_units(rows):
    """Whether the second of some rows of equal length holds the units of the columns, whose names stand above it."""
    rows = sample(rows)
    if len(rows) < 4:
        return False
    numbers, gaps = numbers_and_gaps(rows)
    of_numbers = (numbers | gaps)[2:].all(axis=0) & numbers[2:].any(axis=0)
    words = of_numbers & ~numbers[1] & ~gaps[1]
    if not words.any() or (numbers[1] & of_numbers).any() or (numbers[0] & of_numbers).any():
        return False
    # A row of values would have a text of other rows where its columns of text are.
    others = all(rows[1][j].strip() not in {row[j].strip() for row in rows[2:]} - {""} for j in np.flatnonzero(~of_numbers))
    return others and all(_is_unit(rows[1][j].strip()) for j in np.flatnonzero(words))


def _is_unit(text):
    return len(text) <= 15 and not re.search(r"\d", _POWER.sub("", text))
