"""Settings tried one against another: paired cells, and what they say."""

import numpy as np
import pytest

from mixes import DGMM, GMM, datasets, initialization, selection
from mixes.selection.blocks import units

X = datasets.load("Old Faithful").X
GRID = {"n_components": [1, 2, 3], "var_regularization": [1e-6, 1e-2]}


def test_a_cell_has_the_starts_of_its_model_and_all_cells_the_same_seeds():
    table = selection.sweep(GMM(random_state=0), X, GRID, n_starts=3)
    assert len(table) == 18 and table["cell"].nunique() == 6
    assert all(seeds == table["seed"][:3].tolist() for seeds in table.groupby("cell")["seed"].agg(list))
    alone = selection.restarts(GMM(3, random_state=0, var_regularization=1e-2), X, 3)
    own = table[(table["n_components"] == 3) & (table["var_regularization"] == 1e-2)].reset_index(drop=True)
    assert own[alone.columns].drop(columns="seconds").equals(alone.drop(columns="seconds"))


STRUCTURES = {"n_components": [3, 1, 2], "covariance_type": ["VVV", "EVE", "VII"]}


def without_seconds(table):
    return table.drop(columns="seconds")


@pytest.mark.slow
@pytest.mark.parametrize("racing", [None, 3])
def test_cells_that_are_run_together_have_the_figures_of_each_to_the_last_digit(racing):
    model = GMM(init="random", random_state=0, max_iter=30)
    one, two = (selection.sweep(model, X, STRUCTURES, n_starts=4, racing=racing, n_jobs=n_jobs) for n_jobs in (1, 2))
    assert without_seconds(one).equals(without_seconds(two))
    for cell in selection.cells(model, STRUCTURES):
        alone = selection.restarts(GMM(init="random", random_state=0, max_iter=30).set_params(**cell.settings), X, 4, racing=racing)
        own = one[one["cell"] == cell.number].reset_index(drop=True)
        assert without_seconds(own[alone.columns]).equals(without_seconds(alone))


def test_units_hold_every_start_once_those_of_axis_aligned_structures_together_and_as_many_units_as_processes():
    model, names = GMM(random_state=0), range(9)
    fits = [(cell.number, GMM(random_state=0).set_params(**cell.settings)) for cell in selection.cells(model, STRUCTURES)]
    for rows, n_jobs, counts in ((X, 1, [12, 6]), (X, 9, [2] * 9), (np.repeat(X, 200, axis=0), 1, [2, 2, 2, 4, 2, 2, 2, 2])):
        found = units(fits, model.prepared(rows), dict.fromkeys(names, range(2)), n_jobs)
        starts = [(name, number) for unit in found for name, _, numbers in unit for number in numbers]
        assert sorted(starts) == [(name, number) for name in names for number in range(2)]
        assert all(len({each.covariance_type == "VII" for _, each, _ in unit}) == 1 for unit in found)
        assert [sum(len(numbers) for *_, numbers in unit) for unit in found] == counts


def test_models_without_kin_are_run_by_themselves():
    fits = [(k, DGMM([k, 1], [1, 1], random_state=0)) for k in (1, 2)] + [(k, GMM(k, use_annealing=True)) for k in (3, 4)]
    found = units(fits, fits[0][1].prepared(X), dict.fromkeys(range(1, 5), range(2)), 1)
    assert [[(name, numbers) for name, _, numbers in unit] for unit in found] == [
        [(k, (number,))] for k in range(1, 5) for number in range(2)
    ]


def test_all_structures_begin_with_one_clustering(monkeypatch):
    made, clustered = [], initialization._clustered
    monkeypatch.setattr(initialization, "_clustered", lambda X, k, *more: made.append(k) or clustered(X, k, *more))
    initialization._kept.cache_clear()
    table = selection.sweep(GMM(random_state=0, max_iter=2), X, STRUCTURES | {"covariance_type": ["VVV", "EVE"]}, n_starts=1)
    assert len(table) == 6 and sorted(made) == [2, 3]
    few = X[:50]
    for rows in (few, few + 1e-3):  # others are clustered anew
        GMM(2, random_state=0).start(rows)
    assert sorted(made) == [2, 2, 2, 3]


@pytest.mark.parametrize("random_state", [None, np.random.RandomState(3)], ids=["None", "drawn"])
def test_cells_share_their_seeds_whatever_draws_them(random_state):
    table = selection.sweep(GMM(random_state=random_state), X, {"n_components": [1, 2]}, n_starts=2)
    assert table["seed"][:2].tolist() == table["seed"][2:].tolist()


def test_the_best_of_a_cell_is_told_with_how_often_it_was_found():
    table = selection.sweep(GMM(init="random", random_state=0), X, {"n_components": [1, 2, 3]}, n_starts=8)
    best = selection.best_starts(table)
    assert best["found"][0] == 8 and best["BIC"].idxmin() == 1
    for cell, rows in table.groupby("cell"):
        sound = rows[~rows["degenerate"].astype(bool)]
        assert best["objective"][cell] == sound["objective"].max()
        assert best["found"][cell] == (rows["optimum"] == 0).sum()


def test_a_cell_that_fails_says_why_and_the_sweep_goes_on():
    table = selection.sweep(GMM(random_state=0), X, {"n_components": [2, 300, 1]}, n_starts=2)
    assert table["cell"].tolist() == [0, 0, 1, 2, 2]
    assert table["problem"][2].startswith("n_components is 300") and table["problem"].notna().sum() == 1
    assert selection.best_starts(table)["n_components"].tolist() == [2, 1]


def test_what_comes_makes_the_table_in_any_order():
    found = list(selection.iterate_sweep(GMM(random_state=0), X, {"n_components": [1, 2]}, n_starts=3))
    whole = selection.tabulate_sweep(found)
    assert selection.tabulate_sweep(found[::-1]).equals(whole)
    part = selection.tabulate_sweep(found[:4])
    assert part["cell"].tolist() == [0, 0, 0, 1]


def test_cells_of_several_models_each_keep_their_settings():
    models = {"n_components": GMM(3, random_state=0), "layer_sizes": DGMM((3, 1), (1, 1), random_state=0, max_iter=2)}
    found = [
        (selection.Cell(number, {"model": type(model).__name__, name: 3 if number == 0 else (3, 1)}), start)
        for number, (name, model) in enumerate(models.items())
        for start in selection.iterate_restarts(model, X[:60], 2)
    ]
    table = selection.tabulate_sweep(found)
    assert list(table)[:4] == ["cell", "model", "n_components", "layer_sizes"]
    assert table["n_components"].dropna().tolist() == [3, 3] and table["layer_sizes"].dropna().tolist() == [(3, 1)] * 2


def test_cross_validation_scores_what_compare_scores_on_the_same_splits():
    table = selection.cross_validate(GMM(random_state=0), X, {"n_components": [1, 2, 3]}, n_splits=4)
    compared = selection.compare([GMM(k, random_state=0) for k in (1, 2, 3)], X, n_splits=4)
    scores = table.pivot(index="split", columns="cell", values="held-out log-likelihood").to_numpy()
    np.testing.assert_array_equal(scores, compared.attrs["held_out"])
    told = selection.held_out(table)
    np.testing.assert_allclose(told["held-out log-likelihood"], compared["held-out log-likelihood"])
    np.testing.assert_allclose(told["standard error"], compared["standard error"])
    assert set(compared.attrs["leading"]) <= set(np.flatnonzero(told["leading"])), "more is needed to be told from the best of many"


def test_one_cell_that_fails_takes_nothing_from_the_others():
    grid = {"n_components": [1, 2, 300]}
    table = selection.cross_validate(GMM(random_state=0), X, grid, n_splits=4)
    told, alone = (
        selection.held_out(table),
        selection.held_out(selection.cross_validate(GMM(random_state=0), X, {"n_components": [1, 2]}, n_splits=4)),
    )
    assert told["held-out log-likelihood"][:2].tolist() == alone["held-out log-likelihood"].tolist()
    assert told["leading"].tolist() == [*alone["leading"], False] and np.isnan(told["held-out log-likelihood"][2])


def test_a_split_that_is_under_way_is_not_counted_yet():
    found = list(selection.iterate_cross_validate(GMM(random_state=0), X, {"n_components": [1, 2]}, n_splits=2))
    part, whole = selection.tabulate_scores(found[:3]), selection.tabulate_scores(found[:2])
    assert selection.held_out(part)["held-out log-likelihood"].tolist() == selection.held_out(whole)["held-out log-likelihood"].tolist()
    assert len(selection.tabulate_scores([])) == len(selection.held_out(selection.tabulate_scores([]))) == 0


def test_a_sweep_in_which_all_fails_or_nothing_came_has_no_best():
    failed = selection.sweep(GMM(random_state=0), X, {"n_components": [300, 400]}, n_starts=2)
    assert len(failed) == 2 and len(selection.best_starts(failed)) == len(selection.best_starts(selection.tabulate_sweep([]))) == 0


@pytest.mark.parametrize(
    "options, sentence",
    [
        ({"n_jobs": 0}, "n_jobs is 0"),
        ({"racing": 0}, "racing is 0"),
        ({"sample_weight": [1, 2]}, "sample_weight"),
        ({"labels": [1]}, "labels has shape"),
    ],
    ids=str,
)
def test_what_is_wrong_in_all_cells_is_said_at_once(options, sentence):
    with pytest.raises(ValueError, match=sentence):
        selection.sweep(GMM(random_state=0), X, {"n_components": [1, 2]}, n_starts=2, **options)


@pytest.mark.slow
def test_tables_are_the_same_for_any_number_of_processes():
    grid = {"n_components": [1, 2]}
    one, two = (selection.cross_validate(GMM(random_state=0), X, grid, n_splits=2, n_jobs=n) for n in (1, 2))
    assert one.equals(two)
    one, two = (selection.sweep(GMM(random_state=0), X, grid, n_starts=2, n_jobs=n) for n in (1, 2))
    assert one.drop(columns="seconds").equals(two.drop(columns="seconds"))


@pytest.mark.parametrize(
    "grid, sentence",
    [
        ({}, r"grid is .*; it needs a mapping"),
        ({"components": [1]}, "grid has 'components', which GMM does not have"),
        ({"n_components": 3}, r"grid\['n_components'\] is 3; it needs a list"),
        ({"init": "kmeans"}, r"grid\['init'\] is .*; it needs a list"),
        ({"n_components": (k for k in (1, 2))}, r"grid\['n_components'\] is .*; it needs a list"),
        ({"n_init": [1, 2]}, "grid has 'n_init'; here n_starts says"),
    ],
    ids=["empty", "unknown", "a number", "a text", "a generator", "starts"],
)
def test_a_grid_that_cannot_be_is_said(grid, sentence):
    with pytest.raises(ValueError, match=sentence):
        selection.sweep(GMM(), X, grid)


@pytest.mark.slow
def test_the_bootstrap_finds_two_clusters_and_no_third():
    rng = np.random.default_rng(0)
    clusters = np.concatenate([rng.normal(-3, 1, 40), rng.normal(3, 1, 40)])[:, None]
    one, two, three = (GMM(k, max_iter=50) for k in (1, 2, 3))
    test = selection.bootstrap_test(one, two, clusters, n_samples=19)
    assert test.p_value == 1 / 20 and test.statistic > test.samples.max() and test.failed == 0
    test = selection.bootstrap_test(two, three, clusters, n_samples=19)
    assert test.p_value == (1 + (test.samples >= test.statistic).sum()) / 20 > 0.1
    assert test.error == pytest.approx(np.sqrt(test.p_value * (1 - test.p_value) / 20))
    again = selection.bootstrap_test(two, three, clusters, n_samples=19, n_jobs=2)
    np.testing.assert_array_equal(again.samples, test.samples)


def test_a_larger_model_has_more_parameters():
    with pytest.raises(ValueError, match="The smaller model has 11 parameters and the larger one 5; it needs more"):
        selection.bootstrap_test(GMM(2), GMM(1), X, n_samples=19)


def test_a_p_value_needs_samples():
    with pytest.raises(ValueError, match="n_samples is 5; it needs"):
        selection.bootstrap_test(GMM(1), GMM(2), X, n_samples=5)


def test_what_the_bootstrap_says_follows_from_its_p_value_and_how_sure_that_is():
    def told(above, of, under_way=False):
        return selection.tell_bootstrap(5.0, [6.0] * above + [4.0] * (of - above), 2, under_way)

    test = selection.bootstrapped(5.0, [6.0] * 40 + [4.0] * 59 + [None])
    assert (test.p_value, test.failed) == (41 / 100, 1) and test.error == pytest.approx(np.sqrt(0.41 * 0.59 / 100))
    assert told(0, 99) == (
        "2 components against 3: none of 99 samples drawn from 2 gained as much by one more as the data do "
        "(p = 0.01 ± 0.01, parametric bootstrap), so 2 are too few."
    )
    assert told(40, 99).endswith("(p = 0.41 ± 0.05, parametric bootstrap), so nothing speaks for more than 2.")
    assert told(5, 99).endswith("it is open whether 2 are enough.") and told(0, 19).endswith("it is open whether 2 are enough.")
    assert told(0, 99, under_way=True).startswith("Testing 2 components against 3, so far: none of 99") and "few" not in told(0, 99, True)
    assert told(0, 18) == "2 components against 3: 18 samples are too few to tell; 19 are needed."
    assert told(0, 1, under_way=True) == "Testing 2 components against 3: 1 sample so far."
    assert "1 component against 2" in selection.tell_bootstrap(5.0, [4.0] * 99 + [None], 1) and "1 could not be fitted" in (
        selection.tell_bootstrap(5.0, [4.0] * 99 + [None], 1)
    )
