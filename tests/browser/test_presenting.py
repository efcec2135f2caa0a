"""Presenting in a real browser: for a projector, on both pages, and back."""

import re

from tests.browser.test_comparison import Compare

PROJECTORS = [(1024, 768), (1440, 900), (1920, 1080)]
FRAME = ("[data-testid=stSidebar]", "[data-testid=stHeader]", ".mixes-headline")

# what does not lie wholly in the window, and words that are cut
FAULTS = """([shown, whole]) => {
  const boxes = shown.flatMap((name) => [...document.querySelectorAll(`.em-player ${name}`)].map((node) => [name, node.getBoundingClientRect()]))
  const out = boxes.filter(([, { left, top, right, bottom, width }]) => !width || left < 0 || top < 0 || right > innerWidth || bottom > innerHeight)
  const cut = whole.map((name) => document.querySelector(`.em-player ${name}`))
    .filter((node) => node.scrollHeight > node.clientHeight + 1 || node.scrollWidth > node.clientWidth + 1)
  const small = [...document.querySelectorAll('.em-player :is(.em-plot, .em-network)')].filter((node) => node.clientHeight < 120)
  const aside = document.querySelector('[data-testid=stMain]')
  return [out.map(([name]) => name), cut.map((node) => node.textContent), small.length, aside.scrollWidth - aside.clientWidth]
}"""
# sizes of type in pixels: title, status, axis, node of the network
TYPE = """() => ['.em-title', '.em-sentence', '.em-picture .xtick text'].map((name) => parseFloat(getComputedStyle(document.querySelector(name)).fontSize))"""
# WCAG 2: the least contrast of text with the page
CONTRAST = """() => {
  const pen = document.createElement('canvas').getContext('2d', { willReadFrequently: true })
  const light = (colour) => {
    pen.fillStyle = colour
    pen.fillRect(0, 0, 1, 1)
    const [r, g, b] = [...pen.getImageData(0, 0, 1, 1).data].map((v) => v / 255).map((v) => (v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4))
    return .2126 * r + .7152 * g + .0722 * b + .05
  }
  const back = light(getComputedStyle(document.querySelector('.stApp')).backgroundColor)
  const said = [...document.querySelectorAll('.em-player *')].filter((node) => node.getClientRects().length && !node.closest('.em-number, .em-letter, :disabled, .modebar')
    && [...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim()))
  const inks = said.map((node) => light(node.ownerSVGElement ? getComputedStyle(node).fill : getComputedStyle(node).color))
  return [said.length, Math.min(...inks.map((ink) => Math.max(ink, back) / Math.min(ink, back)))]
}"""


def presented(player, on=True):
    player.page.wait_for_function("(on) => document.documentElement.classList.contains('presenting') === on", arg=on)
    return player


def fits(player, shown, title):
    """On every projector all of this is seen without scrolling, no readout is cut, and the frame of the page is away."""
    page = player.page
    for width, height in PROJECTORS:
        page.set_viewport_size({"width": width, "height": height})
        player.painted()
        out, cut, small, aside = page.evaluate(FAULTS, [shown, [".em-title", ".em-sentence"]])
        assert (out, cut, small) == ([], [], 0) and aside <= 0, (width, height)
        assert page.locator(".em-title").inner_text() == title
        assert [name for name in FRAME if page.locator(name).first.is_visible()] == []


def test_explore_is_presented_by_a_click_and_left_by_esc_as_it_was(player):
    page = player.page
    regions = [*FRAME, ".em-picture", ".em-network", ".em-curve", ".em-bar", ".em-status", ".em-tabs"]
    state = lambda: (player.place, player.get("run"), page.get_by_label("Speed").input_value(), player.axes())
    boxes = lambda: [page.locator(name).first.bounding_box() for name in regions]
    player.tab("Metrics").speed("2").scrub(6).wait(iteration=6).click("Half-step forward").wait(half="E").still()
    before, where, type_before = state(), boxes(), page.evaluate(TYPE)
    player.click("Present")
    presented(player)
    page.wait_for_function("Boolean(document.fullscreenElement)")
    assert page.get_by_role("button", name="Present", pressed=True).get_attribute("title") == "Back to the whole page. (p or Esc)"
    player.still()
    assert state() == before and page.get_by_role("tab", selected=True).inner_text() == "Metrics"
    fits(
        player,
        [".em-picture", ".em-network", ".em-curve", ".em-bar", ".em-status"],
        "Gaussian mixture (GMM), 2 components, on Old Faithful",
    )
    for (width, height), times in zip(PROJECTORS, (1.5, 1.5, 1.9)):  # more pixels make no larger screen
        page.set_viewport_size({"width": width, "height": height})
        tick = "parseFloat(getComputedStyle(document.querySelector('.em-picture .xtick text')).fontSize)"
        page.wait_for_function(f"Math.abs({tick} - {times * type_before[2]}) < 0.01")
        title, sentence, _ = page.evaluate(TYPE)
        assert title >= 15 * times and sentence >= 13.5 * times
    assert page.locator(".em-curve .js-line").first.evaluate("(line) => parseFloat(getComputedStyle(line).strokeWidth)") >= 3
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme=scheme)
        page.wait_for_selector(".em-player.em-dark" if scheme == "dark" else ".em-player:not(.em-dark)")
        player.still()
        count, least = page.evaluate(CONTRAST)
        assert count > 30 and least >= 4.5, scheme
    page.set_viewport_size({"width": 1440, "height": 900})
    player.press("Escape")
    presented(player, False).still()
    page.wait_for_function("!document.fullscreenElement")
    assert (state(), page.evaluate(TYPE)) == (before, type_before) and boxes() == where
    assert page.get_by_role("tab", selected=True).inner_text() == "Metrics" and player.get("script-runs") == "1"
    # what plays goes on playing, to and fro
    player.watch().click("Play").wait(least=7, state="playing").press("p")
    presented(player).wait(least=8, state="playing")
    page.evaluate("document.exitFullscreen()")  # as the browser's own Esc
    presented(player, False).wait(least=9)
    assert set(player.states()) <= {"playing", "waiting"}


def test_a_deep_model_and_a_comparison_are_presented_and_it_stays_on_the_next_page(player):
    page = player.page
    for scheme in ("dark", "light"):  # whoever has changed the theme can go back as well
        page.emulate_media(color_scheme=scheme)
        page.wait_for_selector(".em-player.em-dark" if scheme == "dark" else ".em-player:not(.em-dark)")
    run = player.get("run")
    page.get_by_role("button", name="Examples").click()
    page.get_by_role("button", name="Handwritten digits, three layers").click()
    player.wait(other_run=run, iteration=0).press("p")
    player.scrub(2).wait(iteration=2).click("Half-step forward").wait(half="E").wait_for_axes()
    deep = "Deep mixture of layers (DGMM), layers of [10, 5, 2] components and [10, 6, 2] factors, on Digits"
    fits(player, [".em-picture", ".em-network", ".em-curve", ".em-bar", ".em-status"], deep)
    page.locator(".em-node[data-layer='0']").first.click()
    page.set_viewport_size({"width": 1024, "height": 768})
    said = page.locator(".em-density-panel h3 small")
    said.filter(has_text="Layer 1, component 1: weight").wait_for()
    assert page.evaluate(FAULTS, [[], [".em-density-panel h3 small"]])[1] == [], "what is said of a node is whole"
    assert said.bounding_box()["width"] > 590, "and has the width of the picture"
    words = page.locator(".em-sentence").inner_text()
    assert re.match(r"Iteration 3 · objective \S+ · log-likelihood \S+ · E-step: every point .*", words)
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate(FAULTS, [[], [".em-title", ".em-sentence"]])[1] == [], "nor on a phone"
    player.click("Present")
    page.set_viewport_size({"width": 1440, "height": 900})
    compare = Compare(presented(player, False)).preset("GMM with 10 components against GMN [2, 5]")
    player.wait_for_axes(".em-lane-B").press("p")
    player.click("Half-step forward").wait(half="E")
    shown = [".em-lane .em-picture", ".em-difference-panel .em-picture", ".em-curve", ".em-bar", ".em-status"]
    fits(player, shown, "A GMM, 10 components · B GMN, [2, 5] components, on Old Faithful")
    assert compare.places() == [1, 1]
    compared = player.get("run")
    page.go_back()  # to the models before
    player.wait(other_run=compared)
    page.go_back()
    page.wait_for_selector(".em-player:not(.em-compare)[data-iteration]")
    assert page.locator(".em-title").inner_text() == deep
    assert page.get_by_role("button", name="Present", pressed=True).count() == 1
    player.press("Escape")
    presented(player, False)
    assert page.locator("[data-testid=stSidebar]").is_visible()


def test_a_student_who_follows_a_link_of_the_lecturer_on_a_phone_has_a_way_back(visit):
    player = visit(390, 844, has_touch=True, is_mobile=True)
    page = player.page
    button = page.get_by_role("button", name="Present")
    assert button.count() == 0, "a phone is no projector"
    page.evaluate("document.querySelector('.em-player').parentElement.emPlayer.present(true)")
    presented(player).click("Half-step forward").wait(half="E").click("Half-step forward").wait(half="M")
    assert "2 components" in page.locator(".em-title").inner_text()
    out, cut, _, aside = page.evaluate(FAULTS, [[".em-picture", ".em-bar", ".em-present"], [".em-title", ".em-sentence"]])
    assert (out, cut) == ([], []) and aside <= 0
    button.tap()
    presented(player, False)
    assert button.count() == 0
