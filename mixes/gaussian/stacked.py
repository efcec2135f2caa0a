"""Several starts of a Gaussian mixture on the same rows, iterated at once.

The products ``z(x)`` of features (`mixes.gaussian.em`) are the same for all starts, so one matrix product serves all of
them. A stack of R mixtures is the mixture of them all, each with a share of 1/R, in which a row's responsibilities are
normalised within each mixture. Starts that come to their end leave the stack; one to which anything happens that is
more than plain EM, an event or sums that lose figures, leaves it to be run alone.
"""

from copy import deepcopy

import numpy as np

from .. import stopping_criterion as stopping
from ..checks import quiet
from ..expectation import SAFE_PENALTY_RANGE, chunks, normalise
from ..gaussians import SQUARES_LIMIT, inside, rounding
from ..mixture import Mixture
from ..stepping import ROUNDING
from ..threads import one_thread
from .em import GaussianDensity
from .parameters import GaussianParameters

_CHUNK = 2**16  # responsibilities of a chunk, so many that they stay in the cache
_MOST, _WORK = 10, 2_000_000  # starts of a stack, and products of features and responsibilities in one of its iterations


def stackable(model):
    """Whether a model's runs do nothing but plain EM of Gaussian densities, stopped by the log-likelihood, if at all."""
    gaussian = model.density_class is GaussianDensity and type(model).density_of is Mixture.density_of
    plain = gaussian and not model.use_annealing and model.update_rate == 1 and model.evaluator is None
    rule = stopping.resolve(model.stopping_criterion)
    return plain and (rule is None or type(rule) is stopping.LogLikelihoodCriterion)


def stack_size(model, rows):
    """How many starts make a stack: fewer where each has much to do, which then gains little and would take long together."""
    n, d = rows.X.shape
    return int(np.clip(_WORK // (n * model.n_components * (1 + d + d * (d + 1) // 2)), 1, _MOST))


def finish_stacked(runs):
    """Bring runs to their ends that are `stackable`, on the same rows; the runs stay at iteration 0.

    Parameters
    ----------
    runs : list of Run
        Of one model, which differ in their seed.

    Returns
    -------
    list of int and pair of State and array (T + 1,), or None
        Number of a run in the list, its end and the objective of its iterations; None where it has to be finished alone.
    """
    with one_thread, quiet():  # what leaves the range of numbers is told by the run alone
        return list(_ends(runs))


def _ends(runs):
    model, rows, eps, floor = runs[0].model, runs[0].rows, runs[0].eps, runs[0].floor
    criteria = [deepcopy(run.criterion) for run in runs]
    live, stack = np.arange(len(runs)), _Stack.made_of([run.state.parameters for run in runs], rows)
    objectives, sums = np.array([run.state.objective for run in runs]), None
    curves, iteration = [[value] for value in objectives.tolist()], 0
    while live.size:
        alone = stack.unfit(eps)
        if not alone.any():
            sums = stack.passed(eps)[2] if sums is None else sums
            new, alone = stack.raised(sums, eps, floor)
            alone |= new.unfit(eps)
        if not alone.any():
            log_likelihoods, risen, next_sums = new.passed(eps)
            lost = rows.mass * np.maximum(stack.rounding, new.rounding)
            alone = ~(risen - objectives >= -ROUNDING * np.maximum(1.0, abs(objectives)) - lost)
        if alone.any():
            yield from ((int(number), None) for number in live[alone])
            live, objectives, stack, sums = live[~alone], objectives[~alone], stack.of(~alone), None
            criteria = [rule for rule, left in zip(criteria, alone) if not left]
            continue
        iteration, objectives, stack, sums = iteration + 1, risen, new, next_sums
        for number, value in zip(live, risen.tolist()):
            curves[number].append(value)
        converged = np.array([bool(rule and rule(iteration, None, None, None, value)) for rule, value in zip(criteria, risen.tolist())])
        ended = converged | (iteration == model.max_iter)
        for r in np.flatnonzero(ended):
            density = GaussianDensity(stack.mixture(r), rows.box)
            known = float(log_likelihoods[r]), float(risen[r]), bool(converged[r])
            yield int(live[r]), (runs[live[r]].state_after(iteration, density, *known), np.array(curves[live[r]]))
        if ended.any():
            live, objectives, stack, sums = live[~ended], objectives[~ended], stack.of(~ended), None
            criteria = [rule for rule, over in zip(criteria, ended) if not over]


class _Stack:
    """R mixtures of k components each, as one density: component j of mixture r is its component ``j R + r``.

    Parameters
    ----------
    parameters : GaussianParameters
        Of all k R components; the weights of a mixture sum to 1/R.
    rows : Rows
    size : int
        R.
    """

    def __init__(self, parameters, rows, size):
        self.parameters, self.rows, self.size = parameters, rows, size
        self.density = GaussianDensity(parameters, rows.box)

    @classmethod
    def made_of(cls, mixtures, rows):
        """The stack of several `GaussianParameters`."""
        weights, means, covariances = (
            np.stack([getattr(mixture, name) for mixture in mixtures], axis=1) for name in ("weights", "means", "covariances")
        )
        return cls(_flat(weights, means, covariances), rows, len(mixtures))

    @property
    def apart(self):
        """Weights (k, R), means (k, R, d) and covariances (k, R, d, d)."""
        own = self.parameters
        return (each.reshape(-1, self.size, *each.shape[1:]) for each in (self.size * own.weights, own.means, own.covariances))

    @property
    def rounding(self):
        """What rounding may change of a row's log density in each of the mixtures (R,)."""
        _, _, covariances = self.apart
        precisions = self.density.precisions.reshape(covariances.shape)
        return rounding(covariances, precisions)

    def of(self, keep):
        """The stack of some of the mixtures (R,)."""
        weights, means, covariances = (each[:, keep] for each in self.apart)
        return _Stack(_flat(weights, means, covariances), self.rows, int(keep.sum())) if keep.any() else None

    def mixture(self, r):
        """The parameters of one of the mixtures."""
        return GaussianParameters(*(each[:, r] for each in self.apart))

    def passed(self, eps):
        """One pass over the rows.

        Returns
        -------
        log_likelihoods, objectives : arrays (R,)
        sums : array (k R, F)
            As of `GaussianDensity.statistics`.
        """
        penalties = self.density.penalties(eps).reshape(-1, self.size, 1)
        highest = penalties.max(axis=0)
        factors = np.exp(penalties - highest)
        totals, sums = np.zeros((2, self.size)), 0.0
        for part in chunks(len(self.rows.X), min(self.density.chunk_rows, max(64, _CHUNK // len(self.parameters.weights)))):
            log_joint, features = self.density.log_joint(self.rows.X[part])
            joint = log_joint.reshape(*penalties.shape[:2], -1)
            joint -= penalties
            objectives = normalise(joint) + np.log(self.size)
            log_likelihoods = objectives + highest + (np.log((factors * joint).sum(axis=0)) if eps else 0.0)
            if self.rows.unequal is not None:
                weight = self.rows.unequal[part]
                joint *= weight
                log_likelihoods, objectives = log_likelihoods * weight, objectives * weight
            totals += log_likelihoods.sum(axis=1), objectives.sum(axis=1)
            sums = sums + self.density.statistics(features, log_joint)[0]
        return (*totals, sums)

    def raised(self, sums, eps, floor):
        """The M half-step: the stack after it, and which of the mixtures (R,) something happened to."""
        parameters, happened = self.density.maximisation((sums,), eps, floor)
        new = _Stack(parameters, self.rows, self.size)
        happens = np.zeros(self.size, dtype=bool)
        happens[[event.component % self.size for event in happened]] = True
        return new, happens

    def unfit(self, eps):
        """Which of the mixtures (R,) a stack would lose figures of."""
        _, means, covariances = self.apart
        center = inside(self.rows.box, self.parameters.weights @ self.parameters.means)
        extent = (((means - center) ** 2).sum(axis=2) + np.einsum("krii->kr", covariances)).max(axis=0)
        narrowness = self.density.narrowness.reshape(-1, self.size).max(axis=0)
        spread = np.ptp(self.density.penalties(eps).reshape(-1, self.size), axis=0)
        lost = (extent * narrowness >= SQUARES_LIMIT) | (spread >= SAFE_PENALTY_RANGE)
        if not self.density.expands and not lost.any():
            lost[narrowness.argmax()] = True  # beside a wide one
        return lost


def _flat(weights, means, covariances):
    """Parameters of a stack from weights (k, R), means (k, R, d) and covariances (k, R, d, d)."""
    size, d = weights.shape[1], means.shape[2]
    return GaussianParameters(weights.ravel() / size, means.reshape(-1, d), covariances.reshape(-1, d, d))
