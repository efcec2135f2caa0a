"""The page round the player in a real browser: settings, uploads, downloads, layout, themes, and a phone."""

import io
import json
import struct

import pandas as pd
import pytest
from PIL import Image

from mixes import GMM, datasets, parameters_from_json
from tests.browser.faults import faults

BLOBS = pd.DataFrame(datasets.generate("blobs", 300, random_state=3).X, columns=["left", "right"])
PHONE = dict(width=390, height=844, has_touch=True, is_mobile=True, device_scale_factor=2)


def expand(player, name):
    player.page.get_by_text(name, exact=True).click()


def upload(player, name, content):
    player.page.get_by_role("radio", name="Upload").click()
    player.page.locator("[data-testid=stFileUploader] input[type=file]").set_input_files(
        {"name": name, "mimeType": "text/csv", "buffer": content}
    )


def outside(player, selectors, width, height):
    """Those of the elements that do not lie wholly in the window."""
    boxes = {selector: player.page.locator(selector).first.bounding_box() for selector in selectors}
    return {
        name: box
        for name, box in boxes.items()
        if not box or box["x"] < 0 or box["y"] < 0 or box["x"] + box["width"] > width or box["y"] + box["height"] > height
    }


# the texts of the sidebar that are wider than what holds them
CUT = """[...document.querySelectorAll('[data-testid=stSidebar] *')].filter((node) => [...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim()))
  .filter((node) => { for (let at = node; at.dataset.testid !== 'stSidebar'; at = at.parentElement)
    if (getComputedStyle(at).overflowX !== 'visible' && at.clientWidth && at.scrollWidth > at.clientWidth + 1) return true })
  .map((node) => node.textContent)"""

# every (run, title of the horizontal axis) that was painted
TITLES = """() => {
  window.titles = new Set()
  const look = () => {
    const run = document.querySelector('[data-testid=em-player]').dataset.run.split(' ')[0]
    window.titles.add(`${run} ${document.querySelector('.em-density-panel .xtitle').textContent}`)
    requestAnimationFrame(look)
  }
  look()
}"""


# -- Settings -----------------------------------------------------------------------------------------------------------


def test_a_setting_changed_while_playing_forks_there_and_goes_on(player):
    expand(player, "Stopping and starts")
    first = player.get("run")
    player.page.get_by_text("Stop there", exact=True).click()  # so that a slow machine does not come too late for the fork
    player.wait(other_run=first, iteration=0)
    expand(player, "Steering")
    player.click("Linger").speed("5").sample().click("Play").wait(least=4)
    before = player.get("run")
    touched = player.iteration
    player.slider("Update rate").focus()
    player.press("ArrowLeft").wait(other_run=before)
    run = player.get("run")
    player.wait(state="playing", run=run)
    player.wait(least=8)
    player.click("Pause").wait(state="paused")
    frames = player.painted()
    old, new = ([frame["iteration"] for frame in frames if frame["run"] == name] for name in (before, run))
    assert new and len({frame["run"] for frame in frames}) == 2
    assert touched <= new[0] <= old[-1] + 1, "the fork is where the setting was touched"
    assert new == list(range(new[0], new[-1] + 1)), "and goes on from there"


def test_another_number_of_components_is_a_new_run_and_the_old_one_is_a_click_away(player):
    player.scrub(6).wait(iteration=6)
    before = player.get("run")
    player.slider("Components k").focus()
    player.press("ArrowRight").wait(other_run=before, iteration=0, state="paused")
    assert player.page.locator(".em-node[data-layer]").count() == 3
    player.page.get_by_role("button", name="GMM, 2 components, Old Faithful").click()
    player.wait(run=before, iteration=6)
    assert player.slider("Components k").input_value() == "2"


def test_what_is_pressed_while_a_run_is_prepared_happens_to_it_and_another_view_shows_the_same_iteration(player):
    iterations = lambda run: [frame["iteration"] for frame in player.painted() if frame["run"] == run]
    first = player.watch().sample().get("run")
    player.page.get_by_role("button", name="Examples").click()
    player.page.get_by_role("button", name="A network on the geyser").click()
    player.press("Space")  # the list has closed, and the keys are the player's
    player.wait(other_run=first, state="playing")
    assert player.states()[0] == "preparing" and iterations(first) == [0], "it was shown, and the run before never played"
    assert player.page.get_by_test_id("stPopoverBody").count() == 0
    run = player.get("run")
    player.speed("2").click("New start")
    player.wait(other_run=run, state="playing").click("Pause").wait(state="paused")
    run = player.get("run")
    player.click("New start").click("Step forward").click("Step forward")
    player.wait(other_run=run, iteration=2, state="paused")
    player.scrub(12).wait(iteration=12)
    run = player.get("run")
    look = player.page.get_by_role("combobox", name="Look at")
    look.scroll_into_view_if_needed()
    player.painted()  # a list that opens while the page still scrolls closes again
    look.click()
    player.page.get_by_role("option", name="layer 1").click()
    player.wait(other_run=run, iteration=12)
    player.click("Step back").wait(iteration=11)
    assert iterations(player.get("run")) == [12, 11]


def test_other_data_come_on_their_own_axes_and_play_at_once(player):
    first = player.get("run")
    player.wait_for_axes().page.evaluate(TITLES)
    player.page.get_by_role("combobox", name="Data set").click()
    player.page.get_by_role("option", name="Digits").click()
    player.wait(other_run=first, state="paused").watch()
    player.click("Play").wait(least=1)
    assert "preparing" not in player.states(), "that the page's script has set k and Start asks for no other run"
    titles = player.page.evaluate("[...window.titles]")
    assert len(titles) == 2, titles


def test_an_event_is_listed_and_leads_to_its_iteration(player):
    expand(player, "Stopping and starts")
    before = player.get("run")
    field = player.page.get_by_label("Most iterations", exact=True)
    field.fill("5")
    field.press("Enter")
    player.wait(other_run=before)
    player.click("Play").wait(state="finished", iteration=5)
    assert "did not hold within 5 iterations" in player.page.locator(".em-status").inner_text()
    player.tab("Events").scrub(2).wait(iteration=2)
    player.page.get_by_role("button", name="Iteration 5: ").click()
    player.wait(iteration=5)


# -- Files --------------------------------------------------------------------------------------------------------------


def test_an_uploaded_table_is_played(player):
    before = player.get("run")
    upload(player, "blobs.csv", BLOBS.assign(**{f"c{j}": 0 for j in range(12)}).to_csv(index=False).encode())
    player.wait(other_run=before, iteration=0)
    shown, whole = player.page.locator(".st-key-columns_list").evaluate("list => [list.clientHeight, list.scrollHeight]")
    assert shown < 400 < 1000 < whole, "many columns scroll, and what is below them stays near"
    assert "blobs.csv" in player.root.get_attribute("aria-label") and "left" in player.get("run")
    player.click("Play").wait(least=3)


def test_a_bad_upload_keeps_the_picture(player):
    run = player.get("run")
    upload(player, "notes.csv", b"dear diary\ntoday\nnothing\n")
    player.page.get_by_text("notes.csv has no column of numbers").wait_for()
    assert player.get("run") == run
    player.click("Step forward").wait(iteration=1)


def test_downloads(player):
    player.scrub(7).wait(iteration=7).still().tab("Export")
    files = {}
    for label in ("Parameters (JSON)", "Trace (CSV)", "Picture (PNG)", "Rows with components (CSV)", "Rows with components (Parquet)"):
        with player.page.expect_download() as waiting:
            player.click(label)
        files[waiting.value.suggested_filename] = waiting.value.path().read_bytes()
    [parameters, trace, picture, rows, parquet] = files.values()
    assert [name.rsplit(".")[-1] for name in files] == ["json", "csv", "png", "csv", "parquet"] and all(
        "old_faithful" in name for name in files
    )
    model = GMM.from_parameters(parameters_from_json(parameters.decode()))
    assert json.loads(parameters) and model.score_samples(datasets.load("Old Faithful").X).sum() < -1100
    frame = pd.read_csv(io.BytesIO(trace))
    shown = player.page.locator(".em-status").inner_text().split("log-likelihood ")[1].split()[0].replace("\u2212", "-")
    assert frame.log_likelihood[7] == pytest.approx(float(shown), abs=0.01)
    labelled = datasets.read_table(rows, "rows.csv")
    assert (labelled["component"] - 1).tolist() == model.predict(datasets.load("Old Faithful").X).tolist()
    pd.testing.assert_frame_equal(datasets.read_table(parquet, "rows.parquet"), labelled, check_dtype=False)
    assert picture[:8] == b"\x89PNG\r\n\x1a\n" and struct.unpack(">II", picture[16:24]) == (1600, 1200)
    looks = "new Set([...document.querySelectorAll('.em-density-panel .scatterlayer .points path')].map((p) => p.style.opacity)).size"
    before = player.page.evaluate(looks)
    switch = player.page.get_by_role("switch", name="Show uncertainty")
    switch.check()
    note, picture = player.page.get_by_text("small and pale: unsure"), player.page.locator(".em-density-panel .em-picture").bounding_box()
    note.wait_for()
    box = note.bounding_box()
    assert box["y"] + box["height"] <= picture["y"] + 1 and box["x"] + box["width"] <= picture["x"] + picture["width"], "it covers no point"
    player.still()
    assert player.page.evaluate(looks) >= before + 3, "the less sure a row, the paler"
    switch.uncheck()
    player.still()
    assert player.page.evaluate(looks) == before
    assert player.get("script-runs") == "1"


# -- Layout -------------------------------------------------------------------------------------------------------------


def test_all_that_is_needed_is_seen_without_scrolling(player):
    needed = (".em-picture", ".em-network", ".em-curve", ".em-bar", ".em-status", ".em-tabs", ".em-table tbody tr")
    assert outside(player, needed, 1440, 900) == {}
    assert player.page.evaluate(CUT) == [], "no word of the sidebar is cut"
    player.page.get_by_role("combobox", name="Start").click()
    player.page.get_by_role("option", name="k-means").click()
    button = player.page.get_by_role("button", name="New start")
    button.hover()
    said = player.page.get_by_role("tooltip", name="The same settings")
    said.wait_for()
    assert said.bounding_box()["y"] >= button.bounding_box()["y"] + button.bounding_box()["height"], "nothing above a button is covered"
    assert player.page.evaluate(CUT) == []
    assert player.page.locator("[data-testid=stSidebar]").is_visible()
    player.page.set_viewport_size({"width": 1024, "height": 768})
    table = player.page.get_by_role("region", name="Parameters")
    assert table.evaluate("(node) => node.scrollWidth - node.clientWidth") <= 0, "all ten columns are seen"
    for width, height in ((1024, 768), (844, 390)):  # a projector, a phone on its side
        player.page.set_viewport_size({"width": width, "height": height})
        assert outside(player, (".em-picture", ".em-keys", ".em-curve", ".em-bar", ".em-status"), width, height) == {}
    player.page.get_by_role("button", name="sidebar").click()
    player.page.set_viewport_size({"width": 720, "height": 450})  # 200 % of a desktop
    assert outside(player, (".em-picture", ".em-curve", ".em-bar", ".em-status"), 720, 450) == {}
    label = player.page.evaluate("getComputedStyle(document.querySelector('[data-testid=stExpandSidebarButton]'), '::after').content")
    assert label == '"Pages and settings"'


def test_nothing_moves_while_the_numbers_change(player):
    regions = (".em-picture", ".em-network", ".em-curve", ".em-bar", ".em-status", ".em-tabs")
    boxes = lambda: [player.page.locator(region).bounding_box() for region in regions]
    player.click("Step forward").wait(iteration=1).still()
    before = boxes()
    player.speed("60").click("Play").wait(least=5)
    assert boxes() == before
    player.wait(state="finished").still()
    assert boxes() == before


def test_on_a_phone_it_fits_and_the_thumb_finds_everything(visit):
    player = visit(**PHONE)
    wide = player.page.evaluate(
        "[document.documentElement, document.querySelector('[data-testid=stMain]'), document.querySelector('.em-player')]"
        ".map((node) => node.scrollWidth - node.clientWidth)"
    )
    assert max(wide) <= 0, "no scrolling sideways"
    assert outside(player, (".em-picture", ".em-bar", "[aria-label=Play]"), 390, 844) == {}, "picture and controls are there at once"
    targets = player.page.evaluate("""[...document.querySelectorAll('.em-player :is(button, select, input, [role=tab])')]
      .filter((node) => node.offsetParent && !node.closest('.modebar')).map((node) => node.closest('label') ?? node)
      .map((node) => [node.ariaLabel || node.textContent, node.offsetWidth, node.offsetHeight])""")
    assert len(targets) >= 12
    assert [target for target in targets if min(target[1:]) < 40] == []
    player.page.get_by_role("button", name="Play", exact=True).tap()
    player.wait(least=2)
    assert outside(player, (".em-bar",), 390, 844) == {}
    player.tab("Metrics").page.wait_for_selector(".em-metrics")
    assert player.page.locator(".em-measured .em-scroll").evaluate("(table) => table.scrollWidth - table.clientWidth") <= 0, (
        "no help is cut"
    )


# -- Themes and other eyes -----------------------------------------------------------------------------------------------


def test_both_themes_are_for_everyone_and_a_change_of_theme_keeps_the_place(player):
    page = player.page
    edges = lambda: page.locator(".em-reach").evaluate_all("(edges) => edges.map((edge) => [edge.ariaLabel, edge.tabIndex])")
    player.scrub(4).wait(iteration=4).still()
    assert edges() == [[None, -1]] * 2, "an edge of a plain mixture does what its node does"
    run = player.get("run")
    assert faults(page, "light", "dark") == []
    assert player.place == (4, "M") and player.get("run") == run
    player.click("Step forward").wait(iteration=5)
    page.get_by_role("button", name="Examples").click()
    page.get_by_role("button", name="A network on the geyser").click()
    player.wait(other_run=run, state="paused").still()
    assert faults(page, "dark", "light") == []
    between = [edge for edge in edges() if edge[0]]
    assert len(between) == 10 and all(name.startswith("From layer 2, component") and index == 0 for name, index in between)
    page.get_by_role("link", name="Compare").click()
    page.wait_for_selector(".em-compare[data-iteration='0']")
    player.wait_for_axes(".em-lane-B")
    assert faults(page, "light", "dark") == []
    run = player.get("run")
    page.get_by_role("button", name="Begin with").click()
    page.get_by_role("button", name="GMM with 10 components against GMN [2, 5]").click()
    player.wait(other_run=run, iteration=0, state="paused").wait_for_axes(".em-lane-B")
    assert faults(page, "dark", "light") == []


# a background that forced colours have left
SEEN = """(selector) => { const { backgroundColor } = getComputedStyle(document.querySelector(selector))
  return !['rgba(0, 0, 0, 0)', getComputedStyle(document.querySelector('.stApp')).backgroundColor].includes(backgroundColor) }"""


def test_forced_colours_keep_sliders_playhead_selection_and_dots(player):
    page = player.page
    player.scrub(4).wait(iteration=4).still()
    page.get_by_role("button", name="Component 1, weight").click()
    page.emulate_media(forced_colors="active", color_scheme="dark")
    page.wait_for_selector(".em-player.em-dark")
    slider = "[data-testid=stSlider] div:has(> div > input[type=range])"
    shown = (".em-playhead", ".em-playdot", ".em-chip", ".em-play", slider, "[data-testid=stButtonGroup] [aria-checked=true]")
    assert [selector for selector in shown if not page.evaluate(SEEN, selector)] == []
    look = lambda selector, name: page.evaluate(
        "([selector, name]) => getComputedStyle(document.querySelector(selector))[name]", [selector, name]
    )
    assert look("[aria-label=Iteration]", "forcedColorAdjust") == "none", "else its track is gone"
    assert look(".em-tabs [aria-selected=true]", "borderBottomColor") != look(".em-tabs [aria-selected=false]", "borderBottomColor")
    page.wait_for_function("""() => { const fill = (panel) => document.querySelector(`${panel} .xtick text`).style.fill
      return fill('.em-density-panel') === fill('.em-curve-panel') }""")  # also while a component is held
    page.emulate_media(forced_colors="none")


# -- Words for a screen reader ------------------------------------------------------------------------------------------


def test_names_roles_and_the_tab_key(player):
    page = player.page
    for name in ("Reset", "Step back", "Play", "Step forward", "Half-step forward", "Linger"):
        assert page.get_by_role("button", name=name, exact=True).count() == 1, name
    assert page.get_by_role("slider", name="Iteration", exact=True).count() == 1
    assert page.get_by_role("combobox", name="Speed").count() == 1
    assert page.get_by_role("region", name="Gaussian mixture (GMM), 2 components, on Old Faithful").count() == 1
    assert page.get_by_role("tab").all_inner_texts() == ["Parameters", "Metrics", "Events", "Export"]
    assert page.get_by_role("tab", selected=True).inner_text() == "Parameters" and page.get_by_role("tabpanel").count() == 1
    node = page.get_by_role("button", name="Component 1, weight 50")
    percentage = node.locator(".em-weight").bounding_box()
    page.mouse.click(percentage["x"] - 1, percentage["y"] + percentage["height"] / 2)
    page.wait_for_selector(".em-node[data-node='0'][aria-pressed=true]")  # a click between node and percentage counts
    player.press("Escape")
    assert page.get_by_role("figure", name="Density and points").count() == 1
    spoken = page.locator(".em-player [aria-live=polite]")
    player.click("Step forward").wait(iteration=1)
    page.wait_for_function("document.querySelector('.em-player [aria-live=polite]').textContent.startsWith('Iteration 1')")
    assert spoken.count() == 1
    player.page.get_by_role("button", name="Play", exact=True).focus()
    reached = []
    for _ in range(5):
        player.press("Tab")
        reached.append(player.page.evaluate("document.activeElement.ariaLabel"))
    assert reached == ["Step forward", "Half-step forward", "Iteration", "Linger", "Speed"]


def test_the_animation_shows_every_iteration_so_far(player):
    player.speed("30").click("Play").wait(state="finished")
    shown = player.iteration
    player.tab("Export")
    with player.page.expect_download() as download:
        player.click("Animation (GIF)")
    path = download.value.path()
    assert download.value.suggested_filename == "gmm_old_faithful.gif" and path.stat().st_size < 3e6
    with Image.open(path) as animation:
        assert animation.size == (640, 480) and animation.n_frames == shown + 1
        pictures = []
        for number in range(animation.n_frames):
            animation.seek(number)
            pictures.append(animation.convert("RGB").tobytes())
    assert len(set(pictures)) == len(pictures), "every iteration looks different"


def test_a_setting_forks_where_an_export_stopped_the_player(player):
    expand(player, "Steering")
    player.tab("Export").speed("5").click("Play").wait(least=3)
    with player.page.expect_download():
        player.click("Script (Python)")
    player.wait(state="paused")
    before, rested = player.get("run"), player.iteration
    player.slider("Update rate").focus()
    player.press("ArrowLeft").wait(other_run=before)
    player.wait(iteration=rested)
