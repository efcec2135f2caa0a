"""What processes are asked for in tests, where they can import it."""

import os
import signal
import time

from threadpoolctl import threadpool_info


def about(unit):
    """The process, its parent, its niceness, and the most threads of its linear algebra."""
    import scipy.linalg  # noqa: F401

    time.sleep(0.02)
    return [(os.getpid(), os.getppid(), os.nice(0), max(library["num_threads"] for library in threadpool_info()))]


def deadly_elsewhere(server, unit):
    """Kills its process, but not the server."""
    if os.getpid() != server:
        os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(0.02)
    return [unit]
