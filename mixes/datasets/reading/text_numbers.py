"""Numbers written as text: decimal commas, thousands separators, percent signs, and marks for missing values.

What is a number already is taken as it is; only text is read.
"""

from dataclasses import dataclass
from decimal import Decimal
from numbers import Real

import numpy as np
import pandas as pd

_GROUPS_THOUSANDS = {".": ",", ",": "."}  # by decimal sign
_SPACES = " \u00a0\u202f'\u2019"  # spaces and apostrophes group thousands in either notation
_NAMES = {".": "point", ",": "comma"}

# what people and programs write where a number is missing, in lower case
MISSING = frozenset(
    "? na n/a n.a. n.a nan -nan none null nil n.d. k.a. missing <na> #na #n/a #div/0! #value! #ref! #name? #num! #null! #error! "
    "1.#ind -1.#ind 1.#qnan -1.#qnan - -- --- \u2013 \u2014 . .. ... \u2026 * **".split()
)


def _pattern(decimal):
    # Groups of three start with a non-zero digit, so that "0,123" can only be a decimal comma.
    grouped = f"[1-9][0-9]{{0,2}}(?:[{_GROUPS_THOUSANDS[decimal]}{_SPACES}][0-9]{{3}})+"
    number = f"(?:(?:{grouped}|[0-9]+)(?:[{decimal}][0-9]*)?|[{decimal}][0-9]+)(?:[eE][+-]?[0-9]+)?"
    return f"[+\u2212-]?(?:{number}|[iI]nf(?:inity)?)"


_PATTERNS = {decimal: _pattern(decimal) for decimal in _GROUPS_THOUSANDS}


class AmbiguousNumbers(ValueError):
    """Numbers could be read with a decimal point or a decimal comma, and which is for the person to say.

    Attributes
    ----------
    columns : dict of str to str, a value of each column that can be read in two ways
    """

    def __init__(self, columns):
        self.columns = columns
        name, value = next(iter(columns.items()))
        others = f" (and so in {len(columns) - 1:,} more)" if len(columns) > 1 else ""
        super().__init__(
            f'In column "{name}"{others} the value {value} may be {whole(value)} or {value.replace(",", ".")}; '
            "choose the decimal sign, point or comma."
        )


def mark_of(value):
    """The sign, "." or ",", that makes the number in a text ambiguous: the last one that stands in it."""
    return max(".,", key=value.rfind)


def whole(value):
    """The text of an ambiguous number, its signs taken to group thousands."""
    return value.replace(",", "").replace(".", "")


@dataclass(frozen=True)
class _Cells:
    """The values of a column that are there: numbers, texts that may be numbers, and marks for missing values."""

    typed: pd.Series
    text: pd.Series
    marks: pd.Series
    percent: bool


def is_text(column):
    """Whether a column holds text or mixed objects, so that numbers in it must be parsed."""
    return pd.api.types.is_string_dtype(column.dtype) or pd.api.types.is_object_dtype(column.dtype)


def is_missing(text):
    """Which of some stripped texts (a Series) are empty or stand for a missing value."""
    return (text == "") | text.str.lower().isin(MISSING)


def as_text(column):
    """The values that are there, not missing or blank, as stripped text; percent signs are taken off if every value has one."""
    return _without_percent(_stripped(column.dropna()))[0]


def _stripped(values):
    text = values.astype("str").str.strip()
    return text[text != ""]


def _without_percent(text):
    percent = len(text) > 0 and bool(text.str.endswith("%").all())
    return (text.str.removesuffix("%").str.strip() if percent else text), percent


def _cells(column):
    """The `_Cells` of a column, or None if it holds other things than numbers and text."""
    values = column.dropna()
    typed = pd.Series(False, values.index)
    if values.dtype == object:
        kinds = values.map(type)
        numbers = [kind for kind in kinds.unique() if issubclass(kind, (Real, Decimal)) and not issubclass(kind, (bool, np.bool_))]
        typed = kinds.isin(numbers)
        if not all(issubclass(kind, str) for kind in kinds[~typed].unique()):
            return None
    text = _stripped(values[~typed])
    missing = is_missing(text)
    numeric, percent = _without_percent(text[~missing])
    if percent and typed.any():  # 50 % beside 0.5: nothing tells what the numbers mean
        numeric, percent = text[~missing], False
    return _Cells(_floats(values[typed]), numeric, text[missing], percent)


def _floats(values):
    try:
        return values.astype(float)
    except OverflowError:  # a whole number of more than 308 digits
        return values.map(lambda value: float(f"{value}"))


def is_number(text, decimal):
    """Which values are numbers when `decimal` ("." or ",") is the decimal sign: a boolean Series."""
    return text.str.fullmatch(_PATTERNS[decimal]).astype(bool)


def to_numbers(text, decimal):
    """Values that all pass `is_number`, as a float Series."""
    for mark in _GROUPS_THOUSANDS[decimal] + _SPACES:
        text = text.str.replace(mark, "", regex=False)
    return text.str.replace(decimal, ".", regex=False).str.replace("\u2212", "-", regex=False).astype(float)


def decimal_signs(text):
    """The decimal signs under which every value is a number.

    Parameters
    ----------
    text : Series of str, as from `as_text`

    Returns
    -------
    signs : set
        Empty: not numbers. One sign: that notation. Both: it cannot be told ("1,234" may be 1234 or 1.234);
        only "." where both give the same numbers ("1 234").
    """
    if text.empty:
        return set()
    signs = {decimal for decimal in _PATTERNS if is_number(text, decimal).all()}
    same = len(signs) == 2 and to_numbers(text, ".").equals(to_numbers(text, ","))
    return {"."} if same else signs


def has_decimal_commas(column):
    """Whether numbers with a decimal comma may stand in a column."""
    cells = _cells(column) if is_text(column) else None
    return cells is not None and "," in decimal_signs(cells.text)


def padded_columns(frame):
    """The names of columns of text with numbers that begin with a zero, such as 01067: rather codes than numbers."""
    return tuple(name for name in frame if is_text(frame[name]) and is_padded(as_text(frame[name])).any())


def is_padded(text):
    """Which of some texts (a Series) are numbers that begin with a zero."""
    return text.str.fullmatch("0[0-9]+").astype(bool)


def parse_text_columns(frame, decimal=None, points_doubtful=False):
    """Turn every column whose values are numbers and texts of numbers into a column of floats.

    Parameters
    ----------
    frame : DataFrame
    decimal : "." or ",", or a mapping of names of columns to these, optional
        Decimal sign of columns whose values can be read in two ways. A column that tells its sign keeps it.
    points_doubtful : bool
        Whether points may group thousands although no column has decimal commas.

    Returns
    -------
    frame : DataFrame
    notes : list of str

    Raises
    ------
    AmbiguousNumbers
        A column could be read with either decimal sign, and `decimal` does not say which.
    """
    texts = [name for name, dtype in frame.dtypes.items() if not pd.api.types.is_numeric_dtype(dtype) and is_text(frame[name])]
    cells = {name: own for name in texts if (own := _cells(frame[name])) is not None}
    signs = {name: decimal_signs(own.text) for name, own in cells.items()}
    signs = _decided(signs, {name: own.text for name, own in cells.items()}, decimal, points_doubtful)
    if not cells:
        return frame, []
    frame, notes = frame.copy(deep=False), []
    read = {name: own for name, own in cells.items() if signs[name] or (len(own.typed) and own.text.empty)}
    columns = {name: _numbers(own, signs[name]).reindex(frame.index) for name, own in read.items()}
    for name, column in columns.items():
        frame[name] = column
    commas = [name for name, own in read.items() if signs[name] == "," and own.text.str.contains(",", regex=False).any()]
    if commas:
        notes.append(f"Decimal commas were read in {listed([quoted(name) for name in commas])}.")
    for name, own in read.items():
        if own.percent:
            notes.append(f'Column "{name}" is in percent: 12 % was read as 12.')
        if len(own.marks):
            marks = listed([quoted(mark) for mark in own.marks.unique()])
            notes.append(
                f'In column "{name}" {len(own.marks):,} {"value" if len(own.marks) == 1 else "values"} ({marks}) counted as missing.'
            )
    return frame, notes


def _numbers(cells, sign):
    return pd.concat([cells.typed, to_numbers(cells.text, sign)]) if sign else cells.typed


def _decided(signs, texts, decimal, points_doubtful):
    """The decimal sign of each column, or None where it is not numbers; what the columns themselves do not tell must be told."""
    told = decimal if decimal is None or isinstance(decimal, str) else dict(decimal)
    points, commas = (
        any(own == {sign} and texts[name].str.contains(sign, regex=False).any() for name, own in signs.items()) for sign in ".,"
    )
    decided, doubtful = {}, {}
    for name, own in signs.items():
        say = told if told is None or isinstance(told, str) else told.get(name)
        decided[name] = next(iter(own), None) if len(own) < 2 else say
        if len(own) == 2 and say is None:
            value = next(value for value in texts[name] if "," in value or "." in value)
            # "1.234" is a point as everyone writes it to a computer, unless the table speaks against it.
            if mark_of(value) == "," or commas or (points_doubtful and not points):
                doubtful[name] = value
            else:
                decided[name] = "."
    if doubtful:
        raise AmbiguousNumbers(doubtful)
    return decided


def quoted(text):
    return f'"{text}"'


def listed(items, most=10):
    """Some items as one text, the first few and how many more there are."""
    shown = ", ".join(map(str, items[:most]))
    return shown if len(items) <= most else f"{shown} and {len(items) - most:,} more"
