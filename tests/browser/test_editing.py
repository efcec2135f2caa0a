"""Hands on the picture, in a real browser: how mouse, touch and keys go together; each edit alone is in test_every_edit.py."""

import re

import pytest

CENTRES = """async () => {
  const { hands } = document.querySelector('[data-testid=em-player]').parentElement.emPlayer.stage
  const { left, top } = hands.picture.frame.getBoundingClientRect()
  const { toPixels } = await import(document.querySelector('link[href*="maths/hands.js"]').href)
  return [...hands.components.map(({ center }) => toPixels(hands.picture.view(), center)), ...hands.handles.map(({ at }) => at)].map(([x, y]) => [x + left, y + top])
}"""
SCROLLS = "getComputedStyle(document.querySelector('.em-picture')).touchAction + (document.querySelector('.em-hands')?.checkVisibility() ? ' in hand' : '')"


class Hands:
    """The player, taken in hand."""

    def __init__(self, player):
        self.player, self.page = player, player.page

    def centres(self):
        """Where the components are on the screen, and then the handles of the chosen one."""
        return self.page.evaluate(CENTRES)

    def means(self):
        """Means of the components, as the table shows them."""
        table = self.page.locator(".em-table").first
        cells, columns = table.locator("tbody tr:not([hidden]) td").all_inner_texts(), table.locator("thead th").count() - 1
        return [tuple(float(cell.replace("−", "-")) for cell in cells[at + 1 : at + 3]) for at in range(0, len(cells), columns)]

    def log_likelihood(self, parent=False):
        """Of the iteration that is shown; after the first edit, of the run before it too."""
        own = "player.history.fixed.ghosts[0].logLikelihood[8]" if parent else "player.history.rows[8].logLikelihood"
        return self.page.evaluate(f"(({{ emPlayer: player }}) => {own})(document.querySelector('[data-testid=em-player]').parentElement)")

    def history(self, text):
        """Wait until the address has this history of edits, a pattern; gives what it found."""
        self.page.wait_for_function(
            "(text) => new RegExp(`[?&]f=${text}(&at|$)`).test(location.search)" if text else "() => !location.search.includes('f=')",
            arg=text,
            timeout=self.player.patience,
        )
        self.player.wait(state="paused").still()
        return re.findall(r"-?\d+(?:\.\d+)?", self.page.url.partition("f=")[2].partition("&")[0])


@pytest.fixture
def hands(open_link, address):
    player = open_link(f"{address}?v=1&k=3&at=8", has_touch=True)
    player.wait(iteration=8).wait_for_axes().still()
    return Hands(player)


def test_components_are_taken_in_hand_by_mouse_touch_and_keys_and_it_is_undone(hands):
    player, page = hands.player, hands.page
    axes, first = player.axes(), player.get("run")
    assert page.evaluate(SCROLLS) == "auto", "a finger scrolls the page"
    player.range.focus()  # as whoever has just scrubbed
    player.press("m")
    assert page.evaluate(SCROLLS) == "auto in hand"
    assert page.evaluate("getComputedStyle(document.querySelector('.em-hands')).touchAction") == "none"

    # by mouse: the mean is dragged, and lies where it was let go
    before = hands.means()
    x, y = hands.centres()[1]
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 60, y - 50, steps=3)
    assert page.evaluate("document.querySelector('.em-picture').classList.contains('em-moving')"), "it is seen while it is dragged"
    assert hands.means() == before
    told = page.locator(".em-hand-told").inner_text()
    page.mouse.up()
    _, _, *place = hands.history(r"8:d2\([\d.,]+\)")
    assert hands.means()[1] == pytest.approx([float(number) for number in place], rel=1e-3)
    assert player.axes() == axes and player.place == (8, "M") and player.get("run") != first
    assert page.evaluate("location.search").startswith("?v=1&k=3&f=8:d2")
    reached, changed = hands.log_likelihood(), hands.log_likelihood(parent=True)
    numbers = [float(number.replace("−", "-")) for number in re.findall(r"−?[\d.]+", told)]
    assert numbers == pytest.approx([reached, reached - changed], abs=0.01)
    moved = hands.centres()[1]
    assert moved == pytest.approx([x + 60, y - 50], abs=1.5)

    # a drag that is taken back is none
    *_, long_end, _, _ = hands.centres()
    page.mouse.move(*long_end)
    page.mouse.down()
    page.mouse.move(long_end[0] + 15, long_end[1] - 25, steps=3)
    player.press("Escape")
    page.mouse.up()

    # by touch, without dragging: choose another one, then tap the place
    x, y = hands.centres()[2]
    page.touchscreen.tap(x, y)
    assert page.locator(".em-which").input_value() == "2"
    page.touchscreen.tap(x - 120, y + 5)
    hands.history(r"8:d2\([^)]+\);8:d3\([\d.,]+\)")
    assert hands.centres()[2] == pytest.approx([x - 120, y + 5], abs=1.5)
    # what is tapped is held, and can be put on another mean
    page.touchscreen.tap(*hands.centres()[2])
    page.touchscreen.tap(*[at + 9 for at in hands.centres()[0]])
    hands.history(r".*;8:d3\([\d.,]+\);8:d3\([\d.,]+\)")
    assert hands.centres()[2] == pytest.approx(hands.centres()[0], abs=0.2) and page.locator(".em-which").input_value() == "2"

    # by keys: a row of arrows is one edit
    start = hands.centres()[0]
    page.get_by_label("Component", exact=True).select_option(index=1)
    for key in ("ArrowRight", "ArrowRight", "Shift+ArrowUp"):
        player.press(key)
    hands.history(r".*;8:d1\([\d.,]+\)")
    (left, right), (low, high) = axes
    width, height = page.evaluate(
        "(({ xaxis, yaxis }) => [xaxis._length, yaxis._length])(document.querySelector('.em-density-panel .em-plot')._fullLayout)"
    )
    assert hands.centres()[0] == pytest.approx([start[0] + 0.02 * width, start[1] - 0.1 * height], abs=1.5)
    player.press("+").press("ArrowDown")  # what another key begins waits for the edit before
    hands.history(r".*;8:t1\(1.1,0,0,1.1\);8:d1\([\d.,]+\)")

    # it goes on from there, and all is undone, one by one, wherever the focus is
    player.click("Step forward").wait(iteration=9)
    player.press("Control+z")
    hands.history(r".*;8:t1\(1.1,0,0,1.1\)")
    assert player.iteration == 8
    player.tab("Events")
    assert page.get_by_text("You moved component 3").count() >= 1
    player.press("Control+z")  # with the focus on the tab
    hands.history(r".*;8:d1\([\d.,]+\)&tab=events")
    for rest in (r"8:d2.*;8:d3.*;8:d3\([\d.,]+\)", r"8:d2.*;8:d3\([\d.,]+\)", r"8:d2\([\d.,]+\)", ""):
        player.click("Undo")
        hands.history(f"{rest}&tab=events" if rest else "")
    player.tab("Parameters")
    assert hands.means() == before and player.axes() == axes and player.iteration == 8
    player.click("Look")
    assert page.evaluate(SCROLLS) == "auto"

    # without a hand: its numbers are typed
    player.press("m")
    page.get_by_label("Component", exact=True).select_option(index=2)
    player.press("n")
    for label, number, edit in (("mean of waiting time (min)", "71,5", "d2"), ("correlation", "2", ""), ("weight", "0.5", "w2")):
        field = page.get_by_label(label, exact=True)
        field.fill(number)
        field.press("Enter")
        if edit:
            hands.history(rf".*8:{edit}\([\d.,]+\)")
            assert page.evaluate("document.activeElement.ariaLabel") == label
            page.wait_for_function(
                "([input, number]) => Number(input.value) === number", arg=[field.element_handle(), float(number.replace(",", "."))]
            )
        else:
            page.get_by_text("A correlation needs to be between −1 and 1.").wait_for()
    assert hands.means()[1][1] == 71.5

    # what is lost on its way to Python is said again, once
    page.evaluate(
        "(({ emPlayer: { talk } }) => { talk.open = () => delete talk.open })(document.querySelector('[data-testid=em-player]').parentElement)"
    )
    field.fill("0.4")
    field.press("Enter")
    hands.history(r".*;8:w2\(0.5\);8:w2\(0.4\)")
    field.press("Escape")
    player.press("v")

    # where the means begin: by mouse, by touch and by keys, one after the other
    player.press("i").wait(iteration=0)
    (x, y), last = hands.centres()[1:]
    page.mouse.click(x + 40, y - 60)
    page.touchscreen.tap(x + 90, y)
    for key in ("ArrowUp", "Escape", "Shift+ArrowRight", "Enter"):
        player.press(key)
    hands.history(r"0:d1\([\d.,]+\);0:d2\([\d.,]+\);0:d3\([\d.,]+\)")
    width = page.evaluate("document.querySelector('.em-density-panel .em-plot')._fullLayout.xaxis._length")
    for at, place in zip(hands.centres(), [(x + 40, y - 60), (x + 90, y), (last[0] + 0.1 * width, last[1])]):
        assert at == pytest.approx(place, abs=1.5)
    assert page.evaluate(SCROLLS) == "auto"
