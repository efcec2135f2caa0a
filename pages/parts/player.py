"""The player: the browser owns time and picture, Python answers with the rows of the trace it asks for.

The player pulls: it asks for rows from its first missing iteration when few lie ahead of the playhead, and this
fragment answers with the next chunk. A paused player costs nothing, and the page's script does not run again.
"""

import streamlit as st

from mixes.selection import FAILURES
from pages.session import session
from pages.settings import MOST_ITERATIONS

from . import exports, frames
from .experiment import MORE_ITERATIONS
from .comeback import record
from .kept import kept_values, put, value
from .said import WORDS, heard
from .served import ASSETS, PLAYER, PLOTLY

KEY = "player"

_BOOTSTRAP = """
export default function (component) {
  // Streamlit keeps the style beside this element, so the player must not fill the parent itself
  const parentElement = component.parentElement.querySelector(".em-player-mount")
  let cleanup, superseded = false
  import(new URL(component.data.player, document.baseURI).href).then((module) => {
    if (!superseded) cleanup = module.default({ ...component, parentElement })
  }).catch((problem) => {
    console.error(problem)
    parentElement.textContent = "The player could not be loaded; reload the page to try again."
  })
  return () => {
    superseded = true
    if (cleanup) cleanup()
  }
}
"""

_component = st.components.v2.component(
    "mixes_player", html='<div class="em-player-mount"></div>',
    css="".join(file.read_text("utf-8") for file in sorted(ASSETS.glob("*.css"), reverse=True)),
    js=_BOOTSTRAP, isolate_styles=False)


def words(key=KEY):
    """What a player has just said, and a sentence about what made no sense: see `said.heard`."""
    return heard(value(key), session().newest)


def envelope(run_id, module, problem=""):
    """What every message to a player holds; ``module`` is the script that shows it."""
    data = {"run": run_id, "player": f"{PLAYER}/{module}", "plotly": PLOTLY,
            "script_runs": session().script_runs, **record()}
    return data | {"error": problem} if problem else data


def send(key, data):
    """Show a player on the page, or bring it up to date."""
    _component(key=key, data=data, height="content",
               **{f"on_{name}_change": _nothing for name in WORDS})


def remember_shown(key=KEY):
    """Keep where the playhead stands; called before anything else of a page, as a setting may fork the run there."""
    said, _ = words(key)
    for word in (said[name] for name in ("need", "shown") if name in said):
        session().places[word["run"].split(" ")[0]] = word.get("shown", word)["iteration"]


def go_on():
    """Allow the present run more iterations where the player asks for them; called before the settings are asked."""
    said, _ = words()
    wish, own = said.get("more"), session()
    present = own.run
    if wish is None or present is None or wish == own.went_on or wish["run"].split(" ")[0] != present.id:
        return
    put({"set_max_iter": min(present.run.model.max_iter + MORE_ITERATIONS, MOST_ITERATIONS)})
    own.allow_more(wish)


@st.fragment
def player(experiment, view, ghosts, widgets, *, refused=False):
    """Show an experiment; runs again, alone, whenever the player asks for something.

    ``refused``: it is shown because the settings that were wanted cannot be used. ``widgets`` are the values the
    page was made with. A setting that is changed in the moment in which the player speaks reaches the server with the
    player's words, and Streamlit then runs this fragment only: the page must follow.
    """
    remember_shown()
    go_on()
    if kept_values() != widgets:
        st.rerun(scope="app")
    run_id = frames.player_run(experiment, view)
    said, nonsense = words()
    said = {name: word for name, word in said.items() if word["run"] == run_id}
    need = said.get("need", {"from": 0, "have": bool(said)})
    data = envelope(run_id, "player.js", nonsense) | {"refused": refused}
    try:
        if not need["have"]:
            start = {"iteration": session().place(experiment), "half": "M", "playing": session().plays}
            data["rows"] = frames.first_rows(experiment, view, start["iteration"])
            data["static"] = frames.static(experiment, view, start, ghosts)
        else:
            data["rows"] = frames.chunk(experiment, view, need["from"]) if "need" in said else []
        data["end"] = experiment.end
        if "shown" in said and not said["shown"]["playing"]:
            data["detail"] = frames.detail(experiment, said["shown"])
    except FAILURES as problem:
        data["error"] = f"This run cannot go on: {problem}"
        data.setdefault("rows", [])
    if "export" in said:
        wanted = said["export"]
        try:
            data["file"] = as_file(*exports.file(experiment, wanted["kind"], wanted["iteration"], view, wanted["frames"]))
        except ValueError as problem:
            data["error"] = f"The file could not be made: {problem}"
    send(KEY, data)
    session().plays = None  # only now, as Streamlit may break off before


def _nothing():
    """Streamlit reports a trigger only where a callback is registered."""


def as_file(name, mime, text):
    """A file for the player to save, once."""
    return {"id": session().next_file(), "name": name, "mime": mime, "text": text}
