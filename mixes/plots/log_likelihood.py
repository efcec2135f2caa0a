"""The curve of the log-likelihood over the iterations."""

import numpy as np
import plotly.graph_objects as go

from . import style


def log_likelihood(trace, *, held_out_scale=1.0, theme="light"):
    """Figure of a run's log-likelihood, with held-out curve and inverse temperature where there are any.

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
    iterations = np.arange(len(trace))
    v = trace.temperature
    annealed = bool((v < 1).any())
    figure = go.Figure(layout=style.layout(theme, hovermode="x unified", dragmode="zoom",
                                           margin={"l": 64, "r": 14, "t": 10, "b": 40}))
    figure.update_xaxes(title_text="iteration")
    figure.update_layout(yaxis2={"overlaying": "y", "side": "right", "range": [0, 1.05], "showgrid": False,
                                 "visible": annealed, "tickvals": [0, 0.5, 1], "zeroline": False,
                                 "title": {"text": "inverse temperature v", "standoff": 4}})
    if annealed:
        figure.update_layout(margin_r=52)
    figure.add_scatter(x=iterations, y=v if annealed else [], yaxis="y2", mode="lines", meta={"role": "temperature"},
                       name="inverse temperature", line={"color": style.NEUTRAL[theme], "width": 1.5, "dash": "dot"},
                       hovertemplate="%{y:.2f}")
    apart = (v == 1) & (np.abs(trace.objective - trace.log_likelihood) > 1e-3 * np.abs(trace.log_likelihood))
    figure.add_scatter(x=iterations[apart], y=trace.objective[apart], mode="lines", meta={"role": "objective"},
                       name="objective", line={"color": style.NEUTRAL[theme], "width": 1.3}, hovertemplate="%{y:.2f}")
    held_out = trace.log_likelihood_validation * held_out_scale
    has_held_out = bool(np.isfinite(held_out).any())
    figure.add_scatter(x=iterations, y=held_out if has_held_out else [], mode="lines", meta={"role": "held_out"},
                       name="held-out", line={"color": style.TEXT[theme], "width": 1.5, "dash": "dash"},
                       hovertemplate="%{y:.2f}")
    figure.add_scatter(x=iterations, y=trace.log_likelihood, mode="lines", meta={"role": "log_likelihood"},
                       name="log-likelihood", line={"color": style.TEXT[theme], "width": 2}, hovertemplate="%{y:.2f}")
    stops = [state for state in trace if state.converged][:1]
    figure.add_scatter(x=[state.iteration for state in stops], y=[state.log_likelihood for state in stops],
                       mode="markers", meta={"role": "stop"}, name="stopping rule",
                       marker={"symbol": "circle-open", "size": 11, "color": style.TEXT[theme], "line": {"width": 2}},
                       hovertemplate="the stopping rule holds")
    return figure
