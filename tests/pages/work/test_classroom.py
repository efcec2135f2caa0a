"""What is arranged for a class is read as the browser wrote it, and nothing that stands in an address does harm."""

import re

import pytest
from hypothesis import given, settings as hypothesis_settings, strategies as st

from pages.work import classroom, links
from pages.work.player_files import ASSETS, STYLES

KEYS = [part.key for part in classroom.PARTS]
TABS = [part.key for part in classroom.PARTS if part.group == classroom.TABS and part.key != "tabs"]


@hypothesis_settings(max_examples=40)
@given(
    st.lists(st.sampled_from(KEYS), unique=True),
    st.booleans(),
    st.sampled_from(classroom.SPEEDS),
    st.booleans(),
    st.sampled_from(TABS),
    st.booleans(),
)
def test_any_arrangement_is_read_as_it_was_written(hidden, lock, speed, linger, tab, unsure):
    pace = f"{speed:g}{'l' * linger}"
    link = links.read(f"v=1&k=3&hide={','.join(hidden)}{'&lock=1' * lock}&pace={pace}&tab={tab}{'&unsure=1' * unsure}&at=4")
    assert link.remarks == () and link.values["components"] == 3 and link.iteration == 4
    assert set(link.arranged.hide) == set(hidden) and link.arranged.lock is lock
    assert link.arranged.told == {"hide": ",".join(key for key in KEYS if key in hidden), "pace": pace, "tab": tab, "unsure": unsure}


def test_a_link_that_arranges_nothing_leaves_all_as_usual():
    assert links.read("v=1&k=3").arranged == classroom.Arranged()


@pytest.mark.parametrize(
    "query, remark",
    [
        ("hide=speed,<script>", "The link hides '<script>'; this page has no such part."),
        ("hide=speed,x,y", "The link hides 'x' and 1 more; this page has no such part."),
        ("lock=yes", "The lock is 'yes' in the link; it needs 0 or 1, and the model is not locked."),
        ("pace=fast", "The pace is 'fast' in the link; it needs iterations a second, as in 2 or 2l, and is as usual here."),
        ("pace=999l", "The pace is '999l' in the link; it is 60 iterations a second here."),
        ("unsure=on", "The switch of uncertainty is 'on' in the link; it needs 0 or 1, and is off here."),
        ("tab=*", "The link opens the tab '*'; this page has none of that name."),
    ],
)
def test_what_cannot_be_arranged_is_left_out_and_it_is_said(query, remark):
    link = links.read(f"v=1&{query}")
    assert link.remarks == (remark,) and set(link.arranged.hide) <= {"speed"} and not link.arranged.lock
    assert link.arranged.pace in ("", "60l") and link.arranged.tab == ""


@pytest.mark.slow
@hypothesis_settings(max_examples=60)
@given(st.dictionaries(st.sampled_from(classroom.KEYS), st.text(max_size=80)))
def test_whatever_stands_in_an_address_arranges_what_there_is(parts):
    remarks = []
    arranged = classroom.read(parts, remarks)
    assert set(arranged.hide) <= set(KEYS) and arranged.tab in ("", *TABS) and all(len(remark) < 200 for remark in remarks)
    assert arranged.pace == "" or float(arranged.pace.removesuffix("l")) in classroom.SPEEDS


def test_each_part_is_listed_once_and_the_style_sheets_know_no_others():
    assert len(set(KEYS)) == len(KEYS) and all(re.fullmatch("[a-z]+", key) for key in KEYS)
    styles = "\n".join((ASSETS / name).read_text("utf-8") for name in STYLES)
    assert set(re.findall(r'data-hide~="?(\w+)', styles)) <= set(KEYS)


def test_the_speeds_are_those_of_the_player():
    assert classroom.SPEEDS[0] == 0.5 and len(classroom.SPEEDS) > 5 and list(classroom.SPEEDS) == sorted(classroom.SPEEDS)
