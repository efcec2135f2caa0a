"""Pictures on one or two axes: rows and Gaussians are mapped alike, and marginals are those of closed forms."""

import numpy as np
import pytest
from scipy.stats import multivariate_normal

from mixes import DGMM, GMM, GMN, GaussianParameters, SkewGMM, SkewParameters, View
from mixes.datasets import Scaling

RNG = np.random.default_rng(0)
X = RNG.normal(size=(60, 3)) @ RNG.normal(size=(3, 3)) + [100.0, -5.0, 0.0]
SCALING = Scaling.fit(X)
NAMES = ("length", "width", "height")


@pytest.mark.parametrize("features", [(0,), (2,), (1, 2), (2, 0)])
def test_features_are_seen_in_the_units_of_the_table(features):
    view = View.of_features(features, NAMES, SCALING)
    np.testing.assert_allclose(view.points(SCALING.transform(X)), X[:, features], atol=1e-12)
    assert view.names == tuple(NAMES[i] for i in features)


@pytest.mark.parametrize("features", [(0,), (1, 2), (2, 0)])
def test_gaussians_of_features_are_the_marginals_in_the_units_of_the_table(features):
    mean, covariance = np.array([0.3, -1.0, 2.0]), np.cov(RNG.normal(size=(3, 9)))
    view = View.of_features(features, NAMES, SCALING)
    seen, spread = view.gaussians(mean[None], covariance[None])
    own = list(features)
    np.testing.assert_allclose(seen[0], (SCALING.center + SCALING.scale * mean)[own])
    np.testing.assert_allclose(spread[0], (covariance * np.outer(SCALING.scale, SCALING.scale))[np.ix_(own, own)])


def test_principal_components_are_uncorrelated_centred_and_have_the_largest_variances():
    view = View.principal(X)
    seen = view.points(X)
    np.testing.assert_allclose(seen.mean(axis=0), 0, atol=1e-9)
    values = np.sort(np.linalg.eigvalsh(np.cov(X.T)))[::-1]
    np.testing.assert_allclose(np.cov(seen.T), np.diag(values[:2]), atol=1e-8)
    np.testing.assert_allclose(view.axes @ view.axes.T, np.eye(2), atol=1e-12)
    shares = values / values.sum()
    assert view.names == tuple(f"principal component {i + 1} ({shares[i]:.0%} of the variance)" for i in (0, 1))


def test_principal_components_have_the_same_sign_when_rows_are_shuffled_or_mirrored_twice():
    view = View.principal(X)
    np.testing.assert_allclose(View.principal(X[::-1]).axes, view.axes, atol=1e-9)
    largest = np.abs(view.axes).argmax(axis=1)
    assert np.all(view.axes[[0, 1], largest] > 0)


def test_principal_gaussians_are_the_moments_of_the_mapped_rows():
    view = View.principal(X)
    means, covariances = view.gaussians(X.mean(axis=0)[None], np.cov(X.T)[None])
    np.testing.assert_allclose(means, [view.points(X).mean(axis=0)], atol=1e-9)
    np.testing.assert_allclose(covariances, [np.cov(view.points(X).T)], atol=1e-8)


def second_moment(weights, means, covariances):
    return np.einsum("k,kij->ij", weights, covariances + means[:, :, None] * means[:, None])


MODELS = [GMM(2, random_state=0), SkewGMM(2, random_state=0), DGMM([2, 2], [2, 1], random_state=0), GMN([2, 2], [2, 1], random_state=0)]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: type(model).__name__)
@pytest.mark.parametrize("view", [View.of_features((1,), NAMES, Scaling.none(3)), View.principal(X)], ids=["feature", "principal"])
def test_the_gaussians_to_draw_have_the_moments_of_the_seen_mixture(model, view):
    parameters = model.set_params(max_iter=3, stopping_criterion=None).fit(X).parameters_
    weights, means, covariances, owners = parameters.gaussians(view)
    assert weights.sum() == pytest.approx(1) and len(weights) == len(means) == len(owners)
    mean = model.weights_ @ model.means_
    second = second_moment(model.weights_, model.means_, model.covariances_)
    seen_mean = weights @ means
    seen = second_moment(weights, means, covariances) - np.outer(seen_mean, seen_mean)
    np.testing.assert_allclose(seen_mean, view.axes @ mean + view.offset, atol=1e-8)
    np.testing.assert_allclose(seen, view.axes @ (second - np.outer(mean, mean)) @ view.axes.T, rtol=1e-8, atol=1e-8)
    assert set(owners) == set(range(model.predict_proba(X).shape[1]))


def test_the_density_of_a_seen_gaussian_is_the_integral_over_the_other_feature():
    parameters = GaussianParameters([1.0], [[0.5, -1.0]], [[[2.0, 0.7], [0.7, 1.0]]])
    view = View.of_features((0,), ("a", "b"), Scaling(np.array([3.0, 0.0]), np.array([2.0, 1.0])))
    _, mean, covariance, _ = parameters.gaussians(view)
    other = np.linspace(-12, 10, 4001)
    for x in (2.0, 4.0, 7.5):
        whole = multivariate_normal(parameters.means[0], parameters.covariances[0]).pdf(
            np.column_stack([np.full(4001, (x - 3) / 2), other])
        )
        integral = np.trapezoid(whole, other) / 2  # per unit of the table
        assert multivariate_normal(mean[0], covariance[0]).pdf(x) == pytest.approx(integral, rel=1e-6)


def test_the_drawn_density_of_a_skew_component_is_the_integral_over_the_other_feature():
    parameters = SkewParameters([1.0], [[0.5, -1.0]], [[[2.0], [-1.0]]], [[[1.0, 0.3], [0.3, 0.5]]])
    view = View.of_features((0,), ("a", "b"), Scaling.none(2))
    at, other = np.linspace(-1, 3, 5), np.linspace(-14, 8, 4001)
    model = SkewGMM.from_parameters(parameters)
    expected = [np.trapezoid(np.exp(model.score_samples(np.column_stack([np.full(4001, x), other]))), other) for x in at]
    np.testing.assert_allclose(parameters.density_grids(view, at)[0], expected, rtol=1e-6)


@pytest.mark.parametrize("angle", [0.0, 0.4, 1.9])
def test_a_skewed_component_thinner_than_the_grid_keeps_its_mass(angle):
    along, across = np.array([np.cos(angle), np.sin(angle)]), np.array([-np.sin(angle), np.cos(angle)])
    scale = np.outer(along, along) + 1e-6 * np.outer(across, across)
    parameters = SkewParameters([1.0], np.zeros((1, 2)), along[None, :, None], scale[None])
    at = np.linspace(-6, 6, 48)
    view = View(np.eye(2), np.zeros(2), ("a", "b"))
    assert parameters.density_grids(view, at, at).sum() * (at[1] - at[0]) ** 2 == pytest.approx(1, abs=0.01)
