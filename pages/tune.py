"""Tune: many starts, settings swept, annealing looked into."""

from dataclasses import replace

import streamlit as st

from mixes.selection import FAILURES
from pages.address import open_link
from pages.forms.data_picker import data_picker
from pages.forms.headline import headline
from pages.forms.lab import lab
from pages.forms.lock_note import lock_note
from pages.forms.model_form import model_form, offer_fit, preparation
from pages.forms.tune_form import open_starts, tune_form, tunings
from pages.kept import kept_values
from pages.session import session
from pages.wire import tuned as chart
from pages.wire.comeback import comeback, notice
from pages.work.answers import Refused
from pages.work.literal import literal
from pages.work.tuning import Tuned, planned, told

headline(
    "Tune by eye",
    "Many starts, and many settings, on the same data: which optimum is found how often, and which setting is best, and how sure that is.",
)
session().script_runs += 1
if marks := chart.heard():
    open_starts(session().tuned, marks)
open_link("tune")
comeback()
lock_note()
with st.sidebar:
    tunings()
    with st.container(key="part_data"):
        chosen = data_picker()
    with st.container(key="part_model"):
        st.subheader("Model", anchor=False)
        settings, unfit = model_form(chosen, steering_note="All that is not varied is as it is here.")
    settings = replace(settings, **preparation())
asked = tune_form(settings)
plan, problem = None, unfit
try:
    plan = None if unfit else planned(settings, asked)
except ValueError as error:
    problem = str(error)
widgets = kept_values()
own = session()
if asked["tune"] == "annealing":
    lab(chosen, settings, unfit, widgets)
else:
    with st.container(horizontal=True, vertical_alignment="center", key="tune_run"):
        label = "Run" if own.tuned is None or own.tuned.plan != plan else "Run again"
        run = st.button(
            label, key="run_tune", type="primary", disabled=plan is None, help="Compute all of it; the chart grows while it runs."
        )
        st.caption(literal(told(plan) if plan else problem))
    if plan and (run or own.tunes):
        try:
            with st.spinner("Beginning"):
                made = Tuned(plan, chosen.dataset, {key: each for key, each in widgets.items() if key.startswith("set_")})
                chart.begin(made)
            own.tune(made)
        except Refused as refused:
            st.warning(literal(str(refused)))
        except FAILURES as failure:
            st.error(literal(f"This cannot be run: {failure}"))
    own.tunes = False
    notice(widgets)
    if unfit:
        offer_fit(chosen.dataset, ["set"])
    chart.show(own.tuned, plan, asked, widgets, chosen)
