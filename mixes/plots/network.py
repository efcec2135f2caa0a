"""The network of layers: data on the left, the deepest layer on the right.

The player's columns.js and network.js draw the same by the same rules.
"""

import numpy as np
import plotly.graph_objects as go

from . import style

_WIDTH, _HEIGHT = 560, 320  # pixels, in which everything is placed
_LEFT, _RIGHT, _HEAD, _FOOT = 34, 62, 16, 4
_LARGEST = 22  # pixels of a node's radius
_WEIGHT = 34  # pixels for a weight in words


def network(nodes, edges=None, *, theme="light"):
    """Figure of the layers of a mixture.

    Parameters
    ----------
    nodes : list of arrays (k_l,)
        Weights of each layer's components; the area of a node is its weight, and an equal share fills half of the room.
    edges : list of arrays (k_l, k_{l+1}), optional
        Probabilities that connect adjacent layers; the width of an edge is its probability. Layers without them are
        independent: they meet in a junction.
    theme : "light" or "dark"

    Returns
    -------
    plotly.graph_objects.Figure
    """
    nodes, edges = [np.asarray(layer, dtype=float) for layer in nodes], [np.asarray(table) for table in edges or []]
    plan = columns([len(layer) for layer in nodes], _WIDTH, _HEIGHT, independent=not edges)
    hidden = {"visible": False, "fixedrange": True}
    figure = go.Figure(
        layout=style.layout(
            theme,
            width=_WIDTH,
            height=_HEIGHT,
            margin=dict.fromkeys("lrtb", 0),
            xaxis={"range": [0, _WIDTH], **hidden},
            yaxis={"range": [_HEIGHT, 0], **hidden},
            shapes=[_edge(edge, nodes, edges, theme) for edge in plan["edges"]],
        )
    )
    if plan["junctions"]:
        figure.add_scatter(
            x=[x for x, _ in plan["junctions"]],
            y=[y for _, y in plan["junctions"]],
            mode="markers",
            hoverinfo="skip",
            meta={"role": "junction"},
            marker={"size": 9, "color": style.BACKGROUND[theme], "opacity": 1, "line": {"width": 1.5, "color": style.MUTED[theme]}},
        )
    x, y = plan["data"]
    figure.add_shape(
        type="rect",
        x0=x - 15,
        x1=x + 15,
        y0=y - 11,
        y1=y + 11,
        fillcolor=style.SECONDARY[theme],
        line={"width": 1, "color": style.BORDER[theme]},
    )
    figure.add_annotation(x=x, y=y, text="data", showarrow=False, font={"size": 11})
    for l, (weights, places) in enumerate(zip(nodes, plan["nodes"])):
        if len(nodes) > 1:
            figure.add_annotation(x=places[0, 0], y=7, text=f"layer {l + 1}", showarrow=False, font={"size": 11})
        _layer(figure, l, weights, places, plan, theme)
    return figure


def _layer(figure, l, weights, places, plan, theme):
    """The nodes of a layer, numbered, and their weights in words."""
    largest, room, words = plan["largest"], plan["room"][l], plan["weights"][l]
    radii = np.maximum(2, largest * np.sqrt(np.minimum(1, weights * len(weights) / 2)))
    colours = [style.color(j, theme) if l == 0 else style.MUTED[theme] for j in range(len(weights))]
    figure.add_scatter(
        x=places[:, 0],
        y=places[:, 1],
        mode="markers+text",
        cliponaxis=False,
        meta={"role": "node", "layer": l},
        text=[str(j + 1) if r >= (5 if largest < 10 else 7) else "" for j, r in enumerate(radii)],
        textfont={"size": 9 if largest < 10 else 11, "color": [style.readable(colour) for colour in colours]},
        marker={"size": 2 * radii, "color": colours, "opacity": 1, "line": {"width": 0}},
        customdata=[style.percent(weight) for weight in weights],
        hovertemplate=f"layer {l + 1}, component %{{text}}: %{{customdata}}<extra></extra>",
    )
    if words and room >= 13:
        below = words == "below"
        for (x, y), weight in zip(places, weights):
            figure.add_annotation(
                x=x if below else x + largest + 6,
                y=y + largest + 9 if below else y,
                text=style.percent(weight),
                xanchor="center" if below else "left",
                showarrow=False,
                borderpad=0,
                borderwidth=0,
                font={"size": 10.5 if room < 17 else 11, "color": style.TEXT[theme]},
            )


def _edge(edge, nodes, edges, theme):
    """An edge as a shape, as wide and as dark as its share."""
    layer, node, start, path = edge
    share = nodes[layer][node] if start is None else edges[layer - 1][start, node]
    colour = style.between(style.BACKGROUND[theme], style.TEXT[theme], 0.12 + 0.2 * min(1, share))
    return {"type": "path", "path": path, "layer": "below", "line": {"width": 0.5 + 7 * share, "color": colour}}


def columns(layers, width, height, independent):
    """Where everything lies, in pixels: nodes in a column a layer.

    Edges are (layer, node, start, path), start None from the data and from and to junctions. `weights` says of each layer
    where its weights stand, off the edges: "below" their nodes, at the "right", where the edges then begin behind them, or
    nowhere ("").
    """
    top = _HEAD if len(layers) > 1 else 0
    gap = (width - _LEFT - _RIGHT) / len(layers)
    room = [(height - top - _FOOT) / n for n in layers]
    largest = min(_LARGEST, gap / 3, *(0.46 * r for r in room))
    right = largest + 6 + _WEIGHT
    beside = "right" if 0.7 * gap > right + 8 else ""
    weights = ["below" if r > 2 * largest + 20 else beside for r in room[:-1]] + ["right"]
    data = (_LEFT - 10, top + (height - top - _FOOT) / 2)
    nodes = [np.array([(_LEFT + (l + 1) * gap, top + r * (j + 0.5)) for j in range(n)]) for l, (n, r) in enumerate(zip(layers, room))]
    ends = [column + [right * (words == "right"), 0] for column, words in zip(nodes, weights)]  # where edges leave
    junctions = [(column[0, 0] - 0.3 * gap, data[1]) for column in nodes[1:]] if independent else []
    edges = [(0, j, None, _curve(data, place)) for j, place in enumerate(nodes[0])]
    for l in range(1, len(layers)):
        if independent:
            edges += [(l - 1, i, None, _curve(place, junctions[l - 1])) for i, place in enumerate(ends[l - 1])]
            edges += [(l, j, None, _curve(junctions[l - 1], place)) for j, place in enumerate(nodes[l])]
        else:
            edges += [(l, j, i, _curve(start, place)) for j, place in enumerate(nodes[l]) for i, start in enumerate(ends[l - 1])]
    return {"data": data, "nodes": nodes, "junctions": junctions, "edges": edges, "largest": largest, "room": room, "weights": weights}


def _curve(start, end):
    (x0, y0), (x1, y1) = start, end
    bend = (x1 - x0) / 2
    return f"M{x0:.1f},{y0:.1f}C{x0 + bend:.1f},{y0:.1f} {x1 - bend:.1f},{y1:.1f} {x1:.1f},{y1:.1f}"
