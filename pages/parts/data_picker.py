"""The data section of the sidebar: built-in, generated or a person's own table."""

import json
from functools import partial
from typing import NamedTuple

import streamlit as st

from mixes import datasets
from mixes.datasets import Dataset
from mixes.deep_views import LatentView

from .kept import kept
from .said import number, one_of, whole

SOURCES = ("Built-in", "Generated", "Upload")
_PRINCIPAL = "Principal components"
_NONE = "none"
_SIZES = [50, 100, 200, 500, 1000, 2000, 5000, 10_000, 50_000]
# how a value of each that came from outside is checked: call with the value and its name
CHECKS = {"source": partial(one_of, choices=SOURCES), "built_in": partial(one_of, choices=datasets.BUILT_IN),
          "kind": partial(one_of, choices=datasets.GENERATED), "n": partial(one_of, choices=_SIZES),
          "noise": partial(number, low=0, high=1), "data_seed": partial(whole, low=0, high=9999)}
_FIRST_ROW = {"find out": "auto", "column names": True, "data": False}
_SEPARATORS = {"find out": None, "comma": ",", "semicolon": ";", "tab": "\t", "vertical bar": "|", "space": " "}
_DECIMALS = {"find out": None, "point (3.14)": ".", "comma (3,14)": ","}


class Chosen(NamedTuple):
    """A data set, a key that changes whenever the data do, and the Python expression that gives the same data."""

    key: str
    dataset: Dataset
    code: str


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
                                  required=True, label_visibility="collapsed")
    chosen = {"Built-in": _built_in, "Generated": _generated, "Upload": _table}[source or SOURCES[0]]()
    if chosen is None:
        chosen = st.session_state.get("data") or _ready("Old Faithful")
        st.caption(f"Until then you see {chosen.dataset.name}.")
    st.session_state["data"] = chosen
    dataset = chosen.dataset
    n, d = dataset.X.shape
    classes = "" if dataset.labels is None else f", {len(dataset.label_names)} known classes (never used to fit)"
    st.caption(f"**{n:,} rows × {d} feature{'s' if d > 1 else ''}**{classes}")
    for note in dataset.notes:
        st.caption(note)
    return chosen


def _ready(name):
    return Chosen(name, _load(name), f"datasets.load({_quoted(name)})")


def _quoted(value):
    """A literal as it stands in a Python file."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (str, list)) else repr(value)


def _built_in():
    name = st.selectbox("Data set", list(datasets.BUILT_IN), **kept("set_built_in"), label_visibility="collapsed")
    st.caption(datasets.BUILT_IN[name])
    return _ready(name)


def _generated():
    kind = st.selectbox("Kind", list(datasets.GENERATED), **kept("set_kind"), label_visibility="collapsed",
                        format_func=str.capitalize)
    st.caption(datasets.GENERATED[kind])
    n = st.select_slider("Rows", _SIZES, value=500, **kept("set_n"),
                         help="How many points are drawn.")
    noise = st.slider("Noise", 0.0, 1.0, 0.3, 0.05, **kept("set_noise"),
                      help="0 is clean, 1 is hard to separate.")
    seed = st.number_input("Seed of the data", 0, 9999, 0, **kept("set_data_seed"),
                           help="Another seed draws other points of the same kind.")
    return Chosen(f"{kind} {n} {noise} {seed}", _generate(kind, n, noise, seed),
                  f"datasets.generate({_quoted(kind)}, {n}, {noise}, random_state={seed})")


def _table():
    upload = st.file_uploader("A table: CSV, TSV, Excel or Parquet", key="upload",
                              help="A row for each case, a column for each feature. The file stays on this server's "
                                   "memory and is gone when you close the page.")
    tables = st.session_state.setdefault("tables", {})
    if upload is not None:
        options = _reading_options()
        stamp = (upload.file_id, *options.values())
        if tables.get(upload.name, (None, None))[0] != stamp:
            try:
                frame = datasets.read_table(upload, upload.name, **options)
                frame.attrs["code"] = _call("datasets.read_table", _quoted(upload.name), **options)
                tables[upload.name] = (stamp, frame)
                st.session_state["set_table"] = upload.name
            except ValueError as problem:
                st.error(str(problem))
                return None
    if not tables:
        return None
    name = next(iter(tables))
    if len(tables) > 1:
        name = st.selectbox("Table", list(tables), **kept("set_table"), help="The tables you have uploaded so far.")
    return _columns(name, *tables[name])


def _reading_options():
    with st.expander("How the file is read"):
        return {"header": _FIRST_ROW[st.selectbox("First row", list(_FIRST_ROW), **kept("set_first_row"))],
                "separator": _SEPARATORS[st.selectbox("Columns are separated by", list(_SEPARATORS), **kept("set_separator"))],
                "decimal": _DECIMALS[st.selectbox("Decimal sign", list(_DECIMALS), **kept("set_decimal"))]}


def _call(function, *arguments, **keywords):
    """A call as Python text; keywords that have the function's own default are left out."""
    usual = {"header": "auto", "separator": None, "decimal": None, "columns": None, "label": None, "missing": "ask"}
    own = [f"{name}={_quoted(value)}" for name, value in keywords.items() if value != usual[name]]
    return f"{function}({', '.join([*arguments, *own])})"


def _columns(name, stamp, frame):
    names = list(frame.columns)
    suggested = datasets.suggest_label(frame)
    label = st.selectbox("Known classes", [_NONE, *names], **kept(f"set_label_{name}"),
                         index=0 if suggested is None else 1 + names.index(suggested),
                         help="A column that says which class a row belongs to. It is never used to fit, only to "
                              "tell how well the clusters agree with it.")
    label = None if label == _NONE else label
    features = st.multiselect("Features", [column for column in names if column != label], **kept(f"set_features_{name}"),
                              placeholder="all columns of numbers",
                              help="The columns the model sees; by default all columns of numbers.")
    choices = {"columns": features or None, "label": label}
    try:
        try:
            dataset = datasets.from_table(frame, name, **choices)
        except datasets.MissingValues as gaps:
            st.warning(str(gaps))
            choices["missing"] = st.radio("Missing values", ["drop", "median"], **kept(f"set_missing_{name}"),
                                          format_func={"drop": "leave these rows out", "median": "fill in the median"}.get)
            dataset = datasets.from_table(frame, name, **choices)
    except ValueError as problem:
        st.error(str(problem))
        return None
    return Chosen(f"{stamp} {choices}", dataset,
                  _call("datasets.from_table", frame.attrs["code"], _quoted(name), **choices))


def view_picker(experiment, latent=True):
    """Ask which axes to look along, those of hidden layers too if there are any and they are wanted; give the `View`."""
    names = experiment.dataset.features
    dims = experiment.settings.structure.get("layer_dims")
    if dims and latent:
        spaces = {"the data": 0, **{f"layer {layer}": layer for layer in range(1, len(dims) + 1)}}
        space = st.selectbox("Look at", list(spaces), **kept("view_space"),
                             help="The data, or a hidden layer: every row at the mean of what the model believes of it "
                                  "there, and the Gaussians that the deeper layers make of it.")
        if spaces[space]:
            return LatentView(spaces[space], dims[spaces[space] - 1])
    if len(names) == 1:
        return experiment.features(0)
    key = experiment.settings.dataset_key
    if len(names) > 2:
        how = st.segmented_control("Look along", [_PRINCIPAL, "Features"], default=_PRINCIPAL, required=True,
                                   **kept(f"view_{key}"), width="stretch",
                                   help="Principal components show most of the spread in two axes. Either way the "
                                        "model is fitted to all features.")
        if how == _PRINCIPAL:
            return experiment.principal
    left, right = st.columns(2)
    x = left.selectbox("Across", names, **kept(f"view_x_{key}"))
    others = [name for name in names if name != x]
    y = right.selectbox("Up", [*others, _NONE], **kept(f"view_y_{key}"),
                        help="None shows the density of one feature over its histogram.")
    return experiment.features(names.index(x), *([] if y == _NONE else [names.index(y)]))
