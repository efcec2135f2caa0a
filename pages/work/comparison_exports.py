"""Files that leave a comparison: those of all its models, and those of each. No Streamlit in here."""

from collections.abc import Callable
from dataclasses import dataclass

from . import exports
from .comparison import measured


def _table(comparison, view):
    text = measured(comparison).rename_axis("model").assign(settings=comparison.titles).to_csv()
    return "comparison.csv", "text/csv", text


@dataclass(frozen=True)
class Kind:
    """A kind of file of all models, as `exports.Kind`; ``make`` gives name, type and text of a comparison and a view."""

    label: str
    help: str
    make: Callable | None


KINDS = {
    **{kind: exports.KINDS[kind] for kind in exports.ADDRESS},
    "table": Kind("Download (CSV)", "", _table),
}  # and the replay: see `pages.wire.replays`


def offered():
    """What the player is told of the files of all models."""
    return [{"kind": kind, "label": entry.label, "help": entry.help} for kind, entry in KINDS.items()]


def file(comparison, view, wanted):
    """A file of a comparison or of one of its models: name, type and text.

    Parameters
    ----------
    wanted : mapping
        The player's "kind", and the "model", "iteration" and "frames" of those that `exports.file` makes.

    Raises
    ------
    ValueError
        There is no such file, or no such model.
    """
    own = KINDS.get(wanted["kind"])
    if own and own.make:
        return own.make(comparison, view)
    number = wanted["model"]
    experiment = comparison.lanes[number].experiment if number is not None and number < len(comparison.lanes) else None
    if experiment is None:
        raise ValueError("there is no such model in this comparison.")
    return exports.file(experiment, wanted["kind"], wanted["iteration"], view, wanted["frames"])
