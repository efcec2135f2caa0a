"""What Tune asks above its chart: what is varied, and how often each is run."""

import streamlit as st

from pages.kept import put, value
from pages.session import session
from pages.work.literal import literal
from pages.work.lookup import of_models, table, usual
from pages.work.ready import TUNINGS
from pages.work.settings import DRAWN
from pages.work.tunable import NONE, SLOTS, TUNING, chosen_of
from pages.work.tuning import axes_of, go_together, told

from .ask import ask
from .lanes import set_lanes


def tunings():
    """Offer the ready questions; a click brings data and settings that show the point, and asks."""
    ordinary = usual((*DRAWN, *of_models(), *TUNING))
    with (
        st.container(key="part_ready"),
        st.popover(
            "Begin with",
            width="stretch",
            help="Ready questions. A click brings data and settings, and runs them.",
            disabled=session().locked,
        ),
    ):
        for name, tuning in TUNINGS.items():
            st.button(
                name,
                key=f"tuning_{name}",
                width="stretch",
                on_click=_begin_with,
                args=(ordinary | widgets_of(tuning.values),),
                help=tuning.sentence,
            )


def widgets_of(values):
    """What the widgets hold, by name, for settings by name: the values of an axis have a widget for each axis."""
    chosen = {name: each for name, each in values.items() if not name.startswith("values_")}
    for slot in SLOTS:
        axis = values.get(f"axis_{slot}")
        if f"values_{slot}" in values:
            chosen[f"values_{slot}_{axis}"] = chosen_of(axis, values[f"values_{slot}"])
    return chosen


def _begin_with(values):
    put({f"set_{name}": each for name, each in values.items()})
    session().tunes = True


def tune_form(settings):
    """Ask what is to be tuned of a model.

    Parameters
    ----------
    settings : Settings

    Returns
    -------
    asked : dict
        Settings of Tune by name.
    place : container
        Where `run_form` stands.
    """
    asked = usual(TUNING)
    with st.container(key="part_tune"):
        place = st.container(horizontal=True, vertical_alignment="center", key="tune_what")
        with place:
            kind = asked["tune"] = ask("tune", label_visibility="collapsed", width="content")
            if kind != "annealing":
                asked["tune_starts"] = ask("tune_starts", width=170)
            if kind == "starts":
                asked["annealed_too"] = ask("annealed_too", width="content")
            if kind == "sweep":
                asked["tune_splits"] = ask("tune_splits", width=170)
        if kind == "sweep":
            with st.container(horizontal=True, vertical_alignment="bottom", key="tune_axes"):
                for slot in SLOTS:
                    asked |= _axis(slot, settings, asked.get("axis_1"))
            with st.container(horizontal=True, vertical_alignment="bottom", key="tune_show"):
                asked["measure"] = ask("measure", width=220)
                if asked["axis_2"] != NONE:
                    asked["tune_view"] = ask("tune_view", width="content")
    return asked, place


def _axis(slot, settings, taken):
    """An axis and its values, by name."""
    name = f"axis_{slot}"
    options = [*(each for each in axes_of(settings) if slot == 1 or go_together(taken, each)), *([NONE] if slot == 2 else [])]
    stands = value(f"set_{name}", table()[name].usual)
    if stands not in options:
        put({f"set_{name}": options[-1] if slot == 2 else options[0]})
    axis = ask(name, options=options, index=options.index(stands) if stands in options else 0, width=190)
    if axis == NONE:
        return {name: NONE}
    return {name: axis, f"values_{slot}_{axis}": ask(f"values_{slot}_{axis}", width=280)}


def run_form(place, plan, problem, tuned):
    """The button that begins, and how much work it is; gives whether it was pressed."""
    with place:
        pressed = st.button(
            "Run again" if tuned is not None and tuned.plan == plan else "Run",
            key="run_tune",
            type="primary",
            disabled=plan is None,
            help="Compute all of it: the chart grows while it runs, and what is done is kept when it is stopped.",
        )
        st.caption(literal(told(plan) if plan else problem), width="content")
    return pressed


def open_starts(values):
    """Let Explore have the run of a start, by its settings, or Compare those of two; the page is changed by `open_link`."""
    own = session()
    put(own.tuned.widgets)
    if len(values) == 2:
        set_lanes(values)
        own.goes = "compare"
    else:
        put({f"set_{name}": each for name, each in values[0].items()})
        if own.run is not None:
            own.places[own.run.id] = 0  # else that run would be forked where it stands
        own.plays, own.goes = False, ""
