"""An annealed run that has ended: the schedule, the components that part as v rises, and what EM climbed."""

import numpy as np

from ..view import View, oriented
from . import style, templates
from .log_likelihood import readable

_DOMAINS = {"y": (0.8, 1.0), "y2": (0.31, 0.73), "y3": (0.0, 0.2)}  # of schedule, tree and objective
_THICKEST = 0.6  # deviations of the data that a component with all the weight would be drawn thick
_MOST = 40  # components that are drawn, the heaviest at the end
_TICKED = (0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 1.0)
_ROOM = 0.07  # share of the width between two of them


def annealing(run, theme="light"):
    """Figure of an annealed run: inverse temperature, the tree of its components, and the objective, by iteration.

    The tree shows where the means lie along the direction in which the last ones differ most, in standard deviations of
    the data; a component is as thick as its weight. Its ticks are those of v, which rises evenly on a logarithmic scale
    where shapes are held, and then stays 1.

    Parameters
    ----------
    run : Run
        At its end; of a run that is not annealed v is 1 throughout.
    theme : "light" or "dark"

    Returns
    -------
    plotly.graph_objects.Figure
        ``customdata`` of a point is its iteration.
    """
    trace, iterations = run.trace, np.arange(len(run.trace))
    v, last = trace.inverse_temperature, max(1, len(trace) - 1)
    weights, places, owners = tree(run)
    half = _THICKEST * weights / 2
    climbed = np.concatenate([trace.objective, trace.log_likelihood])
    apart = templates.apart(trace.log_likelihood, trace.objective).any()
    layout = style.layout(theme, hovermode="x unified", hoversubplots="axis", dragmode="zoom", margin={"l": 64, "r": 14, "t": 26, "b": 46})
    spike = {"showspikes": True, "spikemode": "across", "spikethickness": 1, "spikedash": "solid", "spikecolor": style.NEUTRAL[theme]}
    layout["xaxis"] = style.axis(theme, "iteration", range=[-0.01 * last, 1.01 * last], anchor="y3", nticks=8, **spike)
    for name, (title, span) in {
        "y": ("v", np.log10([0.8 * v.min(), 1.25]).tolist()),
        "y2": ("deviations", templates.axis_range([places - half, places + half], margin=0.04)),
        "y3": ("objective", readable(climbed[np.isfinite(climbed)])),
    }.items():
        layout[f"yaxis{name[1:]}"] = style.axis(theme, title, domain=_DOMAINS[name], anchor="x", range=span, nticks=4, automargin=True)
    layout["yaxis"] |= {"type": "log", "tickvals": [0.01, 0.1, 0.3, 1], "ticktext": ["0.01", "0.1", "0.3", "1"]}
    layout["yaxis3"]["separatethousands"] = True
    said = "objective (log-likelihood pale)" if apart else "objective"
    headings = {"y": "inverse temperature v", "y2": "where the components lie, by v", "y3": said}
    layout["annotations"] = [_heading(text, axis, theme) for axis, text in headings.items()] + _ticks(v, last, theme)
    plain = int((v < 1).sum()) if v[-1] == 1 else 0  # iterations before it have v below 1
    if 0 < plain <= last:
        dotted = {"color": style.NEUTRAL[theme], "width": 1, "dash": "dot"}
        layout["shapes"] = [{"type": "line", "x0": plain, "x1": plain, "yref": "paper", "y0": 0, "y1": 1, "line": dotted}]
    ink = style.TEXT[theme]
    data = [_curve("schedule", iterations, v, "y", "v = %{y:.3g}", color=ink, width=2)]
    for g in np.argsort(-weights[-1], kind="stable")[:_MOST]:
        data += _branch(iterations, places[:, g], half[:, g], weights[:, g], int(g), int(owners[g]), theme)
    if apart:
        data.append(_curve("log_likelihood", iterations, trace.log_likelihood, "y3", "log-likelihood %{y:,.2f}", color=ink, width=2))
        data[-1]["opacity"] = 0.4
    data.append(_curve("objective", iterations, trace.objective, "y3", "objective %{y:,.2f}", color=ink, width=2))
    return templates.figure({"data": data, "layout": layout})


def tree(run):
    """Where a run's components have been along the direction in which the last ones differ most.

    Returns
    -------
    weights, places : arrays (T + 1, g)
        Of the Gaussians of each state; places in standard deviations of the data from its mean.
    owners : array (g,)
        The cluster that each belongs to.
    """
    X = run.rows.sample.X
    deviations = X.std(axis=0)
    deviations = np.where(deviations > 0, deviations, 1.0)
    end = run.trace[-1].parameters
    means = end.means / deviations
    _, _, directions = np.linalg.svd(np.sqrt(end.weights)[:, None] * (means - end.weights @ means), full_matrices=False)
    along = oriented(directions[:1]) / deviations
    along = along / ((X @ along.T).std() or 1.0)
    view = View(along, -X.mean(axis=0) @ along.T, ("place",))
    seen = [state.parameters.gaussians(view) for state in run.trace]
    return np.stack([each[0] for each in seen]), np.stack([each[1][:, 0] for each in seen]), seen[-1][3]


def _curve(role, iterations, values, axis, hover, **line):
    return {
        "type": "scatter",
        "mode": "lines",
        "meta": {"role": role},
        "x": iterations,
        "y": values,
        "xaxis": "x",
        "yaxis": axis,
        "customdata": iterations,
        "hovertemplate": f"{hover}<extra></extra>",
        "line": line,
    }


def _branch(iterations, places, half, weights, g, owner, theme):
    """A component's way: a band as thick as its weight, and a line in it that can be pointed at."""
    colour = style.color(owner, theme)
    band = {
        "type": "scatter",
        "mode": "lines",
        "fill": "toself",
        "fillcolor": style.faded(colour, 0.3),
        "line": {"width": 0},
        "hoverinfo": "skip",
        "meta": {"role": "band", "component": g},
        "x": np.concatenate([iterations, iterations[::-1]]),
        "y": np.concatenate([places + half, (places - half)[::-1]]),
        "xaxis": "x",
        "yaxis": "y2",
    }
    line = _curve("branch", iterations, places, "y2", f"component {g + 1}: %{{y:.2f}}, weight %{{text}}", color=colour, width=1.6)
    line["line"]["dash"] = style.dash(owner, theme)
    return [band, line | {"text": [style.percent(weight) for weight in weights], "meta": {"role": "branch", "component": g}}]


def _heading(text, axis, theme):
    font = {"size": 13, "color": style.TEXT[theme]}
    place = {"xref": "paper", "x": 0, "xanchor": "left", "yref": "paper", "y": _DOMAINS[axis][1], "yanchor": "bottom"}
    return place | {"text": text, "font": font, "showarrow": False}


def _ticks(v, last, theme):
    """Values of v below the tree, where it reaches them."""
    ticks, before = [], -np.inf
    for value in _TICKED:
        at = int(np.searchsorted(v, value * (1 - 1e-9)))
        if v[0] <= value and at < len(v) and at - before >= _ROOM * last * (2 if len(ticks) == 1 else 1):
            before = at
            ticks.append({"x": at, "text": f"{value:g}", "font": {"size": 12, "color": style.MUTED[theme]}, "showarrow": False})
    if ticks:
        ticks[0]["text"] = f"v = {ticks[0]['text']}"
    return [tick | {"yref": "y2 domain", "y": -0.01, "yanchor": "top", "xref": "x"} for tick in ticks]
