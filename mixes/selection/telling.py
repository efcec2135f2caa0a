"""What many starts say, and how sure it is, in plain sentences.

A sentence claims no more than the counts hold: a share has its 95 % interval (Wilson, 1927), two ways are compared on
their common starts (McNemar, 1947).
"""

from .blocks import IN_USE
from .optima import only_end
from .pairing import common_optima, pairs
from .sweeps import by_cell
from .table import PROBLEM
from .words import MORE_ITERATIONS, MORE_STARTS, NOTHING, SURE, at, degenerate_text, ended, interval, percent, so_far, starts_text


def tell_restarts(found, under_way=False):
    """How often the best optimum was found, from many starts of one model run in one way or in several.

    Parameters
    ----------
    found : list of (Cell, Start)
        So far; cells differ in how EM is run, as with and without annealing.
    under_way : bool
        Whether more will come: then what is said is so far, and nothing is concluded.

    Returns
    -------
    str
    """
    table = common_optima(found)
    if not len(table):
        return NOTHING
    ways = [(cell, table[table["cell"] == cell.number]) for cell, _ in by_cell(found)]
    reached = _reached(table)
    if len(ways) == 1:
        parts = [_found_best(table, reached, found, under_way)]
    else:
        parts = [_found_by_all(table, reached, ways, under_way)]
        if len(ways) == 2 and 0 in reached and not under_way:
            parts.append(_told_apart(table, *(cell for cell, _ in ways)))
    return so_far(under_way) + " ".join(part for part in [*parts, *_trouble(table, ways, [start for _, start in found])] if part)


def _reached(table):
    """The optima that a start has converged to; ends of the others may be on their way to one of these, or higher."""
    return set(table.loc[(table["optimum"] >= 0) & ~table["degenerate"] & table["converged"], "optimum"])


def _counted(rows, reached):
    """Of some starts: how many there are, how many found the best optimum, and whether others were still on their way."""
    ended = rows["optimum"] >= 0
    lost = ~rows["to the end"] & rows[PROBLEM].isna()
    cut = ended & ~rows["degenerate"] & ~rows["optimum"].isin(reached)
    return int((ended | lost).sum()), int(((rows["optimum"] == 0) & ~rows["degenerate"]).sum()), bool((lost | cut).any())


def _found_best(rows, reached, found, under_way):
    """How many starts of a way found the best of so many optima."""
    ended = rows[rows["optimum"] >= 0]
    n, count, on_their_way = _counted(rows, reached)
    if not len(ended):
        return ""
    if ended["degenerate"].all():
        return f"No start but ended with a degenerate component ({len(ended)} of {len(ended)})."
    if any(only_end(start) for _, start in found):
        return "A single component has one optimum, which every start finds."
    if 0 not in reached:
        return _not_converged(ended, n, under_way)
    if n == 1:
        return "One start was run, so it is open whether there are better optima" + ("." if under_way else ": more starts would tell.")
    optima = len(reached)
    if count == n:
        return f"All {n} starts found the same optimum (95 % interval {interval(count, n)})."
    alone = "the one optimum that was reached" if on_their_way else "the only optimum that is not degenerate"
    what = f"the best of {optima} optima" if optima > 1 else alone
    again = f", only once: {MORE_ITERATIONS if _mostly_cut(ended) else MORE_STARTS}" if count == 1 and not under_way else ""
    sentence = _share(count, n, on_their_way, f" starts found {what}")
    return f"{sentence[:1].upper()}{sentence[1:]}{again}."


def _share(count, n, on_their_way, what=""):
    """So many of all; those that were on their way might have come to it, too, so that nothing is known of their share."""
    if on_their_way:
        return f"{'at least ' if count else ''}{count} of {n}{what}"
    return f"{count} of {n}{what} ({percent(count, n)}, 95 % interval {interval(count, n)})"


def _not_converged(ended, n, under_way):
    """Where the best end is not the end of the way."""
    after = f"after {int(ended['iterations'].max())} iterations" + ("." if under_way else f": {MORE_ITERATIONS}.")
    if ended["converged"].any() or ended["degenerate"].any() or len(ended) < n:
        return f"The best of {n} starts had not converged {after}"
    return f"{'The one start' if n == 1 else f'None of the {n} starts'} had {'not ' if n == 1 else ''}converged {after}"


def _mostly_cut(ended):
    """Whether iterations are missing rather than starts: most sound ends are not converged."""
    sound = ended[~ended["degenerate"]]
    return (~sound["converged"]).mean() > 0.5


def _found_by_all(table, reached, ways, under_way):
    """The same of several ways, which share their optima."""
    ended = table[table["optimum"] >= 0]
    if not len(ended):
        return ""
    if ended["degenerate"].all():
        return f"No start but ended with a degenerate component ({len(ended)} of {len(ended)})."
    if 0 not in reached:
        return _not_converged(ended, _counted(table, reached)[0], under_way)
    parts, optima = [], len(reached)
    for cell, rows in ways:
        n, count, on_their_way = _counted(rows, reached)
        if n:
            what = "" if parts else " starts found " + (f"the best of {optima} optima" if optima > 1 else "the one optimum there is")
            parts.append(f"{at(cell)} {_share(count, n, on_their_way, what)}")
    sentence = f"{'; '.join(parts)}."
    return sentence[:1].upper() + sentence[1:]


def _told_apart(table, first, second):
    """Whether one of two ways finds the best optimum more often."""
    both = pairs(table, first.number, second.number)
    if both.starts < 2:
        return ""
    if both.first == both.second == 0:
        return f"From their {both.starts} common starts both ways find it alike."
    p = "p < 0.001" if both.p_value < 0.001 else f"p = {both.p_value:.2g}"
    more = at(first if both.first > both.second else second)
    verdict = f"it is found more often {more}" if both.p_value < SURE else "so many starts do not tell which way finds it more often"
    return (
        f"Of their {both.starts} common starts {both.first} found it only {at(first)} and {both.second} only {at(second)}: "
        f"{verdict} (McNemar's exact test, {p})."
    )


def _trouble(table, ways, starts):
    """Sentences on the starts that did not come to a sound end."""
    ends = table[table["optimum"] >= 0]
    degenerate = int(ends["degenerate"].sum())
    empty = sum(
        start.row.get("to the end", False) and not start.row["degenerate"] and start.row[IN_USE] < start.posterior.shape[1]
        for start in starts
    )
    raced = int((~table["to the end"] & table[PROBLEM].isna()).sum())
    failed = table.loc[table[PROBLEM].notna(), PROBLEM]
    if empty:
        yield f"{starts_text(empty)} ended with a component to which no row belongs."
    if 0 < degenerate < len(ends):
        yield degenerate_text(starts_text(degenerate), degenerate)
    if 0 in _reached(table) or ends["converged"].any():  # else it has been said of all
        for cell, rows in ways:
            own = rows[rows["optimum"] >= 0]
            cut = own[~own["converged"] & ~own["degenerate"]]
            where = f" {at(cell)}" if len(ways) > 1 else ""
            if len(cut):
                yield f"{starts_text(len(cut))}{where} had not converged after {int(cut['iterations'].max())} iterations."
    if raced:
        yield f"{starts_text(raced)} lost the race and {'was' if raced == 1 else 'were'} not run to the end."
    if len(failed):
        yield f"{starts_text(len(failed))} failed: {ended(failed.iloc[0])}"
