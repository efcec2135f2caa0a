"""Each setting is described once, and all that speaks of it is made from that."""

from dataclasses import replace

import pytest

from pages.work.experiment import Settings
from pages.work.lookup import has, of_models, table, usual
from pages.work.models import MODELS
from pages.work.ready import EXAMPLES, PRESETS
from pages.work.setting import Choice, Several, Span, Truth
from pages.work.settings import COLUMNS, DATA, DRAWING, DRAWN, NOT_ASKED, PREPARATION, SERVED, TABLE
from pages.work.tunable import AXES, SLOTS, TUNING
from pages.work.values import named, settings_of
from pages.work.wording import differences, titles

PAGE = {
    "source",
    "built_in",
    "kind",
    "n",
    "noise",
    "data_seed",
    "drawing",
    "server_table",
    "columns",
    "missing",
    "standardise",
    "held_out",
    "model",
    "start_number",
    "stop",
}  # no keywords of models
TOGETHER = [
    {"source", "built_in", "kind", "n", "noise", "data_seed", "drawing", "server_table"},
    {"annealing", "start_v"},
    {"layers", *(f"{name}_{layer}" for layer in range(1, 5) for name in ("size", "dim"))},
]
ELSEWHERE = {"v", "f", "at", "w", "A", "B", "C", "D", "lk", "hide", "lock", "big", "l", "r", "ll"}  # keys of a link


def test_every_keyword_of_a_model_is_a_row_or_is_not_asked_for_a_reason():
    known = {setting.keyword for setting in table().values()} - {""}
    models = {keyword for entry in MODELS.values() for keyword in entry.keywords}
    assert models == known | set(NOT_ASKED) and not known & set(NOT_ASKED)
    assert {name for name, setting in table().items() if not setting.keyword} == PAGE | {setting.name for setting in TUNING}


def test_settings_that_steer_are_those_that_a_run_can_be_forked_with():
    for name, setting in table().items():
        for entry in MODELS.values():
            if setting.keyword in entry.keywords:
                assert setting.steers == (setting.keyword in entry.model.STEERING), name


def test_names_are_unique_and_only_what_belongs_together_shares_a_key_in_a_link():
    rows = [*DATA, *DRAWN, DRAWING, SERVED, *TABLE, *PREPARATION, *of_models(), *TUNING]
    assert len(table()) == len(rows)
    shared = {}
    for setting in rows:
        shared.setdefault(setting.link, set()).add(setting.name)
    axes = [{f"axis_{slot}", *(f"values_{slot}_{axis}" for axis in AXES)} for slot in SLOTS]
    assert [names for names in shared.values() if len(names) > 1] == [TOGETHER[0], TOGETHER[2], TOGETHER[1], *axes]
    assert not set(shared) & ELSEWHERE and "" not in shared


def other(setting):
    """A value that is not the usual one."""
    if setting is DRAWING:
        return "p_0,1_a2_AAAB"
    if setting is SERVED:
        return "iris.csv"
    if setting is COLUMNS:
        return "3fa2b1_2o5fc"
    if isinstance(setting.kind, Truth):
        return not setting.usual
    if isinstance(setting.kind, Several):
        return [*setting.kind.choice.options][-1:]
    if isinstance(setting.kind, Span):
        return setting.kind.low, setting.kind.low
    if isinstance(setting.kind, Choice):
        return next(value for value in setting.kind.options if value != setting.usual and value != "saved")
    return setting.kind.low if setting.usual == setting.kind.high else setting.kind.high


@pytest.mark.parametrize("name", table())
def test_usual_values_are_among_those_that_can_be_chosen(name):
    setting = table()[name]
    for value in (setting.usual, other(setting)):
        assert setting.kind.check(value, name) == value


@pytest.mark.parametrize("name", EXAMPLES)
def test_examples_hold_what_can_be_chosen(name):
    values = EXAMPLES[name]
    assert {each: table()[each].kind.check(value, each) for each, value in values.items()} == values
    assert all(has(values["model"], each) for each in values)


@pytest.mark.parametrize("name", PRESETS)
def test_presets_hold_what_can_be_chosen(name):
    for values in (PRESETS[name].data, *PRESETS[name].settings(4, 2)):
        assert {each: table()[each].kind.check(value, each) for each, value in values.items()} == values
    for values in PRESETS[name].models:
        assert all(has(values.get("model", table()["model"].usual), each) for each in values)
    assert {own.get("dim_1", 1) for own in PRESETS[name].settings(4, 1)} == {1}, "of one feature there is one factor"


def test_an_example_leaves_nothing_of_what_was_chosen_before(page):
    page.set("set_model", "SkewGMM").set("set_skewness", "full")
    [button] = [button for button in page.app.button if button.key.endswith("by clusters that lean")]
    button.click()
    assert page.run().app.session_state["set_skewness"] == "restricted"


def settings(model, **changed):
    """Settings with usual values, but for some."""
    values = {setting.name: setting.usual for setting in of_models()} | changed | {"model": model}
    return settings_of(values, Settings("Iris", "", {}, {}, 0.0, True))


@pytest.mark.parametrize("model", MODELS)
def test_settings_and_the_values_of_a_form_are_made_of_each_other(model):
    made = settings(model, layers=3, seed=7, start_number=4, annealing=True, threshold=0.1, stop=False)
    assert (made.structure["random_state"], made.start_number, made.threshold, made.stop_when_it_holds) == (7, 4, 0.1, False)
    assert settings_of(usual(of_models()) | named(made), replace(made, model="", structure={}, steering={}, threshold=0.0)) == made


@pytest.mark.parametrize("name", [setting.name for setting in of_models() if setting.name != "model"])
def test_two_models_that_differ_in_one_setting_have_titles_that_differ(name):
    model = next(model for model in MODELS if has(model, name))
    layer = int(name[-1]) if name[-1].isdigit() else 2
    usual = {"layers": max(2, layer)} | ({"annealing": True} if table()[name].needs else {})
    pair = [settings(model, **usual), settings(model, **usual | {name: other(table()[name])})]
    assert len(differences(pair)) >= 1 and len(set(titles(pair))) == 2
    assert titles([pair[0]] * 2) == titles([replace(pair[0], held_out=0.2)] * 2), "else they are what they are"


@pytest.mark.parametrize("model", MODELS)
def test_the_form_asks_for_what_the_table_says(page, model):
    page.set("set_model", model).set("set_source", "Generated")
    present = page.app.session_state["set_layers"] if has(model, "layers") else 0
    asked = {
        name
        for name, setting in table().items()
        if setting not in TUNING
        and setting.widget
        and has(model, name)
        and name not in ("built_in", "missing")  # of other data
        and not (name[:-1] in ("size_", "dim_") and int(name[-1]) > present)
    }
    widgets = {key.removeprefix("set_"): widget for key, widget in page.widgets().items() if key.startswith("set_")}
    assert set(widgets) == asked
    for name in asked - {"init"}:  # whose help depends on the model
        assert (widgets[name].label, widgets[name].help) == (table()[name].label, table()[name].help or ""), name
