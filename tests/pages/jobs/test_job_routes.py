"""The addresses of a job: what is told of it, what can be said to it, and what cannot be."""

import json
from threading import current_thread, main_thread

import pytest
from starlette.applications import Starlette

from pages.jobs import routes
from pages.work.checks import Nonsense
from tests.pages.asking import JSON, ask, played
from tests.pages.jobs.bench import Bench, batch


@pytest.fixture
def bench(monkeypatch):
    bench = Bench()
    monkeypatch.setattr(routes, "JOBS", bench.jobs)
    return bench


@pytest.fixture
def app():
    return Starlette(routes=routes.routes("/below"))


def told(app, path, query=""):
    status, headers, text = played(ask(app, "GET", f"job/{path}", headers={}, query=query.encode()))
    assert headers["cache-control"] == "no-store"
    return status, json.loads(text) if headers["content-type"].startswith("application/json") else text


def say(app, path, body=b"{}", headers=JSON):
    status, _, text = played(ask(app, "POST", f"job/{path}", body, headers))
    return status, json.loads(text) if status == 200 else text


def describe(job, since, theme="light", **query):
    assert current_thread() is not main_thread()
    return {"since": since, "theme": theme, "query": query, "done": job.done}


def test_a_job_is_told_by_what_its_page_makes_of_it_and_who_asks_is_heard(bench, app):
    job = bench.start([batch("a", range(3))], "small", describe=describe)
    bench.now = 100.0
    assert told(app, job.id, "since=4&theme=dark&measure=BIC&job=x") == (
        200,
        {"since": 4, "theme": "dark", "query": {"measure": "BIC"}, "done": 0},
    )
    assert job.heard_at == 100 and told(app, job.id)[1]["since"] == -1
    plain = bench.start([batch("a", range(3))], "small")
    assert told(app, plain.id)[1] == {"state": "measuring", "version": 0, "done": 0, "total": 3, "problem": None}


def test_what_is_said_to_a_job_is_done(bench, app):
    def much():
        return bench.start([batch("a", range(2000))], "much", smaller=[batch("a", range(20))], orders={"more": lambda job: {"added": 30}})

    one, other, third = much(), much(), much()
    bench.run(8)
    assert {one.state, other.state, third.state} == {"asks"}
    assert say(app, f"{one.id}/go")[1]["state"] == "running" and one.total == 2000
    assert say(app, f"{other.id}/smaller")[1]["state"] == "running" and other.total == 20
    status, how = say(app, f"{third.id}/cancel")
    assert (status, how["state"], how["done"]) == (200, "cancelled", len(third.results))
    assert say(app, f"{third.id}/more") == (200, {"added": 30})


def test_a_job_has_files(bench, app):
    job = bench.start([batch("a", range(3))], "small", files={"table.csv": lambda job: (f"{job.title},1\n".encode(), "text/csv")})
    status, headers, text = played(ask(app, "GET", f"job/{job.id}/table.csv", headers={}))
    assert (status, text) == (200, "small,1\n") and headers["content-type"].startswith("text/csv")
    assert headers["content-disposition"] == 'attachment; filename="table.csv"' and headers["cache-control"] == "no-store"


def test_what_cannot_be_is_said_in_a_sentence(bench, app):
    def refuses(job, since, **query):
        raise Nonsense("theme is 'x'; it needs to be light or dark")

    job = bench.start([batch("a", range(3))], "small", describe=refuses, files={"table.csv": None})
    lost = "This work is not known any more: "
    cases = [
        (404, lost, told(app, "x" * 32)),
        (404, lost, told(app, f"{'x' * 32}/table.csv")),
        (404, lost, say(app, f"{'x' * 32}/cancel")),
        (404, "There is no secret.txt of this; there is table.csv.", told(app, f"{job.id}/secret.txt")),
        (400, "This makes no sense: since is 'x'; it needs to be a version.", told(app, job.id, "since=x")),
        (400, "This makes no sense: since is ", told(app, job.id, "since=" + "9" * 50)),
        (400, "This makes no sense: a part of the query is too long", told(app, job.id, "theme=" + "x" * 201)),
        (400, "This makes no sense: theme is 'x'; it needs to be light or dark.", told(app, job.id)),
        (
            400,
            "This makes no sense: it needs to be of type application/json.",
            say(app, f"{job.id}/cancel", b"", {"content-type": "text/plain"}),
        ),
        (400, "This makes no sense: it needs to have at most 64 bytes.", say(app, f"{job.id}/cancel", b" " * 65)),
        (409, "There is no more to compute of this.", say(app, f"{job.id}/more")),
    ]
    assert not [
        (status, sentence, answer) for status, sentence, answer in cases if answer[0] != status or not answer[1].startswith(sentence)
    ]
    assert job.state == "measuring"
    status, _, _ = played(ask(app, "GET", f"job/{job.id}/cancel"))
    assert status == 404 and job.state == "measuring", "an address that is only looked at changes nothing"
