"""What is looked at, as the widgets of `pages.forms.view_picker` have it and as it stands in a link. No Streamlit in here."""

import numpy as np

PRINCIPAL, FEATURES, NONE = "Principal components", "Features", "none"
_DATA = "the data"


def spaces(experiment):
    """What can be looked at, by name, in a model with hidden layers: the data, which is None, or a layer's `View`."""
    hidden = experiment.run.model.latent_views()
    return {_DATA: None, **{f"layer {space.layer}": space for space in hidden}} if hidden else {}


def axes(dataset):
    """The features that can be axes, and the two that are at first: columns of a data set."""
    X = dataset.X
    varied = [j for j, spread in enumerate(np.ptp(X, axis=0)) if spread] or [0]  # a constant is no axis
    # of pictures the pixels that vary most come first, as the corners are all but blank
    return varied, sorted(varied, key=lambda j: -X[:, j].var())[:2] if dataset.image_shape else varied[:2]


def write(experiment, widgets):
    """The choice as it stands in a link: "l2" for a layer, "1,3" or "1" for features, or "" as is usual."""
    space, key, names = widgets.get("view_space", _DATA), experiment.settings.dataset_key, experiment.dataset.features
    if space != _DATA and space in spaces(experiment):
        return space.replace("layer ", "l")
    if len(names) > 2 and widgets.get(f"view_{key}", PRINCIPAL) == PRINCIPAL:
        return ""
    chosen = [names.index(name) for axis in "xy" if (name := widgets.get(f"view_{axis}_{key}")) in names]
    return "" if len(names) < 3 and chosen == axes(experiment.dataset)[1] else ",".join(str(j + 1) for j in chosen)


def read(experiment, text):
    """Values of the widgets, by key; what cannot be is as usual."""
    key, names = experiment.settings.dataset_key, experiment.dataset.features
    layers = spaces(experiment)
    space = text.replace("l", "layer ")
    if space in layers:
        return {"view_space": space}
    values = {"view_space": _DATA} if layers else {}
    varied, first = axes(experiment.dataset)
    offered = {str(j + 1): names[j] for j in varied}
    chosen = [offered[number] for number in text.split(",") if number in offered]
    if len(names) > 2:
        values[f"view_{key}"] = FEATURES if chosen else PRINCIPAL
    if len(names) == 2 and not chosen:
        chosen = [names[j] for j in first]
    if chosen and len(varied) > 1:
        values |= {f"view_x_{key}": chosen[0], f"view_y_{key}": chosen[1] if chosen[1:] and chosen[1] != chosen[0] else NONE}
    return values
