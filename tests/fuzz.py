"""A fuzzer of the core: random models, settings, data and files, and what must hold for all of them. Not part of the suite.

    python tests/fuzz.py --minutes 30 --seed 0     try seeds 0, 1, 2, ... for half an hour
    python tests/fuzz.py --only 4711               try one seed again and say everything about it

Findings with the same signature are one finding, listed with their count and first seed; the exit code is 1 when there are any.
"""

import argparse
import collections
import json
import os
import re
import resource
import signal
import sys
import time
import traceback
import warnings
from dataclasses import fields, is_dataclass, replace
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402
from sklearn.base import clone  # noqa: E402

from mixes import DGMM, GMM, GMN, Evaluator, Run, SkewGMM, parameters_from_json, parameters_to_json, selection, stopping_criterion  # noqa: E402
from mixes.datasets import read_table  # noqa: E402
from mixes.gaussian import CODES  # noqa: E402
from mixes.skew.parameters import FLOOR_MULTIPLE  # noqa: E402

SECONDS = 30  # of the processor, for one case
MEMORY = 6 * 2**30
ROUNDING = 1e-9  # a share of the objective that may be lost anyhow
# Words that tell of what went wrong inside, not of what was given.
INTERNAL = re.compile(
    r"Traceback|Error\b|Singular matrix|must not contain|NaNs|infs|did not converge|setting an array|could not convert|could not be "
    r"converted|inhomogeneous|not supported|unsupported|positional|unexpected keyword|leading minor|broadcast|SVD|ufunc|"
    r"object is not|has no attribute|argument must be (?!a string or a number)|invalid literal|truth value|index \d+ is out|codec|"
    r"out of bounds|zero-size|not iterable|KeyError|cannot reshape|cast|overflow|unhashable|recursion",
    re.I,
)


# -- what is tried -----------------------------------------------------------------------------------------------------


def draw_rows(rng):
    """Rows (n, d) of some kind, often hostile."""
    n, d = int(rng.integers(3, 61)), int(rng.choice([1, 2, 2, 3, 3, 4, 6]))
    kind = rng.choice(
        [
            "normal",
            "clusters",
            "clusters",
            "constant",
            "equal",
            "collinear",
            "repeated",
            "few",
            "wide",
            "heavy",
            "outlier",
            "integers",
            "binary",
            "line",
            "two heaps",
        ]
    )
    if kind == "few":
        n = int(rng.integers(2, 6))
    if kind == "wide":
        n, d = int(rng.integers(3, 13)), int(rng.integers(10, 41))
    X = rng.standard_normal((n, d))
    if kind in ("clusters", "outlier", "two heaps"):
        X += rng.integers(3, size=n)[:, None] * rng.uniform(0, 10, size=d)
    if kind == "constant":
        X[:, rng.integers(d)] = rng.choice([0, 1, 1e-3, 1e6])
    if kind == "equal":
        X[:, rng.integers(d)] = X[:, 0]
    if kind == "collinear":
        X[:, -1] = X[:, 0] * rng.normal() + (X[:, 1] if d > 2 else 1) + rng.choice([0, 1e-9, 1e-4]) * X[:, -1]
    if kind == "repeated":
        X = X[rng.integers(max(2, n // 4), size=n)]
    if kind == "heavy":
        X = rng.standard_t(rng.choice([0.5, 1, 2]), size=(n, d))
    if kind == "outlier":
        X[rng.integers(n)] = 10.0 ** rng.integers(3, 13)
    if kind == "integers":
        X = np.rint(X * rng.choice([1, 3, 100]))
    if kind == "binary":
        X = (X > 0).astype(float)
    if kind == "line":
        X = np.linspace(0, 1, n)[:, None] * rng.standard_normal(d)
    if kind == "two heaps":
        X = np.repeat(X[:2], [n // 2, n - n // 2], axis=0)
    scale = rng.choice(["1"] * 8 + ["all", "extreme", "columns", "offset"])
    if scale == "all":
        X = X * 10.0 ** rng.choice([-8, 8])
    if scale == "extreme":
        X = X * 10.0 ** rng.choice([-150, -100, -40, 40, 100, 150])
    if scale == "columns":
        X = X * 10.0 ** rng.integers(-5, 6, size=d)
    if scale == "offset":
        X = X + 10.0 ** rng.integers(2, 10)
    return X, f"{kind} {X.shape} scale {scale}"


def deviations(X):
    """Standard deviations (d,), whose squares may be beyond the range of numbers."""
    unit = np.abs(X).max() or 1.0
    return unit * (X / unit).std(axis=0)


def in_a_container(X, rng):
    """The same rows as a list, a frame, a view, ...; float32 and integers change them."""
    kind = rng.choice(["array"] * 4 + ["list", "frame", "fortran", "view", "float32", "int"])
    if kind == "float32" and np.abs(X).max() < 1e30:
        return X.astype(np.float32)
    if kind == "int" and np.abs(X).max() < 1e15:
        return X.astype(int)
    return {
        "list": X.tolist,
        "frame": lambda: pd.DataFrame(X, columns=[f"x{i}" for i in range(X.shape[1])]),
        "fortran": lambda: np.asfortranarray(X),
        "view": lambda: np.repeat(X, 2, axis=0)[::2],
    }.get(kind, lambda: X)()


def draw_model(rng, X):
    """A model that suits the number of features, with random settings."""
    n, d = X.shape
    settings = {
        "random_state": int(rng.integers(1000)),
        "max_iter": int(rng.choice([1, 3, 8, 15])),
        "init": str(rng.choice(["kmeans", "random"])),
    }
    if rng.random() < 0.3:
        settings |= {"use_annealing": True, "annealing_start_v": float(rng.choice([0.05, 0.3, 0.5, 1.0]))}
    if rng.random() < 0.15:
        settings["update_rate"] = float(rng.choice([0.1, 0.5, 0.9]))
    if rng.random() < 0.5:
        settings["var_regularization"] = float(rng.choice([0, 0, 1e-12, 1e-4, 0.05, 1]))
    if rng.random() < 0.1:
        settings["n_init"] = 2
    if rng.random() < 0.3:
        settings["stopping_criterion"] = [
            None,
            stopping_criterion.create_log_lik_criterion(0.1),
            stopping_criterion.create_silhouette_criterion(1e-3),
            every_third,
        ][rng.integers(4)]
    if rng.random() < 0.2:
        labels = rng.integers(3, size=n)
        settings["evaluator"] = Evaluator(labels, "ARI", "accuracy", "silhouette", calc_frequency=int(rng.integers(1, 4)))
    kind = rng.choice(["GMM"] * 4 + ["restricted"] * 2 + ["full", "diagonal"] + ["DGMM", "GMN"] * 2)
    k = int(rng.integers(1, min(4, n) + 1))
    if kind == "GMM":
        return GMM(k, str(rng.choice(["full"] * len(CODES) + [*CODES])), **settings)
    if kind in ("restricted", "full", "diagonal"):
        return SkewGMM(k, str(kind), **settings)
    depth = int(rng.integers(1, 4))
    dims = np.sort(rng.integers(1, min(d, 4) + 1, size=depth))[::-1].tolist()
    sizes = rng.integers(1, min(3, n) + 1, size=depth).tolist()
    if rng.random() < 0.2:
        settings |= {"e_step": "sampled", "path_samples": int(rng.choice([1, 5, 20]))}
    settings["hard_assignment"] = bool(rng.random() < 0.15)
    return {"DGMM": DGMM, "GMN": GMN}[kind](sizes, dims, **settings)


def every_third(iter_i, data, probs, pred, log_lik):
    """A stopping criterion of one's own."""
    return iter_i >= 3


def draw_weight(rng, n):
    kind = rng.choice(["none"] * 4 + ["integers", "some zero", "real", "scaled", "number"])
    return {
        "none": None,
        "integers": rng.integers(1, 4, size=n),
        "some zero": rng.integers(0, 3, size=n),
        "real": rng.uniform(0.1, 2, size=n),
        "scaled": rng.uniform(0.1, 2, size=n) * 10.0 ** rng.integers(-12, 12),
        "number": 2.0,
    }[kind]


# -- what must hold of a fit -------------------------------------------------------------------------------------------


def try_a_fit(rng):
    X, label = draw_rows(rng)
    model = draw_model(rng, X)
    if isinstance(model, SkewGMM) and model.skewness != "restricted":  # orthants in more dimensions are slow
        X = X[:, :3]
    if rng.random() < 0.15:
        model.init = given_parameters(model, X, rng)
    weight = draw_weight(rng, len(X))
    held_out = X[rng.integers(len(X), size=3)] + 0.1 * deviations(X) if rng.random() < 0.3 else None
    yield f"{model} on {label}, weights {None if weight is None else np.unique(weight)[:3]}, held out {held_out is not None}"
    rows = in_a_container(X, rng)
    if held_out is not None and isinstance(rows, pd.DataFrame):
        held_out = pd.DataFrame(held_out, columns=rows.columns)
    run = model.start(rows, weight, held_out)
    yield from falls(run)
    yield from not_finite(run)
    X = np.asarray(rows, dtype=float)
    fitted = clone(model)
    for _ in fitted.iterate(rows, weight, held_out):
        pass
    yield from same_traces(run.trace, fitted.trace_, "iterate() is not stepping")
    yield from time_travel(run, rows, weight, held_out, rng)
    if model.n_init == 1:
        yield from order_of_rows(run, X, weight, rng)
    yield from predictions(fitted, rows, X, weight)


def given_parameters(model, X, rng):
    """Parameters to start from: of these data, or of others in other units."""
    other = X if rng.random() < 0.5 else rng.standard_normal((20, X.shape[1]))
    return clone(model).set_params(init="random", max_iter=2, evaluator=None, n_init=1).fit(other).parameters_


def is_estimated(model, parameters):
    """Whether the objective is an estimate, which may fall."""
    return (
        isinstance(model, (DGMM, GMN))
        and model.density_of(parameters).sampled
        or isinstance(model, SkewGMM)
        and parameters.skewness.shape[2] > 3
    )


def falls(run):
    """Step to the end; the objective falls where a step repaired, damped or sampled something only, and this is said."""
    allowed = run.model.update_rate < 1 or is_estimated(run.model, run.state.parameters)
    while not run.finished:
        before = run.expectation()
        state = run.maximization()
        kinds = {event.kind for event in state.events}
        fall = (before.objective - state.objective) / (len(run.X) + abs(before.objective))
        if not fall <= ROUNDING and not fall <= figures_lost(run, before.parameters, state.parameters):
            # parameters that were given may lie below the floor; from any others floored ones are the best allowed
            raised = state.iteration == 1 and not isinstance(run.model.init, str) and "covariance floored" in kinds
            repaired = raised or "held apart" in kinds
            if not allowed and not repaired:
                yield (
                    f"the objective falls, and nothing was repaired | iteration {state.iteration}: {before.objective!r} to "
                    f"{state.objective!r}, events {sorted(kinds)}"
                )
            if not repaired and "objective fell" not in kinds:
                yield f"the objective falls silently | iteration {state.iteration}: {before.objective!r} to {state.objective!r}"
    if not 1 <= run.state.iteration <= run.model.max_iter:
        yield f"a run ends at iteration {run.state.iteration}, max_iter is {run.model.max_iter}"


def figures_lost(run, *parameters):
    """The share of a log-likelihood that rounding may change: covariances near singularity have few figures."""
    worst = 0.0
    for some in parameters:
        covariances, least = getattr(some, "scales", None), FLOOR_MULTIPLE * run.floor  # of skewed components: the narrower ones
        if covariances is None:
            covariances, least = type(run.model).from_parameters(some).covariances_, run.floor
        deviation = np.sqrt(np.einsum("kii->ki", covariances))
        eigenvalues = np.linalg.eigvalsh(covariances / deviation[:, :, None] / deviation[:, None, :])
        worst = max(worst, *(eigenvalues[:, -1] / np.maximum(eigenvalues[:, 0], 1e-16)))
        if not hasattr(some, "layers"):  # eigenvalues that are raised to the floor are exact to a share of the whole's largest
            largest = np.linalg.eigvalsh(type(run.model).from_parameters(some).covariances_)[:, -1]
            worst = max(worst, *np.where(np.linalg.eigvalsh(covariances)[:, 0] < 2 * least, largest / least, 0.0))
        for layer in getattr(some, "layers", ()):  # layers with little noise have few figures, too
            worst = max(worst, (((layer.loadings**2).sum(axis=2) + layer.noise) / layer.noise).max())
    return min(1e-15 * worst, 1e-2)


def resolution(model, parameters):
    """The share of a log-likelihood that the rounding of means may change: far from 0 they are few figures wide."""
    fitted = type(model).from_parameters(parameters)
    precisions = np.linalg.pinv(fitted.covariances_, rcond=1e-15, hermitian=True)
    steps = np.spacing(np.abs(fitted.means_)) * np.sqrt(np.maximum(np.einsum("kii->ki", precisions), 0.0))
    return min(steps.max(), 1e-2)


def arrays(value):
    """All arrays in nested dataclasses and tuples."""
    if is_dataclass(value):
        value = [getattr(value, field.name) for field in fields(value)]
    if isinstance(value, (list, tuple)):
        for entry in value:
            yield from arrays(entry)
    elif isinstance(value, np.ndarray):
        yield value


def not_finite(run):
    for state in run.trace:
        if not all(np.isfinite(array).all() for array in arrays(state.parameters)):
            yield f"parameters are not finite | iteration {state.iteration}"
            return
        for name in ("log_likelihood", "objective", "eps", "inverse_temperature"):
            if not np.isfinite(getattr(state, name)):
                yield f"{name} is not finite | {getattr(state, name)} in iteration {state.iteration}"
                return
        if state.log_likelihood_validation is not None and np.isnan(state.log_likelihood_validation):
            yield f"the held-out log-likelihood is NaN | iteration {state.iteration}"
            return


def same_traces(a, b, what):
    """The same bits in the states of two runs."""
    if len(a) != len(b):
        yield f"{what}: another number of iterations | {len(a)} and {len(b)}"
        return
    for one, other in zip(a, b):
        pairs = zip(arrays(one.parameters), arrays(other.parameters), strict=True)
        if not all(np.array_equal(x, y) for x, y in pairs):
            yield f"{what}: other parameters | from iteration {one.iteration} on"
            return
        plain = [replace(state, parameters=None, metrics={}) for state in (one, other)]
        if plain[0] != plain[1] or str(one.metrics) != str(other.metrics):
            yield f"{what}: another state | from iteration {one.iteration} on: {plain}"
            return


def time_travel(run, rows, weight, held_out, rng):
    """Rewinding, forking and loading give the same bits, and a fork with other settings works."""
    t = int(rng.integers(len(run.trace)))
    fork = run.fork(t)
    fork.finish()
    yield from same_traces(run.trace, fork.trace, "a fork is not the run it left")
    own = {name: getattr(run.model, name) for name in ("stopping_criterion", "evaluator")}
    text = run.fork(t).to_json()
    loaded = Run.from_json(
        text,
        rows,
        weight,
        held_out,
        **{name: value if callable(value) and not isinstance(value, stopping_criterion.Criterion) else None for name, value in own.items()},
    )
    if loaded.to_json() != text:
        yield "a run saved again is another text"
    loaded.finish()
    yield from same_traces(run.trace, loaded.trace, "a loaded run goes on otherwise")
    again = run.fork().rewind(t)
    again.finish()
    if t > 0:
        yield from same_traces(run.trace, again.trace, "rewinding goes on otherwise")
    changed = run.fork(
        t,
        max_iter=t + 2,
        **[
            {},
            {"update_rate": 0.5},
            {"use_annealing": True, "annealing_start_v": 0.3},
            {"var_regularization": 0.01},
            {"stopping_criterion": None},
        ][rng.integers(5)],
    )
    changed.finish()
    yield from (f"{finding} (fork)" for finding in not_finite(changed))


def order_of_rows(run, X, weight, rng):
    """Shuffled rows, and repeats in the place of whole weights, start the same and go the same way for a while."""
    model = clone(run.model).set_params(evaluator=None, stopping_criterion=None)
    weight = np.ones(len(X)) if weight is None else np.broadcast_to(weight, len(X))
    order = rng.permutation(len(X))
    ways = {"shuffled rows": (X[order], weight[order])}
    if np.issubdtype(weight.dtype, np.integer):
        ways["weights are not repeats"] = (np.repeat(X, weight, axis=0), None)
    for what, (other_X, other_weight) in ways.items():
        other, lost = model.start(other_X, other_weight), 0.0
        for state in run.trace[:4]:
            if state.iteration:
                other.step()
            a, b = state.log_likelihood, other.state.log_likelihood
            off = abs(a - b) / (weight.sum() + abs(a))
            # the next step begins with what this one lost, in exact arithmetic, too: covariances are rounded between them
            lost = max(lost, figures_lost(run, state.parameters, other.state.parameters))
            if not off <= max(1e-6, lost, resolution(model, state.parameters)):
                yield f"{what}: another {'fit' if state.iteration else 'start'} | iteration {state.iteration}: {a!r}, {b!r}"
                break
            if abs(a) > 1e7 * weight.sum():  # rows so far away that rounding decides between components
                break


def predictions(fitted, rows, X, weight):
    """Prediction, scores, samples, criteria and the way through JSON of a fitted model."""
    weight = np.ones(len(X)) if weight is None else np.broadcast_to(weight, len(X)).astype(float)
    probs = fitted.predict_proba(rows)
    if not (np.isfinite(probs).all() and np.allclose(probs.sum(axis=1), 1, atol=1e-9) and (probs >= 0).all()):
        yield f"predict_proba is no probability | sums {np.unique(probs.sum(axis=1))[:5]}"
    far = X + 1e3 * deviations(X).max() * np.linspace(-1, 1, len(X))[:, None]
    far = pd.DataFrame(far, columns=rows.columns) if isinstance(rows, pd.DataFrame) else far
    try:
        if not np.isfinite(fitted.predict_proba(far)).all():
            yield "predict_proba of rows far away is not finite"
    except ValueError as problem:
        yield from unclear(str(problem))
    scores = fitted.score_samples(rows)
    present = weight > 0
    off = abs(scores[present] @ weight[present] - fitted.log_likelihood_)
    if not is_estimated(fitted, fitted.parameters_) and not off <= 1e-8 * np.abs(scores[present]) @ weight[present]:
        yield f"log_likelihood_ is not the sum of score_samples | {fitted.log_likelihood_!r}, off by {off}"
    drawn, labels = fitted.sample(7)
    if drawn.shape != (7, X.shape[1]) or not np.isfinite(drawn).all() or not 0 <= labels.min() <= labels.max() < probs.shape[1]:
        yield "sample() draws no rows"
    if not np.isfinite([fitted.aic(rows), fitted.bic(rows), fitted.icl(rows), fitted.score(rows)]).all():
        yield "a criterion is not finite"
    back = parameters_from_json(parameters_to_json(fitted.parameters_))
    if not all(np.array_equal(a, b) for a, b in zip(arrays(back), arrays(fitted.parameters_), strict=True)):
        yield "parameters change on their way through JSON"
    kept = {name: value for name, value in fitted.get_params(deep=False).items() if name in ("e_step", "path_samples")}
    other = type(fitted).from_parameters(back, **kept)
    if not np.array_equal(other.score_samples(X), scores):
        yield "from_parameters() scores otherwise"


# -- errors: one clear sentence ----------------------------------------------------------------------------------------

WRONG = (
    None,
    "x",
    "",
    b"x",
    -1,
    0,
    0.5,
    1.5,
    2.0,
    np.nan,
    np.inf,
    -np.inf,
    10**30,
    True,
    [],
    [2],
    [0, 0],
    {},
    set(),
    object(),
    int,
    np.array([1.0, 2.0]),
    np.array([[1, 2]]),
    np.float32(0.5),
    np.nan * np.ones(2),
    1j,
    (3, "x"),
    [[2]],
    pd.NA,
    pd.Series([1]),
)


def try_wrong_settings(rng):
    X = rng.standard_normal((20, 3))
    model = draw_model(rng, X)
    if rng.random() < 0.5:
        name = str(rng.choice(sorted(model.get_params(deep=False))))
        value = WRONG[rng.integers(len(WRONG))]
        yield f"{type(model).__name__} with {name}={value!r}"
        model.set_params(**{name: value}).fit(X)
        return
    run = model.start(X)
    method = str(rng.choice(["rewind", "fork", "responsibilities_at", "responsibilities", "sample", "steer", "weight", "X_validation"]))
    value = WRONG[rng.integers(len(WRONG))]
    steered = str(rng.choice(model.STEERING))
    yield f"{type(model).__name__}: {method} {steered if method == 'steer' else ''} with {value!r}"
    if method == "sample":
        model.fit(X).sample(value)
    elif method == "steer":
        run.fork(**{steered: value}).step()
    elif method == "weight":
        model.fit(X, sample_weight=value)
    elif method == "X_validation":
        model.start(X, X_validation=value)
    elif not (method in ("responsibilities", "fork") and value is None):
        getattr(run, method)(value)


def try_wrong_rows(rng):
    X, label = draw_rows(rng)
    model = draw_model(rng, X)
    kind = str(rng.choice(["cell", "cell", "whole", "shape", "few", "fewest"]))
    rows, weight = X.astype(object), None
    if kind == "cell":
        value = [np.nan, np.inf, -np.inf, None, "a", "", pd.NA, 1j, [1], 10**400, True][rng.integers(11)]
        rows[rng.integers(len(X)), rng.integers(X.shape[1])] = value
        rows = [rows, pd.DataFrame(rows), rows.tolist()][rng.integers(3)]
    elif kind == "whole":
        rows = WRONG[rng.integers(len(WRONG))]
    elif kind == "shape":
        rows = [X[:, 0], X[None], X[:0], X[:, :0], X[:1], [[1, 2], [3]], np.empty((0, 0))][rng.integers(7)]
    elif kind == "few":
        rows, weight = X, np.r_[np.ones(1), np.zeros(len(X) - 1)]
    else:  # as many rows as components, or one less
        rows = X[: max(1, len(getattr(model, "layer_sizes", [])) or model.n_components - 1)]
    yield f"{model} on {kind}: {label} {str(rows)[:60] if kind != 'cell' else value!r}"
    if rng.random() < 0.3 and kind != "few":
        clone(model).fit(X).predict(rows)
    else:
        model.fit(rows, sample_weight=weight)


def broken(value, rng):
    """Nested lists and dicts with one entry removed or replaced."""
    if isinstance(value, (dict, list)) and value and rng.random() < 0.85:
        keys = list(value) if isinstance(value, dict) else range(len(value))
        key = keys[rng.integers(len(keys))]
        inner = broken(value[key], rng)
        if isinstance(value, dict):
            return {k: inner if k == key else v for k, v in value.items() if k != key or rng.random() < 0.8}
        return [inner if i == key else entry for i, entry in enumerate(value)]
    wrong = [
        None,
        "x",
        -1,
        0,
        1.5,
        [],
        {},
        [[]],
        [1, 2],
        "",
        True,
        1e308,
        float("nan"),
        {"class": "Layer"},
        {"array": [1], "shape": [2]},
        {"class": "State"},
    ]
    return wrong[rng.integers(len(wrong))]


def try_broken_json(rng):
    X = rng.standard_normal((20, 3))
    model = draw_model(rng, X).set_params(evaluator=None, stopping_criterion=None, max_iter=3)
    run = model.start(X)
    run.finish()
    saved = bool(rng.random() < 0.5)
    content = broken(json.loads(run.to_json() if saved else parameters_to_json(run.state.parameters)), rng)
    text = json.dumps(content)
    if rng.random() < 0.1:
        text = text[: rng.integers(len(text) + 1)]
    yield f"{type(model).__name__}: {'run' if saved else 'parameters'} from broken JSON, {str(content)[:300]}"
    if saved:
        Run.from_json(text, X).finish()
    else:
        type(model).from_parameters(parameters_from_json(text)).score_samples(X)


def try_compare(rng):
    X, label = draw_rows(rng)
    models = {f"{i}": draw_model(rng, X).set_params(n_init=1, max_iter=3) for i in range(rng.integers(1, 4))}
    models = {
        name: model for name, model in models.items() if not isinstance(model, SkewGMM) or model.skewness == "restricted" or X.shape[1] <= 3
    }
    yield f"compare {list(models.values())} on {label}"
    labels = None if rng.random() < 0.5 else rng.integers(3, size=len(X))
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*the stopping rule did not hold")
        table = selection.compare(models, X, labels, n_splits=2)
    for name, problem in table["problem"].items():
        if problem is None and not np.isfinite(table.loc[name, ["log-likelihood", "BIC", "held-out log-likelihood"]].to_numpy(float)).all():
            yield f"a row of the table without numbers has no problem | {table.loc[name].to_dict()}"
        if problem is not None:
            sentence = problem.split(": ", 1)[-1] if problem.startswith("No fit on") else problem
            yield from unclear(sentence)
    selection.best(table)


# -- tables ------------------------------------------------------------------------------------------------------------

PIECES = [
    "1",
    "2.5",
    "-3,1",
    "1e5",
    "1.234,5",
    "1,234.5",
    "",
    " ",
    "x",
    "NA",
    "nan",
    "?",
    "-",
    '"',
    '""',
    "'",
    ",",
    ";",
    "\t",
    "|",
    "\n",
    "\n",
    "\r\n",
    "\r",
    "#",
    "%",
    "<",
    "{",
    "[",
    "=",
    "\x00",
    "\ufeff",
    "é",
    "ß",
    "日",
    "1 000",
    "2024-01-02",
    "12:30",
    "1e999",
    "0x1F",
    "true",
    "sep=;",
    "\u202e",
    "\x1b",
    "1_000",
    "−5",
    "½",
    "a,b",
    "name",
    "∞",
    "inf",
    "#DIV/0!",
    "9" * 40,
    "\u2028",
    "1.",
    ".",
    "e",
]


def hostile_bytes(rng):
    kind = str(rng.choice(["bytes", "pieces", "pieces", "grid", "grid", "bitten", "parquet", "zip", "long"]))
    if kind == "bytes":
        return rng.integers(256, size=rng.integers(1, 400), dtype=np.uint8).tobytes()
    if kind in ("parquet", "zip"):
        magic = b"PAR1" if kind == "parquet" else b"PK\x03\x04"
        return magic + rng.integers(256, size=rng.integers(0, 200), dtype=np.uint8).tobytes() + magic
    if kind == "pieces":
        text = "".join(PIECES[i] for i in rng.integers(len(PIECES), size=rng.integers(1, 60)))
    else:
        separator, columns = str(rng.choice([",", ";", "\t", " ", "|"])), int(rng.integers(1, 5))
        cells = [
            PIECES[i] if rng.random() < 0.15 else f"{rng.normal():.2f}".replace(".", str(rng.choice([".", ".", ","])))
            for i in rng.integers(len(PIECES), size=columns * int(rng.integers(1, 12)))
        ]
        text = "\n".join(separator.join(cells[i : i + columns]) for i in range(0, len(cells), columns))
        if kind == "long":
            text = text * int(rng.integers(1, 2000))
    data = text.encode(str(rng.choice(["utf-8", "utf-8", "utf-16", "utf-8-sig", "cp1252"])), errors="replace")
    if kind == "bitten":
        data = bytes(
            np.where(rng.random(len(data)) < 0.05, rng.integers(256, size=len(data)), np.frombuffer(data, np.uint8)).astype(np.uint8)
        )
    return data


def try_a_table(rng):
    data = hostile_bytes(rng)
    settings = {}
    if rng.random() < 0.4:
        settings = [
            {"header": True},
            {"header": False},
            {"separator": ";"},
            {"decimal": ","},
            {"encoding": "utf-8"},
            {"encoding": "latin-1"},
            {"separator": " "},
            {"sheet": "x"},
            {"encoding": "x"},
            {"header": 3},
            {"separator": "ab"},
        ][rng.integers(11)]
    yield f"read_table({data[:200]!r}, **{settings})"
    frame = read_table(data, "some.csv", **settings)
    if not isinstance(frame, pd.DataFrame) or frame.empty or frame.columns.has_duplicates:
        yield f"read_table gives no table | {type(frame)} {getattr(frame, 'shape', None)}"
    yield from (f"a note is no sentence: {note!r}" for note in frame.attrs["notes"] if not str(note).strip().endswith("."))


# -- running -----------------------------------------------------------------------------------------------------------

AREAS = {try_a_fit: 0.7, try_wrong_settings: 0.07, try_wrong_rows: 0.06, try_broken_json: 0.06, try_compare: 0.03, try_a_table: 0.08}


def unclear(message):
    """A finding when a message is not one clear sentence about what was given."""
    if "\n" in message or len(message) > 500 or not re.match(r"['\"]?\w", message) or INTERNAL.search(message):
        yield f"unclear message: {message}"


def out_of_time(*_):
    raise TimeoutError(f"more than {SECONDS} s")


def try_seed(seed):
    """Findings of one seed: a list of (signature, detail), and what was tried."""
    rng = np.random.default_rng(seed)
    area = rng.choice(list(AREAS), p=list(AREAS.values()))
    described, findings, refusal = "", [], None
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        warnings.filterwarnings("ignore", message="The stopping rule did not hold")
        try:
            case = area(rng)
            described = next(case)
            findings += case
        except ValueError as error:
            refusal = str(error)
            findings += [f"{finding} | {place(error)}" for finding in unclear(refusal)]
        except (Exception, RecursionError) as error:
            findings.append(f"{type(error).__name__}: {error} | {place(error)}")
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
    findings += {f"{w.category.__name__}: {w.message} | {Path(w.filename).name}:{w.lineno}" for w in warned}
    model = re.match(r"\w+(\(\w*'(?:full|diagonal)')?", described)
    return area.__name__, f"{model[0] if model else ''}", findings, described, refusal


def place(error):
    """Where in mixes an error came from."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if "mixes" in Path(frame.filename).parts]
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "outside of mixes"


def signature(area, model, finding):
    """What findings of one cause have in common."""
    head, _, where = finding.partition(" | ")
    head = re.sub(r"array\(.*|'.*'|\[.*\]|[-+]?\d[\d.e+-]*|nan|inf\b", "#", head.splitlines()[0])[:110]
    return f"{area}: {head}" + (f" at {where}" if re.fullmatch(r"[\w ]+(\.py:\d+)?", where) else f" ({model})")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--seed", type=int, default=0, help="the first seed")
    parser.add_argument("--only", type=int, help="try this seed alone")
    arguments = parser.parse_args()
    signal.signal(signal.SIGPROF, out_of_time)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    if arguments.only is not None:
        area, model, findings, described, refusal = try_seed(arguments.only)
        print(area, described, f"refused: {refusal}", *findings, sep="\n  ")
        sys.exit(bool(findings))
    groups, tried, refused = {}, collections.Counter(), collections.Counter()
    end, seed = time.monotonic() + 60 * arguments.minutes, arguments.seed
    while time.monotonic() < end:
        area, model, findings, described, refusal = try_seed(seed)
        tried[area] += 1
        if refusal is not None and area == "try_a_fit":
            refused[re.sub(r"[-+]?\d[\d.e+-]*", "#", refusal)[:100]] += 1
        for name, finding in {signature(area, model, finding): finding for finding in findings}.items():
            if name not in groups:
                groups[name] = [0, seed, finding, described]
                print(f"seed {seed}: {name}", flush=True)
            groups[name][0] += 1
        seed += 1
    print(f"\nSeeds {arguments.seed} to {seed - 1}: {dict(tried)}")
    print("Refused fits:", *(f"{count} {text}" for text, count in refused.most_common(12)), sep="\n  ")
    for name, (count, first, finding, described) in sorted(groups.items(), key=lambda item: -item[1][0]):
        print(f"\n{count} x {name}\n  python tests/fuzz.py --only {first}\n  {finding[:400]}\n  {described[:400]}")
    print(f"\n{len(groups)} findings")
    sys.exit(bool(groups))


if __name__ == "__main__":
    main()
