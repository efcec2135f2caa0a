"""Each ready tuning shows what it is there for: its fits, from its settings, by the library."""

from itertools import product

import pytest

from mixes import datasets, selection, stopping_criterion
from mixes.selection import HELD_OUT, MEASURES
from pages.work.lookup import has, of_models, table, usual
from pages.work.models import MODELS
from pages.work.ready import TUNINGS
from pages.work.settings import DATA, DRAWN

OWN = {"tune", "tune_starts", "annealed_too", "tune_splits", "measure", "axis_1", "values_1", "axis_2", "values_2"}


def rows(values):
    """The rows that the page fits."""
    chosen = usual((*DATA, *DRAWN)) | values
    if chosen["source"] == "Built-in":
        dataset = datasets.load(chosen["built_in"])
    else:
        dataset = datasets.generate(chosen["kind"], chosen["n"], chosen["noise"], random_state=chosen["data_seed"])
    return dataset.standardised().transform(dataset.X)


def estimator(values):
    """The model that the page fits."""
    chosen = usual(of_models()) | values
    entry = MODELS[chosen["model"]]
    settings = {row.keyword: chosen[row.name] for row in of_models() if row.keyword in entry.keywords}
    settings |= {keyword: layered(chosen, part) for part, keyword in LAYERED.items() if keyword in settings}
    return entry.model(**settings | {"stopping_criterion": stopping_criterion.create_log_lik_criterion(chosen["threshold"])})


LAYERED = {"size": "layer_sizes", "dim": "layer_dims"}


def layered(chosen, part):
    return tuple(chosen[f"{part}_{layer}"] for layer in range(1, chosen["layers"] + 1))


def grid(values):
    """The settings that are swept, as the library takes them."""
    axes = {values[axis]: values[axis.replace("axis", "values")] for axis in ("axis_1", "axis_2") if axis in values}
    if "size_2" in axes:
        return {"layer_sizes": list(product(*axes.values()))}
    return {table()[name].keyword: list(each) for name, each in axes.items()}


def swept(name):
    """The best start of each cell, by the values of the setting that is swept."""
    values = TUNINGS[name].values
    found = selection.sweep(estimator(values), rows(values), grid(values), values["tune_starts"])
    (keyword,) = grid(values)
    return selection.best_starts(found).set_index(keyword), found


def held_out(name):
    values = TUNINGS[name].values
    (keyword,) = grid(values)
    scores = selection.cross_validate(estimator(values), rows(values), grid(values), n_splits=values["tune_splits"])
    return selection.held_out(scores).set_index(keyword)


def lead(measure):
    """What is lowest, and by how much."""
    first, second = measure.sort_values().iloc[:2]
    return measure.idxmin(), second - first


@pytest.mark.parametrize("name", TUNINGS)
def test_tunings_hold_what_can_be_chosen(name):
    values = TUNINGS[name].values
    for setting in values.keys() - OWN:
        assert table()[setting].kind.check(values[setting], setting) == values[setting]
    for axis in ("axis_1", "axis_2"):
        own = values.get(axis.replace("axis", "values"), ())
        assert [table()[values[axis]].kind.check(value, axis) for value in own] == list(own)
        assert len(own) == len(set(own)) and (axis in values) == bool(own)
    model = {setting for setting in values.keys() - OWN if table()[setting].keyword} | {
        values[axis] for axis in values.keys() & {"axis_1", "axis_2"}
    }
    assert all(has(values["model"], setting) for setting in model - {"components"}), "which every model has, if by another name"
    assert values["tune"] in ("starts", "sweep") and ("axis_1" in values) == (values["tune"] == "sweep")
    assert values["tune_starts"] in (1, 2, 3, 5, 10, 20, 50, 100, 200) and values["tune_splits"] in (0, 5, 10, 20)
    assert values.get("measure", "log-likelihood") in (*MEASURES, HELD_OUT) and TUNINGS[name].sentence.endswith("?")
    assert values["tune_splits"] or values.get("measure") != HELD_OUT, "it is not measured"


@pytest.mark.slow
def test_bic_and_held_out_rows_find_the_number_of_the_blobs():
    cells, _ = swept("How many components?")
    number, ahead = lead(cells["BIC"])
    scores = held_out("How many components?")
    assert number == 4 and ahead > 10, "very strong evidence, as Kass and Raftery have it"
    assert scores[HELD_OUT].idxmax() == 4 and not scores["leading"][[1, 2]].any(), "fewer are surely told from four"


@pytest.mark.slow
def test_bic_finds_the_layers_that_the_data_were_drawn_from():
    cells, _ = swept("Which layers?")
    sizes, ahead = lead(cells["BIC"])
    assert sizes == (2, 3) and ahead > 10 and len(cells) == 9


@pytest.mark.slow
def test_annealing_finds_what_most_plain_starts_miss_and_the_best_is_the_same():
    _, found = swept("How much annealing?")
    reached = (found["objective"] > found["objective"].max() - 0.5).groupby(found["annealing_start_v"]).mean()
    assert (reached[reached.index <= 0.8] >= 0.8).all() and 0 < reached[1.0] <= 0.6


@pytest.mark.slow
def test_fitted_rows_are_likeliest_without_regularisation_and_held_out_ones_with_some():
    cells, _ = swept("How much regularisation?")
    assert cells["log-likelihood"].idxmax() == 0 and cells["log-likelihood"].idxmin() == 0.5
    scores = held_out("How much regularisation?")
    means = scores[HELD_OUT]
    assert 0.05 <= means.idxmax() <= 0.2 and not scores["leading"][0.5]
    assert means.max() - means[0.0] > 0.7 and means.max() - means[0.5] > 0.7


@pytest.mark.slow
def test_some_random_starts_find_the_best_of_several_optima_and_most_annealed_ones_do():
    values = TUNINGS["Why many starts?"].values
    plain, annealed = (
        selection.optima(selection.restarts(estimator(values | {"annealing": each}), rows(values), values["tune_starts"]))
        for each in (False, True)
    )
    assert len(plain) >= 4 and 0.1 <= plain["share"][0] <= 0.6 and annealed["share"][0] >= 0.8
    assert plain["objective"][0] - plain["objective"][1] > 1, "the best is seen to be best"
    assert annealed["objective"][0] == pytest.approx(plain["objective"][0], abs=0.05)
