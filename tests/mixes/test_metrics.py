"""Metrics: one entry each, from which all tables are made."""

import numpy as np
import pytest

from mixes import GMM, datasets, selection
from mixes.metrics import METRICS, Fit, Metric, register


def test_every_metric_has_words_and_says_what_it_needs():
    for name, metric in METRICS.items():
        assert metric.name == name and (metric.learning or metric.comparing) and metric.better in ("higher", "lower", None)
        assert all(hasattr(Fit(), need) for need in metric.needs)
        assert not metric.needs or not metric.known(Fit()), "without what it needs there is no number"


def test_a_metric_of_ones_own_is_a_column_with_its_best_model(monkeypatch):
    monkeypatch.setitem(
        METRICS,
        "largest share",
        Metric(
            "largest share",
            lambda fit: np.bincount(fit.pred).max() / len(fit.pred),
            ("pred",),
            "lower",
            comparing="The share of the largest cluster.",
        ),
    )
    table = selection.compare({"one": GMM(1), "three": GMM(3, random_state=0)}, datasets.load("Old Faithful").X, n_splits=2)
    assert table["largest share"]["one"] == 1 and table["largest share"]["three"] < 1
    assert selection.best(table)["largest share"] == [1] and list(table.columns)[-1] == selection.PROBLEM


def test_a_name_is_given_once():
    with pytest.raises(ValueError, match="there is a metric 'AIC' already; give yours another name."):
        register(Metric("AIC", lambda fit: 0.0, ()))
