"""The page of one who comes by the code of a room, and of one who follows to other settings and to the other page."""

import pytest

from pages.room.rooms import ROOMS


@pytest.fixture
def room():
    room = ROOMS.open()
    yield lambda page, query, iteration=0: (
        ROOMS.lead(room.code, room.key, {"state": {"page": page, "query": query}, "place": {"iteration": iteration, "half": "M"}}),
        room.code,
    )[1]
    ROOMS.end(room.code, room.key)


def follow(visit, **told):
    visit.app.session_state["comeback"] = {"follow": told}
    visit.run()
    del visit.app.session_state["comeback"]
    return visit


def test_who_comes_by_the_code_is_at_once_where_the_room_is(arrive, room):
    page = arrive(f"r={room('', 'v=1&k=4', 3)}")
    assert page.widgets()["set_components"].value == 4
    assert page.payload["static"]["start"] == {"iteration": 3, "half": "M", "playing": None} and page.session.script_runs == 1


def test_a_state_in_the_address_counts_before_the_room_and_an_unknown_code_is_none(arrive, room):
    assert arrive(f"v=1&k=3&r={room('', 'v=1&k=4', 3)}").widgets()["set_components"].value == 3
    assert arrive("r=BBBBB").widgets()["set_components"].value == 2


def test_who_follows_goes_to_other_settings_and_to_the_other_page(page, room):
    follow(page, page="", query="v=1&k=5&at=2")
    assert page.widgets()["set_components"].value == 5 and page.session.place(page.session.run) == 2
    follow(page, page="compare", query="v=1&A=m.gmm&B=m.skewgmm~k.3&at=1")
    assert [component.proto.component_name for component in page.app.get("bidi_component")].count("mixes_player") == 1
    assert page.session.goes is None and [settings.model for settings in page.session.comparison.settings] == ["GMM", "SkewGMM"]


@pytest.mark.parametrize("told", [{}, {"page": "//elsewhere", "query": "v=1&k=5"}, {"page": "", "query": 3}, {"query": "v=1&k=5"}])
def test_what_makes_no_sense_is_not_followed(page, told):
    assert follow(page, **told).widgets()["set_components"].value == 2
