"""Tables of the server's folder in Explore: small ones as an upload, large ones read chunk by chunk."""

import os
import runpy

import numpy as np
import pandas as pd
import pytest
from conftest import ComparePage

from mixes import GMM
from mixes.rows import SAMPLE_ROWS
from pages.wire.sources import Explored
from pages.work import exports, folder

N = SAMPLE_ROWS + 12_345
NAME = "set_server_table"


@pytest.fixture
def root(tmp_path, monkeypatch):
    """A folder with a small table of three clouds, a large one, and a large one of which a value is missing."""
    rng = np.random.default_rng(0)
    (tmp_path / "week 1").mkdir()
    small = pd.DataFrame(rng.normal(size=(90, 2)), columns=["length", "width"]).assign(species=["a", "b", "c"] * 30)
    small.to_csv(tmp_path / "week 1" / "small.csv", index=False)
    X = np.column_stack([rng.normal(size=N) + 5 * (rng.random(N) < 0.4), 100 * rng.normal(size=N), rng.integers(0, 3, N)])
    large = pd.DataFrame(X, columns=["x", "y", "group"]).assign(station="north")
    large.to_parquet(tmp_path / "large.parquet", row_group_size=9999)
    X[N - 8, 1] = np.nan
    np.save(tmp_path / "holed.npy", X)
    monkeypatch.setenv(folder.VARIABLE, str(tmp_path))
    return tmp_path


def test_without_a_folder_there_is_no_such_source_and_a_link_to_it_says_so(arrive, monkeypatch):
    monkeypatch.delenv(folder.VARIABLE, raising=False)
    page = arrive("d=s_iris.csv&k=3")
    assert list(page.widgets()["set_source"].options) == ["Built-in", "Generated", "Draw", "Upload"]
    assert "this server has none" in page.said() and page.widgets()["set_source"].value == "Built-in"


def test_a_small_table_goes_the_way_of_an_upload_and_its_link_brings_it_back(root, page, arrive):
    page.set("set_source", "Server")
    assert [option.split(" · ")[0] for option in page.widgets()[NAME].options] == ["holed.npy", "large.parquet", "week 1/small.csv"]
    page.set(NAME, "week 1/small.csv")
    run = page.session.run
    assert run.dataset.labels is not None and run.dataset.features == ("length", "width") and "length" in page.switches()
    assert str(root / "week 1" / "small.csv") in exports.file(run, "script", 0)[2]
    page.set("set_components", 3).play(upto=4)
    query = page.payload["link"]["query"]
    there = arrive(f"{query}&at=4").session.run
    assert there.dataset.name == "week 1/small.csv" and there.newest == 4
    assert there.run.state.log_likelihood == page.session.run.run.trace[4].log_likelihood


def test_a_link_brings_back_which_columns_are_used_and_what_became_of_missing_values(root, arrive):
    holed = pd.read_csv(root / "week 1" / "small.csv").assign(height=[*np.sqrt(np.arange(80)), *[None] * 10])
    holed.to_csv(root / "holed.csv", index=False)
    page = arrive("d=s_holed.csv&k=3&z=0")
    page.use("length", "left out").set("set_missing", "median").play(upto=2)
    run, query = page.session.run, page.payload["link"]["query"]
    there = arrive(f"{query}&at=2&ll={run.run.trace[2].log_likelihood:.9g}")
    assert there.session.run.settings == run.settings and there.switches()["length"].value == "left out" and not there.said()
    page.use("width", "left out")
    assert page.session.run.dataset.features != run.dataset.features
    page.app.session_state["comeback"] = {"back": query}
    page.run()
    assert page.session.run.settings == run.settings, "back, too"
    del page.app.session_state["comeback"]
    page.switches()["width"].set_value("left out")
    page.use("length", "feature")
    assert page.session.run.dataset.features == ("length", "height"), "neither of two clicks at once is lost"
    page.app.session_state["comeback"] = {"back": "v=1&d=s_holed.csv&k=3&z=0"}
    page.run()
    assert page.session.run.dataset.features == ("length", "width", "height"), "a link that says nothing means what is proposed"
    [mv] = [each for each in query.split("&") if each.startswith("mv=")]
    other = arrive(f"{query.replace(mv, 'mv=drop')}&at=2&ll={run.run.trace[2].log_likelihood:.9g}").said()
    assert "the table, its columns or the way it is read are not those of the link" in other


def test_a_table_that_is_not_there_is_said_whatever_its_name(root, arrive):
    page = arrive("d=s_../../etc/passwd")
    assert "There is no table '../../etc/passwd' in the folder of this server" in page.said()
    assert page.session.run.dataset.name == "Old Faithful" and page.widgets()[NAME].value is None


@pytest.mark.slow
def test_a_large_table_is_fitted_whole_and_drawn_as_a_sample(root, page, tmp_path):
    page.set("set_source", "Server").set(NAME, "large.parquet")
    assert f"**{N:,} rows × 2 features**" in page.captions(), "the group looks like a class"
    assert "Left out, as they are no numbers: station." in page.captions()
    page.set("set_standardise", False)
    rows, run = page.play(upto=3), page.session.run
    X = pd.read_parquet(root / "large.parquet")[["x", "y"]].to_numpy()
    alone = GMM(2, init="random", max_iter=200, random_state=0).start(X)
    for _ in range(3):
        alone.step()
    assert rows[-1]["ll"] == alone.state.log_likelihood, "of all rows, to the last digit"
    assert page.metrics(rows[-1])["BIC"] == pytest.approx(alone.model.from_parameters(alone.state.parameters).bic(X), rel=1e-12)
    assert all(row["took"] > 0 for row in rows[1:])
    sent = page.need(0, have=False)
    static = sent["static"]
    assert ["took" in row for row in sent["rows"]][:2] == [False, True], "a start is no step"
    assert (static["n"], static["shown"]) == (N, 2000)
    np.testing.assert_array_equal(run.drawn, X[run.numbers - 1])
    assert {kind["kind"] for kind in static["exports"]}.isdisjoint({"rows-csv", "rows-parquet"}), "not all rows are in memory"

    page.set("set_standardise", True).set("set_held_out", 0.2)
    page.play(upto=2)
    run = page.session.run
    script = tmp_path / "again.py"
    script.write_text(exports.file(run, "script", 2)[2])
    made = runpy.run_path(str(script))
    assert made["run"].state.log_likelihood == run.run.trace[2].log_likelihood
    assert made["run"].state.log_likelihood_validation == run.run.trace[2].log_likelihood_validation
    assert len(made["components"]) == N

    page.open("compare")
    assert "A sample of 50,000 of the 62,345 rows; Explore fits all of them." in page.captions()
    assert "Left out, as they are no numbers: station." in page.captions()
    page.__class__ = ComparePage
    assert {lane.experiment.title for lane in page.comparison.lanes if lane.experiment.dataset.chunked is None} == {
        f"Gaussian mixture (GMM), {k} components, on a sample of large.parquet" for k in (2, 3)
    }


def test_a_file_that_changes_under_a_run_is_said_and_what_was_learnt_stays(root, page):
    page.set("set_source", "Server").set(NAME, "large.parquet").play(upto=2)
    run = page.session.run
    run.run.rewind(1)  # however far it came in the time that one answer takes
    known = run.newest
    pd.read_parquet(root / "large.parquet")[::-1].to_parquet(root / "large.parquet")
    answer = Explored(run, run.principal).answer({"need": {"from": known + 1}}, None)
    assert answer["error"] == (
        "This run cannot go on: large.parquet was changed while it was used; start again with the file as it is now."
    )
    assert answer["rows"] == [] and run.newest == known, "nothing half fitted is there"
    page.run()
    assert page.session.run is not run and page.session.run.newest == 0, "begun anew with the file as it is"
    assert page.runs(), "the one before is kept"


def test_a_value_that_is_missing_is_told_with_file_row_and_column_and_nothing_is_fitted(root, page):
    page.set("set_source", "Server").set(NAME, "holed.npy")
    assert page.errors() == [f"holed.npy, row {N - 8}, column 1, is NaN or empty; leave the row out or fill it in."]
    assert page.session.run.dataset.name == "Old Faithful"


def test_a_folder_or_a_table_that_vanishes_is_said_and_the_run_stays(root, page):
    page.set("set_source", "Server").set(NAME, "week 1/small.csv").play(upto=1)
    run = page.session.run
    os.remove(root / "week 1" / "small.csv")
    page.run()
    assert "There is no table 'week 1/small.csv'" in page.said() and page.session.run is run
    os.rename(root, f"{root} gone")
    page.run()
    assert page.errors() == ["The folder of this server's tables cannot be read (No such file or directory)."] and page.session.run is run


def test_a_file_that_is_no_table_is_a_sentence(root, page):
    (root / "broken.npy").write_bytes(b"no numbers")
    (root / "broken.parquet").write_bytes(b"PAR1 and nothing else")
    pd.DataFrame({"name": ["x"] * N}).to_parquet(root / "text.parquet")
    np.save(root / "wide.npy", np.zeros((2, 131_073)))
    page.set("set_source", "Server")
    for name, sentence in {
        "broken.npy": "broken.npy is a damaged .npy file; save it again.",
        "broken.parquet": "broken.parquet is a damaged Parquet file; save it again.",
        "text.parquet": "text.parquet has no column of numbers; give a table with at least one.",
        "wide.npy": "wide.npy has 131,073 features, and 256 rows of them, the smallest chunk, are larger than the 256 MB that a chunk "
        "may have; use at most 131,072 features.",
    }.items():
        page.set(NAME, name)
        assert page.errors() == [sentence]
