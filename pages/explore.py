"""Explore: one model on one data set, watched while it learns."""

from contextlib import nullcontext
from dataclasses import replace

import streamlit as st

from mixes.selection import FAILURES
from pages.parts import experiment as experiments
from pages.parts.comeback import comeback, notice
from pages.parts.data_picker import Chosen, data_picker, view_picker
from pages.parts.examples import examples
from pages.parts.headline import headline
from pages.parts.kept import count_script_run, kept_values, next_id
from pages.parts.literal import literal
from pages.parts.model_form import model_form, offer_fit, preparation, size_note
from pages.parts.saved_form import scores, suited
from pages.wire.serve import go_on, place, player, remember_shown
from pages.wire.sources import Explored

_MOST_RUNS = 8


def _current(dataset, settings):
    """The experiment for these settings: the present one, a fork of it, or a new one."""
    runs = st.session_state.setdefault("runs", [])
    present = st.session_state.get("run")
    if present is not None and present.settings == settings:
        return present
    if present is not None and settings.same_start(present.settings) and place(present) > 0:
        experiment = experiments.fork(next_id("r"), present, settings, place(present))
    else:
        starts = settings.structure["n_init"]
        with st.spinner(f"Trying {starts} starts") if starts > 1 else nullcontext():
            experiment = experiments.begin(next_id("r"), dataset, settings)
    runs[:] = [run for run in runs if len(run.run.trace) > 1][-(_MOST_RUNS - 1):] + [experiment]
    st.session_state["before"], st.session_state["run"] = present, experiment
    return experiment


def _return_to(experiment):
    st.session_state.update(experiment.widgets)
    st.session_state["data"] = Chosen(experiment.settings.dataset_key, experiment.dataset, experiment.settings.code)
    st.session_state["before"], st.session_state["run"] = st.session_state["run"], experiment


def _run_list(present):
    earlier = [run for run in st.session_state["runs"] if run is not present and len(run.run.trace) > 1]
    if earlier:
        st.subheader("Earlier runs", anchor=False)
    for run in reversed(earlier):
        last = run.run.trace[-1]
        st.button(literal(f"{run.name}: {last.log_likelihood:.2f} after {last.iteration}"), key=f"return_{run.id}",
                  on_click=_return_to, args=(run,), type="tertiary", help="Go back to this run and its settings.")


def _ghosts(experiment):
    """The curve of the run before, when its log-likelihood can be compared."""
    before = st.session_state.get("before")
    if before is None or before is experiment or len(before.run.trace) < 2:
        return []
    same = ("dataset_key", "standardise", "held_out")
    comparable = all(getattr(before.settings, name) == getattr(experiment.settings, name) for name in same)
    return [before] if comparable else []


headline("Watch a mixture model learn",
         "Every iteration shares the points out among the components (E‑step), then fits each component to its points (M‑step).")
count_script_run()
comeback()
remember_shown(Explored.key)
go_on(Explored.key)
with st.sidebar:
    examples()
    chosen = suited(data_picker())
    st.subheader("Model", anchor=False)
    (settings, unfit), prepared = model_form(chosen), preparation()
    settings = None if unfit else replace(settings, **prepared)
    try:
        experiment = st.session_state.get("run") if settings is None else _current(chosen.dataset, settings)
    except FAILURES as problem:
        st.error(literal(f"These settings do not suit the data: {problem}"))
        experiment = st.session_state.get("run")
    if experiment is not None:
        if experiment.settings == settings:
            experiment.widgets = kept_values()
        st.caption(size_note(experiment))
        view = view_picker(experiment)
        _run_list(experiment)
notice()
if experiment is not None:
    with st.container():  # always there, so that the player keeps its place
        if experiment.settings != settings:
            st.warning(literal(f"These settings cannot be used, see the left. The picture still shows: {experiment.title}."))
        if unfit:
            offer_fit(chosen.dataset, ["set"])
    player(Explored(experiment, view, _ghosts(experiment), refused=experiment.settings != settings), kept_values())
    scores(chosen)
