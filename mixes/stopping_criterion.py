"""When EM may stop.

A criterion is any ``criterion(iter_i, data, probs, pred, log_lik) -> bool``: iteration number, rows (n, d), posterior
probabilities (n, k), most probable component (n,), and the objective, which without regularisation is the
log-likelihood. It is asked after every iteration at inverse temperature 1, never while annealing.
"""

import math
from abc import ABC, abstractmethod
from numbers import Real

from . import checks
from .evaluator import silhouette

# Relative changes of the log-likelihood below this are rounding: they are no change.
_ROUNDING = 1e-13


class Criterion(ABC):
    """A rule on a value of each iteration: going back to an earlier one forgets the later ones, a saved run keeps them.

    Attributes
    ----------
    threshold : float
    needs : int
        How many values in a row the rule is about.
    """

    needs = 1

    def __init__(self, threshold):
        if not isinstance(threshold, Real) or not threshold > 0:
            raise ValueError(f"threshold is {checks.shown(threshold)}; it needs a positive number.")
        self.threshold = float(threshold)
        self.memory = {}

    def __call__(self, iter_i, data, probs, pred, log_lik):
        self.memory = {i: value for i, value in self.memory.items() if i < iter_i}
        self.memory[iter_i] = self.value(data, pred, log_lik)
        wanted = range(iter_i - self.needs + 1, iter_i + 1)
        return all(i in self.memory for i in wanted) and bool(self.holds(*(self.memory[i] for i in wanted)))

    @staticmethod
    def value(data, pred, log_lik):
        """The value of an iteration, a number or an array; by default the objective."""
        return float(log_lik)

    @abstractmethod
    def holds(self, *values):
        """Whether the rule holds for the last ``needs`` values."""


class LogLikelihoodCriterion(Criterion):
    """Aitken's rule, see `create_log_lik_criterion`."""

    needs = 3

    def holds(self, l1, l2, l3):
        if not all(map(math.isfinite, (l1, l2, l3))):
            return False
        first, second = l2 - l1, l3 - l2
        if max(abs(first), abs(second)) <= _ROUNDING * abs(l3):
            return True
        if first <= 0 or second < 0 or second >= first:  # falling or accelerating: there is no limit to extrapolate to
            return False
        limit = l2 + second / (1 - second / first)
        return abs(limit - l3) < self.threshold


class SilhouetteCriterion(Criterion):
    """See `create_silhouette_criterion`."""

    needs = 2

    @staticmethod
    def value(data, pred, log_lik):
        return silhouette(data, pred)

    def holds(self, before, now):
        return abs(now - before) < self.threshold


# those that a saved run names, and that come back with it
STANDARD = {rule.__name__: rule for rule in (LogLikelihoodCriterion, SilhouetteCriterion)}


def create_log_lik_criterion(threshold=1e-3):
    """Stop when Aitken's extrapolation expects less than ``threshold`` more.

    With the last three values l1, l2, l3: a = (l3 - l2) / (l2 - l1) and the limit l2 + (l3 - l2) / (1 - a). Stops when
    0 <= a < 1 and the limit is closer to l3 than ``threshold``, or when nothing changes any more. Falling,
    accelerating and non-finite values never stop.

    References
    ----------
    Böhning et al. (1994), Annals of the Institute of Statistical Mathematics 46:373-388.
    """
    return LogLikelihoodCriterion(threshold)


def create_silhouette_criterion(threshold=1e-4):
    """Stop when the silhouette of the clusters changes by less than ``threshold`` in one iteration."""
    return SilhouetteCriterion(threshold)


def of_objective(criterion):
    """Whether a rule is about the objective alone: a `Criterion` that takes no other value."""
    return type(criterion).__call__ is Criterion.__call__ and getattr(criterion, "value", None) is Criterion.value


def resolve(criterion):
    """The callable, or None, that the argument ``stopping_criterion`` of a model stands for."""
    if criterion is None or callable(criterion) and not isinstance(criterion, type):
        return criterion
    if isinstance(criterion, str) and criterion == "log_lik":
        return create_log_lik_criterion()
    raise ValueError(f'stopping_criterion is {checks.shown(criterion)}; it needs "log_lik", None or a callable.')
