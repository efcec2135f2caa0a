"""What people come for: their table, with the component of each row, its probabilities and its log density."""

import numpy as np
import pandas as pd

from ..checks import feature_names, shown
from .dataset import Dataset
from .preparation import check_frame, feature_rows
from .reading import unique_names

COMPONENT, LOG_DENSITY, NOTE = "component", "log density", "note"


def labelled(table, mixture, features=None, fill=None, held_out=()):
    """A table with what a mixture says of each row.

    Parameters
    ----------
    table : Dataset or DataFrame
        Of a `Dataset` the whole table that its rows are from. A frame may hold new rows, and more columns.
    mixture : fitted mixture
        In the units of the table; parameters of standardised rows are brought there by their ``rescaled``.
    features : sequence of names, optional
        The columns that the mixture was fitted to, in its order. Default: those of the `Dataset`, or
        ``mixture.feature_names_in_``.
    fill : sequence of d numbers, optional
        What to fill in where a value is missing, feature by feature. Default: as in the `Dataset`, or nothing; a row
        with a missing value is then left out.
    held_out : int array, optional
        Rows of the `Dataset` that were not fitted, as its ``split`` gives them; they get a note.

    Returns
    -------
    DataFrame
        All rows and columns of the table in its order, and then "component" (counted from 1, as in every picture and
        message; ``predict`` counts from 0), "probability of component 1" and so on, and "log density". These are
        missing for rows that are left out. "note" says why a row was left out, what was filled in, or that it was
        held out; the column is there when there is anything to say. A name that the table has already gets a number,
        "component (2)"; ``attrs["added"]`` are the new columns' names by these here.

    Raises
    ------
    ValueError
        The table has no such column, it is not numbers, or the mixture has another number of features.

    Examples
    --------
    >>> from mixes import GMM, datasets
    >>> iris = datasets.load("Iris")
    >>> mixture = GMM(2, random_state=0).fit(iris.X)
    >>> datasets.labelled(iris, mixture)["component"].value_counts(sort=False).tolist()
    [50, 100]
    """
    known, name = isinstance(table, Dataset), "the table"
    if known:
        features, name = table.features if features is None else features, table.name
        fill = table.fill if fill is None else fill
    frame = table.to_frame() if known else table
    check_frame(frame)
    features = _features(mixture, features)
    X = feature_rows(frame, features, name)
    gaps = np.isnan(X)
    if fill is not None:
        X = np.where(gaps, _fill(fill, len(features)), X)
    notes = _notes(gaps, features, filled=fill is not None)
    for row in table.rows[np.asarray(held_out, dtype=int)] - 1 if known else ():
        notes[row] = "; ".join(filter(None, ["held out of the fit", notes[row]]))
    columns = _columns(mixture, X, features)
    if any(notes):
        columns[NOTE] = notes
    names, _ = unique_names([*map(str, frame.columns), *columns])
    added = pd.DataFrame(columns).set_axis(names[frame.shape[1] :], axis=1).set_axis(frame.index)
    whole = pd.concat([frame.set_axis(names[: frame.shape[1]], axis=1), added], axis=1)
    whole.attrs = {"added": dict(zip(columns, added.columns))}
    return whole


def _features(mixture, features):
    """The names of the mixture's features, which must be as many as it has."""
    if features is None:
        features = feature_names(mixture)
    if features is None:
        raise ValueError("The mixture does not tell the names of its features; give features=, the columns' names.")
    features, d = list(map(str, features)), mixture.n_features_in_
    if len(features) != d:
        raise ValueError(
            f"The mixture has {d} feature{'s' if d > 1 else ''}, but {len(features)} "
            f"column{'s are' if len(features) != 1 else ' is'} given ({', '.join(features)}); "
            "they need to be as many."
        )
    return features


def _fill(fill, d):
    values = np.asarray(fill, dtype=float)
    if values.shape != (d,) or not np.isfinite(values).all():
        raise ValueError(f"fill is {shown(fill)}; it needs {d} finite numbers, one for each feature.")
    return values


def _notes(gaps, features, filled):
    """A note on each row with missing values; rows with the same ones have the same note."""
    notes = np.full(len(gaps), None, dtype=object)
    incomplete = np.flatnonzero(gaps.any(axis=1))
    if len(incomplete):
        kinds, kind = np.unique(gaps[incomplete], axis=0, return_inverse=True)
        said = [", ".join(name for name, gap in zip(features, own) if gap) for own in kinds]
        said = [f"filled in: {names}" if filled else f"left out: no value of {names}" for names in said]
        notes[incomplete] = np.array(said, dtype=object)[kind.ravel()]
    return notes


def _columns(mixture, X, features):
    """The new columns, missing where a row has a missing value."""
    usable = ~np.isnan(X).any(axis=1)
    n = usable.sum()
    rows = X[usable] if n else np.zeros((1, X.shape[1]))  # one row tells how many components there are
    if feature_names(mixture):
        rows = pd.DataFrame(rows, columns=features)
    posterior = mixture.predict_proba(rows)[:n]
    probabilities = np.full((len(X), posterior.shape[1]), np.nan)
    log_density = np.full(len(X), np.nan)
    probabilities[usable], log_density[usable] = posterior, mixture.score_samples(rows)[:n]
    component = pd.array(np.zeros(len(X)), dtype="Int64")
    component[~usable] = pd.NA
    component[usable] = posterior.argmax(axis=1) + 1
    each = {f"probability of {COMPONENT} {j}": column for j, column in enumerate(probabilities.T, start=1)}
    return {COMPONENT: component, **each, LOG_DENSITY: log_density}
