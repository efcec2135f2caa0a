"""Mixtures of skew-normal distributions."""

from .model import SkewGMM
from .parameters import DiagonalSkewParameters, SkewParameters

__all__ = ["DiagonalSkewParameters", "SkewGMM", "SkewParameters"]
