"""What a player is sent, of one run or of a comparison: two sources, which one fragment serves.

A source has the ``key`` of its player, the ``module`` that shows it, what is ``shown``, the ``run`` id of that, `answer` to
what the player said, and `file`.
"""

from pages.work import comparison as comparisons, comparison_exports, exports, links, run_ids, views
from pages.work.folder import key_of
from pages.work.following import chain
from pages.work.problems import FAILURES, said as said_of
from pages.work.settings import COLUMNS, DATA, DRAWING, DRAWN, SERVED, SERVER, TABLE
from pages.work.values import named
from pages.work.wording import differences

from . import lanes, replays, rows  # noqa: F401 - `replays` adds itself to what can be exported
from .detail import detail
from .static import static


class Explored:
    """A view of one run.

    Parameters
    ----------
    refused : bool
        It is shown because the settings that were wanted cannot be used.
    lesson : str
        The lesson and its step, as in the link: the player tells what is looked at.
    """

    key, module = "player", "explore.js"

    def __init__(self, experiment, view, ghosts=(), refused=False, lesson=""):
        self.shown, self.view, self.ghosts, self.refused, self.lesson = experiment, view, ghosts, refused, lesson
        self.run = run_ids.of_view(experiment.id, view)

    def answer(self, said, start):
        """What the player is sent; ``start`` is where it begins, when it has nothing yet."""
        experiment, view = self.shown, self.view
        data = {"refused": self.refused, "lesson": self.lesson}
        try:
            if start is not None:
                data["rows"] = rows.first_rows(experiment, view, start["iteration"])
                data["static"] = static(experiment, view, start, self.ghosts) | {"exports": exports.offered(experiment)}
            else:
                data["rows"] = rows.chunk(experiment, view, said["need"]["from"]) if "need" in said else []
            data["end"] = experiment.end
            if "shown" in said and not said["shown"]["playing"]:
                data["detail"] = detail(experiment, said["shown"])
        except FAILURES as problem:
            data["error"] = f"This run cannot go on: {said_of(problem)}"
            data.setdefault("rows", [])
        return data

    def link(self, widgets):
        """The query of what is shown, and the sentence that tells what it lacks, or ""; None while that is not what is chosen."""
        runs = chain(self.shown)
        stages, forks, edits = [run.settings for run in runs], [run.forked_at for run in runs[1:]], [run.edit for run in runs[1:]]
        return _link(self.shown, self.shown.widgets, stages, forks, lesson=self.lesson, edits=edits)

    def file(self, wanted):
        """Name, type and text of a file; a ValueError says why there is none."""
        return exports.file(self.shown, wanted["kind"], wanted["iteration"], self.view, wanted["frames"])


class Compared:
    """A view of several runs in step."""

    key, module = "comparison_player", "compare.js"

    def __init__(self, comparison, view):
        self.shown, self.view = comparison, view
        self.run = run_ids.of_view(comparison.id, view)

    def answer(self, said, start):
        """What the player is sent; ``start`` is where it begins, when it has nothing yet."""
        comparison, view = self.shown, self.view
        data = {}
        if start is not None:
            data |= {"start": start, "settings": differences(comparison.settings), "exports": comparison_exports.offered()}
            made = lanes.first_rows(comparison, view, start["iteration"])
        else:
            made = lanes.chunk(comparison, view, said["need"]["from"]) if "need" in said else [[] for _ in comparison.lanes]
        data["models"] = lanes.models(comparison, view, made, start)
        for model, lane in zip(data["models"], comparison.lanes):
            if "static" in model:
                model["static"]["exports"] = exports.offered(lane.experiment, without=comparison_exports.KINDS)
        if comparison.over and "table" in said:
            if said["table"]["have"]:  # else what is known without held-out scores comes at once
                comparisons.advance_table(comparison)
            data["table"] = comparisons.table(comparison)
        return data

    def link(self, widgets):
        """As `Explored.link`."""
        leader, settings = self.shown.working[0].experiment, self.shown.settings
        return _link(leader, {**widgets, "view_space": ""}, settings[:1], lanes=settings)

    def file(self, wanted):
        """Name, type and text of a file; a ValueError says why there is none."""
        return comparison_exports.file(self.shown, self.view, wanted)


def _link(experiment, widgets, stages, forks=(), lanes=(), **more):
    view = views.write(experiment, widgets)
    return link_of(experiment.settings.dataset_key, experiment.dataset, widgets, stages, forks, lanes, view=view, **more)


_ROOM = 400  # characters of a link that the browser adds: place, parts of the page, room
_MOST_COLUMNS = 3000  # characters of what columns are used for


def link_of(key, dataset, widgets, stages, forks=(), lanes=(), edits=(), **more):
    """The query of a state of some data, and the sentence that tells what it lacks, or ""; None while a table is awaited.

    Parameters
    ----------
    key : str
        Of the data.
    dataset : Dataset
    widgets : dict
        Values by key.
    stages, lanes : sequence of Settings
    forks, edits, **more
        As of `links.write`.
    """
    of_data = {
        name: widgets[f"set_{name}"]
        for name in ("table", *(setting.name for setting in (*DATA, *DRAWN, DRAWING, SERVED, *TABLE)))
        if f"set_{name}" in widgets
    }
    uploaded = of_data.get("source") == "Upload"
    served = of_data.get("source") == SERVER
    awaited = key_of(of_data.get(SERVED.name) or "") if served else (of_data.get("table") or " ") if uploaded else ""
    if not key.startswith(awaited):
        return None
    too_many = len(of_data.get(COLUMNS.name, "")) > _MOST_COLUMNS
    of_data |= {COLUMNS.name: ""} if too_many else {}
    told = [of_data | named(settings) for settings in stages]
    named_lanes, table_name = [named(settings) for settings in lanes], dataset.name if uploaded else ""
    query = links.write(told, forks, named_lanes, table_name, edits=edits, **more)
    lacks = [f"your table {dataset.name} and how it is read"] if uploaded else []
    if served and dataset.chunked is None:
        lacks.append(f"how {of_data[SERVED.name]} is read, where you changed that")
    if (uploaded or served) and too_many:
        lacks.append("which columns are used, as they are too many")
    if forks and len(query) > links.LONGEST - _ROOM:
        query = links.write(told[-1:], (), named_lanes, table_name, **more)
        lacks.append("what was changed while the model learned, with which it would be too long")
    if any(not isinstance(settings.structure["init"], str) for settings in (*stages, *lanes)):
        lacks.append("your file of parameters")
    return query, f"The link does not hold {', and '.join(lacks)}: send that too." if lacks else ""
