"""Rooms in which one leads and others follow: what they are to see, and what they guess. No Streamlit in here.

A room lives in the server's memory alone and ends by itself. What those who follow are told is in parts, each of which is told
again when it changes: `state` (the page and the query of its link), `place` (of the playhead), `pins` and `question`. Nobody
has a name: a guest is known by a random word of a browser's tab, which is told to no one.
"""

import hmac
import json
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import RLock

from pages.work.answers import Refused

LETTERS = "BCDFGHJKLMNPRSTWXZ"  # none that looks like another or like a digit, and no vowels, which make words
LENGTH = 5
MOST_ROOMS, MOST_GUESTS = 50, 400
LONGEST, LONGEST_AWAY = 4 * 3600.0, 1800.0  # seconds that a room lasts, and that its leader may be away
LONGEST_EMPTY = 60.0  # seconds that its leader may be away from a room in which nothing was ever shown
BETWEEN = 0.2  # seconds between two guesses of a guest
GRID = 48  # cells of a picture along an axis: what a place is rounded to; in deciding.js, too
_MOST_REMEMBERED = 500  # rooms that have ended

RESTARTED = "The room has ended: the server was restarted."  # the browser says the same: assets/player/room/seat.js


@dataclass
class Room:
    """What is known of one room.

    Attributes
    ----------
    code, key : str
        What everyone has who joins, and what only the one has who leads.
    opened, seen : float
        When it was opened, and when the leader was heard last.
    version : int
        Grows with every change.
    parts : dict of tuple
        Version of the last change and value, by name.
    guests : dict of int
        How many streams each has open.
    guesses, guessed : dict
        The last guess at the open question, and when a guest guessed last.
    ended : str
        Why the room has ended; "" as long as it has not.
    watchers : set of callable
        Called when something has changed.
    """

    code: str
    key: str
    opened: float
    seen: float
    version: int = 0
    questions: int = 0
    parts: dict[str, tuple[int, object]] = field(default_factory=dict)
    guests: dict[str, int] = field(default_factory=dict)
    guesses: dict[str, object] = field(default_factory=dict)
    guessed: dict[str, float] = field(default_factory=dict)
    ended: str = ""
    watchers: set[Callable] = field(default_factory=set)
    _news: dict[int, str] = field(default_factory=dict)

    def part(self, name):
        """The value of a part, or None."""
        return self.parts.get(name, (0, None))[1]

    def change(self, parts):
        """Let some parts have new values; what is as it was is no change."""
        parts = {name: value for name, value in parts.items() if name not in self.parts or self.part(name) != value}
        if not parts:
            return
        self.version += 1
        self.parts |= {name: (self.version, value) for name, value in parts.items()}
        self._wake()

    def news(self, since=-1):
        """What has changed since a version, as JSON: the same text for all who know as much."""
        known = self._news  # another thread may take it away
        if since not in known:
            parts = {name: value for name, (version, value) in self.parts.items() if version > since}
            known[since] = json.dumps({"version": self.version, "followers": len(self.guests), **parts}, allow_nan=False)
        return known[since]

    def end(self, sentence):
        """Let it be over."""
        self.ended = sentence
        self._wake()

    def _wake(self):
        self._news = {}
        for wake in tuple(self.watchers):
            wake()


class Rooms:
    """All rooms of a server. Any thread may call any method; a `Refused` says what cannot be.

    Parameters
    ----------
    clock : callable
        Seconds that only grow.
    """

    def __init__(self, clock=time.monotonic):
        self.clock = clock
        self._rooms = {}
        self._over = OrderedDict()  # code -> sentence
        self._lock = RLock()

    def open(self):
        """A new `Room`."""
        with self._lock:
            self.tidy()
            if len(self._rooms) >= MOST_ROOMS:
                sentence = f"All {MOST_ROOMS} rooms of this server are in use. Try again once one has ended, or share the link instead."
                raise Refused(503, sentence)
            code = ""
            while not code or code in self._rooms or code in self._over:
                code = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
            now = self.clock()
            self._rooms[code] = Room(code, secrets.token_urlsafe(24), now, now)
            return self._rooms[code]

    def find(self, code):
        """The room of a code, however it is typed."""
        with self._lock:
            self.tidy()
            code = read_code(code)
            if code in self._over:
                raise Refused(410, self._over[code])
            if code not in self._rooms:
                raise Refused(404, f"There is no room {code}." if code else f"The code of a room has {LENGTH} letters, such as BKTRM.")
            return self._rooms[code]

    def led(self, code, key):
        """The room of a code, for the one who has its key."""
        with self._lock:
            room = self.find(code)
            if not hmac.compare_digest(room.key.encode(), key.encode()):
                raise Refused(403, f"Only the person who opened room {room.code} can lead it.")
            room.seen = self.clock()
            return room

    def lead(self, code, key, told):
        """Tell those who follow what is new, and the leader how many they are.

        Parameters
        ----------
        told : dict
            See `pages.room.told`: new values of ``state``, ``place``, ``pins`` and ``question``, and ``reveal``.

        Returns
        -------
        dict
            ``followers`` and ``answered`` are counts, ``question`` is that which stands.
        """
        with self._lock:
            room = self.led(code, key)
            parts = {name: told[name] for name in ("state", "place", "pins") if name in told}
            if "question" in told:
                room.guesses, room.guessed = {}, {}
                room.questions += told["question"] is not None
                parts["question"] = told["question"] and {"number": room.questions, **told["question"], "answers": None}
            elif told.get("reveal") and (question := room.part("question")) is not None and question["answers"] is None:
                parts["question"] = {**question, "answers": answers(question["kind"], room.guesses.values())}
            room.change(parts)
            return {"followers": len(room.guests), "answered": len(room.guesses), "question": room.part("question")}

    def guess(self, code, guest, number, value):
        """Take a guest's guess at a question; the last one counts."""
        with self._lock:
            room = self.find(code)
            question = room.part("question")
            if guest not in room.guests:
                raise Refused(403, f"Join room {room.code} first.")
            if question is None or question["number"] != number or question["answers"] is not None:
                raise Refused(409, "This question is closed.")
            if guest not in room.guesses and len(room.guesses) >= MOST_GUESTS:
                raise Refused(503, f"Room {room.code} has {MOST_GUESTS} answers, and takes no more.")
            now = self.clock()
            if now - room.guessed.get(guest, float("-inf")) < BETWEEN:
                raise Refused(429, "That was too quick: try again.")
            room.guesses[guest], room.guessed[guest] = value(question["kind"]), now

    def end(self, code, key):
        """End a room."""
        with self._lock:
            room = self.led(code, key)
            self._close(room, "The room has ended.")

    def join(self, code, guest, wake):
        """The room of a code, which ``wake`` is told the changes of until the guest leaves."""
        with self._lock:
            room = self.find(code)
            if sum(room.guests.values()) >= MOST_GUESTS:
                raise Refused(503, f"Room {room.code} is full: {MOST_GUESTS} follow it.")
            room.guests[guest] = room.guests.get(guest, 0) + 1
            room.watchers.add(wake)
            return room

    def leave(self, room, guest, wake):
        """A stream of a guest has ended; the guess stays."""
        with self._lock:
            room.watchers.discard(wake)
            room.guests[guest] -= 1
            if not room.guests[guest]:
                del room.guests[guest]
                room.guessed.pop(guest, None)

    def link(self, code):
        """Page and query of where a room's leader stands; None when there is no such room, or nothing yet."""
        try:
            room = self.find(code)
        except Refused:
            return None
        state, place = room.part("state"), room.part("place")
        if state is None:
            return None
        at = f"&at={place['iteration']}{place['half'].removesuffix('M')}" if place else ""
        return state["page"], state["query"] + at

    def tidy(self):
        """End what is to end by itself."""
        with self._lock:
            now = self.clock()
            for room in tuple(self._rooms.values()):
                if now - room.opened >= LONGEST:
                    self._close(room, f"The room has ended: it was open for {LONGEST / 3600:g} hours.")
                elif now - room.seen >= LONGEST_EMPTY and room.part("state") is None:
                    self._close(room, "The room has ended: nothing was shown in it.")
                elif now - room.seen >= LONGEST_AWAY:
                    self._close(room, f"The room has ended: nobody has led it for {LONGEST_AWAY / 60:g} minutes.")

    def close(self):
        """The server stops: those who follow are told."""
        with self._lock:
            for room in tuple(self._rooms.values()):
                self._close(room, RESTARTED)

    def _close(self, room, sentence):
        del self._rooms[room.code]
        self._over[room.code] = sentence
        while len(self._over) > _MOST_REMEMBERED:
            self._over.popitem(last=False)
        room.end(sentence)


def read_code(text):
    """The code that was typed, or "" where it can be none."""
    code = "".join(text[:40].split()).upper()
    return code if len(code) == LENGTH and set(code) <= set(LETTERS) else ""


def answers(kind, guesses):
    """What is shown of guesses: how many are in each cell of the grid, or the numbers in order."""
    if kind == "much":
        return {"numbers": sorted(float(f"{number:.6g}") for number in guesses)}
    counts = {}
    for cell in guesses:
        counts[cell] = counts.get(cell, 0) + 1
    return {"cells": [[*cell, count] for cell, count in sorted(counts.items())]}


ROOMS = Rooms()
