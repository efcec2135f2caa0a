"""Dataclasses, and the parameters of fitted mixtures, as JSON; floats survive the round trip bit for bit."""

import json
import reprlib
from dataclasses import MISSING, fields, is_dataclass

import numpy as np

from . import checks
from .parameters import Parameters
from .register import models_of, saved_class

_SAVED_PARAMETERS = "what parameters_to_json() returned"
_TOO_DEEP = "text is nested too deeply for anything that was saved."


def to_jsonable(value):
    """Nested dicts and lists for a dataclass of arrays, numbers, text, tuples and mappings."""
    if is_dataclass(value):
        return {"class": type(value).__name__, **{_saved(f): to_jsonable(getattr(value, f.name)) for f in _fields(value)}}
    if isinstance(value, dict):
        return {name: to_jsonable(entry) for name, entry in value.items()}
    if isinstance(value, np.ndarray):
        return {"array": value.tolist(), "shape": list(value.shape)}
    if isinstance(value, (list, tuple)):
        return [to_jsonable(entry) for entry in value]
    return value.item() if isinstance(value, np.generic) else value


def from_jsonable(value):
    """The inverse of `to_jsonable`; lists come back as tuples.

    Raises
    ------
    ValueError
        Something in it is not what `to_jsonable` gives.
    """
    try:
        return _from_jsonable(value)
    except RecursionError:
        raise ValueError(_TOO_DEEP) from None


def _from_jsonable(value, field="text"):
    if isinstance(value, dict) and "array" in value:
        return _array(value, field)
    if isinstance(value, dict):
        entries = {name: _from_jsonable(entry, name) for name, entry in value.items() if name != "class"}
        name = value.get("class")
        known = saved_class(name) if isinstance(name, str) else None
        return _instance(known, entries) if known else {**({"class": name} if "class" in value else {}), **entries}
    return tuple(_from_jsonable(entry, field) for entry in value) if isinstance(value, list) else value


def _array(value, field):
    if value.keys() != {"array", "shape"} or not isinstance(value["shape"], list):
        raise ValueError(f"{field} has the fields {', '.join(value)}; it needs array, and shape, a list of lengths.")
    array, shape = checks.numbers(field, value["array"]), value["shape"]
    empty = array.size == 0 and 0 in shape and all(type(length) is int and length >= 0 for length in shape)
    if list(array.shape) != shape and not empty:
        raise ValueError(f"{field} has shape {list(array.shape)}, but its text says {reprlib.repr(shape)}.")
    return array.reshape(shape) if empty else array


def _fields(cls):
    """The fields of a dataclass; those that all classes share come last."""
    return sorted(fields(cls), key=lambda f: f.kw_only)


def _saved(field):
    """The name of a dataclass's field in saved text: an earlier one, where it has been renamed."""
    return field.metadata.get("saved", field.name)


def _instance(cls, entries):
    names = {_saved(f): f.name for f in _fields(cls)}
    known = {_saved(f): f.default is MISSING and f.default_factory is MISSING for f in _fields(cls)}
    for name in entries.keys() - known.keys():
        raise ValueError(f"{cls.__name__} has no field {name!r}; it has {', '.join(known)}.")
    for name in (name for name, needed in known.items() if needed and name not in entries):
        raise ValueError(f"{cls.__name__} lacks its field {name!r}; it needs {', '.join(name for name in known if known[name])}.")
    try:
        return cls(**{names[name]: entry for name, entry in entries.items()})
    except (TypeError, AttributeError, IndexError, OverflowError):
        raise ValueError(f"The fields of {cls.__name__} are not of the kinds that it needs.") from None


def read(text, what):
    """The content of JSON text, which should be ``what``."""
    if not isinstance(text, (str, bytes)):
        raise ValueError(f"text is {reprlib.repr(text)}, not {what}.")
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError(_TOO_DEEP) from None
    except ValueError:
        raise ValueError(f"text is not {what}: it is no JSON.") from None


def parameters_to_json(parameters, features=None):
    """Parameters as JSON text, with the names of the features if they are given.

    `parameters_from_json` reads the parameters back, and `mixture_from_json` a fitted mixture that knows the names.
    """
    names = {} if features is None else {"features": [str(name) for name in features]}
    return json.dumps({**to_jsonable(parameters), **names}, indent=1)


def parameters_from_json(text):
    """Parameters from the JSON text of `parameters_to_json`, for ``Model.from_parameters``.

    Raises
    ------
    ValueError
        One sentence on what is missing, too much or impossible.
    """
    return _parameters(read(text, _SAVED_PARAMETERS))


def mixture_from_json(text):
    """A fitted mixture from the JSON text of `parameters_to_json`.

    Returns
    -------
    mixture : fitted estimator
        With ``feature_names_in_`` if the text tells the names of the features.

    Raises
    ------
    ValueError
        One sentence on what is missing, too much or impossible.
    """
    content = read(text, _SAVED_PARAMETERS)
    mixture = _mixture(_parameters(content))
    features = content.get("features")
    if features is None:
        return mixture
    if not isinstance(features, list) or not all(isinstance(name, str) for name in features):
        raise ValueError(f"features is {reprlib.repr(features)}; it needs a list of names.")
    if len(features) != mixture.n_features_in_ or len(set(features)) < len(features):
        raise ValueError(f"features has {len(set(features))} different names, but the parameters have {mixture.n_features_in_} features.")
    mixture.feature_names_in_ = np.array(features, dtype=object)
    return mixture


def _mixture(parameters):
    """The fitted model that has these parameters."""
    problem = ValueError(f"text holds {type(parameters).__name__}, and no model is known that has such parameters.")
    for number, cls in enumerate(models_of(parameters)):
        try:
            return cls.from_parameters(parameters)
        except ValueError as error:  # with layers: it may be that of the other model
            problem = problem if number else error
    raise problem


def _parameters(content):
    """The parameters in the content of saved text; the names of the features are no part of them."""
    if isinstance(content, dict):
        content = {name: value for name, value in content.items() if name != "features"}
    parameters = from_jsonable(content)
    if not isinstance(parameters, Parameters):
        raise ValueError("text is not what parameters_to_json() returned: it holds no parameters of a model.")
    parameters.check()
    return parameters
