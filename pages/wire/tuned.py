"""The chart of Tune: the browser asks a job how it stands, by the addresses of `pages.jobs.routes`, and says here what is to be opened.

What goes either way is written down in messages.md.
"""

import json
from functools import partial

from streamlit import runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

from mixes import plots
from mixes.annealing import RISING_SHARE
from mixes.selection import tell_annealing
from pages.jobs.jobs import JOBS
from pages.jobs.routes import JOB
from pages.jobs.units import Batch
from pages.kept import value
from pages.session import session
from pages.work import exports, one_more, tuning_files, tuning_told
from pages.work.checks import Nonsense, member, number, whole
from pages.work.settings import MOST_ITERATIONS
from pages.work.tunable import STARTS
from pages.work.tuning import MOST_CELLS

from .comeback import record
from .mounting import component
from .served import PLAYER, PLOTLY, QR

KEY = "tune_chart"
MODULE = "tune.js"
WORDS = ("open", "fork", "schedule")
OVER = "over"  # said when a job has ended: the script runs, and nothing is read of it
_component = component("mixes_tune")


def begin(tuned, before=None):
    """Let the work of a plan begin, and let go of that of the one before; a `Refused` says why it cannot."""
    made = partial(_batches, tuned)
    smaller = tuned.smaller
    job = JOBS.start(
        made(tuned.plan.n_starts, tuned.plan.n_splits),
        tuned.title,
        smaller=made(*smaller) if smaller else (),
        describe=partial(tuning_told.describe, tuned),
        files={name: lambda job, file=file: file() for name, (_, _, file) in tuning_files.files(tuned).items()},
        orders={"more": partial(_more, tuned), "test": partial(_test, tuned)},
        kept=_kept(),
    )
    tuned.job = job
    if before is not None:
        JOBS.forget(before.job)


def _kept():
    """Whether the visit that is there now still is, as the server knows it."""
    context = get_script_run_ctx()
    return partial(runtime.get_instance().is_active_session, context.session_id) if context and runtime.exists() else None


def _batches(tuned, n_starts, n_splits, of=None):
    return [Batch(*each, kind=each[0][0]) for each in tuned.batches(n_starts, n_splits, of)]


def _more(tuned, job):
    offered = tuned.more(tuned.known()[0])
    if offered:
        job.add(_batches(tuned, offered[0], 0, offered[1]))
        tuned.n_starts = max(tuned.n_starts, offered[0])


def _test(tuned, job):
    found, _ = tuned.known()
    if (number := one_more.offered(tuned, found)) is not None:
        job.add([Batch(*one_more.batch(tuned, found, number), kind=one_more.TEST)])


def heard():
    """What the chart has just said; None where it said nothing, or what makes no sense.

    Returns
    -------
    kind : "starts", "iteration" or "schedule"
    told : list of the settings by name of each start, an iteration, or a dict of ``start_v`` and ``max_iter``
    """
    event, own = value(KEY), session()
    event = event if isinstance(event, dict) and not own.locked else {}
    try:
        if (word := event.get("open")) is not None and own.tuned is not None and member(word, "job") == own.tuned.job.id:
            marks = member(word, "marks")
            if not isinstance(marks, list) or not 1 <= len(marks) <= 2:
                raise Nonsense("marks needs one or two starts")
            return "starts", [
                own.tuned.values_of(whole(cell, "cell", 0, MOST_CELLS), whole(start, "start", 0, max(STARTS))) for cell, start in marks
            ]
        if (word := event.get("fork")) is not None and own.lab is not None and member(word, "run") == own.lab.id:
            return "iteration", whole(member(word, "iteration"), "iteration", 0, MOST_ITERATIONS)
        if (word := event.get("schedule")) is not None:
            return "schedule", {
                "start_v": number(member(word, "start_v"), "start_v", 0, 1),
                "max_iter": whole(member(word, "max_iter"), "max_iter", 1, MOST_ITERATIONS),
            }
    except (Nonsense, TypeError, ValueError):
        pass
    return None


def show(tuned, stale, asked, widgets, link):
    """Show what is known of a plan; ``stale`` is that another one is chosen by now."""
    data = {"measure": asked["measure"], "view": asked["tune_view"]}
    if tuned is not None:
        offered = tuning_files.files(tuned)
        data |= {
            "job": tuned.job.id,
            "title": tuned.title,
            "stale": stale,
            "files": [{"name": name, "label": label, "help": help} for name, (label, help, _) in offered.items()],
        }
    _send(data, widgets, link)


def show_lab(experiment, widgets, link):
    """Show an annealed run."""
    if experiment is None:
        return _send({"nothing": True}, widgets, link)
    settings, run = experiment.settings, experiment.run
    name, _, text = exports.file(experiment, "script", experiment.newest)
    return _send(
        {
            "title": experiment.title,
            "files": [{"name": name, "label": "Python script", "help": exports.KINDS["script"].help, "text": text}],
            "lab": {
                "run": experiment.id,
                "figures": {theme: json.loads(plots.annealing(run, theme).to_json()) for theme in ("light", "dark")},
                "says": tell_annealing(run),
                "v": [state.inverse_temperature for state in run.trace],
                "start_v": settings.steering["annealing_start_v"],
                "max_iter": settings.steering["max_iter"],
                "share": RISING_SHARE[settings.steering["annealing_shapes"]],
            },
        },
        widgets,
        link,
    )


def _send(data, widgets, link):
    envelope = {
        "player": f"{PLAYER}/{MODULE}",
        "plotly": PLOTLY,
        "script_runs": session().script_runs,
        "at": JOB,
        "locked": session().locked,
        **record(widgets),
    }
    if link:
        envelope["link"] = {"query": link[0], "lacks": link[1], "qr": QR}
    _component(key=KEY, data=envelope | data, height="content", **{f"on_{name}_change": _nothing for name in (*WORDS, OVER)})


def _nothing():
    """Streamlit reports a trigger only where a callback is registered."""
