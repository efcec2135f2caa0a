"""Drive the real page in headless Chromium and print how fast it is, beside the bars it has to clear.

    python -m benchmarks.live_view [--minutes 2] [--url http://localhost:8501]

Data: 2,000 generated points, 8 components, two features; 60 iterations a second, no stopping rule. What a row for the player
costs beside the step is measured without a browser, on the digits with three layers.
"""

import argparse
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import sync_playwright

from mixes import datasets
from pages.wire import rows
from pages.work import experiment as experiments

ROOT = Path(__file__).parents[1]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--enable-precise-memory-info"]
SECONDS = 10  # of playing, for painted iterations per second

# Runs before the page's own scripts: notes when the app's frame and the first picture appear, every iteration painted,
# animation frames, those of them that waited for rows, and the last click.
WATCH = """
window.watch = { painted: [], frames: 0, waiting: 0, frame: null, picture: null, click: 0 }
addEventListener('click', (event) => { window.watch.click = event.timeStamp }, true)
const look = () => {
  const root = document.querySelector('[data-testid=em-player]'), { painted } = window.watch
  window.watch.frame ??= document.querySelector('[data-testid=stApp]') && performance.now()
  if (root?.dataset.iteration !== undefined) {
    window.watch.picture ??= performance.now()
    window.watch.frames += 1
    window.watch.waiting += root.dataset.state === 'waiting'
    const iteration = Number(root.dataset.iteration)
    if (painted.at(-1)?.[0] !== iteration) painted.push([iteration, performance.now()])
  }
  requestAnimationFrame(look)
}
requestAnimationFrame(look)
"""

# Milliseconds from the click on Pause, as the browser received it, until the state is "paused", and whether anything was
# painted in the half second after the next frame.
PAUSE = """async () => {
  const root = document.querySelector('[data-testid=em-player]')
  const frame = () => new Promise(requestAnimationFrame)
  while (root.dataset.state !== 'paused') await frame()
  const took = window.watch.paused - window.watch.click, stood = (await frame(), root.dataset.iteration)
  await new Promise((done) => setTimeout(done, 500))
  return [took, root.dataset.iteration !== stood]
}"""
NOTE_PAUSE = """new MutationObserver(() => {
  if (document.querySelector('[data-testid=em-player]').dataset.state === 'paused') window.watch.paused = performance.now()
}).observe(document.querySelector('[data-testid=em-player]'), { attributeFilter: ['data-state'] })"""

# Sets the range to an iteration; gives the milliseconds until that is painted and a frame has followed.
SCRUB = """async (iteration) => {
  const root = document.querySelector('[data-testid=em-player]'), range = root.querySelector('input[type=range]'), began = performance.now()
  range.value = iteration
  range.dispatchEvent(new Event('input', { bubbles: true }))
  while (root.dataset.iteration !== String(iteration)) await new Promise(requestAnimationFrame)
  const took = performance.now() - began
  range.dispatchEvent(new Event('change', { bubbles: true }))
  return took
}"""


@contextmanager
def started():
    """A server of our own: its address and its process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "streamlit",
                "run",
                str(ROOT / "app.py"),
                "--server.port",
                str(port),
                "--server.headless",
                "true",
                "--server.fileWatcherType",
                "none",
                "--browser.gatherUsageStats",
                "false",
            ],
            cwd=ROOT,
            stdout=log,
            stderr=log,
        )
        try:
            for _ in range(600):
                try:
                    urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=1)
                    break
                except (urllib.error.URLError, ConnectionError, TimeoutError):
                    time.sleep(0.1)
            yield f"http://127.0.0.1:{port}/", process
        finally:
            process.terminate()
            process.wait(10)


@contextmanager
def server(url):
    """The address of the app: the one given, or that of a server of our own."""
    if url:
        yield url
        return
    with started() as (address, _):
        yield address


def chromium(playwright):
    """An installed browser, or Playwright's own."""
    names = filter(None, map(shutil.which, ("chromium", "google-chrome", "chromium-browser")))
    return playwright.chromium.launch(executable_path=next(names, None), args=FLAGS)


class Page:
    """The page, and what is counted while it is used."""

    def __init__(self, browser, url):
        self.page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
        self.page.set_default_timeout(30_000)
        self.session = self.page.context.new_cdp_session(self.page)
        self.problems, self.bytes = [], 0
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.on("console", lambda message: self.problems.append(message.text) if message.type == "error" else None)
        self.page.on("websocket", lambda socket: socket.on("framereceived", self.received))
        self.page.add_init_script(WATCH)
        self.page.goto(url)
        self.wait(iteration=0)

    def received(self, frame):
        self.bytes += len(frame)

    def wait(self, **expected):
        self.page.wait_for_function(
            """(expected) => {
          const data = document.querySelector('[data-testid=em-player]')?.dataset
          return data && Object.entries(expected).every(([name, value]) => data[name] === String(value))
        }""",
            arg=expected,
        )

    def new_run(self, act):
        """Do something that begins a new run, and wait for its picture."""
        before = self.get("run")
        act()
        self.page.wait_for_function("(run) => (document.querySelector('[data-testid=em-player]')?.dataset.run ?? run) !== run", arg=before)
        self.wait(iteration=0)

    def get(self, name):
        return self.page.get_by_test_id("em-player").get_attribute(f"data-{name}")

    def watch(self, name):
        return self.page.evaluate(f"window.watch.{name}")

    def move_slider(self, label, steps):
        self.page.locator(f'input[type=range][aria-label="{label}"]').focus()
        for _ in range(steps):
            self.page.keyboard.press("ArrowRight")

    def heap_and_nodes(self):
        """MB of JavaScript in use after a collection, and nodes of the document."""
        self.session.send("HeapProfiler.collectGarbage")
        metrics = {metric["name"]: metric["value"] for metric in self.session.send("Performance.getMetrics")["metrics"]}
        return metrics["JSHeapUsedSize"] / 1e6, self.page.evaluate("document.getElementsByTagName('*').length")

    def known(self):
        """The newest iteration the player has."""
        return self.page.evaluate(
            "(() => { const range = document.querySelector('.em-player input[type=range]'); "
            "return Math.round(range.style.getPropertyValue('--known') * range.max) })()"
        )

    def press_play(self):
        self.page.get_by_role("button", name="Play", exact=True).click()

    def pause(self):
        """Milliseconds, and whether something was painted afterwards; see `PAUSE`."""
        self.page.locator(".em-play").click()
        return self.page.evaluate(PAUSE)

    def play(self, seconds):
        """Play for some time; gives the times of the painted iterations, animation frames, and those that waited for rows."""
        self.page.evaluate("Object.assign(window.watch, { painted: [], frames: 0, waiting: 0 })")
        self.press_play()
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self.page.wait_for_timeout(1000 * min(1, left))
            if self.get("state") == "finished":  # once more from the start
                self.press_play()
        return [self.watch(name) for name in ("painted", "frames", "waiting")]


def step_and_row(iterations=30):
    """Milliseconds of processor time of an iteration on the digits, and of one with its row for the player.

    The two take turns, so that they see the same machine.
    """
    digits = datasets.load("Digits")
    settings = experiments.Settings(
        "digits",
        "DGMM",
        {"layer_sizes": (10, 5, 2), "layer_dims": (10, 6, 2), "init": "kmeans", "random_state": 0, "n_init": 1},
        {"var_regularization": 0.01, "max_iter": iterations},
        1e-3,
        False,
    )
    experiment = experiments.begin("r", digits, settings)
    run = experiments.model(settings, digits.labels).start(experiment.run.X)
    times = [0.0, 0.0]
    for t in range(1, iterations + 1):
        began = time.process_time()
        run.step()
        alone = time.process_time()
        experiment.step()
        rows.row(experiment, experiment.principal, t)
        times = [times[0] + alone - began, times[1] + time.process_time() - alone]
    return [1000 * took / iterations for took in times]


def per_second(painted):
    return 1000 * (len(painted) - 1) / (painted[-1][1] - painted[0][1])


def set_up(page, rows, notches, components):
    """Points in blobs (``notches`` of the slider above 500), 5,000 iterations without stopping, 60 a second."""
    sidebar = page.page
    page.new_run(lambda: sidebar.get_by_role("radio", name="Generated").click())
    page.move_slider("Rows", notches)
    sidebar.get_by_text(f"{rows:,} rows ×").wait_for()
    page.move_slider("Components k", components - 2)
    sidebar.get_by_role("region", name=f"Gaussian mixture (GMM), {components} components, on blobs").wait_for()
    sidebar.wait_for_timeout(1000)
    sidebar.get_by_text("Stopping and starts", exact=True).click()
    field = sidebar.get_by_label("Most iterations", exact=True)

    def most():
        field.fill("5000")
        field.press("Enter")

    page.new_run(most)
    page.new_run(lambda: sidebar.get_by_text("Stop there", exact=True).click())
    sidebar.get_by_label("Speed").select_option("60")


def measure(browser, url, minutes):
    """Rows (what, measured, bar or empty) of the table."""
    Page(browser, url).page.context.close()  # the server's first visitor also waits for its imports
    page = Page(browser, url)
    frame, picture = page.watch("frame"), page.watch("picture")
    yield "first picture after navigation starts", f"{picture / 1000:.2f} s", ""
    yield "first picture after the app's frame", f"{(picture - frame) / 1000:.2f} s", "≤ 2 s"
    set_up(page, 2000, 2, 8)
    page.session.send("Performance.enable")
    page.page.evaluate(NOTE_PAUSE)
    scripts = int(page.get("script-runs"))
    received, known = page.bytes, page.known()
    painted, frames, waiting = page.play(SECONDS)
    yield "painted iterations per second", f"{per_second(painted):.1f}", "≥ 30"
    yield "animation frames per second", f"{frames / SECONDS:.1f}", ""
    yield "frames that waited for rows", f"{waiting / frames:.1%}", ""
    yield "websocket bytes per iteration", f"{(page.bytes - received) / (page.known() - known):,.0f}", ""
    pauses = []
    for _ in range(5):
        pauses.append(page.pause())
        page.press_play()
        page.page.wait_for_timeout(700)
    page.pause()
    yield (
        "pause, median and worst of 5",
        "{:.0f} and {:.0f} ms".format(*(f([took for took, _ in pauses]) for f in (statistics.median, max))),
        "≤ 100 ms",
    )
    yield "painted after the pause", str(sum(moved for _, moved in pauses)), "0"
    last = int(page.get("iteration"))
    scrubs = []
    for i in range(20):
        scrubs.append(page.page.evaluate(SCRUB, 1 + (i * 7919) % last))
        page.page.wait_for_timeout(100)
    yield "scrub, median and worst of 20", f"{statistics.median(scrubs):.0f} and {max(scrubs):.0f} ms", "≤ 100 ms"
    page.page.wait_for_timeout(1000)
    before = page.heap_and_nodes()
    painted, *_ = page.play(60 * minutes)
    page.pause()
    page.page.wait_for_timeout(1000)
    after = page.heap_and_nodes()
    yield f"painted per second over {minutes:g} minutes", f"{per_second(painted):.1f} ({len(painted):,} painted)", "≥ 30"
    yield "nodes before and after", f"{before[1]:,} and {after[1]:,}", "flat"
    yield "JavaScript heap before and after", f"{before[0]:.1f} and {after[0]:.1f} MB", "flat"
    yield "script runs since the last setting", str(int(page.get("script-runs")) - scripts), "0"
    yield "console errors", "; ".join(page.problems) or "none", "none"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--url", help="a running app; by default one is started")
    parser.add_argument("--minutes", type=float, default=2.0, help="length of the long play")
    arguments = parser.parse_args()
    step, both = step_and_row()
    print(f"digits, three layers: {step:.1f} ms a step, {both:.1f} ms with its row, {both / step:.2f} times (bar: 1.2)")
    with server(arguments.url) as url, sync_playwright() as playwright:
        browser = chromium(playwright)
        print(f"{'n = 2,000, k = 8, 60 iterations a second':<46}{'measured':>28}   bar")
        for what, measured, bar in measure(browser, url, arguments.minutes):
            print(f"{what:<46}{measured:>28}   {bar}", flush=True)
        browser.close()


if __name__ == "__main__":
    main()
