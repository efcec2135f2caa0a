"""All jobs of a server, in fair turns on all its processors, beside the pages. No Streamlit in here.

One thread deals out tasks of a third of a second. Processes begin when there is work for more than a second, and end when
there has been none for a while; as long as none has begun, a thread of the server computes, so that first results come at once.
"""

import logging
import time
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import count
from threading import Condition, Thread, current_thread

import joblib

from pages.work.answers import Refused

from .job import ACTIVE, Job
from .places import KILLED, Process, compute_here
from .units import failed

MOST_RUNNING, MOST_ITEMS = 250, 20_000  # jobs at once; items of one
TASK, LEAST = 0.35, 0.05  # seconds of work that are given away at once
SMALL = 1.0  # seconds of work that no process is begun for
AWAY, KEPT = 180.0, 1800.0  # seconds unheard, after which a job ends, and after which one that has ended is forgotten
_ASK_AGAIN = 30.0  # seconds unheard, after which its visit is looked for
IDLE = 120.0  # seconds without work after which processes end
PATIENCE = 0.8  # seconds that the process of a job that has ended may still have for it
UNKNOWN = "This work is not known any more: the server was restarted, or nobody has looked at it for half an hour."
ABANDONED = "Nobody has looked at this for three minutes, so it was ended; what was done by then is kept."
NO_PROCESS = "No process could be started on this server to compute in."
STOPPED = "The server was stopped."
_LOOK, _REST = 0.2, 20.0  # seconds between two looks: while something goes on, and else
_MOST_FAILURES = 3  # to begin a process


@dataclass(eq=False)
class Task:
    """Units of a job that are computed in one place."""

    job: Job
    units: list
    began: float
    expected: float


@dataclass(eq=False)
class Place:
    """Where one task at a time is computed; without a process, in a thread of the server or nowhere."""

    freed: float = 0.0
    process: Process | None = None
    task: Task | None = None

    @property
    def begun(self):
        return self.process is not None and self.process.begun.done()


class Jobs:
    """The jobs of a server. Any thread may call any method; a `Refused` says what cannot be.

    Parameters
    ----------
    clock : callable
        Seconds that only grow.
    workers : int, optional
        Processes; by default as many as there are processors for this one.
    process, here : callable
        See `pages.jobs.places`.
    """

    def __init__(self, clock=time.monotonic, workers=None, process=Process, here=compute_here):
        self.clock, self.workers, self.lock = clock, workers or joblib.cpu_count(), Condition()
        self._process, self._compute_here = process, here
        self._jobs, self._thread, self._failures, self._turns = {}, None, 0, count(1)
        self._here, self._places = Place(), [Place() for _ in range(self.workers)]

    def start(self, batches, title, *, smaller=(), describe=None, files=None, orders=None, kept=None):
        """Begin a job.

        Parameters
        ----------
        batches : list of Batch
        title : str
        smaller : list of Batch, optional
            Some of the same units, offered where the whole would take long.
        describe : callable, optional
            ``describe(job, since, **query)`` gives what a page is told that knows a version of the job.
        files : dict of callable, optional
            By name: ``file(job)`` gives bytes and their type.
        orders : dict of callable, optional
            By name, "more" or "test": ``order(job)`` adds to it as its page wishes, and gives what the page is told.
        kept : callable, optional
            Whether the visit that began it is still there, on another page perhaps: the job is then heard of.

        Returns
        -------
        Job
        """
        with self.lock:
            job = Job(self, title, batches, smaller, describe, files, orders, kept)
            self.admit(job)
            job.decide()
            return job

    def admit(self, job, batches=()):
        """Let a job have more to do, if there is room; it is known from then on."""
        with self.lock:
            if sum(each is not job for each in self._active()) >= MOST_RUNNING:
                raise Refused(503, f"This server is at work on {MOST_RUNNING} requests like this one. Try again once one has ended.")
            wanted = job.total + job.missing(batches)
            if wanted > MOST_ITEMS:
                raise Refused(413, f"These are {wanted:,} results; at most {MOST_ITEMS:,} can be computed at once.")
            job.used = max(job.used, self.least_used(job))
            job.heard_at = self.clock()
            self.keep(job)

    def find(self, id):
        """The job of an id."""
        with self.lock:
            self.tidy()
            if id not in self._jobs:
                raise Refused(404, UNKNOWN)
            return self._jobs[id]

    def keep(self, job):
        """A job that somebody has can be found again."""
        with self.lock:
            self._jobs[job.id] = job
            if self._thread is None:
                self._thread = Thread(target=self._run, name="jobs", daemon=True)
                self._thread.start()
            self.wake()

    def least_used(self, job):
        """The least time that another job at work was given: a job that comes, or comes again, stands there in the turns."""
        return min((each.used for each in self._active() if each is not job and each.state != "asks"), default=0.0)

    def forget(self, job):
        """Let go of a job that nobody will ask for again."""
        with self.lock:
            job.cancel()
            self._jobs.pop(job.id, None)

    def sharing(self, job):
        """How many jobs share the processors, with this one."""
        return 1 + sum(each is not job and each.state == "running" for each in self._active())

    def wake(self):
        """Something has changed."""
        self.lock.notify_all()

    def close(self):
        """The server stops: no process stays."""
        with self.lock:
            self._thread = None
            for job in self._active():
                job.end("cancelled", STOPPED)
            processes = [self._take_away(place) for place in self._places if place.process]
            self.wake()
        for process in processes:  # the end of each is told to a thread that may want the lock
            process.kill(wait=True)

    @contextmanager
    def closing(self):
        """While a server runs."""
        try:
            yield
        finally:
            self.close()

    # -- The thread that deals out ---------------------------------------------------------------------------------------

    def _run(self):
        with self.lock:
            while self._thread is current_thread():
                self.turn()
                self.lock.wait(_LOOK if self._active() or any(place.task for place in self._places) else _REST)

    def turn(self):
        """End what is to end, and deal out what there is to do."""
        with self.lock:
            try:
                self.tidy()
                self._begin_processes()
                self._deal()
            except Exception as error:
                logging.getLogger(__name__).exception("The jobs of this server were ended")
                for job in self._active():
                    job.end("failed", failed(error))

    def tidy(self):
        """End and forget what is to end by itself."""
        with self.lock:
            now = self.clock()
            for job in list(self._jobs.values()):
                if now - job.heard_at >= _ASK_AGAIN and self._kept(job):
                    job.heard_at = now
                if job.state in ACTIVE:
                    job.watch()
                    if now - job.heard_at >= AWAY:
                        job.end("abandoned", ABANDONED)
                elif now - job.heard_at >= KEPT:
                    del self._jobs[job.id]
            for place in self._places:
                task = place.task
                idle = task is None and now - place.freed >= IDLE
                given_up = task is not None and task.job.state not in ACTIVE and now - task.job.changed_at >= PATIENCE
                if place.process and (idle or given_up):
                    self._take_away(place).kill()

    @staticmethod
    def _kept(job):
        try:
            return job.kept()
        except Exception:  # one that cannot tell ends no other job
            logging.getLogger(__name__).exception("A job could not tell whether its visit is there")
            return False

    def _begin_processes(self):
        """Where there is work for them."""
        working = [job for job in self._active() if job.state != "asks" and (job.pending or job.flying)]
        waiting = [job for job in working if job.pending]
        here = self._here.task
        if not waiting or not (
            sum(job.work_left for job in working) > SMALL
            or any(job.suspect(list(job.pending)[:1]) for job in waiting)
            or (here and self.clock() - here.began > SMALL / 2)
        ):
            return
        for place in self._places:
            if place.process is None:
                process = self._process(waiting[0].function)
                place.process, place.freed = process, self.clock()
                process.begun.add_done_callback(partial(self._has_begun, place, process))

    def _has_begun(self, place, process, future):
        with self.lock:
            if place.process is process:
                if future.exception() is None:
                    self._failures = 0
                else:
                    self._take_away(place).kill()
                    self._failures += 1
                if self._failures >= _MOST_FAILURES:
                    self._failures = 0
                    for job in self._active():
                        job.end("failed", NO_PROCESS)
                self.wake()

    def _deal(self):
        """Give tasks to the places that are free: first to the job that had the least time."""
        while dealt := next((pair for pair in self._wanting() if pair[1]), None):
            self._give(*dealt)

    def _wanting(self):
        jobs = [job for job in self._active() if job.wants()]
        return ((job, self._place_for(job)) for job in sorted(jobs, key=lambda job: (job.used, job.turn)))

    def _place_for(self, job):
        begun = [place for place in self._places if place.begun]
        if free := [place for place in begun if place.task is None]:
            return free[0]
        here = job.state == "measuring" or not begun
        return self._here if here and self._here.task is None and not job.suspect([job.pending[0]]) else None

    def _give(self, job, place):
        units = job.take(min(TASK, max(LEAST, job.work_left / (2 * self.workers))))  # towards the end shorter: all end together
        task = Task(job, units, self.clock(), job.time_of(units))
        parts = job.parts(units)
        try:
            future = place.process.submit(parts) if place.process else self._compute_here(parts)
        except KILLED:  # it ended while it had nothing to do
            self._take_away(place).kill()
            job.pending.extendleft(reversed(units))
            return
        place.task = task
        job.flying.append(task)
        job.used += task.expected
        job.turn = next(self._turns)
        future.add_done_callback(partial(self._came, place, task))

    def _came(self, place, task, future):
        with self.lock:
            if place.task is not task:
                return  # it was taken away
            place.task, place.freed = None, self.clock()
            error = future.exception()
            if isinstance(error, KILLED):
                self._take_away(place).kill()
                task.job.died(task)
            else:
                found = future.result() if error is None else [(failed(error), 0.0, 0)] * len(task.units)
                task.job.used += sum(seconds for _, seconds, _ in found) - task.expected
                task.job.receive(task, found)
            self.wake()

    def _take_away(self, place):
        """The process of a place, which has none from then on; what it was at is dropped."""
        process, task = place.process, place.task
        place.process = place.task = None
        if task:
            task.job.dropped(task)
        return process

    def _active(self):
        return [job for job in self._jobs.values() if job.state in ACTIVE]


JOBS = Jobs()
