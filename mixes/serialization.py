"""Parameters, states and runs as JSON, and Gaussian mixtures as Python; floats survive the round trip bit for bit."""

import json
import reprlib
from dataclasses import MISSING, fields, is_dataclass
from numbers import Real

import numpy as np

from . import checks, stopping_criterion as stopping
from .parameters import Parameters
from .register import model_class, models_of, saved_class
from .rows import Rows
from .trace import State

_WIDTH = 110  # characters in a line of Python
_GAUSSIAN_MIXTURE = """\
mixture = GaussianMixture(n_components=len(weights), covariance_type="full")
mixture.weights_, mixture.means_, mixture.covariances_ = weights, means, covariances
mixture.precisions_cholesky_ = np.linalg.inv(np.linalg.cholesky(covariances)).swapaxes(1, 2)
mixture.precisions_ = mixture.precisions_cholesky_ @ mixture.precisions_cholesky_.swapaxes(1, 2)
mixture.n_features_in_ = means.shape[1]"""
_RUN_FORMAT = "mixes run 1"
_RUN_FIELDS = {
    "model": str,
    "settings": dict,
    "seed": int,
    "schedule": list,
    "data": str,
    "validation": bool,
    "half": str,
    "restarts": list,
    "states": list,
}
_SAVED_PARAMETERS = "what parameters_to_json() returned"
_TOO_DEEP = "text is nested too deeply for anything that was saved."


def to_jsonable(value):
    """Nested dicts and lists for a dataclass of arrays, numbers, text, tuples and mappings."""
    if is_dataclass(value):
        return {"class": type(value).__name__, **{_saved(f): to_jsonable(getattr(value, f.name)) for f in fields(value)}}
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


def _saved(field):
    """The name of a dataclass's field in saved text: an earlier one, where it has been renamed."""
    return field.metadata.get("saved", field.name)


def _instance(cls, entries):
    names = {_saved(f): f.name for f in fields(cls)}
    known = {_saved(f): f.default is MISSING and f.default_factory is MISSING for f in fields(cls)}
    for name in entries.keys() - known.keys():
        raise ValueError(f"{cls.__name__} has no field {name!r}; it has {', '.join(known)}.")
    for name in (name for name, needed in known.items() if needed and name not in entries):
        raise ValueError(f"{cls.__name__} lacks its field {name!r}; it needs {', '.join(name for name in known if known[name])}.")
    try:
        return cls(**{names[name]: entry for name, entry in entries.items()})
    except (TypeError, AttributeError, IndexError, OverflowError):
        raise ValueError(f"The fields of {cls.__name__} are not of the kinds that it needs.") from None


def _read(text, what):
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
    return _parameters(_read(text, _SAVED_PARAMETERS))


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
    content = _read(text, _SAVED_PARAMETERS)
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


def gaussian_mixture_to_python(weights, means, covariances):
    """Python text that makes ``mixture``, a fitted ``sklearn.mixture.GaussianMixture`` with these parameters; without mixes."""

    def assignment(name, array):
        head = f"{name} = np.array("
        numbers = np.array2string(
            array,
            separator=", ",
            threshold=array.size,
            max_line_width=_WIDTH,
            prefix=head,
            formatter={"float_kind": lambda value: repr(float(value))},
        )
        return f"{head}{numbers})"

    arrays = {"weights": weights, "means": means, "covariances": covariances}
    return "\n\n".join(
        [
            "import numpy as np\nfrom sklearn.mixture import GaussianMixture",
            *(assignment(name, array) for name, array in arrays.items()),
            _GAUSSIAN_MIXTURE,
        ]
    )


def run_to_json(run):
    """A run without its data as JSON text; see `Run.from_json`."""
    settings = run.model.get_params(deep=False)
    criterion = run.criterion
    if type(criterion) in stopping.STANDARD.values():
        settings["stopping_criterion"] = {
            "rule": type(criterion).__name__,
            "threshold": criterion.threshold,
            "memory": list(criterion.memory.items()),
        }
    elif isinstance(criterion, stopping.Criterion):
        settings["stopping_criterion"] = {"rule": "callable", "memory": list(criterion.memory.items())}
    elif criterion is not None:
        settings["stopping_criterion"] = "callable"
    settings["evaluator"] = None if settings["evaluator"] is None else "callable"
    settings["random_state"] = None  # used up: the run's seed is what it drew
    return json.dumps(
        {
            "format": _RUN_FORMAT,
            "model": type(run.model).__name__,
            "settings": to_jsonable(settings),
            "seed": run.seed,
            "schedule": [run.schedule.origin, run.schedule.end],
            "data": run.fingerprint(),
            "validation": run.X_validation is not None,
            "half": run.state.half,
            "restarts": list(run.restarts),
            "first": run.first,
            "states": [to_jsonable(state) for state in run.trace],
        }
    )


def run_from_json(run_class, text, X, sample_weight, X_validation, stopping_criterion, evaluator):
    """See `Run.from_json`."""
    content = _read(text, "a saved run, as Run.to_json() gives it")
    if not isinstance(content, dict) or content.get("format") != _RUN_FORMAT:
        raise ValueError(f"text is not a saved run, as Run.to_json() gives it: its format is not {_RUN_FORMAT!r}.")
    for name, kind in _RUN_FIELDS.items():
        if not isinstance(content.get(name), kind):
            _damaged(f"its {name} is {reprlib.repr(content.get(name))}")
    schedule = content["schedule"]
    if content["seed"] < 0 or len(schedule) != 2 or not all(isinstance(t, int) and t >= 0 for t in schedule):
        _damaged(f"its seed is {content['seed']} and its schedule {reprlib.repr(schedule)}")
    kind = model_class(content["model"])
    if content["half"] not in ("E", "M") or kind is None:
        _damaged(f"its model is {content['model']!r} and its half {content['half']!r}")
    settings, memory = _criterion(from_jsonable(content["settings"]))
    for name, given in (("stopping_criterion", stopping_criterion), ("evaluator", evaluator)):
        if settings.get(name) == "callable":
            if given is None:
                raise ValueError(f"the run had its own {name}, which JSON cannot hold; give it as {name}=.")
            settings[name] = given
    if content["validation"] != (X_validation is not None):
        raise ValueError("X_validation must be given exactly when the saved run had held-out rows.")
    for name in settings.keys() - kind().get_params(deep=False).keys():
        _damaged(f"{content['model']} has no setting {name!r}")
    settings.setdefault("annealing_shapes", "free")  # all there was when runs did not say it
    model = kind(**settings)
    model.check_settings()
    X = checks.rows(model, X, reset=True)
    X_validation = None if X_validation is None else checks.rows(model, X_validation, name="X_validation")
    states = _states(content["states"], model, X)
    rows = Rows(X, checks.sample_weights(sample_weight, len(X)), X_validation)
    run = run_class(model, rows, content["seed"], states, tuple(schedule))
    if run.fingerprint() != content["data"]:
        raise ValueError("X, with its weights and held-out rows, is not the data that this run was saved with.")
    run.restarts, run.first = tuple(content["restarts"]), content.get("first") is not False
    if memory is not None and isinstance(run.criterion, stopping.Criterion):
        run.criterion.memory = memory
    if content["half"] == "E":
        run.expectation()
    return run


def _damaged(why):
    raise ValueError(f"text is a damaged run: {why}.")


def _criterion(settings):
    """A run's settings with the stopping criterion they describe, and what that remembers."""
    saved = settings.get("stopping_criterion")
    if not isinstance(saved, dict):
        return settings, None
    try:
        if saved["rule"] == "callable":  # one that remembers, and must be given
            return {**settings, "stopping_criterion": "callable"}, {int(t): value for t, value in saved["memory"]}
        criterion = stopping.STANDARD[saved["rule"]](saved["threshold"])
        memory = {int(t): float(value) for t, value in saved["memory"]}
    except (KeyError, TypeError, ValueError, OverflowError):
        _damaged(f"its stopping criterion is {reprlib.repr(saved)}")
    return {**settings, "stopping_criterion": criterion}, memory


def _states(saved, model, X):
    """A run's states, which must be those of iterations 0, 1, 2, ... of its model."""
    states = from_jsonable(saved)
    if not states:
        _damaged("it has no states")
    for t, state in enumerate(states):
        if (
            not isinstance(state, State)
            or state.iteration != t
            or not all(isinstance(value, Real) for value in (state.inverse_temperature, state.objective, state.log_likelihood, state.eps))
        ):
            _damaged(f"its state {t} is {reprlib.repr(saved[t])}")
        if not isinstance(state.parameters, model.parameters_class):
            _damaged(f"the parameters of its state {t} are not {model.parameters_class.__name__}")
        try:
            model.check_parameters(state.parameters, X.shape[1])
        except ValueError as error:
            _damaged(f"the parameters of its state {t} do not suit its settings and X ({error})")
    return states
