"""The table of models that the form offers. A new model is one file in `mixes` and one entry here."""

from dataclasses import dataclass
from typing import Callable

from mixes import DGMM, GMM, GMN, SkewGMM


@dataclass(frozen=True)
class Entry:
    """How a page speaks of a model.

    Attributes
    ----------
    model : estimator class
    title : str
    explanation : str
        One sentence.
    controls : tuple of str
        The structure the form asks for: "n_components", "skewness" or "layers".
    summary : callable
        Structure -> a short text like "3 components".
    clusters : callable
        Structure -> number of clusters.
    """

    model: type
    title: str
    explanation: str
    controls: tuple
    summary: Callable
    clusters: Callable


def _components(structure):
    k = structure["n_components"]
    return f"{k} component{'s' if k > 1 else ''}"


def _layers(structure):
    sizes, dims = structure["layer_sizes"], structure["layer_dims"]
    return f"layers of {list(sizes)} components and {list(dims)} factors"


def _first_layer(structure):
    return structure["layer_sizes"][0]


MODELS = {
    "GMM": Entry(GMM, "Gaussian mixture (GMM)",
                 "Every cluster is an ellipse of any size, shape and direction.",
                 ("n_components",), _components, lambda structure: structure["n_components"]),
    "SkewGMM": Entry(SkewGMM, "Skew-normal mixture",
                     "Every cluster may lean: a sharp side and a long tail.",
                     ("n_components", "skewness"), _components, lambda structure: structure["n_components"]),
    "DGMM": Entry(DGMM, "Deep mixture of layers (DGMM)",
                  "Every cluster is made of parts, and all clusters are made of the same parts in the same proportions.",
                  ("layers",), _layers, _first_layer),
    "GMN": Entry(GMN, "Network of layers (GMN)",
                 "Every cluster is made of parts; which parts belong to which cluster is learnt too.",
                 ("layers",), _layers, _first_layer),
}
