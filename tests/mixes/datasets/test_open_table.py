"""Data that are read chunk by chunk are the data that are in memory."""

import numpy as np
import pandas as pd
import pytest

from mixes import GMM, datasets, tables
from mixes.rows import SAMPLE_ROWS

N = SAMPLE_ROWS + 10_001


@pytest.fixture(scope="module")
def X():
    rng = np.random.default_rng(0)
    return rng.normal(size=(N, 3)) * [1.0, 20.0, 0.3] + [0.0, 1e4, 5.0] + 4 * (rng.random((N, 1)) < 0.3)


@pytest.fixture(scope="module")
def path(X, tmp_path_factory):
    path = tmp_path_factory.mktemp("data") / "rows.npy"
    np.save(path, X)
    return path


def test_a_sample_is_in_memory_and_knows_which_rows_it_is(path, X):
    data = datasets.open_table(path)
    assert (data.name, data.features, data.X.shape) == ("rows.npy", ("x1", "x2", "x3"), (SAMPLE_ROWS, 3))
    assert len(set(data.rows)) == SAMPLE_ROWS and data.all_rows is data.chunked and data.chunked.shape == X.shape
    np.testing.assert_array_equal(data.X, X[data.rows - 1])
    alone = data.sampled()
    assert alone.all_rows is data.X and alone.chunked is None


def test_standardising_is_of_all_rows_to_the_last_figures(path, X):
    data = datasets.open_table(path)
    Z = data.standardised().transform(data.all_rows)
    assert isinstance(Z, tables.Scaled)
    np.testing.assert_allclose(Z[:], (X - X.mean(axis=0)) / X.std(axis=0), rtol=0, atol=1e-9)
    np.testing.assert_allclose(data.standardised().inverse(Z[5:9]), X[5:9], rtol=1e-12)


def test_a_constant_feature_is_only_centred(tmp_path):
    X = np.column_stack([np.full(N, 0.1), np.arange(N)])
    np.save(tmp_path / "a.npy", X)
    assert datasets.open_table(tmp_path / "a.npy").standardised().scale[0] == 1


def test_a_fit_is_that_of_the_same_rows_in_memory(path, X):
    data = datasets.open_table(path)
    scaling = data.standardised()
    ours = GMM(2, random_state=0).start(scaling.transform(data.all_rows))
    theirs = GMM(2, random_state=0).start((X - scaling.center) / scaling.scale)
    for _ in range(3):
        ours.step(), theirs.step()
    assert ours.state.log_likelihood == theirs.state.log_likelihood
    np.testing.assert_array_equal(ours.state.parameters.means, theirs.state.parameters.means)


def test_some_features_are_those_of_the_table_in_their_order(path, X):
    data = datasets.open_table(path).only(["x3", "x1"])
    np.testing.assert_array_equal(data.all_rows[N - 5 : N], X[N - 5 :, [2, 0]])
    np.testing.assert_array_equal(data.X, X[data.rows - 1][:, [2, 0]])
    assert data.standardised().scale[1] == datasets.open_table(path).standardised().scale[0]


def test_held_out_rows_are_drawn_of_all(path, X):
    train, test = datasets.open_table(path).split(0.2, random_state=0)
    assert sorted([*train, *test]) == list(range(N)) and len(test) == round(0.2 * N)


def test_few_rows_are_all_in_memory(tmp_path):
    frame = pd.DataFrame({"a": [1.0, 2.0, 4.0], "b": [3, 5, 9]})
    frame.to_parquet(tmp_path / "few.parquet")
    data = datasets.open_table(tmp_path / "few.parquet", "few")
    assert data.chunked is None and data.features == ("a", "b") and data.name == "few"
    np.testing.assert_array_equal(data.X, frame.to_numpy(float))


def test_columns_that_are_no_numbers_are_refused_or_left_out_by_name(X, tmp_path):
    frame = pd.DataFrame(X, columns=list("abc")).assign(site="north", when=pd.Timestamp(0))
    frame = frame[["site", "a", "when", "b", "c"]]
    frame.to_parquet(tmp_path / "rows.parquet", row_group_size=9999)
    with pytest.raises(ValueError, match=r"rows.parquet, column 'site' holds \w*string; every column needs to be numbers: leave it out."):
        datasets.open_table(tmp_path / "rows.parquet")
    data = datasets.open_table(tmp_path / "rows.parquet", numbers_only=True)
    assert data.notes == ("Left out, as they are no numbers: site, when.",) and data.features == ("a", "b", "c")
    np.testing.assert_array_equal(data.X, X[data.rows - 1])
    np.testing.assert_array_equal(data.all_rows[9990:10_020], X[9990:10_020])
    (tmp_path / "two").mkdir()
    frame[:60].to_parquet(tmp_path / "two" / "1.parquet")
    frame[60:90].assign(site=None).to_parquet(tmp_path / "two" / "2.parquet")
    few = datasets.open_table(tmp_path / "two", numbers_only=True)
    np.testing.assert_array_equal(few.X, X[:90])
    assert few.notes == data.notes
    frame[60:90].assign(site=1.0).to_parquet(tmp_path / "two" / "2.parquet")
    with pytest.raises(
        ValueError, match=r"2.parquet has numbers in column 'site', where .*1.parquet has \w*string; all files need the same"
    ):
        datasets.open_table(tmp_path / "two", numbers_only=True)
    frame[["site"]].to_parquet(tmp_path / "text.parquet")
    with pytest.raises(ValueError, match="text.parquet has no column of numbers; give a table with at least one."):
        datasets.open_table(tmp_path / "text.parquet", numbers_only=True)


@pytest.mark.parametrize("make", [lambda X: X, lambda X: pd.DataFrame(X, columns=list("abc"))])
def test_a_missing_value_is_told_with_its_row_and_column(make, X, tmp_path):
    holed = X.copy()
    holed[N - 7, 1] = np.nan
    rows = make(holed)
    path = tmp_path / ("rows.npy" if rows is holed else "rows.parquet")
    np.save(path, rows) if rows is holed else rows.to_parquet(path)
    column = "column 1" if rows is holed else "column 'b'"
    with pytest.raises(tables.UnreadableTable, match=rf"{path.name}, row {N - 7}, {column}, is NaN or empty; leave the row out"):
        datasets.open_table(path)


def test_one_row_is_too_few(tmp_path):
    np.save(tmp_path / "one.npy", np.ones((1, 2)))
    with pytest.raises(ValueError, match="one.npy has 1 rows of 2 columns; at least two rows"):
        datasets.open_table(tmp_path / "one.npy")


@pytest.mark.parametrize(
    "make", [lambda table: tables.Columns(table, [1]), lambda table: tables.Scaled(table, np.zeros(2), np.full(2, 2.0))]
)
def test_what_is_made_of_a_table_says_where_its_rows_are(make, tmp_path):
    rows = np.ones((9, 2))
    np.save(tmp_path / "a.npy", rows)
    made = make(tables.opened(tmp_path / "a.npy"))
    assert made.place(4) == f"{tmp_path / 'a.npy'}, row 4"
    np.save(tmp_path / "a.npy", np.ones((10, 2)))
    with pytest.raises(tables.UnreadableTable, match="a.npy was changed while it was used"):
        made[0:3]
    with pytest.raises(tables.UnreadableTable, match="a.npy was changed while it was used"):
        made.check()


def test_of_wide_rows_fewer_are_in_the_sample(tmp_path, monkeypatch):
    X = np.random.default_rng(0).normal(size=(1500, 40))
    np.save(tmp_path / "wide.npy", X)
    monkeypatch.setattr("mixes.rows._SAMPLE_NUMBERS", 40 * 300)
    data = datasets.open_table(tmp_path / "wide.npy")
    assert data.X.shape == (300, 40) and data.chunked.shape == X.shape
    np.testing.assert_array_equal(data.X, X[data.rows - 1])
