"""The curve of what EM climbs over the iterations: the log-likelihood, or the objective beside it."""

from textwrap import wrap

import numpy as np
import plotly.graph_objects as go

from . import templates


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
    template["layout"]["xaxis"]["range"] = [0, 1.02 * max(1, len(trace) - 1)]
    template["layout"]["yaxis"]["range"] = readable(drawn[np.isfinite(drawn)])
    if apart.any():
        fills["log_likelihood"]["opacity"] = 0.4
        sentence = "<br>".join(wrap(templates.OBJECTIVE[templates.why_apart(apart, v)], 90))
        template["layout"] |= {
            "title": {"text": sentence, "font": {"size": 12}, "x": 0, "xref": "paper", "y": 0.97, "yanchor": "top"},
            "showlegend": True,
            "legend": {"orientation": "h", "y": 1, "yanchor": "bottom"},
            "margin": template["layout"]["margin"] | {"t": 90},
        }
    return go.Figure(template)


def readable(values):
    """A range that the first few very low values do not ruin."""
    if not len(values):
        return [0, 1]
    high, low = np.max(values), np.min(values) if len(values) < 8 else np.quantile(values, 0.08)
    pad = 0.1 * (high - low) or max(1e-6, 1e-3 * abs(high))
    return [low - pad, high + pad]
