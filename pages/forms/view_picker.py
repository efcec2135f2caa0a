"""What is looked at: axes, or a hidden layer."""

import streamlit as st

from pages.kept import kept
from pages.work import views


def view_picker(experiment, latent=True):
    """Ask which axes to look along, those of hidden layers too if there are any and they are wanted; give the `View`."""
    names = experiment.dataset.features
    spaces = views.spaces(experiment) if latent else {}
    if spaces:
        space = st.selectbox(
            "Look at",
            list(spaces),
            **kept("view_space"),
            help="The data, or a hidden layer: every row at the mean of what the model believes of it "
            "there, and the Gaussians that the deeper layers make of it.",
        )
        if spaces[space]:
            return spaces[space]
    varied, first = views.axes(experiment.dataset)
    if len(varied) == 1:
        return experiment.features(varied[0])
    key = experiment.settings.dataset_key
    if len(names) > 2:
        how = st.segmented_control(
            "Look along",
            [views.PRINCIPAL, views.FEATURES],
            default=views.PRINCIPAL,
            required=True,
            **kept(f"view_{key}"),
            width="stretch",
            help="Principal components show most of the spread in two axes. Either way the model is fitted to all features.",
        )
        if how == views.PRINCIPAL:
            return experiment.principal
    offered = [names[j] for j in varied]
    x = st.selectbox("Across", offered, varied.index(first[0]), **kept(f"view_x_{key}"))
    others = [name for name in offered if name != x]
    up = names[first[1]] if names[first[1]] in others else others[0]
    y = st.selectbox(
        "Up",
        [*others, views.NONE],
        others.index(up),
        **kept(f"view_y_{key}"),
        help="None shows the density of one feature over its histogram.",
    )
    return experiment.features(names.index(x), *([] if y == views.NONE else [names.index(y)]))
