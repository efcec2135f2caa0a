"""The server's folder: what lies in it is listed, and no name leads out of it."""

import os

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from pages.work import folder, links


@pytest.fixture
def root(tmp_path):
    """A folder with tables, beside one with a secret, which links in it lead to."""
    root, outside = tmp_path / "class", tmp_path / "outside"
    for each in (root / "week 1", root / "flights" / "2024", root / "leaky", root / ".git", root / "deep" / "deeper", outside):
        each.mkdir(parents=True)
    frame = pd.DataFrame({"a": [1.0, 2.0], "b": [3.0, 4.0]})
    for each in ("iris.csv", "week 1/heights.tsv", "week 1/Notes.TXT", ".hidden.csv", ".git/a.csv", "deep/deeper/a.csv", "notes.md"):
        (root / each).write_text("a,b\n1,2\n3,4\n")
    for each in ("flights/b.parquet", "flights/2024/a.parquet", "leaky/a.parquet"):
        frame.to_parquet(root / each)
    (root / "flights" / "_SUCCESS").write_text("")
    np.save(root / "big.npy", np.ones((3, 2)))
    (outside / "secret.csv").write_text("a,b\n1,2\n")
    frame.to_parquet(outside / "secret.parquet")
    (root / "link.csv").symlink_to(outside / "secret.csv")
    (root / "outside").symlink_to(outside)
    (root / "leaky" / "b.parquet").symlink_to(outside / "secret.parquet")
    (root / "again.csv").symlink_to(root / "iris.csv")
    (root / "round.csv").symlink_to(root / "round.csv")
    (root / "gone.csv").symlink_to(root / "nowhere.csv")
    os.mkfifo(root / "pipe.csv")
    (root / "pipes").mkdir()
    os.mkfifo(root / "pipes" / "a.parquet")
    with open(os.fsencode(root) + b"/no\xfftext.csv", "w") as file:
        file.write("a,b\n1,2\n")
    return root


def test_tables_are_listed_by_name_and_nothing_that_leads_out(root):
    assert list(folder.listed(root)) == [
        "again.csv", "big.npy", "flights", "iris.csv", "leaky/a.parquet", "week 1/heights.tsv", "week 1/Notes.TXT",
    ]  # fmt: skip


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.text(max_size=40)
    | st.lists(
        st.sampled_from(["..", ".", "", "/", "~", "outside", "secret.csv", "link.csv", "week 1", "iris.csv", "etc", "passwd", "\0"])
    ).map("/".join)
)
def test_whatever_a_name_is_it_is_one_of_the_listed_or_a_sentence(root, name):
    try:
        table = folder.found(root, name)
    except ValueError as problem:
        assert "in the folder of this server" in str(problem) and "\n" not in str(problem) and len(str(problem)) < 1000
    else:
        assert table.name == name and table.path.resolve().is_relative_to(root.resolve())


@pytest.mark.parametrize(
    "name", ["../outside/secret.csv", "/etc/passwd", "outside/secret.csv", "link.csv", "leaky", ".hidden.csv", "pipe.csv"]
)
def test_a_name_that_leads_out_is_no_table(root, name):
    with pytest.raises(ValueError, match="There is no table"):
        folder.found(root, name)


def test_a_folder_that_is_not_there_is_said_without_the_way_to_it(tmp_path):
    with pytest.raises(ValueError, match="cannot be read") as problem:
        folder.listed(tmp_path / "nowhere")
    assert str(tmp_path) not in str(problem.value)


def test_a_problem_is_told_without_the_way_to_the_folder(root):
    assert folder.said(f"{root}/week 1/a.npy, row 3, is NaN.", root) == "week 1/a.npy, row 3, is NaN."


def test_a_key_changes_with_the_file_and_begins_with_that_of_the_name(root):
    before = folder.found(root, "iris.csv").key
    (root / "iris.csv").write_text("a,b\n1,2\n3,5\n7,8\n")
    after = folder.found(root, "iris.csv").key
    assert before != after and {key.startswith(folder.key_of("iris.csv")) for key in (before, after)} == {True}


def test_tables_that_are_large_or_arrays_are_read_by_chunks(root, monkeypatch):
    def by_chunks():
        return {name for name, table in folder.listed(root).items() if table.by_chunks}

    assert by_chunks() == {"big.npy", "flights"}
    monkeypatch.setattr(folder, "_FEW_ROWS", 1)
    assert by_chunks() == {"big.npy", "flights", "leaky/a.parquet"}


def test_sizes_are_told_in_words(root):
    (root / "iris.csv").write_bytes(b"a" * 1_234_567)
    assert folder.found(root, "iris.csv").size == "1.23 MB"


@pytest.mark.parametrize("name", ["iris.csv", "week 1/heights & more.npy", "a_b;c.csv", "../../etc/passwd", "ä.csv"])
def test_a_link_holds_the_name_whatever_it_is(name):
    query = links.write([{"source": "Server", "server_table": name}])
    link = links.read(query)
    assert (link.values["source"], link.values["server_table"], link.remarks) == ("Server", name, ())
    assert link.awaits == folder.key_of(name) and link.table is None


def test_a_name_that_is_too_long_is_left_out_of_a_link():
    link = links.read("d=s_" + "a" * 5000)
    assert link.values["server_table"] == "" and len(link.remarks) == 1
