"""The Explore page: the first picture, playing, forking, and the list of runs."""

import base64
import re
from contextlib import nullcontext

import numpy as np
import pytest
import streamlit as st
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.WidgetStates_pb2 import WidgetState

from mixes import datasets
from pages.work.models import MODELS


def decoded(text, dtype):
    return np.frombuffer(base64.b64decode(text), dtype)


def number_of(run):
    """The run's own part of the id that the player knows."""
    return run.split(" ")[0]


# -- The first picture ------------------------------------------------------------------------------------------------


def test_opens_on_old_faithful_ready_to_play(page):
    payload, faithful = page.payload, datasets.load("Old Faithful").X
    assert [row["i"] for row in payload["rows"]] == [0]
    assert payload["end"] is None and "error" not in payload and payload["script_runs"] == 1
    static = payload["static"]
    assert static["title"] == "Gaussian mixture (GMM), 2 components, on Old Faithful"
    assert (static["n"], static["shown"], static["dimension"], static["components"]) == (272, 272, 2, 2)
    assert static["start"] == {"iteration": 0, "half": "M", "playing": None}
    np.testing.assert_array_equal(decoded(static["points"]["x"], "<f4"), faithful[:, 0].astype("f4"))
    np.testing.assert_array_equal(decoded(static["points"]["y"], "<f4"), faithful[:, 1].astype("f4"))
    np.testing.assert_array_equal(decoded(static["points"]["id"], "<i4"), np.arange(1, 273))
    assert "l" not in payload["rows"][0], "points are neutral before the first E-step"
    assert not page.errors() and not page.app.warning and not page.runs()


def test_the_player_and_plotly_come_from_this_server(page):
    payload = page.payload
    assert re.fullmatch(r"player-[0-9a-f]{12}/explore\.js", payload["player"])
    assert re.fullmatch(r"plotly-[0-9.]+/plotly\.min\.js", payload["plotly"])


def test_every_control_has_words_that_explain_it(page):
    silent = [
        widget.label
        for key, widget in page.widgets().items()
        if widget.proto.label_visibility.value == 0 and not widget.proto.help and not key.startswith("view_x")
    ]
    assert silent == []


# -- Rows are pulled ----------------------------------------------------------------------------------------------------


def test_rows_come_from_the_first_missing_one(page):
    answer = page.need(1)
    assert [row["i"] for row in answer["rows"]] == list(range(1, 1 + len(answer["rows"]))) and answer["rows"]
    assert "static" not in answer
    again = page.need(1)
    assert again["rows"][0] == answer["rows"][0], "the past does not change"


def test_a_player_that_lost_everything_gets_everything_again(page):
    page.play(upto=3)
    answer = page.need(0, have=False)
    assert answer["rows"][0]["i"] == 0 and answer["static"]["n"] == 272


def test_a_paused_player_costs_nothing(page):
    page.play(upto=3)
    trace = len(page.session.run.run.trace)
    answer = page.show(2)
    assert answer["rows"] == [] and "static" not in answer
    assert len(page.session.run.run.trace) == trace


def test_a_question_about_another_run_is_answered_with_this_one(page):
    run = page.payload["run"]
    page.set("set_components", 3)
    page.app.session_state["player"] = {
        "need": {"run": run, "from": 5, "have": True, "shown": {"iteration": 4, "half": "M"}, "playing": True}
    }
    answer = page.run().payload
    assert answer["run"] != run and answer["static"]["components"] == 3 and answer["rows"][0]["i"] == 0


def test_a_run_plays_to_where_the_stopping_rule_holds(page):
    rows = page.play()
    end = page.payload["end"]
    assert [row["i"] for row in rows] == list(range(1, end["iteration"] + 1))
    assert rows[-1]["stop"] and not any(row["stop"] for row in rows[:-1])
    assert end["reason"] == "the stopping rule holds"
    objectives = np.array([row["obj"] for row in rows])
    assert (np.diff(objectives) >= -1e-9 * abs(objectives[0])).all()
    beyond = page.need(end["iteration"] + 1)
    assert beyond["rows"] == [] and beyond["end"] == end


def test_without_stopping_it_goes_to_the_most_iterations(page):
    page.set("set_max_iter", 30).set("set_stop", False)
    rows = page.play()
    assert rows[-1]["i"] == page.payload["end"]["iteration"] == 30
    assert page.payload["end"]["reason"] == "this is the last of the 30 iterations you allow"


def test_one_click_lets_a_run_go_on_that_came_to_its_last_iteration(page):
    page.set("set_max_iter", 10).set("set_stop", False).play()
    assert page.payload["end"]["more"] == 200
    before = page.payload["run"]
    page.say("more", click=5)
    payload = page.payload
    assert payload["static"]["parent"] == {"run": before, "upto": 10} and payload["static"]["max_iter"] == 210
    assert payload["static"]["start"] == {"iteration": 10, "half": "M", "playing": True} and payload["end"] is None
    assert page.widgets()["set_max_iter"].value == 210 and page.play(upto=12, first=11)[0]["i"] == 11


def test_a_run_that_the_rule_ended_is_not_offered_more(page):
    page.play()
    assert page.payload["end"]["reason"] == "the stopping rule holds" and "more" not in page.payload["end"]


# -- Data that need settings of their own -------------------------------------------------------------------------------


def test_digits_come_with_settings_that_show_something_and_take_them_away_again(page):
    page.set("set_built_in", "Digits")
    chosen = page.session.run.settings
    assert chosen.structure["n_components"] == 10 and chosen.structure["init"] == "kmeans"
    assert chosen.steering["var_regularization"] == 0.01 and any("show something" in caption for caption in page.captions())
    page.set("set_components", 7).set("set_built_in", "Old Faithful")
    chosen = page.session.run.settings
    assert chosen.structure == {"n_components": 7, "covariance_type": "full", "init": "random", "random_state": 0, "n_init": 1}, (
        "what was changed stays"
    )
    assert chosen.steering["var_regularization"] == 1e-6


@pytest.mark.slow
def test_an_example_leaves_nothing_to_the_next_one(page):
    page.click("Handwritten digits, three layers").click("Skewed clouds, by ellipses")
    assert page.session.run.settings.steering["var_regularization"] == 1e-6


@pytest.mark.slow
def test_constant_pixels_are_no_axes(page):
    page.click("Handwritten digits, three layers")
    [key] = [key for key in page.widgets() if key.startswith("view_") and key != "view_space"]
    page.set(key, "Features")
    X, names = datasets.load("Digits").X, datasets.load("Digits").features
    constant = {name for name, spread in zip(names, np.ptp(X, axis=0)) if not spread}
    across, up = (page.widgets()[f"view_{axis}_Digits"] for axis in "xy")
    assert constant and not constant & {*across.options, *up.options}
    assert {across.value, up.value} == {names[j] for j in np.argsort(X.var(axis=0))[-2:]}


# -- Settings that steer fork, settings that define begin anew ----------------------------------------------------------


@pytest.mark.parametrize(
    "key, value", [("set_rate", 0.5), ("set_annealing", True), ("set_regularisation", 0.01), ("set_threshold", 1e-6), ("set_max_iter", 300)]
)
def test_steering_forks_at_the_shown_iteration(page, key, value):
    before = page.payload["run"]
    page.play(upto=9)
    page.show(7)
    page.set(key, value)
    payload = page.payload
    assert number_of(payload["run"]) != number_of(before)
    assert payload["static"]["parent"] == {"run": before, "upto": 7}
    assert payload["static"]["start"] == {"iteration": 7, "half": "M", "playing": None}, "it keeps on as it was"
    old, new = (each.run.trace for each in (page.session.before, page.session.run))
    assert [state.parameters for state in new[:7]] == [state.parameters for state in old[:7]]
    rows = page.play(upto=8, first=8)
    assert rows[0]["i"] == 8


def test_a_fork_begins_where_the_player_stands_when_the_setting_is_told(page):
    before = page.payload["run"]
    page.play(upto=9)
    page.show(5)
    page.standing(7, lambda: page.set("set_rate", 0.5))
    assert page.payload["static"]["parent"] == {"run": before, "upto": 7}, "whatever was told before"
    page.play(upto=9, first=8)
    page.standing(9, page.run)
    assert page.payload["static"]["start"]["iteration"] == 9, "a page that is made anew is told all"


def test_a_damped_fork_moves_half_as_far(page):
    page.play(upto=8)
    page.show(7)
    page.set("set_rate", 0.5)
    page.play(upto=8, first=8)
    old, new = (each.run.trace for each in (page.session.before, page.session.run))
    step = old[8].parameters.means - old[7].parameters.means
    np.testing.assert_allclose(new[8].parameters.means - new[7].parameters.means, step / 2, rtol=1e-6, atol=1e-12)


def test_a_finished_run_goes_on_when_it_is_forked_at_its_end(page):
    page.play()
    last = page.payload["end"]["iteration"]
    page.show(last)
    page.set("set_threshold", 1e-6)
    assert page.payload["end"] is None
    assert page.play(first=last + 1)[0]["i"] == last + 1


def test_at_iteration_0_there_is_nothing_to_fork(page):
    page.set("set_rate", 0.5)
    assert page.payload["static"]["parent"] is None and page.payload["static"]["start"]["iteration"] == 0


def test_a_new_structure_is_a_new_run_and_the_old_one_is_one_click_away(page):
    page.set("set_regularisation", 0.01)
    rows = page.play()
    old = page.payload["run"]
    page.set("set_components", 4)
    assert page.payload["static"]["components"] == 4 and page.payload["static"]["parent"] is None
    assert [row["i"] for row in page.payload["rows"]] == [0]
    ghost = page.payload["static"]["ghosts"]
    assert len(ghost) == 1 and ghost[0]["log_likelihood"][1:] == [row["ll"] for row in rows]
    [label] = page.runs()
    assert label == f"GMM, 2 components, Old Faithful: {rows[-1]['ll']:.2f} after {rows[-1]['i']}"
    page.click(label)
    assert page.payload["run"] == old and page.payload["static"]["components"] == 2
    widgets = page.widgets()
    assert widgets["set_components"].value == 2 and widgets["set_regularisation"].value == 0.01
    assert page.need(1)["rows"][0] == rows[0], "the trace has not been lost"


def test_going_back_to_a_run_shows_it_where_it_was_left(page):
    page.play(upto=6)
    page.show(5)
    page.set("set_components", 3)
    page.click(page.runs()[0])
    assert page.payload["static"]["start"]["iteration"] == 5


def test_going_back_to_a_run_on_other_data_brings_the_data_back(page):
    page.play(upto=3)
    page.set("set_built_in", "Iris")
    assert page.payload["static"]["n"] == 150
    page.click(page.runs()[0])
    assert page.payload["static"]["n"] == 272 and page.widgets()["set_built_in"].value == "Old Faithful"


def test_a_run_that_was_never_played_is_not_listed(page):
    for components in (3, 4, 5):
        page.set("set_components", components)
    assert page.runs() == []


@pytest.mark.slow
def test_the_list_of_runs_is_bounded(page):
    for components in range(2, 13):
        page.set("set_components", components).need(1)
    assert len(page.runs()) == 7 and "12 components" not in "".join(page.runs()), "seven earlier ones and the present one"


def test_new_start_changes_the_seed_and_the_start(page):
    before, seed = page.payload, page.session.run.run.seed
    page.click("New start")
    assert page.session.run.run.seed != seed
    assert page.payload["run"] != before["run"] and page.payload["rows"][0]["g"] != before["rows"][0]["g"]


def test_the_same_settings_give_the_same_run_again(page):
    rows = page.play()
    page.set("set_components", 3).set("set_components", 2)
    assert page.play() == rows


def test_a_rerun_changes_nothing(page):
    run = page.payload["run"]
    page.play(upto=4)
    page.run()
    assert page.payload["run"] == run and "parent" in page.payload.get("static", {"parent": None})


# -- Nothing is blank, nothing is lost ------------------------------------------------------------------------------------


def whole(rows):
    """The iterations whose pictures are there."""
    return [row["i"] for row in rows if "sketch" not in row]


def test_another_view_comes_with_the_shown_iteration_and_sketches_of_the_others(page):
    page.set("set_model", "DGMM")
    rows = page.play(upto=9)
    known = len(page.session.run.run.trace)
    page.show(7)
    page.set("view_space", "layer 1")
    sent, start = page.payload["rows"], page.payload["static"]["start"]
    assert start["iteration"] == 7 and [row["i"] for row in sent] == list(range(known)) and whole(sent) == [7]
    assert [row["ll"] for row in sent[1 : len(rows) + 1]] == [row["ll"] for row in rows], "the curve is whole"
    assert sent[7]["t"] == rows[6]["t"] and sent[7]["m"] == rows[6]["m"], "and the numbers are the same"
    filled = page.need(0)["rows"]
    assert filled[7] == sent[7] and whole(filled) == list(range(len(filled)))
    while filled[-1]["i"] < known - 1:
        filled += page.need(len(filled))["rows"]
    assert len(filled) == len(page.session.run.run.trace) == known, "nothing new is computed for it"


def test_going_back_to_a_run_brings_the_iteration_where_it_was_left_first(page):
    page.play(upto=6)
    page.show(5)
    page.set("set_components", 3)
    page.click(page.runs()[0])
    assert whole(page.payload["rows"]) == [page.payload["static"]["start"]["iteration"]] == [5]


def test_a_run_that_is_shown_because_others_are_refused_is_marked(page):
    page.upload("four.csv", b"x,y\n1,2\n2,3\n3,1\n4,4\n")
    assert not page.payload["refused"]
    run = page.payload["run"]
    page.set("set_components", 5)
    assert page.payload["refused"] and page.payload["run"] == run
    page.set("set_components", 3)
    assert not page.payload["refused"] and page.payload["run"] != run


def test_the_browser_can_tell_from_what_streamlit_sends_whether_the_page_is_asked_for():
    fields = [
        (BackMsg, "rerun_script"),
        (ClientState, "widget_states"),
        (ClientState, "fragment_id"),
        (WidgetState, "trigger_value"),
        (WidgetState, "json_trigger_value"),
    ]
    numbers = [message.DESCRIPTOR.fields_by_name[name].number for message, name in fields]
    assert numbers == [11, 2, 5, 2, 16], "as requests.js reads them"


# -- What the settings do -----------------------------------------------------------------------------------------------


def test_held_out_rows_give_a_second_curve(page):
    assert page.payload["rows"][0]["held"] is None
    page.set("set_held_out", 0.2)
    assert page.payload["static"]["n"] == 218
    rows = page.play()
    held, fitted = np.array([row["held"] for row in rows]), np.array([row["ll"] for row in rows])
    assert np.isfinite(held).all() and abs(held[-1] / fitted[-1] - 1) < 0.25, "both are of one size"
    assert "held-out log-likelihood" in page.metrics(rows[-1])


def test_annealing_starts_soft_and_ends_sharp(page):
    page.set("set_max_iter", 40).set("set_annealing", True).set("set_start_v", 0.2)
    v = np.array([row["v"] for row in page.play()])
    assert v[0] == pytest.approx(0.2) and (np.diff(v) >= 0).all() and v[-1] == 1


@pytest.mark.slow
def test_several_starts_show_the_best(page):
    page.set("set_components", 3).set("set_n_init", 5)
    experiment = page.session.run
    page.play()
    assert experiment.run.trace[-1].objective == max(start["objective"] for start in experiment.run.restarts)


def test_without_standardising_the_likelihood_is_of_the_rows(page):
    page.set("set_standardise", False)
    assert page.payload["static"]["log_likelihood_note"] == "of the rows"
    # k = 2 on Old Faithful as given: the reference of R mclust is -1130.264
    assert page.play()[-1]["ll"] == pytest.approx(-1130.26, abs=0.1)


def test_a_feature_that_regularisation_drowns_is_named(page):
    page.set("set_built_in", "Wine").set("set_standardise", False)
    run = page.session.run
    varies = run.dataset.X.var(axis=0)
    [said] = [caption for caption in page.captions() if "Regularisation" in caption]
    added, least = 1e-6 * varies.mean(), varies.min()
    assert f"adds {added:.2g} to every variance" in said and f"that of {run.dataset.features[varies.argmin()]} is {least:.2g}" in said
    page.play(upto=1)
    [one] = run.run.trace[1].parameters.covariances[:1]
    assert one[varies.argmin(), varies.argmin()] > 1.2 * least, "it is as said"
    for name, value in {"set_regularisation": 0.0, "set_standardise": True}.items():
        assert not [caption for caption in page.set(name, value).captions() if "Regularisation" in caption]


def test_a_page_that_shows_nothing_yet_says_that_it_is_at_work(page, monkeypatch):
    said = []
    monkeypatch.setattr(st, "spinner", lambda text: said.append(text) or nullcontext())
    page.set("set_components", 4)
    assert said == [], "beside a picture the player says it"
    page.session.run = None
    page.run()
    assert said == ["Preparing the page"]
    page.open("tune").session.data = None
    page.run()
    assert said[1:] == ["Preparing the page"]


def test_settings_that_do_not_suit_the_data_keep_the_picture_and_say_why(page):
    page.upload("four.csv", b"x,y\n1,2\n2,3\n3,1\n4,4\n").set("set_components", 4)
    run = page.payload["run"]
    page.set("set_held_out", 0.5)  # leaves two rows for four components
    [error] = page.errors()
    assert error.startswith("These settings do not suit the data: ") and "4" in error and "2" in error
    assert page.payload["run"] == run and page.payload["static"]["n"] == 4
    page.set("set_components", 2)
    assert not page.errors() and page.payload["static"]["n"] == 2


def test_a_model_that_new_data_do_not_allow_is_made_to_fit_in_one_click(page):
    page.set("set_model", "DGMM").set("set_size_1", 6)
    page.upload("tiny.csv", b"x\n1\n2\n4\n3\n")
    assert any("settings cannot be used" in warning.value for warning in page.app.warning)
    page.click("Make it fit")
    assert not page.app.warning and not page.errors()
    assert page.payload["static"]["title"].startswith("Deep mixture of layers (DGMM), layers of [4, 3] components and [1, 1] factors")


def test_a_page_says_what_it_is_and_a_model_is_named_in_words_before_its_letters(page):
    said = [block.proto.body for block in page.app.get("html")]
    assert any("<h1>Watch a mixture model learn</h1>" in text for text in said)
    titles = [entry.title for entry in MODELS.values()]
    assert all(" " in title.split(" (")[0] or "-" in title.split(" (")[0] for title in titles)
    page.set("set_model", "GMN")
    assert any("Factors are the hidden numbers" in caption.value for caption in page.app.caption)
