"""Skew-normal mixtures: densities, the EM step and its objective, starts, pictures, the estimator."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings, strategies as st
from scipy import stats
from scipy.special import logsumexp
from sklearn.utils.estimator_checks import parametrize_with_checks

from mixes import GMM, GaussianParameters, Run, View, parameters_from_json, parameters_to_json
from mixes.expectation import expectation
from mixes.skew import SkewGMM
from mixes.skew.em import SkewDensity
from mixes.skew.parameters import DiagonalSkewParameters, SkewParameters, with_moments
from mixes.skew.start import cluster_loadings
from mixes.skew.views import density_grid
from mixes.truncated_normal import truncated_moments

REFERENCE = Path(__file__).parents[2] / "reference"
KINDS = ["full", "diagonal", "restricted"]
FAITHFUL = np.loadtxt(REFERENCE / "faithful_scaled.csv", delimiter=",", skiprows=1)  # standardised with ddof=1


def some_parameters(kind, d=2, k=2, seed=0, spread=3.0, size=1.5):
    rng = np.random.default_rng(seed)
    skewness = rng.uniform(-size, size, size=(k, d, 1 if kind == "restricted" else d))
    factors = rng.normal(size=(k, d, d)) * 0.3 + 0.6 * np.eye(d)
    cls = DiagonalSkewParameters if kind == "diagonal" else SkewParameters
    return cls(
        rng.dirichlet(np.full(k, 5.0)),
        rng.normal(size=(k, d)) * spread,
        skewness * np.eye(d) if kind == "diagonal" else skewness,
        factors @ factors.swapaxes(1, 2),
    )


def rows_of(parameters, n, seed=0):
    return SkewGMM.from_parameters(parameters, random_state=seed).sample(n)[0]


def one(parameters):
    """The first component alone."""
    return type(parameters)([1.0], *(getattr(parameters, name)[:1] for name in ("locations", "skewness", "scales")))


def assert_same(a, b, rtol=1e-8, atol=1e-10):
    for name in ("weights", "locations", "skewness", "scales"):
        np.testing.assert_allclose(getattr(a, name), getattr(b, name), rtol=rtol, atol=atol, err_msg=name)


# -- density -----------------------------------------------------------------------------------------------------------


def reference_cases():
    for number, case in enumerate(json.loads((REFERENCE / "skew_normal_log_densities.json").read_text())):
        if "Gamma" in case:
            yield number, np.array(case["Delta_vec"])[:, None], case["Gamma"], case, case["logpdf_ref"]
        else:
            loadings = np.array(case["Delta"]) if "Delta" in case else np.diag(case["delta"])
            yield number, loadings, case["sigma"], case, case["logpdf_ref_mvtnorm"]


# There R mvtnorm's TVPACK, which adds up terms of either sign, is off by a factor of 2 to 7, with orthant probabilities
# below 1e-24; test_truncated_normal.test_beyond_the_reference checks both points by quadrature.
WRONG_IN_THE_REFERENCE = {19: 15, 24: 16}


@pytest.mark.parametrize("number, loadings, scale, case, expected", list(reference_cases()))
def test_density_is_that_of_r(number, loadings, scale, case, expected):
    parameters = SkewParameters([1.0], [case["mu"]], [loadings], [scale])
    density = SkewGMM.from_parameters(parameters).score_samples(case["x"])
    known = np.arange(len(expected)) != WRONG_IN_THE_REFERENCE.get(number)
    np.testing.assert_allclose(density[known], np.array(expected)[known], rtol=0, atol=1e-8 if loadings.shape[1] < 3 else 1e-6)


@pytest.mark.parametrize("skewness, scale", [(3.0, 1.0), (-0.5, 2.0), (1e-3, 0.1), (20.0, 0.01), (0.0, 1.0)])
def test_one_dimension_is_scipys_skewnorm(skewness, scale):
    parameters = SkewParameters([1.0], [[1.0]], [[[skewness]]], [[[scale]]])
    omega = np.sqrt(scale + skewness**2)
    expected = stats.skewnorm(skewness / np.sqrt(scale), loc=1, scale=omega)
    x = 1 + omega * np.linspace(-6, 6, 101)
    model = SkewGMM.from_parameters(parameters)
    log_density = model.score_samples(x[:, None])
    shown = expected.logpdf(x) > -30  # further out scipy's own logpdf loses digits
    np.testing.assert_allclose(log_density[shown], expected.logpdf(x)[shown], rtol=1e-8, atol=1e-8)
    np.testing.assert_allclose([model.means_[0, 0], model.covariances_[0, 0, 0]], expected.stats("mv"), rtol=1e-12)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("d", [2, 3])
def test_density_far_out_is_finite_and_falls(kind, d):
    model = SkewGMM.from_parameters(some_parameters(kind, d))
    direction = np.random.default_rng(1).normal(size=d)
    log_density = model.score_samples(np.outer([10.0, 30, 100, 1000], direction / np.linalg.norm(direction)))
    assert np.isfinite(log_density).all() and (np.diff(log_density) < 0).all()


@pytest.mark.parametrize("name, k", [("faithful_scaled__tight", 2), ("iris_scaled__default", 3)])
def test_log_likelihood_of_mixsmsns_parameters(name, k):
    case = json.loads((REFERENCE / f"mixsmsn_params_{name}.json").read_text())
    X = np.genfromtxt(REFERENCE / case["file"], delimiter=",", skip_header=1)[:, : len(case["mu"][0])]
    parameters = SkewParameters(case["pii"], case["mu"], np.array(case["Delta_vec"])[:, :, None], case["Gamma"])
    model = SkewGMM.from_parameters(parameters)
    assert model.n_components == k and model.skewness == "restricted"
    np.testing.assert_allclose(model.score_samples(X).sum(), case["loglik"], rtol=1e-8)
    np.testing.assert_allclose(model.bic(X), case["bic"], rtol=1e-8)


# -- equivalences ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("d", [1, 2, 3])
def test_without_skewness_it_is_a_gaussian_mixture_and_stays_one(kind, d):
    X = rows_of(some_parameters("restricted", d), 200)
    rng = np.random.default_rng(0)
    gaussian = GaussianParameters([0.4, 0.6], X[rng.choice(len(X), 2, replace=False)], np.tile(np.cov(X.T) * np.eye(d), (2, 1, 1)))
    cls = DiagonalSkewParameters if kind == "diagonal" else SkewParameters
    skew = cls(gaussian.weights, gaussian.means, np.zeros((2, d, 1 if kind == "restricted" else d)), gaussian.covariances)
    np.testing.assert_allclose(SkewGMM.from_parameters(skew).score_samples(X), GMM.from_parameters(gaussian).score_samples(X), rtol=1e-10)
    settings = {"var_regularization": 0.1, "stopping_criterion": None, "max_iter": 5}
    ours = SkewGMM(2, kind, init=skew, **settings).start(X)
    theirs = GMM(2, init=gaussian, **settings).start(X)
    for _ in range(5):
        a, b = ours.step(), theirs.step()
        assert a.objective == pytest.approx(b.objective, rel=1e-9)
        np.testing.assert_allclose(a.parameters.skewness, 0, atol=1e-9)
        np.testing.assert_allclose(a.parameters.locations, b.parameters.means, rtol=1e-7, atol=1e-8)
        np.testing.assert_allclose(a.parameters.scales, b.parameters.covariances, rtol=1e-7, atol=1e-8)


def test_one_feature_makes_the_three_kinds_one():
    X = np.concatenate([stats.skewnorm(5).rvs(80, random_state=0), 6 - stats.skewnorm(3).rvs(60, random_state=1)])
    last = [SkewGMM(2, kind, random_state=0, max_iter=30, stopping_criterion=None).fit(X[:, None]) for kind in KINDS]
    for model in last[1:]:
        assert_same(model.parameters_, last[0].parameters_)


def naive_step(parameters, X):
    """One EM step from the definitions, with the latent moments of each row and a weighted regression on copies."""
    density = SkewDensity(parameters)
    log_joint, _ = density.log_joint(X)
    responsibilities = np.exp(log_joint - logsumexp(log_joint, axis=0))
    locations, skewness, scales = [], [], []
    for r, xi, loadings, sigma in zip(responsibilities, parameters.locations, parameters.skewness, parameters.scales):
        q, omega = loadings.shape[1], sigma + loadings @ loadings.T
        slopes = np.linalg.solve(omega, loadings)
        moments = truncated_moments((X - xi) @ slopes, np.eye(q) - loadings.T @ slopes)
        z = np.column_stack([np.ones(len(X)), moments.first])
        gram = np.einsum("n,ni,nj->ij", r, z, z)
        gram[1:, 1:] = np.einsum("n,nij->ij", r, moments.second)
        solution = np.linalg.solve(gram, (z.T * r) @ X).T
        locations.append(solution[:, 0])
        skewness.append(solution[:, 1:])
        cross = (X.T * r) @ z @ solution.T
        scales.append(((X.T * r) @ X - cross - cross.T + solution @ gram @ solution.T) / r.sum())
    return SkewParameters(responsibilities.mean(axis=1), locations, skewness, scales)


@pytest.mark.parametrize("kind", ["full", "restricted"])
@pytest.mark.parametrize("d", [1, 2, 3])
def test_a_step_is_its_definition(kind, d):
    X = rows_of(some_parameters(kind, d), 150)
    start = some_parameters(kind, d, seed=1)
    run = SkewGMM(2, kind, init=start, var_regularization=0, stopping_criterion=None).start(X)
    assert_same(run.step().parameters, naive_step(start, X), rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("d", [2, 3])
def test_diagonal_and_free_skewness_maximise_the_expected_objective(kind, d):
    """No small change of location or skewness, scale held, makes the next objective's lower bound higher."""
    X = rows_of(some_parameters(kind, d), 150)
    start = some_parameters(kind, d, seed=1)
    density = SkewDensity(start)
    products, squares = expectation(density, X).statistics
    fitted, _ = density.maximisation((products, squares))
    # for diagonal skewness location and skewness are best at the scale of before
    held = start.scales if kind == "diagonal" else fitted.scales

    def loss(locations, skewness):
        total = 0.0
        for j, scale in enumerate(held):
            b = np.column_stack([locations[j] - start.means[j], skewness[j]])
            wanted = [0, *range(1 + d, products.shape[1])]
            gram = products[j][np.ix_(wanted, wanted)].copy()
            gram[1:, 1:] = squares[j]
            cross = products[j][1 : 1 + d][:, wanted] @ b.T
            total += np.trace(np.linalg.solve(scale, b @ gram @ b.T - cross - cross.T))
        return total

    best = loss(fitted.locations, fitted.skewness)
    rng = np.random.default_rng(0)
    for _ in range(20):
        change = rng.normal(size=fitted.skewness.shape) * 1e-2
        change = change * np.eye(d) if kind == "diagonal" else change
        assert loss(fitted.locations + rng.normal(size=fitted.locations.shape) * 1e-2, fitted.skewness + change) > best


@pytest.mark.parametrize("kind", KINDS)
def test_weights_chunks_and_repeated_rows(kind, monkeypatch):
    X = rows_of(some_parameters(kind), 90)
    weight = np.random.default_rng(1).integers(0, 3, size=len(X))
    model = SkewGMM(2, kind, random_state=3, max_iter=8, stopping_criterion=None, var_regularization=1e-3)
    whole = model.start(X, weight)
    whole.finish()
    repeated = model.start(np.repeat(X, weight, axis=0))
    assert_same(whole.state.parameters, repeated.finish().parameters, rtol=1e-6, atol=1e-8)
    monkeypatch.setattr(SkewDensity, "chunk_rows", 7)
    chunked = model.start(X, weight)
    assert_same(chunked.finish().parameters, whole.state.parameters, rtol=1e-7, atol=1e-9)


@pytest.mark.parametrize(
    "kind, matrix",
    [
        ("full", [[2.0, 0.3], [-0.5, 1.0]]),
        ("restricted", [[2.0, 0.3], [-0.5, 1.0]]),
        ("diagonal", [[2.0, 0.0], [0.0, 0.01]]),
        ("full", [[30.0, 0.0], [0.0, 0.1]]),
    ],
)
def test_linear_maps_of_the_rows_map_the_fit(kind, matrix):
    matrix, start = np.array(matrix), some_parameters(kind)
    X = rows_of(start, 120, seed=2)
    mapped = type(start)(
        start.weights,
        start.locations @ matrix.T + 7,
        matrix @ start.skewness if kind != "diagonal" else start.skewness * np.diag(matrix),
        matrix @ start.scales @ matrix.T,
    )
    settings = {"var_regularization": 0, "stopping_criterion": None, "max_iter": 10}
    plain = SkewGMM(2, kind, init=start, **settings).fit(X)
    moved = SkewGMM(2, kind, init=mapped, **settings).fit(X @ matrix.T + 7)
    assert plain.log_likelihood_ == pytest.approx(moved.log_likelihood_ + len(X) * np.linalg.slogdet(matrix)[1], rel=1e-7)
    np.testing.assert_allclose(moved.means_, plain.means_ @ matrix.T + 7, rtol=1e-5, atol=1e-5)


# -- the objective -----------------------------------------------------------------------------------------------------


def never_falls(parameters, X, eps, v, steps=15):
    objective = []
    for _ in range(steps):
        density = SkewDensity(parameters)
        result = expectation(density, X, eps=eps, inverse_temperature=v)
        objective.append(result.objective)
        parameters, _ = density.maximisation(result.statistics, eps, 1e-12)
    return np.diff(objective).min() >= -1e-10 * max(1.0, np.abs(objective).max())


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(
    kind=st.sampled_from(KINDS),
    d=st.integers(1, 2),
    eps=st.sampled_from([1e-4, 0.01, 0.5]),
    v=st.sampled_from([1.0, 0.3]),
    seed=st.integers(0, 1000),
    size=st.sampled_from([0.1, 1.0, 5.0]),
)
def test_objective_never_falls_at_fixed_temperature(kind, d, eps, v, seed, size):
    X = rows_of(some_parameters("full", d, k=3, seed=seed, size=size), 60, seed)
    assert never_falls(some_parameters(kind, d, seed=seed + 1, size=size), X, eps, v)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("v", [1.0, 0.3])
def test_objective_never_falls_in_three_dimensions(kind, v):
    X = rows_of(some_parameters("full", 3, k=3), 100)
    assert never_falls(some_parameters(kind, 3, seed=1), X, 0.01, v)


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(
    kind=st.sampled_from(KINDS),
    n=st.integers(4, 40),
    eps=st.sampled_from([1e-6, 1e-2]),
    init=st.sampled_from(["kmeans", "random"]),
    seed=st.integers(0, 1000),
)
@example(kind="full", n=4, eps=0.01, init="kmeans", seed=35)  # components coincide while annealing
def test_awkward_tables_are_fitted_without_a_fall(kind, n, eps, init, seed):
    rng = np.random.default_rng(seed)
    X = np.round(rng.normal(size=(n, 2)), rng.integers(0, 3))
    X[rng.integers(n, size=n // 3)] = X[0]
    k = min(3, len(np.unique(X, axis=0)))
    if k < 2:
        return
    run = SkewGMM(
        k, kind, init=init, var_regularization=eps, random_state=seed, max_iter=20, stopping_criterion=None, use_annealing=bool(seed % 2)
    ).start(X)
    while not run.finished:
        half, state = run.expectation(), run.maximization()
        moved = any(event.kind == "held apart" for event in state.events)  # out of a tie of coinciding components, and said
        assert moved or state.objective >= half.objective - 1e-8 * max(1.0, abs(half.objective))


@pytest.mark.parametrize(
    "columns", [lambda x, y: (x, 0 * y + 3), lambda x, y: (x, x), lambda x, y: (x, 2 * x + 1)], ids=["constant", "equal", "collinear"]
)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("init", ["kmeans", "random"])
def test_start_and_steps_have_one_floor(columns, kind, init):
    x, y = np.random.default_rng(0).normal(size=(2, 60))
    x[30:] += 4
    run = SkewGMM(2, kind, init=init, var_regularization=0, random_state=0, max_iter=8, stopping_criterion=None).start(
        np.column_stack(columns(x, y))
    )
    while not run.finished:
        half, state = run.expectation(), run.maximization()
        # of a width of 1e-5 beside one of 1 a matrix of scales keeps six digits
        assert state.objective >= half.objective - 1e-6 * abs(half.objective)
    said = [(t, event.component) for t, event in run.trace.events if event.kind == "covariance floored"]
    assert sorted(said) == [(0, 0), (0, 1)]
    assert run.state.objective > run.trace[0].objective


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["full", "diagonal"])
def test_four_features_learn_and_repeat(kind):
    # exact but in the tails: the objective may fall by their error only
    X = rows_of(some_parameters(kind, 4, spread=1.0), 80)
    model = SkewGMM(2, kind, random_state=0, max_iter=6, stopping_criterion=None)
    objective = model.fit(X).trace_.objective
    assert np.diff(objective).min() > -1e-3 and objective[-1] > objective[0] + 3
    np.testing.assert_array_equal(objective, model.fit(X).trace_.objective)


def naive_objective(parameters, X, eps, v):
    log_joint = np.array(
        [
            np.log(w)
            + SkewGMM.from_parameters(SkewParameters([1.0], [xi], [loadings], [scale])).score_samples(X)
            - eps / 2 * np.trace(np.linalg.inv(scale))
            for w, xi, loadings, scale in zip(*(getattr(parameters, name) for name in ("weights", "locations", "skewness", "scales")))
        ]
    )
    mean = logsumexp(v * log_joint, axis=0) - np.log(len(log_joint))
    return (mean / v + np.log(len(log_joint))).sum()


@pytest.mark.parametrize("eps, v", [(0.0, 1.0), (0.1, 1.0), (0.1, 0.3)])
def test_objective_is_its_definition(eps, v):
    parameters = some_parameters("full")
    X = rows_of(parameters, 50)
    result = expectation(SkewDensity(parameters), X, eps=eps, inverse_temperature=v)
    assert result.objective == pytest.approx(naive_objective(parameters, X, eps, v), rel=1e-10)
    assert result.log_likelihood == pytest.approx(naive_objective(parameters, X, 0, 1), rel=1e-10)


def test_component_without_rows_is_said_once_and_stays():
    X = rows_of(one(some_parameters("restricted")), 60)
    far = SkewParameters([0.5, 0.5], [X.mean(axis=0), [1e3, 1e3]], np.ones((2, 2, 1)), np.tile(np.eye(2), (2, 1, 1)))
    run = SkewGMM(2, init=far, stopping_criterion=None, max_iter=5).start(X)
    run.finish()
    assert [(event.kind, event.component) for _, event in run.trace.events] == [("empty component", 1)]
    np.testing.assert_array_equal(run.state.parameters.locations[1], far.locations[1])
    assert run.state.parameters.weights.tolist() == [1, 0]


def test_a_small_share_of_the_rows_is_a_component_like_any_other():
    near, far = rows_of(one(some_parameters("restricted")), 50), np.random.default_rng(0).normal(size=(20, 2)) + 60
    start = SkewParameters([0.5, 0.5], [near.mean(axis=0), [59, 59]], np.ones((2, 2, 1)), np.tile(np.eye(2), (2, 1, 1)))
    run = SkewGMM(2, init=start).start(np.concatenate([near, far]), np.r_[np.ones(50), np.full(20, 1e-8)])
    found = run.step().parameters
    assert found.weights[1] == pytest.approx(2e-7 / 50, rel=1e-5)
    np.testing.assert_allclose(found.means[1], far.mean(axis=0), atol=0.5)


# -- fits --------------------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("kind, bar", [("full", -362.3), ("diagonal", -370.7), ("restricted", -364.5)])
def test_old_faithful(kind, bar):
    """The bars are for columns standardised with ddof=1 (R's scale()); with ddof=0 each is n d log(sd ratio) = 1 lower.

    R mixsmsn's restricted optimum is -364.4229 at ddof=1; -362.55 and -371.58, known for full and diagonal, are ddof=0.
    """
    model = SkewGMM(2, kind, max_iter=1000, stopping_criterion=None, random_state=0).fit(FAITHFUL)
    assert model.log_likelihood_ >= bar
    assert not model.trace_.events


@pytest.mark.slow
def test_several_starts_find_the_best_of_them():
    X = FAITHFUL
    model = SkewGMM(2, n_init=3, max_iter=300, random_state=0)
    run = model.start(X)
    ends = [restart["objective"] for restart in run.restarts]
    assert len(set(ends)) == 3 and run.finish().objective == max(ends) > -364.5
    first = SkewGMM(2, max_iter=300, random_state=0).start(X)
    assert first.finish().objective == pytest.approx(ends[0], abs=1e-6)  # the first start is the informed one


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_known_parameters_are_recovered(kind):
    skewness = {
        "full": [[[2, 0.5], [-0.5, 1.5]], [[-2, 0], [0.7, 2]]],
        "diagonal": [[[2, 0], [0, 1.5]], [[-2, 0], [0, 2]]],
        "restricted": [[[2], [1.5]], [[-2], [1]]],
    }[kind]
    cls = DiagonalSkewParameters if kind == "diagonal" else SkewParameters
    truth = cls([0.4, 0.6], [[0, 0], [6, 6]], skewness, [[[0.2, 0.05], [0.05, 0.3]], [[0.3, -0.1], [-0.1, 0.2]]])
    X = rows_of(truth, 5000)
    model = SkewGMM(2, kind, random_state=0, max_iter=150).fit(X)
    assert model.log_likelihood_ >= SkewGMM.from_parameters(truth).score_samples(X).sum()
    order = np.argsort(model.means_[:, 0])
    np.testing.assert_allclose(model.weights_[order], truth.weights, atol=0.03)
    np.testing.assert_allclose(model.means_[order], truth.means, atol=0.1)
    np.testing.assert_allclose(model.covariances_[order], truth.covariances, atol=0.25)
    found = model.parameters_
    np.testing.assert_allclose(found.locations[order], truth.locations, atol=0.2)
    # the order of half-normals is free: products with their sum are not
    np.testing.assert_allclose(
        found.skewness[order] @ found.skewness[order].swapaxes(1, 2), truth.skewness @ truth.skewness.swapaxes(1, 2), atol=0.8
    )


@pytest.mark.parametrize("kind", KINDS)
def test_repeatable_to_the_last_bit_also_saved_and_taken_up(kind):
    X = FAITHFUL[:80]
    model = SkewGMM(2, kind, random_state=1, max_iter=12, init="random", use_annealing=True, stopping_criterion=None)
    a, b = model.start(X), model.start(X)
    a.finish()
    for _ in range(5):
        b.step()
    b = Run.from_json(b.to_json(), X)
    b.finish()
    np.testing.assert_array_equal(a.trace.objective, b.trace.objective)
    assert type(b.state.parameters) is type(a.state.parameters)
    for name in ("weights", "locations", "skewness", "scales"):
        np.testing.assert_array_equal(getattr(a.state.parameters, name), getattr(b.state.parameters, name))
    model.fit(X)
    np.testing.assert_array_equal(model.parameters_.skewness, a.state.parameters.skewness)


def test_annealing_from_1_is_none_and_damping_takes_a_share():
    start = some_parameters("full", seed=1)
    X = rows_of(some_parameters("full"), 80)
    settings = {"init": start, "max_iter": 5, "stopping_criterion": None}
    plain = SkewGMM(2, "full", **settings).fit(X)
    annealed = SkewGMM(2, "full", use_annealing=True, annealing_start_v=1.0, **settings).fit(X)
    assert_same(plain.parameters_, annealed.parameters_)
    whole, half = (SkewGMM(2, "full", init=start, update_rate=rate).start(X).step().parameters for rate in (1.0, 0.5))
    np.testing.assert_allclose(half.skewness, (start.skewness + whole.skewness) / 2)


def test_start_keeps_mean_and_covariance_and_finds_the_sign():
    rng = np.random.default_rng(0)
    rows = stats.skewnorm(8).rvs((500, 2), random_state=rng) * [1, -3]
    mean, deviation = rows.mean(axis=0), rows.std(axis=0)
    loadings = cluster_loadings(rows, mean, deviation, np.ones(500))
    assert loadings[0] > 1 and loadings[1] < -1
    for kind in KINDS:
        start = SkewGMM(1, kind, var_regularization=0).start(rows).state.parameters
        np.testing.assert_allclose(start.means[0], mean, rtol=1e-9)
        np.testing.assert_allclose(start.covariances[0], np.cov(rows.T, ddof=0), rtol=1e-9)
        assert np.linalg.eigvalsh(start.scales[0])[0] > 0


# -- parameters and the estimator --------------------------------------------------------------------------------------


@parametrize_with_checks([SkewGMM(max_iter=5)])
def test_scikit_learns_checks(estimator, check):
    check(estimator)


@pytest.mark.parametrize(
    "kind, expected", [("full", 2 + 3 * (2 + 4 + 3)), ("diagonal", 2 + 3 * (2 + 2 + 3)), ("restricted", 2 + 3 * (2 + 2 + 3))]
)
def test_number_of_free_parameters_survives_saving_scaling_and_steps(kind, expected):
    parameters = some_parameters(kind, k=3)
    assert parameters.n_parameters == expected
    assert parameters_from_json(parameters_to_json(parameters)).n_parameters == expected
    assert parameters.rescaled(np.zeros(2), np.array([2.0, 3.0])).n_parameters == expected
    X = rows_of(parameters, 60)
    model = SkewGMM(3, kind, init=parameters, max_iter=2, stopping_criterion=None, update_rate=0.5).fit(X)
    assert model.n_parameters == expected
    again = SkewGMM.from_parameters(parameters)
    assert again.skewness == kind and again.parameters_ is parameters


@pytest.mark.parametrize("kind", KINDS)
def test_sample_has_the_components_moments(kind):
    parameters = some_parameters(kind, d=3)
    X, labels = SkewGMM.from_parameters(parameters, random_state=0).sample(40_000)
    model = SkewGMM.from_parameters(parameters)
    for j in range(2):
        np.testing.assert_allclose(X[labels == j].mean(axis=0), model.means_[j], atol=0.06)
        np.testing.assert_allclose(np.cov(X[labels == j].T), model.covariances_[j], atol=0.12)
    np.testing.assert_allclose((labels == 0).mean(), parameters.weights[0], atol=0.02)


def test_rescaled_parameters_fit_rescaled_rows():
    parameters = some_parameters("full")
    X, center, scale = rows_of(parameters, 30), np.array([5.0, -1]), np.array([10.0, 0.1])
    moved = SkewGMM.from_parameters(parameters.rescaled(center, scale)).score_samples(X * scale + center)
    np.testing.assert_allclose(moved + np.log(scale).sum(), SkewGMM.from_parameters(parameters).score_samples(X))


@pytest.mark.parametrize(
    "change, message",
    [
        ({"weights": [0.5, 0.6]}, "weights sums to 1.1"),
        ({"weights": 1.0}, r"weights has shape \(\)"),
        ({"locations": np.zeros(2)}, r"locations has shape \(2,\)"),
        ({"skewness": np.zeros((2, 2))}, r"skewness has shape \(2, 2\)"),
        ({"skewness": np.zeros((2, 2, 0))}, "half-normals"),
        ({"scales": np.eye(2)}, r"scales has shape \(2, 2\)"),
        ({"locations": [[np.nan, 0], [0, 0]]}, "finite"),
        ({"scales": [np.eye(2), [[1, 0.5], [0, 1]]]}, r"scales\[1\] is not symmetric"),
        ({"scales": [np.eye(2), [[1, 2], [2, 1]]]}, r"scales\[1\] is not positive definite"),
    ],
)
def test_parameters_that_make_no_sense(change, message):
    fields = {"weights": [0.5, 0.5], "locations": np.zeros((2, 2)), "skewness": np.ones((2, 2, 2)), "scales": [np.eye(2)] * 2, **change}
    with pytest.raises(ValueError, match=message):
        SkewGMM.from_parameters(SkewParameters(**fields))


def test_settings_that_make_no_sense():
    X = FAITHFUL[:30]
    with pytest.raises(ValueError, match='skewness is "?\'none\'"?; it needs "restricted", "full" or "diagonal"'):
        SkewGMM(2, "none").fit(X)
    with pytest.raises(ValueError, match="zeros off the diagonal"):
        DiagonalSkewParameters([1.0], np.zeros((1, 2)), np.ones((1, 2, 2)), [np.eye(2)])
    for kind, given in (("full", "diagonal"), ("diagonal", "full"), ("restricted", "full"), ("full", "restricted")):
        with pytest.raises(ValueError, match=f'skewness="{kind}" needs'):
            SkewGMM(2, kind, init=some_parameters(given)).fit(X)
    with pytest.raises(ValueError, match="init has 2 components in 2 features"):
        SkewGMM(3, "full", init=some_parameters("full")).fit(X)


# -- pictures ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_marginal_is_the_integral_over_the_other_feature(kind):
    parameters = some_parameters(kind)
    view = View(np.array([[2.0, 0.0]]), np.array([1.0]), ("first",))
    seen = SkewGMM.from_parameters(parameters.marginal(view))
    whole = SkewGMM.from_parameters(parameters)
    y = np.linspace(-40, 40, 8001)  # the trapezoidal rule is exact to many figures for what is smooth and ends in zeros
    for x in (-3.0, 0.5, 2.0):
        expected = np.trapezoid(np.exp(whole.score_samples(np.column_stack([np.full_like(y, x), y]))), y) / 2
        assert np.exp(seen.score([[2 * x + 1]])) == pytest.approx(expected, rel=1e-6)


def test_marginal_drops_half_normals_that_do_not_show():
    parameters = some_parameters("diagonal", d=5)
    view = View(np.eye(5)[[1, 3]], np.zeros(2), ("b", "d"))
    seen = parameters.marginal(view)
    assert seen.skewness.shape == (2, 2, 2)
    np.testing.assert_allclose(seen.means, parameters.means[:, [1, 3]])
    np.testing.assert_allclose(seen.covariances, parameters.covariances[:, [1, 3]][:, :, [1, 3]])
    unseen = some_parameters("restricted").marginal(View(np.zeros((1, 2)) + [[0, 0]], np.zeros(1), ("none",)))
    assert unseen.skewness.shape == (2, 1, 1)


@pytest.mark.parametrize("d, kind, q", [(1, "restricted", 1), (2, "restricted", 1), (2, "full", 2), (1, "full", 3), (2, "full", 3)])
def test_grid_is_the_density_of_each_component(d, kind, q):
    whole = some_parameters(kind, d=max(d, q), size=1.5)
    parameters = whole.marginal(View(np.eye(max(d, q))[:d], np.zeros(d), ("a", "b")[:d]))
    assert parameters.skewness.shape[2] == q
    x, y = np.linspace(-9, 9, 31), np.linspace(-8, 7, 21)
    grid = density_grid(parameters, x, *([y] if d == 2 else []))
    points = np.stack([axis.ravel() for axis in np.meshgrid(*([x, y][:d]))], axis=1)
    for j in range(2):
        alone = SkewParameters([1.0], parameters.locations[[j]], parameters.skewness[[j]], parameters.scales[[j]])
        expected = np.exp(SkewGMM.from_parameters(alone).score_samples(points)).reshape(grid[j].shape)
        np.testing.assert_allclose(np.exp(grid[j]), expected, rtol=1e-9 if q < 3 else 1e-6, atol=2e-7)


def test_grid_with_many_half_normals_holds_all_the_probability_and_the_mean():
    rng = np.random.default_rng(0)
    parameters = SkewParameters([1.0], [[1.0, -2.0]], rng.normal(size=(1, 2, 6)), [0.05 * np.eye(2)])
    x, y = (m + np.linspace(-7, 7, 300) * s for m, s in zip(parameters.means[0], np.sqrt(np.diagonal(parameters.covariances[0]))))
    mass = np.exp(density_grid(parameters, x, y)[0]) * (x[1] - x[0]) * (y[1] - y[0])
    assert mass.sum() == pytest.approx(1, abs=1e-5)
    np.testing.assert_allclose([(mass * x).sum(), (mass.T * y).sum()], parameters.means[0], atol=1e-4)
    xx, yy = x - parameters.means[0, 0], y - parameters.means[0, 1]
    np.testing.assert_allclose(
        [(mass * xx**2).sum(), yy @ mass @ xx, (mass.T * yy**2).sum()], parameters.covariances[0][[0, 0, 1], [0, 1, 1]], atol=1e-3
    )


def test_grid_needs_as_many_axes_as_features():
    with pytest.raises(ValueError, match="parameters has 2 features"):
        density_grid(some_parameters("full"), [0.0, 1.0])


def test_moments_that_are_asked_for_are_kept():
    wanted = some_parameters("restricted")
    built = with_moments(wanted.weights, wanted.means, wanted.covariances, wanted.skewness)
    assert_same(built, wanted)


def test_a_symmetric_cluster_starts_without_skewness_however_its_rows_round():
    z = np.concatenate([-np.arange(1.0, 6), np.arange(1.0, 6)])[:, None] / 3
    moved = z + 1e-14 * np.random.default_rng(0).standard_normal(z.shape)
    for rows in (z, moved):
        assert cluster_loadings(rows, rows.mean(axis=0), rows.std(axis=0), np.ones(10)) == [0.0]


def test_the_skewness_of_a_cluster_is_that_about_its_own_mean():
    rows = np.array([[-1.0], [-0.4], [0.1], [0.3], [1.2]])
    mean, deviation = rows.mean(axis=0), rows.std(axis=0)
    there = cluster_loadings(rows, mean + 1e-3, deviation, np.ones(5))  # as far from 0 means are rounded
    np.testing.assert_allclose(there, cluster_loadings(rows, mean, deviation, np.ones(5)), rtol=1e-12)


def test_the_sign_of_a_small_skewness_is_not_decided_by_rounding():
    """Both signs are as likely then, but for rounding."""
    for size in np.geomspace(2.5e-3, 1e-2, 30):
        rows = size * np.array([[0.0], [1.0], [1.0], [1.0], [1.0]]) + size / 3  # skew to the left
        for shift in range(5):
            assert cluster_loadings(np.roll(rows, shift, axis=0), rows.mean(axis=0), np.ones(1), np.ones(5)) < 0


def test_a_floor_that_lifts_given_scales_is_said():
    X = np.random.default_rng(0).normal(size=(30, 2)) * [1.0, 1e-9]
    start = SkewGMM(1, "restricted", random_state=0, var_regularization=0).fit(X).parameters_
    narrow = replace(start, scales=1e-8 * start.scales)
    state = SkewGMM(1, "restricted", init=narrow, var_regularization=0).start(X).step()
    assert "covariance floored" in [event.kind for event in state.events]


def test_a_step_beyond_the_range_of_numbers_is_said_of_the_fit_and_not_of_the_given_scales():
    """So far on the other side of a half-normal its values are next to nothing, and the skewness must be huge."""
    X = 1e11 * (2 + np.random.default_rng(0).random((30, 2)))
    start = SkewParameters([1.0], np.zeros((1, 2)), [[[-0.1], [-0.5]]], [np.eye(2)])
    with pytest.raises(ValueError, match="leave the range that can be counted with"):
        SkewGMM(1, init=start, max_iter=3).fit(X)


def test_components_that_become_narrow_in_one_step_keep_their_figures():
    X = np.repeat([[0.1], [0.8]], 20, axis=0)
    start = SkewParameters([0.5, 0.5], [[0.35], [0.55]], np.zeros((2, 1, 1)), np.full((2, 1, 1), 0.003))
    state = SkewGMM(2, init=start, var_regularization=1e-12, max_iter=1, stopping_criterion=None).start(X).finish()
    r = 1 / (1 + np.exp((0.45**2 - 0.25**2) / 0.006))  # of the rows at the other end
    np.testing.assert_allclose(state.parameters.scales.ravel(), 0.49 * r * (1 - r) + 1e-12 * X.var(), rtol=1e-8)
