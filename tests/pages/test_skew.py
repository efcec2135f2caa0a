"""Skew-normal mixtures on the page."""

import base64

import numpy as np
import pytest

from mixes import datasets
from mixes.plots.density import enclosing_level
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


@pytest.mark.parametrize("kind", ["restricted", "diagonal", "full"])
def test_the_grids_are_the_density_of_the_model_in_the_units_of_the_table(kind):
    dataset = datasets.load("Old Faithful")
    structure = {"n_components": 2, "skewness": kind, "init": "kmeans", "random_state": 0, "n_init": 1}
    experiment = experiments.begin("r1", dataset, Settings("x", "SkewGMM", structure, STEERING, 1e-6, False))
    view = experiment.features(0, 1)
    row = chunk(experiment, view, 1)[-1]
    grids = row["grids"]
    z = np.frombuffer(base64.b64decode(grids["z"]), "<f4").reshape(2, grids["ny"], grids["nx"])
    x, y = (np.linspace(*grids[name], grids[f"n{name}"]) for name in "xy")
    corners = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    model = experiment.run.model.from_parameters(experiment.run.trace[row["i"]].parameters)
    wanted = np.exp(model.score_samples(experiment.scaling.transform(corners))) / experiment.scaling.scale.prod()
    np.testing.assert_allclose(z.sum(axis=0).ravel(), wanted, rtol=1e-4, atol=1e-9)
    means = np.array(row["arrows"])[:, 2:]
    columns = static(experiment, view, None)["table"]["columns"]
    told = np.array(row["t"])[:, columns.index("location of eruption length (min)") :]
    np.testing.assert_allclose(told, np.array(row["arrows"])[:, :2], rtol=1e-5)
    np.testing.assert_allclose(means, np.array(row["g"])[:, 1:3], rtol=1e-6)


def test_the_page_plays_a_skew_mixture(page):
    page.set("set_model", "SkewGMM")
    row = page.need(1)["rows"][0]
    assert row["i"] == 1 and row["grids"]["nx"] == row["grids"]["ny"] and len(row["arrows"]) == 2


def test_examples_are_one_click(page):
    page.click("Skewed clouds, by clusters that lean")
    assert page.payload["static"]["title"] == "Skew-normal mixture, 3 components, on skewed clouds"
    page.click("Skewed clouds, by ellipses")
    assert page.payload["static"]["title"] == "Gaussian mixture (GMM), 6 components, on skewed clouds"


def test_the_level_that_encloses_a_share_of_the_mass():
    grid = np.array([[4.0, 3.0], [2.0, 1.0]])
    assert enclosing_level(grid, 0.39) == 4 and enclosing_level(grid, 0.6) == 3 and enclosing_level(grid, 0.99) == 1
