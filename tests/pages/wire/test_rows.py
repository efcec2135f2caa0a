"""Experiments and the rows that the player is sent, without a page."""

import base64
import json
from dataclasses import replace

import numpy as np
import pytest

from mixes import datasets, events
from mixes.gaussians import project
from mixes.metrics import METRICS, Metric
from pages.wire.rows import chunk, row as row_of
from pages.wire.static import static
from pages.work import experiment as experiments, run_ids
from pages.work.experiment import Settings
from pages.work.measured import words
from pages.work.models import MODELS

STEERING = {
    "use_annealing": False,
    "annealing_start_v": 0.1,
    "annealing_shapes": "held",
    "var_regularization": 1e-6,
    "update_rate": 1.0,
    "max_iter": 40,
}


def settings(name="Iris", k=3, threshold=1e-3, stop=True, standardise=True, held_out=0.0, **steering):
    structure = {"n_components": k, "init": "random", "random_state": 0, "n_init": 1}
    return Settings(name, "GMM", structure, STEERING | steering, threshold, stop, standardise, held_out)


def begin(name="Iris", **options):
    return experiments.begin("r1", datasets.load(name), settings(name, **options))


def decoded(text, dtype):
    return np.frombuffer(base64.b64decode(text), dtype)


def named(experiment, row):
    """The numbers of a row by name."""
    return dict(zip([metric["name"] for metric in words(experiment)], row["m"], strict=True))


def rows_of(experiment, view, upto):
    rows = []
    while len(rows) <= upto and (part := chunk(experiment, view, len(rows))):
        rows += part
    return rows[: upto + 1]


# -- Rows ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("options", [{}, {"held_out": 0.2}, {"use_annealing": True}, {"standardise": False}])
def test_labels_and_confidence_are_the_responsibilities_of_the_iteration(options):
    experiment = begin(**options)
    for row in rows_of(experiment, experiment.principal, 6)[1:]:
        posterior = experiment.run.responsibilities_at(row["i"])
        np.testing.assert_array_equal(decoded(row["l"], "u1"), posterior.argmax(axis=1))
        np.testing.assert_allclose(decoded(row["c"], "u1") / 255, posterior.max(axis=1), atol=0.5 / 255)


@pytest.mark.parametrize("name", ["GMM", "DGMM"])
def test_an_iteration_and_its_row_make_one_pass_over_the_rows(monkeypatch, name):
    chosen = settings()
    if name == "DGMM":
        structure = {"layer_sizes": (3, 2), "layer_dims": (2, 1), "init": "kmeans", "random_state": 0, "n_init": 1}
        chosen = replace(chosen, model=name, structure=structure)
    experiment = experiments.begin("r1", datasets.load("Iris"), chosen)
    density, passes = MODELS[name].model.density_class, []
    log_joint = density.log_joint
    monkeypatch.setattr(density, "log_joint", lambda self, X, *products: (passes.append(name), log_joint(self, X, *products))[1])
    rows = rows_of(experiment, experiment.principal, 5)
    assert passes == [name] * (len(experiment.run.trace) - 1) and len(rows) == 6
    chunk(experiment, experiment.features(0, 1), 1)
    assert len(passes) == len(experiment.run.trace) - 1, "another view needs none"


def test_of_many_rows_the_shown_ones_are_sent():
    dataset = datasets.generate("blobs", 5000, random_state=1)
    experiment = experiments.begin("r1", dataset, settings("blobs"))
    view = experiment.features(0, 1)
    fixed, row = static(experiment, view, {"iteration": 0, "half": "M", "playing": False}), rows_of(experiment, view, 1)[1]
    ids = decoded(fixed["points"]["id"], "<i4")
    assert len(ids) == len(set(ids)) == len(decoded(row["l"], "u1")) == 2000
    np.testing.assert_array_equal(decoded(fixed["points"]["x"], "<f4"), dataset.X[ids - 1, 0].astype("f4"))
    posterior = experiment.run.responsibilities_at(1)[ids - 1]
    np.testing.assert_array_equal(decoded(row["l"], "u1"), posterior.argmax(axis=1))


def test_held_out_rows_are_not_among_the_points():
    experiment = begin(held_out=0.2)
    fixed = static(experiment, experiment.principal, None)
    _, validation = experiment.dataset.split(0.2, random_state=0)
    assert fixed["n"] == 120 and not set(decoded(fixed["points"]["id"], "<i4") - 1) & set(validation)


@pytest.mark.parametrize("standardise", [True, False])
def test_gaussians_are_in_the_units_of_the_axes(standardise):
    experiment = begin("Iris", standardise=standardise)
    row = rows_of(experiment, experiment.features(2, 3), 5)[5]
    parameters = experiment.run.trace[5].parameters.rescaled(experiment.scaling.center, experiment.scaling.scale)
    means, covariances = project(parameters.means, parameters.covariances, np.eye(4)[[2, 3]])
    expected = np.column_stack([parameters.weights, means, covariances[:, 0, 0], covariances[:, 0, 1], covariances[:, 1, 1], range(3)])
    np.testing.assert_allclose(row["g"], expected, rtol=1e-6)


def test_one_feature_has_weight_mean_variance_owner():
    experiment = begin("Iris")
    row = rows_of(experiment, experiment.features(2), 4)[4]
    parameters = experiment.run.trace[4].parameters.rescaled(experiment.scaling.center, experiment.scaling.scale)
    expected = np.column_stack([parameters.weights, parameters.means[:, 2], parameters.covariances[:, 2, 2], range(3)])
    np.testing.assert_allclose(row["g"], expected, rtol=1e-6)


def test_the_table_holds_the_parameters_in_the_units_of_the_data():
    experiment = begin("Old Faithful", k=2)
    view = experiment.features(0, 1)
    columns = static(experiment, view, None)["table"]["columns"]
    row = rows_of(experiment, view, 5)[5]
    p = experiment.run.trace[5].parameters.rescaled(experiment.scaling.center, experiment.scaling.scale)
    deviations = np.sqrt(p.covariances[:, [0, 1], [0, 1]])
    expected = np.column_stack([p.weights, p.means, deviations, p.covariances[:, 0, 1] / deviations.prod(axis=1)])
    values, axes = np.linalg.eigh(experiment.run.trace[5].parameters.covariances)  # of the standardised rows
    forms = np.column_stack(
        [np.sqrt(values.prod(axis=1)), np.sqrt(values[:, 1] / values[:, 0]), np.degrees(np.arctan(axes[:, 1, 1] / axes[:, 0, 1]))]
    )
    np.testing.assert_allclose(row["t"], np.hstack([expected, forms]), rtol=1e-5)
    own = ["volume", "shape", "orientation"]
    assert [column.split(" of ")[0] for column in columns] == ["weight", "mean", "mean", "st. dev.", "st. dev.", "correlation", *own]


def test_metrics_agree_with_the_estimator():
    experiment = begin("Iris")
    row = rows_of(experiment, experiment.principal, 5)[5]
    metrics = named(experiment, row)
    model, X = MODELS["GMM"].model.from_parameters(experiment.run.trace[5].parameters), experiment.run.X
    expected = {"log-likelihood": model.score_samples(X).sum(), "AIC": model.aic(X), "BIC": model.bic(X), "ICL": model.icl(X)}
    for name, value in expected.items():
        assert metrics[name] == pytest.approx(value, rel=1e-9), name
    assert metrics["parameters"] == 3 * (4 + 10) + 2
    assert all(metric["help"] for metric in words(experiment)), "every number is explained"


def test_a_metric_of_ones_own_is_shown_while_a_model_learns(monkeypatch):
    own = [
        Metric("gain", lambda fit: fit.objective - fit.log_likelihood, ("objective", "log_likelihood"), "lower", "How far they are apart."),
        Metric("largest", lambda fit: np.bincount(fit.pred).max(), ("pred",), None, "Rows of the largest cluster."),
        Metric("silent", lambda fit: 1.0, (), None, comparing="Not said here."),
    ]
    for metric in own:
        monkeypatch.setitem(METRICS, metric.name, metric)
    experiment = begin("Old Faithful", k=2)  # without known classes
    row = rows_of(experiment, experiment.principal, 3)[3]
    metrics = named(experiment, row)
    pred = experiment.run.model.from_parameters(experiment.run.trace[3].parameters).predict(experiment.run.X)
    assert metrics["gain"] == row["obj"] - row["ll"] and "silent" not in metrics
    assert metrics["largest"] == np.bincount(pred).max()
    assert {"name": "largest", "help": "Rows of the largest cluster.", "better": None} in words(experiment)


def test_known_classes_against_clusters_have_the_accuracy_on_the_diagonal():
    for experiment in (begin("Iris", k=4, held_out=0.2), begin("Wine", k=2)):
        fixed, row = static(experiment, experiment.principal, None), rows_of(experiment, experiment.principal, 5)[5]
        counts, components, classes = (np.array(row["k"][name]) for name in ("counts", "components", "classes"))
        pred = experiment.run.model.from_parameters(experiment.run.trace[5].parameters).predict(experiment.run.X)
        labels = experiment.dataset.labels[experiment.rows]
        assert counts.shape == (experiment.clusters, 3) and counts[1, 2] == ((pred == 1) & (labels == 2)).sum()
        accuracy = named(experiment, row)["accuracy"]
        assert np.diagonal(counts[np.ix_(components, classes)]).sum() / len(pred) == pytest.approx(accuracy)
        assert fixed["classes"] == list(experiment.dataset.label_names)
    experiment = begin("Old Faithful", k=2)
    assert "k" not in rows_of(experiment, experiment.principal, 1)[1], "there are no known classes"


def test_weights_in_the_network_add_up_to_one():
    experiment = begin("Iris")
    for row in rows_of(experiment, experiment.principal, 4):
        assert sum(row["net"]["nodes"][0]) == pytest.approx(1)


def test_rows_are_json_and_small():
    experiment = begin("Old Faithful", k=2)
    rows = rows_of(experiment, experiment.features(0, 1), 10)
    assert max(len(json.dumps(row, allow_nan=False)) for row in rows) < 2500, "272 points, two Gaussians and the numbers"


def test_the_static_part_names_what_the_player_fills():
    experiment = begin("Old Faithful", k=2)
    for features, roles in {
        (0, 1): {"density", "points", "ellipse", "means"},
        (0,): {"histogram", "density", "component", "points"},
    }.items():
        fixed = static(experiment, experiment.features(*features), None)
        assert roles <= {trace["meta"]["role"] for trace in fixed["figures"]["density"]["data"]}
        assert {"log_likelihood", "held_out", "temperature", "stop"} <= {
            trace["meta"]["role"] for trace in fixed["figures"]["curve"]["data"]
        }
        json.dumps(fixed, allow_nan=False)


def test_a_chunk_follows_on_and_stops_at_the_end():
    experiment = begin("Iris", max_iter=12, stop=False)
    view = experiment.principal
    rows = rows_of(experiment, view, 100)
    assert [row["i"] for row in rows] == list(range(13)) and experiment.end["iteration"] == 12
    assert chunk(experiment, view, 13) == [] and chunk(experiment, view, 5)[0] == rows[5]


def test_another_view_of_a_run_is_another_history():
    experiment = begin("Iris")
    ids = [
        run_ids.of_view(experiment.id, view)
        for view in (experiment.principal, experiment.features(0, 1), experiment.features(1, 0), experiment.features(0))
    ]
    assert len(set(ids)) == 4 and all(text.split(" ")[0] == "r1" for text in ids)


# -- Experiments --------------------------------------------------------------------------------------------------------


def test_a_fork_shares_the_past_and_the_picture():
    experiment = begin("Iris")
    rows_of(experiment, experiment.principal, 8)
    fork = experiments.fork("r2", experiment, settings(update_rate=0.5), 5)
    view = fork.principal
    assert [row_of(fork, view, t)["g"] for t in range(6)] == [row_of(experiment, view, t)["g"] for t in range(6)]
    assert fork.run.model.update_rate == 0.5 and experiment.run.model.update_rate == 1.0
    assert static(fork, view, None)["parent"] == {"run": run_ids.of_view(experiment.id, view), "upto": 5}
    fork.run.step()
    assert len(experiment.run.trace) >= 9, "the parent keeps its own future"


def test_only_what_steers_has_the_same_start():
    base = settings()
    assert base.same_start(settings(update_rate=0.5, use_annealing=True, threshold=1e-6, stop=False))
    for other in (settings(k=4), settings(held_out=0.1), settings(standardise=False), settings("Wine")):
        assert not base.same_start(other)
    assert not base.same_start(None)


def test_without_stopping_the_rule_is_only_marked():
    stopped, going_on = begin("Iris"), begin("Iris", stop=False)
    rows = rows_of(stopped, stopped.principal, 100)
    on = rows_of(going_on, going_on.principal, 100)
    assert rows[-1]["stop"] and len(on) == 41 and on[len(rows) - 1]["stop"]
    assert [row["ll"] for row in on[: len(rows)]] == [row["ll"] for row in rows]


def test_more_components_than_rows_is_said():
    dataset = datasets.generate("blobs", 5, random_state=0)
    with pytest.raises(ValueError, match="at most 5"):
        experiments.begin("r1", dataset, settings("blobs", k=6))


def test_an_event_is_told_where_it_begins_and_marked_where_it_goes_on():
    experiment = begin(use_annealing=True, annealing_shapes="free")
    rows, before = rows_of(experiment, experiment.principal, 6), []
    for row, state in zip(rows, experiment.run.trace):
        kinds = {(event.kind, event.component) for event in before}
        assert [text for _, text in row["e"]] == ["" if (event.kind, event.component) in kinds else str(event) for event in state.events]
        before = state.events
    assert sum(len(row["e"]) for row in rows) > sum(bool(text) for row in rows for _, text in row["e"]) > 0


def test_components_that_are_held_apart_are_one_event_whichever_they_are():
    experiment = begin(use_annealing=True, annealing_shapes="free", max_iter=60)
    told = [event for row in rows_of(experiment, experiment.principal, 40) for event in row["e"]]
    texts = {str(event) for _, event in experiment.run.trace[:41].events}
    assert len(texts) > 1 and len(told) > 5 and len({about for about, _ in told}) == 1


def test_the_same_of_another_component_or_layer_is_another_event():
    experiment = begin()
    rows_of(experiment, experiment.principal, 3)
    collapsed = [events.covariance_floored(0), events.covariance_floored(1), events.covariance_floored(1, layer=2)]
    for state, event in zip(experiment.run.trace._states[1:], collapsed):
        object.__setattr__(state, "events", (event,))
    told = [row_of(experiment, experiment.principal, t)["e"] for t in (1, 2, 3)]
    assert [text for [[_, text]] in told] == list(map(str, collapsed)) and len({about for [[about, _]] in told}) == 3
