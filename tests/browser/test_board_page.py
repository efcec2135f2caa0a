"""Data are drawn in a real browser: by mouse, by touch and by keys, large and small, and they are data like any other."""

import re

from axe_playwright_python.sync_playwright import Axe


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
    board.page.wait_for_url(re.compile("c51_"), timeout=player.patience)
    run = player.get("run")
    player.speed("2").click("Play").wait(state="playing", least=1)
    page.mouse.click(*board.at(0.9, 0.1))
    player.wait(other_run=run, state="playing", least=1).click("Pause")
    stands = board.classes()
    page.reload()
    player.wait(state="paused")
    assert board.classes() == stands
    page.get_by_role("link", name="Tune", exact=True).click()
    page.wait_for_url(re.compile("/tune.*d=p_"), timeout=player.patience)
    assert board.classes() == stands
