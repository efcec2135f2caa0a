"""A figure of a notebook and the page's picture are the same template, filled."""

import json

import numpy as np
import pytest

from mixes import GMM, plots
from mixes.plots import templates


def content(figure):
    """What a figure holds, as JSON."""
    return json.loads(figure.to_json())


def holds(whole, part):
    """Whether all of one piece of JSON is found in another."""
    if isinstance(part, dict):
        return isinstance(whole, dict) and all(name in whole and holds(whole[name], value) for name, value in part.items())
    if isinstance(part, list):
        return len(whole) == len(part) and all(map(holds, whole, part))
    return whole == part


def filled(figure, template):
    """Whether a figure is a template whose traces are filled, drawn once for each component, or left out."""
    del template["layout"]["yaxis"]["automargin"]  # the player finds room itself, where a figure leaves that to Plotly
    roles = {trace["meta"]["role"]: trace for trace in template["data"]}
    first = [trace for trace in figure["data"] if trace["meta"].get("deviations", 1) == 1]  # outlines further out are thinner
    return holds(figure["layout"], template["layout"]) and all(holds(trace, roles[trace["meta"]["role"]]) for trace in first)


@pytest.fixture(scope="module")
def run():
    X = np.random.default_rng(0).normal(size=(60, 2)) + np.repeat([[0, 0], [6, 3]], 30, axis=0)
    run = GMM(2, random_state=0, max_iter=20).start(X)
    run.finish()
    return run


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_density_is_its_template_with_data(run, theme):
    p, labels = run.state.parameters, run.responsibilities().argmax(axis=1)
    figure = plots.density_2d(run.X, p.weights, p.means, p.covariances, np.arange(2), labels, np.ones(60), names=("a", "b"), theme=theme)
    template = templates.density_2d(run.X, names=("a", "b"), theme=theme)
    assert filled(content(figure), json.loads(json.dumps(template)))
    assert [trace.meta["role"] for trace in figure.data] == ["density", "points", *["ellipse"] * 4, "means"]
    assert all(len(trace.x) == len(trace.y) > 0 for trace in figure.data if trace.type == "scatter")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_density_of_one_feature_is_its_template_with_data(run, theme):
    p = run.state.parameters
    figure = plots.density_1d(run.X[:, :1], p.weights, p.means[:, :1], p.covariances[:, :1, :1], np.arange(2), theme=theme)
    template = json.loads(json.dumps(templates.density_1d(run.X[:, :1], theme=theme)))
    bars = {name: template["data"][0].pop(name) for name in ("x", "y", "width")}
    assert filled(content(figure), template)
    for name, values in bars.items():
        np.testing.assert_array_equal(figure.data[0][name], values)
    curves = [trace.y for trace in figure.data if trace.meta["role"] == "component"]
    [whole] = [trace.y for trace in figure.data if trace.meta["role"] == "density"]
    np.testing.assert_allclose(np.sum(curves, axis=0), whole)


@pytest.mark.parametrize("annealed", [False, True])
def test_the_curve_is_its_template_with_data(annealed):
    """Beside the objective the log-likelihood is pale, and a title with room above says why; the axis names what is drawn."""
    X = np.random.default_rng(1).normal(size=(40, 2))
    run = GMM(2, random_state=0, max_iter=5, use_annealing=annealed, stopping_criterion=None).start(X)
    run.finish()
    figure, template = plots.log_likelihood(run.trace), templates.log_likelihood(annealed)
    if annealed:
        assert "EM climbs the objective" in figure.layout.title.text and figure.layout.showlegend
        assert figure.layout.margin.t > template["layout"]["margin"].pop("t")
        del template["layout"]["showlegend"]
    assert figure.layout.yaxis.title.text == ("objective and log-likelihood" if annealed else "log-likelihood")
    assert figure.layout.yaxis.automargin and not template["layout"]["yaxis"].pop("automargin")
    assert holds(content(figure), json.loads(json.dumps(template)))
    curves = {trace.meta["role"]: trace for trace in figure.data}
    np.testing.assert_array_equal(curves["log_likelihood"].y, run.trace.log_likelihood)
    assert (len(curves["temperature"].y) > 0) == annealed


def test_a_template_is_not_changed_by_those_who_fill_it(run):
    first = json.dumps(templates.density_2d(run.X))
    filled = templates.density_2d(run.X)
    filled["layout"]["xaxis"]["range"][0] = filled["data"][0]["line"]["width"] = 17
    assert json.dumps(templates.density_2d(run.X)) == first
