"""The cells of a sweep as they are drawn in every view: what each is marked as, and what is said of it."""

from numbers import Real

import numpy as np

from ..selection import BETTER, HELD_OUT, PROBLEM, best_starts, measure_text, measured, needs_more, setting_text
from . import style, templates

_TICKS = 14  # of an axis of a setting


def summary(found, table, scores, measure):
    """What is drawn of each cell, a list of dict: its settings, value, error, and what it is marked as."""
    cells = {score.cell.number: score.cell for score in scores} | {cell.number: cell for cell, _ in found}
    values, errors, leading, _ = measured(table, scores, measure)
    best, once = best_starts(table), needs_more(found, table)
    problems = table[table[PROBLEM].notna()].drop_duplicates("cell").set_index("cell")[PROBLEM].to_dict()
    problems |= {score.cell.number: score.problem for score in scores if score.problem and measure == HELD_OUT}
    ran, rows = table.groupby("cell").size().to_dict(), best.to_dict("index")
    return [
        _told(cells[number], rows.get(number), values.get(number), errors.get(number), measure, ran.get(number, 0), problems.get(number))
        | {"leading": number in leading, "best": number in leading[:1], "once": number in once}
        for number in sorted(cells)
    ]


def _told(cell, row, value, error, measure, ran, problem):
    once, spurious = bool(row and row["found"] == 1), bool(row and row["degenerate"])
    lines = [f"<b>{style.literal(str(cell)) or 'the model'}</b>"]
    if value is not None:
        lines.append(f"{measure} {measure_text(measure, value)}" + ("" if error is None else f" ± {measure_text(measure, error)}"))
    if row:
        lines.append(f"best of {ran} starts, found {'only once' if once else 'by ' + str(row['found'])}" if ran > 1 else "one start")
    if spurious:
        lines.append("degenerate: it does not count")
    elif row and not row["converged"]:
        lines.append(f"not converged after {row['iterations']:.0f} iterations")
    elif value is None and problem:
        lines.append(style.wrapped(problem))
    return {
        "cell": cell.number,
        "start": int(row["start"]) if row else 0,
        "settings": {name: _hashable(value) for name, value in cell.settings.items()},
        "measures": row or {},
        "value": value,
        "error": error,
        "failed": value is None and not spurious and problem is not None,
        "spurious": spurious,
        "text": "<br>".join(lines),
        "name": lines[0] + (f": {lines[1]}" if value is not None else ""),
    }


def _hashable(value):
    """A value that places can be kept by: of lists, as of layers, tuples."""
    value = value.tolist() if isinstance(value, np.ndarray) else value
    return tuple(map(_hashable, value)) if isinstance(value, list) else value


def setting_names(cells):
    """The settings of all cells; those of other models have others."""
    return list(dict.fromkeys(name for each in cells for name in each["settings"]))


def levels(cells, name):
    """The values of a setting in order, numbers by size."""
    values = list(dict.fromkeys(each["settings"].get(name) for each in cells))
    return sorted(values) if all(isinstance(value, Real) for value in values) else values


def axis(theme, name, values, **changes):
    """An axis of a setting, its values in even steps."""
    every = -(-len(values) // _TICKS)
    ticks = [style.literal(setting_text(value)) if name else "" for value in values]
    ticks = {"tickvals": list(range(0, len(values), every)), "ticktext": ticks[::every]}
    return style.axis(theme, name, range=[-0.5, len(values) - 0.5], automargin=True, zeroline=False, **ticks, **changes)


def titled(measure):
    return f"{measure} ({BETTER[measure]} is better)" if measure in BETTER else measure


def marks(cells, theme, lines=True):
    """Entries of the legend for what is marked."""
    primary = style.PRIMARY[theme]
    best, other = ({"symbol": "circle-open", "size": 13, "line": {"width": width}} for width in (3, 1))
    if not lines:
        best, other = ({"symbol": symbol, "size": 11} for symbol in ("star", "star-open"))
    if any(each["best"] for each in cells):
        yield templates.key("best", **{"color": primary} | best)
    if any(each["leading"] and not each["best"] for each in cells):
        yield templates.key("not told from it", **{"color": primary} | other)
    if any(each["once"] for each in cells):
        yield templates.found_once(theme)
    if any(each["failed"] for each in cells):
        yield templates.key("failed", symbol="x-thin-open", color=style.MUTED[theme], line={"width": 2})
    if any(each["spurious"] for each in cells):
        yield templates.key("degenerate", symbol="diamond-tall-open", color=style.NEUTRAL[theme])


def marker_trace(role, cells, x, y, theme, **marker):
    """Marks of cells that can be pointed at and opened."""
    return {
        "type": "scatter",
        "mode": "markers",
        "showlegend": False,
        "meta": {"role": role},
        "x": x,
        "y": y,
        "customdata": [[each["cell"], each["start"]] for each in cells],
        "text": [each["text"] for each in cells],
        "hovertemplate": "%{text}<extra></extra>",
        "cliponaxis": False,
        "marker": marker,
    }


def short(value, values):
    """A value with so many figures that the values can be told apart."""
    decimals = 0 if np.ptp(values) > 20 else 1 if np.ptp(values) > 2 else 2
    return f"{value:.{decimals}f}".replace("-", "−")  # the minus of the axes
