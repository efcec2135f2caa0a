"""Settings tried one against another: many starts, or held-out scores, in every cell of a grid.

All cells share their seeds and their splits, so that differences between them are paired.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from sklearn.base import clone

from .. import checks
from ..mixture import Mixture
from .comparing import FAILURES, held_out_score, said_of, splits
from .evidence import TEST_SIZE, leading, summary
from .starts import Start, iterate_restarts, tabulate_starts
from .table import HELD_OUT, PROBLEM, STANDARD_ERROR

FITTED_ROWS, HELD_OUT_ROWS = "fitted rows", "held-out rows"


@dataclass(frozen=True)
class Cell:
    """One combination of settings.

    Attributes
    ----------
    number : int
    settings : dict
        By keyword of the model.
    """

    number: int
    settings: dict


@dataclass(frozen=True)
class Score:
    """What a cell has in one split; the held-out log-likelihood per row is NaN where a sentence says why."""

    cell: Cell
    split: int
    fitted_rows: int
    held_out_rows: int
    score: float
    problem: str | None


def cells(model, grid):
    """The `Cell` of every combination, the last setting changing fastest.

    Parameters
    ----------
    model : mixture
    grid : mapping of keyword to sequence of values

    Raises
    ------
    ValueError
        For a keyword that the model does not have, or values that are no sequence.
    """
    if not isinstance(model, Mixture):
        raise ValueError(f"model is {checks.shown(model)}; it needs a mixture such as GMM(2).")
    if not isinstance(grid, Mapping) or not grid:
        raise ValueError(f"grid is {checks.shown(grid)}; it needs a mapping of settings to values, as in {{'n_components': [2, 3]}}.")
    known = model.get_params(deep=False)
    for name, values in grid.items():
        if name not in known:
            raise ValueError(f"grid has {name!r}, which {type(model).__name__} does not have; it has {', '.join(known)}.")
        if isinstance(values, str) or not np.iterable(values) or not len(values):
            raise ValueError(f"grid[{name!r}] is {checks.shown(values)}; it needs a list of values.")
    return [Cell(number, dict(zip(grid, values))) for number, values in enumerate(product(*grid.values()))]


def sweep(model, X, grid, n_starts=10, **options):
    """Run a model from the same starts in every cell of a grid.

    Parameters
    ----------
    model : mixture
        Its ``random_state`` gives the seeds, the same ones in every cell.
    X : array-like (n, d)
    grid : mapping of keyword to sequence of values
    n_starts : int
    **options
        As of `restarts`.

    Returns
    -------
    DataFrame
        The rows of `restarts` for each "cell", beside its settings; the "optimum" counts within a cell. A cell that
        cannot be fitted has one row, with a sentence under "problem".

    Examples
    --------
    >>> from mixes import GMM, datasets, selection
    >>> table = selection.sweep(GMM(random_state=0), datasets.load("Old Faithful").X, {"n_components": [1, 2, 3]}, n_starts=2)
    >>> selection.best_starts(table)["n_components"][selection.best_starts(table)["BIC"].idxmin()]
    np.int64(2)
    """
    return tabulate_sweep(iterate_sweep(model, X, grid, n_starts, **options))


def iterate_sweep(model, X, grid, n_starts=10, **options):
    """Yield pairs of `Cell` and `Start` as they come; see `sweep`, whose table `tabulate_sweep` makes of them."""
    checks.count("n_starts", n_starts, "starts")
    combined = cells(model, grid)
    if not isinstance(model.random_state, (int, np.integer)):
        model = clone(model).set_params(random_state=model.seeds(1)[0])  # one that draws would give each cell other seeds
    for cell in combined:
        try:
            for start in iterate_restarts(clone(model).set_params(**cell.settings), X, n_starts, **options):
                yield cell, start
        except FAILURES as error:
            yield cell, Start(0, -1, {PROBLEM: said_of(error)})


def tabulate_sweep(found):
    """The table of `sweep`, of pairs of cells and starts so far."""
    by_cell = {}
    for cell, start in found:
        by_cell.setdefault(cell.number, (cell, []))[1].append(start)
    tables = []
    for number, (cell, starts) in sorted(by_cell.items()):
        table = tabulate_starts(starts)
        told = {"cell": number} | {name: [value] * len(table) for name, value in cell.settings.items()}
        tables.append(pd.concat([pd.DataFrame(told, index=table.index), table], axis=1))
    return pd.concat(tables, ignore_index=True)


def best_starts(table):
    """The best start of each cell of a table of `sweep`, one row each, with "found": how many starts came to its optimum."""
    at_best = table[table["optimum"] == 0]
    rows = at_best.loc[at_best.groupby("cell")["objective"].idxmax()].set_index("cell")
    return rows.assign(found=at_best.groupby("cell").size())


def cross_validate(model, X, grid, *, n_splits=10, test_size=TEST_SIZE, random_state=0, n_jobs=1):
    """Held-out log-likelihoods of every cell of a grid, on the same random splits.

    Parameters
    ----------
    model : mixture
        With ``n_init`` starts in every split, the best of which is scored.
    X : array-like (n, d)
    grid : mapping of keyword to sequence of values
    n_splits : int
    test_size : float
        Share of the rows held out in a split.
    random_state : int
        Seed of the splits, those of `compare`, and of a model that has none.
    n_jobs : int
        Processes; the table is the same for any number.

    Returns
    -------
    DataFrame
        A row for each "cell" and "split", beside the cell's settings and how many rows were fitted and held out: the
        "held-out log-likelihood" per row, NaN with a sentence under "problem" where it could not be fitted. `held_out`
        sums it up.
    """
    options = {"n_splits": n_splits, "test_size": test_size, "random_state": random_state, "n_jobs": n_jobs}
    return tabulate_scores(iterate_cross_validate(model, X, grid, **options))


def iterate_cross_validate(model, X, grid, *, n_splits=10, test_size=TEST_SIZE, random_state=0, n_jobs=1):
    """Yield a `Score` for each cell of each split in turn; see `cross_validate`, whose table `tabulate_scores` makes of them."""
    checks.count("n_jobs", n_jobs, "processes")
    combined = cells(model, grid)
    if model.random_state is None:
        model = clone(model).set_params(random_state=random_state)
    X = checks.rows(clone(model), X, reset=True, min_samples=2)
    tasks = [(cell, split, *parts) for split, parts in enumerate(splits(len(X), n_splits, test_size, random_state)) for cell in combined]
    if n_jobs == 1:
        scores = (_scored(model, X, cell, train, test) for cell, _, train, test in tasks)
    else:
        scores = Parallel(n_jobs, return_as="generator")(delayed(_scored)(model, X, cell, train, test) for cell, _, train, test in tasks)
    for (cell, split, train, test), (score, problem) in zip(tasks, scores):
        yield Score(cell, split, len(train), len(test), score, problem)


def tabulate_scores(found):
    """The table of `cross_validate`, of what came so far."""
    rows = [
        {"cell": each.cell.number, **each.cell.settings, "split": each.split}
        | {FITTED_ROWS: each.fitted_rows, HELD_OUT_ROWS: each.held_out_rows, HELD_OUT: each.score, PROBLEM: each.problem}
        for each in found
    ]
    return pd.DataFrame(rows).sort_values(["cell", "split"], ignore_index=True)


def held_out(table):
    """What a table of `cross_validate` says of each cell.

    Returns
    -------
    DataFrame
        A row for each "cell": its settings, mean "held-out log-likelihood", "standard error" (see `summary`), and whether it
        is "leading": not told from the best by the paired differences of the splits that all cells have.
    """
    own = ("cell", "split", FITTED_ROWS, HELD_OUT_ROWS, HELD_OUT, PROBLEM)
    settings = [name for name in table.columns if name not in own]
    scores = table.pivot(index="split", columns="cell", values=HELD_OUT).dropna()
    ratio = table[HELD_OUT_ROWS].iloc[0] / table[FITTED_ROWS].iloc[0]
    means, errors = summary(scores.to_numpy(), ratio)
    rows = table.drop_duplicates("cell").set_index("cell")[settings].loc[scores.columns]
    first = leading(scores.to_numpy(), ratio)
    return rows.assign(**{HELD_OUT: means, STANDARD_ERROR: errors, "leading": [i in first for i in range(len(rows))]})


def _scored(model, X, cell, train, test):
    return held_out_score(clone(model).set_params(**cell.settings), X[train], X[test])
