"""Jobs that are computed here, when a test says so."""

from concurrent.futures import Future
from threading import current_thread

from pages.jobs.job import ACTIVE
from pages.jobs.jobs import Jobs
from pages.jobs.units import Batch, computed
from pages.work import one_more


class Never:
    """A process that does not begin."""

    def __init__(self, function):
        self.begun = Future()

    def kill(self, wait=False):
        pass


class AtOnce(Jobs):
    """Jobs without processes and threads."""

    def __init__(self):
        super().__init__(workers=1, process=Never, here=_compute)
        self._thread = current_thread()  # it is the test that deals out

    def finish(self, job):
        """Let a job come to its end; the same job."""
        while job.state in ACTIVE:
            job.go()
            self.turn()
        return job


def _compute(parts):
    future = Future()
    future.set_result(computed(parts))
    return future


def run(tuned, more=None, smaller=False):
    """Let what is tuned be computed to its end; with ``more``, to as many starts of some cells; or the smaller offer."""
    jobs = AtOnce()
    wanted = tuned.smaller if smaller else (tuned.plan.n_starts, tuned.plan.n_splits)
    tuned.job = jobs.start([Batch(*each) for each in tuned.batches(*wanted)], tuned.title)
    jobs.finish(tuned.job)
    if more:
        tuned.job.add([Batch(*each) for each in tuned.batches(more[0], 0, more[1])])
        jobs.finish(tuned.job)
    return tuned


def add_test(tuned):
    """Let a job go on with the test that is offered; the jobs it is of."""
    found, _ = tuned.known()
    tuned.job.add([Batch(*one_more.batch(tuned, found, one_more.offered(tuned, found)), kind=one_more.TEST)])
    return tuned.job._jobs
