"""The curve of the log-likelihood over the iterations."""

import numpy as np
import plotly.graph_objects as go

from . import templates


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
    annealed = bool((trace.temperature < 1).any())
    template = templates.log_likelihood(annealed, theme=theme)
    fills = {trace["meta"]["role"]: trace for trace in template["data"]}
    iterations, v, held_out = np.arange(len(trace)), trace.temperature, trace.log_likelihood_validation * held_out_scale
    fills["temperature"] |= {"x": iterations, "y": v if annealed else []}
    apart = (v == 1) & (np.abs(trace.objective - trace.log_likelihood) > 1e-3 * np.abs(trace.log_likelihood))
    fills["objective"] |= {"x": iterations[apart], "y": trace.objective[apart]}
    fills["held_out"] |= {"x": iterations, "y": held_out if np.isfinite(held_out).any() else []}
    fills["log_likelihood"] |= {"x": iterations, "y": trace.log_likelihood}
    stops = [state for state in trace if state.converged][:1]
    fills["stop"] |= {"x": [state.iteration for state in stops], "y": [state.log_likelihood for state in stops]}
    return go.Figure(template)
