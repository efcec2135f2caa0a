"""What a sweep says, and how sure it is, in plain sentences.

Cells are told apart by the noise of their measure, and no further (see `mixes.selection.evidence`).
"""

from .evidence import BARE_BIC, EARLY, listed
from .optima import only_end, tolerance
from .sweeps import best_starts, held_out, tabulate_scores, tabulate_sweep
from .table import BETTER, HELD_OUT, PROBLEM, SAME, STANDARD_ERROR
from .words import (
    CRITERIA,
    MORE_ITERATIONS,
    MORE_STARTS,
    NAMED,
    NOTHING,
    at,
    degenerate_text,
    ended,
    measure_text,
    named,
    so_far,
    starts_text,
    those,
)


def tell_sweep(found, scores=(), measure="BIC", table=None, under_way=False):
    """Which cell of a sweep is best by a measure, what is not told apart from it, and where more starts are needed.

    Parameters
    ----------
    found : list of (Cell, Start)
        So far.
    scores : list of Score, optional
        Held-out scores of cells so far, by which the "held-out log-likelihood" is judged.
    measure : str
        A column of the table of `sweep`.
    table : DataFrame, optional
        That which `tabulate_sweep` made of what was found.
    under_way : bool
        Whether more will come: then what is said is so far, and nothing is concluded.

    Returns
    -------
    str
    """
    table = tabulate_sweep(found) if table is None else table
    cells = {score.cell.number: score.cell for score in scores} | {cell.number: cell for cell, _ in found}
    if not cells:
        return NOTHING
    parts = [*_best_cell(cells, table, scores, measure, under_way)]
    if not under_way:
        parts += _wanting(cells, found, table)
    return so_far(under_way) + " ".join([*parts, *_lost_in_sweep(cells, table)])


def needs_more(found, table=None):
    """The numbers of the cells whose best optimum was found only once, so that more starts would make sure.

    Not those that lack a sound end, or iterations rather than starts, nor a single component with its only optimum.

    Parameters
    ----------
    found : list of (Cell, Start)
    table : DataFrame, optional
        That which `tabulate_sweep` made of what was found.
    """
    table = tabulate_sweep(found) if table is None else table
    best = best_starts(table)
    once = best.index[(best["found"] == 1) & ~best["degenerate"] & ~best.index.isin(_cut_short(table))]
    alone = {cell.number for cell, start in found if cell.number in once and only_end(start)}
    return [number for number in once.tolist() if number not in alone]


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
        The best cell and those that the measure does not surely tell from it; the best alone where it knows no noise,
        none where there is no value or too few splits.
    splits : int
        How many splits that is judged by, those that all cells have; 0 where it is not judged by splits.
    """
    if measure == HELD_OUT and len(scores):
        told = held_out(tabulate_scores(scores))
        splits = told.attrs["splits"]
        told = told.sort_values(HELD_OUT, ascending=False, kind="stable").dropna(subset=HELD_OUT)
        return told[HELD_OUT].to_dict(), told[STANDARD_ERROR].dropna().to_dict(), told.index[told["leading"]].tolist(), splits
    best = best_starts(table)
    if measure not in best:
        return {}, {}, [], 0
    values = best.loc[~best["degenerate"], measure].astype(float).dropna()
    if not len(values) or measure not in BETTER:
        return values.to_dict(), {}, [], 0
    behind = (values.max() - values if BETTER[measure] == "higher" else values - values.min()).sort_values(kind="stable")
    noise = BARE_BIC if measure in CRITERIA else _noise(measure, values[behind.index[0]])
    return values.to_dict(), {}, behind.index[behind < noise].tolist(), 0


def _noise(measure, value):
    """How far values of one optimum may be from each other."""
    return tolerance(value) if measure in ("log-likelihood", "objective") else SAME * max(1.0, abs(value))


def _cut_short(table):
    """The numbers of the cells that lack iterations: no start converged to their best optimum, or most did not converge at all."""
    ended = table[(table["optimum"] >= 0) & ~table["degenerate"]]
    settled = ended[ended["optimum"] == 0].groupby("cell")["converged"].any()
    return settled.index[~settled | (ended.groupby("cell")["converged"].mean() < 0.5)].tolist()


def _best_cell(cells, table, scores, measure, under_way):
    """Sentences on the best cell and what is not told from it."""
    values, errors, leading, splits = measured(table, scores, measure)
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
        of_one = _one_model(table)
        behind = "" if under_way else _behind(cells, values, best, others, measure, splits, of_one)
        early = f"early, after {splits} splits, " if 0 < splits < EARLY and behind else ""
        sentence = f"{early}{name} is {end} at {where}{behind}."
        yield sentence[:1].upper() + sentence[1:]
        if measure == "log-likelihood" and of_one and len(values) > 1:
            yield _came_as_far(cells, table, values[best])
    if left_out := sorted({score.cell.number for score in scores if score.problem}) if measure == HELD_OUT else []:
        yield f"Not fitted on every split, and left out: {those(cells, left_out)}."


def _one_model(table):
    """Whether cells differ in how a model is fitted, not in the model: all have as many parameters."""
    return "parameters" in table and table["parameters"].nunique() == 1


def _behind(cells, values, best, others, measure, splits, of_one):
    """How the other cells stand beside the best one."""
    if len(values) == 1:
        return ""
    if measure == "log-likelihood" and not of_one:
        return ", but it rises with every parameter, so it cannot choose between models"
    if splits:
        return f"; the splits do not surely tell {those(cells, others)} from it" if others else "; the splits tell it from all others"
    if others:
        why = "less than 2 behind, hardly worth a mention" if measure in CRITERIA else "as good"
        return f"; {those(cells, others)} {'is' if len(others) == 1 else 'are'} {why}"
    second = min((number for number in values if number != best), key=lambda number: abs(values[number] - values[best]))
    return f"; the next, {cells[second]}, is {measure_text(measure, abs(values[second] - values[best]))} behind"


def _came_as_far(cells, table, highest):
    """How many starts of each cell came to the highest log-likelihood, where all cells fit one model."""
    near = (highest - table["log-likelihood"] < tolerance(highest)) & (table["optimum"] >= 0) & ~table["degenerate"]
    shares = near.groupby(table["cell"]).agg(["sum", "size"])
    order = shares.index.tolist()
    if len(order) > NAMED:
        ranked = (shares["sum"] / shares["size"]).sort_values(kind="stable", ascending=False).index.tolist()
        order = [ranked[0], ranked[-1]]
    told = [f"{shares['sum'][number]} of {shares['size'][number]} {at(cells[number])}" for number in order]
    return f"Starts that came so far: {f'from {told[0]} to {told[1]}' if len(shares) > NAMED else listed(told)}."


def _wanting(cells, found, table):
    """Sentences on what is to be done about cells whose best end is not sure."""
    if once := needs_more(found, table):
        yield f"The best optimum was found only once {named(cells, once)}: {MORE_STARTS}."
    if cut := _cut_short(table):
        yield f"Too few starts had converged {named(cells, cut)}: {MORE_ITERATIONS}."


def _lost_in_sweep(cells, table):
    """Sentences on cells and starts that do not count."""
    ends = table[table["optimum"] >= 0]
    spurious = ends.groupby("cell")["degenerate"].all()
    spurious = spurious.index[spurious].tolist()
    if spurious:
        yield f"Every start ended with a degenerate component {named(cells, spurious)}, which does not count."
    degenerate = int((ends["degenerate"] & ~ends["cell"].isin(spurious)).sum())
    if degenerate:
        yield degenerate_text(f"{degenerate} of {starts_text(len(ends))}", degenerate)
    failed = table[table[PROBLEM].notna()]
    whole = failed[~failed["cell"].isin(table.loc[table[PROBLEM].isna(), "cell"])].drop_duplicates("cell").set_index("cell")[PROBLEM]
    if len(whole):
        where = "No fit" if len(whole) == 1 else f"No fit in {len(whole)} of {len(cells)} cells, one of them"
        yield f"{where} at {cells[whole.index[0]]}: {ended(whole.iloc[0])}"
    single = failed[~failed["cell"].isin(whole.index)]
    if len(single):
        where = named(cells, single["cell"].unique().tolist())
        yield f"{starts_text(len(single))} failed {where}: {ended(single[PROBLEM].iloc[0])}"
