"""What a person points with: a mouse, or a finger on a phone."""


class Mouse:
    """A mouse, at a desk."""

    options = {}
    size = ()

    def __init__(self, page):
        self.page = page

    def press(self, button):
        """A button, or whatever else is pressed: a locator."""
        button.click()

    def tap(self, place):
        self.page.mouse.click(*place)

    def drag(self, place, *way):
        self.page.mouse.move(*place)
        self.page.mouse.down()
        for at in way:
            self.page.mouse.move(*at)
        self.page.mouse.up()


class Touch:
    """A finger on a phone: what the page sees are touch events."""

    options = {"has_touch": True, "is_mobile": True}
    size = (390, 844)

    def __init__(self, page):
        self.page, self.finger = page, page.context.new_cdp_session(page)

    def press(self, button):
        button.tap()

    def tap(self, place):
        self.page.touchscreen.tap(*place)

    def drag(self, place, *way):
        self.send("touchStart", place)
        for at in way:
            self.send("touchMove", at)
        self.send("touchEnd")
        self.page.wait_for_timeout(400)  # a tap at once, as no finger can, would be taken for the end of a fling

    def send(self, kind, *places):
        points = [{"x": x, "y": y} for x, y in places]
        self.finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
