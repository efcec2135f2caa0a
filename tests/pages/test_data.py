"""The data section of Explore: every source, views of many features, good and bad uploads."""

import base64
import io

import numpy as np
import pandas as pd
import pytest

from mixes import datasets

PEOPLE = pd.DataFrame({"height": [1.5, 1.6, 1.8, 1.9, 1.7, 1.55, 1.85, 1.95, 1.62, 1.74],
                       "weight": [50.0, 61, 80, 95, 70, 52, 83, 99, 58, 75], "group": list("aabbaabbab")})


def as_csv(frame, **options):
    return frame.to_csv(index=False, **options).encode()


def said(page):
    return " ".join(page.captions())


# -- Built-in and generated ---------------------------------------------------------------------------------------------

@pytest.mark.parametrize("name", list(datasets.BUILT_IN))
def test_built_in(page, name):
    page.set("set_built_in", name)
    data, payload = datasets.load(name), page.payload
    rows = page.play(upto=2)
    assert payload["static"]["n"] == len(data.X) and payload["static"]["title"].endswith(f"on {name}")
    assert rows[-1]["ll"] > payload["rows"][0]["ll"]
    assert f"{data.X.shape[0]:,} rows × {data.X.shape[1]} features" in said(page)
    metrics = [metric for metric, *_ in rows[-1]["m"]]
    assert ("accuracy" in metrics) == (data.labels is not None) == ("known classes (never used to fit)" in said(page))


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
    assert (static["n"], static["shown"]) == (5000, 2000)
    assert len(page.app.session_state["run"].run.X) == 5000


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
    run = page.app.session_state["run"]
    page.set("view_Iris", "Features").set("view_x_Iris", "petal length (cm)").set("view_y_Iris", "petal width (cm)")
    payload = page.payload
    assert page.app.session_state["run"] is run
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


@pytest.mark.parametrize("name, content", [
    ("people.csv", as_csv(PEOPLE)), ("people.tsv", as_csv(PEOPLE, sep="\t")), ("people.csv", as_csv(PEOPLE, sep=";", decimal=",")),
    ("people.csv", PEOPLE.to_csv(index=False).encode("utf-16")), ("people.parquet", parquet(PEOPLE)), ("people.xlsx", excel(PEOPLE))],
    ids=["comma", "tab", "semicolon and decimal comma", "UTF-16", "Parquet", "Excel"])
def test_a_table_of_any_kind_is_ready_to_play(page, name, content):
    page.upload(name, content)
    assert not page.errors() and page.payload["static"]["title"] == f"Gaussian mixture, 2 components, on {name}"
    experiment = page.app.session_state["run"]
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
    assert warning.value == "2 rows of 6 in gaps.csv have missing values (x: 1, y: 1); leave these rows out, or fill in the median of the column."
    assert page.payload["static"]["n"] == 4 and "2 rows with missing values were left out: 3, 5." in page.captions()
    page.set("set_missing_gaps.csv", "median")
    assert page.payload["static"]["n"] == 6
    np.testing.assert_allclose(page.app.session_state["run"].dataset.X[[2, 4]], [[4, 4], [5, 3]])


def test_the_columns_and_the_classes_can_be_chosen(page):
    page.upload("people.csv", as_csv(PEOPLE.assign(age=range(10))))
    assert page.app.session_state["run"].dataset.features == ("height", "weight", "age")
    page.set("set_features_people.csv", ["age", "height"]).set("set_label_people.csv", "none")
    dataset = page.app.session_state["run"].dataset
    assert dataset.features == ("age", "height") and dataset.labels is None
    assert "accuracy" not in [metric for metric, *_ in page.need(1)["rows"][0]["m"]]


def test_how_a_file_is_read_can_be_said(page):
    page.upload("numbers.csv", b"1;2,5\n2;3,5\n4;1,5\n3;9,5\n")
    assert page.payload["static"]["n"] == 4
    page.set("set_first_row", "column names")
    assert page.payload["static"]["n"] == 3 and page.app.session_state["run"].dataset.features == ("1", "2,5")


def test_a_corrected_file_of_the_same_name_with_other_columns(page):
    page.upload("people.csv", as_csv(PEOPLE)).set("set_features_people.csv", ["height"])
    page.upload("people.csv", as_csv(PEOPLE.rename(columns={"height": "size", "group": "kind"})))
    assert set(page.app.session_state["run"].dataset.features) <= {"size", "weight"} and not page.errors()


def test_fewer_rows_than_components(page):
    page.set("set_components", 15)
    run = page.payload["run"]
    page.upload("people.csv", as_csv(PEOPLE))
    assert any("at most 10" in error for error in page.errors()) and page.payload["run"] == run
    page.set("set_components", 10)
    assert not page.errors() and page.payload["static"]["title"] == "Gaussian mixture, 10 components, on people.csv"


def test_earlier_tables_stay_at_hand(page):
    page.upload("people.csv", as_csv(PEOPLE)).upload("others.csv", as_csv(PEOPLE * [2, 3, 1]))
    assert page.payload["static"]["title"].endswith("on others.csv")
    page.set("set_table", "people.csv")
    assert page.payload["static"]["title"].endswith("on people.csv")
    page.set("set_source", "Built-in").set("set_source", "Upload")
    assert page.payload["static"]["title"].endswith(".csv")


def test_two_files_of_the_same_name_and_size_are_told_apart(page):
    page.upload("people.csv", as_csv(PEOPLE))
    first = page.payload["static"]["points"]["x"]
    page.upload("people.csv", as_csv(PEOPLE.assign(height=PEOPLE.height[::-1].to_numpy())))
    assert page.payload["static"]["points"]["x"] != first


def test_going_back_to_a_run_on_an_uploaded_table(page):
    page.upload("people.csv", as_csv(PEOPLE)).set("set_features_people.csv", ["weight"])
    rows, run = page.play(upto=3), page.payload["run"]
    page.set("set_source", "Built-in")
    page.click(page.runs()[0])
    assert page.payload["run"] == run and page.widgets()["set_source"].value == "Upload"
    assert page.widgets()["set_features_people.csv"].value == ["weight"] and page.need(1)["rows"][:3] == rows
