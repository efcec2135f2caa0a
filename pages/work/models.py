"""The table of models that the form offers. A new model is one folder in `mixes` and one entry here.

Of the table of `settings` a form asks for those that are keywords of the model.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from inspect import signature

from mixes import DGMM, GMM, GMN, SkewGMM

from .setting import Choice, Setting, Words
from .sharing import SHARINGS


@dataclass(frozen=True)
class Entry:
    """How a page speaks of a model.

    Attributes
    ----------
    model : estimator class
    title : str
    explanation : str
        One sentence.
    summary : callable
        Structure -> a short text like "3 components".
    clusters : callable
        Structure -> number of clusters.
    settings : tuple of Setting
        Of keywords that no other model has.
    """

    model: type
    title: str
    explanation: str
    summary: Callable
    clusters: Callable
    settings: tuple = ()

    @cached_property
    def keywords(self):
        """Those of the estimator, in their order."""
        return tuple(signature(self.model).parameters)


def _components(structure):
    k = structure["n_components"]
    return f"{k} component{'s' if k > 1 else ''}"


def _layers(structure):
    sizes, dims = structure["layer_sizes"], structure["layer_dims"]
    return f"layers of {list(sizes)} components and {list(dims)} factors"


def _first_layer(structure):
    return structure["layer_sizes"][0]


_DIRECTIONS = {"restricted": "one direction for each cluster", "diagonal": "along the axes", "full": "full"}
_SKEWNESS = Setting(
    "skewness",
    Choice(_DIRECTIONS, _DIRECTIONS.get),
    "restricted",
    "sk",
    "skewness",
    "selectbox",
    "Skewness Λ",
    "Which way a cluster may lean. One direction is quick in any number of features; along the axes and full are exact too, and "
    "slower from three features on.",
    words=Words(
        "skewness Λ",
        lambda s: s.structure.get("skewness"),
        lambda s: f"{s.structure['skewness']} skewness" if "skewness" in s.structure else None,
    ),
)

_SHARING = Setting(  # the form asks for size, shape and direction
    "sharing",
    Choice(SHARINGS, SHARINGS.get),
    "full",
    "cv",
    "covariance_type",
    words=Words(
        "shape of the clusters",
        lambda s: SHARINGS.get(s.structure.get("covariance_type")),
        lambda s: SHARINGS.get(s.structure.get("covariance_type")),
    ),
)

MODELS = {
    "GMM": Entry(
        GMM,
        "Gaussian mixture (GMM)",
        "Every cluster is an ellipse of any size, shape and direction, unless they are to share some of it.",
        _components,
        lambda structure: structure["n_components"],
        (_SHARING,),
    ),
    "SkewGMM": Entry(
        SkewGMM,
        "Skew-normal mixture",
        "Every cluster may lean: a sharp side and a long tail.",
        _components,
        lambda structure: structure["n_components"],
        (_SKEWNESS,),
    ),
    "DGMM": Entry(
        DGMM,
        "Deep mixture of layers (DGMM)",
        "Every cluster is made of parts, and all clusters are made of the same parts in the same proportions.",
        _layers,
        _first_layer,
    ),
    "GMN": Entry(
        GMN,
        "Network of layers (GMN)",
        "Every cluster is made of parts; which parts belong to which cluster is learnt too.",
        _layers,
        _first_layer,
    ),
}
