"""The data that are chosen, and the Python text that gives them. No Streamlit in here."""

import json
from typing import NamedTuple

from mixes.datasets import Dataset


class Chosen(NamedTuple):
    """A data set, a key that changes whenever the data do, and the Python expression that gives the same data."""

    key: str
    dataset: Dataset
    code: str


def quoted(value):
    """A literal as it stands in a Python file."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (str, list, dict)) else repr(value)


def call(function, *arguments, **keywords):
    """A call as Python text; keywords that have the function's own default are left out."""
    usual = {"header": "auto", "missing": "ask"}
    own = [f"{name}={quoted(value)}" for name, value in keywords.items() if value != usual.get(name)]
    return f"{function}({', '.join([*arguments, *own])})"
