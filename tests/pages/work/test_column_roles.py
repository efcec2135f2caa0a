"""What columns are used for, as a text in a link."""

import pytest
from hypothesis import given, strategies as st

from pages.work import columns
from pages.work.checks import Nonsense

ROLES = st.dictionaries(st.text(max_size=5), st.sampled_from(["feature", "left out"]), min_size=1, max_size=30)


@given(ROLES, st.integers(0, 30))
def test_roles_are_read_as_they_were_written_and_are_those_of_one_table_alone(roles, at):
    names = list(roles)
    if at < len(names):
        roles[names[at]] = "class"
    told = columns.written(roles)
    assert columns.roles_of(columns.Text().check(told, "columns"), names) == roles
    assert columns.roles_of(told, [*names, "one more"]) is None and columns.roles_of("", names) is None


def test_many_columns_take_little_room():
    roles = {f"column {i}": "feature" if i < 500 else "left out" for i in range(5000)}
    assert columns.written(roles) == f"{columns.word_of(roles)}_500f4500o"


@pytest.mark.parametrize("text", ["f", "3fa2b1_", "3fa2b1_2x", "3fa2b1_f ", "3fa2b1_-1f", "3fa2b1_" + "fo" * 5000, 7])
def test_what_is_no_such_text_is_said(text):
    with pytest.raises(Nonsense, match="columns"):
        columns.Text().check(text, "columns")


def test_of_two_classes_or_as_many_columns_as_there_are_not_nothing_is_taken():
    word = columns.word_of("ab")
    assert columns.roles_of(f"{word}_fc", ["a", "b"]) == {"a": "feature", "b": "class"}
    for runs in ("2c", "f", "3f", "9999999f"):
        assert columns.roles_of(f"{word}_{runs}", ["a", "b"]) is None
