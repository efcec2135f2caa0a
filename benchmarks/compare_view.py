"""Drive the Compare page in headless Chromium and print how fast it is with two and with four models, beside the bars.

    python -m benchmarks.compare_view [--url http://localhost:8501]

Data: 1,000 generated points; 5 and 6 components, two features; 60 iterations a second, no stopping rule.
"""

import argparse
import statistics

from playwright.sync_api import sync_playwright

from benchmarks.live_view import NOTE_PAUSE, SCRUB, SECONDS, Page, chromium, per_second, server, set_up


def compare(page):
    """Explore's run beside the same with one component more."""
    set_up(page, 1000, 1, 5)
    page.new_run(lambda: page.page.get_by_role("link", name="Compare").click())
    page.page.get_by_label("Speed").select_option("60")


def two_more(page):
    """Two duplicates from other random starts."""
    for number in (1, 2):
        page.page.get_by_role("button", name="… with").first.click()
        page.new_run(lambda: page.page.get_by_role("button", name="Another random start").click())
        page.page.get_by_test_id(f"em-lane-{'BCD'[number]}").wait_for()


def measure(page, models, bar):
    """Rows (what, measured, bar or empty) of the table."""
    scripts = int(page.get("script-runs"))
    page.page.evaluate(NOTE_PAUSE)
    known, received = page.known(), page.bytes
    painted, frames, waiting = page.play(SECONDS)
    yield f"{models} models: painted iterations per second", f"{per_second(painted):.1f}", f"≥ {bar}"
    yield f"{models} models: frames that waited for rows", f"{waiting / frames:.1%}", ""
    yield f"{models} models: websocket bytes per iteration", f"{(page.bytes - received) / (page.known() - known):,.0f}", ""
    pauses = []
    for _ in range(5):
        pauses.append(page.pause()[0])
        page.press_play()
        page.page.wait_for_timeout(700)
    page.pause()
    yield f"{models} models: pause, median and worst of 5", f"{statistics.median(pauses):.0f} and {max(pauses):.0f} ms", "≤ 100 ms"
    last, scrubs = int(page.get("iteration")), []
    for i in range(20):
        scrubs.append(page.page.evaluate(SCRUB, 1 + (i * 7919) % last))
        page.page.wait_for_timeout(100)
    yield f"{models} models: scrub, median and worst of 20", f"{statistics.median(scrubs):.0f} and {max(scrubs):.0f} ms", "≤ 100 ms"
    yield f"{models} models: script runs while playing", str(int(page.get("script-runs")) - scripts), "0"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--url", help="a running app; by default one is started")
    arguments = parser.parse_args()
    with server(arguments.url) as url, sync_playwright() as playwright:
        browser = chromium(playwright)
        page = Page(browser, url)
        compare(page)
        print(f"{'n = 1,000, k = 5, 60 iterations a second':<52}{'measured':>22}   bar")
        for models, bar in ((2, 30), (4, 15)):
            if models == 4:
                two_more(page)
            for what, measured, least in measure(page, models, bar):
                print(f"{what:<52}{measured:>22}   {least}", flush=True)
        print(f"{'console errors':<52}{'; '.join(page.problems) or 'none':>22}   none")
        browser.close()


if __name__ == "__main__":
    main()
