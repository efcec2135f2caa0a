"""States of runs that must be the same."""

from dataclasses import fields

import numpy as np

from mixes import State


def assert_same_state(a, b):
    """Equal bit for bit."""
    for name in ("weights", "means", "covariances"):
        np.testing.assert_array_equal(getattr(a.parameters, name), getattr(b.parameters, name))
    for name in (field.name for field in fields(State) if field.name != "parameters"):
        assert getattr(a, name) == getattr(b, name), name
