"""The landscape of many starts: where each ended, which ends are one optimum, and the way there."""

import numpy as np

from ..selection import PROBLEM, by_cell, common_optima
from . import style, templates

_COLUMNS = 60  # of the strip: ends within one are stacked
_LABEL = 0.035  # share of the strip's width between the count of an optimum and the next one
_POINTS = 60  # of a curve
_STRIP = 330  # pixels that stacks may take, about
_LEAST, _LEAST_SHARE = 1.0, 5e-4  # of the range of objectives: fifty times as far as ends of one optimum may be from each other


def restarts(found, theme="light", cells=()):
    """Figure of many starts: the objective at the end of each, stacked by optimum, above the curves that lead there.

    Parameters
    ----------
    found : list of (Cell, Start)
        So far. Each cell, as with and without annealing, has a row; optima have one colour in all of them.
    theme : "light" or "dark"
    cells : sequence of Cell
        Those that have a row also before their first start comes.

    Returns
    -------
    plotly.graph_objects.Figure
        ``customdata`` of a mark and of a point of a curve begins with the numbers of its cell and start.
    """
    table, ways = common_optima(found), by_cell(found)
    there = {cell.number for cell, _ in ways}
    ways = sorted([*ways, *((cell, []) for cell in cells if cell.number not in there)], key=lambda way: way[0].number)
    rows = [table[table["cell"] == cell.number].set_index("start") for cell, _ in ways]
    span = _span(table)
    places = [_stacked(own, span) for own in rows]
    tallest = max([3, *(height + 1 for own in places for _, height in own.values())])
    pitch, count = 1.3 * tallest + 1, max(1, len(ways))
    size = float(np.clip(_STRIP / (pitch * count), 4, 12))
    words = _words(table)
    layout = style.layout(theme, margin={"l": 64, "r": 20, "t": 30, "b": 46}, showlegend=True, legend=templates.LEGEND, annotations=[])
    bottom = 0.5 if count == 1 else 0.42
    strip = {"range": span, "anchor": "y", "separatethousands": True, "nticks": 6, "tickangle": 0, "showgrid": False}
    layout["xaxis"] = style.axis(theme, "objective at the end", **strip)
    layout["yaxis"] = {
        "domain": [bottom + 0.06, 1],
        "range": [-(count - 1) * pitch - 0.7, pitch],
        "visible": False,
        "fixedrange": True,
    }
    data = [templates.found_once(theme)] if words["once"].any() else []
    for row, ((cell, _), own, place) in enumerate(zip(ways, rows, places)):
        base = -row * pitch
        data += _ends(cell, own, place, base, size, words, theme) if len(own) else []
        layout["annotations"] += _counts(own, place, base, span, theme)
        if count > 1:
            layout["annotations"].append(_name(cell, "x", "y", base + pitch - 0.5, theme))
    width = (1 - 0.05 * (count - 1)) / count
    for panel, (cell, starts, own) in enumerate([(*way, own) for way, own in zip(ways, rows)] or [(None, [], table)]):
        x, y = f"x{panel + 2}", f"y{panel + 2}"
        left = panel * (width + 0.05)
        curves = _curves(cell, starts, own, x, y, words, theme)
        values = np.concatenate([curve["y"] for curve in curves] or [[]])
        last = max([1, *(len(start.curve) - 1 for start in starts if start.curve is not None)])
        layout[f"xaxis{x[1:]}"] = style.axis(
            theme, "iteration", domain=[left, left + width], anchor=y, range=[0, 1.02 * last], nticks=4 if count > 1 else 8
        )
        layout[f"yaxis{y[1:]}"] = style.axis(
            theme, None if panel else "objective", domain=[0, bottom - 0.1], anchor=x, range=_from_below(values, span), nticks=6
        )
        layout[f"yaxis{y[1:]}"] |= {"matches": "y2", "showticklabels": False} if panel else {"automargin": True, "separatethousands": True}
        if count > 1:
            layout["annotations"].append(_name(cell, x, f"{y} domain", 0.03, theme))
        data += curves
    return templates.figure({"data": data, "layout": layout})


def look(optimum, once, theme):
    """Colour and symbol of an optimum, the best first; when colours come again, shapes differ, and what was found once has none."""
    palette = style.PALETTE[theme][:-1]  # its grey is for what does not count
    if once and optimum >= len(palette):
        return style.MUTED[theme], "circle"
    return palette[optimum % len(palette)], style.symbol(optimum // len(palette))


def _span(table):
    """The range of the objectives of optima, without the few worst that would squeeze all others."""
    ends = table.loc[(table["optimum"] >= 0) & ~table["degenerate"], "objective"].to_numpy(dtype=float)
    if not len(ends):
        ends = table["objective"].dropna().to_numpy(dtype=float)
    if not len(ends):
        return [0.0, 1.0]
    low, high = float(np.quantile(ends, 0.04)) if len(ends) > 20 else float(ends.min()), float(ends.max())
    low = min(low, high - max(_LEAST, _LEAST_SHARE * abs(high)))
    pad = high - low
    return [low - 0.06 * pad, high + 0.17 * pad]  # on the right, where the best is told


def _stacked(rows, span):
    """Objective and height of the mark of each start; what lies beyond the span is at its edge, what failed at the left."""
    heights, places = {}, {}
    ordered = rows.assign(drawn=rows["objective"].astype(float).fillna(span[0]).clip(*span), failed=rows["objective"].isna())
    for number, drawn in ordered.sort_values(["failed", "degenerate", "optimum"], kind="stable")["drawn"].items():
        column = _column(drawn, span)
        heights[column] = heights.get(column, -1) + 1
        places[number] = (drawn, heights[column])
    return places


def _column(value, span):
    """The column of the strip in which a value is stacked."""
    return int((value - span[0]) / (span[1] - span[0]) * _COLUMNS)


def _words(table):
    """What is said of each start when it is pointed at, by cell and start, with whether its optimum was found once."""
    starts = table.groupby(["cell", "optimum"])["start"].transform("size") if len(table) else table["start"]
    sound = (table["optimum"] >= 0) & ~table["degenerate"]
    total = table.loc[sound, "optimum"].nunique()
    texts = []
    for row, shared in zip(table.to_dict("records"), starts):
        first = f"<b>start {row['start'] + 1}</b>"
        if row[PROBLEM] is not None and row[PROBLEM] == row[PROBLEM]:
            texts.append(f"{first} failed<br>{style.wrapped(row[PROBLEM])}")
            continue
        ended = "converged" if row["converged"] else "stopped"
        number = f"optimum {row['optimum'] + 1} of {total}, found by {shared}"
        what = "left out by the race" if row["optimum"] < 0 else "degenerate: it does not count" if row["degenerate"] else number
        objective = f"{row['objective']:,.2f}".replace("-", "−")  # the minus of the axes
        texts.append(f"{first}: objective {objective}<br>{what}<br>{ended} after {row['iterations']:.0f} iterations")
    return table.assign(text=texts, once=sound & (starts == 1)).set_index(["cell", "start"])[["text", "once"]]


def _ends(cell, rows, places, base, size, words, theme):
    """The marks of a way's starts: sound ends, degenerate ones, those that lost a race, those that failed."""
    failed, lost = rows["objective"].isna(), rows["objective"].notna() & (rows["optimum"] < 0)
    sound = ~(failed | lost | rows["degenerate"])
    grey, background = style.NEUTRAL[theme], style.BACKGROUND[theme]
    once = words["once"].loc[cell.number].loc[rows.index[sound]]
    looks = [look(optimum, one, theme) for optimum, one in zip(rows.loc[sound, "optimum"], once)]
    marker = {"color": [colour for colour, _ in looks], "symbol": [f"{symbol}{'-open' * one}" for (_, symbol), one in zip(looks, once)]}
    kinds = [
        ("ends", "end of a start", sound, marker | {"line": {"width": 1 if size > 6 else 0.5, "color": background}}, False),
        ("degenerate", "degenerate", ~failed & rows["degenerate"] & ~lost, {"color": grey, "symbol": "diamond-tall-open"}, True),
        ("lost", "left out by the race", lost, {"color": grey, "symbol": "line-ns-open"}, True),
        ("failed", "failed", failed, {"color": grey, "symbol": "x-thin-open"}, True),
    ]
    return [
        {
            "type": "scatter",
            "mode": "markers",
            "name": name,
            "legendgroup": role,
            "showlegend": legend,
            "meta": {"role": role},
            "x": [places[number][0] for number in rows.index[which]],
            "y": [base + places[number][1] + 0.5 for number in rows.index[which]],
            "customdata": [[cell.number, number] for number in rows.index[which].tolist()],
            "text": words["text"].loc[cell.number].loc[rows.index[which]].tolist(),
            "hovertemplate": "%{text}<extra></extra>",
            "cliponaxis": False,
            "marker": {"size": size, "opacity": 0.95} | own,
        }
        for role, name, which, own, legend in kinds
        if which.any()
    ]


def _counts(rows, places, base, span, theme):
    """How often each optimum was found, above its stack, where there is room."""
    lost = ~rows["to the end"] & rows[PROBLEM].isna()
    ran, sound = int(((rows["optimum"] >= 0) | lost).sum()), rows[(rows["optimum"] >= 0) & ~rows["degenerate"]]
    found, free, labels = sound.groupby("optimum").size(), [], []
    for optimum, starts in sorted(found.items(), key=lambda each: (each[0] != 0, -each[1])):
        x = places[sound.index[sound["optimum"] == optimum][0]][0]
        column = _column(x, span)
        mixed = rows.loc[[number for number in rows.index if _column(places[number][0], span) == column], "optimum"].nunique() > 1
        if any(abs(x - other) < _LABEL * (span[1] - span[0]) for other in free) or (optimum and (starts == 1 or mixed)):
            continue
        free.append(x)
        width = 0.5 / _COLUMNS * (span[1] - span[0])
        top = max(height for other, height in places.values() if abs(other - x) < width)
        text = f"<b>{'at least ' if lost.any() else ''}{starts} of {ran}</b>" if optimum == 0 else str(starts)
        font = {"color": look(optimum, False, theme)[0], "size": 13}
        side = {"xanchor": "center"} if optimum else {"xanchor": "left", "xshift": -6}  # nothing is to the right of the best
        labels.append({"x": x, "y": base + top + 1, "text": text, "showarrow": False, "yanchor": "bottom", "font": font} | side)
    return labels


def _name(cell, x, y, height, theme):
    text = {"text": style.literal(str(cell)), "font": {"size": 13, "color": style.TEXT[theme]}, "showarrow": False}
    place = {"xref": f"{x} domain", "yref": y, "y": height}
    if y == "y":  # above the stacks of a row
        return text | place | {"x": 0, "xanchor": "left", "yanchor": "top"}
    # within a panel, where curves that rise leave room, and no title of an axis is near however low the figure is
    return text | place | {"x": 1, "xanchor": "right", "yanchor": "bottom", "bgcolor": style.faded(style.BACKGROUND[theme], 0.8)}


def _curves(cell, starts, rows, x, y, words, theme):
    """The curves of a way, those of an optimum in one trace, the best on top."""
    gathered, ignored = {}, (style.NEUTRAL[theme], 1, 0.5)
    for start in starts:
        if start.curve is not None:
            row = rows.loc[start.number]
            counts = row["optimum"] >= 0 and not row["degenerate"]
            once = bool(words["once"].loc[cell.number].loc[start.number])
            drawn = (look(row["optimum"], once, theme)[0], 1 if once and row["optimum"] else 1.5, 0.85) if counts else ignored
            rank = -int(row["optimum"]) if drawn[0] not in (ignored[0], style.MUTED[theme]) else -np.inf
            gathered.setdefault((counts, rank, drawn), []).append(start)
    traces = []
    for (_, rank, (colour, width, opacity)), own in sorted(gathered.items(), key=lambda each: each[0][:2]):
        points = [_thinned(start.curve) for start in own]
        owners = np.repeat([start.number for start in own], [len(at) + 1 for at in points]).tolist()
        traces.append(
            {
                "type": "scatter",
                "mode": "lines",
                "xaxis": x,
                "yaxis": y,
                "showlegend": False,
                "meta": {"role": "curves", "optimum": None if np.isinf(rank) else -rank},
                "x": np.concatenate([[*at, np.nan] for at in points]),
                "y": np.concatenate([[*start.curve[at], np.nan] for start, at in zip(own, points)]),
                "customdata": [[cell.number, number] for number in owners],
                "text": [str(number + 1) for number in owners],
                "hovertemplate": "start %{text}: objective %{y:,.2f} at iteration %{x}<extra></extra>",
                "opacity": opacity,
                "line": {"width": width, "color": colour},
            }
        )
    return traces


def _thinned(curve):
    """Iterations at which a curve is drawn: the first ones, then fewer and fewer, and the last."""
    last = len(curve) - 1
    return np.unique(np.rint(np.geomspace(1, last + 1, _POINTS) - 1).astype(int)) if last > _POINTS else np.arange(last + 1)


def _from_below(values, span):
    """A range of curves up to the best end, without their first steep rise."""
    values = values[np.isfinite(values)]
    low = min(span[0], float(np.quantile(values, 0.12))) if len(values) else span[0]
    return [low, span[1] + 0.03 * (span[1] - low)]
