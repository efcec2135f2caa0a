"""Deep models on the page: the form that builds the network, and what the player is told of it."""

import base64
from dataclasses import replace

import numpy as np
import pytest

from mixes import DGMM, GMN, datasets
from mixes.deep import LatentView, latent_means
from mixes.deep.paths import path_gaussians
from pages.wire import rows
from pages.wire.detail import detail
from pages.wire.rows import chunk
from pages.wire.static import static
from pages.work import experiment as experiments
from pages.work.experiment import Settings

STEERING = {
    "use_annealing": False,
    "annealing_start_v": 0.5,
    "annealing_shapes": "held",
    "var_regularization": 1e-4,
    "update_rate": 1.0,
    "max_iter": 20,
}


@pytest.fixture(autouse=True)
def unhurried(monkeypatch):
    """A slow machine answers with all rows too."""
    monkeypatch.setattr(rows, "CHUNK_SECONDS", np.inf)


def begin(model="GMN", name="Iris", sizes=(3, 2), dims=(2, 1)):
    structure = {"layer_sizes": sizes, "layer_dims": dims, "init": "kmeans", "random_state": 0, "n_init": 1}
    return experiments.begin("r1", datasets.load(name), Settings(name, model, structure, STEERING, 1e-6, False))


def decoded(text, dtype, *shape):
    return np.frombuffer(base64.b64decode(text), dtype).reshape(*shape)


@pytest.mark.parametrize("model, estimator", [("GMN", GMN), ("DGMM", DGMM)])
def test_the_network_that_is_drawn_is_that_of_the_parameters(model, estimator):
    experiment = begin(model)
    view = experiment.features(0, 2)
    network = static(experiment, view, None)["network"]
    row = chunk(experiment, view, 1)[-1]
    parameters = experiment.run.trace[row["i"]].parameters
    weights, means, covariances, owners = path_gaussians(parameters)
    assert network["layers"] == [3, 2] and network["independent"] == (model == "DGMM")
    assert network["paths"] == [[i, j] for i in range(3) for j in range(2)]
    table = weights.reshape(3, 2)
    np.testing.assert_allclose(row["net"]["nodes"][0], table.sum(axis=1), atol=1e-12)
    np.testing.assert_allclose(row["net"]["nodes"][1], table.sum(axis=0), atol=1e-12)
    if model == "GMN":
        np.testing.assert_allclose(row["net"]["edges"][0], table / table.sum(axis=0), atol=1e-12)
    # the Gaussians that are drawn are the exact marginals of the paths, in the units of the table
    drawn, pair, scale = np.array(row["g"]), np.array([0, 2]), experiment.scaling.scale
    np.testing.assert_allclose(drawn[:, 0], weights, rtol=1e-6)
    np.testing.assert_allclose(drawn[:, 1:3], experiment.scaling.means(means)[:, pair], rtol=1e-6)
    np.testing.assert_allclose(drawn[:, 4], covariances[:, 0, 2] * scale[0] * scale[2], rtol=1e-5, atol=1e-9)
    np.testing.assert_array_equal(drawn[:, 6], owners)


def test_a_still_picture_tells_nodes_and_paths_of_each_point():
    experiment = begin()
    chunk(experiment, experiment.principal, 1)
    told = detail(experiment, {"run": "r1", "iteration": 5, "half": "M"})
    posterior = experiment.run.path_responsibilities_at(5)
    assert np.abs(posterior.sum(axis=1) - 1).max() < 1e-12
    first, second = (decoded(text, "u1", k, 150) for text, k in zip(told["nodes"], (3, 2)))
    np.testing.assert_allclose(first.T / 255, experiment.run.responsibilities_at(5), atol=0.5 / 255 + 1e-9)
    np.testing.assert_allclose(second.T / 255, posterior.reshape(150, 3, 2).sum(axis=1), atol=0.5 / 255 + 1e-9)
    index, probability = decoded(told["paths"]["index"], "<i4", 150, 3), told["paths"]["probability"]
    np.testing.assert_array_equal(index[:, 0], posterior.argmax(axis=1))
    np.testing.assert_allclose(decoded(probability, "u1", 150, 3) / 255, -np.sort(-posterior, axis=1)[:, :3], atol=0.5 / 255 + 1e-9)
    assert told["images"] is None


def test_in_a_latent_layer_the_points_are_posterior_means_and_move():
    experiment = begin()
    chunk(experiment, experiment.principal, 1)
    for layer, factors in ((1, 2), (2, 1)):
        view = LatentView(layer, factors)
        fixed, rows = static(experiment, view, None), chunk(experiment, view, 0)
        assert fixed["moving_points"] and fixed["dimension"] == factors
        before = experiment.run.trace[3].parameters
        wanted = latent_means(before, experiment.run.X, layer)
        np.testing.assert_allclose(decoded(rows[4]["p"]["x"], "<f4", -1), wanted[:, 0], rtol=1e-4, atol=1e-5)
        assert {gaussian[-1] for gaussian in rows[4]["g"]} == {-1}  # parts belong to no cluster
        assert len(fixed["network"]["paths"]) == len(rows[4]["g"]) == (2 if layer == 1 else 1)


def test_digits_are_shown_as_pictures():
    experiment = begin("DGMM", "Digits", (4, 2), (2, 1))
    chunk(experiment, experiment.principal, 1)
    images = detail(experiment, {"run": "r1", "iteration": 1, "half": "M"})["images"]
    model = DGMM.from_parameters(experiment.run.trace[1].parameters)
    tables = model.weights_.reshape(4, 2, 1), model.means_.reshape(4, 2, 64)
    wanted = experiment.scaling.means((tables[0] * tables[1]).sum(axis=1) / tables[0].sum(axis=1))
    assert images["shape"] == [8, 8] and images["max"] == 16
    np.testing.assert_allclose(decoded(images["means"], "<f4", 4, 64), wanted, rtol=1e-4, atol=1e-4)
    assert decoded(images["samples"], "<f4", 4, 3, 64).std() > 0
    rows = datasets.load("Digits").X
    np.testing.assert_allclose(decoded(images["points"], "u1", -1, 64) / 255 * 16, rows[experiment.shown], atol=0.04)


def test_layers_are_added_and_removed(page):
    page.set("set_model", "GMN")
    assert page.payload["static"]["network"]["layers"] == [2, 3]
    page.click("Add a layer")
    assert page.payload["static"]["network"]["layers"] == [2, 3, 2]
    assert any("12 paths" in caption.value for caption in page.app.caption)
    page.set("set_size_1", 4)
    assert page.payload["static"]["network"]["layers"] == [4, 3, 2]
    page.click("Remove")
    page.click("Remove")
    assert page.payload["static"]["network"]["layers"] == [4]
    assert page.need(1)["rows"][0]["i"] == 1


def test_a_layer_with_more_factors_than_the_one_below_is_said_beside_it(page):
    page.set("set_model", "DGMM")
    before = page.payload["run"]
    page.set("set_dim_2", 3)
    assert page.errors() == ["Layer 2 can have at most 2 factors, as layer 1 has 2."]
    assert page.payload["run"] == before


def test_the_detail_of_sampled_paths_tells_which_paths_of_all_they_are():
    sizes = 4, 17, 17
    experiment = begin("GMN", "Old Faithful", sizes, (2, 1, 1))
    experiment.step(), experiment.step()
    told = detail(experiment, {"run": "r1", "iteration": 2, "half": "M"})
    n, run = len(experiment.shown), experiment.run
    first = decoded(told["nodes"][0], "u1", 4, n).T / 255
    np.testing.assert_allclose(first, run.responsibilities(), atol=0.003)
    for text, k in zip(told["nodes"], sizes):
        np.testing.assert_allclose(decoded(text, "u1", k, n).sum(axis=0) / 255, 1, atol=0.05)
    best = decoded(told["paths"]["index"], "<i4", n, told["paths"]["m"])[:, 0]
    likely = decoded(told["paths"]["probability"], "u1", n, told["paths"]["m"])[:, 0] > 130
    of_path = run.state.parameters.paths()[best][likely]
    for layer, (text, k) in enumerate(zip(told["nodes"], sizes)):
        np.testing.assert_array_equal(of_path[:, layer], decoded(text, "u1", k, n).argmax(axis=0)[likely])


def test_the_detail_names_paths_beyond_any_small_number():
    experiment = begin("GMN", "Old Faithful", (2, 200, 200), (2, 1, 1))
    told = detail(experiment, {"run": "r1", "iteration": 0, "half": "M"})
    index = decoded(told["paths"]["index"], "<i4", len(experiment.shown), told["paths"]["m"])
    assert set(index.ravel()) <= set(experiment.run.path_numbers_at(0)) and index.max() >= 2**16


def test_a_paused_deep_model_answers_with_its_detail(page):
    page.set("set_model", "GMN")
    page.need(1)
    answer = page.say("shown", iteration=2, half="M", playing=False)
    assert answer["detail"]["iteration"] == 2 and len(answer["detail"]["nodes"]) == 2


def test_a_fork_of_a_deep_run_keeps_its_structure():
    experiment = begin()
    chunk(experiment, experiment.principal, 1)
    settings = replace(experiment.settings, steering=STEERING | {"update_rate": 0.5})
    fork = experiments.fork("r2", experiment, settings, 3)
    assert fork.run.step().parameters.sizes == (3, 2) and fork.forked_at == 3
