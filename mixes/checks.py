"""What given numbers must be: each check raises a ValueError, one sentence on what was given and what is right."""

import reprlib

import numpy as np

# Weights that miss a sum of 1 by more than the first were not meant; by less than the second they are our own.
_ROUNDED, _EXACT = 1e-6, 1e-12


def numbers(name, value):
    """``value`` as an array of floats."""
    try:
        return np.array(value, dtype=float)
    except (TypeError, ValueError, OverflowError):
        raise ValueError(f"{name} is {reprlib.repr(value)}; it needs an array of numbers.") from None


def finite(name, value):
    """``value`` as an array of finite floats."""
    array = numbers(name, value)
    wrong = np.argwhere(~np.isfinite(array))
    if len(wrong):
        raise ValueError(f"{_entry(name, wrong[0])} is {array[tuple(wrong[0])]:g}; it needs a finite number.")
    return array


def positive(name, value):
    """``value`` as an array of finite floats above 0."""
    array = finite(name, value)
    wrong = np.argwhere(array <= 0)
    if len(wrong):
        raise ValueError(f"{_entry(name, wrong[0])} is {array[tuple(wrong[0])]:g}; it needs variances above 0.")
    return array


def probabilities(name, weights):
    """``weights`` (k,), or (k, columns) column by column, as probabilities; a sum that is 1 but for rounding, as of
    float32, is made 1."""
    if not weights.size:
        raise ValueError(f"{name} is empty; it needs at least one component.")
    negative = np.argwhere(weights < 0)
    if len(negative):
        raise ValueError(f"{_entry(name, negative[0])} is {weights[tuple(negative[0])]:g}; it needs probabilities that "
                         "sum to 1.")
    sums = np.atleast_1d(weights.sum(axis=0))
    worst = np.abs(sums - 1).argmax()
    missed = abs(sums[worst] - 1)
    if missed > _ROUNDED:
        column = f"{name}[:, {worst}]" if weights.ndim == 2 else name
        raise ValueError(f"{column} sums to {sums[worst]:.10g}; it needs probabilities that sum to 1.")
    return weights / sums if missed > _EXACT else weights


def symmetric(name, matrices):
    """Check that matrices (k, d, d) are symmetric but for rounding."""
    asymmetry = np.abs(matrices - matrices.swapaxes(1, 2)).max(axis=(1, 2))
    if asymmetry.max() > 1e-8 * np.abs(matrices).max():
        raise ValueError(f"{name}[{asymmetry.argmax()}] is not symmetric.")


def _entry(name, index):
    return f"{name}[{', '.join(map(str, index))}]" if len(index) else name


def explain_table(name, X):
    """Why X is no table of numbers, in one sentence; None when nothing is found."""
    if hasattr(X, "toarray"):
        return None  # scikit-learn has a sentence for sparse matrices
    if X is None or isinstance(X, (str, bytes, dict, set)) or not hasattr(X, "__len__"):
        return f"{name} is {reprlib.repr(X)}; it needs a table of numbers, (rows, features)."
    try:
        cells = np.asarray(X, dtype=object)
    except ValueError:
        return f"{name} is no table: its rows have different shapes."
    if np.iscomplexobj(X if hasattr(X, "dtype") else cells):
        return f"Complex data not supported: {name} holds complex numbers, but a table of real ones is needed."
    lengths = [np.size(row) for row in cells] if cells.ndim == 1 else []
    if len(set(lengths)) > 1:
        row = int(np.argmax(np.not_equal(lengths, lengths[0])))
        return f"Row {row} of {name} has length {lengths[row]}, but row 0 has {lengths[0]}; all rows need the same."
    if cells.ndim != 2:
        advice = f" Reshape your data: {name}.reshape(-1, 1) makes it one feature." if cells.ndim == 1 else ""
        return f"{name} has shape {cells.shape}; it needs a table, (rows, features).{advice}"
    columns = getattr(X, "columns", range(cells.shape[1]))
    for (row, column), cell in np.ndenumerate(cells):
        try:
            float(cell)
        except (TypeError, ValueError, OverflowError):
            return (f"Input {name} contains {reprlib.repr(cell)} in row {row}, column {columns[column]!r}; every cell "
                    "needs a number.")
    return None
