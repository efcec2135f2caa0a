"""How many components: a parametric bootstrap of the likelihood ratio."""

from dataclasses import dataclass

import numpy as np
from sklearn.base import clone

from .. import checks
from .comparing import FAILURES
from .starts import checked, in_processes

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


def bootstrap_test(smaller, larger, X, *, n_samples=99, random_state=0, n_jobs=1):
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
    X = checks.rows(models[0], X, reset=True, min_samples=2)
    (null, other), statistic = _ratio(models, X)
    if not null.n_parameters < other.n_parameters:
        raise ValueError(f"The smaller model has {null.n_parameters} parameters and the larger one {other.n_parameters}; it needs more.")
    seeds = checks.random(random_state).randint(2**31, size=n_samples).tolist()
    drawn = in_processes(_drawn, [(models, null, len(X), seed) for seed in seeds], n_jobs)
    samples = np.array([value for value in drawn if value is not None])
    if len(samples) < _FEW:
        raise ValueError(f"Of {n_samples} samples {n_samples - len(samples)} could not be fitted; at least {_FEW} are needed.")
    p_value = (1 + (samples >= statistic).sum()) / (len(samples) + 1)
    error = np.sqrt(p_value * (1 - p_value) / (len(samples) + 1))
    return BootstrapTest(statistic, samples, float(p_value), float(error), n_samples - len(samples))


def _ratio(models, X):
    """The parameters of both models, and the statistic."""
    ends = [clone(model).start(X).finish() for model in models]
    return [end.parameters for end in ends], 2 * (ends[1].log_likelihood - ends[0].log_likelihood)


def _drawn(models, null, n, seed):
    rows, _ = null.sample(n, np.random.default_rng(seed))
    try:
        return _ratio(models, rows)[1]
    except FAILURES:
        return None
