"""Gaussian mixtures."""

from .model import GMM
from .parameters import GaussianParameters
from .start import from_labels

__all__ = ["GMM", "GaussianParameters", "from_labels"]
