"""What Tune asks, as it stands in a link. No Streamlit in here."""

import reprlib

from .link_parts import single, take, take_single, text_of
from .lookup import table, usual
from .tunable import SLOTS, TUNING

KIND = TUNING[0]  # what is tuned


def write_tuning(values, begun):
    """Key -> text of what is asked, by name; of what has begun it is always told what it is, so that the link begins it."""
    axes = {key: _write_axis(slot, values) for slot, key in SLOTS.items()}
    return single(values, TUNING) | ({KIND.link: text_of(KIND, values)} if begun else {}) | axes


def read_tuning(parts, remarks):
    """The reverse; nothing where a link has nothing of it."""
    if parts.keys().isdisjoint({setting.link for setting in TUNING}):
        return {}
    values = usual(TUNING) | take_single(parts, TUNING, remarks)
    for slot, key in SLOTS.items():
        _read_axis(slot, parts.get(key), values, remarks)
    return values


def _write_axis(slot, values):
    """What is varied and its values, where they are not as usual."""
    known = table()
    axis = known[f"axis_{slot}"]
    stands = values.get(axis.name, axis.usual)
    chosen = known.get(f"values_{slot}_{stands}")
    text = text_of(chosen, values) if chosen else ""
    return "" if stands == axis.usual and (not chosen or text == chosen.kind.write(chosen.usual)) else f"{stands}.{text}"


def _read_axis(slot, text, values, remarks):
    if not text:
        return
    stands, _, chosen = text.partition(".")
    axis = table()[f"axis_{slot}"]
    if stands not in axis.kind.options:
        remarks.append(f"{axis.label} is {reprlib.repr(stands)} in the link, which cannot be varied; it is as usual here.")
        return
    values[axis.name] = stands
    if chosen:
        take(f"values_{slot}_{stands}", chosen, values, remarks)
