"""Every lesson: what is asked is not done before, is done after, and each number that is told is computed anew."""

import re

import numpy as np
import pytest

from pages.work import facts
from pages.work.lessons import SHOWN, lessons
from pages.work.taken import Taken
from tests.opened import facts_of, opened

STEPS = [
    pytest.param(lesson, number, id=f"{name}-{step.id}") for name, lesson in lessons().items() for number, step in enumerate(lesson.steps)
]
MOST_WORDS = 80
NUMBER = re.compile(r"(?<![\w.])[−-]?\d+(?:,\d{3})*(?:\.\d+)?(?:e[−-]?\d+)?")


def at(query, looked=None, **of_step):
    return facts_of(query, looked) | {"runs": 1, "forked": False, "guessed": "", "best": facts_of(query)["log_likelihood"]} | of_step


def solved(lesson, number):
    step = lesson.steps[number]
    answer = step.guess.answer if step.guess else ""
    return at(lesson.ends(number), step.acts, runs=2, guessed=answer)


@pytest.mark.slow
@pytest.mark.parametrize(("lesson", "number"), STEPS)
def test_a_step_is_not_done_where_it_begins_and_is_done_where_its_task_leads(lesson, number):
    step = lesson.steps[number]
    assert not step.done(at(lesson.begins(number)))
    assert step.done(solved(lesson, number))


@pytest.mark.slow
@pytest.mark.parametrize(("lesson", "number"), STEPS)
def test_each_number_that_a_step_tells_is_computed_anew(lesson, number):
    step = lesson.steps[number]
    told = step.told(solved(lesson, number))
    assert "–" not in told and len(told.split()) <= MOST_WORDS
    for stated in step.stated:
        digits = len(stated.number.partition(".")[2])
        computed = sum(stated.fact(facts_of(link)) for link in stated.links)
        assert f"{computed:,.{digits}f}".replace("-", "−") == stated.number
    asked = f"{step.task} {step.guess.ask} {' '.join(step.guess.options)}" if step.guess else step.task
    known = {stated.number for stated in step.stated} | set(NUMBER.findall(asked))
    bare = SHOWN.sub(lambda found: "" if found[1] else found[0], step.text)
    assert not [number for number in NUMBER.findall(bare) if number not in known and not re.fullmatch(r"\d", number)]


def test_where_a_setting_is_holds_on_a_phone_too_where_nothing_is_on_the_left():
    assert not [
        step.id for lesson in lessons().values() for step in lesson.steps if "on the left" in f"{step.task} {step.guess} {step.text}"
    ]


def test_a_lesson_takes_five_to_ten_minutes_and_each_step_asks_before_it_tells():
    for lesson in lessons().values():
        assert 5 <= lesson.minutes <= 10 and lesson.goal and len(lesson.steps) >= 3
        assert all(step.guess or step.acts for step in lesson.steps)


@pytest.mark.parametrize("query", ["k=2&s=0", "m=skewgmm&k=2&i=kmeans"])
def test_the_bound_touches_the_log_likelihood_at_an_e_half_step_and_is_between_its_old_and_new_value_after_the_m(query):
    for iteration in (1, 4):
        touching, raised = facts_of(f"{query}&at={iteration}E"), facts_of(f"{query}&at={iteration}")
        assert touching["bound"] == pytest.approx(touching["log_likelihood"], abs=1e-9)
        assert touching["log_likelihood"] < raised["bound"] < raised["log_likelihood"]


def test_a_component_that_was_taken_in_hand_is_known_from_there_on():
    before, now = facts_of("k=2&s=0&f=3:d1(3,60)&at=2"), facts_of("k=2&s=0&f=3:d1(3,60)&at=5")
    assert (before["edited"], before["log_likelihood_edited"], now["edited"]) == (False, None, True)
    assert now["log_likelihood_edited"] == facts_of("k=2&s=0&f=3:d1(3,60)&at=3")["log_likelihood"] < now["log_likelihood"]


def test_of_one_component_mean_and_correlation_are_those_of_the_data():
    experiment, _ = opened("k=1&at=end")
    found, X = facts_of("k=1&at=end"), experiment.dataset.X
    assert found["means"][0] == pytest.approx(X.mean(axis=0), abs=1e-6)
    assert found["correlations"] == pytest.approx([np.corrcoef(X.T)[0, 1]], abs=1e-5)
    assert found["near"] == (int((abs(X - X.mean(axis=0)) < 0.3 * X.std(axis=0)).all(axis=1).sum()),)
    assert found["unsure"] == 0 and facts_of("k=1").get("unsure") is None


def test_a_step_knows_all_facts_that_it_asks_for_and_computes_no_others(monkeypatch):
    lesson, computed = lessons()["em"], []
    for name in ("of_components", "of_bound", "of_point"):
        monkeypatch.setattr(facts, name, lambda *at, name=name, of=getattr(facts, name): computed.append(name) or of(*at))
    for id, dear in {"e": ["of_bound"], "m": ["of_components", "of_bound"], "up": []}.items():
        taken = Taken(lesson, lesson.number(id), "a guess")
        experiment, link = opened(taken.step.solve)
        assert taken.see(experiment, {"iteration": min(link.iteration, experiment.newest), "half": link.half}, link.values, {})
        assert "–" not in taken.told and computed == dear
        computed.clear()
