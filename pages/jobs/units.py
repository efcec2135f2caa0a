"""What a job is made of, and how it is computed: in a process of its own, or in a thread of the server. No Streamlit in here.

A process imports this file and what a function needs, nothing else of the pages.
"""

import os
import pickle
import signal
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from threading import Thread
from typing import NamedTuple

_LOOK = 1.0  # seconds between two looks at whether the server is still there


@dataclass(frozen=True, eq=False)
class Batch:
    """Units of work that cost about the same; batches of one kind that follow each other cost more and more, or less and less.

    Attributes
    ----------
    name : hashable
    function : callable
        ``function(*arguments, unit)`` gives a list of results; it can be imported from ``mixes``, as a process has to.
    arguments : tuple
    units : tuple
        Of anything hashable; a tuple counts as many as it has items, all else one.
    kind : hashable
    """

    name: Hashable
    function: Callable
    arguments: tuple
    units: tuple
    kind: Hashable = None


class Result(NamedTuple):
    """What a unit gave: a list, or a sentence where it failed; and the seconds that it took."""

    batch: Hashable
    unit: Hashable
    found: list | str
    seconds: float


def items(unit):
    """What a unit is made of."""
    return unit if isinstance(unit, tuple) else (unit,)


def computed(parts):
    """A list or a sentence, seconds and bytes of each part: a function, its arguments and a unit."""
    return [_computed(*part) for part in parts]


def _computed(function, arguments, unit):
    began = time.perf_counter()
    try:
        found = list(function(*arguments, unit))
        size = len(pickle.dumps(found, pickle.HIGHEST_PROTOCOL))
    except Exception as error:  # whatever it is, it is this unit's alone
        found, size = failed(error), 0
    return found, time.perf_counter() - began, size


def failed(error):
    """An error as a sentence; a ValueError of the library is one."""
    return str(error) if type(error) is ValueError else f"This could not be computed ({type(error).__name__}: {error})."


def imported(function):
    """Asked of a process that begins: it has imported what the function needs once it answers."""
    return os.getpid()


def begin(server, nice):
    """In a process that begins: it takes its turn after the pages, and ends with the server."""
    if hasattr(os, "nice"):
        os.nice(nice)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal sends it to all; the server ends its processes
    Thread(target=_end_with, args=(server,), daemon=True).start()


def _end_with(server):
    while os.getppid() == server:
        time.sleep(_LOOK)
    os._exit(1)
