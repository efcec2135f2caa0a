"""One thread of linear algebra while EM works on chunks that fit the cache and on the parameters of components.

These products are small: more threads would spend their time waiting for each other. The limit holds for
the process, so passes that overlap in time share it: the first sets it, the last takes it back.
"""

from contextlib import ContextDecorator
from functools import cached_property
from threading import Lock

from threadpoolctl import ThreadpoolController


class _OneThread(ContextDecorator):
    def __init__(self, user_api):
        self._user_api, self._lock, self._inside = user_api, Lock(), 0

    @cached_property
    def _controller(self):  # made when it is first used, as it knows the libraries that are loaded by then
        return ThreadpoolController()

    def __enter__(self):
        with self._lock:
            if self._inside == 0:
                self._limit = self._controller.limit(limits=1, user_api=self._user_api)
            self._inside += 1

    def __exit__(self, *problem):
        with self._lock:
            self._inside -= 1
            if self._inside == 0:
                self._limit.restore_original_limits()


one_thread = _OneThread("blas")
one_kmeans_thread = _OneThread("openmp")
