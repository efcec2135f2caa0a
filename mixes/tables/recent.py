"""What was made last, kept for those who ask for it next."""

from collections import OrderedDict
from concurrent.futures import Future
from threading import Lock


class Recent:
    """``recent(key)`` is ``make(key)``; the last few are kept, and each is made once, whichever threads ask for it.

    Parameters
    ----------
    make : callable
    most : int
        How many are kept: walks go on in order, so that a few serve.
    """

    def __init__(self, make, most=3):
        self._make, self._most = make, most
        self._made, self._lock = OrderedDict(), Lock()

    def __getstate__(self):
        return self._make, self._most

    def __setstate__(self, state):
        self.__init__(*state)

    def __call__(self, key):
        with self._lock:
            made = self._made.get(key)
            asked = made is None
            if asked:
                made = self._made[key] = Future()
            self._made.move_to_end(key)
            while len(self._made) > self._most:
                self._made.popitem(last=False)
        if asked:
            try:
                made.set_result(self._make(key))
            except BaseException as problem:
                made.set_exception(problem)
                with self._lock:
                    self._made.pop(key, None)
        return made.result()
