"""What the Export tab downloads can be used elsewhere."""

import base64
import io
import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings, strategies as st
from nbclient import NotebookClient

from mixes import GMM, datasets, parameters_from_json, parameters_to_json
from pages.wire import replays, rows
from pages.work import experiment as experiments, exports, hands, replay, row_files, scripts
from pages.work.experiment import Settings

ROOT = Path(__file__).parents[3]


def file(page, kind, iteration):
    answer = page.say("export", kind=kind, iteration=iteration)
    assert answer["rows"] == [] and "static" not in answer, "an export sends nothing else"
    return answer["file"]


@pytest.mark.parametrize("name", ["Old Faithful", "Iris"])
@pytest.mark.parametrize("standardise", [True, False])
def test_parameters_score_the_rows_of_the_table_as_the_run_does(page, name, standardise):
    page.set("set_built_in", name).set("set_standardise", standardise).set("set_regularisation", 0.0).set("set_components", 3)
    rows = page.play(upto=7)
    download = file(page, "parameters", 6)
    assert download["name"] == f"gmm_{name.lower().replace(' ', '_')}_iteration_6.json" and download["mime"] == "application/json"
    model = GMM.from_parameters(parameters_from_json(download["text"]))
    experiment, data = page.session.run, datasets.load(name).X
    # a density of rows divided by s is s times as high
    jacobian = len(data) * np.log(experiment.scaling.scale).sum()
    np.testing.assert_allclose(model.score_samples(data).sum() + jacobian, rows[5]["ll"], rtol=1e-9)
    np.testing.assert_allclose(model.predict_proba(data), experiment.run.responsibilities_at(7), atol=1e-6)


def test_the_trace_is_a_table_of_every_iteration(page):
    page.set("set_built_in", "Iris").set("set_held_out", 0.2)
    rows = page.play()
    download = file(page, "trace", 3)
    assert download["name"] == "gmm_iris_trace.csv" and download["mime"] == "text/csv"
    frame = pd.read_csv(io.StringIO(download["text"]))
    assert frame.iteration.tolist() == list(range(len(rows) + 1))
    np.testing.assert_allclose(frame.log_likelihood[1:], [row["ll"] for row in rows])
    assert frame.log_likelihood_validation.notna().all()
    metrics = [page.metrics(row) for row in rows]
    assert {"AIC", "BIC", "ICL", "held-out log-likelihood", "parameters", "accuracy", "ARI"} <= set(metrics[0])
    for name in metrics[0]:
        np.testing.assert_allclose(frame[re.sub(r"\W", "_", name)][1:], [row[name] for row in metrics])
    assert frame.converged.iloc[-1] and not frame.converged[:-1].any()


def test_every_export_is_a_file_of_its_own_and_comes_once(page):
    page.play(upto=2)
    ids = [file(page, kind, 2)["id"] for kind in ("parameters", "trace", "parameters")]
    assert len(set(ids)) == 3
    assert "file" not in page.run().payload and "file" not in page.need(3)


def test_a_file_name_has_no_surprises(page):
    page.upload("my räw dätä (1).csv", b"x,y\n1,2\n2,3\n3,1\n4,4\n5,9\n")
    page.play(upto=1)
    name = file(page, "parameters", 1)["name"]
    assert name.endswith("_iteration_1.json") and " " not in name and "/" not in name


def test_all_that_is_sent_is_valid_json(page):
    page.set("set_max_iter", 40).set("set_components", 12)  # some components may collapse: infinities and NaN are not JSON
    for row in page.play():
        json.dumps(row, allow_nan=False)


STEERING = {
    "use_annealing": False,
    "annealing_start_v": 0.5,
    "annealing_shapes": "held",
    "var_regularization": 1e-6,
    "update_rate": 1.0,
    "max_iter": 60,
}


def begin(
    code='datasets.load("Old Faithful")',
    model="GMM",
    *,
    threshold=1e-3,
    standardise=True,
    held_out=0.0,
    start_number=0,
    steering={},
    **structure,
):
    """An experiment as Explore begins it."""
    size = {} if "layer_sizes" in structure else {"n_components": 3}
    structure = {**size, "init": "random", "random_state": 3, "n_init": 1, **structure}
    settings = Settings(code, model, structure, STEERING | steering, threshold, True, standardise, held_out, code, start_number)
    return experiments.begin("r1", eval(code), settings)


def walk(experiment, upto):
    while len(experiment.run.trace) <= upto:
        experiment.step()
    return experiment


def change(experiment, iteration, threshold=None, **steering):
    """The fork that changed settings make at an iteration."""
    settings = experiment.settings
    new = replace(settings, steering=settings.steering | steering, threshold=threshold or settings.threshold)
    return experiments.fork("r2", experiment, new, iteration)


def execute(text):
    """What a script leaves behind."""
    exec(compile(text, "exported.py", "exec"), names := {})
    return names


@pytest.mark.parametrize("code, kind", [("VII", "diag"), ("VVI", "diag"), ("EEE", "tied"), ("EEV", "full"), ("full", "full")])
def test_what_clusters_share_is_in_scripts_and_in_mixtures_for_scikit_learn(code, kind):
    experiment = walk(begin(covariance_type=code), 5)
    text = scripts.script(experiment, 5)
    assert (f'covariance_type="{code}"' in text) == (code != "full")
    made = execute(text)
    assert made["run"].state.parameters.spread.tobytes() == experiment.run.state.parameters.spread.tobytes()
    mixture, data = execute(scripts.scikit_learn(experiment, 5))["mixture"], datasets.load("Old Faithful").X
    assert mixture.covariance_type == kind, "of the units of the table, in which round ones are as wide as the features"
    np.testing.assert_allclose(mixture.score_samples(data), made["mixture"].score_samples(data), rtol=1e-9)
    saved = parameters_from_json(parameters_to_json(made["parameters"]))
    back = saved.rescaled(-experiment.scaling.center / experiment.scaling.scale, 1 / experiment.scaling.scale)
    again = GMM(3, code, init=back).start(experiment.run.X)
    assert again.state.log_likelihood == pytest.approx(experiment.run.state.log_likelihood, rel=1e-9)


def again(experiment, iteration):
    """Check that the script of an experiment makes it again, and give what it leaves behind."""
    text = scripts.script(experiment, iteration)
    names, state = execute(text), experiment.run.trace[iteration]
    assert names["run"].state.iteration == iteration
    assert names["run"].state.log_likelihood == state.log_likelihood
    assert names["run"].state.log_likelihood_validation == state.log_likelihood_validation
    assert f"# the app showed {state.log_likelihood!r}\n" in text
    return names


@pytest.mark.parametrize(
    "arguments",
    [
        dict(init="kmeans"),
        dict(),
        dict(steering={"use_annealing": True}),
        dict(steering={"update_rate": 0.5, "var_regularization": 0.1}),
        dict(n_init=3, threshold=0.1, steering={"max_iter": 20}),
        dict(held_out=0.2),
        dict(standardise=False),
        dict(code='datasets.load("Iris")', held_out=0.3),
        dict(code='datasets.generate("pinwheel", 500, 0.3, random_state=7)', n_components=5),
        dict(code='datasets.load("Iris")', model="DGMM", layer_sizes=(2, 3), layer_dims=(2, 1)),
        dict(code='datasets.load("Iris")', model="GMN", layer_sizes=(3, 2), layer_dims=(3, 2), init="kmeans"),
        dict(model="GMN", layer_sizes=(3, 4, 3), layer_dims=(2, 1, 1), e_step="sampled", path_samples=10),
        dict(model="SkewGMM", skewness="diagonal"),
        dict(start_number=7, held_out=0.2),
    ],
    ids=str,
)
def test_a_script_makes_the_run_again_to_the_last_digit(arguments, capsys):
    experiment = walk(begin(**arguments), 6)
    names = again(experiment, 6)
    assert capsys.readouterr().out.splitlines()[0] == repr(experiment.run.trace[6].log_likelihood)
    rescaled = experiment.run.trace[6].parameters.rescaled(experiment.scaling.center, experiment.scaling.scale)
    assert parameters_to_json(names["mixture"].parameters_) == parameters_to_json(rescaled)


@pytest.mark.parametrize("standardise", [True, False])
@pytest.mark.parametrize("model", ["GMM", "SkewGMM", "DGMM"])
def test_a_script_makes_edits_by_hand_again_to_the_last_digit(model, standardise):
    shape = {"layer_sizes": (3, 2), "layer_dims": (1, 1)} if model == "DGMM" else {}
    experiment = walk(begin(model=model, standardise=standardise, held_out=0.2, **shape), 6)
    for iteration, edit in ((0, "d2(4.25,79.5)"), (3, "s1"), (3, "t2(1.2,0,0,0.8)"), (5, "m1.4"), (7, "p1")):
        experiment = walk(hands.edited(lambda: "r2", walk(experiment, iteration), iteration, edit), 9)
    again(experiment, 9)
    text = scripts.script(experiment, 9)
    assert 'run = run.fork(3, "s1"' in text and "after an edit by hand" in text


CHANGES = [
    {"var_regularization": 0.05},
    {"use_annealing": True},
    {"annealing_start_v": 0.2},
    {"update_rate": 0.6},
    {"max_iter": 25},
    {"threshold": 0.1},
    {},
]


@pytest.mark.slow
@given(st.lists(st.tuples(st.integers(0, 12), st.sampled_from(CHANGES)), max_size=4), st.integers(0, 14))
@settings(max_examples=15, deadline=None)
def test_a_script_makes_any_history_of_forks_again(history, shown):
    experiment = begin()
    for iteration, changed in history:
        experiment = change(walk(experiment, iteration), iteration, **changed)
    run = again(walk(experiment, 15), shown)["run"]
    # it is at the same place, not only at the same height
    assert run.step().log_likelihood == experiment.run.trace[shown + 1].log_likelihood


def test_a_setting_that_is_the_default_is_not_in_the_script():
    text = scripts.script(begin(init="kmeans", steering={"max_iter": 100}, random_state=0), 0)
    assert "model = GMM(n_components=3, random_state=0)\n" in text


@pytest.mark.slow
def test_a_script_of_the_page_runs_as_a_program(page, tmp_path):
    """An upload, a change on the way, on from there; the table lies beside the script."""
    table = "size;weight;kind\n" + "".join(f"{x},5;{x * x % 17};{'ab'[x % 2]}\n" for x in range(40)) + "7;;a\n"
    page.upload("my 'dätä'.csv", table.encode())
    page.set("set_missing", "median")
    page.play(upto=3)
    page.show(3)
    page.set("set_regularisation", 0.05)
    rows = page.play(upto=6, first=4)
    download = file(page, "script", 6)
    assert download["name"] == "gmm_my_dätä_csv.py"
    (tmp_path / "my 'dätä'.csv").write_text(table, "utf-8")
    (tmp_path / download["name"]).write_text(download["text"], "utf-8")
    done = subprocess.run(
        [sys.executable, download["name"]], cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True
    )
    assert done.stderr == "" and done.stdout.splitlines()[0] == repr(rows[-1]["ll"])
    assert "run.fork(3, var_regularization=0.05)" in download["text"]


@pytest.mark.parametrize(
    "kind, needed",
    [("script", ["mixes", ".[plots,tables]"]), ("notebook", ["mixes", ".[plots,tables]"]), ("scikit-learn", ["scikit-learn"])],
)
def test_an_exported_program_says_how_to_install_what_it_imports(kind, needed):
    _, _, text = exports.file(walk(begin(), 1), kind, 1)
    assert "pip install" in text and all(name in text for name in needed)


def test_a_script_of_generated_data(page):
    page.set("set_source", "Generated").set("set_kind", "moons")
    rows = page.play(upto=4)
    assert execute(file(page, "script", 4)["text"])["run"].state.log_likelihood == rows[3]["ll"]


def test_a_file_may_have_any_name_and_columns():
    name = 'a\\N"""\nb"'
    dataset = datasets.from_table(datasets.read_table(b'"x y ""z",b\n1,2\n2,3\n3,1\n4,4\n5,9\n'), name)
    experiment = walk(replace(begin(n_components=2), dataset=dataset), 1)
    compile(scripts.script(experiment, 1), "script", "exec")
    names = execute(scripts.scikit_learn(experiment, 1))
    assert names["features"] == ['x y "z', "b"]
    page = replay.replay("explore.js", {"title": "</script><!--<script>"}, "</title><b>")
    assert Parts(page).data["title"] == "</script><!--<script>" and Parts(page).title == "</title><b>"


def test_a_name_is_no_markdown_in_the_notebook():
    experiment = walk(begin(n_components=2), 1)
    experiment = replace(experiment, dataset=replace(experiment.dataset, name="**x** $z$ <b>.csv"))
    [title, *_] = json.loads(exports.file(experiment, "notebook", 1)[2])["cells"]
    assert r"\*\*x\*\* \$z\$ \<b\>\.csv" in "".join(title["source"]).splitlines()[0]


@pytest.mark.slow
def test_the_notebook_is_valid_and_gives_the_same_number_and_figures(tmp_path, monkeypatch):
    experiment = change(walk(begin('datasets.load("Iris")', held_out=0.2), 4), 4, use_annealing=True)
    state = walk(experiment, 7).run.trace[7]
    name, mime, text = exports.file(experiment, "notebook", 7)
    assert (name, mime) == ("gmm_iris.ipynb", "application/x-ipynb+json")
    content = nbformat.reads(text, as_version=4)
    nbformat.validate(content)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    NotebookClient(content, timeout=60, resources={"metadata": {"path": str(tmp_path)}}).execute()
    outputs = [output for cell in content.cells for output in cell.get("outputs", [])]
    printed = "".join(output.text for output in outputs if output.output_type == "stream" and output.name == "stdout")
    assert printed.splitlines()[0] == repr(state.log_likelihood)
    assert sum("application/vnd.plotly.v1+json" in output.get("data", {}) for output in outputs) == 2


@pytest.mark.parametrize(
    "arguments",
    [
        dict(),
        dict(code='datasets.load("Iris")', standardise=False),
        dict(code='datasets.load("Iris")', model="DGMM", layer_sizes=(2, 3), layer_dims=(2, 1)),
        dict(code='datasets.load("Iris")', model="GMN", layer_sizes=(3,), layer_dims=(2,)),
    ],
    ids=str,
)
def test_the_scikit_learn_file_gives_the_same_density_and_clusters(arguments):
    experiment = walk(begin(**arguments), 5)
    text = scripts.scikit_learn(experiment, 5)
    assert "import mixes" not in text and "from mixes" not in text
    names, X = execute(text), experiment.dataset.X
    model = experiment.entry.model.from_parameters(
        experiment.run.trace[5].parameters.rescaled(experiment.scaling.center, experiment.scaling.scale)
    )
    np.testing.assert_allclose(names["mixture"].score_samples(X), model.score_samples(X), rtol=1e-9)
    posterior = names["mixture"].predict_proba(X)
    if "owners" in names:
        posterior = posterior @ np.eye(max(names["owners"]) + 1)[names["owners"]]
    np.testing.assert_allclose(posterior, model.predict_proba(X), atol=1e-9)
    assert names["mixture"].predict(X).shape == (len(X),) and names["mixture"].sample(3)[0].shape == X[:3].shape
    assert names["features"] == list(experiment.dataset.features)


def test_skewness_is_not_written_for_scikit_learn():
    with pytest.raises(ValueError, match="^Skew-normal mixture: there is no equal in scikit-learn"):
        exports.file(begin(model="SkewGMM", skewness="restricted"), "scikit-learn", 0)


def test_an_unknown_kind_of_file_is_refused():
    with pytest.raises(ValueError, match="'picture'"):
        exports.file(begin(), "picture", 0)


class Parts(HTMLParser):
    """The title, the scripts by type, and every address that a page would load."""

    def __init__(self, text):
        super().__init__()
        self.scripts, self.addresses, self.title, self.inside = [], [], "", None
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.addresses += [attributes[name] for name in ("src", "href", "srcset", "data", "action") if name in attributes]
        self.inside = tag
        if tag == "script":
            self.scripts.append((attributes.get("type"), ""))

    def handle_data(self, text):
        if self.inside == "script":
            self.scripts[-1] = (self.scripts[-1][0], self.scripts[-1][1] + text)
        if self.inside == "title":
            self.title += text

    def handle_endtag(self, tag):
        self.inside = None

    def script(self, type):
        [text] = [text for own, text in self.scripts if own == type]
        return text

    @property
    def data(self):
        return json.loads(self.script("application/json"))


def test_a_replay_holds_all_it_needs(page):
    page.play(upto=3)
    download = file(page, "replay", 3)
    assert download["name"] == "gmm_old_faithful_replay.html" and download["mime"] == "text/html"
    parts = Parts(download["text"])
    assert parts.addresses == [] and parts.title == "Gaussian mixture (GMM), 2 components, on Old Faithful"
    modules = json.loads(parts.script("importmap"))["imports"]
    sources = [base64.b64decode(address.removeprefix("data:text/javascript;base64,")).decode() for address in modules.values()]
    wanted = {
        name
        for source in (re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL) for text in [*sources, parts.script("module")])  # types
        for name in re.findall(r'^(?:import|export)?[^"\n]*(?:from|import) ?\(?"([^"]+)"', source, re.MULTILINE)
    }
    assert wanted == set(modules) and "player/explore.js" in wanted
    assert "Plotly" in parts.script(None)
    data = parts.data
    end = data["end"]["iteration"]
    assert [row["i"] for row in data["rows"]] == list(range(end + 1)) and data["end"]["reason"] == "the stopping rule holds"
    assert data["replay"] and not data["static"]["start"]["playing"]
    assert not re.search(r"@import|url\(\s*['\"]?(https?:|//)", download["text"].split("</style>")[0])


def test_a_replay_that_takes_too_long_ends_where_it_got(monkeypatch):
    monkeypatch.setattr(replays, "_SECONDS", 0)
    monkeypatch.setattr(rows, "CHUNK_SECONDS", 0)
    experiment = begin()
    data = replays.of_run(experiment, experiment.features(0, 1))
    assert data["end"] == {"iteration": 0, "reason": "the replay was written here"} and len(data["rows"]) == 1


# -- Labelled rows --------------------------------------------------------------------------------------------------------


def exported_rows(experiment, iteration):
    return pd.read_csv(io.StringIO(exports.file(experiment, "rows-csv", iteration)[2]))


TABLE = (
    "id;size;weight;kind;component\n"
    + "".join(f"r{x};{x + x % 3},5;{x * x % 17};{'ab'[x % 2]};old\n" for x in range(40))
    + "r40;;3;a;old\n"
).encode()


def test_the_rows_are_exported_with_their_components_and_read_again(page):
    page.upload("own.csv", TABLE).set("set_missing", "drop").set("set_held_out", 0.2)
    page.play(upto=6)
    text, parquet = file(page, "rows-csv", 5), file(page, "rows-parquet", 5)
    assert text["name"] == "gmm_own_csv_iteration_5_rows.csv" and parquet["name"].endswith(".parquet")
    frame = datasets.read_table(text["text"].encode(), "rows.csv")
    content = base64.b64decode(parquet["text"].removeprefix(f"data:{parquet['mime']};base64,"))
    pd.testing.assert_frame_equal(datasets.read_table(content, "rows.parquet"), frame, check_dtype=False)
    table = datasets.read_table(TABLE, "own.csv")
    assert list(frame)[:5] == list(table) and list(frame)[5] == "component (2)", "the table has a column of that name"
    pd.testing.assert_frame_equal(frame[list(table)], table)
    experiment = page.session.run
    mixture = GMM.from_parameters(experiment.run.trace[5].parameters)
    Z = experiment.scaling.transform(experiment.dataset.X)
    known = frame.iloc[experiment.dataset.rows - 1]
    np.testing.assert_array_equal(known["component (2)"] - 1, mixture.predict(Z))
    np.testing.assert_allclose(known.filter(like="probability"), mixture.predict_proba(Z), atol=1e-9)
    assert frame["note"][40] == "left out: no value of size" and (frame["note"] == "held out of the fit").sum() == 8


@pytest.mark.parametrize(
    "arguments",
    [
        dict(held_out=0.2),
        dict(code='datasets.load("Iris")', model="GMN", layer_sizes=(2, 2), layer_dims=(2, 1)),
        dict(model="SkewGMM", skewness="restricted", standardise=False),
    ],
    ids=str,
)
def test_the_script_gives_the_exported_rows_and_labels_new_ones(arguments, tmp_path):
    experiment = walk(begin(**arguments), 4)
    names, exported = execute(scripts.script(experiment, 4)), exported_rows(experiment, 4)
    pd.testing.assert_frame_equal(names["labelled"], exported, check_dtype=False)
    new = exported.iloc[[7, 3], : len(experiment.dataset.features)].iloc[:, ::-1].assign(name=["x", "y"])
    new.to_csv(tmp_path / "new.csv", index=False)
    scored = names["predict"](tmp_path / "new.csv")
    np.testing.assert_allclose(scored["log density"], exported["log density"][[7, 3]])
    assert scored["component"].tolist() == exported["component"][[7, 3]].tolist() and scored["name"].tolist() == ["x", "y"]


def test_a_table_of_mixed_kinds_can_be_a_parquet_file():
    frame = pd.DataFrame({"x": [1, "a", None], "y": [True, 2.5, "b"], "z": ["p", None, "q"]})
    back = pd.read_parquet(io.BytesIO(row_files.to_parquet(frame)))
    assert (
        back["x"].fillna("-").tolist() == ["1", "a", "-"]
        and back["y"].tolist() == ["True", "2.5", "b"]
        and back["z"].fillna("-").tolist() == ["p", "-", "q"]
    )


def test_rows_that_are_too_many_for_the_page_are_refused_in_a_sentence(monkeypatch):
    monkeypatch.setattr(row_files, "_LARGEST", 1000)
    with pytest.raises(ValueError, match="the exported script makes the same table"):
        exports.file(begin(), "rows-csv", 0)


def test_new_rows_are_read_as_the_table_was():
    experiment = begin()
    code = 'datasets.from_table(datasets.read_table("a, b.csv", separator=";", decimal={"x": ","}), "a, b.csv")'
    experiment.settings = replace(experiment.settings, code=code)
    assert "datasets.read_table(filename, separator=';', decimal={'x': ','})\n" in scripts.script(experiment, 0)
