"""How a setting stands in a link, by its row in the table, and what is said where it does not as it should. No Streamlit in here."""

import reprlib

from .checks import Nonsense
from .lookup import table
from .tunable import SLOTS

TOGETHER = ("d", "L", "a", *SLOTS.values())  # keys that several settings share


def text_of(setting, values):
    """A setting as it stands in a link; as usual where the values, by name, say nothing."""
    return setting.kind.write(values.get(setting.name, setting.usual))


def single(values, settings):
    """Key -> text of those that are not as usual and have a key alone."""
    return {
        setting.link: text_of(setting, values)
        for setting in settings
        if setting.link not in TOGETHER and values.get(setting.name, setting.usual) != setting.usual
    }


def take_single(parts, settings, remarks):
    """The reverse: values by name, of those that are told."""
    values = {}
    for setting in settings:
        if setting.link in parts and setting.link not in TOGETHER:
            take(setting.name, parts[setting.link], values, remarks)
    return values


def take(name, text, values, remarks):
    """Let a setting be as a link says, or nearly; a remark tells where it is not."""
    setting = table()[name]
    label = setting.label or name
    try:
        value = setting.kind.read(text, label)
    except Nonsense as problem:
        remarks.append(f"{label} is {reprlib.repr(text)} in the link; it {str(problem).removeprefix(label + ' ')}, and is as usual here.")
        return
    values[name] = value
    if setting.kind.write(value) != text and finite(text) != value:
        remarks.append(f"{label} is {reprlib.repr(text)} in the link; it is {setting.kind.write(value)} here.")


def finite(text):
    """A finite number, or None."""
    try:
        value = float(text)
    except (TypeError, ValueError):
        return None
    return value if abs(value) < float("inf") else None
