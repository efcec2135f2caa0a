"""A sweep as a map over two settings."""

import numpy as np

from ..selection import BETTER
from . import style
from .cells import axis, levels, marker_trace, marks, setting_names, short, titled

_TEXT = 14  # columns of a map in which values are written


def draw(cells, table, measure, theme):
    names = [*setting_names(cells), "", ""][:2]
    across, up = (levels(cells, name) or [None] for name in names)
    places = {}
    sign = -1 if BETTER.get(measure) == "lower" else 1
    for each in cells:  # of more settings than two, the best of the others
        place = across.index(each["settings"].get(names[0])), up.index(each["settings"].get(names[1]))
        before = places.get(place)
        if before is None or (sign * _known(each["value"], sign)) > sign * _known(before["value"], sign):
            places[place] = each
    known = [each["value"] for each in places.values() if each["value"] is not None]
    highest = max((sign * value for value in known), default=0.0)
    shape = len(up), len(across)
    z, numbers = np.full(shape, np.nan), np.zeros((*shape, 2), int)
    text, hover = np.full(shape, "", dtype=object), np.full(shape, "", dtype=object)
    for (i, j), each in places.items():
        hover[j, i], numbers[j, i] = each["text"], (each["cell"], each["start"])
        if each["value"] is not None:
            z[j, i] = -np.sqrt(max(0.0, highest - sign * each["value"]))
            text[j, i] = short(each["value"], known)
    lowest = float(np.nanmin(z, initial=0.0)) or -1.0
    written, ticks = len(across) <= _TEXT, np.linspace(lowest, 0, 5).tolist() if known else []
    ends = style.RAMP[theme][1], style.PRIMARY[theme]
    heat = {
        "type": "heatmap",
        "meta": {"role": "map"},
        "z": z,
        "zmin": lowest,
        "zmax": 0.0,
        "hovertext": hover.tolist(),
        "customdata": numbers.tolist(),
        "hovertemplate": "%{hovertext}<extra></extra>",
        "colorscale": [[share, colour] for share, colour in enumerate(ends)],
        "showscale": not written and bool(known),
        "colorbar": {
            "thickness": 12,
            "outlinewidth": 0,
            "tickvals": ticks,
            "ticktext": [short(sign * (highest - t**2), known) for t in ticks],
        },
        "xgap": 2,
        "ygap": 2,
        "hoverongaps": False,
    }
    data, inks = [heat], _inks(1 - z / lowest, ends, style.TEXT[theme])
    if written and known:
        data.append(_numbers(z, text, inks, 12 if len(across) < 8 else 10))
    for role, offset, look in (
        ("best", (-0.32, 0.3), {"symbol": "star", "size": 9}),
        ("leading", (-0.32, 0.3), {"symbol": "star-open", "size": 9}),
        ("once", (0.36, 0.34), {"symbol": "circle-open", "size": 7, "line": {"width": 1.5}}),
        ("failed", (0, 0), {"symbol": "x-thin-open", "size": 11, "color": style.MUTED[theme], "line": {"width": 2}}),
        ("spurious", (0, 0), {"symbol": "diamond-tall-open", "size": 11, "color": style.NEUTRAL[theme]}),
    ):
        at = [(place, each) for place, each in places.items() if each[role] and not (role == "leading" and each["best"])]
        if at:
            x, y = [place[0] + offset[0] for place, _ in at], [place[1] + offset[1] for place, _ in at]
            ink = {"color": [inks[j, i] for (i, j), _ in at]}
            data.append(marker_trace(role, [each for _, each in at], x, y, theme, **ink | look))
    return data + list(marks(list(places.values()), theme, lines=False)), {
        "shapes": [_frame(*place, theme) for place, each in places.items() if each["best"]],
        "xaxis": axis(theme, names[0], across, showgrid=False),
        "yaxis": axis(theme, names[1], up, showgrid=False),
        "title": {"text": titled(measure), "font": {"size": 13}, "x": 1, "xref": "paper", "xanchor": "right", "y": 0.995, "yanchor": "top"},
    }


def _inks(shares, ends, empty):
    """What reads well on each cell, whose colour lies at a share between two ends; and on one without a value."""
    inks = [[style.readable(style.between(*ends, share)) if np.isfinite(share) else empty for share in row] for row in shares]
    return np.array(inks)


def _numbers(z, text, inks, size):
    """The values in their cells."""
    up, across = np.nonzero(np.isfinite(z))
    return {
        "type": "scatter",
        "mode": "text",
        "meta": {"role": "numbers"},
        "showlegend": False,
        "hoverinfo": "skip",
        "x": across.tolist(),
        "y": up.tolist(),
        "text": text[up, across].tolist(),
        "textfont": {"size": size, "color": inks[up, across].tolist()},
    }


def _frame(i, j, theme):
    corners = {"x0": i - 0.49, "x1": i + 0.49, "y0": j - 0.49, "y1": j + 0.49}
    return {"type": "rect", **corners, "line": {"color": style.TEXT[theme], "width": 3}}


def _known(value, sign):
    return -sign * np.inf if value is None else value
