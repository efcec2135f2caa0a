"""The network of layers: data on the left, the deepest layer on the right."""

import numpy as np
import plotly.graph_objects as go

from . import style


def network(nodes, edges=None, *, theme="light"):
    """Figure of the layers of a mixture.

    Parameters
    ----------
    nodes : list of arrays (k_l,)
        Weights of each layer's components; the area of a node is its weight.
    edges : list of arrays (k_l, k_{l+1}), optional
        Probabilities that connect adjacent layers; the width of an edge is its probability.
    theme : "light" or "dark"

    Returns
    -------
    plotly.graph_objects.Figure
    """
    figure = go.Figure(layout=style.layout(theme, xaxis={"visible": False}, yaxis={"visible": False}))
    places = [np.array([0.0])] + [np.linspace(1, -1, len(layer)) if len(layer) > 1 else np.zeros(1) for layer in nodes]
    links = [np.asarray(nodes[0])[None, :], *map(np.asarray, edges or [])]
    for l, probabilities in enumerate(links):
        for i, j in np.ndindex(probabilities.shape):
            color = style.color(j, theme) if l == 0 else style.NEUTRAL[theme]
            figure.add_scatter(x=[l, l + 1], y=[places[l][i], places[l + 1][j]], mode="lines", hoverinfo="skip",
                               line={"width": 0.5 + 9 * probabilities[i, j], "color": color}, opacity=0.45)
    figure.add_scatter(x=[0], y=[0], mode="markers+text", text=["data"], textposition="bottom center",
                       marker={"size": 18, "color": style.NEUTRAL[theme]}, hoverinfo="skip")
    for l, layer in enumerate(nodes):
        colors = [style.color(j, theme) if l == 0 else style.NEUTRAL[theme] for j in range(len(layer))]
        figure.add_scatter(x=[l + 1] * len(layer), y=places[l + 1], mode="markers+text",
                           text=[f"{weight:.0%}" for weight in layer], textposition="middle right",
                           marker={"size": 8 + 44 * np.sqrt(layer), "color": colors, "line": {"width": 0}},
                           hovertemplate=f"layer {l + 1}, component %{{pointNumber}}: %{{text}}<extra></extra>")
    return figure
