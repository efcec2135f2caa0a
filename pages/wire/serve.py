"""The players: the browser owns time and picture, Python answers with the rows of the traces it asks for.

What goes either way is written down in messages.md. The player pulls: it asks for rows from its first missing iteration when
few lie ahead of the playhead, and this fragment answers with the next chunk.
A paused player costs nothing, and the page's script does not run again.
"""

import streamlit as st

from pages.kept import kept_values, put, value
from pages.room.routes import ROOM
from pages.session import session
from pages.work import classroom, hands, run_ids
from pages.work.experiment import MORE_ITERATIONS
from pages.work.problems import FAILURES, said as said_of
from pages.work.settings import MOST_ITERATIONS

from .comeback import record
from .mounting import component
from .said import WORDS, heard
from .served import PLAYER, PLOTLY, QR

_component = component("mixes_player")


def words(key):
    """What a player has just said, and a sentence about what made no sense: see `said.heard`."""
    return heard(value(key), session().newest)


def remember_shown(key):
    """Keep where the playhead stands; called before anything else of a page, as a setting may fork the run there."""
    said, _ = words(key)
    for word in (said[name] for name in ("need", "shown", "stands") if name in said):
        place = word.get("shown", word)
        session().stand(run_ids.read(word["run"]), place["iteration"], place["half"])


def go_on(key):
    """Allow the present run more iterations where the player asks for them; called before the settings are asked."""
    said, _ = words(key)
    wish, own = said.get("more"), session()
    present = own.run
    if own.locked or wish is None or present is None or wish == own.went_on or run_ids.read(wish["run"]) != present.id:
        return
    put({"set_max_iter": min(present.run.model.max_iter + MORE_ITERATIONS, MOST_ITERATIONS)})
    own.allow_more(wish)


def edit(key):
    """Edit the present run by hand, or undo that, where the player asks for it; gives a sentence where it cannot be.

    Called before the settings are asked, as they say how many components there are.
    """
    said, _ = words(key)
    wish, own = said.get("edit"), session()
    present = own.run
    if wish is None or present is None:
        return ""
    if run_ids.read(wish["run"]) != present.id:
        if wish == own.edited and any(value(name) != size for name, size in _sizes(present).items()):
            put(_sizes(present))  # it is made, but the browser did not know it yet: its form says what was before
        return ""
    if own.locked:
        return "The model is locked: nothing can be edited."
    if wish["text"] == hands.UNDO:
        if not present.edit:
            return "There is no edit that could be undone here."
        put(_sizes(present.parent))
        own.undo(wish)
        return ""
    shown = max(wish["iteration"] - (wish["half"] == "E"), 0)  # whose parameters are seen
    try:
        edited = hands.edited(lambda: own.next_id("r"), present, shown, wish["text"])
    except FAILURES as problem:
        return said_of(problem)
    put(_sizes(edited))
    own.open_edited(edited, wish)
    return ""


def _sizes(experiment):
    """The values of the widgets that a run's settings differ in from those before an edit."""
    structure = experiment.settings.structure
    return {"set_size_1": structure["layer_sizes"][0]} if "layer_sizes" in structure else {"set_components": structure["n_components"]}


@st.fragment
def player(source, widgets, watch=None):
    """Show a run or a comparison; runs again, alone, whenever the player asks for something.

    ``watch`` is told what the player says, and tells whether the page is to be made anew.

    ``widgets`` are the values the page was made with: what the player asks for may change them, and the page must follow.
    """
    remember_shown(source.key)
    go_on(source.key)
    before = session().run
    refused = edit(source.key)
    if kept_values() != widgets or session().run is not before:
        st.rerun(scope="app")
    said, nonsense = words(source.key)
    said.pop("stands", None)  # it has been heard, and asks for nothing
    said = {name: word for name, word in said.items() if word["run"] == source.run}
    start = None
    if not said.get("need", {"have": bool(said)})["have"]:
        start = {"iteration": session().place(source.shown), "half": session().half(source.shown), "playing": session().plays}
    data = _envelope(source, widgets, nonsense or refused) | source.answer(said, start)
    if start is not None:
        data |= {"parts": classroom.offered(), "arranged": session().arranged.told}
    if session().locked and data.get("end"):
        data["end"] = {name: each for name, each in data["end"].items() if name != "more"}
    if link := source.link(widgets):
        data["link"] = {"query": link[0], "lacks": link[1], "qr": QR, "room": ROOM}
    if "export" in said:
        try:
            data["file"] = _file(*source.file(said["export"]))
        except ValueError as problem:
            data["error"] = f"The file could not be made: {problem}"
    _component(key=source.key, data=data, height="content", **{f"on_{name}_change": _nothing for name in WORDS})
    if start is not None:
        session().plays = None  # only now, as Streamlit may break off before
    if watch is not None and watch(said):
        st.rerun(scope="app")


def _envelope(source, widgets, problem):
    """What every message to a player holds."""
    data = {
        "run": source.run,
        "player": f"{PLAYER}/{source.module}",
        "plotly": PLOTLY,
        "script_runs": session().script_runs,
        "locked": session().locked,
        **record(widgets),
    }
    return data | {"error": problem} if problem else data


def _nothing():
    """Streamlit reports a trigger only where a callback is registered."""


def _file(name, mime, text):
    """A file for the player to save, once."""
    return {"id": session().next_file(), "name": name, "mime": mime, "text": text}
