"""Where EM starts, and tables that make starting hard."""

import warnings
from functools import partial

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.mixture import GaussianMixture

from mixes import DGMM, GMM, SkewGMM
from mixes.initialization import (
    check_distinct_rows,
    distinct_rows,
    from_own_means,
    has_distinct_rows,
    kmeans_labels,
    nearest_center,
    random_rows,
    tightest_labels,
    without_empty,
)

X = np.concatenate([np.random.default_rng(0).normal(c, 1, size=(40, 2)) for c in (-6, 0, 6)])


def start_of(X, k=3, sample_weight=None, **settings):
    return GMM(k, random_state=0, **settings).start(X, sample_weight)


def kinds(run):
    return [event.kind for _, event in run.trace.events]


@pytest.mark.parametrize("init", ["kmeans", "random"])
def test_shuffled_rows_start_and_fit_the_same(init):
    settings = {"init": init, "stopping_criterion": None, "max_iter": 30}  # where a rule stops may hang on rounding
    a = start_of(X, **settings)
    b = start_of(np.random.default_rng(1).permutation(X), **settings)
    for one, other in ((a.state, b.state), (a.finish(), b.finish())):
        for name in ("weights", "means", "covariances"):
            np.testing.assert_allclose(getattr(one.parameters, name), getattr(other.parameters, name), rtol=1e-7, atol=1e-9)


def test_kmeans_start_is_the_moments_of_the_clusters():
    run = start_of(X, var_regularization=0.1)
    for j, c in enumerate((-6, 0, 6)):
        rows = X[40 * j : 40 * (j + 1)]
        i = np.argmin(np.abs(run.state.parameters.means[:, 0] - c))
        np.testing.assert_allclose(run.state.parameters.means[i], rows.mean(axis=0))
        np.testing.assert_allclose(run.state.parameters.covariances[i], np.cov(rows.T, ddof=0) + 0.1 * X.var(axis=0).mean() * np.eye(2))
        assert run.state.parameters.weights[i] == pytest.approx(1 / 3)
    assert not kinds(run)


def test_random_start_is_distinct_rows_with_the_covariance_of_all():
    rows = np.repeat(X[:6], 20, axis=0)
    for seed in range(10):
        run = GMM(6, init="random", random_state=seed).start(rows)
        assert {tuple(mean) for mean in run.state.parameters.means} == {tuple(row) for row in X[:6]}
    np.testing.assert_allclose(run.state.parameters.covariances[3], np.cov(rows.T, ddof=0) + run.eps * np.eye(2))


def test_random_rows_follow_the_weights():
    rows = np.arange(3.0)[:, None]
    rng = np.random.default_rng(0)
    drawn = [random_rows(rows, 1, np.array([1.0, 0.5, 2.5]), rng)[0, 0] for _ in range(2000)]
    np.testing.assert_allclose(np.bincount(np.array(drawn, int)) / 2000, [0.25, 0.125, 0.625], atol=0.04)


@pytest.mark.parametrize("init", ["kmeans", "random"])
def test_seeds_repeat_and_differ(init):
    means = [GMM(5, init=init, random_state=seed).start(X).state.parameters.means for seed in (0, 0, 1)]
    np.testing.assert_array_equal(means[0], means[1])
    assert not np.array_equal(means[0], means[2])


def test_the_weight_of_a_repeated_row_is_the_same_sum_in_any_order():
    rng = np.random.default_rng(0)
    X, weight = np.repeat([[1.0, 2.0], [0.0, 3.0]], 50, axis=0), rng.uniform(0, 1, 100) ** 8
    rows, total, index = distinct_rows(X, weight)
    np.testing.assert_array_equal(rows, [[0, 3], [1, 2]])
    np.testing.assert_array_equal(rows[index], X)
    np.testing.assert_allclose(total, [weight[50:].sum(), weight[:50].sum()])
    for order in (rng.permutation(100) for _ in range(5)):
        np.testing.assert_array_equal(distinct_rows(X[order], weight[order])[1], total)


def test_labels_of_one_cluster():
    assert kmeans_labels(X, 1, np.ones(len(X)), np.random.default_rng(0)).tolist() == [0] * len(X)


@pytest.mark.parametrize("seed", range(5))
def test_of_several_kmeans_the_tightest_by_weight_is_taken(seed):
    rng = np.random.default_rng(seed)
    rows, weight = rng.standard_normal((60, 2)), rng.uniform(0, 1, 60) ** 8
    scatter = lambda labels: float((weight @ from_own_means(rows, labels, 6, weight) ** 2).sum())
    one, all_of_them = np.random.default_rng(1), np.random.default_rng(1)
    scatters = [scatter(kmeans_labels(rows, 6, weight, one)) for _ in range(10)]
    assert max(scatters) > 1.01 * min(scatters)
    assert scatter(tightest_labels(rows, 6, weight, all_of_them)) == pytest.approx(min(scatters), rel=1e-6)


@pytest.mark.parametrize("rows, k", [(np.zeros((100, 1)), 2), (np.tile(X[:3], (50, 1)), 4), (X[:4], 5)])
def test_too_many_components_for_the_distinct_rows(rows, k):
    with pytest.raises(
        ValueError, match=f"n_components is {k}, but X has n_samples = {len(rows)} with {len(np.unique(rows, axis=0))} distinct rows"
    ):
        GMM(k).fit(rows)


def test_all_rows_the_same():
    with pytest.raises(ValueError, match="all n_samples = 30 rows of X are the same"):
        GMM(1).fit(np.full((30, 2), 7.0))


def test_only_rows_with_weight_count():
    weight = np.zeros(len(X))
    weight[:2] = 1
    with pytest.raises(ValueError, match="n_components is 3, but X has n_samples = 2"):
        GMM(3).fit(X, sample_weight=weight)


def test_distinct_rows_far_down_the_table_are_found():
    rows = np.zeros((10_000, 1))
    rows[-2:] = [[1], [2]]
    assert has_distinct_rows(rows, 3) and not has_distinct_rows(rows, 4)
    check_distinct_rows(rows, 3, "n_components")


def test_single_rows_start_from_the_pooled_covariance_and_it_is_said():
    rows = np.concatenate([X[:40], [[100.0, 100.0]]])
    run = start_of(rows, 2)
    (single,) = np.flatnonzero(run.state.parameters.weights < 0.1)
    (event,) = run.state.events
    assert event.kind == "pooled start" and event.component == single
    expected = np.cov(X[:40].T, ddof=0) * 40 / 41 + run.eps * np.eye(2)
    np.testing.assert_allclose(run.state.parameters.covariances[single], expected)
    np.testing.assert_allclose(run.state.parameters.means[single], [100, 100])


@pytest.mark.parametrize(
    "model",
    [
        GMM(4, random_state=0),
        GMM(4, init="random", random_state=0),
        SkewGMM(4, random_state=0),
        SkewGMM(4, "full", init="random", random_state=0),
    ],
    ids=["GMM", "GMM random", "SkewGMM", "SkewGMM random"],
)
@pytest.mark.parametrize("far", [1e11, 1e15, 1e140])
def test_a_row_that_is_very_far_away_leaves_no_cluster_empty(model, far):
    rows = np.concatenate([X[:80], [[far, 0.0]]])
    model.set_params(max_iter=5, stopping_criterion=None)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        run = clone(model).start(rows)
    assert np.all(run.state.parameters.weights > 0) and np.isfinite(run.finish().objective)


def test_empty_clusters_take_the_rows_that_are_farthest_from_their_means():
    rows, weight = np.array([[0.0], [1.0], [1.0], [5.0], [9.0]]), np.array([1.0, 2.0, 1.0, 1.0, 1.0])
    labels = without_empty(rows, np.array([0, 0, 0, 0, 3]), 4, weight)
    assert labels.tolist() == [2, 0, 0, 1, 3]
    apart = without_empty(rows, np.zeros(5, dtype=int), 4, weight)
    assert apart[1] == apart[2] and len(set(apart)) == 4  # equal rows stay together


@pytest.mark.parametrize("scale", [1e-148, 1e-100, 1e100, 1e148])
@pytest.mark.parametrize("model", [GMM(3, random_state=0), SkewGMM(3, random_state=0)], ids=["GMM", "SkewGMM"])
def test_units_near_the_limits_give_the_same_fit(model, scale):
    model = clone(model).set_params(max_iter=5, stopping_criterion=None)
    plain, scaled = model.fit(X).means_, clone(model).fit(X * scale).means_
    np.testing.assert_allclose(scaled / scale, plain, rtol=1e-6)


@pytest.mark.parametrize("model", [GMM(2), SkewGMM(2), DGMM([2], [1])], ids=["GMM", "SkewGMM", "DGMM"])
def test_differences_whose_squares_are_no_numbers_are_said(model):
    rows = np.column_stack([X[:, 0] * 1e-200, np.ones(len(X))])
    with pytest.raises(ValueError, match="^In every column of X the values differ by less than 1e-150.*smaller unit.$"):
        model.fit(rows)
    assert np.isfinite(clone(model).fit(rows * [1, 0] + X * [0, 1]).log_likelihood_)  # one such column is a constant


def test_as_many_components_as_rows():
    run = start_of(X[:5], 5, max_iter=5, stopping_criterion=None)
    assert kinds(run) == ["pooled start"] * 5
    run.finish()
    assert np.isfinite(run.trace.objective).all() and np.all(np.diff(run.trace.objective) >= -1e-9)


@pytest.mark.parametrize("init", ["kmeans", "random"])
def test_constant_column(init):
    rows = np.column_stack([X, np.full(len(X), 3.0)])
    run = start_of(rows, init=init)
    assert np.isfinite(run.finish().log_likelihood) and not kinds(run)
    bare = start_of(rows, init=init, var_regularization=0)
    assert kinds(bare) == ["covariance floored"] * 3
    assert np.linalg.eigvalsh(bare.state.parameters.covariances).min() == pytest.approx(bare.floor, rel=1e-2)


@pytest.mark.parametrize(
    "rows",
    [X[:, :1], np.repeat(X, 5, axis=0), np.round(X).astype(int), X.astype(np.float32), X.tolist(), np.asfortranarray(X)],
    ids=["one feature", "duplicates", "integers", "float32", "lists", "Fortran order"],
)
def test_tables_of_many_kinds(rows):
    model = GMM(3, n_init=2, random_state=0, max_iter=500).fit(rows)
    assert model.means_.dtype == float and model.means_.shape == (3, np.shape(rows)[1])
    order = np.argsort(model.means_[:, 0])
    np.testing.assert_allclose(model.means_[order][:, 0], [-6, 0, 6], atol=0.5)
    assert np.bincount(model.predict(rows)).tolist() == [len(rows) // 3] * 3
    random = GMM(3, init="random", random_state=0, max_iter=10, stopping_criterion=None)
    np.testing.assert_array_equal(random.fit(rows).means_, clone(random).fit(np.array(rows, float)).means_)


def test_data_frames_keep_their_names():
    table = pd.DataFrame(X, columns=["eruptions", "waiting"])
    model = GMM(3, random_state=0).fit(table)
    assert model.feature_names_in_.tolist() == ["eruptions", "waiting"]
    np.testing.assert_array_equal(model.means_, GMM(3, random_state=0).fit(X).means_)
    with pytest.raises(ValueError, match="feature names"):
        model.predict(table[["waiting", "eruptions"]])
    table.loc[7, "waiting"] = np.nan
    with pytest.raises(ValueError, match="contains NaN in row 7, column 'waiting'"):
        GMM(3).fit(table)


def test_many_features():
    rows = np.random.default_rng(0).normal(size=(60, 150))  # too many for the expansion
    run = start_of(rows, 2, var_regularization=0.1, stopping_criterion=None, max_iter=3)
    run.finish()
    assert np.isfinite(run.trace.objective).all() and np.all(np.diff(run.trace.objective) > -1e-9)
    reference = GaussianMixture(
        2,
        reg_covar=run.eps,
        tol=0,
        max_iter=1,
        weights_init=run.trace[2].parameters.weights,
        means_init=run.trace[2].parameters.means,
        init_params="random",
        precisions_init=np.linalg.inv(run.trace[2].parameters.covariances),
        random_state=0,
    )
    with pytest.warns(UserWarning):
        reference.fit(rows)
    np.testing.assert_allclose(run.state.parameters.covariances, reference.covariances_, atol=1e-8)


def test_rounding_does_not_choose_between_centers_that_are_equally_near():
    Z, centers = np.array([[0.0], [0.4], [3.0]]), np.array([[1.0], [-1.0]])
    for shift in (0, 0.1, 1 / 3, 77.7):
        assert nearest_center(Z + shift, centers + shift).tolist() == [0, 0, 0]
    assert nearest_center(Z, centers[::-1]).tolist() == [0, 1, 1]


@pytest.mark.slow
@pytest.mark.parametrize("make", [GMM, partial(SkewGMM, var_regularization=1e-3)])
@pytest.mark.parametrize("annealed", [False, True])
def test_rows_half_way_between_two_centers_start_the_same_in_any_order_and_as_weights(make, annealed):
    rng = np.random.default_rng(0)
    line = np.linspace(0, 1, 25)[:, None] * [-0.7, 0.3, 1.1]
    grid = np.stack(np.meshgrid(range(6), range(5)), axis=-1).reshape(-1, 2) / 10
    for rows in (line, grid):
        weight, order = rng.integers(1, 4, size=len(rows)), rng.permutation(len(rows))
        for seed in range(1 if annealed else 4):
            model = make(4, use_annealing=annealed, random_state=seed)
            expected = model.start(rows, weight).state.log_likelihood
            for other in (model.start(rows[order], weight[order]), model.start(np.repeat(rows, weight, axis=0))):
                assert other.state.log_likelihood == pytest.approx(expected, rel=1e-7, abs=1e-6)
