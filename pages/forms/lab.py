"""The annealing lab: one annealed run to its end, how its components part, and its schedule, which the chart lets a hand change."""

import time

import streamlit as st

from mixes.selection import FAILURES
from pages.kept import put
from pages.session import session
from pages.work import experiment as experiments
from pages.work.following import SECONDS, reach
from pages.work.literal import literal
from pages.work.lookup import table


def lab(chosen, settings):
    """The annealed run of some settings as far as it could be learned, an `Experiment`; None where there is none, and why is said."""
    own = session()
    if not settings.steering["use_annealing"]:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown("This shows an annealed run; the model on the left is not annealed.")
            st.button("Anneal it", key="anneal", type="primary", on_click=put, args=({"set_annealing": True},), disabled=own.locked)
        return None
    if own.lab is None or own.lab.settings != settings:
        try:
            with st.spinner("Annealing"):
                made = experiments.begin(own.next_id("r"), chosen.dataset, settings)
                reach(made, settings.steering["max_iter"], time.monotonic() + SECONDS)
                own.lab = made
        except FAILURES as problem:
            st.error(literal(f"This cannot be annealed: {problem}"))
            return None
    return own.lab


def reschedule(told):
    """Let the schedule be as a hand has drawn it: the nearest that the settings allow."""
    start, most = table()["start_v"], table()["max_iter"]
    values = {start.name: start.kind.read(str(told["start_v"]), start.label), most.name: most.kind.read(str(told["max_iter"]), most.label)}
    values["start_v"] = round(round(values["start_v"] / start.kind.step) * start.kind.step, 2)
    put({f"set_{name}": each for name, each in values.items()})


def open_lab(iteration):
    """Let Explore have the run of the lab, at an iteration; the page is changed by `open_link`."""
    own = session()
    own.open_run(own.lab)
    own.stand(own.lab.id, min(iteration, own.lab.newest))
    own.plays, own.goes = False, ""
