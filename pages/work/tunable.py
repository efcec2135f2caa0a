"""The rows of the table of settings that Tune asks for beside a model: what is varied, and how often each is run. No Streamlit in here."""

from mixes.selection import HELD_OUT

from .models import MODELS
from .setting import Choice, Setting, Several, Span, Truth
from .settings import LEARNING, STRUCTURE
from .sharing import SHARINGS

KINDS = {"starts": "Many starts", "sweep": "Sweep", "annealing": "Annealing"}
STARTS = (1, 2, 3, 5, 10, 20, 50, 100, 200)
SPLITS = (0, 5, 10, 20)
MEASURES = ("BIC", "ICL", "AIC", "log-likelihood", HELD_OUT)
VIEWS = {"lines": "Lines", "map": "Map", "parallel": "Parallel"}
NONE = "none"
SLOTS = {1: "x", 2: "y"}  # the axes of a sweep, and their keys in a link
_MOST_DIMS = 12
_RATES = tuple(round(0.1 * i, 1) for i in range(1, 11))
_INVERSE_TEMPERATURES = (0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
# what a sweep may vary: words, and the values that it begins with
AXES = {
    "components": ("components", (1, 9)),  # of a model with layers: those of the first
    "model": ("model", list(MODELS)),
    "dim_1": ("factors of layer 1", (1, 3)),
    "size_2": ("components of layer 2", (1, 6)),
    "dim_2": ("factors of layer 2", (1, 2)),
    "size_3": ("components of layer 3", (1, 4)),
    "dim_3": ("factors of layer 3", (1, 2)),
    "sharing": ("structure", list(SHARINGS)),
    "skewness": ("skewness Λ", ["restricted", "diagonal", "full"]),
    "init": ("kind of start", ["random", "kmeans"]),
    "start_v": ("annealing from v", [0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 1.0]),
    "regularisation": ("variance regularisation ε", [0.0, 1e-6, 1e-5, 1e-4, 1e-3, 0.01, 0.1]),
    "rate": ("update rate", [0.2, 0.4, 0.6, 0.8, 1.0]),
}
_OWN = {setting.name: setting for setting in (*STRUCTURE, *LEARNING, *(own for entry in MODELS.values() for own in entry.settings))}
_LISTED = {"rate": _RATES, "start_v": _INVERSE_TEMPERATURES, "init": ("random", "kmeans")}


def _values(axis):
    """The kind of what can be chosen of an axis."""
    kind = _OWN[axis].kind
    if axis in _LISTED:
        return Several(Choice(_LISTED[axis], kind.said if isinstance(kind, Choice) else "{:g}".format))
    if isinstance(kind, Choice):
        return Several(kind)
    return Span(kind.low, min(kind.high, _MOST_DIMS) if axis.startswith("dim") else kind.high)


def said(axis, value):
    """A value of an axis as a chart has it: a number as it is, else its words."""
    return _OWN[axis].kind.said(value) if isinstance(value, str) else value


def listed(axis, chosen):
    """The values that a widget's choice stands for."""
    return list(range(chosen[0], chosen[1] + 1)) if isinstance(_values(axis), Span) else list(chosen)


def chosen_of(axis, values):
    """The reverse: what a widget holds for some values."""
    return (min(values), max(values)) if isinstance(_values(axis), Span) else list(values)


def _axis(slot, usual):
    label = "Vary" if slot == 1 else "And"
    options = (*AXES, *([NONE] if slot == 2 else []))
    yield Setting(
        f"axis_{slot}",
        Choice(options, lambda name: AXES[name][0] if name in AXES else name),
        usual,
        SLOTS[slot],
        widget="selectbox",
        label=label,
        help="The setting that is varied; all others are as they are on the left. The model is fitted at every value."
        if slot == 1
        else "A second one: every value of the first is fitted with every value of this.",
    )
    for axis, (words, first) in AXES.items():
        kind = _values(axis)
        widget = "slider" if isinstance(kind, Span) else "multiselect"
        first = (max(kind.low, first[0]), min(kind.high, first[1])) if isinstance(kind, Span) else first
        yield Setting(
            f"values_{slot}_{axis}",
            kind,
            first,
            SLOTS[slot],
            widget=widget,
            label=words[0].upper() + words[1:],
            help="The values that are tried.",
        )


TUNING = (
    Setting("tune", Choice(KINDS, KINDS.get), "starts", "tu", widget="segmented_control", label="What to tune"),
    Setting(
        "tune_starts",
        Choice(STARTS),
        20,
        "tn",
        widget="select_slider",
        label="Starts",
        help="How many starts each setting is run from: those of the seed on the left, the same for all settings, so that they can be "
        "compared pair by pair.",
    ),
    Setting(
        "annealed_too",
        Truth(),
        False,
        "ta",
        widget="toggle",
        label="With annealing beside",
        help="Run the same starts once plain and once annealed, and compare how often each finds the best optimum.",
    ),
    *_axis(1, "components"),
    *_axis(2, NONE),
    Setting(
        "tune_splits",
        Choice(SPLITS, lambda count: f"{count} splits" if count else "none"),
        0,
        "th",
        widget="select_slider",
        label="Held-out scores",
        help="Fit each setting to 80 % of the rows and score the others, on so many random splits, the same for all settings: how well it "
        "foretells new rows, and how sure that is.",
    ),
    Setting(
        "measure",
        Choice(MEASURES),
        "BIC",
        "tm",
        widget="selectbox",
        label="Show",
        help="By what the settings are judged. BIC and AIC: fit less the price of parameters, lower is better; ICL also wants clusters "
        "that lie apart; the held-out log-likelihood needs held-out scores or rows held out.",
    ),
    Setting(
        "tune_view",
        Choice(VIEWS, VIEWS.get),
        "lines",
        "tv",
        widget="segmented_control",
        label="As",
        help="A line for each value of the second setting; a map of both; or a line for each combination, across all that is known of it.",
    ),
)
