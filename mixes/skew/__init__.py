"""Mixtures of skew-normal distributions."""

from .model import SkewGMM
from .parameters import LARGEST_SHARE, DiagonalSkewParameters, SkewParameters

__all__ = ["LARGEST_SHARE", "DiagonalSkewParameters", "SkewGMM", "SkewParameters"]
