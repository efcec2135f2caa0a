"""The link: the state of a page as the query of its address, written and read by the table of `settings`. No Streamlit in here.

A query is ``v=1`` and a key for each setting, or group of settings, that is not as usual (`pages.work.setting.Setting.link`):

====  =======================================================================================================
v     the version of this format
d     the data: ``iris``, ``g_moons_500_0.3_0`` (kind, rows, noise, seed), ``p_0,10,0,10_a2_AAAAZZZZ`` (drawn: see
      `pages.work.drawing`), ``s_week 1/heights.csv`` (of the server's folder: see `pages.work.folder`) or
      ``u_9c5f0a1b2c3d_table.csv``, which is not in it
c     what its columns are used for, ``3fa2b1_2o5fc``: see `pages.work.columns`; mv what becomes of rows with missing values
m     the model, and so on: what the table of settings says
L     layers, components x factors: ``2x2,3x1``
a     inverse temperature at which annealing starts, 0 for none
f     what was changed while the model learned, or edited by hand, and where: ``20:e.0.01,u.0.5;35:d2(4.25,79.5)``
w     the axes: see `pages.forms.view_picker`
A-D   the models of a comparison: ``m.skewgmm~k.3``
x, y  what Tune varies, and its values: ``components.1-9``; what else it asks begins with t
at    where the playhead stands, ``12``, after its E half-step ``12E``, or ``end``; the browser writes this and the others
big   ``1``: presented, for a projector
hide  parts of the page that are away for a class, ``speed,half``: see `pages.work.classroom`
lock  ``1``: the settings of model and data cannot be changed
pace  iterations a second, ``2``, or ``2l`` to linger where much changes
tab   the open tab below the picture, when it is not the first: ``metrics``
unsure  ``1``: how sure each row's component is is drawn
ll    the log-likelihood shown there, to nine digits
l     the lesson on Learn and its step, ``starts.again``: see `pages.work.lessons`; alone, the step's own state is opened
r     the code of a room that is followed: see `pages.room`
====  =======================================================================================================

What is unknown is left out; what cannot be is replaced by what is nearest, or as usual, and a remark says so.
"""

import re
import reprlib
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlencode

from . import classroom, folder, link_forks
from .comparison import LETTERS
from .link_parts import finite, single, take, take_single, text_of
from .lookup import has, of_models, table, usual
from .settings import DATA, DRAWING, DRAWN, MOST_ITERATIONS, MOST_LAYERS, PREPARATION, SERVED, SERVER, TABLE
from .tuning_links import read_tuning, write_tuning

VERSION = 1
SIGNS = ":;,.~()@"  # of a query, beside letters, digits, "_", "-" and what addresses need
LONGEST = 8000  # characters that are read
_MOST_REMARKS, _LONGEST_NAME = 5, 100
_UPLOAD = re.compile(r"u_([0-9a-f]{12})_(.{0,200})", re.DOTALL)
_PLACE = re.compile(r"(\d{1,9})(E?)")


@dataclass(frozen=True)
class Link:
    """What a link asks for.

    Attributes
    ----------
    values : dict
        Settings of the page's data and, without ``lanes``, of the model at the end of its ``stages``, by name.
    stages : tuple of dict
        Settings that steer, by name: at the start of the run and after each fork; and how many clusters there are, where edits
        make more or fewer.
    forks : tuple of int
        The iterations of the forks.
    edits : tuple of str
        What was edited by hand at each fork, see `mixes.edits`; "" for nothing.
    lanes : tuple of dict
        Settings of each model of a comparison.
    table : tuple of str, or None
        Fingerprint and name of an uploaded table.
    view : str
    iteration : int
    half : "E" or "M"
    end : bool
        It is the last iteration, whichever that is.
    log_likelihood : float or None
    lesson : tuple of str, or None
        Names of a lesson and of a step.
    bare : bool
        No state is told beside it.
    arranged : classroom.Arranged
    remarks : tuple of str
        Sentences on what was not as the link has it.
    """

    values: dict = field(default_factory=dict)
    stages: tuple = ({},)
    forks: tuple = ()
    edits: tuple = ()
    lanes: tuple = ()
    table: tuple | None = None
    view: str = ""
    iteration: int = 0
    half: str = "M"
    end: bool = False
    log_likelihood: float | None = None
    lesson: tuple | None = None
    bare: bool = False
    arranged: classroom.Arranged = classroom.Arranged()
    remarks: tuple = ()

    @property
    def awaits(self):
        """What the key of the data that it is about begins with, where they are a table; else ""."""
        if self.values.get("source") == SERVER:
            return folder.key_of(self.values[SERVED.name])
        return self.table[0] if self.table else ""


def write(stages, forks=(), lanes=(), table_name="", view="", tuning=None, begun=False, lesson="", edits=()):
    """The query of a state, without the place of the playhead.

    Parameters
    ----------
    stages : sequence of dict
        Settings by name: at the start of the run and after each fork; of a comparison those of its data alone.
    forks : sequence of int
        The iterations of the forks.
    lanes : sequence of dict
        Settings of each model of a comparison.
    table_name : str
        Of an uploaded table.
    view : str
    tuning : dict, optional
        What Tune asks for, by name.
    begun : bool
        It has begun.
    lesson : str
        And its step.
    edits : sequence of str
        What was edited by hand at each fork, or "".
    """
    first = stages[0]
    parts = {"v": str(VERSION), "d": _write_data(first, table_name)}
    parts |= single(first, TABLE) if first.get("source") in ("Upload", SERVER) else {}
    parts |= single(first, PREPARATION)
    if lanes:
        parts |= {letter: "~".join(f"{key}.{text}" for key, text in _lane(lane).items()) for letter, lane in zip(LETTERS, lanes)}
    else:
        parts |= _model(first)
        known = table()
        parts["f"] = link_forks.write(forks, [_changed(before, after, known) for before, after in zip(stages, stages[1:])], edits)
    parts |= {"w": view, "l": lesson}
    if tuning is not None:
        parts |= write_tuning(tuning, begun)
    return urlencode({key: text for key, text in parts.items() if text}, safe=SIGNS)


def read(query):
    """The `Link` of a query, whatever it is."""
    remarks = []
    if len(query) > LONGEST:
        return Link(_read_model({}, []), remarks=(f"The link has {len(query):,} characters, more than the {LONGEST:,} that are read.",))
    parts = dict(reversed(parse_qsl(query.removeprefix("?"))))  # of a key that comes twice the first counts
    if parts.get("v", str(VERSION)) != str(VERSION):
        remarks.append(f"The link is of another version of this page ({reprlib.repr(parts['v'])}): what is known of it was taken.")
    values = usual((*DATA, *DRAWN, *TABLE, *PREPARATION)) | _read_form(parts, (*TABLE, *PREPARATION), remarks)
    values |= read_tuning(parts, remarks)
    uploaded = _read_data(parts.get("d"), values, remarks)
    lanes = tuple(
        _read_model(dict(part.partition(".")[::2] for part in parts[letter].split("~")), remarks) for letter in LETTERS if letter in parts
    )
    model = _read_model(parts, remarks)
    steering = _steering()

    def steered(told):
        return {name: each for name, each in _read_form(told, of_models(), remarks).items() if name in steering}

    stages, forks, edits = link_forks.read(parts.get("f", ""), {name: model[name] for name in steering}, model, steered, remarks)
    lanes = lanes if len(lanes) > 1 else ()
    arranged = classroom.read(parts, remarks)
    end = parts.get("at") == "end"
    place = _PLACE.fullmatch(str(MOST_ITERATIONS) if end else parts.get("at", "0"))
    if place is None:
        remarks.append(f"The iteration is {reprlib.repr(parts['at'])}; it needs a number, as in 12 or 12E, or end.")
    return Link(
        values | ({} if lanes else model | stages[-1]),  # what Explore has stays beside a comparison
        tuple(stages),
        tuple(forks),
        tuple(edits),
        lanes,
        uploaded,
        parts.get("w", ""),
        min(int(place[1]), MOST_ITERATIONS) if place else 0,
        "E" if place and place[2] and int(place[1]) else "M",
        end,
        finite(parts.get("ll")),
        tuple(parts["l"].partition(".")[::2]) if parts.get("l") else None,
        keys().isdisjoint(parts.keys() - {"v", "l", *classroom.KEYS}),
        arranged,
        (*remarks[:_MOST_REMARKS], *([f"And {more} more." for more in [len(remarks) - _MOST_REMARKS] if more > 0])),
    )


def keys():
    """All keys of a link."""
    return {setting.link for setting in table().values()} | {"v", "f", "w", "l", "at", "ll", *LETTERS, *classroom.KEYS}


def _steering():
    return [setting.name for setting in of_models() if setting.steers]


def _annealing(values, known):
    return text_of(known["start_v"], values) if values.get("annealing", False) else "0"


def _model(values):
    """Key -> text of the model's settings."""
    known = table()
    name = values.get("model", known["model"].usual)
    parts = single(values, [setting for setting in of_models() if has(name, setting.name)])
    if has(name, "layers"):
        layers = range(1, values.get("layers", known["layers"].usual) + 1)
        parts["L"] = ",".join(f"{text_of(known[f'size_{layer}'], values)}x{text_of(known[f'dim_{layer}'], values)}" for layer in layers)
    if values.get("annealing"):
        parts["a"] = _annealing(values, known)
    return parts


def _lane(values):
    """The same of a model of a comparison, whose model is always told."""
    model = table()["model"]
    return {model.link: text_of(model, values)} | _model(values)


def _changed(before, after, known):
    """Key -> text of what steers and was changed."""
    steering = [setting for setting in known.values() if setting.steers and setting.link != "a"]
    parts = {setting.link: text_of(setting, after) for setting in steering if text_of(setting, before) != text_of(setting, after)}
    if _annealing(before, known) != _annealing(after, known):
        parts["a"] = _annealing(after, known)
    return parts


def _write_data(values, table_name):
    known = table()
    source, setting = values.get("source", known["source"].usual), known["built_in"]
    if source == "Generated":
        return "_".join(["g", text_of(known["kind"], values), *(text_of(each, values) for each in DRAWN)])
    if source == "Draw":
        return text_of(DRAWING, values)
    if source == SERVER:
        return f"s_{text_of(SERVED, values)}"
    if source == "Upload":
        return f"u_{values.get('table', '')}_{table_name[:_LONGEST_NAME]}"
    return "" if values.get("built_in", setting.usual) == setting.usual else text_of(setting, values)


def _read_form(parts, settings, remarks):
    """Settings by name, of those that are told."""
    values = take_single(parts, settings, remarks)
    if of_models()[0] in settings:
        if "L" in parts:
            layers = [layer.partition("x")[::2] for layer in parts["L"].split(",")]
            if len(layers) > MOST_LAYERS:
                remarks.append(f"The link has {len(layers)} layers; {MOST_LAYERS} is the most, and the first ones were taken.")
            values["layers"] = min(len(layers), MOST_LAYERS)
            for number, (size, dim) in enumerate(layers[:MOST_LAYERS], start=1):
                take(f"size_{number}", size, values, remarks)
                take(f"dim_{number}", dim, values, remarks)
        if "a" in parts:
            values["annealing"] = parts["a"] != "0"
            if values["annealing"]:
                take("start_v", parts["a"], values, remarks)
    return values


def _read_model(parts, remarks):
    """Settings of a model by name: those that are told, and else the usual ones; layers that are not told are as the data allow."""
    ordinary = usual(setting for setting in of_models() if not setting.name.startswith(("size_", "dim_")))
    return ordinary | _read_form(parts, of_models(), remarks)


def _read_data(text, values, remarks):
    """Let the data be as the link says; gives fingerprint and name of a table."""
    if not text:
        return None
    if upload := _UPLOAD.fullmatch(text):
        values["source"] = "Upload"
        return upload[1], upload[2]
    first, *more = text.split("_")
    if first == "p":
        values |= {"source": "Draw", DRAWING.name: DRAWING.usual}
        take(DRAWING.name, text, values, remarks)
        return None
    if first == "s":
        values |= {"source": SERVER, SERVED.name: SERVED.usual}
        take(SERVED.name, text[2:], values, remarks)
        return None
    if first != "g":
        take("built_in", text, values, remarks)
        return None
    values["source"] = "Generated"
    for name, part in zip(("kind", *(setting.name for setting in DRAWN)), more):
        take(name, part, values, remarks)
    return None
