"""The chart of Tune: the browser asks a job how it stands, by the addresses of `pages.jobs.routes`, and says here what is to be opened.

What goes either way is written down in messages.md.
"""

from functools import partial

from pages.jobs.jobs import JOBS
from pages.jobs.routes import JOB
from pages.jobs.units import Batch
from pages.kept import value
from pages.session import session
from pages.work import tuning_files, tuning_told
from pages.work.checks import Nonsense, member, whole
from pages.work.tunable import STARTS
from pages.work.tuning import MOST_CELLS

from .comeback import record
from .mounting import component
from .served import PLAYER, PLOTLY, QR

KEY = "tune_chart"
MODULE = "tune.js"
WORDS = ("open",)
_component = component("mixes_tune")


def begin(tuned):
    """Let the work of a plan begin; a `Refused` says why it cannot."""
    made = partial(_batches, tuned)
    smaller = tuned.smaller
    job = JOBS.start(
        made(tuned.plan.n_starts, tuned.plan.n_splits),
        tuned.title,
        smaller=made(*smaller) if smaller else (),
        describe=partial(tuning_told.describe, tuned),
        files={name: lambda job, file=file: file() for name, (_, _, file) in tuning_files.files(tuned).items()},
        more=partial(_more, tuned),
    )
    tuned.job = job


def _batches(tuned, n_starts, n_splits, of=None):
    return [Batch(*each) for each in tuned.batches(n_starts, n_splits, of)]


def _more(tuned, job):
    offered = tuned.more(tuned.known()[0])
    if offered:
        job.add(_batches(tuned, offered[0], 0, offered[1]))


def heard():
    """The starts that were just chosen in the chart, one or two pairs of a cell's number and the start's; none otherwise."""
    event = value(KEY)
    word = event.get("open") if isinstance(event, dict) else None
    try:
        if word is None or session().tuned is None or member(word, "job") != session().tuned.job.id:
            return []
        marks = member(word, "marks")
        if not isinstance(marks, list) or not 1 <= len(marks) <= 2:
            raise Nonsense("marks needs one or two starts")
        return [(whole(cell, "cell", 0, MOST_CELLS), whole(start, "start", 0, max(STARTS))) for cell, start in marks]
    except (Nonsense, TypeError, ValueError):
        return []


def show(tuned, plan, asked, widgets, chosen):
    """Show what is known of the present plan, or of the one before while another is chosen."""
    data = {"measure": asked["measure"], "view": asked["tune_view"]}
    if tuned is not None:
        data |= {
            "job": tuned.job.id,
            "title": tuned.title,
            "stale": tuned.plan != plan,
            "files": [{"name": name, "label": label, "help": help} for name, (label, help, _) in tuning_files.files(tuned).items()],
        }
    _send(data, widgets, None)


def _send(data, widgets, link):
    envelope = {"player": f"{PLAYER}/{MODULE}", "plotly": PLOTLY, "script_runs": session().script_runs, "at": JOB, **record(widgets)}
    if link:
        envelope["link"] = {"query": link[0], "lacks": link[1], "qr": QR}
    _component(key=KEY, data=envelope | data, height="content", **{f"on_{name}_change": _nothing for name in WORDS})


def _nothing():
    """Streamlit reports a trigger only where a callback is registered."""
