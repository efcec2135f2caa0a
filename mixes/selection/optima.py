"""Which starts ended at the same optimum, and how often each optimum was found."""

import pandas as pd
from scipy.stats import binomtest

from .matching import match
from .table import SAME

_STOPPED = 0.02  # objectives closer than this, or than SAME as a share, may be of one optimum: where the stopping rule leaves them
_AGREE = 0.99  # the share of the rows that two ends of one optimum give to the same clusters


def tolerance(objective):
    """How far ends of one optimum may be from this one."""
    return max(_STOPPED, SAME * abs(objective))


def same_optimum(one, other):
    """Whether two ends are of one optimum: equal objectives, and the same rows in matched clusters.

    Parameters
    ----------
    one, other : pairs of float and array (m, k)
        Objective and posterior probabilities of the same rows.
    """
    (objective, posterior), (other_objective, other_posterior) = one, other
    if abs(objective - other_objective) > tolerance(objective):
        return False
    numbers = match(posterior, other_posterior)
    return bool((numbers[other_posterior.argmax(axis=1)] == posterior.argmax(axis=1)).mean() >= _AGREE)


def group(ends, degenerate):
    """Numbers of the optima that starts ended at.

    Parameters
    ----------
    ends : sequence of (objective, posterior (m, k)), or None where a start failed
    degenerate : sequence of bool
        Ends that are spurious: they come after all others.

    Returns
    -------
    list of int
        0 is the best; -1 is a start that failed.
    """
    numbers, representatives = [-1] * len(ends), []
    order = sorted((i for i, end in enumerate(ends) if end is not None), key=lambda i: (degenerate[i], -ends[i][0], i))
    for i in order:
        for number, (spurious, end) in enumerate(representatives):
            if spurious == degenerate[i] and same_optimum(end, ends[i]):
                numbers[i] = number
                break
        else:
            numbers[i] = len(representatives)
            representatives.append((degenerate[i], ends[i]))
    return numbers


def only_end(start):
    """Whether all starts of its model end here: it has one component, for which the first step is the last that gains."""
    if start.posterior is None or start.posterior.shape[1] > 1 or start.curve is None or len(start.curve) < 2:
        return False
    return abs(start.curve[1] - start.curve[-1]) <= SAME * max(1.0, abs(start.curve[-1]))


def optima(table):
    """How often each optimum was found.

    Parameters
    ----------
    table : DataFrame
        Of `restarts`, or the rows of one cell of `sweep`.

    Returns
    -------
    DataFrame
        A row for each optimum, the best first: "starts" that found it, their "share" of those that came to an end, with
        the 95 % interval of Wilson (1927) from "low" to "high"; how many of them "converged", as runs that ``max_iter``
        cut off may be on their way to another one; "objective", "log-likelihood" and number of the best of its starts,
        the "components in use", which have rows, and whether it is "degenerate". After a race, shares and intervals are
        of the better half, which was chosen by how well it began: they do not hold for all starts.
    """
    found = table[table["optimum"] >= 0]
    rows = []
    for number, starts in found.groupby("optimum"):
        best = starts.loc[starts["objective"].idxmax()]
        interval = binomtest(len(starts), len(found)).proportion_ci(method="wilson")
        rows.append(
            {
                "optimum": number,
                "starts": len(starts),
                "share": len(starts) / len(found),
                "low": interval.low,
                "high": interval.high,
                "converged": int(starts["converged"].sum()),
                "objective": best["objective"],
                "log-likelihood": best["log-likelihood"],
                "start": best["start"],
                "components in use": best["components in use"],
                "degenerate": best["degenerate"],
            }
        )
    columns = ["optimum", "starts", "share", "low", "high", "converged", "objective", "log-likelihood", "start"]
    return pd.DataFrame(rows, columns=[*columns, "components in use", "degenerate"]).set_index("optimum")
