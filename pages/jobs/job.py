"""One job: what is to be computed, what has been, and how long the rest will take. No Streamlit in here."""

import secrets
from collections import Counter, deque

import numpy as np

from .units import Result, items

ACTIVE = ("measuring", "asks", "running")
SENSIBLE = 60.0  # seconds that are computed unasked
MEASURED = 3  # units of a kind that an estimate is made of, if they do not take long
LONG = 1.0  # seconds after which it is made of what is there
MOST_BYTES = 512 * 2**20  # of all results
MOST_DEATHS = 3  # of the process that computes a unit
DEADLY = f"The process that computed this was ended {MOST_DEATHS} times; the server may have too little memory for it."
_SPREAD = (0.0, 1.0, 0.5, 0.25, 0.75)  # where among the batches a job begins


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
    describe, files, more, kept
        See `Jobs.start`.
    """

    def __init__(self, jobs, title, batches, smaller=(), describe=None, files=None, more=None, kept=None):
        self.id, self.title = secrets.token_urlsafe(24), title
        self.smaller = list(smaller)
        self.describe, self.files, self.more, self.kept = describe, files or {}, more, kept or (lambda: False)
        self.results, self.version, self.state, self.problem, self.done = [], 0, "measuring", None, 0
        self.pending, self.flying = deque(), []  # pairs of a batch's index and a unit; tasks under way
        self.used, self.turn = 0.0, 0  # seconds that were given to it, and when it had its last turn
        self.heard_at = self.changed_at = jobs.clock()
        self._jobs, self._lock = jobs, jobs.lock
        self._batches, self._index = [], {}
        self._deaths, self._bytes = Counter(), 0
        self._seconds, self._items, self._left = np.zeros((3, 0))  # by batch: measured, of so many items; items that are not done
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
        return self.done + int(self._left.sum())

    @property
    def seconds_left(self):
        """Of the rest, as far as is known; None as long as nothing was measured."""
        with self._lock:
            alone = self._time(self._left, self._units_left) if self.state in ACTIVE else None
            return None if alone is None else alone * self._jobs.sharing(self)

    @property
    def smaller_seconds_left(self):
        """The same of the smaller offer."""
        with self._lock:
            left, units = np.zeros_like(self._left), 0
            for index, unit in self._missing(self.smaller, self._known(pending=False)):
                left[index] += len(items(unit))
                units += 1
            alone = self._time(left, units)
            return None if alone is None else alone * self._jobs.sharing(self)

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
        rates = self._rates()
        if self.state == "measuring" or self.suspect(units):
            return units
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
        rates = self._rates()
        return 0.0 if rates is None else float(sum(rates[index] * len(items(unit)) for index, unit in units))

    @property
    def work_left(self):
        """Seconds of a processor; 0 as long as nothing is known."""
        rates = self._rates()
        return 0.0 if rates is None else float(rates @ self._left)

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
                self._left[index] -= len(items(unit))
        self.decide()

    def dropped(self, task):
        """A task was taken back, as the job has ended."""
        self.flying.remove(task)
        for index, unit in task.units:
            self._left[index] -= len(items(unit))

    def decide(self):
        """Whether enough was measured, and what follows; whether all is done."""
        if self.state == "measuring" and (measured := self._measured()):
            spent, left = self._seconds.sum(), self._time(self._left, self._units_left)
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
        if self.state == "measuring" and long and self._time(self._left, self._units_left, long) > SENSIBLE:
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
            self._seconds, self._items, self._left = (np.append(each, 0.0) for each in (self._seconds, self._items, self._left))

    def _plan(self, batches):
        for index, unit in in_order(self._missing(batches, self._known()), [batch.kind for batch in self._batches]):
            self.pending.append((index, unit))
            self._left[index] += len(items(unit))

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
            self._left[index] -= len(items(unit))
        self.pending.clear()

    def _finish(self):
        if self.state in ACTIVE and not self.pending and not self.flying:
            self.change("done")

    def _take_result(self, index, unit, found, seconds=0.0, size=0):
        count = len(items(unit))
        self._seconds[index] += seconds
        self._items[index] += count
        self._left[index] -= count
        self._bytes += size
        self.done += count
        self.results.append(Result(self._batches[index].name, unit, found, seconds))
        self.version += 1

    def _measured(self):
        return len(self.results)

    @property
    def _units_left(self):
        return len(self.pending) + sum(len(task.units) for task in self.flying)

    def _rates(self, under_way=()):
        """Seconds an item of each batch: as measured, and between measured batches of a kind as a line goes; None at first."""
        spent, count = self._seconds.copy(), self._items.copy()
        for index, unit, seconds in under_way:
            spent[index] += seconds
            count[index] += len(items(unit))
        measured = np.flatnonzero(count)
        if not measured.size:
            return None
        rates = np.full(len(count), spent.sum() / count.sum())  # of a kind of which none was measured
        for kind in {batch.kind for batch in self._batches}:
            own = np.array([index for index, batch in enumerate(self._batches) if batch.kind == kind])
            if (known := own[count[own] > 0]).size:
                rates[own] = np.interp(own, known, spent[known] / count[known])
        return rates

    @property
    def _wanted(self):
        """Units that are measured."""
        return MEASURED * len({batch.kind for batch in self._batches})

    def _time(self, left, units, under_way=()):
        """Seconds for what is left on the processors that there are; None at first."""
        rates = self._rates(under_way)
        return None if rates is None else float(rates @ left) / max(1, min(self._jobs.workers, units))


def in_order(units, kinds):
    """Units in the order of work: one of each batch first, spread over those of each kind, then the second of each, and so on."""
    by_batch = {}
    for index, unit in units:
        by_batch.setdefault(index, []).append(unit)
    by_kind = {}
    for index in by_batch:
        by_kind.setdefault(kinds[index], []).append(index)
    spread = dict.fromkeys(own[round(share * (len(own) - 1))] for share in _SPREAD for own in by_kind.values())
    for round_ in range(max(map(len, by_batch.values()), default=0)):
        for index in [*spread, *(name for name in by_batch if name not in spread)] if round_ == 0 else by_batch:
            if round_ < len(by_batch[index]):
                yield index, by_batch[index][round_]
