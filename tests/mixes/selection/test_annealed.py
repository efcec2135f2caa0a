"""What is said of an annealed run is what the run did."""

import re

import numpy as np
import pytest

from mixes import GMM, datasets
from mixes.selection import tell_annealing
from mixes.selection.annealed import groups

X = datasets.generate("blobs", 100, 0.2, random_state=0).X


def annealed(steps=None, **changed):
    """An annealed run, to its end or for some steps."""
    settings = {"use_annealing": True, "annealing_start_v": 0.1, "init": "random", "random_state": 0, "max_iter": 60}
    run = GMM(4, **settings | changed).start(X)
    while not run.finished and (steps is None or run.state.iteration < steps):
        run.step()
    return run


def test_a_run_to_its_end_is_told_with_where_v_comes_to_one():
    run = annealed(stopping_criterion=None)
    v = [state.inverse_temperature for state in run.trace]
    plain = int(re.search(r"^v rises from 0\.1 to 1 at iteration (\d+)\.", tell_annealing(run))[1])
    assert v[plain] == 1 > v[plain - 1]
    ends = f"At the end, where 60 iterations are done, the log-likelihood is {run.trace[-1].log_likelihood:.2f}."
    assert tell_annealing(run).endswith(ends) and "the stopping rule holds" in tell_annealing(annealed())


def test_a_run_that_is_under_way_and_one_that_has_not_begun_are_told_as_far_as_they_are():
    run = annealed(steps=3)
    assert tell_annealing(run).startswith(f"v has risen to {run.trace[-1].inverse_temperature:.2f} so far.")
    assert "All components are one so far." in tell_annealing(annealed(steps=0))


def test_free_shapes_are_told():
    assert ", with free shapes. " in tell_annealing(annealed(steps=2, annealing_shapes="free"))


def test_partings_are_told_as_they_are_in_the_trace():
    run = annealed()
    counts = [groups(state.parameters.means, X) for state in run.trace[1:]]
    lowest = counts.index(min(counts))
    more = [t for t in range(lowest, len(counts)) if counts[t] > max(counts[lowest:t], default=counts[lowest])]
    told = re.search(r"drawn together, to (?:one|(\d+) that lie apart)(?:; then (.*?))?\.(?= At)", tell_annealing(run))
    assert int(told[1] or 1) == min(counts) < max(counts) == 4
    assert told[2].split(", ") == [f"{counts[t]} from v = {run.trace[t + 1].inverse_temperature:.2f}" for t in more]


@pytest.mark.parametrize("means, count", [([[0, 0]] * 3, 1), ([[0, 0], [0.05, 0], [5, 0]], 2), ([[0, 0], [0, 0.2], [0.2, 0]], 3)])
def test_components_are_apart_by_a_tenth_of_a_deviation(means, count):
    rows = np.random.default_rng(0).normal(size=(50, 2))
    rows /= rows.std(axis=0)
    means = np.array(means, dtype=float)
    assert groups(means, rows) == groups(means * [1, 1000], rows * [1, 1000]) == count, "whatever the units"
    assert groups(means * [1, 0], np.c_[rows[:, 0], np.ones(50)]) == groups(means[:, :1], rows[:, :1]), "a constant tells nothing apart"
