"""The player in a real browser: time, keys, scrubbing and the picture."""

import re

import pytest

from pages.work.player_files import modules


def test_the_first_picture_is_there_before_anything_is_clicked(visit):
    player = visit()
    assert player.place == (0, "M") and player.get("state") == "paused"
    player.page.wait_for_function("document.querySelectorAll('.em-density-panel .scatterlayer .points path').length >= 272")
    assert "Old Faithful" in player.root.get_attribute("aria-label")
    assert player.page.locator(".em-status").inner_text().startswith("Iteration 0")


def test_every_module_is_asked_for_at_once_and_fetched_once(player):
    asked, fetched = player.page.evaluate("""() => {
      const names = (addresses) => addresses.flatMap((address) => address.split(/\\/player-[0-9a-f]+./)[1] ?? []).sort()
      return [names([...document.querySelectorAll("link[rel=modulepreload]")].map(({ href }) => href)),
              names(performance.getEntriesByType("resource").map(({ name }) => name))]
    }""")
    assert asked == fetched == sorted(modules("explore.js"))


def test_play_paints_every_iteration_and_ends_finished_in_one_script_run(visit):
    player = visit()
    player.sample().speed("5").click("Linger")  # a late frame skips none then
    player.click("Play").wait(state="finished")
    iterations = [frame["iteration"] for frame in player.painted()]
    assert iterations == list(range(iterations[-1] + 1)) and iterations[-1] >= 10
    assert player.get("script-runs") == "1"
    assert "the stopping rule holds" in player.page.locator(".em-status").inner_text()
    player.click("Linger")


def test_playing_again_at_the_end_begins_anew(player):
    player.speed("60").click("Play").wait(state="finished")
    last = player.iteration
    player.speed("5").sample().click("Play").wait(state="finished")
    iterations = [frame["iteration"] for frame in player.painted()]
    assert 0 in iterations and iterations[-1] == last


def test_pause_stops(player):
    player.speed("5").click("Play").wait(least=2)
    player.click("Pause").wait(state="paused")
    place = player.place
    player.page.wait_for_timeout(600)
    assert player.place == place and player.get("state") == "paused"
    player.click("Play").wait(least=place[0] + 1)


def test_steps_forward_and_back(player):
    player.click("Step forward").wait(iteration=1, half="M")
    player.click("Step forward").wait(iteration=2, half="M")
    two = player.cells()
    player.click("Step forward").wait(iteration=3, half="M")
    assert player.cells() != two
    player.click("Step back").wait(iteration=2, half="M")
    assert player.cells() == two, "going back shows the same numbers"
    player.click("Reset").wait(iteration=0, half="M")
    assert player.page.get_by_role("button", name="Step back", exact=True).is_disabled()


def test_a_half_step_changes_colours_then_parameters(player):
    start = player.cells()
    player.click("Half-step forward").wait(iteration=1, half="E")
    assert "E-step: every point is shared out" in player.page.locator(".em-sentence").inner_text()
    player.page.wait_for_function("document.querySelector('.em-picture:not(.em-moving)')")
    shapes = player.shapes()
    player.click("Half-step forward").wait(iteration=1, half="M")
    assert "M-step: every component moves" in player.page.locator(".em-sentence").inner_text()
    player.page.wait_for_function("document.querySelector('.em-picture:not(.em-moving)')")
    assert player.cells() != start and player.shapes() != shapes
    player.click("Half-step forward").wait(iteration=2, half="E")


def test_an_e_step_leaves_the_ellipses_where_they_are(player):
    player.click("Step forward").wait(iteration=1).still()
    before, colours = player.shapes(), player.colours()
    player.click("Half-step forward").wait(iteration=2, half="E").still()
    assert player.shapes() == before and player.colours() != colours


def test_keys(player):
    player.press("ArrowRight").wait(iteration=1, half="M")
    player.press("Shift+ArrowRight").wait(iteration=2, half="E")
    player.press("Shift+ArrowRight").wait(iteration=2, half="M")
    player.press("ArrowLeft").wait(iteration=1)
    player.press("End").wait(state="finished", least=3)  # the state is told at once, the iteration with the next frame
    last = player.iteration
    player.press("Home").wait(iteration=0)
    player.press("Space").wait(least=1)
    player.press("Space").wait(state="paused")
    assert 0 < player.iteration < last


def test_keys_are_left_to_a_field_that_is_typed_in(player):
    player.page.get_by_text("Stopping and starts", exact=True).click()
    field = player.page.get_by_label("Most iterations", exact=True)
    field.click()
    for key in ("ArrowRight", "Home", "End", "Space"):
        player.press(key)
    player.page.wait_for_timeout(300)
    assert player.place == (0, "M") and player.get("state") == "paused"
    player.page.get_by_text("Stopping and starts", exact=True).click()


def test_scrubbing_reaches_any_iteration_also_one_not_computed_yet(visit):
    player = visit()
    player.scrub(9).wait(iteration=9, state="paused")
    nine = player.cells()
    player.scrub(3).wait(iteration=3)
    assert player.cells() != nine
    player.scrub(9).wait(iteration=9)
    assert player.cells() == nine
    player.scrub(200).wait(state="finished")
    assert player.iteration < 200, "the run ended before"


def test_a_click_on_the_curve_jumps_there(player):
    player.speed("60").click("Play").wait(state="finished").still()
    # the curve is drawn anew up to half a second after the end, with an axis that ends there
    player.page.wait_for_function(
        "(last) => document.querySelector('.em-curve-panel .em-plot')._fullLayout.xaxis.range[1] < last + 1", arg=player.iteration
    )
    x, y = player.page.evaluate("""(() => {
      const plot = document.querySelector('.em-curve-panel .em-plot'), box = plot.getBoundingClientRect(), { xaxis, yaxis } = plot._fullLayout
      return [box.x + xaxis._offset + xaxis.d2p(6), box.y + yaxis._offset + yaxis._length / 2]
    })()""")
    player.page.mouse.click(x, y)
    player.wait(iteration=6)


def test_one_playhead_for_picture_numbers_and_curve(player):
    player.scrub(5).wait(iteration=5).still()
    assert player.range.input_value() == "5" and re.match(r"Iteration 5 · .* · M-step", player.page.locator(".em-status").inner_text())
    share, weight = player.page.locator(".em-weight").first.text_content(), float(player.cells()[0])
    assert float(share.rstrip(" %\u2009\u00a0")) == pytest.approx(100 * weight, abs=0.51)


def test_zoom_is_kept_while_playing(visit):
    player = visit()
    player.wait_for_axes()
    box = player.page.locator(".em-density-panel .nsewdrag").first.bounding_box()
    left, top, width, height = (box[name] for name in ("x", "y", "width", "height"))
    player.page.mouse.move(left + 0.3 * width, top + 0.3 * height)
    player.page.mouse.down()
    player.page.mouse.move(left + 0.8 * width, top + 0.7 * height, steps=5)
    player.page.mouse.up()
    player.page.wait_for_timeout(500)
    zoomed = player.axes()
    assert zoomed[0][1] - zoomed[0][0] < 3, "the picture is zoomed"
    player.click("Play").wait(least=4)
    assert player.axes() == zoomed
    player.wait(state="finished").still()
    assert player.axes() == zoomed
    player.page.mouse.dblclick(left + width / 2, top + height / 2)
    player.page.wait_for_function("document.querySelector('.em-density-panel .em-plot')._fullLayout.xaxis.range[1] > " + str(zoomed[0][1]))


def test_the_tabs_follow_the_playhead(player):
    player.tab("Metrics")
    value = player.page.get_by_role("row").filter(has=player.page.get_by_role("rowheader", name="BIC")).locator(".em-value")
    before = value.inner_text()
    player.scrub(8).wait(iteration=8)
    assert value.inner_text() != before
    player.tab("Events")
    assert player.page.get_by_text("Nothing unusual so far.").is_visible()


def test_a_component_can_be_looked_at_alone(player):
    player.scrub(8).wait(iteration=8).still()
    node = player.page.get_by_role("button", name="Component 1, weight")
    node.hover()
    player.page.wait_for_function("document.querySelector('.em-picture.em-moving')")
    player.page.mouse.move(5, 5)
    player.still()


def test_with_reduced_motion_it_shows_a_few_steps_a_second(player):
    player.page.emulate_media(reduced_motion="reduce")
    player.speed("60").sample().click("Play").wait(least=1)
    player.page.wait_for_timeout(3000)
    frames = [frame for frame in player.painted() if frame["iteration"] > 0]
    assert 3 <= len(frames) <= 8, "at most two half-steps a second"
    assert {"E", "M"} == {frame["half"] for frame in frames}


# whether the play button of a new bar pulses: for one who has been here, and for one who has not
PULSES = """async () => {
  const { Controls } = await import(document.querySelector('link[href*="panels/controls.js"]').href)
  const player = document.querySelector('.em-player').parentElement.emPlayer
  const pulses = () => {
    const controls = new Controls(document.createElement('div'), player)
    document.removeEventListener('keydown', controls.keys)
    return controls.play.classList.contains('em-pulse')
  }
  const before = pulses()
  localStorage.removeItem('mixes-introduced')
  return [before, pulses()]
}"""
PULSE = """() => {
  const { animationName, animationDuration, animationIterationCount } = getComputedStyle(document.querySelector('.em-play'), '::before')
  return [animationName, parseFloat(animationDuration) * animationIterationCount]
}"""


def test_a_pulse_invites_a_first_visitor_for_less_than_five_seconds_and_nobody_with_reduced_motion(player):
    page = player.page
    assert page.locator(".em-pulse").count() == 0
    assert page.evaluate(PULSES) == [False, True]
    page.evaluate("document.querySelector('.em-play').classList.add('em-pulse')")
    name, seconds = page.evaluate(PULSE)
    assert name == "em-pulse" and 0 < seconds < 5, "what moves by itself for longer needs a button that stops it"
    page.emulate_media(reduced_motion="reduce")
    assert page.evaluate(PULSE)[0] == "none"
    page.evaluate("document.querySelector('.em-play').classList.remove('em-pulse')")


def test_playing_over_and_over_leaves_no_nodes_behind(player):
    player.speed("60")
    counts = []
    for _ in range(5):
        player.click("Play").wait(state="finished").still()
        player.page.wait_for_timeout(300)
        counts.append(player.page.evaluate("document.getElementsByTagName('*').length"))
    assert max(counts[1:]) <= counts[1] + 5
