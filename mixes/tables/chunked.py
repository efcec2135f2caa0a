"""Tables that come in chunks of their own: sequences of arrays, and dask arrays."""

import sys
from bisect import bisect_right
from threading import Lock

import numpy as np

from .. import checks
from .table import Parts, UnreadableTable


class ChunkedTable(Parts):
    """A sequence of arrays (m_i, d), which may make each of them when it is asked for: one at a time.

    Parameters
    ----------
    chunks : sequence of arrays, or of DataFrames with the same columns
        The same array each time that it is asked for the same one.
    lengths : sequence of int, optional
        Their numbers of rows, where they are known; each is asked for once otherwise.
    """

    def __init__(self, chunks, lengths=None):
        self._chunks, self._lock = chunks, Lock()
        self.shared = not (isinstance(chunks, (list, tuple)) or getattr(chunks, "persisted", False))
        first = self._made(0)
        self.names = _names(first)
        if lengths is None:
            lengths = [len(first), *(len(self._made(number, np.shape(first)[1])) for number in range(1, len(chunks)))]
        super().__init__(lengths, np.shape(first)[1])

    def __getstate__(self):
        return vars(self) | {"_lock": None}

    def __setstate__(self, state):
        vars(self).update(state | {"_lock": Lock()})

    def _made(self, number, width=None):
        try:
            with self._lock:
                chunk = self._chunks[number]
                array = np.asarray(chunk)
        except Exception as error:  # whatever reads or makes it may raise anything
            raise UnreadableTable(f"X[{number}] cannot be had ({type(error).__name__}: {error}); give all chunks.") from error
        if array.ndim != 2 or array.dtype.kind not in "fiub":
            raise UnreadableTable(
                f"X[{number}] is {array.dtype} of shape {array.shape}; each chunk needs a table of numbers, (rows, features)."
            )
        if width is not None and array.shape[1] != width:
            raise UnreadableTable(f"X[{number}] has {array.shape[1]} features, but X[0] has {width}; all chunks need the same.")
        if number and _names(chunk) != self.names:
            raise UnreadableTable(f"X[{number}] has other columns than X[0]; all chunks need the same in the same order.")
        return chunk

    def part(self, number):
        array, length = np.asarray(self._made(number, self.shape[1])), self.edges[number + 1] - self.edges[number]
        if len(array) != length:
            raise UnreadableTable(f"X[{number}] has {len(array):,} rows where it had {length:,}; give the same chunk each time.")
        return array

    def place(self, row):
        number = bisect_right(self.edges, row) - 1
        return f"X[{number}], row {row - self.edges[number]}"


def _names(chunk):
    """The names of the columns of a DataFrame; None of an array."""
    return list(map(str, chunk.columns)) if hasattr(chunk, "columns") else None


class DaskChunks:
    """The blocks of rows of a dask array, as a sequence; each is computed when it is asked for."""

    def __init__(self, array):
        self.array = array

    @property
    def lengths(self):
        return self.array.chunks[0]

    @property
    def persisted(self):
        """Whether blocks are kept by a cluster already."""
        if "distributed" not in sys.modules:
            return False
        from distributed import futures_of  # only who has a client has it

        return bool(futures_of(self.array))

    def __len__(self):
        return len(self.lengths)

    def __getitem__(self, number):
        if not 0 <= number < len(self):
            raise IndexError(number)
        # one that was persisted lies on the workers of its own client
        scheduler = {} if self.persisted else {"scheduler": "synchronous"}
        return np.asarray(self.array.blocks[number].compute(**scheduler))


def from_dask(array):
    """The table of a dask array (n, d)."""
    if array.ndim != 2:
        raise ValueError(f"X has shape {array.shape}; it needs a table, (rows, features).")
    if any(np.isnan(size) for sizes in array.chunks for size in sizes):
        raise ValueError(f"X is {checks.shown(array)} with blocks of unknown size; call X.compute_chunk_sizes() first.")
    if array.numblocks[1] > 1:
        array = array.rechunk({0: "auto", 1: -1})
    blocks = DaskChunks(array)
    return ChunkedTable(blocks, blocks.lengths)
