"""The figure of an annealed run: what its trace holds, the components placed along one direction."""

import numpy as np
import pytest

from mixes import DGMM, GMM, SkewGMM, datasets, plots
from mixes.plots import style
from mixes.plots.annealing import tree

X = datasets.load("Old Faithful").X[::4]


def finished(model, rows=X):
    run = model.start(rows)
    run.finish()
    return run


def by_role(figure, role):
    return [trace for trace in figure.data if trace.meta["role"] == role]


@pytest.fixture(scope="module")
def run():
    return finished(GMM(2, use_annealing=True, max_iter=30, random_state=0))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_curve_is_that_of_the_trace_and_names_its_iterations(run, theme):
    figure = plots.annealing(run, theme=theme)
    known = {"schedule": run.trace.inverse_temperature, "objective": run.trace.objective, "log_likelihood": run.trace.log_likelihood}
    for role, values in known.items():
        [curve] = by_role(figure, role)
        np.testing.assert_array_equal(curve.y, values)
    for trace in figure.data:
        if trace.meta["role"] != "band":
            np.testing.assert_array_equal(trace.customdata, np.arange(len(run.trace)))
    assert {trace.xaxis for trace in figure.data} == {"x"}, "one cursor for all"
    [line] = figure.layout.shapes
    assert run.trace.inverse_temperature[line.x0] == 1 > run.trace.inverse_temperature[line.x0 - 1]
    ticks = {note.text: note.x for note in figure.layout.annotations if note.yref == "y2 domain"}
    assert ticks["1"] == line.x0 and "v = 0.1" in ticks


def test_components_are_as_thick_as_their_weights_in_their_colours(run):
    figure = plots.annealing(run)
    weights, places, owners = tree(run)
    for band, line in zip(by_role(figure, "band"), by_role(figure, "branch")):
        g = band.meta["component"]
        upper, lower = np.split(np.asarray(band.y), 2)
        np.testing.assert_allclose((upper - lower[::-1]) / weights[:, g], (upper[0] - lower[-1]) / weights[0, g])
        np.testing.assert_array_equal(line.y, places[:, g])
        assert line.line.color == style.color(owners[g], "light") and line.text[-1] == style.percent(weights[-1, g])


def test_of_one_feature_the_places_are_the_standardised_means():
    own = X[:, :1]
    run = finished(GMM(2, use_annealing=True, max_iter=20, random_state=0), own)
    weights, places, _ = tree(run)
    means = np.stack([state.parameters.means[:, 0] for state in run.trace])
    np.testing.assert_allclose(places, (means - own.mean()) / own.std())
    np.testing.assert_allclose(weights, [state.parameters.weights for state in run.trace])


def test_places_are_along_the_direction_in_which_components_end_apart():
    rng = np.random.default_rng(0)
    rows = np.concatenate([rng.normal(size=(80, 3)), rng.normal(size=(80, 3)) + [0, 9, 0]]) * [1, 1, 1e-3]
    _, places, _ = tree(finished(GMM(2, use_annealing=True, max_iter=30, random_state=0), rows))
    assert np.ptp(places[-1]) == pytest.approx(2, abs=0.2), "as far as two clusters of a deviation of their own can be"


@pytest.mark.parametrize(
    "model",
    [
        GMM(1, use_annealing=True, max_iter=6, random_state=0),
        GMM(2, max_iter=5, random_state=0),
        SkewGMM(2, use_annealing=True, max_iter=6, random_state=0),
        DGMM([2, 2], [1, 1], use_annealing=True, max_iter=6, random_state=0),
    ],
    ids=["one component", "not annealed", "skew", "deep"],
)
def test_every_model_has_its_tree(model):
    run = finished(model)
    figure = plots.annealing(run)
    assert len(by_role(figure, "branch")) == len(run.state.parameters.weights)
    assert all(np.isfinite(line.y).all() for line in by_role(figure, "branch"))


def test_before_the_first_step_there_are_axes_already():
    figure = plots.annealing(GMM(2, use_annealing=True, random_state=0).start(X))
    assert figure.layout.xaxis.range[1] >= 1 and len(by_role(figure, "objective")[0].y) == 1
