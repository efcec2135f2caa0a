"""What the annealing lab says is what the run did."""

import re

import numpy as np
import pytest

from pages.work import experiment as experiments
from pages.work.tuning_told import _apart, annealed
from tests.pages.work.tuned import settings, tuned


def lab(steps=None, **changed):
    """An annealed run, to its end or for some steps."""
    of = tuned(settings(components=3, annealing=True, start_v=0.1, **changed))
    experiment = experiments.begin("r1", of.dataset, of.plan.base)
    while not experiment.end and (steps is None or experiment.newest < steps):
        experiment.step()
    return experiment


def test_a_run_to_its_end_is_told_with_where_v_comes_to_one():
    experiment = lab(max_iter=60, stop=False)
    v = [state.inverse_temperature for state in experiment.run.trace]
    plain = int(re.search(r"^v rises from 0\.1 to 1 at iteration (\d+)\.", annealed(experiment))[1])
    assert v[plain] == 1 > v[plain - 1]
    last = experiment.run.trace[-1]
    assert annealed(experiment).endswith(f"At the end, where 60 iterations are done, the log-likelihood is {last.log_likelihood:.2f}.")


def test_a_run_that_is_under_way_and_one_that_has_not_begun_are_told_as_far_as_they_are():
    experiment = lab(steps=3, max_iter=60)
    assert annealed(experiment).startswith(f"v has risen to {experiment.run.trace[-1].inverse_temperature:.2f} so far.")
    assert "All components are one so far." in annealed(lab(steps=0))


def test_free_shapes_are_told():
    assert ", with free shapes. " in annealed(lab(steps=2, shapes="free"))


@pytest.mark.parametrize("means, groups", [([[0, 0]] * 3, 1), ([[0, 0], [0.05, 0], [5, 0]], 2), ([[0, 0], [0, 0.2], [0.2, 0]], 3)])
def test_components_are_apart_by_a_tenth_of_a_deviation(means, groups):
    X = np.random.default_rng(0).normal(size=(50, 2))
    X /= X.std(axis=0)
    assert _apart(np.array(means, dtype=float), X) == groups
    assert _apart(np.array(means, dtype=float) * [1, 1000], X * [1, 1000]) == groups, "whatever the units"
    assert _apart(np.array(means, dtype=float), np.c_[X[:, 0], np.ones(50)]) <= 3, "a constant feature does no harm"
