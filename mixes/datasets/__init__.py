"""The data that models are fitted to: built-in, generated, drawn, or from a person's table.

>>> from mixes import datasets
>>> faithful = datasets.load("Old Faithful")
>>> moons = datasets.generate("moons", 300, noise=0.1, random_state=0)
>>> mine = datasets.from_table(datasets.read_table("mine.csv"), "mine", missing="drop")
"""

from .columns import Column, describe_columns, suggest_label
from .dataset import Dataset, Scaling
from .labelling import labelled
from .opening import open_table
from .preparation import MissingValues, from_table
from .reading import MAX_BYTES, AmbiguousNumbers, mark_of, read_table
from .sources import BUILT_IN, GENERATED, drawn, generate, load

__all__ = [
    "BUILT_IN", "GENERATED", "MAX_BYTES", "AmbiguousNumbers", "Column", "Dataset", "MissingValues", "Scaling",
    "describe_columns", "drawn", "from_table", "generate", "labelled", "load", "mark_of", "open_table", "read_table", "suggest_label",
]  # fmt: skip
