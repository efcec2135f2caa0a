"""Under the chart of Tune: its table, for who asks for it."""

import streamlit as st

from pages.work.tuning_files import starts


def tune_table(tuned):
    """Offer the table of all starts so far; it is made once for what is known by then."""
    if tuned is None or not st.toggle("Table of all starts", key="tune_table", help="A row for each start, as in the files."):
        return
    known = len(tuned.job.results)
    if tuned.table is None or tuned.table[0] != known:
        tuned.table = known, starts(tuned)
    frame = tuned.table[1]
    short = {name: st.column_config.NumberColumn(format="%.4f") for name in frame.select_dtypes("float")}
    st.dataframe(frame, hide_index=True, height=420, column_config=short)
