"""A table with the component of each row: what the app exports and what a notebook gets."""

import io
from functools import cache

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings, strategies as st

from mixes import DGMM, GMM, GMN, SkewGMM, datasets, mixture_from_json, parameters_from_json, parameters_to_json

CSV = """id;größe;weight;component;day
007;1,5;2,0;"a;b";2024-01-01
008;2,5;;c;2024-01-02
009;3,5;1,5;"d ""e""
f";2024-01-03
010;4,0;4,0;;2024-01-04
011;8,5;9,0;g;2024-01-05
012;9,0;8,0;h;2024-01-06
"""
FEATURES = ["größe", "weight"]


def read(text, name="table.csv", **how):
    return datasets.read_table(text.encode(), name, **how)


@cache
def fitted(missing="drop"):
    data = datasets.from_table(read(CSV), "table.csv", columns=FEATURES, missing=missing)
    return data, GMM(2, random_state=0, var_regularization=0.01).fit(data.X)


def as_csv(frame):
    return frame.to_csv(index=False)


def test_all_columns_and_rows_of_the_table_are_there_in_its_order():
    data, mixture = fitted()
    frame = datasets.labelled(data, mixture)
    assert list(frame) == [
        "id",
        "größe",
        "weight",
        "component",
        "day",
        "component (2)",
        "probability of component 1",
        "probability of component 2",
        "log density",
        "note",
    ]
    pd.testing.assert_frame_equal(frame.iloc[:, :5], read(CSV), check_like=False)
    assert frame["id"].tolist() == ["007", "008", "009", "010", "011", "012"], "as they are written"
    assert frame.note.fillna("").tolist() == ["", "left out: no value of weight", "", "", "", ""]
    assert frame.iloc[1, 5:9].isna().all() and frame.drop(index=1).iloc[:, 5:9].notna().all(axis=None)


def test_the_exported_file_read_again_says_what_predict_says():
    data, mixture = fitted()
    back = read(as_csv(datasets.labelled(data, mixture)))
    known = back.iloc[data.rows - 1]
    np.testing.assert_array_equal(known["component (2)"] - 1, mixture.predict(data.X))
    np.testing.assert_array_equal(known.filter(like="probability"), mixture.predict_proba(data.X))
    np.testing.assert_array_equal(known["log density"], mixture.score_samples(data.X))
    pd.testing.assert_frame_equal(back[list(read(CSV))], read(CSV))


@pytest.mark.parametrize(
    "model",
    [GMM(3, random_state=0), SkewGMM(2, random_state=0), DGMM((2, 2), (2, 1), random_state=0), GMN((2, 2), (2, 1), random_state=0)],
    ids=lambda model: type(model).__name__,
)
def test_standardised_rows_and_the_table_give_the_same_labels(model, tmp_path):
    data = datasets.load("Iris")
    scaling = data.standardised()
    model = model.set_params(max_iter=10).fit(scaling.transform(data.X))
    mixture = type(model).from_parameters(model.parameters_.rescaled(scaling.center, scaling.scale))
    frame = datasets.labelled(data, mixture)
    frame.to_parquet(tmp_path / "iris.parquet", index=False)
    back = datasets.read_table(tmp_path / "iris.parquet")
    assert back["class"].tolist() == [data.label_names[label] for label in data.labels]
    np.testing.assert_array_equal(back["component"] - 1, model.predict(scaling.transform(data.X)))
    np.testing.assert_allclose(back.filter(like="probability").sum(axis=1), 1)
    jacobian = np.log(scaling.scale).sum()
    np.testing.assert_allclose(back["log density"] + jacobian, model.score_samples(scaling.transform(data.X)), rtol=1e-9)


def test_new_rows_are_prepared_as_the_fitted_ones():
    """Other columns, another order, one row, a constant column, a gap: none of it matters to rows that are only scored."""
    data, mixture = fitted("median")
    new = pd.DataFrame({"weight": [np.nan, "2,5"], "name": ["x", "y"], "größe": [3.5, 3.5]}, index=[5, 9])
    frame = datasets.labelled(new, mixture, data.features, data.fill)
    assert frame.index.tolist() == [5, 9] and frame["note"].fillna("").tolist() == ["filled in: weight", ""]
    rows = np.array([[3.5, np.median([2, 1.5, 4, 9, 8])], [3.5, 2.5]])
    np.testing.assert_array_equal(frame["component"] - 1, mixture.predict(rows))
    np.testing.assert_array_equal(frame["log density"], mixture.score_samples(rows))
    assert datasets.labelled(new, mixture, data.features)["component"].isna().tolist() == [True, False]


def test_filled_and_held_out_rows_say_so():
    data, mixture = fitted("median")
    frame = datasets.labelled(data, mixture, held_out=[1, 3])
    assert frame["note"].fillna("").tolist() == ["", "held out of the fit; filled in: weight", "", "held out of the fit", "", ""]
    assert frame["log density"].notna().all()
    dropped, mixture = fitted("drop")  # its second row is the third of the table
    assert datasets.labelled(dropped, mixture, held_out=[1])["note"][2] == "held out of the fit"


def test_a_table_whose_rows_are_all_left_out_has_no_labels():
    data, mixture = fitted()
    frame = datasets.labelled(pd.DataFrame({"größe": [1.0], "weight": [np.nan]}), mixture, data.features)
    assert frame.iloc[0, 2:6].isna().all() and len(frame.columns) == 7


def test_a_mixture_that_was_fitted_to_a_frame_knows_its_columns():
    frame = pd.DataFrame(datasets.load().X, columns=["a", "b"])
    mixture = GMM(2, random_state=0).fit(frame)
    labelled = datasets.labelled(frame.assign(c="x")[["c", "b", "a"]], mixture)
    np.testing.assert_array_equal(labelled["component"] - 1, mixture.predict(frame))


@given(
    st.lists(
        st.sampled_from(["component", "log density", "note", "component (2)", "probability of component 1", "b"]), unique=True, max_size=5
    )
)
@settings(max_examples=15, deadline=None)
def test_no_new_column_has_the_name_of_one_of_the_table(names):
    mixture = GMM.from_parameters(fitted()[1].parameters_)
    table = pd.DataFrame({"x": [1.0, np.nan], "y": [2.0, 3.0]} | {name: ["p", "q"] for name in names})
    frame = datasets.labelled(table, mixture, ["x", "y"])
    assert frame.columns.is_unique and len(frame.columns) == len(table.columns) + 5
    pd.testing.assert_frame_equal(frame[list(table)], table)


@pytest.mark.parametrize(
    "table, features, message",
    [
        (pd.DataFrame({"a": [1.0]}), ["a", "b"], 'the table has no column "b"; its columns are a.'),
        (pd.DataFrame({"a": [1.0], "b": ["x"]}), ["a", "b"], 'Column "b" of the table is text, not numbers (row 1: "x")'),
        (pd.DataFrame({"a": [1.0], "b": [np.inf]}), ["a", "b"], 'Column "b" of the table is infinite in row 1'),
        (pd.DataFrame({"a": [1.0], "b": [1.0]}), ["a"], "The mixture has 2 features, but 1 column is given (a)"),
        (pd.DataFrame({"a": [1.0], "b": [1.0]}), None, "does not tell the names of its features"),
        ([[1.0, 2.0]], ["a", "b"], "frame is of the type list; it needs a pandas DataFrame"),
    ],
)
def test_what_does_not_fit_is_said(table, features, message):
    with pytest.raises(ValueError) as raised:
        datasets.labelled(table, fitted()[1], features)
    assert message in str(raised.value)


def test_a_fill_that_is_no_row_is_refused():
    with pytest.raises(ValueError, match="it needs 2 finite numbers, one for each feature"):
        datasets.labelled(*fitted(), fill=[1.0])


# -- Saved parameters ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "model",
    [GMM(2), SkewGMM(2), SkewGMM(2, "diagonal"), DGMM((2, 2), (2, 1)), GMN((2, 2), (2, 1)), GMN((2,), (1,)), DGMM((2,), (1,))],
    ids=str,
)
def test_a_saved_mixture_comes_back_with_the_names_of_its_features(model):
    data = datasets.load("Old Faithful")
    model.set_params(max_iter=2, random_state=0).fit(data.X)
    text = parameters_to_json(model.parameters_, data.features)
    back = mixture_from_json(text)
    assert type(back) is type(model) and back.feature_names_in_.tolist() == list(data.features)
    frame = datasets.labelled(data, back)
    np.testing.assert_array_equal(frame["log density"], model.score_samples(data.X))
    np.testing.assert_array_equal(frame.filter(like="probability"), model.predict_proba(data.X))
    assert parameters_to_json(parameters_from_json(text)) == parameters_to_json(model.parameters_)
    assert not hasattr(mixture_from_json(parameters_to_json(model.parameters_)), "feature_names_in_")


@pytest.mark.parametrize(
    "features, message",
    [
        ('["a"]', "features has 1 different names, but the parameters have 2 features."),
        ('["a", "a"]', "features has 1 different names"),
        ("[1, 2]", "needs a list of names"),
        ('"ab"', "needs a list of names"),
    ],
)
def test_names_that_do_not_fit_the_parameters_are_refused(features, message):
    text = parameters_to_json(fitted()[1].parameters_, ["x", "y"]).replace('[\n  "x",\n  "y"\n ]', features)
    with pytest.raises(ValueError, match=message):
        mixture_from_json(text)
    assert parameters_from_json(text).n_parameters == 11


def test_a_data_set_with_some_features_only():
    data = datasets.load("Iris")
    two = data.only(["petal width (cm)", "sepal length (cm)"])
    np.testing.assert_array_equal(two.X, data.X[:, [3, 0]])
    assert two.features == ("petal width (cm)", "sepal length (cm)") and two.labels is data.labels
    assert list(two.to_frame()) == [*data.features, "class"], "the table stays whole"
    with pytest.raises(ValueError, match='Iris has no feature "petal"; its features are sepal length'):
        data.only(["petal"])


def test_a_csv_written_for_a_person_has_whole_numbers_for_components():
    data, mixture = fitted()
    text = as_csv(datasets.labelled(data, mixture))
    components = pd.read_csv(io.StringIO(text), dtype=str)["component (2)"].dropna()
    assert set(components) == {"1", "2"}
