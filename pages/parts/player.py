"""The player: the browser owns time and picture, Python answers with the rows of the trace it asks for.

The player pulls: it asks for rows from its first missing iteration when few lie ahead of the playhead, and this
fragment answers with the next chunk. A paused player costs nothing, and the page's script does not run again.
"""

import streamlit as st

from mixes.selection import FAILURES

from . import exports, frames
from .experiment import MORE_ITERATIONS, MOST_ITERATIONS
from .comeback import record
from .kept import kept_values
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
    return heard(st.session_state.get(key), _newest)


def _newest(id):
    """The newest iteration of a run or a comparison of this session, or None."""
    for run in [*st.session_state.get("runs", []), st.session_state.get("run"), st.session_state.get("before")]:
        if run is not None and run.id == id:
            return len(run.run.trace) - 1
    comparison = st.session_state.get("comparison")
    return comparison.newest if comparison is not None and comparison.id == id else None


def envelope(run_id, module, problem=""):
    """What every message to a player holds; ``module`` is the script that shows it."""
    data = {"run": run_id, "player": f"{PLAYER}/{module}", "plotly": PLOTLY,
            "script_runs": st.session_state.get("script_runs", 0), **record()}
    return data | {"error": problem} if problem else data


def send(key, data):
    """Show a player on the page, or bring it up to date."""
    _component(key=key, data=data, height="content",
               **{f"on_{name}_change": _nothing for name in WORDS})


def place(experiment):
    """The iteration the player shows of an experiment."""
    iteration = shown_iteration(experiment.id)
    return experiment.forked_at if iteration is None else min(iteration, len(experiment.run.trace) - 1)


def shown_iteration(id):
    """Where the playhead of an experiment or a comparison stood last, or None."""
    return st.session_state.get("places", {}).get(id)


def remember_shown(key=KEY):
    """Keep where the playhead stands; called before anything else of a page, as a setting may fork the run there."""
    said, _ = words(key)
    for word in (said[name] for name in ("need", "shown") if name in said):
        remember_place(word["run"].split(" ")[0], word.get("shown", word)["iteration"])


def go_on():
    """Allow the present run more iterations where the player asks for them; called before the settings are asked."""
    said, _ = words()
    wish, present = said.get("more"), st.session_state.get("run")
    if wish is None or present is None or wish == st.session_state.get("went_on") or wish["run"].split(" ")[0] != present.id:
        return
    most = min(present.run.model.max_iter + MORE_ITERATIONS, MOST_ITERATIONS)
    remember_place(present.id, len(present.run.trace) - 1)
    # what marks it as done comes last: Streamlit may break off at any of these lines, and runs the script again
    st.session_state.update({"set_max_iter": most, "plays_on": True, "went_on": wish})


def remember_place(id, iteration):
    """Keep an iteration as the place of an experiment or a comparison."""
    st.session_state.setdefault("places", {})[id] = iteration


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
            start = {"iteration": place(experiment), "half": "M",
                     "playing": _plays()}
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
    for once in ("opened", "plays_on"):  # only now, as Streamlit may break off before
        st.session_state.pop(once, None)


def _plays():
    """Whether a new run plays; None where the player knows best. One that another page opened stands where that says."""
    return False if st.session_state.get("opened") else st.session_state.get("plays_on")


def _nothing():
    """Streamlit reports a trigger only where a callback is registered."""


def as_file(name, mime, text):
    """A file for the player to save, once."""
    st.session_state["files"] = st.session_state.get("files", 0) + 1
    return {"id": st.session_state["files"], "name": name, "mime": mime, "text": text}
