"""The vocabulary of conditions, and what texts of lessons take for a fact."""

import pytest

from pages.work.checks import Nonsense
from pages.work.conditions import Expression
from pages.work.lessons import read


def test_a_part_of_a_tuple_is_read_as_python_writes_it_and_one_that_is_not_there_is_none():
    means = ((2.5, 70.0), (4.0, 80.0))
    assert Expression("means[1][0] - means[0][0]", {"means"})({"means": means}) == 1.5
    assert Expression("means[2][0]", {"means"})({"means": means}) is None
    assert Expression("means[0]", {"means"})({}) is None
    assert not Expression("means[2][0] > 1", {"means"})({"means": means})
    for text in ("means[-1]", "means[0:1]", "means[k]", "means['a']", "means.T"):
        with pytest.raises(Nonsense):
            Expression(text, {"means", "k"})


def test_braces_of_a_formula_stay_and_a_fact_beside_it_is_told():
    text = r"""+++
title = "A"
minutes = 5
goal = "B"
+++
+++
id = "a"
setup = "k=2"
task = "Play."
done = "ended"
+++
$r = \frac{\pi_1 N_{1}}{p}$ is {certainty:.2f}, and $$x_{ij}$$ has no {k}.
"""
    [step] = read("a", text).steps
    assert step.told({"certainty": 0.5, "k": 2}) == r"$r = \frac{\pi_1 N_{1}}{p}$ is 0.50, and $$x_{ij}$$ has no 2."
    with pytest.raises(Nonsense, match="nothing_known"):
        read("a", text.replace("{k}", "{nothing_known}"))
