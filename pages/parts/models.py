"""The table of models that the form offers. A new model is one file in `mixes` and one entry here."""

from dataclasses import dataclass
from typing import Callable

from mixes import GMM


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
        The structure the form asks for: "n_components".
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


MODELS = {
    "GMM": Entry(GMM, "Gaussian mixture",
                 "Every cluster is an ellipse of any size, shape and direction.",
                 ("n_components",), _components, lambda structure: structure["n_components"]),
}
