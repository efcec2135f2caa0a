"""Lessons: files in assets/lessons, read and checked. No Streamlit in here.

A file is blocks of TOML between lines of ``+++``, each followed by Markdown: the first is the lesson's own, each other one a step.
CONTRIBUTING.md tells how one is written.
"""

import re
import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from . import links
from .checks import Nonsense
from .classroom import PARTS
from .conditions import Expression
from .facts import FACTS
from .lookup import table

FOLDER = Path(__file__).parents[2] / "assets" / "lessons"
_BLOCK = re.compile(r"^\+\+\+[ \t]*\n(.*?)^\+\+\+[ \t]*\n", re.MULTILINE | re.DOTALL)
SHOWN = re.compile(r"\$+[^$]+\$+|\{([^{}:]+)(?::([^{}]*))?\}")  # a formula, which stays as it is, or {fact:format}
_STATED = re.compile(r"(?P<number>\S+) = (?P<fact>.+) @ (?P<link>\S+)")
_SEEDS = re.compile(r"\bs=(\d+)\.\.(\d+)")
# what a step can point to, by name, and a CSS selector of it: a setting, "New start", or a part of the page
POINTS = {part.key: part.selector for part in PARTS} | {name: f".st-key-set_{name}" for name in table()}
POINTS["new_start"] = ".st-key-new_start_set"
_OF_LESSON = {"title", "minutes", "goal"}
_OF_STEP = {"id", "setup", "task", "done", "solve", "acts", "guess", "point", "source", "why", "stated"}


@dataclass(frozen=True)
class Guess:
    """What is asked before anything is done.

    Attributes
    ----------
    ask : str
    options : tuple of str
    answer : str
        What turns out, one of the options.
    """

    ask: str
    options: tuple
    answer: str


@dataclass(frozen=True)
class Stated:
    """A number that a step tells of another state than the one that is shown.

    Attributes
    ----------
    number : str
        As it stands in the text.
    fact : Expression
    links : tuple of str
        Open the state; of several, the values are added up, and what holds counts 1: ``s=0..15`` stands for 16 seeds.
    """

    number: str
    fact: Expression
    links: tuple


@dataclass(frozen=True)
class Step:
    """One thing to predict, to do and to see.

    Attributes
    ----------
    id : str
        In the link, after the lesson's name.
    task : str
    done : Expression
        Holds once it is done.
    text : str
        Told then: Markdown, with ``{fact:format}``; braces within the dollars of a formula are its own.
    facts : frozenset of str
        The names of those that ``done`` and ``text`` ask for.
    setup : str
        A link, which the step begins with; "" goes on from where the reader stands.
    solve : str
        A link to where the task is done, for tests and who comes back; "" where ``acts`` say it.
    acts : dict
        What a reader looks at there: "point" and "focus", as the player tells them.
    guess : Guess or None
    point : tuple of str
        What is outlined on the page: names of `POINTS`.
    why : tuple of str
        A question to think about, and what there is to say; or nothing.
    source : str
    stated : tuple of Stated
    """

    id: str
    task: str
    done: Expression
    text: str
    facts: frozenset
    setup: str = ""
    solve: str = ""
    acts: dict = field(default_factory=dict)
    guess: Guess | None = None
    point: tuple = ()
    why: tuple = ()
    source: str = ""
    stated: tuple = ()

    def told(self, facts):
        """Its text with the numbers of some facts in it."""
        return SHOWN.sub(lambda found: _shown(Expression(found[1], FACTS)(facts), found[2] or "") if found[1] else found[0], self.text)


@dataclass(frozen=True)
class Lesson:
    """A lesson.

    Attributes
    ----------
    name : str
        Of its file, without the number that orders it; in the link.
    title, goal : str
    minutes : int
    steps : tuple of Step
    text : str
        What it begins with.
    """

    name: str
    title: str
    minutes: int
    goal: str
    steps: tuple
    text: str = ""

    def number(self, id):
        """The index of a step; 0 where there is none of that id."""
        return next((number for number, step in enumerate(self.steps) if step.id == id), 0)

    def begins(self, number):
        """A link to where a step begins: its own, or that to where the step before ends."""
        return self.steps[number].setup or self.ends(number - 1)

    def ends(self, number):
        """A link to where a step ends; where it begins, if nothing but looking is asked."""
        return self.steps[number].solve or self.begins(number)


def read(name, text):
    """A `Lesson` from the text of a file; a `Nonsense` names the step and what is wrong with it."""
    parts = _BLOCK.split(text)
    if parts[0].strip() or len(parts) < 5:
        raise Nonsense(f"lesson {name} needs a block of TOML between lines of +++ first, and one for each step")
    blocks = [(_toml(name, block), body.strip()) for block, body in zip(parts[1::2], parts[2::2])]
    (own, introduction), *steps = blocks
    _keys(f"lesson {name}", own, _OF_LESSON, _OF_LESSON)
    made = tuple(_step(f"lesson {name}, step {number}", block, body) for number, (block, body) in enumerate(steps, start=1))
    if len({step.id for step in made}) < len(made):
        raise Nonsense(f"lesson {name} has two steps of one id")
    if not made[0].setup:
        raise Nonsense(f"lesson {name} needs a setup for its first step")
    return Lesson(name, own["title"], own["minutes"], own["goal"], made, introduction)


@cache
def lessons():
    """All lessons by name, in their order."""
    files = sorted(FOLDER.glob("*.md"))
    return {name: read(name, file.read_text("utf-8")) for file in files for name in [file.stem.partition("_")[2]]}


def _toml(name, block):
    try:
        return tomllib.loads(block)
    except tomllib.TOMLDecodeError as problem:
        raise Nonsense(f"lesson {name} has a block that is no TOML: {problem}") from None


def _keys(where, told, known, needed):
    if unknown := sorted(told.keys() - known):
        raise Nonsense(f"{where} has {unknown[0]}; there are {', '.join(sorted(known))}")
    if missing := sorted(needed - told.keys()):
        raise Nonsense(f"{where} needs {missing[0]}")


def _step(where, told, text):
    _keys(where, told, _OF_STEP, {"id", "task", "done"})
    if unknown := sorted(set(told.get("point", ())) - POINTS.keys()):
        raise Nonsense(f"{where} points to {unknown[0]}; there is no such setting or part of the page")
    for link in (told.get("setup", ""), told.get("solve", "")):
        if remarks := links.read(link).remarks:
            raise Nonsense(f"{where}: {remarks[0]}")
    guess = told.get("guess")
    if guess is not None:
        _keys(f"{where}, guess,", guess, {"ask", "options", "answer"}, {"ask", "options", "answer"})
        if guess["answer"] not in guess["options"]:
            raise Nonsense(f"{where} has the answer {guess['answer']}, which is none of the options")
        guess = Guess(guess["ask"], tuple(guess["options"]), guess["answer"])
    try:
        shown = [Expression(found[1], FACTS) for found in SHOWN.finditer(text) if found[1]]
        stated = tuple(_stated(line) for line in told.get("stated", ()))
        done = Expression(told["done"], FACTS)
        facts = frozenset().union(*(each.names for each in (done, *shown)))
    except Nonsense as problem:
        raise Nonsense(f"{where}: {problem}") from None
    own = {name: told[name] for name in ("id", "task", "setup", "solve", "acts", "source") if name in told}
    own |= {name: tuple(told.get(name, ())) for name in ("point", "why")}
    return Step(done=done, text=text, facts=facts, guess=guess, stated=stated, **own)


def _stated(line):
    found = _STATED.fullmatch(line)
    if found is None:
        raise Nonsense(f"{line!r} needs the form: -899.79 = log_likelihood @ d=of&k=2&at=end")
    link = found["link"]
    seeds = _SEEDS.search(link)
    many = range(int(seeds[1]), int(seeds[2]) + 1) if seeds else ()
    opened = tuple(_SEEDS.sub(f"s={seed}", link) for seed in many) or (link,)
    if remarks := links.read(opened[0]).remarks:
        raise Nonsense(remarks[0])
    return Stated(found["number"], Expression(found["fact"], FACTS), opened)


def _shown(value, form):
    """A value in a text; signs of less are those of mathematics."""
    if value is None:
        return "–"
    return (format(value, form) if form else str(value)).replace("-", "−")
