"""Words and figures that the sentences on starts and on sweeps share."""

from scipy.stats import binomtest

from .evidence import listed
from .table import HELD_OUT

CRITERIA = ("AIC", "BIC", "ICL")
SURE = 0.05  # the level of a test
NAMED, _LONGEST = 4, 100  # cells that a sentence names, and letters of their names; of more it gives the number
NOTHING = "No start has come to its end yet."
MORE_STARTS, MORE_ITERATIONS = "more starts would make sure", "raise the iterations"


def measure_text(measure, value):
    """A value of a measure with the figures that are of interest."""
    figures = ",.1f" if measure in (*CRITERIA, "log-likelihood", "objective") else ".3f" if measure == HELD_OUT else ".3g"
    return f"{value:{figures}}".replace("-", "−")  # the minus of the charts


def ended(sentence):
    """A sentence with its full stop."""
    return sentence if sentence.endswith((".", "!", "?")) else f"{sentence}."


def those(cells, numbers):
    return _names(cells, numbers) or f"{len(numbers)} cells"


def named(cells, numbers):
    if len(numbers) == len(cells) > 1:
        return "in every cell"
    names = _names(cells, numbers)
    return f"at {names}" if names else f"in {len(numbers)} of {len(cells)} cells"


def _names(cells, numbers):
    """The names of some cells, or "" where they are many or long; one is always named."""
    names = listed([str(cells[number]) for number in numbers])
    return names if len(numbers) == 1 or len(numbers) <= NAMED and len(names) <= _LONGEST else ""


def at(cell):
    name = str(cell)
    return name if name.startswith("with") else f"at {name}"


def starts_text(n):
    return f"{n} start{'' if n == 1 else 's'}"


def percent(count, n):
    share = 100 * count / n
    if 0 < share < 1 or 99 < share < 100:  # neither none nor all
        return f"{min(max(share, 0.1), 99.9):.1f} %"
    return f"{share:.0f} %"


def interval(count, n):
    interval = binomtest(count, n).proportion_ci(method="wilson")
    return f"{100 * interval.low:.0f} to {100 * interval.high:.0f} %"


def degenerate_text(who, n):
    return f"{who} ended with a degenerate component, narrow by chance, and {'does' if n == 1 else 'do'} not count as best."


def so_far(under_way):
    return "So far: " if under_way else ""
