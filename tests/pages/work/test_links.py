"""A link is the state: what is written is read again, and nothing that stands in an address does harm."""

import math
from urllib.parse import parse_qsl

import pytest
from hypothesis import given, settings as hypothesis_settings, strategies as st

from pages.work import links
from pages.work.lookup import has, of_models, table, usual
from pages.work.models import MODELS
from pages.work.setting import Choice, Number, Several, Span, Whole
from pages.work.settings import COLUMNS, DATA, DRAWING, DRAWN, MOST_LAYERS, PREPARATION, SERVED, SERVER, TABLE
from pages.work.tunable import AXES, SLOTS, TUNING


def values_of(setting):
    """Values that a widget can give."""
    kind = setting.kind
    if setting is DRAWING:
        return st.sampled_from(["p_0,10,0,10__", "p_0,1_a2b1_AAABAC", "p_-1,1,0,1e+06_c1_AZ-_"])  # more of them in test_drawing
    if setting is SERVED:
        return st.sampled_from(["", "iris.csv", "week 1/a_b & c.npy", "../../etc/passwd"])
    if setting is COLUMNS:
        return st.sampled_from(["", "3fa2b1_f", "000000_2o5fc12o"])
    if isinstance(kind, Choice):
        return st.sampled_from([option for option in kind.options if option != "Upload"])
    if isinstance(kind, Several):
        options = list(kind.choice.options)
        return st.sets(st.sampled_from(options), min_size=1).map(lambda chosen: [each for each in options if each in chosen])
    if isinstance(kind, Span):
        return st.tuples(*[st.integers(kind.low, kind.high)] * 2).map(sorted).map(tuple)
    if isinstance(kind, Whole):
        return st.integers(kind.low, kind.high)
    if isinstance(kind, Number):
        return st.integers(round(kind.low / kind.step), round(kind.high / kind.step)).map(lambda n: n * kind.step)
    return st.booleans()


def forms(settings):
    return st.fixed_dictionaries({setting.name: values_of(setting) for setting in settings})


STEERING = [setting for setting in of_models() if setting.steers]
CHANGES = st.lists(st.tuples(st.integers(1, 5000), forms(STEERING)), max_size=4)


def seen(values, of_data=True):
    """What of some values is to be seen on the page."""
    model = values["model"]
    names = {setting.name for setting in of_models() if has(model, setting.name)} - {"shapes", "start_v"}
    names -= {f"{part}_{layer}" for layer in range(values["layers"] + 1, MOST_LAYERS + 1) for part in ("size", "dim")}
    names |= {"start_v"} if values["annealing"] else set()
    if of_data:
        names |= {setting.name for setting in PREPARATION} | {"source"}
        told = {
            "Built-in": {"built_in"},
            "Draw": {DRAWING.name},
            SERVER: {setting.name for setting in (SERVED, *TABLE)},
            "Generated": {"kind", *(setting.name for setting in DRAWN)},
        }
        names |= told[values["source"]]
    return {name: values[name] for name in names}


@hypothesis_settings(max_examples=60)
@given(forms(table().values()), CHANGES, st.sampled_from(["", "1,2", "3", "l2"]))
def test_any_state_is_read_as_it_was_written(values, changes, view):
    stages = [values, *(values | changed for _, changed in changes)]
    query = links.write(stages, [iteration for iteration, _ in changes], view=view)
    link = links.read(f"?{query}&at=12E&ll=-371.42")
    assert len(query) < 2000 and link.remarks == () and link.view == view
    assert (link.iteration, link.half, link.log_likelihood) == (12, "E", -371.42)
    assert link.forks == tuple(iteration for iteration, _ in changes)
    for stage, wanted in zip(link.stages, stages, strict=True):
        assert seen(link.values | stage) == seen(wanted)
    again = [link.values | stage for stage in link.stages]
    assert links.write(again, link.forks, view=link.view) == query


@hypothesis_settings(max_examples=30)
@given(forms(table().values()), st.lists(forms(of_models()), min_size=2, max_size=4))
def test_any_comparison_is_read_as_it_was_written(values, lanes):
    query = links.write([values], lanes=lanes)
    link = links.read(query)
    assert len(query) < 2000 and link.remarks == ()
    assert [seen(usual(of_models()) | lane, False) for lane in link.lanes] == [seen(lane, False) for lane in lanes]
    assert link.values["standardise"] == values["standardise"]


def asked(values):
    """What of some values Tune asks for: of each axis the values of the setting that is varied."""
    axes = [values[f"axis_{slot}"] for slot in SLOTS]
    names = {setting.name for setting in TUNING if not setting.name.startswith("values_")}
    names |= {f"values_{slot}_{axis}" for slot, axis in zip(SLOTS, axes) if axis in AXES}
    return {name: values[name] for name in names}


@hypothesis_settings(max_examples=40)
@given(forms([setting for setting in table().values() if setting not in TUNING]), forms(TUNING))
def test_what_tune_asks_is_read_as_it_was_written(values, tuning):
    query = links.write([values], tuning=tuning)
    link = links.read(query)
    assert len(query) < 2000 and link.remarks == ()
    found = usual(TUNING) | link.values
    assert asked(found) == asked(tuning) and seen(found) == seen(values)
    assert links.write([found], tuning=found) == query


@hypothesis_settings(max_examples=20)
@given(forms(TUNING))
def test_of_tune_what_is_asked_is_enough(tuning):
    assert links.write([{}], tuning=asked(tuning)) == links.write([{}], tuning=tuning)


def test_a_link_of_tune_has_the_keys_of_the_table_and_the_others_have_none():
    assert {setting.link for setting in TUNING} == {"x", "y", "tu", "tn", "ta", "th", "tm", "tv"}
    text = "v=1&k=3&tu=sweep&tn=50&th=10&tm=held-out-log-likelihood&tv=map&x=regularisation.0,0.01&y=components.2-5"
    link = links.read(text)
    assert link.values["values_1_regularisation"] == [0.0, 0.01] and link.values["values_2_components"] == (2, 5)
    assert links.write([link.values], tuning=link.values) == text
    assert not {setting.name for setting in TUNING} & links.read("v=1&k=3").values.keys()
    assert links.write([usual(table().values())], tuning=usual(TUNING)) == "v=1"


@pytest.mark.parametrize(
    "query, name, value, remark",
    [
        ("x=mars.1-9", "axis_1", "components", "Vary is 'mars' in the link, which cannot be varied; it is as usual here."),
        ("x=none", "axis_1", "components", "Vary is 'none' in the link, which cannot be varied; it is as usual here."),
        ("y=__class__.1", "axis_2", "none", "And is '__class__' in the link, which cannot be varied; it is as usual here."),
        ("x=components.0-99", "values_1_components", (1, 20), "Components is '0-99' in the link; it is 1-20 here."),
        ("x=components.5-2", "values_1_components", (2, 5), "Components is '5-2' in the link; it is 2-5 here."),
        (
            "x=components.5",
            "values_1_components",
            (1, 9),
            "Components is '5' in the link; it needs two numbers, as in 1-9, and is as usual here.",
        ),
        ("x=components.1-2-3", "values_1_components", (1, 9), "Components is '1-2-3' in the link; it needs two numbers, as in 1-9"),
        ("x=components.NaN-3", "values_1_components", (1, 9), "Components is 'NaN-3' in the link; it needs a number"),
        ("x=rate.0.5,7", "values_1_rate", [0.5, 1.0], "Update rate is '0.5,7' in the link; it is 0.5,1 here."),
        ("x=rate.", "axis_1", "rate", None),
        ("x=rate.%2C", "values_1_rate", [0.2, 0.4, 0.6, 0.8, 1.0], "Update rate is ',' in the link; it needs a number"),
        ("x=model.gmm,x", "values_1_model", list(MODELS), "Model is 'gmm,x' in the link; it needs gmm or skewgmm or dgmm or gmn"),
        (
            "y=skewness.full,restricted",
            "values_2_skewness",
            ["restricted", "full"],
            "Skewness Λ is 'full,restricted' in the link; it is restricted,full here.",
        ),
        ("tn=7", "tune_starts", 5, "Starts is '7' in the link; it is 5 here."),
        ("tn=1000000", "tune_starts", 200, "Starts is '1000000' in the link; it is 200 here."),
        ("tu=all", "tune", "starts", "What to tune is 'all' in the link; it needs starts or sweep or annealing"),
        ("ta=yes", "annealed_too", False, "With annealing beside is 'yes' in the link; it needs 0 or 1"),
        ("tm=BIC", "measure", "BIC", "Show is 'BIC' in the link; it needs bic or icl or"),
    ],
)
def test_what_cannot_be_tuned_is_left_out_and_it_is_said(query, name, value, remark):
    link = links.read(query)
    assert (usual(TUNING) | link.values)[name] == value
    assert len(link.remarks) == (remark is not None) and (remark is None or link.remarks[0].startswith(remark))


def test_what_is_usual_is_left_out():
    ordinary = usual(table().values())
    assert links.write([ordinary]) == "v=1"
    assert links.write([ordinary | {"model": "GMN"}]) == "v=1&m=gmn&L=2x2,3x1"
    assert links.read("") == links.read("v=1") and links.read("v=1").values["components"] == 2


def test_a_link_says_what_the_table_of_keys_says():
    text = "v=1&d=g_skewed-clouds_200_0.35_7&z=0&m=gmn&e=0.01&L=2x2,5x1&a=0.2&f=20:u.0.5;35:a.0&w=2,1"
    link = links.read(text)
    assert link.values["kind"] == "skewed clouds" and (link.values["n"], link.values["noise"], link.values["data_seed"]) == (200, 0.35, 7)
    assert [stage["annealing"] for stage in link.stages] == [True, True, False] and link.stages[0]["rate"] == 1 != link.stages[1]["rate"]
    assert links.write([link.values | stage for stage in link.stages], link.forks, view=link.view) == text


def test_each_key_has_one_meaning():
    own = [setting.link for setting in table().values()]
    assert set(own).isdisjoint({"v", "f", "w", "hide", "lock", "pace", "tab", "at", "ll", *"ABCD"}) and links.keys() > set(own)
    assert [setting.link for setting in (*DATA, *DRAWN)] == ["d"] * 6


@pytest.mark.parametrize(
    "query, name, value, remark",
    [
        ("k=99", "components", 20, "Components k is '99' in the link; it is 20 here."),
        ("k=-5", "components", 1, "Components k is '-5' in the link; it is 1 here."),
        ("k=3.4", "components", 3, "Components k is '3.4' in the link; it is 3 here."),
        ("k=NaN", "components", 2, "Components k is 'NaN' in the link; it needs a number, and is as usual here."),
        ("e=0.011", "regularisation", 0.01, "Variance regularisation ε is '0.011' in the link; it is 0.01 here."),
        ("n=1e9", "max_iter", 5000, "Most iterations is '1e9' in the link; it is 5000 here."),
        ("m=<script>", "model", "GMM", "Model is '<script>' in the link; it needs gmm or skewgmm or dgmm or gmn, and is as usual here."),
        ("go=2", "stop", True, "Stop there is '2' in the link; it needs 0 or 1, and is as usual here."),
        ("d=mars", "built_in", "Old Faithful", "Data set is 'mars' in the link; it needs old-faithful or iris or"),
        ("d=g_blobs_123", "n", 100, "Rows is '123' in the link; it is 100 here."),
        ("L=2x2,2x1,2x1,2x1,2x1", "layers", 4, "The link has 5 layers; 4 is the most, and the first ones were taken."),
        ("f=0:u.0.5", "rate", 1.0, "A change at iteration '0' was left out: there is no such iteration."),
        ("at=-1", "components", 2, "The iteration is '-1'; it needs a number, as in 12 or 12E, or end."),
        ("v=2&k=5", "components", 5, "The link is of another version of this page ('2'): what is known of it was taken."),
    ],
)
def test_what_cannot_be_is_nearly_so_and_it_is_said(query, name, value, remark):
    link = links.read(query)
    assert link.values[name] == value and len(link.remarks) == 1 and link.remarks[0].startswith(remark)


@hypothesis_settings(max_examples=100)
@given(st.dictionaries(st.sampled_from(sorted(links.keys()) + ["x"]), st.text(max_size=60)) | st.text())
def test_whatever_stands_in_an_address_gives_settings_that_can_be_chosen(parts):
    query = parts if isinstance(parts, str) else "&".join(f"{key}={text}" for key, text in parts.items())
    link = links.read(query)
    for values in (link.values, *link.stages, *link.lanes):
        for name, value in values.items():
            table()[name].kind.check(value, name)
    assert len(link.stages) == len(link.forks) + 1 and all(1 <= iteration <= 5000 for iteration in link.forks)
    assert 0 <= link.iteration <= 5000 and (link.log_likelihood is None or math.isfinite(link.log_likelihood))
    assert len(" ".join(link.remarks)) < 2000


@pytest.mark.parametrize(
    "query", ["k=" + "9" * 1_000_000, "&" * 7000, "f=" + ";".join(["1:u.0.5"] * 900), "at=" + "9" * 400, "%00=%ff&k=%F0"]
)
def test_a_hostile_address_is_read_in_a_moment(query):
    link = links.read(query)
    assert link.values["model"] in MODELS and len(link.forks) <= 100 and len(" ".join(link.remarks)) < 1000


def test_an_uploaded_table_is_known_by_its_fingerprint():
    values = usual(table().values()) | {"source": "Upload", "table": "0123456789ab"}
    query = links.write([values], table_name="my rows & more.csv")
    assert dict(parse_qsl(query))["d"] == "u_0123456789ab_my rows & more.csv"
    assert links.read(query).table == ("0123456789ab", "my rows & more.csv")


def test_of_too_many_changes_the_first_are_taken_and_it_is_said():
    link = links.read("f=" + ";".join(f"{t}:u.0.5" for t in range(1, 180)))
    assert link.forks == tuple(range(1, 101)) and link.remarks == ("Of 179 changes while the model learned the first 100 were taken.",)
