"""Rows on the workers of a Dask cluster: each loads blocks of them, and sends back sums.

Blocks are made by loader tasks, so that those of a worker that dies are made again elsewhere. A pass is one task a worker, which
gives the sums of each of its blocks; they are added up here in the order of the blocks, as one process does it.
"""

from collections import Counter
from contextlib import contextmanager
from functools import reduce
from numbers import Number
from types import NoneType

import numpy as np

from .checks import quiet
from .tables import Table
from .threads import alone, limited, one_thread
from .walk import BLOCK_ROWS, Walk, added, chunks

# How often a task may be on a worker as that dies: one death counts for all tasks of the worker, whoever is to blame.
_ALLOWED_FAILURES = 1000
_PATIENCE = 60  # seconds for the first worker to come, or to come again


class ClusterLost(OSError):
    """The scheduler of a cluster cannot be reached any more."""


class ClusterWalk(Walk):
    """A `Walk` whose sums are made by the workers of a cluster; what is told of each row is made here.

    Parameters
    ----------
    table : Table
        Which the workers can read, too.
    weight : array (n,), optional
    client : distributed.Client
    """

    def __init__(self, table, weight, client):
        if not isinstance(table, Table):
            raise ValueError(
                "client is given, and X is an array in memory; give what the workers can read: the path of a file, or a dask array."
            )
        super().__init__(table, weight)
        self._client, self._groups = client, None

    def __getstate__(self):
        return super().__getstate__() | {"_client": None, "_groups": None}

    def block_sums(self, of_chunk, chunk_rows, density=None, combined=added):
        self.table.check()
        with _reaching(self._client):
            try:
                groups = self._groups = self._groups or self._loaded()
                how = of_chunk, chunk_rows, combined
                for future in [self._submit(worker, _block_sums, *how, *blocks) for worker, blocks in groups]:
                    yield from future.result()
            except BaseException:
                self._groups = None  # what was loaded may be lost
                raise

    def _loaded(self):
        """Pairs of a worker and the blocks that it loads, futures, in the order of the rows."""
        self._client.wait_for_workers(1, timeout=_PATIENCE)
        workers = self._client.run_on_scheduler(_workers)
        blocks = list(chunks(len(self.table), BLOCK_ROWS))
        shares = np.array_split(np.arange(len(blocks)), min(len(workers), len(blocks)))
        return [(worker, [self._block(blocks[number], worker) for number in share]) for worker, share in zip(workers, shares)]

    def _block(self, rows, worker):
        weight = None if self.weight is None else self.weight[rows]
        return self._submit(worker, _load, self.table, weight, rows)

    def _submit(self, worker, work, *arguments):
        return self._client.submit(work, *arguments, workers=worker, allow_other_workers=True, pure=False)


def _load(table, weight, rows):
    return table[rows], weight, rows.start


def _block_sums(of_chunk, chunk_rows, combined, *blocks):
    """The sums of each block."""
    with one_thread, limited(1), quiet():  # what leaves the range of numbers is seen in the sums
        return [reduce(combined, _of_block(of_chunk, chunk_rows, *block)) for block in blocks]


def _of_block(of_chunk, chunk_rows, X, weight, start):
    for part in chunks(len(X), chunk_rows):
        yield of_chunk(X[part], None if weight is None else weight[part], slice(start + part.start, start + part.stop))


def in_workers(work, tasks, client):
    """What ``work(*task)`` gives for each task, in their order; what is not waited for any more is given up.

    An object that several tasks are given is sent once.
    """
    times, given = Counter(id(value) for task in tasks for value in task), {}

    def sent(value):
        if times[id(value)] == 1 or isinstance(value, (NoneType, Number, str)):
            return value
        if id(value) not in given:
            given[id(value)] = client.submit(_itself, value, pure=False)
        return given[id(value)]

    with _reaching(client):
        client.run_on_scheduler(_workers)
        futures = [client.submit(alone, work, *map(sent, task), pure=False) for task in tasks]
        try:
            for future in futures:
                yield future.result()
        finally:
            if client.status == "running":
                client.cancel(futures)


def _itself(value):
    return value


def _workers(dask_scheduler):
    """The addresses of the workers; the scheduler bears that some of them die."""
    dask_scheduler.allowed_failures = max(dask_scheduler.allowed_failures, _ALLOWED_FAILURES)
    return sorted(dask_scheduler.workers)


@contextmanager
def _reaching(client):
    """A `ClusterLost` where the scheduler is gone."""
    from concurrent.futures import CancelledError  # only who has a client has the rest

    from distributed.client import FutureCancelledError
    from distributed.comm import CommClosedError

    try:
        if client.status != "running":
            raise CommClosedError
        yield
    except (CancelledError, FutureCancelledError, CommClosedError, TimeoutError) as problem:
        raise ClusterLost(
            "The cluster cannot be reached any more; a run stands at its last iteration: keep it with to_json(), and take it up with "
            "Run.from_json() once there is a cluster again."
        ) from problem
