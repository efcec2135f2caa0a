"""Edits: a cluster of a mixture is moved, stretched, turned, bent, weighed, split, merged, deleted or pinned by hand.

An edit is written as text, which links, scripts and pages share; clusters and features are counted from 1 in it:

=================  ===============================================================================================
d2(4.25,79.5)      drag cluster 2: its mean lies at this place of the picture
t2(1.2,0,0.1,0.9)  transform it about its mean: stretched and turned by this matrix of the picture, row by row
b2(0.5,-0.1)       bend it: this is its arrow in the picture, from where it begins to its mean
w2(0.3)            give it this weight; the others share the rest as before
s2                 split it along its longest axis; the second half comes last
m1.3               merge 1 and 3; the lesser number stays
x1                 delete it
p2, f2             pin it, so that EM leaves it as it is but for its weight; let it go free
=================  ===============================================================================================

The picture has as many axes as there are numbers: the first features, in the units of the table. Others are named after
the number of the cluster: ``d2@1.4(4.25,79.5)`` features 1 and 4, ``d2@pc(0.5,-1)`` the principal components of the
rows. Who rounds, rounds before: to apply an edit that was read is to apply the one that was written.

What an edit means is for the parameters of each model to say, see `mixes.parameters`.
"""

import re
from dataclasses import dataclass, replace

import numpy as np

from . import checks
from .datasets import Scaling
from .events import Event
from .view import View

_LETTERS = {"d": "move", "t": "reshape", "b": "bend", "w": "weigh", "s": "split", "m": "merge", "x": "delete", "p": "pin", "f": "free"}
_WITH_NUMBERS = "move", "reshape", "bend", "weigh"
_TOLD = {
    "move": "moved component {}",
    "reshape": "reshaped component {}",
    "bend": "bent component {}",
    "weigh": "gave component {} another weight",
    "split": "split component {}",
    "merge": "merged components {} and {}",
    "delete": "deleted component {}",
    "pin": "pinned component {}",
    "free": "let component {} go free",
}
PRINCIPAL = "pc"
_COUNT, _NUMBER = r"[1-9]\d{0,6}", r"[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?"
_TEXT = re.compile(rf"([a-z])({_COUNT})(?:\.({_COUNT}))?(?:@(pc|{_COUNT}(?:\.{_COUNT})*))?(?:\(({_NUMBER}(?:,{_NUMBER})*)\))?", re.ASCII)
# Of a transformation's determinant, in the units of the picture: beyond, a shape is flat, or far from what can be seen.
_LEAST_CHANGE, _MOST_CHANGE = 1e-6, 1e6


@dataclass(frozen=True)
class Edit:
    """One edit, as its text says; see `mixes.edits`.

    Attributes
    ----------
    kind : "move", "reshape", "bend", "weigh", "split", "merge", "delete", "pin" or "free"
    component : int
        The cluster, counted from 0.
    other : int or None
        What it is merged with.
    numbers : tuple of float
        A place or arrow in the picture, a matrix row by row, or a weight.
    axes : tuple of int or "pc"
        The features that are the axes of the picture, counted from 0; empty: the first ones. "pc": principal components.

    Examples
    --------
    >>> str(Edit("move", 1, numbers=(4.25, 79.5)))
    'd2(4.25,79.5)'
    >>> Edit.read("m1.3")
    Edit(kind='merge', component=0, other=2, numbers=(), axes=())
    """

    kind: str
    component: int
    other: int | None = None
    numbers: tuple = ()
    axes: tuple | str = ()

    def __post_init__(self):
        checks.one_of("kind", self.kind, list(_LETTERS.values()))
        for name, value in (("component", self.component), ("other", self.other)):
            if value is not None or name == "component":
                checks.count(name, value, "a component, counted from 0", least=0)
        if (self.other is not None) != (self.kind == "merge") or self.other == self.component:
            needed = "another component, as in m1.3" if self.kind == "merge" else "no other component"
            raise ValueError(f"other is {checks.shown(self.other)}; to {self.kind} needs {needed}.")
        object.__setattr__(self, "numbers", tuple(checks.finite("numbers", self.numbers).ravel().tolist()))
        if bool(self.numbers) != (self.kind in _WITH_NUMBERS):
            needed = "numbers, as in d2(4.25,79.5)" if self.kind in _WITH_NUMBERS else "no numbers"
            raise ValueError(f"numbers is {checks.shown(self.numbers)}; to {self.kind} needs {needed}.")
        if self.kind == "reshape" and self.n_axes**2 != len(self.numbers):
            raise ValueError(f"numbers has {len(self.numbers)} numbers; to reshape needs a square matrix, 1, 4 or 9 of them.")
        if self.kind == "reshape" and not _LEAST_CHANGE <= abs(np.linalg.det(self.matrix)) <= _MOST_CHANGE:
            raise ValueError(f"numbers is {checks.shown(self.numbers)}; such a matrix makes a component flat, or far too large.")
        if self.kind == "weigh" and not (len(self.numbers) == 1 and 0 < self.numbers[0] < 1 and not self.axes):
            raise ValueError(f"numbers is {checks.shown(self.numbers)}; to weigh needs one weight between 0 and 1, and no axes.")
        if self.axes == PRINCIPAL:
            fits = 1 <= self.n_axes <= 2
        else:
            object.__setattr__(self, "axes", tuple(self.axes))
            for feature in self.axes:
                checks.count("axes", feature, "a feature, counted from 0", least=0)
            fits = len(set(self.axes)) == len(self.axes) and len(self.axes) in (0, self.n_axes)
        if not fits:
            raise ValueError(f"axes is {checks.shown(self.axes)} for {len(self.numbers)} numbers; it needs as many different axes.")

    @property
    def n_axes(self):
        """How many axes the picture has."""
        return round(len(self.numbers) ** 0.5) if self.kind == "reshape" else len(self.numbers)

    @property
    def matrix(self):
        """The numbers as a matrix (m, m)."""
        return np.reshape(self.numbers, (self.n_axes, self.n_axes))

    def __str__(self):
        letter = next(letter for letter, kind in _LETTERS.items() if kind == self.kind)
        other = "" if self.other is None else f".{self.other + 1}"
        axes = self.axes if self.axes == PRINCIPAL else ".".join(str(feature + 1) for feature in self.axes)
        numbers = ",".join(repr(number).removesuffix(".0").replace("e+", "e") for number in self.numbers)
        return f"{letter}{self.component + 1}{other}{axes and f'@{axes}'}{numbers and f'({numbers})'}"

    @classmethod
    def read(cls, text):
        """The edit of a text; a ValueError says why it is none."""
        found = _TEXT.fullmatch(text) if isinstance(text, str) else None
        try:
            letter, component, other, axes, numbers = found.groups()
            return cls(
                _LETTERS[letter],
                int(component) - 1,
                other and int(other) - 1,
                tuple(map(float, numbers.split(","))) if numbers is not None else (),
                axes if axes == PRINCIPAL else tuple(int(feature) - 1 for feature in axes.split(".")) if axes else (),
            )
        except (AttributeError, KeyError):
            why = "it needs a text such as d2(4.25,79.5), s2 or m1.3."
        except ValueError as problem:
            why = str(problem)
        raise ValueError(f"edit is {checks.shown(text)}: {why}")

    def view(self, X, scaling=None):
        """The `View` of rows X (n, d) that the numbers are in; ``scaling`` is what made them of the table, if anything did."""
        d = X.shape[1]
        if self.axes == PRINCIPAL:
            view = View.principal(X)
            return View(view.axes[: self.n_axes], view.offset[: self.n_axes], view.names[: self.n_axes])
        features = self.axes or tuple(range(self.n_axes))
        if max(features, default=-1) >= d:
            raise ValueError(f"edit is '{self}': it needs feature {max(features) + 1}, and there are {d}.")
        return View.of_features(features, [f"feature {i + 1}" for i in range(d)], scaling or Scaling.none(d))

    def applied(self, parameters, view):
        """The parameters after the edit.

        Parameters
        ----------
        parameters : Parameters
        view : View
            As `view` gives it.

        Returns
        -------
        Parameters
            Unchanged but for what is edited; pins stay with the clusters that are left.

        Raises
        ------
        ValueError
            There is no such cluster, or the edit has no meaning for it: one sentence.
        """
        k, j, pinned = parameters.n_clusters, self.component, set(parameters.pinned)
        for number in filter(lambda number: number is not None and number >= k, (j, self.other)):
            raise ValueError(f"edit is '{self}': there is no component {number + 1}; there are {k}.")
        free = replace(parameters, pinned=())
        if self.kind == "move":
            edited = free.shifted(j, view.lifted(self.numbers - view.points(free.centers[j])))
        elif self.kind == "reshape":
            edited = free.reshaped(j, view.axes, self.matrix)
        elif self.kind == "bend":
            edited = free.bent(j, view.axes, np.array(self.numbers))
        elif self.kind == "weigh":
            edited = free.weighed(j, self.numbers[0])
        elif self.kind == "split":
            edited, pinned = free.split(j), pinned - {j}
        elif self.kind == "merge":
            first, gone = sorted((j, self.other))
            edited, pinned = free.merged(first, gone), {i - (i > gone) for i in pinned - {first, gone}}
        elif self.kind == "delete":
            if k == 1:
                raise ValueError("The last component cannot be deleted.")
            edited, pinned = free.without(j), {i - (i > j) for i in pinned - {j}}
        else:
            free.refuse(self.kind)
            edited, pinned = free, pinned | {j} if self.kind == "pin" else pinned - {j}
        edited = replace(edited, pinned=tuple(pinned))
        edited.check()
        return edited

    def told(self, edited, view):
        """The event of an edit, after which the parameters are ``edited``."""
        numbers = [number + 1 for number in (self.component, self.other) if number is not None]
        sentence = f"You {_TOLD[self.kind].format(*sorted(numbers))}"
        if self.kind == "bend":
            j = self.component
            arrow = view.points(edited.means[j]) - edited.locations_in(view)[j]
            if not np.allclose(arrow, self.numbers, rtol=1e-6, atol=1e-6 * np.abs(self.numbers).max()):
                sentence += ", as far as its spread allows"
        return Event("edited", f"{sentence}.", self.component)
