"""Sums over chunks do not depend on who makes them, and what is kept of rows is that of those rows."""

import gc
import pickle
import threading
import time
from functools import reduce

import numpy as np
import pytest
from hypothesis import given, strategies as st

from mixes import DGMM, GMM, SkewGMM, threads, walk
from mixes.expectation import expectation
from mixes.gaussian.em import GaussianDensity
from mixes.threads import alone, in_order, limited, n_threads

RNG = np.random.default_rng(1)
X = np.concatenate([RNG.normal(place, 1, (30_000, 4)) for place in (0, 3, 8)])[RNG.permutation(90_000)]


@pytest.fixture(autouse=True)
def four_processors(monkeypatch):
    """As on a machine with four, whatever this one has."""
    monkeypatch.setattr(threads, "_processors", lambda: 4)
    threads._pool.cache_clear()
    yield
    threads._pool.cache_clear()


@given(st.integers(1, 300_000), st.integers(1, 5000))
def test_chunks_cover_all_rows_in_order_and_none_lies_in_two_blocks(n, size):
    blocks = [walk.in_chunks(block, size) for block in walk.blocks_of(n)]
    edges = [edge for block in blocks for rows in block for edge in (rows.start, rows.stop)]
    assert edges[0] == 0 and edges[-1] == n and edges[1:-1:2] == edges[2::2]
    assert all(0 < rows.stop - rows.start <= size for block in blocks for rows in block)
    rows = blocks[0][-1].stop
    assert all(block[0].start == number * rows and block[-1].stop <= block[0].start + rows for number, block in enumerate(blocks))
    assert len(blocks) == 1 or 2**14 <= rows <= 2**16 and (len(blocks) <= 128 or rows == 2**16)


@pytest.mark.parametrize(
    "model",
    [GMM(3), GMM(3, "diag"), GMM(2, "tied", use_annealing=True), SkewGMM(2), DGMM([2, 2], [2, 1])],
    ids=["full", "axis-aligned", "annealed", "skew", "deep"],
)
def test_the_numbers_are_the_same_to_the_last_digit_with_any_number_of_threads(model):
    model.set_params(max_iter=3, random_state=0, stopping_criterion=None, init="random")
    rows, weight = (X[:20_000], None) if isinstance(model, SkewGMM) else (X, RNG.random(len(X)))
    runs = [model.start(rows, weight, n_threads=number) for number in (1, 2, 3, None)]
    for run in runs:
        run.finish()
    for run in runs[1:]:
        assert run.trace.objective.tolist() == runs[0].trace.objective.tolist()
        assert np.array_equal(run.state.parameters.means, runs[0].state.parameters.means)


def test_the_sums_are_those_of_one_pass_over_all():
    parameters = GMM(3, random_state=0, max_iter=2, stopping_criterion=None).fit(X[:5000]).parameters_
    density, whole, weight = GaussianDensity(parameters), GaussianDensity(parameters), RNG.random(len(X))
    whole.chunk_rows = len(X)  # a block at once
    for given in (None, weight):
        one, other = (expectation(each, X, given, eps=0.1, inverse_temperature=0.7, n_clusters=3) for each in (density, whole))
        np.testing.assert_allclose(one.statistics[0], other.statistics[0], rtol=1e-11, atol=1e-7)
        assert one[:3] == pytest.approx(other[:3], rel=1e-12) and one.entropy == pytest.approx(other.entropy, rel=1e-11)
    blocks = list(walk.Walk(X).block_sums(lambda X, weight, rows: (X.sum(axis=0), len(X)), 999))
    assert [rows for _, rows in blocks] == [2**14] * 5 + [len(X) - 5 * 2**14]
    np.testing.assert_allclose(reduce(walk.added, blocks)[0], X.sum(axis=0), rtol=1e-12)


# -- threads -----------------------------------------------------------------------------------------------------------


def test_results_come_in_order_and_no_further_ahead_than_there_are_threads():
    most, now, lock = [0], [0], threading.Lock()

    def work(number):
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
        time.sleep(0.002 * (number % 3))
        with lock:
            now[0] -= 1
        return number, threading.current_thread().name

    for allowed in (1, 2, 4):
        most[0] = 0
        done = list(in_order(work, range(40), allowed))
        assert [number for number, _ in done] == list(range(40)) and most[0] <= allowed
        assert {name.startswith("mixes") for _, name in done} == {allowed > 1}
    asked = []
    results = in_order(lambda number: asked.append(number), range(4000), 4)
    next(results)
    time.sleep(0.05)
    results.close()
    time.sleep(0.05)
    assert len(asked) <= 24 and len({name for _, name in in_order(work, range(8), 4)}) == 1, "a few are done where they are asked for"


def test_an_error_in_a_thread_is_that_of_the_first_item_that_has_one():
    def work(number):
        if number in (17, 30):
            raise ValueError(f"item {number}")

    with pytest.raises(ValueError, match="item 17"):
        list(in_order(work, range(40), 4))
    with np.errstate(divide="ignore"):
        list(in_order(lambda _: np.log(np.zeros(1)), range(40), 4))  # a warning is an error here


def test_what_walks_over_rows_may_be_asked_for_by_a_chunk_of_rows():
    """As where chunks are scores of another mixture: a thread that waited for its own would wait for ever."""
    done = list(in_order(lambda number: sum(in_order(lambda other: number * other, range(40), 4)), range(40), 4))
    assert done == [number * sum(range(40)) for number in range(40)]


def test_callers_share_the_threads_and_none_waits_for_the_end_of_another():
    order, begun = [], threading.Event()

    def slow(number):
        begun.set()
        time.sleep(0.004)
        order.append("long")

    long = threading.Thread(target=lambda: list(in_order(slow, range(400), 4)))
    long.start()
    begun.wait()
    list(in_order(lambda _: order.append("short"), range(12), 4))
    waited = order.count("long")
    long.join()
    assert waited < 100 and order.count("long") == 400


def test_the_limit_is_the_least_of_argument_environment_and_processors(monkeypatch):
    assert n_threads() == 4 and n_threads(9) == 4 and n_threads(2) == 2 and n_threads(np.int64(1)) == 1
    monkeypatch.setenv("MIXES_THREADS", "3")
    assert n_threads() == 3 and n_threads(2) == 2
    with limited(2):
        assert n_threads() == 2 and alone(n_threads) == 1 and n_threads(1) == 1
    assert n_threads() == 3
    for wrong in ("0", "two", "-1", "1.5"):
        monkeypatch.setenv("MIXES_THREADS", wrong)
        with pytest.raises(ValueError, match=f"MIXES_THREADS is '{wrong}'; it needs a whole number of threads, at least 1."):
            n_threads()
    monkeypatch.delenv("MIXES_THREADS")
    for wrong in (0, 1.5, "2"):
        with pytest.raises(ValueError, match="n_threads is .*; it needs a whole number of threads, at least 1."):
            GMM(2).start(X, n_threads=wrong)


# -- what is kept ------------------------------------------------------------------------------------------------------


def test_products_are_kept_over_the_iterations_and_given_back_with_the_rows():
    gc.collect()
    made, left, products = [], walk.BUDGET.left, GaussianDensity.products
    try:
        GaussianDensity.products = lambda self, X: (made.append(len(X)), products(self, X))[1]
        run = GMM(3, random_state=0, max_iter=5, stopping_criterion=None).start(X)
        run.finish()
    finally:
        GaussianDensity.products = products
    assert sum(made) == len(X), "each row's once, not in every iteration"
    assert left - walk.BUDGET.left == 15 * 8 * len(X)
    del run
    gc.collect()
    assert walk.BUDGET.left == left


@pytest.mark.parametrize("room", [0, 3_000_000])
def test_without_room_they_are_made_anew_and_the_numbers_are_the_same(monkeypatch, room):
    model = GMM(3, random_state=0, max_iter=4, stopping_criterion=None)
    kept = model.start(X).finish()
    monkeypatch.setattr(walk, "BUDGET", walk.Budget(room))
    anew = model.start(X).finish()
    assert kept.objective == anew.objective and np.array_equal(kept.parameters.covariances, anew.parameters.covariances)
    assert walk.BUDGET.left >= 0


def test_runs_of_different_models_on_the_same_rows_do_not_take_each_others_products():
    def ends(*codes):
        rows = GMM(2).prepared(X[:9000])
        runs = [GMM(2, code, max_iter=4, stopping_criterion=None) for code in codes]
        runs = [type(GMM(2).start(X[:10])).begin(model, rows, 1) for model in runs]
        for _ in range(4):
            for run in runs:
                run.step()
        return [run.state.objective for run in runs]

    together = ends("full", "diag")
    assert together == [*ends("full"), *ends("diag")]


def test_kept_products_do_not_travel():
    run = GMM(3, random_state=0, max_iter=3, stopping_criterion=None).start(X[:20_000])
    run.finish()
    assert len(pickle.dumps(run.rows)) < 2 * X[:20_000].nbytes
    assert pickle.loads(pickle.dumps(run.rows)).fingerprint == run.rows.fingerprint
