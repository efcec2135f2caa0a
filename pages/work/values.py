"""Settings as the values of a form, by their names in the table, and back. No Streamlit in here."""

from dataclasses import replace

from .lookup import fixed, form_of, of_models, table
from .models import MODELS
from .settings import SAVED


def steered(settings, values):
    """Settings with some that steer changed, by their names in the table."""
    steering, more = dict(settings.steering), {}
    for name, value in values.items():
        keyword = table()[name].keyword
        if name in fixed(settings.model):
            continue
        if keyword in steering:
            steering[keyword] = value
        elif name == "threshold":
            more["threshold"] = value
        elif name == "stop":
            more["stop_when_it_holds"] = value
    return replace(settings, steering=steering, **more)


def sized(settings, clusters):
    """Settings of a model with so many clusters: components, or those of the first layer."""
    structure = settings.structure
    if "layer_sizes" in structure:
        return replace(settings, structure=structure | {"layer_sizes": (clusters, *structure["layer_sizes"][1:])})
    return replace(settings, structure=structure | {"n_components": clusters})


def named(settings):
    """The settings of a model and its learning, by their names in the table: the reverse of `steered`, and more."""
    values = form_of({**settings.structure, **settings.steering})
    if not isinstance(values["init"], str):
        values["init"] = SAVED
    values = {name: each for name, each in values.items() if name not in fixed(settings.model)}
    page = {name: getattr(settings, name) for name in ("model", "start_number", "threshold", "standardise", "held_out")}
    return values | page | {"stop": settings.stop_when_it_holds}


def settings_of(values, base):
    """The reverse of `named`: what a form with these values would give.

    Parameters
    ----------
    values : dict
        All settings of a model and its learning, by name.
    base : Settings
        The data, their preparation and a file of parameters are its own.
    """
    model = values["model"]
    layers = range(1, values["layers"] + 1)
    shape = {
        "layer_sizes": tuple(values[f"size_{layer}"] for layer in layers),
        "layer_dims": tuple(values[f"dim_{layer}"] for layer in layers),
    }
    own = {
        setting.keyword: shape.get(setting.keyword, values[setting.name])
        for setting in of_models()
        if setting.keyword in MODELS[model].keywords
    }
    own |= {table()[name].keyword: each for name, each in fixed(model).items()}
    if own["init"] == SAVED:
        own["init"] = base.structure["init"]
    steering = {name: own.pop(name) for name in MODELS[model].model.STEERING if name in own and name != "stopping_criterion"}
    own.pop("stopping_criterion")
    return replace(
        base,
        model=model,
        structure=own,
        steering=steering,
        threshold=values["threshold"],
        stop_when_it_holds=values["stop"],
        start_number=values["start_number"],
    )
