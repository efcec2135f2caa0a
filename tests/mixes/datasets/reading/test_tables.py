"""Reading tables: every format gives back what was written, and every bad file one sentence."""

import io
import subprocess
import sys
import time
import zipfile
from decimal import Decimal

import numpy as np
import openpyxl
import openpyxl.chart
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings, strategies as st

from mixes.datasets import AmbiguousNumbers, from_table, read_table
from mixes.datasets.reading import limits
from mixes.datasets.reading.text_numbers import has_decimal_commas, padded_columns, parse_text_columns

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


@pytest.mark.slow
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


@pytest.mark.slow
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


# ---- numbers that are numbers already, and what is asked


def workbook(*rows, **cells):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for cell, value in cells.items():
        book.active[cell] = value
    book.save(buffer := io.BytesIO())
    return buffer.getvalue()


def parquet(table):
    pq.write_table(table, buffer := io.BytesIO())
    return buffer.getvalue()


def test_decimals_of_parquet_are_taken_as_they_are():
    table = pa.table({"price": pa.array([Decimal("1.234"), Decimal("5.678"), None]), "score": ["2,5", "3,5", "4,5"]})
    assert read_table(parquet(table))[["price", "score"]].dropna().to_numpy().tolist() == [[1.234, 2.5], [5.678, 3.5]]
    frame = pd.DataFrame({"price": [Decimal("1.234"), Decimal("5.678")], "score": ["2,5", "3,5"]})
    assert from_table(frame, "mine").X.tolist() == [[1.234, 2.5], [5.678, 3.5]]


def test_numbers_of_excel_are_taken_as_they_are_even_among_texts():
    frame = read_table(workbook(["price", "score"], [1.234, "2,5"], ["7,5", "3,5"], [5.678, 1.125]))
    assert frame.to_numpy(float).tolist() == [[1.234, 2.5], [7.5, 3.5], [5.678, 1.125]]


@pytest.mark.parametrize(
    "text, columns",
    [
        ('score,time\n"2,1",9.876\n"3,5",1.234', {"time": "9.876"}),
        ("a;b\n1.200;3\n950;4", {"a": "1.200"}),
        ("a;b\n1.234;2,5\n5.678;7,25", {"a": "1.234"}),
        ('a,b\n"1,234",2.5\n"2,500",7.25', {"a": "1,234"}),
    ],
)
def test_what_only_another_column_suggests_is_asked(text, columns):
    with pytest.raises(AmbiguousNumbers, match="; choose the decimal sign, point or comma.$") as caught:
        read_table(text.encode())
    assert caught.value.columns == columns
    [(name, value)] = columns.items()
    for sign in ".,":
        told = read_table(text.encode(), decimal={name: sign})
        expected = float(value.replace(sign, ".") if sign in value else value.replace(".", "").replace(",", ""))
        assert told[name][0] == expected
        pd.testing.assert_frame_equal(told, read_table(text.encode(), decimal=sign))


def test_a_table_in_memory_is_asked_about_too():
    frame = pd.DataFrame({"a": ["1,234", "5,678"]})
    with pytest.raises(AmbiguousNumbers):
        from_table(frame, "mine")
    assert from_table(frame, "mine", decimal=",").X.tolist() == [[1.234], [5.678]]
    assert from_table(frame, "mine", decimal={"a": "."}).X.tolist() == [[1234], [5678]]


@pytest.mark.parametrize("text", ["a;b\n1.234;0.5\n5.678;2.5", "a,b\n1.234,x\n5.678,y", "a\n1.234\n5.678"])
def test_points_that_nothing_speaks_against_are_decimal(text):
    assert read_table(text.encode())["a"].tolist() == [1.234, 5.678]


# ---- what stands around the numbers


@pytest.mark.parametrize(
    "text, names, rows",
    [
        ("1990,1991,1992\n3.5,4,5\n1,2,3", ["1990", "1991", "1992"], [[3.5, 4, 5], [1, 2, 3]]),
        ("country,1990,1991\nFR,3,4\nDE,5,6", ["country", "1990", "1991"], [["FR", 3, 4], ["DE", 5, 6]]),
        ("1990,1991\n1992,1993\n1995,1997", ["column 1", "column 2"], [[1990, 1991], [1992, 1993], [1995, 1997]]),
        ("0,1,2\n1.5,2.5,3.5\n4.5,5.5,7.5", ["0", "1", "2"], [[1.5, 2.5, 3.5], [4.5, 5.5, 7.5]]),
        ("0,1,2\n1,2,3\n4,5,7", ["column 1", "column 2", "column 3"], [[0, 1, 2], [1, 2, 3], [4, 5, 7]]),
        ("N/A,N/A,3.5\n1,2,3\n4,5,6", ["column 1", "column 2", "column 3"], [[None, None, 3.5], [1, 2, 3], [4, 5, 6]]),
        ("-,n.a.,3.5\n1,2,3\n4,5,6", ["column 1", "column 2", "column 3"], [[None, None, 3.5], [1, 2, 3], [4, 5, 6]]),
        ("3,6 79,1\n1,8 54,2\n3,3 74,7", ["column 1", "column 2"], [[3.6, 79.1], [1.8, 54.2], [3.3, 74.7]]),
        ("1,80,75\n1,75,62", ["column 1", "column 2", "column 3"], [[1, 80, 75], [1, 75, 62]]),
        ("# made by hand\nx,y\n1,2\n# later\n3,4", ["x", "y"], [[1, 2], [3, 4]]),
        ("# made by hand\n# x,y\n1,2\n3,4", ["x", "y"], [[1, 2], [3, 4]]),
        ("# x y\n1 2\n3 4", ["x", "y"], [[1, 2], [3, 4]]),
        ("#1,3\n#2,4\n#3,5", ["column 1", "column 2"], [["#1", 3], ["#2", 4], ["#3", 5]]),
        ("id,x\n#1,3\n#2,4", ["id", "x"], [["#1", 3], ["#2", 4]]),
        ("x,y\n1,2\n#DIV/0!,3\n4,5", ["x", "y"], [[1, 2], [None, 3], [4, 5]]),
        ("Station: Bern\nMade: 1.1.2020\n\nday;t;h\na;1,5;2\nb;2,5;4", ["day", "t", "h"], [["a", 1.5, 2], ["b", 2.5, 4]]),
        ("My title\nx,y\n1,2\n3,4", ["x", "y"], [[1, 2], [3, 4]]),
        ("My title,,\n,,\nx,y,z\n1,2,3\n4,5,6", ["x", "y", "z"], [[1, 2, 3], [4, 5, 6]]),
        ("My title\n1,2,3\n4,5,6", ["column 1", "column 2", "column 3"], [[1, 2, 3], [4, 5, 6]]),
        ("sep=;\na;b\n1;2\n3;4", ["a", "b"], [[1, 2], [3, 4]]),
        ('"sep=|"\r\na|b\r\n1|2\r\n3|4', ["a", "b"], [[1, 2], [3, 4]]),
        ("t,temp\ns,°C\n1,2\n2,3\n3,4", ["t", "temp"], [[1, 2], [2, 3], [3, 4]]),
        ("t,v,kind\ns,m/s2,\n1,2,x\n2,3,y\n3,4,x", ["t", "v", "kind"], [[1, 2, "x"], [2, 3, "y"], [3, 4, "x"]]),
        ("[x],[y]\n1,2\n3,4", ["[x]", "[y]"], [[1, 2], [3, 4]]),
        ("{id},y\n1,2\n3,4", ["{id}", "y"], [[1, 2], [3, 4]]),
        ("<5 years,y\n1,2\n3,4", ["<5 years", "y"], [[1, 2], [3, 4]]),
    ],
)
def test_what_stands_around_the_numbers(text, names, rows):
    frame = read_table(text.encode())
    assert frame.columns.tolist() == names
    assert frame.astype(object).where(frame.notna(), None).to_numpy().tolist() == rows


@pytest.mark.parametrize(
    "text, note",
    [
        ("# one\n# two\nx,y\n1,2\n3,4", "2 lines of comments were left out."),
        ("My title\nx,y\n1,2\n3,4", "1 line of titles above the table was left out."),
        ("t,temp\ns,°C\n1,2\n2,3\n3,4", "The row under the names holds units (s, °C); it was left out."),
        ("# x,y\n1,2\n3,4", "Read as text (UTF-8), values separated by commas, a comment names the columns."),
    ],
)
def test_what_is_left_out_is_said(text, note):
    assert note in read_table(text.encode()).attrs["notes"]


def test_titles_and_units_stand_in_excel_too():
    data = workbook(["Weather in Bern"], [], ["t", "temp"], ["s", "°C"], [1, 2.5], [2, 3.5], [3, 4.5])
    frame = read_table(data)
    assert frame.columns.tolist() == ["t", "temp"] and frame.to_numpy(float).tolist() == [[1, 2.5], [2, 3.5], [3, 4.5]]
    assert frame.attrs["notes"][1:] == (
        "1 row of titles above the table was left out.",
        "The row under the names holds units (s, °C); it was left out.",
    )


def test_a_line_keeps_its_number_where_comments_and_titles_were_left_out():
    with pytest.raises(ValueError, match="^Line 7 of "):
        read_table(b"# one\n\nTitle\nx,y,z\n1,2,3\n4,5,6\n7,8\n9,9,9\n1,1,1")


@pytest.mark.parametrize("mark", ["-", "--", ".", "*", "n.a.", "N/a", "#DIV/0!", "\u2013", "k.A.", "missing"])
@pytest.mark.parametrize(
    "write", [lambda rows: "\n".join(",".join(map(str, row)) for row in rows).encode(), lambda rows: workbook(*rows)], ids=["text", "Excel"]
)
def test_a_mark_in_a_column_of_numbers_counts_as_missing_and_is_said(mark, write):
    frame = read_table(write([["x", "y"], [1.5, 1], [mark, 2], [3.5, 3]]))
    assert frame["x"].isna().tolist() == [False, True, False] and frame["x"].dtype == float
    assert mark == "N/a" or f'In column "x" 1 value ("{mark}") counted as missing.' in frame.attrs["notes"]


def test_marks_in_a_column_of_words_are_words():
    assert read_table(b"x,y\n1,-\n2,a\n3,b")["y"].tolist() == ["-", "a", "b"]


@pytest.mark.parametrize(
    "encoding, text",
    [
        ("cp1250", "řeka,x\n1,2\n3,4"),
        ("cp1251", "река,x\n1,2\n3,4"),
        ("shift_jis", "川の名,x\n1,2\n3,4"),
        ("gb18030", "河流,x\n1,2\n3,4"),
        ("mac_roman", "größe,x\n1,2\n3,4"),
        ("cp437", "größe,x\n1,2\n3,4"),
    ],
)
def test_any_encoding_can_be_told(encoding, text):
    assert read_table(text.encode(encoding), encoding=encoding).columns[0] == text.split(",")[0]


def test_a_guessed_encoding_is_said_where_it_matters():
    said = "The file is not in UTF-8, and Latin-1 was taken instead; if letters look wrong, choose its encoding."
    assert said in read_table("größe,x\n1,2\n3,4".encode("mac_roman")).attrs["notes"]
    assert said not in read_table(b"a,x\n1,2\n3,4").attrs["notes"]


# ---- Excel and Parquet that hold other things


def test_the_first_sheet_that_is_not_empty_is_read():
    book = openpyxl.Workbook()
    numbers = book.create_sheet("numbers")
    for row in ([1, 2], [3, 4.5]):
        numbers.append(row)
    book.save(buffer := io.BytesIO())
    frame = read_table(buffer)
    assert frame.to_numpy().tolist() == [[1, 2], [3, 4.5]] and frame.attrs["sheets"] == ("Sheet", "numbers")


COVERS = {
    "words": [["Field study"], ["R. Meyer"], ["2023"]],
    "words with values": [["Version", 3], ["Rows", 160], ["Columns", 5]],
    "a title above them": [["Field study", None], ["Author", "R. Meyer"], ["Version", 3], ["Rows", 160], ["Sites", 5]],
    "columns explained": [["column", "meaning"], ["a", "length"], ["b", "mass"]],
    "people": [["name", "mail", "phone"], ["A", "a@b.org", 1234567], ["B", "b@b.org", 2345678]],
}


def sheets(**of_book):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in of_book.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    return book


def saved(book):
    book.save(buffer := io.BytesIO())
    return buffer


@pytest.mark.parametrize("cover", list(COVERS))
def test_a_cover_sheet_is_skipped_unless_it_is_asked_for_or_there_is_nothing_else(cover):
    table = [["a", "b"], *([i * 1.5, i**2] for i in range(5))]
    book = saved(sheets(cover=COVERS[cover], data=table, more=table))
    frame = read_table(book)
    assert frame.attrs["sheet"] == "data" and frame.shape == (5, 2) and "other sheets: cover, more" in frame.attrs["notes"][0]
    assert read_table(book, sheet="cover").attrs["sheet"] == read_table(saved(sheets(cover=COVERS[cover]))).attrs["sheet"] == "cover"


@pytest.mark.parametrize(
    "rows",
    [
        [[1.5, 2], [2.5, 3], [3, 5]],
        [["x", 2], ["y", 3], ["x", 5]],
        [["length"], [1], [2], [3]],
        [["name", "length"], *([f"s{i}", i] for i in range(12))],
        [[2001, 2002], [1.5, 2.5], [3.5, 1.5], [2, 1]],
    ],
)
def test_a_small_or_nameless_table_is_no_cover(rows):
    assert read_table(saved(sheets(first=rows, second=[["a", "b"], [1, 2], [3, 4], [5, 7]]))).attrs["sheet"] == "first"


def test_a_hidden_sheet_is_read_if_it_is_asked_for():
    book = sheets(lists=[["a", "b"], [1, 2], [3, 4], [5, 7]], data=[["c", "d"], [1, 2], [3, 4], [5, 7]])
    book["lists"].sheet_state = "hidden"
    assert list(read_table(saved(book))) == ["c", "d"] and list(read_table(saved(book), sheet="lists")) == ["a", "b"]


def test_a_workbook_of_charts_alone_says_so():
    book = openpyxl.Workbook()
    book.create_chartsheet("chart").add_chart(openpyxl.chart.BarChart())
    book.remove(book["Sheet"])
    book.save(buffer := io.BytesIO())
    with pytest.raises(ValueError, match="^b.xlsx has charts but no sheet with a table; copy the numbers into a sheet.$"):
        read_table(buffer, "b.xlsx")


def test_equal_names_in_parquet_are_numbered():
    frame = read_table(parquet(pa.Table.from_arrays([pa.array([1, 2]), pa.array([3, 5])], names=["a", "a"])))
    assert frame.columns.tolist() == ["a", "a (2)"] and frame.to_numpy().tolist() == [[1, 3], [2, 5]]


def test_columns_of_bytes_and_lists_are_left_out_by_name():
    table = pa.table({"x": [1.0, 2.0], "picture": [b"abc", b"def"], "list": [[1, 2], [3]]})
    assert read_table(parquet(table)).attrs["notes"][1:] == (
        'Column "picture" holds binary data, not numbers; it was left out.',
        'Column "list" holds lists or records, not numbers; it was left out.',
    )
    with pytest.raises(
        ValueError, match='^p.parquet has no column of numbers: column "picture" holds binary data, not numbers; choose another table.$'
    ):
        read_table(parquet(table.select(["picture"])), "p.parquet")


def test_a_parquet_index_with_a_name_is_a_column():
    frame = pd.DataFrame({"x": [1.5, 2.5]}, index=pd.Index([7, 9], name="id"))
    frame.to_parquet(buffer := io.BytesIO())
    assert read_table(buffer).to_numpy().tolist() == [[7, 1.5], [9, 2.5]]
    frame.rename_axis(None).to_parquet(buffer := io.BytesIO())
    assert read_table(buffer).columns.tolist() == ["x"]


# ---- sizes


def test_a_zip_bomb_is_refused_by_its_declared_size(monkeypatch):
    monkeypatch.setattr(limits, "MAX_BYTES", 2_000_000)
    data = zipfile.ZipFile(source := io.BytesIO(workbook([1, 2], [3, 4])))
    with zipfile.ZipFile(bomb := io.BytesIO(), "w", zipfile.ZIP_DEFLATED) as archive:
        for name in data.namelist():
            archive.writestr(name, data.read(name))
        with archive.open("xl/worksheets/more.xml", "w") as file:
            file.write(b" " * 5_000_000)
    assert len(source.getvalue()) < len(bomb.getvalue()) < 100_000
    with pytest.raises(ValueError, match="^b.xlsx unpacks to 5.0 MB, but at most 2 MB can be read; "):
        read_table(bomb, "b.xlsx")


def repeated(text, n):
    return pa.table(
        {"x": pa.array(np.zeros(n, np.int8)), "t": pa.DictionaryArray.from_arrays(pa.array(np.zeros(n, np.int8)), pa.array([text]))}
    )


@pytest.mark.parametrize(
    "table, sentence",
    [
        (repeated("a" * 1_000_000, 300), "p.parquet has text of 300.0 MB, but at most 200 MB can be read; "),
        (repeated("a" * 1_000_000, 300).cast(pa.schema([("x", pa.int8()), ("t", pa.string())])), "p.parquet has text of 300.0 MB"),
        (repeated("a", 10_500_000), "p.parquet has 21,000,000 values, but at most 20,000,000 can be read; "),
    ],
    ids=["long, as classes", "long, as text", "many rows"],
)
def test_repeated_text_is_counted_by_rows(table, sentence):
    with pytest.raises(ValueError, match=f"^{sentence}"):
        read_table(parquet(table), "p.parquet")


@pytest.mark.slow
def test_hostile_files_take_little_memory():
    """In a process of its own, which may not have more than a gigabyte beyond what the libraries take."""
    script = """
import io, resource, numpy as np, openpyxl, pyarrow as pa, pyarrow.parquet as pq
from mixes.datasets import read_table
book = openpyxl.Workbook(); book.active["A1"] = 1; book.active["XFD1048576"] = 1; book.save(far := io.BytesIO())
text = pa.DictionaryArray.from_arrays(pa.array(np.zeros(10_000, np.int8)), pa.array(["a" * 1_000_000]))
pq.write_table(pa.table({"t": text}), long := io.BytesIO()); del text
line = io.BytesIO(b",".join([b"1"] * 200_000) + b"\\n")
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for file in (far, long, line):
    try:
        read_table(file)
    except ValueError as error:
        print(error)
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1e3)
"""
    *sentences, megabytes = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.splitlines()
    assert float(megabytes) < 300
    for sentence, begins in zip(
        sentences,
        (
            "The file, filled up to cell XFD1048576, has 16,384 columns, but at most 10,000 can be read; ",
            "The file has text of 10,000.0 MB, but at most 200 MB can be read; ",
            "The file has 200,000 columns, but at most 10,000 can be read; ",
        ),
        strict=True,
    ):
        assert sentence.startswith(begins)


CELLS = st.sampled_from(
    ["1", " 2.5", "3,5", "1,234", "1.234,5", "12 %", "7%", "-", "n/a", "", " ", "abc", "\u22124", "1e3", "0123", "1 000", None, 2.5, 3]
)


@pytest.mark.slow
@given(st.lists(st.lists(CELLS, min_size=4, max_size=4), min_size=1, max_size=6), st.sampled_from(".,"))
def test_columns_that_are_read_together_are_read_as_each_alone(columns, decimal):
    frame = pd.DataFrame({f"x{i}": pd.Series(column, dtype=object) for i, column in enumerate(columns)})
    together, notes = parse_text_columns(frame, decimal)
    alone = [parse_text_columns(frame[[name]], decimal) for name in frame]
    pd.testing.assert_frame_equal(together, pd.concat([own for own, _ in alone], axis=1))
    of_one = [note for _, own in alone for note in own if not note.startswith("Decimal commas")]
    assert [note for note in notes if not note.startswith("Decimal commas")] == of_one
    assert padded_columns(frame) == tuple(name for name in frame if padded_columns(frame[[name]]))
    assert has_decimal_commas([frame[name] for name in frame]) == any(has_decimal_commas([frame[name]]) for name in frame)


def test_percent_beside_plain_numbers_is_no_number():
    frame, notes = parse_text_columns(pd.DataFrame({"x": [0.5, "50 %"], "y": ["5 %", "50 %"]}, dtype=object))
    assert frame["x"].tolist() == [0.5, "50 %"] and frame["y"].tolist() == [5, 50]
    assert notes == ['Column "y" is in percent: 12 % was read as 12.']


@pytest.mark.slow
def test_many_columns_of_decimal_commas_are_read_and_of_text_so_many():
    frame = read_table("\n".join([";".join(["0,89", "-0,53", *["1,5"] * 1200])] * 3).encode())
    assert frame.shape == (3, 1202) and frame.iloc[0].tolist() == [0.89, -0.53, *[1.5] * 1200]
    with pytest.raises(ValueError, match="^t.csv has 1,001 columns of text or codes, but at most 1,000 can be looked at; keep those "):
        read_table("\n".join([";".join(["a"] * 1001), ";".join(["b"] * 1001)]).encode(), "t.csv")


@pytest.mark.slow
def test_ten_thousand_columns_take_seconds():
    names = ",".join(["a"] * 10_000)
    data = f"{names}\n{','.join(map(str, range(10_000)))}\n{','.join(map(str, range(1, 10_001)))}".encode()
    began = time.process_time()
    frame = read_table(data)
    assert time.process_time() - began < 8
    assert frame.shape == (2, 10_000) and frame.columns[-1] == "a (10000)"
    assert (
        len(frame.attrs["notes"]) == 7 and frame.attrs["notes"][-1] == "9,994 more columns are called like another and got a number, too."
    )


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
        (
            b"1,2\n1,2,3\n4,5,6\n",
            {},
            "Line 1 of t.csv has 2 values where 3 are expected; correct that row or choose another separator "
            "(where commas are decimal signs, semicolons must stand between the values).",
        ),
        (b'a,b\n1,2\n"3,4\n5,6\n', {}, "After line 2 of t.csv a quotation mark is misplaced or never closed; correct it or take it out."),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", {}, "t.csv is a picture; choose a CSV, TSV, Parquet or Excel (.xlsx) file."),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", {}, "t.csv is a picture; choose a CSV, TSV, Parquet or Excel (.xlsx) file."),
        (b"<html><table>", {}, "t.csv is a web page; choose a CSV, TSV, Parquet or Excel (.xlsx) file."),
        (b'{"a": [1, 2]}', {}, "t.csv is JSON; choose a CSV, TSV, Parquet or Excel (.xlsx) file."),
        (b"%PDF-1.7\n", {}, "t.csv is a PDF; choose a CSV, TSV, Parquet or Excel (.xlsx) file."),
        (b"\x1f\x8b\x08\x00abc", {}, "t.csv is compressed (gzip); unpack it and choose the table inside."),
        (b"PAR1abc", {}, "t.csv is a damaged Parquet file; save it again."),
        (b"PK\x03\x04abc", {}, "t.csv is a damaged Excel file; save it again."),
        (b"\xd0\xcf\x11\xe0abc", {}, "t.csv is an old Excel file (.xls); save it as .xlsx or CSV."),
        (
            b"a,b\n1,\xe9\n",
            {"encoding": "utf-8"},
            "Line 2 of t.csv cannot be read as utf-8; choose another encoding or save the file as UTF-8.",
        ),
        (b"a,b\n1,2\n", {"encoding": "latin-99"}, "'latin-99' is not a known encoding; use for example 'utf-8', 'utf-16' or 'latin-1'."),
        (b"a,b\n1,2\n", {"separator": "||"}, "separator is '||'; it needs one character, such as ',' or ';'."),
        (b"a,b\n1,2\n", {"decimal": ";"}, 'decimal is \';\'; it needs ".", "," or None.'),
        (b"\x00\x01\x02\x03 abc", {}, "t.csv is neither text nor a table; choose a CSV, TSV, Parquet or Excel (.xlsx) file."),
        (b"<?xml version='1.0'?><a/>", {}, "t.csv is XML; choose a CSV, TSV, Parquet or Excel (.xlsx) file."),
        (b'{"a": 1}\n{"a": 2}\n', {}, "t.csv is JSON; choose a CSV, TSV, Parquet or Excel (.xlsx) file."),
        (b"PAREabc", {}, "t.csv is an encrypted Parquet file; save it without encryption."),
        (b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), {}, "t.csv is an Excel file with a password; save it without one."),
        (
            b'a,b\n1,2\n3,"' + b"x" * 140_000 + b'"\n',
            {},
            "After line 2 of t.csv a value has more than 131,072 characters; close its quotation mark, or take that value out.",
        ),
        (
            b"height,weight\n1,80,75\n1,75,62\n1,92,88\n",
            {},
            "Line 1 of t.csv has 2 values where 3 are expected; correct that row or choose another separator "
            "(where commas are decimal signs, semicolons must stand between the values).",
        ),
        (b"a,b\n1,2\n", {"encoding": 5}, "encoding is 5; it needs a text."),
        (b"a,b\n1,2\n", {"sheet": 1}, "sheet is 1; it needs a text."),
        (b"a,b\n1,2\n", {"encoding": "rot13"}, "'rot13' is not a known encoding; use for example 'utf-8', 'utf-16' or 'latin-1'."),
        (b"a,b\n1,2\n", {"decimal": {"c": ","}}, 't.csv has no column "c", which decimal names; its columns are a, b.'),
        (b"a,b\n1,2\n", {"decimal": {"a": "x"}}, "decimal['a'] is 'x'; it needs \".\" or \",\"."),
        (b"a,b\n1,2\n", {"header": 1}, 'header is 1; it needs "auto", True or False.'),
    ],
)
def test_each_problem_is_one_sentence(data, arguments, sentence):
    with pytest.raises(ValueError) as caught:
        read_table(data, "t.csv", **arguments)
    assert str(caught.value) == sentence


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(st.one_of(st.binary(max_size=60), st.text(alphabet='1,5.;\t| "\nab-%?', max_size=60).map(str.encode)))
def test_any_bytes_give_a_table_or_a_sentence(data):
    try:
        frame = read_table(data)
        from_table(frame, "mine", missing="median")
    except ValueError as error:
        assert str(error).endswith(".") and "\n" not in str(error)


@pytest.mark.parametrize("source", [None, 5, FRAME, ["a.csv"]])
def test_a_source_that_is_no_file_is_named(source):
    with pytest.raises(ValueError, match="^source is (None|of the type [A-Za-z]+); it needs a path, bytes or a file open in mode 'rb'\\.$"):
        read_table(source)


@pytest.mark.parametrize(
    "inside, sentence",
    [
        ("t.csv", "t.zip is a zip archive but not an Excel"),
        ("content.xml", "t.zip is an OpenDocument file"),
        ("xl/workbook.bin", "t.zip is a binary Excel file"),
        ("word/document.xml", "t.zip is a Word document"),
    ],
)
def test_zip_that_is_not_excel(inside, sentence):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(inside, "a,b\n1,2\n")
    with pytest.raises(ValueError, match=f"^{sentence}"):
        read_table(buffer, "t.zip")


@pytest.mark.parametrize("as_path", [False, True])
def test_too_large_is_said_before_it_is_read(monkeypatch, tmp_path, as_path):
    monkeypatch.setattr(limits, "MAX_BYTES", 10)
    path = tmp_path / "big.csv"
    path.write_bytes(b"a,b\n1,2\n3,4\n")
    with pytest.raises(ValueError, match=r"^big.csv has .* MB, but at most .* MB can be read; keep fewer rows"):
        read_table(path if as_path else path.read_bytes(), "big.csv")


def test_a_row_of_the_wrong_length_far_down_is_named():
    lines = ["a,b"] + ["1,2"] * 5000 + ["1"] + ["1,2"] * 10
    with pytest.raises(ValueError, match="^Line 5002 of "):
        read_table("\n".join(lines).encode())
