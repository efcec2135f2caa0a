"""Figures of many starts and of sweeps: what is marked is what the tables say, and every mark names a start that is there."""

import time

import numpy as np
import pytest
from plotly.colors import hex_to_rgb, unlabel_rgb

from mixes import GMM, datasets, plots, selection
from mixes.plots import style
from mixes.selection import Cell, Score
from tests.starts import LABELS, failed, start, starts

ONE, PLAIN, ANNEALED = Cell(0, {}), Cell(0, {"annealing": False}), Cell(1, {"annealing": True})
VIEWS = ("lines", "map", "parallel")


def by_role(figure, role):
    return [trace for trace in figure.data if trace.meta["role"] == role]


def named(figure, *roles):
    """Cells and starts that marks name."""
    return {tuple(mark[:2]) for trace in figure.data if trace.meta["role"] in roles for mark in trace.customdata}


def texts(figure):
    return [note.text for note in figure.layout.annotations]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_start_is_drawn_at_its_objective_in_the_colour_of_its_optimum(theme):
    found = starts(ONE, [-10.0] * 3 + [-20.0] * 2 + [-30.0])
    figure = plots.restarts(found, theme=theme)
    [ends] = by_role(figure, "ends")
    drawn = dict(zip([tuple(mark) for mark in ends.customdata], zip(ends.x, ends.marker.color, ends.marker.symbol)))
    palette = style.PALETTE[theme]
    colours = [palette[0]] * 3 + [palette[1]] * 2 + [palette[2]]
    symbols = ["circle"] * 5 + ["circle-open"]
    assert drawn == {(0, i): (own.row["objective"], colours[i], symbols[i]) for i, (_, own) in enumerate(found)}
    assert "<b>3 of 6</b>" in texts(figure) and "2" in texts(figure)
    assert [key.name for key in by_role(figure, "key")] == ["found only once"]
    assert len(set(zip(ends.x, ends.y))) == 6, "no mark hides another"


def test_optima_beyond_the_palette_share_its_colours_in_other_shapes_unless_they_were_found_once():
    found = starts(ONE, [-10.0 * i for i in (1, 2, 3, 4, 5, 6, 7, 8, 8, 9)])
    [ends] = by_role(plots.restarts(found), "ends")
    looks = {number: look for (_, number), look in zip(ends.customdata, zip(ends.marker.color, ends.marker.symbol))}
    palette = style.PALETTE["light"]
    assert looks[7] == looks[8] == (palette[0], "square") and looks[9] == (style.MUTED["light"], "circle-open")
    assert len({looks[number][0] for number in range(7)}) == 7 and palette[-1] not in {colour for colour, _ in looks.values()}


def test_curves_lead_to_the_ends_of_the_table():
    found = list(selection.iterate_restarts(GMM(3, init="random", random_state=0), datasets.load("Old Faithful").X, 6))
    figure = plots.restarts([(ONE, own) for own in found])
    ends = {}
    for trace in by_role(figure, "curves"):
        for (_, number), x, y in zip(trace.customdata, trace.x, trace.y):
            if np.isfinite(y):
                ends[number] = (x, y)
    assert ends == {own.number: (own.row["iterations"], own.row["objective"]) for own in found}
    assert named(figure, "ends") == {(0, number) for number in ends}


def test_a_long_curve_is_thinned_and_keeps_its_ends():
    long = start(0, -1.0)
    long = type(long)(0, 0, long.row, posterior=long.posterior, curve=np.linspace(-9, -1, 5000))
    [curve] = by_role(plots.restarts([(ONE, long)]), "curves")
    assert len(curve.x) < 100 and (curve.x[0], curve.x[-2], curve.y[-2]) == (0, 4999, -1.0)


def test_what_does_not_count_is_grey_and_has_marks_of_its_own():
    lost = start(3, -30.0, **{"to the end": False})
    found = [*starts(ONE, [-10.0, -10.0]), (ONE, start(2, 90.0, degenerate=True)), (ONE, lost), (ONE, failed(4, "No luck."))]
    figure = plots.restarts(found)
    for role, number in (("degenerate", 2), ("lost", 3), ("failed", 4)):
        [trace] = by_role(figure, role)
        assert [tuple(mark) for mark in trace.customdata] == [(0, number)]
        assert trace.marker.color == style.NEUTRAL["light"] and trace.showlegend and trace.marker.symbol.endswith("open")
    assert "No luck." in by_role(figure, "failed")[0].text[0]
    assert "<b>at least 2 of 4</b>" in texts(figure), "a start that lost the race might have come to it"
    low, high = figure.layout.xaxis.range
    assert all(low <= x <= high for role in ("ends", "degenerate", "lost", "failed") for x in by_role(figure, role)[0].x)


def test_ways_have_rows_of_their_own_and_one_colour_for_an_optimum():
    figure = plots.restarts(starts(PLAIN, [-20.0, -20.0, -10.0]) + starts(ANNEALED, [-10.0] * 3))
    plain, annealed = by_role(figure, "ends")
    best = style.PALETTE["light"][0]
    assert list(annealed.marker.color) == [best] * 3 and list(plain.marker.color).count(best) == 1
    assert max(annealed.y) < min(plain.y)
    assert {"without annealing", "with annealing", "<b>1 of 3</b>", "<b>3 of 3</b>"} <= set(texts(figure))
    assert {trace.xaxis for trace in by_role(figure, "curves")} == {"x2", "x3"}


def test_ends_that_differ_by_rounding_stand_at_one_place():
    figure = plots.restarts(starts(ONE, [-500.0, -500.0 + 1e-9, -500.0 - 2e-9]))
    [ends] = by_role(figure, "ends")
    low, high = figure.layout.xaxis.range
    assert high - low > 0.1 and sorted(ends.y) == [0.5, 1.5, 2.5], "in one stack"


def test_a_count_stands_over_a_stack_of_its_own_optimum_only():
    other = np.arange(12) % 3 > 0
    worst = [(ONE, start(4 + i, -1000.0 - 0.3 * (i > 1), other.astype(int) if i > 1 else LABELS)) for i in range(4)]
    figure = plots.restarts([*starts(ONE, [-10.0] * 4), *worst])
    assert "<b>4 of 8</b>" in texts(figure) and "2" not in texts(figure)


def test_minus_is_that_of_the_axes():
    [ends] = by_role(plots.restarts(starts(ONE, [-10.0, -20.0])), "ends")
    assert "objective −10.00" in ends.text[0]
    found = starts(Cell(0, {"a": 1}), [-10.0]) + starts(Cell(1, {"a": 2}), [-20.0])
    [numbers] = by_role(plots.sweep(found, measure="log-likelihood", view="map"), "numbers")
    assert list(numbers.text) == ["−10.0", "−20.0"]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_numbers_and_marks_read_well_on_their_cells(theme):
    def luminance(colour):
        rgb = np.array(hex_to_rgb(colour) if colour.startswith("#") else unlabel_rgb(colour)) / 255
        return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4) @ (0.2126, 0.7152, 0.0722)

    found = [each for k in range(1, 13) for each in starts(Cell(k, {"a": k}), [-float(k**2)])]
    figure = plots.sweep(found, measure="log-likelihood", view="map", theme=theme)
    heat, numbers = (by_role(figure, role)[0] for role in ("map", "numbers"))
    ends = [colour for _, colour in heat.colorscale]
    marked = [(round(x), ink) for role in ("best", "once") for mark in by_role(figure, role) for x, ink in zip(mark.x, mark.marker.color)]
    assert len(marked) == 13
    for x, ink in [*zip(numbers.x, numbers.textfont.color), *marked]:
        share = (np.asarray(heat.z)[0, x] - heat.zmin) / (heat.zmax - heat.zmin)
        low, high = sorted((luminance(ink), luminance(style.between(*ends, share))))
        assert (high + 0.05) / (low + 0.05) >= 4.1, "at the worst colour neither black nor white reads at more than 4.3 to 1"


def test_names_of_ways_lie_within_their_panels():
    figure = plots.restarts(starts(PLAIN, [-20.0, -10.0]) + starts(ANNEALED, [-10.0] * 2))
    panels = [note for note in figure.layout.annotations if note.yref in ("y2 domain", "y3 domain")]
    assert len(panels) == 2 and all(0 <= note.y <= 1 and note.yanchor == "bottom" and note.xref.endswith("domain") for note in panels)


def test_a_way_has_its_row_before_its_first_start_comes():
    figure = plots.restarts(starts(PLAIN, [-20.0, -10.0]), cells=[PLAIN, ANNEALED])
    assert {"without annealing", "with annealing"} <= set(texts(figure)) and {"xaxis2", "xaxis3"} <= set(figure.layout.to_plotly_json())


def cell_starts(number, settings, bic, count=2, **row):
    cell = Cell(number, settings)
    k = settings.get("components", 2)
    return [(cell, start(i, -bic / 2, LABELS % k, k, **row)) for i in range(count)]


@pytest.fixture
def found():
    return [
        *cell_starts(0, {"components": 1, "ε": 0.1}, 100),
        *cell_starts(1, {"components": 1, "ε": 0.2}, 91.5),
        *cell_starts(2, {"components": 2, "ε": 0.1}, 90),
        *cell_starts(3, {"components": 2, "ε": 0.2}, 97, 1),
        (Cell(4, {"components": 300, "ε": 0.1}), failed(sentence="n_components is 300.")),
        *cell_starts(5, {"components": 300, "ε": 0.2}, 20, degenerate=True),
    ]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("view", VIEWS)
def test_the_best_cell_those_within_its_noise_and_the_others_are_marked_as_the_tables_say(found, view, theme):
    figure = plots.sweep(found, view=view, theme=theme)
    values, _, leading, _ = selection.measured(selection.tabulate_sweep(found))
    assert leading == [2, 1] and set(values) == {0, 1, 2, 3}
    assert named(figure, "best") == {(2, 0)} and named(figure, "leading") == {(1, 0)}
    keys = {trace.name for trace in by_role(figure, "key")}
    assert keys == {"best", "not told from it", "found only once", "failed", "degenerate"}
    assert named(figure, "failed") == {(4, 0)} and "n_components is 300." in by_role(figure, "failed")[0].text[0]
    there = {(cell.number, own.number) for cell, own in found}
    for trace in figure.data:
        if trace.customdata is not None and trace.meta["role"] != "map":
            assert {tuple(mark[:2]) for mark in trace.customdata} <= there


def test_lines_go_through_the_best_start_of_each_cell_with_all_starts_behind(found):
    figure = plots.sweep(found)
    lines = by_role(figure, "line")
    assert [line.name for line in lines] == ["ε = 0.1", "0.2"]
    assert [list(line.y) for line in lines] == [[100, 90], [91.5, 97]] and [list(line.x) for line in lines] == [[0, 1], [0, 1]]
    assert [list(line.marker.symbol) for line in lines] == [["circle", "circle"], ["circle", "circle-open"]]
    assert list(figure.layout.xaxis.ticktext) == ["1", "2", "300"]
    assert named(figure, "starts") == {(cell.number, own.number) for cell, own in found if cell.number < 4}
    assert named(figure, "degenerate") == {(5, 0), (5, 1)}


def test_a_map_has_a_value_for_each_cell_and_says_why_where_it_has_none(found):
    [heat] = by_role(plots.sweep(found, view="map"), "map")
    z = np.asarray(heat.z)
    assert np.isnan(z).tolist() == [[False, False, True], [False, False, True]]
    np.testing.assert_allclose(z[:, :2], -np.sqrt([[10, 0], [1.5, 7]]))
    assert np.asarray(heat.customdata)[:, :, 0].tolist() == [[0, 2, 4], [1, 3, 5]]
    assert "n_components is 300." in heat.hovertext[0][2] and "degenerate" in heat.hovertext[1][2]
    [frame] = plots.sweep(found, view="map").layout.shapes
    assert (frame.x0 + frame.x1, frame.y0 + frame.y1) == (2, 0)


def test_on_parallel_axes_the_better_is_higher_and_a_failed_cell_ends_at_its_settings(found):
    figure = plots.sweep(found, view="parallel")
    [best], [others] = by_role(figure, "best"), by_role(figure, "others")
    assert best.y[-2] == 1.0, "the last axis is that of the measure"
    ends = {mark[0]: x for mark, x in zip(others.customdata, others.x) if x is not None}
    assert ends[4] < ends[0] == best.x[-2]


def test_held_out_scores_have_their_errors():
    found = [pair for c in range(3) for pair in cell_starts(c, {"components": c + 1}, 90 + c)]
    scores = [Score(found[2 * c][0], split, 80, 20, -c - 0.01 * split, None) for split in range(4) for c in range(2)]
    scores += [Score(found[4][0], split, 80, 20, np.nan, "Too few rows.") for split in range(4)]
    figure = plots.sweep(found, scores, "held-out log-likelihood")
    values, errors, *_ = selection.measured(None, scores, "held-out log-likelihood")
    [line] = by_role(figure, "line")
    assert list(line.y) == [values[0], values[1]] and list(line.error_y.array) == [errors[0], errors[1]]
    assert named(figure, "failed") == {(2, 0)} and "Too few rows." in by_role(figure, "failed")[0].text[0]
    alone = plots.sweep([], scores, "held-out log-likelihood")
    assert list(by_role(alone, "line")[0].y) == list(line.y), "scores may come before starts"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_of_nothing_yet_there_are_axes_and_no_marks(theme):
    for figure in (plots.restarts([], theme=theme), *(plots.sweep([], view=view, theme=theme) for view in VIEWS)):
        assert not [trace for trace in figure.data if trace.type == "scatter"]
        assert figure.layout.xaxis.range is not None and figure.layout.yaxis.range is not None
    for draw in (plots.restarts, plots.sweep):
        assert not named(draw([(ONE, failed())], theme=theme), "ends", "best", "line")


def test_settings_whose_values_are_words_or_mixed_have_axes_too():
    found = cell_starts(0, {"init": "kmeans", "a": 1}, 100) + cell_starts(1, {"init": "random", "a": 1}, 90)
    for view in VIEWS:
        assert named(plots.sweep(found, view=view), "best") == {(1, 0)}
    assert list(plots.sweep(found).layout.xaxis.ticktext) == ["kmeans", "random"]


@pytest.mark.parametrize("view", VIEWS)
def test_settings_may_be_lists_or_those_of_several_models_or_none_at_all(view):
    def marked(*settings, fails=()):
        found = [(Cell(i, own), failed() if i in fails else start(0, -10.0 - i)) for i, own in enumerate(settings)]
        figure = plots.sweep(found, view=view)
        return figure, named(figure, "best", "failed")

    figure, marks = marked({"layer_sizes": [3, 1]}, {"layer_sizes": [[2], np.array([1])]})
    assert marks == {(0, 0)}
    if view == "lines":
        assert list(figure.layout.xaxis.ticktext) == ["(3, 1)", "((2,), (1,))"]
    figure, marks = marked({"model": "a", "n_components": 3}, {"model": "b", "layer_sizes": [3, 1]}, {"rate": 1.0}, fails=[2])
    assert marks == {(0, 0), (2, 0)} and "None" not in figure.to_json()
    for fails in ([0], [1]):
        assert marked({}, {}, fails=fails)[1] >= {(1 - fails[0], 0)}
    assert not marked({}, fails=[0])[1] - {(0, 0)}


def test_another_view_is_refused():
    with pytest.raises(ValueError, match='view is \'pie\'; it needs "lines", "map" or "parallel"'):
        plots.sweep([], view="pie")


def test_five_hundred_cells_are_drawn_quickly():
    found = [pair for a in range(25) for b in range(20) for pair in cell_starts(20 * a + b, {"a": a, "b": b}, 100 + (a - 9) ** 2 + b)]
    began = time.process_time()
    for view in VIEWS:
        figure = plots.sweep(found, view=view)
        assert len(named(figure, "best")) == 1
        if view == "map":  # too many cells to write in have a scale
            bar = figure.data[0].colorbar
            assert figure.data[0].showscale and bar.tickvals[-1] == 0 and [bar.ticktext[0], bar.ticktext[-1]] == ["344", "100"]
    assert time.process_time() - began < 10
