"""Edits by hand on Explore: each is a fork at the iteration that is shown, in the link, the form and the script, and can be undone."""

import numpy as np
import pytest

from mixes import Edit
from pages.work import hands
from tests.opened import opened


def edit(page, text, iteration, half="M"):
    return page.say("edit", iteration=iteration, half=half, text=text)


def form(page):
    """How many components the form says there are."""
    widgets = page.widgets()
    return widgets.get("set_size_1", widgets.get("set_components")).value


def test_a_moved_component_goes_on_from_where_it_was_put(page):
    page.play(upto=8)
    before = page.session.run
    answer = edit(page, "d2(4.25123456,79.512345)", 5)
    run = page.session.run
    assert run is not before and run.parent is before and run.forked_at == 5 and "error" not in answer
    assert run.edit == "d2(4.2512,79.51)", "it is rounded first"
    np.testing.assert_allclose(run.parameters(5).means[1], [4.2512, 79.51], rtol=1e-12)
    assert answer["static"]["start"] == {"iteration": 5, "half": "M", "playing": False}
    assert [row["i"] for row in answer["rows"] if not row.get("sketch")] == [5]
    assert answer["rows"][5]["e"] == [["edited None 1", "You moved component 2."]]
    assert answer["static"]["parent"]["upto"] == 4 and answer["static"]["ghosts"][0]["name"] == before.name
    assert answer["link"]["query"] == "v=1&f=5:d2(4.2512,79.51)" and answer["static"]["edits"]["undo"]
    again = edit(page, "d2(4.2,79)", 5)
    assert again["rows"][5]["e"][-1] == ["edited None 1", "You moved component 2."] and len(again["rows"][5]["e"]) == 2
    rows = page.play(first=6)
    assert rows[0]["i"] == 6 and page.session.run.newest > 6


@pytest.mark.parametrize("text, k", [("s2", 4), ("m1.3", 2), ("x1", 2)])
@pytest.mark.parametrize("model", ["GMM", "SkewGMM", "DGMM", "GMN"])
def test_the_form_says_how_many_components_there_are_after_an_edit(page, model, text, k):
    page.set("set_model", model)
    page.set("set_size_1" if model in ("DGMM", "GMN") else "set_components", 3)
    page.play(upto=4)
    before = page.session.run
    answer = edit(page, text, 3)
    run = page.session.run
    assert "error" not in answer and form(page) == k == run.clusters and run.shaped_at == 3 and not page.app.warning
    assert answer["static"]["components"] == max(3, k) and answer["static"]["network"]["layers"][0] == max(3, k)
    past = page.need(0)["rows"][0]
    assert len(past["t"]) == 3 and len(past["net"]["paths"]) == len(past["g"]), "the past is as it was"
    row = page.need(4)["rows"][0]
    assert len(row["t"]) == k and "paths" not in row["net"] and len(row["g"]) == len(answer["static"]["network"]["paths"])
    assert "error" not in page.show(3)
    edit(page, "undo", 4)
    assert page.session.run is before and form(page) == 3 and page.payload["static"]["start"]["iteration"] == 3
    assert "f=" not in page.payload["link"]["query"]
    assert edit(page, "undo", 3)["error"] == "There is no edit that could be undone here."


def test_an_edit_that_is_heard_again_before_the_browser_knows_of_it_is_made_once(page):
    page.play(upto=4)
    wish = {"run": page.payload["run"], "iteration": 3, "half": "M", "text": "s1"}
    edit(page, "s1", 3)
    edited = page.session.run
    page.app.session_state["player"] = {"edit": wish}
    page.widgets()["set_components"].set_value(2)  # as it was in the browser when a setting was changed
    page.set("set_rate", 0.5)
    del page.app.session_state["player"]
    run = page.session.run
    assert form(page) == run.clusters == 3 and run.parent is edited and run.forked_at == 3
    assert edited.edit == "s1" and not run.edit


def test_all_means_are_put_where_they_begin_at_once_and_taken_back_one_by_one(page):
    page.set("set_components", 3)
    page.play(upto=4)
    before = page.session.run
    answer = edit(page, "d1(2,55);d2(4.3,80);d3(3.2,70)", 0)
    run = page.session.run
    assert "error" not in answer and answer["link"]["query"] == "v=1&k=3&f=0:d1(2,55);0:d2(4.3,80);0:d3(3.2,70)"
    np.testing.assert_allclose(run.parameters(0).means, [[2, 55], [4.3, 80], [3.2, 70]], rtol=1e-12)
    np.testing.assert_array_equal(run.parameters(0).covariances, before.parameters(0).covariances)
    assert answer["static"]["start"]["iteration"] == 0 and run.newest == 0
    for left in ("0:d1(2,55);0:d2(4.3,80)", "0:d1(2,55)"):
        edit(page, "undo", 0)
        assert page.payload["link"]["query"] == f"v=1&k=3&f={left}"
    edit(page, "undo", 0)
    assert page.session.run is before
    assert edit(page, "d1(2,55);d9(4,80)", 0)["error"].startswith("edit is 'd9(4,80)'") and page.session.run is before


@pytest.mark.parametrize("standardise", [True, False])
def test_a_link_with_edits_leads_to_the_same_numbers(page, arrive, standardise):
    page.set("set_built_in", "Iris").set("set_components", 3).set("set_standardise", standardise)
    page.play(upto=6)
    edit(page, "d1@pc(0.5,-1)", 0)
    page.play(upto=4)
    page.show(3)
    page.set("set_regularisation", 0.01)
    edit(page, "s2", 3)
    page.play(upto=6, first=4)
    edit(page, "t1@3.4(1.2,0.1,0,0.7)", 6)
    page.play(upto=9, first=7)
    query = page.payload["link"]["query"]
    assert "f=0:d1@pc(0.5,-1);3:s2,e.0.01;6:t1@3.4(1.2,0.1,0,0.7)" in query
    other = arrive(f"{query}&at=9")
    assert other.payload["link"]["query"] == query and form(other) == 4 and other.said() == ""
    one, two = page.session.run.run.trace[9], other.session.run.run.trace[9]
    assert (one.log_likelihood, one.objective) == (two.log_likelihood, two.objective)
    np.testing.assert_array_equal(one.parameters.means, two.parameters.means)


def test_an_edit_of_a_link_that_cannot_be_made_is_said(arrive):
    page = arrive("m=skewgmm&k=2&f=2:t1@7(1.5)&at=4")
    assert "An edit of the link at iteration 2 cannot be made, and the run begins anew: edit is 't1@7(1.5)'" in page.said()
    assert not page.errors() and page.session.run.edit == ""


@pytest.mark.parametrize(
    "link, kinds, why",
    [
        ("k=3", [], ""),
        ("k=3&cv=vvi", [], ""),
        ("k=3&cv=eee", [], ""),
        ("k=3&cv=eev", ["reshape"], "the other components follow"),
        ("m=skewgmm", [], ""),
        ("m=skewgmm&sk=full", ["move", "reshape", "bend", "weigh"], "these densities have no short formula"),
        ("d=iris&m=skewgmm", ["move", "reshape", "bend", "weigh"], "the picture shows 2 of 4 features"),
    ],
)
def test_it_is_said_where_the_log_likelihood_is_not_told_before_an_edit(arrive, link, kinds, why):
    page = arrive(link)
    edits = page.payload["static"]["edits"]
    assert page.said() == ""
    assert [kind for kind, _ in edits["untold"]] == kinds and all(why in sentence for _, sentence in edits["untold"])
    assert (edits["share"] is not None) == (link == "m=skewgmm")


@pytest.mark.parametrize("data", ["", "d=iris&", "d=iris&z=0&"])
@pytest.mark.parametrize("structure", ["eee", "vee", "eei", "vei", "eii", "vii", "full", "eev"])
def test_components_that_are_alike_follow_a_hand_as_the_browser_draws_it(data, structure):
    experiment, _ = opened(f"{data}k=3&cv={structure}&at=4")
    view, parameters = experiment.features(0, 1), experiment.run.state.parameters
    edits = hands.offered(experiment, view)
    matrix = np.diag([1.4, 0.8]) if structure.endswith("i") else np.array([[1.4, 0.3], [0.1, 0.8]])
    if edits["round"]:
        matrix = np.sqrt(np.linalg.det(matrix)) * np.eye(2)
    before = parameters.gaussians(view)[2]
    after = Edit("reshape", 0, numbers=matrix.ravel()).applied(parameters, view).gaussians(view)[2]
    expected = matrix @ before @ matrix.T
    assert after[0] == pytest.approx(expected[0], rel=1e-9)
    if edits["follow"] is not None:
        assert after[1:] == pytest.approx(expected[1:] / np.linalg.det(matrix) ** edits["follow"], rel=1e-9)
    elif structure != "eev":
        assert after[1:] == pytest.approx(before[1:], rel=1e-9)
    assert (edits["follow"] is None) == (structure in ("vii", "full", "eev"))


def test_while_an_e_half_step_is_shown_the_parameters_that_are_seen_are_edited(page):
    page.play(upto=6)
    edit(page, "d1(3,60)", 5, "E")
    assert page.session.run.forked_at == 4


def test_a_setting_that_is_changed_after_an_edit_keeps_it(page):
    page.play(upto=6)
    edit(page, "d1(3,60)", 0)
    page.set("set_regularisation", 0.01)  # at the start
    edit(page, "s1", 0)
    page.play(upto=4)
    page.show(3)
    page.set("set_rate", 0.5)
    assert page.payload["link"]["query"] == "v=1&f=0:d1(3,60);0:s1,e.0.01;3:u.0.5"
    page.play(upto=6)
    edit(page, "x1", 6)
    page.show(2)
    page.set("set_rate", 0.9)
    assert page.session.run.forked_at == 6 and "The setting is changed at iteration 6, where you edited the components" in page.said()


@pytest.mark.parametrize(
    "text, why",
    [
        ("d9(1,2)", "edit is 'd9(1,2)': there is no component 9; there are 2."),
        ("d1@9(1)", "edit is 'd1@9(1)': it needs feature 9, and there are 2."),
        ("d1(1e200,2)", "The edit would go too far to be seen."),
        ("w1(1.5)", "edit is 'w1(1.5)': numbers is (1.5,); to weigh needs one weight"),
        ("b1(1,2)", "Gaussian components are symmetric: they cannot be bent."),
        ("nonsense", "edit is 'nonsense': it needs a text such as"),
        ("", "edit is '': it needs a text such as"),
    ],
)
def test_an_edit_that_has_no_meaning_is_refused_in_a_sentence(page, text, why):
    page.play(upto=3)
    run = page.session.run
    assert edit(page, text, 2)["error"].startswith(why) and page.session.run is run and not page.errors()
    assert "error" not in page.show(2)


def test_there_are_no_more_components_than_the_page_has(page):
    page.set("set_components", 20)
    assert edit(page, "s1", 0)["error"] == "There are 20 components; this page has no more than 20."


def test_what_is_locked_is_not_edited(arrive):
    page = arrive("v=1&lock=1&f=2:d1(3,60)&at=3")
    run = page.session.run
    for text in ("d1(3,60)", "undo"):
        assert edit(page, text, 2)["error"] == "The model is locked: nothing can be edited." and page.session.run is run


def test_a_hidden_layer_is_looked_at_and_not_edited(page):
    page.set("set_built_in", "Iris")
    assert page.payload["static"]["edits"]["axes"] == "@pc" and page.payload["static"]["edits"]["why"] == ""
    run = page.session.run
    assert [hands.axes(run, run.features(*own)) for own in [(0, 1), (2, 0), (3,), (0,)]] == ["", "@3.1", "@4", ""]
    page.set("set_model", "DGMM")
    assert dict(page.payload["static"]["edits"]["cannot"])["turn"].startswith("Components with independent noise")
    page.set("view_space", "layer 1")
    assert page.payload["static"]["edits"]["why"] == "Components are edited where the data are shown: this picture shows a hidden layer."
