"""When EM stops, and when it must not."""

import numpy as np
import pytest

from mixes import GMM, stopping_criterion
from mixes.evaluator import silhouette

X = np.concatenate([np.random.default_rng(0).normal(c, 1, size=(40, 2)) for c in (-3, 0, 3)])
ROWS = np.zeros((2, 1))


def answers(criterion, values, first=1):
    return [criterion(i, ROWS, None, None, value) for i, value in enumerate(values, first)]


@pytest.mark.parametrize(
    "values, stops",
    [
        ([0, 8, 8.5], False),  # limit 8 + .5 / (1 - 1/16) = 8.533, .033 away
        ([0, 1, 1.02], True),  # limit 1.0204
        ([0, 1, 1], True),  # a = 0
        ([5, 5, 5], True),  # flat
        ([-3e5, -3e5 + 1e-9, -3e5], True),  # flat but for rounding
        ([0, 0, 0.001], False),  # first step is nothing: no ratio
        ([0, 0.001, 0.002], False),  # a = 1
        ([0, 0.001, 0.003], False),  # accelerating
        ([0, 1, 0.999], False),  # falls
        ([3, 2, 1.9], False),  # falls ever less: still falls
        ([0, -1, -0.9999], False),
        ([0, float("nan"), 1], False),
        ([0, 1, float("nan")], False),
        ([float("-inf"), 1, 1.001], False),
        ([float("inf")] * 3, False),
        ([float("-inf")] * 3, False),
    ],
)
def test_aitken(values, stops):
    criterion = stopping_criterion.create_log_lik_criterion(0.01)
    assert answers(criterion, values) == [False, False, stops]


def test_aitken_extrapolates_a_geometric_series_exactly():
    values = [10 - 0.5**i for i in range(40)]  # what is left after i terms: 0.5^i
    for threshold in (0.1, 1e-3, 1e-6):
        criterion = stopping_criterion.create_log_lik_criterion(threshold)
        stopped = answers(criterion, values, first=0).index(True)
        assert stopped == int(np.ceil(-np.log2(threshold)))


def test_going_back_forgets_what_came_later():
    criterion = stopping_criterion.create_log_lik_criterion(0.01)
    assert answers(criterion, [0, 1, 1.0]) == [False, False, True]
    assert not criterion(1, ROWS, None, None, 1.0)
    assert not criterion(2, ROWS, None, None, 1.0)
    assert criterion(3, ROWS, None, None, 1.0)


def test_a_gap_is_not_three_values_in_a_row():
    criterion = stopping_criterion.create_log_lik_criterion(0.01)
    assert not any(criterion(i, ROWS, None, None, 1.0) for i in (1, 2, 4, 5))
    assert criterion(6, ROWS, None, None, 1.0)


@pytest.mark.parametrize("make", [stopping_criterion.create_log_lik_criterion, stopping_criterion.create_silhouette_criterion])
@pytest.mark.parametrize("threshold", [0, -1, float("nan")])
def test_threshold_must_be_positive(make, threshold):
    with pytest.raises(ValueError, match="threshold is .*positive"):
        make(threshold)


@pytest.mark.parametrize(
    "criterion", ["log_lik", stopping_criterion.create_log_lik_criterion(0.1), stopping_criterion.create_silhouette_criterion(1e-3)]
)
def test_no_memory_between_fits(criterion):
    model = GMM(3, stopping_criterion=criterion, random_state=0)
    first, second = model.fit(X).n_iter_, model.fit(X).n_iter_
    assert first == second >= 2 and model.converged_
    assert getattr(criterion, "memory", {}) == {}  # runs work on their own copy


@pytest.mark.parametrize("seed", range(40))
def test_one_component_stops_although_rounding_goes_on(seed):
    rng = np.random.default_rng(seed)
    rows = rng.normal(size=(rng.integers(3, 200), rng.integers(1, 6))) * rng.uniform(0.1, 50)
    assert GMM(1).fit(rows).n_iter_ <= 4


def test_own_criterion_gets_what_is_promised():
    seen = []

    def criterion(iter_i, data, probs, pred, log_lik):
        seen.append((iter_i, data, probs, pred, log_lik))
        return iter_i == 4

    model = GMM(3, stopping_criterion=criterion, random_state=0, var_regularization=0).fit(X)
    assert [entry[0] for entry in seen] == [1, 2, 3, 4] and model.n_iter_ == 4 and model.converged_
    iter_i, data, probs, pred, log_lik = seen[-1]
    np.testing.assert_array_equal(data, X)
    np.testing.assert_allclose(probs, model.predict_proba(X), atol=1e-12)
    np.testing.assert_array_equal(pred, model.predict(X))
    assert log_lik == pytest.approx(model.log_likelihood_)
    assert log_lik == pytest.approx(model.score_samples(X).sum())


def test_silhouette_criterion_stops_when_clusters_stay():
    model = GMM(3, stopping_criterion=stopping_criterion.create_silhouette_criterion(1e-9), init="random", random_state=0).fit(X)
    scores = [silhouette(X, GMM.from_parameters(state.parameters).predict(X)) for state in model.trace_]
    changes = np.abs(np.diff(scores[1:]))
    assert np.flatnonzero(changes < 1e-9)[0] + 2 == model.n_iter_


def test_silhouette_of_one_cluster_never_stops():
    criterion = stopping_criterion.create_silhouette_criterion()
    assert not any(criterion(i, X, None, np.zeros(len(X), int), 0.0) for i in range(5))


def test_without_a_rule_all_iterations_are_done():
    model = GMM(3, stopping_criterion=None, max_iter=17, random_state=0).fit(X)
    assert model.n_iter_ == 17 and not model.converged_
    assert not model.trace_.events


def test_rule_that_does_not_hold_is_said():
    model = GMM(3, max_iter=2, random_state=0, init="random")
    with pytest.warns(UserWarning, match="max_iter = 2"):
        model.fit(X)
    assert [(t, event.kind) for t, event in model.trace_.events] == [(2, "not converged")]


@pytest.mark.parametrize("criterion", [stopping_criterion.LogLikelihoodCriterion, int])
def test_a_class_is_no_criterion(criterion):
    with pytest.raises(ValueError, match='stopping_criterion is .*; it needs "log_lik", None or a callable'):
        GMM(2, stopping_criterion=criterion).start(np.arange(10.0)[:, None])
