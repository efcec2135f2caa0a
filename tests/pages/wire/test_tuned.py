"""What Python and the chart of Tune say to each other is what messages.md says, key by key; the browser's side is in tests/player."""

import json

import pytest

from pages.jobs import job as one_job
from pages.session import Session
from pages.wire import tuned as chart
from pages.work.tunable import MEASURES, VIEWS
from tests.pages.wire.test_wire import Read, written

BLOBS = "v=1&d=g_blobs_50_0.3_0&n=10"
SENT, TOLD = written("Tune"), written("A job")
pytestmark = pytest.mark.usefixtures("at_once")


def keys(value, known, path=""):
    """The keys of a message, each as deep as messages.md goes."""
    deeper = any(key.startswith((f"{path}.", f"{path}[].")) for key in known) or not path
    if path in known:
        yield path
    if isinstance(value, dict) and deeper:
        for name, part in value.items():
            yield from keys(part, known, f"{path}.{name}" if path else name)
    elif isinstance(value, list) and deeper:
        for part in value:
            yield from keys(part, known, f"{path}[]")
    elif path not in known:
        yield path


def test_the_chart_is_sent_the_keys_that_are_written_down_and_no_others(arrive):
    tune = arrive(f"{BLOBS}&tn=1", "tune")
    lab = arrive(f"{BLOBS}&tu=annealing&a=0.5", "tune")
    sent = [tune.payload, lab.payload, lab.set("set_annealing", False).payload]
    found = {key for message in sent for key in keys(message, SENT)}
    assert found - SENT == set(), "these are written down nowhere"
    assert SENT - found == set(), "these are never sent"


def test_a_job_tells_the_keys_that_are_written_down_and_no_others(arrive):
    told = []
    for query in ("tn=1&n=100", "tu=sweep&tn=1&x=components.2-5"):
        tune = arrive(f"{BLOBS.removesuffix('&n=10')}&{query}", "tune")  # to their ends: else iterations are missing, not starts
        job = tune.tuned.job
        told.append(job.describe(job, -1))
        told += [tune.finish(), job.describe(job, job.version)]
    found = {key for message in told for key in keys(json.loads(json.dumps(message, allow_nan=False)), TOLD)}
    assert found - TOLD == set() and TOLD - found == set()
    assert told[-2]["more"] == {"starts": 20, "cells": 4} and told[-2]["test"] == {"components": 4}
    assert told[0]["more"] is None is told[0]["test"]
    for _ in range(2):  # once only
        assert job.orders["test"](job) is None and job.state == "measuring" and job.total == 4 + 99
    job.cancel()


def test_of_a_version_that_is_known_a_job_tells_only_how_it_stands(arrive):
    tune = arrive(f"{BLOBS}&tn=2", "tune")
    tune.finish()
    job = tune.tuned.job
    told = job.describe(job, job.version)
    assert told == {"version": job.version, "state": "done", "done": 2, "total": 2, "left": None, "problem": None, "smaller": None}
    assert {"says", "figure", "marks"} < job.describe(job, job.version - 1).keys()


def test_whatever_a_query_says_a_job_tells_of_something_that_can_be_drawn(arrive):
    tune = arrive(f"{BLOBS}&tu=sweep&tn=1&x=components.2-3&y=rate.0.5,1", "tune")
    tune.finish()
    job = tune.tuned.job
    ordinary = job.describe(job, -1)
    assert job.describe(job, -1, theme="x", measure="<b>", view="../", other="1") == ordinary
    drawn = {(measure, view): job.describe(job, -1, measure=measure, view=view) for measure in MEASURES[:2] for view in VIEWS}
    assert len({json.dumps(told["figure"]) for told in drawn.values()}) == 6 and all(told["says"] for told in drawn.values())
    dark = job.describe(job, -1, theme="dark")
    assert dark["says"] == ordinary["says"] and dark["figure"] != ordinary["figure"]


def test_each_start_that_can_be_opened_is_a_mark_with_a_name_and_is_drawn(arrive):
    tune = arrive(f"{BLOBS}&tu=sweep&tn=2&x=components.2-3", "tune")
    told = tune.finish()
    assert [mark[:2] for mark in told["marks"]] == [[0, 0], [0, 1], [1, 0], [1, 1]]
    assert told["marks"][3][2].startswith("Start 2 at components = 3: log-likelihood ") and told["marks"][3][2].endswith(" iterations")
    data = [trace["customdata"] for trace in told["figure"]["data"] if "customdata" in trace]
    assert data


def test_a_job_that_would_take_long_asks_and_tells_what_a_smaller_one_takes(monkeypatch, arrive):
    monkeypatch.setattr(one_job, "SENSIBLE", 0.0)
    monkeypatch.setattr(one_job, "LONG", 0.0)
    tune = arrive(f"{BLOBS}&tu=sweep&tn=50&x=components.2-3", "tune")
    job = tune.tuned.job
    while job.state == "measuring":
        chart.JOBS.turn()
    told = job.describe(job, -1)
    assert told["state"] == "asks" and 0 < told["smaller"] < told["left"] and told["more"] is None and told["marks"]
    job.go(smaller=True)
    assert job.describe(job, -1)["smaller"] is None and tune.finish()["total"] < 2 * 50


def test_more_is_computed_of_what_is_offered_and_only_then(arrive):
    tune = arrive(f"{BLOBS.replace('n=10', 'n=100')}&tn=1", "tune")
    job = tune.tuned.job
    tune.finish()
    assert job.orders["more"](job) is None and job.state in ("measuring", "running")
    told = tune.finish()
    assert len(told["marks"]) == 20 and [mark[1] for mark in told["marks"]] == [*range(20)]
    if told["more"] is None:
        job.orders["more"](job)
        assert job.state == "done", "nothing was offered"


def test_python_reads_the_words_that_are_written_down_and_no_others(monkeypatch, arrive):
    tune, found = arrive(f"{BLOBS}&tn=1", "tune"), set()
    lab = arrive(f"{BLOBS}&tu=annealing&a=0.5", "tune").session.lab
    words = {
        "open": {"job": tune.tuned.job.id, "marks": [[0, 0]]},
        "fork": {"run": lab.id, "iteration": 1},
        "schedule": {"start_v": 0.5, "max_iter": 9},
    }
    monkeypatch.setattr(chart, "session", lambda: Session(tuned=tune.tuned, lab=lab))
    kinds = []
    for name, word in words.items():
        monkeypatch.setattr(chart, "value", lambda _: {name: Read(word, found, name)})
        kinds.append(chart.heard()[0])
    assert kinds == ["starts", "iteration", "schedule"] and set(words) == set(chart.WORDS)
    assert found == written("Words of Tune")


NONSENSE = [
    5,
    {},
    {"open": 5},
    {"open": {"job": "x", "marks": [[0, 0]]}},
    {"open": {"job": "JOB"}},
    *({"open": {"job": "JOB", "marks": marks}} for marks in ([], [[0, 0]] * 3, [[0]], [[0, 0, 0]], ["ab"], {}, None, [None])),
    *({"open": {"job": "JOB", "marks": [mark]}} for mark in ([0, -1], [0, 1.5], [10**9, 0], [0, True], [7, 0], [0, 200])),
    {"fork": {"run": "r1", "iteration": 0}},
    {"fork": {}},
    *({"fork": {"run": "RUN", "iteration": iteration}} for iteration in (-1, 1.5, "1", None, 10**9)),
    {"schedule": {"start_v": "x", "max_iter": 5}},
    {"schedule": {"start_v": 0.5}},
    {"schedule": {"start_v": float("nan"), "max_iter": 5}},
    {"schedule": {"start_v": 0.5, "max_iter": 10**9}},
    {"schedule": []},
]


def test_words_that_make_no_sense_are_left_out(monkeypatch, arrive):
    tune = arrive(f"{BLOBS}&tn=1", "tune")
    lab = arrive(f"{BLOBS}&tu=annealing&a=0.5", "tune").session.lab
    own = Session(tuned=tune.tuned, lab=lab)
    monkeypatch.setattr(chart, "session", lambda: own)

    def heard(word):
        monkeypatch.setattr(chart, "value", lambda _: word)
        return chart.heard()

    told = json.dumps(NONSENSE).replace('"JOB"', json.dumps(tune.tuned.job.id)).replace('"RUN"', json.dumps(lab.id))
    assert [heard(word) for word in json.loads(told)] == [None] * len(NONSENSE)
    schedule = {"schedule": {"start_v": 0.5, "max_iter": 9}}
    assert heard(schedule) == ("schedule", schedule["schedule"])
    own.lock(True)
    assert heard(schedule) is None
    own.tuned = own.lab = None
    assert heard({"open": {"job": tune.tuned.job.id, "marks": [[0, 0]]}}) is None is heard({"fork": {"run": lab.id, "iteration": 0}})
