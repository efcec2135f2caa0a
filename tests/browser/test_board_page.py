"""Data are drawn in a real browser: by mouse, by touch and by keys, large and small, and they are data like any other."""

import re
from types import SimpleNamespace

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.pointers import Mouse, Touch

STEPS = 4095  # from one end of the board to the other


class Board:
    """The drawing board, and the player beside it."""

    def __init__(self, player):
        self.player, self.page = player, player.page
        self.pad = player.page.locator(".em-pad")

    def at(self, x, y):
        """Where a place, in shares of the axes, is on the screen."""
        left, top, w, h = self.page.evaluate(
            """() => {
          const { pad } = document.querySelector('.em-board').parentElement.emBoard
          const { left, top } = pad.root.getBoundingClientRect()
          return [left + pad.frame.left, top + pad.frame.top, pad.frame.w, pad.frame.h]
        }"""
        )
        return left + x * w, top + (1 - y) * h

    def count(self):
        return int(re.match(r"\d+", self.page.locator(".em-board-total").inner_text())[0])

    def tool(self, name):
        self.page.locator(".em-board").get_by_role("button", name=name, exact=True).click()
        return self

    def drawn(self, run):
        """Wait until what is drawn is fitted in place of a run, and stands in the address; gives how many points of each class."""
        self.player.wait(other_run=run)
        runs = "".join(f"{letter}{n}" for letter, n in self.classes().items())
        self.page.wait_for_url(re.compile(f"d=p_0,10,0,10_{runs}_"), timeout=self.player.patience)
        return self.classes()

    @property
    def drawing(self):
        """The points along each axis, in shares of the board; their classes; and how many axes there are."""
        box, points = self.page.evaluate(
            "(({ drawing }) => [drawing.box, drawing.points])(document.querySelector('.em-board').parentElement.emBoard)"
        )
        x, y, c = ([point[name] for point in points] for name in "xyc")
        return SimpleNamespace(x=[step / STEPS for step in x], y=[step / STEPS for step in y], c=c, axes=len(box) // 2)

    def wait(self, holds, what):
        """The drawing once something holds of it and it stands still: what a finger does comes a moment later."""
        before = None
        for _ in range(int(self.player.patience / 50)):
            now = self.drawing
            if now == before and holds(now):
                return now
            before = now
            self.page.wait_for_timeout(50)
        raise AssertionError(f"{what}: {before}")

    def classes(self):
        points = self.page.evaluate("document.querySelector('.em-board').parentElement.emBoard.drawing.points.map(({ c }) => c)")
        return {"abcdef"[c]: points.count(c) for c in sorted(set(points))}


def test_data_are_drawn_by_mouse_touch_and_keys_and_learned_from_and_stay(visit):
    player = visit(has_touch=True)
    page, first = player.page, player.get("run")
    page.get_by_text("Draw", exact=True).click()
    board = Board(player)
    board.pad.wait_for()
    board.pad.focus()
    player.press("d")  # a tool is chosen, also where a finger would scroll
    assert page.get_by_text("So far there is none.").is_visible()

    # by mouse: clouds where one presses and drags, taken away again, and undone
    board.tool("Brush")
    page.mouse.click(*board.at(0.3, 0.3))
    assert board.count() == 20
    page.mouse.move(*board.at(0.6, 0.7))
    page.mouse.down()
    page.mouse.move(*board.at(0.81, 0.7))
    page.mouse.up()
    assert board.count() == 20 + 3 * 20, "where the drag begins, and at each radius on the way"
    board.tool("Eraser")
    page.mouse.click(*board.at(0.7, 0.7))
    rest = board.count()
    assert 20 < rest < 80
    board.tool("Undo")
    assert board.count() == 80
    assert board.drawn(first) == {"a": 80}

    # by touch, with another class: a finger is kept where a tool is chosen
    run = player.get("run")
    assert page.evaluate("getComputedStyle(document.querySelector('.em-pad')).touchAction") == "none"
    board.tool("Points").tool("Class 2")
    page.touchscreen.tap(*board.at(0.2, 0.8))
    assert board.drawn(run) == {"a": 80, "b": 1}

    # by keys: nothing of it is the player's
    run = player.get("run")
    board.pad.focus()
    for key in ("3", "Shift+ArrowLeft", "ArrowUp", "Enter", "b", "+", " ", "e", "Control+z"):
        player.press(key)
    assert player.get("state") == "paused" and board.drawn(run) == {"a": 80, "b": 1, "c": 1}
    player.press("b").press(" ")
    assert board.classes()["c"] == 1 + 25

    # large, as every part of it, it is sound
    board.tool("Larger")
    page.mouse.click(*board.at(0.5, 0.9))
    assert board.classes()["c"] == 1 + 25 + 25 and board.pad.bounding_box()["width"] > 600
    found = Axe().run(page, {"include": [[".em-board"]]}).response["violations"]
    assert [fault["id"] for fault in found] == []
    board.tool("Done")

    # what plays goes on with what is drawn now; it stays over a reload, and on another page
    page.wait_for_url(re.compile("c51_"), timeout=player.patience)
    run = player.get("run")
    player.speed("2").click("Play").wait(state="playing", least=1)
    page.mouse.click(*board.at(0.9, 0.1))
    player.wait(other_run=run, state="playing", least=1).click("Pause")
    stands = board.classes()
    page.reload()
    player.wait(state="paused")
    board.pad.wait_for()  # the sidebar may come after the player
    assert board.classes() == stands
    board.tool("Undo")
    assert board.classes() != stands, "what was drawn before is there, too"
    board.tool("Redo")
    assert board.classes() == stands
    page.get_by_role("link", name="Tune", exact=True).click()
    page.wait_for_url(re.compile("/tune.*d=p_"), timeout=player.patience)
    assert board.classes() == stands


class ByPointer:
    """Data drawn by a mouse or a finger; each deed gives how many strokes it is."""

    def __init__(self, board, pointer):
        self.board, self.pointer = board, pointer

    def press(self, name):
        button = self.board.page.locator(".em-board").get_by_role("button", name=name, exact=True)
        if button.get_attribute("aria-pressed") != "true":  # where it is, a finger would put the tool down
            self.pointer.press(button)

    def use(self, tool, *places):
        self.press(tool)
        places = [self.board.at(*place) for place in places]
        self.pointer.drag(*places) if len(places) > 1 else self.pointer.tap(*places)
        return 1

    def point(self):
        return self.use("Points", (0.3, 0.6))

    def row(self):
        return self.use("Points", (0.2, 0.8), (0.3, 0.8), (0.4, 0.8))

    def brush(self):
        return self.use("Brush", (0.5, 0.5))

    def erase(self):
        return self.use("Eraser", (0.3, 0.8))

    def class_3(self):
        self.press("Class 3")
        return self.use("Points", (0.7, 0.2))

    def one_axis(self):
        self.press("1 axis")
        return 1 + self.use("Points", (0.9, 0.5))


class ByMouse(ByPointer):
    pointing = Mouse

    def undo(self, redo=False):
        self.board.player.press("Control+y" if redo else "Control+z")


class ByTouch(ByPointer):
    pointing = Touch

    def undo(self, redo=False):
        self.press("Redo" if redo else "Undo")


class ByKeys:
    """The same with keys alone."""

    pointing = Mouse  # it lies there

    def __init__(self, board, pointer):
        self.board, self.place = board, [5, 5]  # tenths of the board: where the cursor begins
        board.pad.focus()

    def press(self, *keys):
        for key in keys:
            self.board.player.press(key)

    def use(self, tool, *places):
        self.press(tool)
        for x, y in places:
            across, up = round(10 * x) - self.place[0], round(10 * y) - self.place[1]
            self.press(*["Shift+ArrowRight" if across > 0 else "Shift+ArrowLeft"] * abs(across))
            self.press(*["Shift+ArrowUp" if up > 0 else "Shift+ArrowDown"] * abs(up), "Enter")
            self.place = [self.place[0] + across, self.place[1] + up]
        return len(places)

    def point(self):
        return self.use("d", (0.3, 0.6))

    def row(self):
        return self.use("d", (0.2, 0.8), (0.3, 0.8), (0.4, 0.8))

    def brush(self):
        return self.use("b", (0.5, 0.5))

    def erase(self):
        return self.use("e", (0.3, 0.8))

    def class_3(self):
        self.press("3")
        return self.use("d", (0.7, 0.2))

    def one_axis(self):
        self.board.page.locator(".em-board").get_by_role("button", name="1 axis", exact=True).focus()
        self.press("Enter")
        self.board.pad.focus()
        return 1 + self.use("d", (0.9, 0.5))

    def undo(self, redo=False):
        self.press("Control+Shift+Z" if redo else "Control+z")


def lies(x, y, *place):
    return (x, y) == pytest.approx(place, abs=0.01)


def is_point(before, now):
    return len(before.x) == 0 and len(now.x) == 1 and lies(now.x[0], now.y[0], 0.3, 0.6)


def is_row(before, now):
    own = list(zip(now.x, now.y))[len(before.x) :]
    return len(own) >= 3 and lies(*own[0], 0.2, 0.8) and all(abs(y - 0.8) < 0.01 and 0.19 < x < 0.41 for x, y in own) and own[-1][0] > 0.37


def is_cloud(before, now):
    own = list(zip(now.x, now.y))[len(before.x) :]
    return len(own) == 20 and all(0.2 < x < 0.8 and 0.2 < y < 0.8 for x, y in own) and len(set(own)) > 15


def is_erased(before, now):
    near = lambda drawing: sum(abs(x - 0.3) < 0.06 and abs(y - 0.8) < 0.06 for x, y in zip(drawing.x, drawing.y))
    return near(before) > 0 and near(now) == 0 and len(now.x) >= 21


def is_of_class_3(before, now):
    return now.c == before.c + [2] and lies(now.x[-1], now.y[-1], 0.7, 0.2)


def is_along_one_axis(before, now):
    return now.axes == 1 and now.x[:-1] == before.x and now.x[-1] == pytest.approx(0.9, abs=0.01)


DEEDS = {"point": is_point, "row": is_row, "brush": is_cloud, "erase": is_erased, "class_3": is_of_class_3, "one_axis": is_along_one_axis}


@pytest.mark.slow
@pytest.mark.parametrize("by", [ByMouse, ByTouch, ByKeys])
def test_every_tool_is_used_by_this_hand_and_it_is_undone_and_done_again(visit, by):
    player = visit(*by.pointing.size, **by.pointing.options)
    pointer = by.pointing(player.page)
    if pointer.size:  # there the settings are folded away
        pointer.press(player.page.get_by_test_id("stExpandSidebarButton"))
    pointer.press(player.page.get_by_text("Draw", exact=True))
    board = Board(player)
    board.pad.wait_for()
    hand, run = by(board, pointer), player.get("run")
    for name, holds in DEEDS.items():
        before = board.drawing
        strokes = getattr(hand, name)()
        after = board.wait(lambda drawing: holds(before, drawing), name)
        for _ in range(strokes):
            hand.undo()
        board.wait(lambda drawing: drawing == before, f"{name}, undone")
        for _ in range(strokes):
            hand.undo(redo=True)
        board.wait(lambda drawing: drawing == after, f"{name}, done again")
    player.wait(other_run=run)
    player.page.wait_for_url(re.compile(r"d=p_0,10_a\d+c2_"), timeout=player.patience)
