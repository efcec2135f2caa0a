"""Settings tried one against another: many starts, or held-out scores, in every cell of a grid.

All cells share their seeds and their splits, so that differences between them are paired.
"""

from collections.abc import Mapping, Sized
from dataclasses import dataclass
from functools import partial
from itertools import product

import numpy as np
import pandas as pd
from sklearn.base import clone

from .. import checks, tables
from .blocks import Start
from .comparing import FAILURES, check_labels, held_out_score, said_of, splits
from .evidence import TEST_SIZE, leading, listed, summary
from .starts import checked, in_processes, starts_of, table_of, table_rows
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

    def __str__(self):
        parts = [
            f"{'with' if value else 'without'} {name}" if isinstance(value, bool) else f"{name} = {setting_text(value)}"
            for name, value in self.settings.items()
        ]
        if len(parts) < 2 or parts[0].startswith("with"):
            return listed(parts) if parts else ""
        others = listed(parts[1:])  # no comma, which would not be told from those of a list of cells
        return f"{parts[0]} {'' if others.startswith('with') else 'with '}{others}"


def setting_text(value):
    """A value of a setting as text; None is that of a model that lacks it."""
    return "none" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


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
    model = checked(model, 1)
    if not isinstance(grid, Mapping) or not grid:
        raise ValueError(f"grid is {checks.shown(grid)}; it needs a mapping of settings to values, as in {{'n_components': [2, 3]}}.")
    known = model.get_params(deep=False)
    for name, values in grid.items():
        if name not in known:
            raise ValueError(f"grid has {name!r}, which {type(model).__name__} does not have; it has {', '.join(known)}.")
        if isinstance(values, str) or not isinstance(values, Sized) or not len(values):
            raise ValueError(f"grid[{name!r}] is {checks.shown(values)}; it needs a list of values.")
    return [Cell(number, dict(zip(grid, values))) for number, values in enumerate(product(*grid.values()))]


def sweep(model, X, grid, n_starts=10, **options):
    """Run a model from the same starts in every cell of a grid.

    Parameters
    ----------
    model : mixture
        Its ``random_state`` gives the seeds, the same ones in every cell; if it is no number, one is drawn from it first.
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


def iterate_sweep(model, X, grid, n_starts=10, *, sample_weight=None, X_validation=None, labels=None, racing=None, n_jobs=1, client=None):
    """Yield pairs of `Cell` and `Start` as they come; see `sweep`, whose table `tabulate_sweep` makes of them."""
    combined = cells(model, grid)
    if "n_init" in grid:
        raise ValueError("grid has 'n_init'; here n_starts says how many starts there are, each of which is kept.")
    # what is wrong in all cells is no cell's problem
    model = checked(model, n_starts, racing, n_jobs)
    X = tables.rows(model, X, reset=True, min_samples=2)
    weight = checks.sample_weights(sample_weight, len(X))
    labels = check_labels(labels, len(X))
    if X_validation is not None:
        X_validation = tables.rows(model, X_validation, name="X_validation")
    if not isinstance(model.random_state, (int, np.integer)):
        model.set_params(random_state=model.seeds(1)[0])  # one that draws would give each cell other seeds
    fits = []
    for cell in combined:
        try:
            settings = checked(clone(model).set_params(**cell.settings), n_starts, racing)
            rows = settings.prepared(X, weight, X_validation)  # the same for all cells that can be
            fits.append((cell.number, settings))
        except FAILURES as error:
            yield cell, Start(0, -1, {PROBLEM: said_of(error)})
    for number, start in starts_of(fits, rows, n_starts, labels, racing, n_jobs, client) if fits else ():
        yield combined[number], start


def tabulate_sweep(found, before=None):
    """The table of `sweep`, of pairs of cells and starts so far.

    Parameters
    ----------
    found : iterable of (Cell, Start)
    before : dict, optional
        Of a caller that asks again and again, empty at first: cells without a new start are not gone through again.
    """
    rows, own, parts = [], {"cell": 0}, by_cell(found)
    before = {} if before is None else before
    settings = dict.fromkeys(name for cell, _ in parts for name in cell.settings)  # cells of other models have others
    for cell, starts in parts:
        known = before.get(cell.number, ((), []))
        if len(known[0]) != len(starts) or any(one is not other for one, other in zip(known[0], starts)):
            known = before[cell.number] = starts, table_rows(starts)
        own = {"cell": cell.number} | settings | cell.settings
        rows += [own | row for row in known[1]]
    return table_of(rows, own).astype({"cell": int})


def by_cell(found):
    """Pairs of each `Cell` and its starts, both in the order of their numbers."""
    cells = {}
    for cell, start in found:
        cells.setdefault(cell.number, (cell, []))[1].append(start)
    return [(cell, sorted(starts, key=lambda start: start.number)) for _, (cell, starts) in sorted(cells.items())]


def best_starts(table):
    """The best start of each cell of a table of `sweep`, one row each, with "found": how many starts came to its optimum."""
    at_best = table[table["optimum"] == 0]
    rows = at_best.loc[at_best.groupby("cell")["objective"].idxmax().to_numpy(dtype=int)].set_index("cell")
    return rows.assign(found=at_best.groupby("cell").size())


def cross_validate(model, X, grid, *, n_splits=10, test_size=TEST_SIZE, random_state=0, n_jobs=1, client=None):
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
    client : distributed.Client, optional
        Of a Dask cluster, whose workers are the processes then.

    Returns
    -------
    DataFrame
        A row for each "cell" and "split", beside the cell's settings and how many rows were fitted and held out: the
        "held-out log-likelihood" per row, NaN with a sentence under "problem" where it could not be fitted. `held_out`
        sums it up.
    """
    options = {"n_splits": n_splits, "test_size": test_size, "random_state": random_state, "n_jobs": n_jobs, "client": client}
    return tabulate_scores(iterate_cross_validate(model, X, grid, **options))


def iterate_cross_validate(model, X, grid, *, n_splits=10, test_size=TEST_SIZE, random_state=0, n_jobs=1, client=None):
    """Yield a `Score` for each cell of each split in turn; see `cross_validate`, whose table `tabulate_scores` makes of them."""
    combined = cells(model, grid)
    model = checked(model, 1, n_jobs=n_jobs)
    if model.random_state is None:
        model.set_params(random_state=random_state)
    X = tables.rows(model, X, reset=True, min_samples=2)
    given = {"n_splits": n_splits, "test_size": test_size, "random_state": random_state}
    splits(len(X), **given)  # what is wrong with them is wrong with all
    tasks = [(clone(model).set_params(**cell.settings), X, cell, (split,)) for split in range(n_splits) for cell in combined]
    for scores in in_processes(partial(score_splits, **given), tasks, n_jobs, client):
        yield from scores


def score_splits(model, X, cell, numbers, *, n_splits, test_size=TEST_SIZE, random_state=0):
    """Fit and score a model on some of the random splits: the unit of work of `iterate_cross_validate`.

    Parameters
    ----------
    model : mixture
        That of the cell.
    X : array (n, d)
    cell : Cell
    numbers : sequence of int
        Of the splits, from 0.
    n_splits, test_size, random_state
        As of `cross_validate`.

    Returns
    -------
    list of Score
    """
    parts = splits(len(X), n_splits, test_size, random_state)
    made = [(number, *parts[number]) for number in numbers]
    return [
        Score(cell, split, len(train), len(test), *held_out_score(model, tables.taken(X, train), tables.taken(X, test)))
        for split, train, test in made
    ]


def tabulate_scores(found):
    """The table of `cross_validate`, of what came so far."""
    rows = [
        {"cell": each.cell.number, **each.cell.settings, "split": each.split}
        | {FITTED_ROWS: each.fitted_rows, HELD_OUT_ROWS: each.held_out_rows, HELD_OUT: each.score, PROBLEM: each.problem}
        for each in found
    ]
    columns = None if rows else ["cell", "split", FITTED_ROWS, HELD_OUT_ROWS, HELD_OUT, PROBLEM]
    return pd.DataFrame(rows, columns=columns).sort_values(["cell", "split"], ignore_index=True)


def held_out(table):
    """What a table of `cross_validate` says of each cell.

    Returns
    -------
    DataFrame
        A row for each "cell": its settings, mean "held-out log-likelihood", "standard error" (see `summary`), both NaN
        where it could not be fitted on every split, and whether it is "leading": not surely told from the best by the
        paired differences of three splits or more. ``attrs["splits"]`` is the number of splits that all cells have.
    """
    own = ("cell", "split", FITTED_ROWS, HELD_OUT_ROWS, HELD_OUT, PROBLEM)
    rows = table.drop_duplicates("cell").set_index("cell")[[name for name in table.columns if name not in own]].sort_index()
    complete = table.groupby("split").filter(lambda part: len(part) == len(rows))  # the last split may still be under way
    scores = complete.pivot(index="split", columns="cell", values=HELD_OUT).reindex(columns=rows.index).to_numpy(dtype=float)
    scored = np.flatnonzero(np.isfinite(scores).all(axis=0)) if len(scores) else np.array([], dtype=int)
    fitted = table[table[FITTED_ROWS] > 0]  # a split that was cut short counts no rows
    ratio = (fitted[HELD_OUT_ROWS] / fitted[FITTED_ROWS]).iloc[0] if len(fitted) else 1.0
    means, errors = summary(scores, ratio)
    first = scored[leading(scores[:, scored], ratio, surely=True)]
    told = rows.assign(**{HELD_OUT: means, STANDARD_ERROR: errors, "leading": np.isin(np.arange(len(rows)), first)})
    told.attrs["splits"] = len(scores)
    return told
