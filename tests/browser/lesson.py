"""A lesson in a real browser: what a student does there is what the lesson itself says, by the controls of the page."""

import re

from pages.work.links import read as read_link
from pages.work.lookup import has, table
from pages.work.setting import Choice
from tests.browser.conftest import PATIENCE, Player
from tests.browser.test_editing import CENTRES

LONG = 3 * PATIENCE  # for a run beside other tests
_DRAG = re.compile(r"d(\d+)\(([-\d.]+),([-\d.]+)\)")


class Lesson(Player):
    """A step of a lesson, as a person takes it and a test reads it."""

    @property
    def text(self):
        return self.page.locator(".st-key-lesson").inner_text().replace("\u00a0", " ")

    def ready(self, step):
        """Wait until the text is at a step, and the player stands."""
        self.page.wait_for_selector(f'.st-key-lesson :text("Step {step} of")', timeout=LONG)
        self.page.wait_for_selector("[data-testid=em-player]:is([data-state=paused], [data-state=finished])", timeout=LONG)
        return self.still().wait_for_axes()

    def guess(self, words):
        """By the keys alone."""
        option = self.page.get_by_role("radio", name=words, exact=True)
        option.focus()
        self.press("Space")
        self.page.get_by_text("Your guess:").wait_for()
        return self

    def row(self, point):
        """Where a drawn row lies, in pixels of the page."""
        x, y = self.page.evaluate(
            "(point) => { const { x, y } = document.querySelector('.em-player-mount').emPlayer.history.fixed.points; return [x[point], y[point]] }",
            point,
        )
        return self.pixels(x, y)

    def pixels(self, x, y):
        """Where a place of the picture lies, in pixels of the page."""
        self.page.locator(".em-density-panel").scroll_into_view_if_needed()
        return self.page.evaluate(
            """([x, y]) => {
              const plot = document.querySelector('.em-density-panel .em-plot'), { left, top } = plot.getBoundingClientRect()
              const { xaxis, yaxis } = plot._fullLayout
              return [left + xaxis._offset + xaxis.c2p(x), top + yaxis._offset + yaxis.c2p(y)]
            }""",
            [x, y],
        )

    def done(self):
        self.page.get_by_text("✓ Done:").wait_for(timeout=LONG)
        return self

    def next(self):
        return self.click("Next step")


class Student(Lesson):
    """Who takes a step from where it begins to where its links say that it is done, by clicks and keys and by dragging."""

    def come(self, address):
        """To the list of lessons, from the one before if that was the last visit of this tab."""
        if self.page.evaluate("window.visited") == address:
            return self.click("All lessons")
        self.page.goto(address)
        self.page.evaluate("(address) => { window.visited = address }", address)
        return self

    def do(self, lesson, number):
        """All that a step asks for, with nothing but what it points to."""
        step, begins, ends = lesson.steps[number], read_link(lesson.begins(number)), read_link(lesson.ends(number))
        for name, setting in table().items():
            before, after = begins.values.get(name), ends.values.get(name)
            if before == after or not has(ends.values["model"], name):
                continue
            if name == "seed":
                assert "new_start" in step.point
                for _ in range(before, after):
                    self.another(lambda: self.click("New start"))
            elif setting.widget:
                assert name in step.point
                self.change(setting, before, after)
        for edit in filter(None, ends.edits):
            self.drag(*_DRAG.fullmatch(edit).groups())
        if "half" in step.point:
            self.click("Half-step forward")
        elif "scrub" in step.point:
            self.scrub(ends.iteration)
        elif "play" in step.point:
            self.play(None if ends.end else ends.iteration)
        if "point" in step.acts:
            self.page.mouse.click(*self.row(step.acts["point"]))
        if "focus" in step.acts:
            self.look(**step.acts["focus"])

    def another(self, act):
        """Do what brings another run, and wait for it."""
        run = self.get("run")
        act()
        return self.wait(other_run=run)

    def change(self, setting, before, after):
        """Choose another value of a setting, in the way that its widget offers."""
        page, known = self.page, list(setting.kind.options) if isinstance(setting.kind, Choice) else None
        if setting.widget in ("slider", "select_slider"):
            steps = known.index(after) - known.index(before) if known else round((after - before) / (setting.kind.step or 1))
            self.slider(setting.label).focus()
            self.another(lambda: [self.press("ArrowRight" if steps > 0 else "ArrowLeft") for _ in range(abs(steps))])
        elif setting.widget == "number_input":
            field = page.get_by_label(setting.label, exact=True)
            field.fill(str(after))
            self.another(lambda: field.press("Enter"))
        elif setting.widget == "selectbox":
            page.get_by_role("combobox", name=setting.label).click()
            self.another(lambda: page.get_by_role("option", name=setting.kind.said(after)).click())
        elif setting.widget == "segmented_control":
            self.another(lambda: page.get_by_role("radio", name=setting.kind.said(after)).click())
        else:
            self.another(lambda: page.get_by_text(setting.label, exact=True).click())

    def play(self, upto):
        """To the end, or past an iteration."""
        self.speed("60").click("Play")
        if upto is None:
            self.press("End")  # playing is sped up to the end
        else:
            self.wait(least=upto).click("Pause")
        return self

    def drag(self, component, x, y):
        """Take a component in hand, and drag its mean to a place."""
        self.click("Move").page.get_by_label("Component", exact=True).select_option(component)
        self.page.mouse.move(*self.page.evaluate(CENTRES)[int(component) - 1])
        self.page.mouse.down()
        self.page.mouse.move(*self.pixels(float(x), float(y)), steps=3)
        self.another(self.page.mouse.up)

    def look(self, layer, node, **lower):
        """Point at a node of the network, or at the middle of the line from one of the layer before."""
        name = f"From layer {layer + 1}, component {node + 1}, to layer {layer}, component {lower.get('from', 0) + 1}:"
        shape = self.page.locator(
            f".em-reach[aria-label^='{name}']" if lower else f".em-node[data-layer='{layer}'][data-node='{node}'] .em-dot"
        )
        shape.scroll_into_view_if_needed()
        self.page.mouse.move(
            *shape.evaluate(
                """(shape) => {
                  const { x, y } = shape.getPointAtLength(shape.getTotalLength() / 2).matrixTransform(shape.getScreenCTM())
                  return [x, y]
                }"""
            )
        )
