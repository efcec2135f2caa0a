"""Replays: all that a player is sent of a run or a comparison, at once, in one file. No Streamlit in here."""

import time

from pages.work import comparison_exports, exports, run_ids
from pages.work.comparison import advance_table, table
from pages.work.replay import replay
from pages.work.wording import differences

from . import lanes, rows
from .static import static

_SECONDS = 20  # what takes longer to its end is replayed as far as it got
_START = {"iteration": 0, "half": "M", "playing": False}


def of_run(experiment, view):
    """What the player is sent of a whole run; it is taken to its end first, if that is soon."""
    began, made = time.monotonic(), []
    while more := rows.chunk(experiment, view, len(made)):
        made += more
        if time.monotonic() - began > _SECONDS:
            break
    still = static(experiment, view, _START) | {"parent": None, "edits": None, "exports": exports.offline()}
    return {"run": run_ids.of_view(experiment.id, view), "rows": made, "end": _end(experiment.end, made), "static": still}


def of_comparison(comparison, view):
    """What the player is sent of a whole comparison; the models learn to their ends first, if that is soon."""
    began, made = time.monotonic(), [[] for _ in comparison.lanes]
    while time.monotonic() - began < _SECONDS:
        more = lanes.chunk(comparison, view, max(map(len, made)))
        if not any(more):
            break
        for own, new in zip(made, more):
            own += new
    sent = lanes.models(comparison, view, made, _START)
    for model in sent:
        if model["run"]:
            model["end"] = _end(model["end"], model["rows"])
            model["static"]["exports"] = exports.offline()
    data = {"run": run_ids.of_view(comparison.id, view), "models": sent, "start": _START, "settings": differences(comparison.settings)}
    if comparison.over:
        advance_table(comparison, _SECONDS)
        whole = table(comparison)
        if whole["done"] == whole["total"]:
            data["table"] = whole
    return data


def _end(end, made):
    """Where the rows end, and why; there is no Python behind a replay that could go on."""
    if end is None or len(made) <= end["iteration"]:
        return {"iteration": len(made) - 1, "reason": "the replay was written here"}
    return {name: value for name, value in end.items() if name != "more"}


def _file_of_run(experiment, iteration, view, frames):
    return "_replay.html", "text/html", replay("explore.js", of_run(experiment, view), experiment.title)


def _file_of_comparison(comparison, view):
    title = f"{' against '.join(comparison.titles)}, on {comparison.working[0].experiment.dataset.name}"
    return "comparison_replay.html", "text/html", replay("compare.js", of_comparison(comparison, view), title)


exports.KINDS["replay"] = exports.Kind("Replay (HTML)", "The whole run in one file that plays in any browser, offline.", _file_of_run)
comparison_exports.KINDS["replay"] = comparison_exports.Kind(
    "Replay of this comparison (HTML)", "All models in one file that plays in any browser, offline.", _file_of_comparison
)
