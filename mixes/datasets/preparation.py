"""From a person's table to rows that a model can be fitted to, and the sentences that say what was done or is wrong."""

import numpy as np
import pandas as pd

from ..checks import one_of, shown
from .columns import (
    BINARY,
    BOOLEAN,
    COMPLEX,
    DATES,
    NOTHING,
    NUMBERS,
    TWO_VALUES,
    WHOLE,
    check_frame,
    describe_columns,
    first_text,
    kind_of,
)
from .dataset import Dataset
from .reading import check_decimal, listed, padded_columns, parse_text_columns, unique_names

_MOST_TOLD = 10  # columns of which the same is said one by one
# what a column that holds these is told to be
_NOT_NUMBERS = {
    NOTHING: "has no values",
    DATES: "holds dates or times, not numbers",
    BINARY: "holds binary data, not numbers",
    COMPLEX: "holds complex numbers",
}
_UNSUITED = {TWO_VALUES: "has two values only", DATES: "holds dates"}


class MissingValues(ValueError):
    """Values are missing, and whether to drop rows or fill in medians is for the person to say.

    Attributes
    ----------
    columns : dict of str to int, how many are missing in each column that has any
    rows : tuple of int, the numbers of the rows that have any, from 1
    """

    def __init__(self, name, columns, rows, n):
        self.columns, self.rows = columns, rows
        super().__init__(
            f"{_number(len(rows), 'row')} of {n:,} in {name} {'has' if len(rows) == 1 else 'have'} missing values ({_counts(columns)}); "
            "leave these rows out, or fill in the median of the column."
        )


def from_table(frame, name, *, columns=None, label=None, missing="ask", decimal=None):
    """Choose and check the columns to fit to.

    Parameters
    ----------
    frame : DataFrame
    name : str, the name of the data set
    columns : sequence of names, optional
        Default: every column of numbers except the label and those that `describe_columns` proposes to leave out.
    label : str, optional
        Column of known classes, never used to fit; rows without one get the class "missing".
    missing : "ask", "drop" or "median"
        For missing values: raise `MissingValues`, leave out their rows, or fill in the median of the column.
    decimal : "." or ",", or a mapping of names of columns to these, optional
        Decimal sign of columns of text whose numbers can be read in two ways, as in `read_table`.

    Returns
    -------
    dataset : Dataset
        True and false count as 1 and 0. Columns that are constant are left out, and so are those that were not asked for and
        are not numbers, or look like an identifier, a code or a class, or have two values only; `notes` say so.

    Raises
    ------
    AmbiguousNumbers
        A column of text could be read in two ways, and `decimal` does not say which.
    ValueError
        A column asked for does not exist or is not numbers, nothing is left to fit to, or a value is infinite.
    """
    check_frame(frame)
    if not isinstance(name, str):
        raise ValueError(f"name is {shown(name)}; it needs a text, the name of the data set.")
    one_of("missing", missing, ("ask", "drop", "median"))
    check_decimal(decimal)
    columns = _names_of("columns", columns)
    label = None if label is None else _names_of("label", [label])[0]
    notes = list(frame.attrs.get("notes", ()))
    names, renamed = unique_names(frame.columns)
    frame = _plain(frame.set_axis(names, axis=1).reset_index(drop=True))
    notes += renamed
    _check_columns(names, name, columns, label)
    if len(frame) < 2:
        raise ValueError(f"{name} has {_number(len(frame), 'row')} of data; at least two rows are needed.")

    table, parsed = parse_text_columns(frame[[column for column in (columns or names) if column != label]], decimal)
    X, not_numbers = _numbers(table, name, required=columns is not None)
    notes += parsed + not_numbers
    codes = padded_columns(frame)
    whole = _with(frame, {column: table[column] for column in X if column not in codes})
    if X.empty:
        raise ValueError(f"{name} has no column of numbers to fit to; choose a table with at least one.")
    X = _without_constants(X, name, notes)
    X = _only_features(
        X, describe_columns(_with(frame, table.drop(columns=list(codes), errors="ignore"))), name, columns is not None, notes
    )
    _check_finite(X, name)
    medians = X.median()
    X = _without_missing(X, name, missing, notes)
    X = _without_constants(X, name, notes)
    fill = medians[X.columns].to_numpy(float) if missing == "median" else None
    labels, label_names = (None, ()) if label is None else _labels(frame.loc[X.index, label], notes)
    return Dataset(
        name, X.to_numpy(float), tuple(X.columns), labels, label_names, X.index.to_numpy() + 1, tuple(notes), table=whole, fill=fill
    )


def feature_rows(frame, features, name):
    """Some columns of a table, read as `from_table` reads them.

    Parameters
    ----------
    frame : DataFrame
    features : sequence of names
    name : str, how the table is called in messages

    Returns
    -------
    X : float array (n, d), NaN where a value is missing

    Raises
    ------
    ValueError
        A column does not exist, is not numbers or has an infinite value.
    """
    check_frame(frame)
    features = _names_of("features", features)
    names, _ = unique_names(frame.columns)
    frame = _plain(frame.set_axis(names, axis=1).reset_index(drop=True))
    _check_columns(names, name, features, None)
    table, _ = parse_text_columns(frame[[column for column in features if not frame[column].isna().all()]])
    X, _ = _numbers(table, name, required=True)
    _check_finite(X, name)
    return X.reindex(columns=features).to_numpy(float)


def _names_of(argument, names):
    """Names of columns as texts; a column may have a number for a name."""
    if names is None:
        return None
    if isinstance(names, (str, bytes)) or not np.iterable(names):
        raise ValueError(f"{argument} is {shown(names)}; it needs a list of names of columns.")
    names = list(names)
    wrong = [name for name in names if not np.isscalar(name) and not isinstance(name, tuple)]
    if wrong:
        raise ValueError(
            f"{argument} has {shown(wrong[0])}; it needs {'the name of a column' if argument == 'label' else 'names of columns'}."
        )
    return [str(name).strip() for name in names]


def _check_columns(names, name, columns, label):
    for column in [*(columns or ()), *([] if label is None else [label])]:
        if column not in names:
            raise ValueError(f'{name} has no column "{column}"; its columns are {listed(names)}.')
    if columns is not None and len(columns) == 0:
        raise ValueError("No column is chosen to fit to; choose at least one.")
    if columns is not None and label in columns:
        raise ValueError(f'Column "{label}" is the label, which is never used to fit; take it out of the columns.')
    repeated = [column for i, column in enumerate(columns or ()) if column in columns[:i]]
    if repeated:
        raise ValueError(f'Column "{repeated[0]}" is chosen twice; choose each column once.')


def _plain(frame):
    """The frame without categories, and without columns of objects that are all numbers, dates or text."""
    categories = {column: dtype.categories.dtype for column, dtype in frame.dtypes.items() if isinstance(dtype, pd.CategoricalDtype)}
    return frame.astype(categories).infer_objects()


def _with(frame, table):
    """The frame with columns of numbers that were text, and no notes."""
    whole = frame.assign(**{column: table[column] for column in table})
    whole.attrs = {}
    return whole


def _numbers(table, name, required):
    """The columns of numbers as floats, and notes on the others; a column that is `required` must be numbers."""
    numbers, notes = {}, []
    for column, values in table.items():
        kind = kind_of(values)
        if kind in (NUMBERS, WHOLE):
            numbers[column] = values.to_numpy(float, na_value=np.nan)
            continue
        if kind == BOOLEAN:
            numbers[column] = values.astype("Float64").to_numpy(float, na_value=np.nan)
            continue
        reason = _NOT_NUMBERS.get(kind) or 'is text, not numbers (row {}: "{}")'.format(*first_text(values))
        if required:
            raise ValueError(f'Column "{column}" of {name} {reason}; choose columns of numbers.')
        notes.append(f'Column "{column}" {reason}; it was left out.')
    return pd.DataFrame(numbers, index=table.index), notes


def _without_constants(X, name, notes):
    lowest, highest = X.min(), X.max()
    constant = [column for column in X if lowest[column] == highest[column]]
    if len(constant) == X.shape[1]:
        raise ValueError(f"In {name} every column of numbers is constant ({listed(constant)}); at least one must vary.")
    notes += [f'Column "{column}" is constant ({lowest[column]:g}); it was left out.' for column in constant[:_MOST_TOLD]]
    if len(constant) > _MOST_TOLD:
        notes.append(f"{_number(len(constant) - _MOST_TOLD, 'more column')} that are constant were left out.")
    return X.drop(columns=constant)


def _only_features(X, described, name, asked_for, notes):
    """The columns that are proposed as features; those that were `asked_for` all the same are kept, and said."""
    unsuited = {column.name: _UNSUITED.get(column.reason, column.reason) for column in described if column.reason and column.name in X}
    end = "it is fitted, as you chose it" if asked_for else "it was left out"
    told = list(unsuited)[:_MOST_TOLD]
    notes += [f'Column "{column}" {unsuited[column]}; {end}.' for column in told]
    if len(unsuited) > len(told):
        notes.append(
            f"{_number(len(unsuited) - len(told), 'more column')} like these "
            f"{'are fitted, as you chose them' if asked_for else 'were left out'}."
        )
    if asked_for:
        return X
    if len(unsuited) == X.shape[1]:
        reasons = [f'"{column}" {reason}' for column, reason in unsuited.items()]
        raise ValueError(f"{name} has no column that is surely a feature ({listed(reasons)}); choose the columns to fit to.")
    return X.drop(columns=list(unsuited))


def _check_finite(X, name):
    rows, columns = np.nonzero(np.isinf(X.to_numpy()))
    if len(rows):
        raise ValueError(
            f'Column "{X.columns[columns[0]]}" of {name} is infinite in row {rows[0] + 1}; correct the value or leave it empty (missing).'
        )


def _without_missing(X, name, missing, notes):
    gaps = X.isna()
    incomplete = gaps.any(axis=1).to_numpy()
    if not incomplete.any():
        return X
    columns = {column: int(count) for column, count in gaps.sum().items() if count}
    rows = tuple(int(row) for row in np.flatnonzero(incomplete) + 1)
    if missing == "ask":
        raise MissingValues(name, columns, rows, len(X))
    if missing == "median":
        total = sum(columns.values())
        verb = "was" if total == 1 else "were"
        notes.append(f"{_number(total, 'missing value')} {verb} filled in with the median of the column: {_counts(columns)}.")
        return X.fillna(X.median())
    if len(X) - len(rows) < 2:
        raise ValueError(
            f"In {name} only {_number(len(X) - len(rows), 'row')} of {len(X):,} would be left without missing values ({_counts(columns)}); "
            "fill in the median or choose fewer columns."
        )
    verb = "was" if len(rows) == 1 else "were"
    notes.append(f"{_number(len(rows), 'row')} with missing values {verb} left out: {listed(rows)}.")
    return X[~incomplete]


def _labels(values, notes):
    """Codes and names of the classes, in the order of their values."""
    codes, values = pd.factorize(values)  # equal values once; missing ones have the code -1
    values = pd.Series(values)
    text = values.map(_class_name)
    order = values.sort_values() if pd.api.types.is_numeric_dtype(values.dtype) else values.astype("str").sort_values()
    shown = [name for name in text[order.index] if name]
    absent = np.append(text == "", True)[codes]
    if absent.any():
        notes.append(f'{_number(int(absent.sum()), "row")} without a label: class "missing".')
    names = list(dict.fromkeys([*shown, *(["missing"] if absent.any() else [])]))
    numbers = pd.Index(names).get_indexer([*text.replace("", "missing"), "missing"])
    return numbers[codes].astype(int), tuple(names)


def _class_name(value):
    """The text of a class: 1.0 is class "1"."""
    whole = isinstance(value, (float, np.floating)) and value % 1 == 0 and abs(value) < 2**53
    return str(int(value) if whole else value).strip()


def _number(count, noun):
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def _counts(columns):
    return listed([f"{column}: {count:,}" for column, count in columns.items()])
