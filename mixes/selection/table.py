"""The table of models side by side: its columns, how it is made of what is measured, and who is best."""

import numpy as np
import pandas as pd

from ..metrics import METRICS
from .evidence import BARE_BIC, TEST_SIZE, leading, summary

HELD_OUT, STANDARD_ERROR, PROBLEM = "held-out log-likelihood", "standard error", "problem"

# the columns of the table in order, with what they say; those that `metrics.register` adds come after the measures
HELP = {name: metric.comparing for name, metric in METRICS.items() if metric.comparing}
MEASURES = tuple(HELP)
COLUMNS = (*MEASURES, PROBLEM)
BETTER = {name: METRICS[name].better for name in MEASURES if METRICS[name].better}

# Values this close, as a share, are those of one optimum, found from other starts.
SAME = 1e-5


def compared():
    """The metrics that models are compared by."""
    return [metric for metric in METRICS.values() if metric.comparing]


def tabulate(names, measured, scores, problems, test_ratio=TEST_SIZE / (1 - TEST_SIZE)):
    """The table of `compare`, also of the splits so far.

    Parameters
    ----------
    names : sequence of str
    measured : mapping of name to what `measures` gave
        Without the models that failed.
    scores : array (n_splits, n_models)
        What `held_out_score` gave on each split.
    problems : mapping of name to sentence
    test_ratio : float
        Held-out rows per training row.

    Returns
    -------
    DataFrame
    """
    means, errors = summary(scores, test_ratio)
    rows = [{**measured.get(name, {}), HELD_OUT: mean, STANDARD_ERROR: error} for name, mean, error in zip(names, means, errors)]
    table = pd.DataFrame(rows, index=pd.Index(names, name="model"), columns=[metric.name for metric in compared()])
    table[PROBLEM] = pd.Series([problems.get(name) for name in names], index=table.index, dtype=object)
    scored = np.flatnonzero(np.isfinite(scores).all(axis=0))
    table.attrs["leading"] = scored[leading(np.asarray(scores)[:, scored], test_ratio)].tolist()
    return table


def best(table):
    """The positions of the best models in a table of `tabulate`, for each measure of which one way is better.

    Models at the same optimum are all in; of the criteria, all that are not worth more than a bare mention behind the best;
    of the held-out log-likelihood, all that the splits do not tell from the best.
    """
    found = {}
    for name, better in [(metric.name, metric.better) for metric in compared() if metric.better]:
        values = table[name].to_numpy(dtype=float) * (1 if better == "higher" else -1)
        highest = np.nanmax(values, initial=-np.inf)
        behind = BARE_BIC if name in ("AIC", "BIC", "ICL") else SAME * max(1.0, abs(highest))
        found[name] = np.flatnonzero(highest - values < behind).tolist()
    found[HELD_OUT] = sorted(table.attrs.get("leading", found[HELD_OUT]))
    return found
