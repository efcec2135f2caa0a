"""The models of a comparison, as forms in the sidebar: presets, duplicates, removal.

A form is known by what the keys of its widgets begin with; the list of forms is the session's ``lanes``.
"""

import streamlit as st

from pages.kept import forget, put, value
from pages.session import session
from pages.wire.serve import remember_shown
from pages.wire.sources import Compared
from pages.work.comparison import LETTERS
from pages.work.lookup import table, usual
from pages.work.ready import PRESETS
from pages.work.settings import DRAWN, MOST_COMPONENTS, SERVER

from .model_form import form_values

TABS = "tab_of_models"
_CHANGES = ("components", "annealing", "seed", "init", "regularisation", "model")  # that a duplicate is offered with
_DEFAULT = usual(table()[name] for name in ("model", "components", "init", "seed", "annealing"))


def lanes():
    """The forms, in the order of the letters."""
    return session().lanes


def first_lanes():
    """Before anything is chosen: the run of Explore beside the same with one change."""
    if session().lanes is None:
        set_lanes(_from_explore())


def _values(form):
    return _DEFAULT | form_values(form)


def _new_lane(number, values):
    """A form with these values, and nothing else in it."""
    form = f"lane{number}"
    put({f"{form}_{name}": each for name, each in values.items()})
    return form


def set_lanes(many):
    """Let the models be those of some settings, by name."""
    own = session()
    before, made = own.lanes or [], [_new_lane(number, values) for number, values in enumerate(many, own.last_lane + 1)]
    put({TABS: LETTERS[0]})
    own.lanes, own.last_lane = made, own.last_lane + len(made)  # only now: if Streamlit breaks off before, all is as it was
    for form in before:
        forget(form)


def _from_explore():
    own = _values("set")
    return [own, own | next(iter(_changes(own).values()))]


def presets(dataset):
    """Offer ready comparisons; a click replaces the models, and brings the data that show its point to who has no table."""
    place, locked = st.container(key="part_ready"), session().locked
    with place.popover("Begin with", width="stretch", help="Ready comparisons. A click replaces the models below.", disabled=locked):
        stay = value("set_source") in ("Upload", SERVER) or st.toggle(
            "Keep the data", key="preset_stay", help="Off: a comparison brings the data that show its point."
        )
        if session().run is not None:
            st.button(
                "Explore's settings, and one change",
                key="preset_explore",
                width="stretch",
                on_click=lambda: set_lanes(_from_explore()),
                help="The settings that Explore has now, begun at iteration 0.",
            )
        known = min(MOST_COMPONENTS, max(2, len(dataset.label_names))) if dataset.labels is not None else 3
        for number, (name, preset) in enumerate(PRESETS.items()):
            data = {} if stay else preset.data
            many = preset.settings(*((preset.clusters, 2) if data else (known, dataset.X.shape[1])))
            where = data.get("built_in") or data.get("kind")
            st.button(
                name,
                key=f"preset_{number}",
                width="stretch",
                on_click=_begin_with,
                args=(data, many),
                help=f"{preset.sentence} On {where}." if where else preset.sentence,
            )


def _begin_with(data, many):
    ordinary = usual(DRAWN) if "kind" in data else {}
    put({f"set_{name}": each for name, each in (ordinary | data).items()})
    set_lanes([_DEFAULT | own for own in many])


def _changes(values):
    """Label -> the change of one setting that it stands for."""
    return {label: {name: other} for name in _CHANGES for label, other in table()[name].changes(values).items()}


def lane_buttons(form):
    """Duplicate a model, open it in Explore, or remove it."""
    full, locked = len(lanes()) == len(LETTERS), session().locked
    why = "Four models are the most." if full else None
    left, right = st.columns(2)
    left.button(
        "Duplicate",
        key=f"duplicate_{form}",
        on_click=_duplicate,
        args=(form, {}),
        disabled=full or locked,
        width="stretch",
        help=why or "The same model once more, to change one setting of.",
    )
    with right.popover("… with", disabled=full or locked, width="stretch", help=why or "A duplicate with one setting changed."):
        for label, values in _changes(_values(form)).items():
            st.button(label, key=f"duplicate_{form}_{label}", on_click=_duplicate, args=(form, values), width="stretch")
    left.button(
        "To Explore",
        key=f"explore_{form}",
        on_click=_open_in_explore,
        args=(form,),
        disabled=locked,
        width="stretch",
        help="Look at this run alone: its network, parameters, metrics and events.",
    )
    right.button(
        "Remove",
        key=f"remove_{form}",
        on_click=_remove,
        args=(form,),
        disabled=len(lanes()) == 2 or locked,
        width="stretch",
        help="Two models are the fewest." if len(lanes()) == 2 else "Take this model out of the comparison.",
    )


def _open_in_explore(form):
    """Explore gets the form's settings, and the run where the comparison shows it; the page is changed by `leave`."""
    remember_shown(Compared.key)  # what a button does is done before the page runs
    put({f"set_{name}": each for name, each in form_values(form).items()})
    session().open_from_comparison(lanes().index(form))


def leave():
    """Go to Explore when that was asked for, until it is reached: whatever is clicked meanwhile would keep Compare open."""
    if session().leaves:
        st.switch_page("pages/explore.py")


def _duplicate(form, change):
    own = session()
    at, own.last_lane = own.lanes.index(form) + 1, own.last_lane + 1
    own.lanes.insert(at, _new_lane(own.last_lane, _values(form) | change))
    put({TABS: LETTERS[at]})


def _remove(form):
    at = lanes().index(form)
    forget(lanes().pop(at))
    put({TABS: LETTERS[min(at, len(lanes()) - 1)]})
