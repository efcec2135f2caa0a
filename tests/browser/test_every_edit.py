"""Every edit of a component by every hand, in a real browser: by mouse, by touch and by keys; and each is taken back."""

import re
from types import SimpleNamespace

import numpy as np
import pytest

from tests.browser.conftest import PATIENCE
from tests.browser.pointers import Mouse, Touch

pytestmark = pytest.mark.slow
HERE = "const { emPlayer: player } = document.querySelector('[data-testid=em-player]').parentElement, { hands } = player.stage"
# Handles of the component in hand, and centres of all, on the screen
PLACES = f"""async () => {{
  {HERE}
  const {{ left, top }} = hands.picture.frame.getBoundingClientRect()
  const {{ toPixels }} = await import(document.querySelector('link[href*="maths/hands.js"]').href)
  const onScreen = ([x, y]) => [x + left, y + top]
  const view = hands.picture.view()
  return {{
    centres: hands.components.map(({{ center }}) => onScreen(toPixels(view, center))),
    handles: Object.fromEntries([...hands.handles].reverse().map(({{ kind, at }}) => [kind, onScreen(at)])),
    axes: [view.x, view.y],
    size: [view.w, view.h],
  }}
}}"""
DONE = f"""(text) => {{
  {HERE}
  const stands = text ? new RegExp(`[?&]f=${{text}}(&|$)`).test(location.search) : !location.search.includes('f=')
  return stands && !hands.waiting && player.root.dataset.state === 'paused'
}}"""
# What was told last of a pull, and of what is shown now
TOLD = f"() => {{ {HERE}; return [hands.value.root.textContent, player.history.rows[8].logLikelihood] }}"
EVENTS = f"() => {{ {HERE}; return player.history.rows.flatMap(({{ events }}) => events.map(({{ sentence }}) => sentence)) }}"
WEIGHT, MEAN, SPREAD, CORRELATION, BEGIN = 0, slice(1, 3), slice(3, 5), 5, slice(6, 8)  # columns of the table
NUMBER = r"-?[\d.]+(?:e-?\d+)?"
PULL = rf"\((?:{NUMBER},?)+\)"


class Picture:
    """The player with components that lean, taken in hand."""

    def __init__(self, player):
        self.player, self.page = player, player.page

    def places(self):
        return SimpleNamespace(**self.page.evaluate(PLACES))

    def table(self):
        """Numbers of the components, (k, columns)."""
        rows = self.page.locator(".em-table").first.locator("tbody tr:not([hidden])").all()
        texts = [row.locator("td").all_text_contents() for row in rows]
        return np.array([[float(text.replace("−", "-")) for text in row] for row in texts])

    def done(self, pattern):
        """Wait until the link has this history of edits; gives the numbers of the last."""
        self.page.wait_for_function(DONE, arg=pattern, timeout=PATIENCE)
        text = self.page.url.partition("f=")[2].partition("&")[0]
        return np.array(re.findall(NUMBER, text.rpartition(":")[2].partition("(")[2]), dtype=float)

    def button(self, name):
        return self.page.get_by_role("button", name=name, exact=True)


class ByPointer:
    """Edits with a mouse or a finger. Each gives the handle that was pulled, and where to, if one was."""

    foretold = "move", "stretch", "turn", "bend", "weigh"

    def __init__(self, picture, pointer):
        self.picture, self.pointer = picture, pointer

    def press(self, name):
        self.pointer.press(self.picture.button(name))

    def begin(self):
        self.press("Move")
        self.pointer.tap(self.picture.places().centres[1])

    def pull(self, kind, where):
        places = self.picture.places()
        at, centre = np.array(places.handles[kind]), np.array(places.centres[1])
        to = where(at, centre)
        self.pointer.drag(at.tolist(), ((at + to) / 2).tolist(), to.tolist())
        return kind, to

    def move(self):
        return self.pull("move", lambda at, centre: at + [40, -30])

    def stretch(self):
        return self.pull("stretch", lambda at, centre: centre + 1.25 * (at - centre))

    def turn(self):
        return self.pull("turn", lambda at, centre: at + [35, 0])

    def bend(self):
        return self.pull("bend", lambda at, centre: at + [4, -5])

    def weigh(self):
        self.press("Numbers")
        box = self.picture.page.get_by_label("weight, by a slider").bounding_box()
        y = box["y"] + box["height"] / 2
        thumb = [box["x"] + 9 + (box["width"] - 18) * (self.picture.table()[1, WEIGHT] - 0.01) / 0.98, y]
        self.pointer.drag(thumb, [thumb[0] + 10, y], [thumb[0] + 20, y])
        self.picture.done(r"8:w2\(0\.\d+\)")
        self.press("Numbers")

    def split(self):
        self.press("Split")

    def merge(self):
        self.press("Merge with")
        self.pointer.tap(self.picture.places().centres[2])

    def delete(self):
        self.press("Delete")

    def pin(self):
        self.press("Pin")

    def place(self):
        self.press("Look")
        self.press("Place means")
        self.picture.player.wait(iteration=0)
        for x, y in self.picture.places().centres:
            self.pointer.tap([x + 20, y - 15])


class ByMouse(ByPointer):
    pointing = Mouse

    def undo(self):
        self.picture.player.press("Control+z")


class ByTouch(ByPointer):
    pointing = Touch

    def undo(self):
        self.press("Undo")


class ByKeys:
    """The same with keys alone."""

    pointing = Mouse  # it lies there
    foretold = "move", "stretch", "turn", "weigh"  # what is typed is made at once

    def __init__(self, picture, pointer):
        self.picture, self.page = picture, picture.page

    def press(self, *keys):
        for key in keys:
            self.picture.player.press(key)

    def choose(self):
        """The next component than that which is chosen."""
        self.page.get_by_label("Component", exact=True).focus()
        self.press("ArrowDown")

    def begin(self):
        self.press("m")
        self.choose()
        self.choose()

    def move(self):
        places = self.picture.places()
        self.press("ArrowRight", "Shift+ArrowUp", "ArrowUp", "Enter")
        width, height = places.size
        return "move", np.array(places.centres[1]) + [0.01 * width, -0.11 * height]

    def stretch(self):
        self.press("+", "+", "Enter")

    def turn(self):
        self.press("]", "]", "Enter")

    def bend(self):
        self.press("n", *["Tab"] * 4)
        self.page.keyboard.type("1.95")
        self.press("Enter")
        self.picture.done(r"8:b2" + PULL)
        self.press("Escape")

    def weigh(self):
        self.press("n", *["Tab"] * 8, "ArrowRight", "ArrowRight", "ArrowLeft", "ArrowRight")
        self.picture.done(r"8:w2\(0\.\d+\)")
        self.press("Escape")

    def split(self):
        self.press("s")

    def merge(self):
        self.press("g")
        self.choose()

    def delete(self):
        self.press("Delete")

    def pin(self):
        self.press("p")

    def place(self):
        self.press("v", "i")
        self.picture.player.wait(iteration=0)
        self.press("ArrowUp", "Enter", "Shift+ArrowRight", "Enter", "ArrowDown", "Enter")

    def undo(self):
        self.press("Control+z")


# -- what is true after an edit: of the numbers before, after and in the link


def covariance(row):
    across = row[CORRELATION] * row[SPREAD].prod()
    return np.diag(row[SPREAD] ** 2) + across * (1 - np.eye(2))


def close(one, other, rel=2e-3):
    np.testing.assert_allclose(one, other, rtol=rel, atol=2e-3 * np.abs(other).max())


def is_moved(before, after, numbers):
    close(after[1, MEAN], numbers)
    close(after[1, SPREAD], before[1, SPREAD])
    assert abs(after[1, MEAN] - before[1, MEAN]).min() > 0.01


def is_reshaped(before, after, numbers):
    matrix = numbers.reshape(2, 2)
    close(covariance(after[1]), matrix @ covariance(before[1]) @ matrix.T, rel=1e-2)
    close(after[1, MEAN], before[1, MEAN])
    assert abs(matrix - np.eye(2)).max() > 0.05


def is_bent(before, after, numbers):
    close(after[1, MEAN] - after[1, BEGIN], numbers, rel=2e-2)
    close(after[1, : CORRELATION + 1], before[1, : CORRELATION + 1])
    assert abs(after[1, BEGIN] - before[1, BEGIN]).max() > 0.01


def is_weighed(before, after, numbers):
    assert after[1, WEIGHT] == pytest.approx(numbers[0], rel=1e-3) and after[1, WEIGHT] > before[1, WEIGHT] + 0.01
    rest = [0, 2]
    close(after[rest, WEIGHT] / after[rest, WEIGHT].sum(), before[rest, WEIGHT] / before[rest, WEIGHT].sum())


def is_split(before, after, numbers):
    halves = after[[1, 3]]
    close(halves[:, WEIGHT], np.full(2, before[1, WEIGHT] / 2))
    close(halves[:, MEAN].mean(axis=0), before[1, MEAN])
    assert len(after) == 4


def is_merged(before, after, numbers):
    (_, one, other), (_, both) = before, after
    close(both[WEIGHT], one[WEIGHT] + other[WEIGHT])
    close(both[WEIGHT] * both[MEAN], one[WEIGHT] * one[MEAN] + other[WEIGHT] * other[MEAN])


def is_gone(before, after, numbers):
    rest = before[[0, 2]]
    close(after[:, WEIGHT], rest[:, WEIGHT] / rest[:, WEIGHT].sum())
    close(after[:, 1:], rest[:, 1:])


def is_the_same(before, after, numbers):
    close(after, before)


# An edit: its text in the link, its words among the events, and what is true then
DEEDS = {
    "move": (r"8:d2" + PULL, "You moved component 2.", is_moved),
    "stretch": (r"8:t2" + PULL, "You reshaped component 2.", is_reshaped),
    "turn": (r"8:t2" + PULL, "You reshaped component 2.", is_reshaped),
    "bend": (r"8:b2" + PULL, "You bent component 2.", is_bent),
    "weigh": (r"8:w2\(0\.\d+\)", "You gave component 2 another weight.", is_weighed),
    "split": (r"8:s2", "You split component 2.", is_split),
    "merge": (r"8:m2\.3", "You merged components 2 and 3.", is_merged),
    "delete": (r"8:x2", "You deleted component 2.", is_gone),
    "pin": (r"8:p2", "You pinned component 2.", is_the_same),
}


@pytest.mark.parametrize("by", [ByMouse, ByTouch, ByKeys])
def test_every_edit_can_be_made_by_this_hand_and_is_taken_back(open_link, address, by):
    player = open_link(f"{address}?v=1&m=skewgmm&k=3&at=8", *by.pointing.size, **by.pointing.options)
    player.wait(iteration=8).wait_for_axes().still()
    picture = Picture(player)
    hand = by(picture, by.pointing(player.page))
    before, places = picture.table(), picture.places()
    hand.begin()
    for name, (text, words, holds) in DEEDS.items():
        pulled = getattr(hand, name)()
        numbers = picture.done(text)
        holds(before, picture.table(), numbers)
        assert words in player.page.evaluate(EVENTS), name
        assert player.slider("Components k").count() == 0 or player.slider("Components k").input_value() == str(len(picture.table()))
        if name in by.foretold:  # as it was told beforehand
            told, reached = player.page.evaluate(TOLD)
            assert float(told.split()[1].replace("−", "-")) == pytest.approx(reached, abs=0.011), (name, told)
        if pulled:
            kind, to = pulled
            now = picture.places()
            there, wanted = np.array([now.handles[kind], to]) - np.array(now.centres[1]) * (kind != "move")
            if kind == "turn":  # its direction, or that of the other end of the axis, where there is more room
                there, wanted = (np.outer(way, way) / (way @ way) * 100 for way in (there, wanted))
            np.testing.assert_allclose(there, wanted, atol=2, err_msg=name)
        if name == "pin":  # the others go on
            player.click("Step forward").wait(iteration=9)
            close(picture.table()[1, MEAN.start :], before[1, MEAN.start :])
            assert abs(picture.table()[0] - before[0]).max() > 1e-3 and player.page.locator(".em-hand-pin").count() == 1
        hand.undo()
        picture.done("")
        np.testing.assert_array_equal(picture.table(), before)
        assert words not in player.page.evaluate(EVENTS) and picture.places().axes == places.axes and player.place == (8, "M")

    # where the means begin: the text is of all three
    hand.place()
    picture.done(";".join(rf"0:d{j}{PULL}" for j in (1, 2, 3)))
    assert {f"You moved component {j}." for j in (1, 2, 3)} <= set(player.page.evaluate(EVENTS)) and player.place == (0, "M")
    places_in_link = re.findall(rf"d\d\(({NUMBER}),({NUMBER})\)", player.page.url)
    close(picture.table()[:, MEAN], np.array(places_in_link, dtype=float))
    hand.undo()
    picture.done(rf"0:d1{PULL};0:d2{PULL}")
