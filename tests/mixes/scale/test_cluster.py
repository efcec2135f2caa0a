"""A cluster of two processes: the numbers of one process, also where a worker is killed, and one sentence where the scheduler goes."""

import os
import signal
import subprocess
import sys
import warnings
from collections.abc import Sequence
from threading import Thread

import dask.array
import numpy as np
import pandas as pd
import pytest

from mixes import DGMM, GMM, Run, SkewGMM, cluster as clusters, selection, walk
from mixes.cluster import ClusterLost

pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("cluster"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),  # of sockets to processes that were killed
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore:Sending large graph"),
]
RNG = np.random.default_rng(2)
X = np.concatenate([RNG.normal(place, 1, (70_000, 3)) for place in (0, 4, 9)])[RNG.permutation(210_000)]


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    path = tmp_path_factory.mktemp("rows") / "rows.npy"
    np.save(path, X)
    return path


@pytest.fixture(scope="module")
def client():
    from distributed import Client, LocalCluster

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with (
            dask.config.set({"distributed.worker.daemon": True}),
            LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs=50) as cluster,
            Client(cluster) as client,
        ):
            yield client


class Halves(Sequence):
    """Chunks that are read when they are asked for."""

    def __init__(self, path):
        self._path = path

    def __len__(self):
        return 2

    def __getitem__(self, number):
        return np.split(np.load(self._path), [100])[number]


def kill_one(client):
    """The end of the worker that has most to lose, as its machine's would be; one that is only just up would not be started again."""
    client.wait_for_workers(2, timeout=60)
    held = client.has_what()
    os.kill(client.run(os.getpid)[max(held, key=lambda worker: len(held[worker]))], signal.SIGKILL)


def same(one, other):
    assert one.trace.objective.tolist() == other.trace.objective.tolist()
    assert one.state.log_likelihood == other.state.log_likelihood and np.array_equal(
        one.state.parameters.means, other.state.parameters.means
    )


@pytest.mark.parametrize(
    "model",
    [GMM(3), GMM(3, "diag", use_annealing=True), SkewGMM(2), DGMM([2, 2], [2, 1]), DGMM([3, 2], [1, 1], e_step="sampled", path_samples=2)],
    ids=["full", "axis-aligned, annealed", "skew", "deep", "sampled"],
)
def test_the_numbers_are_those_of_one_process_to_the_last_digit(client, path, model):
    model.set_params(max_iter=2, random_state=0, stopping_criterion=None, init="random")
    weight = RNG.integers(0, 3, len(X)).astype(float)
    one, other = model.start(path, weight, X_validation=X[:99]), model.start(path, weight, X_validation=X[:99], client=client)
    one.watch([3, 99]), other.watch([3, 99])
    one.finish(), other.finish()
    same(one, other)
    assert one.state.entropy == other.state.entropy and np.array_equal(one.watched_at(2), other.watched_at(2))
    assert one.fingerprint() == other.fingerprint()


def test_fit_and_every_kind_of_table_take_a_client(client, path, tmp_path):
    model = GMM(3, random_state=0, max_iter=2, stopping_criterion=None)
    expected = model.fit(path).means_
    pd.DataFrame(X, columns=list("abc")).to_parquet(tmp_path / "rows.parquet", row_group_size=50_000)
    for rows in (
        path,
        tmp_path / "rows.parquet",
        dask.array.from_array(X, chunks=(60_000, 3)),
        Halves(path),
    ):
        assert np.array_equal(model.fit(rows, client=client).means_, expected)
    for rows in (X, np.load(path, mmap_mode="r"), [X[:100], X[100:]], dask.array.from_array(X, chunks=(60_000, 3)).persist()):
        with pytest.raises(ValueError, match="client is given, and X is in the memory of this process; give what the workers can read"):
            model.fit(rows, client=client)
    with pytest.raises(ValueError, match="client is 'tcp://there'; it needs a distributed.Client."):
        model.fit(path, client="tcp://there")


def test_a_worker_that_is_killed_in_mid_fit_costs_nothing_but_time(client, path):
    model = GMM(3, random_state=0, max_iter=4, stopping_criterion=None)
    expected = model.start(path)
    expected.finish()
    run = model.start(path, client=client)
    run.step()
    kill_one(client)
    run.step()
    kill_one(client)
    run.finish()
    same(run, expected)


def test_a_worker_may_be_killed_while_it_loads(client, path, monkeypatch):
    expected = GMM(2, random_state=0, max_iter=1, stopping_criterion=None).fit(path).means_
    loaded = clusters.ClusterWalk._loaded

    def killed(self):
        Thread(target=kill_one, args=(client,)).start()
        return loaded(self)

    monkeypatch.setattr(clusters.ClusterWalk, "_loaded", killed)
    assert np.array_equal(GMM(2, random_state=0, max_iter=1, stopping_criterion=None).fit(path, client=client).means_, expected)


def test_sweeps_go_on_where_a_worker_is_killed(client):
    model, grid = GMM(random_state=0, max_iter=8, init="random", stopping_criterion=None), {"n_components": [2, 3]}
    found, rows = [], X[:5000]
    for number, pair in enumerate(selection.iterate_sweep(model, rows, grid, n_starts=6, client=client)):
        found.append(pair)
        if number == 3:
            kill_one(client)
    table, expected = selection.tabulate_sweep(found), selection.sweep(model, rows, grid, n_starts=6)
    pd.testing.assert_frame_equal(table.drop(columns="seconds"), expected.drop(columns="seconds"), check_exact=True)
    held_out = [selection.cross_validate(model, rows, grid, n_splits=2, client=each) for each in (client, None)]
    pd.testing.assert_frame_equal(*held_out, check_exact=True)


def test_what_a_worker_cannot_read_is_the_same_sentence(client, path, tmp_path):
    spoilt = X.copy()
    spoilt[200_001, 2] = np.nan
    np.save(tmp_path / "spoilt.npy", spoilt)
    with pytest.raises(OSError, match=r"spoilt.npy, row 200001, column 2, is NaN or empty; leave the row out or fill it in."):
        GMM(2).fit(tmp_path / "spoilt.npy", client=client)
    np.save(tmp_path / "here.npy", X)
    run = GMM(2, max_iter=3, random_state=0, stopping_criterion=None).start(tmp_path / "here.npy", client=client)
    run.step()
    os.remove(tmp_path / "here.npy")
    with pytest.raises(OSError, match=r"here.npy cannot be found; put the file back, or give another."):
        run.finish()
    assert run.state.iteration == 2 and run.state.half == "E"


def test_a_block_is_added_up_as_one_process_does_it():
    of_chunk = walk_sums
    blocks = [clusters._load(X, None, rows) for rows in walk.blocks_of(len(X))]
    here = list(walk.Walk(X).block_sums(of_chunk, 777))
    there = clusters._block_sums(of_chunk, 777, None, walk.added, *blocks)
    assert all(np.array_equal(a, b) for one, other in zip(here, there, strict=True) for a, b in zip(one, other))


def walk_sums(X, weight, rows):
    return X.sum(axis=0), np.float64(rows.start)


def test_without_its_scheduler_a_run_stands_and_can_be_taken_up_again(path):
    from distributed import Client

    where = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    quick = {"DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT": "3s"}

    def process(*arguments):
        return subprocess.Popen([sys.executable, "-m", *arguments], env=where | quick, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    file = str(path.parent / "scheduler.json")
    scheduler = process("distributed.cli.dask_scheduler", "--port", "0", "--no-dashboard", "--scheduler-file", file)
    worker = process(
        "distributed.cli.dask_worker", "--scheduler-file", file, "--nthreads", "1", "--no-dashboard", "--no-nanny", "--death-timeout", "30"
    )
    model = GMM(3, random_state=0, max_iter=4, stopping_criterion=None)
    try:
        with dask.config.set({"distributed.comm.timeouts.connect": "2s"}), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            while not os.path.exists(file):
                assert scheduler.poll() is None
            with Client(scheduler_file=file, timeout="30s") as client:
                client.wait_for_workers(1, timeout=30)
                run = model.start(path, client=client)
                run.step()
                scheduler.kill()
                scheduler.wait()
                for _ in range(2):
                    with pytest.raises(
                        ClusterLost, match="The cluster cannot be reached any more; a run stands at its last iteration: keep it"
                    ):
                        run.finish()
                saved = run.to_json()
    finally:
        for each in (scheduler, worker):
            each.kill()
            each.wait()
    again, expected = Run.from_json(saved, path), model.start(path)
    again.finish(), expected.finish()
    same(again, expected)
