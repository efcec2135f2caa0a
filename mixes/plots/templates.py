"""Figures without the numbers that change while a run plays, as plain JSON: the figures of this package fill them, and so
does the app's player.

Plain, because Plotly's own objects check every value, which takes a hundred times as long; they do so once, when the
figure is made.
"""

import numpy as np

from . import style

# why the objective, which EM climbs, is another number than the log-likelihood: while annealing, regularised, or both
OBJECTIVE = {
    "annealed": "EM climbs the objective (bold), which annealing softens until v = 1; the log-likelihood itself (pale) may fall.",
    "regularised": "EM climbs the objective (bold): the log-likelihood less what regularisation charges for thin components; "
                   "the log-likelihood itself (pale) may fall.",
    "both": "EM climbs the objective (bold), which annealing softens until v = 1 and in which regularisation charges for thin "
            "components; the log-likelihood itself (pale) may fall.",
}
_APART = 1e-3  # of the log-likelihood, that is visible


def apart(log_likelihood, objective):
    """Whether the objective is visibly another number than the log-likelihood; also of arrays."""
    return np.abs(objective - log_likelihood) > _APART * np.abs(log_likelihood)


def why_apart(apart, temperature):
    """Which sentence of `OBJECTIVE` holds for iterations that are `apart` or not (T,), at these temperatures (T,); or ""."""
    annealed, regularised = (apart & (temperature < 1)).any(), (apart & (temperature == 1)).any()
    return "both" if annealed and regularised else "annealed" if annealed else "regularised" if regularised else ""


def density_2d(points, n_owners, *, names=("x", "y"), theme="light"):
    """Density over two axes, which the points (n, 2) span, with ellipses for every owner of Gaussians."""
    ramp = style.RAMP[theme]
    axes = {axis: style.axis(theme, name, range=axis_range(column))
            for axis, name, column in zip(("xaxis", "yaxis"), names, points.T)}
    ellipses = [{"type": "scatter", "mode": "lines", "meta": {"role": "ellipse", "component": j},
                 "line": {"color": style.color(j, theme), "width": 2}, "hoverinfo": "skip"} for j in range(n_owners)]
    return {"layout": style.layout(theme, **axes), "data": [
        {"type": "contour", "meta": {"role": "density"}, "showscale": False, "autocontour": True, "ncontours": 12,
         "colorscale": [[i / (len(ramp) - 1), shade] for i, shade in enumerate(ramp)],
         "line": {"width": 0.6, "color": style.NEUTRAL[theme]}, "hovertemplate": "density %{z:.3g}<extra></extra>"},
        {"type": "scatter", "mode": "markers", "meta": {"role": "points"}, "marker": {"size": 6, "opacity": 0.85},
         "hovertemplate": "%{text}<br>%{x:.4g}, %{y:.4g}<extra></extra>"},
        *ellipses,
        {"type": "scatter", "mode": "markers", "meta": {"role": "means"},
         "marker": {"symbol": "circle", "size": 11, "line": {"width": 2, "color": ramp[0]}},
         "hovertemplate": "%{text}<br>%{x:.4g}, %{y:.4g}<extra></extra>"}]}


def density_1d(points, n_owners, *, names=("x",), theme="light"):
    """Density over the histogram of points (n, 1), with a curve for every owner of Gaussians."""
    values = points[:, 0]
    bins = int(np.clip(2 * np.sqrt(len(values)), 8, 60))
    heights, edges = np.histogram(values, bins=bins, density=True)
    axes = {"xaxis": style.axis(theme, names[0], range=axis_range(values)),
            "yaxis": style.axis(theme, "density", range=[-0.06 * float(heights.max()), 1.35 * float(heights.max())])}
    components = [{"type": "scatter", "mode": "lines", "meta": {"role": "component", "component": j},
                   "line": {"color": style.color(j, theme), "width": 2},
                   "hovertemplate": f"component {j + 1}: %{{y:.3g}}<extra></extra>"} for j in range(n_owners)]
    return {"layout": style.layout(theme, bargap=0, **axes), "data": [
        {"type": "bar", "x": ((edges[:-1] + edges[1:]) / 2).tolist(), "y": heights.tolist(), "width": np.diff(edges).tolist(),
         "meta": {"role": "histogram"}, "marker": {"color": style.RAMP[theme][3], "line": {"width": 0}},
         "hovertemplate": "%{x:.4g}: density %{y:.3g}<extra>rows</extra>"},
        *components,
        {"type": "scatter", "mode": "lines", "meta": {"role": "density"},
         "line": {"color": style.TEXT[theme], "width": 2, "dash": "dot"}, "hovertemplate": "density %{y:.3g}<extra></extra>"},
        {"type": "scatter", "mode": "markers", "meta": {"role": "points"}, "marker": {"size": 6, "opacity": 0.85},
         "hovertemplate": "%{text}<br>%{x:.4g}<extra></extra>"}]}


def log_likelihood(annealed, *, theme="light"):
    """The curves over the iterations; room at the right for the inverse temperature when there is annealing.

    What EM climbs is bold: the objective, with a pale log-likelihood, or the log-likelihood where they are the same.
    """
    def line(role, name, **look):
        return {"type": "scatter", "mode": "lines", "meta": {"role": role}, "name": name, "line": look, "hovertemplate": "%{y:.2f}"}

    temperature = {"overlaying": "y", "side": "right", "range": [0, 1.05], "showgrid": False, "visible": annealed,
                   "tickvals": [0, 0.5, 1], "zeroline": False, "title": {"text": "inverse temperature v", "standoff": 4}}
    layout = style.layout(theme, xaxis=style.axis(theme, "iteration"), yaxis2=temperature, hovermode="x unified", dragmode="zoom",
                          margin={"l": 64, "r": 52 if annealed else 14, "t": 10, "b": 40})
    return {"layout": layout, "data": [
        line("temperature", "inverse temperature", color=style.NEUTRAL[theme], width=1.5, dash="dot") | {"yaxis": "y2"},
        line("held_out", "held-out", color=style.TEXT[theme], width=1.5, dash="dash"),
        line("log_likelihood", "log-likelihood", color=style.TEXT[theme], width=2),
        line("objective", "objective", color=style.TEXT[theme], width=2),
        {"type": "scatter", "mode": "markers", "meta": {"role": "stop"}, "name": "stopping rule",
         "marker": {"symbol": "circle-open", "size": 11, "color": style.TEXT[theme], "line": {"width": 2}},
         "hovertemplate": "the stopping rule holds"}]}


def axis_range(values, margin=0.08):
    """A range that holds all values with a margin, also when they are all the same."""
    low, high = float(np.min(values)), float(np.max(values))
    pad = margin * (high - low) or max(abs(low), 1.0) * margin
    return [low - pad, high + pad]
