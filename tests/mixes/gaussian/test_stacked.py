"""Several mixtures iterated at once against each of them alone."""

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from mixes import GMM, datasets, stopping_criterion
from mixes.gaussian import CODES, GaussianParameters, stacked, structures
from mixes.gaussian.misfit import misfit
from mixes.gaussian.stacked import finish_stacked, stackable
from mixes.rows import Rows
from mixes.run import Run

every_structure = pytest.mark.parametrize("code", CODES)


class Little(stopping_criterion.Criterion):
    """The objective changes by less than the threshold."""

    needs = 2

    def holds(self, before, now):
        return abs(now - before) < self.threshold


class Settled(Little):
    """The same of the share of the rows in the first component."""

    def value(self, data, pred, log_lik):
        return (pred == 0).mean()


class Asked(Little):
    def __call__(self, iter_i, data, probs, pred, log_lik):
        return bool(probs.max(axis=1).mean() > 1 - self.threshold)


def begun(model, X, n=6, weight=None):
    rows = model.prepared(X, weight)
    return [Run.begin(model, rows, seed, first=number == 0) for number, seed in enumerate(model.seeds(n))]


def clusters(n, d):
    """Rows of three clusters that are stretched along directions of their own."""
    rng = np.random.default_rng(0)
    stretched = np.eye(d) + 0.5 * rng.normal(size=(3, d, d))
    labels = rng.integers(3, size=n)
    return 3 * rng.normal(size=(3, d))[labels] + np.einsum("nij,nj->ni", stretched[labels], rng.normal(size=(n, d)))


def several(code, X, sizes=(1, 3, 2, 5), weight=None, longest=20):
    """Runs of models of one structure, which differ in all that they may."""
    rules = "log_lik", Little(0.01), None
    models = [
        GMM(k, code, init="random", random_state=k, max_iter=longest - k, var_regularization=0.1**k, stopping_criterion=rules[k % 3])
        for k in sizes
    ]
    rows = models[0].prepared(X, weight)
    return [Run.begin(model, rows, *model.seeds(1)) for model in models]


@every_structure
def test_models_of_one_structure_end_where_each_ends_alone(code):
    X = clusters(150, 3)
    weight = np.random.default_rng(0).integers(0, 3, len(X)).astype(float)
    runs = several(code, X, weight=weight)
    for run, (_, end) in zip(runs, finish_stacked(runs)):
        assert run.state.iteration == 0
        alone = run.finish()
        np.testing.assert_allclose(end[1], run.trace.objective, rtol=1e-8)
        assert end[0].log_likelihood == pytest.approx(alone.log_likelihood, rel=1e-8)
        assert (end[0].converged, [e.kind for e in end[0].events]) == (alone.converged, [e.kind for e in alone.events])
        for name in ("weights", "means", "spread"):
            np.testing.assert_allclose(getattr(end[0].parameters, name), getattr(alone.parameters, name), atol=1e-5)
        assert misfit(code, end[0].parameters.spread) is None


@pytest.mark.slow
@pytest.mark.parametrize("n, d", [(90, 1), (80, 2), (1025, 4)])
@pytest.mark.parametrize("along", [False, True], ids=["covariances", "variances"])
def test_no_mixture_depends_on_those_beside_it_to_the_last_digit(along, n, d):
    """So tables are the same whatever is iterated at once: in however many processes, and with more starts that are added."""
    X = clusters(n, d)
    runs = [run for code in CODES if structures.axis_aligned(code) == along for run in several(code, X, (2, 1, 9, 8), longest=14)]
    together = dict(finish_stacked(runs))
    assert sum(end is not None for end in together.values()) > len(runs) / 2
    pairs = zip(range(len(runs)), np.random.default_rng(0).permutation(len(runs)).tolist())
    for others in [*([number] for number in range(len(runs))), *pairs]:
        for number, (_, end) in zip(others, finish_stacked([runs[number] for number in others])):
            assert (end is None) == (together[number] is None)
            if end is not None:
                np.testing.assert_array_equal(end[1], together[number][1])
                np.testing.assert_array_equal(end[0].parameters.spread, together[number][0].parameters.spread)


def test_a_stack_ends_where_each_start_ends_alone():
    X = datasets.generate("overlapping", n=150, noise=0.3, random_state=0).X
    weight = np.random.default_rng(0).integers(0, 3, len(X)).astype(float)
    for model in (
        GMM(3, init="random", random_state=1),
        GMM(3, init="kmeans", random_state=1, var_regularization=0.05),
        GMM(4, init="random", random_state=2, stopping_criterion=None, max_iter=30),
        GMM(3, init="random", random_state=1, stopping_criterion=Little(0.01)),
    ):
        runs = begun(model, X, weight=weight)
        ends = dict(finish_stacked(runs))
        assert sorted(ends) == list(range(6)) and all(run.state.iteration == 0 for run in runs)
        assert sum(end is None for end in ends.values()) <= 2
        for number, run in enumerate(runs):
            alone = run.finish()
            if ends[number] is None:
                assert any(state.events for state in run.trace)
                continue
            end, curve = ends[number]
            np.testing.assert_allclose(curve, run.trace.objective, rtol=1e-8)
            assert end.objective == pytest.approx(alone.objective, rel=1e-8)
            assert end.log_likelihood == pytest.approx(alone.log_likelihood, rel=1e-8)
            assert (end.converged, [e.kind for e in end.events]) == (alone.converged, [e.kind for e in alone.events])
            np.testing.assert_allclose(end.parameters.means, alone.parameters.means, atol=1e-5)


@pytest.mark.slow
@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6), st.integers(2, 4), st.integers(1, 3), st.sampled_from([1.0, 1e-4, 1e5]))
def test_on_any_rows_a_stack_agrees_or_leaves_the_start_alone(seed, k, d, scale):
    rng = np.random.default_rng(seed)
    X = scale * (rng.standard_normal((40, d)) + 4 * rng.integers(3, size=40)[:, None])
    X[:5] = X[0]  # some rows are equal
    runs = begun(GMM(k, init="random", random_state=seed, max_iter=15, stopping_criterion=None), X, 4)
    for number, end in finish_stacked(runs):
        alone = runs[number].finish()
        assert end is None or end[0].objective == pytest.approx(alone.objective, rel=1e-7, abs=1e-6)
        if end is not None:
            happened = {event.kind for state in runs[number].trace for event in state.events}
            assert happened <= {"degenerate component", "thin component"}, "what else happens is computed by a run alone"
            assert [event.kind for event in end[0].events] == [event.kind for event in alone.events]


def test_a_start_to_which_something_happens_is_left_alone_and_the_others_go_on():
    X = np.concatenate([[[2.0, 40.0]] * 3, datasets.load("Old Faithful").X[:80]])  # three equal rows can pull a component to a point
    runs = begun(GMM(3, init="random", random_state=0, var_regularization=0), X, 12)
    ends = dict(finish_stacked(runs))
    happened = {
        number
        for number, run in enumerate(runs)
        if run.finish() and any(event.kind in ("covariance floored", "empty component") for state in run.trace for event in state.events)
    }
    assert happened and happened <= {number for number, end in ends.items() if end is None}
    assert any(ends.values())


@pytest.mark.parametrize(
    "setting",
    [
        {"use_annealing": True},
        {"update_rate": 0.5},
        {"stopping_criterion": stopping_criterion.create_silhouette_criterion()},
        {"stopping_criterion": Settled(0.01)},
        {"stopping_criterion": Asked(0.01)},
        {"stopping_criterion": lambda iter_i, data, probs, pred, log_lik: probs.max() < 0},
    ],
    ids=["annealed", "damped", "silhouette", "rule on labels", "rule on probabilities", "callable"],
)
def test_what_is_more_than_plain_em_is_not_stacked(setting):
    model = GMM(2, random_state=0, **setting)
    runs = begun(model, datasets.load("Old Faithful").X, 2)
    assert not stackable(model) and model.together(runs[0].rows) == 1 and dict(model.finish_together(runs)) == {0: None, 1: None}


@pytest.mark.parametrize("guard, value", [("ROUNDING", -1.0), ("SAFE_PENALTY_RANGE", 0.0), ("SQUARES_LIMIT", 0.0)])
def test_what_falls_or_would_lose_figures_is_left_alone(monkeypatch, guard, value):
    X = datasets.load("Old Faithful").X
    assert all(dict(finish_stacked(begun(GMM(2, random_state=0), X, 2))).values())
    monkeypatch.setattr(stacked, guard, value)
    assert not any(dict(finish_stacked(begun(GMM(2, random_state=0), X, 2))).values())


def test_a_mixture_that_leaves_changes_no_digit_of_those_beside_it():
    rows = GMM(1).prepared(np.random.default_rng(0).normal(size=(50, 2)), np.random.default_rng(1).uniform(1, 2, 50))
    products, means = stacked._Products(rows, "VVV"), np.array([[0.0, 0.0], [1.0, 1.0]])
    mixtures = [GaussianParameters([0.3, 0.7], means, np.tile(width * np.eye(2), (2, 1, 1))) for width in (1e4, 1.0, 1e-4, 1e-7)]
    together = stacked._Stack.made_of(mixtures, [0.01] * 4, products.center)
    assert together.unfit(rows.floor).tolist() == [False, False, False, True]
    objectives, sums = together.passed(products)
    raised, *_ = together.raised(sums, rows.floor)
    for r, mixture in enumerate(mixtures[:3]):
        alone = stacked._Stack.made_of([mixture], [0.01], products.center)
        objective, own_sums = alone.passed(products)
        own, *_ = alone.raised(own_sums, rows.floor)
        assert objective[0] == objectives[r]
        for one, other in zip(own[1:], raised.of(np.arange(4) == r)[1:]):
            np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("code", ["VVV", "VVI"])
@pytest.mark.parametrize("units", [(1.0, 1.0), (1e4, 1e-4)], ids=str)
def test_components_that_are_narrow_in_one_feature_stay_whatever_its_unit(units, code):
    narrow = np.tile(np.diag([1.0, 1e-5]) * np.outer(units, units), (2, 1, 1))
    mixture = GaussianParameters([0.5, 0.5], np.array([[0, 0], [2, 1]]) * units, narrow).of_structure(code)
    stack = stacked._Stack.made_of([mixture], [0.0], np.zeros(2))
    assert not stack.unfit(0.0)[0]
    narrower = stack._replace(precisions=100 * stack.precisions)
    assert narrower.unfit(0.0)[0]


@every_structure
def test_what_may_be_at_the_floor_is_left_alone(code, monkeypatch):
    runs = several(code, datasets.load("Old Faithful").X, (2, 3))
    assert all(dict(finish_stacked(runs)).values())
    monkeypatch.setattr(Rows, "floor", property(lambda rows: 0.5 * rows.variance))
    assert not any(dict(finish_stacked(runs)).values())
    assert any(event.kind == "covariance floored" for run in runs if run.finish() for event in run.trace[1].events)


@pytest.mark.parametrize("code, widths, floor", [("EEI", (0.1, 0.1), 0.1), ("EVI", (1.0, 30.0), 0.3)], ids=["own", "found"])
def test_shapes_of_which_some_is_at_the_floor_are_left_alone(code, widths, floor, monkeypatch):
    """Those of a component's own rows, which what is shared is not, or those with what is shared."""
    rng = np.random.default_rng(0)
    X = np.concatenate([rng.normal(size=(200, 2)), [60, 0] + rng.normal(size=(10, 2)) * widths])
    model = GMM(2, code, random_state=0, var_regularization=0, max_iter=3)
    monkeypatch.setattr(Rows, "floor", 1e-9)
    run, *_ = begun(model, X, 1)
    assert finish_stacked([run])[0][1] is not None
    found, labels = run.step().parameters.variances.min(), np.repeat([0, 1], [200, 10])
    own = min(X[labels == j].var(axis=0).min() for j in (0, 1))
    monkeypatch.setattr(Rows, "floor", floor)
    assert (own < floor < 0.5 * found) if code == "EEI" else (found < 0.5 * floor < floor < own)
    assert finish_stacked(begun(model, X, 1))[0][1] is None


def test_a_start_is_left_alone_where_more_is_told_of_its_end_and_not_where_it_is_told_on_the_way():
    X, model = datasets.load("Old Faithful").X[:60], GMM(4, init="random", random_state=0, stopping_criterion=None)
    for last in (6, 7, 8):
        end = dict(finish_stacked(begun(model.set_params(max_iter=last), X, 7)))[6]
        alone = begun(model, X, 7)[6]
        alone.finish()
        told = [state.iteration for state in alone.trace if any(event.kind == "thin component" for event in state.events)]
        assert told == [7][: last - 6] and (end is None) == (last in told)


def test_a_mixture_that_lacks_a_component_is_left_alone():
    lacking = GaussianParameters([0.0, 1.0], np.zeros((2, 2)), np.tile(np.eye(2), (2, 1, 1)))
    runs = begun(GMM(2, init=lacking, random_state=0), datasets.load("Old Faithful").X, 2)
    assert dict(finish_stacked(runs)) == {0: None, 1: None}


def test_rows_with_too_many_products_for_the_cache_are_left_alone(monkeypatch):
    runs = begun(GMM(2, random_state=0), datasets.load("Old Faithful").X, 2)
    monkeypatch.setattr(stacked, "MAX_PRODUCTS", 5)
    assert dict(finish_stacked(runs)) == {0: None, 1: None}
