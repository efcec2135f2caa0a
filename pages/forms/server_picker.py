"""A table of the server's folder: small ones are read as an upload is, large ones chunk by chunk."""

import time
from dataclasses import replace

import streamlit as st

from mixes import datasets
from pages.kept import kept, put, value
from pages.session import session
from pages.work import folder
from pages.work.chosen import Chosen, call, quoted
from pages.work.literal import literal
from pages.work.settings import SERVED
from pages.work.uploaded import Table

from .columns import choose_columns
from .table_picker import columns, reading, too_many

_KEY = f"set_{SERVED.name}"


def server_picker():
    """Ask for a table of the folder; gives what is `Chosen` of it, or None as long as it cannot be used."""
    root = folder.folder()
    try:
        tables = folder.listed(root)
        if not tables:
            st.caption("The folder of this server has no tables yet.")
            return None
        _let_go_of_lost(root, tables)
        name = st.selectbox(
            SERVED.label,
            list(tables),
            index=None,
            format_func=lambda name: f"{name} · {tables[name].size}",
            **kept(_KEY),
            placeholder="Choose a table",
            disabled=session().locked,
            help="What lies in the folder of this server.",
        )
        if name is None:
            return None
        table = tables[name]
        return _by_chunks(table) if table.by_chunks else _at_once(table)
    except (ValueError, OSError) as problem:
        st.error(literal(folder.said(problem, root)))
        return None


def _let_go_of_lost(root, tables):
    """Of a table that a link names, or that was there a moment ago, say that it is not there."""
    try:
        if (name := value(_KEY)) and name not in tables:
            folder.found(root, name)
    except ValueError as problem:
        session().say(literal(str(problem)), time.monotonic())
        put({_KEY: None})


def _present(table):
    """What came so far of a table, which the session keeps of the one that was chosen last."""
    own = session()
    if own.served is None or own.served.key != table.key:
        own.served = Table(table.key, table.name, path=table.path)
    return own.served


def _at_once(table):
    frame = reading(_present(table))
    return None if frame is None else columns(_present(table), frame)


@st.cache_resource(max_entries=8, show_spinner="Reading all rows once")
def _opened(key, path, name):
    """The data set of a table, the frame of what is in memory of it, and what is proposed for its columns; or what is wrong."""
    try:
        dataset = datasets.open_table(path, name, numbers_only=True)
        frame = dataset.to_frame()
        return dataset, frame, datasets.describe_columns(frame)
    except (ValueError, OSError) as problem:
        return problem.with_traceback(None)


def _by_chunks(table):
    found = _opened(table.key, table.path, table.name)
    if isinstance(found, Exception):
        raise found
    dataset, frame, described = found
    for note in dataset.notes:
        st.caption(literal(note))
    numbers_only = {"numbers_only": True} if dataset.notes else {}
    code = call("datasets.open_table", quoted(str(table.path)), quoted(table.name), **numbers_only)
    if dataset.chunked is None:
        frame = frame.copy()
        frame.attrs = {"code": f"{code}.to_frame()", "key": table.key}
        return columns(_present(table), frame)
    features, label = choose_columns(f"a sample of {table.name}", frame, described)
    if not features:
        raise ValueError(f"{table.name} has no column to fit to; choose one under Columns.")
    if too_many(table.name, features):
        return None
    only = "" if tuple(features) == dataset.features else f".only({quoted(features)})"
    notes = [
        f"Read chunk by chunk: all rows are fitted; pictures, starts and the values under Columns are of a sample of {len(dataset.X):,}.",
        "The table with each row's component is made by the exported script.",
    ]
    if label is not None:
        notes.append(f'The classes in "{label}" are left out: fits are compared with known classes only where all rows are in memory.')
    if only:
        dataset = dataset.only(features)
    return Chosen(f"{table.key}{only}", replace(dataset, notes=tuple(notes)), f"{code}{only}")
