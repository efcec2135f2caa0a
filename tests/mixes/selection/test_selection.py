"""Comparing models: measures, held-out scores, the sentence on them, and matched clusters."""

from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings, strategies as st
from scipy.stats import entropy, multivariate_normal
from sklearn.exceptions import ConvergenceWarning, NotFittedError
from sklearn.metrics import adjusted_rand_score, silhouette_score
from sklearn.mixture import GaussianMixture
from sklearn.model_selection import ShuffleSplit

from mixes import DGMM, GMM, GMN, Evaluator, SkewGMM, datasets, selection

FAITHFUL = datasets.load("Old Faithful").X
IRIS = datasets.load("Iris")
CLOUDS = np.concatenate([np.random.default_rng(0).normal(c, 1, size=(30, 2)) for c in (-6, 0, 6)])
CLASSES = np.repeat(["a", "b", "c"], 30)
SPLIT_FREE = [name for name in selection.MEASURES if name != "seconds"]


def plain_fit(k, **changes):
    return GMM(k, random_state=0, var_regularization=0, **changes)


# -- the table ---------------------------------------------------------------------------------------------------------


def test_one_component_is_the_closed_form():
    table = selection.compare({"one": plain_fit(1)}, FAITHFUL, n_splits=4, random_state=3)

    def score(fitted, rows):
        return multivariate_normal.logpdf(rows, fitted.mean(axis=0), np.cov(fitted.T, ddof=0))

    parts = ShuffleSplit(4, test_size=0.2, random_state=3).split(FAITHFUL)
    scores = np.array([score(FAITHFUL[train], FAITHFUL[test]).mean() for train, test in parts])
    total, n = score(FAITHFUL, FAITHFUL).sum(), len(FAITHFUL)
    row = table.loc["one"]
    assert row["log-likelihood"] == pytest.approx(total, rel=1e-9)
    assert row["AIC"] == pytest.approx(-2 * total + 10, rel=1e-9)
    assert row["BIC"] == row["ICL"] == pytest.approx(-2 * total + 5 * np.log(n), rel=1e-9)
    assert (row["parameters"], row["entropy"]) == (5, 0)
    assert row["held-out log-likelihood"] == pytest.approx(scores.mean(), rel=1e-9)
    assert row["standard error"] == pytest.approx(np.sqrt(scores.var(ddof=1) * (1 / 4 + 55 / 217)), rel=1e-7)
    np.testing.assert_allclose(np.array(table.attrs["held_out"]), scores[:, None], rtol=1e-9)
    assert np.isnan(row[["ARI", "accuracy", "silhouette"]].astype(float)).all() and row["problem"] is None


@pytest.mark.filterwarnings("ignore:Best performing initialization did not converge")  # scikit-learn takes seven steps
def test_equals_scikit_learn_from_the_same_start():
    start = plain_fit(2).start(FAITHFUL).state.parameters
    table = selection.compare({"two": plain_fit(2, init=start, max_iter=7, stopping_criterion=None)}, FAITHFUL, n_splits=3)

    def theirs(rows):
        return GaussianMixture(
            2,
            weights_init=start.weights,
            means_init=start.means,
            reg_covar=0,
            max_iter=7,
            tol=0,
            precisions_init=np.linalg.inv(start.covariances),
        ).fit(rows)

    fitted = theirs(FAITHFUL)
    assert table.loc["two", "BIC"] == pytest.approx(fitted.bic(FAITHFUL), rel=1e-9)
    assert table.loc["two", "AIC"] == pytest.approx(fitted.aic(FAITHFUL), rel=1e-9)
    assert table.loc["two", "entropy"] == pytest.approx(entropy(fitted.predict_proba(FAITHFUL).T).sum(), rel=1e-6)
    assert table.loc["two", "silhouette"] == pytest.approx(silhouette_score(FAITHFUL, fitted.predict(FAITHFUL)))
    expected = [theirs(FAITHFUL[train]).score(FAITHFUL[test]) for train, test in selection.splits(len(FAITHFUL), 3)]
    np.testing.assert_allclose(np.array(table.attrs["held_out"])[:, 0], expected, rtol=1e-9)


def test_a_fit_that_did_not_converge_is_told_by_name(recwarn):
    with pytest.warns(ConvergenceWarning, match="short: the stopping rule did not hold within max_iter = 1 iter"):
        selection.compare({"short": plain_fit(3, max_iter=1), "long": plain_fit(2)}, FAITHFUL, n_splits=2)
    selection.compare({"meant": plain_fit(3, max_iter=1, stopping_criterion=None)}, FAITHFUL, n_splits=2)
    assert not recwarn


def test_the_table_is_made_of_its_columns_and_models_are_left_alone():
    models = {"a": GMM(2), "b": GMN([2, 2], [1, 1], max_iter=5, stopping_criterion=None)}
    table = selection.compare(models, pd.DataFrame(CLOUDS, columns=["u", "v"]), CLASSES, n_splits=2)
    assert tuple(table.columns) == selection.COLUMNS == (*selection.HELP, "problem")
    assert set(selection.BETTER) < set(selection.MEASURES)
    assert list(table.index) == ["a", "b"] and table.loc["b", "iterations"] == 5
    assert np.array(table.attrs["held_out"]).shape == (2, 2)
    for model in models.values():
        assert model.random_state is None
        with pytest.raises(NotFittedError):
            model.predict(CLOUDS)


@pytest.mark.slow
def test_the_same_again_from_the_same_seed_only():
    models = [GMM(3, init="random"), GMM(2, init="random", random_state=5)]
    first, again, other = (selection.compare(models, CLOUDS, CLASSES, n_splits=3, random_state=seed) for seed in (0, 0, 1))
    pd.testing.assert_frame_equal(first[SPLIT_FREE], again[SPLIT_FREE], check_exact=True)
    np.testing.assert_array_equal(np.array(first.attrs["held_out"]), np.array(again.attrs["held_out"]))
    assert (np.array(first.attrs["held_out"]) != np.array(other.attrs["held_out"])).all()


@pytest.mark.slow
def test_the_order_of_models_only_orders_the_rows():
    models = {"a": GMM(2), "b": SkewGMM(2, max_iter=5), "c": GMM(60), "d": DGMM([2], [1], max_iter=5)}
    table = selection.compare(models, CLOUDS, CLASSES, n_splits=3)
    turned = selection.compare(dict(reversed(models.items())), CLOUDS, CLASSES, n_splits=3)
    pd.testing.assert_frame_equal(table[SPLIT_FREE], turned.loc[list(models), SPLIT_FREE], check_exact=True)
    np.testing.assert_array_equal(np.array(table.attrs["held_out"]), np.array(turned.attrs["held_out"])[:, ::-1])


def test_models_are_scored_on_the_same_splits_as_one_at_a_time():
    table = selection.compare([GMM(2), GMM(3)], CLOUDS, n_splits=3, test_size=0.3, random_state=2)
    parts = selection.splits(len(CLOUDS), 3, 0.3, 2)
    pieces = [[selection.held_out_score(GMM(k, random_state=2), CLOUDS[train], CLOUDS[test])[0] for k in (2, 3)] for train, test in parts]
    np.testing.assert_array_equal(np.array(table.attrs["held_out"]), pieces)


def test_more_classes_than_components_and_fewer():
    table = selection.compare({k: plain_fit(k) for k in (1, 2, 3, 5)}, CLOUDS, CLASSES, n_splits=2)
    assert table["accuracy"].iloc[:3].tolist() == pytest.approx([1 / 3, 2 / 3, 1])
    assert table["ARI"].iloc[0] == 0 and table["ARI"].iloc[2] == 1
    pred = plain_fit(5).fit_predict(CLOUDS)
    assert table["ARI"].iloc[3] == pytest.approx(adjusted_rand_score(CLASSES, pred))


def test_a_model_that_fails_leaves_the_others_going():
    models = {"good": GMM(3), "too many": GMM(91), "too wide": GMN([2], [3]), "typo": GMM(3, init="kmean")}
    table = selection.compare(models, CLOUDS, n_splits=3)
    failed = table.drop(index="good")
    assert failed[list(selection.MEASURES)].isna().all(axis=None)
    assert "n_components is 91" in failed["problem"]["too many"]
    assert "layer_dims has 3 factors" in failed["problem"]["too wide"] and "'kmean'" in failed["problem"]["typo"]
    assert table.loc["good", "problem"] is None and np.isfinite(table.loc["good", "BIC"])
    assert np.isnan(np.array(table.attrs["held_out"])[:, 1:]).all() and np.isfinite(np.array(table.attrs["held_out"])[:, 0]).all()
    assert table.attrs["evidence"] == (
        "Only good could be fitted, so there is nothing to compare; too many, too wide and typo failed and are left out."
    )
    alone = selection.compare({"bad": GMM(91)}, CLOUDS, n_splits=3)
    assert alone.attrs["evidence"] == ("No model could be fitted, so there is nothing to compare; bad failed and is left out.")


def test_a_model_that_fails_on_a_split_keeps_its_other_measures():
    table = selection.compare({"a": GMM(2), "b": GMM(3), "all rows": GMM(89)}, CLOUDS, n_splits=3)
    row = table.loc["all rows"]
    assert np.isfinite(row["BIC"]) and np.isnan(row["held-out log-likelihood"]) and np.isnan(row["standard error"])
    assert row["problem"].startswith("No fit on 3 of 3 splits: n_components is 89")
    assert table.attrs["evidence"].endswith("; all rows could not be fitted on every split and is left out.")


def test_rows_beyond_the_range_of_numbers_are_a_problem_of_the_model_not_a_number():
    for far, problem in ((1e200, "1e+200 in row 0, column 0"), (1e150, "density of a held-out row is not finite.")):
        with np.errstate(all="ignore"):
            score, said = selection.held_out_score(GMM(1), CLOUDS * 1e-10, np.full((1, 2), far))
        assert np.isnan(score) and problem in said


@pytest.mark.parametrize(
    "error",
    [
        ValueError("Say it."),
        ZeroDivisionError("by zero"),
        OverflowError("too large"),
        FloatingPointError(),
        np.linalg.LinAlgError("Singular matrix"),
    ],
)
def test_a_fit_may_fail_in_any_numerical_way(error, monkeypatch):
    start = GMM.initial_parameters

    def fail(self, X, *rest):
        if self.n_components == 2:
            raise error
        return start(self, X, *rest)

    monkeypatch.setattr(GMM, "initial_parameters", fail)
    table = selection.compare({"good": GMM(3), "bad": GMM(2)}, CLOUDS, n_splits=2)
    assert table.loc["good", "problem"] is None and np.isfinite(table.loc["good", "BIC"])
    said = table.loc["bad", "problem"]
    why = "leave the range that can be counted with" if type(error) is np.linalg.LinAlgError else "cannot be computed with"
    assert said == "Say it." if type(error) is ValueError else why in said and said.endswith(".")


def test_an_evaluator_with_labels_of_all_rows_does_not_stop_the_refit():
    model = GMM(2, evaluator=Evaluator(CLASSES, "ARI"))
    table = selection.compare({"with": model, "without": GMM(2)}, CLOUDS, n_splits=3)
    assert table["problem"].isna().all()
    np.testing.assert_array_equal(*np.array(table.attrs["held_out"]).T)


@pytest.mark.slow
def test_names_of_a_list_are_what_differs():
    def names(*models):
        return list(selection.compare(models, CLOUDS, n_splits=1).index)

    assert names(GMM(2), GMM(3)) == ["GMM(n_components=2)", "GMM(n_components=3)"]
    assert names(GMM(2), SkewGMM(2, max_iter=2)) == ["GMM(max_iter=100)", "SkewGMM(max_iter=2)"]
    assert names(GMM(2), DGMM(np.array([2]), [1])) == ["GMM", "DGMM"]
    assert names(GMM(2), GMM(2), GMM(3)) == ["GMM(n_components=2) #1", "GMM(n_components=2) #2", "GMM(n_components=3)"]
    start = GMM(2).start(CLOUDS).state.parameters
    assert names(GMM(2, init=start), GMM(2)) == ["GMM(init=GaussianParameters)", "GMM(init='kmeans')"]


@pytest.mark.parametrize(
    "changes, message",
    [
        ({"models": {}}, "models is empty"),
        ({"models": GMM(2)}, "models is a GMM; it needs a mapping of names to mixtures, or a list"),
        ({"models": [GMM(2), "GMM"]}, r"models\[1\] is 'GMM'; it needs a mixture such as GMM\(2\)"),
        ({"models": {"a": GaussianMixture(2)}}, r"models\['a'\] is GaussianMixture\(n_components=2\)"),
        ({"models": {"a": GMM}}, r"models\['a'\] is <class"),
        ({"models": {1: GMM(1), "1": GMM(2)}}, "models has names that read the same: 1, 1"),
        ({"labels": CLASSES[:-1]}, r"labels has shape \(89,\), but X has 90 rows; give one label a row"),
        ({"labels": np.zeros((90, 2))}, r"labels has shape \(90, 2\)"),
        ({"n_splits": 0}, "n_splits is 0; it needs a whole number of splits, at least 1"),
        ({"n_splits": 2.5}, "n_splits is 2.5"),
        ({"test_size": 0}, "test_size is 0; it needs a share of the rows, between 0 and 1"),
        ({"test_size": 20}, "test_size is 20"),
        ({"test_size": "all"}, "test_size is 'all'"),
        ({"test_size": np.nan}, "test_size is nan"),
        ({"test_size": 0.98}, "test_size is 0.98, which leaves 1 of 90 rows to fit; leave at least 2"),
        ({"X": np.where(CLOUDS == CLOUDS[7], np.nan, CLOUDS)}, "Input X contains NaN in row 7, column 0"),
    ],
)
def test_arguments_that_cannot_be_are_named(changes, message):
    arguments = {"models": {"a": GMM(2)}, "X": CLOUDS, **changes}
    with pytest.raises(ValueError, match=message):
        selection.compare(**arguments)


# -- the pieces --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "model",
    [
        GMM(3),
        SkewGMM(2, skewness="diagonal", max_iter=4),
        GMN([2, 3], [2, 1], max_iter=4),
        DGMM([2, 3], [2, 1], e_step="sampled", path_samples=2, max_iter=4),
    ],
)
def test_a_run_and_a_fitted_model_give_the_same_measures(model):
    model = model.set_params(random_state=0)
    run = model.start(CLOUDS)
    run.finish()
    fitted = model.fit(CLOUDS)
    of_run = selection.measures(run.model, run.state.parameters, CLOUDS, labels=CLASSES, iterations=3)
    of_fitted = selection.measures(fitted, fitted.parameters_, CLOUDS, labels=CLASSES, iterations=3)
    assert set(of_run) == set(selection.MEASURES) - {"held-out log-likelihood", "standard error"}
    np.testing.assert_equal(of_run, of_fitted)
    assert of_run["ICL"] == pytest.approx(fitted.icl(CLOUDS), rel=1e-12)
    assert of_run["BIC"] == pytest.approx(fitted.bic(CLOUDS), rel=1e-12)
    assert of_run["ARI"] == pytest.approx(adjusted_rand_score(CLASSES, fitted.predict(CLOUDS)))
    assert selection.measures(fitted, fitted.parameters_, CLOUDS, log_likelihood=-10.0)["AIC"] == pytest.approx(
        20 + 2 * fitted.n_parameters
    )


def test_the_corrected_standard_error_by_hand():
    means, errors = selection.summary([[1, 5], [2, 5], [3, 5]], test_ratio=0.25)  # variances 1 and 0
    np.testing.assert_allclose(means, [2, 5])
    np.testing.assert_allclose(errors, [np.sqrt(1 / 3 + 1 / 4), 0])


def test_few_splits_and_missing_scores_are_not_numbers():
    np.testing.assert_equal(selection.summary(np.empty((0, 2))), np.full((2, 2), np.nan))
    np.testing.assert_equal(selection.summary([[1.0, 2.0]]), [[1, 2], [np.nan, np.nan]])
    means, errors = selection.summary([[1.0, 2.0], [np.nan, 2.0]])
    assert np.isnan([means[0], errors[0]]).all() and (means[1], errors[1]) == (2, 0)


def test_best_marks_all_that_tie_and_none_that_failed():
    table = pd.DataFrame(np.nan, index=list("abc"), columns=selection.MEASURES)
    table["BIC"], table["ARI"] = [3.5, 1.0, 1.0 + 1e-12], [0.2, 0.5, np.nan]
    marked = selection.best(table)
    assert marked["BIC"] == [1, 2] and marked["ARI"] == [1] and marked["AIC"] == []
    assert set(marked) == set(selection.BETTER)


@settings(deadline=None)
@given(n=st.integers(4, 200), share=st.floats(0.05, 0.5), n_splits=st.integers(1, 4), seed=st.integers(0, 99))
def test_splits_part_the_rows(n, share, n_splits, seed):
    parts = selection.splits(n, n_splits, share, seed)
    assert len(parts) == n_splits
    for train, test in parts:
        assert sorted([*train, *test]) == list(range(n)) and len(test) == np.ceil(share * n)


# -- the sentence ------------------------------------------------------------------------------------------------------

NOISE = np.random.default_rng(0).normal(size=(10, 1))


def said(scores, bic, parameters, failed=(), planned=0):
    """The sentence on models A, B, ...; the log-likelihood says only who failed."""
    names = list("ABCD")[: len(bic)]
    table = pd.DataFrame(
        {"log-likelihood": [np.nan if name in failed else -1.0 for name in names], "BIC": bic, "parameters": parameters}, index=names
    )
    return selection.evidence(names, table, scores, 0.25, planned)


def ahead(*leads, spread=0.02):
    """Scores (10, m): a trend that all share, leads of A over the others, and differences of the given spread."""
    own = np.random.default_rng(1).normal(size=(10, len(leads)))
    own = (own - own.mean(axis=0)) / own.std(axis=0, ddof=1) / np.sqrt(0.35)  # corrected standard error 1
    return NOISE + np.column_stack([np.zeros(10), *(-lead + spread * own[:, j] for j, lead in enumerate(leads))])


def test_a_clear_winner_is_named_with_its_lead_in_units_of_noise():
    assert said(ahead(0.113, spread=0.021), [10, 30], [11, 17]) == (
        "A predicts new rows better than B, by 0.113 ± 0.021 per row: 5 times the noise; BIC agrees."
    )
    assert said(ahead(0.113, spread=0.021), [30, 10], [11, 17]).endswith("the noise; BIC prefers B.")
    assert said(ahead(0.113, spread=0.021), [10, 11], [11, 17]).endswith("the noise; BIC hardly tells it from B.")


def test_noise_is_called_noise():
    assert said(ahead(0.004, spread=0.010), [10, 30], [17, 11]) == (
        "A and B predict new rows equally well as far as can be told: the difference of 0.004 ± 0.010 per row is "
        "within the noise; B has fewer parameters (11 against 17)."
    )
    assert said(ahead(0.004, spread=0.010), [30, 10], [11, 11]).endswith("within the noise; BIC prefers B.")


@pytest.mark.parametrize(
    "lead, claim",
    [
        (1.9, "A and B predict new rows equally well as far as can be told"),
        (2.1, "A probably predicts new rows better than B"),
        (3.2, "A probably predicts new rows better than B"),
        (3.3, "A predicts new rows better than B"),
    ],
)
def test_claims_grow_with_the_evidence(lead, claim):
    assert said(ahead(lead, spread=1), [10, 30], [11, 17]).startswith(claim)  # 3.25: Student's t, 9 degrees, 99 %


def test_three_splits_need_a_larger_lead_than_ten():
    scores = np.array([[0.0, -0.4], [0.0, -0.5], [0.0, -0.6]])  # 6.5 standard errors; t with 2 degrees: 9.9
    assert said(scores, [10, 30], [11, 17]).startswith("Early, after 3 splits: A probably predicts")


@pytest.mark.parametrize(
    "done, planned, begins",
    [
        (4, 10, "Early, after 4 of 10 splits: A predicts"),
        (4, 0, "Early, after 4 splits: A"),
        (9, 10, "Early, after 9 of 10 splits: A"),
        (10, 10, "A predicts"),
        (5, 5, "A predicts"),
    ],
)
def test_evidence_is_called_early_until_all_splits_are_in(done, planned, begins):
    assert said(ahead(1.0, spread=0.01)[:done], [10, 30], [11, 17], planned=planned).startswith(begins)


@pytest.mark.parametrize("bic", [[10.0, 30.0, 50.0], [10.0, 11.0, 50.0], [10.0, 11.9, 11.0]])
def test_stars_agree_with_what_the_sentence_says_of_bic(bic):
    table = pd.DataFrame(np.nan, index=list("ABC"), columns=selection.MEASURES)
    table["BIC"] = bic
    starred = [list("ABC")[j] for j in selection.best(table)["BIC"]]
    sentence = said(np.zeros((0, 3)), bic, [5, 6, 7])
    assert ("BIC prefers A" in sentence) == (starred == ["A"]) and ("hardly tells A from" in sentence) == (len(starred) > 1)


def test_identical_models_have_the_same_bic_and_it_is_said():
    assert said(np.zeros((0, 3)), [10.0, 10.0, 30.0], [5, 5, 6]).endswith("BIC is the same for A and B.")
    assert "BIC is the same for B" in said(ahead(0.1, 1.0, spread=0.001), [10.0, 10.0, 30.0], [5, 5, 6])


def test_what_all_splits_share_is_no_noise():
    assert NOISE.std() > 0.5
    assert "more than 100 times the noise" in said(ahead(1, spread=0.0), [10, 30], [11, 17])


def test_several_models_each_in_its_place():
    assert said(ahead(0.2, 0.3), [10, 30, 40], [5, 6, 7]) == (
        "A predicts new rows best (log density per row): better than B by 0.200 ± 0.020 and better than C by 0.300 ± 0.020; BIC agrees."
    )
    assert said(ahead(0.2, 0.05, 0.01), [10, 30, 40, 5], [5, 6, 7, 4]) == (
        "A comes first on new rows (log density per row): better than B by 0.200 ± 0.020, probably better than C by "
        "0.050 ± 0.020 and within the noise of D (0.010 ± 0.020); BIC prefers D; D has fewer parameters (4 against 5)."
    )
    assert said(ahead(0.2, 0.05), [10, 30, 40], [5, 6, 7]).startswith("A probably predicts new rows best")
    assert said(ahead(0.01, 0.02), [10, 30, 40], [7, 5, 6]) == (
        "A, B and C predict new rows equally well as far as can be told: even the largest difference, 0.020 ± 0.020 "
        "per row, is within the noise; B has the fewest parameters of A, B and C (5)."
    )


@pytest.mark.slow
def test_the_same_model_twice_is_the_same():
    table = selection.compare({"A": GMM(2), "B": GMM(2)}, CLOUDS, n_splits=3)
    assert table.attrs["evidence"] == (
        "Early, after 3 splits: A and B are the same here: on every split they give the held-out rows the same density."
    )
    deep = selection.compare({"DGMM": DGMM([2], [1], max_iter=5), "GMN": GMN([2], [1], max_iter=5)}, CLOUDS, n_splits=3)
    assert deep.attrs["evidence"].startswith("Early, after 3 splits: DGMM and GMN are the same here")
    assert said(ahead(3e-5, spread=1e-6), [10, 10], [5, 5]).startswith("A and B are practically the same here")
    assert "practically the same as B" in said(ahead(3e-5, 1, spread=1e-6), [10, 10, 40], [5, 5, 5])


def test_too_few_splits_settle_nothing():
    scores = ahead(5.0)
    assert said(scores[:0], [10, 30], [5, 6]) == (
        "No split has been scored yet, so it is open which model predicts new rows best; BIC prefers A."
    )
    assert said(scores[:1], [10, 11], [5, 6]) == (
        "One split is too few to tell a difference from noise; so far A is ahead; BIC hardly tells A from B."
    )
    assert said(scores[:2], [30, 10], [5, 6]) == (
        "Two splits are too few to tell a difference from noise; so far A is ahead; BIC prefers B."
    )
    assert "so far they are equal" in said(np.zeros((2, 2)), [10, 30], [5, 6])


def test_models_that_failed_are_told_and_left_out():
    scores = ahead(0.113, 9, spread=0.021)
    scores[:, 2] = np.nan
    assert said(scores, [10, 30, np.nan], [11, 17, np.nan], failed="C") == (
        "A predicts new rows better than B, by 0.113 ± 0.021 per row: 5 times the noise; BIC agrees; C failed and is left out."
    )
    scores[1, 1] = np.nan
    assert said(scores, [10, 30, np.nan], [11, 17, np.nan], failed="C") == (
        "Only A could be fitted, so there is nothing to compare; C failed and is left out; B could not be fitted on "
        "every split and is left out."
    )
    assert said(scores[:, :1], [10], [11]) == "With one model there is nothing to compare."


def test_scores_of_another_number_of_models_are_an_error():
    with pytest.raises(ValueError, match=r"scores has shape \(10, 3\) and table 2 rows"):
        said(ahead(1, 1), [10, 30], [5, 6])


@pytest.mark.slow
def test_skewed_clouds_are_told_from_normal_ones():
    rng = np.random.default_rng(0)
    X = np.concatenate([c + np.abs(rng.normal(size=(200, 1))) * [4, 3] + rng.normal(scale=0.4, size=(200, 2)) for c in (0, 12)])
    table = selection.compare({"normal": GMM(2), "skew": SkewGMM(2)}, X)
    assert table.attrs["evidence"].startswith("skew predicts new rows better than normal, by ")
    assert table.attrs["evidence"].endswith("times the noise; BIC agrees.")


# -- matching ----------------------------------------------------------------------------------------------------------


def posteriors(seed, k, n=40):
    return np.random.default_rng(seed).dirichlet(np.full(k, 0.3), size=n)


@settings(deadline=None)
@given(seed=st.integers(0, 10**6), order=st.permutations(range(4)))
def test_renamed_components_get_their_numbers_back(seed, order):
    reference = posteriors(seed, 4)
    np.testing.assert_array_equal(selection.match(reference, reference[:, order]), order)
    np.testing.assert_array_equal(selection.match(reference, reference), range(4))


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10**6), k0=st.integers(1, 5), k=st.integers(1, 5))
def test_numbers_are_distinct_and_below_the_larger_number_of_components(seed, k0, k):
    numbers = selection.match(posteriors(seed, k0), posteriors(seed + 1, k))
    assert numbers.shape == (k,) and len(set(numbers)) == k
    assert numbers.min() >= 0 and numbers.max() < max(k0, k)
    partners = [number for number in numbers if number < k0]
    assert len(partners) == min(k0, k)  # whoever can have a partner has one
    free = [number for number in numbers if number >= k0]
    assert free == list(range(k0, k))


def test_components_without_a_partner_take_the_free_numbers_in_order():
    reference = np.repeat(np.eye(2), 10, axis=0)
    posterior = np.zeros((20, 4))
    posterior[:10, 3] = posterior[10:, 1] = 1  # components 0 and 2 have no rows
    np.testing.assert_array_equal(selection.match(reference, posterior), [2, 1, 3, 0])
    np.testing.assert_array_equal(selection.match(np.eye(4).repeat(5, axis=0), np.eye(4).repeat(5, axis=0)[:, [3, 1]]), [3, 1])


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**6), k=st.integers(1, 4))
def test_no_other_matching_shares_more(seed, k):
    shared = posteriors(seed, k).T @ posteriors(seed + 1, k)
    numbers = selection.match(posteriors(seed, k), posteriors(seed + 1, k))
    most = max(shared[list(order), range(k)].sum() for order in permutations(range(k)))
    assert shared[numbers, range(k)].sum() == pytest.approx(most, rel=1e-12)


@pytest.mark.parametrize("share, expected", [(0.52, [0, 1]), (0.53, [1, 0])])
def test_the_last_matching_is_kept_until_another_gains_five_per_cent(share, expected):
    # the swapped matching has share n of the overlap, the last one (1 - share) n: gains of 4 % and 6 % of the rows
    reference = np.repeat(np.eye(2), 500, axis=0)
    posterior = np.where(reference == 1, 1 - share, share)
    assert selection.match(reference, posterior).tolist() == [1, 0]
    assert selection.match(reference, posterior, before=[0, 1]).tolist() == expected
    assert selection.match(reference, posterior, before=np.array([1, 0])).tolist() == [1, 0]


@pytest.mark.parametrize("before", [[0], [0, 0], [0, 2], [-1, 0], [0.0, 1.0]])
def test_a_last_matching_that_cannot_be_is_an_error(before):
    with pytest.raises(ValueError, match="it needs 2 different numbers from 0 to 1"):
        selection.match(posteriors(0, 2), posteriors(1, 2), before)


def test_matching_needs_the_same_rows():
    with pytest.raises(ValueError, match=r"reference has shape \(40, 2\) and posterior \(39, 2\)"):
        selection.match(posteriors(0, 2), posteriors(1, 2)[1:])


# -- the same mixture in scikit-learn ----------------------------------------------------------------------------------


@pytest.mark.parametrize("model", [GMM(3, random_state=0), GMN([2, 2], [2, 1], random_state=0, max_iter=5)])
def test_the_scikit_learn_mixture_is_the_same_distribution(model):
    fitted = model.fit(IRIS.X)
    theirs = fitted.to_gaussian_mixture()
    assert isinstance(theirs, GaussianMixture)
    np.testing.assert_allclose(theirs.score_samples(IRIS.X), fitted.score_samples(IRIS.X), rtol=1e-9, atol=1e-9)
    assert (theirs.n_iter_, theirs.converged_) == (fitted.n_iter_, fitted.converged_)
    if isinstance(model, GMM):
        np.testing.assert_array_equal(theirs.predict(IRIS.X), fitted.predict(IRIS.X))
        again = GMM.from_parameters(fitted.parameters_).to_gaussian_mixture()
        np.testing.assert_array_equal(again.precisions_cholesky_, theirs.precisions_cholesky_)
        assert theirs.sample(5)[0].shape == (5, 4)


def test_only_gaussian_models_have_one_and_only_when_fitted():
    with pytest.raises(ValueError, match="its components are not Gaussian"):
        SkewGMM(2, max_iter=1, stopping_criterion=None).fit(IRIS.X).to_gaussian_mixture()
    with pytest.raises(NotFittedError):
        GMM(2).to_gaussian_mixture()
