"""The answer of each guess of a lesson is what turns out: it is found by computing, among the options."""

from math import factorial, prod

import numpy as np
import pytest

from mixes import GMM, GaussianParameters
from pages.work.lessons import lessons
from tests.opened import facts_of, opened

LINES, UNEQUAL, MOONS = "d=g_overlapping_500_0.3_0", "d=g_unequal-sizes_500_0.3_0", "d=g_moons_500_0.3_0"
PINWHEEL, CLOUDS = "d=g_pinwheel_500_0.3_0&k=5&i=random&s=0", "d=g_skewed-clouds_500_0.3_0&m=skewgmm&k=3&i=kmeans"
FEW, DEEP = "d=g_blobs_50_0.3_0&k=6&i=random&s=2", "d=g_deep-mixture_500_0.05_0&L=2x2,3x1&i=kmeans"
GUESSES = {f"{name}.{step.id}": step.guess for name, lesson in lessons().items() for step in lesson.steps if step.guess}


def fact(name, query, looked=None):
    return facts_of(query, looked)[name]


def end(query):
    """The log-likelihood at the end."""
    return fact("log_likelihood", f"{query}&at=end")


def bic(query, *sizes):
    """The number among the options of the size with the lowest BIC."""
    return int(np.argmin([fact("bic", f"{query}&k={k}&at=end") for k in sizes]))


def nearest(value, *options):
    return int(np.argmin(np.abs(np.array(options) - value)))


def compared(after, before, closely=0.0):
    """0 for lower, 1 for about equal, 2 for higher."""
    return 1 if abs(after - before) <= closely else 2 * (after > before)


def trace_of(query):
    return opened(f"{query}&at=end")[0].run.trace


def crossing():
    """The mean of the largest responsibilities of the rows nearest to where three lines cross."""
    experiment, _ = opened(f"{LINES}&k=3&i=random&s=1&at=end")
    run = experiment.run
    nearest_rows = np.argsort(((run.X - run.state.parameters.means.mean(axis=0)) ** 2).sum(axis=1))[:10]
    return run.responsibilities(run.X[nearest_rows]).max(axis=1).mean()


def lines_found():
    """How many of three lines have a component of their own."""
    experiment, _ = opened(f"{LINES}&k=3&i=random&s=0&at=end")
    labels, found = experiment.dataset.labels, experiment.run.responsibilities().argmax(axis=1)
    both = lambda line, j: ((labels == line) & (found == j)).sum() / ((labels == line) | (found == j)).sum()
    return sum(max(both(line, j) for j in range(3)) > 0.5 for line in np.unique(labels))


def climbs_then_falls(values, best):
    """0: it climbs to its end, 1: climbs and falls, 2: falls."""
    return 2 if best == 0 else 0 if best == len(values) - 1 else 1


def shrinking():
    """Log-likelihoods with a component on one row, each ten thousand times smaller in area than the one before."""
    X = opened(f"{FEW}&e=0&at=0")[0].run.X
    whole = np.cov(X.T)
    for width in (1e-6, 1e-10, 1e-14):
        parts = GaussianParameters([0.5, 0.5], [X.mean(axis=0), X[0]], [whole, width * whole])
        yield GMM.from_parameters(parts).score_samples(X).sum()


def new_rows_gain():
    """What rows of the same crowds that were not fitted gain, on average, by a floor under the variances."""
    found = [opened(f"{FEW.replace('_50_', '_100_')}&h=0.5&e={e}&at=end")[0].run.state for e in (0, 0.001)]
    return found[1].log_likelihood_validation - found[0].log_likelihood_validation


def densest():
    """Where between location (0) and mean (1) the density of each leaning component is highest."""
    experiment, _ = opened(f"{CLOUDS.replace('_500_', '_2000_')}&at=end")
    parameters, t = experiment.run.state.parameters, np.linspace(-1, 2, 301)
    for j, (start, mean) in enumerate(zip(parameters.locations, parameters.means)):
        alone = parameters.without(0 if j else 1).without(0 if j == 2 else 1)
        yield t[experiment.run.model.from_parameters(alone).score_samples(start + t[:, None] * (mean - start)).argmax()]


def of_the_jump():
    """0: the largest gain comes at once, 1: after ten small ones and no fall, 2: after a fall."""
    gains = np.diff(trace_of(f"{FEW}&e=0").log_likelihood)
    at = gains.argmax()
    return 2 if (gains[:at] < 0).any() else int(at > 10 and gains[at] > 10 * np.median(gains[at - 10 : at]))


def one_in_five():
    """How likely one of five starts is better than the poor optimum, by sixteen of them."""
    better = np.mean([end(f"{UNEQUAL}&k=4&i=random&s={s}") > -900 for s in range(16)])
    return 1 - (1 - better) ** 5


def the_shown_of_five():
    """0: the highest of five starts, 1: a lower one without degenerate components."""
    run = opened("d=iris&k=3&i=random&s=0&ni=5&at=end")[0].run
    highest = max(start["objective"] for start in run.restarts)
    return 0 if run.state.objective > highest - 1 else 1 if "degenerate component" not in {e.kind for e in run.state.events} else None


def of_held_out():
    experiment, _ = opened("k=10&i=random&s=0&h=0.5&at=end")
    return experiment.run.trace.log_likelihood_validation, fact("held_out_best", "k=10&i=random&s=0&h=0.5&at=end")


def of_free_lines():
    """The inverse temperature at which annealed lines appear."""
    query = f"{LINES}&k=3&i=random&s=0&a=0.1&sh=free"
    return fact("temperature", f"{query}&at={fact('steepest', f'{query}&at=end')}")


def of_shapes():
    """0: three leaning components need more numbers than six ellipses; 1: fewer, for a worse BIC; 2: for a better one."""
    leaning = facts_of("d=g_skewed-clouds_2000_0.3_0&m=skewgmm&k=3&i=kmeans&at=end")
    ellipses = facts_of("d=g_skewed-clouds_2000_0.3_0&k=6&i=kmeans&at=end")
    return 0 if leaning["parameters"] >= ellipses["parameters"] else 1 + (leaning["bic"] < ellipses["bic"])


def of_a_path():
    """0: its weight is the product, 1: nearly, 2: not at all."""
    found = facts_of(f"{DEEP}&m=gmn&at=end", {"focus": {"layer": 1, "node": 0, "from": 0}})
    apart = abs(found["path_weight"] / (found["group_weight"] * found["part_weight"]) - 1)
    return 0 if apart < 1e-3 else 1 if apart < 0.1 else 2


ANSWERS = {
    "mixtures.one": lambda: nearest(fact("near", "k=1&i=random&s=0&at=end")[0], 100, 40, 5),
    "mixtures.two": lambda: 2 - compared(max(fact("correlations", "k=2&i=random&s=0&at=end")), 0.9, 0.05),
    "mixtures.shared": lambda: nearest(fact("unsure", "k=2&i=random&s=0&at=end"), 60, 15, 1),
    "mixtures.far": lambda: nearest(fact("picked_certainty", "k=2&i=random&s=0&at=end", {"point": 148}), 0.5, 0.8, 0.9999),
    "mixtures.soft": lambda: nearest(crossing(), 1, 1 / 3),
    "em.e": lambda: 0 if fact("means", "k=2&s=0&at=1E") == fact("means", "k=2&s=0&at=0") else 2,
    "em.m": lambda: [0, None, 1][1 + int(np.sign(np.subtract(fact("means", "k=2&s=0&at=1"), fact("means", "k=2&s=0&at=0"))[1]).mean())],
    "em.up": lambda: min(fact("fell", "k=2&s=0&at=end"), 1),
    "em.steepest": lambda: [2, 8, 14].index(fact("steepest", "k=2&s=0&at=end")),
    "em.rate": lambda: nearest(fact("iteration", "k=2&s=0&u=0.5&at=end") / fact("iteration", "k=2&s=0&at=end"), 0.5, 2, 10),
    "em.twins": lambda: 2 if fact("converged", "k=2&s=0&f=0:d2(3.5,66)&at=end") and end("k=2&s=0&f=0:d2(3.5,66)") < -544.9 else 0,
    "em.saddle": lambda: compared(end("k=2&s=2"), fact("log_likelihood", "k=2&s=2&at=3"), 0.1) // 2,
    "starts.stuck": lambda: [0, 1, 3].index(lines_found()),
    "starts.again": lambda: nearest(sum(end(f"{LINES}&k=3&i=random&s={s}") > -1017 for s in range(16)), 1, 10, 16),
    "starts.kmeans": lambda: 1 if end(f"{UNEQUAL}&k=4&i=kmeans&s=0") < end(f"{UNEQUAL}&k=4&i=random&s=0") - 1 else 2,
    "starts.by_hand": lambda: compared(end(f"{UNEQUAL}&k=4&i=kmeans&s=0&f=10:d1(0.3,0.39)"), end(f"{UNEQUAL}&k=4&i=kmeans&s=0"), 0.1) // 2,
    "starts.several": lambda: 2 if (chance := one_in_five()) == 1 else int(chance > 0.5),
    "how_many.three": lambda: 1 if fact("bic", "k=3&i=kmeans&at=end") > fact("bic", "k=2&i=kmeans&at=end") else 0,
    "how_many.five": lambda: 2 - compared(end("k=5&i=kmeans"), end("k=4&i=kmeans"), 0.1),
    "how_many.bic": lambda: bic("i=kmeans", 2, 3, 4),
    "how_many.unseen": lambda: climbs_then_falls(*of_held_out()),
    "how_many.stop": lambda: nearest(of_held_out()[1] / len(of_held_out()[0]), 0.1, 0.5, 1),
    "how_many.bricks": lambda: bic(f"{MOONS}&i=kmeans", 2, 4, 6),
    "collapse.runaway": lambda: 2 if np.allclose(np.diff(list(shrinking())), np.log(1e4), rtol=1e-3) else 1,
    "collapse.jump": of_the_jump,
    "collapse.floor": lambda: 0 if end(f"{FEW}&e=0.001") > end(f"{FEW}&e=0") else 1 + (new_rows_gain() > 0),
    "collapse.spurious": lambda: 2 if fact("ari", "d=iris&k=3&s=0&st=3&at=end") < fact("ari", "d=iris&k=3&s=0&at=end") - 0.2 else 1,
    "collapse.several": the_shown_of_five,
    "collapse.blur": lambda: [fact("ari", f"d=iris&k=3&s=0&ni=5&e={e}&at=end") < 0.8 for e in (0.001, 0.01, 0.05)].index(True),
    "annealing.soft": lambda: [0, 2, 1][compared(*(fact("certainty", f"{LINES}&k=3&s=0{a}&at=1E") for a in ("&a=0.1", "")), 0.01)],
    "annealing.lines": lambda: nearest(end(f"{LINES}&k=3&i=random&s=0&a=0.1"), -1347, -1200, -1016.3),
    "annealing.free": lambda: nearest(of_free_lines(), 0.3, 0.6, 0.95),
    "annealing.means": lambda: 2 - compared(end(f"{PINWHEEL}&a=0.1&sh=free"), end(PINWHEEL), 1),
    "annealing.held": lambda: compared(end(f"{PINWHEEL}&a=0.1"), end(PINWHEEL), 1),
    "annealing.worse": lambda: 2 - compared(end("d=iris&k=3&s=0&a=0.1"), end("d=iris&k=3&s=0"), 1),
    "skewness.ellipses": lambda: min(bic("d=g_skewed-clouds_2000_0.3_0&i=kmeans", 3, 4, 5, 6), 2),
    "skewness.skew": of_shapes,
    "skewness.densest": lambda: 1 if all(0 < t < 1 for t in densest()) else 0,
    "skewness.freedom": lambda: 2 - compared(end(f"{CLOUDS}&sk=full"), end(CLOUDS), 0.1),
    "skewness.geyser": lambda: compared(fact("bic", "m=skewgmm&k=2&i=kmeans&at=end"), fact("bic", "k=2&i=kmeans&at=end"), 1),
    "deep.flat": lambda: int(end("d=g_deep-mixture_500_0.05_0&k=6&i=kmeans") > end("d=g_deep-mixture_500_0.05_0&k=2&i=kmeans") + 100),
    "deep.paths": lambda: [5, 6, 8].index(prod(fact("sizes", f"{DEEP}&m=dgmm&at=0"))),
    "deep.part": lambda: nearest(fact("node_weight", f"{DEEP}&m=dgmm&at=60", {"focus": {"layer": 1, "node": 0}}), 1 / 6, 1 / 3, 1 / 2),
    "deep.network": lambda: nearest(end(f"{DEEP}&m=gmn") - fact("log_likelihood", f"{DEEP}&m=dgmm&at=100"), 0.5, 10, 100),
    "deep.link": of_a_path,
    "deep.digits": lambda: [7615, 21449, 214499].index(fact("parameters", "d=digits&m=dgmm&L=10x10,5x6,2x2&i=kmeans&at=0")),
    "names.swapped": lambda: compared(end("k=2&i=random&s=4"), end("k=2&i=random&s=3"), 0.01),
    "names.ways": lambda: [1, 3, 6].index(factorial(3)),
    "names.classes": lambda: compared(*(fact("ari", f"d=iris&k=3&i=kmeans&s={s}&at=end") for s in (1, 0)), 0.01),
}


def test_each_guess_has_an_answer_that_is_computed():
    assert ANSWERS.keys() == GUESSES.keys()


@pytest.mark.slow
@pytest.mark.parametrize("link", ANSWERS)
def test_the_answer_is_what_turns_out(link):
    assert GUESSES[link].options[ANSWERS[link]()] == GUESSES[link].answer
