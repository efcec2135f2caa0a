"""A measure over settings: lines, a map of two settings, parallel coordinates of all."""

from ..selection import tabulate_sweep
from . import heat_map, lines, parallel, style, templates
from .cells import summary

_VIEWS = {"lines": lines.draw, "map": heat_map.draw, "parallel": parallel.draw}


def sweep(found, scores=(), measure="BIC", view="lines", theme="light", table=None):
    """Figure of a sweep: a measure at the best start of each cell.

    Parameters
    ----------
    found : list of (Cell, Start)
        So far.
    scores : list of Score, optional
        Held-out scores of the cells so far.
    measure : str
        A column of the table of `mixes.selection.sweep`.
    view : "lines", "map" or "parallel"
        Over the first setting, with a line for each combination of the others; a map over the first two; or a line for
        each cell across all settings and measures.
    theme : "light" or "dark"
    table : DataFrame, optional
        That which `mixes.selection.tabulate_sweep` made of what was found.

    Returns
    -------
    plotly.graph_objects.Figure
        ``customdata`` of a mark begins with the numbers of its cell and of its best start, or its own start.
    """
    if view not in _VIEWS:
        raise ValueError(f'view is {view!r}; it needs "lines", "map" or "parallel".')
    table = tabulate_sweep(found) if table is None else table
    layout = style.layout(theme, margin={"l": 64, "r": 14, "t": 30, "b": 52}, showlegend=True, legend=templates.LEGEND)
    data, changes = _VIEWS[view](summary(found, table, scores, measure), table, measure, theme)
    return templates.figure({"data": data, "layout": layout | changes})
