"""The estimator: scikit-learn's contract, errors, sampling, criteria."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import entropy
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.mixture import GaussianMixture
from sklearn.utils.estimator_checks import parametrize_with_checks

from mixes import GMM, GaussianParameters

X = np.concatenate([np.random.default_rng(0).normal(c, 1, size=(40, 2)) for c in (-6, 0, 6)])
TWO = GaussianParameters([0.3, 0.7], [[0, 0], [5, -5]], [[[1, 0.5], [0.5, 2]], [[3, -1], [-1, 0.5]]])


@parametrize_with_checks([GMM()])
def test_scikit_learns_checks(estimator, check):
    check(estimator)


@pytest.mark.slow
def test_import_loads_neither_streamlit_nor_plotly():
    code = "import sys, mixes; print(*{'streamlit', 'plotly', 'mixes'} & sys.modules.keys())"
    loaded = subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[2], capture_output=True, text=True, check=True).stdout
    assert loaded.split() == ["mixes"]


# -- errors ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "settings, message",
    [
        ({"n_components": 0}, "n_components is 0; it needs a whole number of components, at least 1"),
        ({"n_components": 2.0}, "n_components is 2.0; it needs a whole number"),
        ({"n_components": True}, "n_components is True"),
        ({"n_components": "3"}, "n_components is '3'"),
        ({"init": "k-means"}, 'init is \'k-means\'; it needs "kmeans", "random" or GaussianParameters'),
        ({"init": None}, "init is None"),
        ({"init": np.zeros((2, 2))}, "init is array"),
        ({"init": TWO, "n_components": 3}, "init has 2 components in 2 features; n_components is 3"),
        ({"n_init": 0}, "n_init is 0; it needs a whole number of starts"),
        ({"max_iter": 0}, "max_iter is 0; it needs a whole number of iterations"),
        ({"max_iter": 1.5}, "max_iter is 1.5"),
        ({"stopping_criterion": "bic"}, "stopping_criterion is 'bic'; it needs \"log_lik\", None or a callable"),
        ({"stopping_criterion": 0.1}, "stopping_criterion is 0.1"),
        ({"annealing_start_v": 0}, r"annealing_start_v is 0; it needs a number in \(0, 1\]"),
        ({"annealing_start_v": 1.1}, "annealing_start_v is 1.1"),
        ({"annealing_start_v": np.nan}, "annealing_start_v is nan"),
        ({"update_rate": 0}, r"update_rate is 0; it needs a number in \(0, 1\]"),
        ({"update_rate": "1"}, "update_rate is '1'"),
        ({"var_regularization": -1e-9}, "var_regularization is -1e-09; it needs a number of at least 0"),
        ({"var_regularization": np.inf}, "var_regularization is inf; it needs a number of at least 0"),
        ({"evaluator": "ARI"}, "evaluator is 'ARI'; it needs an Evaluator or None"),
    ],
)
def test_settings_that_cannot_be_are_named(settings, message):
    with pytest.raises(ValueError, match=message):
        GMM(**settings).fit(X)


@pytest.mark.parametrize("value, name", [(np.nan, "NaN"), (np.inf, "infinity"), (-np.inf, "infinity")])
def test_the_first_cell_that_is_no_number_is_named(value, name):
    rows = X.copy()
    rows[17, 1] = rows[30, 0] = value
    model = GMM(2).fit(X)
    for use in (GMM(2).fit, model.predict, model.score_samples):
        with pytest.raises(ValueError, match=f"X contains {name}.* in row 17, column 1"):
            use(rows)
    with pytest.raises(ValueError, match=f"X_validation contains {name}.* in row 17, column 1"):
        GMM(2).start(X, X_validation=rows)


@pytest.mark.parametrize(
    "weight, message",
    [
        (np.ones(3), r"sample_weight.shape == \(3,\), expected \(120,\)"),
        (np.r_[np.ones(119), -1], "sample_weight is -1 in row 119"),
        (np.r_[1, np.nan, np.ones(118)], "sample_weight is nan in row 1"),
        (np.zeros(120), "sample_weight is zero in every row"),
    ],
)
def test_weights_that_cannot_be(weight, message):
    with pytest.raises(ValueError, match=message):
        GMM(2).fit(X, sample_weight=weight)


def test_held_out_rows_need_the_same_features():
    with pytest.raises(ValueError, match="X_validation has 3 features.* 2 features"):
        GMM(2).start(X, X_validation=np.ones((5, 3)))


@pytest.mark.parametrize(
    "weights, means, covariances, message",
    [
        ([0.5, 0.6], TWO.means, TWO.covariances, "weights sums to 1.1"),
        ([1.5, -0.5], TWO.means, TWO.covariances, "weights.*probabilities"),
        (1.0, TWO.means, TWO.covariances, r"weights has shape \(\)"),
        ([1.0], TWO.means, TWO.covariances, r"means has shape \(2, 2\); with 1 weights it needs \(1, features\)"),
        ([0.3, 0.7], TWO.means, TWO.covariances[0], r"covariances has shape \(2, 2\); it needs \(2, 2, 2\)"),
        ([0.3, 0.7], [[0, np.nan], [0, 0]], TWO.covariances, r"means\[0, 1\] is nan; it needs a finite number"),
        ([0.3, 0.7], TWO.means, [np.eye(2), [[1, 0.5], [0, 1]]], r"covariances\[1\] is not symmetric"),
        ([0.3, 0.7], TWO.means, [np.eye(2), [[1, 2], [2, 1]]], r"covariances\[1\] is not positive definite"),
    ],
)
def test_parameters_that_cannot_be(weights, means, covariances, message):
    with pytest.raises(ValueError, match=message):
        GMM.from_parameters(GaussianParameters(weights, means, covariances))


# -- parameters, samples, criteria -------------------------------------------------------------------------------------


def test_from_parameters_is_a_fitted_model():
    model = GMM.from_parameters(TWO, random_state=1, max_iter=7)
    assert model.n_components == 2 and model.max_iter == 7 and model.n_features_in_ == 2
    assert model.predict([[0, 0], [5, -5]]).tolist() == [0, 1]
    assert model.parameters_ is TWO and model.n_parameters == 1 + 4 + 6
    with pytest.raises(ValueError, match="parameters is ndarray; GMM needs GaussianParameters"):
        GMM.from_parameters(np.ones(3))
    with pytest.raises(ValueError, match="3 features"):
        model.predict(np.ones((2, 3)))


def test_nothing_works_before_fit():
    for use in (lambda m: m.predict(X), lambda m: m.sample(), lambda m: m.score_samples(X), lambda m: m.bic(X), lambda m: m.n_parameters):
        with pytest.raises(NotFittedError):
            use(GMM())


def test_large_sample_has_the_moments_of_the_mixture():
    rows, labels = GMM.from_parameters(TWO, random_state=0).sample(40_000)
    np.testing.assert_allclose(np.bincount(labels) / len(labels), TWO.weights, atol=0.01)
    for j in range(2):
        np.testing.assert_allclose(rows[labels == j].mean(axis=0), TWO.means[j], atol=0.05)
        np.testing.assert_allclose(np.cov(rows[labels == j].T), TWO.covariances[j], atol=0.1)


def test_sample_repeats_with_an_integer_seed():
    a, b, c = (GMM.from_parameters(TWO, random_state=seed).sample(5) for seed in (3, 3, 4))
    np.testing.assert_array_equal(a[0], b[0])
    np.testing.assert_array_equal(a[1], b[1])
    assert not np.array_equal(a[0], c[0])
    assert a[0].shape == (5, 2) and a[1].shape == (5,)
    with pytest.raises(ValueError, match="n_samples is 0"):
        GMM.from_parameters(TWO).sample(0)


def test_sample_never_draws_from_an_empty_component():
    parameters = GaussianParameters([1.0, 0.0], TWO.means, TWO.covariances)
    assert set(GMM.from_parameters(parameters, random_state=0).sample(500)[1]) == {0}


@pytest.mark.filterwarnings("ignore:Best performing initialization did not converge")  # scikit-learn takes one step
def test_criteria():
    model = GMM(3, random_state=0).fit(X)
    log_likelihood, p = model.score_samples(X).sum(), 2 + 3 * 2 + 3 * 3
    assert model.n_parameters == p
    assert model.aic(X) == pytest.approx(-2 * log_likelihood + 2 * p)
    assert model.bic(X) == pytest.approx(-2 * log_likelihood + p * np.log(120))
    uncertainty = entropy(model.predict_proba(X), axis=1).sum()
    assert uncertainty > 0 and model.icl(X) == pytest.approx(model.bic(X) + 2 * uncertainty)
    assert model.log_likelihood_ == pytest.approx(log_likelihood) and model.score(X) * 120 == pytest.approx(log_likelihood)
    reference = GaussianMixture(
        3,
        reg_covar=0,
        weights_init=model.weights_,
        means_init=model.means_,
        precisions_init=np.linalg.inv(model.covariances_),
        tol=1e9,
        max_iter=1,
    ).fit(X)
    again = GMM.from_parameters(GaussianParameters(reference.weights_, reference.means_, reference.covariances_))
    assert again.aic(X) == pytest.approx(reference.aic(X)) and again.bic(X) == pytest.approx(reference.bic(X))


def test_fitted_attributes_belong_together():
    model = GMM(3, random_state=0, n_init=2)
    assert model.fit(X) is model
    last = model.trace_[-1]
    assert model.parameters_ is last.parameters and model.weights_ is last.parameters.weights
    assert (model.n_iter_, model.converged_, model.log_likelihood_) == (len(model.trace_) - 1, True, last.log_likelihood)
    np.testing.assert_array_equal(clone(model).fit_predict(X), model.predict(X))
    np.testing.assert_allclose(model.predict_proba(X).sum(axis=1), 1)
    order = np.argsort(model.means_[:, 0])
    assert model.predict(X).tolist() == np.repeat(order, 40).tolist()
