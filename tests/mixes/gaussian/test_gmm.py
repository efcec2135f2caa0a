"""The Gaussian mixture against scikit-learn, scipy, its own invariances and its objective's definition."""

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from scipy.special import logsumexp
from scipy.stats import multivariate_normal
from sklearn.mixture import GaussianMixture

from mixes import GMM, GaussianParameters, datasets
from mixes.annealing import Annealing, hold_apart
from mixes.expectation import expectation, log_density, responsibilities
from mixes.gaussian.em import GaussianDensity


def clusters(n, d, k, seed=0, spread=3.0):
    """Rows of k random stretched clusters."""
    rng = np.random.default_rng(seed)
    means, factors = rng.normal(size=(k, d)) * spread, rng.normal(size=(k, d, d)) + 2 * np.eye(d)
    labels = rng.integers(k, size=n)
    return means[labels] + np.einsum("nij,nj->ni", factors[labels], rng.normal(size=(n, d)))


def some_start(X, k, seed=0):
    """A start that no fit has seen: k rows, unequal weights, the covariance of all."""
    rng = np.random.default_rng(seed)
    covariance = np.cov(X.T).reshape(X.shape[1], -1)
    return GaussianParameters(rng.dirichlet(np.full(k, 5.0)), X[rng.choice(len(X), k, replace=False)], np.tile(covariance, (k, 1, 1)))


def run_of(X, start, steps, sample_weight=None, **settings):
    settings = {"var_regularization": 0.0, "stopping_criterion": None, "max_iter": steps, **settings}
    run = GMM(len(start.weights), init=start, **settings).start(X, sample_weight)
    run.finish()
    return run


def assert_same(a, b, rtol=1e-8, atol=1e-10):
    for name in ("weights", "means", "covariances"):
        np.testing.assert_allclose(getattr(a, name), getattr(b, name), rtol=rtol, atol=atol, err_msg=name)


def force_path(monkeypatch, expand):
    """Let every density take the expansion, or the triangular solves."""
    monkeypatch.setattr("mixes.gaussian.em.SQUARES_LIMIT", np.inf if expand else 0.0)


# -- scikit-learn ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("n, d, k", [(60, 1, 2), (200, 2, 3), (300, 5, 2), (400, 8, 4), (150, 3, 1)])
def test_every_step_is_that_of_scikit_learn(n, d, k):
    X = clusters(n, d, k, seed=n)
    start = some_start(X, k, seed=d)
    reference = GaussianMixture(
        k, reg_covar=0, weights_init=start.weights, means_init=start.means, precisions_init=np.linalg.inv(start.covariances)
    )
    reference._initialize_parameters(X, np.random.RandomState(0))
    run = GMM(k, init=start, var_regularization=0, stopping_criterion=None).start(X)
    for _ in range(15):
        mean_log_likelihood, log_responsibilities = reference._e_step(X)
        np.testing.assert_allclose(run.state.log_likelihood, n * mean_log_likelihood, rtol=1e-10)
        run.expectation()
        np.testing.assert_allclose(run.responsibilities(), np.exp(log_responsibilities), atol=1e-8)
        reference._m_step(X, log_responsibilities)
        run.maximization()
        assert_same(
            run.state.parameters, GaussianParameters(reference.weights_, reference.means_, reference.covariances_), rtol=1e-7, atol=1e-9
        )


def test_predictions_are_those_of_scikit_learn():
    X = clusters(300, 3, 3)
    start = some_start(X, 3)
    reference = GaussianMixture(
        3,
        reg_covar=0,
        tol=0,
        max_iter=1,
        weights_init=start.weights,
        means_init=start.means,
        precisions_init=np.linalg.inv(start.covariances),
    )
    with pytest.warns(UserWarning):
        reference.fit(X)
    model = GMM.from_parameters(GaussianParameters(reference.weights_, reference.means_, reference.covariances_))
    new = clusters(100, 3, 3, seed=1)
    np.testing.assert_allclose(model.score_samples(new), reference.score_samples(new), rtol=1e-10)
    np.testing.assert_allclose(model.predict_proba(new), reference.predict_proba(new), atol=1e-10)
    np.testing.assert_array_equal(model.predict(new), reference.predict(new))
    assert model.score(new) == pytest.approx(reference.score(new))


# -- weights and chunks ---------------------------------------------------------------------------------------------


def test_weight_two_is_a_repeated_row_and_weight_zero_an_absent_one():
    X = clusters(120, 2, 3)
    weight = np.random.default_rng(1).integers(0, 3, size=len(X))
    start = some_start(X, 3)
    weighted = run_of(X, start, 10, sample_weight=weight)
    repeated = run_of(np.repeat(X, weight, axis=0), start, 10)
    assert_same(weighted.state.parameters, repeated.state.parameters)
    np.testing.assert_allclose(weighted.trace.log_likelihood, repeated.trace.log_likelihood, rtol=1e-11)


@pytest.mark.parametrize("init", ["kmeans", "random"])
def test_weighted_fit_with_own_start_equals_repeated_rows(init):
    X = clusters(120, 2, 3, seed=4)
    weight = np.random.default_rng(1).integers(0, 3, size=len(X))
    model = GMM(3, init=init, var_regularization=1e-3, random_state=3, max_iter=20, stopping_criterion=None)
    weighted, repeated = model.start(X, weight), model.start(np.repeat(X, weight, axis=0))
    assert_same(weighted.state.parameters, repeated.state.parameters)
    assert_same(weighted.finish().parameters, repeated.finish().parameters, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("expand", [True, False])
@pytest.mark.parametrize("weighted", [True, False])
def test_chunked_is_whole(monkeypatch, expand, weighted):
    force_path(monkeypatch, expand)
    X = clusters(101, 3, 2)
    weight = np.random.default_rng(0).uniform(0.5, 2, size=len(X)) if weighted else None
    parameters = some_start(X, 2)
    results = []
    for chunk_rows in (len(X), 7, 1):
        density = GaussianDensity(parameters)
        density.chunk_rows = chunk_rows
        results.append(
            (
                expectation(density, X, weight, eps=0.1, inverse_temperature=0.7, n_clusters=2, keep=True),
                responsibilities(density, X),
                log_density(density, X),
                responsibilities(density, X, eps=0.1, inverse_temperature=0.7),
            )
        )
    whole = results[0]
    for result in results[1:]:
        assert result[0].objective == pytest.approx(whole[0].objective, rel=1e-12)
        assert result[0].log_likelihood == pytest.approx(whole[0].log_likelihood, rel=1e-12)
        np.testing.assert_allclose(result[0].statistics[0], whole[0].statistics[0], rtol=1e-9, atol=1e-9)
        np.testing.assert_allclose(result[0].posterior, whole[1], atol=1e-12)
        np.testing.assert_allclose(result[0].responsibilities, whole[3], atol=1e-12)
        np.testing.assert_allclose(result[1], whole[1], atol=1e-12)
        np.testing.assert_allclose(result[2], whole[2], rtol=1e-12)


# -- invariances ----------------------------------------------------------------------------------------------------


def transformed(parameters, matrix, shift):
    return GaussianParameters(parameters.weights, parameters.means @ matrix.T + shift, matrix @ parameters.covariances @ matrix.T)


ROTATION = np.linalg.qr(np.random.default_rng(0).normal(size=(3, 3)))[0]


@pytest.mark.parametrize(
    "matrix, shift",
    [(np.eye(3), 5.0), (np.eye(3), 1e6), (np.diag([1e-3, 1.0, 1e2]), 0.0), (ROTATION, 0.0), (ROTATION @ np.diag([2.0, 0.5, 3.0]), -7.0)],
    ids=["moved", "moved far", "scaled", "rotated", "all"],
)
def test_linear_maps_of_the_data_map_the_fit(matrix, shift):
    X = clusters(200, 3, 2)
    start = some_start(X, 2)
    plain = run_of(X, start, 10)
    mapped = run_of(X @ matrix.T + shift, transformed(start, matrix, shift), 10)
    expected = transformed(plain.state.parameters, matrix, shift)
    scale = np.sqrt(np.diagonal(expected.covariances, axis1=1, axis2=2)).min()
    tolerance = 1e-6 if abs(shift) < 1e3 else 1e-4  # 1e6 leaves ten digits of the rows
    assert_same(mapped.state.parameters, expected, rtol=tolerance, atol=tolerance * scale**2)
    np.testing.assert_allclose(mapped.trace.log_likelihood + len(X) * np.linalg.slogdet(matrix)[1], plain.trace.log_likelihood, rtol=1e-6)


def test_one_scale_for_all_features_changes_nothing_also_with_regularisation():
    X = clusters(200, 2, 3)
    start = some_start(X, 3)
    plain = run_of(X, start, 10, var_regularization=0.1)
    scaled = run_of(1e4 * X, transformed(start, 1e4 * np.eye(2), 0), 10, var_regularization=0.1)
    assert_same(scaled.state.parameters, transformed(plain.state.parameters, 1e4 * np.eye(2), 0))


def test_order_of_rows_and_of_components_does_not_matter():
    X = clusters(200, 2, 3)
    start = some_start(X, 3)
    plain = run_of(X, start, 10).state.parameters
    rows = np.random.default_rng(0).permutation(len(X))
    assert_same(run_of(X[rows], start, 10).state.parameters, plain)
    turned = GaussianParameters(*(getattr(start, name)[[2, 0, 1]] for name in ("weights", "means", "covariances")))
    found = run_of(X, turned, 10).state.parameters
    assert_same(GaussianParameters(*(getattr(found, name)[[1, 2, 0]] for name in ("weights", "means", "covariances"))), plain)


# -- the two ways to evaluate ----------------------------------------------------------------------------------------


def test_expansion_and_triangular_solves_give_the_same(monkeypatch):
    X = clusters(300, 4, 3)
    start = some_start(X, 3)
    force_path(monkeypatch, True)
    assert GaussianDensity(start).expands
    expanded = run_of(X, start, 10, var_regularization=0.01)
    force_path(monkeypatch, False)
    assert not GaussianDensity(start).expands
    solved = run_of(X, start, 10, var_regularization=0.01)
    assert_same(expanded.state.parameters, solved.state.parameters)
    np.testing.assert_allclose(expanded.trace.objective, solved.trace.objective, rtol=1e-11)


def with_correlation(rho):
    return GaussianParameters([0.4, 0.6], [[0, 0], [1, 1.5]], [[[1, rho], [rho, 1]], [[1, -rho], [-rho, 1]]])


def with_scales(*scales):
    scales = np.array(scales)
    matrix = np.array([[1, 0.5, 0], [0.5, 2, 0.3], [0, 0.3, 1]]) * scales * scales[:, None]
    return GaussianParameters([0.3, 0.7], np.array([[0, 0, 0], [1.0, 2, 3]]) * scales, [matrix, 2 * matrix])


@pytest.mark.parametrize(
    "parameters",
    [
        with_correlation(0.9),
        with_correlation(0.999999),
        with_correlation(-1 + 1e-9),
        with_scales(1e-6, 1, 1e6),
        with_scales(1e-2, 1, 1e2),
        with_scales(1e-9, 1e-9, 1e-9),
    ],
    ids=["round", "narrow", "very narrow", "very unequal", "unequal", "small"],
)
def test_log_density_is_that_of_scipy_also_when_ill_conditioned(parameters):
    X, _ = GMM.from_parameters(parameters, random_state=0).sample(200)
    scales = np.sqrt(np.diagonal(parameters.covariances[0]))
    X = np.concatenate([X, X[:5] + 50 * scales])  # also far out
    # scipy calls very unequal scales singular, so it gets each feature in its own unit
    expected = logsumexp(
        [
            np.log(w) + multivariate_normal(m / scales, c / np.outer(scales, scales)).logpdf(X / scales)
            for w, m, c in zip(parameters.weights, parameters.means, parameters.covariances)
        ],
        axis=0,
    )
    np.testing.assert_allclose(GMM.from_parameters(parameters).score_samples(X), expected - np.log(scales).sum(), rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("rho", [0.9, 0.999999])
def test_log_density_far_from_the_origin(rho):
    parameters = with_correlation(rho)
    X = np.random.default_rng(0).integers(-100, 100, size=(200, 2)) / 64  # exact also when moved by 2^20
    moved = GaussianParameters(parameters.weights, parameters.means + 2.0**20, parameters.covariances)
    np.testing.assert_allclose(
        GMM.from_parameters(moved).score_samples(X + 2.0**20), GMM.from_parameters(parameters).score_samples(X), rtol=1e-9
    )


# -- the objective ---------------------------------------------------------------------------------------------------


def naive_objective(parameters, X, eps, v):
    penalties = eps / 2 * np.array([np.trace(np.linalg.inv(c)) for c in parameters.covariances])
    log_joint = np.array(
        [np.log(w) + multivariate_normal(m, c).logpdf(X) for w, m, c in zip(parameters.weights, parameters.means, parameters.covariances)]
    )
    mean = logsumexp(v * (log_joint - penalties[:, None]), axis=0) - np.log(len(log_joint))
    return (mean / v + np.log(len(log_joint))).sum()


@pytest.mark.parametrize("eps", [0.0, 1e-6, 0.1, 2.0])
@pytest.mark.parametrize("v", [1.0, 0.3])
def test_objective_is_its_definition(eps, v):
    X = clusters(80, 3, 2)
    parameters = some_start(X, 2)
    density = GaussianDensity(parameters)
    result = expectation(density, X, eps=eps, inverse_temperature=v, next_inverse_temperature=0.7)
    assert result.objective == pytest.approx(naive_objective(parameters, X, eps, v), rel=1e-11)
    assert result.next_objective == pytest.approx(naive_objective(parameters, X, eps, 0.7), rel=1e-11)
    assert result.log_likelihood == pytest.approx(naive_objective(parameters, X, 0, 1), rel=1e-11)


def test_objective_rises_with_the_inverse_temperature_to_that_without_annealing():
    X = clusters(80, 3, 2)
    density = GaussianDensity(some_start(X, 2))
    values = [expectation(density, X, eps=0.1, inverse_temperature=v).objective for v in (0.05, 0.3, 0.7, 1.0)]
    assert (np.diff(values) > 0).all()


@pytest.mark.parametrize("narrow", [1e-2, 1e-4])
def test_objective_and_log_likelihood_stay_right_when_penalties_are_far_apart(narrow):
    X = clusters(50, 2, 2)
    parameters = GaussianParameters([0.5, 0.5], [[0, 0], [1, 1]], [np.eye(2), narrow**2 * np.eye(2)])
    result = expectation(GaussianDensity(parameters), X, eps=0.1)
    assert result.objective == pytest.approx(naive_objective(parameters, X, 0.1, 1), rel=1e-10)
    assert result.log_likelihood == pytest.approx(naive_objective(parameters, X, 0, 1), rel=1e-10)


def test_objective_is_the_log_likelihood_without_regularisation_and_annealing():
    run = run_of(clusters(100, 2, 2), some_start(clusters(100, 2, 2), 2), 10)
    np.testing.assert_array_equal(run.trace.objective, run.trace.log_likelihood)


@st.composite
def awkward_tables(draw):
    """Small tables with duplicates, a constant column or outliers, and a number of components."""
    n, d, k = draw(st.integers(6, 60)), draw(st.integers(1, 4)), draw(st.integers(1, 4))
    rng = np.random.default_rng(draw(st.integers(0, 2**16)))
    X = rng.normal(size=(n, d)) * rng.uniform(0.1, 10, size=d) + rng.normal(size=d)
    if draw(st.booleans()):
        X[: n // 2] = np.round(X[: n // 2])
    if draw(st.booleans()):
        X[rng.integers(n, size=n // 4)] = X[0]
    if draw(st.booleans()):
        X[-1] += 100
    if d > 1 and draw(st.booleans()):
        X[:, 0] = 3.0
    k = min(k, len(np.unique(X, axis=0)))
    return X, k


def assert_never_falls(objective, scale):
    assert np.diff(objective).min() >= -1e-10 * max(1.0, scale), np.diff(objective).min()


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(
    table=awkward_tables(),
    eps=st.sampled_from([1e-6, 0.01, 0.1, 0.5]),
    v=st.sampled_from([1.0, 0.3]),
    init=st.sampled_from(["kmeans", "random"]),
    seed=st.integers(0, 100),
)
def test_objective_never_falls_at_fixed_temperature(table, eps, v, init, seed):
    X, k = table
    if len(np.unique(X, axis=0)) < 2:
        return
    run = GMM(k, init=init, var_regularization=eps, random_state=seed).start(X)
    parameters, objective = run.state.parameters, []
    for _ in range(25):
        density = GaussianDensity(parameters)
        result = expectation(density, X, eps=run.eps, inverse_temperature=v)
        objective.append(result.objective)
        parameters, _ = density.maximisation(result.statistics, run.eps, run.floor)
    assert_never_falls(objective, np.abs(objective).max())


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(table=awkward_tables(), eps=st.sampled_from([0.0, 1e-6, 0.01, 0.1, 0.5]), seed=st.integers(0, 100), use_annealing=st.booleans())
def test_maximisation_raises_the_objective_in_a_run(table, eps, seed, use_annealing):
    X, k = table
    if len(np.unique(X, axis=0)) < 2:
        return
    run = GMM(
        k, init="random", var_regularization=eps, random_state=seed, use_annealing=use_annealing, max_iter=25, stopping_criterion=None
    ).start(X)
    while not run.finished:
        half, state = run.expectation(), run.maximization()
        if eps == 0 and any(event.kind == "covariance floored" for _, event in run.trace.events):
            return  # degenerate: the likelihood has no maximum
        assert half.inverse_temperature == state.inverse_temperature
        if any(event.kind == "held apart" for event in state.events):
            continue  # while annealing, components that coincide are moved, which EM would not do
        assert state.objective >= half.objective - 1e-10 * max(1.0, abs(half.objective))
        assert not any(event.kind == "objective fell" for event in state.events)


# -- annealing ------------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("start_v", [0.1, 0.5])
def test_annealing_finds_the_optimum_from_every_start(start_v):
    faithful = datasets.load("Old Faithful")
    Z = faithful.standardised().transform(faithful.X)
    for seed in range(6):
        model = GMM(2, init="random", use_annealing=True, annealing_start_v=start_v, max_iter=200, random_state=seed)
        assert model.fit(Z).log_likelihood_ == pytest.approx(-385.46, abs=0.05)


def test_only_components_that_coincide_are_held_apart():
    means, covariances = np.array([[0.0, 0.0], [0.01, 0.0], [0.0, 0.0], [5.0, 0.0]]), np.stack([np.eye(2)] * 4)
    covariances[2] *= 9  # concentric with the first, but of another shape
    found, shifts = hold_apart(np.full(4, 0.25), means, covariances, Annealing(np.random.default_rng(0)), np.ones((4, 2)))
    assert found == [(1, 0, 0)]
    np.testing.assert_array_equal(shifts[[0, 2, 3]], 0)
    assert np.linalg.norm(shifts[1]) == pytest.approx(0.15)


# -- repairs and events ----------------------------------------------------------------------------------------------


def test_component_without_points_is_said_once_and_stays_out():
    X = clusters(100, 2, 2)
    start = GaussianParameters([0.4, 0.4, 0.2], [X[0], X[1], X.mean(axis=0) + 1e4], np.tile(np.cov(X.T), (3, 1, 1)))
    run = run_of(X, start, 5)
    said = [(t, event) for t, event in run.trace.events if event.kind == "empty component"]
    assert [(t, event.component) for t, event in said] == [(1, 2)]
    assert str(said[0][1]) == "Component 3 lost its points."
    assert run.state.parameters.weights[2] == 0
    np.testing.assert_array_equal(run.state.parameters.means[2], start.means[2])
    two = run_of(X, GaussianParameters([0.5, 0.5], start.means[:2], start.covariances[:2]), 5)
    assert run.state.log_likelihood == pytest.approx(two.state.log_likelihood)
    model = GMM.from_parameters(run.state.parameters)
    assert np.all(model.predict_proba(X)[:, 2] == 0) and np.isfinite(model.icl(X))


@pytest.mark.parametrize("width", [1.0, 1e-8])
def test_no_infinity_of_an_empty_component_enters_a_product(width):
    """Kernels that fill blocks up with zeros make NaN of it, with a warning; others do not, so it is looked for."""
    density = GaussianDensity(GaussianParameters([0.5, 0.0, 0.5], np.eye(3, 2), np.tile(width**2 * np.eye(2), (3, 1, 1))))
    factors = [value for value in vars(density).values() if isinstance(value, np.ndarray) and value.dtype == float]
    assert len(factors) > 3 and all(np.isfinite(factor).all() for factor in factors)
    log_joint, _ = density.log_joint(np.eye(2))
    assert np.isneginf(log_joint[1]).all() and np.isfinite(log_joint[[0, 2]]).all()


def test_collapse_without_regularisation_is_held_at_the_floor_and_said_once():
    X = np.concatenate([clusters(50, 2, 1), np.full((10, 2), 30.0)])
    start = GaussianParameters([0.5, 0.5], [X[:50].mean(axis=0), [30, 30]], np.tile(np.cov(X.T), (2, 1, 1)))
    run = run_of(X, start, 30)
    assert [event.component for _, event in run.trace.events if event.kind == "covariance floored"] == [1]
    assert np.linalg.eigvalsh(run.state.parameters.covariances[1]).min() == pytest.approx(run.floor, rel=1e-3)
    assert np.isfinite(run.state.log_likelihood)


def test_components_that_become_narrow_in_one_step_keep_their_figures():
    rng = np.random.default_rng(0)
    X = np.repeat([[0.1], [0.8]], 20, axis=0)
    start = GaussianParameters([0.5, 0.5], [[0.12], [0.78]], np.full((2, 1, 1), 0.01))
    ends = [
        run_of(X[order], start, 1, var_regularization=1e-12).state.log_likelihood
        for order in (np.arange(40), *(rng.permutation(40) for _ in range(6)))
    ]
    # rows at distance .7 of the other mean, which takes the share r of them
    r = 1 / (1 + np.exp((0.68**2 - 0.02**2) / 0.02))
    variance = 0.49 * r * (1 - r) + 1e-12 * X.var()
    expected = 40 * (-0.5 * np.log(8 * np.pi * variance) - 0.5 * (0.7 * r) ** 2 / variance)
    np.testing.assert_allclose(ends, expected, rtol=1e-10)


@pytest.mark.parametrize("far, expected", [(0.0, False), (1e5, True)])
def test_sums_are_taken_again_about_the_new_means_where_they_lost_figures(far, expected):
    X = clusters(80, 2, 1)
    density = GaussianDensity(GaussianParameters([1.0], [X.mean(axis=0) + far], [np.cov(X.T)]))
    statistics = expectation(density, X).statistics
    new, _ = density.maximisation(statistics)
    finer = density.finer(statistics, GaussianDensity(new))
    assert (finer is not None) == expected
    if expected:
        new, _ = finer.maximisation(expectation(finer, X).statistics)
        np.testing.assert_allclose(new.covariances[0], np.cov(X.T, ddof=0), rtol=1e-12)
        assert finer.finer(statistics, GaussianDensity(new)) is None


def test_regularisation_needs_no_floor():
    X = np.concatenate([clusters(50, 2, 1), np.full((10, 2), 30.0)])
    run = GMM(2, random_state=0, max_iter=30, stopping_criterion=None).start(X)
    run.finish()
    assert all(event.kind == "pooled start" for _, event in run.trace.events)
    assert np.linalg.eigvalsh(run.state.parameters.covariances).min() == pytest.approx(run.eps, rel=1e-3)


@pytest.mark.parametrize("rate", [0.25, 1.0])
def test_damping_takes_a_share_of_the_step(rate):
    X = clusters(100, 2, 2)
    start = some_start(X, 2)
    full, damped = run_of(X, start, 1).state.parameters, run_of(X, start, 1, update_rate=rate).state.parameters
    for name in ("weights", "means", "covariances"):
        np.testing.assert_allclose(getattr(damped, name), (1 - rate) * getattr(start, name) + rate * getattr(full, name), atol=1e-12)


def test_fall_of_the_objective_is_said(monkeypatch):
    X = clusters(100, 2, 2)
    start = some_start(X, 2)
    worse = GaussianParameters(start.weights, start.means + 100, start.covariances)
    monkeypatch.setattr(GaussianDensity, "maximisation", lambda *_: (worse, []))
    for rate, why in ((0.5, "the update rate is below 1"), (1.0, "rounding")):
        run = run_of(X, start, 1, update_rate=rate)
        (event,) = run.state.events
        assert event.kind == "objective fell" and why in str(event)


def test_a_component_too_thin_for_its_shape_is_said_once():
    X = np.concatenate([np.random.default_rng(0).normal(size=(60, 2)), [[9.0, 9.0], [9.1, 9.0]]])
    start = GaussianParameters([0.5, 0.5], [[0.0, 0.0], [8.0, 8.0]], [np.eye(2), np.eye(2)])
    run = GMM(2, init=start).start(X)
    run.finish()
    thin = [(t, event.component) for t, event in run.trace.events if event.kind == "thin component"]
    assert thin == [(1, 1)]
    assert "component 2" in str(run.trace[1].events[0]).lower() and "2 points" in str(run.trace[1].events[0])
