"""Processes of this computer that walk over rows beside the one that asks: each has a part of the rows, and sends back sums.

NumPy's calls on a chunk that fits the cache are so short that threads wait for each other's interpreter lock; processes have their
own. They cost a second to begin and a copy of their rows, so they are asked once a walk has taken long; until they have their rows,
and where one is lost, the rows are walked over here. Who makes a sum changes no digit of it (see `mixes.walk`).
"""

import os
import pickle
import signal
from concurrent.futures import Future
from contextlib import contextmanager
from itertools import count
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from time import perf_counter
from typing import NamedTuple
from weakref import finalize

import numpy as np
from joblib.externals.loky.backend import get_context
from joblib.externals.loky.backend.reduction import dumps

from . import walk
from .checks import quiet
from .tables import Table
from .threads import ONE_THREAD, n_threads
from .walk import KEPT_BYTES, Budget, Kept, Walk, added, blocks_of, shifted

# Seconds that passes have taken when others are asked, and those of a pass that each must have to do: asking takes one millisecond.
_WORTH, _EACH = 0.5, 0.004
_MOST = 15  # others: each has the libraries in memory, 100 to 200 MB
_LARGEST_COPY = 2**30  # bytes of an array in memory whose rows are copied to others
_IDLE = 60.0  # seconds after which a process without rows ends
_PATIENCE = 10.0  # seconds of walking until another is asked for one that was lost
_LOCK, _OTHERS, _NAMES = Lock(), {}, count()


class ProcessLost(OSError):
    """A process that was asked has ended."""


class ProcessWalk(Walk):
    """A `Walk` that other processes help with, once it has taken long.

    What is found of each row, as `each` does and where it is written down, is found in this process.

    Attributes
    ----------
    ready : bool
        Whether others have their rows, and help.
    """

    def __init__(self, table, weight=None, threads=None, keeps=False):
        super().__init__(table, weight, threads, keeps)
        self._begin()

    def _begin(self):
        self._process, self._lock = os.getpid(), Lock()
        self._go_on_alone()

    def _go_on_alone(self, seconds=0.0, shares=None):
        """Nobody helps; so long have the passes taken since, and so long the last."""
        self._seconds, self._last, self._shares, self.ready = seconds, 0.0, shares, False

    def __setstate__(self, state):
        super().__setstate__(state)
        self._begin()

    def __getstate__(self):
        return super().__getstate__() | {"_shares": None, "_lock": None}

    def block_sums(self, of_chunk, chunk_rows, density=None, combined=added, blocks=None):
        how, shares = (of_chunk, chunk_rows, density, combined), self._helping()
        if not shares or blocks is not None:
            begin = perf_counter()
            yield from super().block_sums(*how, blocks)
            self._last = perf_counter() - begin
            self._seconds += self._last
            return
        asked = [share.process.sums(share.name, how, share.blocks) for share in shares]
        yield from super().block_sums(*how, [block for block in blocks_of(len(self.table)) if block.stop <= shares[0].blocks[0].start])
        for share, sums in zip(shares, asked):
            try:
                found = sums.result()
            except Exception as problem:  # what is wrong with the rows is wrong here, too, and said by this process
                self._without(shares, again=isinstance(problem, ProcessLost))
                found = super().block_sums(*how, share.blocks)
            yield from found

    def _helping(self):
        """The shares of the others that have theirs; they are asked once the passes have taken long."""
        if self._process != os.getpid():  # in a fork, where nobody speaks with them
            self._begin()
        with self._lock:  # two runs may walk over the rows at once
            if self._shares is None and self._seconds > _WORTH:
                self._shares = self._handed_out()
            shares = self._shares
            if self.ready or not shares or not all(share.loaded.done() for share in shares):
                return shares if self.ready else ()
            problems = [problem for share in shares if (problem := share.loaded.exception())]
            if not problems:
                self.ready, self._kept = True, Kept()  # of fewer rows
                return shares
        self._without(shares, again=any(isinstance(problem, ProcessLost) for problem in problems))
        return ()

    def _without(self, shares, again):
        """Go on alone: for some time, or, where they cannot be sent what is asked, for good."""
        for share in shares:
            share.let_go()
        self._go_on_alone(_WORTH - _PATIENCE, None if again else ())

    def _handed_out(self):
        """What others are given, in the order of the rows; None where it would not help, or not yet."""
        table, blocks = self.table, blocks_of(len(self.table))
        in_files = isinstance(table, Table) and table.in_files
        if not in_files and (isinstance(table, Table) or table.nbytes > _LARGEST_COPY):
            return None
        number = min(n_threads(self._limit), _MOST + 1, int(self._last / _EACH), len(blocks))
        if number < 2:
            return None
        middles = np.array([(block.start + block.stop) / 2 for block in blocks])
        owners = (middles * number / len(table)).astype(int)
        parts = [[block for block, owner in zip(blocks, owners) if owner == each] for each in range(1, number)]
        shares = []
        for process, part in zip(_others(number - 1), filter(None, parts)):
            rows, name = slice(part[0].start, part[-1].stop), next(_NAMES)
            weight = None if self.weight is None else self.weight[rows]
            loaded = process.load(name, table if in_files else table[rows], weight, rows)
            shares.append(_Share(process, name, part, loaded, finalize(self, process.forget, name)))
        return tuple(shares)


class _Share(NamedTuple):
    """Blocks of rows that a process has, by a name, once they are loaded, and until they are let go of."""

    process: "Process"
    name: int
    blocks: list
    loaded: Future
    let_go: finalize


def _others(number):
    """So many other processes: those that there are already, and new ones; their own in each process that asks."""
    with _LOCK:
        alive = [process for process in _OTHERS.pop(os.getpid(), ()) if not process.ended]
        alive += [Process(KEPT_BYTES // max(1, min(n_threads() - 1, _MOST))) for _ in range(number - len(alive))]
        _OTHERS[os.getpid()] = alive
        return alive[:number]


class Process:
    """Another process. What it is asked it does one after the other, whoever asks; a thread of this process speaks with it.

    Parameters
    ----------
    kept_bytes : int
        That it may keep from one pass to the next.
    """

    def __init__(self, kept_bytes):
        self._tasks, self._lock, self.ended = SimpleQueue(), Lock(), False
        Thread(target=self._speak, args=(kept_bytes,), name="mixes", daemon=True).start()

    def load(self, name, *rows):
        """A future: it has rows, by that name, once it is done; see `_load`."""
        return self._submit(_load, name, *rows)

    def sums(self, name, how, blocks):
        """A future of the sums of blocks of these rows; see `_sums`."""
        return self._submit(_sums, name, how, blocks)

    def forget(self, name):
        """Let go of these rows; may be said wherever an object is let go of."""
        self._tasks.put((Future(), _forget, name, None))

    def _submit(self, work, name, *arguments):
        future = Future()
        try:
            message = dumps((work, name, *arguments))
        except Exception as error:  # whatever it is, it is of what was asked
            future.set_exception(error)
            return future
        with self._lock:
            if self.ended:
                future.set_exception(ProcessLost("It has ended."))
            else:
                self._tasks.put((future, work, name, message))
        return future

    def _speak(self, kept_bytes):
        future, holds = Future(), set()
        try:
            with _begun(kept_bytes) as pipe:
                while True:
                    future, work, name, message = self._next(None if holds else _IDLE)
                    if work is _load:
                        holds.add(name)
                    elif work is _forget:
                        holds.discard(name)
                    pipe.send_bytes(message or pickle.dumps((work, name)))
                    del message  # rows are large
                    failed, result = pickle.loads(pipe.recv_bytes())
                    (future.set_exception if failed else future.set_result)(result)
        except Empty:  # nobody has asked for long
            pass
        except Exception:  # whatever it is, there is no process that answers
            _lost(future)
        with self._lock:
            self.ended = True
        while not self._tasks.empty():
            _lost(self._tasks.get()[0])

    def _next(self, seconds):
        """The next task; an `Empty` where none comes, and none will."""
        try:
            return self._tasks.get(timeout=seconds)
        except Empty:
            with self._lock:
                self.ended = self._tasks.empty()
            if self.ended:
                raise
            return self._tasks.get()


@contextmanager
def _begun(kept_bytes):
    """The pipe to a process that begins; it ends with the pipe."""
    context = get_context("loky")  # whose processes do not run the main module again
    pipe, its_end = context.Pipe()
    with pipe:
        process = context.Process(target=_serve, args=(its_end, kept_bytes), daemon=True, env=ONE_THREAD)
        with _uninterrupted():
            process.start()
        its_end.close()
        yield pipe
    process.join()


@contextmanager
def _uninterrupted():
    """What begins within is not interrupted from a terminal, which tells all of its processes; it ends with its pipe."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _lost(future):
    if not future.done():
        future.set_exception(ProcessLost("It has ended."))


# -- in the other process ----------------------------------------------------------------------------------------------

_HELD = {}  # walks by name


def _serve(pipe, kept_bytes):
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # where there are no masks
    walk.BUDGET = Budget(kept_bytes)
    while True:
        try:
            message = pipe.recv_bytes()
            try:
                work, *arguments = pickle.loads(message)
                answer = pickle.dumps((False, work(*arguments)), pickle.HIGHEST_PROTOCOL)
            except Exception as error:  # whatever it is, who asked is told
                answer = dumps((True, error))
            pipe.send_bytes(answer)
        except (OSError, EOFError):
            return


def _load(name, table, weight, rows):
    """Have a slice of the rows: of an array they are given, of a table in files they are read from it."""
    if not isinstance(table, Table):
        _HELD[name] = Walk(table, weight, keeps=True), rows.start
        return
    if weight is not None:
        own, weight = weight, np.zeros(len(table))
        weight[rows] = own
    _HELD[name] = Walk(table, weight, keeps=True), 0


def _sums(name, how, blocks):
    """The sums of each of these blocks of rows."""
    (own, start), (of_chunk, *others) = _HELD[name], how
    blocks = [slice(block.start - start, block.stop - start) for block in blocks]
    with quiet():  # what leaves the range of numbers is seen in the sums
        return list(own.block_sums(shifted(of_chunk, start), *others, blocks))


def _forget(name):
    _HELD.pop(name, None)
