"""Tables that are read chunk by chunk: of .npy and Parquet files, memory maps, dask arrays and sequences of chunks."""

from .chunked import ChunkedTable
from .derived import Columns, Scaled
from .opening import note_features, opened, rows
from .table import LEAST_ROWS, Table, Taken, UnreadableTable, check_width, gathered, taken

__all__ = [
    "LEAST_ROWS", "ChunkedTable", "Columns", "Scaled", "Table", "Taken", "UnreadableTable",
    "check_width", "gathered", "note_features", "opened", "rows", "taken",
]  # fmt: skip
