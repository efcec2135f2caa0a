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
                asked["tune_starts"] = ask("tune_starts", width=135)
            if kind == "starts":
                asked["annealed_too"] = ask("annealed_too", width="content")
            if kind == "sweep":
                asked["tune_splits"] = ask("tune_splits", width=135)
        if kind == "sweep":
            with st.container(horizontal=True, vertical_alignment="bottom", key="tune_axes"):
                for slot in SLOTS:
                    asked |= _axis(slot, settings, asked.get("axis_1"))
                asked["measure"] = ask("measure", width=130)
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
    axis = ask(name, options=options, index=options.index(stands) if stands in options else 0, width=150)
    if axis == NONE:
        return {name: NONE}
    values = f"values_{slot}_{axis}"
    return {name: axis, values: ask(values, width=180 if table()[values].widget == "slider" else "stretch")}


def run_form(place, plan, problem, tuned):
    """The button that begins, how much work it is, and what of it cannot be; gives whether it was pressed."""
    with place:
        pressed = st.button(
            "Run again" if tuned is not None and tuned.plan == plan else "Run",
            key="run_tune",
            type="primary",
            width=100,  # whatever it says
            disabled=plan is None or session().locked,
            help="Compute all of it: the chart grows while it runs, and what is done is kept when it is stopped.",
        )
        st.caption(literal(told(plan) if plan else problem), width="content")
    return pressed


def open_starts(values):
    """Let Explore have the run of a start, by its settings, or Compare those of two; the page is changed by `open_link`."""
    own = session()
    _put_back(own.tuned)
    own.tuned.opened = {}
    if len(values) == 2:
        set_lanes(values)
        own.goes = "compare"
    else:
        own.tuned.opened = {f"set_{name}": each for name, each in values[0].items()}
        put(own.tuned.opened)
        if own.run is not None:
            own.stand(own.run.id, 0)  # else that run would be forked where it stands
        own.plays, own.goes = False, ""


def come_from_start():
    """Where a start was opened, and its settings still stand in the forms, let those stand there again that all starts were run with."""
    tuned = session().tuned
    if tuned is None or tuned.opened is None:
        return
    opened, tuned.opened = tuned.opened, None
    if all(value(key) == each for key, each in opened.items()):
        known = table()
        put({key: known[name].usual for key in opened if (name := key.removeprefix("set_")) in known})
        _put_back(tuned)


def _put_back(tuned):
    """Let the forms be as they were when some work was asked for, but for what of it is looked at."""
    put({key: each for key, each in tuned.widgets.items() if key not in ("set_measure", "set_tune_view")})
