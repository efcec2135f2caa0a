"""A saved parameters file on the page: it shows the model, scores rows, and learning can begin from it."""

import io
import json

import numpy as np
import pandas as pd
import pytest

from mixes import DGMM, GMM, GMN, SkewGMM, datasets, parameters_to_json
from pages.work.saved import open_saved

FAITHFUL = datasets.load()


def parameters(model=GMM(3, random_state=0), data=FAITHFUL, named=True):
    model = model.set_params(max_iter=3).fit(data.X)
    return model, parameters_to_json(model.parameters_, data.features if named else None).encode()


def upload(page, key, name, content):
    [uploader] = [each for each in page.app.file_uploader if each.key == key]
    uploader.set_value((name, content, "application/json"))
    return page.run()


def opened(page, name, content):
    if page.widgets()["set_init"].value != "saved":
        page.set("set_init", "saved")
    return upload(page, "open_set", name, content)


def test_a_file_that_the_page_saved_comes_back_as_the_same_model(page):
    page.set("set_components", 3).play(upto=6)
    content = page.say("export", kind="parameters", iteration=5)["file"]["text"].encode()
    before = page.session.run.run.trace[5]
    page.set("set_components", 2).set("set_annealing", True)
    opened(page, "mine.json", content)
    run = page.session.run.run
    assert run.state.iteration == 0 and run.state.log_likelihood == pytest.approx(before.log_likelihood, rel=1e-9)
    assert page.payload["static"]["components"] == 3 and not page.errors()
    assert any("mine.json, about eruption length (min), waiting time (min)" in caption for caption in page.captions())
    assert run.step().log_likelihood >= before.log_likelihood - 1e-9, "learning goes on from there"
    [expander] = [each for each in page.app.expander if "mine" in each.label]
    average = GMM.from_parameters(
        run.model.init.rescaled(*(getattr(page.session.run.scaling, name) for name in ("center", "scale")))
    ).score(FAITHFUL.X)
    assert f"Average log-likelihood of 272 rows of Old Faithful: **−{-average:.4f}**" in expander.markdown[0].value
    assert len(expander.dataframe[0].value) == 272 and "log density" in expander.dataframe[0].value


@pytest.mark.parametrize(
    "model, data",
    [
        (SkewGMM(2, random_state=0), FAITHFUL),
        (GMN((2, 3), (2, 1), random_state=0), datasets.load("Iris")),
        (DGMM((3,), (1,), random_state=0), FAITHFUL),
    ],
    ids=lambda value: type(value).__name__,
)
def test_any_model_can_be_opened_and_its_form_follows(page, model, data):
    page.set("set_built_in", data.name)
    model, content = parameters(model, data)
    opened(page, "model.json", content)
    experiment = page.session.run
    assert not page.errors() and experiment.settings.model == type(model).__name__ and type(experiment.run.model) is type(model)
    own = experiment.run.trace[0].parameters.rescaled(experiment.scaling.center, experiment.scaling.scale)
    np.testing.assert_allclose(type(model).from_parameters(own).score_samples(data.X), model.score_samples(data.X))


def test_rows_of_another_file_are_scored(page):
    model, content = parameters()
    opened(page, "mine.json", content)
    new = pd.DataFrame({"id": ["a", "b", "c"], "waiting time (min)": [70.0, np.nan, 55.5], "eruption length (min)": [4.0, 4.0, 2.0]})
    upload(page, "score_rows", "new.csv", new.to_csv(index=False).encode())
    [expander] = [each for each in page.app.expander if "mine" in each.label]
    frame, rows = expander.dataframe[0].value, new.iloc[[0, 2], [2, 1]].to_numpy()
    assert frame["id"].tolist() == ["a", "b", "c"] and frame["note"][1] == "left out: no value of waiting time (min)"
    np.testing.assert_allclose(frame["log density"][[0, 2]], model.score_samples(rows))
    np.testing.assert_array_equal(frame["component"][[0, 2]] - 1, model.predict(rows))
    assert "1 more was left out" in expander.markdown[0].value and "of 2 rows of new" in expander.markdown[0].value
    upload(page, "score_rows", "other.csv", b"x,y\n1,2\n3,4\n")
    [expander] = [each for each in page.app.expander if "mine" in each.label]
    assert not expander.dataframe and 'has no column "eruption length' in page.errors()[0]


def test_of_a_table_with_more_columns_the_model_sees_its_own(page):
    iris = datasets.load("Iris").only(["petal width (cm)", "sepal length (cm)"])
    model, content = parameters(GMM(2, random_state=0), iris)
    page.set("set_built_in", "Iris")
    opened(page, "two.json", content)
    experiment = page.session.run
    assert not page.errors() and experiment.dataset.features == iris.features
    assert experiment.settings.code == "datasets.load(\"Iris\").only(['petal width (cm)', 'sepal length (cm)'])"
    frame = pd.read_csv(io.StringIO(page.say("export", kind="rows-csv", iteration=0)["file"]["text"]))
    assert list(frame)[:5] == [*datasets.load("Iris").features, "class"], "the exported table is whole"
    np.testing.assert_allclose(frame["log density"], model.score_samples(iris.X))


BROKEN = {
    "no JSON": (b'{"class": "Gauss', "x.json is damaged, or no JSON at all: choose a file of parameters, as Export saves it."),
    "a list": (b"[1, 2]", "x.json is damaged, or no JSON at all"),
    "binary": (b"\xff\xfe\x00", "x.json is damaged, or no JSON at all"),
    "nested": (b"[" * 100_000, "x.json is damaged, or no JSON at all"),
    "other JSON": (b'{"a": 1}', "x.json is JSON, but holds no parameters of a model: choose a file"),
    "a part": (b'{"class": "GaussianParameters", "weights": [1]}', "x.json cannot be used: GaussianParameters lacks its field 'means'"),
    "an event": (
        b'{"class": "Event", "kind": "a", "message": "b"}',
        "x.json cannot be used: text is not what parameters_to_json() returned",
    ),
}


@pytest.mark.parametrize("content, message", BROKEN.values(), ids=BROKEN)
def test_a_file_that_is_damaged_is_refused_in_a_sentence(content, message):
    with pytest.raises(ValueError) as raised:
        open_saved("x.json", content)
    assert str(raised.value).startswith(message) and "\n" not in str(raised.value)


def test_a_layer_alone_is_no_model():
    saved = json.loads(parameters(DGMM((2,), (1,)))[1])["layers"][0]
    with pytest.raises(ValueError, match="x.json cannot be used: text is not what parameters_to_json.. returned: it holds no"):
        open_saved("x.json", json.dumps(saved).encode())


def test_what_does_not_fit_is_said_and_the_page_goes_on(page):
    """Refused: a damaged file, other names, another number of features, too many components; the picture stays."""
    run = page.payload["run"]
    opened(page, "bad.json", b"{")
    assert page.errors() == ["bad.json is damaged, or no JSON at all: choose a file of parameters, as Export saves it."]
    assert page.payload["run"] == run, "the random start is still there"
    opened(page, "iris.json", parameters(GMM(2), datasets.load("Iris"))[1])
    assert page.errors()[0].startswith("iris.json is about the features sepal length (cm), ") and page.errors()[0].endswith(
        "waiting time (min)."
    )
    opened(page, "plain.json", parameters(GMM(2), datasets.load("Iris"), named=False)[1])
    assert page.errors()[0] == "plain.json is about 4 features, but Old Faithful has 2: choose as many."
    opened(page, "large.json", parameters(GMM(21, var_regularization=0.1))[1])
    assert page.errors() == ["large.json is too large for this page: components is 21; it needs to be a whole number from 1 to 20."]
    opened(page, "mine.json", parameters()[1])
    assert not page.errors() and page.payload["static"]["components"] == 3
    page.set("set_components", 4)
    assert page.errors() == ["mine.json holds another model or structure than is chosen here: open it again to begin with it."]
    assert page.payload["static"]["components"] == 4
    page.set("set_components", 3)
    assert not page.errors() and page.session.run.settings.structure["init"].name == "mine.json"


def test_the_script_begins_from_the_file(page, tmp_path, monkeypatch):
    opened(page, "mine.json", parameters()[1])
    rows = page.play(upto=3)
    download = page.say("export", kind="script", iteration=3)["file"]
    (tmp_path / "mine.json").write_bytes(parameters()[1])
    monkeypatch.chdir(tmp_path)
    exec(compile(download["text"], download["name"], "exec"), names := {})
    assert names["run"].state.log_likelihood == rows[2]["ll"]


def test_an_earlier_run_comes_back_with_its_file(page):
    opened(page, "mine.json", parameters()[1]).play(upto=2)
    page.set("set_init", "kmeans").play(upto=2)
    [label] = page.runs()
    page.click(label)
    assert page.widgets()["set_init"].value == "saved" and not page.errors()
    assert page.session.run.settings.structure["init"].name == "mine.json"


def test_a_comparison_can_begin_from_saved_parameters(compare):
    compare.change(0, "init", "saved")
    upload(compare, f"open_{compare.forms[0]}", "mine.json", parameters()[1])
    assert "from mine.json" in compare.titles()[0] and "from random rows" in compare.titles()[1]
    lane = compare.comparison.lanes[0]
    assert lane.experiment.run.trace[0].log_likelihood > compare.comparison.lanes[1].experiment.run.trace[0].log_likelihood
    compare.on(0, "Duplicate")
    assert compare.comparison.lanes[1].settings == lane.settings


def test_a_page_that_the_server_forgot_says_that_the_file_is_gone(page, anew):
    opened(page, "mine.json", parameters()[1])
    told = {name: page.payload[name] for name in ("session", "record")}
    again = anew(told)
    assert any("the files of parameters that you opened are gone" in info.value for info in again.app.info)
    assert again.widgets()["set_init"].value == "saved" and "Until then learning starts at random rows." in again.captions()
