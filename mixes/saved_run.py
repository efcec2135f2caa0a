"""Runs as JSON, without their data: settings, seed and states, from which one goes on with the same numbers."""

import json
import reprlib
from numbers import Real

from sklearn.base import clone

from . import stopping_criterion as stopping
from .events import Event
from .register import model_class
from .rows import Rows
from .serialization import from_jsonable, read, to_jsonable
from .trace import State

_FORMAT = "mixes run 1"
_FIELDS = {
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
            "format": _FORMAT,
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


def run_from_json(run_class, text, X, sample_weight, X_validation, stopping_criterion, evaluator, n_threads, client):
    """See `Run.from_json`."""
    content = read(text, "a saved run, as Run.to_json() gives it")
    if not isinstance(content, dict) or content.get("format") != _FORMAT:
        raise ValueError(f"text is not a saved run, as Run.to_json() gives it: its format is not {_FORMAT!r}.")
    for name, kind in _FIELDS.items():
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
    if content["validation"] and X_validation is None:
        raise ValueError("X_validation is None; it needs the rows that the saved run held out.")
    if X_validation is not None and not content["validation"]:
        raise ValueError("X_validation is given, but the saved run held out no rows; leave it out.")
    for name in settings.keys() - kind().get_params(deep=False).keys():
        _damaged(f"{content['model']} has no setting {name!r}")
    settings.setdefault("annealing_shapes", "free")  # all there was when runs did not say it
    model = kind(**settings)
    model.check_settings()
    rows = Rows.checked(model, X, sample_weight, X_validation, n_threads, client)
    states = _states(content["states"], model, rows.X)
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
            or not isinstance(state.events, tuple)
            or not all(isinstance(event, Event) for event in state.events)
            or not all(isinstance(value, Real) for value in (state.inverse_temperature, state.objective, state.log_likelihood, state.eps))
        ):
            _damaged(f"its state {t} is {reprlib.repr(saved[t])}")
        if not isinstance(state.parameters, model.parameters_class):
            _damaged(f"the parameters of its state {t} are not {model.parameters_class.__name__}")
    structure = states[-1].parameters.structure
    for t, state in reversed(list(enumerate(states))):
        if state.parameters.structure != structure and states[t + 1].given:  # an edit made more or fewer components
            structure = state.parameters.structure
            model = clone(model).set_params(**structure)
        try:
            model.check_parameters(state.parameters, X.shape[1])
        except ValueError as error:
            _damaged(f"the parameters of its state {t} do not suit its settings and X ({error})")
    return states
