"""Parameters that were saved, here or in a notebook: a model to look at, to score rows with and to begin from.

No Streamlit in here.
"""

import json
from dataclasses import dataclass, field
from functools import cached_property

from mixes import mixture_from_json
from mixes.checks import feature_names

from .lookup import form_of
from .models import MODELS


@dataclass(frozen=True)
class Saved:
    """Parameters in the units of the table that they were fitted to, as a file holds them."""

    name: str
    text: str = field(repr=False)

    @cached_property
    def mixture(self):
        return mixture_from_json(self.text)

    @cached_property
    def features(self):
        """Names of the features, or None if the file does not tell them."""
        names = feature_names(self.mixture)
        return None if names is None else tuple(names)

    @property
    def model(self):
        """Its key in `MODELS`."""
        return next(name for name, entry in MODELS.items() if entry.model is type(self.mixture))

    @property
    def values(self):
        """What a form of such a model holds, by name."""
        return {"model": self.model} | form_of(self.mixture.parameters_.structure)

    def begins(self, model, structure):
        """Whether a model of this structure can begin with the parameters."""
        own = self.mixture.parameters_.structure
        return model == self.model and own == {name: structure.get(name) for name in own}

    def rescaled(self, scaling):
        """The parameters for rows that are standardised by a `Scaling`."""
        return self.mixture.parameters_.rescaled(-scaling.center / scaling.scale, 1 / scaling.scale)

    def check(self, dataset):
        """Raise a ValueError unless the data have the features that the parameters are about, in their order."""
        d, n_features = self.mixture.n_features_in_, len(dataset.features)
        if self.features is None and n_features != d:
            raise ValueError(f"{self.name} is about {d} feature{'s' * (d > 1)}, but {dataset.name} has {n_features}: choose as many.")
        if self.features in (None, dataset.features):
            return
        own, given = _listed(self.features), _listed(dataset.features)
        absent = [name for name in self.features if name not in dataset.features]
        if absent:
            raise ValueError(f'{self.name} is about the features {own}, but {dataset.name} has no feature "{absent[0]}"; it has {given}.')
        raise ValueError(f"{self.name} is about the features {own}, but {dataset.name} has {given}: choose the same, in the same order.")


def open_saved(name, content):
    """The parameters in a file.

    Parameters
    ----------
    name : str
    content : bytes

    Raises
    ------
    ValueError
        One sentence on why it cannot be used.
    """
    wanted = "choose a file of parameters, as Export saves it"
    try:
        text = bytes(content).decode("utf-8-sig")
        if not isinstance(json.loads(text), dict):
            raise ValueError
    except (ValueError, RecursionError):
        raise ValueError(f"{name} is damaged, or no JSON at all: {wanted}.") from None
    saved = Saved(name, text)
    if "class" not in json.loads(text):
        raise ValueError(f"{name} is JSON, but holds no parameters of a model: {wanted}.")
    try:
        mixture = saved.mixture
    except ValueError as problem:
        raise ValueError(f"{name} cannot be used: {problem}") from None
    if not any(entry.model is type(mixture) for entry in MODELS.values()):
        raise ValueError(f"{name} holds parameters of {type(saved.mixture).__name__}, which this page does not offer.")
    return saved


def _listed(names, most=8):
    shown = ", ".join(names[:most])
    return shown if len(names) <= most else f"{shown} and {len(names) - most} more"
