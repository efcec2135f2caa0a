"""Orthant probabilities and moments of truncated normals: closed forms, quadrature, identities, tails, bad input."""

import json
from itertools import permutations, product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from scipy import integrate, stats
from scipy.special import log_ndtr

from mixes.truncated_normal import log_orthant_probability, truncated_moments

REFERENCE = Path(__file__).parents[2] / "reference" / "skew_normal_log_densities.json"
CORRELATIONS = [-0.999999, -0.99, -0.7, -0.2, 0.0, 0.4, 0.9, 0.999, 0.999999]


def pair(rho):
    return np.array([[1.0, rho], [rho, 1.0]])


def random_covariance(q, seed=0):
    factor = np.random.default_rng(seed).normal(size=(q, q + 2))
    return factor @ factor.T


def brute_force(mean, covariance, nodes=100):
    """Tensor Gauss-Legendre over a box that holds the mass, nodes crowded at zero."""
    x, w = np.polynomial.legendre.leggauss(nodes)
    x, w = (x + 1) / 2, w / 2
    deviation = np.sqrt(np.diag(covariance))
    push = np.abs(covariance / deviation**2) @ np.maximum(-mean, 0)  # a coordinate held above zero pulls the others up
    upper = np.maximum(np.maximum(mean, 0), mean + push) + 9 * deviation
    q = len(mean)
    T = np.stack(np.meshgrid(*(u * x**2 for u in upper), indexing="ij"), axis=-1).reshape(-1, q)
    weight = np.prod(np.meshgrid(*(u * 2 * x * w for u in upper), indexing="ij"), axis=0).ravel()
    log_density = stats.multivariate_normal(mean, covariance).logpdf(T)
    mass = weight * np.exp(log_density - log_density.max())
    share = mass / mass.sum()
    return np.log(mass.sum()) + log_density.max(), share @ T, (T * share[:, None]).T @ T


def assert_equal_moments(mean, covariance, rtol=1e-8):
    log_p, first, second = brute_force(np.asarray(mean, float), covariance)
    result = truncated_moments([mean], covariance)
    np.testing.assert_allclose(result.log_probability[0], log_p, rtol=rtol, atol=rtol)
    np.testing.assert_allclose(result.first[0], first, rtol=rtol)
    np.testing.assert_allclose(result.second[0], second, rtol=rtol)


# Closed forms


@pytest.mark.parametrize("q, atol", [(1, 1e-14), (2, 1e-13), (3, 1e-11)])
def test_independent_coordinates_multiply(q, atol):
    means = np.random.default_rng(0).normal(size=(200, q)) * np.array([[1.0], [12.0]]).repeat(100, axis=0)
    variances = np.linspace(0.5, 3, q)
    expected = log_ndtr(means / np.sqrt(variances)).sum(axis=1)
    np.testing.assert_allclose(log_orthant_probability(means, np.diag(variances)), expected, rtol=1e-11, atol=atol)


@pytest.mark.parametrize("q", [2, 3])
def test_numbers_whose_product_is_zero_have_signs(q):
    values = [1e-200, -1e-200, 5e-324, -5e-324, 0.0, -0.0, 0.3]
    means = np.array(list(product(values, repeat=q)))
    log_p = log_orthant_probability(means, np.eye(q))
    np.testing.assert_allclose(log_p, log_ndtr(means).sum(axis=1), rtol=1e-12)


@pytest.mark.parametrize("rho", CORRELATIONS)
def test_arcsine_law_in_two_dimensions(rho):
    expected = np.log(0.25 + np.arcsin(rho) / (2 * np.pi))
    np.testing.assert_allclose(log_orthant_probability([[0.0, 0.0]], pair(rho)), expected, rtol=1e-10)


def test_arcsine_law_in_three_dimensions():
    correlation = np.array([[1, 0.5, -0.3], [0.5, 1, 0.2], [-0.3, 0.2, 1]])
    angles = np.arcsin(correlation[np.triu_indices(3, 1)]).sum()
    expected = np.log(1 / 8 + angles / (4 * np.pi))
    np.testing.assert_allclose(log_orthant_probability([[0.0, 0, 0]], correlation), expected, rtol=1e-11)


def test_half_normal_moments():
    result = truncated_moments([[0.0]], [[4.0]])
    np.testing.assert_allclose(result.first, [[2 * np.sqrt(2 / np.pi)]], rtol=1e-14)
    np.testing.assert_allclose(result.second, [[[4.0]]], rtol=1e-14)


@pytest.mark.parametrize("q", [1, 2, 3, 4])
@pytest.mark.parametrize("far", [50.0, 1e3, 1e6])
def test_far_inside_nothing_is_truncated(q, far):
    covariance = random_covariance(q) / 5
    mean = far * np.arange(1.0, q + 1)
    result = truncated_moments([mean], covariance)
    tolerance = 1e-9 if q < 4 else 1e-3
    assert abs(result.log_probability[0]) < 1e-11 + 1e-15 * far
    np.testing.assert_allclose(result.first[0], mean, rtol=tolerance)
    np.testing.assert_allclose(result.second[0], np.outer(mean, mean) + covariance, rtol=tolerance)


# Against quadrature


@pytest.mark.parametrize("mean", [0.0, 1.3, -2.0, 6.0, -9.0])
def test_one_dimension_against_quadrature(mean):
    raw = [
        integrate.quad(
            lambda t: t**k * np.exp(-0.5 * t * (t - 2 * mean) / 2.25),
            0,
            25,
            epsabs=0,
            epsrel=1e-12,
            points=[max(mean, 0), max(mean, 0) + 1],
            limit=200,
        )[0]
        for k in range(3)
    ]
    result = truncated_moments([[mean]], [[2.25]])
    np.testing.assert_allclose([result.first[0, 0], result.second[0, 0, 0]], np.divide(raw[1:], raw[0]), rtol=1e-9)


@pytest.mark.parametrize("rho", [-0.95, -0.6, 0.0, 0.3, 0.9])
@pytest.mark.parametrize("mean", [(0.3, -0.2), (2.0, 1.0), (-2.0, 3.0), (-3.0, -4.0), (5.0, -6.0), (-9.0, 0.0)])
def test_two_dimensions_against_quadrature(mean, rho):
    assert_equal_moments(mean, pair(rho) * np.outer([1.0, 2.0], [1.0, 2.0]))


@pytest.mark.parametrize("rho", [-0.5, 0.0, 0.5])
@pytest.mark.parametrize("mean", [(-40.0, -40.0), (-40.0, 1.0), (-40.0, -3.0)])
def test_tail_moments_against_quadrature(mean, rho):
    assert_equal_moments(mean, pair(rho))


@pytest.mark.slow
@pytest.mark.parametrize("mean", [(0.1, -0.4, 1.0), (-2.0, 1.0, -3.0), (-6.0, -5.0, 2.0), (3.0, 2.0, 4.0)])
@pytest.mark.parametrize("seed", [1, 2])
def test_three_dimensions_against_quadrature(mean, seed):
    assert_equal_moments(mean, random_covariance(3, seed), rtol=1e-7)


@pytest.mark.parametrize("mean, covariance", [
    ([-0.520899, 2.026165, -2.17624], [[0.886353, 0.108143, 0.021226], [0.108143, 0.181664, -0.011807],
                                       [0.021226, -0.011807, 0.044973]]),
    ([-1.850567, -1.168128, -1.920302], [[0.380991, -0.277729, -0.025587], [-0.277729, 0.30781, 0.033245],
                                         [-0.025587, 0.033245, 0.040405]]),
])  # fmt: skip
def test_beyond_the_reference(mean, covariance):
    assert_equal_moments(mean, np.array(covariance), rtol=1e-7)


def test_reference_densities():
    for case in json.loads(REFERENCE.read_text()):
        restricted = "Gamma" in case
        loadings = np.array(case["Delta_vec"])[:, None] if restricted else np.array(case.get("Delta", []))
        loadings = loadings if loadings.size else np.diag(case["delta"])
        expected = np.array(case["logpdf_ref" if restricted else "logpdf_ref_mvtnorm"])
        omega = np.array(case["Gamma" if restricted else "sigma"]) + loadings @ loadings.T
        weights = np.linalg.solve(omega, loadings)
        q = loadings.shape[1]
        centred = np.array(case["x"]) - case["mu"]
        log_p = log_orthant_probability(centred @ weights, np.eye(q) - loadings.T @ weights)
        density = q * np.log(2) + stats.multivariate_normal(cov=omega).logpdf(centred) + log_p
        # The reference adds up terms of either sign in three dimensions: two of its 500 points, with P below 1e-24, are
        # off by a factor of 2 to 7. test_beyond_the_reference checks those by quadrature.
        known = (log_p > -50) | (q < 3)
        assert known.sum() >= 19
        np.testing.assert_allclose(density[known], expected[known], atol=1e-8)


# Identities


@pytest.mark.parametrize("q", [1, 2, 3, 4])
def test_mean_is_the_gradient_of_the_log_probability(q):
    covariance = random_covariance(q, seed=q)
    deviations = np.sqrt(np.diag(covariance))
    means = np.random.default_rng(1).normal(size=(30, q)) * deviations * np.repeat([1, 4, 20], 10)[:, None]
    if q > 3:  # exact where P is above 1e-4, an estimate below
        means = means[truncated_moments(means, covariance).log_probability > -8]
        assert len(means) > 5
    h = 1e-4
    gradient = np.stack(
        [log_orthant_probability(means + h * e, covariance) - log_orthant_probability(means - h * e, covariance) for e in np.eye(q)], axis=1
    ) / (2 * h)
    first = truncated_moments(means, covariance).first
    scale = np.abs(means) + deviations
    assert (np.abs(means + gradient @ covariance - first) < 1e-6 * scale).all()


@pytest.mark.parametrize("q", [2, 3])
def test_order_of_the_coordinates_does_not_matter(q):
    covariance = random_covariance(q, seed=3)
    means = np.random.default_rng(2).normal(size=(20, q)) * 5
    expected = truncated_moments(means, covariance)
    for order in map(list, permutations(range(q))):
        result = truncated_moments(means[:, order], covariance[np.ix_(order, order)])
        np.testing.assert_allclose(result.log_probability, expected.log_probability, rtol=1e-9, atol=1e-9)
        np.testing.assert_allclose(result.first, expected.first[:, order], rtol=1e-7)
        np.testing.assert_allclose(result.second, expected.second[:, order][:, :, order], rtol=1e-7)


@settings(max_examples=60, deadline=None)
@given(
    mean=st.lists(st.floats(-40, 40), min_size=2, max_size=2),
    rho=st.sampled_from(CORRELATIONS),
    scale=st.lists(st.floats(1e-3, 1e3), min_size=2, max_size=2),
)
def test_properties_in_two_dimensions(mean, rho, scale):
    mean, scale = np.array(mean), np.array(scale)
    covariance = pair(rho) * np.outer(scale, scale)
    log_p, first, second, error = (value[0] for value in truncated_moments([mean * scale], covariance))
    assert error == 0 and np.isfinite(log_p) and log_p <= 1e-13
    assert log_p <= log_ndtr(mean).min() + 1e-10  # less likely than either half-space
    assert (first > 0).all() and (second > 0).all() and np.array_equal(second, second.T)
    # A variance is positive, a truncated one no larger than before, and E[TT'] obeys Cauchy-Schwarz.
    variance = np.diag(second) - first**2
    assert (variance > -1e-11 * np.diag(second)).all() and (variance < scale**2 * (1 + 1e-6)).all()
    assert second[0, 1] ** 2 <= second[0, 0] * second[1, 1] * (1 + 1e-12)
    more = log_orthant_probability([(mean + [0.1, 0]) * scale, (mean + [0, 0.1]) * scale], covariance)
    assert (more >= log_p - 1e-9 * max(1, -log_p)).all()


# Tails and correlations near one


@pytest.mark.parametrize("q", [1, 2, 3, 4])
def test_independent_far_tail(q):
    result = truncated_moments(np.full((1, q), -40.0), np.eye(q))
    np.testing.assert_allclose(result.log_probability, q * log_ndtr(-40.0), rtol=1e-12)
    mean = 1 / 40 - 2 / 40**3 + 10 / 40**5 - 74 / 40**7
    np.testing.assert_allclose(result.first, mean, rtol=1e-8 if q < 4 else 0.01)


@pytest.mark.parametrize("h, k", [(-40.0, -40.0), (-40.0, 2.0), (-3.0, -2.5), (0.5, 0.7), (20.0, -1.0)])
def test_equal_coordinates_are_one(h, k):
    # For rho -> 1 the smaller argument decides: the gap is at most of the order of sqrt(1 - rho).
    log_p = log_orthant_probability([[h, k]], pair(0.999999))[0]
    assert log_ndtr(min(h, k)) - 0.06 * max(1, -min(h, k)) < log_p <= log_ndtr(min(h, k)) + 1e-12


@pytest.mark.parametrize("h, k", [(1.0, -0.5), (3.0, 2.0), (0.0, 1.0), (9.0, -8.0)])
def test_opposite_coordinates_leave_an_interval(h, k):
    # For rho -> -1 T_2 = k - (T_1 - h): both positive means T_1 - h in (-h, k).
    result = truncated_moments([[h, k]], pair(-1 + 1e-11))
    interval = stats.truncnorm(-h, k, loc=h)
    log_p = log_ndtr(k) + np.log1p(-np.exp(log_ndtr(-h) - log_ndtr(k)))
    np.testing.assert_allclose(result.log_probability[0], log_p, atol=1e-4)
    np.testing.assert_allclose(result.first[0], [interval.mean(), h + k - interval.mean()], rtol=1e-4)


@pytest.mark.parametrize("length", [1.0, 30.0, 1e3, 1e5])
def test_nearly_singular_from_huge_loadings(length):
    # Delta = (I + a a')^-1 is nearly flat along a. With an independent third coordinate the values are products.
    a = length * np.array([0.6, 0.8])
    delta = np.linalg.inv(np.eye(2) + np.outer(a, a))
    means = np.array([[0.3, 0.1], [-0.2, 0.4], [2.0, 1.0]])
    three = np.zeros((3, 3))
    three[:2, :2], three[2, 2] = delta, 0.5
    two = truncated_moments(means, delta)
    result = truncated_moments(np.column_stack([means, [0.2, -1.0, 3.0]]), three)
    third = truncated_moments([[0.2], [-1.0], [3.0]], [[0.5]])
    log_p = two.log_probability + third.log_probability
    np.testing.assert_allclose(result.log_probability, log_p, rtol=1e-8, atol=1e-8)
    np.testing.assert_allclose(result.first, np.column_stack([two.first, third.first]), rtol=1e-7)


def test_three_nearly_dependent_coordinates():
    a = np.array([30.0, 20.0, 10.0])
    delta = np.linalg.inv(np.eye(3) + np.outer(a, a))
    mean = np.array([0.2, 0.3, -0.1])
    # Slices of (T_1, T_2) by T_3 from the two-dimensional values, by another quadrature over another coordinate.
    slope = delta[:2, 2] / delta[2, 2]
    conditional = delta[:2, :2] - np.outer(slope, delta[2, :2])

    def slice_(t):
        p = np.exp(log_orthant_probability([mean[:2] + slope * (t - mean[2])], conditional)[0])
        return p * stats.norm.pdf(t, mean[2], np.sqrt(delta[2, 2]))

    expected = integrate.quad(slice_, 0, 5, epsabs=0, epsrel=1e-9, limit=400, points=[0.1, 0.5, 1, 1.5, 2])[0]
    np.testing.assert_allclose(np.exp(log_orthant_probability([mean], delta)), expected, rtol=1e-8)


# Four dimensions and more


def in_blocks(*blocks):
    q = sum(len(block) for block in blocks)
    covariance, start = np.zeros((q, q)), 0
    for block in blocks:
        covariance[start : start + len(block), start : start + len(block)] = block
        start += len(block)
    return covariance


@pytest.mark.parametrize("blocks", [
    (pair(0.6), pair(-0.5) * 2), (pair(0.6), random_covariance(3, 1)),
    (random_covariance(3, 2), random_covariance(3, 3)),
], ids=["2+2", "2+3", "3+3"])  # fmt: skip
def test_blocks_multiply(blocks):
    covariance = in_blocks(*blocks)
    q, first_q = len(covariance), len(blocks[0])
    means = np.random.default_rng(4).normal(size=(40, q)) * np.sqrt(np.diag(covariance))
    means *= np.repeat([1, 8], 20)[:, None]
    result = truncated_moments(means, covariance)
    left, right = truncated_moments(means[:, :first_q], blocks[0]), truncated_moments(means[:, first_q:], blocks[1])
    deviation = np.abs(result.log_probability - left.log_probability - right.log_probability)
    exact = result.error == 0
    # beyond five dimensions, and where P is below 1e-4, values are estimates and carry their error
    assert (q > 5) == (not exact.any()) and (~exact[result.log_probability < np.log(1e-4)]).all()
    assert (deviation[exact] < 1e-9).all() and deviation.max() < 0.02
    # an error estimate from four repetitions is itself rough
    assert np.mean(deviation[~exact] < 4 * result.error[~exact] + 1e-6) > 0.75
    for rows, tolerance in ((exact, 1e-6), (~exact, 0.05)):
        expected = np.hstack([left.first, right.first])[rows]
        np.testing.assert_allclose(result.first[rows], expected, rtol=tolerance)
        np.testing.assert_allclose(result.second[rows][:, :first_q, :first_q], left.second[rows], rtol=2 * tolerance)


@pytest.mark.parametrize("q", [4, 5])
def test_equal_correlations_against_one_integral(q):
    # T_i = m_i + sqrt(rho) z + sqrt(1 - rho) e_i: given z the coordinates are independent.
    rho, means = 0.6, np.random.default_rng(0).normal(size=(10, q))
    covariance = np.full((q, q), rho) + (1 - rho) * np.eye(q)
    z, w = np.polynomial.legendre.leggauss(200)
    z, w = 9 * z, 9 * w
    terms = log_ndtr((means[:, None] + np.sqrt(rho) * z[:, None]) / np.sqrt(1 - rho)).sum(axis=2)
    expected = np.log((np.exp(terms) * stats.norm.pdf(z)) @ w)
    np.testing.assert_allclose(log_orthant_probability(means, covariance), expected, atol=1e-10)


def test_strongly_correlated_tail_in_five_dimensions():
    # One common factor: T_i = -8 + 0.9 z + sqrt(0.19) e_i, an integral over z.
    covariance = np.full((5, 5), 0.81) + 0.19 * np.eye(5)
    z, w = np.polynomial.legendre.leggauss(400)
    z, w = 12 * z + 8, 12 * w
    terms = 5 * log_ndtr((0.9 * z - 8) / np.sqrt(0.19)) + stats.norm.logpdf(z)
    expected = np.log(w @ np.exp(terms - terms.max())) + terms.max()
    result = truncated_moments(np.full((1, 5), -8.0), covariance)
    assert abs(result.log_probability[0] - expected) < 0.01


# Repeatable, and clear about bad input


@pytest.mark.parametrize("q", [1, 2, 3, 4])
def test_repeatable_to_the_last_bit(q):
    means, covariance = np.random.default_rng(5).normal(size=(40, q)), random_covariance(q)
    for one, two in zip(truncated_moments(means, covariance), truncated_moments(means, covariance)):
        assert np.array_equal(one, two)


@pytest.mark.parametrize("q", [1, 2, 3])
def test_rows_do_not_influence_each_other(q):
    means, covariance = np.random.default_rng(6).normal(size=(700, q)) * 3, random_covariance(q)
    means = means[: 700 if q < 3 else 50]
    whole, part = truncated_moments(means, covariance), truncated_moments(means[7:9], covariance)
    for one, two in zip(whole, part):
        np.testing.assert_allclose(one[7:9], two, rtol=1e-13)
    assert truncated_moments(means[:0], covariance).second.shape == (0, q, q)


@pytest.mark.parametrize("means, covariance, message", [
    ([1.0, 2.0], np.eye(2), r"means has shape \(2,\); it needs \(n, q\)"),
    ([[1.0, 2.0]], np.eye(3), r"covariance has shape \(3, 3\); with these means it needs \(2, 2\)"),
    ([[1.0, 2.0], [np.nan, 0.0]], np.eye(2), "row 1"),
    ([[1.0, 2.0]], [[1.0, np.inf], [np.inf, 1.0]], "finite"),
    ([[1.0, 2.0]], [[1.0, 0.5], [0.4, 1.0]], "symmetric"),
    ([[1.0, 2.0]], [[0.0, 0.0], [0.0, 1.0]], "positive definite"),
    ([[1.0, 2.0]], pair(1.0), "singular"),
    ([[1.0, 2.0]], pair(-1 - 1e-6), "positive definite"),
    ([[1.0, 2.0, 3.0]], np.eye(3) * 1.5 - 0.5, "singular"),
])  # fmt: skip
def test_bad_input(means, covariance, message):
    with pytest.raises(ValueError, match=message):
        truncated_moments(means, covariance)
