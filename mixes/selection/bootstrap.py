"""How many components: a parametric bootstrap of the likelihood ratio."""

from dataclasses import dataclass
from functools import partial

import numpy as np

from .. import checks, tables
from .blocks import blocks, run_block
from .comparing import FAILURES
from .starts import checked, in_processes, rank
from .table import PROBLEM
from .words import SURE

_FEW = 19  # with fewer samples no p-value can be .05


@dataclass(frozen=True)
class BootstrapTest:
    """A smaller mixture against a larger one.

    Attributes
    ----------
    statistic : float
        Twice the difference of the log-likelihoods.
    samples : array (B,)
        The same on samples drawn from the smaller model.
    p_value : float
        The share of samples, with the data among them, whose statistic is as large.
    error : float
        Its standard error: what so many samples leave open.
    failed : int
        Samples to which a model could not be fitted; they are left out.
    """

    statistic: float
    samples: np.ndarray
    p_value: float
    error: float
    failed: int

    def __str__(self):
        return f"likelihood ratio {self.statistic:.4g}, p = {self.p_value:.3g} ± {self.error:.2g} from {len(self.samples)} samples"


def bootstrap_test(smaller, larger, X, *, n_samples=99, random_state=0, n_jobs=1, client=None):
    """Test whether a larger mixture is needed, k + 1 components against k, say.

    The likelihood ratio of mixtures has no chi-squared distribution; here its distribution is drawn: both models are
    fitted to samples from the smaller one.

    Parameters
    ----------
    smaller, larger : mixtures
        With ``n_init`` starts each; a few are needed for the larger one to find its optimum on every sample.
    X : array-like (n, d)
    n_samples : int
        Samples, 19 at least; the p-value is a multiple of 1 / (n_samples + 1).
    random_state : int
    n_jobs : int
        Processes; the result is the same for any number.
    client : distributed.Client, optional
        Of a Dask cluster, whose workers are the processes then.

    Returns
    -------
    BootstrapTest

    Raises
    ------
    ValueError
        Where a model cannot be fitted to X or to enough samples, or the larger one has no more parameters.

    References
    ----------
    McLachlan (1987), Journal of the Royal Statistical Society C 36:318-324.
    """
    checks.count("n_samples", n_samples, "samples", least=_FEW)
    models = [checked(model, 1, n_jobs=n_jobs) for model in (smaller, larger)]
    for model in models:
        if model.random_state is None:
            model.set_params(random_state=random_state)
    X = tables.rows(models[0], X, reset=True, min_samples=2)
    (null, other), statistic = _ratio(models, X)
    if not null.n_parameters < other.n_parameters:
        raise ValueError(f"The smaller model has {null.n_parameters} parameters and the larger one {other.n_parameters}; it needs more.")
    tasks = [(*models, null, len(X), (number,)) for number in range(n_samples)]
    drawn = in_processes(partial(bootstrap_ratios, n_samples=n_samples, random_state=random_state), tasks, n_jobs, client)
    return bootstrapped(statistic, [ratio for ratios in drawn for ratio in ratios])


def bootstrap_ratios(smaller, larger, null, n, numbers, *, n_samples, random_state=0):
    """The statistics of some of the samples that are drawn from the smaller model: the unit of work of `bootstrap_test`.

    Parameters
    ----------
    smaller, larger : mixtures
        With ``n_init`` starts each.
    null : the smaller model's parameters
        As fitted to the data.
    n : int
        Rows of a sample, as many as of the data.
    numbers : sequence of int
        Of the samples, from 0.
    n_samples, random_state
        As of `bootstrap_test`.

    Returns
    -------
    list of float
        None where a model could not be fitted.
    """
    seeds = checks.random(random_state).randint(2**31, size=n_samples).tolist()
    return [_drawn((smaller, larger), null, n, seeds[number]) for number in numbers]


def bootstrapped(statistic, ratios):
    """The `BootstrapTest` of a statistic, and of those of samples so far; a ValueError where they are too few."""
    samples = np.array([ratio for ratio in ratios if ratio is not None])
    if len(samples) < _FEW:
        raise ValueError(f"Of {len(ratios)} samples {len(ratios) - len(samples)} could not be fitted; at least {_FEW} are needed.")
    p_value = (1 + (samples >= statistic).sum()) / (len(samples) + 1)
    error = np.sqrt(p_value * (1 - p_value) / (len(samples) + 1))
    return BootstrapTest(statistic, samples, float(p_value), float(error), len(ratios) - len(samples))


def tell_bootstrap(statistic, ratios, k, under_way=False):
    """Whether more than k components are needed, in a sentence.

    Parameters
    ----------
    statistic, ratios
        As of `bootstrapped`, of k components against k + 1.
    k : int
    under_way : bool
        Whether more samples will come: then nothing is concluded.

    Returns
    -------
    str
    """
    against = f"{k} component{'' if k == 1 else 's'} against {k + 1}"
    if len([ratio for ratio in ratios if ratio is not None]) < _FEW:
        done = f"{len(ratios)} sample{'' if len(ratios) == 1 else 's'}"
        return f"Testing {against}: {done} so far." if under_way else f"{against}: {done} are too few to tell; {_FEW} are needed."
    test = bootstrapped(statistic, ratios)
    count = int((test.samples >= statistic).sum())
    failed = f", {test.failed} could not be fitted" if test.failed else ""
    figures = f"p = {test.p_value:.2f} ± {test.error:.2f}, parametric bootstrap{failed}"
    gained = f"{count or 'none'} of {len(test.samples)} samples drawn from {k} gained as much by one more as the data do ({figures})"
    if under_way:
        return f"Testing {against}, so far: {gained}."
    if test.p_value + 2 * test.error < SURE:
        return f"{against}: {gained}, so {k} {'is' if k == 1 else 'are'} too few."
    if test.p_value - 2 * test.error > SURE:
        return f"{against}: {gained}, so nothing speaks for more than {k}."
    return f"{against}: {gained}; it is open whether {k} {'is' if k == 1 else 'are'} enough."


def best_of(starts):
    """The best of some starts of one model, as `Mixture.start` chooses it."""
    return max(starts, key=rank)


def likelihood_ratio(smaller, larger):
    """Twice the difference of the log-likelihoods of two starts."""
    return 2 * (larger.row["log-likelihood"] - smaller.row["log-likelihood"])


def _ratio(models, X):
    """The parameters of both models, and the statistic."""
    ends = [_fitted(model, X) for model in models]
    return [end.parameters for end in ends], likelihood_ratio(*ends)


def _fitted(model, X):
    """The best of a model's ``n_init`` starts."""
    rows = model.prepared(X)
    end = best_of([start for block in blocks(model, rows, range(model.n_init)) for start in run_block(model, rows, block)])
    if end.parameters is None:
        raise ValueError(end.row[PROBLEM])
    return end


def _drawn(models, null, n, seed):
    rows, _ = null.sample(n, np.random.default_rng(seed))
    try:
        return _ratio(models, rows)[1]
    except FAILURES:
        return None
