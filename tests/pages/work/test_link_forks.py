"""Edits by hand in a link: what is written is read again, and nothing that stands there does harm."""

from urllib.parse import parse_qs

import numpy as np
import pytest
from hypothesis import given, settings as hypothesis_settings, strategies as st

from mixes import Edit
from pages.work import links
from pages.work.hands import growth
from pages.work.lookup import table, usual
from pages.work.settings import MOST_COMPONENTS

NUMBERS = st.floats(-1e6, 1e6, allow_nan=False).map(lambda number: round(number, 4))
PLACES = st.one_of(
    st.tuples(NUMBERS, NUMBERS, st.sampled_from([(), (1, 0), (2, 5), "pc"])), st.tuples(NUMBERS, st.sampled_from([(), (3,), "pc"]))
)


@st.composite
def histories(draw):
    """How many components there are at first, and (iteration, edit or None, update rate) of each fork."""
    clusters = first = draw(st.integers(1, 5))
    forks = []
    for _ in range(draw(st.integers(1, 4))):
        j = draw(st.integers(0, clusters - 1))
        kinds = ["move", "reshape", "pin", "free", None, *["split"] * (clusters < MOST_COMPONENTS), *["delete", "merge"] * (clusters > 1)]
        kind = draw(st.sampled_from(kinds))
        if kind == "move":
            *place, axes = draw(PLACES)
            edit = Edit(kind, j, numbers=tuple(place), axes=axes)
        elif kind == "reshape":
            edit = Edit(kind, j, numbers=(draw(st.integers(1, 90)) / 7, 0.1, -0.2, 1.5))
        else:
            edit = kind and Edit(kind, j, (j + 1) % clusters if kind == "merge" else None)
        forks.append((draw(st.integers(0 if edit else 1, 5000)), edit, draw(st.sampled_from([0.05, 0.5, 0.95]))))
        clusters += growth(edit) if edit else 0
    return first, forks


@hypothesis_settings(max_examples=60, deadline=None)
@given(histories(), st.sampled_from(["GMM", "SkewGMM", "DGMM", "GMN"]))
def test_edits_are_read_as_they_were_written(history, model):
    clusters, forks = history
    size = "size_1" if model in ("DGMM", "GMN") else "components"
    stages = [usual(table().values()) | {"model": model, size: clusters}]
    for _, edit, rate in forks:
        clusters += growth(edit) if edit else 0
        stages.append(stages[-1] | {"rate": rate, size: clusters})
    edits = ["" if edit is None else str(edit) for _, edit, _ in forks]
    query = links.write(stages, [iteration for iteration, _, _ in forks], edits=edits)
    link = links.read(query)
    assert link.remarks == () and link.edits == tuple(edits) and link.forks == tuple(iteration for iteration, _, _ in forks)
    read = [link.values | stage for stage in link.stages]
    assert [(stage[size], stage["rate"]) for stage in read] == [(stage[size], stage["rate"]) for stage in stages]
    assert link.values[size] == clusters, "the form says what the model is at the end"
    assert links.write(read, link.forks, edits=link.edits) == query


def test_an_edit_stands_in_the_link_as_it_is_written_down():
    stages = [usual(table().values())] + [usual(table().values()) | {"regularisation": 0.01}] * 2
    query = links.write(stages, [20, 35], edits=["", "d2@1.4(4.25,79.5)"])
    assert query == "v=1&f=20:e.0.01;35:d2@1.4(4.25,79.5)" and parse_qs(query)["f"] == ["20:e.0.01;35:d2@1.4(4.25,79.5)"]


@pytest.mark.parametrize(
    "entry, why",
    [
        ("3:d9(1,2)", "There are 2 components."),
        ("3:m1.7", "There are 2 components."),
        ("3:d1(1e300,2)", "It goes too far to be seen."),
        ("3:d1(1e999,2)", "edit is 'd1(1e999,2)': numbers"),
        ("3:d1(nan,2)", "edit is 'd1(nan,2)': it needs a text such as d2(4.25,79.5), s2 or m1.3."),
        ("3:t1(0,0,0,0)", "edit is 't1(0,0,0,0)': numbers is"),
        ("3:m1.1", "edit is 'm1.1': other is 0"),
        ("3:p1 ", "edit is 'p1 ': it needs a text"),
        ("3:d1((1,2))", "edit is 'd1((1,2))': it needs"),
        ("3:s1,s2", "There is one edit at a time."),
        (f"3:d1({'1' * 500},2)", "It is too long."),
        ("3:x1;4:x1", "A model has 1 to 20 components."),
        ("3:s1&i=saved", "The link does not say how many components there are."),
        ("3:s1&m=dgmm", "The link does not say how many components there are."),
    ],
)
def test_an_edit_that_makes_no_sense_is_left_out_and_it_is_said(entry, why):
    link = links.read(f"f={entry}")
    assert any(f"of the link was left out: {why}" in remark for remark in link.remarks), link.remarks
    assert len(link.forks) == entry.count(";") and len(" ".join(link.remarks)) < 1000


@pytest.mark.parametrize("entry", ["99999:s1", "-1:s1", "x:s1", ":s1", "0:u.0.5"])
def test_an_edit_is_at_an_iteration_there_can_be(entry):
    link = links.read(f"f={entry}")
    assert link.forks == () and "there is no such iteration" in link.remarks[0]


@hypothesis_settings(max_examples=150, deadline=None)
@given(st.text(alphabet="dtbsmxpf0123456789.,;:()@-+e&=u ", max_size=60))
def test_whatever_stands_there_is_read(text):
    link = links.read(f"v=1&k=3&f={text}")
    assert len(link.forks) == len(link.edits) == len(link.stages) - 1
    for stage in link.stages:
        assert 1 <= stage.get("components", 3) <= MOST_COMPONENTS
    for edit in filter(None, link.edits):
        assert str(Edit.read(edit)) == edit and np.abs(Edit.read(edit).numbers or 0).max() <= 1e9
