"""The curve of what EM climbs over the iterations: the log-likelihood, or the objective beside it."""

from math import ceil
from textwrap import wrap

import numpy as np

from . import templates

_EVERY_TICKED = 8  # iterations; of fewer, each has its tick, and no halves do


def log_likelihood(trace, *, held_out_scale=1.0, theme="light"):
    """Figure of a run's log-likelihood, with held-out curve and inverse temperature where there are any.

    Where annealing or regularisation make the objective another number, it is the bold curve, as EM climbs it; the
    log-likelihood is pale beside it, and the title says why they differ.

    Parameters
    ----------
    trace : Trace
    held_out_scale : float
        Rows per held-out row, so that both curves are of the same size.
    theme : "light" or "dark"

    Returns
    -------
    plotly.graph_objects.Figure
    """
    annealed = bool((trace.inverse_temperature < 1).any())
    template = templates.log_likelihood(annealed, theme=theme)
    fills = {trace["meta"]["role"]: trace for trace in template["data"]}
    iterations, v, held_out = np.arange(len(trace)), trace.inverse_temperature, trace.log_likelihood_validation * held_out_scale
    fills["temperature"] |= {"x": iterations, "y": v if annealed else []}
    apart = templates.apart(trace.log_likelihood, trace.objective)
    climbed = trace.objective if apart.any() else trace.log_likelihood
    fills["objective"] |= {"x": iterations, "y": climbed if apart.any() else []}
    fills["log_likelihood"] |= {"x": iterations, "y": trace.log_likelihood}
    fills["held_out"] |= {"x": iterations, "y": held_out if np.isfinite(held_out).any() else []}
    stop = np.flatnonzero([state.converged for state in trace])[:1]
    fills["stop"] |= {"x": iterations[stop], "y": climbed[stop]}
    drawn = np.concatenate([trace.log_likelihood, held_out, trace.objective if apart.any() else []])
    layout, last = template["layout"], max(1, len(trace) - 1)
    layout["xaxis"] |= {"range": [0, 1.02 * last], "dtick": 1 if last < _EVERY_TICKED else None}
    layout["yaxis"] |= {"range": readable(drawn[np.isfinite(drawn)])}
    layout["yaxis"]["title"]["text"] = "objective and log-likelihood" if apart.any() else "log-likelihood"
    sentence = []
    if apart.any():
        fills["log_likelihood"]["opacity"] = 0.4
        sentence = wrap(templates.OBJECTIVE[templates.why_apart(apart, v)], 90)
        look = {"font": {"size": 12}, "x": 0, "xref": "paper", "y": 1, "yanchor": "top", "pad": {"t": 18}}
        layout["title"] = {"text": "<br>".join(sentence), **look}
    named = [line["mode"] for line in template["data"] if len(line["y"])]
    if named.count("lines") > 1:
        layout |= {"showlegend": True, "legend": {"orientation": "h", "y": 1, "yanchor": "bottom", "font": {"size": 12}}}
        layout["margin"]["t"] = 20 * (1 + ceil(len(named) / 4)) + 18 * len(sentence)  # more than four may take two lines
    return templates.figure(template)


def readable(values):
    """A range that the first few very low values do not ruin."""
    if not len(values):
        return [0, 1]
    high, low = np.max(values), np.min(values) if len(values) < 8 else np.quantile(values, 0.08)
    pad = 0.1 * (high - low) or max(1e-6, 1e-3 * abs(high))
    return [low - pad, high + pad]
