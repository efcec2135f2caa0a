"""Under the chart of Tune: its table, for who asks for it."""

import streamlit as st

from pages.work.tuning_files import starts


def tune_table(tuned):
    """Offer the table of all starts so far; it is made once for what is known by then."""
    what = "A row for each start, as in the files, but counted from 1, as on the chart."
    if tuned is None or not st.toggle("Table of all starts", key="tune_table", help=what):
        return
    known = len(tuned.job.results)
    if tuned.table is None or tuned.table[0] != known:
        tuned.table = known, counted(starts(tuned))
    frame = tuned.table[1]
    short = {name: st.column_config.NumberColumn(format="%.4f") for name in frame.select_dtypes("float")}
    st.dataframe(frame, hide_index=True, height=420, column_config=short, placeholder="")


def counted(table):
    """A table of starts whose cells, starts and optima are counted from 1, as everywhere on the page; an optimum below 1 is none."""
    shown = table.assign(**{name: table[name] + 1 for name in ("cell", "start", "optimum") if name in table})
    if "optimum" in shown:
        shown["optimum"] = shown["optimum"].where(shown["optimum"] > 0).astype("Int64")
    return shown
