"""A sweep as lines: a measure over the first setting, a line for each combination of the others."""

import numpy as np

from ..selection import measure_text, setting_text
from . import style
from .cells import axis, levels, marker_trace, marks, setting_names, titled

_ENDS = (0.03, 0.97)  # of the values of all starts, the shares that are surely in the picture


def draw(cells, table, measure, theme):
    names = setting_names(cells)
    first, others = (names[0], names[1:]) if names else ("", [])
    values = levels(cells, first) or [None]
    places = {value: place for place, value in enumerate(values)}
    groups = {}
    for each in cells:
        groups.setdefault(tuple(each["settings"].get(name) for name in others), []).append(each)
    numbers = {each["cell"]: (places[each["settings"].get(first)], group) for group, key in enumerate(groups) for each in groups[key]}
    data = _all_starts(table, numbers, measure, len(groups), theme)
    for group, (key, members) in enumerate(groups.items()):
        drawn = sorted((each for each in members if each["value"] is not None), key=lambda each: numbers[each["cell"]][0])
        if drawn:
            name = ", ".join(map(setting_text, key))
            name = style.literal(name if group else f"{', '.join(others)} = {name}")
            data.append(_line(drawn, [numbers[each["cell"]][0] for each in drawn], name, group, len(groups), theme))
    low, high = _range(cells, table, measure)
    for role, which, width in (("leading", lambda each: each["leading"] and not each["best"], 1.5), ("best", lambda each: each["best"], 3)):
        ringed = [each for each in cells if which(each)]
        ring = {"symbol": "circle-open", "size": 18, "color": style.PRIMARY[theme], "line": {"width": width}}
        if ringed:
            data.append(marker_trace(role, ringed, [numbers[e["cell"]][0] for e in ringed], [e["value"] for e in ringed], theme, **ring))
    failed = [each for each in cells if each["failed"]]
    if failed:
        cross = {"symbol": "x-thin-open", "size": 11, "color": style.MUTED[theme], "line": {"width": 2}}
        data.append(marker_trace("failed", failed, [numbers[e["cell"]][0] for e in failed], [low] * len(failed), theme, **cross))
    pad = 0.06 * (high - low)
    return data + list(marks(cells, theme)), {
        "xaxis": axis(theme, first, values, showgrid=False),
        "yaxis": style.axis(theme, titled(measure), range=[low - pad, high + pad], automargin=True, separatethousands=True, nticks=8),
    }


def _colour(group, groups, theme):
    return style.color(group, theme) if groups > 1 else style.TEXT[theme]


def _line(cells, x, name, group, groups, theme):
    colour = _colour(group, groups, theme)
    symbols = [style.symbol(group // len(style.PALETTE[theme])) + ("-open" if each["once"] else "") for each in cells]
    trace = marker_trace(
        "line", cells, x, [each["value"] for each in cells], theme, size=9, symbol=symbols, color=colour, line={"width": 2}
    )
    trace["marker"]["line"]["color"] = colour
    errors = [each["error"] or 0.0 for each in cells]
    bars = {"error_y": {"array": errors, "color": colour, "thickness": 1.2, "width": 4}} if any(errors) else {}
    look = {"color": colour, "width": 2, "dash": style.dash(group, theme)}
    return trace | bars | {"mode": "lines+markers", "name": name, "showlegend": groups > 1, "line": look}


def _all_starts(table, numbers, measure, groups, theme):
    """The values of all starts as pale dots beside the marks of cells, those that are degenerate as such."""
    if measure not in table or not len(table):
        return []
    rows = table[table[measure].notna() & table["to the end"]]
    traces = []
    for role, which, look in (
        ("starts", ~rows["degenerate"], {"size": 6, "opacity": 0.35}),
        ("degenerate", rows["degenerate"], {"size": 7, "opacity": 0.7, "symbol": "diamond-tall-open"}),
    ):
        own = rows[which]
        if not len(own):
            continue
        aside = [numbers[cell][0] + 0.1 + 0.03 * (start % 7) for cell, start in zip(own["cell"], own["start"])]
        colours = [_colour(numbers[cell][1], groups, theme) for cell in own["cell"]] if role == "starts" else style.NEUTRAL[theme]
        words = [{"cell": cell, "start": start, "text": ""} for cell, start in zip(own["cell"].tolist(), own["start"].tolist())]
        trace = marker_trace(role, words, aside, own[measure].tolist(), theme, color=colours, **look)
        text = [f"start {start + 1}: {measure} {measure_text(measure, value)}" for start, value in zip(own["start"], own[measure])]
        traces.append(trace | {"text": text, "cliponaxis": True})
    return traces


def _range(cells, table, measure):
    """A range that holds the best of every cell and nearly all starts."""
    values = [each["value"] + sign * (each["error"] or 0.0) for each in cells if each["value"] is not None for sign in (-1, 1)]
    if measure in table and len(table):
        sound = table.loc[~table["degenerate"], measure].dropna().to_numpy(dtype=float)
        values += list(np.quantile(sound, _ENDS)) if len(sound) else []
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    return low, high if high > low else low + max(1e-3 * abs(low), 1e-6)
