"""The data section of the sidebar: built-in, generated, drawn, a person's own table or one of the server."""

import time
from dataclasses import replace

import streamlit as st

from mixes import datasets
from pages.kept import put, value
from pages.session import session
from pages.work import folder
from pages.work.chosen import Chosen, quoted
from pages.work.literal import literal
from pages.work.lookup import table
from pages.work.settings import DRAWN, SERVER

from .ask import ask
from .drawing_board import drawing_board
from .server_picker import server_picker
from .table_picker import table_picker
from .telling import settle, settled

_MOST_NOTES = 12  # that are shown at once


@st.cache_resource(max_entries=16, show_spinner=False)
def _load(name):
    return datasets.load(name)


@st.cache_resource(max_entries=64, show_spinner=False)
def _generate(kind, n, noise, seed):
    return datasets.generate(kind, n, noise, random_state=seed)


def data_picker(by_chunks=True):
    """Ask for the data.

    Parameters
    ----------
    by_chunks : bool
        Whether all rows are fitted of a table that is read chunk by chunk; else its sample is.

    Returns
    -------
    Chosen
        The last good one when the present choice cannot be used; the reason is shown beside the choice.
    """
    st.subheader("Data", anchor=False)
    source = ask("source", label_visibility="collapsed", on_change=settle, options=_sources())
    ways = {"Generated": _generated, "Draw": drawing_board, "Upload": table_picker, SERVER: server_picker}
    chosen = ways.get(source, _built_in)()
    if chosen is None:
        chosen = session().data or _ready("Old Faithful")
        st.caption(literal(f"Until then you see {chosen.dataset.name}."))
    session().data = chosen
    chosen = chosen if by_chunks else _sampled(chosen)
    dataset = chosen.dataset
    n, d = dataset.all_rows.shape
    classes = "" if dataset.labels is None else f", {len(dataset.label_names)} known classes (never used to fit)"
    st.caption(f"**{n:,} rows × {d} feature{'s' if d > 1 else ''}**{classes}")
    for note in dataset.notes[:_MOST_NOTES]:
        st.caption(literal(note))
    if len(dataset.notes) > _MOST_NOTES:
        with st.expander(f"{len(dataset.notes) - _MOST_NOTES:,} more notes"):
            st.caption("  \n".join(map(literal, dataset.notes[_MOST_NOTES:])))
    return chosen


def _sources():
    """Where data can be from here: the server's folder only where it has one."""
    options = list(table()["source"].kind.options)
    if folder.folder() is None:
        options.remove(SERVER)
        if value("set_source") == SERVER:
            put({"set_source": options[0]})
            session().say("This link is about a table in the folder of a server; this server has none.", time.monotonic())
    return options


def _sampled(chosen):
    """The sample of data that are read chunk by chunk; all others as they are."""
    dataset = chosen.dataset
    if dataset.chunked is None:
        return chosen
    note = f"A sample of {len(dataset.X):,} of the {len(dataset.chunked):,} rows; Explore fits all of them."
    sample = replace(dataset.sampled(), name=f"a sample of {dataset.name}", notes=(note,))
    return Chosen(f"{chosen.key}sample", sample, f"{chosen.code}.sampled()")


def _ready(name):
    return Chosen(name, _load(name), f"datasets.load({quoted(name)})")


def _built_in():
    name = ask("built_in", label_visibility="collapsed", on_change=settle)
    st.caption(datasets.BUILT_IN[name])
    if sentence := settled(name):
        st.caption(sentence)
    return _ready(name)


def _generated():
    kind = ask("kind", label_visibility="collapsed")
    st.caption(datasets.GENERATED[kind])
    n, noise, seed = (ask(setting.name) for setting in DRAWN)
    return Chosen(
        f"{kind} {n} {noise} {seed}",
        _generate(kind, n, noise, seed),
        f"datasets.generate({quoted(kind)}, {n}, {noise}, random_state={seed})",
    )
