"""The player: the browser owns time and picture, Python answers with the rows of the trace it asks for.

The player pulls: it asks for rows from its first missing iteration when few lie ahead of the playhead, and this
fragment answers with the next chunk. A paused player costs nothing, and the page's script does not run again.
"""

import hashlib
from pathlib import Path

import streamlit as st

from mixes import parameters_to_json

from . import frames
from .kept import kept_values

ASSETS = Path(__file__).parents[2] / "assets" / "player"
KEY = "player"


def _version():
    digest = hashlib.sha256()
    for file in sorted(ASSETS.glob("*.js")):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


# a new version of the player has a new address, so that no browser mixes old modules with new ones
PLAYER_ROUTE = f"/player-{_version()}"
PLOTLY_ROUTE = "/plotly"

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
    "mixes_player", html='<div class="em-player-mount"></div>', css=(ASSETS / "player.css").read_text("utf-8"),
    js=_BOOTSTRAP, isolate_styles=False)


def events():
    """What the player has just said: a mapping with "need", "shown" or "export"."""
    return st.session_state.get(KEY) or {}


def place(experiment):
    """The iteration the player shows of an experiment, and whether it plays: None, keep on as it was."""
    places = st.session_state.get("places", {})
    if experiment.id in places:
        return min(places[experiment.id], len(experiment.run.trace) - 1), None
    return (experiment.forked_at, None) if experiment.parent else (0, False)


def remember_shown():
    """Keep where the playhead stands; called before anything else of a page, as a setting may fork the run there."""
    for name in ("need", "shown"):
        event = events().get(name)
        if event:
            places = st.session_state.setdefault("places", {})
            places[event["run"].split(" ")[0]] = int(event.get("shown", event)["iteration"])


@st.fragment
def player(experiment, view, start, ghosts, widgets):
    """Show an experiment; runs again, alone, whenever the player asks for something.

    ``widgets`` are the values the page was made with. A setting that is changed in the moment in which the player
    speaks reaches the server with the player's words, and Streamlit then runs this fragment only: the page must follow.
    """
    remember_shown()
    if kept_values() != widgets:
        st.rerun(scope="app")
    run_id = frames.player_run(experiment, view)
    said = {name: event for name, event in events().items() if event and event["run"] == run_id}
    need = said.get("need", {"from": 0, "have": bool(said)})
    data = {"run": run_id, "player": f"{_base()}{PLAYER_ROUTE}/player.js",
            "plotly": f"{_base()}{PLOTLY_ROUTE}/plotly.min.js", "script_runs": st.session_state.get("script_runs", 0)}
    try:
        data["rows"] = frames.chunk(experiment, view, max(0, int(need["from"]))) if "need" in said else (
            [] if need["have"] else [frames.row(experiment, view, 0)])
        data["end"] = experiment.end
        if not need["have"]:
            data["static"] = frames.static(experiment, view, start, ghosts)
        if "shown" in said and not said["shown"].get("playing"):
            data["detail"] = frames.detail(experiment, said["shown"])
        if "export" in said:
            data["file"] = _file(experiment, said["export"])
    except (ValueError, FloatingPointError) as problem:
        data["error"] = f"This run cannot go on: {problem}"
        data.setdefault("rows", [])
    _component(key=KEY, data=data, height="content", on_need_change=_nothing, on_shown_change=_nothing,
               on_export_change=_nothing)


def _nothing():
    """Streamlit reports a trigger only where a callback is registered."""


def _base():
    return "/" + path if (path := st.get_option("server.baseUrlPath").strip("/")) else ""


def _file(experiment, wanted):
    st.session_state["files"] = st.session_state.get("files", 0) + 1
    run, t = experiment.run, int(wanted["iteration"])
    stem = f"{experiment.settings.model.lower()}-{experiment.dataset.name.lower().replace(' ', '-')}"
    if wanted["kind"] == "trace":
        name, mime = f"{stem}-trace.csv", "text/csv"
        text = run.trace.to_frame().to_csv(index=False)
    else:
        name, mime = f"{stem}-iteration-{t}.json", "application/json"
        scaling = experiment.scaling
        text = parameters_to_json(run.trace[t].parameters.rescaled(scaling.center, scaling.scale))
    return {"id": st.session_state["files"], "name": name, "mime": mime, "text": text}
