"""Sentences on starts and sweeps: their counts, shares and p-values can be worked out by hand."""

import numpy as np
import pytest
from scipy.stats import binom, norm

from mixes.selection import Cell, Score, common_optima, measured, needs_more, pairs, tell_restarts, tell_sweep
from tests.starts import failed, start, starts

PLAIN, ANNEALED = Cell(0, {"annealing": False}), Cell(1, {"annealing": True})


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
    assert said.startswith("2 of 6 starts found the best of 4 optima")
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
    values, errors, leading = measured(None, scores, "held-out log-likelihood")
    own = np.array([score.score for score in scores]).reshape(5, 3)
    assert values == pytest.approx(dict(enumerate(own.mean(axis=0))))
    assert errors[1] == pytest.approx(own[:, 1].std(ddof=1) * np.sqrt(1 / 5 + 20 / 80))  # Nadeau and Bengio
    assert 0 not in leading and set(leading) == {1, 2}
    said = tell_sweep(found, scores, "held-out log-likelihood")
    assert "5 splits" in said and "the splits do not tell components = " in said
    assert said.startswith("The held-out log-likelihood is highest at components = 2 (")
    few = tell_sweep(found, scores[:6], "held-out log-likelihood")
    assert few == "2 splits are too few to tell a difference of the held-out log-likelihood from noise."
    assert "No cell has a value of the held-out log-likelihood yet." in tell_sweep(found, (), "held-out log-likelihood")
