"""Jobs in processes of their own: what they are, what comes back, and that none stays."""

import os
import signal
import time
from functools import partial

import pytest

from mixes import GMM, datasets
from mixes.selection import blocks, run_block, tabulate_starts
from pages.jobs.job import DEADLY
from pages.jobs.jobs import Jobs
from pages.jobs.places import NICE, Process
from pages.jobs.units import Batch
from tests.living import alive
from tests.pages.jobs import errands

pytestmark = pytest.mark.slow  # each starts processes that import everything

PATIENCE = 60


@pytest.fixture
def jobs():
    jobs = Jobs(workers=2, process=partial(Process, nice=1))
    with jobs.closing():
        yield jobs


def until(holds):
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.01)


def pids(jobs):
    return [place.process.begun.result() for place in jobs._places if place.begun]


def begun(jobs):
    """A job, by the time that both processes are there."""
    job = jobs.start([Batch("about", errands.about, (), tuple(range(60)))], "about")
    until(lambda: len(pids(jobs)) == 2)
    return job


def test_processes_are_less_urgent_than_pages_with_one_thread_each_and_end_with_the_server(jobs):
    with jobs.closing():
        job = begun(jobs)
        job.add([Batch("about", errands.about, (), tuple(range(100)))])
        until(lambda: job.state == "done")
        seen = {told for result in job.results for told in result.found}
        own = {told for told in seen if told[0] != os.getpid()}
        assert {told[0] for told in own} == set(pids(jobs)) and {told[1:] for told in own} == {(os.getpid(), os.nice(0) + 1, 1)}
        assert NICE > 0 and all(map(alive, pids(jobs)))
    assert len(own) == 2 and not any(alive(pid) for pid, *_ in own)


def test_when_a_process_is_killed_the_table_is_the_same(jobs):
    X = datasets.load("Old Faithful").X[::2]
    models = {k: GMM(k, init="random", random_state=0, max_iter=20) for k in (2, 3, 4)}
    rows = {k: model.prepared(X) for k, model in models.items()}
    planned = {k: tuple(blocks(model, rows[k], range(40))) for k, model in models.items()}
    job = begun(jobs)
    job.add([Batch(k, run_block, (model, rows[k]), planned[k]) for k, model in models.items()])
    at_work = lambda: [place for place in jobs._places if place.task and place.task.units[0][0] > 0]
    until(at_work)
    killed = at_work()[0].process.begun.result()
    os.kill(killed, signal.SIGKILL)
    until(lambda: job.state == "done")
    assert not any(isinstance(result.found, str) for result in job.results) and killed not in pids(jobs)
    assert job.done == job.total == 180
    for k, model in models.items():
        theirs = [start for result in job.results if result.batch == k for start in result.found]
        alone = [start for block in planned[k] for start in run_block(model, rows[k], block)]
        table, other = (tabulate_starts(starts).drop(columns="seconds") for starts in (theirs, alone))
        assert table.equals(other) and len(table) == 40


def test_a_unit_that_kills_its_process_fails_and_the_others_do_not(jobs):
    job = begun(jobs)
    job.add([Batch("about", errands.about, (), tuple(range(60, 70))), Batch("deadly", errands.deadly_elsewhere, (os.getpid(),), (1,))])
    until(lambda: job.state == "done")
    assert [result.batch for result in job.results if result.found == DEADLY] == ["deadly"]
    assert job.done == 71 == len(job.results)
