"""What is proposed for the columns of a table: fitted, the class, or left out, and why."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, strategies as st

from mixes import datasets
from mixes.datasets import describe_columns, from_table, read_table, suggest_label
from mixes.datasets.columns import _chance_that_all_differ

N = 60
RNG = np.random.default_rng(0)
FEATURE = RNG.normal(size=N).round(2)


def proposal(name, values):
    """What is proposed for a column beside two features."""
    frame = pd.DataFrame({"a": FEATURE, "b": FEATURE[::-1] ** 2})
    frame[name] = values
    column = describe_columns(frame)[2]
    return column.role, column.reason


IDENTIFIER, CODE, CLASS = (("left out", "looks like an identifier"), ("left out", "looks like a code"), ("class", "looks like a class"))
COLUMNS = {
    "rows that are counted": ("x", range(1, N + 1), ("left out", "counts the rows")),
    "years, each once": ("year", range(1960, 1960 + N), ("left out", "counts the rows")),
    "shuffled ids": ("x", RNG.permutation(N) + 501, IDENTIFIER),
    "shuffled ids with gaps": ("x", RNG.choice(2 * N, N, replace=False), IDENTIFIER),
    "ids with a gap in the data": ("x", [None, *RNG.permutation(N - 1)], IDENTIFIER),
    "account numbers": ("x", RNG.integers(10_000_000, 99_999_999, N), IDENTIFIER),
    "account numbers that recur": ("x", RNG.choice([5001234, 7004321, 9001111], N), IDENTIFIER),
    "ids by name that recur": ("PatientID", RNG.integers(100, 120, N), IDENTIFIER),
    "numbers of accounts": ("account number", RNG.integers(100, 120, N), IDENTIFIER),
    "house numbers, not all different": ("number", RNG.integers(1, 20, N) ** 2, ("feature", "")),
    "names of rows as text": ("sample_id", [f"s{i}" for i in range(N)], IDENTIFIER),
    "a word that ends in id": ("palmitic acid", RNG.integers(100, 140, N), ("feature", "")),
    "postal codes": ("Postcode", RNG.integers(10115, 99998, N), CODE),
    "zip codes": ("ZIP code", RNG.integers(501, 99950, N), CODE),
    "years that recur": ("year", RNG.integers(1990, 2020, N), ("feature", "")),
    "days as numbers": ("x", [20240100 + i % 28 + 1 for i in range(N)], ("left out", "dates")),
    "days as text": ("x", [f"{i % 28 + 1:02}.03.2024" for i in range(N)], ("left out", "dates")),
    "days with words": ("x", [f"{i % 28 + 1} March 2024" for i in range(N)], ("left out", "dates")),
    "times of day": ("x", [f"{i % 24}:05" for i in range(N)], ("left out", "dates")),
    "days": ("x", pd.date_range("2024-01-01", periods=N), ("left out", "dates")),
    "0 and 1": ("smoker", RNG.integers(0, 2, N), ("left out", "two values only")),
    "true and false": ("smoker", RNG.integers(0, 2, N).astype(bool), ("left out", "two values only")),
    "two decimals": ("x", np.where(FEATURE > 0, 0.48, 1.0), ("left out", "two values only")),
    "0 and 1 with the name of a class": ("diagnosis", RNG.integers(0, 2, N), CLASS),
    "a class of few integers": ("x", RNG.integers(1, 4, N), CLASS),
    "what is counted": ("x", np.repeat([0, 1, 2, 3], [30, 21, 8, 1]), ("feature", "")),
    "few integers that begin elsewhere": ("x", RNG.integers(3, 9, N), ("feature", "")),
    "a class as text": ("x", RNG.choice(["red", "blue", "green"], N), CLASS),
    "text": ("x", [f"word {i}" for i in range(N)], ("left out", "text")),
    "one value": ("x", 7, ("left out", "constant")),
    "no value": ("x", None, ("left out", "no values")),
    "whole numbers": ("x", RNG.normal(500, 100, N).round(), ("feature", "")),
    "large sums": ("x", RNG.lognormal(11, 1, N).round(), ("feature", "")),
    "numbers without end": ("x", [np.inf, -np.inf, *FEATURE[2:]], ("feature", "")),
    "whole numbers beyond counting": ("x", [-1e308, 1e308, *range(N - 2)], ("feature", "")),
}  # fmt: skip


@pytest.mark.parametrize("case", list(COLUMNS))
def test_what_is_proposed_for_a_column(case):
    name, values, proposed = COLUMNS[case]
    assert proposal(name, values) == proposed


@pytest.mark.parametrize("name", ["Iris", "Wine", "Breast cancer", "Old Faithful"])
def test_of_a_real_table_all_measurements_are_features_and_the_class_is_found(name):
    data = datasets.load(name)
    frame = pd.DataFrame(data.X, columns=data.features)
    if data.labels is not None:
        for target in (np.array(data.label_names)[data.labels], data.labels):
            columns = describe_columns(frame.assign(diagnosis=target))
            assert [column.role for column in columns] == ["feature"] * frame.shape[1] + ["class"]
    assert {column.role for column in describe_columns(frame)} == {"feature"}


def test_pixels_of_few_shades_are_features_and_the_digit_is_the_class():
    data = datasets.load("Digits")
    columns = describe_columns(pd.DataFrame(data.X, columns=data.features).assign(digit=data.labels))
    assert {column.reason for column in columns[:-1]} == {"", "constant", "two values only"} and columns[-1].role == "class"
    assert sum(column.role == "feature" for column in columns) > 55


def test_one_column_numbered_like_classes_is_the_class_and_several_are_codes_or_ratings():
    rng = np.random.default_rng(1)
    features = pd.DataFrame(rng.normal(size=(N, 5)), columns=list("abcde"))
    rated = {f"q{i}": rng.integers(1, 6, N) for i in range(7)}
    assert suggest_label(features.assign(batch=rated["q0"])) == "batch"
    roles = {column.name: (column.role, column.reason) for column in describe_columns(features.assign(batch=rated["q0"], site=rated["q1"]))}
    assert roles["batch"] == roles["site"] == CODE
    roles = {
        column.name: (column.role, column.reason) for column in describe_columns(features.assign(batch=rated["q0"], kind=list("xyz") * 20))
    }
    assert roles["kind"] == CLASS and roles["batch"] == CODE
    assert {column.role for column in describe_columns(features.assign(**rated))} == {"feature"}


def test_at_most_one_column_is_the_class_and_another_by_name_is_not_fitted():
    frame = pd.DataFrame({"a": FEATURE, "area": RNG.integers(2, 5, N), "region": RNG.integers(3, 9, N)})
    assert [(column.role, column.reason) for column in describe_columns(frame)] == [
        ("feature", ""),
        CLASS,
        ("left out", "looks like a class"),
    ]
    assert from_table(frame, "mine").features == ("a",) == from_table(frame, "mine", label="region").features


def test_a_column_is_told_in_words():
    frame = pd.DataFrame(
        {
            "x": [1.25, -20000, None, 3],
            "n": [2, 5, 2024, 9],
            "t": ["long " * 9, "b", "c", "d"],
            "b": [True, None, False, True],
            "day": pd.date_range("2024-01-31", periods=4),
            "id": [7, 5, 6, 8],
            "z": [12345, 4, 5, 6],
        }
    )
    told = [(column.kind, column.values, column.missing) for column in describe_columns(frame)]
    assert told == [("numbers", "\u221220,000 to 3", 1), ("whole numbers", "2 to 2024", 0), ("text", "4 different: long long long long…, b, c, …", 0),
                    ("true or false", "True, False", 1), ("dates", "2024-01-31 to 2024-02-03", 0), ("whole numbers", "4 different: 7, 5, 6, …", 0),
                    ("whole numbers", "4 to 12,345", 0)]  # fmt: skip


def test_numbers_that_begin_with_a_zero_are_codes():
    frame = read_table(b"x;y\n01067;1.5\n10115;2.5\n20095;3\n")
    assert list(frame["x"]) == ["01067", "10115", "20095"], "as they are written"
    described = describe_columns(frame)[0]
    assert (described.reason, described.kind, described.values) == ("looks like a code", "whole numbers", "01067, 10115, 20095")
    text = pd.DataFrame({"x": ["01067", "10115", "20095"], "y": [1.5, 2.5, 3]})
    for table in (frame, text):
        assert from_table(table, "mine").features == ("y",)
        chosen = from_table(table, "mine", columns=["x", "y"])
        assert chosen.X[:, 0].tolist() == [1067, 10115, 20095] and list(chosen.table["x"]) == list(table["x"])
    assert read_table(b"x,y\n0,0.5\n10,0\n20,3\n").dtypes.tolist() == [int, float]


def test_a_table_of_few_rows_is_told_by_names_alone():
    frame = pd.DataFrame({"x": range(9), "y": [0, 1, 0, 1, 0, 1, 1, 1, 0], "id": range(9)})
    assert [column.role for column in describe_columns(frame)] == ["feature", "feature", "left out"]


@given(st.integers(2, 30), st.integers(0, 40))
def test_the_chance_that_all_values_differ_is_that_of_the_birthday_problem(n, more):
    places = n + more
    np.testing.assert_allclose(_chance_that_all_differ(n, places), np.prod(1 - np.arange(n) / places), rtol=1e-9)


def test_proposals_do_not_depend_on_the_order_of_columns():
    frame = pd.DataFrame({name: list(np.broadcast_to(values, N)) for name, values, _ in COLUMNS.values()})
    there, back = (
        {column.name: column for column in describe_columns(each) if column.reason != "looks like a class"}
        for each in (frame, frame[frame.columns[::-1]])
    )
    assert there == back


MIXED = pd.DataFrame({"id": range(1, N + 1), "a": FEATURE, "b": FEATURE[::-1] ** 2, "smoker": [0, 1, 1] * 20})


def test_what_looks_like_no_feature_is_never_fitted_silently():
    data = from_table(MIXED, "mine")
    assert data.features == ("a", "b")
    assert data.notes == ('Column "id" looks like an identifier; it was left out.', 'Column "smoker" has two values only; it was left out.')
    asked = from_table(MIXED, "mine", columns=["id", "a", "smoker"])
    assert asked.features == ("id", "a", "smoker")
    assert asked.notes == tuple(note.replace("it was left out", "it is fitted, as you chose it") for note in data.notes)
    with pytest.raises(
        ValueError,
        match=r'^mine has no column that is surely a feature \("id" looks like an identifier, "smoker" has two values only\); '
        "choose the columns to fit to.$",
    ):
        from_table(MIXED[["id", "smoker"]], "mine")


def test_many_columns_of_one_kind_are_told_together():
    frame = pd.DataFrame({"a": FEATURE} | {f"answer {i}": RNG.permutation(2 * [0] + [1] * (N - 2)) for i in range(15)})
    notes = from_table(frame, "mine").notes
    assert len(notes) == 11 and notes[-1] == "5 more columns like these were left out."
