"""The lessons after the first in a real browser, each from its beginning to its end as a student takes it."""

import re

import pytest

from pages.work.lessons import SHOWN, lessons
from pages.work.links import read as read_link
from tests.browser.conftest import DESKTOP
from tests.browser.lesson import Student

PROBLEMS = "[data-testid=stException], [data-testid=stAlertContentError], [data-testid=stAlertContentWarning], .em-status .em-error"
NOTHING_IN_HAND = ".em-tools [aria-label=Look][aria-pressed=true]"
AFTER_THE_FIRST = list(lessons().values())[1:]


def told(step):
    """What stands in the text of a step beside its numbers and formulas, in pieces."""
    return [piece.strip() for piece in re.split(r"[*\n]+", SHOWN.sub("\n", step.text)) if piece.strip()]


@pytest.mark.slow
@pytest.mark.parametrize("lesson", AFTER_THE_FIRST, ids=lambda lesson: lesson.name)
def test_a_lesson_is_taken_to_its_end(lend, address, lesson):
    student = Student(lend().page).come(f"{address}learn")
    page = student.page
    page.locator(f"[class*=st-key-lesson_{lesson.name}]").get_by_role("button", name="Begin").click()
    for number, step in enumerate(lesson.steps):
        student.ready(number + 1)
        if step.setup:
            begins = read_link(step.setup)
            student.wait(**({"state": "finished"} if begins.end else {"iteration": begins.iteration, "half": begins.half}))
        page.wait_for_selector(NOTHING_IN_HAND)
        assert "✓ Done" not in student.text and (number > 0 or lesson.text.split(".")[0] in student.text)
        if number == 0:
            page.set_viewport_size({"width": 1024, "height": 768})
            page.wait_for_function("document.querySelector('.em-bar').getBoundingClientRect().bottom <= innerHeight")
            page.set_viewport_size(DESKTOP)
        if step.guess:
            assert "To do:" not in student.text
            guess = step.guess.options[0]
            page.get_by_test_id("stRadio").get_by_text(guess, exact=True).click()
            page.get_by_text(f"Your guess: {guess}").wait_for()
            assert "✓ Done" not in student.text and step.task[:30] in student.text
        student.do(lesson, number)
        student.done()
        if step.guess:
            assert ("Your guess is right." if guess == step.guess.answer else f"It is: {step.guess.answer}.") in student.text
        for piece in told(step):
            assert piece in student.text
        assert page.locator(PROBLEMS).count() == 0
        if number + 1 < len(lesson.steps):
            student.next()
    assert "That was the last step of this lesson." in student.text
