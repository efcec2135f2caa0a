"""The real app in a real browser: one server and one browser for all tests, a fresh context for each."""

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


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """A file's tests stay together, as they share a server and a page; all others go to whichever process is free."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.xdist_group(item.path.name))


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


@pytest.fixture
def cold_address(browser, tmp_path):
    """A server that nobody has visited."""
    with served(tmp_path) as url:
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
        return self.wait(iteration=0)

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


@pytest.fixture(scope="session")
def tab(browser):
    """A page for all visits without options: what it has loaded once it need not load again."""
    context = browser.new_context(viewport=DESKTOP)
    context.add_init_script(SEEN)
    yield context.new_page()
    context.close()


@pytest.fixture
def visit(browser, tab, address):
    """Open the app: ``visit(width, height, **context options)``, with options in a context of its own. A console error fails the test."""
    contexts, problems, pages = [], [], []
    listeners = {
        "pageerror": lambda error: problems.append(str(error)),
        "console": lambda message: problems.append(message.text) if message.type == "error" else None,
    }

    def visit(width=DESKTOP["width"], height=DESKTOP["height"], **options):
        if options or pages:
            contexts.append(browser.new_context(viewport={"width": width, "height": height}, **options))
            contexts[-1].add_init_script(SEEN)
            page = contexts[-1].new_page()
        else:
            page = tab
            page.set_viewport_size({"width": width, "height": height})
            page.emulate_media(color_scheme="light")
            page.mouse.move(0, 0)
            if page.url.startswith("http"):
                page.evaluate("localStorage.clear(), sessionStorage.clear()")
        pages.append(page)
        page.set_default_timeout(PATIENCE)
        for name, listener in listeners.items():
            page.on(name, listener)
        return Player(page).open(address)

    yield visit
    if tab in pages:
        for name, listener in listeners.items():
            tab.remove_listener(name, listener)
    for context in contexts:
        context.close()
    assert problems == []


@pytest.fixture
def player(visit):
    return visit()


@pytest.fixture
def open_link(browser):
    """Come to a page by its address: ``open_link(url, width, height)``. A console error fails the test, if it shall be clean."""
    contexts, problems = [], []

    def open_link(url, width=1440, height=900, clean=True):
        contexts.append(browser.new_context(viewport={"width": width, "height": height}))
        contexts[-1].add_init_script(SEEN)
        page = contexts[-1].new_page()
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda message: problems.append(message.text) if clean and message.type == "error" else None)
        page.goto(url)
        return Player(page)

    yield open_link
    for context in contexts:
        context.close()
    assert problems == []
