"""The Compare page in a real browser."""

import re

import pytest

TABLE = "[aria-label='Table of the models'] table"


class Compare:
    """The Compare page, as a person uses it and a test reads it."""

    def __init__(self, player, go=True, at="='0'"):
        self.player, self.page = player, player.page
        if go:
            self.page.get_by_role("link", name="Compare").click()
        self.page.wait_for_selector(f".em-compare[data-iteration{at}]")
        player.wait_for_axes(".em-lane-B")

    def preset(self, name):
        before = self.player.get("run")
        self.page.get_by_role("button", name="Begin with").click()
        self.page.get_by_role("button", name=name).click()
        self.player.wait(other_run=before, iteration=0)
        return self

    def lane(self, letter):
        return self.page.get_by_test_id(f"em-lane-{letter}")

    def places(self, letters="AB"):
        return [int(self.lane(letter).get_attribute("data-iteration")) for letter in letters]

    def to_the_end(self):
        self.player.speed("60").click("Play").wait(state="finished")
        return self

    def table(self):
        """The finished table: measure -> texts of its cells."""
        self.page.wait_for_selector(f"{TABLE} tbody")
        self.page.wait_for_selector(".em-progress", state="detached")
        rows = self.page.locator(f"{TABLE} tbody tr").all()
        return {row.locator("th").inner_text(): row.locator("td").all_inner_texts() for row in rows}

    def ranges(self):
        """Axis ranges of all pictures, rounded."""
        return self.page.evaluate("""() => [...document.querySelectorAll('.em-compare .em-picture .em-plot')].map((plot) =>
          [plot._fullLayout.xaxis.range, plot._fullLayout.yaxis.range].flat().map((v) => v.toFixed(4)).join())""")

    def colours(self, letter):
        """The colour of every point in a still picture."""
        return self.page.evaluate(
            """(letter) => document.querySelector(`[data-testid=em-lane-${letter}] .em-plot`).data
          .find((trace) => trace.meta?.role === 'points').marker.color""",
            letter,
        )


@pytest.fixture
def compare(visit):
    return Compare(visit())


@pytest.fixture
def compared(lend, address):
    """Two models at their ends: those of the test before if that has changed no setting, else of a new visit."""
    player = lend()
    if not player.untouched(address, ".em-compare", 2):
        return Compare(player.open(address)).to_the_end()
    player.page.get_by_label("Lockstep").select_option(index=0)
    player.page.evaluate("document.activeElement.blur()")
    player.press("Escape").press("End").wait(state="finished")
    return Compare(player, go=False, at="")


def test_models_play_in_lockstep_and_wait_for_nobody_who_has_ended(compare):
    compare.player.sample().speed("5").click("Play").wait(least=4).click("Pause").wait(state="paused")
    paused, places = compare.player.iteration, compare.places()
    compare.to_the_end()
    assert compare.player.get("script-runs") == "2", "playing runs no script of the page (one run was Explore's)"
    first, last = compare.places()
    assert first < last == compare.player.iteration, "two components are found before three"
    assert places == [min(paused, first), paused]
    assert [compare.lane(letter).get_attribute("data-state") for letter in "AB"] == ["ended", "ended"]
    compare.player.scrub(first // 2).wait(iteration=first // 2)
    assert compare.places() == [first // 2] * 2
    # by convergence both are at their ends together, and half-way together
    compare.player.press("End").wait(iteration=last)
    compare.page.get_by_label("Lockstep").select_option("convergence")
    assert compare.places() == [first, last]
    compare.player.scrub(last // 2).wait(iteration=last // 2)
    assert compare.places() == [round(last // 2 * first / last), last // 2]


def test_zoom_is_linked(compared):
    [whole] = set(compared.ranges())
    box = compared.page.locator(".em-lane-A .nsewdrag").bounding_box()
    x, y, w, h = (box[name] for name in ("x", "y", "width", "height"))
    compared.page.mouse.move(x + 0.2 * w, y + 0.2 * h)
    compared.page.mouse.down()
    compared.page.mouse.move(x + 0.7 * w, y + 0.7 * h, steps=4)
    compared.page.mouse.up()
    compared.page.wait_for_function(
        "(before) => document.querySelector('.em-difference-panel .em-plot')._fullLayout.xaxis.range.flat()[0].toFixed(4) !== before",
        arg=whole.split(",")[0],
    )
    [zoomed] = set(compared.ranges())
    assert zoomed != whole
    compared.player.press("Home").wait(iteration=0).click("Play").wait(least=3).click("Pause")
    assert set(compared.ranges()) == {zoomed}, "playing leaves the zoom alone"
    compared.page.mouse.dblclick(x + w / 2, y + h / 2)
    compared.page.wait_for_function(
        "(before) => document.querySelector('.em-difference-panel .em-plot')._fullLayout.xaxis.range.flat()[0].toFixed(4) === before",
        arg=whole.split(",")[0],
    )


def test_a_point_is_shown_in_all_pictures_with_both_probabilities(compared):
    compared.page.wait_for_selector(".em-lane-A .em-picture:not(.em-moving)")
    place = compared.page.evaluate("""() => {
      const plot = document.querySelector('.em-lane-B .em-plot'), { xaxis, yaxis } = plot._fullLayout
      const points = plot.data.find((trace) => trace.meta?.role === 'points'), { left, top } = plot.getBoundingClientRect()
      return [left + xaxis._offset + xaxis.d2p(points.x[10]), top + yaxis._offset + yaxis.d2p(points.y[10])]
    }""")
    compared.page.mouse.move(*place)
    status = compared.page.locator(".em-sentence")
    status.filter(has_text=re.compile(r"row \d+: A component \d, \d+ % · B component \d, \d+ %")).wait_for()
    assert compared.page.locator(".em-ring:visible").count() == 3, "in both pictures and on the difference"


def test_the_table_sorts_marks_the_best_and_is_downloaded(compared):
    table = compared.table()
    assert {"log-likelihood", "AIC", "BIC", "ICL", "entropy", "silhouette", "parameters", "iterations"} <= set(table)
    assert "ARI" not in table, "these data have no classes"
    a, b, _ = table["log-likelihood"]
    assert "★" in b and "★" not in a and float(b.strip("★ ").replace("−", "-")) > float(a.replace("−", "-"))
    assert re.search(r"± 0\.\d", table["held-out log-likelihood"][0])
    letters = compared.page.locator(f"{TABLE} thead .em-letter")
    compared.page.get_by_role("button", name="log-likelihood", exact=True).click()
    assert letters.all_inner_texts() == ["B", "A"]
    compared.page.get_by_role("button", name="log-likelihood", exact=True).click()
    assert letters.all_inner_texts() == ["A", "B"]
    assert "noise" in compared.page.locator(".em-evidence").inner_text()
    with compared.page.expect_download() as download:
        compared.page.get_by_role("button", name="Download (CSV)").click()
    assert download.value.path().read_text().startswith("model,log-likelihood")


def test_the_replay_of_a_comparison_plays_offline(compared, browser, tmp_path):
    compared.table()
    compared.player.tab("Export")
    with compared.page.expect_download() as download:
        compared.page.get_by_role("button", name="Replay of this comparison (HTML)").click()
    file = tmp_path / "replay.html"
    download.value.save_as(file)
    places = compared.places()
    context = browser.new_context(offline=True)
    page, problems = context.new_page(), []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    page.goto(file.as_uri())
    replay = type(compared.player)(page).wait(iteration=0)
    assert page.locator(TABLE).count() == 1, "the table is in the file"
    replay.speed("60").click("Play").wait(state="finished", iteration=max(places))
    assert [int(page.get_by_test_id(f"em-lane-{letter}").get_attribute("data-iteration")) for letter in "AB"] == places
    replay.scrub(3).wait(iteration=3)
    context.close()
    assert problems == []


def test_a_duplicate_joins_and_the_first_models_keep_their_rows(compared):
    compared.page.get_by_role("button", name="… with").first.click()
    before = compared.player.get("run")
    compared.page.get_by_role("button", name="Annealing", exact=True).click()
    compared.player.wait(other_run=before)
    compared.page.get_by_test_id("em-lane-C").wait_for()
    titles = [compared.lane(letter).locator(".em-model").inner_text() for letter in "ABC"]
    assert titles == ["2 components, not annealed", "2 components, annealed from v = 0.1", "3 components, not annealed"]
    compared.to_the_end()
    assert compared.lane("C").get_attribute("data-state") == "ended"


def test_the_same_cluster_has_the_same_colour_in_every_picture(compare):
    compare.preset("Three starts").to_the_end()
    compare.page.wait_for_selector(".em-lane-C .em-picture:not(.em-moving)")
    a, b, c = (compare.colours(letter) for letter in "ABC")
    same = [sum(x.lower() == y.lower() for x, y in zip(a, other)) / len(a) for other in (b, c)]
    assert max(same) > 0.5 and len(a) == 500  # shades tell confidence, so that only sure points match to the digit
    words = compare.page.locator(".em-difference-panel h3").inner_text()
    assert re.search(r"\d+ of 500 points differ", words)


def test_a_page_that_is_left_and_found_again_goes_on_as_it_did(compare):
    page, player = compare.page, compare.player
    pace = lambda: (page.get_by_label("Speed").input_value(), page.get_by_role("button", name="Linger").get_attribute("aria-pressed"))
    player.scrub(3).wait(iteration=3).click("Linger").speed("0.5").click("Play").wait(state="playing")
    page.get_by_role("link", name="Explore").click()
    page.wait_for_selector(".em-player:not(.em-compare)[data-iteration]")
    assert pace() == ("10", "true") and player.get("state") == "paused"
    player.scrub(4).wait(iteration=4).speed("1").click("Play").wait(state="playing")
    page.get_by_role("link", name="Compare").click()
    page.wait_for_selector(".em-compare[data-iteration]")
    player.wait(state="playing", least=3)
    assert pace() == ("0.5", "false")
    player.click("Pause").wait(state="paused")
    page.get_by_role("link", name="Explore").click()
    page.wait_for_selector(".em-player:not(.em-compare)[data-iteration]")
    player.wait(state="playing", least=4)
    assert pace() == ("1", "true")
    page.get_by_role("link", name="Compare").click()
    page.wait_for_selector(".em-compare[data-iteration]")
    assert player.get("state") == "paused" and compare.places() == [player.iteration] * 2 and player.iteration >= 3


def test_a_model_that_fails_says_so_beside_the_others(compare):
    rows = "".join(f"{x * x},{(7 * x) % 11}\n" for x in range(12))
    compare.page.get_by_text("Upload", exact=True).click()
    compare.page.locator("input[type=file]").set_input_files(
        {"name": "small.csv", "mimeType": "text/csv", "buffer": f"x,y\n{rows}".encode()}
    )
    compare.page.get_by_text("12 rows × 2 features", exact=True).wait_for()
    before = compare.player.get("run")
    compare.page.get_by_role("tab", name="B", exact=True).click()
    compare.player.slider("Components k").nth(1).press("End")
    compare.player.wait(other_run=before)
    compare.lane("B").get_by_text("choose at most 12 components").wait_for()
    assert compare.lane("B").get_attribute("data-state") == "failed"
    compare.to_the_end()
    assert compare.lane("A").get_attribute("data-state") == "ended"
    assert "failed" in " ".join(compare.table()["BIC"])


@pytest.mark.parametrize("width, height", [(1440, 900), (390, 844)])
def test_a_link_to_the_page_fits_its_width(open_link, address, width, height):
    compare = Compare(open_link(f"{address}compare", width, height), go=False)
    assert compare.page.evaluate("document.documentElement.scrollWidth") <= width
    bar = compare.page.locator(".em-controls").bounding_box()
    assert 0 <= bar["x"] and bar["x"] + bar["width"] <= width and bar["y"] + bar["height"] <= height, "the bar is in sight"
