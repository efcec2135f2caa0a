"""Reading tables: every format gives back what was written, and every bad file one sentence."""

import io

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mixes import tables
from mixes.datasets import from_table
from mixes.tables import read_table

FRAME = pd.DataFrame({"größe": [1.5, -2.25, 1e-7, 1234.567], "zahl": [1, 2, 3, 1000], "art": ["süß", "b; c", "d, e|f", 'g "h"']})


def same(frame, expected):
    pd.testing.assert_frame_equal(frame, expected, check_dtype=False, check_index_type=False)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "latin-1"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("decimal", [".", ","])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_text_round_trip(encoding, separator, decimal, line_end):
    data = FRAME.to_csv(index=False, sep=separator, decimal=decimal, lineterminator=line_end).encode(encoding)
    same(read_table(data), FRAME)


@pytest.mark.parametrize("arguments", [{"encoding": "latin-1"}, {"separator": ";"}, {"decimal": ","}, {"header": True}, {}])
def test_what_is_told_agrees_with_what_is_found(arguments):
    same(read_table(FRAME.to_csv(index=False, sep=";", decimal=",").encode("latin-1"), **arguments), FRAME)


def test_parquet_round_trip():
    buffer = io.BytesIO()
    FRAME.to_parquet(buffer)
    same(read_table(buffer), FRAME)


@pytest.mark.parametrize("index", [False, True])
def test_excel_round_trip(index):
    buffer = io.BytesIO()
    FRAME.to_excel(buffer, index=index)
    frame = read_table(buffer, "book.xlsx")
    same(frame, FRAME)
    assert frame["größe"].dtype == float


def test_excel_sheets():
    buffer = io.BytesIO()
    with pd.ExcelWriter(buffer) as writer:
        FRAME.to_excel(writer, sheet_name="one", index=False)
        pd.DataFrame([[1, 2], [3, 4]]).to_excel(writer, sheet_name="two", index=False, header=False)
        pd.DataFrame().to_excel(writer, sheet_name="three", index=False)
    same(read_table(buffer), FRAME)
    assert 'sheet "one"' in read_table(buffer).attrs["notes"][0] and "other sheets: two, three" in read_table(buffer).attrs["notes"][0]
    assert read_table(buffer, sheet="two").columns.tolist() == ["column 1", "column 2"]
    with pytest.raises(ValueError, match='^The sheet "three" of b.xlsx is empty'):
        read_table(buffer, "b.xlsx", sheet="three")
    with pytest.raises(ValueError, match='^b.xlsx has no sheet "four"; choose one of one, two, three.$'):
        read_table(buffer, "b.xlsx", sheet="four")


def test_sources(tmp_path):
    path = tmp_path / "t.csv"
    FRAME.to_csv(path, index=False)
    with open(path, "rb") as file:
        for source in (path, str(path), path.read_bytes(), file):
            same(read_table(source), FRAME)
    with open(path) as file, pytest.raises(ValueError, match="'rb'"):
        read_table(file)


finite = st.floats(allow_nan=False, allow_infinity=False)


@settings(max_examples=80, deadline=None)
@given(
    st.integers(1, 4).flatmap(lambda d: st.lists(st.lists(st.one_of(finite, st.none()), min_size=d, max_size=d), min_size=2, max_size=8)),
    st.sampled_from([(",", "."), (";", ","), ("\t", "."), ("\t", ","), (";", "."), ("|", ",")]),
    st.sampled_from(["utf-8", "utf-16", "latin-1"]),
)
def test_any_numbers_come_back_exactly(rows, signs, encoding):
    separator, decimal = signs
    frame = pd.DataFrame(rows, dtype=float).add_prefix("column ")
    data = frame.to_csv(index=False, sep=separator, decimal=decimal).encode(encoding)
    back = read_table(data, separator=separator, decimal=decimal, encoding=encoding, header=True)
    np.testing.assert_array_equal(back.to_numpy(float), frame.to_numpy())


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(finite, finite), min_size=3, max_size=8), st.sampled_from([(",", "."), (";", ","), ("\t", ",")]))
def test_nothing_told_and_numbers_are_read_right_or_asked_about(rows, signs):
    frame = pd.DataFrame(rows, columns=["a", "b"])
    data = frame.to_csv(index=False, sep=signs[0], decimal=signs[1]).encode()
    try:
        back = read_table(data)
    except ValueError as error:
        assert "choose the decimal sign" in str(error)
    else:
        np.testing.assert_array_equal(back.to_numpy(float), frame.to_numpy())


# ---- numbers, separators and headers as they occur


@pytest.mark.parametrize(
    "text, rows",
    [
        ("3,5;2,1\n1,25;7", [[3.5, 2.1], [1.25, 7]]),
        ("a;b\n1.234;2,5\n2.500,5;7", [[1234, 2.5], [2500.5, 7]]),
        ('a,b\n"1,234",2.5\n"2,500",7.25', [[1234, 2.5], [2500, 7.25]]),
        ('a,b\n"1,234,567",2\n"2,500",7', [[1234567, 2], [2500, 7]]),
        ('a,b\n"3,5","2,1"\n"1,25",7', [[3.5, 2.1], [1.25, 7]]),
        ("a;b\n0,123;1\n0,456;2", [[0.123, 1], [0.456, 2]]),
        ("x\n3,5\n2,1", [[3.5], [2.1]]),
        ("x\n3.5\n\n2.1\n\n", [[3.5], [2.1]]),
        ("1 2\n3 4", [[1, 2], [3, 4]]),
        ("  1   2\n 3.5    4  ", [[1, 2], [3.5, 4]]),
        ("a, b\n1, 2\n3, 4", [[1, 2], [3, 4]]),
        ("a,b\n1,?\n3,4", [[1, np.nan], [3, 4]]),
        ("a,b\r1,2\r3,4\r", [[1, 2], [3, 4]]),
        ('a,"b\nc"\n1,2\n3,4', [[1, 2], [3, 4]]),
        ("a,b\nTrue,2\nFalse,4", [[1, 2], [0, 4]]),
        ("a;b\nTrue;2,5\nFalse;4", [[1, 2.5], [0, 4]]),
        (",a,b\n1,7,2\n2,3,4", [[7, 2], [3, 4]]),
        ('"a" "b"\n"1" 7 2\n"2" 3 4', [[7, 2], [3, 4]]),
        ("a,b\n7,2,\n3,4,", [[7, 2], [3, 4]]),
        ("a,b,\n7,2,\n3,4,", [[7, 2], [3, 4]]),
    ],
)
def test_numbers_are_not_misread(text, rows):
    np.testing.assert_array_equal(read_table(text.encode()).to_numpy(float), rows)


@pytest.mark.parametrize("decimal, value", [(",", 1.234), (".", 1234)])
def test_what_could_be_either_is_asked(decimal, value):
    data = b"a;b\n1,234;1\n5,678;2\n"
    with pytest.raises(ValueError, match='^In column "a" the value 1,234 may be 1234 or 1.234; choose the decimal sign'):
        read_table(data)
    assert read_table(data, decimal=decimal)["a"][0] == value


def test_told_decimal_commas_turn_points_into_thousands():
    assert read_table(b"a;b\n1.234;1\n5.678;2\n", decimal=",")["a"].tolist() == [1234, 5678]


@pytest.mark.parametrize(
    "text, header, names",
    [
        ("1,2\n3,4", "auto", ["column 1", "column 2"]),
        ("5.1,3.5,Iris-setosa\n4.9,3.0,Iris-setosa", "auto", ["column 1", "column 2", "column 3"]),
        ("a,2\n3,4", "auto", ["a", "2"]),
        ("1990,1991\n3,4", True, ["1990", "1991"]),
        ("a,b\n3,4", False, ["column 1", "column 2"]),
        ("a,b\nx,y", "auto", ["a", "b"]),
        ("a,,a,a (2)\n1,2,3,4\n5,6,8,8", "auto", ["a", "column 2", "a (3)", "a (2)"]),
        (" a , b\n1,2\n3,4", "auto", ["a", "b"]),
    ],
)
def test_header(text, header, names):
    assert read_table(text.encode(), header=header).columns.tolist() == names


def test_notes_say_what_was_understood():
    notes = read_table("a;a\n1,5;2\n3;4\n".encode("utf-16")).attrs["notes"]
    assert notes == (
        "Read as text (UTF-16), values separated by semicolons, the first row names the columns.",
        'Several columns are called "a"; column 2 is now "a (2)".',
        'Decimal commas were read in "a".',
    )
    assert from_table(read_table(b"a;b\n1,5;2\n3;4\n"), "mine").notes[1] == 'Decimal commas were read in "a".'


# ---- bad files


@pytest.mark.parametrize(
    "data, arguments, sentence",
    [
        (b"", {}, "t.csv is empty; it should have a row of column names and at least two rows of numbers."),
        (b"\xef\xbb\xbf \n\n", {}, "t.csv is empty; it should have a row of column names and at least two rows of numbers."),
        (b'""\n', {}, "t.csv is empty; it should have a row of column names and at least two rows of numbers."),
        (b"a,b\n", {}, "t.csv has no rows of data; at least two are needed below the column names."),
        (b"a,b\n1,2\n\n3\n", {}, "Line 4 of t.csv has 1 value where 2 are expected; correct that row or choose another separator."),
        (b"a,b\n1,2\n3,4,5\n", {}, "Line 3 of t.csv has 3 values where 2 are expected; correct that row or choose another separator."),
        (b"1,2\n1,2,3\n4,5,6\n", {}, "Line 1 of t.csv has 2 values where 3 are expected; correct that row or choose another separator."),
        (b'a,b\n1,2\n"3,4\n5,6\n', {}, "After line 2 of t.csv a quotation mark is misplaced or never closed; correct it or take it out."),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", {}, "t.csv is not a table; choose a CSV, TSV, Parquet or Excel (.xlsx) file."),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", {}, "t.csv is not a table; choose a CSV, TSV, Parquet or Excel (.xlsx) file."),
        (b"<html><table>", {}, "t.csv is not a table; choose a CSV, TSV, Parquet or Excel (.xlsx) file."),
        (b'{"a": [1, 2]}', {}, "t.csv is not a table; choose a CSV, TSV, Parquet or Excel (.xlsx) file."),
        (b"%PDF-1.7\n", {}, "t.csv is not a table; choose a CSV, TSV, Parquet or Excel (.xlsx) file."),
        (b"\x1f\x8b\x08\x00abc", {}, "t.csv is not a table; choose a CSV, TSV, Parquet or Excel (.xlsx) file."),
        (b"PAR1abc", {}, "t.csv is a damaged Parquet file; save it again."),
        (b"PK\x03\x04abc", {}, "t.csv is a damaged Excel file; save it again."),
        (b"\xd0\xcf\x11\xe0abc", {}, "t.csv is an old Excel file (.xls); save it as .xlsx or CSV."),
        (b"a,b\n1,\xe9\n", {"encoding": "utf-8"}, "Line 2 of t.csv cannot be read as utf-8; choose another encoding or save the file as UTF-8."),
        (b"a,b\n1,2\n", {"encoding": "latin-99"}, "'latin-99' is not a known encoding; use for example 'utf-8', 'utf-16' or 'latin-1'."),
        (b"a,b\n1,2\n", {"separator": "||"}, "separator must be one character, such as ',' or ';', but it is '||'."),
        (b"a,b\n1,2\n", {"decimal": ";"}, "decimal must be None or '.' or ',', but it is ';'."),
        (b"a,b\n1,2\n", {"header": 1}, "header must be 'auto' or True or False, but it is 1."),
    ],
)
def test_each_problem_is_one_sentence(data, arguments, sentence):
    with pytest.raises(ValueError) as caught:
        read_table(data, "t.csv", **arguments)
    assert str(caught.value) == sentence


@settings(max_examples=60, deadline=None)
@given(st.one_of(st.binary(max_size=60), st.text(alphabet='1,5.;\t| "\nab-%?', max_size=60).map(str.encode)))
def test_any_bytes_give_a_table_or_a_sentence(data):
    try:
        frame = read_table(data)
        from_table(frame, "mine", missing="median")
    except ValueError as error:
        assert str(error).endswith(".") and "\n" not in str(error)


def test_zip_that_is_not_excel():
    import zipfile

    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("t.csv", "a,b\n1,2\n")
    with pytest.raises(ValueError, match="^t.zip is a zip archive but not an Excel"):
        read_table(buffer, "t.zip")


@pytest.mark.parametrize("as_path", [False, True])
def test_too_large_is_said_before_it_is_read(monkeypatch, tmp_path, as_path):
    monkeypatch.setattr(tables, "MAX_BYTES", 10)
    path = tmp_path / "big.csv"
    path.write_bytes(b"a,b\n1,2\n3,4\n")
    with pytest.raises(ValueError, match=r"^big.csv has .* MB, but at most .* MB can be read; keep fewer rows"):
        read_table(path if as_path else path.read_bytes(), "big.csv")


def test_a_row_of_the_wrong_length_far_down_is_named():
    lines = ["a,b"] + ["1,2"] * 5000 + ["1"] + ["1,2"] * 10
    with pytest.raises(ValueError, match="^Line 5002 of "):
        read_table("\n".join(lines).encode())
