"""Tables as they are meant: a file of text, Excel or Parquet becomes columns of numbers and text."""

from .limits import MAX_BYTES
from .notation import is_number, mark_of
from .tables import check_decimal, read_table, type_of, unique_names
from .text_numbers import AmbiguousNumbers, as_text, is_text, listed, padded_columns, parse_text_columns

__all__ = [
    "MAX_BYTES",
    "AmbiguousNumbers",
    "as_text",
    "check_decimal",
    "is_number",
    "is_text",
    "listed",
    "mark_of",
    "padded_columns",
    "parse_text_columns",
    "read_table",
    "type_of",
    "unique_names",
]
