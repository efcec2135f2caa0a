"""What is drawn is data like any other: it is fitted, stands in link and script, and stays from page to page."""

import json

import numpy as np
import pytest
from conftest import shown

from mixes import datasets
from pages.wire import board
from pages.wire.sources import link_of
from pages.work import exports, links
from pages.work.drawing import EMPTY, MOST_POINTS, Drawing
from tests.pages.wire.test_wire import written

CELLS = np.random.default_rng(0).normal([[1000, 1000]] * 30 + [[3000, 2500]] * 30, 200).astype(int)
CLOUDS = Drawing(((0.0, 10.0), (0.0, 10.0)), CELLS, np.repeat([0, 1], 30)).write()
DRAWN = Drawing.read(CLOUDS).dataset()


def sent(page):
    """What the board was sent last."""
    [component] = [each for each in page.app.get("bidi_component") if each.proto.component_name == "mixes_board"]
    return json.loads(component.proto.json)


def draw(page, word):
    """The page after a word of the board."""
    page.app.session_state[board.KEY] = {board.WORD: word}
    page.run()
    del page.app.session_state[board.KEY]
    return page


def shows(page, dataset):
    run = page.session.run
    return np.array_equal(run.dataset.X, dataset.X) and run.dataset.name == dataset.name


def test_what_is_drawn_is_fitted_as_soon_as_it_can_be_and_stands_in_the_link(page, arrive):
    before = page.session.run
    page.set("set_source", "Draw")
    assert sent(page).keys() == written("The drawing board") and sent(page)["drawing"] == EMPTY and sent(page)["most"] == MOST_POINTS
    assert "Until then you see Old Faithful." in page.captions() and page.session.run is before
    assert "A model needs points in at least 2 places to learn from. So far there is none." in page.captions()
    draw(page, {"drawing": "p_0,10,0,10_a1_AAAA"})
    assert any(caption.endswith("So far there is one.") for caption in page.captions()) and page.session.run is before
    draw(page, {"drawing": CLOUDS})
    assert shows(page, DRAWN) and "60 rows × 2 features, 2 known classes (never used to fit)" in " ".join(page.captions()).replace("*", "")
    assert "k" in page.play()[-1], "known classes are compared with the components"
    link = page.payload["link"]
    assert f"d={CLOUDS}" in link["query"] and link["lacks"] == ""
    opened = arrive(f"{link['query']}&at=3")
    assert shows(opened, DRAWN) and sent(opened)["drawing"] == CLOUDS and opened.said() == ""
    assert opened.session.run.run.trace[3].log_likelihood == page.session.run.run.trace[3].log_likelihood


def test_a_word_that_makes_no_sense_changes_nothing(arrive):
    page = arrive(f"d={CLOUDS}")
    for word in ({"drawing": "p_0,10"}, {"drawing": None}, {"drawing": ["p_0,10__"]}, {}, CLOUDS, None, 7):
        assert sent(draw(page, word))["drawing"] == CLOUDS and shows(page, DRAWN)


def test_a_drawing_stays_from_page_to_page_and_other_models_learn_from_it(compare):
    page = compare.set("set_source", "Draw")
    draw(page, {"drawing": CLOUDS})
    assert np.array_equal(page.comparison.working[0].experiment.dataset.X, DRAWN.X) and sent(page)["drawing"] == CLOUDS
    page.open("tune")
    assert sent(page)["drawing"] == CLOUDS and page.session.data.dataset.name == "Drawing"
    page.open("explore").set("set_source", "Built-in")
    assert page.session.run.dataset.name == "Old Faithful"
    assert shows(page.set("set_source", "Draw"), DRAWN)


def test_another_stroke_begins_anew_along_the_same_axes(page):
    page.set("set_source", "Draw")
    draw(page, {"drawing": CLOUDS}).set(f"view_y_{Drawing.read(CLOUDS).key}", "none")
    page.need(1)
    more = Drawing(((0.0, 10.0), (0.0, 10.0)), CELLS[:50], np.repeat([0, 1], 25)).write()
    draw(page, {"drawing": more})
    assert page.session.run.newest == 0 and len(page.session.run.dataset.X) == 50 and page.payload["static"]["dimension"] == 1
    assert len([key for key in page.session.run.widgets if key.startswith("view_x_drawing")]) == 1
    assert len(page.runs()) == 1, "the run before is a run to go back to"
    page.app.button(key=f"return_{page.session.earlier_runs[0].id}").click()
    assert shows(page.run(), DRAWN) and sent(page)["drawing"] == CLOUDS


def test_one_can_begin_with_the_rows_that_are_shown(page):
    page.set("set_source", "Draw").click("Begin with Old Faithful")
    rows = datasets.load("Old Faithful").X
    assert np.abs(page.session.run.dataset.X - rows).max(axis=0) == pytest.approx([0, 0], abs=0.02)
    draw(page, {"drawing": EMPTY})
    assert not [button for button in page.app.button if button.key == "begin_drawing"], "undo brings them back"
    page.set("set_source", "Built-in").set("set_built_in", "Digits").set("set_source", "Draw")
    assert shown(page.app.button(key="begin_drawing").help) == (
        "1,500 of its 1,797 rows, of pixel 6,3 and pixel 6,4 alone, without their 10 classes, to add to and to take away from. "
        "The features are then called x1 and x2."
    )
    page.click("Begin with Digits")
    assert page.session.run.dataset.X.shape == (MOST_POINTS, 2) and page.session.run.dataset.labels is None


def test_the_script_of_a_drawing_has_its_rows_and_makes_the_same_run(page, capsys):
    page.set("set_source", "Draw")
    draw(page, {"drawing": CLOUDS})
    run = page.session.run
    page.need(1)
    _, _, script = exports.file(run, "script", 2, None)
    assert "data = datasets.drawn([" in script and "[1] * 30 + [2] * 30" in script
    exec(compile(script, "script", "exec"), {"__name__": "script"})
    assert str(float(run.run.trace[2].log_likelihood)) in capsys.readouterr().out.split()


def test_a_locked_board_takes_nothing(arrive):
    page = arrive(f"d={CLOUDS}&lock=1")
    assert sent(page)["locked"]
    assert shows(draw(page, {"drawing": "p_0,10_a2_AAAB"}), DRAWN)


def test_a_link_that_would_be_too_long_keeps_the_drawing_and_says_what_it_leaves_out(arrive):
    cells = np.random.default_rng(1).integers(0, 4096, (MOST_POINTS, 2))
    text = Drawing(((0.0, 10.0), (0.0, 10.0)), cells, np.zeros(MOST_POINTS, dtype=int)).write()
    run = arrive(f"d={text}").session.run
    forks, edits = range(1, 51), ["t1(0.12345,-0.54321,0.98765,1.2345)"] * 50
    query, lacks = link_of(run.settings.dataset_key, run.dataset, run.widgets, [run.settings] * 51, forks, edits=edits)
    link = links.read(f"{query}&at=12&ll=-371.123456&hide={'x' * 300}")
    assert link.values["drawing"] == text and link.forks == () and link.log_likelihood == -371.123456
    assert lacks == "The link does not hold what was changed while the model learned, with which it would be too long: send that too."
    query, lacks = link_of(run.settings.dataset_key, run.dataset, run.widgets, [run.settings] * 2, forks[:1], edits=edits[:1])
    assert links.read(query).edits == tuple(edits[:1]) and lacks == ""
