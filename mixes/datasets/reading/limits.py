"""How large a table may be: checked from what a file declares, before it is read."""

MAX_BYTES = 200_000_000  # of a file, of what a compressed file unpacks to, and of the text in a table
MAX_CELLS = 20_000_000
MAX_COLUMNS = 10_000
MAX_TEXTS = 1_000  # columns of text: each is looked at for what it may be


class TooLarge(ValueError):
    """A table is larger than what is read."""


def check_bytes(size, filename, what="has"):
    """Raise `TooLarge` if a file has, or `what` it does gives, more bytes than are read."""
    if size > MAX_BYTES:
        raise TooLarge(
            f"{filename} {what} {size / 1e6:,.1f} MB, but at most {MAX_BYTES / 1e6:,.0f} MB can be read; keep fewer rows or columns."
        )


def check_size(rows, columns, filename, cells=None):
    """Raise `TooLarge` if a table has more columns or cells than are read."""
    if columns > MAX_COLUMNS:
        raise TooLarge(
            f"{filename} has {columns:,} columns, but at most {MAX_COLUMNS:,} can be read; keep fewer columns, or let the rows be columns."
        )
    cells = rows * columns if cells is None else cells
    if cells > MAX_CELLS:
        raise TooLarge(f"{filename} has {cells:,} values, but at most {MAX_CELLS:,} can be read; keep fewer rows or columns.")


def check_texts(columns, filename):
    """Raise `TooLarge` if a table has more columns of text than are looked at."""
    if columns > MAX_TEXTS:
        raise TooLarge(
            f"{filename} has {columns:,} columns of text or codes, but at most {MAX_TEXTS:,} can be looked at; keep those that are needed."
        )
