"""Parameters, states and runs as JSON, and Gaussian mixtures as Python; floats survive the round trip bit for bit."""

import json
from dataclasses import fields, is_dataclass

import numpy as np

from . import stopping_criterion as stopping

_WIDTH = 110  # characters in a line of Python
_GAUSSIAN_MIXTURE = """\
mixture = GaussianMixture(n_components=len(weights), covariance_type="full")
mixture.weights_, mixture.means_, mixture.covariances_ = weights, means, covariances
mixture.precisions_cholesky_ = np.linalg.inv(np.linalg.cholesky(covariances)).swapaxes(1, 2)
mixture.precisions_ = mixture.precisions_cholesky_ @ mixture.precisions_cholesky_.swapaxes(1, 2)
mixture.n_features_in_ = means.shape[1]"""
_RUN_FORMAT = "mixes run 1"


def _classes():
    from . import deep_parameters, events, gmm, skew_parameters, trace

    return {c.__name__: c for c in (gmm.GaussianParameters, deep_parameters.DeepParameters,
                                    deep_parameters.Layer, skew_parameters.SkewParameters,
                                    skew_parameters.DiagonalSkewParameters, trace.State, events.Event)}


def to_jsonable(value):
    """Nested dicts and lists for a dataclass of arrays, numbers, text, tuples and mappings."""
    if is_dataclass(value):
        return {"class": type(value).__name__,
                **{f.name: to_jsonable(getattr(value, f.name)) for f in fields(value)}}
    if isinstance(value, dict):
        return {name: to_jsonable(entry) for name, entry in value.items()}
    if isinstance(value, np.ndarray):
        return {"array": value.tolist(), "shape": list(value.shape)}
    if isinstance(value, (list, tuple)):
        return [to_jsonable(entry) for entry in value]
    return value.item() if isinstance(value, np.generic) else value


def from_jsonable(value):
    """The inverse of `to_jsonable`; lists come back as tuples."""
    if isinstance(value, dict) and "array" in value:
        return np.array(value["array"], dtype=float).reshape(value["shape"])
    if isinstance(value, dict):
        entries = {name: from_jsonable(entry) for name, entry in value.items() if name != "class"}
        known = _classes().get(value.get("class"))
        if known is None:
            return {**({"class": value["class"]} if "class" in value else {}), **entries}
        return known(**entries)
    return tuple(from_jsonable(entry) for entry in value) if isinstance(value, list) else value


def parameters_to_json(parameters):
    """Parameters as JSON text; `parameters_from_json` reads it back."""
    return json.dumps(to_jsonable(parameters), indent=1)


def parameters_from_json(text):
    """Parameters from the JSON text of `parameters_to_json`, for ``Model.from_parameters``."""
    try:
        parameters = from_jsonable(json.loads(text))
    except json.JSONDecodeError:
        parameters = None
    if not hasattr(parameters, "n_parameters"):
        raise ValueError("text holds no parameters of a model; give what parameters_to_json() returned.")
    return parameters


def gaussian_mixture_to_python(weights, means, covariances):
    """Python text that makes ``mixture``, a fitted ``sklearn.mixture.GaussianMixture`` with these parameters; without mixes."""
    def assignment(name, array):
        head = f"{name} = np.array("
        numbers = np.array2string(array, separator=", ", threshold=array.size, max_line_width=_WIDTH, prefix=head,
                                  formatter={"float_kind": lambda value: repr(float(value))})
        return f"{head}{numbers})"

    arrays = {"weights": weights, "means": means, "covariances": covariances}
    return "\n\n".join(["import numpy as np\nfrom sklearn.mixture import GaussianMixture",
                        *(assignment(name, array) for name, array in arrays.items()), _GAUSSIAN_MIXTURE])


def run_to_json(run):
    """A run without its data as JSON text; see `Run.from_json`."""
    settings = run.model.get_params(deep=False)
    criterion = run.criterion
    if type(criterion) in (stopping.LogLikelihoodCriterion, stopping.SilhouetteCriterion):
        settings["stopping_criterion"] = {"rule": type(criterion).__name__, "threshold": criterion.threshold,
                                          "memory": list(criterion.memory.items())}
    elif criterion is not None:
        settings["stopping_criterion"] = "callable"
    settings["evaluator"] = None if settings["evaluator"] is None else "callable"
    settings["random_state"] = None  # used up: the run's seed is what it drew
    return json.dumps({
        "format": _RUN_FORMAT, "model": type(run.model).__name__, "settings": to_jsonable(settings),
        "seed": run.seed, "schedule": list(run.schedule), "data": run.fingerprint(),
        "validation": run.X_validation is not None, "half": run.state.half, "restarts": list(run.restarts),
        "states": [to_jsonable(state) for state in run.trace]})


def run_from_json(run_class, text, X, sample_weight, X_validation, stopping_criterion, evaluator):
    """See `Run.from_json`."""
    from .mixture import check_rows, check_sample_weight, model_classes

    try:
        content = json.loads(text)
    except json.JSONDecodeError:
        content = None
    if not isinstance(content, dict) or content.get("format") != _RUN_FORMAT:
        raise ValueError("text is not a saved run; give what Run.to_json() returned.")
    settings = from_jsonable(content["settings"])
    memory = None
    if isinstance(settings["stopping_criterion"], dict):
        saved = settings["stopping_criterion"]
        memory = dict(saved["memory"])
        settings["stopping_criterion"] = getattr(stopping, saved["rule"])(saved["threshold"])
    for name, given in (("stopping_criterion", stopping_criterion), ("evaluator", evaluator)):
        if settings[name] == "callable":
            if given is None:
                raise ValueError(f"the run had its own {name}, which JSON cannot hold; give it as {name}=.")
            settings[name] = given
    if content["validation"] != (X_validation is not None):
        raise ValueError("X_validation must be given exactly when the saved run had held-out rows.")
    model = model_classes()[content["model"]](**settings)
    X = check_rows(model, X, reset=True)
    X_validation = None if X_validation is None else check_rows(model, X_validation, name="X_validation")
    run = run_class(model, X, check_sample_weight(sample_weight, len(X)), X_validation, content["seed"],
                    from_jsonable(content["states"]), tuple(content["schedule"]))
    if run.fingerprint() != content["data"]:
        raise ValueError("X, with its weights and held-out rows, is not the data that this run was saved with.")
    run.restarts = tuple(content["restarts"])
    if memory is not None:
        run.criterion.memory = memory
    if content["half"] == "E":
        run.expectation()
    return run
