"""The Tune page: what is asked, what runs, and what the chart's words lead to."""

import json
from types import SimpleNamespace

import pytest

from pages.forms.tune_form import widgets_of
from pages.wire import comeback, tuned
from pages.work import links
from pages.work.lookup import of_models, table, usual
from pages.work.ready import TUNINGS
from pages.work.tunable import TUNING
from pages.work.values import settings_of
from tests.pages.test_lock import changeable

pytestmark = pytest.mark.usefixtures("at_once")
BLOBS = "v=1&d=g_blobs_50_0.3_0&n=10"


def shown(text):
    return text.replace("\\", "").replace("\u2060", "")


def line(page):
    """What stands beside the button."""
    return shown(page.app.main.caption[-1].value)


# -- Asking and running ---------------------------------------------------------------------------------------------------


def test_it_opens_with_nothing_run(tune):
    payload = tune.payload
    assert {"measure", "view", "player", "plotly", "at", "link"} <= payload.keys() and not {"job", "lab", "title"} & payload.keys()
    assert payload["player"].endswith("/tune.js") and payload["at"] == "job"
    assert line(tune) == "20 starts of one model." and tune.tuned is None
    assert not tune.errors() and not tune.warnings() and not tune.app.button(key="run_tune").disabled
    assert dict(pair.split("=") for pair in payload["link"]["query"].split("&")) == {"v": "1"}


def test_every_control_has_words_that_explain_it(tune):
    tune.set("set_tune", "sweep").set("set_axis_2", "rate")
    silent = [key for key, widget in tune.widgets().items() if widget.proto.label_visibility.value == 0 and not widget.proto.help]
    assert silent == []


def test_run_begins_a_job_that_the_chart_is_told_of(tune):
    tune.press()
    job, payload = tune.tuned.job, tune.payload
    assert (payload["job"], payload["title"], payload["stale"]) == (job.id, tune.tuned.title, False)
    assert [file["name"] for file in payload["files"]] == list(job.files) and job.done == 0
    assert all(file["label"] and file["help"] for file in payload["files"])
    told = tune.finish()
    assert told["state"] == "done" and len(told["marks"]) == 20 and told["says"] and told["figure"]["data"]
    assert tune.run().app.button(key="run_tune").label == "Run again"


def test_what_has_begun_is_begun_by_its_link_and_what_has_not_is_not(tune, arrive):
    assert "tu=" not in tune.payload["link"]["query"]
    tune.press()
    query = tune.payload["link"]["query"]
    assert "tu=starts" in query and arrive(query, "tune").tuned.plan == tune.tuned.plan


def test_a_job_is_kept_while_its_visit_is_known_to_the_server(tune, monkeypatch):
    visits = set()
    server = SimpleNamespace(exists=lambda: True, get_instance=lambda: SimpleNamespace(is_active_session=visits.__contains__))
    monkeypatch.setattr(tuned, "runtime", server)
    monkeypatch.setattr(tuned, "get_script_run_ctx", lambda: SimpleNamespace(session_id="mine"))
    job = tune.press().tuned.job
    assert not job.kept()
    visits.add("mine")
    assert job.kept()


def test_another_setting_makes_it_stale_and_the_same_one_again_does_not(tune):
    tune.press()
    job = tune.tuned.job
    tune.set("set_components", 3)
    assert tune.payload["stale"] and tune.payload["job"] == job.id and "2 components" in tune.payload["title"]
    assert tune.app.button(key="run_tune").label == "Run"
    tune.set("set_components", 2)
    assert not tune.payload["stale"] and tune.tuned.job is job


def test_the_table_has_a_row_for_each_start_and_is_made_anew_only_when_there_are_more(tune):
    tune.press()
    tune.finish()
    tune.run().app.toggle(key="tune_table").set_value(True)
    [frame] = [element.value for element in tune.run().app.main.dataframe]
    assert len(frame) == 20 and frame["start"].tolist() == [*range(1, 21)] and "BIC" in frame
    assert frame["optimum"].min() == 1
    made = tune.tuned.table[1]
    assert tune.run().session.tuned.table[1] is made


def test_what_is_shown_is_no_other_plan(tune):
    tune.set("set_tune", "sweep").press()
    tune.set("set_measure", "ICL")
    assert not tune.payload["stale"] and tune.payload["measure"] == "ICL"


def test_another_run_ends_the_one_before(tune):
    tune.press()
    before = tune.tuned.job
    tune.set("set_components", 3).press()
    assert before.state == "cancelled" and tune.tuned.job is not before and not tune.payload["stale"]
    assert tune.payload["job"] == tune.tuned.job.id


def test_what_runs_is_found_again_after_another_page(tune):
    tune.set("set_tune", "sweep").set("set_axis_1", "rate").press()
    job = tune.tuned.job
    tune.open("explore")
    tune.open()
    assert tune.payload["job"] == job.id and not tune.payload["stale"] and job.state == "measuring"
    assert tune.widgets()["set_axis_1"].value == "rate"


def test_a_sweep_of_two_settings_says_how_much_it_is_and_what_cannot_be(tune):
    tune.set("set_tune", "sweep").set("set_tune_starts", 5).set("set_axis_2", "regularisation")
    assert line(tune) == "9 × 7 settings × 5 starts = 315 fits."
    tune.set("set_values_2_regularisation", [])
    assert line(tune) == "Choose at least one value of variance regularisation ε." and tune.app.button(key="run_tune").disabled


def test_the_second_axis_is_never_the_first_one(tune):
    tune.set("set_tune", "sweep").set("set_axis_2", "rate").set("set_axis_1", "rate")
    second = tune.widgets()["set_axis_2"]
    assert second.value != "rate" and "update rate" not in second.options


def test_what_cannot_be_is_said_before_it_is_run(tune):
    tune.set("set_tune", "sweep").set("set_model", "DGMM").set("set_axis_1", "dim_1")
    assert "Layer 1 can have at most 2 factors, as the data have 2 features." in line(tune)
    tune.set("set_values_1_dim_1", (1, 2))
    assert "cannot" not in line(tune)


def test_a_model_without_an_axis_varies_another(tune):
    tune.set("set_tune", "sweep").set("set_model", "SkewGMM").set("set_axis_1", "skewness").set("set_model", "DGMM")
    assert tune.widgets()["set_axis_1"].value == "components" and not tune.errors()


def test_settings_that_do_not_fit_say_so_and_do_not_run(tune):
    tune.upload("few.csv", b"a,b\n1,2\n2,3\n3,1\n4,4\n5,9\n").set("set_components", 9)
    assert tune.app.button(key="run_tune").disabled and tune.tuned is None
    assert "9" in line(tune) or "rows" in line(tune)
    tune.click("Make it fit")
    assert not tune.app.button(key="run_tune").disabled


def test_what_layers_cannot_be_is_not_run_and_a_cell_that_cannot_be_fitted_says_so_in_words_of_the_page(tune):
    tune.upload("few.csv", b"a,b\n1,2\n2,3\n3,1\n4,4\n5,9\n").set("set_tune", "sweep").set("set_tune_starts", 1).set("set_max_iter", 5)
    tune.set("set_values_1_components", (5, 6)).press()
    told = tune.finish()
    assert {mark[0] for mark in told["marks"]} == {0}
    assert "No fit at components = 6: 6 components are too many: only 5 of these rows differ." in told["says"]
    tune.set("set_model", "DGMM").set("set_axis_1", "dim_1").set("set_values_1_dim_1", (3, 4))
    assert tune.app.button(key="run_tune").disabled and "None of these settings can be: Layer 1" in line(tune)
    tune.set("set_values_1_dim_1", (2, 3))
    assert not tune.app.button(key="run_tune").disabled and "1 cannot be, and is left out" in line(tune)


# -- Opening a start ------------------------------------------------------------------------------------------------------


def opened(page, *marks):
    return page.hear({"open": {"job": page.tuned.job.id, "marks": [list(mark) for mark in marks]}})


def test_a_start_opens_in_explore_as_the_very_run(arrive):
    tune = arrive(f"{BLOBS}&r=0&tu=sweep&tn=3&x=components.2-3", "tune")
    tune.finish()
    [start] = [start for cell, start in tune.tuned.known()[0] if (cell.number, start.number) == (1, 2)]
    page = opened(tune, (1, 2))
    run = page.session.run
    assert run.settings.structure["n_components"] == 3 and run.settings.start_number == 2 and run.run.seed == start.seed
    assert page.payload["static"]["start"]["playing"] is False and page.payload["rows"][-1]["i"] == 0
    assert page.widgets()["set_components"].value == 3
    page.play()
    assert run.run.trace[-1].objective == pytest.approx(start.row["objective"], rel=1e-8)
    assert run.newest == start.row["iterations"]


def test_a_start_is_no_fork_of_the_run_that_stands_in_explore(arrive):
    page = arrive(f"{BLOBS}&at=6")
    plain = page.session.run
    assert page.session.place(plain) == 6
    tune = arrive(f"{BLOBS}&tn=1&ta=1", "tune")
    tune.finish()
    tune.session.open_run(plain)
    tune.session.places[plain.id] = 6
    page = opened(tune, (1, 0))
    assert page.session.run.parent is None and page.session.run.newest == 0 and page.session.run.settings.steering["use_annealing"]


def test_who_comes_back_from_a_start_finds_the_settings_that_all_were_run_with(arrive):
    tune = arrive(f"{BLOBS}&tu=sweep&tn=2&x=components.2-3", "tune")
    tune.finish()
    tune.set("set_measure", "ICL")
    kind, query = type(tune), tune.payload["link"]["query"]
    page = opened(tune, (1, 1))
    assert page.widgets()["set_components"].value == 3
    page.open("tune")
    page.__class__ = kind
    assert not page.payload["stale"] and page.payload["measure"] == "ICL" and page.payload["link"]["query"] == query
    page = opened(page, (0, 1))
    page.set("set_components", 5).open("tune")
    page.__class__ = kind
    assert page.payload["stale"] and page.widgets()["set_components"].value == 5, "what was changed since is not lost"


def test_the_link_has_as_many_starts_as_have_been_run(arrive):
    tune = arrive(f"{BLOBS.replace('n=10', 'n=300')}&k=5&tn=1&tu=starts", "tune")
    job = tune.finish() and tune.tuned.job
    assert "tn=1&" in f"{tune.payload['link']['query']}&"
    job.orders["more"](job)
    tune.finish()
    assert links.read(tune.run().payload["link"]["query"]).values["tune_starts"] == 20 and not tune.payload["stale"]
    assert "tn=1&" in f"{tune.set('set_components', 3).payload['link']['query']}&", "of another plan what is chosen"


def test_two_starts_open_in_compare(arrive):
    tune = arrive(f"{BLOBS}&tn=3&ta=1", "tune")
    tune.finish()
    page = opened(tune, (0, 2), (1, 1))
    assert [lane.settings.start_number for lane in page.comparison.lanes] == [2, 1]
    assert [lane.settings.steering["use_annealing"] for lane in page.comparison.lanes] == [False, True]
    assert page.comparison.lanes[0].experiment.dataset.name == tune.session.tuned.dataset.name


def test_a_start_is_opened_on_the_data_it_was_fitted_to(arrive):
    tune = arrive(f"{BLOBS}&z=0&tn=1", "tune")
    tune.finish()
    tune.set("set_source", "Built-in").set("set_standardise", True)
    assert tune.payload["stale"]
    page = opened(tune, (0, 0))
    assert page.session.run.dataset.name.startswith("blobs") and page.session.run.settings.standardise is False


def test_of_what_was_opened_one_comes_back_to_the_same_results(arrive):
    tune = arrive(f"{BLOBS}&tu=sweep&tn=2&x=components.2-3", "tune")
    tune.finish()
    job, kind = tune.tuned.job, type(tune)
    tune = opened(tune, (1, 1)).open("tune")
    tune.__class__ = kind
    assert tune.payload["job"] == job.id and tune.tuned.job is job


def test_a_word_that_makes_no_sense_does_nothing(arrive):
    tune = arrive(f"{BLOBS}&tn=1", "tune")
    tune.finish()
    values = {key: widget.value for key, widget in tune.widgets().items()}
    for word in (5, {"open": {"job": tune.tuned.job.id, "marks": [[7, 0]]}}, {"schedule": {"start_v": 0.5}}):
        tune = tune.hear(word)
        assert tune.key == "tune_chart" and tune.session.goes is None and not tune.errors(), word
        assert {key: widget.value for key, widget in tune.widgets().items()} == values, word


def test_before_anything_has_run_a_word_does_nothing(tune):
    for word in ({"open": {"job": "x", "marks": [[0, 0]]}}, {"fork": {"run": "r1", "iteration": 0}}):
        assert tune.hear(word).players() and tune.session.goes is None


# -- The annealing lab ----------------------------------------------------------------------------------------------------


def test_the_lab_of_a_model_that_is_not_annealed_says_so_and_offers(tune):
    tune.set("set_tune", "annealing")
    assert "This shows an annealed run; the model on the left is not annealed." in [each.value for each in tune.app.markdown]
    assert "lab" not in tune.payload and "run_tune" not in [button.key for button in tune.app.button]
    tune.set("set_max_iter", 20).click("Anneal it")
    lab = tune.payload["lab"]
    assert tune.widgets()["set_annealing"].value is True and lab["run"] == tune.session.lab.id
    assert lab["figures"].keys() == {"light", "dark"} and all(figure["data"] for figure in lab["figures"].values())
    assert (lab["start_v"], lab["max_iter"]) == (0.1, 20) and len(lab["v"]) == tune.session.lab.newest + 1
    assert lab["v"][-1] <= 1 and lab["says"].startswith("v rises from 0.1 to 1 at iteration") and lab["says"].endswith(".")
    assert tune.payload["title"] == tune.session.lab.title and not tune.errors()
    [script] = tune.payload["files"]
    names = {}
    exec(script["text"], names)
    assert script["name"].endswith(".py") and names["run"].trace[-1].objective == tune.session.lab.run.trace[-1].objective


def test_a_schedule_that_is_drawn_is_the_nearest_that_can_be_chosen(arrive):
    tune = arrive(f"{BLOBS}&a=0.5&tu=annealing", "tune")
    before = tune.session.lab
    tune.hear({"schedule": {"start_v": 0.283, "max_iter": 12}})
    assert (tune.widgets()["set_start_v"].value, tune.widgets()["set_max_iter"].value) == (0.3, 12)
    assert (tune.payload["lab"]["start_v"], tune.payload["lab"]["max_iter"]) == (0.3, 12) and tune.session.lab is not before
    for told, wanted in ((0.0, table()["start_v"].kind.low), (1.0, table()["start_v"].kind.high)):
        tune.hear({"schedule": {"start_v": told, "max_iter": 5}})
        assert tune.widgets()["set_start_v"].value == wanted and tune.widgets()["set_max_iter"].value == max(
            5, table()["max_iter"].kind.low
        )


def test_an_iteration_of_the_lab_opens_in_explore_where_it_stands(arrive):
    tune = arrive(f"{BLOBS}&a=0.5&tu=annealing", "tune")
    lab = tune.session.lab
    page = tune.hear({"fork": {"run": lab.id, "iteration": 4}})
    assert page.session.run is lab and page.payload["static"]["start"] == {"iteration": 4, "half": "M", "playing": False}


def test_the_lab_stays_while_its_settings_do(arrive):
    tune = arrive(f"{BLOBS}&a=0.5&tu=annealing", "tune")
    lab = tune.session.lab
    assert tune.run().session.lab is lab
    tune.set("set_seed", 5) if "set_seed" in tune.widgets() else tune.click("New start")
    assert tune.session.lab is not lab


# -- Links, presets, the lock ---------------------------------------------------------------------------------------------


def test_a_link_begins_by_itself_and_is_written_again(arrive):
    query = f"{BLOBS}&tu=sweep&tn=2&th=5&tm=icl&x=components.2-3&y=rate.0.5,1"
    tune = arrive(query, "tune")
    assert tune.tuned.plan.axes == (("components", (2, 3)), ("rate", (0.5, 1.0))) and tune.tuned.plan.n_splits == 5
    assert not tune.payload["stale"] and tune.payload["measure"] == "ICL" and tune.payload["job"] == tune.tuned.job.id
    written = tune.payload["link"]["query"]
    assert links.read(written).values == links.read(query).values and links.read(written).remarks == ()
    job = tune.tuned.job
    assert tune.run().tuned.job is job, "once"


def test_what_began_by_itself_once_does_not_begin_again_when_a_setting_is_changed(arrive):
    tune = arrive(f"{BLOBS}&tu=annealing&a=0.5", "tune")
    assert tune.set("set_tune", "starts").tuned is None
    for _ in range(2):
        tune.app.button(key="tuning_How many components?").click()
        tune.run()
    job = tune.tuned.job
    assert tune.set("set_rate", 0.5).tuned.job is job and tune.payload["stale"]


def test_a_link_about_a_table_begins_once_it_is_there(arrive):
    content = b"a,b\n" + b"".join(b"%d,%d\n" % (i, i * i % 7) for i in range(40))
    before = arrive("v=1&tn=1&tu=starts", "tune").upload("mine.csv", content)
    assert before.press().tuned.dataset.name == "mine.csv"
    query = before.payload["link"]["query"]
    assert before.payload["link"]["lacks"] and query.startswith("v=1&d=u_")
    tune = arrive(f"{query}&tu=starts", "tune")
    assert tune.tuned is None and "upload it on the left" in tune.said()
    assert tune.run().tuned is None and tune.upload("mine.csv", content).tuned.dataset.name == "mine.csv"
    assert tune.tuned.plan.n_starts == 1


def test_a_link_of_what_is_usual_begins_too(arrive):
    assert arrive("v=1&tu=starts", "tune").tuned is not None


def test_a_link_of_another_page_begins_nothing(arrive):
    tune = arrive("v=1&k=3", "tune")
    assert tune.tuned is None and tune.widgets()["set_components"].value == 3 and tune.session.asked is None


@pytest.mark.parametrize("name", TUNINGS)
def test_a_ready_question_begins_by_itself_with_all_its_settings(tune, name):
    tune.set("set_regularisation", 0.5).set("set_components", 7).set("set_annealing", True)
    tune.app.button(key=f"tuning_{name}").click()
    plan = tune.run().tuned.plan
    wanted = usual(of_models()) | TUNINGS[name].values
    known = {key: each for key, each in wanted.items() if key in table() and not key.startswith(("tune", "axis_", "values_"))}
    whole = {each.name for each in of_models()}
    assert plan.base.steering == settings_of({key: known[key] for key in whole}, plan.base).steering
    assert plan.base.structure == settings_of({key: known[key] for key in whole}, plan.base).structure
    assert plan.n_starts == wanted["tune_starts"] and plan.n_splits == wanted["tune_splits"]
    assert plan.axes == tuple((wanted[f"axis_{i}"], tuple(wanted[f"values_{i}"])) for i in (1, 2) if f"axis_{i}" in wanted)
    assert plan.annealed_too == wanted.get("annealed_too", False) and not tune.payload["stale"]
    assert tune.payload["measure"] == wanted.get("measure", "BIC") and not tune.errors()


def test_a_locked_page_runs_what_it_was_opened_with_and_changes_nothing(arrive):
    tune = arrive(f"{BLOBS}&tu=sweep&tn=2&x=components.2-3&lock=1", "tune")
    assert {key for key in changeable(tune) if not key.startswith("tuning_")} <= {"tune_table"} and tune.tuned is not None
    tune.hear({"schedule": {"start_v": 0.5, "max_iter": 7}})
    assert tune.widgets()["set_max_iter"].value == 10
    tune.finish()
    tune.click("Unlock")
    assert "set_axis_1" in changeable(tune)


def test_what_was_asked_comes_back_after_the_server_has_forgotten_it(tune, anew):
    tune.set("set_tune", "sweep").set("set_axis_2", "rate").set("set_values_2_rate", [0.5, 1.0]).set(
        "set_values_1_components", (2, 4)
    ).press()
    kept = json.loads(json.dumps({name: tune.payload[name] for name in ("session", "record")}))
    again = anew(kept, type(tune))
    assert again.tuned is None and line(again) == line(tune) and not again.errors()
    assert again.press().tuned.plan.axes == tune.tuned.plan.axes
    lost = kept | {
        "record": {**kept["record"], "values": {"set_values_2_rate": [7], "set_values_1_components": [1, 2, 3], "set_tune": "x"}}
    }
    assert "some settings could not be read" in anew(lost, type(tune)).said()


@pytest.mark.parametrize("setting", TUNING, ids=lambda setting: setting.name)
def test_what_is_tuned_is_kept_as_json_and_checked_when_it_comes_back(setting):
    check = comeback.check_of(f"set_{setting.name}")
    assert check(json.loads(json.dumps(setting.usual)), setting.name) == setting.usual
    for value in ("zork", None, [[]], {}, [1, 2, 3, 10**9], 10**9):
        with pytest.raises(ValueError):
            check(value, setting.name)


@pytest.mark.parametrize("name", TUNINGS)
def test_a_ready_question_holds_what_the_widgets_can_hold(name):
    for key, each in widgets_of(TUNINGS[name].values).items():
        kept = table()[key].kind.check(each, key)
        assert kept == each and type(kept) is type(each), key
