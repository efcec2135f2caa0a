"""Sentences on starts and sweeps: their counts, shares and p-values can be worked out by hand."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import binom, norm

from mixes import GMM, SkewGMM, datasets
from mixes.selection import (
    Cell,
    Score,
    common_optima,
    iterate_restarts,
    iterate_sweep,
    measured,
    needs_more,
    pairs,
    tabulate_sweep,
    tell_restarts,
    tell_sweep,
)
from mixes.selection.evidence import leading
from mixes.selection.words import named, those
from tests.starts import failed, start, starts

PLAIN, ANNEALED = Cell(0, {"annealing": False}), Cell(1, {"annealing": True})


LOG_LIKELIHOOD, HELD_OUT = "log-likelihood", "held-out log-likelihood"


def wilson(count, n, z=norm.ppf(0.975)):
    share = count / n
    half = z * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    return [100 * (share + z**2 / (2 * n) + sign * half) / (1 + z**2 / n) for sign in (-1, 1)]


ONE = Cell(0, {})


def test_how_often_the_best_was_found_is_said_with_wilson_s_interval():
    found = starts(ONE, [-10.0] * 17 + [-20.0] * 30 + [-30.0] * 3)
    low, high = wilson(17, 50)
    said = f"17 of 50 starts found the best of 3 optima (34 %, 95 % interval {low:.0f} to {high:.0f} %)."
    assert tell_restarts(found) == said == "17 of 50 starts found the best of 3 optima (34 %, 95 % interval 22 to 48 %)."


def test_a_share_that_is_not_nothing_is_not_said_to_be():
    assert "1 of 200 starts found the best of 2 optima (0.5 %, 95 % interval 0 to 3 %)" in tell_restarts(starts(ONE, [-1] + [-9] * 199))


def test_starts_that_agree_leave_open_what_so_few_can():
    low, _ = wilson(20, 20)
    assert tell_restarts(starts(ONE, [-10.0] * 20)) == f"All 20 starts found the same optimum (95 % interval {low:.0f} to 100 %)."


def test_what_was_found_once_calls_for_more_starts():
    found = starts(ONE, [-10.0, -20.0, -20.0])
    assert "only once: more starts would make sure" in tell_restarts(found) and needs_more(found) == [0]
    found += [(ONE, start(3, -10.0))]
    assert "once" not in tell_restarts(found) and needs_more(found) == []
    assert "more starts would tell" in tell_restarts(found[:1])


def test_starts_without_a_sound_end_are_told_and_do_not_count_as_best():
    found = starts(ONE, [-10.0, -10.0, -20.0])
    found += [
        (ONE, start(3, 50.0, degenerate=True)),
        (ONE, start(4, -25.0, **{"components in use": 1})),
        (ONE, start(5, -27.0, converged=False)),
        (ONE, start(6, -29.0, converged=False, **{"to the end": False})),
        (ONE, failed(7, "No luck")),
    ]
    said = tell_restarts(found)
    assert said.startswith("At least 2 of 7 starts found the best of 3 optima.")
    for part in (
        "1 start ended with a component to which no row belongs.",
        "1 start ended with a degenerate component, narrow by chance, and does not count as best.",
        "1 start had not converged after 9 iterations.",
        "1 start lost the race and was not run to the end.",
        "1 start failed: No luck.",
    ):
        assert part in said


@pytest.mark.parametrize(
    "found, said",
    [
        ([], "No start has come to its end yet."),
        ([(ONE, failed(sentence="X is empty."))], "1 start failed: X is empty."),
        ([(ONE, start(0, 1.0, degenerate=True))], "No start but ended with a degenerate component (1 of 1)."),
    ],
    ids=["nothing", "failed", "degenerate"],
)
def test_where_nothing_sound_is_found_this_is_all_that_is_said(found, said):
    assert tell_restarts(found) == said


def test_two_ways_share_their_optima_and_are_compared_on_common_starts():
    plain, annealed = [-10.0] * 2 + [-20.0] * 8, [-10.0] * 9 + [-15.0]
    found = starts(PLAIN, plain) + starts(ANNEALED, annealed)
    table = common_optima(found)
    assert table["optimum"].tolist() == [0, 0] + [2] * 8 + [0] * 9 + [1]
    counted = pairs(table, 0, 1)
    assert (counted.starts, counted.both, counted.first, counted.second) == (10, 2, 0, 7)
    assert counted.p_value == pytest.approx(2 * 0.5**7)  # no head in seven throws, on both sides
    said = tell_restarts(found)
    assert said.startswith(
        "Without annealing 2 of 10 starts found the best of 3 optima (20 %, 95 % interval 6 to 51 %); with annealing 9 of 10 (90 %"
    )
    assert "0 found it only without annealing and 7 only with annealing: it is found more often with annealing" in said
    assert "(McNemar's exact test, p = 0.016)" in said


def test_a_difference_that_chance_may_make_is_not_claimed():
    found = starts(PLAIN, [-10, -10, -20, -20, -20]) + starts(ANNEALED, [-20, -10, -10, -10, -20])
    counted = pairs(common_optima(found), 0, 1)
    assert (counted.first, counted.second) == (1, 2) and counted.p_value == pytest.approx(min(1, 2 * binom.cdf(1, 3, 0.5)))
    assert "so many starts do not tell which way finds it more often" in tell_restarts(found)
    alike = tell_restarts(starts(PLAIN, [-10, -20]) + starts(ANNEALED, [-10, -20]))
    assert "both ways find it alike" in alike and "McNemar" not in alike


def test_only_starts_that_ended_both_ways_are_common():
    found = starts(PLAIN, [-10, -10, -20]) + [(ANNEALED, failed(0)), (ANNEALED, start(1, -10))]
    assert pairs(common_optima(found), 0, 1).starts == 1 and "McNemar" not in tell_restarts(found)


def sweep_of(bics):
    """A sweep with these BIC's, two starts of each."""
    return [
        (Cell(c, {"components": c + 1}), start(number, -value / 2, np.arange(12) % (c + 1), c + 1))
        for c, value in enumerate(bics)
        for number in range(2)
    ]


@pytest.mark.parametrize(
    "bics, said",
    [
        ([100, 90, 97.5], "BIC is lowest at components = 2 (90.0); the next, components = 3, is 7.5 behind."),
        ([100, 90, 91.9], "BIC is lowest at components = 2 (90.0); components = 3 is less than 2 behind, hardly worth a mention."),
        (
            [90, 90.5, 91],
            "BIC is lowest at components = 1 (90.0); components = 2 and components = 3 are less than 2 behind, hardly worth a mention.",
        ),
        ([90], "BIC is lowest at components = 1 (90.0)."),
    ],
)
def test_the_best_cell_is_said_with_what_is_not_told_from_it(bics, said):
    assert tell_sweep(sweep_of(bics)) == said


def test_cells_that_need_more_starts_or_failed_are_named():
    found = sweep_of([100, 90, 97.5])[:-1] + [(Cell(3, {"components": 300}), failed(sentence="n_components is 300."))]
    assert needs_more(found) == [2]
    said = tell_sweep(found)
    assert "The best optimum was found only once at components = 3: more starts would make sure." in said
    assert said.endswith("No fit at components = 300: n_components is 300.")


def test_a_degenerate_cell_is_not_best():
    spurious = [(Cell(9, {"components": 9}), start(number, 500, degenerate=True)) for number in range(2)]
    said = tell_sweep([*sweep_of([100, 90]), *spurious])
    assert said.startswith("BIC is lowest at components = 2 (90.0); the next, components = 1, is 10.0 behind.")
    assert "Every start ended with a degenerate component at components = 9" in said


def test_the_log_likelihood_is_not_said_to_choose():
    assert "so it cannot choose between models" in tell_sweep(sweep_of([100, 90]), measure="log-likelihood")


def test_held_out_scores_have_their_error_and_what_they_do_not_tell_apart():
    found, rng = sweep_of([100, 90, 95]), np.random.default_rng(0)
    noise = rng.normal(size=(5, 3)) * [0, 0, 1]
    scores = [
        Score(Cell(c, {"components": c + 1}), split, 80, 20, (-3.0, -2.0, -2.2)[c] + 0.01 * split + noise[split, c], None)
        for split in range(5)
        for c in range(3)
    ]
    values, errors, leading, splits = measured(None, scores, "held-out log-likelihood")
    own = np.array([score.score for score in scores]).reshape(5, 3)
    assert splits == 5
    assert values == pytest.approx(dict(enumerate(own.mean(axis=0))))
    assert errors[1] == pytest.approx(own[:, 1].std(ddof=1) * np.sqrt(1 / 5 + 20 / 80))  # Nadeau and Bengio
    assert 0 not in leading and set(leading) == {1, 2}
    said = tell_sweep(found, scores, "held-out log-likelihood")
    assert "5 splits" in said and "the splits do not surely tell components = " in said
    assert said.startswith("The held-out log-likelihood is highest at components = 2 (")
    few = tell_sweep(found, scores[:6], "held-out log-likelihood")
    assert few == "2 splits are too few to tell a difference of the held-out log-likelihood from noise."
    assert "No cell has a value of the held-out log-likelihood yet." in tell_sweep(found, (), "held-out log-likelihood")


def scores_of(values, killed=()):
    """Scores (splits, cells) as they come; those that are killed are (split, cell)."""
    return [
        Score(Cell(c, {"components": c + 1}), split, 0, 0, np.nan, "It was ended.")
        if (split, c) in killed
        else Score(Cell(c, {"components": c + 1}), split, 80, 20, value, None)
        for split, row in enumerate(values)
        for c, value in enumerate(row)
    ]


def noisy(splits, cells, seed=0):
    return np.random.default_rng(seed).normal(size=(splits, cells)) - 3


def test_a_split_that_was_cut_short_leaves_the_errors_of_the_other_cells_as_they_are():
    values = noisy(6, 3)
    whole, cut = (measured(None, scores_of(values, killed), HELD_OUT) for killed in ((), [(0, 0)]))
    assert cut[1] == {number: whole[1][number] for number in (1, 2)} and np.isfinite([*cut[1].values()]).all()
    said = tell_sweep([], scores_of(values, [(0, 0)]), HELD_OUT)
    assert "±" in said and "do not surely tell" in said and said.endswith("Not fitted on every split, and left out: components = 1.")


def test_an_error_that_is_not_known_tells_nothing_apart():
    for surely in (False, True):
        assert sorted(leading(noisy(6, 4), np.nan, surely)) == [0, 1, 2, 3]


def test_the_splits_that_are_told_are_those_that_all_cells_have():
    said = tell_sweep([], scores_of(noisy(6, 3))[:-1], HELD_OUT)
    assert "5 splits" in said and "6 splits" not in said


@pytest.mark.parametrize("splits, cells", [(3, 2), (5, 2), (3, 10), (5, 10), (20, 10)])
def test_equal_cells_are_seldom_told_apart(splits, cells):
    wrong = sum(len(leading(noisy(splits, cells, seed), 0.25, surely=True)) < cells for seed in range(200))
    assert wrong <= 0.05 * 200


def test_a_cell_that_is_probably_behind_is_not_told_apart():
    behind = 3 + np.array([0.9, -0.9, 0.9, -0.9, 0.0])  # 5.0 corrected standard errors of 0.60
    for lead, told in ((0.0, [0]), (1.0, [0, 1])):
        scores = scores_of(np.column_stack([np.zeros(5), lead - behind]))
        assert sorted(measured(None, scores, HELD_OUT)[2]) == told, "Student's t, 4 degrees, 99 %: 4.6"


def test_cells_that_are_far_apart_are_told_apart_and_few_splits_are_called_early():
    scores = scores_of(noisy(5, 3) * 0.01 - [0, 4, 8])
    assert tell_sweep([], scores, HELD_OUT).endswith(", 5 splits); the splits tell it from all others.")
    early = tell_sweep([], scores[:9], HELD_OUT)
    assert early.startswith("Early, after 3 splits, the held-out log-likelihood is highest at components = 1 (")


def test_scores_without_a_start_are_told():
    scores = scores_of(noisy(5, 3))
    assert "The held-out log-likelihood is highest at components = " in tell_sweep(sweep_of([100, 90]), scores, HELD_OUT)
    assert tell_sweep([], scores, "BIC") == "No cell has a value of BIC yet."


def cut_off(number, objective, **row):
    return ONE, start(number, objective, converged=False, **row)


def test_where_the_best_end_is_cut_off_iterations_are_missing_not_starts():
    found = [cut_off(number, -10.0 - number) for number in range(20)]
    assert tell_restarts(found) == "None of the 20 starts had converged after 9 iterations: raise the iterations."
    assert tell_restarts(found[:1]) == "The one start had not converged after 9 iterations: raise the iterations."
    found[5:] = starts(ONE, [-40.0] * 20)[5:]
    said = tell_restarts(found)
    assert said == (
        "The best of 20 starts had not converged after 9 iterations: raise the iterations. 5 starts had not converged after 9 iterations."
    )
    assert needs_more(found) == []
    sweep = tell_sweep([(Cell(0, {"components": 2}), own) for _, own in found])
    assert "once" not in sweep and sweep.endswith("Too few starts had converged at components = 2: raise the iterations.")


def test_what_was_cut_off_is_no_optimum_and_may_have_come_to_the_best():
    found = [(ONE, start(0, -10.0)), *(cut_off(number, -20.0 - number) for number in range(1, 40))]
    said = tell_restarts(found)
    assert said.startswith("At least 1 of 40 starts found the one optimum that was reached, only once: raise the iterations. 39 starts")
    assert needs_more(found) == []
    found = [*starts(ONE, [-10.0, -20.0, -20.0]), cut_off(3, -25.0), cut_off(4, -20.0)]
    assert tell_restarts(found).startswith("At least 1 of 5 starts found the best of 2 optima, only once: more starts")
    assert needs_more(found) == [0]


def test_a_comparison_of_ways_says_of_each_what_had_not_converged_and_nothing_where_the_best_had_not():
    plain = [(PLAIN, start(number, -20.0 - number, converged=False)) for number in range(8)]
    said = tell_restarts([*plain, *starts(ANNEALED, [-10.0] * 8)])
    assert said.startswith("Without annealing 0 of 8 starts found the one optimum there is; with annealing 8 of 8 (100 %")
    assert "McNemar" in said and said.endswith("8 starts without annealing had not converged after 9 iterations.")
    said = tell_restarts([*plain, *starts(ANNEALED, [-30.0] * 8)])
    assert said.startswith("The best of 16 starts had not converged") and "McNemar" not in said and " ways" not in said


def test_after_a_race_the_share_is_of_all_that_began():
    lost = [(ONE, start(number, -30.0, converged=False, **{"to the end": False})) for number in range(25, 50)]
    found = starts(ONE, [-10.0] * 17 + [-20.0] * 8) + lost
    said = tell_restarts(found)
    assert said == "At least 17 of 50 starts found the best of 2 optima. 25 starts lost the race and were not run to the end."
    assert tell_restarts(starts(ONE, [-10.0] * 25) + lost).startswith("At least 25 of 50 starts found the one optimum")


def test_a_start_that_lost_the_race_has_not_ended_with_an_empty_component():
    lost = start(1, -30.0, converged=False, **{"to the end": False, "components in use": 1})
    assert "no row belongs" not in tell_restarts([(ONE, start(0, -10.0)), (ONE, lost)])


def sweep_over(values, parameters=(7, 7, 7), **row):
    """A sweep with these log-likelihoods of each start."""
    return [
        (Cell(c, {"ε": c + 1}), start(number, value, parameters=parameters[c], **row))
        for c, own in enumerate(values)
        for number, value in enumerate(own)
    ]


def test_the_log_likelihood_chooses_between_ways_to_fit_one_model():
    values = [[-10, -10, -10], [-10.01, -14, -14], [-14, -14, -14]]
    spurious = (Cell(2, {"ε": 3}), start(3, 50.0, parameters=7, degenerate=True))
    said = tell_sweep([*sweep_over(values), spurious], measure=LOG_LIKELIHOOD)
    assert said.startswith("The log-likelihood is highest at ε = 1 (−10.0); ε = 2 is as good. ")
    assert "Starts that came so far: 3 of 3 at ε = 1, 1 of 3 at ε = 2 and 0 of 4 at ε = 3." in said and "rises" not in said
    assert "; the next, ε = 3, is 4.0 behind." in tell_sweep(sweep_over([[-10] * 2, [-15] * 2, [-14] * 2]), measure=LOG_LIKELIHOOD)
    other = tell_sweep(sweep_over(values, (7, 8, 9)), measure=LOG_LIKELIHOOD)
    assert "cannot choose" in other and "Starts that came" not in other


def test_of_many_ways_the_most_and_the_least_successful_are_named():
    said = tell_sweep(sweep_over([[-10.0] * n + [-20.0] * (6 - n) for n in (3, 6, 1, 2, 4)], [7] * 5), measure=LOG_LIKELIHOOD)
    assert "Starts that came so far: from 6 of 6 at ε = 2 to 1 of 6 at ε = 3." in said


def test_what_is_degenerate_is_neither_found_once_nor_the_best_of_a_way():
    spurious = [(ONE, start(number, 50.0 + number, degenerate=True)) for number in range(3)]
    assert needs_more(spurious) == [] and "once" not in tell_sweep(spurious)
    ways = [(cell, own) for cell in (PLAIN, ANNEALED) for _, own in spurious]
    assert tell_restarts(ways) == "No start but ended with a degenerate component (6 of 6)."
    counted = pairs(common_optima(ways), 0, 1)
    assert (counted.starts, counted.both, counted.first, counted.second) == (3, 0, 0, 0)


def test_degenerate_and_failed_starts_of_cells_that_have_others_are_told():
    found = sweep_of([100, 90])
    found += [(Cell(1, {"components": 2}), start(2, 70.0, degenerate=True)), (Cell(1, {"components": 2}), failed(3, "No luck"))]
    said = tell_sweep(found)
    assert "1 of 5 starts ended with a degenerate component, narrow by chance, and does not count as best." in said
    assert said.endswith("1 start failed at components = 2: No luck.")


def test_while_work_is_under_way_it_is_said_and_nothing_is_concluded():
    found = starts(ONE, [-10.0, -20.0, -20.0])
    said = tell_restarts(found, under_way=True)
    assert said.startswith("So far: 1 of 3 starts found the best of 2 optima (33 %") and "once" not in said
    assert tell_restarts(found[:1], under_way=True) == "So far: One start was run, so it is open whether there are better optima."
    ways = starts(PLAIN, [-10.0] * 9) + starts(ANNEALED, [-20.0] * 9)
    assert "McNemar" in tell_restarts(ways) and "McNemar" not in tell_restarts(ways, under_way=True)
    sweep = sweep_of([100, 90, 97.5])[:-1]
    assert tell_sweep(sweep, under_way=True) == "So far: BIC is lowest at components = 2 (90.0)."
    assert "the next" in tell_sweep(sweep) and "once" in tell_sweep(sweep)
    scores = scores_of(noisy(5, 3) * 0.01 - [0, 4, 8])
    assert tell_sweep([], scores, HELD_OUT, under_way=True).endswith(", 5 splits).")
    cut = [cut_off(0, -10.0)]
    assert "raise" not in tell_restarts(cut, under_way=True) + tell_sweep(cut, under_way=True)


def test_a_single_component_needs_no_second_start_where_the_first_step_ends():
    X = datasets.load("Old Faithful").X
    found = list(iterate_sweep(GMM(random_state=0, init="random"), X, {"n_components": [1]}, 1))
    assert needs_more(found) == [] and "once" not in tell_sweep(found)
    assert tell_restarts(found) == "A single component has one optimum, which every start finds."
    skewed = [(ONE, own) for own in iterate_restarts(SkewGMM(1, random_state=0, init="random", max_iter=1000), X, 1)]
    assert needs_more(skewed) == [0], "others are possible"
    two = start(0, -10.0)
    assert needs_more([(ONE, replace(two, curve=np.full(3, -10.0)))]) == [0], "two components have other optima, however short the way"


def test_nearly_all_are_not_said_to_be_all():
    assert "199 of 200 starts found the best of 2 optima (99.5 %" in tell_restarts(starts(ONE, [-1] * 199 + [-9]))


def test_cells_of_two_settings_are_listed_so_that_each_is_seen():
    cells = [
        {"components": 2, "ε": 0.1},
        {"components": 3, "annealing": False},
        {"annealing": True, "components": 3},
        {"a": 1, "b": 2, "c": 3},
    ]
    told = [
        "components = 2 with ε = 0.1",
        "components = 3 without annealing",
        "with annealing and components = 3",
        "a = 1 with b = 2 and c = 3",
    ]
    assert [str(Cell(0, each)) for each in cells] == told


def test_one_table_serves_all_that_ask():
    found = sweep_of([100, 90, 97.5])[:-1]
    table = tabulate_sweep(found)
    assert tell_sweep(found, table=table) == tell_sweep(found) and needs_more(found, table) == needs_more(found) == [2]


def test_cells_are_named_where_that_is_short_and_else_counted():
    short = {k: Cell(k, {"components": k}) for k in range(6)}
    assert named(short, [1, 2]) == "at components = 1 and components = 2" and those(short, [1, 2, 3, 4, 5]) == "5 cells"
    long = {k: Cell(k, {"components": k, "variance regularisation": 0.001}) for k in range(6)}
    assert those(long, [1, 2, 3]) == "3 cells" and named(long, [1, 2, 3]) == "in 3 of 6 cells"
    assert named(long, [1]) == "at components = 1 with variance regularisation = 0.001", "one is always named"
