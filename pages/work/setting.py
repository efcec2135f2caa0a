"""What a setting is: a row of the table of `settings`, or of a model's own in `models`. No Streamlit in here.

Each kind checks a value, writes it as it stands in a link, and reads that: the allowed value that is nearest.
"""

import math
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from .checks import Nonsense, number, one_of, truth, whole


def _number(text, name):
    """A number in a link; `Nonsense` if it is none."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise Nonsense(f"{name} needs a number")
    return value


@dataclass(frozen=True)
class Whole:
    """Whole numbers in a range."""

    low: int
    high: int
    step: int = 1

    def check(self, value, name):
        return whole(value, name, self.low, self.high)

    def write(self, value):
        return str(value)

    def read(self, text, name):
        return round(min(max(_number(text, name), self.low), self.high))


@dataclass(frozen=True)
class Number:
    """Numbers in a range."""

    low: float
    high: float
    step: float

    def check(self, value, name):
        return number(value, name, self.low, self.high)

    def write(self, value):
        return f"{float(value)!r}".removesuffix(".0")

    def read(self, text, name):
        return min(max(_number(text, name), self.low), self.high)


@dataclass(frozen=True)
class Choice:
    """Some values, each ``said`` in a few words."""

    options: Collection
    said: Callable = str

    def check(self, value, name):
        return one_of(value, name, self.options)

    def write(self, value):
        return re.sub(r"[^a-z0-9]+", "-", value.lower()) if isinstance(value, str) else f"{value:g}"

    def read(self, text, name):
        texts = {self.write(option): option for option in self.options}
        if text in texts:
            return texts[text]
        if not all(isinstance(option, (int, float)) for option in self.options):
            raise Nonsense(f"{name} needs {' or '.join(texts)}")
        wanted = _number(text, name)
        return min(self.options, key=lambda option: abs(option - wanted))


@dataclass(frozen=True)
class Several:
    """Some of the values of a choice, in its order; written one after another."""

    choice: Choice

    def check(self, value, name):
        if not isinstance(value, (list, tuple)):
            raise Nonsense(f"{name} needs a list")
        return self._in_order({self.choice.check(each, name) for each in value})

    def write(self, value):
        return ",".join(map(self.choice.write, value))

    def read(self, text, name):
        return self._in_order({self.choice.read(each, name) for each in text.split(",")})

    def _in_order(self, chosen):
        return [option for option in self.choice.options if option in chosen]


@dataclass(frozen=True)
class Span:
    """All whole numbers from one to another."""

    low: int
    high: int

    def check(self, value, name):
        if not isinstance(value, (list, tuple)) or len(value) != 2:
            raise Nonsense(f"{name} needs two numbers")
        return tuple(sorted(whole(each, name, self.low, self.high) for each in value))

    def write(self, value):
        return "-".join(map(str, value))

    def read(self, text, name):
        ends = [Whole(self.low, self.high).read(each, name) for each in text.split("-")]
        if len(ends) != 2:
            raise Nonsense(f"{name} needs two numbers, as in 1-9")
        return tuple(sorted(ends))


class Truth:
    """On or off."""

    def check(self, value, name):
        return truth(value, name)

    def write(self, value):
        return str(int(value))

    def read(self, text, name):
        if text not in ("0", "1"):
            raise Nonsense(f"{name} needs 0 or 1")
        return text == "1"


@dataclass(frozen=True)
class Words:
    """What is told of an experiment's `Settings`, in a table of those that differ and in a title.

    ``in_table`` and ``in_title`` take the settings and give a text, or None for a model that has nothing of the kind.
    """

    name: str
    in_table: Callable
    in_title: Callable


@dataclass(frozen=True)
class Setting:
    """A row of the table.

    Attributes
    ----------
    name : str
        What the key of its widget ends with, and what examples, duplicates and the values of a form speak of.
    kind : Whole, Number, Choice, Several, Span or Truth
    usual : object
        What is chosen unless a person says otherwise.
    link : str
        Its key in a link; settings of one key stand there together.
    keyword : str
        Of the models that have it; "" for what the page does itself.
    widget : str
        The Streamlit function that asks for it; "" where buttons change it.
    label, help : str
    steers : bool
        It may change while a model learns: the run is forked. Else another value begins a run anew.
    always : bool
        An exported script says it even where it is the model's default.
    needs : str
        The name of another setting, without which this one has no use.
    words : Words, optional
        None where the words of another row tell of it too.
    changes : callable, optional
        Values of a form, by name -> {label: value}: what a duplicate may have instead.
    """

    name: str
    kind: Any
    usual: Any
    link: str
    keyword: str = ""
    widget: str = ""
    label: str = ""
    help: str | None = None
    steers: bool = False
    always: bool = False
    needs: str = ""
    words: Words | None = None
    changes: Callable | None = None
