"""What a browser tells a room, read into a checked form: it can send anything. No Streamlit in here."""

import json
import re
import reprlib
import unicodedata

from pages.work.checks import Nonsense, mapping, member, number, one_of, text, truth, whole
from pages.work.links import LONGEST, SIGNS
from pages.work.settings import MOST_ITERATIONS

from .rooms import GRID

PAGES = ("", "compare")  # as they stand in an address
LONGEST_WORDS = 120
MOST_LEAD, MOST_GUESS = LONGEST + 2000, 64  # bytes
_QUERY = re.compile(rf"[\w%+=&{re.escape(SIGNS)}-]*", re.ASCII)
_GUEST = re.compile(r"[a-z0-9]{8}")
_FAR = 1e15
_BROKEN = ("Cc", "Cs", "Zl", "Zp")  # kinds of signs that are no writing, or begin another line


def guest(told):
    """The random word of a tab."""
    if not isinstance(told, str) or not _GUEST.fullmatch(told):
        raise Nonsense(f"g is {reprlib.repr(told)}; it needs to be eight letters or digits")
    return told


def lead(body):
    """The parts that a leader tells of; see `Rooms.lead`."""
    told = _read(body)
    readers = {"state": _state, "place": _place, "pins": _pins, "question": _question, "reveal": lambda told: truth(told, "reveal")}
    return {name: read(told[name]) for name, read in readers.items() if name in told}


def guess(body):
    """Guest, number of the question, and its value as a function of the question's kind."""
    told = _read(body)
    value = member(told, "v")
    return guest(member(told, "g")), whole(member(told, "q"), "q", 1, 10**9), lambda kind: _VALUES[kind](value)


def _read(body):
    try:
        return mapping(json.loads(body or b"{}"), "what is told")
    except Nonsense:
        raise
    except (ValueError, RecursionError):
        raise Nonsense("what is told is no JSON") from None


def _state(told):
    query = text(member(told, "query"), "query", LONGEST)
    if not _QUERY.fullmatch(query):
        raise Nonsense(f"query is {reprlib.repr(query)}; it needs to be that of a link")
    return {"page": one_of(member(told, "page"), "page", PAGES), "query": query}


def _place(told):
    return {
        "iteration": whole(member(told, "iteration"), "iteration", 0, MOST_ITERATIONS),
        "half": one_of(member(told, "half"), "half", ("E", "M")),
        "playing": truth(member(told, "playing"), "playing"),
        "speed": number(member(told, "speed"), "speed", 0.1, 100),
        "linger": truth(member(told, "linger"), "linger"),
        "sync": one_of(told.get("sync"), "sync", (None, "iteration", "convergence")),
    }


def _pins(told):
    point, focus = mapping(told, "pins").get("point"), told.get("focus")
    return {
        "point": None if point is None else whole(point, "point", 0, 10**6),
        "focus": None if focus is None else _focus(focus),
    }


def _focus(told):
    before = told.get("from") if mapping(told, "focus") else None
    place = {name: whole(member(told, name), name, 0, 1000) for name in ("layer", "node")}
    return place if before is None else {**place, "from": whole(before, "from", 0, 1000)}


def _question(told):
    if told is None:
        return None
    words = text(member(told, "words"), "words", LONGEST_WORDS).strip()
    if not words or any(unicodedata.category(letter) in _BROKEN for letter in words):
        raise Nonsense(f"words is {reprlib.repr(words)}; it needs to be a question in one line")
    kind = one_of(member(told, "kind"), "kind", tuple(_VALUES))
    axes = {name: _span(member(told, name), name) for name in ("x", "y")} if kind == "where" else {"x": None, "y": None}
    return {"kind": kind, "words": words, **axes}


def _span(told, name):
    if not isinstance(told, list) or len(told) != 2:
        raise Nonsense(f"{name} is {reprlib.repr(told)}; it needs to be two numbers")
    low, high = (number(end, name, -_FAR, _FAR) for end in told)
    if not low < high:
        raise Nonsense(f"{name} is {reprlib.repr(told)}; its first number needs to be below the second")
    return [low, high]


def _cell(value):
    if not isinstance(value, list) or len(value) != 2:
        raise Nonsense(f"v is {reprlib.repr(value)}; it needs to be a cell of the picture")
    return tuple(whole(index, "v", 0, GRID - 1) for index in value)


_VALUES = {"where": _cell, "much": lambda value: number(value, "v", -_FAR, _FAR)}
