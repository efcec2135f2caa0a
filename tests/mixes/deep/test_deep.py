"""Deep mixtures against closed forms, dense linear algebra, scikit-learn, R deepgmm, and their own objective."""

import json
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from scipy.special import logsumexp
from scipy.stats import multivariate_normal
from sklearn.base import clone
from sklearn.datasets import load_digits, load_wine
from sklearn.decomposition import FactorAnalysis
from sklearn.metrics import adjusted_rand_score
from sklearn.preprocessing import scale
from sklearn.utils.estimator_checks import parametrize_with_checks

from mixes import DGMM, GMN, DeepParameters, Layer
from mixes.deep.em import DeepDensity
from mixes.deep.moments import implied_moments, maximise
from mixes.deep.paths import all_tails, draw_paths, drawn_tails, path_components, path_gaussians
from mixes.deep.views import latent_gaussians, latent_means
from mixes.expectation import expectation, log_density
from mixes.gaussians import project
from mixes.run import Run
from mixes.serialization import parameters_from_json, parameters_to_json

REFERENCE = Path(__file__).parents[2] / "reference"
MODELS = {"DGMM": DGMM, "GMN": GMN}
SHAPES = [([3], [2]), ([2, 3], [2, 1]), ([2, 1, 3], [3, 2, 2]), ([2, 2, 2, 2], [3, 2, 1, 1])]


def network(sizes, dims, d, seed=0, conditional=True):
    """Parameters that no fit has seen."""
    rng = np.random.default_rng(seed)
    layers = []
    for k, p, r, above in zip(sizes, [d, *dims], dims, [*sizes[1:], 1]):
        weights = rng.dirichlet(np.full(k, 3.0), size=above).T
        layers.append(
            Layer(
                weights if conditional else weights[:, 0],
                rng.normal(size=(k, p)) * 2,
                rng.normal(size=(k, p, r)),
                rng.uniform(0.2, 1.5, size=(k, p)),
            )
        )
    return DeepParameters(tuple(layers))


def rows(n, d, seed=0):
    rng = np.random.default_rng(seed)
    centers = rng.normal(size=(3, d)) * 4
    return centers[rng.integers(3, size=n)] + rng.normal(size=(n, d)) @ rng.normal(size=(d, d))


def assert_same(a, b, rtol=1e-7, atol=1e-9):
    for number, (one, other) in enumerate(zip(a.layers, b.layers, strict=True), start=1):
        for name in ("weights", "means", "loadings", "noise"):
            np.testing.assert_allclose(getattr(one, name), getattr(other, name), rtol=rtol, atol=atol, err_msg=f"{name} of layer {number}")


def one_step(parameters, X, sample_weight=None, eps=0.0, v=1.0, floor=0.0):
    density = DeepDensity(parameters)
    sums = expectation(density, X, sample_weight, eps=eps, inverse_temperature=v)
    return density.maximisation(sums.statistics, eps, floor)[0], sums


depths = st.integers(1, 3).flatmap(
    lambda depth: st.tuples(
        st.lists(st.integers(1, 3), min_size=depth, max_size=depth),
        st.lists(st.integers(1, 3), min_size=depth, max_size=depth).map(lambda dims: sorted(dims, reverse=True)),
    )
)


# -- scikit-learn's contract -------------------------------------------------------------------------------------------


@pytest.mark.slow
@parametrize_with_checks([DGMM(max_iter=5), GMN(max_iter=5)])
def test_scikit_learns_checks(estimator, check):
    check(estimator)


# -- equivalences ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("model, r", [(DGMM, 1), (GMN, 2)])
def test_one_component_is_factor_analysis(model, r):
    rng = np.random.default_rng(r)
    X = rng.normal(size=(300, 2)) @ rng.normal(size=(2, 6)) + rng.normal(size=(300, 6)) * [0.3, 0.5, 0.7, 0.4, 1, 0.6] + 5
    reference = FactorAnalysis(r, tol=1e-12, max_iter=20000, svd_method="lapack").fit(X)
    fitted = model([1], [r], max_iter=500, var_regularization=0, stopping_criterion=lambda i, data, probs, pred, objective: i >= 400).fit(X)
    np.testing.assert_allclose(fitted.score(X), reference.score(X), atol=1e-5)
    np.testing.assert_allclose(fitted.covariances_[0], reference.get_covariance(), atol=0.02)
    similarity = np.linalg.svd(fitted.transform(X).T @ reference.transform(X), compute_uv=False)
    np.testing.assert_allclose(similarity.sum() / 300, np.square(reference.transform(X)).sum() / 300, rtol=0.02)


@settings(max_examples=25, deadline=None)
@given(depths, st.booleans(), st.integers(0, 99))
def test_scores_are_those_of_the_gaussian_mixture_over_paths(shape, conditional, seed):
    parameters = network(*shape, d=4, seed=seed, conditional=conditional)
    model = (GMN if conditional else DGMM).from_parameters(parameters)
    X = rows(50, 4, seed)
    flat = model.to_gaussian_mixture()
    np.testing.assert_allclose(model.weights_.sum(), 1)
    np.testing.assert_allclose(model.score_samples(X), flat.score_samples(X), rtol=1e-9, atol=1e-9)
    owners = path_gaussians(parameters)[3]
    by_component = [flat.predict_proba(X)[:, owners == i].sum(axis=1) for i in range(shape[0][0])]
    np.testing.assert_allclose(model.predict_proba(X), np.transpose(by_component), atol=1e-9)
    np.testing.assert_array_equal(model.predict_paths(X), path_components(parameters)[flat.predict(X)])


def test_one_layer_network_is_a_deep_mixture():
    X = rows(120, 4)
    a, b = (model([3], [2], random_state=1, stopping_criterion=None, max_iter=15).fit(X) for model in (DGMM, GMN))
    np.testing.assert_allclose(a.trace_.objective, b.trace_.objective, rtol=1e-12)


def test_network_with_equal_columns_is_a_deep_mixture():
    deep = network([3, 2, 2], [2, 2, 1], 4, conditional=False)
    columns = [2, 2, 1]
    equal = DeepParameters(
        tuple(
            Layer(np.tile(layer.weights[:, None], count), layer.means, layer.loadings, layer.noise)
            for layer, count in zip(deep.layers, columns)
        )
    )
    X = rows(100, 4)
    np.testing.assert_allclose(DGMM.from_parameters(deep).score_samples(X), GMN.from_parameters(equal).score_samples(X))
    (after, _), (network_after, _) = one_step(deep, X), one_step(equal, X)
    for a, b in zip(after.layers, network_after.layers):  # a step differs only in the weights that a network frees
        for name in ("means", "loadings", "noise"):
            np.testing.assert_allclose(getattr(a, name), getattr(b, name), rtol=1e-8)
    shares = network_after.layers[2].weights[:, 0]
    np.testing.assert_allclose(after.layers[2].weights, shares)
    shares = network_after.layers[1].weights @ shares
    np.testing.assert_allclose(after.layers[1].weights, shares)
    np.testing.assert_allclose(after.layers[0].weights, network_after.layers[0].weights @ shares)


def test_log_likelihood_of_r_deepgmms_parameters():
    result = json.loads((REFERENCE / "deepgmm_params_iris_b.json").read_text())
    X = np.genfromtxt(REFERENCE / result["file"], delimiter=",", names=True)
    X = np.column_stack([X[column] for column in X.dtype.names if column != "label"])
    layers = [
        Layer(w, np.transpose(mu), H, np.diagonal(psi, axis1=1, axis2=2))
        for w, mu, H, psi in zip(*(result[name] for name in ("w", "mu", "H", "psi")))
    ]
    model = DGMM.from_parameters(DeepParameters(layers))
    assert model.score_samples(X).sum() == pytest.approx(result["loglik"], abs=1e-6)


# -- the E and M half-steps --------------------------------------------------------------------------------------------


def dense_step(parameters, X, eps):
    """EM for two layers with all latents of each path as one dense Gaussian."""
    first, second = parameters.layers
    d, r, q = first.means.shape[1], first.loadings.shape[2], second.loadings.shape[2]
    joint, moments = [], []
    for i, t in np.ndindex(parameters.sizes):
        # (y, z1, z2) = offset + maps @ (u1, u2, z2)
        to_z1 = np.hstack([np.zeros((r, d)), np.eye(r), second.loadings[t]])
        maps = np.vstack(
            [np.hstack([np.eye(d), np.zeros((d, r + q))]) + first.loadings[i] @ to_z1, to_z1, np.hstack([np.zeros((q, d + r)), np.eye(q)])]
        )
        mean = np.concatenate([first.means[i] + first.loadings[i] @ second.means[t], second.means[t], np.zeros(q)])
        covariance = maps @ np.diag([*first.noise[i], *second.noise[t], *np.ones(q)]) @ maps.T
        gain = covariance[d:, :d] @ np.linalg.inv(covariance[:d, :d])
        latent = mean[d:] + (X - mean[:d]) @ gain.T
        moments.append((latent, covariance[d:, d:] - gain @ covariance[:d, d:]))
        weight = first.weights[i, t] * second.weights[t, 0]
        penalty = eps / 2 * ((1 / first.noise[i]).sum() + (1 / second.noise[t]).sum())
        joint.append(np.log(weight) - penalty + multivariate_normal(mean[:d], covariance[:d, :d]).logpdf(X))
    joint = np.exp(np.array(joint) - np.max(joint, axis=0))
    R = (joint / joint.sum(axis=0)).reshape(*parameters.sizes, -1)

    def regress(pairs, target):
        """Regress on [1, z] from (responsibilities, latents, covariance) of each path."""
        zz = zy = yy = 0
        for weight, (latent, V) in pairs:
            y, Vy, z, Vz, Vyz = target(latent, V)
            z = np.column_stack([np.ones(len(X)), z])
            zz = zz + (z.T * weight) @ z + weight.sum() * np.pad(Vz, ((1, 0), (1, 0)))
            zy = zy + (z.T * weight) @ y + weight.sum() * np.pad(Vyz.T, ((1, 0), (0, 0)))
            yy = yy + weight @ y**2 + weight.sum() * np.diag(Vy)
        beta = np.linalg.solve(zz, zy)
        return beta[0], beta[1:].T, (yy - (beta * zy).sum(axis=0)) / zz[0, 0] + eps

    paths = list(np.ndindex(parameters.sizes))
    one = [
        regress(
            [(R[p], m) for p, m in zip(paths, moments) if p[0] == i],
            lambda z, V: (X, np.zeros((d, d)), z[:, :r], V[:r, :r], np.zeros((d, r))),
        )
        for i in range(parameters.sizes[0])
    ]
    two = [
        regress(
            [(R[p], m) for p, m in zip(paths, moments) if p[1] == t], lambda z, V: (z[:, :r], V[:r, :r], z[:, r:], V[r:, r:], V[:r, r:])
        )
        for t in range(parameters.sizes[1])
    ]
    table = R.sum(axis=2)
    return DeepParameters(
        (
            Layer(table / table.sum(axis=0), *map(np.array, zip(*one))),
            Layer(table.sum(axis=0)[:, None] / table.sum(), *map(np.array, zip(*two))),
        )
    )


@pytest.mark.parametrize("eps", [0.0, 0.3])
def test_a_step_is_that_of_dense_linear_algebra(eps):
    parameters, X = network([3, 2], [3, 2], 5, seed=3), rows(80, 5, seed=3)
    assert_same(one_step(parameters, X, eps=eps)[0], dense_step(parameters, X, eps))


@settings(max_examples=15, deadline=None)
@given(depths, st.booleans(), st.sampled_from([0.01, 0.1, 0.5]), st.sampled_from([1.0, 0.3]), st.integers(0, 99))
def test_objective_never_falls(shape, conditional, eps, v, seed):
    X, parameters = rows(60, 4, seed), network(*shape, d=4, seed=seed, conditional=conditional)
    before = -np.inf
    for _ in range(15):
        parameters, sums = one_step(parameters, X, eps=eps, v=v)
        assert sums.objective >= before - 1e-11 * abs(before)
        before = sums.objective


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("start", [{"use_annealing": True, "annealing_start_v": 0.5}, {"init": "random"}, {"var_regularization": 0.05}])
def test_a_fit_repairs_nothing_and_its_objective_never_falls(name, start):
    X = rows(150, 4, seed=1)
    fitted = MODELS[name]([2, 3], [2, 1], random_state=0, stopping_criterion=None, max_iter=60, **start).fit(X)
    assert not fitted.trace_.events
    plain = fitted.trace_.inverse_temperature == 1
    objective = fitted.trace_.objective[plain]
    assert len(objective) > 5 and (np.diff(objective) >= -1e-10 * np.abs(objective[1:])).all()


@pytest.mark.parametrize("shape", SHAPES)
def test_statistics_are_additive_and_weights_count_rows(shape, monkeypatch):
    parameters, X = network(*shape, d=4, seed=5), rows(90, 4, seed=5)
    whole = one_step(parameters, X)[0]
    assert_same(one_step(parameters, X, np.ones(90))[0], whole)
    weight = np.random.default_rng(0).integers(0, 4, size=90)
    assert_same(one_step(parameters, X, weight.astype(float))[0], one_step(parameters, np.repeat(X, weight, axis=0))[0])
    original = DeepDensity.__init__
    monkeypatch.setattr(DeepDensity, "__init__", lambda self, *args, **kw: original(self, *args, **kw) or setattr(self, "chunk_rows", 7))
    assert_same(one_step(parameters, X)[0], whole)


@pytest.mark.parametrize("shape", SHAPES)
def test_residual_form_and_expansion_agree(shape, monkeypatch):
    parameters, X = network(*shape, d=4, seed=6), rows(70, 4, seed=6)
    assert not DeepDensity(parameters).narrow.any()
    new, sums = one_step(parameters, X, eps=0.1)
    monkeypatch.setattr("mixes.deep.em._MAY_BE_LOST", 0.0)
    assert DeepDensity(parameters).narrow.all()
    other, other_sums = one_step(parameters, X, eps=0.1)
    assert_same(new, other)
    assert sums.objective == pytest.approx(other_sums.objective, rel=1e-12)


def test_residual_form_keeps_the_digits_of_tiny_noise():
    parameters = network([2, 2], [2, 1], 4, seed=7)
    first = parameters.layers[0]
    narrow = DeepParameters((Layer(first.weights, first.means, first.loadings, np.full_like(first.noise, 1e-9)), parameters.layers[1]))
    X = GMN.from_parameters(narrow, random_state=0).sample(40)[0]
    weights, means, covariances, _ = path_gaussians(narrow)
    distances = [((X - m) * np.linalg.solve(c, (X - m).T).T).sum(axis=1) for m, c in zip(means, covariances)]
    log_det = np.linalg.slogdet(2 * np.pi * covariances)[1]
    expected = logsumexp(np.log(weights) - 0.5 * (log_det + np.transpose(distances)), axis=1)
    assert DeepDensity(narrow).narrow.all()
    np.testing.assert_allclose(GMN.from_parameters(narrow).score_samples(X), expected, atol=1e-4)  # the dense digits


def test_hard_assignment_raises_the_classification_likelihood():
    X = rows(150, 4, seed=2)
    run = GMN([2, 3], [2, 1], hard_assignment=True, random_state=0, var_regularization=0.01, stopping_criterion=None, max_iter=25).start(X)
    run.finish()
    objective = run.trace.objective
    assert (np.diff(objective) >= -1e-10 * np.abs(objective[1:])).all()
    assert set(np.unique(run.responsibilities())) == {0.0, 1.0}
    density = DeepDensity(run.state.parameters)
    best = (density.log_joint(X)[0] - density.penalties(run.eps)[:, None]).max(axis=0)
    assert objective[-1] == pytest.approx(best.sum())
    soft = GMN.from_parameters(run.state.parameters).predict_proba(X)
    assert ((soft > 0) & (soft < 1)).any()


@pytest.mark.slow
@pytest.mark.parametrize("shape", [([2, 3], [2, 1]), ([2, 1, 3], [2, 2, 1])])
def test_fit_is_the_same_for_moved_and_stretched_data(shape):
    X = rows(120, 4, seed=8)
    keywords = {"random_state": 0, "stopping_criterion": None, "max_iter": 30}
    plain, moved = GMN(*shape, **keywords).fit(X), GMN(*shape, **keywords).fit(X * 1000 + 5000)
    np.testing.assert_allclose(moved.trace_.log_likelihood, plain.trace_.log_likelihood - X.size * np.log(1000), rtol=1e-7)
    np.testing.assert_allclose(moved.predict_proba(X * 1000 + 5000), plain.predict_proba(X), atol=1e-5)
    order = np.random.default_rng(0).permutation(len(X))
    np.testing.assert_allclose(GMN(*shape, **keywords).fit(X[order]).log_likelihood_, plain.log_likelihood_, rtol=1e-8)


# -- sampled paths -----------------------------------------------------------------------------------------------------


def test_drawn_tails_weigh_their_share():
    parameters = network([2, 3, 2, 2], [3, 2, 1, 1], 4, seed=4)
    tails = drawn_tails(parameters, 40000, np.random.default_rng(0))
    shares = dict(zip(map(tuple, tails.rows()), np.exp(tails.log_weights)))
    exact = DeepDensity(parameters)
    expected = dict(zip(map(tuple, exact.tails.rows()), np.exp(exact.priors[0][0])))
    assert sum(shares.values()) == pytest.approx(1)
    for tail, weight in expected.items():
        assert shares[tail] == pytest.approx(weight, abs=0.012)


def test_sampled_paths_agree_with_all_paths_in_expectation():
    parameters, X = network([2, 3, 2], [2, 2, 1], 4, seed=9), rows(60, 4, seed=9)
    exact = DeepDensity(parameters)

    def tables(density):
        moments = density.moments(expectation(density, X, eps=0.1).statistics)
        return np.concatenate([layer.table.ravel() for layer in moments])

    drawn = [drawn_tails(parameters, 50000, np.random.default_rng(seed)) for seed in range(10)]
    mean = np.mean([tables(DeepDensity(parameters, tails)) for tails in drawn], axis=0)
    np.testing.assert_allclose(mean, tables(exact), atol=0.15)  # of 60 rows
    every = DeepDensity(parameters, all_tails(parameters.sizes))  # every tail with its own weight: the same sums
    np.testing.assert_allclose(log_density(every, X), log_density(exact, X))


@pytest.mark.parametrize("conditional", [True, False])
def test_implied_moments_give_the_parameters_back(conditional):
    parameters = network([2, 3, 2], [3, 2, 1], 5, seed=10, conditional=conditional)
    origin = np.arange(5.0)
    moments = implied_moments(parameters, origin, eps=0.1)
    bases = [origin, 0.0, 0.0]
    layers = [maximise(layer, part, base, 0.0, 0.1, 0.0)[0] for layer, part, base in zip(parameters.layers, moments, bases)]
    assert_same(DeepParameters(layers), parameters)


@pytest.mark.slow
def test_sampled_fit_comes_close_to_the_exact_one():
    X = rows(200, 4, seed=11)
    keywords = {"random_state": 0, "stopping_criterion": None, "max_iter": 40, "var_regularization": 0.01}
    exact = GMN([2, 3, 2], [2, 2, 1], **keywords).fit(X)
    sampled = GMN([2, 3, 2], [2, 2, 1], e_step="sampled", path_samples=30, **keywords).fit(X)
    known = GMN.from_parameters(sampled.parameters_)
    assert known.score(X) > exact.trace_.log_likelihood[0] / len(X)
    assert known.score(X) == pytest.approx(exact.score(X), abs=0.15)
    assert len(sampled.parameters_.memory) > 0 and exact.parameters_.memory == ()


def test_sampled_run_rewinds_and_is_taken_up_with_the_same_numbers():
    X = rows(80, 4, seed=12)
    run = GMN([2, 3, 2], [2, 2, 1], e_step="sampled", path_samples=9, random_state=3, stopping_criterion=None).start(X)
    for _ in range(6):
        run.step()
    first = run.trace.objective
    text = run.rewind(3).to_json()
    for resumed in (run, Run.from_json(text, X)):
        for _ in range(3):
            resumed.step()
        np.testing.assert_array_equal(resumed.trace.objective, first)


def test_many_paths_are_sampled_by_themselves():
    X = rows(100, 5, seed=13)
    model = DGMM([4] * 6, [2, 2, 2, 1, 1, 1], random_state=0, max_iter=5, stopping_criterion=None).fit(X)
    assert np.isfinite(model.log_likelihood_) and model.predict_paths(X).shape == (100, 6)
    np.testing.assert_array_equal(model.score_samples(X), model.score_samples(X))
    assert model.transform(X).shape == (100, 2)


# -- what may go wrong -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "sizes, dims, message",
    [
        ([2, 2], [1], "layer_sizes has 2 layers, but layer_dims has 1"),
        ([2, 0], [2, 1], "layer_sizes has 0 for layer 2; it needs a whole number of components, at least 1"),
        ([2, 2], [2, -1], "layer_dims has -1 for layer 2; it needs a whole number of factors"),
        ([2.5], [1], "layer_sizes has 2.5 for layer 1"),
        ([], [], r"layer_sizes is \[\]; it needs a list"),
        (3, 1, "layer_sizes is 3; it needs a list"),
        ([2, 2], [1, 2], "layer_dims has 2 factors for layer 2, but the layer below has only 1; use at most 1"),
        ([2, 2], [5, 2], r"layer_dims has 5 factors for layer 1, but X has 4 feature\(s\); use at most 4"),
        ([2, 70], [2, 1], "layer_sizes for layer 2 is 70, but X has n_samples = 60 with 60 distinct rows"),
    ],
)
def test_networks_that_cannot_be_are_explained(sizes, dims, message):
    with pytest.raises(ValueError, match=message):
        GMN(sizes, dims).fit(rows(60, 4))


@pytest.mark.parametrize(
    "settings_, message",
    [
        ({"e_step": "gibbs"}, 'e_step is \'gibbs\'; it needs "auto", "exact" or "sampled"'),
        ({"path_samples": 0}, "path_samples is 0; it needs a whole number of paths"),
        ({"hard_assignment": "yes"}, "hard_assignment is 'yes'; it needs True or False"),
        ({"init": network([2], [1], 4)}, "init has layers of .2. components"),
        ({"init": network([2, 3], [2, 1], 4, conditional=False)}, "GMN needs a table"),
    ],
)
def test_settings_that_cannot_be_are_named(settings_, message):
    with pytest.raises(ValueError, match=message):
        GMN([2, 3], [2, 1], **settings_).fit(rows(60, 4))


@pytest.mark.parametrize(
    "change, message",
    [
        ({"weights": [0.5, 0.4]}, "weights sums to 0.9"),
        ({"means": np.zeros((3, 4))}, r"means has shape \(3, 4\); with 2 components"),
        ({"loadings": np.zeros((2, 3, 1))}, r"loadings has shape \(2, 3, 1\); it needs \(2, 4, factors\)"),
        ({"noise": np.zeros((2, 4))}, r"noise\[0, 0\] is 0; it needs variances above 0"),
    ],
)
def test_layers_that_cannot_be_are_named(change, message):
    fields = {"weights": [0.5, 0.5], "means": np.zeros((2, 4)), "loadings": np.zeros((2, 4, 1)), "noise": np.ones((2, 4)), **change}
    with pytest.raises(ValueError, match=message):
        Layer(**fields)


@pytest.mark.parametrize("make", [list, tuple, np.array])
def test_sizes_may_be_lists_tuples_and_arrays(make):
    model = clone(GMN(make([2, 3]), make([2, 1]), random_state=0, max_iter=3, stopping_criterion=None))
    run = model.start(rows(60, 4))
    resumed = Run.from_json(run.to_json(), rows(60, 4))
    assert resumed.step().objective == run.step().objective


def test_a_component_that_loses_its_points_is_named_with_its_layer():
    X, parameters = rows(60, 4), network([2, 2], [2, 1], 4)
    far = parameters.layers[1]
    far = Layer(far.weights, far.means + [[0], [1e5]], far.loadings, far.noise)
    run = GMN([2, 2], [2, 1], init=DeepParameters((parameters.layers[0], far)), stopping_criterion=None).start(X)
    states = [run.step() for _ in range(3)]
    assert [str(event) for event in states[0].events] == ["Layer 2, component 2 lost its points."]
    assert not states[1].events and not states[2].events
    second = states[2].parameters.layers[1]
    assert second.weights[1, 0] == 0
    np.testing.assert_array_equal(second.means[1], far.means[1])


def test_collapse_without_regularisation_is_held_and_said():
    X = rows(60, 3)
    X[:, 2] = 5.0
    run = GMN([1, 2], [2, 1], init=network([1, 2], [2, 1], 3), var_regularization=0, stopping_criterion=None).start(X)
    states = [run.step() for _ in range(5)]
    assert [str(event) for event in states[0].events] == [
        "Layer 1, component 1 collapsed: its covariance was held at the smallest allowed."
    ]
    assert not any(state.events for state in states[1:])
    assert states[-1].parameters.layers[0].noise[0, 2] == run.floor


@pytest.mark.slow
@pytest.mark.parametrize("init", ["kmeans", "random"])
@pytest.mark.parametrize(
    "make",
    [
        lambda rng: np.concatenate([rng.normal(size=(40, 3)), [[50, 50, 50]]]),  # a cluster of one row
        lambda rng: np.repeat(rng.normal(size=(6, 3)), 10, axis=0),  # duplicates
        lambda rng: np.column_stack([rng.normal(size=(40, 2)), np.full(40, 7.0)]),  # a constant column
        lambda rng: rng.integers(0, 2, size=(50, 3)).astype(float),  # few distinct rows
    ],
)
@pytest.mark.parametrize("regularisation", [0.0, 1e-6])
def test_awkward_rows_give_finite_fits(init, make, regularisation):
    X = make(np.random.default_rng(0))
    model = GMN([3, 2], [2, 1], init=init, random_state=0, max_iter=30, stopping_criterion=None, var_regularization=regularisation).fit(X)
    assert np.isfinite(model.trace_.objective).all()
    assert np.isfinite(model.score_samples(X)).all()
    assert np.isfinite(model.transform(X)).all()


def test_every_row_its_own_cluster():
    X = np.random.default_rng(0).normal(size=(8, 3))
    run = DGMM([8, 3], [2, 1], random_state=0, stopping_criterion=None, max_iter=10).start(X)
    assert {event.kind for event in run.state.events} == {"pooled start"}
    assert np.isfinite(run.finish().objective)


@pytest.mark.slow
def test_more_features_than_rows_and_no_feature_by_feature_matrix():
    X = rows(100, 200, seed=1)
    model = GMN([3, 2], [4, 2], random_state=0, max_iter=10, stopping_criterion=None).fit(X)
    assert (np.diff(model.trace_.objective) > 0).all()
    wide = np.random.default_rng(0).normal(size=(100, 1200))
    tracemalloc.start()
    GMN([4, 3], [3, 2], random_state=0, max_iter=3, stopping_criterion=None).fit(wide).predict(wide)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8 * wide.nbytes < 8 * 1200**2  # not one such matrix, and there are twelve paths


# -- what a fitted model gives -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("conditional", [True, False])
def test_sampled_rows_come_from_their_paths(conditional):
    parameters = network([2, 3], [2, 1], 3, seed=14, conditional=conditional)
    model = MODELS["GMN" if conditional else "DGMM"].from_parameters(parameters, random_state=0)
    X, paths = model.sample_paths(60000)
    again, labels = model.sample(60000)
    np.testing.assert_array_equal(X, again)
    np.testing.assert_array_equal(labels, paths[:, 0])
    weights, means, covariances, _ = path_gaussians(parameters)
    for path, weight, mean, covariance in zip(path_components(parameters), weights, means, covariances):
        here = (paths == path).all(axis=1)
        assert here.mean() == pytest.approx(weight, abs=0.01)
        np.testing.assert_allclose(X[here].mean(axis=0), mean, atol=0.2)
        np.testing.assert_allclose(np.cov(X[here].T), covariance, atol=0.12 * np.abs(covariance).max())


def test_paths_of_few_components_are_drawn():
    paths = draw_paths(network([1, 3], [1, 1], 2), 500, np.random.default_rng(0))
    assert (paths[:, 0] == 0).all() and set(paths[:, 1]) == {0, 1, 2}


def test_projected_paths_are_the_projections_of_the_paths():
    parameters = network([3, 2, 2], [3, 2, 1], 5, seed=15)
    axes = np.random.default_rng(0).normal(size=(2, 5))
    weights, means, covariances, owners = path_gaussians(parameters)
    on_axes = path_gaussians(parameters, axes)
    for got, expected in zip(on_axes, (weights, *project(means, covariances, axes), owners)):
        np.testing.assert_allclose(got, expected, atol=1e-12)


@pytest.mark.parametrize("layer", [1, 2])
def test_latent_means_are_those_of_dense_linear_algebra(layer):
    parameters, X = network([3, 2], [3, 2], 5, seed=16), rows(30, 5, seed=16)
    first, second = parameters.layers
    model = GMN.from_parameters(parameters)
    posterior = model.to_gaussian_mixture().predict_proba(X)
    expected = 0
    for s, (i, t) in enumerate(path_components(parameters)):
        C = np.diag(second.noise[t]) + second.loadings[t] @ second.loadings[t].T
        S = np.diag(first.noise[i]) + first.loadings[i] @ C @ first.loadings[i].T
        residual = np.linalg.solve(S, (X - first.means[i] - first.loadings[i] @ second.means[t]).T)
        z = second.means[t][:, None] + C @ first.loadings[i].T @ residual
        if layer == 2:
            z = second.loadings[t].T @ first.loadings[i].T @ residual
        expected = expected + posterior[:, s] * z
    np.testing.assert_allclose(latent_means(parameters, X, layer), expected.T, atol=1e-9)
    if layer == 1:
        np.testing.assert_allclose(model.transform(X), expected.T, atol=1e-9)


@pytest.mark.parametrize("layer", [1, 2, 3])
def test_latent_gaussians_are_the_law_of_drawn_latents(layer):
    parameters = network([2, 3, 2], [3, 2, 1], 4, seed=17)
    weights, means, covariances, owners = latent_gaussians(parameters, layer)
    assert weights.sum() == pytest.approx(1)
    assert owners.max() < ([*parameters.sizes, 1][layer])
    upper = DeepParameters(parameters.layers[layer:]) if layer < 3 else None
    if upper is None:
        np.testing.assert_array_equal(covariances, np.eye(1)[None])
    else:
        for got, expected in zip((weights, means, covariances, owners), path_gaussians(upper)):
            np.testing.assert_allclose(got, expected, atol=1e-12)
    with pytest.raises(ValueError, match="layer is 4; it needs a whole number from 1 to 3"):
        latent_gaussians(parameters, 4)


def test_free_parameters():
    # weights (3-1)·2 + 1, means 3·4 + 2·2, loadings 3·(8-1) + 2·2, noise 3·4 + 2·2
    assert network([3, 2], [2, 1], 4).n_parameters == 5 + 16 + 25 + 16
    assert network([3, 2], [2, 1], 4, conditional=False).n_parameters == 3 + 16 + 25 + 16


def test_parameters_survive_json_bit_for_bit():
    parameters = network([2, 2], [2, 1], 3)
    assert_same(parameters_from_json(parameters_to_json(parameters)), parameters, rtol=0, atol=0)


def test_run_rewinds_forks_and_is_taken_up():
    X = rows(80, 4, seed=18)
    run = DGMM([2, 2], [2, 1], random_state=0, use_annealing=True, update_rate=0.5, max_iter=12).start(X)
    run.finish()
    objective = run.trace.objective
    resumed = Run.from_json(run.rewind(4).to_json(), X)
    resumed.finish()
    np.testing.assert_array_equal(resumed.trace.objective, objective)
    fork = run.fork(var_regularization=0.1)
    assert np.isfinite(fork.step().objective)


# -- what the models reach ---------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("name", MODELS)
def test_old_faithful(name):
    X = np.genfromtxt(REFERENCE / "faithful_scaled.csv", delimiter=",", names=True)
    X = np.column_stack([X[column] for column in X.dtype.names if column != "label"])
    model = MODELS[name]([2, 5], [2, 1], max_iter=120, n_init=3, var_regularization=1e-4, stopping_criterion=None, random_state=0).fit(X)
    assert model.log_likelihood_ >= -365  # the original package: -367.55 (GMN) and -372.63 (DGMM)


@pytest.mark.slow
@pytest.mark.parametrize("name", MODELS)
def test_wine(name):
    X, y = load_wine(return_X_y=True)
    model = MODELS[name]([3, 1], [3, 2], max_iter=200, stopping_criterion=None, random_state=0).fit(scale(X))
    assert model.log_likelihood_ >= -2206.7
    assert adjusted_rand_score(y, model.predict(scale(X))) >= 0.96


@pytest.mark.slow
def test_digits_with_constant_pixels():
    X, _ = load_digits(return_X_y=True)
    model = GMN([10, 3], [6, 2], random_state=0, max_iter=8, stopping_criterion=None, var_regularization=1e-4).fit(X[:600])
    assert (np.diff(model.trace_.objective) > 0).all() and not model.trace_.events
