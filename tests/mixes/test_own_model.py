"""A model, a metric and a stopping criterion of one's own: all that the core does, it does with them, too."""

import pickle
import warnings
from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.stats import multivariate_t
from sklearn.base import clone

from mixes import (
    GMM,
    Evaluator,
    GaussianParameters,
    Run,
    View,
    datasets,
    mixture_from_json,
    parameters_from_json,
    parameters_to_json,
    plots,
    selection,
)
from mixes.annealing import Annealing
from mixes.expectation import expectation
from mixes.mixture import Mixture
from mixes.stopping_criterion import Criterion
from tests.student_t import StudentDensity, StudentMixture, StudentParameters

TWO = StudentParameters([0.4, 0.6], [[-2.0, 0.0], [3.0, 1.0]], [[[1.0, 0.4], [0.4, 0.5]], [[0.5, 0.0], [0.0, 2.0]]], degrees=3.0)
X, LABELS = StudentMixture.from_parameters(TWO, random_state=0).sample(200)
OPTIONS = [
    {},
    {"init": "random", "n_init": 3},
    {"init": TWO, "degrees": 3.0},
    {"var_regularization": 0.05},
    {"use_annealing": True, "init": "random", "max_iter": 40},
    {"update_rate": 0.5},
]


def student(**settings):
    return StudentMixture(**{"random_state": 0, "max_iter": 30, "stopping_criterion": None, **settings})


def same(one, other):
    return parameters_to_json(one) == parameters_to_json(other)


# -- the model itself -------------------------------------------------------------------------------------------------


def test_its_density_is_the_mixture_of_scipys_t_distributions():
    expected = sum(weight * multivariate_t(mean, scale, df=3).pdf(X) for weight, mean, scale in zip(TWO.weights, TWO.means, TWO.scales))
    np.testing.assert_allclose(StudentMixture.from_parameters(TWO).score_samples(X), np.log(expected), rtol=1e-12)
    assert StudentMixture.from_parameters(TWO).score(X) == pytest.approx(np.log(expected).mean())


@pytest.mark.parametrize("settings", OPTIONS[:-1], ids=str)
def test_the_objective_never_falls(settings):
    trace = student(**settings).fit(X).trace_
    assert len(trace) == student(**settings).max_iter + 1
    for before, state in zip(trace, trace[1:]):
        moved = any(event.kind == "held apart" for event in state.events)
        assert moved or state.objective > before.objective - 1e-9 * abs(state.objective)


@pytest.mark.parametrize("eps", [0.0, 0.3])
def test_the_m_step_is_the_maximum_of_the_expected_objective(eps):
    density = StudentDensity(TWO)
    found, happened = density.maximisation(expectation(density, X, eps=eps).statistics, eps)
    log_joint, (_, u) = density.log_joint(X)
    log_joint -= density.penalties(eps)[:, None]
    r = np.exp(log_joint - np.logaddexp.reduce(log_joint))
    np.testing.assert_allclose(found.weights, r.mean(axis=1))

    def expected(values, j):
        mean, factor = values[:2], np.array([[values[2], 0], [values[3], values[4]]])
        whitened = np.linalg.solve(factor, (X - mean).T)
        logs = -np.log(np.abs(np.diag(factor))).sum() - 0.5 * u[j] * (whitened**2).sum(axis=0)
        return -(r[j] @ logs - eps / 2 * r[j].sum() * (np.linalg.inv(factor) ** 2).sum()) / r[j].sum()

    for j in range(2):
        best = minimize(expected, [0, 0, 1, 0, 1], args=(j,), options={"gtol": 1e-9}).x
        factor = np.array([[best[2], 0], [best[3], best[4]]])
        np.testing.assert_allclose(found.means[j], best[:2], atol=1e-5)
        np.testing.assert_allclose(found.scales[j], factor @ factor.T, atol=1e-5)
    assert not happened


def test_one_row_of_weight_two_is_two_rows():
    weight = np.where(np.arange(len(X)) % 3, 1.0, 2.0)
    start = student(init=TWO, degrees=3.0, max_iter=4)
    repeated = start.fit(np.repeat(X, weight.astype(int), axis=0)).parameters_
    weighted = start.fit(X, sample_weight=weight).parameters_
    np.testing.assert_allclose(weighted.means, repeated.means, rtol=1e-9)


def test_many_degrees_of_freedom_are_the_gaussian_mixture():
    models = student(degrees=1e8), GMM(2, random_state=0, stopping_criterion=None)
    fits = [model.set_params(max_iter=10).fit(X) for model in models]
    np.testing.assert_allclose(*(fit.means_ for fit in fits), rtol=1e-5)
    assert fits[0].log_likelihood_ == pytest.approx(fits[1].log_likelihood_, rel=1e-6)


def test_its_rows_have_its_moments_and_far_rows_draw_less_on_the_means():
    assert np.bincount(LABELS)[0] / 200 == pytest.approx(0.4, abs=0.1)
    many, labels = StudentMixture.from_parameters(replace(TWO, degrees=9.0), random_state=1).sample(40_000)
    np.testing.assert_allclose(many[labels == 1].mean(axis=0), TWO.means[1], atol=0.05)
    np.testing.assert_allclose(np.cov(many[labels == 1].T), TWO.scales[1] * 9 / 7, atol=0.1)
    far = np.concatenate([X, [[500.0, 500.0]]])
    moved = [
        np.abs(model.fit(far).means_ - model.fit(X).means_).max()
        for model in (student(init=TWO, degrees=3.0), GMM(2, init=GaussianParameters(TWO.weights, TWO.means, TWO.scales)))
    ]
    assert moved[0] < 0.1 < moved[1]


# -- run, fork, rewind, save and load ---------------------------------------------------------------------------------


@pytest.mark.parametrize("settings", OPTIONS, ids=str)
def test_its_run_is_rewound_forked_saved_and_taken_up_with_the_same_numbers(settings):
    run = student(**settings).start(X, X_validation=X[::5] + 0.1).watch(np.arange(0, 200, 9))
    run.finish()
    text, end = run.to_json(), run.state.parameters
    assert same(run.rewind(3).finish().parameters, end)
    taken_up = Run.from_json(text, X, X_validation=X[::5] + 0.1)
    assert taken_up.to_json() == text and isinstance(taken_up.state.parameters, StudentParameters)
    assert same(taken_up.rewind(5).finish().parameters, end)
    fork = run.fork(4, update_rate=0.5, max_iter=8)
    assert fork.trace[4] is run.trace[4] and fork.finish().iteration == 8
    assert not same(fork.state.parameters, run.trace[8].parameters) or settings.get("update_rate") == 0.5
    np.testing.assert_array_equal(run.watched_at(run.state.iteration), run.responsibilities()[::9])
    assert same(student(**settings).fit(X).parameters_, end)


def test_a_damped_step_leaves_what_is_fixed():
    run = student(degrees=3.1, update_rate=0.2).start(X)
    assert {run.step().parameters.degrees for _ in range(5)} == {3.1}


def test_components_that_coincide_while_it_is_annealed_part():
    together = StudentParameters([0.5, 0.5], np.zeros((2, 2)), np.tile(np.eye(2), (2, 1, 1)), 4.0)
    apart, happened = together.held_apart(Annealing(np.random.default_rng(0)), np.ones((2, 2)))
    assert [event.kind for event in happened] == ["held apart"] and not (apart.means[0] == apart.means[1]).all()
    assert TWO.held_apart(Annealing(np.random.default_rng(0)), np.ones((2, 2))) == (TWO, [])


def test_shapes_that_it_cannot_hold_are_refused_in_one_sentence():
    refused = '^annealing_shapes is "held"; StudentMixture can be annealed with "free" shapes only.$'
    with pytest.raises(ValueError, match=refused):
        student(use_annealing=True, annealing_shapes="held").start(X)
    run = student(annealing_shapes="held").start(X)  # nothing is held without annealing
    with pytest.raises(ValueError, match=refused):
        run.fork(0, use_annealing=True)


def test_its_parameters_are_saved_with_the_names_of_the_features():
    text = parameters_to_json(TWO, ["a", "b"])
    assert same(parameters_from_json(text), TWO)
    mixture = mixture_from_json(text)
    assert type(mixture) is StudentMixture and mixture.degrees == 3 and list(mixture.feature_names_in_) == ["a", "b"]
    with pytest.raises(ValueError, match=r"scales\[1\] is not positive definite"):
        parameters_from_json(parameters_to_json(replace(TWO, scales=TWO.scales * [[[1]], [[-1]]])))
    with pytest.raises(ValueError, match="StudentParameters; GMM needs GaussianParameters"):
        GMM.from_parameters(TWO)


def test_its_start_must_suit_it():
    with pytest.raises(ValueError, match="^init has 3 degrees of freedom; degrees is 4.$"):
        student(init=TWO, degrees=4.0).start(X)
    with pytest.raises(ValueError, match="^init has 2 components in 2 features; n_components is 5 and X "):
        student(init=TWO, n_components=5).start(X)


def test_it_is_a_scikit_learn_estimator():
    fitted = pickle.loads(pickle.dumps(clone(student(degrees=3.0)).fit(X)))
    assert fitted.predict_proba(X).shape == (200, 2)
    assert fitted.means_.shape == (2, 2) and fitted.covariances_.shape == (2, 2, 2)
    assert max(np.mean(fitted.predict(X) == LABELS), np.mean(fitted.predict(X) != LABELS)) > 0.9
    np.testing.assert_allclose(fitted.bic(X), -2 * fitted.score_samples(X).sum() + 11 * np.log(200))


def test_units_of_the_features_do_not_matter():
    moved = StudentMixture.from_parameters(TWO.rescaled(np.array([1.0, -2.0]), np.array([3.0, 0.5])))
    np.testing.assert_allclose(
        moved.score_samples(X * [3, 0.5] + [1, -2]) + np.log(1.5), StudentMixture.from_parameters(TWO).score_samples(X)
    )


# -- compared, written and drawn --------------------------------------------------------------------------------------


def test_it_is_compared_with_other_models_and_wins_on_its_own_rows():
    table = selection.compare({"normal": GMM(2), "Student": student(degrees=3.0, max_iter=15)}, X, LABELS, n_splits=3)
    assert table["problem"].isna().all() and table["parameters"].to_dict() == {"normal": 11, "Student": 11}
    assert table[selection.HELD_OUT].idxmax() == table["BIC"].idxmin() == "Student" in table.attrs["evidence"]


def test_every_row_of_a_table_is_labelled_by_it():
    iris = datasets.load("Iris")
    frame = datasets.labelled(iris, student(n_components=3).fit(iris.X))
    assert frame["component"].nunique() == 3 and np.isfinite(frame["log density"]).all()


def test_it_says_that_it_has_no_equal_in_scikit_learn():
    assert TWO.to_gaussian_mixture() is None
    with pytest.raises(ValueError, match="^StudentMixture has no equal in scikit-learn: its components are not "):
        StudentMixture.from_parameters(TWO).to_gaussian_mixture()


@pytest.mark.parametrize("features", [(0, 1), (1,), "pca"])
def test_its_figure_shows_its_own_density(features):
    model = StudentMixture.from_parameters(TWO)
    figure = plots.density(model, X, features)
    [whole] = [trace for trace in figure.data if trace.meta["role"] == "density"]
    if features == (0, 1):
        corners = np.stack(np.meshgrid(whole.x, whole.y), axis=-1).reshape(-1, 2)
        densities = np.exp(model.score_samples(corners))
        levels = np.log2(densities / plots.templates.density_unit(X))  # powers of two; below 2^-10 a density is as good as none
        np.testing.assert_allclose(np.ravel(whole.z), np.maximum(levels, -10), rtol=1e-9)
        assert levels.max() > -2
    if features == (1,):  # the marginals are t distributions, too
        expected = sum(
            w * multivariate_t(mean[1:], scale[1:, 1:], df=3).pdf(whole.x[:, None])
            for w, mean, scale in zip(TWO.weights, TWO.means, TWO.scales)
        )
        np.testing.assert_allclose(whole.y, expected, rtol=1e-9)
    roles = {trace.meta["role"] for trace in figure.data}
    assert ("component" if features == (1,) else "outline") in roles and "ellipse" not in roles


def test_its_trace_and_its_network_are_told_as_those_of_any_mixture():
    fitted = student().fit(X)
    assert len(fitted.trace_.to_frame()) == 31 and plots.log_likelihood(fitted.trace_).data
    assert TWO.network() == {"nodes": [[0.4, 0.6]], "edges": []} and plots.network(**TWO.network()).data
    assert TWO.paths().tolist() == [[0], [1]] and (TWO.n_clusters, TWO.n_features) == (2, 2)
    assert fitted.latent_views() == ()
    assert TWO.locations_in(View(np.eye(2), np.zeros(2), ("a", "b"))) is None


# -- what a model must give -------------------------------------------------------------------------------------------


def test_a_model_that_lacks_what_is_needed_cannot_be_made():
    class Unfinished(Mixture):
        parameters_class, density_class = StudentParameters, StudentDensity

    with pytest.raises(TypeError, match="abstract.*check_parameters.*check_structure.*initial_parameters"):
        Unfinished()
    assert type(mixture_from_json(parameters_to_json(TWO))) is StudentMixture  # it is not asked to take them


# -- an own metric and an own stopping criterion ----------------------------------------------------------------------


class Settled(Criterion):
    """Stop when so large a share of the rows is where it was."""

    needs = 2

    def value(self, data, pred, log_lik):
        return pred.copy()

    def holds(self, before, now):
        return (before == now).mean() >= self.threshold


def test_an_own_metric_is_recorded_at_every_iteration():
    evaluator = Evaluator(LABELS, "ARI", largest=lambda data, labels, pred: np.bincount(pred).max() / len(pred))
    for model in (GMM(2, random_state=0, max_iter=5, stopping_criterion=None), student(max_iter=5)):
        trace = model.set_params(evaluator=evaluator).fit(X).trace_
        assert set(trace.metrics) == {"ARI", "largest"} and len(trace.metrics["largest"]) == 6
        assert trace.metrics["largest"][-1] == np.bincount(model.predict(X)).max() / 200
        assert "largest" in trace.to_frame()


@pytest.mark.parametrize("evaluator", [lambda data, pred: {"rows": len(data)}, lambda data, pred: {"rows": len(pred)}])
def test_any_callable_is_an_evaluator(evaluator):
    weight = np.ones(200)
    weight[::2] = 0
    run = student(max_iter=3, evaluator=evaluator).start(X, weight)
    assert [state.metrics for state in (run.state, run.step())] == [{"rows": 100}] * 2


def test_an_own_stopping_criterion_ends_the_run_and_is_forgotten_as_it_is_rewound():
    for model in (GMM(2, random_state=0), student()):
        run = model.set_params(stopping_criterion=Settled(1.0), max_iter=100).start(X)
        end = run.finish()
        assert end.converged and 0 < end.iteration < 100
        assert run.rewind(1).finish().iteration == end.iteration
        assert run.fork(2, max_iter=90).finish().iteration == end.iteration
        taken_up = Run.from_json(run.to_json(), X, stopping_criterion=Settled(1.0))
        assert taken_up.rewind(1).finish().iteration == end.iteration
        with pytest.raises(ValueError, match="the run had its own stopping_criterion, which JSON cannot hold"):
            Run.from_json(run.to_json(), X)


def test_a_fit_of_it_warns_when_its_rule_does_not_hold():
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        student(stopping_criterion="log_lik", max_iter=2).fit(X)
    assert "The stopping rule did not hold within max_iter = 2" in str(told[0].message)
