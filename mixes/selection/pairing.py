"""Two ways to run one model, with and without annealing say: how often each finds the best optimum from the same starts."""

from dataclasses import dataclass

from scipy.stats import binomtest

from .starts import optima_of
from .sweeps import by_cell, tabulate_sweep


@dataclass(frozen=True)
class Pairs:
    """Starts that came to an end in two ways.

    Attributes
    ----------
    starts : int
    both, first, second : int
        How many found the best optimum in both ways, in the first only, in the second only.
    p_value : float
        Of McNemar's exact test: whether one way finds it more often.
    """

    starts: int
    both: int
    first: int
    second: int

    @property
    def p_value(self):
        unequal = self.first + self.second
        return binomtest(self.first, unequal).pvalue if unequal else 1.0


def common_optima(found):
    """The table of `tabulate_sweep`, in which an optimum has one number in all cells: 0 is the best of any.

    Parameters
    ----------
    found : list of (Cell, Start)
        Of cells that differ in how EM is run, not in the model that is fitted.
    """
    starts = [start for _, starts in by_cell(found) for start in starts]
    return tabulate_sweep(found).assign(optimum=optima_of(starts))


def pairs(table, first, second):
    """`Pairs` of the starts with the same numbers in two cells (their numbers) of a table of `common_optima`.

    A degenerate end is best in neither way.
    """
    ended = table[table["optimum"] >= 0].set_index("start")
    best = (ended["optimum"] == 0) & ~ended["degenerate"]
    one, other = (best[ended["cell"] == number] for number in (first, second))
    one, other = one.align(other, join="inner")
    return Pairs(len(one), int((one & other).sum()), int((one & ~other).sum()), int((other & ~one).sum()))
