"""Whether a process is still there, for tests of what ends with what."""

import os


def alive(pid):
    """Whether there is a process with this number."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
