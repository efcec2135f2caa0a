"""Runs that go on from parameters that were edited by hand."""

import json
from functools import cache

import numpy as np
import pytest
from sklearn.base import clone

from mixes import DGMM, GMM, GMN, Edit, Evaluator, GaussianParameters, Run, SkewGMM, datasets
from mixes.stopping_criterion import create_log_lik_criterion
from tests.states import assert_same_state

RNG = np.random.default_rng(0)
X = np.concatenate([RNG.normal(c, 1, size=(30, 2)) @ [[1, 0.5], [0, 1]] for c in ([0, 0], [6, 1], [-3, 7])])
LABELS = np.repeat([0, 1, 2], 30)
SETTINGS = {"random_state": 0, "max_iter": 40, "stopping_criterion": None, "var_regularization": 0.001}
MODELS = {
    "GMM": GMM(3, **SETTINGS),
    "SkewGMM": SkewGMM(3, **SETTINGS),
    "SkewGMM diagonal": SkewGMM(3, "diagonal", **SETTINGS),
    "DGMM": DGMM([3, 2], [1, 1], **SETTINGS),
    "GMN": GMN([3, 2], [2, 1], **SETTINGS),
}
EDITS = ["d2(1,2)", "t2(1.5,0,0,0.6)", "s2", "m1.3", "x1", "p2"]
every_model = pytest.mark.parametrize("model", MODELS)
every_edit = pytest.mark.parametrize("edit", EDITS)


@cache
def learnt(name):
    run = MODELS[name].start(X)
    for _ in range(6):
        run.step()
    return run


def told(run, kind):
    return [str(event) for _, event in run.trace.events if event.kind == kind]


@every_model
@every_edit
def test_an_edited_fork_is_a_run_that_begins_with_the_edited_parameters(model, edit):
    run = learnt(model)
    past = list(run.trace)
    fork = run.fork(4, edit)
    assert list(run.trace) == past and all(a is b for a, b in zip(fork.trace[:4], past))  # the parent is as it was
    state = fork.state
    edited = Edit.read(edit).applied(past[4].parameters, Edit.read(edit).view(X))
    fresh = clone(MODELS[model]).set_params(**edited.structure, init=edited).start(X)
    for _ in range(8):
        assert_same_parameters(fork.state.parameters, fresh.state.parameters)
        assert (fork.state.objective, fork.state.log_likelihood) == (fresh.state.objective, fresh.state.log_likelihood)
        assert fork.state.iteration == fresh.state.iteration + 4
        fork.step(), fresh.step()
    assert fork.trace[4] is state and fork.model.get_params()["max_iter"] == 40
    assert_of_structure(fork.model, edited)
    assert not told(fork, "objective fell")
    objectives = fork.trace.objective[4:]
    assert (np.diff(objectives) > -1e-9 * np.abs(objectives[1:])).all()


def assert_of_structure(model, parameters):
    for name, value in parameters.structure.items():
        assert np.array_equal(getattr(model, name), value)


def assert_same_parameters(one, other):
    for name in ("weights", "means", "covariances"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
    assert one.pinned == other.pinned


@pytest.mark.parametrize(
    "edit, sentence",
    [
        ("d2(1,2)", "You moved component 2."),
        ("t2(1.5,0.2,0,0.6)", "You reshaped component 2."),
        ("s2", "You split component 2."),
        ("m3.1", "You merged components 1 and 3."),
        ("x1", "You deleted component 1."),
        ("p2", "You pinned component 2."),
        ("f2", "You let component 2 go free."),
    ],
)
def test_an_edit_is_told_as_what_a_person_did(edit, sentence):
    (event,) = learnt("GMM").fork(edit=edit).state.events
    assert (event.kind, str(event), event.component) == ("edited", sentence, Edit.read(edit).component)


def test_a_fall_by_an_edit_is_nobodys_fault_and_what_em_does_after_is_judged():
    fork = learnt("GMM").fork(5, "d2(40,-30)")
    assert fork.state.objective < learnt("GMM").trace[5].objective - 10
    assert not told(fork, "objective fell") and fork.finish() and not told(fork, "objective fell")


def test_edits_follow_one_another_at_one_iteration_and_all_are_told():
    fork = learnt("GMM").fork(4, "d2(1,2)").fork(4, "s1").fork(4, Edit("merge", 0, 3))
    assert [str(event) for event in fork.state.events] == [
        "You moved component 2.",
        "You split component 1.",
        "You merged components 1 and 4.",
    ]
    once = learnt("GMM").fork(4, "d2(1,2)").state
    np.testing.assert_allclose(fork.state.parameters.means, once.parameters.means, rtol=1e-12)
    fork.step()
    assert len(fork.fork(5, "x1").trace) == 6 and len(fork.fork(5, "x1").state.events) == 1


@every_model
@every_edit
def test_an_edited_run_is_saved_and_taken_up_with_the_same_numbers(model, edit):
    fork = learnt(model).fork(3, edit)
    fork.step(), fork.expectation()
    taken_up = Run.from_json(fork.to_json(), X)
    assert taken_up.to_json() == fork.to_json()
    fork.maximization(), taken_up.maximization()
    for a, b in zip(fork.trace, taken_up.trace):
        assert_same_state(a, b)
        assert a.parameters.pinned == b.parameters.pinned and a.given == b.given


def test_saved_text_in_which_components_come_and_go_without_an_edit_is_damaged():
    fork = learnt("GMM").fork(3, "s2")
    fork.step()
    content = json.loads(fork.to_json())
    content["states"][3]["events"] = []
    with pytest.raises(ValueError, match=r"the parameters of its state 2 do not suit its settings and X \(init has 3 components"):
        Run.from_json(json.dumps(content), X)
    content["states"][3]["events"] = [3]
    with pytest.raises(ValueError, match="text is a damaged run: its state 3 is"):
        Run.from_json(json.dumps(content), X)


@every_model
@pytest.mark.parametrize("edit", ["d2(1,2)", "s2", "x1"])
def test_an_edited_run_goes_back_and_forth(model, edit):
    run, fork = learnt(model), learnt(model).fork(3, edit)
    fork.step(), fork.step()
    end = fork.state
    assert_same_state(fork.rewind(3).fork().step(), fork.step())
    fork.step()
    assert_same_state(fork.state, end)
    fork.rewind(2)  # to before the edit: as if it had not been
    assert_of_structure(fork.model, run.state.parameters)
    assert_same_state(fork.step(), run.trace[3])
    assert_same_state(Run.from_json(fork.to_json(), X).step(), run.trace[4])


def test_a_run_that_began_with_given_parameters_goes_back_and_forth_over_a_split():
    start = learnt("GMM").state.parameters
    fork = GMM(3, init=start, stopping_criterion=None).start(X).fork(0, "s2")
    assert fork.model.n_components == 4 and len(fork.model.init.weights) == 4
    assert clone(fork.model).set_params(max_iter=2).fit(X).log_likelihood_ == fork.fork(max_iter=2).finish().log_likelihood


@every_model
@pytest.mark.parametrize("edit", ["d2(1,2)", "s2", "x1"])
def test_responsibilities_of_an_edited_state_are_those_it_goes_on_with(model, edit):
    run, fork = learnt(model), learnt(model).fork(4, edit).watch(np.arange(0, 90, 7))
    k = fork.state.parameters.n_clusters
    begins = fork.responsibilities()
    assert begins.shape == (90, k)
    np.testing.assert_array_equal(fork.watched_at(4), begins[::7])
    fork.step()
    np.testing.assert_allclose(fork.responsibilities(), begins, atol=1e-12)
    np.testing.assert_array_equal(fork.responsibilities_at(3), run.responsibilities_at(3))
    np.testing.assert_array_equal(fork.watched_at(3), run.responsibilities_at(3)[::7])
    np.testing.assert_array_equal(fork.watched_at(5), fork.responsibilities()[::7])


def test_an_edit_and_settings_change_together():
    fork = learnt("GMM").fork(4, "d2(1,2)", update_rate=0.5, var_regularization=0.1)
    edited = fork.state.parameters
    fresh = GMM(3, init=edited, **{**SETTINGS, "update_rate": 0.5, "var_regularization": 0.1}).start(X)
    assert fork.state.eps == fresh.state.eps and fork.state.objective == fresh.state.objective
    assert_same_parameters(fork.step().parameters, fresh.step().parameters)


@pytest.mark.parametrize("edit", ["d2(1,2)", "s2", "x3"])
def test_an_annealed_run_goes_on_with_its_temperature(edit):
    run = GMM(3, **{**SETTINGS, "use_annealing": True}).start(X)
    for _ in range(5):
        run.step()
    fork = run.fork(4, edit)
    assert fork.state.inverse_temperature == run.trace[5].inverse_temperature  # as the next iteration sees it
    half = fork.expectation()
    assert half.objective == pytest.approx(fork.trace[4].objective, rel=1e-12)
    fork.finish()
    objectives = fork.trace.objective[4:]
    assert fork.state.inverse_temperature == 1 and not told(fork, "objective fell") and np.isfinite(objectives).all()
    # the start is the edited one, too, where annealing is switched on there
    begun = GMM(3, **SETTINGS).start(X).fork(0, edit)
    hot = begun.fork(0, use_annealing=True)
    np.testing.assert_array_equal(hot.state.parameters.means, begun.state.parameters.means)
    assert hot.state.inverse_temperature < 1 and hot.finish()


def test_what_the_stopping_rule_saw_before_an_edit_is_forgotten():
    model = GMM(3, **{**SETTINGS, "max_iter": 400, "stopping_criterion": "log_lik"})
    run = model.start(X)
    end = run.finish()
    assert end.converged
    fork = run.fork(edit="d2(1,2)")
    assert not fork.state.converged and not fork.finished
    fresh = clone(model).set_params(init=fork.state.parameters).start(X)
    assert fork.finish().iteration - end.iteration == fresh.finish().iteration and fork.state.converged
    strict = run.fork(edit="d2(1,2)", stopping_criterion=create_log_lik_criterion(1e-9))
    assert strict.finish().iteration > fork.state.iteration


def test_metrics_and_held_out_rows_are_recorded_of_an_edited_state():
    model = GMM(3, evaluator=Evaluator(LABELS, "accuracy"), **SETTINGS)
    run = model.start(X, X_validation=X[::9] + 0.1)
    run.step()
    for edit, share in (("s2", None), ("x1", 2 / 3)):
        state = run.fork(1, edit).state
        assert share is None or state.metrics["accuracy"] == pytest.approx(share)
        fresh = GMM(init=state.parameters, n_components=state.parameters.n_clusters).start(X, X_validation=X[::9] + 0.1).state
        assert state.log_likelihood_validation == fresh.log_likelihood_validation


def test_an_edit_in_the_units_of_the_table_of_a_run_on_standardised_rows():
    data = datasets.load("Old Faithful")
    scaling = data.standardised()
    run = GMM(2, random_state=0).start(scaling.transform(data.X))
    run.step()
    for text in ("d2(4.25,79.5)", "d2@2.1(79.5,4.25)"):
        np.testing.assert_allclose(scaling.means(run.fork(1, text, scaling).state.parameters.means[1]), [4.25, 79.5])


@pytest.mark.parametrize(
    "edit, why",
    [
        ("move it", "edit is 'move it': it needs a text"),
        (3, "edit is 3: it needs a text"),
        ("s4", "there is no component 4; there are 3"),
        ("b1(1,1)", "Gaussian components are symmetric"),
    ],
)
def test_an_edit_that_cannot_be_made_leaves_the_run_as_it_was(edit, why):
    run = learnt("GMM")
    past = list(run.trace)
    with pytest.raises(ValueError, match=why):
        run.fork(2, edit)
    assert list(run.trace) == past


def test_more_components_than_distinct_rows_are_refused():
    run = GMM(2, random_state=0).start([[0.0], [1.0]])
    with pytest.raises(ValueError, match="n_components is 3, but X has n_samples = 2 with 2 distinct rows"):
        run.fork(edit="s1")


def test_a_merging_repairs_what_em_alone_does_not():
    """Too many components here, too few there (Ueda, Nakano, Ghahramani and Hinton, 2000)."""
    centers = np.array([[0, 0], [8, 0], [8, 3]])
    rows = np.repeat(centers, 40, axis=0) + 0.6 * np.random.default_rng(1).normal(size=(120, 2))
    stuck = GaussianParameters([1 / 6, 1 / 6, 2 / 3], [[0, 0.6], [0, -0.6], [8, 1.5]], np.tile(np.eye(2), (3, 1, 1)))
    run = GMM(3, init=stuck, max_iter=300).start(rows)
    run.finish()
    repaired = run.fork(edit="m1.2").fork(edit="s2")
    assert repaired.finish().log_likelihood > run.state.log_likelihood + 10
    assert sorted(np.round(repaired.state.parameters.means[:, 1])) == [0, 0, 3]
