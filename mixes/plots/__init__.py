"""Plotly figures as pure functions; the app's pictures and a notebook's are the same ones."""

from . import style, templates
from .annealing import annealing
from .density import density, density_1d, density_2d
from .log_likelihood import log_likelihood
from .network import network
from .restarts import restarts
from .style import NEUTRAL, PALETTE, RAMP, SYMBOLS
from .sweep import sweep

__all__ = [
    "NEUTRAL",
    "PALETTE",
    "RAMP",
    "SYMBOLS",
    "annealing",
    "density",
    "density_1d",
    "density_2d",
    "log_likelihood",
    "network",
    "restarts",
    "style",
    "sweep",
    "templates",
]
