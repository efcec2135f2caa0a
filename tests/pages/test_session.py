"""What a session keeps, and what may happen to it."""

from pathlib import Path
from types import SimpleNamespace

import pages.session
from pages.session import Session

PAGES = Path(pages.session.__file__).parent


def run(id, iterations, over=True):
    return SimpleNamespace(id=id, forked_at=0, run=SimpleNamespace(trace=[0] * (iterations + 1)), newest=iterations, over=over)


def comparison(id, *runs):
    lanes = [SimpleNamespace(experiment=each, newest=each.newest, over=each.over) for each in runs]
    return SimpleNamespace(id=id, lanes=lanes, newest=max(each.newest for each in runs))


def test_what_a_session_keeps_is_touched_in_two_files_only():
    files = [file for file in PAGES.rglob("*.py") if "st.session_state" in file.read_text("utf-8")]
    assert sorted(file.name for file in files) == ["kept.py", "session.py"]


def test_a_run_that_is_opened_is_the_present_one_and_the_one_before_stays_known():
    own = Session()
    first, second = run("r1", 3), run("r2", 0)
    for each in (first, second, second):
        own.open_run(each)
    assert (own.run, own.before, own.earlier_runs) == (second, first, [first])
    own.open_run(first)
    assert (own.run, own.before, own.runs) == (first, second, [first, second])
    assert own.earlier_runs == [], "the second has learned nothing"


def test_of_many_runs_the_last_eight_are_kept_and_of_those_that_learned_nothing_none():
    own = Session()
    made = [run(f"r{number}", number % 3) for number in range(20)]
    for each in made:
        own.open_run(each)
    assert own.runs == [each for each in made[:-1] if each.newest][-7:] + made[-1:]
    assert [own.newest(each.id) for each in made[-3:]] == [each.newest for each in made[-3:]] and own.newest("r1") is None


def test_a_comparison_stands_where_that_before_stood_if_nothing_has_to_be_computed():
    for newest, over, place in [(5, False, 4), (2, True, 4), (2, False, None)]:
        own = Session()
        own.open_comparison(comparison("c1", run("r1", 5), run("r2", 5)))
        own.places["c1"] = 4
        own.open_comparison(comparison("c2", run("r1", 5), run("r3", newest, over=over)))
        assert own.places.get("c2") == place and own.newest("c2") == 5 and own.newest("c1") is None


def test_a_run_of_a_comparison_opens_where_it_is_shown_and_stands():
    own, shown = Session(), run("r2", 3)
    own.open_run(run("r1", 1))
    own.open_comparison(comparison("c1", own.run, shown))
    own.places["c1"] = 7
    own.open_from_comparison(1)
    assert (own.run, own.before.id, own.place(shown), own.plays, own.leaves) == (shown, "r1", 3, False, True)


def test_names_are_never_given_twice():
    one, other = Session(), Session()
    names = [own.next_id(letter) for own in (one, other) for letter in "rcr"]
    assert len(set(names)) == 6 and names[0] == f"r1.{one.name}"
