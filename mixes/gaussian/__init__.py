"""Gaussian mixtures."""

from .model import GMM
from .parameters import AxisAlignedParameters, GaussianParameters
from .start import from_labels
from .structures import CODES, FULL

__all__ = ["CODES", "FULL", "GMM", "AxisAlignedParameters", "GaussianParameters", "from_labels"]
