"""Metrics: what a number says of a model that learns or of models side by side, which way is better, how it is computed.

A metric is one entry here. `register` adds one: the app then shows it wherever it has words for it, and
`mixes.selection.compare` has a column of it.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .evaluator import accuracy, adjusted_rand_index, silhouette
from .fitted import aic, bic, icl


@dataclass(frozen=True)
class Fit:
    """What a metric may look at; None is what is not known.

    Attributes
    ----------
    log_likelihood, objective : float
        Of the rows that are fitted.
    held_out : float
        The log-likelihood of rows kept aside, scaled to the number of fitted rows.
    entropy : float
        How undecided the fitted rows are between clusters, summed over rows.
    n_parameters, n_rows, iterations : int
    seconds : float
        What the fit took.
    data : array (n, d)
        The fitted rows.
    labels, pred : array (n,)
        Their known classes and their clusters.
    """

    log_likelihood: float | None = None
    objective: float | None = None
    held_out: float | None = None
    entropy: float | None = None
    n_parameters: int | None = None
    n_rows: int | None = None
    iterations: int | None = None
    seconds: float | None = None
    data: np.ndarray | None = None
    labels: np.ndarray | None = None
    pred: np.ndarray | None = None


@dataclass(frozen=True)
class Metric:
    """One metric.

    Attributes
    ----------
    name : str
    of : callable
        Gives the number of a `Fit`; None for what is known from random splits only.
    needs : tuple of str
        The attributes of a `Fit` that it looks at; without them there is no such number.
    better : "higher", "lower" or None
        None when neither is.
    learning : str
        What it says of a model while it learns; without a word it is not shown there. ``{scale}`` stands for how the
        data were scaled.
    comparing : str
        What it says of models side by side; without a word they are not compared by it.
    """

    name: str
    of: Callable | None
    needs: tuple
    better: str | None = None
    learning: str = ""
    comparing: str = ""

    def known(self, fit):
        """Whether a fit tells all that it needs."""
        return self.of is not None and all(getattr(fit, name) is not None for name in self.needs)


METRICS = {}  # by name, in the order in which they are shown


def register(metric):
    """Add a metric; a ValueError where there is one of this name."""
    if metric.name in METRICS:
        raise ValueError(f"there is a metric {metric.name!r} already; give yours another name.")
    METRICS[metric.name] = metric


# In the order of the app's tables. Entropy, iterations, seconds and parameters are not better for being lower: a single
# component has an entropy of 0.
for _metric in (
    Metric(
        "log-likelihood",
        lambda fit: fit.log_likelihood,
        ("log_likelihood",),
        "higher",
        "How probable the data are under this mixture; EM makes it climb. Of the {scale} data.",
        "The sum of the log densities of the rows that were fitted; it rises with every parameter, so it cannot choose between models.",
    ),
    Metric(
        "objective",
        lambda fit: fit.objective,
        ("objective",),
        None,
        "The log-likelihood with annealing and regularisation in it: what EM raises, and what never falls.",
    ),
    Metric(
        "held-out log-likelihood",
        lambda fit: fit.held_out,
        ("held_out",),
        "higher",
        "Of the rows kept aside, scaled to the number of fitted rows; when it falls, the model learns the noise.",
        "The mean log density of rows that were not used to fit, over random splits of the data; every model "
        "that is not told from the best is marked.",
    ),
    Metric(
        "standard error",
        None,
        (),
        None,
        "",
        "How far the held-out log-likelihood may be off by chance, with allowance for the rows that "
        "splits share; differences between models are judged split by split and are often surer.",
    ),
    Metric(
        "AIC",
        lambda fit: aic(fit.log_likelihood, fit.n_parameters),
        ("log_likelihood", "n_parameters"),
        "lower",
        "Akaike's criterion, -2 log-likelihood + 2 × parameters; lower is better.",
        "Akaike's criterion, -2 log-likelihood + 2 parameters; lower is better; it aims at good prediction and "
        "tends to allow too many components.",
    ),
    Metric(
        "BIC",
        lambda fit: bic(fit.log_likelihood, fit.n_parameters, fit.n_rows),
        ("log_likelihood", "n_parameters", "n_rows"),
        "lower",
        "Schwarz' criterion, -2 log-likelihood + parameters × log(rows); lower is better.",
        "Schwarz' criterion, -2 log-likelihood + parameters · log(rows); lower is better; it charges more for each parameter than AIC.",
    ),
    Metric(
        "ICL",
        lambda fit: icl(fit.log_likelihood, fit.n_parameters, fit.n_rows, fit.entropy),
        ("log_likelihood", "n_parameters", "n_rows", "entropy"),
        "lower",
        "BIC plus a penalty for clusters that overlap; lower is better.",
        "BIC + 2 entropy; lower is better; it also charges for clusters that overlap.",
    ),
    Metric(
        "parameters",
        lambda fit: fit.n_parameters,
        ("n_parameters",),
        None,
        "Free numbers the model can adjust.",
        "How many numbers the model is free to choose.",
    ),
    Metric("iterations", lambda fit: fit.iterations, ("iterations",), None, "", "How many iterations the fit took."),
    Metric(
        "seconds", lambda fit: fit.seconds, ("seconds",), None, "", "How long the fit took on this machine; small differences are chance."
    ),
    Metric(
        "entropy",
        lambda fit: fit.entropy,
        ("entropy",),
        None,
        "",
        "How undecided the rows are between clusters, summed over rows; 0 when every row is certain.",
    ),
    Metric(
        "ARI",
        lambda fit: adjusted_rand_index(fit.labels, fit.pred),
        ("labels", "pred"),
        "higher",
        "Adjusted Rand index: agreement with the labels, 1 is perfect and 0 is chance.",
        "How well clusters agree with the labels, pair of rows by pair of rows: 1 is perfect, 0 is chance.",
    ),
    Metric(
        "accuracy",
        lambda fit: accuracy(fit.labels, fit.pred),
        ("labels", "pred"),
        "higher",
        "Share of rows in the right class when clusters are matched to the labels as well as possible.",
        "The share of rows in the right class, when each cluster stands for at most one class.",
    ),
    Metric(
        "silhouette",
        lambda fit: silhouette(fit.data, fit.pred),
        ("data", "pred"),
        "higher",
        "",
        "How much nearer rows are to their own cluster than to the next one, from -1 to 1; it favours round clusters.",
    ),
):
    register(_metric)
