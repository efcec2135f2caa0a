"""A room: who leads it, what those who follow are told, how guesses are taken, and how it ends."""

import json

import pytest
from hypothesis import given, settings, strategies as st

from pages.room import rooms as module
from pages.room.rooms import Refused, Rooms, answers, read_code
from pages.room.told import guess, lead
from pages.work.checks import Nonsense

SHOWN = {"state": {"page": "", "query": "v=1"}}
HOW_MUCH = {"kind": "much", "words": "How much?", "x": None, "y": None}


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def rooms(clock):
    return Rooms(clock)


def nothing():
    pass


def refused(status, sentence, act, *arguments):
    with pytest.raises(Refused, match=sentence) as problem:
        act(*arguments)
    assert problem.value.status == status


def test_a_room_has_a_code_that_can_be_read_out_and_a_key_that_cannot_be_guessed(rooms):
    opened = [rooms.open() for _ in range(20)]
    assert len({room.code for room in opened}) == len({room.key for room in opened}) == 20
    assert all(len(room.key) >= 32 and room.key not in room.news() for room in opened)
    for room in opened:
        assert rooms.find(f" {room.code.lower()[:2]} {room.code[2:]} ") is room
    assert not set(module.LETTERS) & set("AEIOUQVY0123456789") and read_code("BKTRM" * 9) == read_code("BKT") == read_code("BKTR1") == ""


def test_only_who_has_the_key_leads_and_ends_a_room(rooms):
    room, other = rooms.open(), rooms.open()
    for forged in ("", other.key, room.key[:-1], room.key + "x", "é"):
        refused(403, f"Only the person who opened room {room.code} can lead it", rooms.lead, room.code, forged, {"pins": {}})
        refused(403, "Only the person who opened", rooms.end, room.code, forged)
    assert room.version == 0 and not room.ended
    rooms.end(room.code, room.key)
    refused(410, "The room has ended", rooms.lead, room.code, room.key, {})
    refused(404, "There is no room BBBBB", rooms.find, "BBBBB")
    refused(404, "five letters|5 letters", rooms.find, "nonsense")


def test_a_full_server_says_so_and_ends_nobodys_room(rooms, clock):
    opened = [rooms.open() for _ in range(module.MOST_ROOMS)]
    for room in opened:
        rooms.lead(room.code, room.key, SHOWN)
    refused(503, f"All {module.MOST_ROOMS} rooms", rooms.open)
    assert all(rooms.find(room.code) is room for room in opened)
    clock.now = module.LONGEST_AWAY - 1
    rooms.lead(opened[0].code, opened[0].key, {})
    clock.now += 1
    assert rooms.open() and rooms.find(opened[0].code)
    refused(410, "nobody has led it for 30 minutes", rooms.find, opened[1].code)


def test_rooms_that_are_opened_and_left_make_room_after_a_minute(rooms, clock):
    opened = [rooms.open() for _ in range(module.MOST_ROOMS)]
    clock.now = module.LONGEST_EMPTY / 2
    rooms.lead(opened[0].code, opened[0].key, {})  # its page waits for a table, say
    clock.now = module.LONGEST_EMPTY
    assert rooms.open() and rooms.find(opened[0].code)
    refused(410, "nothing was shown in it", rooms.find, opened[1].code)


def test_a_room_ends_after_four_hours_and_when_its_leader_is_away_and_those_who_follow_are_told(rooms, clock):
    room, woken = rooms.open(), []
    rooms.lead(room.code, room.key, SHOWN)
    rooms.join(room.code, "a", lambda: woken.append(room.ended))
    for clock.now in range(0, int(module.LONGEST), 1000):
        rooms.lead(room.code, room.key, SHOWN)
    assert not room.ended
    clock.now = module.LONGEST
    rooms.tidy()
    assert woken == [room.ended] and "4 hours" in room.ended
    rooms.leave(room, "a", nothing)
    other = rooms.open()
    rooms.close()
    assert other.ended == module.RESTARTED


def test_a_room_takes_so_many_and_no_more_until_one_leaves(rooms):
    room = rooms.open()
    for number in range(module.MOST_GUESTS):
        rooms.join(room.code, f"guest{number}", nothing)
    refused(503, f"{module.MOST_GUESTS} follow it", rooms.join, room.code, "late", nothing)
    rooms.leave(room, "guest7", nothing)
    rooms.join(room.code, "late", nothing)
    assert rooms.lead(room.code, room.key, {})["followers"] == module.MOST_GUESTS


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["state", "place", "pins"]), st.integers(0, 2)), max_size=12), st.integers(0, 12))
def test_who_hears_the_changes_since_any_version_knows_all_parts(changes, late):
    rooms = Rooms(Clock())
    room, known, version = rooms.open(), {}, -1
    for number, (name, value) in enumerate(changes):
        before = room.version
        rooms.lead(room.code, room.key, {name: value})
        assert before <= room.version <= before + 1
        if number >= late:  # a slow one hears several changes at once
            news = json.loads(room.news(version))
            assert news["version"] >= version and news.pop("followers") == 0
            version = news.pop("version")
            known |= news
    known |= json.loads(room.news(version)) | {"followers": 0}
    assert known == json.loads(room.news())


def test_each_guest_has_one_guess_the_last_one_and_none_once_it_is_revealed(rooms, clock):
    room = rooms.open()
    for guest in "abc":
        rooms.join(room.code, guest, nothing)

    def say(guest, value, number=1):
        clock.now += 1
        rooms.guess(room.code, guest, number, lambda kind: value)

    refused(409, "closed", say, "a", 1.0)
    rooms.lead(room.code, room.key, {"question": HOW_MUCH})
    for guest, value in (("a", 1.0), ("b", 7.0), ("a", 5.0), ("c", 1 / 3)):
        say(guest, value)
    refused(403, "Join room", say, "d", 2.0)
    refused(409, "closed", say, "a", 2.0, 2)
    refused(429, "too quick", lambda: (say("b", 2.0), rooms.guess(room.code, "b", 1, lambda kind: 3.0)))
    rooms.leave(room, "c", nothing)
    assert rooms.lead(room.code, room.key, {})["answered"] == 3 and "0.33" not in room.news()
    shown = rooms.lead(room.code, room.key, {"reveal": True})["question"]["answers"]
    assert shown == {"numbers": [0.333333, 2.0, 5.0]} and "b" not in json.loads(room.news())["question"]["answers"]
    refused(409, "closed", say, "a", 2.0)
    rooms.lead(room.code, room.key, {"question": {**HOW_MUCH, "kind": "where"}})
    assert rooms.lead(room.code, room.key, {})["answered"] == 0
    say("a", (3, 4), 2)
    say("b", (3, 4), 2)
    assert rooms.lead(room.code, room.key, {"reveal": True})["question"]["answers"] == {"cells": [[3, 4, 2]]}
    assert rooms.lead(room.code, room.key, {"question": None})["question"] is None
    assert answers("much", []) == {"numbers": []}


def test_who_comes_and_goes_cannot_answer_without_end(rooms):
    room = rooms.open()
    rooms.lead(room.code, room.key, {"question": HOW_MUCH})
    for number in range(module.MOST_GUESTS + 1):
        rooms.join(room.code, f"guest{number}", nothing)
        say = (rooms.guess, room.code, f"guest{number}", 1, lambda kind: 1.0)
        say[0](*say[1:]) if number < module.MOST_GUESTS else refused(503, f"{module.MOST_GUESTS} answers", *say)
        rooms.leave(room, f"guest{number}", nothing)
    assert len(room.guesses) == module.MOST_GUESTS


def test_a_code_leads_to_where_the_leader_stands(rooms):
    room = rooms.open()
    assert rooms.link("BBBBB") is None is rooms.link(room.code)
    rooms.lead(room.code, room.key, {"state": {"page": "compare", "query": "v=1"}})
    assert rooms.link(room.code) == ("compare", "v=1")
    rooms.lead(room.code, room.key, {"place": {"iteration": 3, "half": "E"}})
    assert rooms.link(room.code) == ("compare", "v=1&at=3E")


PLACE = {"iteration": 3, "half": "E", "playing": True, "speed": 10, "linger": False, "sync": None}
WHERE = {"kind": "where", "words": "Where?", "x": [0, 1], "y": [-1, 1]}


def test_what_a_leader_tells_is_read_part_by_part():
    told = {
        "state": {"page": "", "query": "v=1&f=3:u.0.5;5:a.0;8:d2@1.2(4.25,-79.5)"},
        "place": PLACE,
        "pins": {"point": 3, "focus": {"layer": 1, "node": 2, "from": 0}},
    }
    assert lead(json.dumps(told | {"question": WHERE, "reveal": True, "more": 1})) == told | {"question": WHERE, "reveal": True}
    assert lead(b"") == lead(b"{}") == {} and lead(b'{"question": null}') == {"question": None}
    for words in (
        "Où est\u00a0la moyenne\u202f?",
        "Which one? \U0001f469\u200d\U0001f3eb",
        "איפה?",
    ):  # signs that join, and spaces that do not break
        assert lead(json.dumps({"question": WHERE | {"words": words}}))["question"]["words"] == words
    guest, number, value = guess(b'{"g":"abcd1234","q":3,"v":[0,47]}')
    assert (guest, number, value("where")) == ("abcd1234", 3, (0, 47))
    with pytest.raises(Nonsense):
        value("much")


@pytest.mark.parametrize(
    "body",
    [
        b"[", b"[]", b"3", b"[" * 9000, b'{"place": NaN}', b'{"place": {}}', b"\xff", b'{"reveal": 1}',
        json.dumps({"state": {"page": "//elsewhere", "query": ""}}),
        json.dumps({"state": {"page": "", "query": "v=1#<script>"}}),
        json.dumps({"state": {"page": "", "query": "v" * 8001}}),
        json.dumps({"place": PLACE | {"iteration": 10**9}}),
        json.dumps({"place": PLACE | {"speed": float("inf")}}),
        json.dumps({"pins": {"point": -1}}),
        json.dumps({"pins": {"focus": 3}}),
        json.dumps({"pins": 5}),
        json.dumps({"question": WHERE | {"words": " "}}),
        json.dumps({"question": WHERE | {"words": "x" * 121}}),
        json.dumps({"question": WHERE | {"words": "one\ntwo"}}),
        json.dumps({"question": WHERE | {"x": [1, 1]}}),
        json.dumps({"question": WHERE | {"x": [0, 1, 2]}}),
        json.dumps({"question": WHERE | {"kind": "who"}}),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_said(body):
    with pytest.raises(Nonsense):
        lead(body)


@pytest.mark.parametrize(
    "body, kind",
    [
        (b'{"g":"abcd1234","q":0,"v":1}', "much"),
        (b'{"g":"ABCD1234","q":1,"v":1}', "much"),
        (b'{"g":"abcd1234","q":1}', "much"),
        (b'{"g":"abcd1234","q":1,"v":1e999}', "much"),
        (b'{"g":"abcd1234","q":1,"v":NaN}', "much"),
        (b'{"g":"abcd1234","q":1,"v":[48,0]}', "where"),
        (b'{"g":"abcd1234","q":1,"v":[0.5,0]}', "where"),
    ],
)
def test_a_guess_that_makes_no_sense_is_said(body, kind):
    with pytest.raises(Nonsense):
        guess(body)[2](kind)
