"""Walking over rows chunk by chunk: additive sums of all of them, in an order that neither threads nor computers change.

A chunk fits the processor's cache. Chunks are added up block by block, and blocks in their order: so the sums are the same,
to the last digit, whoever made those of a block, and with any number of threads.
"""

from functools import reduce
from itertools import islice
from threading import RLock

from .tables import Table
from .threads import in_order, n_threads

# A block is what is read, kept and counted together on a computer of many; edges of chunks lie on edges of blocks.
BLOCK_ROWS = 2**16
# Bytes of products that a process keeps from one pass to the next, for all its runs.
_KEPT_BYTES = 2**29


def chunks(n_rows, chunk_rows):
    """Slices that cover ``range(n_rows)`` in order."""
    return (slice(start, min(start + chunk_rows, n_rows)) for start in range(0, n_rows, chunk_rows))


def in_blocks(n_rows, chunk_rows):
    """A list for each block of `BLOCK_ROWS` rows: the slices of its chunks."""
    return [
        [slice(block.start + part.start, block.start + part.stop) for part in chunks(block.stop - block.start, chunk_rows)]
        for block in chunks(n_rows, BLOCK_ROWS)
    ]


def added(one, other):
    """The sums of two parts of the rows together, a tuple of arrays."""
    return tuple(a + b for a, b in zip(one, other))


class Budget:
    """Bytes that may be kept."""

    def __init__(self, size):
        self.left, self._lock = size, RLock()

    def take(self, size):
        """Whether so many were left; they are taken then."""
        with self._lock:
            fits = size <= self.left
            self.left -= size if fits else 0
        return fits

    def give(self, size):
        with self._lock:
            self.left += size


BUDGET = Budget(_KEPT_BYTES)


class Kept:
    """Products of rows about one center, as many as there is room for."""

    def __init__(self, frame=None):
        self.frame, self._products, self._bytes = frame, {}, 0

    def of(self, start, make):
        """The products of the chunk that begins there."""
        found = self._products.get(start)
        if found is None:
            found = make()
            size = sum(array.nbytes for array in (found if isinstance(found, tuple) else (found,)))
            if BUDGET.take(size):
                self._bytes += size
                self._products[start] = found
        return found

    def __del__(self):
        BUDGET.give(self._bytes)


class Walk:
    """Rows and their weights, walked over on this computer.

    Parameters
    ----------
    table : array (n, d) or Table
    weight : array (n,), optional
    threads : int, optional
        See `threads.n_threads`.

    Attributes
    ----------
    keeps : bool
        Whether products are kept from one pass to the next; by default not.
    """

    def __init__(self, table, weight=None, threads=None, keeps=False):
        self.table, self.weight, self.keeps, self._limit = table, weight, keeps, threads
        self._kept = Kept()
        n_threads(threads)  # what is wrong with it is said here

    def __getstate__(self):
        return vars(self) | {"_kept": None}

    def __setstate__(self, state):
        vars(self).update(state)
        self._kept = Kept()

    def sums(self, of_chunk, chunk_rows, density=None, combined=added):
        """Sums over all rows, a tuple of arrays: those of `block_sums` together."""
        return reduce(combined, self.block_sums(of_chunk, chunk_rows, density, combined))

    def block_sums(self, of_chunk, chunk_rows, density=None, combined=added):
        """Sums over the rows of each block, in their order.

        Parameters
        ----------
        of_chunk : callable
            ``of_chunk(X, weight, rows)`` of a chunk gives its sums, a tuple of arrays; ``rows`` is its slice.
        chunk_rows : int
        density : Density, optional
            That the sums are of: where its products of rows are kept, ``of_chunk(None, weight, rows, products)`` is asked.
        combined : callable
            Two such tuples together.
        """
        if isinstance(self.table, Table):
            self.table.check()
        blocks, products = in_blocks(len(self.table), chunk_rows), self._products(density)

        def of_rows(rows):
            weight = None if self.weight is None else self.weight[rows]
            if products is None:
                return of_chunk(self.table[rows], weight, rows)
            return of_chunk(None, weight, rows, products(rows))

        threads = 1 if density is not None and density.light else n_threads(self._limit)
        done = in_order(of_rows, [rows for block in blocks for rows in block], threads)
        for block in blocks:
            yield reduce(combined, islice(done, len(block)))

    def each(self, of_chunk, chunk_rows):
        """``of_chunk(X, rows)`` of each chunk, in their order."""
        parts = [rows for block in in_blocks(len(self.table), chunk_rows) for rows in block]
        return in_order(lambda rows: of_chunk(self.table[rows], rows), parts, n_threads(self._limit))

    def _products(self, density):
        """Gives the products of a slice of the rows; None where there are none, or none are kept."""
        if not self.keeps or density is None or density.frame is None:
            return None
        kept = self._kept  # another run on these rows may ask for others meanwhile
        if density.frame != kept.frame:
            kept = self._kept = Kept(density.frame)
        return lambda rows: kept.of(rows.start, lambda: density.products(self.table[rows]))
