"""The schedule of the inverse temperature, alone and within runs."""

import numpy as np
import pytest
from hypothesis import given, strategies as st

from mixes import GMM
from mixes.annealing import SHAPES, inverse_temperature

X = np.concatenate([np.random.default_rng(0).normal(c, 1, size=(40, 2)) for c in (-3, 0, 3)])


@given(start=st.floats(0.01, 1), max_iter=st.integers(1, 300), origin=st.integers(0, 50), shapes=st.sampled_from(SHAPES))
def test_rises_from_start_to_one_and_stays(start, max_iter, origin, shapes):
    iterations = np.arange(origin + 1, origin + max_iter + 20)
    v = np.array([inverse_temperature(t, start, origin + max_iter, origin, shapes) for t in iterations])
    share = {"held": 0.5, "free": 0.9}[shapes]
    if share * max_iter >= 2:
        assert v[0] == pytest.approx(start)
    assert np.all(np.diff(v) >= 0) and np.all((start <= v * (1 + 1e-12)) & (v <= 1))
    assert np.all(v[iterations - origin >= share * max_iter] == 1.0)
    rising = v[v < 1] if shapes == "free" else np.log(v[v < 1])  # in equal steps, or by equal factors
    if len(rising) > 2:
        np.testing.assert_allclose(np.diff(rising, 2), 0, atol=1e-12)


def test_run_follows_the_schedule_and_does_not_stop_before_its_end():
    asked = []

    def stop_at_once(iter_i, data, probs, pred, log_lik):
        asked.append(iter_i)
        return True

    run = GMM(3, use_annealing=True, annealing_start_v=0.2, max_iter=40, random_state=0, stopping_criterion=stop_at_once).start(X)
    run.finish()
    v = run.trace.inverse_temperature
    assert v[1] == 0.2 and v[0] == 0.2  # iteration 0 is seen as the first step sees it
    assert np.all(v[20:] == 1) and np.all(v[:20] < 1)
    assert run.state.converged and run.state.iteration == 20


def test_start_at_one_is_no_annealing_bit_for_bit():
    plain = GMM(3, random_state=0).start(X)
    annealed = GMM(3, random_state=0, use_annealing=True, annealing_start_v=1.0).start(X)
    plain.finish()
    annealed.finish()
    np.testing.assert_array_equal(plain.trace.objective, annealed.trace.objective)
    np.testing.assert_array_equal(plain.state.parameters.covariances, annealed.state.parameters.covariances)
    assert plain.state.converged == annealed.state.converged


def test_responsibilities_are_tempered():
    run = GMM(
        3, use_annealing=True, annealing_start_v=0.3, max_iter=20, random_state=0, var_regularization=0, stopping_criterion=None
    ).start(X)
    posterior = GMM.from_parameters(run.state.parameters).predict_proba(X)
    tempered = posterior**0.3 / (posterior**0.3).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(run.responsibilities(), tempered, atol=1e-10)
    run.expectation()
    np.testing.assert_allclose(run.responsibilities(), tempered, atol=1e-10)
    parameters = run.maximization().parameters
    np.testing.assert_allclose(parameters.weights, tempered.mean(axis=0), atol=1e-10)


def test_nothing_is_carried_to_the_next_fit():
    model = GMM(3, use_annealing=True, max_iter=30, random_state=0, stopping_criterion=None)
    first = model.fit(X).trace_
    second = model.fit(X).trace_
    np.testing.assert_array_equal(first.inverse_temperature, second.inverse_temperature)
    np.testing.assert_array_equal(first.objective, second.objective)


def test_objective_at_the_next_temperature_starts_each_step():
    run = GMM(3, use_annealing=True, max_iter=30, random_state=0, stopping_criterion=None).start(X)
    before = run.state
    half = run.expectation()
    assert half.inverse_temperature == before.inverse_temperature and half.objective == before.objective
    run.maximization()
    half = run.expectation()
    assert half.inverse_temperature > before.inverse_temperature
    assert half.log_likelihood == run.trace[1].log_likelihood


def test_fork_with_annealing_begins_the_schedule_anew():
    run = GMM(3, max_iter=100, random_state=0, stopping_criterion=None).start(X)
    for _ in range(20):
        run.step()
    fork = run.fork(use_annealing=True, annealing_start_v=0.2)
    fork.finish()
    v = fork.trace.inverse_temperature
    assert np.all(v[:21] == 1) and v[21] == 0.2
    assert np.all(np.diff(v[21:]) >= 0) and np.all(v[60:] == 1) and np.all(v[21:60] < 1)


def test_converged_run_goes_on_when_it_is_forked_with_annealing():
    run = GMM(3, random_state=0).start(X)
    run.finish()
    assert run.state.converged
    fork = run.fork(use_annealing=True)
    assert not fork.finished and fork.step().inverse_temperature == fork.model.annealing_start_v


def test_fork_that_goes_back_before_its_origin_stays_within_zero_and_one():
    run = GMM(3, max_iter=60, random_state=0, stopping_criterion=None).start(X)
    for _ in range(30):
        run.step()
    fork = run.fork(use_annealing=True, annealing_start_v=0.2)
    again = fork.fork(5)
    again.step()
    fork.rewind(5)
    fork.finish()
    v = fork.trace.inverse_temperature
    assert again.state.inverse_temperature == v[6]
    assert v[6] == 0.2 and np.all(np.diff(v[6:]) >= 0) and v[-1] == 1


@pytest.mark.parametrize("max_iter", [40, 1000])
def test_another_max_iter_does_not_cool_back(max_iter):
    run = GMM(3, max_iter=100, use_annealing=True, random_state=0, stopping_criterion=None).start(X)
    for _ in range(30):
        run.step()
    fork = run.fork(max_iter=max_iter)
    v = [fork.step().inverse_temperature for _ in range(10)]
    assert np.all(np.diff([run.state.inverse_temperature, *v]) >= 0)
    assert v[-1] == inverse_temperature(40, run.model.annealing_start_v, min(max_iter, 100))
