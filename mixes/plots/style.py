"""Colours and shapes. Colour means cluster and nothing else; density is a single-hue ramp under it."""

import html

from plotly.colors import hex_to_rgb

# Okabe and Ito (2008), with the yellow and black made readable on white and on dark
PALETTE = {
    "light": ["#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#56B4E9", "#A89A00", "#555555"],
    "dark": ["#56B4E9", "#E69F00", "#2FC79A", "#F07F3C", "#E29AC3", "#8FA8FF", "#F0E442", "#BBBBBB"],
}
# shapes tell clusters apart without colour, and colours that come again
SYMBOLS = ["circle", "square", "diamond", "triangle-up", "cross", "x"]
NEUTRAL = {"light": "#9AA0A6", "dark": "#7D848C"}
RAMP = {
    "light": ["#FFFFFF", "#F1F4F8", "#E1E8F0", "#CDD8E4", "#B7C6D6", "#9FB2C6"],
    "dark": ["#0E1117", "#151A22", "#1D2530", "#273240", "#324152", "#405267"],
}
TEXT = {"light": "#31333F", "dark": "#FAFAFA"}
GRID = {"light": "rgba(49,51,63,.10)", "dark": "rgba(250,250,250,.10)"}


def color(component, theme):
    """Hex colour of a component."""
    palette = PALETTE[theme]
    return palette[component % len(palette)]


def symbol(component):
    """Plotly marker symbol of a component."""
    return SYMBOLS[component % len(SYMBOLS)]


def mix(component, confidence, theme):
    """Colour of a point: from neutral (no confidence) to its cluster's colour."""
    low, high = hex_to_rgb(NEUTRAL[theme]), hex_to_rgb(color(component, theme))
    return "rgb({},{},{})".format(*(round(a + (b - a) * confidence) for a, b in zip(low, high)))


def axis(theme, title=None, **changes):
    """A thin axis, with a title or none."""
    label = {} if title is None else {"text": literal(title)}
    return {"gridcolor": GRID[theme], "zeroline": False, "linecolor": GRID[theme], "ticks": "outside", "ticklen": 4,
            "tickcolor": GRID[theme], "automargin": False, "title": {"standoff": 8, **label}, **changes}


def literal(text):
    """Text that Plotly shows as it is: a column's name is neither HTML nor a formula."""
    return html.escape(text, quote=False).replace("$", "&#36;")


def layout(theme, **changes):
    """A quiet layout: transparent ground, thin grid, no legend."""
    return {"paper_bgcolor": "rgba(0,0,0,0)", "plot_bgcolor": "rgba(0,0,0,0)", "font": {"color": TEXT[theme], "size": 13},
            "margin": {"l": 58, "r": 14, "t": 10, "b": 46}, "showlegend": False, "hovermode": "closest",
            "xaxis": axis(theme), "yaxis": axis(theme), "dragmode": "pan", **changes}
