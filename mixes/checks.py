"""What given numbers must be: each check raises a ValueError, one sentence on what was given and what is right."""

from contextlib import contextmanager
from numbers import Integral, Real

import numpy as np
from sklearn.utils import check_random_state
from sklearn.utils.validation import validate_data

# Weights that miss a sum of 1 by more than the first were not meant; by less than the second they are our own.
_ROUNDED, _EXACT = 1e-6, 1e-12
# Values whose squares, summed over many rows, are still numbers.
LARGEST = 1e150
# The same of parameters, which may lie farther out than rows, and of variances.
LARGEST_LENGTH, LARGEST_VARIANCE = 1e153, 1e306
_FIT_OUT_OF_RANGE = (
    "The numbers of this fit leave the range that can be counted with: bring the columns of X to scales near 1, "
    "or give init parameters that are nearer to X."
)
_MOST = 2**31 - 1  # of anything that is counted


class NoNumber(ValueError, TypeError):
    """A cell of a kind that is no number: scikit-learn asks for a TypeError, everything here for a ValueError."""


def quiet():
    """Numbers that overflow on the way, where what comes out is looked at."""
    return np.errstate(over="ignore", invalid="ignore", divide="ignore")


@contextmanager
def within_range(errors=ValueError, sentence=_FIT_OUT_OF_RANGE):
    """Numbers that overflow on the way do no harm where what comes out is finite; else it is said in one sentence."""
    try:
        with quiet():
            yield
    except errors as problem:
        raise ValueError(sentence) from problem


def numbers(name, value):
    """``value`` as an array of floats."""
    try:
        return np.array(value, dtype=float)
    except (TypeError, ValueError, OverflowError):
        raise ValueError(f"{name} is {shown(value)}; it needs an array of numbers.") from None


def finite(name, value, largest=np.inf):
    """``value`` as an array of finite floats, none beyond the ``largest``."""
    array = numbers(name, value)
    if (np.abs(array) <= min(largest, np.finfo(float).max)).all():  # nearly always
        return array
    wrong = np.argwhere(~np.isfinite(array))
    if len(wrong):
        raise ValueError(f"{_entry(name, wrong[0])} is {array[tuple(wrong[0])]:g}; it needs a finite number.")
    wrong = np.argwhere(np.abs(array) > largest)
    if len(wrong):
        raise ValueError(
            f"{_entry(name, wrong[0])} is {array[tuple(wrong[0])]:g}; such values lead beyond the range of numbers, "
            f"so that {largest:g} is the limit: use a larger unit."
        )
    return array


def variances(name, value):
    """``value`` as an array of finite floats above 0."""
    array = finite(name, value, LARGEST_VARIANCE)
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
        raise ValueError(f"{_entry(name, negative[0])} is {weights[tuple(negative[0])]:g}; it needs probabilities that sum to 1.")
    sums = np.atleast_1d(weights.sum(axis=0))
    worst = np.abs(sums - 1).argmax()
    missed = abs(sums[worst] - 1)
    if missed > _ROUNDED:
        column = f"{name}[:, {worst}]" if weights.ndim == 2 else name
        raise ValueError(f"{column} sums to {sums[worst]:.10g}; it needs probabilities that sum to 1.")
    return weights / sums if missed > _EXACT else weights


def pinned(clusters, k):
    """Which of k clusters are pinned: a sorted tuple of int."""
    given = tuple(clusters) if isinstance(clusters, (list, tuple, np.ndarray)) else (None,)
    if not all(isinstance(j, Integral) and not isinstance(j, bool) and 0 <= j < k for j in given):
        raise ValueError(f"pinned is {shown(clusters)}; it needs numbers of components, from 0 to {k - 1}.")
    return tuple(sorted({int(j) for j in given}))


def symmetric(name, matrices):
    """Check that matrices (k, d, d) are symmetric but for rounding."""
    asymmetry = np.abs(matrices - matrices.swapaxes(1, 2)).max(axis=(1, 2))
    if asymmetry.max() > 1e-8 * np.abs(matrices).max():
        raise ValueError(f"{name}[{asymmetry.argmax()}] is not symmetric; give a symmetric matrix.")


def _entry(name, index):
    return f"{name}[{', '.join(map(str, index))}]" if len(index) else name


def explain_table(name, X):
    """Why X is no table of numbers, in one sentence; None when nothing is found."""
    if hasattr(X, "toarray"):
        return None  # scikit-learn has a sentence for sparse matrices
    if X is None or isinstance(X, (str, bytes, dict, set)) or not hasattr(X, "__len__"):
        return f"{name} is {shown(X)}; it needs a table of numbers, (rows, features)."
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
            return f"Input {name} contains {shown(cell)} in row {row}, column {columns[column]!r}; every cell needs a number."
    return None


def shown(value):
    """A value as one line of a message, shortened."""
    text = " ".join(repr(value).split())
    return text if len(text) <= 60 else f"{text[:57]}..."


def one_of(name, value, choices):
    """Check that a setting is one of some texts, True, False or None."""
    if not any(isinstance(value, type(choice)) and value == choice for choice in choices):
        *first, last = (f'"{choice}"' if isinstance(choice, str) else repr(choice) for choice in choices)
        raise ValueError(f"{name} is {shown(value)}; it needs {', '.join(first)} or {last}.")


def truth(name, value):
    """Check that a setting is True or False."""
    if not isinstance(value, (bool, np.bool_)):
        raise ValueError(f"{name} is {shown(value)}; it needs True or False.")


def random(random_state):
    """The RandomState of a setting ``random_state``."""
    try:
        return check_random_state(random_state)
    except (ValueError, TypeError):
        raise ValueError(
            f"random_state is {shown(random_state)}; it needs None, a whole number from 0 to 4294967295 or a RandomState."
        ) from None


def count(name, value, what, least=1):
    """Check that a setting is a whole number of at least so many, and not beyond all bounds."""
    if not isinstance(value, Integral) or isinstance(value, bool) or value < least:
        raise ValueError(f"{name} is {shown(value)}; it needs a whole number of {what}, at least {least}.")
    if value > _MOST:
        raise ValueError(f"{name} is {shown(value)}; it needs at most {_MOST} {what}.")


def number(name, value, low, high, low_allowed):
    """Check that a setting is a finite number in [low, high], or in (low, high]."""
    inside = isinstance(value, Real) and (low <= value if low_allowed else low < value) and value <= high and value < np.inf
    if not inside:
        interval = f"in {'[' if low_allowed else '('}{low:g}, {high:g}]"
        needed = interval if high < np.inf else f"of at least {low:g}" if low_allowed else f"above {low:g}"
        raise ValueError(f"{name} is {shown(value)}; it needs a number {needed}.")


def share(name, value):
    """Check that a setting is a share of the rows that leaves some of both."""
    if not isinstance(value, Real) or isinstance(value, bool) or not 0 < value < 1:
        raise ValueError(f"{name} is {shown(value)}; it needs a share of the rows, between 0 and 1.")


def rows(estimator, X, reset=False, min_samples=1, name="X"):
    """Rows as a float array (n, d); the ValueError names the first row and column that cannot be used."""
    if isinstance(X, np.ma.MaskedArray):
        X = X.astype(float).filled(np.nan)  # what is masked is missing
    try:
        # the order in memory would decide the last digits of sums
        X = validate_data(estimator, X, reset=reset, dtype=np.float64, order="C", ensure_all_finite=False, ensure_min_samples=min_samples)
    except (ValueError, TypeError, OverflowError) as error:
        why = explain_table(name, X)
        if why is None:
            raise type(error)(str(error).replace("X has", f"{name} has")) from None
        if why.startswith("Input") and isinstance(error, TypeError):
            raise NoNumber(why.replace("every cell needs", "each cell of this argument must be a string or")) from None
        raise ValueError(why) from None
    if not np.all(np.abs(X) <= LARGEST):  # also of NaN
        row, column = np.argwhere(~(np.abs(X) <= LARGEST))[0]
        names = feature_names(estimator)
        where = f"row {row}, column {column}" if names is None else f"row {row}, column {names[column]!r}"
        if np.isfinite(X[row, column]):
            raise ValueError(
                f"Input {name} contains {X[row, column]:g} in {where}; squares of such values are beyond "
                f"the range of numbers, so that {LARGEST:g} is the limit: use a larger unit."
            )
        value = "NaN" if np.isnan(X[row, column]) else "infinity (inf)"
        raise ValueError(f"Input {name} contains {value} in {where}; leave the row out or fill it in.")
    return X


def feature_names(estimator):
    """The names of the features an estimator was fitted to, a list, or None if it was not told any."""
    names = vars(estimator).get("feature_names_in_")  # scikit-learn sets it only where there are names
    return None if names is None else list(names)


def other_rows(X, d):
    """Rows beside those of a run as a float array (m, d)."""
    try:
        table = np.asarray(X, dtype=float)
    except (TypeError, ValueError, OverflowError):
        raise ValueError(f"X is no table of numbers; it needs rows of {d} numbers, as the run's own rows have.") from None
    unlike = table.ndim != 2 or table.shape[1] != d
    if unlike or not np.isfinite(table).all():
        what = f"has shape {table.shape}" if unlike else "contains NaN or infinity"
        raise ValueError(f"X {what}; it needs rows of {d} finite numbers, as the run's own rows have.")
    return table


def sample_weights(sample_weight, n):
    """Sample weights as a float array (n,); ones by default."""
    if sample_weight is None:
        return np.ones(n)
    try:
        weight = np.asarray(sample_weight, dtype=np.float64)
    except (ValueError, TypeError):
        raise ValueError(f"sample_weight is {shown(sample_weight)}; it needs one number a row.") from None
    if weight.ndim == 0:
        weight = np.full(n, float(weight))
    if weight.shape != (n,):
        raise ValueError(f"sample_weight.shape == {weight.shape}, expected ({n},): one weight a row.")
    wrong = np.flatnonzero(~(np.isfinite(weight) & (weight >= 0)))
    if wrong.size:
        raise ValueError(f"sample_weight is {weight[wrong[0]]:g} in row {wrong[0]}; it needs finite weights of at least 0.")
    if not weight.any():
        raise ValueError("sample_weight is zero in every row; at least one row needs a positive weight.")
    return weight


def start(parameters, n_components, n_features):
    """Check that parameters to start from have so many components and features."""
    k, d = parameters.means.shape
    if k != n_components or d != n_features:
        raise ValueError(f"init has {k} components in {d} features; n_components is {n_components} and X has {n_features} features.")


def layers(layer_sizes, layer_dims):
    """Sizes and dims as tuples of int, or a ValueError that says what is wrong with them."""
    checked = []
    for name, values, what in (("layer_sizes", layer_sizes, "components"), ("layer_dims", layer_dims, "factors")):
        values = np.asarray(values).tolist() if not isinstance(values, (list, tuple)) else list(values)
        if not isinstance(values, list) or not values:
            raise ValueError(f"{name} is {shown(values)}; it needs a list with the number of {what} of each layer.")
        for number, value in enumerate(values, start=1):
            whole = isinstance(value, Integral) or isinstance(value, float) and value.is_integer()
            if not whole or isinstance(value, bool) or value < 1:
                raise ValueError(f"{name} has {shown(value)} for layer {number}; it needs a whole number of {what}, at least 1.")
        checked.append(tuple(int(value) for value in values))
    sizes, dims = checked
    if len(sizes) != len(dims):
        raise ValueError(f"layer_sizes has {len(sizes)} layers, but layer_dims has {len(dims)}; give both for every layer.")
    for number, (below, dim) in enumerate(zip(dims, dims[1:]), start=2):
        if dim > below:
            raise ValueError(f"layer_dims has {dim} factors for layer {number}, but the layer below has only {below}; use at most {below}.")
    return sizes, dims
