"""Parameters and runs as JSON: going on elsewhere gives the same numbers."""

import json

import numpy as np
import pytest

from mixes import GMM, Evaluator, GaussianParameters, Run, parameters_from_json, parameters_to_json, stopping_criterion
from tests.states import assert_same_state

X = np.concatenate([np.random.default_rng(0).normal(c, 1.5, size=(40, 2)) for c in (-3, 0, 3)])
WEIGHT = np.random.default_rng(1).integers(0, 3, size=len(X)).astype(float)
HELD_OUT = X[::4] + 0.3
EVALUATOR = Evaluator(np.repeat(["a", "b", "c"], 40), "ARI", rows=lambda data, labels, pred: len(pred))


def stop_at_fifteen(iter_i, data, probs, pred, log_lik):
    return iter_i == 15


def assert_equal_traces(a, b):
    assert len(a) == len(b)
    for one, other in zip(a, b):
        assert_same_state(one, other)


def test_parameters_survive_bit_for_bit():
    rng = np.random.default_rng(0)
    parameters = GaussianParameters(rng.dirichlet(np.ones(3)), rng.normal(size=(3, 2)) * 1e-200, np.eye(2) * rng.uniform(size=(3, 1, 1)))
    back = parameters_from_json(parameters_to_json(parameters))
    assert isinstance(back, GaussianParameters)
    for name in ("weights", "means", "covariances"):
        np.testing.assert_array_equal(getattr(back, name), getattr(parameters, name))


@pytest.mark.parametrize(
    "settings, data, own",
    [
        ({}, {}, {}),
        ({"use_annealing": True, "update_rate": 0.7}, {}, {}),
        ({"stopping_criterion": None}, {"sample_weight": WEIGHT}, {}),
        ({"stopping_criterion": stopping_criterion.create_log_lik_criterion(1e-2)}, {"X_validation": HELD_OUT}, {}),
        ({"stopping_criterion": stopping_criterion.create_silhouette_criterion(1e-3)}, {}, {}),
        (
            {"stopping_criterion": stop_at_fifteen, "evaluator": EVALUATOR},
            {"sample_weight": WEIGHT, "X_validation": HELD_OUT},
            {"stopping_criterion": stop_at_fifteen, "evaluator": EVALUATOR},
        ),
    ],
    ids=["plain", "annealed", "weighted", "validation", "silhouette", "all"],
)
@pytest.mark.parametrize("half_steps", [0, 1, 6, 7])
def test_saved_run_goes_on_with_the_same_numbers(settings, data, own, half_steps):
    run = GMM(3, init="random", random_state=0, max_iter=20, **settings).start(X, **data)
    for i in range(half_steps):
        run.maximization() if i % 2 else run.expectation()
    taken_up = Run.from_json(run.to_json(), X, **data, **own)
    assert taken_up.state.half == run.state.half and taken_up.state.objective == run.state.objective
    assert_equal_traces(taken_up.trace, run.trace)
    run.step(), taken_up.step()
    run.finish(), taken_up.finish()
    assert_equal_traces(taken_up.trace, run.trace)
    assert taken_up.to_json() == run.to_json()


def test_the_old_name_of_the_inverse_temperature_is_an_alias_and_stays_in_saved_runs():
    run = GMM(3, init="random", random_state=0, use_annealing=True, max_iter=8).start(X)
    run.finish()
    v = run.trace.inverse_temperature
    assert v[0] < v[-1] == 1
    np.testing.assert_array_equal(run.trace.temperature, v)
    assert [state.temperature for state in run.trace] == v.tolist()
    assert [list(state)[4] for state in json.loads(run.to_json())["states"]] == ["temperature"] * 9
    assert [state["temperature"] for state in json.loads(run.to_json())["states"]] == v.tolist()


def test_finished_fork_with_restarts_comes_back():
    run = GMM(3, init="random", n_init=2, random_state=0, max_iter=20).start(X)
    for _ in range(5):
        run.step()
    fork = run.fork(3, use_annealing=True, var_regularization=0.1)
    fork.step()
    back = Run.from_json(fork.to_json(), X)
    assert back.restarts == run.restarts and len(back.restarts) == 2
    fork.finish(), back.finish()
    assert_equal_traces(back.trace, fork.trace)
    fork.rewind(4), back.rewind(4)
    assert fork.step().inverse_temperature == back.step().inverse_temperature


def test_given_start_and_table_come_back():
    pd = pytest.importorskip("pandas")
    table = pd.DataFrame(X, columns=["eruptions", "waiting"])
    start = GaussianParameters([0.5, 0.5], X[:2], np.tile(np.eye(2), (2, 1, 1)))
    run = GMM(2, init=start).start(table)
    run.step()
    back = Run.from_json(run.to_json(), table)
    run.finish(), back.finish()
    assert_equal_traces(back.trace, run.trace)


@pytest.mark.parametrize(
    "data, message",
    [
        ({"X": X + 1e-12}, "is not the data"),
        ({"X": X[::-1]}, "is not the data"),
        ({"X": X, "sample_weight": WEIGHT + 1}, "is not the data"),
        ({"X": X, "X_validation": HELD_OUT}, "X_validation is given, but the saved run held out no rows; leave it out."),
    ],
)
def test_other_data_are_refused(data, message):
    text = GMM(2, random_state=0).start(X).to_json()
    with pytest.raises(ValueError, match=message):
        Run.from_json(text, **data)


def test_the_fingerprint_tells_rows_weights_and_shape():
    def fingerprint(*data, **more):
        return GMM(1).start(*data, **more).fingerprint()

    one = fingerprint(X)
    assert fingerprint(X.copy()) == fingerprint(X, np.ones(len(X))) == one
    others = [
        fingerprint(X.reshape(-1, 4)),
        fingerprint(X, WEIGHT),
        fingerprint(X[::-1]),
        fingerprint(X[:-1]),
        fingerprint(X, X_validation=HELD_OUT),
    ]
    assert len({one, *others}) == 6


@pytest.mark.parametrize("name", ["stopping_criterion", "evaluator"])
def test_callables_must_be_given_again(name):
    run = GMM(3, random_state=0, stopping_criterion=stop_at_fifteen, evaluator=EVALUATOR).start(X)
    own = {"stopping_criterion": stop_at_fifteen, "evaluator": EVALUATOR}
    del own[name]
    with pytest.raises(ValueError, match=f"the run had its own {name}.*give it as {name}="):
        Run.from_json(run.to_json(), X, **own)


@pytest.mark.parametrize("text", ["", "{}", "[1, 2]", "no run", '{"format": "mixes run 0"}'])
def test_text_that_is_no_run(text):
    with pytest.raises(ValueError, match="not a saved run"):
        Run.from_json(text, X)


@pytest.mark.parametrize("text", ["garbage", "{}", "[1, 2]"])
def test_text_without_parameters_is_refused(text):
    with pytest.raises(ValueError, match="parameters_to_json"):
        parameters_from_json(text)
