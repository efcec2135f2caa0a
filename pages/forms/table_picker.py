"""A person's own table: uploaded, read as the person says, its columns chosen."""

import hashlib

import pandas as pd
import streamlit as st

from mixes import datasets
from mixes.datasets import mark_of
from pages.kept import kept, put, value
from pages.session import session
from pages.work.chosen import Chosen, call, quoted
from pages.work.literal import literal
from pages.work.uploaded import Table

from .ask import ask
from .columns import choose_columns

_FIRST_ROW = {"find out": "auto", "column names": True, "data": False}
_SEPARATORS = {"find out": None, "comma": ",", "semicolon": ";", "tab": "\t", "vertical bar": "|", "space": " "}
_DECIMALS = {"find out": None, "point (3.14)": ".", "comma (3,14)": ","}
_ENCODINGS = {
    "find out": None,
    "UTF-8": "utf-8",
    "UTF-16": "utf-16",
    "Western European (Windows)": "cp1252",
    "Western European (Mac)": "mac_roman",
    "Western European (DOS)": "cp850",
    "Central European (Windows)": "cp1250",
    "Cyrillic (Windows)": "cp1251",
    "Cyrillic (KOI8)": "koi8_r",
    "Greek (Windows)": "cp1253",
    "Turkish (Windows)": "cp1254",
    "Hebrew (Windows)": "cp1255",
    "Arabic (Windows)": "cp1256",
    "Chinese, simplified (GB)": "gb18030",
    "Chinese, traditional (Big5)": "big5",
    "Japanese (Shift-JIS)": "shift_jis",
    "Korean": "cp949",
}
_MOST_FEATURES = 500  # that the app fits to


def table_picker():
    """Ask for a table of one's own; gives what is `Chosen` of it, or None as long as it cannot be used."""
    upload = st.file_uploader(
        "A table: CSV, TSV, Excel or Parquet",
        key="upload",
        help="A row for each case, a column for each feature. The file stays on this server's memory and is gone when you close the page.",
    )
    present, tables = _uploaded(upload), session().tables
    if not tables:
        return None
    if value("set_table") not in tables:
        put({"set_table": list(tables)[-1]})
    key = value("set_table")
    if len(tables) > 1:
        key = st.selectbox(
            "Table",
            list(tables),
            format_func=lambda key: tables[key].name,
            **kept("set_table"),
            help="The tables you have uploaded so far.",
        )
    table = tables[key]
    frame = reading(table, upload if key == present else None)
    return None if frame is None else columns(table, frame)


def _uploaded(upload):
    """The key of the file that is uploaded now, or None; a new one is chosen and kept."""
    if upload is None:
        return None
    own = session()
    if own.uploaded is None or own.uploaded[0] != upload.file_id:
        tables = {key: table for key, table in own.tables.items() if table.usable}  # of others the content is gone
        key = hashlib.sha256(upload.name.encode() + b"\0" + upload.getbuffer()).hexdigest()[:12]
        if key not in tables:
            others, name, count = {table.name for table in tables.values()}, upload.name, 1
            while name in others:
                count += 1
                name = f"{upload.name} ({count})"
            tables[key] = Table(key, name)
        put({"set_table": key})
        own.tables, own.uploaded = tables, (upload.file_id, key)
    return own.uploaded[1]


def reading(table, upload=None):
    """The frame of a table, read as the person says; None if it cannot be read so, which is shown."""
    place, options = st.container(), _reading_options(table)
    found = _read(table, upload, options)
    if isinstance(found, datasets.AmbiguousNumbers):
        options["decimal"] = _ask_decimal(table, found.columns)
        found = _read(table, upload, options) if options["decimal"] else None
    sheets = next((read.attrs["sheets"] for read in table.frames), ())
    if len(sheets) > 1:
        place.selectbox("Sheet", sheets, index=sheets.index(table.sheet or sheets[0]), **kept(f"set_sheet_{table.key}"))
    if isinstance(found, ValueError):
        st.error(literal(str(found)))
    return found if isinstance(found, pd.DataFrame) else None


def _read(table, upload, options):
    """What comes of reading a file in a way; without its content, of which it is told, the last that was read."""
    found = table.read(upload, options)
    if found is None:
        st.caption(literal(f"Upload {table.name} again to read it in another way."))
        return next(reversed(table.frames), None)
    return found


def _reading_options(table):
    """What is chosen: keywords of `datasets.read_table`; the sheets are known once it is read."""
    place = st.expander("How the file is read")
    asked = {
        "header": ("First row", _FIRST_ROW),
        "separator": ("Columns are separated by", _SEPARATORS),
        "decimal": ("Decimal sign", _DECIMALS),
        "encoding": ("Letters are written in", _ENCODINGS),
    }
    options = {
        name: choices[place.selectbox(label, list(choices), **kept(f"set_{name}_{table.key}"))] for name, (label, choices) in asked.items()
    }
    sheet = value(f"set_sheet_{table.key}")
    return options | {"sheet": None if sheet == table.sheet else sheet}


def _ask_decimal(table, columns):
    """Ask for the decimal sign of columns whose numbers can be read in two ways, by the sign that stands in them.

    Returns
    -------
    dict of the sign of each column, or None as long as it is not said
    """
    marks = {name: mark_of(value) for name, value in columns.items()}
    decimal = {}
    for mark in sorted(set(marks.values())):
        names = [name for name, own in marks.items() if own == mark]
        value = columns[names[0]]
        where = f'column "{names[0]}"' + (f" and {len(names) - 1} more" if len(names) > 1 else "")
        answers = {value.replace(mark, " point "): mark, value.replace(mark, " thousand "): ".,".replace(mark, "")}
        answer = st.radio(
            literal(f"Is {value} in {where} …"),
            list(answers),
            index=None,
            **kept(f"set_sign_{mark}_{table.key}"),
            help="The file does not tell whether this sign is a decimal sign or sets off thousands.",
        )
        if answer is None:
            return None
        decimal |= dict.fromkeys(names, answers[answer])
    return decimal


def columns(table, frame):
    """What is `Chosen` of a frame by its columns; None as long as it cannot be used, which is shown."""
    described = table.columns(frame)
    features, label = choose_columns(table.name, frame, described)
    proposed = [column.name for column in described if column.role == "feature" and column.name != label]
    if too_many(table.name, features):
        return None
    # the list says what is proposed and why, so that columns by name leave nothing to be noted
    choices = {"columns": features if features or proposed else None, "label": label}
    key, dataset = table.make(frame, choices)
    if isinstance(dataset, datasets.MissingValues):
        st.warning(literal(str(dataset)))
        choices["missing"] = ask("missing")
        key, dataset = table.make(frame, choices)
    if isinstance(dataset, ValueError):
        st.error(literal(str(dataset)))
        return None
    choices["columns"] = None if features == proposed else features
    return Chosen(key, dataset, call("datasets.from_table", frame.attrs["code"], quoted(table.name), **choices))


def too_many(name, features):
    """Whether there are more features than the app fits to, which is shown."""
    if len(features) > _MOST_FEATURES:
        st.error(
            literal(f"{name} has {len(features):,} features, but the app fits at most {_MOST_FEATURES}; leave some out under Columns.")
        )
    return len(features) > _MOST_FEATURES
