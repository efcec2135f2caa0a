"""One model on one data set, watched while it learns: what Explore shows, and Learn beside its text."""

import time
from contextlib import nullcontext
from dataclasses import replace

import streamlit as st

from pages.address import follow_link, open_link
from pages.forms.data_picker import data_picker
from pages.forms.headline import at_work
from pages.forms.lock_note import lock_note
from pages.forms.model_form import model_form, offer_fit, preparation, size_note
from pages.forms.saved_form import scores, suited
from pages.forms.view_picker import view_picker
from pages.kept import EXPLORE, kept_values, put
from pages.session import session
from pages.wire.comeback import comeback, notice
from pages.wire.serve import edit, go_on, player, remember_shown
from pages.wire.sources import Explored
from pages.work import experiment as experiments
from pages.work.chosen import Chosen
from pages.work.literal import literal
from pages.work.problems import FAILURES, LOST, said
from pages.work.wording import drowned


def _open(chosen, settings):
    """Let the present run be one of these settings: that it is, a fork of it, or a new one."""
    own = session()
    if follow_link(chosen, settings):
        return
    present, dataset = own.run, chosen.dataset
    if present is not None and present.settings == settings:
        return
    if present is not None and settings.same_start(present.settings):
        at = max(own.place(present), present.shaped_at)
        if at > 0 or present.edited_at(0):
            if at > own.place(present):
                own.say(
                    f"The setting is changed at iteration {at}, where you edited the components: before, there were others.",
                    time.monotonic(),
                )
            own.open_run(experiments.fork(own.next_id("r"), present, settings, at))
            return
    starts = settings.structure["n_init"]
    with st.spinner(f"Trying {starts} starts") if starts > 1 else nullcontext():
        own.open_run(experiments.begin(own.next_id("r"), dataset, settings))  # in here: the spinner's end may break the script off


def _return_to(experiment):
    put(experiment.widgets)
    session().data = Chosen(experiment.settings.dataset_key, experiment.dataset, experiment.settings.code)
    session().open_run(experiment)


def _run_list():
    if session().earlier_runs:
        st.subheader("Earlier runs", anchor=False)
    for run in reversed(session().earlier_runs):
        last = run.run.trace[-1]
        st.button(
            literal(f"{run.name}: {last.log_likelihood:.2f} after {last.iteration}"),
            key=f"return_{run.id}",
            on_click=_return_to,
            args=(run,),
            type="tertiary",
            disabled=session().locked,
            help="Go back to this run and its settings.",
        )


def _ghosts(experiment):
    """The curve of the run before, when its log-likelihood can be compared."""
    before = session().before
    if before is None or before is experiment or len(before.run.trace) < 2:
        return []
    same = ("dataset_key", "standardise", "held_out")
    comparable = all(getattr(before.settings, name) == getattr(experiment.settings, name) for name in same)
    return [before] if comparable else []


def arrive(page):
    """Before anything else of a ``page``, as it stands in an address: what links, the browser and the player have to say."""
    own = session()
    own.script_runs += 1
    own.leaves = False  # it is reached
    open_link(page)
    comeback()
    lock_note()
    remember_shown(Explored.key)
    go_on(Explored.key)
    edit(Explored.key)


def explored(above=None, watch=None, lesson="", pointed=()):
    """Ask for data and a model, and show how it learns.

    Parameters
    ----------
    above : callable, optional
        What is offered above the settings.
    watch : callable, optional
        Told what the player says, see `pages.wire.serve.player`.
    lesson : str
        As it stands in the link.
    pointed : collection of str
        Names of settings that are not to be folded away.
    """
    with at_work(session().run), st.sidebar:
        if above is not None:
            above()
        with st.container(key="part_data"):
            chosen = suited(data_picker())
        with st.container(key="part_model"):
            st.subheader("Model", anchor=False)
            settings, unfit = model_form(chosen, pointed=pointed)
        prepared = preparation()
        settings = None if unfit else replace(settings, **prepared)
        try:
            if settings is not None:
                _open(chosen, settings)
        except LOST as problem:
            st.error(literal(said(problem)))
        except FAILURES as problem:
            st.error(literal(f"These settings do not suit the data: {problem}"))
        experiment = session().run
        if experiment is not None:
            st.caption(size_note(experiment))
            if sentence := drowned(experiment):
                st.caption(f":orange[{literal(sentence)}]")
            with st.container(key="part_axes"):
                view = view_picker(experiment)
            with st.container(key="part_runs"):
                _run_list()
    widgets = kept_values()
    if experiment is not None and experiment.settings == settings:
        experiment.widgets = {key: each for key, each in widgets.items() if key.startswith(EXPLORE)}
    notice(widgets)
    with st.container():  # always there, so that the player keeps its place
        if experiment is None or experiment.settings != settings:
            still = "" if experiment is None else f" The picture still shows: {literal(experiment.title)}."
            st.warning(f"These settings cannot be used, see the left.{still}")
        if unfit:
            offer_fit(chosen.dataset, ["set"])
    if experiment is not None:
        refused = experiment.settings != settings
        player(Explored(experiment, view, _ghosts(experiment), refused, lesson), widgets, watch)
        scores(chosen)
