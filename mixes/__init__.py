"""Mixture models that learn step by step."""

from . import datasets, selection, stopping_criterion, tables
from .deep import DGMM, GMN, DeepParameters, Layer
from .edits import Edit
from .evaluator import Evaluator
from .events import Event
from .gaussian import GMM, AxisAlignedParameters, GaussianParameters
from .run import Run
from .serialization import mixture_from_json, parameters_from_json, parameters_to_json
from .skew import DiagonalSkewParameters, SkewGMM, SkewParameters
from .trace import State, Trace
from .view import View

__all__ = [
    "DGMM",
    "GMM",
    "GMN",
    "SkewGMM",
    "AxisAlignedParameters",
    "DeepParameters",
    "DiagonalSkewParameters",
    "GaussianParameters",
    "Layer",
    "SkewParameters",
    "Edit",
    "Evaluator",
    "Event",
    "Run",
    "State",
    "Trace",
    "View",
    "datasets",
    "mixture_from_json",
    "parameters_from_json",
    "parameters_to_json",
    "selection",
    "stopping_criterion",
    "tables",
]
