"""Pinned components: they stay to the last bit, their weights are learnt, and the objective never falls."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from sklearn.base import clone

from mixes import DGMM, GMM, GMN, GaussianParameters, Run, SkewGMM, parameters_from_json, parameters_to_json, selection
from mixes.annealing import Annealing
from mixes.gaussian.stacked import stackable
from tests.states import assert_same_state
from tests.student_t import StudentMixture

MODELS = {
    "GMM": GMM(3),
    "restricted": SkewGMM(3),
    "full": SkewGMM(3, "full"),
    "diagonal": SkewGMM(3, "diagonal"),
    "DGMM": DGMM([3, 2], [1, 1]),
    "GMN": GMN([3, 2], [2, 1]),
    "one layer": DGMM([3], [1]),
    "classification": GMN([3, 2], [1, 1], hard_assignment=True),
    "Student": StudentMixture(3),
}
SETTINGS = {"stopping_criterion": None, "max_iter": 60}
every_model = pytest.mark.parametrize("name", MODELS)


def rows(rng, n=60, d=2):
    """Clusters of some kind."""
    centers = 4 * rng.normal(size=(3, d))
    return centers[rng.integers(3, size=n)] + rng.normal(size=(n, d)) @ rng.normal(size=(d, d))


def shapes(parameters, j):
    """All that is pinned of a component."""
    part = parameters.layers[0] if hasattr(parameters, "layers") else parameters
    names = ("means", "covariances", "locations", "skewness", "scales", "loadings", "noise")
    return {name: getattr(part, name)[j].tobytes() for name in names if hasattr(part, name)}


def assert_pinned_and_rising(run, own, steps):
    """Each of some steps leaves the pinned components as they are, and the objective does not fall."""
    pinned, weights = [shapes(run.state.parameters, j) for j in own], {run.state.parameters.weights[0]}
    for _ in range(steps):
        half = run.expectation()
        state = run.maximization()
        assert [shapes(state.parameters, j) for j in own] == pinned and state.parameters.pinned == own
        weights.add(state.parameters.weights[0])
        if not any(event.kind == "held apart" for event in state.events) and run.model.update_rate == 1:
            assert state.objective >= half.objective - 1e-9 * max(1, abs(half.objective))
            assert not any(event.kind == "objective fell" for event in state.events)
    return weights


@every_model
@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    seed=st.integers(0, 10**6),
    own=st.sampled_from([(0,), (1,), (0, 2), (0, 1, 2)]),
    more=st.sampled_from(
        [
            {},
            {"var_regularization": 0.1},
            {"var_regularization": 0},
            {"use_annealing": True},
            {"use_annealing": True, "annealing_shapes": "free"},
            {"update_rate": 0.3},
        ]
    ),
    edit=st.sampled_from([None, "d1(1,2)", "t1(1.5,0,0,0.5)"]),
)
def test_a_pinned_component_stays_to_the_last_bit_and_the_objective_never_falls(name, seed, own, more, edit):
    X = rows(np.random.default_rng(seed))
    if name == "Student":
        more = {key: value for key, value in more.items() if not key.startswith(("use", "annealing"))}
        edit = edit and "d1(1,2)"
    run = clone(MODELS[name]).set_params(init="random", random_state=seed, **SETTINGS, **more).start(X)
    run.step()
    if edit:
        run = run.fork(edit=edit)
    for j in own:
        run = run.fork(edit=f"p{j + 1}")
    assert_pinned_and_rising(run, own, 30)


@pytest.mark.slow
@every_model
def test_in_thousands_of_steps_the_objective_never_falls(name):
    for seed in range(8):
        X = rows(np.random.default_rng(seed), n=120)
        run = clone(MODELS[name]).set_params(init="random", random_state=seed, stopping_criterion=None, max_iter=200).start(X)
        assert_pinned_and_rising(run.fork(edit=f"p{seed % 3 + 1}"), (seed % 3,), 50)


@every_model
def test_the_weight_of_a_pinned_component_is_learnt(name):
    run = clone(MODELS[name]).set_params(random_state=0, **SETTINGS).start(rows(np.random.default_rng(3)))
    run = run.fork(edit="d1(3,3)").fork(edit="p1")  # to where it has other rows
    assert len(assert_pinned_and_rising(run, (0,), 5)) > 1


@every_model
def test_all_but_the_pinned_component_is_the_usual_m_step(name):
    model = clone(MODELS[name]).set_params(random_state=0, **SETTINGS)
    run = model.start(rows(np.random.default_rng(3)))
    run.step()
    pinned, free = run.fork(edit="p2").step().parameters, run.fork().step().parameters
    for j in (0, 2):
        assert shapes(pinned, j) == shapes(free, j)
    assert shapes(pinned, 1) == shapes(run.state.parameters, 1) != shapes(free, 1)
    np.testing.assert_array_equal(pinned.weights, free.weights)
    for one, other in zip(getattr(pinned, "layers", ())[1:], getattr(free, "layers", ())[1:]):
        np.testing.assert_array_equal(one.means, other.means)


@every_model
def test_pins_survive_text_forks_rewinding_and_copies(name):
    X = rows(np.random.default_rng(5))
    run = clone(MODELS[name]).set_params(random_state=0, **SETTINGS).start(X)
    run.step()
    run = run.fork(edit="p2").fork(edit="p3")
    run.step()
    read = parameters_from_json(parameters_to_json(run.state.parameters))
    assert read.pinned == (1, 2) and read.rescaled(np.ones(2), np.full(2, 2.0)).pinned == (1, 2)
    taken_up = Run.from_json(run.to_json(), X)
    assert_same_state(taken_up.step(), run.step())
    assert taken_up.state.parameters.pinned == (1, 2) == run.fork(2, update_rate=0.5).step().parameters.pinned
    assert run.rewind(1).step().parameters.pinned == (1, 2)
    assert run.rewind(0).step().parameters.pinned == ()  # they were not pinned yet


def test_a_freed_component_learns_again():
    run = GMM(3, random_state=0, **SETTINGS).start(rows(np.random.default_rng(5))).fork(edit="p2")
    run.step()
    freed = run.fork(edit="f2")
    held = shapes(run.state.parameters, 1)
    assert shapes(freed.step().parameters, 1) != held and freed.state.parameters.pinned == ()


def test_a_wide_pinned_component_collects_the_outliers():
    """A fixed background makes the others robust (Banfield and Raftery, 1993, for a uniform one)."""
    rng = np.random.default_rng(0)
    X = np.concatenate([rng.normal([0, 0], 0.5, size=(100, 2)), rng.normal([6, 0], 0.5, size=(100, 2)), rng.uniform(-40, 40, size=(20, 2))])
    start = GaussianParameters([0.45, 0.45, 0.1], [[1, 0], [5, 0], [0, 0]], [np.eye(2), np.eye(2), 600 * np.eye(2)], pinned=(2,))
    fit = GMM(3, init=start, max_iter=500).fit(X)
    np.testing.assert_allclose(fit.means_[:2], [[0, 0], [6, 0]], atol=0.2)
    assert fit.weights_[2] == pytest.approx(20 / 220, abs=0.02) and fit.parameters_.pinned == (2,)
    np.testing.assert_array_equal(fit.covariances_[2], 600 * np.eye(2))


def test_what_is_pinned_is_not_held_apart_and_others_are():
    k = 4
    together = GaussianParameters(np.full(k, 1 / k), np.zeros((k, 2)), np.tile(np.eye(2), (k, 1, 1)), pinned=(1, 2))
    apart, happened = together.held_apart(Annealing(np.random.default_rng(0)), np.ones((k, 2)))
    assert [str(event) for event in happened] == ["Components 1 and 4 coincided while annealing and were moved a little apart."]
    assert not apart.means[:3].any() and apart.means[3].any()


@pytest.mark.parametrize("name", ["DGMM", "GMN"])
def test_what_is_pinned_of_a_first_layer_is_not_held_apart(name):
    run = clone(MODELS[name]).set_params(random_state=0, **SETTINGS).start(rows(np.random.default_rng(5)))
    layer = run.state.parameters.layers[0]
    layer = replace(layer, **{part: np.repeat(getattr(layer, part)[:1], 3, axis=0) for part in ("means", "loadings", "noise")})
    extent, spread = np.ones(layer.loadings.shape[2]), None
    _, found = layer.held_apart(spread, extent, np.random.default_rng(0), (2,))
    assert found == [(1, 0, 0)]
    assert layer.held_apart(spread, extent, np.random.default_rng(0))[1] == [(1, 0, 0), (2, 0, 0)]


def test_a_pinned_component_on_a_point_is_not_told_to_have_collapsed():
    X = np.repeat([[0.0, 0.0], [1.0, 1.0], [5.0, 4.0], [6.0, 6.0]], 8, axis=0)
    start = GaussianParameters([0.5, 0.5], [[0.0, 0], [5.5, 5]], [0.01 * np.eye(2), np.eye(2)])
    model = GMM(2, init=start, var_regularization=0, stopping_criterion=None)
    told = {event.kind for event in model.start(X).step().events}
    assert "covariance floored" in told
    pinned = model.start(X).fork(edit="p1")
    assert not {event.kind for event in pinned.step().events} & {"covariance floored", "thin component"}


def test_a_model_with_pins_is_not_stacked_and_its_starts_are_as_alone():
    X = rows(np.random.default_rng(5))
    start = GMM(3, random_state=0).start(X).state.parameters
    pinned = GMM(3).from_parameters(start, init=GMM(3, random_state=0).start(X).fork(edit="p1").state.parameters)
    assert stackable(GMM(3, init=start)) and not stackable(pinned)
    table = selection.restarts(pinned.set_params(max_iter=20), X, 2)
    alone = clone(pinned).fit(X)
    assert set(table["objective"]) == {alone.trace_.objective[-1]}


def test_sampled_paths_leave_pinned_components_too():
    model = GMN([3, 4], [1, 1], e_step="sampled", path_samples=3, random_state=0, **SETTINGS)
    run = model.start(rows(np.random.default_rng(5)))
    run.step()
    run = run.fork(edit="p1")
    held = shapes(run.state.parameters, 0)
    for _ in range(5):
        assert shapes(run.step().parameters, 0) == held
