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

_SPREAD = (0.0, 1.0, 0.5, 0.25, 0.75)  # where among the batches of a kind a job begins
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
