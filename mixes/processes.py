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
from .threads import ONE_THREAD, n_threads, one_thread
from .walk import KEPT_BYTES, Budget, Kept, Walk, added, blocks_of, shifted

# Seconds that passes have taken when other processes are asked, and those of a pass that each must have to do: they cost half as much.
_WORTH, _EACH = 0.5, 0.002
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

    def _begin(self, seconds=0.0):
        self._seconds, self._last, self._shares, self.ready = seconds, 0.0, None, False

    def __setstate__(self, state):
        super().__setstate__(state)
        self._begin()

    def __getstate__(self):
        return super().__getstate__() | {"_shares": None}

    def block_sums(self, of_chunk, chunk_rows, density=None, combined=added, blocks=None):
        how, shares = (of_chunk, chunk_rows, density, combined), self._helping()
        if not shares:
            begin = perf_counter()
            yield from super().block_sums(*how)
            self._last = perf_counter() - begin
            self._seconds += self._last
            return
        asked = [share.process.sums(share.name, how, share.blocks) for share in shares]
        yield from super().block_sums(*how, [block for block in blocks_of(len(self.table)) if block.stop <= shares[0].blocks[0].start])
        for share, sums in zip(shares, asked):
            try:
                yield from sums.result()
            except ProcessLost:
                self._without(shares)
                yield from super().block_sums(*how, share.blocks)

    def _helping(self):
        """The shares of the others that have theirs; they are asked once the passes have taken long."""
        if self._shares is None and self._seconds > _WORTH:
            self._shares = self._handed_out()
        shares = self._shares
        if self.ready or not shares or not all(share.loaded.done() for share in shares):
            return shares if self.ready else ()
        problems = [problem for share in shares if (problem := share.loaded.exception())]
        if problems:
            self._without(shares)
            if not any(isinstance(problem, ProcessLost) for problem in problems):
                self._shares = ()  # the rows cannot be sent, or not be read there
            return ()
        self.ready, self._kept = True, Kept()  # of fewer rows
        return shares

    def _without(self, shares):
        """Go on alone, for now."""
        for share in shares:
            share.let_go()
        self._begin(_WORTH - _PATIENCE)

    def _handed_out(self):
        """What others are given, in the order of the rows; nothing where it would not help."""
        table, blocks = self.table, blocks_of(len(self.table))
        copied = not isinstance(table, Table)
        if table.nbytes > _LARGEST_COPY if copied else not table.shared:
            return ()
        number = min(n_threads(self._limit), int(self._last / _EACH), len(blocks))
        middles = np.array([(block.start + block.stop) / 2 for block in blocks])
        owners = (middles * number / len(table)).astype(int)
        parts = [[block for block, owner in zip(blocks, owners) if owner == each] for each in range(1, number)]
        shares = []
        for process, part in zip(_others(number - 1), filter(None, parts)):
            rows, name = slice(part[0].start, part[-1].stop) if copied else slice(0, len(table)), next(_NAMES)
            weight = None if self.weight is None else self.weight[rows]
            loaded = process.load(name, table[rows] if copied else table, weight, rows.start)
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
        alive += [Process(KEPT_BYTES // number) for _ in range(number - len(alive))]
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
        self._tasks.put((None, _forget, name))

    def _submit(self, *task):
        future = Future()
        with self._lock:
            if self.ended:
                future.set_exception(ProcessLost("It has ended."))
            else:
                self._tasks.put((future, *task))
        return future

    def _speak(self, kept_bytes):
        future, holds = None, set()
        try:
            with _begun(kept_bytes) as pipe:
                while True:
                    future, work, name, *arguments = self._next(None if holds else _IDLE)
                    (holds.discard if work is _forget else holds.add)(name)
                    try:
                        message = dumps((work, name, *arguments))
                    except Exception as error:  # whatever it is, it is of what was asked
                        _told(future, error, failed=True)
                        continue
                    pipe.send_bytes(message)
                    _told(future, *pickle.loads(pipe.recv_bytes()))
        except Empty:  # nobody has asked for long
            pass
        except Exception:  # whatever it is, there is no process that answers
            _told(future, ProcessLost("It has ended."), failed=True)
        self._end()

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

    def _end(self):
        with self._lock:
            self.ended = True
        while not self._tasks.empty():
            _told(self._tasks.get()[0], ProcessLost("It has ended."), failed=True)


@contextmanager
def _begun(kept_bytes):
    """The pipe to a process that begins; it ends with the pipe."""
    context = get_context("loky")  # whose processes do not run the main module again
    pipe, its_end = context.Pipe()
    with pipe:
        process = context.Process(target=_serve, args=(its_end, kept_bytes), daemon=True, env=ONE_THREAD)
        process.start()
        its_end.close()
        yield pipe
    process.join()


def _told(future, result, failed=False):
    """Tell what came of a task, where somebody waits for it."""
    if future is not None and not future.done():
        (future.set_exception if failed else future.set_result)(result)


# -- in the other process ----------------------------------------------------------------------------------------------

_HELD = {}  # walks by name


def _serve(pipe, kept_bytes):
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal sends it to all; this one ends when its pipe does
    walk.BUDGET = Budget(kept_bytes)
    while True:
        try:
            work, *arguments = pickle.loads(pipe.recv_bytes())
            try:
                answer = pickle.dumps((work(*arguments),), pickle.HIGHEST_PROTOCOL)
            except Exception as error:  # whatever it is, who asked is told
                answer = dumps((error, True))
            pipe.send_bytes(answer)
        except (OSError, EOFError):
            return


def _load(name, table, weight, start):
    """Have rows: a table or an array, whose first has this number."""
    _HELD[name] = Walk(table, weight, keeps=True), start


def _sums(name, how, blocks):
    """The sums of each of these blocks of rows."""
    (own, start), (of_chunk, *others) = _HELD[name], how
    blocks = [slice(block.start - start, block.stop - start) for block in blocks]
    with one_thread, quiet():  # what leaves the range of numbers is seen in the sums
        return list(own.block_sums(shifted(of_chunk, start), *others, blocks))


def _forget(name):
    _HELD.pop(name, None)
