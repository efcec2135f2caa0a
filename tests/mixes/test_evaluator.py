"""Metrics of clusters, recorded while a model learns."""

import time
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, strategies as st
from sklearn.metrics import adjusted_mutual_info_score, adjusted_rand_score, silhouette_score

from mixes import GMM, Evaluator
from mixes.evaluator import METRICS, accuracy, adjusted_rand_index, confusion, silhouette

X = np.concatenate([np.random.default_rng(0).normal(c, 1, size=(30, 2)) for c in (-4, 0, 4)])
LABELS = np.repeat(["b", "a", "c"], 30)


@given(labels=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 4)), min_size=1, max_size=30))
def test_accuracy_is_the_best_over_all_matches(labels):
    true, pred = np.array(labels).T
    best = max(np.mean(np.array(match)[pred] == true) for match in permutations(range(5)))
    assert accuracy(true, pred) == pytest.approx(best)


def test_accuracy_with_twelve_classes_is_right_and_fast():
    rng = np.random.default_rng(0)
    true = rng.integers(12, size=5000)
    renamed = rng.permutation(12)[true]
    wrong = rng.choice(5000, size=500, replace=False)
    renamed[wrong] = (renamed[wrong] + 1) % 12
    begin = time.perf_counter()
    assert accuracy(true, renamed) == pytest.approx(0.9)
    assert time.perf_counter() - begin < 0.5  # 12! matches would take hours


@pytest.mark.parametrize(
    "true, pred, expected", [([0, 1, 2, 3], [0, 0, 0, 0], 0.25), ([0, 0, 0, 0], [0, 1, 2, 3], 0.25), ([0, 0, 1, 2], [1, 1, 0, 0], 0.75)]
)
def test_accuracy_with_more_or_fewer_classes_than_components(true, pred, expected):
    assert accuracy(true, pred) == expected


@pytest.mark.parametrize(
    "labels",
    [
        [0, 0, 1, 1],
        ["x", "x", "y", "y"],
        [True, True, False, False],
        [1.5, 1.5, 2.5, 2.5],
        np.array(["x", "x", None, None], dtype=object),
        np.array([1, 1, "y", "y"], dtype=object),
        [np.nan, np.nan, 0.0, 0.0],
    ],
)
def test_labels_of_any_type(labels, recwarn):
    evaluator = Evaluator(labels, "accuracy", "MR", "ARI", "AMI")
    assert evaluator(np.zeros((4, 1)), [1, 1, 0, 0]) == {"accuracy": 1, "MR": 0, "ARI": 1, "AMI": pytest.approx(1)}
    assert evaluator(np.zeros((4, 1)), [0, 1, 0, 0])["accuracy"] == 0.75
    assert not recwarn


def test_values_are_those_of_scikit_learn():
    pred = np.random.default_rng(0).integers(3, size=len(X))
    values = Evaluator(LABELS, *METRICS)(X, pred)
    assert values["ARI"] == pytest.approx(adjusted_rand_score(LABELS, pred))
    assert values["AMI"] == pytest.approx(adjusted_mutual_info_score(LABELS, pred))
    assert values["silhouette"] == pytest.approx(silhouette_score(X, pred))
    assert values["MR"] == pytest.approx(1 - values["accuracy"])


def test_silhouette_of_one_cluster_or_of_single_rows_is_nan():
    assert np.isnan(silhouette(X, np.zeros(len(X), int)))
    assert np.isnan(silhouette(X, np.arange(len(X))))


@pytest.mark.slow
def test_silhouette_of_many_rows_is_close_repeatable_and_bears_a_tiny_cluster():
    many = np.tile(X, (50, 1)) + np.random.default_rng(0).normal(size=(50 * len(X), 2)) * 0.01
    pred = np.tile(np.repeat([0, 1, 2], 30), 50)
    assert silhouette(many, pred) == silhouette(many, pred) == pytest.approx(silhouette_score(many, pred), abs=0.02)
    tiny = np.zeros(len(many), int)
    tiny[0] = 1  # most samples of the rows miss it
    assert np.isnan(silhouette(many, tiny)) or np.isfinite(silhouette(many, tiny))


def test_own_functions_get_data_labels_and_prediction():
    def rows_in_first(data, labels, pred):
        assert data.shape == X.shape and labels[0] == "b"
        return int((pred == 0).sum())

    model = GMM(3, random_state=0, evaluator=Evaluator(LABELS, "accuracy", first=rows_in_first)).fit(X)
    metrics = model.trace_.metrics
    assert list(metrics) == ["accuracy", "first"]
    assert metrics["first"][-1] == (model.predict(X) == 0).sum()
    assert metrics["accuracy"][-1] == accuracy(LABELS, model.predict(X)) > 0.9


def test_frequency_leaves_the_other_iterations_out():
    model = GMM(3, random_state=0, evaluator=Evaluator(LABELS, "ARI", calc_frequency=3), stopping_criterion=None, max_iter=8).fit(X)
    assert np.flatnonzero(np.isfinite(model.trace_.metrics["ARI"])).tolist() == [0, 3, 6]


def test_rows_of_weight_zero_do_not_count():
    weight = np.ones(len(X))
    weight[:40] = 0
    evaluator = Evaluator(LABELS, "accuracy", rows=lambda data, labels, pred: len(labels))
    run = GMM(2, random_state=0, evaluator=evaluator).start(X, weight)
    run.finish()
    assert run.state.metrics["rows"] == 50
    assert run.state.metrics["accuracy"] == accuracy(LABELS[40:], GMM.from_parameters(run.state.parameters).predict(X[40:]))


def test_fit_does_not_change_the_evaluator_or_what_is_learnt():
    evaluator = Evaluator(LABELS, "accuracy")
    with_metrics = GMM(3, random_state=0, evaluator=evaluator).fit(X)
    np.testing.assert_array_equal(with_metrics.means_, GMM(3, random_state=0).fit(X).means_)
    assert with_metrics.evaluator is evaluator


def test_align_matches_and_keeps_the_match_in_ties():
    evaluator = Evaluator(["a", "a", "b", "b"])
    assert evaluator.align([1, 1, 0, 0], 3).tolist() == [1, 0, -1]
    assert evaluator.align([0, 1, 0, 1], 3).tolist() == [1, 0, -1]
    assert evaluator.align([0, 0, 1, 1], 3).tolist() == [0, 1, -1]
    assert evaluator.align([0, 1, 0, 1], 3).tolist() == [0, 1, -1]


def test_old_matches_never_outweigh_a_row():
    labels = np.repeat([0, 1, 2], [4, 4, 4])
    evaluator = Evaluator(labels)
    evaluator.align(labels, 3)
    pred = np.array([0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 0, 0])
    pred[0] = 1  # turning the match round is now better by one row
    matched = evaluator.align(pred, 3)
    assert np.mean(matched[pred] == labels) == accuracy(labels, pred)


@pytest.mark.parametrize(
    "make, message",
    [
        (lambda: Evaluator([0, 1], "purity"), "'purity' is unknown; choose from accuracy"),
        (lambda: Evaluator(None, "ARI"), "'ARI' compares with labels, but labels is None"),
        (lambda: Evaluator([0, 1], "ARI", calc_frequency=0), "calc_frequency is 0"),
        (lambda: Evaluator([0, 1], "ARI", calc_frequency=1.5), "calc_frequency is 1.5"),
        (lambda: Evaluator([0, 1], "ARI")(X, np.zeros(len(X))), "2 labels, but the data have 90 rows"),
        (lambda: GMM(2, evaluator=Evaluator([0, 1], "ARI")).fit(X), "2 labels, but the data have 90 rows"),
    ],
)
def test_errors(make, message):
    with pytest.raises(ValueError, match=message):
        make()


@given(pairs=st.lists(st.tuples(st.integers(0, 4), st.integers(0, 6)), min_size=1, max_size=60))
def test_adjusted_rand_index_is_that_of_scikit_learn(pairs):
    labels, pred = map(np.array, zip(*pairs))
    assert adjusted_rand_index(labels, pred) == pytest.approx(adjusted_rand_score(labels, pred), abs=1e-12)


def test_a_missing_label_is_a_class_of_its_own_when_components_are_aligned():
    evaluator = Evaluator(np.array(["a", None, "b", None], dtype=object), "ARI")
    assert evaluator.align([0, 1, 2, 1], 3).tolist() == [0, 2, 1]
    assert evaluator(None, [0, 1, 2, 1]) == {"ARI": 1.0}


@given(pairs=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 4)), min_size=1, max_size=30), spare=st.integers(0, 2))
def test_the_diagonal_of_the_confusion_table_is_what_the_accuracy_counts(pairs, spare):
    labels, pred = map(np.array, zip(*pairs))
    table = confusion(labels, pred, pred.max() + 1 + spare)
    assert np.diagonal(table).sum() == pytest.approx(accuracy(labels, pred) * len(labels))
    for (component, known), count in table.stack().items():
        assert count == ((pred == component - 1) & (labels == known)).sum()
    assert sorted(table.index) == list(range(1, pred.max() + 2 + spare)) and set(table.columns) == set(labels)


def test_a_confusion_table_names_classes_and_keeps_missing_ones():
    table = confusion(np.array(["b", "a", None, "a"], dtype=object), [0, 2, 1, 2])
    assert table.loc[3, "a"] == 2 and table.loc[1, "b"] == 1 and table.iloc[1, 1] == 1 and table.columns.isna().sum() == 1
    with pytest.raises(ValueError, match="labels has 1 rows, but pred has 2"):
        confusion([0], [0, 1])


def test_what_is_no_number_stays_in_the_states():
    run = GMM(2, random_state=0, evaluator=Evaluator(LABELS, "ARI", table=lambda data, labels, pred: {"a": [1, 2]})).start(X)
    run.step()
    assert list(run.trace.metrics) == ["ARI"] and run.state.metrics["table"] == {"a": [1, 2]}
    assert "table" not in run.trace.to_frame()
