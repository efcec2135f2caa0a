"""The data section of Explore: every source, views of many features, good and bad uploads."""

import base64
import io
import json

import numpy as np
import pandas as pd
import pytest
from conftest import shown

from mixes import datasets
from pages.work.literal import literal

PEOPLE = pd.DataFrame(
    {
        "height": [1.5, 1.6, 1.8, 1.9, 1.7, 1.55, 1.85, 1.95, 1.62, 1.74],
        "weight": [50.0, 61, 80, 95, 70, 52, 83, 99, 58, 75],
        "group": list("aabbaabbab"),
    }
)


def as_csv(frame, **options):
    return frame.to_csv(index=False, **options).encode()


def said(page):
    return " ".join(page.captions())


# -- Built-in and generated ---------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("name", list(datasets.BUILT_IN))
def test_built_in(page, name):
    page.set("set_built_in", name)
    data, payload = datasets.load(name), page.payload
    rows = page.play(upto=2)
    assert payload["static"]["n"] == len(data.X) and payload["static"]["title"].endswith(f"on {name}")
    assert rows[-1]["ll"] > payload["rows"][0]["ll"]
    assert f"{data.X.shape[0]:,} rows × {data.X.shape[1]} features" in said(page)
    metrics = page.metrics(rows[-1])
    assert ("accuracy" in metrics) == (data.labels is not None) == ("known classes (never used to fit)" in said(page))


@pytest.mark.slow
@pytest.mark.parametrize("kind", list(datasets.GENERATED))
def test_generated(page, kind):
    page.set("set_source", "Generated").set("set_kind", kind)
    assert page.payload["static"]["n"] == 500 and page.payload["static"]["title"].endswith(f"on {kind}")
    assert page.need(1)["rows"][0]["i"] == 1


def test_a_generated_set_follows_its_size_noise_and_seed(page):
    page.set("set_source", "Generated").set("set_n", 200)
    points = [page.payload["static"]["points"]["x"]]
    for key, value in {"set_noise": 0.6, "set_data_seed": 7}.items():
        page.set(key, value)
        points.append(page.payload["static"]["points"]["x"])
    assert len(set(points)) == 3 and page.payload["static"]["n"] == 200


def test_of_many_rows_a_sample_is_drawn_and_all_are_fitted(page):
    page.set("set_source", "Generated").set("set_n", 5000)
    static = page.payload["static"]
    assert (static["n"], static["shown"]) == (5000, 2000) and "**5,000 rows × 2 features**" in said(page)
    assert "10,000" in page.widgets()["set_n"].options
    assert len(page.session.run.run.X) == 5000


def test_going_to_and_fro_between_sources_loses_nothing(page):
    page.set("set_built_in", "Wine").set("set_source", "Generated").set("set_source", "Built-in")
    assert page.payload["static"]["title"].endswith("on Wine")


# -- Views --------------------------------------------------------------------------------------------------------------


def test_many_features_are_seen_along_their_principal_components(page):
    page.set("set_built_in", "Iris")
    assert "principal component 1 (73% of the variance)" in page.payload["run"]
    assert page.payload["static"]["dimension"] == 2


def test_another_view_is_the_same_run_at_the_same_place(page):
    page.set("set_built_in", "Iris").play(upto=4)
    page.show(4)
    run = page.session.run
    page.set("view_Iris", "Features").set("view_x_Iris", "petal length (cm)").set("view_y_Iris", "petal width (cm)")
    payload = page.payload
    assert page.session.run is run
    assert payload["run"] == f"{run.id} petal length (cm) / petal width (cm)" and payload["static"]["start"]["iteration"] == 4
    x = np.frombuffer(base64.b64decode(payload["static"]["points"]["x"]), "<f4")
    np.testing.assert_array_equal(x, datasets.load("Iris").X[:, 2].astype("f4"))


def test_one_feature_is_a_density_over_its_histogram(page):
    page.set("view_y_Old Faithful", "none")
    payload = page.payload
    assert payload["static"]["dimension"] == 1 and "y" not in payload["static"]["points"]
    assert {"histogram", "density", "component"} <= {trace["meta"]["role"] for trace in payload["static"]["figures"]["density"]["data"]}
    assert all(len(gaussian) == 4 for gaussian in payload["rows"][0]["g"])


def test_a_table_of_one_feature(page):
    page.upload("one.csv", as_csv(PEOPLE[["height"]]))
    assert page.payload["static"]["dimension"] == 1 and page.play(upto=2)


# -- Uploads ------------------------------------------------------------------------------------------------------------


def parquet(frame):
    frame.to_parquet(buffer := io.BytesIO())
    return buffer.getvalue()


def excel(frame):
    frame.to_excel(buffer := io.BytesIO(), index=False)
    return buffer.getvalue()


@pytest.mark.parametrize(
    "name, content",
    [
        ("people.csv", as_csv(PEOPLE)),
        ("people.tsv", as_csv(PEOPLE, sep="\t")),
        ("people.csv", as_csv(PEOPLE, sep=";", decimal=",")),
        ("people.csv", PEOPLE.to_csv(index=False).encode("utf-16")),
        ("people.parquet", parquet(PEOPLE)),
        ("people.xlsx", excel(PEOPLE)),
    ],
    ids=["comma", "tab", "semicolon and decimal comma", "UTF-16", "Parquet", "Excel"],
)
def test_a_table_of_any_kind_is_ready_to_play(page, name, content):
    page.upload(name, content)
    assert not page.errors() and page.payload["static"]["title"] == f"Gaussian mixture (GMM), 2 components, on {name}"
    experiment = page.session.run
    np.testing.assert_allclose(experiment.dataset.X, PEOPLE[["height", "weight"]])
    assert experiment.dataset.label_names == ("a", "b"), "the classes are found, and not fitted"
    assert page.play(upto=2)[-1]["i"] == 2


def test_each_note_on_a_table_is_said_once(page):
    page.upload("people.csv", as_csv(PEOPLE.assign(unit=1.0)))
    assert len(page.captions()) == len(set(page.captions()))


def test_before_a_file_is_chosen_the_picture_stays(page):
    page.set("set_source", "Upload")
    assert page.payload["static"]["n"] == 272 and "Until then you see Old Faithful." in page.captions()


BAD = {
    "empty.csv": b"", "text.csv": b"a,b\nx,y\nz,w\nu,v\n", "one row.csv": b"a,b\n1,2\n", "ragged.csv": b"a,b\n1,2\n3,4,5\n",
    "constant.csv": b"a,b\n1,2\n1,2\n1,2\n", "infinite.csv": b"a,b\n1,2\n2,inf\n4,5\n", "page.csv": b"<html><body>no</body></html>",
    "damaged.xlsx": b"PK\x03\x04 not a zip", "damaged.parquet": b"PAR1 damaged", "bytes.csv": bytes(range(256)) * 20,
    "paper.pdf": b"%PDF-1.7 ...", "quote.csv": b'a,b\n"1,2\n3,4\n', "gaps.csv": b"a,b\n1,\n,2\n3,\n,4\n",
}  # fmt: skip


@pytest.mark.parametrize("name", list(BAD))
def test_a_bad_file_gets_one_sentence_and_keeps_the_picture(page, name):
    page.upload("people.csv", as_csv(PEOPLE))
    run = page.payload["run"]
    page.upload(name, BAD[name])
    [error] = page.errors()
    assert name in error and error.endswith(".") and "\n" not in error and not {"Traceback", "Error"} & set(error.split())
    assert page.payload["run"] == run and "Until then you see people.csv." in page.captions()
    assert page.need(1)["rows"][0]["i"] == 1, "the run goes on"


def test_missing_values_are_asked_about_counted_and_said(page):
    frame = pd.DataFrame({"x": [1.0, 2, None, 4, 5, 6], "y": [2.0, 1, 4, 3, None, 7]})
    page.upload("gaps.csv", as_csv(frame))
    [warning] = page.app.warning
    assert (
        shown(warning.value)
        == "2 rows of 6 in gaps.csv have missing values (x: 1, y: 1); leave these rows out, or fill in the median of the column."
    )
    assert page.payload["static"]["n"] == 4 and "2 rows with missing values were left out: 3, 5." in page.captions()
    made = page.session.data.dataset
    assert page.set("set_components", 3).session.data.dataset is made, "not made again with every run of the page"
    page.set("set_missing", "median")
    assert page.payload["static"]["n"] == 6
    np.testing.assert_allclose(page.session.run.dataset.X[[2, 4]], [[4, 4], [5, 3]])


STUDY = PEOPLE.assign(
    number=range(1, 11), smoker=[0, 1] * 5, day=pd.date_range("2024-03-01", periods=10), unit="m", noted=["a note", None] * 5
)


def test_every_column_is_listed_with_what_is_proposed_and_switched_by_one_click(page):
    page.upload("study.xlsx", excel(STUDY))
    assert [widget.label for widget in page.switches().values()] == list(STUDY), "what a screen reader says"
    told = [shown(each.value) for each in page.app.sidebar.markdown if each.value.startswith("**")]
    listed = {name: (widget.value, words) for (name, widget), words in zip(page.switches().items(), told, strict=True)}
    assert listed == {
        "height": ("feature", "**height**   \n:small[:gray[numbers · 1.5 to 1.95]]"),
        "weight": ("feature", "**weight**   \n:small[:gray[whole numbers · 50 to 99]]"),
        "group": ("class", "**group** looks like a class  \n:small[:gray[text · a, b]]"),
        "number": ("left out", "**number** looks like an identifier  \n:small[:gray[whole numbers · 10 different: 1, 2, 3, …]]"),
        "smoker": ("left out", "**smoker** two values only  \n:small[:gray[whole numbers · 0, 1]]"),
        "day": ("left out", "**day**   \n:small[:gray[dates · 2024-03-01 to 2024-03-10]]"),
        "unit": ("left out", "**unit**   \n:small[:gray[text · m]]"),
        "noted": ("left out", "**noted**   \n:small[:gray[text · a note · 5 missing]]"),
    }
    assert page.session.run.dataset.features == ("height", "weight")
    assert "columns=" not in page.session.run.settings.code, "what is proposed is what from_table does"
    page.use("number", "feature")
    assert page.session.run.dataset.features == ("height", "weight", "number")
    assert 'Column "number" looks like an identifier; it is fitted, as you chose it.' in page.captions()
    page.use("smoker", "class")
    assert page.switches()["group"].value == "left out" and page.session.run.dataset.label_names == ("0", "1")
    page.use("smoker", "left out").use("weight", "left out").use("number", "left out")
    dataset = page.session.run.dataset
    assert dataset.features == ("height",) and dataset.labels is None
    assert "accuracy" not in page.metrics(page.need(1)["rows"][0])
    assert "feature" not in page.switches()["day"].options, "what is no number cannot be fitted"


def test_chosen_columns_stay_with_a_new_file_of_the_same_columns(page):
    page.upload("study.csv", as_csv(STUDY)).use("weight", "left out").use("smoker", "feature")
    page.set("set_components", 3).set("set_source", "Built-in").set("set_source", "Upload")
    assert page.session.run.dataset.features == ("height", "smoker")
    page.upload("new study.csv", as_csv(STUDY[::-1]))
    assert page.session.run.dataset.features == ("height", "smoker") and page.payload["static"]["title"].endswith("on new study.csv")
    page.upload("other.csv", as_csv(STUDY.rename(columns={"unit": "site"})))
    assert page.session.run.dataset.features == ("height", "weight"), "another table has its own proposals"


def test_without_a_feature_one_sentence_says_so(page):
    page.upload("study.csv", as_csv(STUDY)).use("height", "left out").use("weight", "left out")
    assert page.errors() == ["No column is chosen to fit to; choose at least one."]
    page.use("height", "feature")
    assert not page.errors()
    page.upload("ids.csv", b"id,smoker\n" + b"".join(b"%d,%d\n" % (i, i % 2) for i in range(20)))
    [error] = page.errors()
    assert error.startswith("ids.csv has no column that is surely a feature")
    page.use("id", "feature")
    assert not page.errors() and page.session.run.dataset.features == ("id",)


def test_the_first_rows_can_be_seen(page):
    page.upload("study.xlsx", excel(STUDY))
    assert not page.app.dataframe, "not sent before they are asked for"
    page.click("See the first rows")
    [rows] = page.app.dataframe
    assert rows.proto.HasField("placeholder") and rows.proto.placeholder == "", "what is missing is empty, not None"
    assert rows.value.shape == (10, 8) and list(rows.value.index) == list(range(1, 11)) and rows.value["noted"].isna().sum() == 5
    assert set(json.loads(rows.proto.columns)) == {"day"}, "dates are shown without the time that they have not"
    page.set("set_components", 3)
    assert not page.app.dataframe


def test_how_a_file_is_read_can_be_said(page):
    page.upload("numbers.csv", b"1;2,5\n2;3,5\n4;1,5\n3;9,5\n")
    assert page.payload["static"]["n"] == 4
    page.set(f"set_header_{page.uploaded}", "column names")
    assert page.payload["static"]["n"] == 3 and page.session.run.dataset.features == ("1", "2,5")


def test_a_corrected_file_of_the_same_name_with_other_columns(page):
    page.upload("people.csv", as_csv(PEOPLE))
    page.use("height", "feature").use("weight", "left out")
    page.upload("people.csv", as_csv(PEOPLE.rename(columns={"height": "size", "group": "kind"})))
    assert set(page.session.run.dataset.features) <= {"size", "weight"} and not page.errors()


def test_fewer_rows_than_components(page):
    page.set("set_components", 15)
    run = page.payload["run"]
    page.upload("people.csv", as_csv(PEOPLE))
    assert any("at most 10" in error for error in page.errors()) and page.payload["run"] == run
    page.set("set_components", 10)
    assert not page.errors() and page.payload["static"]["title"] == "Gaussian mixture (GMM), 10 components, on people.csv"


def test_earlier_tables_stay_at_hand(page):
    first = page.upload("people.csv", as_csv(PEOPLE)).uploaded
    page.upload("others.csv", as_csv(PEOPLE * [2, 3, 1]))
    assert page.payload["static"]["title"].endswith("on others.csv")
    page.set("set_table", first)
    assert page.payload["static"]["title"].endswith("on people.csv")
    page.set("set_source", "Built-in").set("set_source", "Upload")
    assert page.payload["static"]["title"].endswith(".csv")


def test_two_files_of_the_same_name_and_size_are_told_apart(page):
    page.upload("people.csv", as_csv(PEOPLE))
    first = page.payload["static"]["points"]["x"]
    page.upload("people.csv", as_csv(PEOPLE.assign(height=PEOPLE.height[::-1].to_numpy())))
    assert page.payload["static"]["points"]["x"] != first


def test_going_back_to_a_run_on_an_uploaded_table(page):
    page.upload("people.csv", as_csv(PEOPLE)).use("height", "left out")
    rows, run = page.play(upto=3), page.payload["run"]
    page.use("height", "feature").set("set_source", "Built-in")
    page.click(page.runs()[0])
    assert page.payload["run"] == run and page.widgets()["set_source"].value == "Upload"
    assert page.switches()["height"].value == "left out" and page.need(1)["rows"][:3] == rows


# -- Names, content and questions ---------------------------------------------------------------------------------------


def test_a_run_on_another_file_of_the_same_name_opens_on_its_own_rows(page):
    page.upload("data.csv", as_csv(PEOPLE))
    page.play(upto=3)
    run = page.payload["run"]
    page.upload("data.csv", as_csv(PEOPLE.assign(height=PEOPLE.height[::-1].to_numpy())))
    page.play(upto=2)
    assert page.session.run.title.endswith("on data.csv (2)")
    [earlier] = page.runs()
    page.click(earlier)
    assert page.payload["run"] == run and page.session.run.title.endswith("on data.csv") and not page.errors()
    np.testing.assert_allclose(page.session.run.dataset.X, PEOPLE[["height", "weight"]])


def test_a_run_on_a_file_that_was_read_in_another_way_opens_so(page):
    page.upload("numbers.csv", b"1;2,5\n2;3,5\n4;1,5\n3;9,5\n")
    page.set(f"set_header_{page.uploaded}", "column names")
    page.play(upto=2)
    run = page.payload["run"]
    page.upload("others.csv", as_csv(PEOPLE))
    page.play(upto=2)
    page.click(next(label for label in page.runs() if "numbers" in label))
    assert page.payload["run"] == run and page.session.run.dataset.features == ("1", "2,5")


def test_the_same_file_again_is_the_same_table(page):
    page.upload("people.csv", as_csv(PEOPLE))
    page.upload("others.csv", as_csv(PEOPLE * [2, 3, 1])).upload("people.csv", as_csv(PEOPLE))
    assert [table.name for table in page.session.tables.values()] == ["people.csv", "others.csv"]
    assert page.payload["static"]["title"].endswith("on people.csv")


WILD = "**x** <b>y</b> $z$ :smile: [a](b) -> www.x.org.csv"


def test_a_name_of_a_file_or_column_is_never_markdown(page):
    page.upload(WILD, as_csv(PEOPLE.assign(**{"*w* $u$": [None, *range(9)], ":cat: `c`": "n"})))
    markdown = [*(caption.value for caption in page.app.caption), *(warning.value for warning in page.app.warning)]
    assert (
        literal(f"1 row of 10 in {WILD} has missing values (*w* $u$: 1); leave these rows out, or fill in the median of the column.")
        in markdown
    )
    assert any(each.value.startswith(f"**{literal(':cat: `c`')}** ") for each in page.app.markdown)
    page.play(upto=2)
    page.set("set_source", "Built-in")
    assert any(literal(WILD) in button.label for button in page.app.button)
    page.set("set_source", "Upload").upload("<i>bad</i>.csv", b"")
    assert [error.value for error in page.app.error] == [literal(page.errors()[0])] and page.errors()[0].startswith(
        "<i>bad</i>.csv is empty"
    )
    assert literal(f"Until then you see {WILD}.") not in markdown


@pytest.mark.parametrize(
    "text, plain",
    [
        ("**x**", r"\*\*x\*\*"),
        ("$z$", r"\$z\$"),
        (":smile:", "\\:\u2060smile\\:"),
        ("a -> b", "a \\-\u2060\\> b"),
        ("1.5 m", r"1\.5 m"),
        ("two\nlines", "two lines"),
        ("größe", "größe"),
    ],
)
def test_literal_text(text, plain):
    assert literal(text) == plain and shown(literal(text)) == text.replace("\n", " ")


def test_what_could_be_either_number_is_asked_in_plain_words(page):
    page.upload("times.csv", b'score,time\n"2,1",9.876\n"3,5",1.234\n"1,5",2.345\n"4,5",7.125\n')
    assert not page.errors() and "Until then you see Old Faithful." in page.captions()
    [question] = page.app.radio
    assert (
        shown(question.label) == 'Is 9.876 in column "time" …'
        and question.options == ["9 point 876", "9 thousand 876"]
        and question.value is None
    )
    page.set(question.key, "9 point 876")
    assert page.session.run.dataset.X.tolist() == [[2.1, 9.876], [3.5, 1.234], [1.5, 2.345], [4.5, 7.125]]
    assert 'decimal={"time": "."}' in page.session.run.settings.code
    page.set(question.key, "9 thousand 876")
    assert page.session.run.dataset.X[0].tolist() == [2.1, 9876]


def test_the_encoding_can_be_chosen(page):
    page.upload("letters.csv", "výška;šířka\n1,5;2\n2,5;3\n3,5;5\n".encode("cp1250"))
    assert any("if letters look wrong, choose its encoding" in caption for caption in page.captions())
    page.set(f"set_encoding_{page.uploaded}", "Central European (Windows)")
    assert page.session.run.dataset.features == ("výška", "šířka")


def test_a_sheet_can_be_chosen(page):
    with pd.ExcelWriter(buffer := io.BytesIO()) as writer:
        PEOPLE.to_excel(writer, sheet_name="one", index=False)
        (PEOPLE[["height"]] * 2).to_excel(writer, sheet_name="two", index=False)
    page.upload("book.xlsx", buffer.getvalue())
    page.set(f"set_sheet_{page.uploaded}", "two")
    assert page.session.run.dataset.X[0].tolist() == [3.0]


def test_a_bad_file_can_be_read_in_another_way(page):
    page.upload("people.csv", as_csv(PEOPLE)).upload("odd.csv", b"a:b\n1:2\n3:4:5\n")
    assert page.errors()
    page.upload("odd.csv", b"a;b\n1;x,y\n2;z\n3;q\n5;r\n")
    page.set(f"set_separator_{page.uploaded}", "comma")
    [error] = page.errors()
    assert error.startswith("Line 2 of odd.csv has 2 values")
    page.set(f"set_separator_{page.uploaded}", "find out")
    assert not page.errors()


@pytest.mark.slow
def test_many_columns_are_found_and_switched_together(page):
    rows = "\n".join(",".join(map(str, range(i, i + 600))) for i in range(4))
    page.upload("wide.csv", rows.encode())
    assert page.errors() == ["wide.csv has 600 features, but the app fits at most 500; leave some out under Columns."]
    assert len(page.switches()) == 20
    page.click("Leave all out")
    page.app.text_input[0].set_value("column 59")
    page.run().click("Fit all")
    assert list(page.switches()) == ["column 59", *(f"column {i}" for i in range(590, 600))]
    assert len(page.session.run.dataset.features) == 11 and page.payload["static"]["title"].endswith("on wide.csv")


def test_a_name_of_a_column_is_no_html_in_the_picture(page):
    page.upload("tags.csv", as_csv(PEOPLE.rename(columns={"height": "<b>h</b>", "weight": "$w$ & <i>"})))
    layout = page.payload["static"]["figures"]["density"]["layout"]
    assert [layout[axis]["title"]["text"] for axis in ("xaxis", "yaxis")] == ["&lt;b&gt;h&lt;/b&gt;", "&#36;w&#36; &amp; &lt;i&gt;"]
