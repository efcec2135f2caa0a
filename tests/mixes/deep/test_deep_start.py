"""Where EM of deep mixtures starts: nothing but the set of weighted rows decides, and not how numbers are rounded."""

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from mixes.deep import DGMM, GMN
from mixes.deep.start import factor_analysis
from mixes.view import View, oriented

shapes = st.integers(1, 3).flatmap(
    lambda depth: st.tuples(
        st.lists(st.integers(1, 3), min_size=depth, max_size=depth),
        st.lists(st.integers(1, 3), min_size=depth, max_size=depth).map(lambda dims: sorted(dims, reverse=True)),
    )
)
few = settings(max_examples=3, deadline=None)
models, starts, seeds = st.sampled_from([DGMM, GMN]), st.sampled_from(["kmeans", "random"]), st.integers(0, 99)


def rows(seed, n=30, d=4):
    rng = np.random.default_rng(seed)
    return 3 * rng.normal(size=(3, d))[rng.integers(3, size=n)] + rng.normal(size=(n, d)), rng


def log_likelihoods(model, shape, init, X, sample_weight=None):
    """Of a start and two steps: too few for rounding to grow."""
    run = model(*shape, init=init, random_state=0, stopping_criterion=None).start(X, sample_weight)
    return np.array([run.state.log_likelihood, run.step().log_likelihood, run.step().log_likelihood])


@pytest.mark.slow
@few
@given(models, shapes, starts, seeds)
def test_the_order_of_the_rows_changes_nothing(model, shape, init, seed):
    X, rng = rows(seed)
    X[:5] = X[5:10]  # some rows twice
    shuffled = log_likelihoods(model, shape, init, X[rng.permutation(len(X))])
    np.testing.assert_allclose(shuffled, log_likelihoods(model, shape, init, X), rtol=1e-9, atol=1e-7)


@few
@given(models, shapes, starts, seeds)
def test_a_row_of_weight_two_is_a_repeated_row(model, shape, init, seed):
    X, rng = rows(seed)
    weight = rng.integers(0, 4, size=len(X))
    weight[:8] = 1
    repeated = log_likelihoods(model, shape, init, np.repeat(X, weight, axis=0))
    np.testing.assert_allclose(log_likelihoods(model, shape, init, X, weight.astype(float)), repeated, rtol=1e-9, atol=1e-7)


@few
@given(models, shapes, starts, seeds)
def test_moved_rows_in_other_units_are_the_same_rows(model, shape, init, seed):
    X, _ = rows(seed)
    moved = log_likelihoods(model, shape, init, 25.4 * X + 300)
    np.testing.assert_allclose(moved + X.size * np.log(25.4), log_likelihoods(model, shape, init, X), rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("model", [DGMM, GMN])
def test_rows_whose_upper_scores_coincide_start_the_same_in_any_order(model):
    """Each cluster is one row, so that all factor scores are 0: the upper layer has nothing to cluster."""
    X = np.random.default_rng(0).normal(size=(6, 5))
    order = np.random.default_rng(1).permutation(12)
    both = log_likelihoods(model, ([6, 3], [2, 1]), "kmeans", X, np.full(6, 2.0))
    np.testing.assert_allclose(log_likelihoods(model, ([6, 3], [2, 1]), "kmeans", np.repeat(X, 2, axis=0)[order]), both, rtol=1e-9)


def test_rounding_does_not_choose_the_sign_of_an_axis():
    for change in (0, 1e-13, -1e-13):
        np.testing.assert_allclose(oriented(np.array([[-1, 1 + change], [1 + change, 1], [0.1, -2]])), [[1, -1], [1, 1], [-0.1, 2]])
    X = np.random.default_rng(0).normal(size=(50, 2)) @ [[1, -0.8], [0, 0.6]]
    X -= X.mean(axis=0)
    X /= X.std(axis=0)  # both entries of each axis are then as large
    for jitter in np.random.default_rng(1).normal(size=(6, *X.shape)) * 1e-13:
        loadings, _ = factor_analysis(X * (1 + jitter), 1, np.ones(50), 1e-6, 1e-12)
        assert loadings[0, 0] > 0
        assert (View.principal(X * (1 + jitter)).axes[:, 0] > 0).all()
