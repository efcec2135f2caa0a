"""What the Export tab downloads can be used elsewhere."""

import io
import json

import numpy as np
import pandas as pd
import pytest

from mixes import GMM, datasets, parameters_from_json


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
    assert download["name"] == f"gmm-{name.lower().replace(' ', '-')}-iteration-6.json" and download["mime"] == "application/json"
    model = GMM.from_parameters(parameters_from_json(download["text"]))
    experiment, data = page.app.session_state["run"], datasets.load(name).X
    # a density of rows divided by s is s times as high
    jacobian = len(data) * np.log(experiment.scaling.scale).sum()
    np.testing.assert_allclose(model.score_samples(data).sum() + jacobian, rows[5]["ll"], rtol=1e-9)
    np.testing.assert_allclose(model.predict_proba(data), experiment.run.responsibilities_at(7), atol=1e-6)


def test_the_trace_is_a_table_of_every_iteration(page):
    page.set("set_built_in", "Iris").set("set_held_out", 0.2)
    rows = page.play()
    download = file(page, "trace", 3)
    assert download["name"] == "gmm-iris-trace.csv" and download["mime"] == "text/csv"
    frame = pd.read_csv(io.StringIO(download["text"]))
    assert frame.iteration.tolist() == list(range(len(rows) + 1))
    np.testing.assert_allclose(frame.log_likelihood[1:], [row["ll"] for row in rows])
    assert frame.log_likelihood_validation.notna().all()
    for metric in ("accuracy", "ARI"):
        np.testing.assert_allclose(frame[metric][1:], [{name: value for name, value, _ in row["m"]}[metric] for row in rows])
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
    assert name.endswith("-iteration-1.json") and " " not in name and "/" not in name


def test_all_that_is_sent_is_valid_json(page):
    page.set("set_max_iter", 40).set("set_components", 12)  # some components may collapse: infinities and NaN are not JSON
    for row in page.play():
        json.dumps(row, allow_nan=False)
