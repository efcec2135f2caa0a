"""Rows on the workers of a Dask cluster: each loads blocks of them, and sends back sums.

Blocks are made by loader tasks, so that those of a worker that dies are made again elsewhere. A pass is one task for each thread of
a worker, which gives the sums of each of its blocks; they are added up here in the order of the blocks, as one process does it.
"""

from collections import Counter
from contextlib import contextmanager
from numbers import Number
from types import NoneType

import numpy as np

from . import checks
from .checks import quiet
from .tables import Table
from .threads import alone, limited, one_thread
from .walk import Walk, added, blocks_of, shifted

# How often a task may be on a worker as that dies: one death counts for all tasks of the worker, whoever is to blame.
_ALLOWED_FAILURES = 30
_PATIENCE = 60  # seconds for the first worker to come, or to come again
_STANDS = "a run stands at its last iteration: keep it with to_json(), and take it up with Run.from_json() once there is a cluster again."


class ClusterLost(OSError):
    """The scheduler of a cluster cannot be reached any more."""


class ClusterWalk(Walk):
    """A `Walk` whose sums the workers of a cluster make. What is told of each row, as `each` does, is made in this process.

    Parameters
    ----------
    table : Table
        One that the workers can read as this process does.
    weight : array (n,), optional
    threads : int, optional
        Of what this process does.
    client : distributed.Client
    """

    def __init__(self, table, weight, threads, client):
        if not hasattr(client, "submit"):
            raise ValueError(f"client is {checks.shown(client)}; it needs a distributed.Client.")
        if not isinstance(table, Table) or not table.shared:
            raise ValueError(
                "client is given, and X is in the memory of this process; give what the workers can read: the path of a file, or a "
                "dask array that is not persisted."
            )
        super().__init__(table, weight, threads)
        self._client, self._groups = client, None

    def __getstate__(self):  # elsewhere it walks there
        return super().__getstate__() | {"_client": None, "_groups": None}

    def block_sums(self, of_chunk, chunk_rows, density=None, combined=added, blocks=None):
        if self._client is None:
            yield from super().block_sums(of_chunk, chunk_rows, density, combined, blocks)
            return
        self.table.check()
        with _reaching(self._client, _STANDS):
            try:
                groups = self._groups = self._groups or self._loaded()
                how = of_chunk, chunk_rows, density, combined
                for future in [self._submit(worker, _block_sums, *how, *blocks) for worker, blocks in groups]:
                    yield from future.result()
            except BaseException:
                self._groups = None  # what was loaded may be lost
                raise

    def _loaded(self):
        """Pairs of a worker, once for each of its threads, and the blocks that it loads, futures, in the order of the rows."""
        workers = threads_of(self._client)
        blocks = blocks_of(len(self.table))
        shares = np.array_split(np.arange(len(blocks)), min(len(workers), len(blocks)))
        table = self._client.submit(_itself, self.table, pure=False)  # it travels once
        return [(worker, [self._block(table, blocks[number], worker) for number in share]) for worker, share in zip(workers, shares)]

    def _block(self, table, rows, worker):
        return self._submit(worker, _load, table, None if self.weight is None else self.weight[rows], rows)

    def _submit(self, worker, work, *arguments):
        return self._client.submit(work, *arguments, workers=worker, allow_other_workers=True, pure=False)


def _load(table, weight, rows):
    """A block: a walk over its rows, which keeps what depends on them only, and the number of the first."""
    return Walk(table[rows], weight, keeps=True), rows.start


def _block_sums(of_chunk, chunk_rows, density, combined, *blocks):
    """The sums of each block."""
    with one_thread, limited(1), quiet():  # what leaves the range of numbers is seen in the sums
        return [
            sums
            for walk, start in blocks
            for sums in walk.block_sums(shifted(of_chunk, start), chunk_rows, density, combined, [slice(0, len(walk.table))])
        ]


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

    threads_of(client)  # a worker is waited for
    with _reaching(client, "start again once there is one."):
        futures = [client.submit(alone, work, *map(sent, task), pure=False) for task in tasks]
        try:
            for future in futures:
                yield future.result()
        finally:
            if client.status == "running":
                client.cancel(futures)


def _itself(value):
    return value


def threads_of(client):
    """The addresses of the workers, each once for each of its threads; the first is waited for."""
    with _reaching(client, "start again once there is one."):
        try:
            client.wait_for_workers(1, timeout=_PATIENCE)
        except TimeoutError:
            raise ClusterLost("The cluster has no workers; start some, and try again.") from None
        return [worker for worker, threads in sorted(client.run_on_scheduler(_threads).items()) for _ in range(threads)]


def _threads(dask_scheduler):
    """The number of threads of each worker; from now on the scheduler bears that workers die."""
    dask_scheduler.allowed_failures = max(dask_scheduler.allowed_failures, _ALLOWED_FAILURES)
    return {address: worker.nthreads for address, worker in dask_scheduler.workers.items()}


@contextmanager
def _reaching(client, then):
    """A `ClusterLost` where the scheduler is gone, which says what can be done then."""
    from concurrent.futures import CancelledError  # only who has a client has the rest

    from distributed.client import FutureCancelledError
    from distributed.comm import CommClosedError

    try:
        if client.status != "running":
            raise CommClosedError
        yield
    except (CancelledError, FutureCancelledError, CommClosedError, TimeoutError) as problem:
        raise ClusterLost(f"The cluster cannot be reached any more; {then}") from problem
