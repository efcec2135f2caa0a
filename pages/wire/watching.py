"""A lesson looks on: what the player says of where it stands, and of what is looked at there, is shown to it."""

from pages.kept import value
from pages.session import session
from pages.work.settings import DATA, DRAWN


def seen(said):
    """Let the lesson see what the player has just said; gives whether there is something else to tell by it."""
    word = said.get("look") or (shown if (shown := said.get("shown")) and not shown["playing"] else None)
    return word is not None and _see(word, word)


def looking():
    """Let it see what the page shows now."""
    own = session()
    if own.run is not None:
        _see({"iteration": own.place(own.run), "half": own.half(own.run)}, {})


def _see(place, looked):
    own = session()
    data = {setting.name: value(f"set_{setting.name}") for setting in (*DATA, *DRAWN)}
    return own.run is not None and own.learn(own.run, place, data, looked)
