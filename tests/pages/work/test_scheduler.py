"""Runs of tables that are read chunk by chunk on the workers of a cluster: the same numbers, and a sentence where it is gone."""

import warnings

import dask
import numpy as np
import pytest

from mixes import datasets
from mixes.cluster import ClusterLost, ClusterWalk
from mixes.rows import SAMPLE_ROWS
from pages.wire.sources import Explored
from pages.work import cluster, experiment as experiments
from tests.pages.wire.test_wire import settings

pytestmark = [
    pytest.mark.xdist_group("cluster"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),  # of sockets to a scheduler that is gone
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture
def data(tmp_path):
    rng = np.random.default_rng(0)
    np.save(tmp_path / "large.npy", rng.normal(size=(SAMPLE_ROWS + 20_000, 2)) + 4 * (rng.random((SAMPLE_ROWS + 20_000, 1)) < 0.5))
    return datasets.open_table(tmp_path / "large.npy")


def test_rows_in_memory_need_no_cluster(monkeypatch):
    monkeypatch.setenv(cluster.VARIABLE, "tcp://127.0.0.1:9")
    assert cluster.client(np.ones((3, 2))) is None


def test_without_a_scheduler_there_is_no_client(data, monkeypatch):
    monkeypatch.delenv(cluster.VARIABLE, raising=False)
    assert cluster.client(data.all_rows) is None


@pytest.mark.slow
@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "no address"])
def test_a_cluster_that_cannot_be_reached_is_one_sentence(data, monkeypatch, address):
    monkeypatch.setenv(cluster.VARIABLE, address)
    monkeypatch.setattr(cluster, "_PATIENCE", 0.5)
    with pytest.raises(ClusterLost, match="The cluster that MIXES_SCHEDULER names cannot be reached; start it, or take the variable away."):
        experiments.begin("r1.0123abcd", data, settings("GMM"))


@pytest.mark.slow
def test_a_run_on_a_cluster_has_the_numbers_of_one_here_and_stands_where_it_was_when_that_goes(data, monkeypatch):
    from distributed import LocalCluster

    here = experiments.begin("r1.0123abcd", data, settings("GMM"))
    here.step()
    with warnings.catch_warnings(), dask.config.set({"distributed.worker.daemon": True, "distributed.comm.retry.count": 0}):
        warnings.simplefilter("ignore")
        with LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=None, silence_logs=50) as workers:
            monkeypatch.setenv(cluster.VARIABLE, workers.scheduler_address)
            there = experiments.begin("r2.0123abcd", data, settings("GMM"))
            there.step()
            assert isinstance(there.run.rows.walk, ClusterWalk) and cluster.client(data.all_rows) is cluster.client(data.all_rows)
            assert there.run.trace.log_likelihood.tolist() == here.run.trace.log_likelihood.tolist()
            assert there.run.state.log_likelihood_validation == here.run.state.log_likelihood_validation
            told = [Explored(run, run.principal).answer({}, {"iteration": 0})["static"]["awaited"] for run in (here, there)]
            assert told == ["The next iteration is being computed.", "Waiting for the workers of the cluster."]
            known = cluster.client(data.all_rows)
        answer = Explored(there, there.principal).answer({"need": {"from": 2}}, None)
        known.close()
    assert answer["error"] == "This run cannot go on: The cluster cannot be reached any more; a run stands at its last iteration."
    assert there.newest == 1 and answer["rows"] == []
