"""What is taken away from Tune: the script makes the very table, and the table can be read elsewhere."""

import io
from functools import cache

import pandas as pd
import pytest

from pages.work.tuning_files import files
from tests.pages.jobs.at_once import run
from tests.pages.work.tuned import settings, tuned

FEW = 'datasets.generate("blobs", 12, 0.3, random_state=0)'
PLANS = {
    "many starts": ({}, {"tune_starts": 10}),
    "annealed beside": ({"max_iter": 5}, {"tune_starts": 2, "annealed_too": True}),
    "of an annealed model": ({"max_iter": 5, "annealing": True, "start_v": 0.5}, {"tune_starts": 2}),
    "one axis": ({"max_iter": 4}, {"axis_1": "components", "values_1": (1, 3), "tune_starts": 2}),
    "annealing": ({"max_iter": 5}, {"axis_1": "start_v", "values_1": [0.5, 1.0], "tune_starts": 1}),
    "two axes": (
        {"max_iter": 4},
        {"axis_1": "regularisation", "values_1": [0.0, 0.1], "axis_2": "rate", "values_2": [0.4, 1.0], "tune_starts": 2},
    ),
    "words": ({}, {"axis_1": "init", "tune_starts": 2}),
    "skewness": ({"model": "SkewGMM", "max_iter": 2}, {"axis_1": "skewness", "values_1": ["restricted", "full"], "tune_starts": 1}),
    "models": ({"max_iter": 2}, {"axis_1": "model", "axis_2": "components", "values_2": (1, 1), "tune_starts": 1}),
    "layers": (
        {"model": "DGMM", "layers": 2, "dim_2": 1, "max_iter": 2},
        {"axis_1": "size_2", "values_1": (1, 2), "axis_2": "dim_1", "values_2": (1, 2), "tune_starts": 1},
    ),
    "clusters of layers": (
        {"model": "GMN", "layers": 2, "dim_1": 1, "dim_2": 1, "max_iter": 2},
        {"axis_1": "components", "values_1": (2, 2), "tune_starts": 1, "tune_splits": 5},
    ),
    "clusters and parts": (
        {"model": "GMN", "layers": 2, "dim_1": 1, "dim_2": 1, "max_iter": 2},
        {"axis_1": "components", "values_1": (1, 2), "axis_2": "size_2", "values_2": (1, 2), "tune_starts": 1},
    ),
    "held-out rows": ({"held_out": 0.2, "standardise": False}, {"axis_1": "components", "values_1": (1, 2), "tune_starts": 2}),
    "held-out rows and scores": (
        {"held_out": 0.2, "seed": 4},
        {"axis_1": "components", "values_1": (1, 2), "tune_starts": 2, "tune_splits": 5},
    ),
    "models and scores": (
        {"max_iter": 2},
        {"axis_1": "model", "values_1": ["GMM", "SkewGMM"], "tune_starts": 1, "tune_splits": 5},
    ),
    "no stopping": ({"stop": False, "max_iter": 6}, {"axis_1": "components", "values_1": (1, 2), "tune_starts": 1, "tune_splits": 5}),
    "many starts without stopping": ({"stop": False, "max_iter": 6}, {"tune_starts": 2}),
    "models without stopping": (
        {"stop": False, "max_iter": 40},
        {"axis_1": "model", "values_1": ["GMM"], "axis_2": "components", "values_2": (1, 2), "tune_starts": 1},
    ),
    "another rule": ({"threshold": 0.1, "rate": 0.8}, {"axis_1": "components", "values_1": (2, 3), "tune_starts": 2}),
    "a cell that fails": (
        {"code": FEW, "max_iter": 2},
        {"axis_1": "components", "values_1": (12, 13), "tune_starts": 1, "tune_splits": 5},
    ),
    "all cells fail": ({"code": FEW, "max_iter": 2}, {"axis_1": "components", "values_1": (13, 14), "tune_starts": 2}),
    "layers that cannot be": (
        {"model": "DGMM", "layers": 2, "max_iter": 2},
        {"axis_1": "dim_1", "values_1": (1, 3), "axis_2": "dim_2", "values_2": (1, 2), "tune_starts": 1},
    ),
    "a model that fails": (
        {"code": FEW, "components": 3, "layers": 1, "size_1": 13, "dim_1": 1, "max_iter": 2},
        {"axis_1": "model", "values_1": ["GMM", "DGMM"], "tune_starts": 2},
    ),
}


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    """Where a script writes."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def content(of, end):
    """The bytes of the file that ends so."""
    [file] = [file for name, (_, _, file) in files(of).items() if name.endswith(end)]
    return file()[0]


def csv(of, what="starts"):
    return pd.read_csv(io.BytesIO(content(of, f"_{what}.csv")))


def executed(of):
    """The names that a script leaves."""
    names = {}
    exec(content(of, ".py").decode(), names)
    return names


def as_read(table):
    """A table as a file of it is read."""
    return pd.read_csv(io.BytesIO(table.to_csv(index=False).encode()))


def same(one, other):
    one, other = (table.drop(columns="seconds", errors="ignore") for table in (one, other))
    pd.testing.assert_frame_equal(one, other, check_exact=True)


def made(name):
    changed, asked = PLANS[name]
    return tuned(settings(**{"max_iter": 6} | changed), **asked)


@cache
def ran(name):
    return run(made(name))


@pytest.mark.slow
@pytest.mark.parametrize("name", PLANS)
def test_the_script_makes_the_same_tables_and_writes_them(name, capsys, here):
    of = ran(name)
    names = executed(of)
    same(as_read(names["table"]), csv(of))
    assert ("scores" in names) == bool(of.plan.n_splits)
    if of.plan.n_splits:
        same(as_read(names["scores"]), csv(of, "scores"))
    assert capsys.readouterr().out
    offered = {file for file in files(of) if file.endswith(".csv")}
    assert {path.name for path in here.iterdir()} == offered and len(offered) == 1 + bool(of.plan.n_splits)
    [starts] = here.glob("*_starts.csv")
    same(pd.read_csv(starts), csv(of))
    assert getattr(names.get("model"), "n_init", 1) == 1, "the model that was given stays as it is"


@pytest.mark.parametrize("name, cells", [("one axis", [1]), ("many starts", [0]), ("two axes", [3])])
def test_the_script_makes_the_same_table_where_some_cells_have_more_starts_than_others(name, cells, capsys):
    of = run(made(name), more=(20, cells))
    found = csv(of)
    same(as_read(executed(of)["table"]), found)
    counts = found.groupby("cell").size() if "cell" in found else {0: len(found)}
    assert {number: counts[number] for number in cells} == dict.fromkeys(cells, 20)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["held-out rows and scores", "models and scores"])
def test_the_script_makes_the_same_tables_of_a_smaller_offer(name, capsys):
    changed, asked = PLANS[name]
    of = tuned(settings(**changed | {"max_iter": 2}), **asked | {"tune_starts": 5, "tune_splits": 10})
    assert of.smaller == (1, 5)
    run(of, smaller=True)
    names, scores = executed(of), csv(of, "scores")
    same(as_read(names["table"]), csv(of))
    same(as_read(names["scores"]), scores)
    assert len(names["table"]) == 2 and len(scores) == 10


@pytest.mark.parametrize("name", ["many starts", "layers", "models and scores", "all cells fail"])
def test_parquet_holds_what_csv_does(name):
    of = ran(name)
    for what in ["starts", *(["scores"] if of.plan.n_splits else [])]:
        table = pd.read_parquet(io.BytesIO(content(of, f"_{what}.parquet")))
        pd.testing.assert_frame_equal(as_read(table), csv(of, what), check_exact=True)


def test_files_have_names_without_surprises_and_words_that_explain_them():
    of = made("held-out rows and scores")
    of.dataset = of.dataset.__class__(**{**of.dataset.__dict__, "name": "../räw (1).csv"})
    offered = files(of)
    assert [name.rpartition(".")[2] for name in offered] == ["csv", "parquet", "csv", "parquet", "py"]
    assert len(set(offered)) == 5 and all(name.replace("_", "").replace(".", "").isalnum() for name in offered)
    assert len({label for label, _, _ in offered.values()}) == 5 and all(help.endswith(".") for _, help, _ in offered.values())


def test_before_anything_is_known_there_are_tables_and_a_script_all_the_same(capsys):
    of = made("one axis")
    of.job = type("Job", (), {"results": []})
    assert len(csv(of)) == 0 and "cell" in csv(of)
    assert len(executed(of)["table"]) == 6


def test_of_several_models_the_table_has_the_settings_of_each():
    found = csv(ran("models"))
    clusters = found["n_components"].where(found["n_components"].notna(), found["layer_sizes"].str[1].astype(float))
    assert clusters.tolist() == [1.0] * 4 and list(found)[:4] == ["cell", "model", "n_components", "layer_sizes"]
