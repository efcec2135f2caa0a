"""Threads: one of linear algebra in each pass over chunks that fit the cache, and several that walk over chunks.

The products within a chunk are small: more threads would spend their time waiting for each other. The limit holds for
the process, so passes that overlap in time share it: the first sets it, the last takes it back.
"""

import os
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from contextlib import ContextDecorator, contextmanager
from contextvars import ContextVar, copy_context
from functools import cache, cached_property
from itertools import islice
from threading import Lock

import joblib
from threadpoolctl import ThreadpoolController

from . import checks

# So many items are handed over together, and fewer than some times as many are done by the thread that asks: to hand one over
# costs as much as a small chunk takes.
_TOGETHER, _FEW = 4, 3
# The environment of a process that computes with one thread.
ONE_THREAD = dict.fromkeys(
    (
        "OMP_NUM_THREADS",
        "OPENBLAS_NUM_THREADS",
        "MKL_NUM_THREADS",
        "BLIS_NUM_THREADS",
        "VECLIB_MAXIMUM_THREADS",
        "NUMEXPR_NUM_THREADS",
        "MIXES_THREADS",
    ),
    "1",
)


class _OneThread(ContextDecorator):
    def __init__(self, user_api):
        self._user_api, self._lock, self._inside = user_api, Lock(), 0

    @cached_property
    def _libraries(self):  # found when they are first asked for: those that are loaded by then
        return [library for library in ThreadpoolController().lib_controllers if library.user_api == self._user_api]

    def __enter__(self):
        with self._lock:
            if self._inside == 0:
                self._before = [(library, number) for library in self._libraries if (number := library.num_threads) > 1]
                for library, _ in self._before:
                    library.set_num_threads(1)
            self._inside += 1

    def __exit__(self, *problem):
        with self._lock:
            self._inside -= 1
            if self._inside == 0:
                for library, number in self._before:
                    library.set_num_threads(number)


one_thread = _OneThread("blas")
one_kmeans_thread = _OneThread("openmp")
_limit = ContextVar("limit", default=2**31)


@contextmanager
def limited(threads):
    """At most so many threads for what is done within, as where processes share the processors."""
    before = _limit.set(threads)
    try:
        yield
    finally:
        _limit.reset(before)


def alone(work, *task):
    """``work(*task)`` with one thread, for processes that share the processors."""
    with limited(1):
        return work(*task)


def n_threads(limit=None):
    """How many threads may walk over rows: the processors of this process, at most ``limit`` and ``MIXES_THREADS``.

    Parameters
    ----------
    limit : int, optional

    Raises
    ------
    ValueError
        The limit, or the environment variable, is no whole number from 1.
    """
    allowed = [_processors(), _limit.get()]
    if limit is not None:
        checks.count("n_threads", limit, "threads")
        allowed.append(int(limit))
    if given := os.environ.get("MIXES_THREADS"):
        if not given.isdecimal() or int(given) < 1:
            raise ValueError(f"MIXES_THREADS is {checks.shown(given)}; it needs a whole number of threads, at least 1.")
        allowed.append(int(given))
    return min(allowed)


@cache
def _processors():
    return joblib.cpu_count()


@cache
def _pool(process):
    """The threads that all passes of a process share: each takes the next chunk that was asked for, whoever asked."""
    return ThreadPoolExecutor(_processors(), thread_name_prefix="mixes")


def in_order(function, items, threads):
    """``function(item)`` of each item, in their order, some ahead of who asks; with one thread, or of few, when they are asked for.

    Parameters
    ----------
    function : callable
        Its results must not depend on each other.
    items : sequence
    threads : int
        How many may work for this caller at a time.
    """
    if min(threads, _limit.get()) == 1 or len(items) <= _TOGETHER * (_FEW - 1):
        yield from map(function, items)
        return
    pool, parts = _pool(os.getpid()), iter([items[first : first + _TOGETHER] for first in range(0, len(items), _TOGETHER)])

    def done(part):
        with limited(1):  # what walks within must not wait for the threads that it is in
            return [function(item) for item in part]

    def handed(n):  # errors of numbers are looked at as where it was asked for
        return (pool.submit(copy_context().run, done, part) for part in islice(parts, n))

    waiting = deque(handed(threads + (threads == _processors())))  # one more, so that no thread waits for who asks
    try:
        while waiting:
            results = waiting.popleft().result()
            waiting.extend(handed(1))
            yield from results
    finally:
        for future in waiting:
            future.cancel()
