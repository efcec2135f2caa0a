"""The files of the player: the modules that an entry of it needs, and its style sheets in their order.

No Streamlit in here.
"""

import posixpath
import re
from pathlib import Path

ASSETS = Path(__file__).parents[2] / "assets" / "player"
ENTRIES = "explore.js", "compare.js", "tune.js", "board.js"
# each may build on those before it
STYLES = (
    "styles/player.css",
    "styles/sizes.css",
    "styles/contrast.css",
    "styles/compare.css",
    "styles/presenting.css",
    "styles/hands.css",
    "styles/classroom.css",
    "styles/room.css",
    "styles/tune.css",
    "styles/tour.css",
    "styles/board.css",
)
_IMPORT = re.compile(r'\b(from|import) "(\.[\w./-]+\.js)"')


def modules(entry):
    """Sources by name of an entry and of all it imports, found by walking the imports.

    Names are paths below the player's folder; an import of another one is made to name it as "player/<name>".
    """
    sources, wanted = {}, [entry]
    while wanted:
        name = wanted.pop()
        if name not in sources:
            source = (ASSETS / name).read_text("utf-8")
            wanted += [_meant(imported, name) for _, imported in _IMPORT.findall(source)]
            sources[name] = _IMPORT.sub(lambda found: f'{found[1]} "player/{_meant(found[2], name)}"', source)
    return sources


def _meant(imported, module):
    """The module that another one imports by an address relative to its own."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(module), imported))


def style():
    """All style sheets, one after another."""
    return "\n".join((ASSETS / name).read_text("utf-8") for name in STYLES)
