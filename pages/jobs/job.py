"""One job: what is to be computed, what has been, and how long the rest will take. No Streamlit in here."""

import secrets
from collections import Counter, deque

from .estimate import Estimate
from .units import Result, in_order, items

ACTIVE = ("measuring", "asks", "running")
SENSIBLE = 60.0  # seconds that are computed unasked
MEASURED = 3  # units of a kind that an estimate is made of, if they do not take long
LONG = 1.0  # seconds after which it is made of what is there
MOST_BYTES = 512 * 2**20  # of all results
MOST_DEATHS = 3  # of the process that computes a unit
DEADLY = f"The process that computed this was ended {MOST_DEATHS} times; the server may have too little memory for it."


class Job:
    """Work in the background; `Jobs.start` makes it. A page reads it at any time, from any thread.

    Attributes
    ----------
    id : str
        Known to the page alone.
    title : str
    state : str
        "measuring", "asks" (whether it is to go on, as it will take long), "running", "done", "cancelled", "abandoned" or "failed".
    problem : str or None
        A sentence on why it was abandoned or has failed.
    results : list of Result
        Only grows: pairs with the batch's name and the unit, and a list, or a sentence where the unit failed. Units that
        share items may both be there.
    version : int
        Grows with every change.
    done, total : int
        Items of units.
    smaller : list of Batch
        What may be computed instead, where the whole would take long.
    describe, files, orders, kept
        See `Jobs.start`.
    """

    def __init__(self, jobs, title, batches, smaller=(), describe=None, files=None, orders=None, kept=None):
        self.id, self.title = secrets.token_urlsafe(24), title
        self.smaller = list(smaller)
        self.describe, self.files, self.orders, self.kept = describe, files or {}, orders or {}, kept or (lambda: False)
        self.results, self.version, self.state, self.problem, self.done = [], 0, "measuring", None, 0
        self.pending, self.flying = deque(), []  # pairs of a batch's index and a unit; tasks under way
        self.used, self.turn = 0.0, 0  # seconds that were given to it, and when it had its last turn
        self.heard_at = self.changed_at = jobs.clock()
        self._jobs, self._lock = jobs, jobs.lock
        self._batches, self._index = [], {}
        self._deaths, self._came, self._bytes = Counter(), Counter(), 0  # by unit; by kind
        self._estimate = Estimate()
        for batch in [*batches, *self.smaller]:
            self._know(batch)
        self._plan(batches)

    # -- What the page says --------------------------------------------------------------------------------------------

    def heard(self):
        """Somebody looks at it: it goes on, and is kept."""
        with self._lock:
            self.heard_at = self._jobs.clock()
            self._jobs.keep(self)

    def cancel(self):
        """Compute no more; what is done is kept."""
        self.end("cancelled")

    def go(self, smaller=False):
        """The answer to a job that asks: compute the whole, or the smaller offer."""
        with self._lock:
            if self.state != "asks":
                return
            if smaller:
                self._drop()
                self._plan(self.smaller)
            self.used = max(self.used, self._jobs.least_used(self))
            self.change("running")
            self._finish()

    def add(self, batches):
        """Compute more, in the same way; results stay, and what is done or under way is not computed again.

        Raises
        ------
        Refused
            Where the server has no place for it.
        """
        with self._lock:
            self._jobs.admit(self, batches)
            for batch in batches:
                self._know(batch)
            self._plan(batches)
            self.problem = None
            self.change("measuring")  # of what came is asked, too, if it takes long
            self.decide()

    # -- What the page reads -------------------------------------------------------------------------------------------

    @property
    def total(self):
        return self.done + int(self._estimate.left.sum())

    @property
    def names_left(self):
        """The names of the batches of which units are planned or under way."""
        return {batch.name for batch, left in zip(self._batches, self._estimate.left) if left}

    @property
    def seconds_left(self):
        """Of the rest, as far as is known; None as long as of some kind nothing was measured."""
        with self._lock:
            known = self.state in ACTIVE and self._kinds_left <= self._came.keys()
            return self._shared(self._time()) if known else None

    @property
    def smaller_seconds_left(self):
        """The same of the smaller offer, if it has something that is not done."""
        with self._lock:
            units = list(self._missing(self.smaller, self._known(pending=False)))
            return self._shared(self._at_once(self._estimate.work(units), len(units))) if units else None

    # -- What the dispatcher does, with the lock held ------------------------------------------------------------------

    def parts(self, units):
        """A function, its arguments and a unit for each."""
        return [(self._batches[index].function, self._batches[index].arguments, unit) for index, unit in units]

    @property
    def function(self):
        """Of its next unit."""
        return self._batches[self.pending[0][0]].function

    def missing(self, batches):
        """Items of some batches that are not done, under way or planned."""
        known, count = self._known(), 0
        for batch in batches:
            have = known.get(self._index.get(batch.name), ())
            count += sum(len(items(unit)) for unit in batch.units if not set(items(unit)).issubset(have))
        return count

    def suspect(self, units):
        """Whether one of them has ended a process before."""
        return any(self._deaths[each] for each in units)

    def wants(self):
        """Whether it has a task to give."""
        if self.state == "measuring":
            return bool(self.pending) and (len(self.flying) == 0 or self._measured() + len(self.flying) < self._wanted)
        return self.state == "running" and bool(self.pending)

    def take(self, seconds):
        """The next units, as many as take so long; one alone as long as it is measured, or where it has ended a process."""
        units = [self.pending.popleft()]
        if self.state == "measuring" or self.suspect(units):
            return units
        rates = self._estimate.rates()
        seconds -= rates[units[0][0]] * len(items(units[0][1]))
        while self.pending and not self.suspect([self.pending[0]]):
            index, unit = self.pending[0]
            seconds -= rates[index] * len(items(unit))
            if seconds < 0:
                break
            units.append(self.pending.popleft())
        return units

    def time_of(self, units):
        """Seconds that units are expected to take."""
        return self._estimate.work(units) or 0.0

    @property
    def work_left(self):
        """Seconds of a processor; 0 as long as nothing is known."""
        return self._estimate.work() or 0.0

    def receive(self, task, found):
        """Take what units gave."""
        self.flying.remove(task)
        for (index, unit), (results, seconds, size) in zip(task.units, found):
            self._take_result(index, unit, results, seconds, size)
        if self._bytes > MOST_BYTES and self.state in ACTIVE:
            self.end("failed", f"The results need more than {MOST_BYTES // 2**20} MB; those that came before are kept.")
        self.decide()

    def died(self, task):
        """The process of a task has ended: its units are computed again, each alone, but none for ever."""
        self.flying.remove(task)
        for index, unit in reversed(task.units):
            self._deaths[index, unit] += 1
            if self._deaths[index, unit] >= MOST_DEATHS:
                self._take_result(index, unit, DEADLY)
            elif self.state in ACTIVE:
                self.pending.appendleft((index, unit))
            else:
                self._estimate.drop(index, unit)
        self.decide()

    def dropped(self, task):
        """A task was taken back, as the job has ended."""
        self.flying.remove(task)
        for index, unit in task.units:
            self._estimate.drop(index, unit)

    def decide(self):
        """Whether enough was measured, and what follows; whether all is done."""
        if self.state == "measuring" and (measured := self._measured()):
            spent, left = self._estimate.spent, self._time()
            if measured >= self._wanted or spent > LONG or not self.pending:
                if left <= SENSIBLE:
                    self.change("running")
                elif spent > LONG or not self.pending:
                    self.change("asks")
        self._finish()

    def watch(self):
        """A unit that takes very long while it is measured: that is known before it is done."""
        now = self._jobs.clock()
        long = [(*task.units[0], now - task.began) for task in self.flying if now - task.began > LONG]
        if self.state == "measuring" and long and self._time(long) > SENSIBLE:
            self.change("asks")

    def end(self, state, problem=None):
        """Let it be over; a job that is over already stays as it is."""
        with self._lock:
            if self.state in ACTIVE:
                self._drop()
                self.problem = problem
                self.change(state)

    def change(self, state):
        if self.state != state:
            self.state, self.changed_at = state, self._jobs.clock()
            self.version += 1
            self._jobs.wake()

    # -- The rest ------------------------------------------------------------------------------------------------------

    def _know(self, batch):
        if batch.name not in self._index:
            self._index[batch.name] = len(self._batches)
            self._batches.append(batch)
            self._estimate.know(batch.kind)

    def _plan(self, batches):
        for index, unit in in_order(self._missing(batches, self._known()), [batch.kind for batch in self._batches]):
            self.pending.append((index, unit))
            self._estimate.expect(index, unit)

    def _known(self, pending=True):
        """The items of each batch that are done, under way or, if wanted, planned."""
        known = {}
        for result in self.results:
            known.setdefault(self._index[result.batch], set()).update(items(result.unit))
        for index, unit in [each for task in self.flying for each in task.units] + (list(self.pending) if pending else []):
            known.setdefault(index, set()).update(items(unit))
        return known

    def _missing(self, batches, known):
        for batch in batches:
            index = self._index[batch.name]
            have = known.setdefault(index, set())
            for unit in batch.units:
                if not have.issuperset(items(unit)):
                    have.update(items(unit))
                    yield index, unit

    def _drop(self):
        for index, unit in self.pending:
            self._estimate.drop(index, unit)
        self.pending.clear()

    def _finish(self):
        if self.state in ACTIVE and not self.pending and not self.flying:
            self.change("done")

    def _take_result(self, index, unit, found, seconds=0.0, size=0):
        self._estimate.came(index, unit, seconds)
        self._bytes += size
        self.done += len(items(unit))
        self._came[self._batches[index].kind] += 1
        self.results.append(Result(self._batches[index].name, unit, found, seconds))
        self.version += 1

    @property
    def _kinds_left(self):
        return {batch.kind for batch, left in zip(self._batches, self._estimate.left) if left}

    def _measured(self):
        """Units that came, of kinds of which there is more: what comes later of another kind is measured, too."""
        return sum(self._came[kind] for kind in self._kinds_left)

    @property
    def _units_left(self):
        return len(self.pending) + sum(len(task.units) for task in self.flying)

    @property
    def _wanted(self):
        """Units that are measured."""
        return MEASURED * len(self._kinds_left)

    def _time(self, under_way=()):
        """Seconds for what is left on the processors that there are; None at first."""
        return self._at_once(self._estimate.work(under_way=under_way), self._units_left)

    def _at_once(self, work, units):
        return None if work is None else work / max(1, min(self._jobs.workers, units))

    def _shared(self, seconds):
        """Of a job among others."""
        return None if seconds is None else seconds * self._jobs.sharing(self)
