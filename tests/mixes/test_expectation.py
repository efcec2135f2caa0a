"""Probabilities from log values."""

import numpy as np
import pytest
from scipy.special import logsumexp, softmax

from mixes.expectation import normalise


@pytest.mark.parametrize("level", [0.0, 250.0, -250.0, 2000.0, -2000.0, -1e200])
def test_log_values_of_any_size_become_probabilities(level):
    log_values = level + np.random.default_rng(0).normal(scale=100, size=(4, 50))
    normalised = log_values.copy()
    np.testing.assert_allclose(normalise(normalised), logsumexp(log_values, axis=0), rtol=1e-14)
    np.testing.assert_allclose(normalised, softmax(log_values, axis=0), rtol=1e-11, atol=1e-100)


def test_columns_that_nothing_explains_have_no_probability_and_leave_the_others():
    log_values = np.array([[-1.0, -np.inf, -np.inf], [-2.0, -3.0, -np.inf]])
    normalised = log_values.copy()
    np.testing.assert_allclose(normalise(normalised), logsumexp(log_values, axis=0))
    np.testing.assert_allclose(normalised[:, :2], softmax(log_values[:, :2], axis=0))
    assert np.isnan(normalised[:, 2]).all()


def test_columns_that_are_treated_alike_do_not_depend_on_each_other():
    log_values = np.random.default_rng(0).normal(-20, 5, size=(3, 40))
    beside = np.concatenate([log_values, np.full((3, 1), -2000.0)], axis=1)
    alone = log_values.copy()
    np.testing.assert_array_equal(normalise(alone, alike=True), normalise(beside, alike=True)[:-1])
    np.testing.assert_array_equal(alone, beside[:, :-1])
