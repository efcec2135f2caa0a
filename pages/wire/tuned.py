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
from pages.work.checks import Nonsense, mapping, member, whole
from pages.work.tuning import MOST_CELLS
from pages.work.tunable import STARTS

from .comeback import record
from .mounting import component
from .served import PLAYER, PLOTLY, QR

KEY = "tune_chart"
MODULE = "tune.js"
WORDS = ("open", "schedule")
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
    """What the chart has just said: pairs of cell and start that are to be opened, or a schedule; None where it said nothing."""
    event = value(KEY)
    event = event if isinstance(event, dict) else {}
    try:
        if event.get("open") is not None:
            told = mapping(event["open"], "open")
            marks = member(told, "marks")
            if not isinstance(marks, list) or not 1 <= len(marks) <= 2:
                raise Nonsense("it needs one or two starts")
            pairs = [(whole(mark[0], "cell", 0, MOST_CELLS), whole(mark[1], "start", 0, max(STARTS))) for mark in marks]
            return "open", (member(told, "job"), pairs)
        if event.get("schedule") is not None:
            return "schedule", mapping(event["schedule"], "schedule")
    except (Nonsense, TypeError, LookupError):
        pass
    return None


def chart(data, widgets, link):
    """Show what is known of a job, or a figure."""
    envelope = {"player": f"{PLAYER}/{MODULE}", "plotly": PLOTLY, "script_runs": session().script_runs, "at": JOB, **record(widgets)}
    if link:
        envelope["link"] = {"query": link[0], "lacks": link[1], "qr": QR}
    _component(key=KEY, data=envelope | data, height="content", **{f"on_{name}_change": _nothing for name in WORDS})


def _nothing():
    """Streamlit reports a trigger only where a callback is registered."""
