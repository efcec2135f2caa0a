"""Comparing models: the same measures for all of them, and held-out scores on the same random splits.

`compare` does it at once; its pieces, `splits`, `measures` and `held_out_score`, and `tabulate` and `best` of the table,
serve who wants one split at a time or has fitted runs already.
"""

import time
import warnings
from collections.abc import Mapping
from numbers import Real

import numpy as np
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import ShuffleSplit

from .. import checks, tables
from ..metrics import Fit
from ..mixture import Mixture
from .evidence import TEST_SIZE, evidence
from .table import HELD_OUT, STANDARD_ERROR, compared, tabulate

# What a model raises when it cannot be fitted to these data: a sentence of ours, or that numbers cannot be computed.
FAILURES = (ValueError, ArithmeticError, np.linalg.LinAlgError)


def compare(models, X, labels=None, *, n_splits=10, test_size=TEST_SIZE, random_state=0):
    """Fit models to the same rows and compare them.

    Parameters
    ----------
    models : mapping of name to mixture, or sequence of mixtures
        Left as they are: copies are fitted. In a sequence they are named after what differs.
    X : array-like (n, d)
    labels : array-like (n,), optional
        True classes, for ARI and accuracy; any number of classes.
    n_splits : int
        Random splits for the held-out log-likelihood; every model is fitted anew on each.
    test_size : float
        Share of the rows held out in a split.
    random_state : int
        Seed of the splits, and of the models that have none.

    Returns
    -------
    DataFrame
        A row for each model, `COLUMNS` as columns (`HELP` explains them) and one for each metric of your own, see
        `mixes.metrics.register`. A model that cannot be fitted has NaN and a sentence under "problem".
        ``attrs["evidence"]`` is one sentence on what the table says and how sure it is, ``attrs["held_out"]`` the
        held-out log-likelihoods per row, a list of the models' for each split.

    Raises
    ------
    ValueError
        For models, X, labels, n_splits or test_size that cannot be used.

    Notes
    -----
    A model whose ``init`` are parameters starts from them in every split: parameters that were fitted to all rows
    know the held-out ones.

    Examples
    --------
    >>> from mixes import GMM, datasets, selection
    >>> table = selection.compare([GMM(1), GMM(2)], datasets.load("Old Faithful").X, n_splits=3)
    >>> table["parameters"].to_dict()
    {'GMM(n_components=1)': 5, 'GMM(n_components=2)': 11}
    """
    models = {
        name: model if model.random_state is not None else clone(model).set_params(random_state=random_state)
        for name, model in _named(models).items()
    }
    X = tables.rows(clone(next(iter(models.values()))), X, reset=True, min_samples=2)
    labels = check_labels(labels, len(X))
    parts = splits(len(X), n_splits, test_size, random_state)
    measured, problems, scores = {}, {}, np.full((len(parts), len(models)), np.nan)
    for m, (name, model) in enumerate(models.items()):
        begin = time.perf_counter()
        try:
            fitted = _fitted(model, X)
            seconds = time.perf_counter() - begin
            measured[name] = measures(
                fitted,
                fitted.parameters_,
                X,
                log_likelihood=fitted.log_likelihood_,
                labels=labels,
                iterations=fitted.n_iter_,
                seconds=seconds,
            )
        except FAILURES as error:
            problems[name] = said_of(error)
            continue
        if not fitted.converged_ and fitted.stopping_criterion is not None:
            warnings.warn(
                f"{name}: the stopping rule did not hold within max_iter = {fitted.max_iter} iterations; "
                "raise max_iter to compare what the model can do.",
                ConvergenceWarning,
                stacklevel=2,
            )
        scored = [held_out_score(model, tables.taken(X, train), tables.taken(X, test)) for train, test in parts]
        scores[:, m] = [score for score, _ in scored]
        sentences = [problem for _, problem in scored if problem]
        if sentences:
            problems[name] = f"No fit on {len(sentences)} of {len(parts)} splits: {sentences[0]}"
    test_ratio = len(parts[0][1]) / len(parts[0][0])
    table = tabulate(list(models), measured, scores, problems, test_ratio)
    table.attrs["evidence"] = evidence(list(models), table, scores, test_ratio)
    table.attrs["held_out"] = scores.tolist()  # pandas cannot join tables that carry arrays
    return table


def splits(n, n_splits=10, test_size=TEST_SIZE, random_state=0):
    """Random splits of n rows: a list of pairs of index arrays, the rows to fit and the rows held out."""
    checks.count("n_splits", n_splits, "splits")
    checks.share("test_size", test_size)
    held_out = int(np.ceil(test_size * n))  # as scikit-learn counts
    if n - held_out < 2:
        raise ValueError(f"test_size is {test_size:g}, which leaves {max(n - held_out, 0):,} of {n:,} rows to fit; leave at least 2.")
    parts = ShuffleSplit(n_splits, test_size=held_out, random_state=random_state).split(np.empty((n, 0)))
    return [(np.sort(train), np.sort(test)) for train, test in parts]  # as rows are read


def measures(model, parameters, X, *, log_likelihood=None, labels=None, iterations=np.nan, seconds=np.nan):
    """All measures but the held-out ones, as a dict.

    Parameters
    ----------
    model : mixture
        Gives the settings; it need not be fitted. Of a run: ``run.model``.
    parameters : the model's parameters
        ``fitted.parameters_`` or ``run.state.parameters``.
    X : array (n, d)
        The rows that were fitted.
    log_likelihood : float, optional
        Of these parameters, when it is known already.
    labels : array-like (n,), optional
        True classes; without them ARI and accuracy are NaN.
    iterations, seconds : float, optional
        What the fit took.
    """
    table = tables.opened(X)
    X = np.asarray(X, dtype=float) if table is None else table
    labels = check_labels(labels, len(X))
    fitted = type(model).from_parameters(parameters, **model.get_params(deep=False))
    if log_likelihood is None:
        log_likelihood = fitted.score_samples(X).sum()
    entropies, pred = fitted.told(X)
    if not (np.isfinite(log_likelihood) and np.isfinite(entropies).all()):
        raise ValueError("The log-likelihood is not finite: some rows are too far from every component.")
    fit = Fit(
        log_likelihood=float(log_likelihood),
        entropy=float(entropies.sum()),
        n_parameters=parameters.n_parameters,
        n_rows=len(X),
        iterations=iterations,
        seconds=seconds,
        data=X,
        labels=labels,
        pred=pred,
    )
    return {
        metric.name: metric.of(fit) if metric.known(fit) else np.nan
        for metric in compared()
        if metric.name not in (HELD_OUT, STANDARD_ERROR)
    }


def held_out_score(model, X_train, X_test):
    """Fit a copy of a model to some rows and score others.

    Returns
    -------
    score : float
        Mean log density of the rows of X_test; NaN when the model cannot be fitted.
    problem : str or None
        Why it cannot.
    """
    try:
        score = _fitted(model, X_train).score(X_test)
    except FAILURES as error:
        return np.nan, said_of(error)
    return (score, None) if np.isfinite(score) else (np.nan, "The log density of a held-out row is not finite.")


def said_of(error):
    """A failure as a sentence."""
    if isinstance(error, ValueError) and not isinstance(error, np.linalg.LinAlgError):
        return str(error)
    return (
        f"The fit ran into numbers that cannot be computed with ({error or type(error).__name__}); standardise the "
        "features, or raise var_regularization."
    )


def _fitted(model, X):
    """A copy of the model, fitted to X; it does not warn."""
    model = clone(model).set_params(evaluator=None)  # an evaluator's labels are those of all rows, not of a split's
    for _ in model.iterate(X):
        pass
    return model


def check_labels(labels, n):
    if labels is None:
        return None
    labels = np.asarray(labels)
    if labels.shape != (n,):
        raise ValueError(f"labels has shape {labels.shape}, but X has {n:,} rows; give one label a row.")
    return labels


def _named(models):
    """Models by name; a ValueError when something is no mixture."""
    if isinstance(models, Mapping):
        named = {str(name): model for name, model in models.items()}
        if len(named) < len(models):
            raise ValueError(f"models has names that read the same: {', '.join(map(str, models))}.")
    elif isinstance(models, (list, tuple)):
        named = dict(enumerate(models))
    else:
        raise ValueError(f"models is a {type(models).__name__}; it needs a mapping of names to mixtures, or a list.")
    if not named:
        raise ValueError("models is empty; give at least one mixture.")
    for name, model in named.items():
        if not isinstance(model, Mixture):
            raise ValueError(f"models[{name!r}] is {model!r}; it needs a mixture such as GMM(2).")
    return named if isinstance(models, Mapping) else dict(zip(_names(models), models))


def _names(models):
    """Names of models: the class, the settings that differ, and a number where that is not enough."""
    settings = [{key: _said(value) for key, value in model.get_params(deep=False).items()} for model in models]
    differing = {key for one in settings for other in settings for key in one.keys() & other.keys() if one[key] != other[key]}
    names = []
    for model, own in zip(models, settings):
        shown = ", ".join(f"{key}={value}" for key, value in own.items() if key in differing)
        names.append(type(model).__name__ + (f"({shown})" if shown else ""))
    return [f"{name} #{names[:i].count(name) + 1}" if names.count(name) > 1 else name for i, name in enumerate(names)]


def _said(value):
    """A setting in a few words: numbers and text as they are, anything else by its class."""
    value = value.tolist() if isinstance(value, (np.ndarray, np.generic)) else value
    plain = value is None or isinstance(value, (str, Real, list, tuple))
    return repr(value) if plain else type(value).__name__
