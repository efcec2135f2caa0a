"""Many starts: each is kept, can be made again, and ends at an optimum that is counted."""

import numpy as np
import pytest
from scipy.stats import norm
from sklearn.base import clone

from mixes import DGMM, GMM, SkewGMM, datasets, selection
from mixes.gaussian.em import GaussianDensity
from mixes.run import Run
from mixes.selection.optima import group, same_optimum

IRIS = datasets.load("Iris")
MODEL = GMM(3, init="random", random_state=0)


@pytest.fixture(scope="module")
def table():
    return selection.restarts(MODEL, IRIS.X, 24, labels=IRIS.labels)


def same(one, other):
    return one.drop(columns="seconds").equals(other.drop(columns="seconds"))


@pytest.mark.slow
def test_the_table_is_the_same_for_any_number_of_processes(table):
    assert same(selection.restarts(MODEL, IRIS.X, 24, labels=IRIS.labels, n_jobs=2), table)


def test_more_starts_begin_with_the_same_ones(table):
    few = selection.restarts(MODEL, IRIS.X, 10, labels=IRIS.labels)
    assert few.drop(columns=["seconds", "optimum"]).equals(table[:10].drop(columns=["seconds", "optimum"]))


def test_a_row_is_made_again_as_a_run(table):
    for number in (0, 5, 17):
        end = selection.run_of(MODEL, IRIS.X, table.loc[number]).finish()
        assert end.objective == pytest.approx(table["objective"][number], rel=1e-8)
        assert end.iteration == table["iterations"][number]


@pytest.mark.parametrize(
    "model",
    [DGMM([3, 2], [1, 1], init="kmeans", random_state=3, max_iter=15), SkewGMM(2, init="random", random_state=3, max_iter=8)],
    ids=str,
)
def test_a_row_of_a_model_without_a_stack_is_its_run_bit_for_bit(model):
    X = datasets.load("Old Faithful").X
    table = selection.restarts(model, X, 3)
    for _, row in table.iterrows():
        assert selection.run_of(model, X, row).finish().objective == row["objective"]


def test_the_starts_are_those_that_n_init_takes():
    X = datasets.load("Old Faithful").X
    model = GMM(3, init="random", random_state=5)
    run = GMM(3, init="random", random_state=5, n_init=6).start(X)
    table = selection.restarts(model, X, 6)
    assert table["seed"].tolist() == [start["seed"] for start in run.restarts]
    np.testing.assert_allclose(table["objective"], [start["objective"] for start in run.restarts], rtol=1e-8)


def test_figures_are_those_of_compare(table):
    compared = selection.compare([MODEL], IRIS.X, IRIS.labels, n_splits=2).iloc[0]
    for name in ("log-likelihood", "AIC", "BIC", "ICL", "ARI", "accuracy"):
        assert table[name][0] == pytest.approx(compared[name], rel=1e-7)


def test_optima_count_every_start_once_and_tell_how_sure_the_share_is(table):
    optima = selection.optima(table)
    assert optima["starts"].sum() == len(table) and optima["share"].sum() == pytest.approx(1)
    sound = optima[~optima["degenerate"].astype(bool)]
    assert (np.diff(sound["objective"]) <= 0).all() and not optima["degenerate"].iloc[0]
    share, n, z = optima["share"], len(table), norm.ppf(0.975)
    centre, half = (share + z**2 / (2 * n)) / (1 + z**2 / n), z * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2)) / (1 + z**2 / n)
    np.testing.assert_allclose(optima["low"], centre - half)  # Wilson (1927)
    np.testing.assert_allclose(optima["high"], centre + half)


def test_numbers_of_components_do_not_matter_to_an_optimum_but_the_partition_does():
    labels = np.repeat([0, 1, 2], [20, 30, 50])
    posterior = np.eye(3)[labels]
    assert same_optimum((-100.0, posterior), (-100.001, posterior[:, [2, 0, 1]]))
    assert not same_optimum((-100.0, posterior), (-100.5, posterior))
    other = labels.copy()
    other[:2] = 1  # two rows of a hundred
    assert not same_optimum((-100.0, posterior), (-100.0, np.eye(3)[other]))


def test_equal_objectives_of_other_partitions_are_two_optima():
    corners = np.array([[x, y] for x in (-5, 5) for y in (-5, 5)], dtype=float)
    X = np.concatenate([corner + 0.5 * np.array([[1, 0], [-1, 0], [0, 1], [0, -1]]) for corner in np.repeat(corners, 5, axis=0)])
    table = selection.restarts(GMM(2, init="random", random_state=0, var_regularization=1e-2), X, 20)
    optima = selection.optima(table)
    assert len(optima) >= 2 and optima["objective"][0] == pytest.approx(optima["objective"][1], rel=1e-6)


def test_degenerate_ends_come_last():
    posterior = np.eye(2)[np.arange(10) % 2]
    assert group([(5.0, posterior), (1.0, posterior), None], [True, False, False]) == [1, 0, -1]


def test_in_a_race_the_better_half_runs_to_the_end():
    table = selection.restarts(MODEL, IRIS.X, 12, racing=3)
    ran = table["to the end"].astype(bool)
    assert ran.sum() >= 6 and (table["iterations"][~ran] == 3).all() and (table["optimum"][~ran] == -1).all()
    assert (table["optimum"][ran] >= 0).all()
    whole = selection.restarts(MODEL, IRIS.X, 12)
    np.testing.assert_allclose(table["objective"][ran], whole["objective"][ran], rtol=1e-8)


def test_held_out_rows_are_scored_per_row():
    X = datasets.load("Old Faithful").X
    table = selection.restarts(GMM(2, random_state=0), X[:200], 2, X_validation=X[200:])
    fitted = GMM(2, random_state=0).fit(X[:200])
    assert table["held-out log-likelihood"][0] == pytest.approx(fitted.score(X[200:]), rel=1e-8)


@pytest.mark.parametrize(
    "options, sentence",
    [
        ({"n_starts": 0}, "n_starts is 0; it needs"),
        ({"n_jobs": 0}, "n_jobs is 0; it needs"),
        ({"racing": 0}, "racing is 0; it needs"),
        ({"labels": [1, 2]}, r"labels has shape \(2,\)"),
        ({"model": GMM(2, use_annealing=True), "racing": 5}, "racing is 5, but the model is annealed"),
        ({"model": 3}, "model is 3; it needs a mixture"),
    ],
    ids=str,
)
def test_what_cannot_be_is_said(options, sentence):
    with pytest.raises(ValueError, match=sentence):
        selection.restarts(**{"model": MODEL, "X": IRIS.X, "n_starts": 2} | options)


def test_a_row_of_weight_two_counts_as_two_rows_in_every_measure():
    X = datasets.load("Old Faithful").X[:60]
    weight = np.arange(60) % 3
    model = GMM(2, random_state=0)
    weighted = selection.restarts(model, X, 2, sample_weight=weight)
    repeated = selection.restarts(model, np.repeat(X, weight, axis=0), 2)
    for name in ("log-likelihood", "BIC", "ICL", "entropy"):
        np.testing.assert_allclose(weighted[name], repeated[name], rtol=1e-7)


class Hard(GaussianDensity):
    hard = True


class ClassificationEM(GMM):
    density_class = Hard


def test_a_density_of_one_s_own_is_not_taken_for_a_gaussian_one():
    X, model = datasets.load("Old Faithful").X, ClassificationEM(2, init="random", random_state=0)
    table = selection.restarts(model, X, 2)
    for _, row in table.iterrows():
        assert selection.run_of(model, X, row).finish().objective == row["objective"]


def test_what_fails_together_is_told_by_each_alone(monkeypatch):
    def fails(runs):
        raise ValueError("all of them")

    whole = selection.restarts(MODEL, IRIS.X, 3)
    monkeypatch.setattr(GMM, "finish_together", lambda self, runs: fails(runs))
    alone = selection.restarts(MODEL, IRIS.X, 3)
    np.testing.assert_allclose(alone["objective"], whole["objective"], rtol=1e-8)


def test_a_start_that_fails_is_neither_converged_nor_degenerate_nor_at_an_end(monkeypatch):
    begin = Run.begin.__func__

    def sometimes(cls, model, rows, seed, first=True):
        if not first:
            raise ValueError("No luck.")
        return begin(cls, model, rows, seed, first)

    monkeypatch.setattr(Run, "begin", classmethod(sometimes))
    table = selection.restarts(MODEL, IRIS.X, 3)
    assert table["problem"].fillna("").tolist() == ["", "No luck.", "No luck."] and table["optimum"].tolist() == [0, -1, -1]
    for name in ("converged", "degenerate", "to the end"):
        assert table[name].dtype == bool and not table[name][1:].any()
    assert selection.optima(table)["starts"].tolist() == [1]


def test_the_settings_of_a_model_hold_for_what_is_said_of_its_ends():
    X = IRIS.X
    settings = {"e_step": "sampled", "path_samples": 2, "random_state": 0, "max_iter": 5, "stopping_criterion": None}
    model = DGMM([3, 3], [2, 1], **settings)
    row = selection.restarts(model, X, 1).loc[0]
    end = selection.run_of(model, X, row).finish()
    measured = selection.measures(model, end.parameters, X, log_likelihood=end.log_likelihood)
    assert row["ICL"] == pytest.approx(measured["ICL"], rel=1e-10)


def test_a_race_is_won_by_no_degenerate_start_against_one_that_is_not():
    model = GMM(5, init="random", random_state=0, var_regularization=0)
    raced, whole = (selection.restarts(model, IRIS.X, 20, racing=racing) for racing in (20, None))
    short = selection.restarts(clone(model).set_params(max_iter=20), IRIS.X, 20)
    best = short.assign(sound=~short["degenerate"]).sort_values(["sound", "objective"], ascending=False).index[:10]
    left = short.index.difference(best)
    assert 0 < short["degenerate"].sum() < 20 and short["degenerate"][left].any()
    assert not short["degenerate"][best].any() or short["degenerate"][left].all()
    assert raced["objective"][best].tolist() == whole["objective"][best].tolist(), "they are run on"
    assert raced["objective"][left].tolist() == short["objective"][left].tolist(), "they are not"


def test_without_a_stopping_rule_a_start_has_converged_where_the_usual_rule_holds_at_its_end():
    X, model = datasets.load("Old Faithful").X, GMM(2, init="random", random_state=0, stopping_criterion=None)
    ended, cut = (selection.restarts(model.set_params(max_iter=most), X, 2) for most in (100, 4))
    assert ended["converged"].all() and (ended["iterations"] == 100).all() and not cut["converged"].any()


def test_runs_that_are_cut_off_are_counted_apart():
    optima = selection.optima(selection.restarts(GMM(3, init="random", random_state=0, max_iter=15), IRIS.X, 10))
    assert optima["converged"].sum() < optima["starts"].sum() == 10


@pytest.mark.parametrize(
    "model",
    [MODEL, GMM(3, use_annealing=True, random_state=0, max_iter=25), DGMM([2, 2], [1, 1], random_state=1, max_iter=8)],
    ids=["stacked", "annealed", "deep"],
)
def test_a_curve_is_that_of_its_run(model):
    for start in selection.iterate_restarts(model, IRIS.X, 3):
        run = selection.run_of(model, IRIS.X, vars(start) | {"start": start.number})
        run.finish()
        np.testing.assert_allclose(start.curve, run.trace.objective, rtol=1e-8)
        assert start.curve[-1] == start.row["objective"] and len(start.curve) == start.row["iterations"] + 1
        if not model.use_annealing:
            assert (np.diff(start.curve) >= -1e-9 * abs(start.curve[-1])).all()


def test_blocks_hold_every_start_once_and_the_table_is_theirs_in_any_order(table):
    rows = MODEL.prepared(IRIS.X)
    parts = selection.blocks(MODEL, rows, range(24))
    assert [number for part in parts for number in part] == list(range(24)) and [len(part) for part in parts] == [10, 10, 4]
    starts = [start for part in parts[::-1] for start in selection.run_block(MODEL, rows, part, IRIS.labels)]
    assert same(selection.tabulate_starts(starts), table)


def test_starts_that_gain_nothing_together_are_run_alone():
    X = np.random.default_rng(0).normal(size=(5000, 8))
    for model, rows, size in ((MODEL, X, 2), (GMM(3, use_annealing=True), X, 1), (DGMM([2, 2], [1, 1]), IRIS.X, 1), (GMM(20), X, 1)):
        assert len(selection.blocks(model, model.prepared(rows), range(40))[0]) == size


def test_labels_of_a_block_are_those_of_all_rows_given():
    weight = np.arange(150) % 3
    model, labels = GMM(3, random_state=0), IRIS.labels
    [start] = selection.run_block(model, model.prepared(IRIS.X, weight), (0,), labels)
    [present] = selection.run_block(model, model.prepared(IRIS.X[weight > 0], weight[weight > 0]), (0,), labels[weight > 0])
    assert start.row["ARI"] == pytest.approx(present.row["ARI"])


def test_more_of_a_random_state_s_starts_begin_with_the_same_ones():
    model = GMM(2, random_state=np.random.RandomState(3))
    rows = model.prepared(IRIS.X)
    seeds = [start.seed for numbers in ((0, 1), (2,), (1, 2)) for start in selection.run_block(model, rows, numbers)]
    assert seeds[:3] == [seeds[0], *seeds[3:]] and len(set(seeds)) == 3


def test_the_table_of_nothing_yet_is_empty():
    table = selection.tabulate_starts([])
    assert len(table) == 0 and {"objective", "optimum", "problem"} <= set(table) and len(selection.optima(table)) == 0


@pytest.mark.slow
def test_who_has_seen_enough_stops(recwarn):
    starts = selection.iterate_restarts(MODEL, IRIS.X, 30, n_jobs=2)
    next(starts)
    starts.close()
    assert not recwarn.list


def test_a_row_that_never_began_is_no_run():
    table = selection.sweep(GMM(random_state=0), IRIS.X, {"n_components": [200]}, n_starts=2)
    with pytest.raises(ValueError, match="could not be fitted"):
        selection.run_of(GMM(200), IRIS.X, table.loc[0])
