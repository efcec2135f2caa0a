"""What many starts and sweeps say, and how sure it is, in plain sentences.

A sentence claims no more than the counts hold: a share has its 95 % interval (Wilson, 1927), two ways are compared on
their common starts (McNemar, 1947), cells by the noise of their measure (see `mixes.selection.evidence`).
"""

from scipy.stats import binomtest

from .blocks import IN_USE
from .evidence import BARE_BIC, listed
from .pairing import common_optima, pairs
from .sweeps import best_starts, by_cell, held_out, tabulate_scores, tabulate_sweep
from .table import BETTER, HELD_OUT, PROBLEM, SAME, STANDARD_ERROR

_SURE = 0.05
_NOTHING = "No start has come to its end yet."
_NAMED = 4  # cells that a sentence names; of more it gives the number
_CRITERIA = ("AIC", "BIC", "ICL")


def tell_restarts(found):
    """How often the best optimum was found, from many starts of one model run in one way or in several.

    Parameters
    ----------
    found : list of (Cell, Start)
        So far; cells differ in how EM is run, as with and without annealing.

    Returns
    -------
    str
    """
    table = common_optima(found)
    if not len(table):
        return _NOTHING
    ways = [(cell, table[table["cell"] == cell.number]) for cell, _ in by_cell(found)]
    if len(ways) == 1:
        parts = [_found_best(table)]
    else:
        parts = [_found_by_all(table, ways)]
        if len(ways) == 2:
            parts.append(_told_apart(table, *(cell for cell, _ in ways)))
    return " ".join(part for part in [*parts, *_trouble(table, [start for _, start in found])] if part)


def tell_sweep(found, scores=(), measure="BIC"):
    """Which cell of a sweep is best by a measure, what is not told apart from it, and where more starts are needed.

    Parameters
    ----------
    found : list of (Cell, Start)
        So far.
    scores : list of Score, optional
        Held-out scores of cells so far, by which the "held-out log-likelihood" is judged.
    measure : str
        A column of the table of `sweep`.

    Returns
    -------
    str
    """
    table = tabulate_sweep(found)
    if not len(table):
        return _NOTHING
    cells = {cell.number: cell for cell, _ in found}
    best = best_starts(table)
    parts = [*_best_cell(cells, *measured(table, scores, measure), measure, scores)]
    once = best.index[best["found"] == 1].tolist()
    if once:
        where = _named(cells, once)
        parts.append(f"The best optimum was found only once {where}: more starts would make sure.")
    spurious = best.index[best["degenerate"]].tolist()
    if spurious:
        parts.append(f"Every start ended with a degenerate component {_named(cells, spurious)}, which does not count.")
    failed = table[~table["cell"].isin(table.loc[table[PROBLEM].isna(), "cell"])].drop_duplicates("cell").set_index("cell")[PROBLEM]
    if len(failed):
        where = "No fit" if len(failed) == 1 else f"No fit in {len(failed)} of {len(cells)} cells, one of them"
        parts.append(f"{where} at {cells[failed.index[0]]}: {ended(failed.iloc[0])}")
    return " ".join(parts)


def needs_more(found):
    """The numbers of the cells whose best optimum was found only once: more starts would make sure."""
    best = best_starts(tabulate_sweep(found))
    return best.index[best["found"] == 1].tolist()


def measured(table, scores=(), measure="BIC"):
    """A measure at the best start of each cell.

    Parameters
    ----------
    table : DataFrame
        Of `sweep`.
    scores : list of Score
    measure : str

    Returns
    -------
    values : dict of float
        By the number of the cell; those that have one, without those whose every start is degenerate.
    errors : dict of float
        Standard errors, of held-out scores on several splits.
    leading : list of int
        The best cell and those that the measure does not tell from it; the best alone where it knows no noise, none
        where there is no value or too few splits.
    """
    if measure == HELD_OUT and len(scores):
        told = held_out(tabulate_scores(scores)).sort_values(HELD_OUT, ascending=False, kind="stable").dropna(subset=HELD_OUT)
        return told[HELD_OUT].to_dict(), told[STANDARD_ERROR].dropna().to_dict(), told.index[told["leading"]].tolist()
    best = best_starts(table)
    if measure not in best:
        return {}, {}, []
    values = best.loc[~best["degenerate"], measure].astype(float).dropna()
    if not len(values) or measure not in BETTER:
        return values.to_dict(), {}, []
    behind = (values.max() - values if BETTER[measure] == "higher" else values - values.min()).sort_values(kind="stable")
    noise = BARE_BIC if measure in _CRITERIA else SAME * max(1.0, abs(values[behind.index[0]]))
    return values.to_dict(), {}, behind.index[behind < noise].tolist()


def _found_best(rows):
    """How many starts of a way found the best of so many optima."""
    ended_rows = rows[rows["optimum"] >= 0]
    sound = ended_rows[~ended_rows["degenerate"]]
    n, count, optima = len(ended_rows), int((sound["optimum"] == 0).sum()), sound["optimum"].nunique()
    if not n:
        return ""
    if not len(sound):
        return f"No start but ended with a degenerate component ({n} of {n})."
    if n == 1:
        return "One start was run, so it is open whether there are better optima: more starts would tell."
    interval = _interval(count, n)
    if count == n:
        return f"All {n} starts found the same optimum (95 % interval {interval})."
    what = f"the best of {optima} optima" if optima > 1 else "the only optimum that is not degenerate"
    again = ", only once: more starts would make sure" if count == 1 else ""
    return f"{count} of {n} starts found {what} ({_percent(count, n)}, 95 % interval {interval}){again}."


def _found_by_all(table, ways):
    """The same of several ways, which share their optima."""
    sound = table[(table["optimum"] >= 0) & ~table["degenerate"]]
    if not len(sound):
        return ""
    optima = sound["optimum"].nunique()
    parts = []
    for cell, rows in ways:
        ended_rows = rows[rows["optimum"] >= 0]
        n, count = len(ended_rows), int((ended_rows["optimum"] == 0).sum())
        if n:
            share = f"({_percent(count, n)}, 95 % interval {_interval(count, n)})"
            what = "starts found " + (f"the best of {optima} optima" if optima > 1 else "the one optimum there is") if not parts else ""
            parts.append(f"{_at(cell)} {count} of {n} {what}".rstrip() + f" {share}")
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
    more = _at(first if both.first > both.second else second)
    verdict = f"it is found more often {more}" if both.p_value < _SURE else "so many starts do not tell which way finds it more often"
    return (
        f"Of their {both.starts} common starts {both.first} found it only {_at(first)} and {both.second} only {_at(second)}: "
        f"{verdict} (McNemar's exact test, {p})."
    )


def _trouble(table, starts):
    """Sentences on the starts that did not come to a sound end."""
    ends = table[table["optimum"] >= 0]
    degenerate, cut = int(ends["degenerate"].sum()), ends[~ends["converged"]]
    empty = sum(
        start.posterior is not None and not start.row["degenerate"] and start.row[IN_USE] < start.posterior.shape[1] for start in starts
    )
    raced = int((~table["to the end"] & table[PROBLEM].isna()).sum())
    failed = table.loc[table[PROBLEM].notna(), PROBLEM]
    if empty:
        yield f"{_starts(empty)} ended with a component to which no row belongs."
    if 0 < degenerate < len(ends):
        yield f"{_starts(degenerate)} ended with a degenerate component, narrow by chance, and {_count(degenerate)} not count as best."
    if len(cut):
        who = "All starts" if len(cut) == len(ends) > 1 else _starts(len(cut))
        yield f"{who} had not converged after {int(cut['iterations'].max())} iterations."
    if raced:
        yield f"{_starts(raced)} lost the race and {'was' if raced == 1 else 'were'} not run to the end."
    if len(failed):
        yield f"{_starts(len(failed))} failed: {ended(failed.iloc[0])}"


def _best_cell(cells, values, errors, leading, measure, scores):
    """Sentences on the best cell and what is not told from it."""
    splits = len({score.split for score in scores}) if measure == HELD_OUT else 0
    name = measure if measure[0].isupper() else f"the {measure}"
    if not values:
        yield f"No cell has a value of {name} yet."
    elif splits and not leading:
        yield f"{splits} {'split is' if splits == 1 else 'splits are'} too few to tell a difference of {name} from noise."
    elif leading:
        best, *others = leading
        error = f" ± {measure_text(measure, errors[best])}" if best in errors else ""
        over = f", {splits} splits" if splits else ""
        end = "highest" if BETTER[measure] == "higher" else "lowest"
        where = f"{cells[best]} ({measure_text(measure, values[best])}{error}{over})"
        yield f"{name[:1].upper()}{name[1:]} is {end} at {where}{_behind(cells, values, best, others, measure, splits)}."
    if left_out := sorted({score.cell.number for score in scores if score.problem}) if splits else []:
        yield f"Not fitted on every split, and left out: {_those(cells, left_out)}."


def _behind(cells, values, best, others, measure, splits):
    """How the other cells stand beside the best one."""
    if len(values) == 1:
        return ""
    if measure == "log-likelihood":
        return ", but it rises with every parameter, so it cannot choose between models"
    if splits:
        return f"; the splits do not tell {_those(cells, others)} from it" if others else "; the splits tell it from all others"
    if others:
        why = "less than 2 behind, hardly worth a mention" if measure in _CRITERIA else "as good"
        return f"; {_those(cells, others)} {'is' if len(others) == 1 else 'are'} {why}"
    second = min((number for number in values if number != best), key=lambda number: abs(values[number] - values[best]))
    return f"; the next, {cells[second]}, is {measure_text(measure, abs(values[second] - values[best]))} behind"


def measure_text(measure, value):
    """A value of a measure with the figures that are of interest."""
    if measure in (*_CRITERIA, "log-likelihood", "objective"):
        return f"{value:,.1f}"
    return f"{value:.3f}" if measure == HELD_OUT else f"{value:.3g}"


def ended(sentence):
    """A sentence with its full stop."""
    return sentence if sentence.endswith((".", "!", "?")) else f"{sentence}."


def _those(cells, numbers):
    return listed([str(cells[number]) for number in numbers]) if len(numbers) <= _NAMED else f"{len(numbers)} cells"


def _named(cells, numbers):
    if len(numbers) == len(cells) > 1:
        return "in every cell"
    return f"at {_those(cells, numbers)}" if len(numbers) <= _NAMED else f"in {len(numbers)} of {len(cells)} cells"


def _at(cell):
    name = str(cell)
    return name if name.startswith("with") else f"at {name}"


def _starts(n):
    return f"{n} start{'' if n == 1 else 's'}"


def _count(n):
    return "does" if n == 1 else "do"


def _percent(count, n):
    share = 100 * count / n
    return f"{share:.1f} %" if 0 < share < 1 else f"{share:.0f} %"


def _interval(count, n):
    interval = binomtest(count, n).proportion_ci(method="wilson")
    return f"{100 * interval.low:.0f} to {100 * interval.high:.0f} %"
