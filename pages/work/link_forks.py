"""What was changed while a model learned, as it stands in a link: ``20:e.0.01,u.0.5;35:d2(4.25,79.5)``. No Streamlit in here.

An entry has an iteration, the settings that were changed there, and an edit by hand, see `mixes.edits`.
"""

import re
import reprlib

from mixes import Edit

from .hands import FARTHEST, growth
from .lookup import has
from .settings import MOST_COMPONENTS, MOST_ITERATIONS, SAVED

_MOST, _LONGEST_EDIT = 100, 200
_COMMA = re.compile(r",(?![^(]*\))")  # not one between the numbers of an edit
_EDIT = re.compile(r"[a-z][1-9].*")  # no key of a setting has a digit


def write(forks, changed, edits):
    """The text of forks: their iterations, key -> text of the settings that were changed at each, and their edits, or ""."""
    entries = zip(forks, changed, edits or [""] * len(forks), strict=True)
    told = [
        (iteration, [*([edit] if edit else []), *(f"{key}.{text}" for key, text in parts.items())]) for iteration, parts, edit in entries
    ]
    return ";".join(f"{iteration}:{','.join(parts)}" for iteration, parts in told)


def read(text, first, model, steered, remarks):
    """The reverse, whatever it is.

    Parameters
    ----------
    text : str
    first : dict
        Settings that steer, by name, at the start of the run.
    model : dict
        All of its settings, by name.
    steered : callable
        Key -> text to settings by name.
    remarks : list of str
        Grows by what is not as the text has it.

    Returns
    -------
    stages : list of dict
        Settings that steer at the start and after each fork; where edits make more or fewer clusters, how many there are.
    forks : list of int
    edits : list of str
    """
    size = "size_1" if has(model["model"], "layers") else "components"
    stages, forks, edits, clusters = [first], [], [], [model.get(size)]
    told = list(filter(None, text.split(";")))
    if len(told) > _MOST:
        remarks.append(f"Of {len(told)} changes while the model learned the first {_MOST} were taken.")
    for fork in told[:_MOST]:
        iteration, _, changes = fork.partition(":")
        parts = _COMMA.split(changes)
        by_hand = [part for part in parts if _EDIT.fullmatch(part)]
        if not re.fullmatch(r"\d{1,4}", iteration) or not (not by_hand) <= int(iteration) <= MOST_ITERATIONS:
            remarks.append(f"A change at iteration {reprlib.repr(iteration)} was left out: there is no such iteration.")
            continue
        changed = steered(dict(part.partition(".")[::2] for part in parts if part not in by_hand))
        edit = _read_edit(by_hand, clusters[-1], model, iteration, remarks)
        if by_hand and edit is None and not changed:
            continue
        forks.append(int(iteration))
        edits.append("" if edit is None else str(edit))
        stages.append(stages[-1] | changed)
        clusters.append(clusters[-1] if edit is None or not growth(edit) else clusters[-1] + growth(edit))
    if len(set(clusters)) > 1:
        stages = [stage | {size: count} for stage, count in zip(stages, clusters, strict=True)]
    return stages, forks, edits


def _read_edit(texts, clusters, model, iteration, remarks):
    """The edit of an entry, if there is one that makes sense for a model with so many clusters (None: not known)."""
    if not texts:
        return None
    text = texts[0]
    try:
        if len(texts) > 1:
            raise ValueError("There is one edit at a time.")
        if len(text) > _LONGEST_EDIT:
            raise ValueError("It is too long.")
        edit = Edit.read(text)
        if max(map(abs, edit.numbers), default=0) > FARTHEST:
            raise ValueError("It goes too far to be seen.")
        most = MOST_COMPONENTS if clusters is None else clusters
        if max(edit.component, edit.other or 0) >= most:
            raise ValueError(f"There {'is 1 component' if most == 1 else f'are {most} components'}.")
        if growth(edit) and (clusters is None or model["init"] == SAVED):
            raise ValueError("The link does not say how many components there are.")
        if growth(edit) and not 1 <= clusters + growth(edit) <= MOST_COMPONENTS:
            raise ValueError(f"A model has 1 to {MOST_COMPONENTS} components.")
    except ValueError as problem:
        remarks.append(f"The edit {reprlib.repr(text)} at iteration {iteration} of the link was left out: {problem}")
        return None
    return edit
