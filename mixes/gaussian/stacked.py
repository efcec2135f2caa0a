"""Several starts of a Gaussian mixture on the same rows, iterated at once.

The products ``z(x)`` of features (`mixes.gaussian.em`) are the same for all starts, so one matrix product serves all of
them. All are taken about the mean of the rows, which is the mean of every mixture after an M half-step: so no mixture depends
on those beside it. Starts that come to their end leave the stack; one to which anything happens that is more than plain EM,
an event or sums that lose figures, leaves it to be run alone.
"""

from typing import NamedTuple

import numpy as np

from .. import stopping_criterion as stopping
from ..checks import quiet
from ..expectation import SAFE_PENALTY_RANGE, log_density, normalise
from ..gaussians import SQUARES_LIMIT, cholesky, floor_covariances, precisions, rounding
from ..mixture import Mixture
from ..stepping import ROUNDING
from ..threads import one_thread
from ..walk import chunks
from .em import MAX_PRODUCTS, GaussianDensity, coefficients, constants, moments, monomials, n_products, squares, thinned
from .parameters import GaussianParameters
from .structures import FULL, code_of

_CHUNK = 2**16  # responsibilities of a chunk, so many that they stay in the cache
_MOST, _WORK = 10, 2_000_000  # starts of a stack, and products of features and responsibilities in one of its iterations


def stackable(model):
    """Whether a model's runs do nothing but plain EM of Gaussian densities, stopped by the log-likelihood, if at all."""
    gaussian = model.density_class is GaussianDensity and type(model).density_of is Mixture.density_of
    gaussian = gaussian and code_of(model.covariance_type) == FULL
    plain = gaussian and not model.use_annealing and model.update_rate == 1 and model.evaluator is None
    pinned = not isinstance(model.init, str) and model.init.pinned
    rule = stopping.resolve(model.stopping_criterion)
    return plain and not pinned and (rule is None or stopping.of_objective(rule))


def stack_size(model, rows):
    """How many starts make a stack: fewer where each has much to do, which then gains little and would take long together."""
    n, d = rows.X.shape
    return int(np.clip(_WORK // (n * model.n_components * n_products(d)), 1, _MOST))


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
        ends = dict(_ends(runs))
    return [(number, ends.get(number)) for number in range(len(runs))]


def _ends(runs):
    """Number of a run, its end and the objective of its iterations, for each that comes to its end in the stack."""
    model, rows, eps, floor = runs[0].model, runs[0].rows, runs[0].eps, runs[0].floor
    center = rows.box.center
    live, stack = np.arange(len(runs)), _Stack.made_of([run.state.parameters for run in runs], center, eps)
    rule, curves = runs[0].criterion, [[run.state.objective] for run in runs]
    fit = ~stack.unfit(center, eps)
    live, stack, iteration = live[fit], stack.of(fit), 0
    if not live.size or n_products(len(center)) > MAX_PRODUCTS:
        return
    objectives, sums = stack.passed(rows, center)
    while live.size:
        iteration += 1
        new, more, told = stack.raised(sums, center, eps, floor)
        risen, sums = new.passed(rows, center)
        fit = ~(more | new.unfit(center, eps) | _fell(stack, new, objectives, risen, rows.mass))
        converged = np.zeros(len(live), dtype=bool)
        for r in np.flatnonzero(fit):
            curve = curves[live[r]]
            curve.append(float(risen[r]))
            converged[r] = rule is not None and iteration >= rule.needs and rule.holds(*curve[-rule.needs :])
        ended = fit & (converged | (iteration == model.max_iter))
        for r in np.flatnonzero(ended & ~told):  # the events of an end are told with it
            density, number = GaussianDensity(new.mixture(r), rows.box), int(live[r])
            log_likelihood = float(log_density(density, rows.X) @ rows.weight)
            state = runs[number].state_after(iteration, density, log_likelihood, float(risen[r]), bool(converged[r]))
            yield number, (state, np.array(curves[number]))
        stack, objectives, going = new, risen, fit & ~ended
        if not going.all():
            live, stack, objectives, sums = live[going], stack.of(going), objectives[going], sums[:, going]


def _fell(stack, new, before, after, mass):
    """In which of the mixtures (R,) the objective fell by more than rounding, or is none."""
    change, slack = after - before, ROUNDING * np.maximum(1.0, abs(before))
    fell = ~(change >= -slack)
    if fell.any():  # what rounding of the parameters may change is asked where it matters only
        lost = np.maximum(*(rounding(each.covariances, each.precisions) for each in (stack, new)))
        fell = ~(change >= -slack - mass * lost)
    return fell


class _Stack(NamedTuple):
    """R mixtures of k components each.

    Attributes
    ----------
    weights : array (k, R)
    means : array (k, R, d)
    covariances, precisions : arrays (k, R, d, d)
    narrowness : array (k, R)
        Traces of the precisions.
    coefficients : array (k, R, F)
        Of the products about the center, in the log densities less the regularisation.
    """

    weights: np.ndarray
    means: np.ndarray
    covariances: np.ndarray
    precisions: np.ndarray
    narrowness: np.ndarray
    coefficients: np.ndarray

    @classmethod
    def of_arrays(cls, weights, means, covariances, center, eps):
        """The stack with these weights, means and covariances."""
        factors = cholesky(covariances)
        inverses = precisions(factors)
        narrowness = np.einsum("...ii->...", inverses)
        highest = constants(weights, factors) - _penalties(narrowness, eps)
        return cls(weights, means, covariances, inverses, narrowness, coefficients(highest, means - center, inverses))

    @classmethod
    def made_of(cls, mixtures, center, eps):
        """The stack of several `GaussianParameters`."""
        arrays = (np.stack([getattr(mixture, name) for mixture in mixtures], axis=1) for name in ("weights", "means", "covariances"))
        return cls.of_arrays(*arrays, center, eps)

    def of(self, keep):
        """The stack of some of the mixtures (R,)."""
        return self._make(each[:, keep] for each in self)

    def mixture(self, r):
        """The parameters of one of the mixtures."""
        return GaussianParameters(self.weights[:, r], self.means[:, r], self.covariances[:, r])

    def passed(self, rows, center):
        """One pass over the rows: objectives (R,), and the sums (k, R, F) of responsibilities times products about the center."""
        k, size, n = self.coefficients.shape
        flat, totals, sums = self.coefficients.reshape(k * size, n), np.zeros(size), 0.0
        for part in chunks(len(rows.X), max(64, _CHUNK // len(flat))):
            features = monomials(rows.X[part] - center)
            joint = (flat @ features).reshape(k, size, -1)
            log_sums = normalise(joint)
            if rows.unequal is not None:
                joint *= rows.unequal[part]
                log_sums *= rows.unequal[part]
            totals += log_sums.sum(axis=1)
            sums = sums + joint.reshape(k * size, -1) @ features.T
        return totals, sums.reshape(k, size, n)

    def raised(self, sums, center, eps, floor):
        """The M half-step: the stack after it, to which of the mixtures (R,) more than that happens, and of which more is told."""
        mass, empty, means, covariances = moments(sums, center, eps)
        happens, told = empty.copy(), thinned(self.weights, mass, len(center) + 1).any(axis=0)
        if empty.any():  # its mixture leaves: these keep it a mixture, and infinities out
            mass, covariances = np.where(empty, 1.0, mass), np.where(empty[..., None, None], self.covariances, covariances)
        flat, floored = floor_covariances(covariances.reshape(-1, *covariances.shape[2:]), floor)
        happens.flat[floored] = True
        return self.of_arrays(mass / mass.sum(axis=0), means, flat.reshape(covariances.shape), center, eps), happens.any(axis=0), told

    def unfit(self, center, eps):
        """Which of the mixtures (R,) lack a component, or would lose figures here."""
        spread = _penalties(self.narrowness.max(axis=0) - self.narrowness.min(axis=0), eps)
        lost = squares(self.means - center, self.covariances, self.precisions).max(axis=0) >= SQUARES_LIMIT
        return lost | (spread >= SAFE_PENALTY_RANGE) | (self.weights == 0).any(axis=0)


def _penalties(narrowness, eps):
    return 0.5 * eps * narrowness
