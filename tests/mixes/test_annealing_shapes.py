"""Annealing with held shapes: the pseudo-rows, the objective that they are part of, and what it finds."""

import json
import re

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from sklearn.datasets import load_iris
from sklearn.preprocessing import scale

from mixes import DGMM, GMM, GMN, DeepParameters, GaussianParameters, Layer, Run, SkewGMM, datasets
from mixes.annealing import Annealing, divergence, moves, share_weights, spreads, strength
from mixes.expectation import expectation
from mixes.gaussian import from_labels
from mixes.initialization import within_clusters

MODELS = {
    "GMM": lambda **k: GMM(3, **k),
    "restricted": lambda **k: SkewGMM(3, "restricted", **k),
    "full": lambda **k: SkewGMM(3, "full", **k),
    "diagonal": lambda **k: SkewGMM(3, "diagonal", **k),
    "DGMM": lambda **k: DGMM([3, 2], [2, 1], **k),
    "GMN": lambda **k: GMN([3, 2], [2, 1], **k),
}
every_model = pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)


def rows(n=120, d=3, seed=0):
    rng = np.random.default_rng(seed)
    centers = 3 * rng.standard_normal((3, d))
    return centers[rng.integers(3, size=n)] + rng.standard_normal((n, d)) * [1.0, 0.5, 2.0][:d]


def clusters(n=120, d=3, seed=0):
    """Rows of clusters that k-means finds, and their labels."""
    rng = np.random.default_rng(seed)
    labels = np.arange(n) % 3
    return 20 * np.eye(3)[labels][:, :d] + rng.standard_normal((n, d)) * [1.0, 0.5, 2.0][:d], labels


def standardised(kind, n=500):
    data = datasets.generate(kind, n, random_state=0)
    return (data.X - data.X.mean(axis=0)) / data.X.std(axis=0), np.unique(data.labels, return_inverse=True)[1]


# -- the objective ---------------------------------------------------------------------------------------------------


@every_model
@settings(max_examples=3, deadline=None)
@given(seed=st.integers(0, 1000), eps=st.sampled_from([0.0, 1e-3, 0.2]), weighted=st.booleans())
def test_the_objective_falls_only_where_components_are_moved(model, seed, eps, weighted):
    X = rows(80, 2, seed)
    weight = np.random.default_rng(seed).integers(0, 3, len(X)) if weighted else None
    run = model(init="random", random_state=seed, use_annealing=True, var_regularization=eps, max_iter=24, stopping_criterion=None).start(
        X, weight
    )
    for _ in range(24):
        half = run.expectation()
        state = run.maximization()
        if not any(event.kind == "held apart" for event in state.events):
            assert state.objective >= half.objective - 1e-9 * abs(half.objective)


@pytest.mark.slow
@pytest.mark.parametrize("model", [*list(MODELS.values())[:4], lambda **k: DGMM([3], [1], **k)], ids=[*list(MODELS)[:4], "DGMM"])
def test_what_the_steps_end_in_is_a_maximum_of_the_penalised_objective(model):
    X, v, eps = rows(60, 2), 0.9, 0.05
    run = model(random_state=0, var_regularization=eps, use_annealing=True).start(X)
    annealing = Annealing(np.random.default_rng(0), run.schedule.held_shape, 0.7, len(X))
    parameters = model(random_state=0, var_regularization=eps).fit(X).parameters_  # whose components lie apart

    def objective(parameters):
        density = run.model.density_of(parameters)
        result = expectation(density, X, eps=eps, inverse_temperature=v)
        return result.objective - parameters.annealing_penalty(annealing), density, result.statistics

    value, density, statistics = objective(parameters)
    for _ in range(400):
        parameters, _ = density.maximisation(statistics, eps, 1e-9, annealing)
        before, (value, density, statistics) = value, objective(parameters)
        assert value >= before - 1e-9 * abs(before)
        if value - before < 1e-9:
            break
    rng = np.random.default_rng(1)
    for _ in range(20):
        assert objective(jittered(parameters, rng, 1e-3))[0] <= value + 1e-6


def jittered(parameters, rng, size):
    if hasattr(parameters, "layers"):
        return type(parameters)(
            tuple(
                type(layer)(
                    layer.weights,
                    *(array + size * rng.standard_normal(array.shape) for array in (layer.means, layer.loadings)),
                    layer.noise * np.exp(size * rng.standard_normal(layer.noise.shape)),
                )
                for layer in parameters.layers
            )
        )
    names = ("locations", "skewness") if hasattr(parameters, "skewness") else ("means",)
    changed = {name: getattr(parameters, name) + size * rng.standard_normal(getattr(parameters, name).shape) for name in names}
    if "skewness" in changed:
        changed["skewness"] = np.where(parameters.skewness == 0, 0, changed["skewness"])
    shape = "scales" if "skewness" in changed else "covariances"
    matrices = getattr(parameters, shape)
    factor = np.eye(matrices.shape[1]) + size * rng.standard_normal(matrices.shape)
    changed[shape] = factor @ matrices @ factor.swapaxes(1, 2)
    return type(parameters)(weights=parameters.weights, **changed)


def gaussian_divergence(held, own):
    """KL(N(0, held) || N(0, own)), written out."""
    return 0.5 * (np.trace(np.linalg.inv(own) @ held) - len(held) + np.log(np.linalg.det(own) / np.linalg.det(held)))


def test_divergence_is_that_of_normal_distributions():
    rng = np.random.default_rng(0)
    held, own = (a @ a.T + np.eye(3) for a in rng.standard_normal((2, 3, 3)))
    assert divergence(own[None], held)[0] == pytest.approx(gaussian_divergence(held, own))
    assert divergence(held[None], held)[0] == pytest.approx(0, abs=1e-12)


def test_the_penalty_of_a_layer_is_the_divergence_of_variables_and_factors_together():
    X = rows(d=3)
    run = DGMM([2], [2], random_state=0, use_annealing=True).start(X)
    shape, parameters = run.schedule.held_shape, DGMM([2], [2], random_state=0).fit(X).parameters_

    def joint(loadings, noise):
        return np.block([[loadings @ loadings.T + np.diag(noise), loadings], [loadings.T, np.eye(2)]])

    held, layer = shape.layers[0], parameters.layers[0]
    expected = sum(
        gaussian_divergence(joint(held.loadings[0], held.noise[0]), joint(loadings, noise))
        for loadings, noise in zip(layer.loadings, layer.noise)
    )
    assert parameters.annealing_penalty(Annealing(None, shape, 2.0, 10.0)) == pytest.approx(10 * expected)


@every_model
def test_held_shapes_are_those_of_clusters_pooled(model):
    X, labels = clusters()
    run = model(random_state=0, use_annealing=True, var_regularization=0).start(X)
    parameters = run.state.parameters
    assert parameters.annealing_penalty(Annealing(None, run.schedule.held_shape, 1.0, 1.0)) == pytest.approx(0, abs=1e-9)
    covariance = run.schedule.held_shape.covariances[0]
    rest = X - np.array([X[labels == j].mean(axis=0) for j in range(3)])[labels]
    within = np.cov(rest.T, ddof=0)
    if hasattr(run.schedule.held_shape, "layers"):  # factor analysis keeps the noise, and the factors vary within their clusters
        first = run.schedule.held_shape.layers[0]
        whole = first.loadings[0] @ first.loadings[0].T + np.diag(first.noise[0])
        np.testing.assert_allclose(np.diag(whole), np.diag(within), rtol=0.2)
        assert np.all(np.diag(covariance) <= 1.01 * np.diag(whole))
    else:
        np.testing.assert_allclose(covariance, within, rtol=1e-6)


def test_the_strength_falls_and_ends():
    values = [strength(t, 100, 0) for t in range(1, 51)]
    assert values[0] == pytest.approx(1000) and values[-1] == pytest.approx(0.1) and np.all(np.diff(values) < 0)
    run = GMM(3, use_annealing=True, max_iter=100, random_state=0).start(rows())
    assert run.schedule.annealing(49).shape is not None and run.schedule.annealing(50) is None


# -- what one step does to components that coincide -------------------------------------------------------------------


@pytest.mark.parametrize("shapes, v, factor", [("free", 0.3, 0.3), ("held", 0.3, 3.0), ("held", 0.05, 0.5)])
def test_a_small_difference_of_means_grows_by_v_over_the_held_share(shapes, v, factor):
    # v times the eigenvalue of (held covariance)^-1 (that of the rows); free shapes are as wide as the rows
    rng = np.random.default_rng(0)
    X = rng.standard_normal((4000, 2))
    X = (X - X.mean(axis=0)) / X.std(axis=0)
    delta, covariance = np.array([1e-3, 0.0]), np.cov(X.T, ddof=0) * (0.1 if shapes == "held" else 1.0)
    start = GaussianParameters([0.5, 0.5], [delta / 2, -delta / 2], np.stack([covariance] * 2))
    density = GMM.density_class(start)
    sums = expectation(density, X, inverse_temperature=v).statistics
    after, _ = density.maximisation(sums)
    assert (after.means[0] - after.means[1])[0] == pytest.approx(factor * delta[0], rel=1e-3)


# -- what goes where ---------------------------------------------------------------------------------------------------


def test_components_that_coincide_go_to_the_one_with_most_to_split():
    same = np.eye(4, dtype=bool)
    same[1, 0] = same[2, 0] = same[2, 1] = True
    assert moves(same, np.ones(4, dtype=bool)) == [(1, 0, 0), (2, 0, 0)]
    assert moves(same, np.ones(4, dtype=bool), np.array([1.0, 1.0, 1.0, 9.0])) == [(1, 0, 3), (2, 0, 3)]
    assert moves(same, np.ones(4, dtype=bool), np.array([1.0, 9.0, 9.0, 1.9])) == [(1, 0, 3), (2, 0, 0)]
    assert moves(same, np.array([True, False, True, True])) == [(2, 0, 0)]
    assert moves(same, np.array([False, True, False, True])) == []
    chain = np.eye(3, k=-1, dtype=bool)  # 2 coincides with 1, which coincides with 0, where both leave their weight
    assert moves(chain, np.ones(3, dtype=bool), np.array([1.0, 9.0, 9.0])) == [(1, 0, 0), (2, 0, 0)]


def test_weights_are_shared_and_keep_their_sum():
    weights = np.array([0.3, 0.1, 0.6])
    np.testing.assert_allclose(share_weights(weights, [(1, 0, 2)]), [0.4, 0.3, 0.3])
    np.testing.assert_array_equal(share_weights(weights, [(1, 0, 0)]), weights)
    table = np.array([[0.2, 0.5], [0.3, 0.1], [0.5, 0.4]])
    np.testing.assert_allclose(share_weights(table, [(1, 0, 2)]).sum(axis=0), 1)


def test_spreads_have_no_unit():
    variances, mass, held = np.array([[1.0, 8.0], [3.0, 8.0]]), np.array([1.0, 3.0]), np.array([0.2, 5.0])
    units = np.array([100.0, 1e-6])
    np.testing.assert_allclose(spreads(variances, mass, held), spreads(variances * units, 7 * mass, held * units))
    np.testing.assert_allclose(spreads(variances, mass, held), [(1 / 2.5 + 1) / 2, (3 / 2.5 + 1) / 2], rtol=1e-4)


def test_components_that_are_points_have_no_spread_whatever_rounding_leaves_of_it():
    spread = spreads(np.array([[-1e-18], [2.0], [3e-6]]), np.ones(3), np.ones(1))
    assert (spread == [0, 3, 0]).all()
    assert moves(np.array([[False, False], [True, False]]), np.ones(2, dtype=bool), spread[:2]) == [(1, 0, 0)]


def test_rounding_does_not_decide_what_goes_where():
    """All rows but the farthest are one point beside it: what is left of their variance is rounding."""
    X = np.append(np.repeat([[0.0], [6.0], [12.0]], 14, axis=0) + np.random.default_rng(1).normal(size=(42, 1)), [[1e9]], 0)
    model = SkewGMM(4, use_annealing=True, annealing_start_v=0.5, max_iter=8, random_state=733, stopping_criterion=None)
    ends = [model.fit(X[np.random.default_rng(seed).permutation(len(X))]).trace_.log_likelihood for seed in range(6)]
    np.testing.assert_allclose(ends[1:], np.broadcast_to(ends[0], (5, len(ends[0]))), rtol=1e-6)


@pytest.mark.parametrize("loadings, extent, same", [(0.0, 3.0, True), (1e-24, 3.0, True), (1e-5, 1e-4, True), (1e-5, 3.0, False)])
@pytest.mark.parametrize("unit", [1.0, 1e-9])
def test_loadings_differ_where_they_move_rows_beside_the_noise(loadings, extent, same, unit):
    """Loadings that are 0 but for rounding differ from each other by as much as they are large."""
    layer = Layer([0.5, 0.5], np.zeros((2, 2)), unit * loadings * np.array([np.ones((2, 1)), -np.ones((2, 1))]), unit**2 * np.ones((2, 2)))
    for factors in (1.0, 1e6):  # whatever the factors' unit is
        layer = Layer(layer.weights, layer.means, layer.loadings / factors, layer.noise)
        _, found = layer.held_apart(None, np.array([extent * factors]), np.random.default_rng(0))
        assert found == ([(1, 0, 0)] if same else [])


@pytest.mark.slow
def test_what_rounding_leaves_of_loadings_does_not_decide_whether_components_coincide():
    """Beside one row that is far away all others are one point, which no factor explains."""
    rng = np.random.default_rng(0)
    X = np.append(np.round(rng.standard_normal((18, 2)), 6) + 2, [[1e12, 1e12]], 0)
    model = DGMM([3, 1], [2, 1], use_annealing=True, annealing_start_v=0.05, init="random", max_iter=15, random_state=0)
    ends = [model.fit(X[rng.permutation(len(X))]).trace_.log_likelihood for _ in range(6)]
    np.testing.assert_allclose(ends[1:], np.broadcast_to(ends[0], (5, len(ends[0]))), rtol=1e-6)


def test_going_to_split_another_takes_over_what_a_network_has_below_it():
    rng = np.random.default_rng(0)
    table = rng.dirichlet(np.ones(2), 3).T
    first = Layer(table, rng.standard_normal((2, 3)), rng.standard_normal((2, 3, 2)), np.ones((2, 3)))
    second = Layer(np.full((3, 1), 1 / 3), [[0.0, 0.0], [0.0, 0.0], [9.0, 0.0]], np.ones((3, 2, 1)), np.ones((3, 2)))
    parameters = DeepParameters((first, second))
    extents = [np.ones(2), np.ones(1)]
    gone, _ = parameters.held_apart(Annealing(rng), [np.ones(2), np.array([1.0, 1.0, 9.0])], extents)
    np.testing.assert_array_equal(gone.layers[0].weights, table[:, [0, 2, 2]])
    stays, _ = parameters.held_apart(Annealing(rng), [None, None], extents)
    np.testing.assert_array_equal(stays.layers[0].weights, table)


@pytest.mark.slow
@every_model
@pytest.mark.parametrize("shapes", ["held", "free"])
def test_components_that_coincide_are_moved_apart_and_it_is_said(model, shapes):
    X = rows()
    parameters = model(random_state=0, use_annealing=True, annealing_shapes=shapes).start(X).state.parameters
    same = [0, 0, 2]
    if hasattr(parameters, "layers"):
        first = parameters.layers[0]
        first = type(first)(first.weights, first.means[same], first.loadings[same], first.noise[same])
        parameters = type(parameters)((first, *parameters.layers[1:]))
    else:
        names = ("locations", "skewness", "scales") if hasattr(parameters, "scales") else ("means", "covariances")
        parameters = type(parameters)(parameters.weights, *(getattr(parameters, name)[same] for name in names))
    run = model(init=parameters, random_state=0, use_annealing=True, annealing_shapes=shapes).start(X)
    state = run.step()
    means = state.parameters.layers[0].means if hasattr(state.parameters, "layers") else state.parameters.means
    assert np.linalg.norm(means[0] - means[1]) > 1e-3
    said = [
        event
        for event in state.events
        if event.kind == "held apart" and re.search("omponents 1 and 2 coincided|omponent 2 coincided with 1 ", str(event))
    ]
    assert len(said) == 1


# -- what it finds ---------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize(
    "kind, n, k", [("blobs", 200, 4), ("unequal sizes", 500, 4), ("overlapping", 500, 3), ("stretched blobs", 500, 3), ("pinwheel", 500, 5)]
)
def test_annealing_ends_where_the_true_clusters_do_whatever_its_start(kind, n, k):
    X, labels = standardised(kind, n)
    true, _ = from_labels(X, labels, k, np.ones(n), 0.0, 1e-9)
    best = GMM(k, init=true, max_iter=200).fit(X).log_likelihood_
    ends = [GMM(k, init="random", use_annealing=True, max_iter=200, random_state=seed).fit(X).log_likelihood_ for seed in range(3)]
    assert np.median(ends) > best - 1


@pytest.mark.slow
def test_a_layered_model_ends_as_well_as_without_annealing_from_k_means():
    X = scale(load_iris().data)
    plain, annealed = (
        DGMM(
            [3, 2],
            [2, 1],
            use_annealing=use,
            annealing_start_v=0.5,
            max_iter=200,
            random_state=0,
            var_regularization=1e-3,
            stopping_criterion=None,
        )
        .fit(X)
        .log_likelihood_
        for use in (False, True)
    )
    assert annealed > plain - 1


def test_the_unit_of_a_feature_and_a_constant_one_do_not_change_what_lies_within_clusters():
    X, labels = clusters()
    units, weight = np.array([1e-3, 1.0, 50.0]), np.arange(len(X)) % 3 + 1.0
    one = within_clusters(X, 3, weight, 1e-12)
    for j in range(3):
        np.testing.assert_allclose(weight[labels == j] @ one[labels == j], 0, atol=1e-9)
    np.testing.assert_allclose(within_clusters(X * units + 7, 3, weight, 1e-12), one * units, atol=1e-9)
    more = within_clusters(np.column_stack([X, np.full(len(X), 5.0)]), 3, weight, 1e-12)
    np.testing.assert_allclose(more, np.column_stack([one, np.zeros(len(X))]), atol=1e-9)


def test_free_shapes_are_those_of_runs_that_were_saved_before_there_was_a_choice():
    X = rows()
    run = GMM(3, use_annealing=True, annealing_shapes="free", max_iter=20, random_state=0).start(X)
    run.step()
    text = json.loads(run.to_json())
    del text["settings"]["annealing_shapes"]
    again = Run.from_json(json.dumps(text), X)
    assert again.step().objective == run.step().objective


def test_another_shape_is_an_error():
    with pytest.raises(ValueError, match='annealing_shapes is .tied.; it needs "held" or "free"'):
        GMM(3, annealing_shapes="tied").fit(rows())
