"""Walking over rows chunk by chunk: additive sums of all of them, in an order that neither threads, processes nor computers change.

A chunk fits the processor's cache. Chunks are added up block by block, and blocks in their order: so the sums are the same,
to the last digit, whoever made those of a block, and with any number of threads.
"""

from functools import lru_cache, partial, reduce
from itertools import islice, pairwise
from threading import RLock

from .tables import Table
from .threads import in_order, n_threads

# A block is what is read, kept and counted together by one of many; edges of chunks lie on edges of blocks. Data have so many, of
# at least and at most so many rows: the shares of processes are even then, and sums of blocks few.
_BLOCKS, _LEAST_BITS, _MOST_BITS = 64, 14, 16
# Bytes of products that a process keeps from one pass to the next, for all its runs.
KEPT_BYTES = 2**29


def chunks(n_rows, chunk_rows):
    """Slices that cover ``range(n_rows)`` in order."""
    return (slice(start, min(start + chunk_rows, n_rows)) for start in range(0, n_rows, chunk_rows))


def blocks_of(n_rows):
    """The slices of the blocks of so many rows; the number of rows alone decides."""
    bits = (n_rows // _BLOCKS).bit_length()
    return list(chunks(n_rows, 2 ** min(max(bits, _LEAST_BITS), _MOST_BITS)))


def in_chunks(block, chunk_rows):
    """The slices of the chunks of a block, as even as they can be."""
    rows = block.stop - block.start
    n_chunks = -(-rows // chunk_rows)
    edges = [block.start + rows * number // n_chunks for number in range(n_chunks + 1)]
    return [slice(*pair) for pair in pairwise(edges)]


@lru_cache(maxsize=64)
def _in_blocks(n_rows, chunk_rows):
    """The slices of the chunks of each block, a list each."""
    return [in_chunks(block, chunk_rows) for block in blocks_of(n_rows)]


def shifted(of_chunk, start):
    """What `of_chunk` gives, for a part of the rows whose first has this number."""
    return lambda X, weight, rows, *products: of_chunk(X, weight, slice(start + rows.start, start + rows.stop), *products)


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


BUDGET = Budget(KEPT_BYTES)


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

    def sums(self, of_chunk, chunk_rows, density=None, combined=added, here=False):
        """Sums over all rows, a tuple of arrays: those of `block_sums` together; ``here`` where this process must see each row."""
        block_sums = partial(Walk.block_sums, self) if here else self.block_sums
        return reduce(combined, block_sums(of_chunk, chunk_rows, density, combined))

    def block_sums(self, of_chunk, chunk_rows, density=None, combined=added, blocks=None):
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
        blocks : list of slice, optional
            Where others walk over the rest at the same time; by default all.
        """
        if isinstance(self.table, Table):
            self.table.check()
        parts = _in_blocks(len(self.table), chunk_rows) if blocks is None else [in_chunks(block, chunk_rows) for block in blocks]
        products = self._products(density)

        def of_rows(rows):
            weight = None if self.weight is None else self.weight[rows]
            if products is None:
                return of_chunk(self.table[rows], weight, rows)
            return of_chunk(None, weight, rows, products(rows))

        threads = 1 if blocks is not None or density is not None and density.light else n_threads(self._limit)
        done = in_order(of_rows, [rows for part in parts for rows in part], threads)
        for part in parts:
            yield reduce(combined, islice(done, len(part)))

    def each(self, of_chunk, chunk_rows):
        """``of_chunk(X, rows)`` of each chunk, in their order."""
        parts = [rows for block in _in_blocks(len(self.table), chunk_rows) for rows in block]
        return in_order(lambda rows: of_chunk(self.table[rows], rows), parts, n_threads(self._limit))

    def _products(self, density):
        """Gives the products of a slice of the rows; None where there are none, or none are kept."""
        if not self.keeps or density is None or density.frame is None:
            return None
        kept = self._kept  # another run on these rows may ask for others meanwhile
        if density.frame != kept.frame:
            kept = self._kept = Kept(density.frame)
        return lambda rows: kept.of(rows.start, lambda: density.products(self.table[rows]))
