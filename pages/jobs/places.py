"""Where parts of a job are computed: each place has one task at a time. No Streamlit in here."""

import os
from concurrent.futures import Future
from threading import Thread

from joblib.externals.loky.process_executor import BrokenProcessPool, ProcessPoolExecutor, ShutdownExecutorError

from mixes.threads import ONE_THREAD

from .units import begin, computed, imported

KILLED = (BrokenProcessPool, ShutdownExecutorError)
NICE = 15  # a page and its player come first: of a processor that both want, they take 97 %
LONGEST_IDLE = 600.0  # seconds after which a process ends by itself, should nobody end it


class Process:
    """A process that computes; loky starts it, without the server's main module.

    Each has an executor of its own: what kills one, or is taken from one, is nobody else's, and known.

    Parameters
    ----------
    function : callable
        What it will be asked for first.
    nice : int
    """

    def __init__(self, function, nice=NICE):
        options = {"timeout": LONGEST_IDLE, "initializer": begin, "initargs": (os.getpid(), nice), "env": ONE_THREAD}
        self._executor = ProcessPoolExecutor(1, **options)
        self.begun = self._executor.submit(imported, function)

    def submit(self, parts):
        return self._executor.submit(computed, parts)

    def kill(self, wait=False):
        self._executor.shutdown(wait=wait, kill_workers=True)


def compute_here(parts):
    """Compute in a thread of the server, which does not keep it from ending."""
    future = Future()
    future.set_running_or_notify_cancel()
    Thread(target=lambda: future.set_result(computed(parts)), name="job", daemon=True).start()
    return future
