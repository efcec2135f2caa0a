"""The drawing board: the browser draws, and says here what the drawing has become. What goes either way is in messages.md."""

from mixes.plots import style
from pages.kept import put, rename, value
from pages.session import session
from pages.work.checks import Nonsense, member
from pages.work.drawing import CLASSES, EMPTY, MOST_POINTS, Drawing, Text

from .mounting import component
from .served import PLAYER

KEY, MODULE, WORD = "board", "board.js", "drawn"
DRAWING = "set_drawing"
_component = component("mixes_board")


def heard():
    """Take over what the board says is drawn; called before it is shown. What makes no sense is left out."""
    event = value(KEY)
    if not isinstance(event, dict) or WORD not in event or session().locked:
        return
    try:
        take(Text().check(member(event[WORD], "drawing"), "Drawing"))
    except Nonsense:
        pass


def show(text):
    """Show the board with a drawing."""
    data = {
        "player": f"{PLAYER}/{MODULE}",
        "drawing": text,
        "locked": session().locked,
        "most": MOST_POINTS,
        "palette": {theme: colours[: len(CLASSES)] for theme, colours in style.PALETTE.items()},
        "symbols": style.SYMBOLS[: len(CLASSES)],
    }
    _component(key=KEY, data=data, height="content", **{f"on_{WORD}_change": lambda: None})  # Streamlit tells of no word else


def take(text):
    """Let another drawing be on the board; the axes that are looked at stay."""
    before = value(DRAWING, EMPTY)
    if text != before:
        rename(Drawing.read(before).key, Drawing.read(text).key)
        put({DRAWING: text})
