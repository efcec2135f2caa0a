"""A drawing is its text: what is written is read again, scripts make the same rows, and nothing that stands in a link does harm."""

from urllib.parse import quote

import numpy as np
import pytest
from hypothesis import example, given, settings, strategies as st

from mixes import datasets
from pages.work import links, views
from pages.work.checks import Nonsense
from pages.work.drawing import CLASSES, EMPTY, MOST_POINTS, NAME, Drawing, Text
from pages.work.lookup import usual
from pages.work.settings import PREPARATION

BOXES = st.sampled_from([("0", "10"), ("-1", "1"), ("1.4", "5.3"), ("-250000", "1e+06"), ("0.001", "0.00203"), ("0", "4.095")])


@st.composite
def drawings(draw):
    """Texts of drawings, of one or two axes."""
    axes = draw(st.lists(BOXES, min_size=1, max_size=2))
    n = draw(st.integers(0, 40))
    cells = draw(st.lists(st.tuples(*[st.integers(0, 4095)] * len(axes)), min_size=n, max_size=n))
    classes = sorted(draw(st.lists(st.integers(0, len(CLASSES) - 1), min_size=n, max_size=n)))
    box = tuple((float(low), float(high)) for low, high in axes)
    return Drawing(box, np.array(cells, dtype=int).reshape(n, len(axes)), np.array(classes, dtype=int)).write()


@given(drawings())
def test_what_is_written_is_read_again(text):
    drawing = Drawing.read(text)
    assert drawing.write() == text and Text().check(text, "Drawing") == text
    ends, _, points = text.removeprefix("p_").split("_", 2)
    assert len(points) == 2 * drawing.cells.size and ends.count(",") == 2 * drawing.cells.shape[1] - 1


@given(drawings())
def test_points_lie_on_the_board_and_different_steps_are_different_points(text):
    drawing = Drawing.read(text)
    low, high = np.array(drawing.box).T
    step = (high - low) / 4095
    assert (np.abs(drawing.points - (low + step * drawing.cells)) <= 0.5 * step).all()
    assert not np.signbit(drawing.points[drawing.points == 0]).any(), "a script would have -0.0"
    for cells, values in zip(drawing.cells.T, drawing.points.T):
        assert len(np.unique(cells)) == len(np.unique(values))


@settings(max_examples=30)
@given(drawings().filter(lambda text: not Drawing.read(text).lacks))
def test_the_code_of_a_drawing_gives_the_same_data_to_the_last_digit(text):
    drawing = Drawing.read(text)
    wanted, made = drawing.dataset(), eval(drawing.code(), {"datasets": datasets})
    assert (
        wanted.name == NAME
        and np.array_equal(made.X, wanted.X)
        and made.features == wanted.features
        and made.label_names == wanted.label_names
    )
    assert (made.labels is None and wanted.labels is None) or np.array_equal(made.labels, wanted.labels)
    assert max(map(len, drawing.code().splitlines())) < 150


@settings(max_examples=30)
@given(drawings())
def test_a_drawing_stands_in_the_link(text):
    query = links.write([{"source": "Draw", "drawing": text}])
    link = links.read(query)
    assert link.remarks == () and link.values["source"] == "Draw" and link.values["drawing"] == text
    assert links.write([link.values]) == query


def test_a_link_holds_the_largest_drawing():
    cells = np.arange(2 * MOST_POINTS).reshape(-1, 2)
    classes = np.sort(np.arange(MOST_POINTS) % len(CLASSES))
    text = Drawing(((-123456.0, 1.23456e6), (-0.00123456, 123456.0)), cells, classes).write()
    query = links.write([{"source": "Draw", "drawing": text}])
    assert len(query) < 6200 and links.read(query).values["drawing"] == text


def test_another_link_leaves_what_is_drawn():
    assert "drawing" not in links.read("v=1&d=iris").values


@pytest.mark.parametrize(
    "text, problem",
    [
        ("p", "needs points as the board writes them"),
        ("p_", "needs points"),
        ("p_0,10,0,10_a1_AAA", "needs points"),
        ("p_0,10,0,10_a1_AAAAA", "needs points"),
        ("p_0,10,0,10_a2_AAAA", "needs points"),
        ("p_0,10,0,10_b1a1_AAAAAAAA", "needs points"),
        ("p_0,10,0,10_a1a1_AAAAAAAA", "needs points"),
        ("p_0,10,0,10_g1_AAAA", "needs points"),
        ("p_0,10,0,10_a0_", "needs points"),
        ("p_0,10,0,10_a01_AAAA", "needs points"),
        ("p_0,10,0,10_a1_AA=A", "needs points"),
        ("p_0,10,0,10_a1_ÄÄÄÄ", "needs points"),
        ("p_0,10,0,10_a1_AAAA\n", "needs points"),
        ("p_0,10,0,10_a9999_AAAA", "needs at most 1,500 points"),
        ("p_0,10,0_a1_AAAA", "needs a board"),
        ("p_0,10,0,10,0,10_a1_AAAAAA", "needs a board"),
        ("p_10,0,0,10_a1_AAAA", "needs a board"),
        ("p_0,0,0,10_a1_AAAA", "needs a board"),
        ("p_1000000,1000001_a1_AA", "needs a board"),
        ("p_0,1e-300_a1_AA", "needs a board"),
        ("p_0,1e+300_a1_AA", "needs a board"),
        ("p_0,1e999_a1_AA", "needs a board"),
        ("p_0,10.0_a1_AA", "needs a board"),
        ("p_00,10_a1_AA", "needs a board"),
        ("p_-0,10_a1_AA", "needs a board"),
        ("p_,,,_a1_AAAA", "needs a board"),
        ("p_" + "9" * 100 + "_a1_AA", "needs points"),
    ],
)
def test_what_is_no_drawing_is_said_and_the_board_is_empty(text, problem):
    with pytest.raises(Nonsense, match=problem):
        Drawing.read(text)
    link = links.read(f"d={quote(text)}")
    assert link.values["source"] == "Draw" and link.values["drawing"] == EMPTY
    [remark] = link.remarks
    assert remark.startswith("Drawing is 'p") and problem in remark and remark.endswith(", and is as usual here.") and len(remark) < 160


@settings(max_examples=200)
@given(st.text("p_0123456789,.eabcAZ-\u0661\n", max_size=30))
def test_whatever_stands_in_a_link_is_read_or_said(text):
    link = links.read(f"d=p_{quote(text)}")
    assert link.values["source"] == "Draw" and (not link.remarks) == (link.values["drawing"] == f"p_{text}")
    assert link.values.items() >= usual(PREPARATION).items()


@pytest.mark.parametrize("value", [None, 3, ["p_0,10,0,10__"], "", "p_0,10,0,10_a1_"])
def test_what_a_browser_tells_is_checked(value):
    with pytest.raises(Nonsense, match="Drawing needs points"):
        Text().check(value, "Drawing")


@pytest.mark.parametrize("name", datasets.BUILT_IN)
def test_one_can_begin_with_the_rows_of_a_data_set(name):
    dataset = datasets.load(name)
    features = views.axes(dataset)[1]
    drawing = Drawing.of(dataset, features)
    assert Drawing.read(drawing.write()).write() == drawing.write() and not drawing.lacks
    X, n = dataset.X[:, features], min(len(dataset.X), MOST_POINTS)
    assert len(drawing.cells) == n
    if n == len(dataset.X):
        few = dataset.labels is not None and len(dataset.label_names) <= len(CLASSES)
        order = np.argsort(dataset.labels, kind="stable") if few else np.arange(n)
        low, high = np.array(drawing.box).T
        assert (np.abs(drawing.points - X[order]) <= (high - low) / 4095).all()
        assert (low < X.min(axis=0)).all() and (X.max(axis=0) < high).all()
        assert drawing.classes.tolist() == (dataset.labels[order].tolist() if few else [0] * n)


@given(st.floats(-1e8, 1e8), st.floats(0, 1e8), st.integers(1, 2))
@example(2.0, 0.0, 1)
@example(1e-8, 0.0, 1)
def test_the_board_is_wide_enough_for_any_rows(low, spread, d):
    X = np.tile([[low], [low + spread]], d)
    drawing = Drawing.of(datasets.drawn(X), range(d))
    assert Drawing.read(drawing.write()).box == drawing.box and drawing.cells.shape == (2, d)
    assert all(a <= low and low + spread <= b for a, b in drawing.box)


def test_the_browser_writes_the_same_text():
    drawing = Drawing.read("p_-1,1,0,1e+06_a2b1f1_AAAA__--AZ-_BABA")  # in board.test.mjs, too
    assert drawing.cells.tolist() == [[0, 0], [4095, 62 * 65], [25, 62 * 64 + 63], [64, 64]] and drawing.classes.tolist() == [0, 0, 1, 5]


def test_points_in_two_places_are_enough():
    assert Drawing.read(EMPTY).lacks == "A model needs points in at least 2 places to learn from. So far there is none."
    assert Drawing.read("p_0,10,0,10_a2_AAAAAAAA").lacks.endswith("So far there is one.")
    assert Drawing.read("p_0,10,0,10_a2_AAAAAAAB").lacks == ""


def test_the_key_changes_with_the_drawing():
    keys = {Drawing.read(text).key for text in (EMPTY, "p_0,10__", "p_0,10_a1_AA", "p_0,10_b1_AA")}
    assert len(keys) == 4 and max(map(len, keys)) == 20
