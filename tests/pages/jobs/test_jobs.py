"""Jobs: who has which turn, what is told of the time, and that nothing that is done is lost."""

from dataclasses import replace
from itertools import pairwise

import pytest

from pages.jobs import job as one_job, jobs
from pages.work.answers import Refused
from tests.pages.jobs.bench import BEGINNING, Bench, batch


@pytest.fixture
def bench(caplog):
    yield Bench()
    assert not caplog.records, caplog.text


def blocks(n, size=5):
    return [tuple(range(first, first + size)) for first in range(0, n * size, size)]


def found(job):
    return sorted((result.batch, result.unit, result.found) for result in job.results)


def test_every_batch_has_a_first_unit_before_any_has_a_second_and_the_first_last_and_middle_one_come_first(bench):
    job = bench.start([batch(name, [0, 1, 2]) for name in range(9)], "sweep")
    bench.finish(job)
    assert [name for name, _ in bench.units()[:5]] == [0, 8, 4, 2, 6]
    assert {name for name, _ in bench.units()[:9]} == set(range(9))
    assert [unit for _, unit in bench.units()] == [0] * 9 + [1] * 9 + [2] * 9
    assert job.state == "done" and job.done == job.total == 27 == len(job.results) and job.seconds_left is None


def test_what_comes_out_is_in_the_results_and_every_change_has_a_version(bench):
    job = bench.start([batch("a", blocks(2)), batch("b", [7])], "mixed")
    versions = [job.version]
    bench.run(until=lambda: versions.append(job.version) or job.state == "done")
    assert found(job)[0] == ("a", (0, 1, 2, 3, 4), [("a", i) for i in range(5)])
    assert found(job)[2] == ("b", 7, [("b", 7)]) and job.results[0].seconds == pytest.approx(0.5)
    assert job.done == 11 and all(after >= before for before, after in pairwise(versions))
    assert job.version >= len(job.results) + 1


def test_first_results_come_while_processes_begin_and_the_server_computes_nothing_once_they_have(bench):
    job = bench.start([batch(name, [0, 1, 2, 3]) for name in range(20)], "sweep")
    bench.run(until=lambda: job.results)
    assert bench.now <= 0.2 and not bench.processes or not bench.processes[0].begun.done()
    bench.finish(job)
    assert len(bench.processes) == 2
    late = [place for at, place, _ in bench.dealt if at > BEGINNING + 0.4]
    assert len(late) > 5 and bench.here not in late


def test_a_small_job_begins_no_process(bench):
    job = bench.start([batch("a", range(9), 0.1)], "small")
    assert bench.finish(job) == pytest.approx(0.9) and not bench.processes


def test_a_task_is_a_third_of_a_second_of_whole_units(bench):
    job = bench.start([batch(name, blocks(4), 0.01) for name in range(40)], "sweep")
    bench.finish(job)
    tasks = [sum(0.01 * len(unit) for _, _, unit in parts) for _, place, parts in bench.dealt if place is not bench.here]
    assert max(tasks) <= jobs.TASK + 1e-9 and min(tasks[2:8]) >= 0.2
    assert sum(len(parts) for _, _, parts in bench.dealt) == 160 and max(tasks[-2:]) < 0.15, "all processes end together"
    long = bench.start([batch("long", range(12), 3.0)], "long")
    bench.finish(long)
    assert all(len(parts) == 1 for _, _, parts in bench.dealt[-10:])


def test_the_estimate_is_that_of_a_few_units_at_both_ends_and_in_the_middle(bench):
    costs = {name: 0.02 * (name + 1) for name in range(21)}
    job = bench.start([batch(name, range(4), costs[name]) for name in costs], "sweep")
    assert job.seconds_left is None
    bench.run(until=lambda: job.state == "running")
    assert len(job.results) == 3
    left = sum(4 * cost for cost in costs.values()) - sum(result.seconds for result in job.results)
    assert job.seconds_left == pytest.approx(left / 2, rel=1e-6)
    began = bench.now
    assert bench.finish(job) - began < 1.25 * left / 2


def test_two_jobs_that_run_take_twice_the_time_and_it_is_said(bench):
    first, second = (bench.start([batch(name, range(100), 0.2)], "alike") for name in "ab")
    bench.run(until=lambda: first.state == second.state == "running")
    assert first.seconds_left == pytest.approx(20, rel=0.1)


def test_more_than_is_sensible_is_asked_for_after_little_was_computed(bench):
    job = bench.start([batch(name, range(100), 0.1) for name in range(20)], "much", smaller=[batch(name, range(3)) for name in range(20)])
    bench.run(5)
    assert job.state == "asks" and job.seconds_left == pytest.approx(100, rel=0.05) and sum(each.seconds for each in job.results) < 1.3
    assert job.smaller_seconds_left == pytest.approx(3, rel=0.2)
    waiting = len(bench.dealt)
    bench.run(100)
    assert len(bench.dealt) == waiting and job.state == "asks"
    job.go(smaller=True)
    assert job.state == "running" and job.total == 60 and job.done == waiting, "what was measured counts"
    bench.finish(job)
    assert job.state == "done" and sorted(bench.units()) == [(name, unit) for name in range(20) for unit in range(3)]


def test_a_first_unit_that_is_slow_does_not_make_a_job_ask(bench):
    job = bench.start([batch("a", range(1000), lambda unit: 0.6 if unit == 0 else 0.01)], "warms up")
    bench.run(until=lambda: job.state != "measuring")
    assert job.state == "running" and 5 <= len(job.results) < 20


def test_a_job_that_asked_goes_on_with_all_of_it_or_is_cancelled(bench):
    job, other = (bench.start([batch(name, range(700), 0.2)], "much") for name in "ab")
    bench.run(5)
    job.go()
    other.cancel()
    other.go()
    assert job.state == "running" and other.state == "cancelled" and other.total == other.done == len(other.results)
    for _ in range(9):
        bench.run(20)
        job.heard()
    assert job.state == "done" and len(job.results) == 700


def test_where_one_unit_takes_very_long_it_is_asked_before_it_is_done(bench):
    job = bench.start([batch(name, range(2), 0.01 + 300 * name) for name in range(2)], "deep")
    bench.run(until=lambda: job.state == "asks")
    assert bench.now < 90 and job.done == 2, "the two that are quick"
    job = bench.start([batch("deep", range(100), 5.0)], "deep")
    began = bench.now
    bench.run(until=lambda: job.state == "asks")
    assert bench.now - began < 2 and job.done == 0


def test_what_is_cancelled_stops_at_once_and_keeps_what_is_done(bench):
    job = bench.start([batch(name, range(20)) for name in range(10)], "sweep")
    bench.run(4)
    done, began = len(job.results), bench.now
    assert 0 < done < 200
    job.cancel()
    assert job.state == "cancelled" and job.seconds_left is None
    bench.run(5)
    assert not bench.units(since=began + 1e-9) and done <= len(job.results) == job.done == job.total < done + 10
    assert job.state == "cancelled"


def test_who_has_cancelled_long_units_keeps_nobody_waiting(bench):
    long = bench.start([batch("long", range(6), 17.0)], "long")
    bench.run(until=lambda: long.state == "running")
    bench.run(until=lambda: sum(place.task is not None for place in bench.processes) == 2)
    bench.run(3)
    other = bench.start([batch("other", range(40), 0.2)], "other")
    began = bench.now
    long.cancel()
    before = len(long.results)
    bench.run(until=lambda: other.state == "running")
    bench.run(until=lambda: any(place in bench.processes[2:] for _, place, _ in bench.dealt))
    assert bench.now - began < 1.3 + BEGINNING and [place.killed for place in bench.processes] == [True, True, False, False]
    bench.finish(other)
    assert other.state == "done" and bench.now - began < 7 and long.total == long.done == len(long.results) <= before + 1


def test_jobs_have_equal_time_however_long_their_units_are(bench):
    quick = bench.start([batch("quick", range(1000), 0.02)], "quick")
    slow = bench.start([batch("slow", range(20), 1.0)], "slow")
    bench.run(12)
    time = {job: sum(result.seconds for result in job.results) for job in (quick, slow)}
    assert time[quick] > 6 and time[quick] == pytest.approx(time[slow], abs=2.5)
    late = bench.start([batch("late", range(100), 0.1)], "late")
    began = bench.now
    bench.run(until=lambda: late.state == "running")
    bench.run(until=lambda: len(late.results) > 5)
    assert bench.now - began < 2.5, "who comes late waits for a turn, and has no more than others from then on"
    before = sum(result.seconds for result in late.results), len(slow.results) + 0.02 * len(quick.results)
    bench.run(3)
    assert sum(result.seconds for result in late.results) - before[0] < 4


def test_ten_jobs_have_turns_in_a_round(bench):
    ten = [bench.start([batch(name, range(40), 0.1)], "alike") for name in range(10)]
    bench.run(12)
    counts = [len(job.results) for job in ten]
    assert min(counts) >= 10 and max(counts) - min(counts) <= 7


def test_a_job_that_nobody_looks_at_is_abandoned_with_what_is_done(bench):
    running, asking, looked_at = (bench.start([batch(name, range(10_000), 0.05)], "much") for name in range(3))
    bench.run(5)
    running.go()
    looked_at.go()
    for _ in range(3):
        bench.run(55)
        looked_at.heard()
        assert {running.state, looked_at.state} == {"running"} and asking.state == "asks"
    bench.run(20)
    assert running.state == asking.state == "abandoned" and looked_at.state == "running"
    assert "three minutes" in running.problem and len(running.results) > 1000 and running.total == running.done
    assert jobs.AWAY == 180


def test_a_job_goes_on_while_its_visit_is_on_another_page_and_is_abandoned_once_that_has_ended(bench):
    visits = {"here"}
    job = bench.start([batch("a", range(15_000), 0.5)], "much", kept=lambda: "here" in visits)
    bench.run(5)
    job.go()
    bench.run(3 * jobs.AWAY)
    assert job.state == "running"
    visits.clear()
    bench.run(jobs.AWAY - 40)
    assert job.state == "running"
    bench.run(80)
    assert job.state == "abandoned"


def test_a_job_that_is_over_is_forgotten_but_not_by_who_has_it(bench):
    job = bench.start([batch("a", range(3))], "small")
    bench.finish(job)
    bench.run(jobs.KEPT - 10)
    assert bench.jobs.find(job.id) is job
    bench.run(20)
    with pytest.raises(Refused, match="not known any more"):
        bench.jobs.find(job.id)
    job.heard()
    assert bench.jobs.find(job.id) is job and len(job.results) == 3


def test_when_a_process_is_killed_its_units_are_computed_again_and_no_other(bench):
    def sweep():
        return [batch(name, range(8)) for name in range(10)]

    undisturbed = bench.start(sweep(), "sweep")
    bench.finish(undisturbed)
    bench.run(jobs.IDLE + 1)
    job = bench.start(sweep(), "sweep")
    bench.run(until=lambda: len(bench.processes) == 4 and bench.processes[2].task is not None)
    lost = len(bench.dealt[-1][2]) + len(job.results)
    bench.processes[2].die()
    bench.finish(job)
    assert lost and found(job) == found(undisturbed) and len(bench.processes) == 5 and bench.processes[2].killed


def test_a_unit_that_kills_its_process_three_times_fails_alone(bench):
    job = bench.start([batch("a", range(100), 0.05)], "work")
    bench.run(until=lambda: len(bench.processes) == 2 and all(place.task for place in bench.processes))
    job.add([batch("a", range(105), 0.05), batch("deadly", [1], 0.05), batch("b", range(20), 0.05)])
    deaths = []

    def deadly():
        for place in bench.processes:
            parts = next((parts for _, each, parts in reversed(bench.dealt) if each is place), ())
            names = [arguments[0] for _, arguments, _ in parts]
            if place.task is not None and "deadly" in names:
                deaths.append(names)
                place.die()
        return job.state == "done"

    bench.run(until=deadly)
    [fails] = [result for result in job.results if isinstance(result.found, str)]
    assert (fails.batch, fails.unit, fails.found) == ("deadly", 1, one_job.DEADLY) and len(deaths) == 3
    assert len(deaths[0]) > 1 and deaths[1:] == [["deadly"]] * 2, "it is computed alone once it is suspected"
    assert job.done == job.total == 126 == len({(each.batch, each.unit) for each in job.results})
    assert "deadly" not in [arguments[0] for _, place, parts in bench.dealt if place is bench.here for _, arguments, _ in parts]


def test_a_process_that_is_killed_while_it_rests_is_made_again(bench):
    job = bench.start([batch("a", range(60), 0.2)], "work")
    bench.finish(job)
    for place in bench.processes:
        place.submit = lambda parts: (_ for _ in ()).throw(jobs.KILLED[0]())
    job.add([batch("a", range(120), 0.2)])
    bench.finish(job)
    assert job.state == "done" and len(job.results) == 120 and len(bench.processes) == 4


def test_a_function_that_fails_gives_a_sentence_and_the_others_go_on(bench):
    def fails(name, seconds, unit):
        if unit == 1:
            raise ValueError("X has a column that is constant.")
        if unit == 2:
            raise KeyError("x")
        return [unit]

    job = bench.start([batch("a", range(4), function=fails)], "some fail")
    bench.finish(job)
    told = {result.unit: result.found for result in job.results}
    assert told == {0: [0], 1: "X has a column that is constant.", 2: "This could not be computed (KeyError: 'x').", 3: [3]}
    assert job.state == "done" and job.problem is None


def test_more_is_added_to_a_job_that_is_done_and_nothing_is_computed_twice(bench):
    job = bench.start([batch("a", blocks(2, 10), 0.01), batch("b", blocks(2, 10), 0.01)], "starts")
    bench.finish(job)
    before = list(job.results)
    job.add([batch("a", blocks(5, 10), 0.01)])
    assert job.state == "running" and job.total == 70, "it was measured already"
    bench.finish(job)
    assert job.state == "done" and job.results[:4] == before
    assert sorted(unit for name, unit in bench.units() if name == "a") == blocks(5, 10)
    job.add([batch("a", blocks(10), 0.01), batch("b", blocks(1, 10), 0.01)])
    assert job.state == "done" and job.total == 70, "what is part of a unit that is done is done"
    job.add([batch("a", [(48, 49, 50)] * 2, 0.01)])
    bench.finish(job)
    assert job.results[-1].unit == (48, 49, 50) and job.total == 73


def test_what_was_cancelled_goes_on_where_it_was(bench):
    sweep = [batch(name, range(20)) for name in range(10)]
    job = bench.start(sweep, "sweep")
    bench.run(4)
    job.cancel()
    job.add(sweep)
    assert job.state == "running" and job.total == 200
    bench.finish(job)
    assert sorted(bench.units()) == [(name, unit) for name in range(10) for unit in range(20)] and len(job.results) == 200


def test_added_work_that_takes_long_is_asked_for_too(bench):
    job = bench.start([batch("a", range(10), 0.4)], "starts")
    bench.finish(job)
    job.add([batch("a", range(1000), 0.4)])
    assert job.state == "asks" and job.seconds_left == pytest.approx(198)


def test_a_job_of_nothing_is_done(bench):
    assert bench.start([], "nothing").state == "done" and bench.start([batch("a", [])], "nothing").state == "done"


def test_there_are_bounds_and_each_is_said(bench):
    most, items = jobs.MOST_RUNNING, jobs.MOST_ITEMS
    many = [bench.start([batch(name, range(100))], "one of many") for name in range(most)]
    with pytest.raises(Refused, match=f"at work on {most} requests") as problem:
        bench.start([batch("more", [1])], "more")
    assert problem.value.status == 503
    with pytest.raises(Refused, match=f"{items + 1:,} results; at most {items:,}"):
        many[0].add([batch(0, range(100, items + 1))])
    many[0].cancel()
    with pytest.raises(Refused, match=f"{items + 5:,} results; at most {items:,}"):
        bench.start([batch("more", blocks(items // 5 + 1))], "more")
    job = bench.start([batch("more", [1])], "more")
    with pytest.raises(Refused, match=f"at work on {most}"):
        many[0].add([batch(0, range(5))])
    for each in many:
        each.cancel()
    bench.size = one_job.MOST_BYTES // 3
    job.add([batch("more", range(10), 0.1)])
    bench.run(10)
    assert job.state == "failed" and "512 MB" in job.problem and 3 <= len(job.results) <= 6


def test_processes_end_when_there_was_nothing_to_do_for_a_while_and_begin_again(bench):
    job = bench.start([batch("a", range(30), 0.2)], "work")
    bench.finish(job)
    bench.run(jobs.IDLE - 1)
    assert not any(place.killed for place in bench.processes)
    bench.run(2)
    assert len(bench.processes) == 2 and all(place.killed for place in bench.processes)
    job.add([batch("a", range(60), 0.2)])
    bench.finish(job)
    assert job.state == "done" and len(bench.processes) == 4


def test_where_no_process_can_be_started_it_is_said(bench):
    bench.startable = False
    job = bench.start([batch("a", range(200), 0.2)], "work")
    bench.finish(job)
    assert job.state == "failed" and job.problem == jobs.NO_PROCESS and job.results


def test_the_end_of_the_server_ends_jobs_and_processes(bench):
    with bench.jobs.closing():
        job = bench.start([batch("a", range(200), 0.2)], "work")
        bench.run(5)
        done = len(job.results)
    assert job.state == "cancelled" and job.problem == jobs.STOPPED and all(place.killed for place in bench.processes)
    assert len(job.results) == done == job.total > 0


def test_an_error_of_the_house_ends_the_jobs_and_is_logged(bench, monkeypatch, caplog):
    job = bench.start([batch("a", range(9))], "work")
    monkeypatch.setattr(bench.jobs, "_begin_processes", lambda: 1 / 0)
    bench.run(1)
    assert job.state == "failed" and "ZeroDivisionError" in job.problem and "were ended" in caplog.text
    caplog.clear()


def test_each_kind_of_work_is_measured_for_itself(bench):
    def kind(name, cells, seconds):
        return [replace(batch((name, cell), range(20), seconds(cell)), kind=name) for cell in range(cells)]

    dear, cheap = kind("starts", 20, lambda cell: 0.02 * (1 + cell)), kind("splits", 60, lambda cell: 0.001)
    job = bench.start([*dear, *cheap], "both")
    bench.run(until=lambda: job.state != "measuring")
    whole = 20 * (sum(0.02 * (1 + cell) for cell in range(20)) + 60 * 0.001) / 2
    assert 0.8 * whole < job.seconds_left < 1.2 * whole


def test_what_is_added_of_another_kind_is_measured_before_it_goes_on(bench):
    job = bench.start([batch("quick", range(20), 0.01)], "both", smaller=[batch("quick", range(5))])
    bench.finish(job)
    job.add([replace(batch("dear", range(99), 5.0), kind="another")])
    assert job.state == "measuring" and job.names_left == {"dear"} and job.smaller_seconds_left is None
    bench.run(until=lambda: job.state != "measuring")
    assert job.state == "asks" and job.seconds_left is None, "as the first one is not done"
    bench.run(10)
    assert job.seconds_left == pytest.approx(98 * 5 / 2, rel=0.02)


def test_a_job_that_asked_has_no_turns_to_make_up_for_and_lends_its_place_to_none(bench):
    asking = bench.start([batch("a", range(15_000), 0.1)], "asks")
    bench.run(until=lambda: asking.state == "asks")
    working = bench.start([batch("w", range(15_000), 0.1)], "works")
    bench.run(until=lambda: working.state == "asks")
    working.go()
    bench.run(100)
    begun = bench.start([batch("b", range(15_000), 0.1)], "came later")
    bench.run(until=lambda: begun.state == "asks")
    asking.go()
    begun.go()
    since = [job.done for job in (asking, working, begun)]
    bench.run(60)
    shares = [job.done - before for job, before in zip((asking, working, begun), since)]
    assert min(shares) > 0.7 * max(shares)


def test_a_job_of_which_nothing_is_left_asks_nothing_more(bench):
    job = bench.start([batch("a", range(1), 100.0)], "one")
    bench.run(70)
    assert job.state == "asks"
    bench.run(120)
    assert (job.state, job.done, job.total) == ("done", 1, 1)


def test_what_is_there_is_not_counted_again_when_more_is_added(bench):
    job = bench.start([batch("a", range(jobs.MOST_ITEMS - 10), 0.0)], "nearly all")
    bench.finish(job)
    job.add([batch("a", range(jobs.MOST_ITEMS), 0.0)])
    with pytest.raises(Refused, match=f"{jobs.MOST_ITEMS + 1:,} results"):
        job.add([batch("a", range(jobs.MOST_ITEMS + 1), 0.0)])


def test_the_smaller_offer_shares_the_processors_as_the_whole_does(bench):
    job = bench.start([batch("a", range(8000), 0.1)], "whole", smaller=[batch("a", range(4000), 0.1)])
    bench.run(until=lambda: job.state == "asks")
    alone = job.smaller_seconds_left
    other = bench.start([batch("b", range(300), 0.1)], "beside")
    bench.run(until=lambda: other.state == "running")
    assert job.smaller_seconds_left == pytest.approx(2 * alone) == pytest.approx(job.seconds_left / 2, rel=0.05)


def test_more_that_takes_long_is_asked_about_while_a_job_is_at_work_too(bench):
    job = bench.start([batch("a", range(500), 0.1)], "some")
    bench.run(until=lambda: job.state == "running")
    job.add([batch("a", range(15_000), 0.1)])
    bench.run(2)
    assert job.state == "asks"


def test_a_job_that_is_let_go_of_is_not_known_any_more(bench):
    job = bench.start([batch("a", range(1000), 0.1)], "old")
    bench.jobs.forget(job)
    assert job.state == "cancelled"
    with pytest.raises(Refused, match="not known any more"):
        bench.jobs.find(job.id)


def test_one_whose_visit_cannot_be_told_ends_no_other(bench):
    def broken():
        raise RuntimeError("no server")

    one, other = bench.start([batch("a", range(10_000))], "one", kept=broken), bench.start([batch("b", range(10_000))], "other")
    bench.run(5)
    one.go(), other.go()
    for _ in range(5):
        bench.run(50)
        other.heard()
    assert (one.state, other.state) == ("abandoned", "running")
