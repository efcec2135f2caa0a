"""What Tune computes is what the library computes: plans, results row by row, and the run behind each row."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest

from mixes import selection
from pages.work import experiment as experiments
from pages.work.lookup import of_models, table, usual
from pages.work.models import MODELS
from pages.work.tunable import AXES, STARTS, TUNING, listed
from pages.work.tuning import MOST_CELLS, axes_of, estimator, go_together, told, word_of
from pages.work.values import settings_of
from tests.pages.jobs.at_once import run
from tests.pages.work.tuned import plan, settings, tuned

USUAL = usual(TUNING)
PAIRS = [(model, axis) for model in MODELS for axis in axes_of(settings(model, layers=3))]


def frame(of, scores=False):
    """The table of what is known, with settings by the words of the page."""
    found, scored = of.known()
    if scores:
        return selection.tabulate_scores(scored)
    return (selection.tabulate_sweep(found) if of.plan.axes else selection.tabulate_starts([start for _, start in found])).drop(
        columns="seconds"
    )


def same(one, other):
    pd.testing.assert_frame_equal(one, other.drop(columns="seconds", errors="ignore"), check_exact=True)


# -- Plans ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("model, axis", PAIRS)
def test_each_axis_of_a_model_gives_a_cell_for_each_of_its_usual_values(model, axis):
    base = settings(model, layers=3, annealing=axis == "start_v", **({"dim_2": 2} if axis == "dim_3" else {}))
    chosen = listed(axis, USUAL[f"values_1_{axis}"])
    cells = plan(base, axis_1=axis).cells
    assert [words for _, words, _ in cells] == [{word_of(axis): each} for each in (words[word_of(axis)] for _, words, _ in cells)]
    assert len(cells) == len(chosen) and len({str(words) for _, words, _ in cells}) == len(chosen), "no two are called the same"
    assert len({str(made) for made, _, _ in cells}) == len(chosen), "and no two are the same"
    assert len({str(keywords) for _, _, keywords in cells}) == len(chosen)
    for made, _, keywords in cells:
        own = {"model": made.model, **made.structure, **made.steering}
        assert keywords and {name: own[name] for name in keywords} == keywords
        assert made.structure["n_init"] == 1 and made.start_number == 0


@pytest.mark.parametrize("model", MODELS)
def test_axes_that_are_offered_together_fit_no_model_twice(model):
    base = settings(model, layers=2)
    together = [(one, other) for one, other in combinations(axes_of(base), 2) if go_together(one, other)]
    assert ("components", "model") in together and not any("skewness" in pair and "model" in pair for pair in together)
    for one, other in together:
        made = [settings for settings, _, _ in plan(base, axis_1=one, axis_2=other).cells]
        assert len({str(each) for each in made}) == len(made), (one, other)


@pytest.mark.parametrize("model", MODELS)
def test_two_axes_give_all_combinations_the_second_fastest(model):
    base = settings(model, layers=3)
    for one, other in combinations(axes_of(base), 2):
        made = plan(base, axis_1=one, axis_2=other, **{"tune_starts": 1})
        first, second = (listed(axis, USUAL[f"values_{slot}_{axis}"]) for slot, axis in ((1, one), (2, other)))
        words = [tuple(words.values()) for _, words, _ in made.cells]
        assert len(words) == len(first) * len(second) - len(made.left_out) and list(dict.fromkeys(words)) == words
        assert not made.left_out or "dim" in one + other, "other than layers that are too wide nothing is left out"
        if not made.left_out:
            assert {one for one, _ in words[: len(second)]} == {words[0][0]} and made.kind == "sweep"


def test_an_axis_on_both_sides_counts_once():
    made = plan(settings(), axis_1="components", axis_2="components", values_1=(1, 3))
    assert [words for _, words, _ in made.cells] == [{"components": each} for each in (1, 2, 3)]


@pytest.mark.parametrize("model", ["DGMM", "GMN"])
def test_clusters_of_a_model_with_layers_are_the_components_of_its_first_layer(model):
    base = settings(model, layers=2, size_1=4, dim_1=2, size_2=3, dim_2=1)
    made = plan(base, axis_1="components", values_1=(1, 3))
    assert [cell.structure["layer_sizes"] for cell, _, _ in made.cells] == [(1, 3), (2, 3), (3, 3)]
    assert {cell.structure["layer_dims"] for cell, _, _ in made.cells} == {(2, 1)}


def test_clusters_are_as_many_in_every_model():
    base = settings("GMM", components=7)
    made = plan(base, axis_1="components", values_1=(2, 3), axis_2="model", values_2=list(MODELS))
    clusters = [MODELS[cell.model].clusters(cell.structure) for cell, _, _ in made.cells]
    assert clusters == [2] * 4 + [3] * 4 and {cell.model for cell, _, _ in made.cells} == set(MODELS)
    assert [words["model"] for _, words, _ in made.cells[:4]] == [entry.title for entry in MODELS.values()]


def test_an_axis_of_annealing_anneals_and_the_same_starts_may_be_run_both_ways():
    made = plan(settings(annealing=False), axis_1="start_v", values_1=[0.1, 0.5])
    assert [(cell.steering["use_annealing"], cell.steering["annealing_start_v"]) for cell, _, _ in made.cells] == [(True, 0.1), (True, 0.5)]
    for annealing in (False, True):
        both = plan(settings(annealing=annealing), annealed_too=True)
        assert [cell.steering["use_annealing"] for cell, _, _ in both.cells] == [False, True] and both.kind == "starts"
        assert [keywords for _, _, keywords in both.cells] == [{"use_annealing": False}, {"use_annealing": True}]


def test_what_a_plan_varies_is_all_that_it_changes():
    base = settings("GMN", layers=3, seed=5, rate=0.8, threshold=0.1, stop=False, n_init=3, start_number=4)
    for cell, _, _ in plan(base, axis_1="size_2", axis_2="dim_1").cells:
        assert cell.structure["n_init"] == 1 and cell.start_number == 0, "which the starts of the plan are"
        assert (cell.model, cell.threshold, cell.stop_when_it_holds, cell.steering) == ("GMN", 0.1, False, base.steering)
        assert cell.structure["random_state"] == 5 and cell.structure["layer_sizes"][::2] == base.structure["layer_sizes"][::2]
        assert cell.structure["layer_dims"][1:] == base.structure["layer_dims"][1:]


def test_too_many_combinations_and_no_values_are_refused_with_a_sentence():
    assert len(plan(settings(), axis_1="components", values_1=(1, 20), axis_2="regularisation", values_2=[0.0] * 20).cells) == MOST_CELLS
    with pytest.raises(ValueError, match=rf"^These are 420 combinations; {MOST_CELLS} are the most: vary fewer values\.$"):
        plan(settings(), axis_1="components", values_1=(1, 20), axis_2="regularisation", values_2=[0.0] * 21)
    with pytest.raises(ValueError, match=r"^Choose at least one value of update rate\.$"):
        plan(settings(), axis_1="components", axis_2="rate", values_2=[])


def test_how_much_work_a_plan_is_stands_in_a_line():
    assert told(plan(settings(), tune_starts=1)) == "1 start of one model."
    assert told(plan(settings(), tune_starts=50, annealed_too=True)) == "50 starts, plain and annealed: 100 fits."
    assert told(
        plan(settings(), axis_1="components", values_1=(1, 9), axis_2="rate", values_2=[0.5, 1.0], tune_starts=20, tune_splits=10)
    ) == ("9 × 2 settings × 20 starts = 360 fits, and 18 settings × 10 splits × 5 starts = 900 more for the held-out scores.")
    assert told(plan(settings(), axis_1="components", values_1=(2, 2), tune_starts=1)) == "1 setting × 1 start = 1 fit."


# -- Results --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("changed", [{}, {"stop": False, "max_iter": 40}, {"held_out": 0.2}, {"annealing": True}])
def test_many_starts_are_those_of_the_library(changed):
    count = 3 if "annealing" in changed else 10  # which takes longer to begin
    of = run(tuned(settings(components=3, **changed), tune_starts=count))
    data, model = of.data, estimator(of.plan.base, of.data.scaling)
    if "stop" in changed:
        assert (frame(of)["iterations"] == 40).all(), "it goes on"
    same(frame(of), selection.restarts(model, data.X, count, X_validation=data.X_validation, labels=data.labels))


@pytest.mark.slow
@pytest.mark.parametrize(
    "model, count, axes, grid",
    [
        ("GMM", 2, {"axis_1": "components", "values_1": (1, 3)}, {"n_components": [1, 2, 3]}),
        (
            "GMM",
            2,
            {"axis_1": "regularisation", "values_1": [0.0, 0.1], "axis_2": "rate", "values_2": [0.5, 1.0]},
            {"var_regularization": [0.0, 0.1], "update_rate": [0.5, 1.0]},
        ),
        ("SkewGMM", 1, {"axis_1": "skewness", "values_1": ["restricted", "full"]}, {"skewness": ["restricted", "full"]}),
        ("DGMM", 1, {"axis_1": "components", "values_1": (1, 2)}, {"layer_sizes": [(1, 2), (2, 2)]}),
        ("GMN", 1, {"axis_1": "size_2", "values_1": (2, 3)}, {"layer_sizes": [(2, 2), (2, 3)]}),
    ],
)
def test_a_sweep_and_its_held_out_scores_are_those_of_the_library(model, count, axes, grid):
    of = run(
        tuned(
            settings(model, layers=2, size_1=2, size_2=2, dim_2=1, max_iter=2),
            tune_starts=count,
            tune_splits=5 if model == "GMM" else 0,
            **axes,
        )
    )
    own, data = estimator(of.plan.base, of.data.scaling), of.data
    words = [word_of(axis) for axis, _ in of.plan.axes]
    wanted = selection.sweep(own, data.X, grid, count, labels=data.labels)
    figures = [name for name in wanted if name not in grid and name != "seconds"]
    found = frame(of)
    same(found[figures], wanted[figures])
    assert [list(found[word].unique()) for word in words if model == "GMM"] == [values for values in grid.values() if model == "GMM"]
    if model != "GMM":
        return  # each score takes a while; those of layers are in test_tuning_files
    scores = selection.cross_validate(own.set_params(n_init=count), data.X, grid, n_splits=5)
    same(frame(of, scores=True).drop(columns=words), scores.drop(columns=list(grid)))


def test_a_cell_that_cannot_be_fitted_is_a_failed_row_and_the_rest_goes_on():
    code = 'datasets.generate("blobs", 12, 0.3, random_state=0)'
    of = run(
        tuned(
            settings(code=code, max_iter=3),
            axis_1="rate",
            values_1=[0.5, 1.0],
            axis_2="components",
            values_2=(11, 13),
            tune_starts=2,
        )
    )
    found = frame(of)
    failed = found[found["problem"].notna()]
    assert failed["cell"].tolist() == [2, 5] and of.job.state == "done" and set(found["cell"]) == set(range(6))
    assert (failed["start"] == 0).all() and (failed["seed"] == -1).all() and failed["problem"].str.endswith(".").all()
    assert (found.groupby("cell").size() == [2, 2, 1, 2, 2, 1]).all() and of.job.total == 8
    for cell in (2, 5):
        with pytest.raises(ValueError, match="not one of these"):
            of.values_of(cell, 0)


def test_what_is_known_grows_with_the_job_and_is_the_same_when_asked_again():
    of = run(tuned(settings(), tune_starts=20))
    results, of.job.results = of.job.results, []
    seen = [len(of.known()[0])]
    for result in results:
        of.job.results.append(result)
        seen.append(len(of.known()[0]))
    assert seen[0] == 0 and seen[-1] == 20 and seen == sorted(set(seen)) and len(of.known()[0]) == 20


def test_a_unit_that_failed_is_a_failed_start_or_split_with_its_sentence():
    of = run(tuned(settings(), axis_1="components", values_1=(1, 2), tune_starts=2, tune_splits=5))
    [*of.job.results] = [each._replace(found="It was ended.") if each.batch[1] == 1 else each for each in of.job.results]
    again = tuned(of.plan.base, axis_1="components", values_1=(1, 2), tune_starts=2, tune_splits=5)
    again.job = of.job
    found, scores = again.known()
    assert [start.row["problem"] for cell, start in found] == [None, None, "It was ended.", "It was ended."]
    assert [each.problem for each in scores] == [None] * 5 + ["It was ended."] * 5 and all(np.isnan(each.score) for each in scores[5:])
    assert frame(again)["optimum"].tolist()[2:] == [-1, -1]


# -- More -----------------------------------------------------------------------------------------------------------------


def test_more_starts_are_offered_of_cells_whose_best_was_found_once_up_to_two_hundred(monkeypatch):
    of = run(tuned(settings(), axis_1="components", values_1=(1, 3), tune_starts=2))
    found, _ = of.known()
    once = [1]
    monkeypatch.setattr(selection, "needs_more", lambda found, table: once)
    steps, most = [], 1
    for _ in range(5):
        offered = of.more([(cell, _renumbered(start, most) if cell.number in once else start) for cell, start in found])
        if offered is None:
            break
        steps.append(offered[0])
        most = offered[0] - 1
        assert offered[1] == once
    assert steps == [20, 50, 100, 200] and all(step in STARTS for step in steps)
    once = []
    assert of.more(found) is None and of.more([]) is None


def _renumbered(start, number):
    return type(start)(number, start.seed, start.row, start.parameters, start.posterior, start.curve)


def test_more_starts_are_those_that_the_plan_would_have_had():
    base = settings(components=3, max_iter=5)
    of = run(tuned(base, axis_1="components", values_1=(2, 3), tune_starts=3), more=(20, [1]))
    whole = frame(run(tuned(base, axis_1="components", values_1=(2, 3), tune_starts=20)))
    found = frame(of)
    assert found.groupby("cell").size().tolist() == [3, 20]
    same(found[found["cell"] > 0].reset_index(drop=True), whole[whole["cell"] > 0].reset_index(drop=True))


@pytest.mark.parametrize(
    "starts, splits, smaller",
    [(20, 0, (5, 0)), (200, 20, (50, 5)), (5, 10, (1, 5)), (1, 10, (1, 5)), (1, 5, None), (3, 5, (1, 5)), (1, 0, None)],
)
def test_a_smaller_offer_is_a_part_of_the_same(starts, splits, smaller):
    of = tuned(settings(), axis_1="components", values_1=(1, 2), tune_starts=starts, tune_splits=splits)
    assert of.smaller == smaller
    if smaller:
        whole, part = (
            {name: {i for unit in units for i in unit} for name, _, _, units in of.batches(*size)} for size in ((starts, splits), smaller)
        )
        assert all(part[name] <= whole[name] for name in part) and sum(map(len, part.values())) < sum(map(len, whole.values()))


# -- The run of a row -----------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize(
    "model, changed, asked",
    [
        ("GMM", {"components": 3, "n_init": 3}, {}),
        ("GMM", {"components": 3, "stop": False, "max_iter": 4}, {"annealed_too": True}),
        ("SkewGMM", {"max_iter": 4, "start_number": 2}, {"axis_1": "init"}),
        ("GMM", {"held_out": 0.2, "max_iter": 4}, {"axis_1": "model", "axis_2": "components", "values_2": (2, 2), "tune_starts": 2}),
        (
            "DGMM",
            {"max_iter": 4, "seed": 3},
            {"axis_1": "size_2", "values_1": (1, 2), "axis_2": "dim_1", "values_2": (1, 2), "tune_starts": 2},
        ),
        ("GMN", {"max_iter": 4}, {"axis_1": "start_v", "values_1": [0.1, 1.0], "tune_starts": 2}),
    ],
)
def test_a_row_opens_the_very_run(model, changed, asked):
    of = run(tuned(settings(model, layers=2, **changed), **{"tune_starts": 3} | asked))
    found, _ = of.known()
    assert all(start.parameters is not None for _, start in found)
    for cell, start in (found[0], found[len(found) // 2], found[-1]):
        values = of.values_of(cell.number, start.number)
        experiment = experiments.begin("r1", of.dataset, settings_of(usual(of_models()) | values, of.plan.base))
        while not experiment.end:
            experiment.step()
        row, last = start.row, experiment.run.trace[-1]
        assert experiment.run.seed == start.seed and experiment.settings.start_number == start.number
        assert last.iteration == row["iterations"]
        assert last.objective == pytest.approx(row["objective"], rel=1e-8)
        assert last.log_likelihood == pytest.approx(row["log-likelihood"], rel=1e-8)


def test_what_a_form_holds_for_a_row_can_all_be_chosen_there():
    of = tuned(settings("GMN", layers=3), axis_1="model", axis_2="components")
    for number in of.fits:
        values = of.values_of(number, 7)
        assert {name: table()[name].kind.check(each, name) for name, each in values.items()} == values


@pytest.mark.parametrize("cell, start", [(-1, 0), (9, 0), (0, -1), (0, 200)])
def test_a_row_that_there_is_not_cannot_be_opened(cell, start):
    with pytest.raises(ValueError, match="^this start is not one of these$"):
        tuned(settings(), axis_1="components", values_1=(1, 9)).values_of(cell, start)


@pytest.mark.parametrize(
    "model, asked, title",
    [
        ("GMM", {}, "Gaussian mixture (GMM), 2 components, on blobs"),
        ("GMM", {"axis_1": "components"}, "Gaussian mixture (GMM) by components, on blobs"),
        ("GMM", {"axis_1": "rate", "axis_2": "init"}, "Gaussian mixture (GMM), 2 components by update rate and kind of start, on blobs"),
        ("GMN", {"axis_1": "model", "axis_2": "components"}, "Mixtures by model and components, on blobs"),
    ],
)
def test_a_title_says_what_is_varied_and_of_what(model, asked, title):
    assert tuned(settings(model), **asked).title == title


def test_the_axes_of_all_models_are_all_axes():
    assert set().union(*(axes_of(settings(model, layers=3)) for model in MODELS)) == set(AXES)
    assert {axis for axis in axes_of(settings("DGMM", layers=1)) if axis[:-1] in ("size_", "dim_")} == {"dim_1"}


def test_layers_that_are_too_wide_are_left_out_and_that_is_said_beforehand_in_plain_words():
    base = settings("DGMM", layers=2, dim_1=2, dim_2=1)
    wide = plan(base, 2, axis_1="dim_1", values_1=(1, 3), axis_2="dim_2", values_2=(1, 2), tune_starts=2)
    assert [tuple(words.values()) for _, words, _ in wide.cells] == [(1, 1), (2, 1), (2, 2)]
    said = "3 cannot be, and are left out: Layer 2 can have at most 1 factor, as layer 1 has 1."
    assert told(wide) == f"3 settings × 2 starts = 6 fits. {said}"
    one = plan(base, 2, axis_1="dim_1", values_1=(1, 3), tune_starts=2)
    assert told(one).endswith(" 1 cannot be, and is left out: Layer 1 can have at most 2 factors, as the data have 2 features.")
    assert not plan(base, 3, axis_1="dim_1", values_1=(1, 3)).left_out and not plan(settings(), 1, axis_1="components").left_out
    with pytest.raises(
        ValueError, match=r"^None of these settings can be: Layer 1 can have at most 2 factors, as the data have 2 features\.$"
    ):
        plan(base, 2, axis_1="dim_1", values_1=(3, 4))
    of = tuned(base, axis_1="dim_1", values_1=(1, 3))
    assert of.dataset.X.shape[1] == 2 and of.fits.keys() == {0, 1} == {cell.number for cell in of.cells}
