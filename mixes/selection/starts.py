"""Many starts of one model: every one is kept, and how often each optimum was found.

EM ends where its start leads it. `restarts` shows all the ends; `iterate_restarts` gives each as it comes.
"""

import warnings
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from sklearn.base import clone

from .. import checks
from ..cluster import in_workers, threads_of
from ..mixture import Mixture
from ..run import Run
from ..threads import alone
from .blocks import IN_USE, Start, run_unit, units
from .comparing import check_labels
from .optima import group
from .table import PROBLEM

_COLUMNS = ("objective", "log-likelihood", "iterations", "converged", IN_USE, "degenerate", "to the end", "seconds", PROBLEM)
_NUMBERS = ("start", "seed", "optimum")
_TRUTHS = ("converged", "degenerate", "to the end")


def restarts(model, X, n_starts=50, *, sample_weight=None, X_validation=None, labels=None, racing=None, n_jobs=1, client=None):
    """Run a model from many starts.

    Parameters
    ----------
    model : mixture
        Left as it is; its ``random_state`` gives the seeds, those that ``n_init=n_starts`` would take.
    X : array-like (n, d)
    n_starts : int
    sample_weight : array-like (n,), optional
    X_validation : array-like (m, d), optional
        Held-out rows, for a column of their log-likelihood per row.
    labels : array-like (n,), optional
        Known classes, for ARI and accuracy, which count rows, not their weights.
    racing : int, optional
        Run all starts for so many iterations, and only the better half of them to the end: quicker, and the best
        optimum is found less often where the first iterations mislead. Not for annealing, which has its own time.
    n_jobs : int
        Processes; the table is the same for any number, but for "seconds".
    client : distributed.Client, optional
        Of a Dask cluster, whose workers are the processes then.

    Returns
    -------
    DataFrame
        A row for each start: its number "start" and "seed"; "objective", "log-likelihood", the measures of
        `mixes.selection.compare` that a single fit tells at once, with "iterations"; whether it "converged", by the model's
        stopping rule or, without one, by the usual one; how many "components in use" have rows; whether its end is "degenerate"
        (see `mixes.degenerate`); whether it ran "to the end"; the "optimum" it came to, 0 is the best and -1 none; "seconds", and
        under "problem" a sentence where it failed. `optima` tells how often each was found.

    Raises
    ------
    ValueError
        For a model, rows or a number of starts that cannot be used.

    Examples
    --------
    >>> from mixes import GMM, datasets, selection
    >>> table = selection.restarts(GMM(3, init="random", random_state=0), datasets.load("Iris").X, 20)
    >>> selection.optima(table)["starts"].sum()
    np.int64(20)
    """
    options = {
        "sample_weight": sample_weight,
        "X_validation": X_validation,
        "labels": labels,
        "racing": racing,
        "n_jobs": n_jobs,
        "client": client,
    }
    return tabulate_starts(iterate_restarts(model, X, n_starts, **options))


def iterate_restarts(
    model, X, n_starts=50, *, sample_weight=None, X_validation=None, labels=None, racing=None, n_jobs=1, client=None
) -> Iterator[Start]:
    """Yield a `Start` for each start as it comes to its end; see `restarts`, whose table `tabulate_starts` makes of them."""
    settings = checked(model, n_starts, racing, n_jobs)
    if settings.random_state is None:
        settings.set_params(random_state=settings.seeds(1)[0])
    rows = settings.prepared(X, sample_weight, X_validation)
    labels = check_labels(labels, len(rows.present))
    return (start for _, start in starts_of([(None, settings)], rows, n_starts, labels, racing, n_jobs, client))


def starts_of(fits, rows, n_starts, labels=None, racing=None, n_jobs=1, client=None):
    """Yield a name and a `Start` for every start of several models on the same rows.

    Parameters
    ----------
    fits : list of (name, model)
    rows : Rows
    n_starts, labels, racing, n_jobs, client
        As of `restarts`.
    """
    numbers = {name: range(n_starts) for name, _ in fits}
    if racing is not None and n_starts > 1:
        short = [(name, clone(model).set_params(max_iter=racing)) for name, model in fits if racing < model.max_iter]
        before = {}
        for name, start in _finished(short, rows, numbers, labels, n_jobs, client):
            before.setdefault(name, []).append(start)
        for name, starts in before.items():
            ranked = sorted(starts, key=rank, reverse=True)
            numbers[name] = sorted(start.number for start in ranked[: -(-n_starts // 2)])
            for start in ranked[len(numbers[name]) :]:
                cut = {"to the end": start.row["converged"]} if "converged" in start.row else {}
                yield name, replace(start, row=start.row | cut)
    yield from _finished(fits, rows, numbers, labels, n_jobs, client)


def _finished(fits, rows, numbers, labels, n_jobs, client):
    """A name and a `Start` for every start with the numbers of its name."""
    processes = n_jobs if client is None else len(threads_of(client))
    done = in_processes(run_unit, [(unit, rows, labels) for unit in units(fits, rows, numbers, processes)], n_jobs, client)
    return (found for unit in done for found in unit)


def checked(model, n_starts, racing=None, n_jobs=1):
    """A copy of a model; a ValueError where it is none, or cannot be run from so many starts in this way."""
    if not isinstance(model, Mixture):
        raise ValueError(f"model is {checks.shown(model)}; it needs a mixture such as GMM(2).")
    checks.count("n_starts", n_starts, "starts")
    checks.count("n_jobs", n_jobs, "processes")
    if racing is not None:
        checks.count("racing", racing, "iterations")
        if model.use_annealing:
            raise ValueError(f"racing is {racing}, but the model is annealed, and where it stands then says little; use one of them.")
    return clone(model)


def rank(start):
    """As `Mixture.start` ranks: no degenerate end wins against one that is not."""
    return not start.row.get("degenerate", True), start.row.get("objective", -np.inf)


def tabulate_starts(starts):
    """The table of `restarts`, of starts so far; the optima are those that are known by then."""
    return table_of(table_rows(starts))


def table_rows(starts):
    """The rows of `tabulate_starts`, dicts by column."""
    starts = sorted(starts, key=lambda start: start.number)
    return [
        {"start": start.number, "seed": start.seed, "optimum": optimum} | start.row | {name: start.row.get(name, False) for name in _TRUTHS}
        for start, optimum in zip(starts, optima_of(starts))
    ]


def table_of(rows, before=()):
    """The table of such rows, which may have more columns before these."""
    fullest = max(rows, key=len, default={})
    columns = list(fullest) if "objective" in fullest else [*before, *_NUMBERS, *_COLUMNS]
    return pd.DataFrame(rows, columns=columns).astype(dict.fromkeys(_NUMBERS, int) | dict.fromkeys(_TRUTHS, bool))


def optima_of(starts):
    """The number of each start's optimum among all of them, 0 is the best and -1 none."""
    ends = [(start.row["objective"], start.posterior) if start.row.get("to the end") else None for start in starts]
    return group(ends, [start.row.get("degenerate", False) for start in starts])


def run_of(model, X, start, *, sample_weight=None, X_validation=None, client=None):
    """The `Run` of a row of the table, at iteration 0; it goes the same way, bit for bit.

    Parameters
    ----------
    model, X, sample_weight, X_validation
        As given to `restarts`; of a row of `sweep` the model with its cell's settings.
    start : mapping
        A row of its table, or anything with "start" and "seed".
    client : distributed.Client, optional
        As of ``model.start``.

    Notes
    -----
    Starts of Gaussian mixtures are computed together; their figures in the table may differ from those of the run by rounding.
    """
    number, seed = int(start["start"]), int(start["seed"])
    if seed < 0:
        raise ValueError('This row is of a cell that could not be fitted; its sentence is under "problem".')
    settings = clone(model)
    return Run.begin(settings, settings.prepared(X, sample_weight, X_validation, client=client), seed, first=number == 0)


def in_processes(work, tasks, n_jobs, client):
    """What ``work(*task)`` gives for each task, in their order; what is not waited for any more is given up."""
    if client is not None:
        yield from in_workers(work, tasks, client)
        return
    if n_jobs == 1:
        yield from (work(*task) for task in tasks)
        return
    found = Parallel(n_jobs, return_as="generator")(delayed(alone)(work, *task) for task in tasks)
    try:
        for each in found:  # noqa: UP028 - "yield from" would close it with the warning
            yield each
    finally:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that not all was taken
            found.close()
