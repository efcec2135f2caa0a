"""What is asked of the table of settings. No Streamlit in here."""

from .models import MODELS
from .settings import DATA, DRAWING, DRAWN, LEARNING, PREPARATION, SERVED, STRUCTURE, TABLE
from .tunable import TUNING


def of_models():
    """The settings of the form of a model, whichever it is, in the order in which they are told."""
    return (*STRUCTURE, *{own.name: own for entry in MODELS.values() for own in entry.settings}.values(), *LEARNING)


def table():
    """All settings by name."""
    return {setting.name: setting for setting in (*DATA, *DRAWN, DRAWING, SERVED, *TABLE, *PREPARATION, *of_models(), *TUNING)}


def has(model, name):
    """Whether a model, by its key in `MODELS`, has a setting."""
    keyword = table()[name].keyword
    return not keyword or keyword in MODELS[model].keywords


def fixed(model):
    """Settings by name of which a model, by its key in `MODELS`, leaves no choice."""
    shapes = MODELS[model].model.ANNEALING_SHAPES
    return {"shapes": shapes[0]} if len(shapes) == 1 else {}


def usual(settings):
    """What is chosen unless a person says otherwise, by name."""
    return {setting.name: setting.usual for setting in settings}


def form_of(structure):
    """What a form holds, by name, for keywords of a model."""
    values = {
        setting.name: structure[setting.keyword]
        for setting in of_models()
        if setting.keyword in structure and setting.keyword not in ("layer_sizes", "layer_dims")
    }
    if "layer_sizes" in structure:
        values["layers"] = len(structure["layer_sizes"])
        for layer, (size, dim) in enumerate(zip(structure["layer_sizes"], structure["layer_dims"]), start=1):
            values |= {f"size_{layer}": size, f"dim_{layer}": dim}
    return values
