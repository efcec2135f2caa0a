"""What a player says, read into a checked form: the one door between a browser's words and the pages.

A browser can send anything. What makes no sense is left out, and one sentence says what it was.
"""

import reprlib
from collections.abc import Mapping

from pages.work import run_ids
from pages.work.checks import Nonsense, mapping, member, one_of, text, truth, whole

WORDS = ("need", "shown", "stands", "look", "export", "table", "more", "edit")
_HALVES = ("E", "M")
_MOST_FRAMES, _LONGEST_FRAME = 100, 2_000_000  # of an animation: pictures, and characters of one
_LONGEST_EDITS = 2000  # characters of a place for each component
_PNG = "data:image/png;base64,"


def heard(events, newest):
    """The words of a player that make sense, and a sentence about one that does not.

    Parameters
    ----------
    events : object
        What came from the browser: a mapping with some of `WORDS`, or anything.
    newest : callable
        Id of a run or a comparison -> its newest iteration, or None for one that this session does not have.

    Returns
    -------
    said : dict
        The checked words by name. Those about a run that this session does not have are left out.
    nonsense : str
        One sentence, or "".
    """
    said, nonsense = {}, ""
    for name in WORDS:
        word = events.get(name) if isinstance(events, Mapping) else None
        if word is None:
            continue
        try:
            run = text(member(word, "run"), "run")
            id = run_ids.read(run)
            if id is None:
                raise Nonsense(f"run is {reprlib.repr(run)}; there is no such run")
            last = newest(id)
            if last is not None:
                said[name] = {"run": run, **_READERS[name](word, last)}
        except Nonsense as problem:
            nonsense = f"The page was told something that makes no sense, and left it out: {problem}."
    return said, nonsense


def _place(word, last):
    return {"iteration": whole(member(word, "iteration"), "iteration", 0, last), "half": one_of(member(word, "half"), "half", _HALVES)}


def _need(word, last):
    return {
        "from": whole(member(word, "from"), "from", 0, last + 1),
        "have": truth(member(word, "have"), "have"),
        "shown": _place(mapping(member(word, "shown"), "shown"), last),
    }


def _shown(word, last):
    return {**_place(word, last), "playing": truth(member(word, "playing"), "playing")}


def _look(word, last):
    point, focus = word.get("point"), word.get("focus")
    return {
        **_place(word, last),
        "point": None if point is None else whole(point, "point", 0, 10**6),
        "focus": None if focus is None else _focus(mapping(focus, "focus")),
    }


def _focus(focus):
    place = {name: whole(member(focus, name), name, 0, 100) for name in ("layer", "node")}
    return place | ({} if focus.get("from") is None else {"from": whole(focus["from"], "from", 0, 100)})


def _export(word, last):
    model = word.get("model")
    return {
        "iteration": whole(member(word, "iteration"), "iteration", 0, last),
        "kind": text(member(word, "kind"), "kind", 20),
        "frames": _frames(word.get("frames", [])),
        "model": None if model is None else whole(model, "model", 0, 3),
    }


def _frames(value):
    if not (
        isinstance(value, list)
        and len(value) <= _MOST_FRAMES
        and all(isinstance(frame, str) and len(frame) <= _LONGEST_FRAME and frame.startswith(_PNG) for frame in value)
    ):
        raise Nonsense(f"frames is {reprlib.repr(value)}; it needs to be a list of at most {_MOST_FRAMES} PNG pictures")
    return value


def _edit(word, last):
    return {**_place(word, last), "text": text(member(word, "text"), "text", _LONGEST_EDITS)}


def _table(word, last):
    return {"have": truth(member(word, "have"), "have")}


def _more(word, last):
    return {"click": whole(member(word, "click"), "click", 0, 10**9)}


_READERS = {
    "need": _need,
    "shown": _shown,
    "stands": _place,
    "look": _look,
    "export": _export,
    "table": _table,
    "more": _more,
    "edit": _edit,
}
