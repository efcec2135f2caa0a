"""Tables that come in chunks of their own: sequences of arrays, and dask arrays."""

from bisect import bisect_right

import numpy as np

from .. import checks
from .recent import Recent
from .table import Table, UnreadableTable


class ChunkedTable(Table):
    """A sequence of arrays (m_i, d), which may make each of them when it is asked for.

    Parameters
    ----------
    chunks : sequence of arrays
        The same array each time that it is asked for the same one.
    lengths : sequence of int, optional
        Their numbers of rows, where they are known; each is asked for once otherwise.
    """

    def __init__(self, chunks, lengths=None):
        self._chunks = chunks
        width = self._array(0).shape[1]
        if lengths is None:
            lengths = []
            for number in range(len(chunks)):
                array = self._array(number)
                if array.shape[1] != width:
                    raise ValueError(f"X[{number}] has {array.shape[1]} features, but X[0] has {width}; all chunks need the same.")
                lengths.append(len(array))
        self._edges = np.concatenate([[0], np.cumsum(lengths)]).tolist()
        self.shape = self._edges[-1], width
        self._recent = Recent(self._array)

    def _array(self, number):
        try:
            array = np.asarray(self._chunks[number])
        except (IndexError, OSError) as error:
            raise UnreadableTable(f"X[{number}] cannot be had ({error}); give all chunks.") from None
        if array.ndim != 2 or array.dtype.kind not in "fiub":
            raise ValueError(f"X[{number}] is {array.dtype} of shape {array.shape}; each chunk needs a table of numbers, (rows, features).")
        return array

    def read(self, start, stop):
        parts, number = [], bisect_right(self._edges, start) - 1
        while start < stop:
            low, high = self._edges[number : number + 2]
            if high > start:
                array = self._recent(number)
                if len(array) != high - low:
                    raise UnreadableTable(
                        f"X[{number}] has {len(array):,} rows where it had {high - low:,}; give the same chunk each time."
                    )
                parts.append(array[start - low : stop - low])
                start = min(high, stop)
            number += 1
        return np.concatenate(parts) if parts else np.empty((0, self.shape[1]))

    def place(self, row):
        number = bisect_right(self._edges, row) - 1
        return f"X[{number}], row {row - self._edges[number]}"


class DaskChunks:
    """The blocks of rows of a dask array, as a sequence; each is computed when it is asked for."""

    def __init__(self, array):
        self.array = array

    @property
    def lengths(self):
        return self.array.chunks[0]

    def __len__(self):
        return len(self.lengths)

    def __getitem__(self, number):
        if not 0 <= number < len(self):
            raise IndexError(number)
        return np.asarray(self.array.blocks[number].compute(scheduler="synchronous"))


def from_dask(array):
    """The table of a dask array (n, d)."""
    if array.ndim != 2:
        raise ValueError(f"X has shape {array.shape}; it needs a table, (rows, features).")
    if any(np.isnan(size) for sizes in array.chunks for size in sizes):
        raise ValueError(f"X is {checks.shown(array)} with blocks of unknown size; call X.compute_chunk_sizes() first.")
    blocks = DaskChunks(array.rechunk({1: -1}))
    return ChunkedTable(blocks, blocks.lengths)
