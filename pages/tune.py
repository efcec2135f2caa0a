"""Tune: many starts, settings swept, annealing looked into."""

from dataclasses import replace

import streamlit as st

from mixes.selection import FAILURES
from pages.address import follow_tuning, open_link
from pages.forms.data_picker import data_picker
from pages.forms.headline import at_work, headline
from pages.forms.lab import lab, open_lab, reschedule
from pages.forms.lock_note import lock_note
from pages.forms.model_form import model_form, offer_fit, preparation
from pages.forms.tune_form import come_from_start, open_starts, run_form, tune_form, tunings
from pages.forms.tune_table import tune_table
from pages.kept import kept_values
from pages.session import session
from pages.wire import tuned as chart
from pages.wire.comeback import comeback, notice
from pages.wire.sources import link_of
from pages.work.answers import Refused
from pages.work.literal import literal
from pages.work.tuning import Tuned, planned


def begin(plan, chosen, widgets):
    """Let the work of a plan begin; what cannot be is said."""
    try:
        with st.spinner("Beginning"):
            made = Tuned(plan, chosen.dataset, {key: each for key, each in widgets.items() if key.startswith("set_")})
            chart.begin(made, own.tuned)
        own.tune(made)
    except Refused as refused:
        st.warning(literal(str(refused)))
    except FAILURES as failure:
        st.error(literal(f"This cannot be run: {failure}"))


headline(
    "Tune by eye",
    "Many starts, and many settings, on the same data: which optimum is found how often, and which setting is best, and how sure that is.",
)
session().script_runs += 1
come_from_start()
if said := chart.heard():
    {"starts": open_starts, "iteration": open_lab, "schedule": reschedule}[said[0]](said[1])
open_link("tune")
comeback()
lock_note()
with at_work(session().data), st.sidebar:
    tunings()
    with st.container(key="part_data"):
        chosen = data_picker(by_chunks=False)
    with st.container(key="part_model"):
        st.subheader("Model", anchor=False)
        settings, unfit = model_form(chosen, steering_note="All that is not varied is as it is here.")
    settings = replace(settings, **preparation())
follow_tuning(chosen)
(asked, place), own = tune_form(settings), session()
plan, problem = None, unfit
try:
    plan = None if unfit else planned(settings, asked, chosen.dataset.X.shape[1])
except ValueError as error:
    problem = str(error)
annealing = asked["tune"] == "annealing"
if not annealing:
    run = run_form(place, plan, problem, own.tuned)
widgets = kept_values()
notice(widgets)
with st.container():  # always there, so that the chart keeps its place
    if unfit:
        offer_fit(chosen.dataset, ["set"])
    if annealing:
        experiment = None if unfit else lab(chosen, settings)
    elif plan and (run or own.tunes and (own.tuned is None or own.tuned.plan != plan)):
        begin(plan, chosen, widgets)
if plan:
    own.tunes = False  # begun, or there already
more = {"tune_starts": own.tuned.n_starts} if own.tuned is not None and own.tuned.plan == plan else {}  # than were asked for first
link = link_of(chosen.key, chosen.dataset, widgets, [settings], tuning=asked | more, begun=own.tuned is not None)
if annealing:
    chart.show_lab(experiment, widgets, link)
else:
    chart.show(own.tuned, own.tuned is not None and own.tuned.plan != plan, asked, widgets, link)
    tune_table(own.tuned)
