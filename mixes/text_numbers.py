"""Numbers written as text: decimal commas, thousands separators, percent signs."""

import pandas as pd

_GROUPS_THOUSANDS = {".": ",", ",": "."}  # by decimal sign
_SPACES = " \u00a0\u202f'\u2019"  # spaces and apostrophes group thousands in either notation


def _pattern(decimal):
    # Groups of three start with a non-zero digit, so that "0,123" can only be a decimal comma.
    grouped = f"[1-9][0-9]{{0,2}}(?:[{_GROUPS_THOUSANDS[decimal]}{_SPACES}][0-9]{{3}})+"
    number = f"(?:(?:{grouped}|[0-9]+)(?:[{decimal}][0-9]*)?|[{decimal}][0-9]+)(?:[eE][+-]?[0-9]+)?"
    return f"[+\u2212-]?(?:{number}|[iI]nf(?:inity)?)"


_PATTERNS = {decimal: _pattern(decimal) for decimal in _GROUPS_THOUSANDS}


def is_text(column):
    """Whether a column holds text or mixed objects, so that numbers in it must be parsed."""
    return pd.api.types.is_string_dtype(column.dtype) or pd.api.types.is_object_dtype(column.dtype)


def is_percentage(column):
    """Whether every value that is there ends in a percent sign."""
    text = column.dropna().astype("str").str.rstrip()
    return (text != "").any() and bool(text[text != ""].str.endswith("%").all())


def as_text(column):
    """The values that are there, not missing or blank, as stripped text; percent signs are taken off if every value has one."""
    text = column.dropna().astype("str").str.strip()
    text = text[text != ""]
    return text.str.removesuffix("%").str.strip() if is_percentage(column) else text


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


def parse_text_columns(frame, decimal=None):
    """Turn every text column whose values are all numbers into a column of floats.

    Parameters
    ----------
    frame : DataFrame
    decimal : "." or ",", optional
        Default: told column by column; a column that could be either follows the others.

    Returns
    -------
    frame : DataFrame
    notes : list of str

    Raises
    ------
    ValueError
        A column could be read with either decimal sign and no other column tells which.
    """
    texts = {name: as_text(frame[name]) for name in frame if is_text(frame[name])}
    if decimal:
        signs = {name: {decimal} if len(text) and is_number(text, decimal).all() else set() for name, text in texts.items()}
    else:
        signs = {name: decimal_signs(text) for name, text in texts.items()}
    if any(len(sign) == 2 for sign in signs.values()):
        known = set().union(*(sign for sign in signs.values() if len(sign) == 1), _signs_of_floats(frame))
        for name, sign in signs.items():
            if len(sign) == 2 and len(known) != 1:
                value = next(value for value in texts[name] if "," in value or "." in value)
                whole = value.replace(",", "").replace(".", "")
                raise ValueError(
                    f'In column "{name}" the value {value} may be {whole} or {value.replace(",", ".")}; choose the decimal sign, point or comma.'
                )
            signs[name] = known if len(sign) == 2 else sign
    numbers = {name: to_numbers(texts[name], *sign).reindex(frame.index) for name, sign in signs.items() if sign}
    commas = [f'"{name}"' for name, sign in signs.items() if sign == {","} and texts[name].str.contains(",", regex=False).any()]
    notes = [f"Decimal commas were read in {', '.join(commas)}."] if commas else []
    notes += [f'Column "{name}" is in percent: 12 % was read as 12.' for name in numbers if is_percentage(frame[name])]
    frame = frame.copy(deep=False)
    for name, column in numbers.items():
        frame[name] = column
    return frame, notes


def _signs_of_floats(frame):
    """{"."} if a float column has numbers, such as 3.5, that no thousands separator explains."""
    for name in frame.select_dtypes("float"):
        values = frame[name]
        signs = decimal_signs(as_text(values[values % 1 != 0]))
        if signs == {"."}:
            return signs
    return set()
