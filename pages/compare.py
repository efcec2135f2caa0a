"""Compare: two to four models on the same data, learning in lockstep."""

from dataclasses import replace

import streamlit as st

from pages.address import follow_comparison, open_link
from pages.forms.data_picker import data_picker
from pages.forms.headline import at_work, headline
from pages.forms.lanes import TABS, first_lanes, lane_buttons, lanes, leave, presets
from pages.forms.lock_note import lock_note
from pages.forms.model_form import model_form, offer_fit, preparation
from pages.forms.view_picker import view_picker
from pages.kept import kept_values
from pages.session import session
from pages.wire.comeback import comeback, notice
from pages.wire.serve import player, remember_shown
from pages.wire.sources import Compared
from pages.work import comparison as comparisons
from pages.work.literal import literal

_BEGINS_ANEW = "When one of these changes, this model begins anew; the others stay as they are."


def _forms(chosen):
    """A form for each model; gives the settings that stand in each, and why the data do not allow them, or ""."""
    letters = comparisons.LETTERS[: len(lanes())]
    asked = []
    for tab, lane in zip(st.tabs(list(letters), key=TABS, on_change="rerun"), lanes()):
        with tab:
            lane_buttons(lane)
            asked.append(model_form(chosen, lane, _BEGINS_ANEW))
    return zip(*asked)


def _current(dataset, settings, problems):
    """The comparison of these settings: the present one, or a new one with the runs that are there already."""
    own = session()
    present = own.comparison
    if present is None or present.settings != settings:
        known = [] if present is None else [lane.experiment for lane in present.lanes]
        with st.spinner("Preparing the models"):
            own.open_comparison(comparisons.begin(own.next_id, dataset, settings, [*known, own.run], problems))
    return own.comparison


headline(
    "Compare mixture models while they learn",
    "Two to four models on the same data, side by side at the same iteration: see which explains the data best.",
)
leave()
session().script_runs += 1
open_link("compare")
comeback()
lock_note()
remember_shown(Compared.key)
first_lanes()
with at_work(session().comparison), st.sidebar:
    with st.container(key="part_data"):
        chosen = data_picker(by_chunks=False)
    st.subheader("Models", anchor=False)
    presets(chosen.dataset)
    with st.container(key="part_model"):
        settings, problems = _forms(chosen)
    prepared = preparation()
    comparison = _current(chosen.dataset, [replace(each, **prepared) for each in settings], problems)
    follow_comparison(comparison, chosen)
    if comparison.working:
        with st.container(key="part_axes"):
            view = view_picker(comparison.working[0].experiment, latent=False)
widgets = kept_values()
notice(widgets)
with st.container():  # always there, so that the player keeps its place
    if any(problems):
        unfit = [f"{letter}: {problem}" for letter, problem in zip(comparisons.LETTERS, problems) if problem]
        st.warning(literal(f"Not every model suits these data. {' '.join(unfit)}"))
        offer_fit(chosen.dataset, lanes())
if comparison.working:
    player(Compared(comparison, view), widgets)
else:
    for letter, lane, problem in zip(comparisons.LETTERS, comparison.lanes, problems):
        if not problem:  # else it is said above
            st.error(literal(f"{letter}: {lane.problem}"))
