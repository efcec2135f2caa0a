"""The page Learn in a real browser: the first lesson by mouse and keyboard, a step by touch, what is found again, and for everyone."""

from axe_playwright_python.sync_playwright import Axe

from tests.browser.lesson import Lesson


def serious(page):
    found = Axe().run(page, {"exclude": [[".em-plot"]]}).response["violations"]
    told = [(fault["id"], [node["html"] for node in fault["nodes"]], fault["impact"]) for fault in found]
    return [fault for fault in told if fault[0] == "heading-order" or fault[2] in ("serious", "critical")]


def test_the_first_lesson_is_taken_to_its_end_and_found_again(lend, address):
    page = lend().page
    page.goto(f"{address}learn")
    page.locator("[class*=st-key-lesson_mixtures]").get_by_role("button", name="Begin").click()
    lesson = Lesson(page).ready(1)
    assert "To do" not in lesson.text
    lesson.guess("About 5").page.mouse.click(*lesson.row(154))
    lesson.done()
    assert "Your guess is right." in lesson.text and "5 of 272 eruptions" in lesson.text
    assert serious(page) == []

    lesson.next().ready(2).guess("higher")
    lesson.slider("Components k").press("ArrowRight")
    lesson.wait(iteration=0).click("Play").done()
    assert "It is: lower." in lesson.text and "−385.46" in lesson.text
    run = lesson.get("run")

    lesson.next().ready(3)
    page.go_back()
    lesson.ready(2).done()
    assert lesson.get("run") == run and "Your guess: higher" in lesson.text
    page.reload()
    assert "l=mixtures.two" in page.url and "Your guess" not in lesson.ready(2).text
    page.goto(f"{address}learn?l=mixtures.shared")
    lesson.ready(3).guess("Only one").page.mouse.click(*lesson.row(243))
    lesson.done().next().ready(4).guess("About 50 %").page.mouse.click(*lesson.row(148))
    lesson.done().next().ready(5).guess("a third each").page.mouse.click(*lesson.row(124))
    lesson.done()
    assert "last step" in lesson.text
    lesson.click("All lessons").page.get_by_text("✓ 8 minutes").wait_for()
    assert serious(page) == [] and "l=" not in page.url
    page.reload()
    page.get_by_text("✓ 8 minutes").wait_for()


def test_on_a_projector_task_and_play_button_are_seen_together_and_what_is_asked_for_is_unfolded_outlined_and_told(lend, address):
    page = lend(1024, 768).page
    page.goto(f"{address}learn?l=starts.several")
    lesson = Lesson(page).ready(5)
    assert not page.get_by_label("Starts", exact=True).is_visible()
    lesson.guess("likely")
    page.get_by_label("Starts", exact=True).wait_for()
    page.wait_for_function("document.activeElement.matches('.st-key-lesson')")  # what was pressed has gone
    for seen in (page.get_by_text("To do:"), page.get_by_role("button", name="Play", exact=True)):
        page.wait_for_function(
            "(part) => { const { top, bottom } = part.getBoundingClientRect(); return top >= 0 && bottom <= innerHeight }",
            arg=seen.element_handle(),
        )
    style = "(part) => getComputedStyle(part).outlineStyle"
    assert [page.locator(part).first.evaluate(style) for part in (".st-key-set_n_init", ".st-key-set_max_iter")] == ["solid", "none"]
    assert page.locator(".st-key-lesson").get_attribute("aria-live") == "polite" and serious(page) == []


def test_a_step_is_taken_on_a_phone_by_touch_and_in_the_dark(lend, address):
    page = lend(390, 844, has_touch=True, is_mobile=True, color_scheme="dark").page
    page.goto(f"{address}learn?l=mixtures.far")
    lesson = Lesson(page).ready(4)
    page.get_by_text("More than 99.9 %").tap()
    page.get_by_text("Your guess:").wait_for()
    page.touchscreen.tap(*lesson.row(148))
    lesson.done()
    assert "Your guess is right." in lesson.text and page.evaluate("document.documentElement.scrollWidth") <= 390
    assert serious(page) == []
    page.get_by_role("button", name="All lessons").tap()
    page.locator(".st-key-lessons").wait_for()
    page.get_by_test_id("stExpandSidebarButton").tap()
    page.get_by_role("link", name="Explore").tap()
    page.wait_for_url(address)
    page.get_by_role("link", name="Learn").tap()
    page.wait_for_selector("[data-testid=stSidebar][data-collapsed=true]", state="attached")  # the list would lie under it
