"""What stands in the columns of a table, and what is proposed for each: fit to it, take it for the known classes, or leave it out.

A mixture that is fitted to a number which only names its row finds names, not clusters. Whole numbers are taken for names

* by the words of the column's own name, such as "customer id" or "postcode";
* if they have seven digits or more, all equally many: no measurement is that precise;
* if all differ where some would coincide by chance: n draws from R whole numbers all differ with the probability
  R! / ((R - n)! R^n), the birthday problem, and those of a feature, which crowd about its mean, with a smaller one.
"""

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import gammaln

from .reading import as_text, is_number, is_text, padded_columns, parse_text_columns, type_of

IDENTIFIER, CODE, COUNT, CLASS = "looks like an identifier", "looks like a code", "counts the rows", "looks like a class"
CONSTANT, TWO_VALUES = "constant", "two values only"
NUMBERS, WHOLE, BOOLEAN, TEXT, DATES, BINARY, COMPLEX, NOTHING = (
    "numbers", "whole numbers", "true or false", "text", "dates", "binary data", "complex numbers", "no values")  # fmt: skip

_CLASS_WORDS = set("class label species target type group category cluster region area cultivar variety diagnosis outcome".split())
_MAX_CLASSES = 20
_MOST_CODED = 10  # classes that are known by their numbers alone
_ALWAYS = set("id ids uuid guid identifier rowid account iban isbn ean sku ssn imei phone telephone".split())
_IF_DIFFERENT = set("no nr num number nummer index idx key serial".split())
_CODE_WORDS = set("zip zipcode postcode postal plz fips".split())
_FEWEST = 10  # values, below which they tell nothing
_BY_CHANCE = 1e-3
_DATES = {"datetime64", "datetime", "date", "timedelta64", "timedelta", "time", "period", "interval"}
_DATE = (
    r"\d{4}[-/.]\d{1,2}(?:[-/.]\d{1,2}(?:[ T].*)?)?|\d{1,2}(?:[-/.]|\.? )(?:\d{1,2}|[^\W\d_]{3,9})(?:[-/.]|\.? )\d{2,4}(?:,? .*)?"
    r"|\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?"
)
_EXAMPLES, _LONGEST_EXAMPLE, _LONGEST_TEXT = 3, 20, 40


@dataclass(frozen=True)
class Column:
    """A column of a table in words, and what is proposed for it.

    Attributes
    ----------
    name : str
    kind : str
        "numbers", "whole numbers", "true or false", "text", "dates", "binary data", "complex numbers" or "no values".
    values : str
        The range of a quantity; else how many values differ, and the first of them.
    missing : int
        How many values are missing.
    role : "feature", "class" or "left out"
    reason : str
        Why it is no feature, such as "looks like an identifier"; "" for a feature.
    """

    name: str
    kind: str
    values: str
    missing: int
    role: str
    reason: str

    @property
    def is_numbers(self):
        """Whether a model can be fitted to it."""
        return self.kind in (NUMBERS, WHOLE, BOOLEAN)


def describe_columns(frame):
    """What stands in each column of a table, and what is proposed for it.

    Parameters
    ----------
    frame : DataFrame
        As `read_table` gives it: numbers that are written as text are text here, but for those that begin with a zero.

    Returns
    -------
    list of Column, in the order of the table; at most one of them is the class
    """
    check_frame(frame)
    frame = frame.reset_index(drop=True)
    facts = [_facts(str(name), frame.iloc[:, i]) for i, name in enumerate(frame.columns)]
    coded = {each.name for each in facts if each.coded}
    if 2 * len(coded) > sum(each.kind in (NUMBERS, WHOLE) for each in facts):  # marks and ratings rather than codes
        coded = set()
    label = _class_of(facts, coded)
    columns = []
    for each in facts:
        reason = CLASS if each.name == label else _reason(each, coded)
        role = "class" if each.name == label else "left out" if reason else "feature"
        is_name = reason in (IDENTIFIER, CODE, CLASS, TWO_VALUES)
        columns.append(Column(each.name, each.kind, each.examples if is_name else each.shown, each.missing, role, reason))
    return columns


def suggest_label(frame):
    """The column that is probably the known class, or None.

    It has few different values (at most 20, and a fifth of the rows), text or whole numbers, and a name such as "species";
    or it is the only such text; or, without either, the only one whose values are the numbers 1 to 3, or to at most 10.
    """
    return next((column.name for column in describe_columns(frame) if column.role == "class"), None)


def check_frame(frame):
    """Raise a ValueError if this is no DataFrame."""
    if not isinstance(frame, pd.DataFrame):
        raise ValueError(f"frame is {type_of(frame)}; it needs a pandas DataFrame, such as datasets.read_table gives.")


def kind_of(column):
    """What a column (a Series) holds, as in `Column.kind`."""
    if column.isna().all() or (is_text(column) and as_text(column).empty):
        return NOTHING
    if column.dtype.kind == "c":
        return COMPLEX
    inferred = pd.api.types.infer_dtype(column, skipna=True)
    if inferred == "boolean":
        return BOOLEAN
    if pd.api.types.is_numeric_dtype(column.dtype):
        values = column.dropna().to_numpy(float)
        return WHOLE if np.isfinite(values).all() and not np.any(values % 1) else NUMBERS
    if inferred in _DATES:
        return DATES
    if inferred == "bytes":
        return BINARY
    text = as_text(column.astype("object"))
    return DATES if text.str.fullmatch(_DATE).all() else TEXT


def first_text(column):
    """The row, from 1, and the start of the first text that is no number in a column of text."""
    text = as_text(column.astype("object"))
    numeric = _numeric(text)
    row = (text.index[~numeric] if not numeric.all() else text.index)[0]
    return row + 1, str(column[row])[:_LONGEST_TEXT]


def _numeric(text):
    """Which of some texts are numbers, in the notation in which most are."""
    return is_number(text, max(".,", key=lambda decimal: is_number(text, decimal).sum()))


@dataclass(frozen=True)
class _Facts:
    """What is known of a column before it is seen beside the others."""

    name: str
    kind: str
    count: int  # of values that are there
    missing: int
    distinct: int
    low: float  # the least and the greatest of numbers
    high: float
    in_order: bool  # of numbers: whether each is greater than the one before
    padded: bool
    few: bool  # values, each of them in many rows
    rarest: int  # how often the rarest of few values occurs
    shown: str
    examples: str

    @property
    def coded(self):
        """Whether the values are those of classes with numbers for names, 1 to 3, say; of what is counted, high values are rare."""
        return (
            self.kind == WHOLE
            and self.few
            and 3 <= self.distinct <= _MOST_CODED
            and self.low in (0, 1)
            and self.high - self.low == self.distinct - 1
            and self.rarest * self.distinct >= self.count / 5
        )


def _facts(name, column):
    padded = bool(padded_columns(column.to_frame()))
    written, column = column, parse_text_columns(column.to_frame(name), ".")[0][name] if padded else column
    kind, values = kind_of(column), column.dropna()
    values = values[values.astype("str").str.strip() != ""] if is_text(column) else values
    values = values.astype("str") if values.dtype == object or kind == BINARY else values
    distinct, low, high, in_order = values.nunique(), np.nan, np.nan, False
    examples = shown = _examples(written.dropna() if padded else values, distinct)
    if kind in (NUMBERS, WHOLE):
        numbers = values.to_numpy(float)
        low, high, in_order = float(numbers.min()), float(numbers.max()), bool(np.all(numbers[1:] > numbers[:-1]))
        shown = _number(low) if low == high else f"{_number(low)} to {_number(high)}"
    elif kind == TEXT and _numeric(as_text(column.astype("object"))).mean() > 0.5:
        shown = 'numbers, but "{1}" in row {0}'.format(*first_text(column))
    elif kind == DATES and not is_text(column):
        shown = " to ".join(str(value).removesuffix(" 00:00:00") for value in (values.min(), values.max()))
    few = kind in (WHOLE, BOOLEAN, TEXT) and 2 <= distinct <= min(_MAX_CLASSES, len(column) / 5)
    rarest = int(values.value_counts().min()) if few else 0
    return _Facts(name, kind, len(values), len(column) - len(values), distinct, low, high, in_order, padded, few, rarest, shown, examples)


def _class_of(facts, coded):
    """The name of the column that is probably the class, or None."""
    few = [each for each in facts if each.few]
    named = [each for each in few if set(_words(each.name)) & _CLASS_WORDS]
    text = [each for each in few if each.kind == TEXT]
    numbered = [each for each in few if each.name in coded]
    sure = named or (text if len(text) == 1 else numbered if len(numbered) == 1 and not text else [])
    return sure[0].name if sure else None


def _reason(column, coded):
    """Why a column is no feature, or "" if it is one."""
    if column.kind in (NUMBERS, WHOLE) and column.distinct == 1:
        return CONSTANT
    if column.kind in (WHOLE, TEXT) and (named := _named(column)):
        return named
    if column.kind not in (NUMBERS, WHOLE, BOOLEAN):
        return column.kind
    if column.distinct == 2 and column.count >= _FEWEST:
        return TWO_VALUES
    return _told_by_values(column, coded) if column.kind == WHOLE else ""


def _named(column):
    """What the words of its name say of a column of whole numbers or text."""
    words = _words(column.name)
    first, last, different = words[:1], set(words[-1:]), column.distinct == column.count > 1
    if first == ["id"] or last & _ALWAYS or (last & _IF_DIFFERENT and (different or set(words) & _ALWAYS)):
        return IDENTIFIER
    return CODE if "code" in last or set(words) & _CODE_WORDS else ""


def _told_by_values(column, coded):
    """What the values of a column of whole numbers say."""
    low, high, places, n = column.low, column.high, column.high - column.low + 1, column.count
    if _is_day(low) and _is_day(high):
        return DATES
    if low >= 10**6 and len(f"{low:.0f}") == len(f"{high:.0f}"):
        return IDENTIFIER
    if column.padded:
        return CODE
    if column.distinct == n >= _FEWEST and places < n**2 and _chance_that_all_differ(n, places) < _BY_CHANCE:
        return COUNT if column.in_order and places == n else IDENTIFIER
    if column.few and set(_words(column.name)) & _CLASS_WORDS:
        return CLASS
    return CODE if column.name in coded else ""


def _chance_that_all_differ(n, places):
    return np.exp(gammaln(places + 1) - gammaln(places - n + 1) - n * np.log(places))


def _words(name):
    """The words of a name in lower case: PatientID, patient_id and "Patient ID" have the same."""
    return re.findall(r"[^\W\d_]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower())


def _is_day(number):
    """Whether a number is a day, such as 20240131."""
    return 19000101 <= number <= 21001231 and not pd.isna(pd.to_datetime(f"{number:.0f}", format="%Y%m%d", errors="coerce"))


def _examples(values, distinct):
    first = [_shortened(value) for value in values.drop_duplicates().head(_EXAMPLES)]
    if distinct <= len(first):
        return ", ".join(first)
    return f"{distinct:,} different: {', '.join(first)}, …"


def _shortened(value):
    text = f"{value:.0f}" if isinstance(value, float) and value % 1 == 0 else str(value).strip()
    return text if len(text) <= _LONGEST_EXAMPLE else f"{text[: _LONGEST_EXAMPLE - 1]}…"


def _number(value):
    """A number as a person writes it, to four figures; years have no comma."""
    if value.is_integer() and abs(value) < 10**12:
        text = f"{value:.0f}" if abs(value) < 10_000 else f"{value:,.0f}"
    else:
        text = f"{value:.4g}"
    return text.replace("-", "\u2212")
