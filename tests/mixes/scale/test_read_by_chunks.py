"""Rows that are read chunk by chunk: the same fit as from memory, and one sentence on what cannot be read."""

import os
import pickle
import time
from concurrent.futures import ThreadPoolExecutor

import dask.array
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings, strategies as st

from mixes import DGMM, GMM, Evaluator, Run, SkewGMM, selection, tables
from mixes.rows import SAMPLE_ROWS, Rows
from mixes.stopping_criterion import create_silhouette_criterion
from mixes.tables.recent import Recent

RNG = np.random.default_rng(0)
X = np.concatenate([RNG.normal(place, 1, (4000, 3)) for place in (0, 4, 9)])[RNG.permutation(12_000)]


def npy(folder):
    np.save(folder / "rows.npy", X)
    return folder / "rows.npy"


def parquet(folder):
    pd.DataFrame(X, columns=["a", "b", "c"]).to_parquet(folder / "rows.parquet", row_group_size=1700)
    return str(folder / "rows.parquet")


def parquet_folder(folder):
    for number, part in enumerate(np.array_split(X, 3)):
        pd.DataFrame(part, columns=["a", "b", "c"]).to_parquet(folder / f"part {number}.parquet", row_group_size=999)
    return folder


KINDS = {
    "npy": npy,
    "memory map": lambda folder: np.load(npy(folder), mmap_mode="r"),
    "Parquet": parquet,
    "folder of Parquet": parquet_folder,
    "dask array": lambda folder: dask.array.from_array(X, chunks=(3500, 2)),
    "chunks": lambda folder: [X[:1], X[1:1], X[1:7000], X[7000:]],
}


@pytest.fixture(params=KINDS)
def given_as(request, tmp_path):
    return KINDS[request.param](tmp_path)


def equal(one, other):
    assert one.trace.objective.tolist() == other.trace.objective.tolist()
    assert one.state.parameters.weights.tolist() == other.state.parameters.weights.tolist()
    assert np.array_equal(one.state.parameters.means, other.state.parameters.means)
    assert [event for _, event in one.trace.events] == [event for _, event in other.trace.events]


@pytest.mark.filterwarnings("ignore:X does not have valid feature names")  # arrays have none
def test_a_fit_is_that_from_memory_to_the_last_digit_whatever_the_rows_are_kept_in(given_as):
    model = GMM(3, max_iter=6, random_state=0, stopping_criterion=None)
    one, other = (model.start(rows, X_validation=X[:500]) for rows in (X, given_as))
    assert one.finish().log_likelihood == other.finish().log_likelihood and one.fingerprint() == other.fingerprint()
    equal(one, other)
    again = Run.from_json(other.to_json(), given_as, X_validation=X[:500])
    assert again.state.objective == one.state.objective
    assert np.array_equal(one.responsibilities(), other.responsibilities())
    assert one.bound_at(3, "E") == other.bound_at(3, "E")


@pytest.mark.parametrize(
    "model",
    [
        GMM(3, "diag", use_annealing=True),
        SkewGMM(2, init="random"),
        DGMM([2, 2], [2, 1]),
        DGMM([3, 2], [2, 1], e_step="sampled", path_samples=3),
    ],
    ids=["axis-aligned, annealed", "skew", "deep", "sampled"],
)
def test_so_it_is_for_every_model(model, tmp_path):
    model.set_params(max_iter=4, random_state=1, stopping_criterion=None)
    weight = RNG.integers(0, 3, len(X)).astype(float)
    one, other = (model.start(rows, weight) for rows in (X, npy(tmp_path)))
    one.watch([5, 1, 1]), other.watch([5, 1, 1])
    one.finish(), other.finish()
    equal(one, other)
    assert one.state.entropy == other.state.entropy
    np.testing.assert_allclose(one.watched_at(4), other.watched_at(4), rtol=1e-9, atol=1e-12)


@pytest.mark.filterwarnings("ignore:X does not have valid feature names")  # arrays have none
def test_what_a_fitted_mixture_says_of_rows_is_the_same(given_as):
    model = GMM(3, random_state=0, max_iter=20).fit(given_as)
    assert np.array_equal(model.score_samples(X), model.score_samples(given_as))
    assert np.array_equal(model.predict_proba(X), model.predict_proba(given_as))
    assert np.array_equal(model.predict(X), model.predict(given_as))
    for score in ("aic", "bic", "icl"):
        assert getattr(model, score)(X) == getattr(model, score)(given_as)
    deep = DGMM([2, 2], [1, 1], random_state=0, max_iter=2, stopping_criterion=None).fit(given_as)
    assert np.array_equal(deep.transform(X), deep.transform(given_as)) and np.array_equal(
        deep.predict_paths(X), deep.predict_paths(given_as)
    )


@pytest.mark.slow
def test_selection_makes_the_same_tables(tmp_path):
    path, model = npy(tmp_path), GMM(2, random_state=0, max_iter=5, stopping_criterion=None)

    def same(function, *arguments, **options):
        one, other = (function(*arguments[:1], rows, *arguments[1:], **options) for rows in (X, path))
        times = [name for name in one if "seconds" in str(name)]
        pd.testing.assert_frame_equal(one.drop(columns=times), other.drop(columns=times), check_exact=True)

    same(selection.compare, [model, SkewGMM(2, random_state=0, max_iter=2, stopping_criterion=None)], n_splits=2)
    same(selection.restarts, model, 2)
    same(selection.sweep, SkewGMM(2, random_state=0, max_iter=2, stopping_criterion=None), {"n_components": [1, 2]}, n_starts=1)
    same(selection.cross_validate, model, {"n_components": [1, 2]}, n_splits=2)


@settings(deadline=None)
@given(st.data())
def test_any_slice_of_any_table_is_that_of_the_array(tmp_path_factory, data):
    kind = data.draw(st.sampled_from(list(KINDS)))
    table = opened(tmp_path_factory, kind)
    start, stop = sorted(data.draw(st.tuples(*[st.integers(0, len(X))] * 2)))
    assert np.array_equal(table[start:stop], X[start:stop])
    numbers = np.array(sorted(data.draw(st.sets(st.integers(0, len(X) - 1), max_size=20))), dtype=int)
    some = tables.taken(table, numbers)
    assert len(some) == len(numbers) and np.array_equal(some[:], X[numbers])
    assert np.array_equal(tables.gathered(table, numbers[::-1]), X[numbers[::-1]])
    assert np.array_equal(pickle.loads(pickle.dumps(table))[start:stop], X[start:stop])


def opened(factory, kind, kept={}):
    if kind not in kept:
        kept[kind] = tables.opened(KINDS[kind](factory.mktemp(kind.replace(" ", "_"))))
    return kept[kind]


def test_starts_of_more_rows_are_of_a_sample_that_is_evenly_spread_and_always_the_same():
    n = 3 * SAMPLE_ROWS + 7
    many = np.column_stack([np.arange(n), np.arange(n) % 7]).astype(float)
    weight = np.where(np.arange(n) % 2, 2.0, 1.0)
    rows, again = Rows(many, weight), Rows(tables.opened([many[:1000], many[1000:]]), weight)
    X, shares = rows.sample
    assert np.array_equal(X, again.sample.X) and shares.sum() == pytest.approx(weight.sum()) and len(np.unique(X[:, 0])) == SAMPLE_ROWS
    assert (np.diff(X[:, 0]) > 0).all() and np.diff(X[:, 0]).max() < 8
    np.testing.assert_allclose(shares / shares.min(), weight[X[:, 0].astype(int)])
    assert np.allclose(rows.box.center, np.average(many, axis=0, weights=weight)) and rows.mass == weight.sum()
    assert rows.variance == pytest.approx(np.average((many - rows.box.center) ** 2, axis=0, weights=weight).mean())
    assert again.variance == rows.variance and rows.box.greatest.tolist() == [n - 1, 6]


# -- what cannot be read -----------------------------------------------------------------------------------------------


def refused(problem, sentence, action):
    with pytest.raises(problem) as raised:
        action()
    assert str(raised.value) == sentence
    return True


def test_a_value_that_is_no_number_is_told_with_its_file_row_and_column(tmp_path):
    spoilt = X.copy()
    spoilt[9003, 1] = np.nan
    np.save(tmp_path / "rows.npy", spoilt)
    model = GMM(2)
    refused(
        tables.UnreadableTable,
        f"{tmp_path / 'rows.npy'}, row 9003, column 1, is NaN or empty; leave the row out or fill it in.",
        lambda: model.fit(tmp_path / "rows.npy"),
    )
    assert "parameters_" not in vars(model)
    for number, part in enumerate(np.array_split(spoilt, 3)):
        pd.DataFrame(part, columns=["a", "b", "c"]).to_parquet(tmp_path / f"{number}.parquet")
    refused(
        tables.UnreadableTable,
        f"{tmp_path / '2.parquet'}, row 1003, column 'b', is NaN or empty; leave the row out or fill it in.",
        lambda: model.start(tmp_path),
    )
    spoilt[9003, 1] = 1e200
    refused(
        tables.UnreadableTable,
        "X[1], row 3, column 1, is 1e+200; squares of such values are beyond the range of numbers, so that 1e+150 is the limit: "
        "use a larger unit.",
        lambda: model.start([spoilt[:9000], spoilt[9000:]]),
    )
    spoilt[9003, 1] = -np.inf
    fitted = GMM(2, random_state=0, max_iter=2, stopping_criterion=None).fit(X)
    refused(
        tables.UnreadableTable,
        "X[0], row 9003, column 1, is infinity (inf); leave the row out or fill it in.",
        lambda: fitted.score_samples([spoilt]),
    )


@pytest.mark.parametrize("row", [0, 6000, 11_999])
def test_a_row_of_weight_0_must_be_of_numbers_too_as_in_an_array(tmp_path, row):
    spoilt, weight, model = X.copy(), np.ones(len(X)), GMM(2)
    spoilt[row, 1], weight[row] = np.nan, 0
    advice = "leave the row out or fill it in."
    refused(ValueError, f"Input X contains NaN in row {row}, column 1; {advice}", lambda: model.start(spoilt, weight))
    np.save(tmp_path / "rows.npy", spoilt)
    pd.DataFrame(spoilt, columns=list("abc")).to_parquet(tmp_path / "rows.parquet", row_group_size=1700)
    for rows, where in (
        (tmp_path / "rows.npy", f"{tmp_path / 'rows.npy'}, row {row}, column 1"),
        (np.load(tmp_path / "rows.npy", mmap_mode="r"), f"{tmp_path / 'rows.npy'}, row {row}, column 1"),
        (tmp_path / "rows.parquet", f"{tmp_path / 'rows.parquet'}, row {row}, column 'b'"),
        (dask.array.from_array(spoilt, chunks=(12_000, 3)), f"X[0], row {row}, column 1"),
        ([spoilt], f"X[0], row {row}, column 1"),
    ):
        refused(tables.UnreadableTable, f"{where}, is NaN or empty; {advice}", lambda rows=rows: model.start(rows, weight))


@pytest.mark.parametrize("change", ["written", "gone", "cut off"])
@pytest.mark.parametrize("kind", ["npy", "Parquet", "memory map"])
def test_a_file_that_changes_or_goes_under_a_run_ends_it_with_a_sentence(tmp_path, change, kind):
    rows = KINDS[kind](tmp_path)
    path = rows.filename if kind == "memory map" else str(rows)
    states, model = [], GMM(3, max_iter=5, random_state=0, stopping_criterion=None)

    def fit():
        for state in model.iterate(rows):
            states.append(state)
            if len(states) == 2:
                if change == "gone":
                    os.remove(path)
                elif change == "cut off" and kind != "memory map":  # which would end the process, if it were read
                    os.truncate(path, os.path.getsize(path) // 2)
                else:
                    os.utime(path, ns=(1, 1))

    was = f"{path} cannot be found; put the file back, or give another."
    other = f"{path} was changed while it was used; start again with the file as it is now."
    refused(tables.UnreadableTable, was if change == "gone" else other, fit)
    assert len(states) == 2 and "parameters_" not in vars(model), "nothing that is half fitted is given as fitted"


def test_files_that_are_no_tables_of_numbers_are_refused_with_their_column(tmp_path):
    pd.DataFrame({"a": [1.0, 2], "b": [1, 2]}).to_parquet(tmp_path / "1.parquet")
    pd.DataFrame({"a": [1.0, 2], "b": ["x", "y"]}).to_parquet(tmp_path / "2.parquet")
    refused(
        ValueError,
        f"{tmp_path / '2.parquet'}, column 'b' holds large_string; every column needs to be numbers: leave it out.",
        lambda: GMM(1).start(tmp_path),
    )
    pd.DataFrame({"a": [1.0, 2]}).to_parquet(tmp_path / "2.parquet")
    sentence = f"{tmp_path / '2.parquet'} has no column 'b', which {tmp_path / '1.parquet'} has; all files need the same columns."
    refused(ValueError, sentence, lambda: GMM(1).start(tmp_path))
    pd.DataFrame({"a": [1.0, 2], "b": [1, 2], "c": [1, 2]}).to_parquet(tmp_path / "2.parquet")
    sentence = f"{tmp_path / '2.parquet'} has column 'c', which {tmp_path / '1.parquet'} has not; all files need the same columns."
    refused(ValueError, sentence, lambda: GMM(1).start(tmp_path))
    (tmp_path / "2.parquet").write_bytes(b"PAR1 nothing PAR1")
    sentence = f"{tmp_path / '2.parquet'} is a damaged Parquet file; save it again."
    refused(tables.UnreadableTable, sentence, lambda: GMM(1).start(tmp_path))
    np.save(tmp_path / "words.npy", np.array([["a"], ["b"]]))
    refused(ValueError, f"{tmp_path / 'words.npy'} holds <U1; it needs numbers.", lambda: GMM(1).start(tmp_path / "words.npy"))
    np.save(tmp_path / "flat.npy", X[0])
    sentence = f"{tmp_path / 'flat.npy'} has shape (3,); it needs a table, (rows, features)."
    refused(ValueError, sentence, lambda: GMM(1).start(tmp_path / "flat.npy"))
    np.save(tmp_path / "turned.npy", np.asfortranarray(X))
    sentence = f"{tmp_path / 'turned.npy'} holds its table column by column; save it with numpy.save(path, numpy.ascontiguousarray(X))."
    refused(ValueError, sentence, lambda: GMM(1).start(tmp_path / "turned.npy"))
    (tmp_path / "torn.npy").write_bytes(b"\x93NUMPY\x01\x00v\x00{'descr'")
    refused(
        tables.UnreadableTable,
        f"{tmp_path / 'torn.npy'} is a damaged .npy file; save it again.",
        lambda: GMM(1).start(tmp_path / "torn.npy"),
    )
    refused(
        tables.UnreadableTable,
        f"{tmp_path / 'none.npy'} cannot be found; give the path of a file.",
        lambda: GMM(1).start(tmp_path / "none.npy"),
    )
    refused(
        tables.UnreadableTable,
        f"{tmp_path / 'e'} has no .parquet files; give a folder that has some.",
        lambda: (os.mkdir(tmp_path / "e"), GMM(1).start(tmp_path / "e")),
    )
    wide = tmp_path / "wide.npy"
    np.save(wide, np.zeros((2, 140_000)))
    sentence = (
        f"{wide} has 140,000 features, and 256 rows of them, the smallest chunk, are larger than the 256 MB that a chunk may have; "
        "use at most 131,072 features."
    )
    refused(ValueError, sentence, lambda: GMM(1, "diag").start(wide))


def test_an_index_without_a_name_is_no_feature_and_one_with_a_name_is(tmp_path):
    frame = pd.DataFrame(X[:50], columns=["a", "b", "c"])
    frame[frame.a > 0].to_parquet(tmp_path / "some.parquet")
    assert tables.opened(tmp_path / "some.parquet").names == ["a", "b", "c"]
    frame.set_index("a").to_parquet(tmp_path / "named.parquet")
    assert tables.opened(tmp_path / "named.parquet").names == ["b", "c", "a"]
    double = pa.table([pa.array([1.0, 2]), pa.array([1.0, 2])], names=["a", "a"])
    pq.write_table(double, tmp_path / "double.parquet")
    sentence = f"{tmp_path / 'double.parquet'} has more than one column 'a'; give each a name of its own."
    refused(ValueError, sentence, lambda: GMM(1).start(tmp_path / "double.parquet"))


def test_of_a_folder_hidden_files_and_others_are_left_out_and_the_ending_may_be_large(tmp_path):
    for number, name in enumerate(["b.PARQUET", "a.parquet", ".c.parquet", "_d.parquet", ".hidden/e.parquet", "in/f.parquet", "g.txt"]):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        pd.DataFrame({"a": [float(number)]}).to_parquet(tmp_path / name)
    (tmp_path / "folder.parquet").mkdir()
    assert tables.opened(tmp_path)[:].ravel().tolist() == [1, 0, 5]
    (tmp_path / "year=1").mkdir()
    pd.DataFrame({"a": [7.0]}).to_parquet(tmp_path / "year=1" / "h.parquet")
    sentence = f"{tmp_path} has a folder 'year=1', whose name stands for a column; put such columns into the files."
    refused(ValueError, sentence, lambda: tables.opened(tmp_path))


def test_columns_in_another_order_are_other_columns(tmp_path):
    frame = pd.DataFrame(X[:50], columns=["a", "b", "c"])
    frame.to_parquet(tmp_path / "1.parquet")
    frame[["b", "a", "c"]].to_parquet(tmp_path / "2.parquet")
    sentence = f"{tmp_path / '2.parquet'} has its columns in another order than {tmp_path / '1.parquet'}; all files need the same columns."
    refused(ValueError, sentence, lambda: tables.opened(tmp_path))
    sentence = "X[1] has other columns than X[0]; all chunks need the same in the same order."
    refused(tables.UnreadableTable, sentence, lambda: GMM(2).fit([frame, frame[["b", "a", "c"]]]))
    model = GMM(2, random_state=0, max_iter=2, stopping_criterion=None).fit([frame, frame])
    assert model.feature_names_in_.tolist() == ["a", "b", "c"]
    assert not hasattr(model.fit([X]), "feature_names_in_")


def test_a_fit_that_fails_leaves_what_the_estimator_knew(tmp_path):
    model = GMM(2, random_state=0, max_iter=2, stopping_criterion=None).fit(X)
    before = model.predict(X)
    np.save(tmp_path / "two.npy", np.where(np.arange(400).reshape(200, 2) == 3, np.nan, X[:200, :2]))
    with pytest.raises(tables.UnreadableTable):
        model.fit(tmp_path / "two.npy")
    assert np.array_equal(model.predict(X), before)
    sentence = "X_validation has 2 features, but X has 3; both need the same."
    for held_out in ([X[:, :2]], X[:, :2]):
        refused(ValueError, sentence, lambda held_out=held_out: model.start([X], X_validation=held_out))
    assert np.array_equal(model.predict(X), before)


def test_arrays_that_joblib_maps_for_its_processes_serve_what_looks_at_all_rows(tmp_path):
    mapped = np.load(npy(tmp_path), mmap_mode="r")
    model = GMM(2, random_state=0, max_iter=2, stopping_criterion=None, evaluator=Evaluator(None, "silhouette"))
    assert model.start(mapped).state.metrics == model.start(X).state.metrics


def test_maps_that_may_be_written_to_change_by_themselves(tmp_path):
    npy(tmp_path)
    table = tables.opened(np.load(tmp_path / "rows.npy", mmap_mode="r+"))
    os.utime(tmp_path / "rows.npy", ns=(1, 1))
    assert np.array_equal(table[:5], X[:5])
    assert table.place(3) == f"{tmp_path / 'rows.npy'}, row 3" and tables.opened(
        np.memmap.__new__(np.memmap, tmp_path / "m", shape=(2, 1), mode="w+")
    )
    pd.DataFrame(np.where(X == X[7, 1], np.nan, X)).to_parquet(tmp_path / "rows.parquet")
    some = tables.taken(tables.opened(np.load(tmp_path / "rows.npy", mmap_mode="r")), np.array([2, 5]))
    os.utime(tmp_path / "rows.npy", ns=(2, 2))
    assert some.place(1) == f"{tmp_path / 'rows.npy'}, row 5"
    os.remove(tmp_path / "rows.npy")
    refused(tables.UnreadableTable, f"{tmp_path / 'rows.npy'} cannot be found; put the file back, or give another.", some.check)


def test_held_out_rows_are_in_the_fingerprint():
    one, other, third = (GMM(1).start(X[:100], X_validation=held) for held in (X[:5], X[1:6], None))
    assert len({run.fingerprint() for run in (one, other, third)}) == 3


def test_whatever_a_chunk_raises_is_said_with_its_number():
    class Chunks(list):
        def __getitem__(self, number):
            if number == 1:
                raise KeyError("gone")
            return super().__getitem__(number)

    refused(tables.UnreadableTable, "X[1] cannot be had (KeyError: 'gone'); give all chunks.", lambda: GMM(1).fit(Chunks([X, X])))
    blocks = dask.array.from_array(X, chunks=(6000, 3)).map_blocks(lambda block: block / int("x"), dtype=float)
    with pytest.raises(tables.UnreadableTable, match=r"X\[0\] cannot be had \(ValueError: invalid literal"):
        GMM(1).fit(blocks)
    refused(ValueError, "X has shape (12000,); it needs a table, (rows, features).", lambda: GMM(1).fit(dask.array.from_array(X[:, 0])))
    with pytest.raises(ValueError, match="a table is read in steps of 1"):
        tables.opened([X])[::2]


@pytest.mark.parametrize("kind", ["npy", "Parquet"])
def test_a_file_that_is_another_one_inside_is_told_when_it_is_read(tmp_path, kind):
    path = str(KINDS[kind](tmp_path))
    table, times = tables.opened(path), os.stat(path)
    with open(path, "r+b") as file:
        if kind == "npy":
            file.truncate(times.st_size - 24)
            file.write(bytes(0))
        else:
            file.seek(4)  # the header of the first page
            file.write(bytes(40))
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    if kind == "npy":  # as if it were cut off between the look and the reading
        table.check = lambda: None
        refused(tables.UnreadableTable, f"{path} ends before row 11999; save it again.", lambda: table[:])
    else:
        with pytest.raises(tables.UnreadableTable, match=r"rows.parquet cannot be read in row group 0 \(.*\); save it again."):
            table[:10]


def test_one_column_may_be_kept_either_way_and_headers_of_version_2_are_read(tmp_path):
    np.save(tmp_path / "one.npy", np.asfortranarray(X[:, :1]))
    assert np.array_equal(tables.opened(tmp_path / "one.npy")[3:9], X[3:9, :1])
    with open(tmp_path / "two.npy", "wb") as file:
        np.lib.format.write_array(file, X.astype(">f4"), version=(2, 0))
    assert np.array_equal(tables.opened(tmp_path / "two.npy")[3:9], X[3:9].astype("f4"))


def test_integers_and_other_types_within_parquet_are_read_as_numbers(tmp_path):
    table = pa.table(
        {"i": pa.array([1, 2, None], pa.int32()), "f": pa.array([0.5, 1, 2], pa.float32()), "b": pa.array([True, False, None])}
    )
    pq.write_table(table, tmp_path / "t.parquet")
    sentence = f"{tmp_path / 't.parquet'}, row 2, column 'i', is NaN or empty; leave the row out or fill it in."
    refused(tables.UnreadableTable, sentence, lambda: tables.opened(tmp_path / "t.parquet")[:])
    assert tables.opened(tmp_path / "t.parquet")[:2].tolist() == [[1, 0.5, 1], [2, 1, 0]]


def test_chunks_that_are_other_ones_later_are_refused():
    chunks = [X[:6000], X[6000:]]
    table = tables.opened(chunks)
    chunks[0] = X[:5]
    refused(tables.UnreadableTable, "X[0] has 5 rows where it had 6,000; give the same chunk each time.", lambda: table[:10])
    refused(tables.UnreadableTable, "X[1] has 2 features, but X[0] has 3; all chunks need the same.", lambda: GMM(2).fit([X, X[:, :2]]))
    sentence = "X[1] is <U1 of shape (1, 1); each chunk needs a table of numbers, (rows, features)."
    refused(tables.UnreadableTable, sentence, lambda: GMM(2).fit([X, np.array([["a"]])]))
    unknown = dask.array.from_array(X, chunks=1000)
    unknown = unknown[unknown[:, 0] > 0]
    with pytest.raises(ValueError, match="with blocks of unknown size; call X.compute_chunk_sizes"):
        GMM(2).fit(unknown)


def test_what_is_recent_is_made_once_whichever_threads_ask_and_errors_are_not_kept():
    made, recent = [], Recent(lambda key: (time.sleep(0.01), made.append(key), 1 / key)[2], most=2)
    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(recent, [5] * 8)) == {0.2} and made == [5]
    for key in (4, 2, 4, 5, 2):
        assert recent(key) == 1 / key
    assert made == [5, 4, 2, 5, 2], "4 was asked for again in between, 2 not"
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            recent(0)
    assert pickle.loads(pickle.dumps(Recent(abs)))(-3) == 3 and made.count(0) == 2


def test_what_looks_at_all_rows_at_once_is_refused(tmp_path):
    path = npy(tmp_path)
    sentence = "{} looks at all rows at once, and X is read chunk by chunk; leave it out, or load X as an array."
    refused(ValueError, sentence.format("evaluator"), lambda: GMM(2, evaluator=Evaluator(None, "silhouette")).start(path))
    refused(ValueError, sentence.format("stopping_criterion"), lambda: GMM(2, stopping_criterion=create_silhouette_criterion()).start(path))
    run = GMM(2, max_iter=3).start(path)
    refused(ValueError, sentence.format("evaluator"), lambda: run.fork(evaluator=Evaluator(None, "silhouette")))
    assert run.fork(0, "d1(2,3)").state.parameters.means[0, :2].tolist() == pytest.approx([2, 3])


def test_other_features_than_those_fitted_are_refused(tmp_path):
    model = GMM(2, random_state=0, max_iter=2, stopping_criterion=None).fit(parquet(tmp_path))
    assert model.feature_names_in_.tolist() == ["a", "b", "c"]
    refused(ValueError, "X has 2 features, but GMM is expecting 3 features as input.", lambda: model.predict([X[:, :2]]))
    pd.DataFrame(X, columns=["a", "c", "b"]).to_parquet(tmp_path / "other.parquet")
    sentence = "X has other columns than the rows that were fitted, which have 'b'; give the same ones in their order."
    refused(ValueError, sentence, lambda: model.predict(tmp_path / "other.parquet"))
    refused(ValueError, "X has 1 row(s) of 3 feature(s); it needs at least 2 row(s) of at least 1 feature.", lambda: model.fit([X[:1]]))
    assert model.predict([X[:1]]).shape == (1,)
