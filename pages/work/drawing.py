"""Points that are drawn on a board, and the text that holds them: on the wire, in a link and in a session. No Streamlit in here.

A text is ``p_0,10,0,10_a3b2_AAAA...``: from where to where the board goes along each axis; the classes, a letter and how many
points it has; and the points, class by class. A coordinate is a step of 4,095 from one end of the board to the other, as two
characters. So what is drawn is on the grid from the start, and a link is the drawing itself. `assets/player/board/text.js` is
the browser's side.
"""

import hashlib
import re
import string
from dataclasses import dataclass

import numpy as np

from mixes import datasets

from .checks import Nonsense

MOST_POINTS = 1500  # so that a link stays shorter than what servers take
CLASSES = "abcdef"  # no more than there are shapes
LEAST_PLACES = 2  # where points are, for a model to learn from
NAME = "Drawing"
EMPTY = "p_0,10,0,10__"
_STEPS = 4095  # two characters of 6 bits
_DIGITS = 6  # of an end of an axis
_LEAST, _FARTHEST = 1e-9, 1e9  # length of an axis, and of its ends from 0
_FINEST = 1e-3  # share of its ends that an axis is long at least: they have so many digits
_NO_BOARD = "needs a board from one number to a greater one, along one or two axes"
_NO_POINTS = "needs points as the board writes them"
_ALPHABET = string.ascii_uppercase + string.ascii_lowercase + string.digits + "-_"  # base64 for addresses
_TEXT = re.compile(r"p_([0-9.e+,-]{3,80})_((?:[a-f][1-9][0-9]{0,3}){0,6})_([A-Za-z0-9_-]*)", re.ASCII)
_RUN = re.compile(r"([a-f])(\d+)")
_A_LINE = 100  # characters of points in a script
_VALUE = np.full(128, -1)
_VALUE[[ord(letter) for letter in _ALPHABET]] = np.arange(64)


@dataclass(frozen=True, eq=False)
class Drawing:
    """What is drawn.

    Attributes
    ----------
    box : tuple of (low, high)
        The ends of each axis, of one or two.
    cells : int array (n, d)
        Steps along each axis.
    classes : int array (n,)
        From 0, in order.
    """

    box: tuple
    cells: np.ndarray
    classes: np.ndarray

    @classmethod
    def of(cls, dataset, features):
        """Rows of a data set, of one or two features by their numbers; as many as there may be, evenly over all."""
        X = dataset.X[:, features]
        at = np.unique(np.linspace(0, len(X) - 1, min(len(X), MOST_POINTS)).round().astype(int))
        box = tuple(_ends(*each) for each in zip(X.min(axis=0), X.max(axis=0)))
        low, high = np.array(box).T
        cells = np.clip(((X[at] - low) / (high - low) * _STEPS).round(), 0, _STEPS).astype(int)
        named = dataset.labels is not None and len(dataset.label_names) <= len(CLASSES)
        classes = dataset.labels[at] if named else np.zeros(len(at), dtype=int)
        order = np.argsort(classes, kind="stable")
        return cls(box, cells[order], classes[order])

    @classmethod
    def read(cls, text):
        """The drawing of a text; `Nonsense` if it is none, or written in another way."""
        found = _TEXT.fullmatch(text)
        if found is None:
            raise Nonsense(_NO_POINTS)
        ends = found[1].split(",")
        values = [_end(each) for each in ends]
        box = tuple(zip(values[::2], values[1::2]))
        if len(ends) not in (2, 4) or not all(high - low >= max(_LEAST, _FINEST * max(abs(low), abs(high))) for low, high in box):
            raise Nonsense(_NO_BOARD)
        letters, counts = zip(*_RUN.findall(found[2])) if found[2] else ((), ())
        counts = [int(count) for count in counts]
        if sum(counts) > MOST_POINTS:
            raise Nonsense(f"needs at most {MOST_POINTS:,} points")
        if list(letters) != sorted(set(letters)) or len(found[3]) != 2 * len(box) * sum(counts):
            raise Nonsense(_NO_POINTS)
        values = _VALUE[np.frombuffer(found[3].encode("ascii"), dtype=np.uint8)]
        cells = (values[::2] * 64 + values[1::2]).reshape(sum(counts), len(box))
        return cls(box, cells, np.repeat([CLASSES.index(letter) for letter in letters], counts).astype(int))

    def write(self):
        """The text."""
        ends = ",".join(_written(end) for axis in self.box for end in axis)
        numbers, counts = np.unique(self.classes, return_counts=True)
        runs = "".join(f"{CLASSES[number]}{count}" for number, count in zip(numbers, counts))
        return f"p_{ends}_{runs}_{''.join(_ALPHABET[cell // 64] + _ALPHABET[cell % 64] for cell in self.cells.ravel().tolist())}"

    @property
    def key(self):
        """A short word that changes whenever the drawing does."""
        return f"drawing {hashlib.sha256(self.write().encode()).hexdigest()[:12]}"

    @property
    def points(self):
        """The points (n, d), to as many decimals as tell the steps apart."""
        low, high = np.array(self.box).T
        steps = (high - low) / _STEPS
        columns = [
            np.round(end + step * cells, int(np.floor(-np.log10(step))) + 1)
            for end, step, cells in zip(low, steps, self.cells.T, strict=True)
        ]
        return np.stack(columns, axis=1) + 0.0  # no -0.0

    @property
    def lacks(self):
        """What is missing for a model to learn from it, in a sentence, or ""."""
        places = len(np.unique(self.cells, axis=0))
        if places >= LEAST_PLACES:
            return ""
        so_far = f" So far there {'is one' if places else 'is none'}."
        return f"A model needs points in at least {LEAST_PLACES} places to learn from.{so_far}"

    def dataset(self):
        """The points as data."""
        return datasets.drawn(self.points, self.classes + 1)

    def code(self):
        """The Python expression that gives the same data."""
        points = _listed([f"[{', '.join(map(repr, point))}]" for point in self.points.tolist()])
        if not self.classes.any():
            return f"datasets.drawn({points})"
        numbers, counts = np.unique(self.classes + 1, return_counts=True)
        return f"datasets.drawn({points}, {' + '.join(f'[{number}] * {count}' for number, count in zip(numbers, counts))})"


class Text:
    """The kind of setting that is a drawing."""

    def check(self, value, name):
        if not isinstance(value, str):
            raise Nonsense(f"{name} {_NO_POINTS}")
        return self.read(value, name)

    def write(self, value):
        return value

    def read(self, text, name):
        try:
            Drawing.read(text)
        except Nonsense as problem:
            raise Nonsense(f"{name} {problem}") from None
        return text


def _written(end):
    return f"{end + 0.0:.{_DIGITS}g}"  # no -0


def _end(text):
    """A number that is an end of an axis, if it is written as one."""
    try:
        value = float(text)
    except ValueError:
        value = np.inf
    if not abs(value) <= _FARTHEST or _written(value) != text:
        raise Nonsense(_NO_BOARD)
    return value


def _ends(low, high):
    """Round ends of an axis that holds values, with a little room beside them."""
    room = max((high - low) * 0.1, 2 * _FINEST * max(abs(low), abs(high)))  # twice: rounding takes some of it
    room = max(room, 2 * _LEAST) if room else 1.0
    digit = 10.0 ** np.floor(np.log10(room))  # of which the ends are multiples
    return float(_written(np.floor((low - room / 2) / digit) * digit)), float(_written(np.ceil((high + room / 2) / digit) * digit))


def _listed(items):
    """Code of a list, some items a line."""
    lines, line = [], ""
    for item in items:
        if len(line) + len(item) > _A_LINE:
            lines.append(line.rstrip())
            line = ""
        line += f"{item}, "
    return "[\n    " + "\n    ".join([*lines, line.rstrip()]) + "\n]"
