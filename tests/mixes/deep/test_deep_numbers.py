"""Deep mixtures keep their digits: narrow components, components without weight, floors, wrong numbers."""

import warnings

import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning

from mixes import DGMM, GMN, DeepParameters, Layer
from mixes.annealing import Annealing
from mixes.deep import em as deep_em
from mixes.deep.em import DeepDensity
from mixes.deep.forms import Expansion
from mixes.deep.moments import average, implied_moments
from mixes.deep.paths import all_tails, drawn_tails
from mixes.expectation import expectation, log_density


def network(noise, seed=0, d=6, widths=(1.0, 1e-3)):
    """Two layers whose first has loadings that do not run along their principal axes, of very different lengths."""
    rng = np.random.default_rng(seed)
    turn = np.linalg.qr(rng.normal(size=(2, 2)))[0]
    loadings = rng.normal(size=(2, d, 2)) * widths @ turn
    return DeepParameters(
        (
            Layer([[0.3, 0.6], [0.7, 0.4]], rng.normal(size=(2, d)), loadings, np.multiply.outer(noise, np.ones(d))),
            Layer([[0.5], [0.5]], rng.normal(size=(2, 2)), rng.normal(size=(2, 2, 1)), np.full((2, 2), 0.3)),
        )
    )


def falls(trace):
    return [(state.iteration, event.message) for state in trace for event in state.events if event.kind == "objective fell"]


@pytest.mark.parametrize("noise", [1e-2, 1e-5, 1e-8])
def test_the_expansion_loses_no_more_than_its_bound(noise, monkeypatch):
    parameters = network([noise, noise])
    X = GMN.from_parameters(parameters, random_state=0).sample(50)[0]
    residuals, expansion = (monkeypatch.setattr(deep_em, "_MAY_BE_LOST", limit) or DeepDensity(parameters) for limit in (0.0, np.inf))
    assert residuals.narrow.all() and not expansion.narrow.any()
    first = parameters.layers[0]
    squares = ((X[:, None] - first.means) ** 2 / first.noise).sum(axis=2).max()
    lost = np.abs(log_density(expansion, X) - log_density(residuals, X)).max()
    assert lost <= Expansion.lost(squares, 2)


def test_wide_and_narrow_components_together_make_the_step_of_residuals(monkeypatch):
    parameters = network([0.5, 1e-8])
    X = GMN.from_parameters(parameters, random_state=0).sample(80)[0]
    both = DeepDensity(parameters)
    assert both.narrow.tolist() == [False, True]
    monkeypatch.setattr(deep_em, "_MAY_BE_LOST", 0.0)
    one = DeepDensity(parameters)
    np.testing.assert_allclose(*(density.log_joint(X)[0] for density in (both, one)), rtol=1e-9, atol=1e-9)
    steps = [density.maximisation(expectation(density, X).statistics)[0] for density in (both, one)]
    for a, b in zip(*(step.layers for step in steps)):
        for name in ("weights", "means", "loadings", "noise"):
            np.testing.assert_allclose(getattr(a, name), getattr(b, name), rtol=1e-6, atol=1e-10)
    posterior = [density.log_joint(X) for density in (both, one)]
    means = [density.latent_sums(features, np.exp(np.minimum(joint, 0))) for density, (joint, features) in zip((both, one), posterior)]
    np.testing.assert_allclose(*means, rtol=1e-6, atol=1e-9)


def test_noise_that_falls_to_the_floor_in_one_step_keeps_its_figures(monkeypatch):
    found = []
    for seed in (11, 22, 64, 106):
        rng = np.random.default_rng(seed)
        X = (rng.normal(size=(12, 4)) > 0).astype(float)
        other = DGMM([2], [3], random_state=seed, max_iter=2, stopping_criterion=None).fit(rng.normal(size=(20, 4)))
        model = DGMM([2], [3], init=other.parameters_, var_regularization=1e-12, max_iter=3, stopping_criterion=None)
        orders = [np.arange(12), *(rng.permutation(12) for _ in range(4))]
        ends = [model.start(X[order]).finish().log_likelihood for order in orders]
        with monkeypatch.context() as patch:
            patch.setattr(deep_em, "_MAY_BE_LOST", 0.0)
            expected = model.start(X).finish().log_likelihood
        found.append(np.abs(np.array(ends) / expected - 1).max())
    assert max(found) < 5e-7


@pytest.mark.parametrize("seed", range(3))
def test_noise_that_falls_by_orders_of_magnitude_in_one_step_is_exact(seed):
    rng = np.random.default_rng(seed)
    X = np.column_stack([rng.standard_normal(40), np.ones(40)])  # of the constant column regularisation alone remains
    given = GMN([2], [1], random_state=seed, max_iter=2, stopping_criterion=None).fit(rng.standard_normal((20, 2))).parameters_
    model = GMN([2], [1], init=given, var_regularization=1e-12, max_iter=1, stopping_criterion=None)
    ends = [model.start(X[rng.permutation(40)]).finish() for _ in range(3)]
    np.testing.assert_allclose([state.log_likelihood for state in ends], ends[0].log_likelihood, rtol=1e-12)
    np.testing.assert_allclose(ends[0].parameters.layers[0].noise[:, 1], 1e-12 * X.var(axis=0).mean(), rtol=1e-12)


@pytest.mark.parametrize("noise", [0.5, 1e-6])
def test_latent_variables_far_from_0_are_fitted_as_those_near_it(noise):
    given, points = network([noise, noise]), [np.array([1e6, -7e5])]
    X = GMN.from_parameters(given, random_state=0).sample(80)[0]
    near = GMN([2, 2], [2, 1], init="random", random_state=0, max_iter=1, stopping_criterion=None).fit(X).parameters_
    far = near.measured_from(points)
    runs = [GMN([2, 2], [2, 1], init=start, max_iter=8, stopping_criterion=None).start(X) for start in (near, far)]
    for run in runs:
        run.finish()
    one, other = ([state.log_likelihood for state in run.trace] for run in runs)
    np.testing.assert_allclose(other, one, rtol=1e-9)
    sums = []
    for run in runs:
        density = DeepDensity(run.state.parameters)
        log_joint, features = density.log_joint(X)
        probabilities = np.exp(log_joint - log_joint.max(axis=0))
        sums.append(density.latent_sums(features, probabilities))
    tails = probabilities.reshape(2, 2, 1, -1).sum(axis=0)
    np.testing.assert_allclose(sums[1], sums[0] - tails * points[0][:, None], atol=1e-6)


@pytest.mark.slow
def test_latent_variables_that_follow_rows_far_from_given_parameters_keep_their_figures():
    rng = np.random.default_rng(0)
    X = np.column_stack([rng.standard_normal((10, 2)), np.full(10, 1e6)])
    structure = {"layer_sizes": [2, 2, 3], "layer_dims": [3, 3, 1], "stopping_criterion": None}
    annealed = {"use_annealing": True, "annealing_start_v": 0.3, "max_iter": 15}
    for seed in range(3):
        given = GMN(**structure, random_state=seed, init="random", max_iter=2).fit(rng.standard_normal((20, 3))).parameters_
        run = GMN(**structure, init=given, random_state=0, **annealed).start(X)
        run.finish()
        assert not [event.message for state in run.trace[2:] for event in state.events if event.kind == "covariance floored"]
        assert not falls(run.trace)


def test_sums_about_any_means_and_loadings_make_the_same_step():
    parameters, rng = network([0.5, 1e-8]), np.random.default_rng(0)
    X = GMN.from_parameters(parameters, random_state=0).sample(80)[0]
    first = parameters.layers[0]
    base = first.means + rng.normal(size=first.means.shape), first.loadings + rng.normal(size=first.loadings.shape)
    one, other = DeepDensity(parameters, narrow=True), DeepDensity(parameters, base=base)
    steps = [density.maximisation(expectation(density, X).statistics, eps=1e-9)[0] for density in (one, other)]
    for a, b in zip(*(step.layers for step in steps)):
        for name in ("weights", "means", "loadings", "noise"):
            np.testing.assert_allclose(getattr(a, name), getattr(b, name), rtol=1e-6, atol=1e-12)


def test_rows_far_from_what_the_model_expects_are_summed_as_residuals():
    parameters = network([0.5, 0.5])
    X = GMN.from_parameters(parameters, random_state=0).sample(80)[0]
    density = DeepDensity(parameters)
    assert not density.narrow.any()
    for far, expected in ((0.0, False), (1e5, True)):
        rows = X + far * (np.arange(80) == 0)[:, None]
        statistics = expectation(density, rows).statistics
        finer = density.finer(statistics, DeepDensity(density.maximisation(statistics)[0]))
        assert (finer is not None and finer.narrow.any()) == expected


def test_rows_that_are_far_closer_together_than_given_parameters_expect_keep_their_figures():
    rng = np.random.default_rng(0)
    X = 1e-8 * np.array([[0.0, 1], [1, 0], [1, 1], [1, 1], [0, 1]])
    init = DGMM([1], [2], random_state=0, max_iter=2, stopping_criterion=None).fit(rng.normal(size=(20, 2))).parameters_
    model = DGMM([1], [2], init=init, var_regularization=1e-12, max_iter=1)
    state = model.start(X).finish()
    for _ in range(4):
        assert model.start(X[rng.permutation(5)]).finish().log_likelihood == pytest.approx(state.log_likelihood, rel=1e-9)
    np.testing.assert_allclose(state.parameters.layers[0].noise, [X.var(axis=0)], rtol=1e-6)


def test_a_row_far_from_given_parameters_makes_the_same_step_in_any_order():
    rng = np.random.default_rng(0)
    X = np.vstack([rng.normal(size=(27, 2)) * 0.7 + rng.choice([0, 18], size=(27, 1)), [[1e4, 1e4]]])
    init = DGMM([3], [2], random_state=0, max_iter=2, stopping_criterion=None).fit(rng.normal(size=(20, 2))).parameters_
    model = DGMM([3], [2], init=init, max_iter=1)
    expected = model.start(X).finish().log_likelihood
    ends = [model.start(X[rng.permutation(28)]).finish().log_likelihood for _ in range(4)]
    np.testing.assert_allclose(ends, expected, rtol=1e-6)


@pytest.mark.slow
@pytest.mark.parametrize(
    "make, model, shape",
    [
        (lambda rng: rng.normal(size=(6, 20)), DGMM, ([4], [2])),
        (lambda rng: rng.normal(size=(8, 120)), GMN, ([4, 2], [4, 2])),
        (lambda rng: np.round(rng.normal(size=(20, 60))), DGMM, ([2, 3], [2, 1])),
    ],
)
@pytest.mark.parametrize("regularisation", [0, 1e-6])
def test_with_more_features_than_rows_the_objective_never_falls(make, model, shape, regularisation):
    X = make(np.random.default_rng(0))
    fitted = model(*shape, random_state=0, max_iter=15, stopping_criterion=None, var_regularization=regularisation).fit(X)
    assert np.isfinite(fitted.trace_.objective).all() and not falls(fitted.trace_)


@pytest.mark.slow
@pytest.mark.parametrize("model", [DGMM, GMN])
@pytest.mark.parametrize("settings", [{}, {"e_step": "sampled", "path_samples": 20}, {"hard_assignment": True}, {"use_annealing": True}])
def test_a_floor_without_regularisation_is_no_fall(model, settings):
    X = np.random.default_rng(1).normal(size=(40, 4))
    X[:, 3] = 2 * X[:, 2]  # columns on a line
    X[:, 0] = 7.0
    with np.errstate(divide="raise", over="raise", invalid="raise"), warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.simplefilter("ignore", ConvergenceWarning)
        fitted = model([2, 2], [2, 1], random_state=0, max_iter=15, var_regularization=0, stopping_criterion=None, **settings).fit(X)
        assert np.isfinite(fitted.score_samples(X)).all()
    assert "e_step" in settings or not falls(fitted.trace_)


@pytest.mark.parametrize("noise", [0.5, 1e-9])
def test_a_component_without_weight_is_as_none_and_its_infinities_stay_out_of_products(noise):
    full = network([noise, noise])
    first, second = full.layers
    without = DeepParameters((Layer([[1, 1], [0, 0]], first.means, first.loadings, first.noise), second))
    alone = DeepParameters((Layer([[1, 1]], first.means[:1], first.loadings[:1], first.noise[:1]), second))
    X = GMN.from_parameters(alone, random_state=0).sample(30)[0]
    density = DeepDensity(without)
    for form in density._forms:  # some processors make NaN of an infinity in a product
        assert all(np.isfinite(value).all() for value in vars(form).values() if isinstance(value, np.ndarray))
    assert np.isneginf(density.log_joint(X)[0][2:]).all()
    np.testing.assert_allclose(log_density(density, X), log_density(DeepDensity(alone), X), rtol=1e-9)


# -- sampled paths -----------------------------------------------------------------------------------------------------


def test_sampled_paths_keep_the_digits_of_narrow_components():
    parameters = network([1e-9, 1e-9])
    X = GMN.from_parameters(parameters, random_state=0).sample(40)[0]
    sampled, exact = DeepDensity(parameters, all_tails(parameters.sizes)), DeepDensity(parameters)
    assert sampled.sampled and sampled.narrow.all()
    np.testing.assert_allclose(log_density(sampled, X), log_density(exact, X), rtol=1e-12)
    steps = [density.moments(expectation(density, X).statistics)[0] for density in (sampled, exact)]
    for a, b in zip(*steps):
        np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-15)


def test_draws_enter_the_averages_ever_less_but_never_too_little():
    parameters, origin = network([0.5, 0.5]), np.zeros(6)
    moments = implied_moments(parameters, origin, 0.0)
    zeros = [np.zeros_like(array) for layer in moments for array in layer]
    for count in (10.0, 100.0, 1000.0):
        remembered = DeepParameters(parameters.layers, (np.array([count - 1]), origin, *zeros))
        averaged, memory = average(remembered, moments, origin, (np.zeros((2, 6)), np.zeros((2, 6, 2))), 0.0)
        assert memory[0] == count
        share = averaged[0].yy.sum() / moments[0].yy.sum()
        assert 1 / count <= share < count**-0.5  # what SAEM needs to converge


def test_averages_do_not_depend_on_the_base_that_moments_are_taken_about():
    parameters, origin = network([0.5, 1e-8]), np.arange(6.0)
    X = GMN.from_parameters(parameters, random_state=0).sample(40)[0]
    tails = drawn_tails(parameters, 30, np.random.default_rng(0))
    density = DeepDensity(parameters, tails)
    assert density.narrow.tolist() == [False, True]
    R = expectation(density, X)
    first = average(parameters, density.moments(R.statistics), origin, density.base, 0.0)[1][2:8]
    joint, features = density.log_joint(X)
    weights = np.exp(joint - np.logaddexp.reduce(joint, axis=0)).reshape(2, -1, 40).sum(axis=1)
    implied = implied_moments(parameters, origin, 0.0)[0]
    shifted = X - origin
    for number, expected in ((1, weights @ shifted / 40), (2, weights @ shifted**2 / 40)):
        rate = 2.0**-0.6
        np.testing.assert_allclose(first[number], implied[number] + rate * (expected - implied[number]), rtol=1e-9)


def test_annealed_runs_remember_their_averages():
    X = np.random.default_rng(2).normal(size=(60, 3))
    run = GMN(
        [2, 2], [2, 1], e_step="sampled", path_samples=20, use_annealing=True, random_state=0, max_iter=20, stopping_criterion=None
    ).start(X)
    counts = [float(run.step().parameters.memory[0][0]) for _ in range(13)]
    assert counts == [1] * 9 + [2, 3, 4, 5]  # those of hot iterations and of the start count as one draw together


def test_pseudo_rows_weigh_the_same_beside_sampled_paths():
    X = np.random.default_rng(2).normal(size=(200, 3)) + 4 * (np.arange(200) % 2)[:, None]
    divergences = []
    for e_step in ("exact", "sampled"):
        run = DGMM([2, 2], [2, 1], e_step=e_step, use_annealing=True, random_state=0, max_iter=40, stopping_criterion=None).start(X)
        while run.step().inverse_temperature < 1:
            hot = run.state.parameters
        divergences.append(hot.annealing_penalty(Annealing(None, run.schedule.held_shape, 1.0, 1.0)))
    assert divergences[1] == pytest.approx(divergences[0], rel=0.5)


def test_every_iteration_draws_its_own_paths():
    parameters = network([0.5, 0.5])
    model = GMN([2, 2], [2, 1], e_step="sampled", path_samples=40)
    shares = [
        np.exp(model.density_of(parameters, draw).tails.log_weights).round(12).tolist() for draw in ((3, 1), (3, 2), (3, 3), (4, 1), (3, 1))
    ]
    assert shares[0] == shares[4]
    assert len({tuple(share) for share in shares}) >= 3


# -- wrong numbers -----------------------------------------------------------------------------------------------------

LAYER = {"weights": [0.5, 0.5], "means": np.zeros((2, 3)), "loadings": np.zeros((2, 3, 1)), "noise": np.ones((2, 3))}


@pytest.mark.parametrize(
    "change, message",
    [
        ({"noise": [[1, 1, 1], [1, np.nan, 1]]}, r"noise\[1, 1\] is nan; it needs a finite number"),
        ({"noise": [[1, 1, 1], [1, np.inf, 1]]}, r"noise\[1, 1\] is inf; it needs a finite number"),
        ({"means": [[0, 0, np.nan], [0, 0, 0]]}, r"means\[0, 2\] is nan; it needs a finite number"),
        ({"weights": [0.5, np.nan]}, r"weights\[1\] is nan; it needs a finite number"),
        ({"weights": [-1, 2]}, r"weights\[0\] is -1; it needs probabilities that sum to 1"),
        ({"weights": [0.5, 0.500002]}, r"weights sums to 1\.000002; it needs probabilities that sum to 1\."),
        ({"weights": [[0.5, 0.3], [0.5, 0.6]]}, r"weights\[:, 1\] sums to 0\.9; it needs probabilities that sum to 1\."),
        ({"weights": 1.0}, r"weights has shape \(\); it needs \(components,\)"),
    ],
)
def test_wrong_numbers_of_a_layer_are_named(change, message):
    with pytest.raises(ValueError, match=message):
        Layer(**{**LAYER, **change})


def test_weights_off_by_rounding_are_divided_by_their_sum_and_computed_ones_keep_their_digits():
    for weights in (np.array([0.1, 0.9000003]), np.float32([1, 2]) / np.float32(3) + np.float32(3e-8)):
        rounded = Layer(**{**LAYER, "weights": weights}).weights
        assert abs(rounded.sum() - 1) <= 1e-15
        np.testing.assert_allclose(rounded, weights, rtol=1e-6)
    third = np.array([1 / 3, 2 / 3 + 2e-16])
    np.testing.assert_array_equal(Layer(**{**LAYER, "weights": third}).weights, third)


def test_layers_that_are_none_are_named():
    with pytest.raises(ValueError, match=r"layers needs one Layer or more.* it has \['dict'\]"):
        DeepParameters(({"weights": [1]},))
