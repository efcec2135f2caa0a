"""The unit of work: some starts of a model brought to their ends, together where that is quicker."""

import time
from dataclasses import dataclass

import numpy as np
from sklearn.base import clone

from .. import stopping_criterion as stopping, tables
from ..metrics import Fit
from ..run import Run
from ..threads import one_thread
from .comparing import FAILURES, said_of
from .table import HELD_OUT, PROBLEM, compared

IN_USE = "components in use"
_MOST = 10  # starts of a block: all of them come to be known at once
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
    curve : array (T + 1,) or None
        The objective of every iteration, 0 to the last.
    """

    number: int
    seed: int
    row: dict
    parameters: object = None
    posterior: np.ndarray | None = None
    curve: np.ndarray | None = None


def blocks(model, rows, numbers):
    """Tuples of numbers of starts that are best brought to their ends together by `run_block`.

    Parameters
    ----------
    model : mixture
    rows : Rows
        ``model.prepared(X, sample_weight, X_validation)``
    numbers : sequence of int
        ``range(n_starts)``, say; or those that are still to be run.
    """
    numbers, size = list(numbers), min(_MOST, model.together(rows))
    return [tuple(numbers[first : first + size]) for first in range(0, len(numbers), size)]


def units(fits, rows, numbers, n_jobs):
    """Blocks of several models on the same rows, those of kin together as far as that is quicker; no fewer units than processes.

    Parameters
    ----------
    fits : list of (name, model)
    rows : Rows
    numbers : mapping of name to sequence of int
    n_jobs : int

    Returns
    -------
    list of units
        Each a list of (name, model, numbers).
    """
    most, found, last = -(-sum(len(numbers[name]) for name, _ in fits) // n_jobs), [], {}
    for name, model in fits:
        room = min(most, model.together(rows))
        for block in blocks(model, rows, numbers[name]):
            unit, taken, least = last.get(model.kin, ([], 0, 0))
            if model.kin is None or taken + len(block) > min(least, room):
                unit, taken, least = [], 0, room
                found.append(unit)
            unit.append((name, model, block))
            last[model.kin] = unit, taken + len(block), min(least, room)
    return found


def run_block(model, rows, numbers, labels=None):
    """Bring starts of a model to their ends.

    Parameters
    ----------
    model : mixture
        Its ``random_state``, not None, gives the seeds.
    rows : Rows
        ``model.prepared(X, sample_weight, X_validation)``
    numbers : sequence of int
        Of the starts, from 0; a tuple of `blocks`.
    labels : array (n,), optional
        Known classes of the rows that were given, also of those without weight.

    Returns
    -------
    list of Start
        In the order of the numbers; one that failed has a sentence under "problem".
    """
    return [start for _, start in run_unit([(None, model, numbers)], rows, labels)]


@one_thread
def run_unit(unit, rows, labels=None):
    """Bring starts of models that are kin to their ends: pairs of a model's name and a `Start`, in the order of a unit of `units`."""
    labels = None if labels is None else labels[rows.present]
    asked, starts, runs, began = [], {}, {}, time.perf_counter()
    for name, model, numbers in unit:
        seeds = clone(model).seeds(max(numbers) + 1)  # a copy: a RandomState would go on
        asked += [(name, model, number, seeds[number]) for number in numbers]
    for i, (_, model, number, seed) in enumerate(asked):
        try:
            runs[i] = Run.begin(model, rows, seed, first=number == 0)
        except FAILURES as error:
            starts[i] = Start(number, seed, {PROBLEM: said_of(error)})
    try:
        ends = dict(unit[0][1].finish_together(list(runs.values())))
        together = {i: ends[place] for place, i in enumerate(runs)}
    except FAILURES:
        together = {}  # which of them it was, and why, each tells alone
    shared = (time.perf_counter() - began) / len(asked)
    for i, run in runs.items():
        (_, model, number, seed), began = asked[i], time.perf_counter()
        try:
            end, curve = together.get(i) or (run.finish(), run.trace.objective)
            seconds = shared + time.perf_counter() - began
            starts[i] = _start(model, rows, labels, number, seed, end, curve, seconds)
        except FAILURES as error:
            starts[i] = Start(number, seed, {PROBLEM: said_of(error)})
    return [(name, starts[i]) for i, (name, *_) in enumerate(asked)]


def _converged(model, end, curve):
    """By the model's stopping rule; of runs that have none, by the usual one on their curves."""
    usual = stopping.create_log_lik_criterion()
    asked = model.stopping_criterion is None and len(curve) > usual.needs
    return end.converged or asked and usual.holds(*curve[-usual.needs :].tolist())


def _start(model, rows, labels, number, seed, end, curve, seconds):
    """A `Start` with the figures of its end."""
    parameters = end.parameters
    fitted = type(model).from_parameters(parameters, **model.get_params(deep=False))
    entropies, pred = fitted.told(rows.X)
    fit = Fit(
        log_likelihood=end.log_likelihood,
        objective=end.objective,
        entropy=float(entropies @ rows.weight),
        n_parameters=parameters.n_parameters,
        n_rows=rows.mass,
        iterations=end.iteration,
        seconds=seconds,
        labels=labels,
        pred=pred,
    )
    row = {
        "objective": end.objective,
        **{metric.name: metric.of(fit) for metric in compared() if metric.known(fit)},
        "converged": _converged(model, end, curve),
        IN_USE: len(np.unique(pred)),
        "degenerate": any(event.kind == "degenerate component" for event in end.events),
        "to the end": end.converged or end.iteration == model.max_iter,
    }
    if end.log_likelihood_validation is not None:
        row[HELD_OUT] = end.log_likelihood_validation / len(rows.X_validation)
    shown = np.unique(np.linspace(0, len(rows.X) - 1, min(_LOOKED_AT, len(rows.X))).astype(int))
    posterior = fitted.predict_proba(tables.gathered(rows.X, shown))
    return Start(number, seed, row | {PROBLEM: None}, parameters, posterior.astype(np.float32), curve)
