"""The tour of the page in a real browser: by doing to its end, by skipping, and never again."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import DESKTOP, PATIENCE, Player

NEW = "localStorage.removeItem('mixes-introduced'); localStorage.removeItem('mixes-toured')"
# the words and buttons of the tour lie over nothing: what is there is not what is outlined, nor any other control
COVERED = """(place) => {
  const { left, top, right, bottom } = document.querySelector('.em-tour').getBoundingClientRect()
  const others = [...document.querySelectorAll(`${place}, .em-bar, .em-bar :is(button, input, select)`)]
  return others.map((node) => node.getBoundingClientRect())
    .filter((box) => box.width && box.left < right - 1 && box.right > left + 1 && box.top < bottom - 1 && box.bottom > top + 1).length
}"""
OUTLINED = "(place) => getComputedStyle(document.querySelector(place)).outlineStyle"


class Visitor(Player):
    """Someone who may be here for the first time."""

    offer = property(lambda self: self.page.get_by_role("button", name="New here? A tour of one minute"))
    tour = property(lambda self: self.page.get_by_role("region", name="Tour of this page"))
    again = property(lambda self: self.page.get_by_role("button", name="A tour of this page, in one minute"))

    def at(self, stop, place):
        """Wait for a stop: its place is outlined, and in the window, and nothing is covered."""
        self.tour.get_by_text(f"{stop} of 6").wait_for()
        assert self.page.evaluate(OUTLINED, place) == "solid" and self.page.evaluate(COVERED, place) == 0
        box, size = self.page.locator(place).first.bounding_box(), self.page.viewport_size
        assert box["x"] >= 0 and box["y"] >= 0 and box["x"] + box["width"] <= size["width"] and box["y"] + box["height"] <= size["height"]
        return self

    def rests(self):
        """A second after the picture is there, when nothing more is offered."""
        self.wait(least=0).wait_for_axes().page.wait_for_timeout(1100)
        return self

    def serious(self):
        found = Axe().run(self.page, {"exclude": [[".main-svg"]]}).response["violations"]
        return [(fault["id"], fault["nodes"][0]["html"]) for fault in found if fault["impact"] in ("serious", "critical")]


@pytest.fixture
def newcomer(browser, address):
    """Someone with an empty browser: ``newcomer(**context options)``."""
    contexts, problems = [], []

    def newcomer(**options):
        contexts.append(context := browser.new_context(**{"viewport": DESKTOP, **options}))
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: problems.append(str(error)))
        return Visitor(page).open(address)

    yield newcomer
    for context in contexts:
        context.close()
    assert problems == []


PLAY, SLIDER, HALF, CURVE = ".em-play", ".em-bar input[type=range]", ".em-bar [data-part=half]", ".em-curve-panel"
SIZE, LEARN = "[data-testid=stSlider]:has([aria-label='Components k'])", "[data-testid=stTopNavLinkContainer]:has([href$='/learn'])"
SETTINGS = "[data-testid=stExpandSidebarButton]"


def test_the_tour_is_taken_to_its_end_by_doing_and_never_comes_again(newcomer, address):
    player = newcomer()
    page = player.page
    player.offer.wait_for()
    assert player.again.count() == 0 and page.locator(".em-pulse").count() == 1
    bar = page.locator(".em-bar").bounding_box()
    player.offer.click()
    player.at(1, PLAY).wait_for_axes()
    assert page.locator(".em-bar").bounding_box() == pytest.approx(bar, abs=0.5), "the picture makes room"
    assert page.locator(".em-pulse").count() == 0
    assert page.evaluate("document.activeElement.textContent").startswith("1 of 6")
    assert player.serious() == []
    began = player.sample().press("Space").wait(iteration=1, half="E").at(1, PLAY).painted()[-1]["at"]
    moved = player.wait(iteration=1, half="M").painted()[-1]["at"]
    assert moved - began > 2000, "as slow as a first visit is"
    player.speed("60").tour.get_by_text("2 of 6").wait_for()
    player.at(2, SLIDER).wait(state="finished").still().at(2, SLIDER)
    player.scrub(0).at(3, HALF).wait(iteration=0)
    player.click("Half-step forward").wait(iteration=1, half="E").at(3, HALF)
    player.click("Half-step forward").at(4, CURVE).wait(iteration=1, half="M").still()
    page.locator(".em-curve-panel .nsewdrag").first.click()
    player.at(5, SIZE)
    run = player.get("run")
    player.slider("Components k").focus()
    player.press("ArrowRight").wait(other_run=run).at(6, LEARN)
    assert player.tour.get_by_role("button").all_inner_texts() == ["Done"]
    page.get_by_role("link", name="Learn").click()
    page.get_by_role("heading", name="Learn", exact=True).wait_for()
    assert player.tour.count() == 0 and page.evaluate(OUTLINED, LEARN) == "none"
    page.evaluate("localStorage.removeItem('mixes-introduced')")
    player.open(address).rests()
    assert player.offer.count() == 0
    page.evaluate(NEW)
    page.goto(f"{address}?v=1&k=3")
    assert player.rests().offer.count() == 0, "a link shows what it was made for"


def test_the_tour_is_left_by_esc_or_declined_for_good_and_begun_again_on_a_phone_in_the_dark(newcomer, address):
    player = newcomer(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, color_scheme="dark", reduced_motion="reduce")
    page = player.page
    player.offer.tap()
    player.at(1, PLAY).press("Escape")
    player.again.wait_for()
    assert player.tour.count() == 0 and page.evaluate("document.activeElement.ariaLabel") == "Play"
    player.again.tap()
    for stop, place in enumerate((PLAY, SLIDER, HALF, CURVE, SETTINGS, SETTINGS), 1):
        player.at(stop, place)
        player.tour.get_by_role("button").first.tap()
    assert player.tour.count() == 0 and page.evaluate("document.documentElement.scrollWidth") <= 390
    page.evaluate(NEW)
    player.open(address).offer.wait_for()
    assert player.serious() == []
    page.get_by_role("button", name="No tour, thanks").tap()
    player.again.wait_for()
    page.evaluate("localStorage.removeItem('mixes-introduced')")
    assert player.open(address).rests().offer.count() == 0
    player.again.tap()
    player.at(1, PLAY).press("p")
    page.wait_for_function("document.documentElement.classList.contains('presenting') && !document.querySelector('.em-tour')")
    assert not player.again.is_visible()
