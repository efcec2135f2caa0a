"""Figures as pure functions: what their traces say is what the mixture is."""

import numpy as np
import pytest
from scipy.stats import multivariate_normal, norm

pytest.importorskip("plotly")

from mixes import DGMM, GMM, GMN, GaussianParameters, SkewGMM, SkewParameters, State, Trace, plots  # noqa: E402
from mixes.plots import style  # noqa: E402
from mixes.plots.density import density_2d, ellipse, enclosing_level  # noqa: E402
from mixes.plots.templates import axis_range, density_unit  # noqa: E402

RNG = np.random.default_rng(0)
X = np.concatenate([RNG.normal(size=(30, 2)), RNG.normal(size=(20, 2)) * 0.5 + [5, 3]])
TWO = GaussianParameters([0.3, 0.7], [[0, 0], [5, 3]], [[[1, 0.5], [0.5, 2]], [[0.5, -0.1], [-0.1, 0.25]]])
MODEL = GMM.from_parameters(TWO)


def by_role(figure, role):
    return [trace for trace in figure.data if trace.meta["role"] == role]


def only(figure, role):
    [trace] = by_role(figure, role)
    return trace


def drawn_density(trace, points=X):
    """The density that a trace draws, and whether it is dense enough to be drawn."""
    z = np.asarray(trace.z)
    return density_unit(points) * 2**z, z > z.min()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_density_of_two_features_is_that_of_the_mixture(theme):
    figure = plots.density(MODEL, X, names=("a", "b"), theme=theme)
    density = only(figure, "density")
    x, y = np.asarray(density.x), np.asarray(density.y)
    rows = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    (z, dense), expected = drawn_density(density), np.exp(MODEL.score_samples(rows))
    np.testing.assert_allclose(z[dense], expected[dense.ravel()], rtol=1e-9)
    assert expected[~dense.ravel()].max(initial=0) <= density_unit(X) / 2**10
    for axis, values in ((figure.layout.xaxis, X[:, 0]), (figure.layout.yaxis, X[:, 1])):
        assert axis.range[0] < values.min() and values.max() < axis.range[1]
    assert (figure.layout.xaxis.title.text, figure.layout.yaxis.title.text) == ("a", "b")
    assert [x[0], x[-1]] == list(figure.layout.xaxis.range)


@pytest.mark.parametrize("angle", [0.0, 0.3, 0.8, 2.0])
def test_a_cluster_thinner_than_the_grid_is_a_band_of_its_mass(angle):
    axes = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    points = 4 * np.random.default_rng(0).normal(size=(50, 2))
    figure = density_2d(points, [1.0], np.zeros((1, 2)), (axes * [1.0, 1e-8] @ axes.T)[None], [0])
    density = only(figure, "density")
    (z, dense), x, y = drawn_density(density, points), density.x, density.y
    z = np.where(dense, z, 0)
    assert len(x) == len(y) == 161, "finer than where all are wide"
    assert z.sum() * np.diff(x)[0] * np.diff(y)[0] == pytest.approx(1, abs=0.01)


def test_the_outlines_lie_one_and_two_standard_deviations_from_the_mean():
    figure = plots.density(MODEL, X)
    assert [(trace.meta["component"], trace.meta["deviations"]) for trace in by_role(figure, "ellipse")] == [(0, 1), (0, 2), (1, 1), (1, 2)]
    for trace in by_role(figure, "ellipse"):
        j = trace.meta["component"]
        points = np.column_stack([trace.x, trace.y])
        apart = points - TWO.means[j]
        radius = np.sqrt(np.einsum("ni,ij,nj->n", apart, np.linalg.inv(TWO.covariances[j]), apart))
        np.testing.assert_allclose(radius[:-1], trace.meta["deviations"], rtol=1e-9)
        assert np.isnan(points[-1]).all() and trace.line.width == 2 / trace.meta["deviations"]
        assert trace.line.color == style.color(j, "light")


def test_an_ellipse_is_closed_and_goes_all_the_way_round():
    outline = ellipse(np.zeros(2), np.diag([4.0, 1.0]), deviations=1.5)[:-1]
    np.testing.assert_allclose(outline[0], outline[-1], atol=1e-12)
    np.testing.assert_allclose(np.abs(outline).max(axis=0), [3.0, 1.5], rtol=2e-3)


def test_points_say_their_component_and_how_sure_it_is():
    points = only(plots.density(MODEL, X, theme="dark"), "points")
    np.testing.assert_array_equal(np.column_stack([points.x, points.y]), X)
    posterior = MODEL.predict_proba(X)
    labels, sure = posterior.argmax(axis=1), posterior.max(axis=1)
    assert list(points.text) == [f"row {i}: component {j + 1}, {style.percent(c)}" for i, (j, c) in enumerate(zip(labels, sure), 1)]
    assert list(points.marker.symbol) == [style.symbol(j) for j in labels]
    assert list(points.marker.color) == [style.mix(j, c, "dark") for j, c in zip(labels, sure)]


def test_means_are_circles_at_the_means_with_their_weights():
    means = only(plots.density(MODEL, X), "means")
    np.testing.assert_array_equal(np.column_stack([means.x, means.y]), TWO.means)
    assert means.marker.symbol == "circle", "as in the app"
    assert list(means.text) == ["component 1, weight 30 %", "component 2, weight 70 %"]


def test_one_feature_gives_the_curves_of_the_components_over_a_histogram_of_mass_one():
    figure = plots.density(MODEL, X, features=(1,))
    bars = only(figure, "histogram")
    assert np.sum(np.asarray(bars.y) * np.asarray(bars.width)) == pytest.approx(1)
    total = only(figure, "density")
    curves = [TWO.weights[j] * norm.pdf(np.asarray(total.x), TWO.means[j, 1], np.sqrt(TWO.covariances[j, 1, 1])) for j in range(2)]
    for trace in by_role(figure, "component"):
        np.testing.assert_allclose(trace.y, curves[trace.meta["component"]], rtol=1e-9)
    np.testing.assert_allclose(total.y, sum(curves), rtol=1e-9)
    assert len(set(only(figure, "points").y)) == 1 and only(figure, "points").y[0] == 0
    np.testing.assert_array_equal(only(figure, "points").x, X[:, 1])


def test_a_table_of_one_feature_is_drawn_on_one_axis():
    model = GMM(2, random_state=0).fit(X[:, :1])
    figure = plots.density(model, X[:, :1])
    assert only(figure, "density").y is not None and not by_role(figure, "means")


def test_principal_components_are_drawn_where_the_view_puts_them():
    wide = np.column_stack([X, X @ [1.0, 2.0]])
    figure = plots.density(GMM(2, random_state=0).fit(wide), wide, features="pca")
    points = only(figure, "points")
    np.testing.assert_allclose(np.cov(points.x, points.y)[0, 1], 0, atol=1e-9)
    assert "principal component 1" in figure.layout.xaxis.title.text


def test_paths_of_a_deep_mixture_are_drawn_in_the_colour_of_their_cluster():
    model = DGMM([2, 2], [1, 1], random_state=0, max_iter=3, stopping_criterion=None).fit(X)
    figure = plots.density(model, X)
    assert {trace.meta["component"] for trace in by_role(figure, "ellipse")} == {0, 1}
    assert len(only(figure, "means").x) == 4
    assert list(only(figure, "means").marker.color) == [style.color(j, "light") for j in (0, 0, 1, 1)]


SKEW = SkewGMM.from_parameters(
    SkewParameters([0.4, 0.6], [[0, 0], [4, 2]], [[[2.0], [0.0]], [[0.0], [1.0]]], np.stack([0.3 * np.eye(2)] * 2))
)


def test_skew_components_are_drawn_with_their_own_densities_and_outlines():
    figure = plots.density(SKEW, X)
    density = only(figure, "density")
    rows = np.stack(np.meshgrid(density.x, density.y), axis=-1).reshape(-1, 2)
    z, dense = drawn_density(density)
    np.testing.assert_allclose(z[dense], np.exp(SKEW.score_samples(rows))[dense.ravel()], rtol=1e-8)
    assert not by_role(figure, "ellipse")
    for trace in by_role(figure, "outline"):
        z, level = 2 ** np.asarray(trace.z), 2**trace.contours.start
        assert trace.contours.end == trace.contours.start
        inside = z[z >= level].sum() / z.sum()
        assert min(abs(inside - (1 - np.exp(-0.5))), abs(inside - (1 - np.exp(-2)))) < 0.03  # some of the mass lies outside of the picture
    assert len(by_role(figure, "outline")) == 4
    for arrow in by_role(figure, "arrow"):
        head = arrow.marker
        assert (head.symbol, head.opacity, head.line.width, head.color) == ("arrow", 1, 0, arrow.line.color), "a head that can be seen"
    for trace, location, mean in zip(by_role(figure, "arrow"), SKEW.parameters_.locations, SKEW.parameters_.means, strict=True):
        np.testing.assert_array_equal([trace.x, trace.y], np.stack([location, mean], axis=1))
    np.testing.assert_array_equal([only(figure, "location").x, only(figure, "location").y], SKEW.parameters_.locations.T)


def test_skew_components_on_one_feature_add_up_to_the_whole():
    figure = plots.density(SKEW, X, features=(0,))
    total = only(figure, "density")
    np.testing.assert_allclose(sum(np.asarray(trace.y) for trace in by_role(figure, "component")), total.y, rtol=1e-12)
    x = np.asarray(total.x)
    marginal = SkewGMM.from_parameters(SkewParameters([0.4, 0.6], [[0], [4]], [[[2.0]], [[0.0]]], 0.3 * np.ones((2, 1, 1))))
    np.testing.assert_allclose(total.y, np.exp(marginal.score_samples(x[:, None])), rtol=1e-8, atol=1e-12)


def test_the_enclosing_level_of_a_gaussian_is_that_of_its_ellipse():
    grid = np.linspace(-6, 6, 401)
    z = multivariate_normal([0, 0], np.eye(2)).pdf(np.stack(np.meshgrid(grid, grid), axis=-1))
    for deviations in (1.0, 2.0):
        level = enclosing_level(z, 1 - np.exp(-(deviations**2) / 2))
        assert level == pytest.approx(np.exp(-(deviations**2) / 2) / (2 * np.pi), rel=0.01)


@pytest.mark.parametrize("values", [[1.0, 5.0], [3.0], [0.0, 0.0], [-1e-9, 1e-9], [1e12]])
def test_an_axis_holds_all_values_with_a_margin(values):
    low, high = axis_range(values)
    assert low < min(values) and max(values) < high


def test_without_labels_points_are_neutral():
    figure = density_2d(X, TWO.weights, TWO.means, TWO.covariances, np.arange(2))
    points = only(figure, "points")
    assert set(points.marker.color) == {style.NEUTRAL["light"]} and points.text[2] == "row 3"


# -- the curve ---------------------------------------------------------------------------------------------------------


def trace(**columns):
    length = len(next(iter(columns.values())))
    given = {"inverse_temperature": np.ones(length), **dict.fromkeys(("log_likelihood", "objective"), np.zeros(length)), **columns}
    return Trace(State(t, "M", None, **{name: values[t] for name, values in given.items()}) for t in range(length))


def test_the_curve_shows_every_iteration_of_a_run():
    run = GMM(2, random_state=0, use_annealing=True, max_iter=8).start(X, X_validation=X[:5])
    run.finish()
    figure = plots.log_likelihood(run.trace, held_out_scale=10.0)
    for role, values in (
        ("log_likelihood", run.trace.log_likelihood),
        ("temperature", run.trace.inverse_temperature),
        ("held_out", 10 * run.trace.log_likelihood_validation),
    ):
        np.testing.assert_array_equal(only(figure, role).y, values)
        assert list(only(figure, role).x) == list(range(len(run.trace)))
    assert figure.layout.yaxis2.visible


def test_what_a_run_does_not_have_is_not_drawn():
    figure = plots.log_likelihood(trace(log_likelihood=[-5.0, -4.0, -3.5], objective=[-5.0, -4.0, -3.5]))
    for role in ("temperature", "held_out", "objective", "stop"):
        assert not len(only(figure, role).y), role
    assert not figure.layout.yaxis2.visible


def test_what_em_climbs_is_bold_and_the_title_says_why_it_is_not_the_log_likelihood():
    figure = plots.log_likelihood(
        trace(
            inverse_temperature=[0.5, 1.0, 1.0],
            log_likelihood=[-9.0, -5.0, -4.0],
            objective=[-12.0, -6.0, -4.000001],
            converged=[False, False, True],
        )
    )
    climbed, pale = only(figure, "objective"), only(figure, "log_likelihood")
    assert list(climbed.y) == [-12.0, -6.0, -4.000001] and list(pale.y) == [-9.0, -5.0, -4.0]
    assert pale.opacity < 0.5 and climbed.opacity is None and climbed.line.width == 2
    assert list(only(figure, "stop").y) == [-4.000001]
    assert "annealing" in figure.layout.title.text and "regularisation" in figure.layout.title.text
    assert figure.layout.showlegend and climbed.name == "objective" and pale.name == "log-likelihood"


def test_a_legend_names_the_lines_where_there_are_more_than_one():
    climb = {"log_likelihood": [-5.0, -4.0, -3.5], "objective": [-5.0, -4.0, -3.5]}
    alone = plots.log_likelihood(trace(**climb)).layout
    beside = plots.log_likelihood(trace(**climb, log_likelihood_validation=[-6.0, -5.0, -4.0])).layout
    assert not alone.showlegend and beside.showlegend and beside.margin.t > alone.margin.t and beside.title.text is None
    apart = climb | {"objective": [-9.0, -8.0, -7.0], "inverse_temperature": [0.5, 0.8, 0.9], "converged": [False, False, True]}
    four = plots.log_likelihood(trace(**apart)).layout
    five = plots.log_likelihood(trace(**apart, log_likelihood_validation=[-6.0, -5.0, -4.0])).layout
    assert five.margin.t >= four.margin.t + 20, "room for a second line of the legend under the title"


@pytest.mark.parametrize("iterations, step", [(1, 1), (7, 1), (8, None)])
def test_no_tick_lies_between_two_iterations(iterations, step):
    climb = -1 / np.arange(1.0, iterations + 2)
    assert plots.log_likelihood(trace(log_likelihood=climb, objective=climb)).layout.xaxis.dtick == step


@pytest.mark.parametrize("v, says, silent", [(0.5, "annealing", "regularisation"), (1.0, "regularisation", "annealing")])
def test_the_title_says_only_what_is_there(v, says, silent):
    text = plots.log_likelihood(trace(inverse_temperature=[v, 1.0], log_likelihood=[-9.0, -5.0], objective=[-12.0, -5.0])).layout.title.text
    assert says in text and silent not in text


def test_the_first_stop_is_marked():
    climb = [-5.0, -4.0, -3.0, -2.9]
    stops = trace(log_likelihood=climb, objective=climb, converged=[False, False, True, True])
    mark = only(plots.log_likelihood(stops), "stop")
    assert (list(mark.x), list(mark.y)) == ([2], [-3.0])


# -- the network -------------------------------------------------------------------------------------------------------


def test_the_network_shows_weights_as_areas_and_probabilities_as_widths():
    nodes, edges = [np.array([0.25, 0.75]), np.array([0.5, 0.3, 0.2])], [np.array([[0.1, 0.5, 1.0], [0.9, 0.5, 0.0]])]
    figure = plots.network(nodes, edges)
    lines = [shape for shape in figure.layout.shapes if shape.type == "path"]
    shares = [*nodes[0], *edges[0].T.ravel()]
    np.testing.assert_allclose([line.line.width for line in lines], 0.5 + 7 * np.array(shares))
    assert len({line.path for line in lines}) == len(lines)
    for layer, mark in zip(nodes, by_role(figure, "node"), strict=True):
        assert list(mark.customdata) == [style.percent(weight) for weight in layer] and len(set(mark.x)) == 1
        areas = np.asarray(mark.marker.size) ** 2
        np.testing.assert_allclose(areas / areas.sum(), layer)
    first, second = by_role(figure, "node")
    assert first.x[0] < second.x[0] and list(first.marker.color) == [style.color(0, "light"), style.color(1, "light")]
    told = [note.text for note in figure.layout.annotations]
    assert told == ["data", "layer 1", "25 %", "75 %", "layer 2", "50 %", "30 %", "20 %"]


def test_the_network_of_a_mixture_has_one_layer_and_that_of_a_deep_one_all_of_them():
    assert TWO.network() == {"nodes": [[0.3, 0.7]], "edges": []}
    for cls, lines in ((DGMM, 2 + 5), (GMN, 2 + 6)):  # the layers of a deep mixture do not depend on each other: they meet
        model = cls([2, 3], [1, 1], random_state=0, max_iter=2, stopping_criterion=None).fit(X)
        network = model.parameters_.network()
        assert [len(layer) for layer in network["nodes"]] == [2, 3]
        assert all(sum(layer) == pytest.approx(1) for layer in network["nodes"])
        figure = plots.network(**network)
        assert sum(shape.type == "path" for shape in figure.layout.shapes) == lines
        assert len(by_role(figure, "junction")) == (cls is DGMM) and len(by_role(figure, "node")) == 2


# -- colours -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_colours_and_shapes_tell_components_apart(theme):
    assert len({style.color(j, theme) for j in range(8)}) == 8 and style.color(8, theme) == style.color(0, theme)
    assert len({(style.color(j, theme), style.symbol(j)) for j in range(24)}) == 24
    assert style.mix(2, 1.0, theme) == "rgb({},{},{})".format(*bytes.fromhex(style.color(2, theme)[1:]))
    assert style.mix(2, 0.0, theme) == "rgb({},{},{})".format(*bytes.fromhex(style.NEUTRAL[theme][1:]))
