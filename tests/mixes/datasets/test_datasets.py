"""Built-in and generated data, scaling, and what is said of a table that is not ready to fit to."""

import datetime
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings, strategies as st
from sklearn.model_selection import cross_val_score
from sklearn.neighbors import KNeighborsClassifier

from mixes import datasets
from mixes.datasets import Dataset, MissingValues, Scaling, drawn, from_table, generate, load, suggest_label

# ---- built-in


def test_old_faithful_is_the_default_and_as_published():
    faithful = load()
    assert faithful.name == "Old Faithful"
    assert faithful.X.shape == (272, 2)
    assert faithful.X[0].tolist() == [3.6, 79.0]
    assert faithful.X.mean(axis=0) == pytest.approx([3.487783, 70.897059], abs=1e-6)
    assert faithful.labels is None


@pytest.mark.parametrize(
    "name, shape, counts",
    [
        ("Iris", (150, 4), [50, 50, 50]),
        ("Wine", (178, 13), [59, 71, 48]),
        ("Digits", (1797, 64), [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]),
        ("Breast cancer", (569, 30), [212, 357]),
    ],
)
def test_built_in(name, shape, counts):
    dataset = load(name)
    assert dataset.X.shape == shape
    assert len(dataset.features) == len(set(dataset.features)) == shape[1]
    assert np.bincount(dataset.labels).tolist() == counts
    assert len(dataset.label_names) == len(counts)
    assert dataset.image_shape == ((8, 8) if name == "Digits" else None)
    assert dataset.rows[[0, -1]].tolist() == [1, shape[0]]


def test_every_built_in_name_loads():
    assert [load(name).name for name in datasets.BUILT_IN] == list(datasets.BUILT_IN)


def test_unknown_names():
    with pytest.raises(ValueError, match='name is .Irises.; it needs "Old Faithful", '):
        load("Irises")
    with pytest.raises(ValueError, match='kind is .bolbs.; it needs "blobs", '):
        generate("bolbs")


# ---- generated


@pytest.mark.parametrize("kind", datasets.GENERATED)
@pytest.mark.parametrize("n", [2, 301])
def test_generated_size_labels_and_seed(kind, n):
    dataset = generate(kind, n, random_state=7)
    again, other = generate(kind, n, random_state=7), generate(kind, n, random_state=8)
    assert dataset.X.shape == (n, 2) and np.isfinite(dataset.X).all()
    assert np.array_equal(dataset.X, again.X) and np.array_equal(dataset.labels, again.labels)
    assert not np.array_equal(dataset.X, other.X)
    assert dataset.labels.shape == (n,) and dataset.labels.max() < len(dataset.label_names)


@pytest.mark.slow
def test_generated_rows_are_the_same_on_every_processor():
    code = """if True:
        import hashlib
        from mixes import datasets
        draws = (datasets.generate(kind, 200, random_state=seed) for kind in datasets.GENERATED for seed in range(5))
        digest = hashlib.sha256(b"".join(draw.X.tobytes() for draw in draws)).hexdigest()
        """
    here = {}
    exec(code, here)
    # a kernel of OpenBLAS for processors that cannot multiply and add in one step
    elsewhere = subprocess.run(
        [sys.executable, "-c", code + "print(digest)"],
        cwd=Path(__file__).parents[3],
        text=True,
        capture_output=True,
        check=True,
        env={**os.environ, "OPENBLAS_CORETYPE": "Nehalem"},
    ).stdout
    assert elsewhere.strip() == here["digest"]


@pytest.mark.slow
@pytest.mark.parametrize("kind", datasets.GENERATED)
def test_noise_goes_from_clean_to_hard(kind):
    def accuracy(noise):
        draws = [generate(kind, 400, noise, seed) for seed in range(3)]
        return np.mean([cross_val_score(KNeighborsClassifier(7), draw.X, draw.labels, cv=3).mean() for draw in draws])

    assert accuracy(0.0) > 0.95
    assert accuracy(1.0) < 0.95 * accuracy(0.0)


def test_unequal_sizes_are_exact():
    assert sorted(np.bincount(generate("unequal sizes", 1000, random_state=0).labels)) == [50, 100, 250, 600]


def test_deep_mixture_options():
    dataset = generate("deep mixture", 200, random_state=0, layer_sizes=[3, 2, 2], layer_dims=[4, 2, 1], n_features=6)
    assert dataset.X.shape == (200, 6)
    assert np.unique(dataset.labels).tolist() == [0, 1, 2]
    for options, message in (
        ({"layer_dims": [2]}, "layer_sizes has 2 layers, but layer_dims has 1; give both for every layer."),
        ({"layer_dims": [1, 2]}, "layer_dims has 2 factors for layer 2, but the layer below has only 1; use at most 1."),
        ({"layer_dims": [3, 1]}, "layer_dims has 3 factors for layer 1, but n_features is 2; use at most 2."),
        ({"layer_sizes": 5}, "layer_sizes is 5; it needs a list with the number of components of each layer."),
        ({"layer_sizes": [2.5, 3]}, "layer_sizes has 2.5 for layer 1; it needs a whole number of components, at least 1."),
        ({"n_features": 0}, "n_features is 0; it needs a whole number of features, at least 1."),
    ):
        with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
            generate("deep mixture", **options)


@pytest.mark.parametrize("argument", [{"n": 1}, {"n": 2.5}, {"noise": -0.1}, {"noise": 1.5}, {"noise": float("nan")}])
def test_bad_generator_arguments_are_named(argument):
    with pytest.raises(ValueError, match=f"^{next(iter(argument))} is .*; it needs a "):
        generate("blobs", **argument)


# ---- scaling and holding out


@settings(max_examples=30, deadline=None)
@given(st.integers(2, 40), st.integers(1, 5), st.integers(0, 10_000))
def test_scaling_round_trip(n, d, seed):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, d)) * 10.0 ** rng.integers(-3, 4, d) + rng.normal(size=d) * 100
    scaling = Scaling.fit(X)
    Z = scaling.transform(X)
    np.testing.assert_allclose(Z.mean(axis=0), 0, atol=1e-8)
    np.testing.assert_allclose(Z.std(axis=0), 1)
    np.testing.assert_allclose(scaling.inverse(Z), X)
    np.testing.assert_allclose(scaling.means(Z.mean(axis=0)), X.mean(axis=0))
    covariance = np.cov(Z, rowvar=False).reshape(d, d)
    np.testing.assert_allclose(scaling.covariances(covariance), np.cov(X, rowvar=False).reshape(d, d), rtol=1e-6, atol=1e-12)
    np.testing.assert_array_equal(scaling.covariances(np.stack([covariance, 2 * covariance]))[1], 2 * scaling.covariances(covariance))


def test_scaling_of_a_constant_feature_only_centres_it():
    Z = load("Digits").standardised().transform(load("Digits").X)
    assert np.isfinite(Z).all() and (Z[:, 0] == 0).all()


def test_no_scaling_changes_nothing():
    X = load("Iris").X
    assert np.array_equal(Scaling.none(4).transform(X), X)
    assert np.array_equal(Scaling.none(4).covariances(np.eye(4)), np.eye(4))


@pytest.mark.parametrize("n, fraction, held_out", [(100, 0.2, 20), (3, 0.01, 1), (3, 0.99, 2), (2, 0.5, 1)])
def test_split_is_a_partition(n, fraction, held_out):
    dataset = Dataset("x", np.zeros((n, 1)), ("a",))
    train, validation = dataset.split(fraction, random_state=3)
    assert len(validation) == held_out
    assert sorted([*train, *validation]) == list(range(n))
    assert np.array_equal(validation, dataset.split(fraction, random_state=3)[1])


@pytest.mark.parametrize("fraction", [0, 1, -1])
def test_split_fraction_must_leave_rows_on_both_sides(fraction):
    with pytest.raises(ValueError, match="it needs a share of the rows, between 0 and 1"):
        load().split(fraction)


# ---- drawn


def test_drawn_points_are_rows_and_several_classes_are_labels():
    points = [[1.0, 2.5], [4.0, 3.5], [4.5, 3.0]]
    dataset = drawn(points, classes=[1, 3, 3])
    assert dataset.X.tolist() == points and dataset.features == ("x1", "x2")
    assert dataset.label_names == ("class 1", "class 3") and dataset.labels.tolist() == [0, 1, 1]
    assert drawn(points).labels is None and drawn(points, [2, 2, 2]).labels is None
    assert drawn([[1], [2]]).features == ("x1",)


@pytest.mark.parametrize(
    "arguments, sentence",
    [
        ({"points": [[1.0, 2.0]]}, "points has shape (1, 2); it needs at least 2 rows of one or two numbers."),
        ({"points": np.zeros((4, 3))}, "points has shape (4, 3); it needs at least 2 rows of one or two numbers."),
        ({"points": [1.0, 2.0]}, "points has shape (2,); it needs a table, (rows, features)."),
        ({"points": [[1.0], [np.inf]]}, "points[1, 0] is inf; it needs a finite number."),
        ({"classes": [1]}, "classes is [1]; it needs a whole number of at least 1 for each of the 2 points."),
        ({"classes": [1, 0]}, "classes is [1, 0]; it needs a whole number of at least 1 for each of the 2 points."),
        ({"classes": [1, 1.5]}, "classes is [1, 1.5]; it needs a whole number of at least 1 for each of the 2 points."),
        ({"classes": ["a", "b"]}, "classes is ['a', 'b']; it needs an array of numbers."),
    ],
)
def test_bad_drawings_are_named(arguments, sentence):
    with pytest.raises(ValueError, match=re.escape(sentence)):
        drawn(**{"points": [[1.0], [2.0]]} | arguments)


# ---- from a table

TABLE = pd.DataFrame({"a": [1.0, 2.0, 4.0, 8.0], "species": ["x", "y", "x", "y"], "b": [3, 1, 4, 1]})


def test_columns_of_numbers_are_taken_and_others_noted():
    dataset = from_table(TABLE, "mine")
    assert dataset.features == ("a", "b")
    np.testing.assert_array_equal(dataset.X, TABLE[["a", "b"]])
    assert dataset.notes == ('Column "species" is text, not numbers (row 1: "x"); it was left out.',)
    assert dataset.rows.tolist() == [1, 2, 3, 4]


def test_chosen_columns_keep_their_order():
    assert from_table(TABLE, "mine", columns=["b", "a"]).features == ("b", "a")


@pytest.mark.parametrize(
    "label, codes, names",
    [
        (["x", "y", "x", "y"], [0, 1, 0, 1], ("x", "y")),
        ([10, 9, 2, 9], [2, 1, 0, 1], ("2", "9", "10")),
        ([True, False, True, True], [1, 0, 1, 1], ("False", "True")),
        ([2.0, None, 1.0, 2.0], [1, 2, 0, 1], ("1", "2", "missing")),
        (["x", " ", None, "a"], [1, 2, 2, 0], ("a", "x", "missing")),
        (["missing", None, "x", "x"], [0, 0, 1, 1], ("missing", "x")),
    ],
)
@pytest.mark.parametrize("category", [False, True])
def test_labels_become_codes_and_are_never_fitted_to(label, codes, names, category):
    frame = TABLE.assign(species=pd.Series(label, dtype="category" if category else None))
    dataset = from_table(frame, "mine", label="species")
    assert dataset.features == ("a", "b")
    assert dataset.labels.tolist() == codes and dataset.label_names == names
    assert any('without a label: class "missing"' in note for note in dataset.notes) == any(pd.isna(x) or x == " " for x in label)


def test_missing_values_are_asked_about_counted_and_said():
    frame = TABLE.assign(a=[1, None, None, 8], b=[3, 1, None, 1], species=["x", "y", "z", None])
    with pytest.raises(MissingValues, match=r"^2 rows of 4 in mine have missing values \(a: 2, b: 1\); ") as caught:
        from_table(frame, "mine")
    assert caught.value.columns == {"a": 2, "b": 1} and caught.value.rows == (2, 3)

    dropped = from_table(frame, "mine", label="species", missing="drop")
    assert dropped.X.tolist() == [[1, 3], [8, 1]] and dropped.rows.tolist() == [1, 4]
    assert dropped.label_names == ("x", "missing")
    assert "2 rows with missing values were left out: 2, 3." in dropped.notes

    filled = from_table(frame, "mine", missing="median")
    assert filled.X.tolist() == [[1, 3], [4.5, 1], [4.5, 1], [8, 1]]
    assert "3 missing values were filled in with the median of the column: a: 2, b: 1." in filled.notes


def test_constant_column_does_not_cost_rows():
    dataset = from_table(TABLE.assign(c=[5, None, 5, 5]), "mine", missing="drop")
    assert len(dataset.X) == 4
    assert 'Column "c" is constant (5); it was left out.' in dataset.notes


def test_column_that_is_constant_once_rows_are_dropped():
    dataset = from_table(TABLE.assign(c=[5, 5, 5, 7], a=[1, 2, 3, None]), "mine", missing="drop")
    assert dataset.features == ("a", "b")


@pytest.mark.parametrize(
    "column, values",
    [
        (["1 234", "2\u00a0500", "-3", "4e2"], [1234, 2500, -3, 400]),
        (["1,5", "2,25", "3", ",5"], [1.5, 2.25, 3, 0.5]),
        (["1.234,5", "2.500", "3", "1"], [1234.5, 2500, 3, 1]),
        (["1,234.5", "2,500", "3", "1"], [1234.5, 2500, 3, 1]),
        (["10%", "20 %", "5%", "0.5%"], [10, 20, 5, 0.5]),
        (["\u22121", "+2", "3.", ".5"], [-1, 2, 3, 0.5]),
        ([True, False, True, False], [1, 0, 1, 0]),
        (pd.array([1, 2, 3, 9], "Int64"), [1, 2, 3, 9]),
        (pd.Series([1, 2, 3, 9], dtype="category"), [1, 2, 3, 9]),
        (pd.Series([1.234, 2.345, 3.456, 4], dtype=object), [1.234, 2.345, 3.456, 4]),
    ],
)
def test_what_counts_as_numbers(column, values):
    np.testing.assert_allclose(from_table(pd.DataFrame({"c": column}), "mine").X[:, 0], values)


@pytest.mark.parametrize("column", [["1", "", "3", "9"], [1, None, 3, 9], pd.array([1, None, 3, 9], "Int64"), [True, None, False, True]])
def test_gaps_of_every_kind_are_missing_values(column):
    with pytest.raises(MissingValues) as caught:
        from_table(pd.DataFrame({"c": column}), "mine")
    assert caught.value.rows == (2,)


@pytest.mark.parametrize(
    "column, note",
    [
        (["1", "two", "3", "4"], 'Column "c" is text, not numbers (row 2: "two"); it was left out.'),
        (["1,5", "2.5.1", "3,5", "4"], 'Column "c" is text, not numbers (row 2: "2.5.1"); it was left out.'),
        (["50%", "0.5", "1", "2"], 'Column "c" is text, not numbers (row 1: "50%"); it was left out.'),
        (pd.date_range("2020", periods=4), 'Column "c" holds dates or times, not numbers; it was left out.'),
        ([datetime.date(2020, 1, day) for day in range(1, 5)], 'Column "c" holds dates or times, not numbers; it was left out.'),
        ([None] * 4, 'Column "c" has no values; it was left out.'),
        ([" "] * 4, 'Column "c" has no values; it was left out.'),
        ([[1], [2], [3], [4]], 'Column "c" is text, not numbers (row 1: "[1]"); it was left out.'),
    ],
)
def test_other_columns_are_left_out_or_refused_if_asked_for(column, note):
    frame = TABLE.assign(c=column)
    dataset = from_table(frame, "mine", label="species")
    assert dataset.features == ("a", "b") and dataset.notes == (note,)
    with pytest.raises(ValueError) as caught:
        from_table(frame, "mine", columns=["a", "c"])
    assert str(caught.value) == note.replace('"c" ', '"c" of mine ').replace("it was left out", "choose columns of numbers")


@pytest.mark.parametrize(
    "frame, arguments, sentence",
    [
        (TABLE, {"columns": ["z"]}, 'mine has no column "z"; its columns are a, species, b.'),
        (TABLE, {"label": "z"}, 'mine has no column "z"; its columns are a, species, b.'),
        (TABLE, {"columns": []}, "No column is chosen to fit to; choose at least one."),
        (TABLE, {"columns": ["a", "a"]}, 'Column "a" is chosen twice; choose each column once.'),
        (TABLE, {"columns": ["a", "b"], "label": "b"}, 'Column "b" is the label, which is never used to fit; take it out of the columns.'),
        (TABLE, {"missing": "keep"}, 'missing is \'keep\'; it needs "ask", "drop" or "median".'),
        (TABLE[["species"]], {}, "mine has no column of numbers to fit to; choose a table with at least one."),
        (TABLE[:1], {}, "mine has 1 row of data; at least two rows are needed."),
        (TABLE[:0], {}, "mine has 0 rows of data; at least two rows are needed."),
        (TABLE.assign(a=1, b=2), {}, "In mine every column of numbers is constant (a, b); at least one must vary."),
        (TABLE.assign(b=[1, 2, -np.inf, 3]), {}, 'Column "b" of mine is infinite in row 3; correct the value or leave it empty (missing).'),
        (
            TABLE.assign(a=[1, None, 2, None], b=[None, 1, 4, None]),
            {"missing": "drop"},
            "In mine only 1 row of 4 would be left without missing values (a: 2, b: 2); fill in the median or choose fewer columns.",
        ),
    ],
)
def test_each_problem_is_one_sentence(frame, arguments, sentence):
    with pytest.raises(ValueError) as caught:
        from_table(frame, "mine", **arguments)
    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    "call, sentence",
    [
        (lambda: load(5), 'name is 5; it needs "Old Faithful", .* or "Breast cancer"\\.'),
        (lambda: load(["Iris"]), r"name is \['Iris'\]; it needs .Old Faithful., .*\."),
        (lambda: generate(None), 'kind is None; it needs "blobs", .* or "deep mixture"\\.'),
        (lambda: generate("blobs", "5"), "n is '5'; it needs a whole number of rows, at least 2\\."),
        (lambda: generate("blobs", True), "n is True; it needs a whole number of rows, at least 2\\."),
        (lambda: generate("blobs", noise="a"), r"noise is 'a'; it needs a number in \[0, 1\]\."),
        (lambda: generate("blobs", random_state="x"), "random_state is 'x'; it needs a whole number of at least 0, .* or None\\."),
        (lambda: generate("blobs", random_state=-1), "random_state is -1; it needs a whole number of at least 0, .* or None\\."),
        (lambda: generate("blobs", layer_sizes=[2]), "'blobs' has no option layer_sizes; only 'deep mixture' has options: "),
        (lambda: generate("deep mixture", layers=[2]), "'deep mixture' has no option layers; only 'deep mixture' has options: "),
        (lambda: from_table(None, "mine"), "frame is None; it needs a pandas DataFrame, such as datasets.read_table gives\\."),
        (lambda: from_table(TABLE.to_numpy(), "mine"), "frame is of the type ndarray; it needs a pandas DataFrame, .*\\."),
        (lambda: from_table(TABLE["a"], "mine"), "frame is of the type Series; it needs a pandas DataFrame, .*\\."),
        (lambda: from_table(TABLE, 5), "name is 5; it needs a text, the name of the data set\\."),
        (lambda: from_table(TABLE, "mine", columns="a"), "columns is 'a'; it needs a list of names of columns\\."),
        (lambda: from_table(TABLE, "mine", columns=5), "columns is 5; it needs a list of names of columns\\."),
        (lambda: from_table(TABLE, "mine", columns=[["a"]]), r"columns has \['a'\]; it needs names of columns\."),
        (lambda: from_table(TABLE, "mine", label=["species"]), r"label has \['species'\]; it needs the name of a column\."),
        (lambda: from_table(TABLE, "mine", missing=None), 'missing is None; it needs "ask", "drop" or "median"\\.'),
        (lambda: from_table(TABLE, "mine", decimal=";"), 'decimal is \';\'; it needs ".", "," or None\\.'),
        (lambda: suggest_label("mine.csv"), "frame is of the type str; it needs a pandas DataFrame, .*\\."),
        (lambda: load().split("a"), "fraction is 'a'; it needs a share of the rows, between 0 and 1\\."),
        (lambda: load().split(None), "fraction is None; it needs a share of the rows, between 0 and 1\\."),
        (lambda: load().split(0.5, "x"), "random_state is 'x'; it needs a whole number of at least 0, .* or None\\."),
    ],
)
def test_arguments_of_the_wrong_type_are_named(call, sentence):
    with pytest.raises(ValueError, match=f"^{sentence}"):
        call()


def test_columns_may_have_numbers_for_names():
    assert from_table(pd.DataFrame({0: [1, 2, 4], 1: [3, 5, 6]}), "mine", columns=[1]).features == ("1",)


def test_classes_may_be_any_numbers():
    frame = TABLE.assign(species=[1e300, 2.0, np.inf, 1e300])
    dataset = from_table(frame, "mine", label="species")
    assert dataset.label_names == ("2", "1e+300", "inf") and dataset.labels.tolist() == [1, 0, 2, 1]


def test_bytes_and_complex_numbers_are_called_so():
    notes = from_table(TABLE.assign(species=[b"a", b"b", b"c", b"d"], c=[1j, 2, 3, 4]), "mine").notes
    assert notes == (
        'Column "species" holds binary data, not numbers; it was left out.',
        'Column "c" holds complex numbers; it was left out.',
    )


def test_one_column_is_enough():
    assert from_table(TABLE[["a"]], "mine").X.shape == (4, 1)


def test_duplicate_names_are_renamed_and_said():
    frame = pd.DataFrame([[1, 2, 3], [4, 5, 7]], columns=["a", "a", "b"])
    dataset = from_table(frame, "mine")
    assert dataset.features == ("a", "a (2)", "b")
    assert dataset.notes == ('Several columns are called "a"; column 2 is now "a (2)".',)


def test_many_rows_are_told_with_thousands_set_off():
    column = np.where(np.arange(2500) < 1200, np.nan, np.cos(np.arange(2500)))
    with pytest.raises(MissingValues, match=r"^1,200 rows of 2,500 in mine have missing values \(b: 1,200\);"):
        from_table(pd.DataFrame({"a": np.sin(np.arange(2500)), "b": column}), "mine")


def test_the_given_table_is_not_changed():
    frame = TABLE.assign(c=["1,5", "2,5", "3,5", None])
    before = frame.copy()
    from_table(frame, "mine", missing="median")
    pd.testing.assert_frame_equal(frame, before)


@pytest.mark.parametrize(
    "columns, suggestion",
    [
        ({"x": np.arange(50.0), "Species": list("abcde") * 10}, "Species"),
        ({"x": np.arange(50.0), "cell_type": [1, 2] * 25}, "cell_type"),
        ({"x": [1, 2] * 25, "y": np.arange(50.0)}, None),
        ({"x": np.arange(50.0), "mean area": np.linspace(0.1, 1, 2).repeat(25)}, None),
        ({"x": np.arange(50.0), "class": np.arange(50)}, None),
        ({"x": np.arange(50.0), "column 2": list("ab") * 25}, "column 2"),
        ({"u": list("ab") * 25, "v": list("cd") * 25}, None),
        ({"x": np.arange(50.0), "target": [1.0, np.nan] * 20 + [2.0] * 10}, "target"),
        ({"classification date": pd.to_datetime(["2020", "2021"] * 25), "x": np.arange(50.0)}, None),
    ],
)
def test_suggested_label(columns, suggestion):
    assert suggest_label(pd.DataFrame(columns)) == suggestion
