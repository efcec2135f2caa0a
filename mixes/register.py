"""The classes that saved text names: whoever defines one has it known here, so that reading a file needs no list."""

from dataclasses import is_dataclass
from inspect import isabstract

_SAVED, _MODELS = {}, {}


class Saved:
    """Base of the dataclasses that are saved under their names; of two with one name the last one counts."""

    def __init_subclass__(cls, **keywords):
        super().__init_subclass__(**keywords)
        _SAVED[cls.__name__] = cls


class Model:
    """Base of the estimators that are saved under their names; of two with one name the last one counts."""

    def __init_subclass__(cls, **keywords):
        super().__init_subclass__(**keywords)
        _MODELS[cls.__name__] = cls


def saved_class(name):
    """The dataclass of a name, or None."""
    return _SAVED[name] if is_dataclass(_SAVED.get(name)) else None


def model_class(name):
    """The model of a name, or None; a base that models share is none."""
    return None if name not in _MODELS or isabstract(_MODELS[name]) else _MODELS[name]


def models_of(parameters):
    """The models that have such parameters; those whose class it is come before those of its bases."""
    line = type(parameters).__mro__
    found = [cls for cls in map(model_class, _MODELS) if cls and cls.parameters_class in line]
    return sorted(found, key=lambda cls: line.index(cls.parameters_class))
