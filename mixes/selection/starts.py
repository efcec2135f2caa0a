"""Many starts of one model: every one is kept, and how often each optimum was found.

EM ends where its start leads it. `restarts` shows all the ends; `iterate_restarts` gives each as it comes.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from sklearn.base import clone

from .. import checks
from ..expectation import entropy
from ..metrics import Fit
from ..run import Run
from .comparing import FAILURES, said_of
from .optima import group
from .table import HELD_OUT, PROBLEM, compared

_BLOCK = 10  # starts that are brought to their ends together, however many workers there are
_LOOKED_AT = 1000  # rows by which two ends are told apart


@dataclass(frozen=True)
class Start:
    """How one start ended.

    Attributes
    ----------
    number : int
    seed : int
    row : dict
        Its figures, by the columns of `restarts`.
    parameters : the model's parameters, or None
    posterior : array (m, k) or None
        Of at most 1,000 rows, evenly chosen.
    """

    number: int
    seed: int
    row: dict
    parameters: object = None
    posterior: np.ndarray | None = None


def restarts(model, X, n_starts=50, *, sample_weight=None, X_validation=None, labels=None, racing=None, n_jobs=1):
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
        Known classes, for ARI and accuracy.
    racing : int, optional
        Run all starts for so many iterations, and only the better half of them to the end: quicker, and the best
        optimum is found less often where the first iterations mislead.
    n_jobs : int
        Processes; the table is the same for any number, but for "seconds".

    Returns
    -------
    DataFrame
        A row for each start: its number "start" and "seed"; "objective", "log-likelihood", the measures of
        `mixes.selection.compare` that a single fit has, with "iterations"; whether it "converged"; how many "components"
        have rows; whether its end is "degenerate" (see `mixes.degenerate`); whether it ran "to the end"; the "optimum" it
        came to, 0 is the best and -1 none; "seconds", and under "problem" a sentence where it failed. `optima` tells how
        often each was found.

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
    options = {"sample_weight": sample_weight, "X_validation": X_validation, "labels": labels, "racing": racing, "n_jobs": n_jobs}
    return tabulate_starts(iterate_restarts(model, X, n_starts, **options))


def iterate_restarts(
    model, X, n_starts=50, *, sample_weight=None, X_validation=None, labels=None, racing=None, n_jobs=1
) -> Iterator[Start]:
    """Yield a `Start` for each start as it comes to its end; see `restarts`, whose table `tabulate_starts` makes of them."""
    checks.count("n_starts", n_starts, "starts")
    checks.count("n_jobs", n_jobs, "processes")
    if racing is not None:
        checks.count("racing", racing, "iterations")
    settings = clone(model)
    rows = settings.prepared(X, sample_weight, X_validation)
    labels = None if labels is None else np.asarray(labels)[rows.present]
    seeds = settings.seeds(n_starts)
    numbers, before = range(n_starts), []
    if racing is not None and racing < settings.max_iter and n_starts > 1:
        short = clone(settings).set_params(max_iter=racing)
        before = list(_all_finished(short, rows, labels, seeds, numbers, n_jobs, settings.max_iter))
        ranked = sorted(before, key=lambda start: start.row.get("objective", -np.inf), reverse=True)
        numbers = sorted(start.number for start in ranked[: -(-n_starts // 2)])
    yield from (start for start in before if start.number not in set(numbers))
    yield from _all_finished(settings, rows, labels, seeds, numbers, n_jobs, settings.max_iter)


def tabulate_starts(starts):
    """The table of `restarts`, of starts so far; the optima are those that are known by then."""
    starts = sorted(starts, key=lambda start: start.number)
    ends = [(start.row["objective"], start.posterior) if start.row.get("to the end") else None for start in starts]
    degenerate = [bool(start.row.get("degenerate")) for start in starts]
    table = pd.DataFrame([{"start": start.number, "seed": start.seed} | start.row for start in starts])
    table.insert(2, "optimum", group(ends, degenerate))
    return table


def run_of(model, X, start, *, sample_weight=None, X_validation=None):
    """The `Run` of a row of the table, at iteration 0; it goes the same way, bit for bit.

    Parameters
    ----------
    model, X, sample_weight, X_validation
        As given to `restarts`.
    start : mapping
        A row of its table, or anything with "start" and "seed".

    Notes
    -----
    Starts of a Gaussian mixture are computed together; their figures in the table may differ from those of the run by rounding.
    """
    settings = clone(model)
    return Run.begin(settings, settings.prepared(X, sample_weight, X_validation), int(start["seed"]), first=int(start["start"]) == 0)


def _all_finished(model, rows, labels, seeds, numbers, n_jobs, last):
    """The ends of starts, in their order; a run is at its end when it converges, or at the ``last`` iteration."""
    blocks = [[(number, seeds[number]) for number in numbers[first : first + _BLOCK]] for first in range(0, len(numbers), _BLOCK)]
    if n_jobs == 1:
        found = (_finished(model, rows, labels, block, last) for block in blocks)
    else:
        found = Parallel(n_jobs, return_as="generator")(delayed(_finished)(model, rows, labels, block, last) for block in blocks)
    return (start for block in found for start in block)


def _finished(model, rows, labels, block, last):
    """The ends of a block of starts, pairs of number and seed."""
    begun, found = [], []
    began = time.perf_counter()
    for number, seed in block:
        try:
            begun.append((number, Run.begin(model, rows, seed, first=number == 0)))
        except FAILURES as error:
            found.append(Start(number, seed, {PROBLEM: said_of(error)}))
    runs = [run for _, run in begun]
    ends = dict(model.finish_together(runs))
    shared = (time.perf_counter() - began) / len(block)
    for i, (number, run) in enumerate(begun):
        began = time.perf_counter()
        try:
            end = ends[i] or run.finish()
            parameters, row, posterior = _figures(model, rows, labels, end, last)
        except FAILURES as error:
            found.append(Start(number, run.seed, {PROBLEM: said_of(error)}))
            continue
        row["seconds"] = shared + time.perf_counter() - began
        found.append(Start(number, run.seed, row | {PROBLEM: None}, parameters, posterior))
    return found


def _figures(model, rows, labels, end, last):
    """Parameters, figures and posterior at the end of a run."""
    parameters = end.parameters
    posterior = type(model).from_parameters(parameters).predict_proba(rows.X)
    pred = posterior.argmax(axis=1)
    fit = Fit(
        log_likelihood=end.log_likelihood,
        entropy=entropy(posterior),
        n_parameters=parameters.n_parameters,
        n_rows=len(rows.X),
        iterations=end.iteration,
        labels=labels,
        pred=pred,
    )
    row = {
        "objective": end.objective,
        **{metric.name: metric.of(fit) for metric in compared() if metric.known(fit)},
        "converged": end.converged,
        "components": len(np.unique(pred)),
        "degenerate": any(event.kind == "degenerate component" for event in end.events),
        "to the end": end.converged or end.iteration == last,
    }
    if end.log_likelihood_validation is not None:
        row[HELD_OUT] = end.log_likelihood_validation / len(rows.X_validation)
    shown = np.unique(np.linspace(0, len(rows.X) - 1, min(_LOOKED_AT, len(rows.X))).astype(int))
    return parameters, row, posterior[shown].astype(np.float32)
