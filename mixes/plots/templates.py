"""Figures without the numbers that change while a run plays, as plain JSON: the figures of this package fill them, and so
does the app's player.

Plain, because Plotly's own objects check every value, which takes a hundred times as long; they do so once, when the
figure is made.
"""

import numpy as np
import plotly.graph_objects as go

from . import style

# why the objective, which EM climbs, is another number than the log-likelihood: while annealing, regularised, or both
REASONS = {"annealed": "which annealing softens until v = 1", "regularised": "in which regularisation charges for thin components"}
REASONS["both"] = f"{REASONS['annealed']} and {REASONS['regularised']}"
OBJECTIVE = {
    why: f"EM climbs the objective (bold), {reason}; the log-likelihood itself (pale) may fall." for why, reason in REASONS.items()
}
_APART = 1e-3  # of the log-likelihood, that is visible


def apart(log_likelihood, objective):
    """Whether the objective is visibly another number than the log-likelihood; also of arrays."""
    return np.abs(objective - log_likelihood) > _APART * np.abs(log_likelihood)


def why_apart(apart, inverse_temperature):
    """Which sentence of `OBJECTIVE` holds for iterations that are `apart` or not (T,), at these inverse temperatures (T,); or ""."""
    annealed, regularised = (apart & (inverse_temperature < 1)).any(), (apart & (inverse_temperature == 1)).any()
    return "both" if annealed and regularised else "annealed" if annealed else "regularised" if regularised else ""


# levels of a density, powers of two times that of a Gaussian as wide as the data: the same through a whole run
LOWEST, HIGHEST = -4, 5
_NODES_2D, _NODES_1D = 48, 200  # of a grid of densities that are not Gaussian, each way


# above the plot, telling what is drawn and not switching it
LEGEND = {
    "orientation": "h",
    "x": 0,
    "y": 1,
    "yanchor": "bottom",
    "font": {"size": 12},
    "itemclick": False,
    "itemdoubleclick": False,
}


def key(name, **marker):
    """A trace that draws nothing but an entry of the legend."""
    nowhere = {"type": "scatter", "mode": "markers", "x": [None], "y": [None], "meta": {"role": "key"}}
    return nowhere | {"name": name, "marker": {"size": 9} | marker}


def found_once(theme):
    """The entry of hollow marks."""
    return key("found only once", symbol="circle-open", color=style.MUTED[theme], line={"width": 2})


def density_2d(points, *, names=("x", "y"), theme="light"):
    """Density over two axes, which the points (n, 2) span; of outlines, arrows and marks one each, for all components."""
    ramp, background, ink = style.RAMP[theme], style.BACKGROUND[theme], style.TEXT[theme]
    axes = {
        axis: style.axis(theme, name, range=axis_range(column), showgrid=False)
        for axis, name, column in zip(("xaxis", "yaxis"), names, points.T)
    }
    return {
        "layout": style.layout(theme, **axes),
        "data": [
            {
                "type": "contour",
                "meta": {"role": "density"},
                "showscale": False,
                "autocontour": False,
                "contours": {"start": LOWEST, "end": HIGHEST, "size": 1, "coloring": "fill", "showlines": True},
                "zmin": LOWEST - 0.5,
                "zmax": HIGHEST + 0.5,
                "zauto": False,
                "colorscale": [[i / (len(ramp) - 1), shade] for i, shade in enumerate(ramp)],
                "hovertemplate": "density %{text}<extra></extra>",
                "line": {"width": 0.7, "smoothing": 0, "color": style.faded(ink, 0.22 if theme == "dark" else 0.16)},
            },
            _points(theme) | {"hovertemplate": "%{text}<br>%{x:.4g}, %{y:.4g}<extra></extra>"},
            {"type": "scatter", "mode": "lines", "meta": {"role": "ellipse"}, "line": {"width": 2}, "hoverinfo": "skip"},
            {"type": "scatter", "mode": "lines", "meta": {"role": "arrow"}, "line": {"width": 1.6, "color": ink}, "hoverinfo": "skip"},
            {
                "type": "scatter",
                "mode": "markers",
                "meta": {"role": "means"},
                "marker": {"symbol": "circle", "size": 11, "line": {"width": 2, "color": background}},
                "hovertemplate": "%{text}<br>%{x:.4g}, %{y:.4g}<extra></extra>",
            },
            {
                "type": "scatter",
                "mode": "markers",
                "meta": {"role": "location"},
                "marker": {"symbol": "circle", "size": 8, "color": background, "line": {"width": 2}},
                "hovertemplate": "%{text}<br>%{x:.4g}, %{y:.4g}<extra></extra>",
            },
        ],
    }


def density_1d(points, *, names=("x",), theme="light"):
    """Density over the histogram of points (n, 1), and a curve for all components."""
    values = points[:, 0]
    bins = int(np.clip(2 * np.sqrt(len(values)), 8, 60))
    heights, edges = np.histogram(values, bins=bins, density=True)
    axes = {
        "xaxis": style.axis(theme, names[0], range=axis_range(values), showgrid=False),
        "yaxis": style.axis(theme, "density", range=[-0.06 * float(heights.max()), 1.35 * float(heights.max())], showgrid=False),
    }
    bars = style.faded(style.NEUTRAL[theme], 0.38 if theme == "dark" else 0.32)
    return {
        "layout": style.layout(theme, bargap=0, **axes),
        "data": [
            {
                "type": "bar",
                "x": ((edges[:-1] + edges[1:]) / 2).tolist(),
                "y": heights.tolist(),
                "width": np.diff(edges).tolist(),
                "meta": {"role": "histogram"},
                "marker": {"color": bars, "line": {"width": 0}},
                "hovertemplate": "%{x:.4g}: density %{y:.3g}<extra>rows</extra>",
            },
            {
                "type": "scatter",
                "mode": "lines",
                "meta": {"role": "density"},
                "line": {"color": style.TEXT[theme], "width": 2.2},
                "hovertemplate": "density %{y:.3g}<extra></extra>",
            },
            {"type": "scatter", "mode": "lines", "meta": {"role": "component"}, "line": {"width": 2.2}},
            _points(theme) | {"hovertemplate": "%{text}<br>%{x:.4g}<extra></extra>"},
        ],
    }


def _points(theme):
    rim = style.between(style.BACKGROUND[theme], "#000000", 0.3 if theme == "dark" else 0)
    return {
        "type": "scatter",
        "mode": "markers",
        "meta": {"role": "points"},
        "marker": {"size": 6, "opacity": 0.85, "line": {"width": 0.6, "color": rim}},
    }


def density_unit(points):
    """The density of a Gaussian as wide as the points (n, m) at its mean, in which `LOWEST` and `HIGHEST` count."""
    return float(np.prod(1 / (np.sqrt(2 * np.pi) * np.where(points.std(axis=0) > 0, points.std(axis=0), 1))))


def density_nodes(points):
    """Nodes of each axis, round points (n, m), on which densities that are not Gaussian are given and outlined."""
    nodes = _NODES_2D if points.shape[1] == 2 else _NODES_1D
    return [np.linspace(*axis_range(column, margin=0.25), nodes) for column in points.T]


def log_likelihood(annealed, *, theme="light"):
    """The curves over the iterations; room at the right for the inverse temperature when there is annealing.

    What EM climbs is bold: the objective, with a pale log-likelihood, or the log-likelihood where they are the same.
    """

    def line(role, name, **look):
        return {"type": "scatter", "mode": "lines", "meta": {"role": role}, "name": name, "line": look, "hovertemplate": "%{y:.2f}"}

    temperature = {
        "overlaying": "y",
        "side": "right",
        "range": [0, 1.05],
        "showgrid": False,
        "visible": annealed,
        "tickvals": [0, 0.5, 1],
        "zeroline": False,
        "title": {"text": "inverse temperature v", "standoff": 4},
    }
    layout = style.layout(
        theme,
        xaxis=style.axis(theme, "iteration"),
        yaxis2=temperature,
        hovermode="x unified",
        dragmode="zoom",
        margin={"l": 64, "r": 52 if annealed else 14, "t": 10, "b": 46},
    )
    layout["yaxis"]["separatethousands"] = True
    return {
        "layout": layout,
        "data": [
            line("temperature", "inverse temperature", color=style.MUTED[theme], width=1.3, dash="dot") | {"yaxis": "y2"},
            line("held_out", "held-out", color=style.TEXT[theme], width=1.6, dash="dash"),
            line("log_likelihood", "log-likelihood", color=style.TEXT[theme], width=2),
            line("objective", "objective", color=style.TEXT[theme], width=2),
            {
                "type": "scatter",
                "mode": "markers",
                "meta": {"role": "stop"},
                "name": "stopping rule",
                "marker": {"symbol": "circle-open", "size": 11, "color": style.PRIMARY[theme], "line": {"width": 2}},
                "hovertemplate": "the stopping rule holds",
            },
        ],
    }


def figure(filled):
    """The figure of a filled template: unlike the player, it leaves it to Plotly to find room for long labels."""
    filled["layout"]["yaxis"]["automargin"] = True
    return go.Figure(filled)


def axis_range(values, margin=0.08):
    """A range that holds all values with a margin, also when they are all the same."""
    low, high = float(np.min(values)), float(np.max(values))
    pad = margin * (high - low) or max(abs(low), 1.0) * margin
    return [low - pad, high + pad]
