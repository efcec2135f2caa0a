"""The real app in a real browser: one server and one browser for all tests, a context for each page that is open at once."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import warnings
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DESKTOP = {"width": 1440, "height": 900}
PATIENCE = 20_000  # milliseconds; two busy cores are slow
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-partial-raster",
]  # drawn anew, pixels do not depend on what was there

# Every (run, iteration, half) that was painted, with the time
SAMPLER = """() => {
  window.painted = []
  const look = () => {
    const root = document.querySelector('[data-testid=em-player]'), last = window.painted.at(-1)
    if (root) {
      const { run, iteration, half } = root.dataset
      if (!last || last.run !== run || last.iteration !== +iteration || last.half !== half) window.painted.push({ run, iteration: +iteration, half, at: performance.now() })
    }
    requestAnimationFrame(look)
  }
  look()
}"""


# A visitor who has been here before: the slow first iterations are not shown again
SEEN = "localStorage.setItem('mixes-introduced', '1')"


def no_browser(reason):
    """Without a browser the tests fail where one is required, and are left out loudly elsewhere."""
    if os.environ.get("MIXES_BROWSER") == "required":
        pytest.fail(f"{reason}, but MIXES_BROWSER=required.", pytrace=False)
    warnings.warn(pytest.PytestWarning(f"THE BROWSER TESTS WERE LEFT OUT: {reason}."), stacklevel=1)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def browser():
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        no_browser("Playwright is not installed")
    with sync_playwright() as playwright:
        installed = filter(None, map(shutil.which, ("chromium", "google-chrome", "chromium-browser")))
        path = next(installed, playwright.chromium.executable_path)
        if not Path(path).exists():
            no_browser("no Chromium was found; install one, or call `playwright install chromium`")
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@contextmanager
def served(folder, below="", port=None):
    """The app, served on a port, or on a free one; below a path if that is given."""
    if port is None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
    log = folder / "log.txt"
    command = [
        sys.executable,
        "-m",
        "streamlit",
        "run",
        str(ROOT / "app.py"),
        "--server.port",
        str(port),
        "--server.address",
        "127.0.0.1",
        "--server.headless",
        "true",
        "--server.fileWatcherType",
        "none",
        "--browser.gatherUsageStats",
        "false",
        "--server.baseUrlPath",
        below,
    ]
    with log.open("w") as output:
        server = subprocess.Popen(command, cwd=ROOT, stdout=output, stderr=subprocess.STDOUT)
    address = f"http://127.0.0.1:{port}/{below}{'/' if below else ''}"
    try:
        until = time.monotonic() + 60
        while not healthy(f"{address}_stcore/health"):
            assert server.poll() is None and time.monotonic() < until, f"the server did not start:\n{log.read_text()}"
            time.sleep(0.1)
        yield Address(address, server)
        assert "Traceback" not in log.read_text(), log.read_text()
    finally:
        server.terminate()
        server.wait(10)
        print(log.read_text())  # told when a test fails


@pytest.fixture(scope="session")
def serve(browser):
    """Serve the app in another way: see `served`."""
    return served


@pytest.fixture(scope="session")
def address(browser, tmp_path_factory):
    """A server for all tests."""
    with served(tmp_path_factory.mktemp("server")) as url:
        yield url


class Address(str):
    """Where the app is served, and the process that does it."""

    def __new__(cls, url, server):
        address = super().__new__(cls, url)
        address.server = server
        return address


def healthy(url):
    try:
        return urllib.request.urlopen(url, timeout=1).status == 200
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


# Every state that there was
STATES = """() => {
  const root = document.querySelector('[data-testid=em-player]')
  const note = () => window.states.push(root.dataset.state)
  window.states = []
  new MutationObserver(note).observe(root, { attributeFilter: ['data-state'] })
}"""


class Player:
    """The player on an open page, as a person uses it and a test reads it."""

    patience = PATIENCE

    def __init__(self, page):
        self.page = page
        self.root = page.get_by_test_id("em-player")
        self.range = page.get_by_label("Iteration", exact=True)

    def open(self, address):
        self.page.goto(address)
        self.page.evaluate("(address) => { window.visited = address }", address)
        self.wait(iteration=0)
        # a widget whose script comes late takes more room than what stands in its place: what is below it moves under a click
        self.page.wait_for_function("!document.querySelector('[data-testid=stSkeleton]')", timeout=PATIENCE)
        return self

    def untouched(self, address, name=":not(.em-compare)", runs=1):
        """Whether that address was visited, a player of this kind is there, and no more scripts of pages have run than it takes."""
        return self.page.evaluate(
            "([address, name, runs]) => window.visited === address && document.querySelector(`.em-player${name}`)?.dataset.scriptRuns === runs",
            [address, name, str(runs)],
        )

    def rest(self):
        """The player as it is when the page is opened, but that the rows seen so far are known."""
        self.tab("Parameters").speed("10").page.mouse.move(0, 0)
        self.page.evaluate("document.activeElement.blur()")  # the keys are the player's again
        return self.press("Escape").press("Home").wait(iteration=0, half="M", state="paused").still()

    def get(self, name):
        return self.root.get_attribute(f"data-{name}")

    @property
    def iteration(self):
        return int(self.get("iteration"))

    @property
    def place(self):
        return self.iteration, self.get("half")

    def wait(self, least=None, other_run=None, **expected):
        """Wait until the root's data attributes are as given, the iteration is at least `least`, and the run is another one."""
        try:
            self.page.wait_for_function(
                """([expected, least, other]) => {
              const data = document.querySelector('[data-testid=em-player]')?.dataset
              return data && Object.entries(expected).every(([name, value]) => data[name] === String(value))
                && (least === null || +data.iteration >= least) && (other === null || data.run !== other)
            }""",
                arg=[expected, least, other_run],
                timeout=PATIENCE,
            )
        except Exception as problem:
            found = self.page.evaluate("({ ...document.querySelector('[data-testid=em-player]')?.dataset })")
            line = self.page.locator(".em-status").all_inner_texts()
            raise AssertionError(f"{expected}, at least {least}, another run than {other_run}: it is {found}, {line}") from problem
        return self

    def click(self, name):
        self.page.get_by_role("button", name=name, exact=True).click()
        return self

    def tab(self, name):
        self.page.get_by_role("tab", name=name).click()
        return self

    def speed(self, value):
        self.page.get_by_label("Speed").select_option(value)
        return self

    def press(self, key):
        self.page.keyboard.press(key)
        return self

    def slider(self, label):
        """A slider of the sidebar."""
        return self.page.locator(f'input[type=range][aria-label="{label}"]')

    def scrub(self, iteration):
        self.range.fill(str(iteration))
        return self

    def cells(self):
        """Text of the table of parameters."""
        return self.page.locator(".em-table td").all_inner_texts()

    def axes(self):
        """Ranges of the density picture."""
        return self.page.evaluate(
            "(() => { const { xaxis, yaxis } = document.querySelector('.em-density-panel .em-plot')._fullLayout; "
            "return [xaxis.range, yaxis.range] })()"
        )

    def wait_for_axes(self, panel=".em-density-panel"):
        self.page.wait_for_function(
            "(panel) => document.querySelector(`${panel} .em-plot`)?._fullLayout?.xaxis?._length > 0", arg=panel, timeout=PATIENCE
        )
        return self

    def still(self):
        """Wait until the moving picture has become the still one."""
        self.page.wait_for_selector(".em-picture:not(.em-moving)", timeout=PATIENCE)
        return self

    def shapes(self):
        """The paths of the ellipses in the still picture."""
        return self.page.evaluate("[...document.querySelectorAll('.em-density-panel .js-line')].map((line) => line.getAttribute('d'))")

    def colours(self):
        """The points' colours in the still picture."""
        return self.page.evaluate(
            "[...document.querySelectorAll('.em-density-panel .scatterlayer .points path')].map((point) => point.style.fill)"
        )

    def sample(self):
        """Begin to note every half-step that is painted; see `painted`."""
        self.page.evaluate(SAMPLER)
        return self

    def watch(self):
        """Begin to note every state; see `states`."""
        self.page.evaluate(STATES)
        return self

    def states(self):
        return self.page.evaluate("window.states")

    def painted(self):
        return self.page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(window.painted))))")


class Tabs:
    """Pages that stay open from test to test, each in a context of its own: what one has loaded it need not load again."""

    def __init__(self, browser):
        self.browser, self.free = browser, {}

    def take(self, options):
        """The first free page whose context has these options, else a new one."""
        free = self.free.setdefault(frozenset(options.items()), [])
        if free:
            return free.pop(0)
        context = self.browser.new_context(viewport=DESKTOP, **options)
        context.add_init_script(SEEN)
        return context.new_page()

    def give_back(self, page, options, clean):
        """Nothing of a visit is left but the page of the first tab, which the next test may want as it is."""
        free = self.free[frozenset(options.items())]
        page.evaluate(f"localStorage.clear(), sessionStorage.clear(), {SEEN}")
        page.context.clear_permissions()
        page.emulate_media(color_scheme="light", forced_colors="none", reduced_motion="no-preference")
        page.mouse.move(0, 0)
        if free or not clean or not page.evaluate("Boolean(window.visited)"):  # it would go on asking for a server that a test has ended
            page.goto("about:blank")
        free.append(page)


@pytest.fixture(scope="session")
def tabs(browser):
    return Tabs(browser)


@pytest.fixture
def lend(tabs):
    """A tab: ``lend(width, height, clean, **context options)``. A console error fails the test, if it shall be clean."""
    lent, problems = [], []

    def lend(width=DESKTOP["width"], height=DESKTOP["height"], clean=True, **options):
        page = tabs.take(options)
        listeners = {"pageerror": lambda error: problems.append(str(error))}
        if clean:
            listeners["console"] = lambda message: problems.append(message.text) if message.type == "error" else None
        for name, listener in listeners.items():
            page.on(name, listener)
        lent.append((page, clean, options, listeners))
        page.set_default_timeout(PATIENCE)
        page.set_viewport_size({"width": width, "height": height})
        return Player(page)

    yield lend
    for page, _, _, listeners in lent:
        for name, listener in listeners.items():
            page.remove_listener(name, listener)
    for page, clean, options, _ in lent:
        tabs.give_back(page, options, clean)
    assert problems == []


@pytest.fixture
def open_link(lend):
    """Come to a page by its address: ``open_link(url, ...)``, in a tab as it is lent."""

    def open_link(url, *size, **options):
        player = lend(*size, **options)
        player.page.goto(url)
        return player

    return open_link


@pytest.fixture
def visit(lend, address):
    """Open the app: ``visit(...)``, in a tab as it is lent."""
    return lambda *size, **options: lend(*size, **options).open(address)


@pytest.fixture
def player(lend, address):
    """The page of the test before, at rest, if that has changed no setting; else a new visit."""
    player = lend()
    return player.rest() if player.untouched(address) else player.open(address)
