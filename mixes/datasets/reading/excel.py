"""Tables in Excel files (.xlsx): the size is known before anything is unpacked, cells are read as a stream."""

import io
import zipfile

import numpy as np
import pandas as pd

from .head import has_units, is_cover, looks_like_header, table_start
from .limits import TooLarge, check_bytes, check_size
from .text_numbers import listed

_SAMPLE = 200
_OTHER_ARCHIVES = {  # a file inside -> what it is
    "xl/workbook.bin": "a binary Excel file (.xlsb); save it as .xlsx or CSV",
    "content.xml": "an OpenDocument file (.ods); save it as .xlsx or CSV",
    "word/document.xml": "a Word document; copy its table to a .xlsx or CSV file",
    "Index/Document.iwa": "a Numbers file; export it as .xlsx or CSV",
}
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
# texts that stand for a missing value in any column, also one of classes
_GAPS = frozenset(["", "?", "NA", "N/A", "n/a", "NaN", "nan", "NULL", "null", "None", "<NA>", "#N/A", "#NA"])


def refuse_old_excel(data, filename):
    """Say what is wrong with a file of Microsoft's older format: an .xls file, or an .xlsx file with a password."""
    if _ENCRYPTED in data:
        raise ValueError(f"{filename} is an Excel file with a password; save it without one.")
    raise ValueError(f"{filename} is an old Excel file (.xls); save it as .xlsx or CSV.")


def read_excel(data, filename, header, sheet):
    """Read a table from the bytes of an .xlsx file; arguments as in `mixes.datasets.read_table`.

    Returns
    -------
    frame : DataFrame
    names : list of str, or None without a header
    notes : list of str, how the file was read
    sheets : list of str, the names of all sheets
    title : str, the name of the one that was read
    """
    _check_archive(data, filename)
    import openpyxl  # only whoever reads Excel files needs it

    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        sheets = [each.title for each in book.worksheets]
    except Exception:  # zip, XML and openpyxl each have their own errors for a damaged file
        raise _damaged(filename) from None
    if not sheets:
        raise ValueError(f"{filename} has charts but no sheet with a table; copy the numbers into a sheet.")
    if sheet not in (None, *sheets):
        raise ValueError(f'{filename} has no sheet "{sheet}"; choose one of {listed(sheets)}.')
    try:
        title = sheet or _first_table(book, filename)
        rows, width = _rows(book[title], filename)
    except TooLarge:
        raise
    except Exception:
        raise _damaged(filename) from None
    if not rows:
        empty = f'The sheet "{sheet or sheets[0]}" of {filename} is' if sheet or len(sheets) == 1 else f"All sheets of {filename} are"
        raise ValueError(f"{empty} empty; choose a sheet with a table.")
    frame, names, notes = _table(rows, width, header)
    others = [name for name in sheets if name != title]
    how = f'Read as Excel, sheet "{title}", {"the first row names the columns" if names else "without a header"}'
    return frame, names, [how + (f"; other sheets: {listed(others)}." if others else "."), *notes], sheets, title


def _check_archive(data, filename):
    try:
        files = zipfile.ZipFile(io.BytesIO(data)).infolist()
    except (zipfile.BadZipFile, NotImplementedError):
        raise _damaged(filename) from None
    contents = {file.filename for file in files}
    other = next((what for inside, what in _OTHER_ARCHIVES.items() if inside in contents), None)
    if other:
        raise ValueError(f"{filename} is {other}.")
    if "xl/workbook.xml" not in contents:
        raise ValueError(f"{filename} is a zip archive but not an Excel (.xlsx) file; unpack it and choose the table inside.")
    check_bytes(sum(file.file_size for file in files), filename, "unpacks to")  # zipfile never unpacks more than is declared


def _damaged(filename):
    return ValueError(f"{filename} is a damaged Excel file; save it again.")


def _first_table(book, filename):
    """The name of the first sheet that is no cover; without one, of the first that is filled."""
    shown = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"] or book.worksheets
    filled = []
    for sheet in shown:
        rows, width = _rows(sheet, filename, _SAMPLE)
        if rows and not is_cover(_as_text(_filled_up(rows, width))):
            return sheet.title
        filled += [sheet] if rows else []
    return (filled or shown)[0].title


def _rows(worksheet, filename, most=None):
    """The rows that are not blank, the first `most` of them, as far as they are filled, and the number of columns."""
    worksheet.reset_dimensions()  # what a sheet says of its size may be wrong
    from openpyxl.utils import get_column_letter

    rows, width = [], 0
    for number, row in enumerate(worksheet.iter_rows(values_only=True), 1):
        values = [np.nan if value is None or (isinstance(value, str) and value.strip() in _GAPS) else value for value in row]
        while values and values[-1] is np.nan:
            values.pop()
        if values:
            rows.append(values)
            width = max(width, len(values))
            check_size(len(rows), width, f"{filename}, filled up to cell {get_column_letter(width)}{number},")
            if len(rows) == most:
                break
    return rows, width


def _filled_up(rows, width):
    return [row + [np.nan] * (width - len(row)) for row in rows]


def _table(rows, width, header):
    rows = _filled_up(rows, width)
    start = table_start(_as_text(rows[:_SAMPLE]))
    rows = rows[start:]
    head = _as_text(rows[:_SAMPLE])
    header = looks_like_header(head) if header == "auto" else header
    units = header and has_units(head)
    frame = pd.DataFrame(rows[int(header) + int(units) :], columns=range(width), dtype=object).infer_objects()
    notes = (
        [f"{start:,} {'row' if start == 1 else 'rows'} of titles above the table {'was' if start == 1 else 'were'} left out."]
        if start
        else []
    )
    if units:
        notes.append(f"The row under the names holds units ({listed([text for text in head[1] if text])}); it was left out.")
    return frame, head[0] if header else None, notes


def _as_text(rows):
    return [["" if value is np.nan else str(value) for value in row] for row in rows]
