"""Which model, and how sure that is: measures for all of them, held-out scores, the evidence, clusters that match."""

from .comparing import FAILURES, compare, held_out_score, measures, splits
from .evidence import evidence, summary
from .matching import match
from .table import BETTER, COLUMNS, HELD_OUT, HELP, MEASURES, PROBLEM, STANDARD_ERROR, best, tabulate

__all__ = [
    "BETTER",
    "COLUMNS",
    "FAILURES",
    "HELD_OUT",
    "HELP",
    "MEASURES",
    "PROBLEM",
    "STANDARD_ERROR",
    "best",
    "compare",
    "evidence",
    "held_out_score",
    "match",
    "measures",
    "splits",
    "summary",
    "tabulate",
]
