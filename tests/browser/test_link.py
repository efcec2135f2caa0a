"""A link in real browsers: opened elsewhere, reloaded, gone back from, and found again by a server that was killed."""

import io
import re

import numpy as np
from PIL import Image

FORKS = "&f=3:u.0.5;5:a.0.4"
STATES = [
    f"v=1&d=g_moons_200_0.3_1&k=4{FORKS}",
    f"v=1&d=g_skewed-clouds_200_0.3_0&m=skewgmm&k=3&i=kmeans{FORKS}",
    f"v=1&m=dgmm&i=kmeans&L=2x2,3x1{FORKS}",
    f"v=1&d=iris&m=gmn&i=kmeans&L=3x2,2x1{FORKS}&w=3,4&unsure=1",
]


def query(player):
    """What stands in the address once it says where the playhead stands."""
    half = "E" if player.get("half") == "E" else ""
    player.page.wait_for_url(re.compile(rf"[?&]at={player.iteration}{half}&ll="), timeout=player.patience)
    return player.page.url


# all that Plotly has drawn: where, and in which colours
PATHS = """[...document.querySelectorAll('.em-density-panel .main-svg path')].map((path) =>
  [path.getAttribute('d'), path.getAttribute('transform'), path.style.fill, path.style.stroke, path.style.opacity])"""


def drawn(player):
    """What is drawn, to the last digit: picture, network and table; and the pixels, once they are at rest."""
    player.still().wait_for_axes()
    player.page.mouse.move(0, 0)
    player.page.evaluate("document.activeElement.blur()")
    before, now = None, pixels(player)
    while before is None or any((a != b).any() for a, b in zip(before, now, strict=True)):
        player.page.wait_for_timeout(200)
        before, now = now, pixels(player)
    paths = sorted(player.page.evaluate(PATHS), key=str)  # Plotly draws the loops of a level in any order
    return (paths, player.page.locator(".em-network").inner_html(), player.cells()), now


def pixels(player):
    """Those of picture and network."""
    panels = [
        player.page.locator(panel).screenshot(animations="disabled") for panel in (".em-density-panel .em-picture", ".em-network-frame")
    ]
    return [np.asarray(Image.open(io.BytesIO(panel)).convert("RGB"), dtype=int) for panel in panels]


def assert_same(one, other):
    """The same drawing, pixel for pixel but for shades of edges: Chromium paints a picture in parts, which meet differently."""
    assert all(one[0]) and one[0] == other[0]
    for a, b in zip(one[1], other[1], strict=True):
        assert (np.abs(a - b).max(axis=2) > 0).mean() < 0.001


def test_a_link_shows_the_same_pixels_in_a_second_browser_and_after_a_reload(lend, address):
    first, second = lend(), lend()
    for begun in STATES:
        first.page.goto(f"{address}?{begun}")
        first.wait(state="paused", iteration=0).scrub(9).wait(iteration=9).click("Half-step forward").wait(half="E")
        link = query(first)
        assert link.startswith(f"{address}?{begun}&at=10E&ll=")
        second.page.goto(link)
        second.wait(iteration=10, half="E", state="paused")
        assert_same(drawn(second), seen := drawn(first))
        assert query(second) == link
    second.page.reload()
    second.wait(iteration=10, half="E", state="paused")
    assert_same(drawn(second), seen)
    assert query(second) == link


def test_back_steps_through_what_was_done_and_forward_again(player):
    player.scrub(4).wait(iteration=4)
    first, run = query(player), player.get("run")
    player.slider("Components k").focus()
    player.press("ArrowRight").wait(other_run=run, iteration=0)
    player.page.wait_for_url("**/?v=1&k=3")
    player.scrub(2).wait(iteration=2)
    second, run = query(player), player.get("run")
    player.page.go_back()
    player.wait(other_run=run, iteration=4, state="paused")
    assert query(player) == first and player.slider("Components k").input_value() == "2"
    run = player.get("run")
    player.page.go_forward()
    player.wait(other_run=run, iteration=2, state="paused")
    assert query(player) == second and player.slider("Components k").input_value() == "3"
    player.click("Step forward").wait(iteration=3)
    assert query(player) != second


def test_a_link_is_copied(open_link, address):
    player = open_link(f"{address}?v=1&k=3&at=2").wait(iteration=2)
    player.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    player.tab("Export").click("Copy link")
    player.page.get_by_text("The link is copied.", exact=True).first.wait_for()
    assert player.page.evaluate("navigator.clipboard.readText()") == query(player)


def test_a_comparison_is_opened_by_its_link(open_link, address):
    first = open_link(f"{address}compare?v=1&A=m.gmm&B=m.skewgmm~k.3&at=3").wait(iteration=3, state="paused")
    assert query(first).startswith(f"{address}compare?v=1&A=m.gmm&B=m.skewgmm~k.3&at=3")
    assert first.page.get_by_test_id("em-lane-B").count() == 1
