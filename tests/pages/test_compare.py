"""The Compare page, driven without a browser."""

import base64
import io

import numpy as np
import pandas as pd
import pytest
import streamlit as st
from conftest import shown

from mixes import datasets, selection
from mixes.metrics import METRICS, Metric
from pages.wire import replays
from pages.work import experiment as experiments


def labels_of(row):
    return np.frombuffer(base64.b64decode(row["l"]), "u1")


def measure(table, name):
    [found] = [line for line in table["measures"] if line["name"] == name]
    return found


# -- What is compared ---------------------------------------------------------------------------------------------------


def test_the_first_visit_sets_the_run_of_explore_beside_one_change(page, compare):
    assert compare.titles() == ["2 components", "3 components"]
    assert compare.payload["settings"] == [["components", ["2", "3"]]]
    first, second = compare.comparison.lanes
    assert first.experiment is compare.session.run, "the run that Explore has is taken up"
    assert second.settings.structure == {**first.settings.structure, "n_components": 3}


def test_what_explore_has_now_can_be_taken_over(compare):
    compare.open("explore").set("set_model", "SkewGMM").set("set_built_in", "Iris").set("set_components", 4)
    compare.open().click("Explore's settings, and one change")
    assert [lane.settings.model for lane in compare.comparison.lanes] == ["SkewGMM", "SkewGMM"]
    assert [lane.settings.structure["n_components"] for lane in compare.comparison.lanes] == [4, 5]
    assert {lane.experiment.dataset.name for lane in compare.comparison.lanes} == {"Iris"}


PRESETS = {
    "Annealed against not": ["not annealed", "annealed from v = 0.1"],
    "GMM against SkewGMM": ["GMM", "SkewGMM"],
    "GMM with 10 components against GMN [2, 5]": ["GMM, 10 components", "GMN, [2, 5] components"],
    "Three starts": ["seed 1", "seed 2", "seed 3"],
    "From scratch": ["2 components", "3 components"],
}


@pytest.mark.parametrize("name", [name if name == "From scratch" else pytest.param(name, marks=pytest.mark.slow) for name in PRESETS])
def test_presets_play_to_the_end_of_every_model(compare, name):
    compare.preset(name)
    assert compare.titles() == PRESETS[name]
    rows = compare.play()
    for lane, own in zip(compare.comparison.lanes, rows):
        assert not lane.problem and [row["i"] for row in own] == list(range(lane.experiment.end["iteration"] + 1))
        np.testing.assert_array_equal([row["ll"] for row in own], lane.experiment.run.trace.log_likelihood)
        assert (np.diff([row["s"] for row in own]) > 0).all(), "time goes on"
    assert len({row["i"] for own in rows for row in own[-1:]}) >= 1


@pytest.mark.slow
@pytest.mark.parametrize(
    "name, data",
    [
        ("Annealed against not", "overlapping"),
        ("GMM against SkewGMM", "skewed clouds"),
        ("Three starts", "unequal sizes"),
        ("From scratch", "Old Faithful"),
    ],
)
def test_presets_bring_the_data_that_show_their_point(compare, name, data):
    compare.preset(name, stay=False)
    assert {lane.experiment.dataset.name for lane in compare.comparison.lanes} == {data}
    if data in ("overlapping", "unequal sizes"):  # the starts end in different optima
        compare.play()
        ends = [lane.experiment.run.state.log_likelihood for lane in compare.comparison.lanes]
        assert np.ptp(ends) > 10 and (name == "Three starts" or ends[1] == max(ends))


def test_all_models_see_the_same_rows_in_the_same_scaling(compare):
    compare.preset("Three starts").set("set_built_in", "Iris")
    for share, standardise in ((0.0, True), (0.2, True), (0.2, False)):
        compare.set("set_held_out", share).set("set_standardise", standardise)
        first, *others = (lane.experiment for lane in compare.comparison.lanes)
        assert len(first.run.X) == round(150 * (1 - share)) and bool(first.scaling.center.any()) == standardise
        for other in others:
            np.testing.assert_array_equal(other.run.X, first.run.X)
            np.testing.assert_array_equal(other.shown, first.shown)


def test_duplicate_is_one_click_and_changes_are_one_setting(compare):
    compare.on(0, "Duplicate")
    assert compare.titles()[:2] == ["2 components"] * 2 and len(compare.forms) == 3
    compare.on(1, "Another random start")
    first, _, third, _ = compare.comparison.settings
    assert third.structure == {**first.structure, "random_state": 1} and third.steering == first.steering
    buttons = [button for button in compare.app.button if button.label == "Duplicate"]
    assert all(button.disabled for button in buttons), "four models are the most"
    compare.on(3, "Remove").on(0, "Remove")
    assert len(compare.forms) == 2 and [s.structure["random_state"] for s in compare.comparison.settings] == [0, 1]
    assert all(button.disabled for button in compare.app.button if button.label == "Remove"), "two are the fewest"


def test_nobody_gets_more_components_than_the_form_allows(compare):
    compare.change(0, "components", 20)
    labels = [button.label for button in compare.app.button if compare.forms[0] in button.key]
    assert "Duplicate" in labels and "One component more" not in labels
    rows = "".join(f"{x},{x * x % 31},{x % 25}\n" for x in range(100))
    compare.upload("many.csv", f"a,b,class\n{rows}".encode())
    compare.use("class", "class").preset("Three starts")
    assert {settings.structure["n_components"] for settings in compare.comparison.settings} == {20}


def test_a_changed_model_begins_anew_and_the_others_stay(compare):
    compare.play()
    before = compare.comparison
    compare.change(1, "components", 5)
    after = compare.comparison
    assert after.id != before.id and after.lanes[0].experiment is before.lanes[0].experiment
    assert compare.payload["models"][0]["run"] != compare.payload["models"][1]["run"]
    assert len(after.lanes[1].experiment.run.trace) == 1
    compare.change(1, "components", 3)
    assert compare.comparison.lanes[1].experiment.settings == before.lanes[1].settings


def test_equal_settings_share_one_run_and_are_said_to_be_equal(compare):
    compare.on(0, "Duplicate").on(2, "Remove")
    a, b = compare.comparison.lanes
    assert a.experiment is b.experiment and compare.titles() == ["GMM, 2 components"] * 2
    compare.play()
    assert "same" in compare.table()["evidence"]


@pytest.mark.slow
def test_a_model_opens_in_explore_where_it_is_shown(compare):
    compare.preset("GMM with 10 components against GMN [2, 5]").change(0, "max_iter", 20).change(1, "max_iter", 20)
    rows = compare.play()
    lane = compare.comparison.lanes[1]
    compare.standing(7, lambda: compare.on(1, "To Explore"))
    assert compare.payload["player"].endswith("explore.js"), "this is Explore"
    assert compare.session.run is lane.experiment
    assert compare.payload["static"]["start"] == {"iteration": 7, "half": "M", "playing": False}, (
        "it does not play on where Explore was left"
    )
    compare.open("explore").key = "player"
    assert compare.need(len(rows[1]) - 1)["rows"][0]["ll"] == rows[1][-1]["ll"], "the run itself is there to its end"
    assert compare.runs() == [], "Explore's own run had not begun"


def test_explore_opens_also_when_leaving_was_broken_off(compare, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr(st, "switch_page", lambda page: st.stop())
        compare.on(0, "To Explore")
    compare.run()
    assert compare.payload["player"].endswith("explore.js")
    assert compare.open("compare").payload["player"].endswith("compare.js"), "once"


def test_the_playhead_is_kept_while_another_page_is_open(compare):
    compare.play()
    compare.say("shown", iteration=4, half="M", playing=False)
    compare.open("explore").open()
    assert compare.payload["start"] == {"iteration": 4, "half": "M", "playing": None}


# -- Colours ------------------------------------------------------------------------------------------------------------


def test_the_same_cluster_has_the_same_number_in_every_model(compare):
    compare.preset("Three starts")
    for number in range(3):
        compare.change(number, "init", "kmeans").change(number, "components", 2)
    rows = compare.play()
    ends = [labels_of(own[-1]) for own in rows]
    for own in ends[1:]:
        np.testing.assert_array_equal(own, ends[0])
    means = [np.array(own[-1]["g"]) for own in rows]
    for own in means[1:]:
        np.testing.assert_allclose(own[own[:, -1].argsort()], means[0][means[0][:, -1].argsort()], rtol=1e-2)


@pytest.mark.slow
def test_numbers_are_stable_over_iterations(compare):
    compare.preset("GMM with 10 components against GMN [2, 5]")
    compare.play()
    for lane in compare.comparison.lanes:
        changes = sum((before != after).any() for before, after in zip(lane.numbers, lane.numbers[1:]))
        assert changes <= 3, "in 200 iterations"
        assert all(len(set(numbers)) == len(numbers) and max(numbers) < 10 for numbers in map(np.ndarray.tolist, lane.numbers))


@pytest.mark.slow
def test_rows_that_are_asked_for_again_are_the_same(compare):
    compare.preset("GMM against SkewGMM").change(1, "max_iter", 20)
    rows = compare.play()
    again = compare.need(2)["models"]
    assert [model["rows"][:3] for model in again] == [own[2:5] for own in rows]


# -- The table ----------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_table_is_that_of_the_library(compare):
    compare.preset("GMM against SkewGMM").set("set_built_in", "Iris").change(1, "max_iter", 20)
    compare.play()
    shown = compare.table()
    fitted = [lane.experiment for lane in compare.comparison.lanes]
    X = fitted[0].run.X
    names = ["A", "B"]
    models = [experiments.model(each.settings, each.scaling) for each in fitted]
    expected = selection.compare(dict(zip(names, models)), X, datasets.load("Iris").labels)
    for name in (
        "log-likelihood",
        "AIC",
        "BIC",
        "ICL",
        "entropy",
        "ARI",
        "accuracy",
        "silhouette",
        "parameters",
        "iterations",
        selection.HELD_OUT,
    ):
        np.testing.assert_allclose(measure(shown, name)["values"], expected[name], rtol=1e-9, err_msg=name)
    np.testing.assert_allclose(measure(shown, selection.HELD_OUT)["errors"], expected[selection.STANDARD_ERROR], rtol=1e-9)
    assert shown["evidence"] == expected.attrs["evidence"]
    for line in shown["measures"]:
        assert line["help"]
        if line["better"]:
            pick = max if line["better"] == "higher" else min
            assert line["values"][line["best"][0]] == pick(line["values"])


def test_a_metric_of_ones_own_is_a_line_of_the_table(compare, monkeypatch):
    words = "Rows of the largest cluster."
    monkeypatch.setitem(METRICS, "largest", Metric("largest", lambda fit: np.bincount(fit.pred).max(), ("pred",), "lower", comparing=words))
    compare.play()
    line = measure(compare.say("table", have=False)["table"], "largest")
    assert (line["help"], line["better"]) == (words, "lower") and line["values"][line["best"][0]] == min(line["values"]) > 1


@pytest.mark.slow
def test_the_table_comes_split_by_split(compare):
    assert "table" not in compare.say("table", have=False), "not before every model has ended"
    compare.play()
    first = compare.say("table", have=False)["table"]
    assert first["done"] == 0 and measure(first, "BIC")["best"] and not [m for m in first["measures"] if m["name"] == selection.HELD_OUT]
    fits = [0]
    while fits[-1] < 20:
        answer = compare.say("table", have=True)["table"]
        fits.append(answer["fits"])
        assert answer["done"] == fits[-1] // 2
    assert fits == sorted(set(fits))


@pytest.mark.slow
def test_a_change_of_one_model_keeps_the_scores_of_the_others(compare, monkeypatch):
    compare.play()
    compare.table()
    fitted = []
    score = selection.held_out_score
    monkeypatch.setattr(selection, "held_out_score", lambda model, *rows: fitted.append(model.n_components) or score(model, *rows))
    compare.change(1, "components", 5)
    compare.play()
    compare.table()
    assert fitted == [5] * 10
    compare.on(0, "Duplicate")
    assert compare.say("table", have=False)["table"]["done"] == 10, "the same settings have the same scores"


def test_a_change_that_costs_nothing_keeps_the_playhead(compare):
    compare.play()
    compare.say("shown", iteration=6, half="M", playing=False)
    compare.on(0, "Duplicate")
    assert compare.payload["start"]["iteration"] == 6
    compare.on(2, "Another random start")
    assert compare.payload["start"]["iteration"] == 0, "the new model has learnt nothing yet"


def test_another_view_of_a_comparison_comes_with_the_shown_iteration_of_all_models(compare):
    compare.set("set_built_in", "Iris")
    compare.play()
    ends = [model["end"]["iteration"] for model in compare.payload["models"]]
    place = max(ends) - 1
    compare.say("shown", iteration=place, half="M", playing=False)
    compare.set("view_Iris", "Features")
    sent = [model["rows"] for model in compare.payload["models"]]
    assert compare.payload["start"]["iteration"] == place
    assert [[row["i"] for row in rows if "sketch" not in row] for rows in sent] == [[min(place, end)] for end in ends]
    assert [[row["i"] for row in rows] for rows in sent] == [list(range(end + 1)) for end in ends]
    assert all("s" in row for rows in sent for row in rows), "the curve goes across by seconds, too"


@pytest.mark.slow
def test_more_classes_than_components_still_give_metrics(compare):
    compare.preset("From scratch").set("set_built_in", "Wine").change(1, "components", 1)
    compare.play()
    shown = compare.table()
    for name in ("ARI", "accuracy"):
        two, one = measure(shown, name)["values"]
        assert 0 <= one < two < 1


# -- Bad cases ----------------------------------------------------------------------------------------------------------


def test_a_model_that_does_not_suit_the_data_stands_failed_beside_the_others(compare):
    draw = np.random.default_rng(0)
    table = "\n".join(["x,y", *(f"{x},{y}" for x, y in draw.normal(size=(12, 2)).round(3))])
    compare.upload("small.csv", table.encode())
    compare.change(1, "components", 20)
    failed = compare.payload["models"][1]
    assert failed["run"] is None and failed["rows"] == []
    assert failed["error"] == "Only 12 rows of these data differ: choose at most 12 components."
    rows = compare.play()
    assert len(rows[0]) > 1 and rows[1] == []
    shown = compare.table()
    assert all(line["values"][1] is None and 1 not in line["best"] for line in shown["measures"])
    assert "B" in shown["evidence"]


def test_a_model_that_breaks_down_on_the_way_is_said_to_and_the_others_go_on(compare, monkeypatch):
    lane = compare.comparison.lanes[1]
    step = lane.experiment.run.step

    def breaks():
        if lane.experiment.run.state.iteration == 3:
            raise FloatingPointError("the numbers ran out")
        return step()

    monkeypatch.setattr(lane.experiment.run, "step", breaks)
    rows = compare.play()
    models = compare.payload["models"]
    assert models[1]["error"] == "This model cannot go on: the numbers ran out" and len(rows[1]) == 4
    assert len(rows[0]) > 5 and "error" not in models[0]


def test_no_model_that_works_is_said_for_each(compare):
    compare.upload("tiny.csv", b"x,y\n1,2\n2,1\n3,5\n")
    compare.change(0, "components", 20).change(1, "components", 19)
    [warning] = [shown(warning.value) for warning in compare.app.warning]
    assert all(f"{letter}: Only 3 rows of these data differ" in warning for letter in "AB") and not compare.players()
    compare.change(0, "components", 2)
    assert compare.payload["models"][0]["rows"]


def test_models_that_new_data_do_not_allow_are_made_to_fit_in_one_click(compare):
    compare.preset("GMM with 10 components against GMN [2, 5]")
    compare.upload("tiny.csv", b"x\n1\n2\n4\n3\n")
    [warning] = [shown(warning.value) for warning in compare.app.warning]
    assert warning.startswith("Not every model suits these data. A: Only 4 rows") and "B: Layer 1 can have at most 1 factor" in warning
    compare.click("Make them fit")
    assert not compare.app.warning and not compare.errors() and all(model["rows"] for model in compare.payload["models"])
    assert [lane.experiment.summary for lane in compare.comparison.lanes] == [
        "4 components",
        "layers of [2, 4] components and [1, 1] factors",
    ]


# -- Exports ------------------------------------------------------------------------------------------------------------


def test_any_model_can_be_exported(compare):
    compare.preset("GMM against SkewGMM").change(1, "max_iter", 20)
    rows = compare.play()
    for number, (model, own) in enumerate(zip(("gmm", "skewgmm"), rows)):
        script = compare.say("export", model=number, kind="script", iteration=5)["file"]
        assert script["name"].startswith(model) and repr(own[5]["ll"]) in script["text"]
        labelled = pd.read_csv(io.StringIO(compare.say("export", model=number, kind="rows-csv", iteration=5)["file"]["text"]))
        fitted = compare.comparison.lanes[number].experiment
        mixture = fitted.entry.model.from_parameters(fitted.run.trace[5].parameters)
        assert (labelled["component"] - 1).tolist() == mixture.predict(fitted.run.X).tolist()
    frame = pd.read_csv(io.StringIO(compare.say("export", model=None, kind="table", iteration=0)["file"]["text"]))
    assert frame.model.tolist() == ["A", "B"] and frame.settings.tolist() == compare.titles()
    np.testing.assert_allclose(frame["log-likelihood"], [own[-1]["ll"] for own in rows])


@pytest.mark.slow
def test_the_replay_holds_all_rows_of_all_models(compare):
    compare.preset("Three starts")
    data = replays.of_comparison(compare.comparison, compare.comparison.lanes[0].experiment.features(0, 1))
    for model, lane in zip(data["models"], compare.comparison.lanes):
        assert [row["i"] for row in model["rows"]] == list(range(lane.experiment.end["iteration"] + 1)) and model["static"]["points"]
    page = compare.say("export", model=None, kind="replay", iteration=0)["file"]
    assert page["name"].endswith(".html") and page["mime"] == "text/html" and "compare.js" in page["text"]
