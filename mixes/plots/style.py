"""Colours and shapes. Colour means cluster and nothing else; density is a single-hue ramp under it.

The player's style.js and theme.js draw by the same rules, in the colours of the page round it.
"""

import html
import math
from textwrap import wrap

import numpy as np
from plotly.colors import hex_to_rgb, unlabel_rgb

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
# those of the page's themes
BACKGROUND = {theme: shades[0] for theme, shades in RAMP.items()}
TEXT = {"light": "#252A31", "dark": "#E8EAED"}
PRIMARY = {"light": "#2B5C8A", "dark": "#7FB2E5"}
SECONDARY = {"light": "#F5F7FA", "dark": "#161B23"}
BORDER = {"light": "#E3E8EE", "dark": "#2A313C"}
LEVELS = 6  # steps of confidence


def between(low, high, share):
    """Colour between two hex colours, at a share from 0 to 1."""
    return "rgb({},{},{})".format(*(math.floor(a + share * (b - a) + 0.5) for a, b in zip(hex_to_rgb(low), hex_to_rgb(high))))


def faded(color, opacity):
    """A hex colour, translucent."""
    return "rgba({},{},{},{})".format(*hex_to_rgb(color), opacity)


MUTED = {theme: between(BACKGROUND[theme], TEXT[theme], share) for theme, share in (("light", 0.72), ("dark", 0.66))}
GRID = {theme: between(BACKGROUND[theme], TEXT[theme], share) for theme, share in (("light", 0.09), ("dark", 0.13))}


def color(component, theme):
    """Hex colour of a component."""
    palette = PALETTE[theme]
    return palette[component % len(palette)]


def symbol(component):
    """Plotly marker symbol of a component."""
    return SYMBOLS[component % len(SYMBOLS)]


def dash(component, theme):
    """Dash of a component's outline: it tells colours apart that come again."""
    return "solid" if component < len(PALETTE[theme]) else "7px,4px"


def mix(component, confidence, theme):
    """Colour of a point: from neutral (no confidence) to its cluster's colour, in steps, as many as can be told apart."""
    step = math.floor(round(255 * confidence) / 255 * (LEVELS - 1) + 0.5)
    return between(NEUTRAL[theme], color(component, theme), step / (LEVELS - 1))


def readable(color):
    """Black or white, whichever reads better on a colour."""
    rgb = hex_to_rgb(color) if color.startswith("#") else unlabel_rgb(color)
    return "#14171f" if np.dot((0.2126, 0.7152, 0.0722), rgb) > 0.48 * 255 else "#ffffff"


def percent(share):
    """A share in words."""
    return f"{math.floor(100 * share + 0.5)} %"


def axis(theme, title=None, **changes):
    """A thin axis, with a title or none."""
    label = {} if title is None else {"text": literal(title)}
    return {
        "gridcolor": GRID[theme],
        "zeroline": False,
        "linecolor": BORDER[theme],
        "ticks": "outside",
        "ticklen": 4,
        "tickcolor": BORDER[theme],
        "automargin": False,
        "title": {"standoff": 8, **label},
        **changes,
    }


def literal(text):
    """Text that Plotly shows as it is: a column's name is neither HTML nor a formula."""
    return html.escape(text, quote=False).replace("$", "&#36;")


def wrapped(text, width=60):
    """A sentence in several lines, for what is said of a mark that is pointed at."""
    return "<br>".join(map(literal, wrap(text, width)))


def layout(theme, **changes):
    """A quiet layout: transparent ground, thin grid, no legend."""
    return {
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"color": MUTED[theme], "size": 13},
        "margin": {"l": 58, "r": 14, "t": 10, "b": 46},
        "showlegend": False,
        "hovermode": "closest",
        "xaxis": axis(theme),
        "yaxis": axis(theme),
        "dragmode": "pan",
        **changes,
    }
