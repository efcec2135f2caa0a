"""The player of a comparison: as `player`, with several models at once."""

import streamlit as st

from pages.session import session

from . import comparison as comparisons
from .kept import COMPARE, kept_values
from .player import as_file, envelope, remember_shown, send, words
from .wording import differences

KEY = "comparison_player"


@st.fragment
def comparison_player(comparison, view, widgets):
    """Show a comparison; runs again, alone, whenever the player asks for something (see `player.player`)."""
    remember_shown(KEY)
    if kept_values(COMPARE) != widgets:
        st.rerun(scope="app")
    run_id = comparisons.run_id(comparison, view)
    said, nonsense = words(KEY)
    said = {name: word for name, word in said.items() if word["run"] == run_id}
    need = said.get("need", {"from": 0, "have": bool(said)})
    data = envelope(run_id, "compare.js", nonsense)
    start = None
    if not need["have"]:
        start = {"iteration": session().places.get(comparison.id, 0), "half": "M"}
        data |= {"start": start, "settings": differences(comparison.settings)}
        rows = comparisons.first_rows(comparison, view, start["iteration"])
    else:
        rows = comparisons.chunk(comparison, view, need["from"]) if "need" in said else [[] for _ in comparison.lanes]
    data["models"] = comparisons.models(comparison, view, rows, start)
    if comparison.over and "table" in said:
        if said["table"]["have"]:  # else what is known without held-out scores comes at once
            comparisons.advance_table(comparison)
        data["table"] = comparisons.table(comparison)
    if "export" in said:
        try:
            data["file"] = as_file(*comparisons.file(comparison, view, said["export"]))
        except ValueError as problem:
            data["error"] = f"The file could not be made: {problem}"
    send(KEY, data)
