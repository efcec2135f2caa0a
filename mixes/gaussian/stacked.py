"""Several Gaussian mixtures on the same rows, iterated at once: starts of a model, or models of several sizes and structures.

The products of features (``[1, x_i, x_i x_j]``, or ``[1, x_i, x_i²]`` of axis-aligned components) are made once for all of them,
and what NumPy does with few numbers takes as long as with those of many mixtures. The products are taken about the mean of the
rows, which is the mean of every mixture after an M half-step. A mixture that has fewer components than others is filled up with
absent ones, and sums over components are made one after the other: so no mixture depends on those beside it, to the last digit.
Mixtures that come to their end leave the stack; one to which anything happens that is more than plain EM, an event or sums that
lose figures, leaves it to be run alone.
"""

from typing import NamedTuple

import numpy as np

from .. import stopping_criterion as stopping
from ..checks import quiet
from ..expectation import SAFE_PENALTY_RANGE, log_density, normalise
from ..gaussians import LOG_2PI, SQUARES_LIMIT, cholesky, log_determinants, precisions
from ..mixture import Mixture
from ..stepping import ROUNDING
from ..threads import one_thread
from ..walk import chunks
from . import axis_aligned, em, structures
from .em import MAX_PRODUCTS, GaussianDensity, emptied, thinned
from .parameters import parameters_of

_CHUNK, _PRODUCTS = 1024, 2**18  # rows of a chunk, and products of their features, so many that all stays in the cache
_KEPT = 2**20  # products that are kept for all iterations: more are made again in each
_CLEAR = 1000  # so many times the floor is the regularisation that keeps covariances above it, whatever is rounded
_MOST, _WORK = 100, 2_000_000  # starts of a stack, and products of features and responsibilities in one of its iterations


def stackable(model):
    """Whether a model's runs do nothing but plain EM of Gaussian densities, stopped by the log-likelihood, if at all."""
    gaussian = model.density_class is GaussianDensity and type(model).density_of is Mixture.density_of
    plain = gaussian and not model.use_annealing and model.update_rate == 1 and model.evaluator is None
    pinned = not isinstance(model.init, str) and model.init.pinned
    rule = stopping.resolve(model.stopping_criterion)
    return plain and not pinned and (rule is None or stopping.of_objective(rule))


def stack_size(model, rows):
    """How many starts make a stack: fewer where each has much to do, which then gains little and would take long together."""
    n, d = rows.X.shape
    products = _of_kind(structures.code_of(model.covariance_type)).n_products(d)
    return max(1, min(_MOST, _WORK // (n * model.n_components * products)))


def finish_stacked(runs):
    """Bring runs to their ends that are `stackable` and on the same rows, all axis-aligned or none; they stay at iteration 0.

    Parameters
    ----------
    runs : list of Run

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
    rows, floor, products = runs[0].rows, runs[0].floor, _Products(runs[0].rows, runs[0].state.parameters.covariance_type)
    live, stack = np.arange(len(runs)), _Stack.made_of([run.state.parameters for run in runs], [run.eps for run in runs], products.center)
    curves = [[run.state.objective] for run in runs]
    fit = ~stack.unfit(floor)
    live, stack, iteration = live[fit], stack.of(fit), 0
    if not live.size or products.size > MAX_PRODUCTS:
        return
    objectives, sums = stack.passed(products)
    while live.size:
        iteration += 1
        new, more, told = stack.raised(sums, floor)
        risen, sums = new.passed(products)
        fit = ~(more | new.unfit(floor) | _fell(stack, new, objectives, risen, rows.mass))
        converged, last = np.zeros((2, len(live)), dtype=bool)
        for r in np.flatnonzero(fit):
            curve, rule = curves[live[r]], runs[live[r]].criterion
            curve.append(float(risen[r]))
            converged[r] = rule is not None and iteration >= rule.needs and rule.holds(*curve[-rule.needs :])
            last[r] = iteration == runs[live[r]].model.max_iter
        ended = fit & (converged | last)
        for r in np.flatnonzero(ended & ~told):  # the events of an end are told with it
            number = int(live[r])
            density = runs[number].model.density_of(new.mixture(r, products.center), box=rows.box)
            log_likelihood = float(log_density(density, rows.X) @ rows.weight)
            state = runs[number].state_after(iteration, density, log_likelihood, float(risen[r]), bool(converged[r]))
            yield number, (state, np.array(curves[number]))
        stack, objectives, going = new, risen, fit & ~ended
        if not going.all():
            live, stack, objectives = live[going], stack.of(going), objectives[going]
            sums = sums[: len(stack.weights), going]


def _fell(stack, new, before, after, mass):
    """In which of the mixtures (R,) the objective fell by more than rounding, or is none."""
    change, slack = after - before, ROUNDING * np.maximum(1.0, abs(before))
    fell = ~(change >= -slack)
    if fell.any():  # what rounding of the parameters may change is asked where it matters only
        lost = np.maximum(*(each.kind.rounding(each.spread, each.precisions) for each in (stack, new)))
        fell = ~(change >= -slack - mass * lost)
    return fell


def _of_kind(code):
    """The functions of covariances, or of variances: two modules that give them the same names."""
    return axis_aligned if structures.axis_aligned(code) else em


class _Products:
    """Products of features of the rows about their mean, chunk by chunk; those of few rows are made once."""

    def __init__(self, rows, code):
        self.rows, self._monomials = rows, _of_kind(code).monomials
        self.center, self.size = rows.box.center, _of_kind(code).n_products(rows.X.shape[1])
        self._kept = self._made(slice(None)) if len(rows.X) * self.size <= _KEPT else None

    def _made(self, part):
        return self._monomials(self.rows.X[part] - self.center)

    def chunks(self):
        """Products (F, m), and the weights (m,) of the rows, where they are not equal."""
        n = len(self.rows.X)
        parts = -(-n // min(_CHUNK, max(256, _PRODUCTS // self.size)))
        for part in chunks(n, -(-n // parts)):
            unequal = None if self.rows.unequal is None else self.rows.unequal[part]
            yield self._made(part) if self._kept is None else self._kept[:, part], unequal


class _Stack(NamedTuple):
    """R mixtures of up to k components each, about the mean of the rows; absent components have the shape of the first one.

    Attributes
    ----------
    codes : array (1, R) of str
        The structures, all axis-aligned or none.
    eps : array (1, R)
    absent : array (k, R) of bool
    weights : array (k, R)
    means : array (k, R, d)
        Less that of the rows.
    spread, precisions : arrays (k, R, d, d), or (k, R, d)
        Covariances, or variances of axis-aligned components.
    narrowness : array (k, R)
        Traces of the precisions.
    coefficients : array (k, R, F)
        Of the products, in the log densities less the regularisation.
    """

    codes: np.ndarray
    eps: np.ndarray
    absent: np.ndarray
    weights: np.ndarray
    means: np.ndarray
    spread: np.ndarray
    precisions: np.ndarray
    narrowness: np.ndarray
    coefficients: np.ndarray

    @classmethod
    def of_arrays(cls, codes, eps, absent, weights, means, spread):
        """The stack with these weights, means and covariances or variances."""
        inverses, narrowness, log_volumes = _inverted(spread, along=structures.axis_aligned(codes[0, 0]))
        highest = np.log(np.where(absent, 1.0, weights)) - 0.5 * (log_volumes + means.shape[-1] * LOG_2PI + eps * narrowness)
        found = _of_kind(codes[0, 0]).coefficients(highest, means, inverses)
        return cls(codes, eps, absent, weights, means, spread, inverses, narrowness, found)

    @classmethod
    def made_of(cls, mixtures, eps, center):
        """The stack of several `GaussianParameters`, with the regularisation of each."""
        most = max(len(mixture.weights) for mixture in mixtures)
        absent = np.arange(most)[:, None] >= [len(mixture.weights) for mixture in mixtures]
        filled = [np.where(own, 0, np.arange(most)) for own in absent.T]
        weights, means, spread = (
            np.stack([getattr(mixture, name)[own] for mixture, own in zip(mixtures, filled)], axis=1)
            for name in ("weights", "means", "spread")
        )
        codes = np.array([[mixture.covariance_type for mixture in mixtures]])
        return cls.of_arrays(codes, np.array([eps]), absent, np.where(absent, 0.0, weights), means - center, spread)

    @property
    def kind(self):
        return _of_kind(self.codes[0, 0])

    @property
    def sizes(self):
        """Numbers of components (R,)."""
        return (~self.absent).sum(axis=0)

    def of(self, keep):
        """The stack of some of the mixtures (R,)."""
        most = max(self.sizes[keep], default=0)
        return self._make(np.compress(keep, each[:most], axis=1) for each in self)

    def mixture(self, r, center):
        """The parameters of one of the mixtures."""
        weights, means, spread = (each[: self.sizes[r], r] for each in (self.weights, self.means, self.spread))
        return parameters_of(weights, means + center, spread, str(self.codes[0, r]))

    def passed(self, products):
        """One pass over the rows: objectives (R,), and the sums (k, R, F) of responsibilities times products."""
        totals, sums, own = np.zeros(len(self.sizes)), np.zeros(self.coefficients.shape), list(enumerate(self.sizes))
        for features, unequal in products.chunks():
            joint = np.full((*self.weights.shape, features.shape[1]), -np.inf)
            for r, k in own:  # products of several at once would be added up in another order
                np.matmul(self.coefficients[:k, r], features, out=joint[:k, r])
            log_sums = normalise(joint, alike=True)
            if unequal is not None:
                joint *= unequal
                log_sums *= unequal
            totals += log_sums.sum(axis=1)
            for r, k in own:
                sums[:k, r] += joint[:k, r] @ features.T
        return totals, sums

    def raised(self, sums, floor):
        """The M half-step: the stack after it, to which of the mixtures (R,) more than that happens, and of which more is told."""
        d, each = self.means.shape[-1], (..., *[None] * (self.spread.ndim - 2))
        mass, means, own = self.kind.moments(sums, np.zeros(d), self.eps[0][:, None])
        needed = [structures.rows_needed(code, d) for code in self.codes[0]]
        happens, told = emptied(mass) & ~self.absent, thinned(self.weights, mass, needed).any(axis=0)
        own = np.where(self.absent[each], own[:1], own)
        if happens.any():  # its mixture leaves: these keep it a mixture, and infinities out
            mass, own = np.where(happens, 1.0, mass), np.where(happens[each], self.spread, own)
        if self.eps.min() < _CLEAR * floor:
            flat, low = structures.raised(own.reshape(-1, *own.shape[2:]), floor)
            happens.flat[low], own = True, flat.reshape(own.shape)
        counted, spread = np.maximum(mass, np.finfo(float).tiny), own.copy()
        for code in set(self.codes[0]) - {structures.FULL}:
            of = self.codes[0] == code
            axes = structures.common_axes(self.spread[:, of], ~self.absent[:, of]) if code[1:] == "VE" else None
            spread[:, of] = structures.structured(code, counted[:, of], own[:, of], axes)
        new = self.of_arrays(self.codes, self.eps, self.absent, mass / sum(mass), means, spread)
        return new, happens.any(axis=0), told

    def unfit(self, floor):
        """Which of the mixtures (R,) lack a component, may be at the floor, or would lose figures here."""
        narrowest = self.narrowness.max(axis=0)
        penalties = 0.5 * self.eps[0] * (narrowest - self.narrowness.min(axis=0))
        lost = self.kind.squares(self.means, self.spread, self.precisions).max(axis=0) >= SQUARES_LIMIT
        lacking = (self.weights == 0) & ~self.absent
        return lost | (penalties >= SAFE_PENALTY_RANGE) | lacking.any(axis=0) | (narrowest * floor > 1)


def _inverted(spread, along):
    """Precisions of covariances or variances, with their traces and the log determinants of the covariances."""
    if along:
        return 1 / spread, (1 / spread).sum(axis=-1), np.log(spread).sum(axis=-1)
    factors = cholesky(spread)
    inverses = precisions(factors)
    return inverses, np.einsum("...ii->...", inverses), log_determinants(factors)
