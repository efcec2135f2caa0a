"""Runs: half-steps, rewinding, forking, iterating, restarting."""

import re
from dataclasses import FrozenInstanceError

import numpy as np
import pytest
from scipy.special import entr, softmax
from scipy.stats import multivariate_normal
from sklearn.base import clone

from mixes import DGMM, GMM, GMN, DeepParameters, Evaluator, GaussianParameters, Layer, Run, SkewGMM, SkewParameters
from mixes.gaussian.em import GaussianDensity
from tests.states import assert_same_state

X = np.concatenate([np.random.default_rng(0).normal(c, 1.5, size=(40, 2)) for c in (-3, 0, 3)])
LABELS = np.repeat([0, 1, 2], 40)


def annealed(**settings):
    return GMM(3, random_state=0, init="random", use_annealing=True, max_iter=20, evaluator=Evaluator(LABELS, "ARI"), **settings)


def test_start_fits_nothing():
    parameters = GaussianParameters([0.5, 0.5], X[:2], np.tile(np.eye(2), (2, 1, 1)))
    run = GMM(2, init=parameters, var_regularization=0).start(X)
    state = run.state
    assert (state.iteration, state.half, len(run.trace), state.converged) == (0, "M", 1, False)
    assert state.parameters is not None and np.array_equal(state.parameters.means, X[:2])
    assert state.log_likelihood == pytest.approx(GMM.from_parameters(parameters).score_samples(X).sum())


def test_half_steps_make_a_step():
    halves, whole = annealed().start(X), annealed().start(X)
    for _ in range(5):
        halves.expectation()
        assert_same_state(halves.maximization(), whole.step())
    mixed = annealed().start(X)
    mixed.expectation()
    assert_same_state(mixed.step(), whole.trace[1])  # step() finishes what is begun


def test_expectation_changes_no_parameters_and_maximization_does():
    run = annealed().start(X)
    before = run.state
    half = run.expectation()
    assert half is run.state and (half.iteration, half.half) == (1, "E")
    assert half.parameters is before.parameters and half.log_likelihood == before.log_likelihood
    assert len(run.trace) == 1
    responsibilities = run.responsibilities()
    state = run.maximization()
    assert state is run.state and (state.iteration, state.half) == (1, "M") and len(run.trace) == 2
    assert not np.array_equal(state.parameters.means, before.parameters.means)
    np.testing.assert_array_equal(run.responsibilities(), responsibilities)
    np.testing.assert_allclose(state.parameters.weights, responsibilities.mean(axis=0))


def test_half_steps_in_the_wrong_order():
    run = annealed().start(X)
    with pytest.raises(RuntimeError, match=r"call expectation\(\) first"):
        run.maximization()
    run.expectation()
    with pytest.raises(RuntimeError, match=r"maximization\(\) comes next"):
        run.expectation()


def test_states_are_frozen():
    state = annealed().start(X).state
    with pytest.raises(FrozenInstanceError):
        state.iteration = 3
    with pytest.raises(FrozenInstanceError):
        state.parameters.means = 3


def test_responsibilities_of_earlier_iterations_and_other_rows():
    run = annealed().start(X)
    seen = [run.responsibilities()]
    for _ in range(4):
        run.step()
        seen.append(run.responsibilities())
    for t, responsibilities in enumerate(seen):
        np.testing.assert_array_equal(run.responsibilities_at(t), responsibilities)
    np.testing.assert_allclose(run.responsibilities(X[:5].tolist()), seen[-1][:5], atol=1e-12)
    with pytest.raises(ValueError, match="0 to 4"):
        run.responsibilities_at(5)


@pytest.mark.parametrize("back", [0, 3, 17])
@pytest.mark.parametrize("weight", [None, np.random.default_rng(0).uniform(0, 2, len(X))])
def test_rewinding_and_stepping_gives_the_same_bit_for_bit(back, weight):
    run = annealed().start(X, weight, X_validation=X[:10] + 0.1)
    run.finish()
    past = list(run.trace)
    assert len(past) > 18
    run.expectation()
    run.rewind(back)
    assert len(run.trace) == back + 1 and run.state.half == "M"
    assert_same_state(run.state, past[back])
    run.finish()
    assert len(run.trace) == len(past)
    for a, b in zip(run.trace, past):
        assert_same_state(a, b)


@pytest.mark.parametrize("iteration", [-1, 3, 0.0, "1", (0,)])
def test_going_to_what_is_not_there(iteration):
    run = annealed().start(X)
    run.step()
    for go in (run.rewind, run.fork, run.responsibilities_at):
        with pytest.raises(ValueError, match=f"iteration is {re.escape(repr(iteration))}; this run has iterations 0 to 1"):
            go(iteration)


@pytest.mark.parametrize(
    "rows, message",
    [
        ([[1, 2, 3]], r"X has shape \(1, 3\); it needs rows of 2 finite numbers"),
        ([1, 2], r"X has shape \(2,\)"),
        ([[1, np.nan]], "X contains NaN or infinity"),
        ([["a", 1]], "X is no table of numbers"),
        (object(), "X is no table"),
    ],
)
def test_responsibilities_of_what_are_no_rows_like_the_runs_own(rows, message):
    with pytest.raises(ValueError, match=message):
        annealed().start(X).responsibilities(rows)


def test_fork_without_changes_goes_the_same_way():
    run = annealed().start(X)
    for _ in range(6):
        run.step()
    fork = run.fork(4)
    assert len(fork.trace) == 5 and len(run.trace) == 7
    for a, b in zip(fork.trace, run.trace):
        assert a is b
    assert_same_state(fork.step(), run.trace[5])
    run.finish(), fork.finish()
    assert_same_state(fork.state, run.state)


@pytest.mark.parametrize(
    "changes",
    [{"var_regularization": 0.5}, {"update_rate": 0.3}, {"use_annealing": True}, {"annealing_start_v": 0.5, "use_annealing": True}],
)
def test_fork_shares_the_past_and_changes_the_future(changes):
    run = GMM(3, init="random", random_state=0).start(X)
    run.finish()
    past = list(run.trace)
    fork = run.fork(5, **changes)
    for a, b in zip(fork.trace, past):
        assert a is b
    fork.step()
    assert not np.allclose(fork.state.parameters.covariances, past[6].parameters.covariances)
    assert all(a is b for a, b in zip(run.trace, past)) and len(run.trace) == len(past)


def test_fork_keeps_what_the_past_was_made_with():
    run = GMM(3, init="random", random_state=0, var_regularization=0.01).start(X)
    for _ in range(5):
        run.step()
    fork = run.fork(var_regularization=5.0)
    np.testing.assert_array_equal(fork.responsibilities_at(3), run.responsibilities_at(3))
    half, state = fork.expectation(), fork.maximization()
    assert state.objective >= half.objective and "objective fell" not in {event.kind for event in state.events}
    assert half.objective < run.state.objective  # the same parameters, penalised more


@pytest.mark.parametrize("begun", [True, False])
def test_fork_of_the_start_is_a_start_with_the_new_settings(begun):
    model = GMM(3, init="random", random_state=0, var_regularization=0.01, max_iter=30, use_annealing=begun)
    changes = {"use_annealing": not begun, "annealing_start_v": 0.3, "evaluator": Evaluator(LABELS, "ARI")}
    fork = model.start(X).fork(**changes)
    fresh = model.set_params(**changes).start(X)
    assert_same_state(fork.finish(), fresh.finish())
    for a, b in zip(fork.trace, fresh.trace):
        assert_same_state(a, b)


def test_fork_of_the_best_of_several_starts_is_that_start_annealed():
    runs = [SkewGMM(2, n_init=3, max_iter=10, random_state=seed).start(X) for seed in range(4)]
    assert len({[start["seed"] for start in run.restarts].index(run.seed) for run in runs}) > 1
    for run in runs:
        fork = run.fork(use_annealing=True)
        assert fork.restarts == run.restarts and fork.state.inverse_temperature < 1
        np.testing.assert_allclose(fork.state.parameters.means, run.state.parameters.means)
        back = fork.fork(use_annealing=False).state
        np.testing.assert_array_equal(back.parameters.skewness, run.state.parameters.skewness)
        taken_up = Run.from_json(run.to_json(), X)  # it knows still whether it is the first start or another one
        assert_same_state(taken_up.fork(use_annealing=True).state, fork.state)


def test_converged_run_forked_with_another_rule_goes_on():
    run = GMM(3, random_state=0, max_iter=500).start(X)
    run.finish()
    assert run.state.converged and run.finished and run.fork().finished
    fork = run.fork(stopping_criterion=None, max_iter=run.state.iteration + 3)
    assert not fork.finished
    fork.finish()
    assert fork.state.iteration == run.state.iteration + 3


def test_a_fork_without_changes_remembers_what_the_stopping_rule_has_seen():
    run = GMM(3, init="random", random_state=0, max_iter=500).start(X)
    end = run.finish()
    assert end.converged
    for back in (1, 2):
        for changes in ({}, {"max_iter": 400}):
            fork = run.fork(end.iteration - back, **changes)
            assert fork.finish().iteration == end.iteration and fork.state.converged
    # under other settings the old values say nothing
    other = run.fork(end.iteration - 1, update_rate=0.999)
    assert not other.step().converged


def test_responsibilities_are_those_of_the_step_also_with_regularisation():
    rows = np.concatenate([X[:40] * 0.1, X[40:] + 3])
    run = GMM(
        3,
        init="random",
        random_state=0,
        var_regularization=0.3,
        use_annealing=True,
        annealing_start_v=0.5,
        max_iter=4,
        stopping_criterion=None,
    ).start(rows)
    while not run.finished:
        half = run.expectation()
        before = run.responsibilities()
        density = GaussianDensity(half.parameters)
        log_joint = density.log_joint(rows)[0].T - density.penalties(run.eps)
        tempered = half.inverse_temperature * log_joint
        np.testing.assert_allclose(before, softmax(tempered, axis=1), atol=1e-10)
        state = run.maximization()
        np.testing.assert_allclose(state.parameters.weights, before.mean(axis=0), atol=1e-9)
        np.testing.assert_array_equal(run.responsibilities(), before)


def test_more_iterations_by_a_fork_are_those_of_a_longer_run():
    short = GMM(3, init="random", random_state=0, max_iter=5).start(X)
    short.finish()
    long = GMM(3, init="random", random_state=0, max_iter=100).start(X)
    assert_same_state(short.fork(max_iter=100).finish(), long.finish())


@pytest.mark.parametrize("name, value", [("n_components", 3), ("init", "random"), ("random_state", 1), ("n_init", 2), ("colour", "red")])
def test_settings_that_cannot_change_are_named(name, value):
    with pytest.raises(ValueError, match=f"{name} cannot change within a run.*update_rate"):
        annealed().start(X).fork(**{name: value})


def test_changes_of_a_fork_are_checked():
    with pytest.raises(ValueError, match="update_rate is 2"):
        annealed().start(X).fork(update_rate=2)


def test_fit_drains_iterate_bit_for_bit():
    fitted, iterated = annealed(), annealed()
    fitted.fit(X)
    states = list(iterated.iterate(X))
    assert [state.iteration for state in states] == list(range(1, fitted.n_iter_ + 1))
    for a, b in zip(fitted.trace_, iterated.trace_):
        assert_same_state(a, b)
    assert_same_state(states[-1], fitted.trace_[-1])
    run = annealed().start(X)
    assert_same_state(run.finish(), fitted.trace_[-1])


def test_breaking_out_of_iterate_leaves_a_fitted_estimator():
    model = annealed()
    for state in model.iterate(X):
        if state.iteration == 3:
            break
    assert model.n_iter_ == 3 and len(model.trace_) == 4
    np.testing.assert_array_equal(model.means_, state.parameters.means)
    assert model.predict(X).shape == (len(X),)


def test_changing_the_estimator_later_leaves_the_run_alone():
    model = GMM(3, init="random", random_state=0)
    run, other = model.start(X), model.start(X)
    model.set_params(var_regularization=10.0, update_rate=0.1)
    assert_same_state(run.finish(), GMM(3, init="random", random_state=0).start(X).finish())
    assert other.state.iteration == 0


def test_several_starts_keep_the_best_and_tell_of_all():
    model = GMM(4, init="random", n_init=6, random_state=2)
    run = model.start(X)
    assert run.state.iteration == 0 and len(run.restarts) == 6
    objectives = [restart["objective"] for restart in run.restarts]
    assert len(set(objectives)) > 1
    best = run.finish()
    assert best.objective == max(objectives)
    chosen = run.restarts[int(np.argmax(objectives))]
    assert (chosen["seed"], chosen["n_iter"], chosen["converged"]) == (run.seed, best.iteration, best.converged)
    assert model.fit(X).trace_.objective[-1] == max(objectives)


def test_held_out_rows_are_measured_and_never_fitted():
    held_out = X[::3] + 0.5
    with_rows, without = annealed().start(X, X_validation=held_out), annealed().start(X)
    for _ in range(4):
        state = with_rows.step()
        without.step()
        assert state.log_likelihood_validation == pytest.approx(GMM.from_parameters(state.parameters).score_samples(held_out).sum())
    np.testing.assert_array_equal(with_rows.state.parameters.means, without.state.parameters.means)
    assert without.state.log_likelihood_validation is None
    assert np.isnan(without.trace.log_likelihood_validation).all()


def test_trace_as_a_table():
    run = annealed().start(X)
    run.finish()
    table = run.trace.to_frame()
    assert table["iteration"].tolist() == list(range(21))
    np.testing.assert_array_equal(table["objective"], run.trace.objective)
    np.testing.assert_array_equal(table["inverse_temperature"], run.trace.inverse_temperature)
    np.testing.assert_array_equal(table["ARI"], run.trace.metrics["ARI"])
    assert table["events"].iloc[-1] == " ".join(str(event) for event in run.state.events)


@pytest.mark.parametrize("share, said", [(0.999, 1), (0.7, 1), (0.3, 1), (1.0, 0)])
@pytest.mark.parametrize("kind", ["GMM", "SkewGMM", "DGMM"])
def test_given_parameters_below_the_floor_are_raised_and_it_is_said(kind, share, said):
    """The objective falls then: no parameters that are allowed are as likely."""
    heap = np.concatenate([X, np.tile([[50.0, 50.0]], (20, 1))])
    least = share * GMM(1).start(heap).floor
    weights, means = [6 / 7, 1 / 7], [X.mean(axis=0), [50, 50]]
    shapes = np.array([np.cov(X.T, ddof=0), least * np.eye(2)])
    models = {
        "GMM": lambda: GMM(2, init=GaussianParameters(weights, means, shapes)),
        "SkewGMM": lambda: SkewGMM(2, init=SkewParameters(weights, means, np.zeros((2, 2, 1)), [shapes[0], 100 * shapes[1]])),
        "DGMM": lambda: DGMM([2], [1], init=DeepParameters((Layer(weights, means, np.zeros((2, 2, 1)), [X.var(axis=0), [least, least]]),))),
    }
    run = models[kind]().set_params(var_regularization=0, max_iter=3, stopping_criterion=None).start(heap)
    before = run.expectation().objective
    run.maximization()
    run.finish()
    assert [t for t, event in run.trace.events if event.kind == "covariance floored"] == [1] * said
    assert (before - run.trace[1].objective > 1e-9 * abs(before)) == bool(said)  # else they are the best, and rounding moves them
    np.testing.assert_allclose(run.trace.objective[2:], run.trace.objective[1], rtol=1e-9)


@pytest.mark.parametrize(
    "model",
    [
        GMM(3, var_regularization=0.05, random_state=0),
        GMM(3, use_annealing=True, random_state=0),
        DGMM((3, 2), (2, 1), var_regularization=0.05, random_state=0),
        GMN((2, 2), (2, 1), hard_assignment=True, random_state=0),
        GMN((2, 3), (2, 1), e_step="sampled", random_state=0, path_samples=20),
    ],
    ids=["regularised", "annealed", "paths", "hard", "sampled"],
)
def test_a_watched_run_tells_what_asking_again_tells_and_takes_the_same_way(model):
    rows = np.arange(0, 120, 7)
    plain, run = (model.set_params(max_iter=30, stopping_criterion=None).start(X) for _ in range(2))
    run.watch(rows)
    for _ in range(6):
        assert run.step().objective == plain.step().objective
        t = run.state.iteration
        np.testing.assert_allclose(run.watched_at(t), plain.responsibilities_at(t, X[rows]), atol=1e-10)
        if not getattr(model, "path_samples", 100) == 20:  # where paths are sampled, another draw
            posterior = type(model).from_parameters(run.state.parameters).predict_proba(X)
            assert run.state.entropy == pytest.approx(entr(posterior).sum(), rel=1e-8, abs=1e-8)
    np.testing.assert_allclose(run.watched_at(2), plain.responsibilities_at(2, X[rows]), atol=1e-10)
    assert plain.state.entropy is None


@pytest.mark.parametrize("rows", [[0, 120], [-1], [[0, 1]], ["a"], 3, [0.5]])
def test_rows_that_are_not_there_cannot_be_watched(rows):
    run = GMM(3, random_state=0).start(X)
    with pytest.raises(ValueError, match="rows is .* whole numbers from 0 to 119"):
        run.watch(rows)
    with pytest.raises(RuntimeError, match="No rows are watched"):
        run.watched_at(0)


def test_what_is_watched_of_the_last_iteration_needs_no_pass(monkeypatch):
    run = GMM(3, random_state=0).start(X).watch([0, 1, 2])
    run.step()
    passes, log_joint = [], GaussianDensity.log_joint
    monkeypatch.setattr(GaussianDensity, "log_joint", lambda self, X, *products: (passes.append(self), log_joint(self, X, *products))[1])
    run.step()
    assert run.watched_at(2).shape == (3, 3) and run.state.entropy > 0 and len(passes) == 1


def test_the_objective_never_falls_over_a_whole_annealed_run_unless_components_are_moved():
    run = GMM(3, init="random", use_annealing=True, max_iter=60, random_state=1, stopping_criterion=None).start(X)
    run.finish()
    moved = {t for t, event in run.trace.events if event.kind == "held apart"}
    rises = np.diff(run.trace.objective)
    assert all(rise >= -1e-7 for t, rise in enumerate(rises, start=1) if t not in moved) and len(moved) < 30
    assert run.trace.objective[-1] == pytest.approx(run.trace.log_likelihood[-1], rel=1e-3)


@pytest.mark.parametrize(
    "model", [GMM(3, random_state=0), SkewGMM(2, random_state=0), DGMM([3, 2], [1, 1], random_state=0), GMN([2, 2], [1, 1], random_state=0)]
)
@pytest.mark.parametrize("eps", [0.0, 0.1])
@pytest.mark.parametrize("weight", [None, np.random.default_rng(0).uniform(0, 2, len(X))])
def test_the_bound_touches_the_objective_after_the_e_half_step_and_never_falls(model, eps, weight):
    run = clone(model).set_params(var_regularization=eps, max_iter=12, stopping_criterion=None).start(X, weight)
    bounds = []
    for t in range(1, 9):
        half = run.expectation()
        now = run.bound_at(t, "E")
        assert now == run.bound_at(t) == pytest.approx(half.objective, rel=1e-12), "the parameters are as before"
        bounds.append(now)
        state = run.maximization()
        bounds.append(run.bound_at(t))
        assert now == run.bound_at(t, "E") and bounds[-1] <= state.objective + 1e-9
    assert (np.diff(bounds) > -1e-9).all() and bounds[-1] > bounds[0]
    if eps == 0:
        assert bounds[2] == pytest.approx(run.trace[1].log_likelihood, rel=1e-12)


def test_the_bound_of_a_hard_assignment_is_that_of_the_rows_as_they_are_given_away():
    run = DGMM([3], [1], hard_assignment=True, random_state=0, var_regularization=0).start(X)
    for t in range(1, 4):
        assert run.expectation().objective == pytest.approx(run.bound_at(t, "E"), rel=1e-12) == run.bound_at(t)
        run.maximization()
        own = np.arange(len(X)), run.responsibilities_at(t).argmax(axis=1)
        parts = run.trace[t].parameters
        joint = np.column_stack([multivariate_normal(m, S).logpdf(X) for m, S in zip(parts.means, parts.covariances)]) + np.log(
            parts.weights
        )
        assert run.bound_at(t) == pytest.approx(joint[own].sum(), rel=1e-9)


@pytest.mark.parametrize(
    "model, iteration, half, why",
    [
        (GMM(2), 0, "M", "Iteration 0 has no bound: its parameters were given"),
        (GMM(2), 1, "e", "half is 'e'"),
        (GMM(2), 2, "M", "iteration is 2"),
        (GMM(2, use_annealing=True), 1, "M", "Iteration 1 was annealed"),
        (DGMM([2, 2], [1, 1], e_step="sampled"), 1, "M", "The paths were sampled"),
    ],
)
def test_where_there_is_no_bound_it_is_said_why(model, iteration, half, why):
    run = model.start(X)
    run.step()
    with pytest.raises(ValueError, match=why):
        run.bound_at(iteration, half)
