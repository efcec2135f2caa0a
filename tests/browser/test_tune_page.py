"""The page Tune in a real browser: a question run, a start opened and two compared, work stopped and found again, files, the lab."""

import csv
import io
import re

from tests.browser.conftest import PATIENCE
from tests.browser.faults import faults

QUESTION = "v=1&d=g_unequal-sizes_100_0.15_0&k=4&n=60&tn=10&ta=1"
LONG = 5 * PATIENCE  # for many fits beside other tests


class Tune:
    """The page, as a person uses it and a test reads it."""

    def __init__(self, player):
        self.page = player.page

    def wait(self, state):
        self.page.wait_for_selector(f".em-tune-progress[data-state={state}]", state="attached", timeout=LONG)
        return self

    def press(self, name):
        self.page.get_by_role("button", name=name, exact=True).click()
        return self

    @property
    def sentence(self):
        return self.page.locator(".em-tune-told").inner_text()

    @property
    def picked(self):
        """What the lists of starts stand at."""
        return self.page.eval_on_selector_all(".em-tune-marks select", "lists => lists.map((list) => list.selectedOptions[0].textContent)")

    def place(self, mark):
        """Where a mark lies, in pixels of the page."""
        return self.page.evaluate(
            """(mark) => {
              const plot = document.querySelector('.em-tune-plot')
              const { left, top } = plot.getBoundingClientRect()
              for (const trace of plot._fullData) {
                const i = (trace.customdata ?? []).findIndex((own) => own && own[0] === mark[0] && own[1] === mark[1])
                if (i < 0 || !trace.mode.includes('markers')) continue
                const [x, y] = [trace.xaxis, trace.yaxis].map((name) => plot._fullLayout[`${name[0]}axis${name.slice(1)}`])
                return [left + x._offset + x.c2p(x.d2c(trace.x[i])), top + y._offset + y.c2p(y.d2c(trace.y[i]))]
              }
            }""",
            mark,
        )

    def settled(self, mark):
        """The same once it stays there: the chart may still find its size."""
        place, before = self.place(mark), None
        while place is None or place != before:
            self.page.wait_for_timeout(200)
            place, before = self.place(mark), place
        return place

    def pick(self, mark):
        self.page.mouse.click(*self.settled(mark))
        return self


def test_a_question_is_run_and_its_starts_are_opened_and_compared_and_the_results_are_found_again(open_link, address, tmp_path):
    tune = Tune(open_link(f"{address}tune?{QUESTION}")).wait("done")  # a link begins by itself
    page = tune.page
    found = re.search(r"Without annealing (?:at least )?(\d+) of 10 starts found the best of (\d+) optima", tune.sentence)
    assert found and 1 <= int(found[1]) <= 10 and int(found[2]) > 1 and "McNemar" in tune.sentence
    tune.pick([0, 3])
    picked = tune.picked
    assert picked[0].startswith("Start 4 without annealing") and picked[1] == "Compare it with …"
    figure = float(re.search(r"log-likelihood ([-−]?[\d.]+)", picked[0])[1].replace("−", "-"))
    assert faults(page, "light", "dark") == []
    job = page.locator(".em-tune-files a").first.get_attribute("href")

    with page.expect_download() as download:
        page.get_by_role("link", name="Starts (CSV)").click()
    rows = list(csv.DictReader(io.StringIO(download.value.path().read_text("utf-8"))))
    assert len(rows) == 20 and {row["use_annealing"] for row in rows} == {"True", "False"}
    assert abs(float(rows[3]["log-likelihood"]) - figure) < 0.01
    with page.expect_download() as download:
        tune.press("Picture (SVG)")
    assert download.value.path().read_bytes().startswith(b"<svg")

    page.get_by_label("Another start", exact=True).focus()  # without a pointer
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert tune.picked[1].startswith("Start 2 without annealing") and page.get_by_role("button", name="Compare these two").is_enabled()
    page.keyboard.press("Home")

    stands = page.evaluate("document.activeElement.blur(), document.querySelector('.em-tune-plot').clientWidth")
    page.keyboard.press("p")
    page.wait_for_function("(width) => document.querySelector('.em-tune-plot').clientWidth > width + 200", arg=stands)
    assert not page.get_by_test_id("stSidebar").is_visible() and not page.locator(".st-key-part_tune").is_visible()
    assert "4 components" in page.locator(".em-title").inner_text() and "big=1" in page.url
    page.keyboard.press("Escape")
    page.get_by_test_id("stSidebar").wait_for()

    tune.press("Open in Explore")
    page.get_by_test_id("em-player").wait_for()
    page.wait_for_selector("[data-testid=em-player][data-iteration='0'][data-state=paused]")
    assert "st=3" in page.url and "start 4 of seed" in page.get_by_test_id("stSidebar").inner_text().lower()
    page.get_by_label("Speed").select_option("60")
    page.get_by_role("button", name="Play", exact=True).click()
    page.wait_for_selector("[data-testid=em-player][data-state=finished]", timeout=LONG)
    ended = page.locator(".em-sentence").first.inner_text().replace("−", "-").replace(",", "")
    assert f"{figure:.2f}" in ended, "the run that is opened ends where the table says"

    page.get_by_role("link", name="Tune").click()
    page.locator(".em-tune-plot .main-svg").first.wait_for()
    tune.wait("done")
    assert page.locator(".em-tune-files a").first.get_attribute("href") == job, "the work was found again, not done again"
    tune.pick([0, 0]).pick([1, 0]).press("Compare these two")
    page.get_by_test_id("em-player").wait_for()
    page.wait_for_url("**/compare*")
    assert page.locator(".em-compared, .em-letter").count() > 1


def test_long_work_is_stopped_at_once_and_what_is_done_is_kept_and_the_schedule_moves_by_keys(open_link, address):
    query = "v=1&d=iris&m=dgmm&L=3x2,2x1&tu=sweep&tn=200&x=size_2.1-6&y=dim_1.1-3"
    tune = Tune(open_link(f"{address}tune?{query}"))
    page = tune.page
    page.wait_for_selector(".em-tune-progress:is([data-state=asks], [data-state=running])", timeout=LONG)
    page.locator(".em-tune-plot .main-svg").first.wait_for(timeout=LONG)
    if page.locator(".em-tune-progress").get_attribute("data-state") == "asks":
        page.get_by_text(re.compile("takes about .* as measured on the first [1-9]")).wait_for(timeout=LONG)
        assert "Fewer starts: about" in page.locator(".em-tune-progress").inner_text()
        page.locator("[data-order=go]").click()
        tune.wait("running")
    page.locator("[data-order=cancel]").click()
    tune.wait("cancelled")
    assert re.search(r"Stopped at [1-9]\d* of [\d,]+; what is done is kept", page.locator(".em-tune-progress").inner_text())
    assert page.locator(".em-tune-plot .main-svg").first.is_visible() and tune.sentence

    page.locator(".st-key-part_tune").get_by_text("Annealing", exact=True).click()
    tune.press("Anneal it")
    handle = page.get_by_role("slider", name="Where v starts")
    handle.wait_for()
    assert "v rises from 0.1 to 1" in tune.sentence
    handle.focus()
    page.keyboard.press("ArrowUp")
    page.get_by_text("v rises from 0.15 to 1").wait_for(timeout=LONG)
    page.wait_for_function("location.search.includes('a=0.15')")
    page.keyboard.press("ArrowUp")  # it still has the focus
    page.get_by_text("v rises from 0.2 to 1").wait_for(timeout=LONG)
    with page.expect_download() as download:
        page.get_by_role("link", name="Python script").click()
    assert "annealing_start_v=0.2" in download.value.path().read_text("utf-8")


def test_a_tap_picks_one_start_and_moves_nothing(open_link, address):
    tune = Tune(open_link(f"{address}tune?{QUESTION}", 390, 844, has_touch=True, is_mobile=True)).wait("done")
    tune.page.locator(".em-tune-plot").scroll_into_view_if_needed()
    place = tune.settled([0, 3])
    tune.page.touchscreen.tap(*place)
    tune.page.wait_for_timeout(800)  # as long as a browser may take to tell the tap again, as a mouse's
    assert [words[:8] for words in tune.picked] == ["Start 4 ", "Compare "] and tune.place([0, 3]) == place
