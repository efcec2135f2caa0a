"""Saved parameters on the page: where a file is opened, the data that suit it, and the scores it gives to rows."""

import re
from functools import partial
from pathlib import Path

import streamlit as st
from pandas.api.types import is_float_dtype

from mixes import datasets
from mixes.datasets import AmbiguousNumbers, labelled
from pages.kept import put, value
from pages.session import session
from pages.work.checks import Nonsense
from pages.work.literal import literal
from pages.work.lookup import table
from pages.work.row_files import ROWS, rows_bytes
from pages.work.saved import open_saved
from pages.work.settings import SAVED

_MOST_ROWS = 1000  # of the scores that are shown; the files have all


def saved_of(form):
    """The parameters that a form begins with, or None."""
    return value(f"{form}_{SAVED}") if value(f"{form}_init") == SAVED else None


def suited(chosen, form="set"):
    """The data, of which saved parameters see their own features only, in their order, if all of them are there."""
    saved = saved_of(form)
    if saved is None or saved.features is None or saved.features == chosen.dataset.features:
        return chosen
    if not set(saved.features) <= set(chosen.dataset.features):
        return chosen
    only = f"only({list(saved.features)!r})"
    return chosen._replace(key=f"{chosen.key} {only}", dataset=chosen.dataset.only(saved.features), code=f"{chosen.code}.{only}")


def ask_file(form):
    """Ask for a file of parameters."""
    st.file_uploader(
        "Parameters (JSON)",
        type="json",
        key=f"open_{form}",
        on_change=_open,
        args=(form,),
        help="A file that Export saved, or a notebook. The model and its structure are taken from it.",
    )


def _open(form):
    put({f"{form}_{name}": own for name, own in _opened(value(f"open_{form}")).items()})


def _opened(upload):
    """What stands in a form, by name, once a file is chosen, or None is."""
    closed = {SAVED: None, "refused": ""}
    if upload is None:
        return closed
    try:
        saved = open_saved(upload.name, upload.getvalue())
        values = {name: table()[name].kind.check(own, name) for name, own in saved.values.items()}
    except Nonsense as problem:
        return closed | {"refused": f"{upload.name} is too large for this page: {problem}."}
    except ValueError as problem:
        return closed | {"refused": str(problem)}
    return closed | values | {SAVED: saved, "annealing": False, "n_init": 1}


def saved_start(form, model, structure, dataset):
    """What a form begins with: its saved parameters, or random rows where they are missing or do not fit."""
    saved, refused = saved_of(form), value(f"{form}_refused")
    until = "Until then learning starts at random rows."
    if saved is None:
        if refused:
            st.error(literal(refused))
        st.caption(until)
        return "random"
    problem = _misfit(saved, dataset)
    if not problem and not saved.begins(model, structure):
        problem = f"{saved.name} holds another model or structure than is chosen here: open it again to begin with it."
    if problem:
        st.error(literal(problem))
        st.caption(until)
        return "random"
    names = "its features in their order" if saved.features is None else ", ".join(saved.features)
    where = "; its scores stand below the player" if form == "set" else ""
    st.caption(literal(f"{saved.name}, about {names}: iteration 0 is this model{where}."))
    return saved


def _misfit(saved, dataset):
    """Why some data are not what the parameters are about, or ""."""
    try:
        saved.check(dataset)
    except ValueError as problem:
        return str(problem)
    return ""


def scores(chosen):
    """Under the player: what the saved parameters say of each row, of the data at hand or of others."""
    saved = saved_of("set")
    if saved is None:
        return
    with st.expander(literal(f"Scores by {saved.name}"), expanded=True):
        upload = st.file_uploader(
            "Other rows to score: CSV, TSV, Excel or Parquet",
            key="score_rows",
            help="A table with the same columns. Without one the data at hand are scored.",
        )
        if upload is None and _misfit(saved, chosen.dataset):
            st.caption(literal(f"The data at hand are others than {saved.name} is about, see the left."))
            return
        try:
            name, frame = _scored(saved, chosen, upload)
        except AmbiguousNumbers as problem:
            st.error(literal(f"{problem} Under Data this can be said: upload the table there."))
            return
        except ValueError as problem:
            st.error(literal(str(problem)))
            return
        added = frame.attrs["added"]
        density = frame[added["log density"]]
        scored, out = int(density.notna().sum()), int(density.isna().sum())
        left_out = f" {out:,} more {'was left out, see its' if out == 1 else 'were left out, see their'} note." if out else ""
        average = f"**{density.mean():,.4f}**".replace("-", "−") if scored else "–"
        rows = f"{scored:,} {'row' if scored == 1 else 'rows'} of {literal(name)}"
        st.markdown(f"Average log-likelihood of {rows}: {average}, in the units of the table; higher is better.{left_out}")
        short = {own: st.column_config.NumberColumn(format="%.4f") for own in added.values() if is_float_dtype(frame[own])}
        st.dataframe(frame.head(_MOST_ROWS), hide_index=True, height=280, column_config=short, placeholder="")
        if len(frame) > _MOST_ROWS:
            st.caption(f"The first {_MOST_ROWS:,} of {len(frame):,} rows; the files have all.")
        stem = "_".join(re.findall(r"\w+", f"{Path(saved.name).stem} {name}".lower()))
        left, right, _ = st.columns([1, 1, 3])
        for place, label, kind in ((left, "Rows (CSV)", ROWS[0]), (right, "Rows (Parquet)", ROWS[1])):
            place.download_button(
                label,
                partial(rows_bytes, frame, kind),
                f"{stem}_rows.{kind.removeprefix('rows-')}",
                key=f"scores_{kind}",
                on_click="ignore",
                width="stretch",
            )


def _scored(saved, chosen, upload):
    """A name and the labelled table of the data at hand, or of an upload; made once."""
    key = (saved, chosen.key if upload is None else upload.file_id)
    known = session().scores
    if known is None or known[0] != key:
        if upload is None:
            sample = "" if chosen.dataset.chunked is None else "a sample of "
            name, frame = f"{sample}{chosen.dataset.name}", labelled(chosen.dataset, saved.mixture)
        else:
            table = datasets.read_table(upload, upload.name)
            if saved.features is None:
                raise ValueError(
                    f"{saved.name} does not name its features, so that their columns cannot be found in "
                    f"{upload.name}; choose them under Data."
                )
            name, frame = upload.name, labelled(table, saved.mixture)
        known = session().scores = (key, name, frame)
    return known[1:]
