"""A sweep as parallel coordinates: an axis for each setting and measure, a line for each cell."""

import numpy as np

from ..selection import BETTER, setting_text
from . import style
from .cells import levels, marker_trace, marks, setting_names, short

_MEASURES = ("log-likelihood", "BIC", "ICL", "held-out log-likelihood")
_BETWEEN, _POINTS = 8, 12_000  # points of a line between two axes, at which it can be pointed at, and the most of all lines
_TICKS = 5


def draw(cells, table, measure, theme):
    """Data and layout."""
    settings = setting_names(cells)
    names = [*settings, *dict.fromkeys([name for name in _MEASURES if name != measure and _of(cells, name).any()]), measure]
    axes = [_setting(cells, name) if name in settings else _measure(cells, name, measure) for name in names]
    data, annotations, shapes = [], [], []
    for place, (name, (_, ticks)) in enumerate(zip(names, axes)):
        shapes.append({"type": "line", "x0": place, "x1": place, "y0": 0, "y1": 1, "line": {"color": style.MUTED[theme], "width": 1}})
        look = {"showarrow": False, "font": {"color": style.TEXT[theme], "size": 12}}
        shown = "<br>".join(map(style.literal, [name] if len(name) < 14 else name.split(" ", 1)))
        annotations.append(look | {"x": place, "y": 1.03 + 0.08 * (place % 2), "yanchor": "bottom", "text": shown})
        for height, text in ticks:
            small = {
                "xanchor": "left",
                "xshift": 4,
                "font": {"color": style.MUTED[theme], "size": 11},
                "bgcolor": style.faded(style.BACKGROUND[theme], 0.7),
                "borderpad": 1,
            }
            annotations.append(look | small | {"x": place, "y": height, "text": style.literal(text)})
    heights = np.array([heights for heights, _ in axes]).reshape(len(axes), len(cells)).T
    placed = np.isfinite(heights).any(axis=1)  # all but cells without settings that failed
    for role, which, look in (
        ("others", lambda each: not each["leading"], {"color": style.NEUTRAL[theme], "width": 1.2}),
        ("leading", lambda each: each["leading"] and not each["best"], {"color": style.PRIMARY[theme], "width": 1.6}),
        ("best", lambda each: each["best"], {"color": style.PRIMARY[theme], "width": 3.5}),
    ):
        own = [i for i, each in enumerate(cells) if placed[i] and which(each)]
        if own:
            data.append(_bundle(role, [cells[i] for i in own], heights[own], look, theme))
    for role, look in (
        ("once", {"symbol": "circle-open", "size": 9, "color": style.TEXT[theme], "line": {"width": 1.5}}),
        ("failed", {"symbol": "x-thin-open", "size": 10, "color": style.MUTED[theme], "line": {"width": 2}}),
    ):
        own = [(i, np.flatnonzero(np.isfinite(heights[i]))[-1]) for i, each in enumerate(cells) if placed[i] and each[role]]
        if own:
            x, y = [float(last) for _, last in own], [heights[i, last] for i, last in own]
            data.append(marker_trace(role, [cells[i] for i, _ in own], x, y, theme, **look))
    none = {"visible": False, "fixedrange": True}
    return data + list(marks(cells, theme)), {
        "shapes": shapes,
        "annotations": annotations,
        "xaxis": none | {"range": [-0.25, max(1, len(names) - 1) + 0.25]},
        "yaxis": none | {"range": [-0.04, 1.22]},
        "margin": {"l": 24, "r": 44, "t": 30, "b": 16},
    }


def _of(cells, name):
    """Which cells have a measure."""
    return np.array([np.isfinite(each["measures"].get(name, np.nan)) for each in cells], dtype=bool)


def _setting(cells, name):
    """Heights of the cells on the axis of a setting, and its ticks."""
    values = levels(cells, name)
    steps = {value: (place + 0.5) / len(values) for place, value in enumerate(values)}
    every = -(-len(values) // 12)
    return [steps[each["settings"].get(name)] for each in cells], [(steps[value], setting_text(value)) for value in values[::every]]


def _measure(cells, name, measure):
    """The same of a measure, the better the higher."""
    values = np.array([each["value"] if name == measure else each["measures"].get(name) for each in cells], dtype=float)
    known = values[np.isfinite(values)]
    if not len(known):
        return values, []
    sign = -1 if BETTER.get(name) == "lower" else 1
    low, high = known.min(), known.max()
    heights = (values - low) / (high - low) if high > low else np.where(np.isfinite(values), 0.5, np.nan)
    ticks = np.linspace(0, 1, _TICKS) if high > low else [0.5]
    return heights if sign > 0 else 1 - heights, [(t if sign > 0 else 1 - t, short(low + t * (high - low), known)) for t in ticks]


def _bundle(role, cells, heights, look, theme):
    """Lines of some cells in one trace, smooth from axis to axis."""
    t = np.linspace(0, 1, min(_BETWEEN, max(1, _POINTS // heights.size)), endpoint=False)
    ease = t**2 * (3 - 2 * t)
    x, y, owners = [], [], []
    for each, own in zip(cells, heights):
        for place in range(len(own) - 1):
            if np.isfinite(own[place : place + 2]).all():
                x += (place + t).tolist()
                y += (own[place] + ease * (own[place + 1] - own[place])).tolist()
        last = np.flatnonzero(np.isfinite(own))[-1]
        x += [float(last), None]
        y += [float(own[last]), None]
        owners += [each] * (len(x) - len(owners))
    named = [{**each, "text": each["name"]} for each in owners]
    return marker_trace(role, named, x, y, theme) | {"mode": "lines", "line": look, "opacity": 0.55 if role == "others" else 1}
