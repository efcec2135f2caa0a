"""The replay: one file, opened from the disk with no server and no network."""

import re

import pytest

from mixes import datasets
from pages.wire import replays  # noqa: F401 - it adds the replay to the exports
from pages.work import experiment as experiments, exports
from pages.work.experiment import Settings

STEERING = {"use_annealing": False, "annealing_start_v": 0.5, "var_regularization": 1e-6, "update_rate": 1.0, "max_iter": 25}
SIZES = {
    "GMM": {"n_components": 2},
    "SkewGMM": {"n_components": 2, "skewness": "restricted"},
    "GMN": {"layer_sizes": (2, 3), "layer_dims": (2, 1)},
}
PATIENCE = 20_000  # milliseconds; two busy cores are slow


@pytest.fixture
def opened(browser, tmp_path):
    """Write the replay of a model on Old Faithful and open it: ``opened(model, **context options)`` gives page and last iteration."""
    contexts, problems, requests = [], [], []

    def opened(model, width=1440, height=900, **options):
        structure = {**SIZES[model], "init": "random", "n_init": 1, "random_state": 0}
        settings = Settings("Old Faithful", model, structure, STEERING, 1e-3, True, code='datasets.load("Old Faithful")')
        experiment = experiments.begin("r1", datasets.load("Old Faithful"), settings)
        name, _, text = exports.file(experiment, "replay", 0, experiment.features(0, 1))
        (tmp_path / name).write_text(text, "utf-8")
        contexts.append(context := browser.new_context(viewport={"width": width, "height": height}, offline=True, **options))
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda message: problems.append(message.text) if message.type in ("error", "warning") else None)
        page.on("request", lambda request: requests.append(request.url))
        page.goto((tmp_path / name).as_uri())
        wait(page, iteration=0, half="M", state="paused")
        return page, experiment.end["iteration"]

    yield opened
    for context in contexts:
        context.close()
    assert problems == []
    assert {url.split(":")[0] for url in requests} <= {"file", "data", "blob"}


def wait(page, **expected):
    """Wait until the player's root says so."""
    wanted = "".join(f"[data-{name}='{value}']" for name, value in expected.items())
    page.wait_for_selector(f"[data-testid=em-player]{wanted}")


def still(page):
    """Wait for the true figure, with its axes and its densities."""
    page.wait_for_function("""() => document.querySelector('.em-picture:not(.em-moving) .em-plot')?._fullLayout?.xaxis?._length > 0
      && document.querySelectorAll('.em-density-panel .scatterlayer .points path').length >= 272""")


@pytest.mark.parametrize("model", ["GMM", "SkewGMM"])
def test_a_replay_plays_to_its_end_and_goes_anywhere(opened, model):
    page, last = opened(model)
    still(page)
    assert page.evaluate("[...document.fonts].map((font) => [font.family, font.status])") == [["Source Sans", "loaded"]]
    assert page.evaluate("getComputedStyle(document.querySelector('.em-play')).backgroundColor") == "rgb(43, 92, 138)", "as in the app"
    page.get_by_label("Speed").select_option("60")
    page.get_by_role("button", name="Play", exact=True).click()
    wait(page, iteration=last, state="finished")
    still(page)
    status = page.locator(".em-status")
    assert re.match(rf"Iteration {last} · .* · M-step", status.inner_text()) and (
        "rule" in status.inner_text() or "allow" in status.inner_text()
    )
    numbers = page.locator(".em-table td").all_inner_texts()
    page.get_by_label("Iteration", exact=True).fill("3")
    wait(page, iteration=3, half="M")
    still(page)
    assert page.locator(".em-table td").all_inner_texts() != numbers
    page.keyboard.press("End")
    wait(page, iteration=last)
    assert page.locator(".em-table td").all_inner_texts() == numbers


def test_a_replay_on_a_dark_phone_offers_all_that_needs_no_python(opened):
    page, _ = opened("GMN", 390, 844, color_scheme="dark")
    still(page)
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(14, 17, 23)"
    assert page.locator(".em-player.em-dark").count() == 1
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_label("Iteration", exact=True).fill("5")
    wait(page, iteration=5)
    still(page)
    page.get_by_role("button", name="Layer 2, component 1, weight").click()  # what it explains needs Python; the rest works
    page.get_by_text("Layer 2, component 1: weight").first.wait_for()
    page.get_by_role("tab", name="Export").click()
    [button] = page.locator(".em-export button").all()
    with page.expect_download() as download:
        button.click()
    assert download.value.suggested_filename.endswith("_iteration_5.png")
    assert download.value.path().read_bytes().startswith(b"\x89PNG")
