"""A bench for jobs: places that take as long as they are told to, by a clock of their own."""

import heapq
from concurrent.futures import Future
from itertools import count
from threading import current_thread

from joblib.externals.loky.process_executor import BrokenProcessPool, ShutdownExecutorError

from pages.jobs.jobs import Jobs
from pages.jobs.units import Batch, failed, items

BEGINNING = 0.7  # seconds until a process has begun


def batch(name, units, seconds=0.1, function=None):
    """Units that take so many seconds an item, or what a function of the unit says."""
    return Batch(name, function or told, (name, seconds), tuple(units))


def told(name, seconds, unit):
    return [(name, item) for item in items(unit)]


class Place:
    """A process, or the thread of the server."""

    def __init__(self, bench, begun=True):
        self.bench, self.task, self.killed, self.begun = bench, None, False, Future()
        if not begun:
            bench.later(BEGINNING, self.begin)

    def begin(self):
        if self.bench.startable:
            self.begun.set_result(1)
        else:
            self.begun.set_exception(BrokenProcessPool())

    def submit(self, parts):
        assert self.task is None and not self.killed
        self.task = future = Future()
        self.bench.dealt.append((self.bench.now, self, parts))
        found = []
        for function, arguments, unit in parts:
            seconds = arguments[1](unit) if callable(arguments[1]) else arguments[1] * len(items(unit))
            try:
                found.append((function(*arguments, unit), seconds, self.bench.size))
            except Exception as error:
                found.append((failed(error), seconds, 0))
        self.bench.later(sum(seconds for _, seconds, _ in found), lambda: self.end(future, found))
        return future

    def end(self, future, found):
        if not future.done():
            self.task = None
            future.set_result(found)

    def die(self):
        future, self.task = self.task, None
        future.set_exception(BrokenProcessPool())

    def kill(self, wait=False):
        self.killed = True
        if self.task is not None:
            future, self.task = self.task, None
            future.set_exception(ShutdownExecutorError())


class Bench:
    """Jobs with two processes; time goes on when it is told to."""

    def __init__(self, workers=2):
        self.now, self.size, self.startable = 0.0, 1000, True
        self.dealt, self.processes = [], []
        self._events, self._order = [], count()
        self.here = Place(self)
        self.jobs = Jobs(lambda: self.now, workers, self.process, self.here.submit)
        self.jobs._thread = current_thread()  # it is the test that deals out
        self.start = self.jobs.start

    def process(self, function):
        self.processes.append(Place(self, begun=False))
        return self.processes[-1]

    def later(self, seconds, call):
        heapq.heappush(self._events, (self.now + seconds, next(self._order), call))

    def run(self, seconds=10_000.0, until=lambda: False):
        """Let time go on, to where it has gone by or something holds."""
        end = self.now + seconds
        self.jobs.turn()
        while not until() and self.now < end:
            self.now = min([end, self.now + 0.2, *[at for at, _, _ in self._events[:1]]])
            while self._events and self._events[0][0] <= self.now:
                heapq.heappop(self._events)[2]()
            self.jobs.turn()
        return self.now

    def finish(self, *jobs):
        return self.run(until=lambda: all(job.state not in ("measuring", "running") for job in jobs))

    def units(self, since=0.0):
        """Name and unit of all parts that were dealt out, in order."""
        return [(arguments[0], unit) for at, _, parts in self.dealt if at >= since for _, arguments, unit in parts]
