"""The data section of the sidebar: built-in, generated or a person's own table."""

import hashlib
import json
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple

import numpy as np
import pandas as pd
import streamlit as st

from mixes import datasets
from mixes.datasets import Dataset
from mixes.text_numbers import mark_of

from .columns import choose_columns
from .kept import kept
from .literal import literal
from .said import number, one_of, whole
from .telling import settle, settled

SOURCES = ("Built-in", "Generated", "Upload")
_PRINCIPAL = "Principal components"
_NONE = "none"
USUAL = {"n": 500, "noise": 0.3, "data_seed": 0}  # of what is generated
_SIZES = [50, 100, 200, 500, 1000, 2000, 5000, 10_000, 50_000]
# how a value of each that came from outside is checked: call with the value and its name
CHECKS = {"source": partial(one_of, choices=SOURCES), "built_in": partial(one_of, choices=datasets.BUILT_IN),
          "kind": partial(one_of, choices=datasets.GENERATED), "n": partial(one_of, choices=_SIZES),
          "noise": partial(number, low=0, high=1), "data_seed": partial(whole, low=0, high=9999)}
_FIRST_ROW = {"find out": "auto", "column names": True, "data": False}
_SEPARATORS = {"find out": None, "comma": ",", "semicolon": ";", "tab": "\t", "vertical bar": "|", "space": " "}
_DECIMALS = {"find out": None, "point (3.14)": ".", "comma (3,14)": ","}
_ENCODINGS = {"find out": None, "UTF-8": "utf-8", "UTF-16": "utf-16", "Western European (Windows)": "cp1252", "Western European (Mac)": "mac_roman",
              "Western European (DOS)": "cp850", "Central European (Windows)": "cp1250", "Cyrillic (Windows)": "cp1251",
              "Cyrillic (KOI8)": "koi8_r", "Greek (Windows)": "cp1253", "Turkish (Windows)": "cp1254", "Hebrew (Windows)": "cp1255",
              "Arabic (Windows)": "cp1256", "Chinese, simplified (GB)": "gb18030", "Chinese, traditional (Big5)": "big5",
              "Japanese (Shift-JIS)": "shift_jis", "Korean": "cp949"}
_MOST_READINGS = 4  # of one file that are kept
_MOST_NOTES = 12  # that are shown at once
_MOST_FEATURES = 500  # that the app fits to


class Chosen(NamedTuple):
    """A data set, a key that changes whenever the data do, and the Python expression that gives the same data."""

    key: str
    dataset: Dataset
    code: str


@dataclass
class Table:
    """An uploaded file, known by its name and content, and what came of it for each way to read it: a frame or a sentence.

    ``made`` are the data sets, or problems, of the last choices of columns, by the keys of `Chosen`; ``described`` what is
    proposed for the columns of the last reading, by its key; ``sheet`` the sheet that is read unless another is chosen.
    """

    key: str
    name: str
    readings: dict = field(default_factory=dict)
    made: dict = field(default_factory=dict)
    described: dict = field(default_factory=dict)
    sheet: str | None = None

    @property
    def usable(self):
        return any(isinstance(reading, pd.DataFrame) for reading in self.readings.values())


@st.cache_resource(max_entries=16, show_spinner=False)
def _load(name):
    return datasets.load(name)


@st.cache_resource(max_entries=64, show_spinner=False)
def _generate(kind, n, noise, seed):
    return datasets.generate(kind, n, noise, random_state=seed)


def data_picker():
    """Ask for the data.

    Returns
    -------
    Chosen
        The last good one when the present choice cannot be used; the reason is shown beside the choice.
    """
    st.subheader("Data", anchor=False)
    source = st.segmented_control("Where from", SOURCES, default=SOURCES[0], **kept("set_source"), width="stretch",
                                  required=True, label_visibility="collapsed", on_change=settle)
    chosen = {"Built-in": _built_in, "Generated": _generated, "Upload": _table}[source or SOURCES[0]]()
    if chosen is None:
        chosen = st.session_state.get("data") or _ready("Old Faithful")
        st.caption(literal(f"Until then you see {chosen.dataset.name}."))
    st.session_state["data"] = chosen
    dataset = chosen.dataset
    n, d = dataset.X.shape
    classes = "" if dataset.labels is None else f", {len(dataset.label_names)} known classes (never used to fit)"
    st.caption(f"**{n:,} rows × {d} feature{'s' if d > 1 else ''}**{classes}")
    for note in dataset.notes[:_MOST_NOTES]:
        st.caption(literal(note))
    if len(dataset.notes) > _MOST_NOTES:
        with st.expander(f"{len(dataset.notes) - _MOST_NOTES:,} more notes"):
            st.caption("  \n".join(map(literal, dataset.notes[_MOST_NOTES:])))
    return chosen


def _ready(name):
    return Chosen(name, _load(name), f"datasets.load({_quoted(name)})")


def _quoted(value):
    """A literal as it stands in a Python file."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (str, list, dict)) else repr(value)


def _built_in():
    name = st.selectbox("Data set", list(datasets.BUILT_IN), **kept("set_built_in"), label_visibility="collapsed",
                        on_change=settle)
    st.caption(datasets.BUILT_IN[name])
    if sentence := settled(name):
        st.caption(sentence)
    return _ready(name)


def _generated():
    kind = st.selectbox("Kind", list(datasets.GENERATED), **kept("set_kind"), label_visibility="collapsed",
                        format_func=str.capitalize)
    st.caption(datasets.GENERATED[kind])
    n = st.select_slider("Rows", _SIZES, value=USUAL["n"], **kept("set_n"), format_func="{:,}".format,
                         help="How many points are drawn.")
    noise = st.slider("Noise", 0.0, 1.0, USUAL["noise"], 0.05, **kept("set_noise"),
                      help="0 is clean, 1 is hard to separate.")
    seed = st.number_input("Seed of the data", 0, 9999, USUAL["data_seed"], **kept("set_data_seed"),
                           help="Another seed draws other points of the same kind.")
    return Chosen(f"{kind} {n} {noise} {seed}", _generate(kind, n, noise, seed),
                  f"datasets.generate({_quoted(kind)}, {n}, {noise}, random_state={seed})")


def _table():
    upload = st.file_uploader("A table: CSV, TSV, Excel or Parquet", key="upload",
                              help="A row for each case, a column for each feature. The file stays on this server's "
                                   "memory and is gone when you close the page.")
    tables = st.session_state.setdefault("tables", {})
    present = _uploaded(upload, tables)
    if not tables:
        return None
    if st.session_state.get("set_table") not in tables:
        st.session_state["set_table"] = list(tables)[-1]
    key = st.session_state["set_table"]
    if len(tables) > 1:
        key = st.selectbox("Table", list(tables), format_func=lambda key: tables[key].name, **kept("set_table"),
                           help="The tables you have uploaded so far.")
    table = tables[key]
    frame = _reading(table, upload if key == present else None)
    return None if frame is None else _columns(table, frame)


def _uploaded(upload, tables):
    """The key of the file that is uploaded now, or None; a new one is chosen and kept."""
    if upload is None:
        return None
    known = st.session_state.get("uploaded")
    if known is None or known[0] != upload.file_id:
        for key in [key for key, table in tables.items() if not table.usable]:  # its content is gone
            del tables[key]
        key = hashlib.sha256(upload.name.encode() + b"\0" + upload.getbuffer()).hexdigest()[:12]
        if key not in tables:
            others, name, count = {table.name for table in tables.values()}, upload.name, 1
            while name in others:
                count += 1
                name = f"{upload.name} ({count})"
            tables[key] = Table(key, name)
        st.session_state["set_table"] = key
        st.session_state["uploaded"] = known = (upload.file_id, key)
    return known[1]


def _reading(table, upload):
    """The frame of a table, read as the person says; None if it cannot be read so, which is shown."""
    place, options = st.container(), _reading_options(table)
    reading = _read(table, upload, options)
    if isinstance(reading, datasets.AmbiguousNumbers):
        options["decimal"] = _ask_decimal(table, reading.columns)
        reading = _read(table, upload, options) if options["decimal"] else None
    sheets = next((read.attrs["sheets"] for read in table.readings.values() if isinstance(read, pd.DataFrame)), ())
    if len(sheets) > 1:
        place.selectbox("Sheet", sheets, index=sheets.index(table.sheet or sheets[0]), **kept(f"set_sheet_{table.key}"))
    if isinstance(reading, ValueError):
        st.error(literal(str(reading)))
    return reading if isinstance(reading, pd.DataFrame) else None


def _read(table, upload, options):
    """What comes of reading a file in a way: a frame, or the problem. The content of a former upload is gone; what was read is kept."""
    way = json.dumps(options)
    if way in table.readings:
        return table.readings[way]
    if upload is None:
        st.caption(literal(f"Upload {table.name} again to read it in another way."))
        return next((reading for reading in reversed(table.readings.values()) if isinstance(reading, pd.DataFrame)), None)
    try:
        reading = datasets.read_table(upload, upload.name, **options)
        reading.attrs |= {"code": _call("datasets.read_table", _quoted(upload.name), **options),
                          "key": f"{table.key} {way}"}
        table.sheet = reading.attrs["sheet"] if options["sheet"] is None else table.sheet
    except ValueError as problem:
        reading = problem.with_traceback(None)
    table.readings = dict([*table.readings.items()][1 - _MOST_READINGS:]) | {way: reading}
    return reading


def _reading_options(table):
    """What is chosen: keywords of `datasets.read_table`; the sheets are known once it is read."""
    place = st.expander("How the file is read")
    asked = {"header": ("First row", _FIRST_ROW), "separator": ("Columns are separated by", _SEPARATORS),
             "decimal": ("Decimal sign", _DECIMALS), "encoding": ("Letters are written in", _ENCODINGS)}
    options = {name: choices[place.selectbox(label, list(choices), **kept(f"set_{name}_{table.key}"))]
               for name, (label, choices) in asked.items()}
    sheet = st.session_state.get(f"set_sheet_{table.key}")
    return options | {"sheet": None if sheet == table.sheet else sheet}


def _ask_decimal(table, columns):
    """Ask for the decimal sign of columns whose numbers can be read in two ways, by the sign that stands in them.

    Returns
    -------
    dict of the sign of each column, or None as long as it is not said
    """
    marks = {name: mark_of(value) for name, value in columns.items()}
    decimal = {}
    for mark in sorted(set(marks.values())):
        names = [name for name, own in marks.items() if own == mark]
        value = columns[names[0]]
        where = f'column "{names[0]}"' + (f" and {len(names) - 1} more" if len(names) > 1 else "")
        answers = {value.replace(mark, " point "): mark, value.replace(mark, " thousand "): ".,".replace(mark, "")}
        answer = st.radio(literal(f"Is {value} in {where} …"), list(answers), index=None, **kept(f"set_sign_{mark}_{table.key}"),
                          help="The file does not tell whether this sign is a decimal sign or sets off thousands.")
        if answer is None:
            return None
        decimal |= {name: answers[answer] for name in names}
    return decimal


def _call(function, *arguments, **keywords):
    """A call as Python text; keywords that have the function's own default are left out."""
    usual = {"header": "auto", "missing": "ask"}
    own = [f"{name}={_quoted(value)}" for name, value in keywords.items() if value != usual.get(name)]
    return f"{function}({', '.join([*arguments, *own])})"


def _columns(table, frame):
    if frame.attrs["key"] not in table.described:
        table.described = {frame.attrs["key"]: datasets.describe_columns(frame)}
    described = table.described[frame.attrs["key"]]
    features, label = choose_columns(table.name, frame, described)
    proposed = [column.name for column in described if column.role == "feature" and column.name != label]
    if len(features) > _MOST_FEATURES:
        st.error(literal(f"{table.name} has {len(features):,} features, but the app fits at most {_MOST_FEATURES}; "
                         "leave some out under Columns."))
        return None
    # the list says what is proposed and why, so that columns by name leave nothing to be noted
    choices = {"columns": features if features or proposed else None, "label": label}
    key, dataset = _made(table, frame, choices)
    if isinstance(dataset, datasets.MissingValues):
        st.warning(literal(str(dataset)))
        choices["missing"] = st.radio("Missing values", ["drop", "median"], **kept(f"set_missing_{table.key}"),
                                      format_func={"drop": "leave these rows out", "median": "fill in the median"}.get)
        key, dataset = _made(table, frame, choices)
    if isinstance(dataset, ValueError):
        st.error(literal(str(dataset)))
        return None
    choices["columns"] = None if features == proposed else features
    return Chosen(key, dataset, _call("datasets.from_table", frame.attrs["code"], _quoted(table.name), **choices))


def _made(table, frame, choices):
    """The key and what comes of a frame with these choices: a data set or the problem, made once."""
    key = f"{frame.attrs['key']} {choices}"
    if key not in table.made:
        try:
            made = datasets.from_table(frame, table.name, **choices)
        except ValueError as problem:
            made = problem.with_traceback(None)
        table.made = dict([*table.made.items()][-1:]) | {key: made}  # the gaps, and what is made without them
    return key, table.made[key]


def view_picker(experiment, latent=True):
    """Ask which axes to look along, those of hidden layers too if there are any and they are wanted; give the `View`."""
    names = experiment.dataset.features
    hidden = experiment.run.model.latent_views() if latent else ()
    if hidden:
        spaces = {"the data": None, **{f"layer {space.layer}": space for space in hidden}}
        space = st.selectbox("Look at", list(spaces), **kept("view_space"),
                             help="The data, or a hidden layer: every row at the mean of what the model believes of it "
                                  "there, and the Gaussians that the deeper layers make of it.")
        if spaces[space]:
            return spaces[space]
    X = experiment.dataset.X
    varied = [j for j, spread in enumerate(np.ptp(X, axis=0)) if spread] or [0]  # a constant is no axis
    if len(varied) == 1:
        return experiment.features(varied[0])
    # of pictures the pixels that vary most come first, as the corners are all but blank
    first = sorted(varied, key=lambda j: -X[:, j].var())[:2] if experiment.dataset.image_shape else varied[:2]
    key = experiment.settings.dataset_key
    if len(names) > 2:
        how = st.segmented_control("Look along", [_PRINCIPAL, "Features"], default=_PRINCIPAL, required=True,
                                   **kept(f"view_{key}"), width="stretch",
                                   help="Principal components show most of the spread in two axes. Either way the "
                                        "model is fitted to all features.")
        if how == _PRINCIPAL:
            return experiment.principal
    offered = [names[j] for j in varied]
    x = st.selectbox("Across", offered, varied.index(first[0]), **kept(f"view_x_{key}"))
    others = [name for name in offered if name != x]
    up = names[first[1]] if names[first[1]] in others else others[0]
    y = st.selectbox("Up", [*others, _NONE], others.index(up), **kept(f"view_y_{key}"),
                        help="None shows the density of one feature over its histogram.")
    return experiment.features(names.index(x), *([] if y == _NONE else [names.index(y)]))
