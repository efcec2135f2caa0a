"""What the page of Tune is told of a job: sentences that hold while it works and after, and a look that costs little."""

import pytest

from mixes.selection import starts
from pages.jobs.job import ACTIVE
from pages.work.tuning_told import describe
from tests.pages.jobs.at_once import run
from tests.pages.work.tuned import settings, tuned


@pytest.fixture(scope="module")
def sweep():
    return run(tuned(settings(), axis_1="components", values_1=(1, 2), tune_starts=3, tune_splits=5))


@pytest.mark.parametrize("state", [*ACTIVE, "done", "cancelled"])
def test_a_job_that_works_is_told_as_such_and_judged_when_it_has_ended(sweep, monkeypatch, state):
    monkeypatch.setattr(sweep.job, "state", state)
    told = describe(sweep, sweep.job, -1)
    assert told["says"].startswith("So far: BIC is lowest") == (state in ACTIVE) != ("the next" in told["says"])
    assert state not in ACTIVE or told["more"] is None


def test_where_no_rows_are_held_out_the_page_says_what_is_to_be_done(sweep):
    without = run(tuned(settings(), axis_1="components", values_1=(1, 2), tune_starts=1))
    for of, asked in ((without, True), (sweep, False), (run(tuned(settings(held_out=0.2), axis_1="components", tune_starts=1)), False)):
        says = describe(of, of.job, -1, measure="held-out log-likelihood")["says"]
        assert (says == "No rows were held out: choose held-out scores above, and press Run.") == asked


def test_both_ways_have_their_rows_before_the_second_begins():
    of = run(tuned(settings(), annealed_too=True, tune_starts=2))
    of.job.results = [result for result in of.job.results if result.batch[1] == 0]
    names = {note["text"] for note in describe(of, of.job, -1)["figure"]["layout"]["annotations"]}
    assert {"without annealing", "with annealing"} <= names


def test_a_second_look_goes_through_no_cell_again(sweep, monkeypatch):
    describe(sweep, sweep.job, -1)
    monkeypatch.setattr(starts, "group", lambda *_: pytest.fail("it is known"))
    assert describe(sweep, sweep.job, -1, view="map")["says"]
