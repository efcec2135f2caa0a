"""Which model, and how sure that is: many starts, settings swept, held-out scores, measures, the evidence, clusters that match."""

from .annealed import tell_annealing
from .blocks import Start, blocks, run_block
from .bootstrap import BootstrapTest, best_of, bootstrap_ratios, bootstrap_test, bootstrapped, likelihood_ratio, tell_bootstrap
from .comparing import FAILURES, compare, held_out_score, measures, said_of, splits
from .evidence import evidence, summary
from .matching import match
from .optima import optima
from .pairing import Pairs, common_optima, pairs
from .starts import iterate_restarts, restarts, run_of, tabulate_starts
from .sweeps import (
    Cell,
    Score,
    best_starts,
    by_cell,
    cells,
    cross_validate,
    held_out,
    iterate_cross_validate,
    iterate_sweep,
    score_splits,
    setting_text,
    sweep,
    tabulate_scores,
    tabulate_sweep,
)
from .table import BETTER, COLUMNS, HELD_OUT, HELP, MEASURES, PROBLEM, STANDARD_ERROR, best, tabulate
from .telling import tell_restarts
from .telling_sweeps import measured, needs_more, tell_sweep
from .words import measure_text

__all__ = [
    "BootstrapTest",
    "Cell",
    "Pairs",
    "Score",
    "Start",
    "best_of",
    "best_starts",
    "blocks",
    "bootstrap_ratios",
    "by_cell",
    "bootstrap_test",
    "bootstrapped",
    "cells",
    "common_optima",
    "cross_validate",
    "held_out",
    "iterate_cross_validate",
    "iterate_restarts",
    "iterate_sweep",
    "likelihood_ratio",
    "measure_text",
    "measured",
    "needs_more",
    "optima",
    "pairs",
    "restarts",
    "run_block",
    "run_of",
    "said_of",
    "score_splits",
    "setting_text",
    "sweep",
    "tabulate_scores",
    "tabulate_starts",
    "tabulate_sweep",
    "tell_annealing",
    "tell_bootstrap",
    "tell_restarts",
    "tell_sweep",
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
