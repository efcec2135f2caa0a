"""Other processes help with a walk that takes long, and nobody sees it by the numbers."""

import os
import pickle
import signal
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import numpy as np
import pytest

import mixes
from mixes import DGMM, GMM, Run, SkewGMM, processes, tables, threads
from mixes.expectation import expectation, lower_bound
from mixes.gaussian.em import GaussianDensity
from mixes.processes import Process, ProcessLost
from mixes.walk import Walk
from tests.living import alive

RNG = np.random.default_rng(2)
X = np.concatenate([RNG.normal(place, 1, (30_000, 4)) for place in (0, 3, 8)])[RNG.permutation(90_000)]
LONG = 120  # seconds: on a busy machine a process takes its time to begin
WEIGHT = RNG.integers(0, 3, len(X)).astype(float)


@pytest.fixture(autouse=True)
def three_processors_and_no_patience(monkeypatch):
    monkeypatch.setattr(threads, "_processors", lambda: 3)
    monkeypatch.setattr(processes, "_WORTH", 0.0)
    monkeypatch.setattr(processes, "_PATIENCE", 0.0)
    monkeypatch.setattr(processes, "_EACH", 1e-9)


def begun(model, rows=X, weight=None, **options):
    model.set_params(stopping_criterion=None, max_iter=10**6, random_state=0, init="random")
    return model.start(rows, weight, **options)


def until_ready(run, seconds=LONG):
    """Steps until other processes help."""
    end = time.perf_counter() + seconds
    while not run.rows.walk.ready:
        assert time.perf_counter() < end, "no process has its rows"
        run.step()
        time.sleep(0.01)
    return run


def same(run, model, rows=X, weight=None):
    """Whether a run in this process alone has the same numbers, to the last digit."""
    alone = begun(model, rows, weight, n_threads=1)
    while alone.state.iteration < run.state.iteration:
        alone.step()
    own, others = (each.trace.objective.tolist() for each in (alone, run))
    return own == others and np.array_equal(alone.state.parameters.means, run.state.parameters.means)


def told(share, work):
    return share.process._submit(work, None).result(LONG)


def _pid(_):
    return os.getpid()


def _held(_):
    return sorted(processes._HELD)


def _numbers(_, table, weight, start):
    raise ValueError("not these rows")


@pytest.mark.parametrize(
    "model",
    [GMM(3), GMM(3, "diag"), GMM(2, "tied", use_annealing=True), SkewGMM(2), DGMM([2, 2], [2, 1])],
    ids=["full", "axis-aligned", "annealed", "skew", "deep"],
)
def test_the_numbers_are_the_same_to_the_last_digit(model):
    run = until_ready(begun(model, X, WEIGHT))
    assert len(run.rows.walk._shares) == 2
    run.step()
    run.step()
    assert same(run, model, X, WEIGHT)


def test_so_they_are_of_files_and_the_rows_without_weight_are_left_out(tmp_path):
    path = tmp_path / "rows.npy"
    np.save(path, X)
    for weight in (None, WEIGHT):
        run = until_ready(begun(GMM(3), path, weight))
        run.step()
        assert same(run, GMM(3), X[WEIGHT > 0] if weight is not None else X, weight if weight is None else WEIGHT[WEIGHT > 0])
    os.truncate(path, 1000)
    with pytest.raises(tables.UnreadableTable, match="rows.npy"):
        run.step()


@pytest.mark.slow
def test_a_process_that_is_killed_changes_nothing_and_another_takes_its_place():
    run = until_ready(begun(GMM(3)))
    (_, two), first = run.rows.walk._shares, told(run.rows.walk._shares[0], _pid)
    os.kill(first, signal.SIGKILL)
    run.step()
    assert told(two, _held) == [], "who lives does not keep what nobody asks for"
    assert not run.rows.walk.ready
    run.step()
    until_ready(run)
    assert first not in [told(share, _pid) for share in run.rows.walk._shares]
    run.step()
    assert same(run, GMM(3))


@pytest.mark.slow
def test_so_does_one_that_is_killed_while_it_loads(monkeypatch):
    monkeypatch.setattr(processes, "_load", _killed)
    run = begun(GMM(3))
    run.step()
    for share in run.rows.walk._shares:
        assert isinstance(share.loaded.exception(LONG), ProcessLost)
    monkeypatch.undo()
    run.step()
    assert not run.rows.walk.ready and same(run, GMM(3))


def _killed(*_):
    os.kill(os.getpid(), signal.SIGKILL)


def test_what_is_wrong_there_is_said_here():
    other = Process(0)
    assert isinstance(other._submit(_numbers, 1, None, None, 0).exception(LONG), ValueError)
    assert other._submit(_pid, None).result(LONG) != os.getpid(), "it lives on"
    assert isinstance(other._submit(_pid, threading.Lock()).exception(LONG), TypeError), "what cannot be sent is told, too"
    assert other._submit(_pid, None).result(LONG) != os.getpid()


@pytest.mark.slow
def test_rows_are_let_go_of_with_the_walk_and_a_process_without_rows_ends(monkeypatch):
    monkeypatch.setattr(processes, "_IDLE", 0.3)
    monkeypatch.setattr(processes, "_OTHERS", {})
    run = until_ready(begun(GMM(3)))
    (one, two), walk = run.rows.walk._shares, run.rows.walk
    assert told(one, _held) == [one.name]
    del run, walk
    end = time.perf_counter() + LONG
    while not (one.process.ended and two.process.ended) and time.perf_counter() < end:
        time.sleep(0.05)
    assert one.process.ended and two.process.ended
    assert isinstance(one.process.sums(one.name, (), []).exception(LONG), ProcessLost), "one that asks too late is told"
    assert until_ready(begun(GMM(3))).rows.walk._shares[0].process is not one.process


def test_they_are_not_asked_where_they_would_not_help(monkeypatch):
    def asked(run):
        for _ in range(3):
            run.step()
        return bool(run.rows.walk._shares)

    assert not asked(begun(GMM(3), n_threads=1)), "a limit"
    assert not asked(begun(GMM(3), X[:10_000])), "one block"
    assert not asked(begun(GMM(3), [X[:40_000], X[40_000:]])), "chunks, which may be others in another process"
    with monkeypatch.context() as less:
        less.setattr(processes, "_LARGEST_COPY", 1_000_000)
        assert not asked(begun(GMM(3))), "more than is copied"
    with monkeypatch.context() as more:
        more.setattr(processes, "_EACH", 3600.0)
        assert not asked(begun(GMM(3))), "short passes"
    with monkeypatch.context() as later:
        later.setattr(processes, "_WORTH", 3600.0)
        assert not asked(begun(GMM(3))), "not for long"
    assert asked(begun(GMM(3)))


def test_what_cannot_be_sent_is_done_here(monkeypatch):
    def not_sent(density):
        raise TypeError("not this one")

    run = until_ready(begun(GMM(3)))
    shares = run.rows.walk._shares
    monkeypatch.setattr(GaussianDensity, "__getstate__", not_sent)
    run.step()
    assert not run.rows.walk.ready and [told(share, _held) for share in shares] == [[], []]
    run.step()
    assert run.rows.walk._shares == (), "they are not asked again and again"
    assert same(run, GMM(3))


def test_what_is_asked_after_an_end_or_waits_for_it_is_told():
    other = Process(0)
    tasks = [other._submit(_killed, None), other._submit(_pid, None)]
    assert all(isinstance(task.exception(LONG), ProcessLost) for task in tasks)
    assert isinstance(other._submit(_pid, None).exception(LONG), ProcessLost)


def test_what_is_written_down_of_each_row_is_that_of_this_process():
    run = until_ready(begun(GMM(3)))
    density = GMM(3).density_of(run.state.parameters, (0, 0), run.rows.box)
    there = expectation(density, run.rows.walk, n_clusters=3, keep=True)
    here = expectation(density, Walk(X), n_clusters=3, keep=True)
    assert np.array_equal(there.posterior, here.posterior) and there.log_likelihood == here.log_likelihood
    assert lower_bound(density, density, run.rows.walk) == lower_bound(density, density, Walk(X)) != 0


@pytest.mark.slow
def test_runs_share_the_processes():
    runs = [until_ready(begun(GMM(k))) for k in (2, 3, 4)]
    assert len({share.process for run in runs for share in run.rows.walk._shares}) == 2
    takers = [threading.Thread(target=lambda run=run: [run.step() for _ in range(5)]) for run in runs]
    for taker in takers:
        taker.start()
    for taker in takers:
        taker.join()
    assert all(same(run, GMM(k)) for run, k in zip(runs, (2, 3, 4)))


def test_a_walk_that_travels_begins_anew():
    run = until_ready(begun(GMM(3)))
    walk = pickle.loads(pickle.dumps(run.rows.walk))
    assert not walk.ready and len(walk.table) == len(X)
    taken_up = Run.from_json(run.to_json(), X)
    for _ in range(2):
        run.step(), taken_up.step()
    assert taken_up.state.objective == run.state.objective


SCRIPT = """
    import os, warnings
    import numpy as np
    from mixes import GMM, processes
    warnings.simplefilter("ignore")  # of a fork beside threads
    processes._WORTH = 0.0

    def pid(_):
        return os.getpid()

    print("once", flush=True)
    X = np.random.default_rng(0).normal(size=(200_000, 4))
    run = GMM(3, random_state=0, stopping_criterion=None, max_iter=10**6).start(X)
    while not run.rows.walk.ready:
        run.step()
    other = os.fork()
    if not other:
        run.step()  # whose processes do not answer a fork
        os._exit(7)
    print(os.waitstatus_to_exitcode(os.waitpid(other, 0)[1]), flush=True)
    run.step()
    print([share.process._submit(pid, None).result() for share in run.rows.walk._shares][0], flush=True)
    {end}
"""


@pytest.mark.parametrize("end", ["pass", "import time; time.sleep(60)"], ids=["ends", "is killed"])
@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="has no forks")
def test_a_script_needs_no_guard_may_fork_and_leaves_no_process_behind(tmp_path, end):
    path = tmp_path / "script.py"
    path.write_text(textwrap.dedent(SCRIPT.format(end=end)))
    root = str(Path(mixes.__file__).parents[1])
    script = subprocess.Popen([sys.executable, path], stdout=subprocess.PIPE, text=True, env=os.environ | {"PYTHONPATH": root})
    with script:
        assert script.stdout.readline() == "once\n" and script.stdout.readline() == "7\n"
        other = int(script.stdout.readline())
        if end != "pass":
            script.kill()
    end = time.perf_counter() + LONG
    while alive(other) and time.perf_counter() < end:
        time.sleep(0.05)
    assert not alive(other)
