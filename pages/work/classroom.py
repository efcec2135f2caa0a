"""What a lecturer arranges for a class, as the link carries it: parts of the page that are away, the lock, the pace, the open tab.

The parts are listed here and nowhere else. The player is told of them; of its own ones it marks the elements by ``data-part``, as
tests hold it to. What is said beside a control is never away with it: no part but a panel is a readout.
"""

import re
import reprlib
from dataclasses import dataclass

from .player_files import ASSETS

_WIDGETS = "Selectbox Slider NumberInput Button ButtonGroup Checkbox FileUploader TextInput Radio".split()
_WIDGETS = ", ".join(f'[data-testid="st{name}"]' for name in _WIDGETS)
_PACE = re.compile(r"(\d{1,3}(?:\.\d)?)(l?)")
SPEEDS = tuple(  # iterations a second that the player offers
    float(text) for text in re.search(r"SPEEDS = \[([\d., ]+)\]", (ASSETS / "time" / "pacing.js").read_text("utf-8"))[1].split(",")
)
TABS = "Tabs below the picture"
KEYS = ("hide", "lock", "pace", "tab", "unsure")  # of a link


def _section(name):
    """A part of the settings."""
    return f'[data-testid="stSidebar"] [class*="st-key-part_{name}"]'


def _form(name):
    """All that is asked in a part of the settings; what is said there stays."""
    blocks = ", ".join(f'[data-testid="st{block}"]' for block in ("Expander", "HorizontalBlock", "Popover"))
    return f'{_section(name)} :is([data-testid="stElementContainer"]:has({_WIDGETS}), {blocks})'


@dataclass(frozen=True)
class Part:
    """A part of the page that can be away.

    Attributes
    ----------
    key : str
        In the link.
    group, label : str
    readout : bool
        It is a panel that is read, and goes only as a whole. All others are controls.
    where : str
        A CSS selector of Streamlit's elements; "" for what the player itself marks by the key.
    """

    key: str
    group: str
    label: str
    readout: bool = False
    where: str = ""

    @property
    def selector(self):
        """A CSS selector of its elements."""
        return self.where or f"[data-part={self.key}]"


PARTS = (
    Part("reset", "Play bar", "Reset"),
    Part("back", "Play bar", "Step back"),
    Part("play", "Play bar", "Play"),
    Part("step", "Play bar", "Step forward"),
    Part("half", "Play bar", "Half-step"),
    Part("scrub", "Play bar", "Slider of iterations"),
    Part("lockstep", "Play bar", "Lockstep"),
    Part("linger", "Play bar", "Linger"),
    Part("speed", "Play bar", "Speed"),
    Part("present", "Play bar", "Present"),
    Part("density", "Panels", "Density", True),
    Part("network", "Panels", "Network", True),
    Part("difference", "Panels", "Difference", True),
    Part("curve", "Panels", "Log-likelihood", True),
    Part("unsure", "Panels", "Switch “Show uncertainty”"),
    Part("edit", "Panels", "Tools to edit components by hand"),
    Part("zoom", "Panels", "Buttons to zoom", where=".em-player .modebar-container"),
    Part("tour", "Panels", "Tour of the page"),
    Part("pair", "Panels", "Choice of the two models"),
    Part("parameters", TABS, "Parameters", True),
    Part("metrics", TABS, "Metrics", True),
    Part("events", TABS, "Events", True),
    Part("pictures", TABS, "Pictures", True),
    Part("table", TABS, "Table and evidence", True),
    Part("differing", TABS, "Settings that differ", True),
    Part("export", TABS, "Export"),
    Part("tabs", TABS, "The tabs themselves; the open one stays"),
    Part(
        "settings",
        "Settings on the left",
        "All of it; the title and what is set stand by the picture",
        where='[data-testid="stSidebar"], [data-testid="stExpandSidebarButton"]',
    ),
    Part("ready", "Settings on the left", "Examples, ready comparisons", where=_form("ready")),
    Part("data", "Settings on the left", "Data", where=_form("data")),
    Part("columns", "Settings on the left", "Columns of a table", where=_section("columns")),
    Part("model", "Settings on the left", "Model", where=_form("model")),
    Part("steering", "Settings on the left", "Steering", where=_section("steering")),
    Part("stopping", "Settings on the left", "Stopping and starts", where=_section("stopping")),
    Part("preparing", "Settings on the left", "Preparing the data", where=_section("preparing")),
    Part("axes", "Settings on the left", "Axes of the picture", where=_form("axes")),
    Part("runs", "Settings on the left", "Earlier runs", True, _section("runs")),
    Part("pages", "Settings on the left", "The choice of Explore, Compare, Tune or Learn", where='[data-testid="stTopNavLinkContainer"]'),
)

_KEYS = tuple(part.key for part in PARTS)
_TABS = tuple(part.key for part in PARTS if part.group == TABS and part.key != "tabs")


@dataclass(frozen=True)
class Arranged:
    """What a link asks for, as it stands there.

    Attributes
    ----------
    hide : tuple of str
        Keys of `PARTS`.
    lock : bool
    pace : str
        Iterations a second, and "l" for lingering where much changes; "" is as usual.
    tab : str
        The key of the open one, "" for the first.
    unsure : bool
        How sure each row's component is is drawn.
    """

    hide: tuple = ()
    lock: bool = False
    pace: str = ""
    tab: str = ""
    unsure: bool = False

    @property
    def told(self):
        """What the player is told; of the lock it hears by itself."""
        return {"hide": ",".join(self.hide), "pace": self.pace, "tab": self.tab, "unsure": self.unsure}


def read(parts, remarks):
    """What the parts of a query ask for; a remark tells of what there is not."""
    wanted = dict.fromkeys(filter(None, parts.get("hide", "").split(",")))
    unknown = [key for key in wanted if key not in _KEYS]
    if unknown:
        more = f" and {len(unknown) - 1} more" if len(unknown) > 1 else ""
        remarks.append(f"The link hides {reprlib.repr(unknown[0])}{more}; this page has no such part.")
    lock, tab = parts.get("lock", "0"), parts.get("tab", "")
    if lock not in ("0", "1"):
        remarks.append(f"The lock is {reprlib.repr(lock)} in the link; it needs 0 or 1, and the model is not locked.")
    if tab and tab not in _TABS:
        remarks.append(f"The link opens the tab {reprlib.repr(tab)}; this page has none of that name.")
    unsure = parts.get("unsure", "0")
    if unsure not in ("0", "1"):
        remarks.append(f"The switch of uncertainty is {reprlib.repr(unsure)} in the link; it needs 0 or 1, and is off here.")
    hide, pace = tuple(key for key in _KEYS if key in wanted), _pace(parts.get("pace", ""), remarks)
    return Arranged(hide, lock == "1", pace, tab if tab in _TABS else "", unsure == "1")


def _pace(text, remarks):
    if not text:
        return ""
    found = _PACE.fullmatch(text)
    if found is None:
        remarks.append(f"The pace is {reprlib.repr(text)} in the link; it needs iterations a second, as in 2 or 2l, and is as usual here.")
        return ""
    speed = min(SPEEDS, key=lambda speed: abs(speed - float(found[1])))
    if speed != float(found[1]):
        remarks.append(f"The pace is {reprlib.repr(text)} in the link; it is {speed:g} iterations a second here.")
    return f"{speed:g}{found[2]}"


def offered():
    """What the player is told of the parts."""
    return [{"key": part.key, "group": part.group, "label": part.label, "where": part.selector} for part in PARTS]
