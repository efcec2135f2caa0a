"""A page that the server has forgotten comes back from what the browser kept, and says what is lost."""

import json
import math
from contextlib import suppress
from types import SimpleNamespace

import pytest
import streamlit as st

from pages.forms import lanes
from pages.session import Session
from pages.wire import comeback, serve

BACK = "The server had forgotten this page. It has been made again from its settings"
# the columns of a table are asked for again with the table
OF_A_TABLE = ("set_table", "set_roles_", "set_missing_", "set_first_row", "set_separator", "set_decimal")


def told(page):
    """What a browser tells of a page, through JSON as there."""
    return json.loads(json.dumps({name: page.payload[name] for name in ("session", "record")}))


def notices(page):
    return [info.value for info in page.app.info]


def test_explore_comes_back_with_model_layers_seed_and_data(monkeypatch, page, anew):
    page.set("set_source", "Generated").set("set_kind", "blobs").set("set_n", 200)
    page.set("set_model", "GMN").click("Add a layer").click("New start").set("set_size_3", 3).set("set_rate", 0.5)
    rows = page.play(upto=3)
    again = anew(told(page))
    assert again.payload["run"] != page.payload["run"], "another run, which has to be made"
    assert again.session.run.settings == page.session.run.settings
    assert [row["ll"] for row in again.play(upto=3)] == [row["ll"] for row in rows]
    assert notices(again) == [f"{BACK}: all is as it was."] and not again.errors()
    monkeypatch.setattr(comeback, "READ", 0)  # it stays so long at least
    again.set("set_rate", 1.0)
    assert notices(again) == [], "until something is changed"


def test_compare_comes_back_with_all_its_models(compare, anew):
    compare.preset("Three starts")
    compare.change(1, "model", "DGMM")
    again = anew(told(compare), type(compare))
    assert [lane.settings for lane in again.comparison.lanes] == [lane.settings for lane in compare.comparison.lanes]
    again.on(0, "Duplicate")
    assert len(again.titles()) == 4 and len(set(again.forms)) == 4


def test_what_is_lost_is_said(page, anew):
    page.upload("mine.csv", b"a,b\n" + b"".join(b"%d,%d\n" % (i, i * i % 7) for i in range(30)))
    page.play(upto=3)
    page.show(2)
    page.set("set_rate", 0.5)
    again = anew(told(page))
    assert notices(again) == [
        f"{BACK}, but the tables you uploaded are gone, upload them again; what you changed while the model "
        "learned now holds from its start; the earlier runs are gone."
    ]
    assert "Until then you see Old Faithful." in again.captions() and again.app.session_state["set_rate"] == 0.5


def test_a_page_whose_table_is_gone_with_all_that_suited_its_model_is_not_blank(page, anew):
    page.upload("mine.csv", b"a,b,c,d\n" + b"".join(b"%d,%d,%d,%d\n" % (i, i * i % 7, i % 5, i * 3 % 11) for i in range(30)))
    page.set("set_model", "GMN").set("set_dim_1", 4)
    again = anew(told(page))
    assert not again.players() and [warning.value for warning in again.app.warning] == ["These settings cannot be used, see the left."]
    assert again.click("Make it fit").payload["static"]["title"].endswith("on Old Faithful") and not again.app.warning


def test_a_session_that_was_not_forgotten_stays_as_it_is(page):
    page.play(upto=2)
    run, kept = page.payload["run"], told(page)
    page.app.session_state["comeback"] = {"again": kept}
    assert page.run().payload["run"] == run and notices(page) == []


def test_it_comes_back_once(page, anew):
    page.set("set_components", 5)
    kept = told(page)
    again = anew(kept)
    again.set("set_components", 3)
    again.app.session_state["comeback"] = {"again": kept}
    assert again.run().payload["static"]["components"] == 3


class Interrupted(Exception):
    """As Streamlit's, when another run of the script is asked for."""


class Interruptible(dict):
    """A session's state: like Streamlit's, it may break off the script whenever it is read or written."""

    left = math.inf

    def use(name):
        def used(self, *args):
            self.left -= 1
            if self.left < 0:
                raise Interrupted
            return getattr(dict, name)(self, *args)

        return used

    __getitem__, __setitem__, __delitem__ = map(use, ("__getitem__", "__setitem__", "__delitem__"))
    __contains__, get, setdefault = map(use, ("__contains__", "get", "setdefault"))

    def update(self, values):
        for key, value in values.items():
            self[key] = value

    def to_dict(self):
        return dict(self)


def broken_off(monkeypatch, state, act):
    """Do something in sessions that are broken off after 0, 1, 2 ... reads and writes, and then do it again; gives each session."""
    for steps in range(100):
        session = Interruptible(state())
        monkeypatch.setattr(st, "session_state", session)
        session.left = steps
        with suppress(Interrupted):
            act()
        ended, session.left = session.left >= 0, math.inf
        act()
        yield session
        if ended:
            assert steps > 5
            return
    raise AssertionError("it does not end")


def test_a_page_that_is_broken_off_while_it_comes_back_comes_back_when_it_is_told_again(monkeypatch):
    record = {"values": {"set_components": 5, "set_rate": 0.5}, "lanes": ["lane3", "lane7"], "lost": []}
    monkeypatch.setattr(comeback, "_component", lambda **_: None)
    for state in broken_off(monkeypatch, lambda: {"comeback": {"again": {"session": "0123abcd", "record": record}}}, comeback.comeback):
        assert {name: state.get(name) for name in record["values"]} == record["values"]
        own = state["session"]
        assert (own.lanes, own.last_lane, own.again, own.notice[0]) == (record["lanes"], 7, "0123abcd", f"{BACK}: all is as it was.")


def test_compare_that_is_broken_off_before_it_has_its_first_models_has_no_others_left(monkeypatch):
    for state in broken_off(monkeypatch, lambda: {"set_components": 4}, lanes.first_lanes):
        assert state["session"].lanes == ["lane1", "lane2"] and state["session"].last_lane == 2
        assert {key.split("_")[0] for key in state if key.startswith("lane")} == {"lane1", "lane2"}
        assert (state["lane1_components"], state["lane2_components"]) == (4, 5)


def test_models_that_are_replaced_stay_whole_until_the_new_ones_are(monkeypatch):
    seen = []
    for steps in range(100):
        own = Session(lanes=["lane1", "lane2"], last_lane=2)
        state = Interruptible({"session": own, "lane1_components": 4, "lane2_components": 5})
        monkeypatch.setattr(st, "session_state", state)
        state.left = steps
        with suppress(Interrupted):
            lanes._begin_with({}, [{"components": 7}, {"components": 8}])
        ended, state.left = state.left >= 0, math.inf
        seen.append([state.get(f"{form}_components") for form in own.lanes])
        if ended:
            break
    assert {key.split("_")[0] for key in state if key.startswith("lane")} == {"lane3", "lane4"}
    assert seen == sorted(seen) and {*map(tuple, seen)} == {(4, 5), (7, 8)}


def test_a_wish_for_more_iterations_that_is_broken_off_is_granted_once(monkeypatch):
    run = SimpleNamespace(id="r1.0123abcd", newest=3, forked_at=0, run=SimpleNamespace(trace=[0] * 4, model=SimpleNamespace(max_iter=200)))
    word = {"run": "r1.0123abcd x / y", "click": 1}
    for state in broken_off(monkeypatch, lambda: {"player": {"more": word}, "session": Session(run=run)}, lambda: serve.go_on("player")):
        own = state["session"]
        assert (state["set_max_iter"], own.places, own.plays, own.went_on) == (400, {run.id: 3}, True, word)


@pytest.mark.parametrize(
    "key, value",
    [
        ("set_components", 10**9),
        ("set_components", "x"),
        ("set_components", None),
        ("set_components", 2.5),
        ("set_components", True),
        ("set_layers", 0),
        ("set_layers", []),
        ("set_seed", -1),
        ("set_model", "GMMM"),
        ("set_source", 5),
        ("set_built_in", ["Iris"]),
        ("set_rate", float("nan")),
        ("set_threshold", 0.5),
        ("set_annealing", 1),
        ("set_size_4", 10**400),
        ("lane7_init", {}),
        ("view_space", 5),
    ],
)
def test_values_that_a_setting_cannot_have_are_left_out_and_said(key, value):
    values, lanes, guess, lost = comeback.checked({"values": {key: value, "set_n_init": 2}, "lanes": None, "lost": []})
    assert values == {"set_n_init": 2} and lost == ["values"]


NOTHING = {"session": "0123abcd", "record": {"values": {}, "lanes": None, "lost": []}}


@pytest.mark.parametrize(
    "kept",
    [
        5,
        "x",
        [],
        {},
        {"session": 5},
        {"session": "0123abcd"},
        {"session": "0123abcd", "record": []},
        *(
            {**NOTHING, "record": {**NOTHING["record"], name: value}}
            for name, value in [
                ("values", []),
                ("values", 5),
                ("values", {f"set_{i}": 1 for i in range(600)}),
                ("lanes", 5),
                ("lanes", ["lane1"]),
                ("lanes", ["lane1", "lane1"]),
                ("lanes", ["set", "lane1"]),
                ("lanes", [[], {}]),
                ("lanes", ["lane1"] * 10**4),
                ("guess", "em.e"),
                ("guess", ["em.e"]),
                ("guess", ["em.e", 5]),
                ("lost", 5),
                ("lost", ["x"]),
                ("lost", [[]] * 10**4),
            ]
        ),
    ],
    ids=lambda kept: str(kept)[:60],
)
def test_a_record_that_makes_no_sense_leaves_the_page_as_it_opens(anew, kept):
    if kept == 5:  # one of them through the page
        page = anew(kept)
        assert page.payload["static"]["title"] == "Gaussian mixture (GMM), 2 components, on Old Faithful"
        assert notices(page) == [f"{BACK}, but some settings could not be read and have their usual values."]
    elif isinstance(kept, dict) and "record" in kept:
        with pytest.raises(ValueError):
            comeback.checked(kept["record"])


def test_a_guess_in_a_lesson_comes_back_once_with_its_step(learn_at):
    learn = learn_at(query="l=starts.again").guess("16")
    kept = told(learn)
    assert kept["record"]["guess"] == ["starts.again", "16"]
    again = learn_at({"comeback": {"again": kept}}, query="l=starts.again")
    del again.app.session_state["comeback"]
    assert again.taken.guess == "16" and "Your guess: 16" in again.text()
    again.click("Begin this step again")
    assert again.taken.asks
    for other in (["starts.again", "17"], ["starts.stuck", "One"], ["no.such", ""]):
        kept["record"]["guess"] = other
        assert learn_at({"comeback": {"again": kept}}, query="l=starts.again").taken.asks


@pytest.mark.parametrize("model", ["GMM", "SkewGMM", "DGMM"])
def test_every_setting_can_come_back(page, model):
    keys = {*page.set("set_model", model).widgets(), "set_layers", "set_seed", "set_sharing"}
    keys |= {*page.set("set_source", "Generated").widgets()}
    of_one = "sharing_"  # three choices that are the one of set_sharing
    assert sorted(key for key in keys if not key.startswith((*OF_A_TABLE, of_one)) and comeback.check_of(key) is None) == []
