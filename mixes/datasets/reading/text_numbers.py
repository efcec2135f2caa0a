"""Numbers written as text: decimal commas, thousands separators, percent signs, and marks for missing values, in tables.

What is a number already is taken as it is; only text is read.
"""

from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from numbers import Real

import numpy as np
import pandas as pd

from .notation import SIGNS, is_missing, is_number, is_padded, mark_of, to_numbers, whole

_NONE = pd.Series(dtype=float)
_BLOCK = 1_000_000  # values of columns that are read together


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


def as_text(column):
    """The values that are there, not missing or blank, as stripped text; percent signs are taken off if every value has one."""
    return _Texts.of([column.dropna()]).without_percent()[0].column(0)


@dataclass(frozen=True)
class _Texts:
    """The texts of several columns, one after another: a thousand short columns cost hardly more than a long one.

    Attributes
    ----------
    text : Series of str, stripped and not blank; its index is that of the columns
    owner : int array, in order: the number of each text's column
    m : int, how many columns there are
    """

    text: pd.Series
    owner: np.ndarray
    m: int

    @classmethod
    def of(cls, columns):
        """Those of columns without missing values."""
        text = pd.concat(columns) if columns else pd.Series(dtype="str")
        owner = np.repeat(np.arange(len(columns)), [len(column) for column in columns])
        every = cls(text.astype("str").str.strip(), owner, len(columns))
        return every.only(every.text.to_numpy() != "")

    def only(self, which):
        """Some of the texts, by a boolean array."""
        return _Texts(self.text[which], self.owner[which], self.m)

    @cached_property
    def _ends(self):
        return np.searchsorted(self.owner, np.arange(self.m + 1))

    def column(self, i):
        """The texts of a column."""
        return self.text.iloc[self._ends[i] : self._ends[i + 1]]

    def count(self, which=None):
        """How many texts each column has, of those that are so."""
        return np.bincount(self.owner, weights=which, minlength=self.m)

    def all(self, which):
        """The columns all of whose texts are so: a boolean array; a column without texts is not one of them."""
        return (self.count(which) == self.count()) & (self.count() > 0)

    def without_percent(self, allowed=True):
        """The same without percent signs where every text of an allowed column has one, and which columns these are."""
        percent = self.all(self.text.str.endswith("%").to_numpy(bool)) & allowed
        those = percent[self.owner]
        text = self.text.where(~those, self.text.str.removesuffix("%").str.strip()) if those.any() else self.text
        return replace(self, text=text), percent

    def signs(self):
        """The decimal signs under which every text of each column is a number, a set for each.

        Empty: not numbers. One sign: that notation. Both: it cannot be told ("1,234" may be 1234 or 1.234); only "." where
        both give the same numbers ("1 234").
        """
        fit = {decimal: self.all(is_number(self.text, decimal).to_numpy()) for decimal in SIGNS}
        both = fit["."] & fit[","]
        if both.any():
            asked = self.only(both[self.owner])
            point, comma = (to_numbers(asked.text, decimal).to_numpy() for decimal in ".,")
            fit[","] &= ~(both & asked.all(point == comma))
        return [{decimal for decimal in SIGNS if fit[decimal][i]} for i in range(self.m)]

    def numbers(self, signs):
        """The numbers of each column by its sign; a column without one has none."""
        found = np.full(len(self.text), np.nan)
        for decimal in SIGNS:
            those = np.array([sign == decimal for sign in signs], dtype=bool)[self.owner]
            found[those] = to_numbers(self.text[those], decimal)
        read = replace(self, text=pd.Series(found, self.text.index))
        return [read.column(i) for i in range(self.m)]


def _cells(columns):
    """The `_Cells` of each column, or None for one that holds other things than numbers and text."""
    split = [_typed(column.dropna()) for column in columns]
    texts = _Texts.of([values[~typed] if typed.any() else values for values, typed, _ in split])
    missing = is_missing(texts.text).to_numpy()
    marks = texts.only(missing)
    beside = np.array([typed.any() for _, typed, _ in split], dtype=bool)  # 50 % beside 0.5: nothing tells what the numbers mean
    plain, percent = texts.only(~missing).without_percent(~beside)
    cells = [
        _Cells(_floats(values[typed]) if typed.any() else _NONE, plain.column(i), marks.column(i), bool(percent[i])) if only else None
        for i, (values, typed, only) in enumerate(split)
    ]
    return cells, plain


def _typed(values):
    """Values, which of them are numbers already, and whether all others are text."""
    if values.dtype != object:
        return values, np.zeros(len(values), dtype=bool), True
    kinds = values.map(type)
    numbers = [kind for kind in kinds.unique() if issubclass(kind, (Real, Decimal)) and not issubclass(kind, (bool, np.bool_))]
    typed = kinds.isin(numbers).to_numpy()
    return values, typed, all(issubclass(kind, str) for kind in kinds[~typed].unique())


def _floats(values):
    try:
        return values.astype(float)
    except OverflowError:  # a whole number of more than 308 digits
        return values.map(lambda value: float(f"{value}"))


def has_decimal_commas(columns):
    """Whether numbers with a decimal comma may stand in some columns."""
    split = (_cells(block) for block in _blocks([column for column in columns if is_text(column)]))
    return any("," in signs and own is not None for cells, plain in split for own, signs in zip(cells, plain.signs()))


def padded_columns(frame):
    """The names of columns of text with numbers that begin with a zero, such as 01067: rather codes than numbers."""
    texts = [frame[name] for name in frame if is_text(frame[name])]
    found = []
    for block in _blocks(texts):
        plain, _ = _Texts.of([column.dropna() for column in block]).without_percent()
        padded = plain.count(is_padded(plain.text).to_numpy())
        found += [column.name for column, count in zip(block, padded) if count]
    return tuple(found)


def _blocks(columns):
    """Columns in groups of at most `_BLOCK` values, or one column."""
    width = max(1, _BLOCK // max(1, max(map(len, columns), default=1)))
    return [columns[i : i + width] for i in range(0, len(columns), width)]


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
    cells, signs, plains = {}, {}, []
    for block in _blocks([frame[name] for name in texts]):
        split, plain = _cells(block)
        names = [column.name for column in block]
        cells |= {name: own for name, own in zip(names, split) if own is not None}
        signs |= {name: own for name, own in zip(names, plain.signs()) if name in cells}
        plains.append((names, plain))
    signs = _decided(signs, {name: own.text for name, own in cells.items()}, decimal, points_doubtful)
    if not cells:
        return frame, []
    frame, notes = frame.copy(deep=False), []
    read = {name: own for name, own in cells.items() if signs[name] or (len(own.typed) and own.text.empty)}
    for names, plain in plains:
        for name, numbers in zip(names, plain.numbers([signs.get(name) for name in names])):
            if name in read:
                typed = read[name].typed
                frame[name] = (pd.concat([typed, numbers]) if signs[name] else typed).reindex(frame.index)
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
