"""How numbers are written as text: decimal signs, thousands separators, and marks for missing values."""

_GROUPS_THOUSANDS = {".": ",", ",": "."}  # by decimal sign
_SPACES = " \u00a0\u202f'\u2019"  # spaces and apostrophes group thousands in either notation

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


SIGNS = tuple(_GROUPS_THOUSANDS)  # decimal signs
_PATTERNS = {decimal: _pattern(decimal) for decimal in SIGNS}


def mark_of(value):
    """The sign, "." or ",", that makes the number in a text ambiguous: the last one that stands in it."""
    return max(".,", key=value.rfind)


def whole(value):
    """The text of an ambiguous number, its signs taken to group thousands."""
    return value.replace(",", "").replace(".", "")


def is_missing(text):
    """Which of some stripped texts (a Series) are empty or stand for a missing value."""
    return (text == "") | text.str.lower().isin(MISSING)


def is_number(text, decimal):
    """Which values are numbers when `decimal` ("." or ",") is the decimal sign: a boolean Series."""
    return text.str.fullmatch(_PATTERNS[decimal]).astype(bool)


def to_numbers(text, decimal):
    """Values that all pass `is_number`, as a float Series."""
    for mark in _GROUPS_THOUSANDS[decimal] + _SPACES:
        text = text.str.replace(mark, "", regex=False)
    return text.str.replace(decimal, ".", regex=False).str.replace("\u2212", "-", regex=False).astype(float)


def is_padded(text):
    """Which of some texts (a Series) are numbers that begin with a zero."""
    return text.str.fullmatch("0[0-9]+").astype(bool)
