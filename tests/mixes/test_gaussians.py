"""Linear algebra of Gaussian components, against closed forms, and the same mixtures in scikit-learn and as Python."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import multivariate_normal
from sklearn.base import clone
from sklearn.mixture import GaussianMixture

from mixes import DGMM, GMM, GMN, DeepParameters, GaussianParameters, Layer, SkewGMM, SkewParameters
from mixes.gaussian.em import GaussianDensity
from mixes.gaussians import cholesky, floor_covariances, log_determinants, lost_figures, merge, precisions, project, rounding
from mixes.scikit_learn import gaussian_mixture_to_python

RNG = np.random.default_rng(0)


def some_covariances(k, d, rng=RNG):
    factors = rng.normal(size=(k, d, d))
    return factors @ factors.swapaxes(1, 2) + 0.1 * np.eye(d)


@pytest.mark.parametrize(
    "widths, moved, weight, lost",
    [
        ((1e-4, 1e-4), 1.0, 1.0, True),
        ((1e-4, 1e-4), 1e-2, 1.0, False),  # 100 times its width is not far
        ((1e-4, 10.0), 1.0, 1.0, False),  # its own width costs more figures than the way it went
        ((1e-4, 1e-4), 1.0, 0.0, False),  # without points it stays what it is
    ],
)
def test_figures_are_lost_where_a_mean_goes_much_farther_than_a_component_is_wide(widths, moved, weight, lost):
    covariances = np.array([np.eye(2), np.diag(np.square(widths))])
    parameters = GaussianParameters([1 - weight / 2, weight / 2], np.array([[0.0, 0.0], [moved, 0.0]]), covariances)
    narrowness = np.einsum("kii->k", precisions(cholesky(covariances)))
    assert lost_figures(parameters, narrowness, np.zeros((2, 2))) == lost


def test_factors_give_determinants_and_inverses():
    covariances = some_covariances(4, 3)
    factors = cholesky(covariances)
    np.testing.assert_allclose(factors @ factors.swapaxes(1, 2), covariances)
    np.testing.assert_allclose(log_determinants(factors), np.linalg.slogdet(covariances)[1])
    np.testing.assert_allclose(precisions(factors) @ covariances, np.tile(np.eye(3), (4, 1, 1)), atol=1e-9)


def test_the_first_matrix_without_a_factor_is_named():
    covariances = some_covariances(3, 2)
    covariances[1] = [[1, 2], [2, 1]]
    with pytest.raises(ValueError, match=r"scales\[1\] is not positive definite"):
        cholesky(covariances, "scales")


def test_only_eigenvalues_below_the_floor_are_raised_and_nothing_else_changes():
    rotation = np.linalg.qr(RNG.normal(size=(3, 3)))[0]
    narrow = rotation @ np.diag([4.0, 1e-9, 0.2]) @ rotation.T
    covariances = np.stack([np.eye(3), narrow, some_covariances(1, 3)[0]])
    raised, floored = floor_covariances(covariances, 0.01)
    assert floored == [1]
    np.testing.assert_array_equal(raised[[0, 2]], covariances[[0, 2]])
    np.testing.assert_allclose(raised[1], rotation @ np.diag([4.0, 0.01, 0.2]) @ rotation.T, atol=1e-12)
    untouched, none = floor_covariances(covariances, 1e-12)
    assert untouched is covariances and none == []


def test_merged_gaussians_have_the_moments_of_the_mixture():
    weights, means, covariances = RNG.dirichlet(np.ones(5)), RNG.normal(size=(5, 2)), some_covariances(5, 2)
    owners = np.array([0, 2, 0, 2, 2])
    totals, merged, spread = merge(weights, means, covariances, owners, 3)
    np.testing.assert_allclose(totals, [weights[[0, 2]].sum(), 0, weights[[1, 3, 4]].sum()])
    for owner, own in ((0, [0, 2]), (2, [1, 3, 4])):
        share = weights[own] / weights[own].sum()
        mean = share @ means[own]
        second = np.einsum("g,gij->ij", share, covariances[own] + means[own][:, :, None] * means[own][:, None])
        np.testing.assert_allclose(merged[owner], mean)
        np.testing.assert_allclose(spread[owner], second - np.outer(mean, mean))
    assert not merged[1].any() and not spread[1].any()


def test_projected_gaussians_are_the_marginals():
    means, covariances, axes = RNG.normal(size=(2, 4)), some_covariances(2, 4), RNG.normal(size=(2, 4))
    seen, spread = project(means, covariances, axes)
    np.testing.assert_allclose(seen, [axes @ mean for mean in means])
    np.testing.assert_allclose(spread, [axes @ covariance @ axes.T for covariance in covariances])
    picked, _ = project(means, covariances, np.eye(4)[[2]])
    np.testing.assert_array_equal(picked, means[:, [2]])


# -- what the expansion may lose ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [1e-2, 1e-3, 1e-4, 1e-5, 1e-6])
def test_narrow_components_beside_wide_distances_keep_their_digits(width):
    means = np.array([[0.0, 0.0], [1.0, 2.0], [-2.0, 1.0]])
    X = np.concatenate([mean + width * RNG.normal(size=(20, 2)) for mean in means])
    weights = np.array([0.2, 0.5, 0.3])
    density = GaussianDensity(GaussianParameters(weights, means, np.stack([width**2 * np.eye(2)] * 3)))
    log_joint, _ = density.log_joint(X)
    own = np.repeat([0, 1, 2], 20)
    squares = ((X - means[own]) ** 2).sum(axis=1) / width**2
    expected = np.log(weights[own]) - np.log(2 * np.pi * width**2) - squares / 2
    np.testing.assert_allclose(log_joint[own, np.arange(60)], expected, rtol=0, atol=3e-8)


def test_a_small_share_of_the_rows_is_a_component_like_any_other():
    near, far = RNG.normal(size=(50, 2)), RNG.normal(size=(10, 2)) * 0.5 + 30
    weight = np.r_[np.ones(50), np.full(10, 1e-8)]  # a share of 2e-9
    start = GaussianParameters([0.5, 0.5], [[0, 0], [29, 29]], np.stack([np.eye(2)] * 2))
    state = GMM(2, init=start, var_regularization=0).start(np.concatenate([near, far]), weight).step()
    found = state.parameters
    assert found.weights[1] == pytest.approx(1e-7 / (50 + 1e-7), rel=1e-6)
    np.testing.assert_allclose(found.means[1], far.mean(axis=0), rtol=1e-8)
    np.testing.assert_allclose(found.covariances[1], np.cov(far.T, ddof=0), rtol=1e-5, atol=1e-8)
    assert "empty component" not in [event.kind for event in state.events]


# -- elsewhere ---------------------------------------------------------------------------------------------------------


def deep(network):
    """Two layers over three features."""
    rng = np.random.default_rng(1)
    weights = rng.dirichlet(np.ones(2), size=3).T if network else rng.dirichlet(np.ones(2))
    top = rng.dirichlet(np.ones(3))
    return DeepParameters(
        (
            Layer(weights, rng.normal(size=(2, 3)) * 3, rng.normal(size=(2, 3, 2)), rng.uniform(0.2, 1, size=(2, 3))),
            Layer(top[:, None] if network else top, rng.normal(size=(3, 2)), rng.normal(size=(3, 2, 1)), rng.uniform(0.2, 1, size=(3, 2))),
        )
    )


MODELS = [
    GMM.from_parameters(GaussianParameters(RNG.dirichlet(np.ones(3)), RNG.normal(size=(3, 3)) * 3, some_covariances(3, 3))),
    DGMM.from_parameters(deep(False)),
    GMN.from_parameters(deep(True)),
]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: type(model).__name__)
def test_the_mixture_of_scikit_learn_has_the_same_density_and_clusters(model):
    X = RNG.normal(size=(50, 3)) * 4
    theirs = model.to_gaussian_mixture()
    np.testing.assert_allclose(theirs.score_samples(X), model.score_samples(X), rtol=1e-9, atol=1e-9)
    by_hand = np.logaddexp.reduce(
        [
            np.log(weight) + multivariate_normal(mean, covariance).logpdf(X)
            for weight, mean, covariance in zip(theirs.weights_, theirs.means_, theirs.covariances_)
        ]
    )
    np.testing.assert_allclose(model.score_samples(X), by_hand, rtol=1e-9, atol=1e-9)
    identities = np.tile(np.eye(3), (len(theirs.weights_), 1, 1))
    np.testing.assert_allclose(theirs.precisions_ @ theirs.covariances_, identities, atol=1e-8)
    assert theirs.n_features_in_ == 3 and theirs.sample(4)[0].shape == (4, 3)


def test_a_skew_mixture_is_no_gaussian_one():
    skew = SkewGMM.from_parameters(SkewParameters([1.0], np.zeros((1, 2)), np.ones((1, 2, 1)), np.eye(2)[None]))
    assert skew.parameters_.to_gaussian_mixture() is None
    with pytest.raises(ValueError, match="^SkewGMM has no equal in scikit-learn: its components are not Gaussian.$"):
        skew.to_gaussian_mixture()


@pytest.mark.parametrize("model", MODELS, ids=lambda model: type(model).__name__)
def test_the_python_text_makes_the_same_mixture_without_mixes(model):
    theirs = model.to_gaussian_mixture()
    text = gaussian_mixture_to_python(theirs.weights_, theirs.means_, theirs.covariances_)
    assert "mixes" not in text and max(map(len, text.splitlines())) <= 120
    names = {}
    exec(text, names)
    made = names["mixture"]
    assert isinstance(made, GaussianMixture)
    for name in ("weights_", "means_", "covariances_"):
        np.testing.assert_array_equal(getattr(made, name), getattr(theirs, name))
    X = RNG.normal(size=(20, 3))
    np.testing.assert_allclose(made.score_samples(X), model.score_samples(X), rtol=1e-9)
    np.testing.assert_allclose(made.precisions_ @ made.covariances_, np.tile(np.eye(3), (len(made.weights_), 1, 1)), atol=1e-8)
    np.testing.assert_array_equal(made.predict(X), theirs.predict(X))


def test_the_python_text_keeps_many_components_and_extreme_numbers():
    k = 300  # more than numpy prints by default
    weights = RNG.dirichlet(np.ones(k))
    means = RNG.normal(size=(k, 1)) * 10.0 ** RNG.integers(-200, 200, size=(k, 1))
    covariances = np.full((k, 1, 1), 1e-12)
    names = {}
    exec(gaussian_mixture_to_python(weights, means, covariances), names)
    np.testing.assert_array_equal(names["means"], means)
    np.testing.assert_array_equal(names["weights"], weights)


# -- what rounding changes --------------------------------------------------------------------------------------------


def test_rounding_has_no_unit_and_grows_as_features_determine_each_other():
    covariance = np.array([[1.0, 0.6], [0.6, 1.0]])
    units = np.array([1e-5, 1e4])
    scaled = covariance * np.outer(units, units)
    for matrix in (covariance, scaled):
        assert rounding(matrix[None], np.linalg.inv(matrix)[None]) == pytest.approx(8 * 2.0**-52 / (1 - 0.36))
    closer = np.array([[1.0, 1 - 1e-9], [1 - 1e-9, 1.0]])
    assert rounding(closer[None], np.linalg.inv(closer)[None]) == pytest.approx(8 * 2.0**-52 / 2e-9, rel=1e-3)


@pytest.mark.parametrize("model, seed", [(GMM(3), 10), (GMM(3), 28), (SkewGMM(3), 35), (SkewGMM(3), 38)])
def test_no_fall_is_told_of_columns_that_determine_each_other(model, seed):
    rng = np.random.default_rng(seed)
    n, d = int(rng.integers(30, 400)), int(rng.integers(2, 6))
    X = rng.standard_normal((n, d))
    X[: n // 2] += 3
    X[:, -1] = X[:, 0] * rng.normal() + rng.choice([0, 1]) * X[:, 1]
    X *= 10.0 ** rng.integers(-3, 4, d) if seed % 2 else 1
    run = clone(model).set_params(var_regularization=0, init="random", max_iter=30, random_state=seed, stopping_criterion=None).start(X)
    run.finish()
    assert not [event for state in run.trace for event in state.events if event.kind == "objective fell"]


@pytest.mark.parametrize("model", [GMM(2, random_state=0), SkewGMM(2, random_state=0)])
def test_a_fall_beyond_rounding_is_told_though_columns_determine_each_other(model, monkeypatch):
    X = np.random.default_rng(0).standard_normal((60, 2))
    X[:, 1] = X[:, 0]
    run = clone(model).set_params(var_regularization=0).start(X)
    run.expectation()
    maximisation = run.model.density_class.maximisation

    def wrong_weights(self, *given):
        parameters, happened = maximisation(self, *given)
        return replace(parameters, weights=np.array([0.9, 0.1])), happened

    monkeypatch.setattr(run.model.density_class, "maximisation", wrong_weights)
    assert "objective fell" in [event.kind for event in run.maximization().events]
