"""Many starts and sweeps: seconds beside the bars, and beside the same fits by `run` in sequence.

    python -m benchmarks.tune [--rounds 5]

Processes have begun before the library is timed, and have not before the jobs of a page are. The 126 fits are those of
mclust's default table, 14 covariance structures of 1 to 9 components: from one k-means of a size, as mclust has one hierarchical
clustering for all, and by mclust's stopping rule and by our own, which goes on longer. Last the page itself is driven in headless
Chromium: a map is run while its marks are pointed at and a run is scrubbed in another window.
"""

import argparse
import os
import time
from functools import partial
from statistics import median

from playwright.sync_api import sync_playwright

from benchmarks.live_view import SCRUB, chromium, server
from mixes import GMM, datasets
from mixes.gaussian import CODES
from mixes.selection import blocks, cells, restarts, run_block, run_of, sweep
from mixes.stopping_criterion import Criterion
from pages.jobs.jobs import Jobs
from pages.jobs.units import Batch
from pages.work.settings import LEARNING

STARTS, TABLE = 50, {"covariance_type": CODES, "n_components": range(1, 10)}
CELLS = {"n_components": range(1, 11), "var_regularization": [10.0**-power for power in range(1, 11)]}
EPSILONS = next(setting for setting in LEARNING if setting.name == "regularisation").kind.options[:10]
ENOUGH = 10_000  # iterations, so that the stopping rule ends all


class AsMclust(Criterion):
    """The log-likelihood changes by less than a share of itself, as mclust has it."""

    needs = 2

    def holds(self, before, now):
        return abs(now - before) < self.threshold * (1 + abs(now))


def timed(work):
    """Seconds, and what it gives."""
    began = time.perf_counter()
    found = work()
    return time.perf_counter() - began, found


def costs(work):
    """Seconds, and seconds of this process's processor time."""
    began = time.process_time()
    seconds, _ = timed(work)
    return seconds, time.process_time() - began


def many_starts(rounds):
    """50 starts with one process, with two, and by `run` in sequence."""
    X = datasets.generate("pinwheel", n=1000, random_state=0).X
    model = GMM(5, init="random", max_iter=ENOUGH, random_state=0)
    restarts(model, X, 20, n_jobs=2)  # processes begin
    seconds = {}
    for n_jobs in (1, 2):
        seconds[n_jobs] = median(timed(lambda n_jobs=n_jobs: restarts(model, X, STARTS, n_jobs=n_jobs))[0] for _ in range(rounds))
    table = restarts(model, X, STARTS)
    singly, ends = timed(lambda: [run_of(model, X, start).finish() for _, start in table.iterrows()])
    off = max(abs(end.objective - value) for end, value in zip(ends, table["objective"]))
    if not table["converged"].all() or off > 1e-4:
        raise RuntimeError(f"the starts did not end as the same runs do: {off:.1e} apart.")
    yield f"{STARTS} starts, k = 5, n = 1000, d = 2: one process", f"{seconds[1]:.2f} s", ""
    yield "the same with two", f"{seconds[2]:.2f} s", "≤ 1 s"
    yield "the same by `run` in sequence", f"{singly:.2f} s", ""
    yield "its ratio to two processes, and to one", f"{singly / seconds[2]:.1f} and {singly / seconds[1]:.1f}", ""


def as_mclust(rounds):
    """126 fits as in mclust's default table, by its stopping rule and by ours, and by `run` in sequence."""
    X = datasets.load("Old Faithful").X
    for rule, criterion, bar in (("mclust's stopping rule", AsMclust(1e-5), "mclust: .5-.7 s"), ("our stopping rule", "log_lik", "")):
        model = GMM(random_state=0, max_iter=ENOUGH, stopping_criterion=criterion)
        sweep(model, X[::2], TABLE, n_starts=1, n_jobs=2)  # processes import
        for n_jobs in (1, 2):
            # a clustering that is known is not made again, so each round has other rows, by less than their last figure
            tables = [partial(sweep, model, X + 1e-9 * (1 + i + n_jobs * rounds), TABLE, n_starts=1, n_jobs=n_jobs) for i in range(rounds)]
            seconds, processor = (median(each) for each in zip(*map(costs, tables)))
            yield f"126 fits of Old Faithful, {rule}: {'one process' if n_jobs == 1 else 'two'}", f"{seconds:.2f} s", bar
            if n_jobs == 1:
                yield "the same, of a processor's time", f"{processor:.2f} s", bar
        table = sweep(model, X, TABLE, n_starts=1)
        cases = [(GMM(**model.get_params() | {name: row[name] for name in TABLE}), row) for row in table.to_dict("records")]
        singly, ends = timed(lambda cases=cases: [run_of(each, X, row).finish() for each, row in cases])
        steps, off = sum(end.iteration for end in ends), max(abs(end.objective - row["objective"]) for end, (_, row) in zip(ends, cases))
        best = table.loc[table["BIC"].idxmin()]
        if not table["converged"].all() or off > 1e-4 or (best["covariance_type"], best["n_components"]) != ("EEE", 3):
            raise RuntimeError(f"the fits did not end as the same runs do, {off:.1e} apart, or the best is not mclust's.")
        yield f"the same {steps:,} steps by `run` in sequence", f"{singly:.2f} s", ""


def a_map():
    """10 x 10 cells x 5 starts as a page has them, and what a player beside them notices."""
    X = datasets.load("Old Faithful").X
    model = GMM(init="random", random_state=0)
    batches = []
    for cell in cells(model, CELLS):
        own = GMM(init="random", random_state=0).set_params(**cell.settings)
        rows = own.prepared(X)
        batches.append(Batch(cell.number, run_block, (own, rows), tuple(blocks(own, rows, range(5)))))
    player = GMM(5, random_state=0, stopping_criterion=None, max_iter=10**6).start(datasets.generate("blobs", n=500, random_state=0).X)
    alone = median(timed(player.step)[0] for _ in range(500))
    jobs = Jobs()
    with jobs.closing():
        began, first, steps = time.perf_counter(), None, []
        job = jobs.start(batches, "map")
        while job.state in ("measuring", "asks", "running"):
            if job.state == "asks":
                job.go()
            if first is None and job.results:
                first = time.perf_counter() - began
            steps.append(timed(player.step)[0])
            time.sleep(0.02)
        whole = time.perf_counter() - began
    if job.state != "done" or job.done != 500 or any(isinstance(result.found, str) for result in job.results):
        raise RuntimeError(f"the job is {job.state} with {job.done} of {job.total} starts: {job.problem}")
    yield f"10 x 10 cells x 5 starts, {jobs.workers} processes: the first results", f"{first:.2f} s", "≤ 1 s"
    yield "the same: all", f"{whole:.1f} s", "≤ 15 s"
    yield "a step of a player beside it, and alone, median", f"{1e3 * median(steps):.2f} and {1e3 * alone:.2f} ms", ""


# Runs before the page's own scripts: from the click on, when the map has its first value, and when the work is done and drawn;
# from the first move of the mouse since the last label, when the next one stands there.
WATCH_MAP = """
window.map = { click: 0, begun: false, first: 0, done: 0, moved: 0, hovers: [], label: '' }
const press = ({ target, timeStamp }) => {
  if (target.closest('.st-key-run_tune')) Object.assign(window.map, { click: timeStamp, begun: false, first: 0, done: 0 })
}
addEventListener('click', press, true)
addEventListener('mousemove', ({ timeStamp }) => { window.map.moved ||= timeStamp }, true)
const filled = ({ type, z }) => type === 'heatmap' && [...z].some((row) => [...row].some(Number.isFinite))
const look = () => {
  const { map } = window, plot = document.querySelector('.em-tune-plot'), label = plot?.querySelector('.hovertext')?.textContent ?? ''
  const known = plot && !plot.hidden && plot._fullData?.some(filled), { state } = document.querySelector('.em-tune-progress')?.dataset ?? {}
  map.begun ||= map.click && !(known && state === 'done') // what stood there before is gone
  if (map.begun && known) map.first ||= performance.now()
  if (map.first && state === 'done') map.done ||= performance.now()
  if (label && label !== map.label && map.moved) map.hovers.push(performance.now() - map.moved)
  if (label !== map.label) Object.assign(map, { label, moved: 0 })
  requestAnimationFrame(look)
}
requestAnimationFrame(look)
"""


def the_page(url):
    """10 x 10 cells x 5 starts on the page: from the press on, and what is felt meanwhile."""
    query = f"v=1&tu=sweep&tn=5&x=components.1-10&y=regularisation.{','.join(map('{:g}'.format, EPSILONS))}&tv=map"
    with server(url) as address, sync_playwright() as playwright:
        browser = chromium(playwright)
        tune, explore = (browser.new_context(viewport={"width": 1440, "height": 900}).new_page() for _ in range(2))
        tune.add_init_script(WATCH_MAP)
        tune.goto(f"{address}tune?{query}")
        done = ".em-tune-progress[data-state=done]"
        tune.wait_for_selector(done, state="attached", timeout=120_000)
        explore.goto(f"{address}?v=1&k=5&n=100&at=end")
        explore.wait_for_selector("[data-testid=em-player][data-state]", timeout=60_000)
        explore.wait_for_timeout(3000)
        last = int(explore.get_by_test_id("em-player").get_attribute("data-iteration"))
        plot = tune.locator(".em-tune-plot").bounding_box()
        tune.get_by_role("button", name="Run again", exact=True).click()
        tune.wait_for_function("window.map.first", timeout=60_000)
        scrubs, i = [], 0
        while not tune.evaluate("window.map.done"):
            i += 1
            tune.evaluate("window.map.moved = 0")
            x, y = 0.15 + 0.08 * (i % 10), 0.2 + 0.07 * (3 * i % 9)
            tune.mouse.move(plot["x"] + x * plot["width"], plot["y"] + y * plot["height"])
            scrubs.append(explore.evaluate(SCRUB, 1 + (i * 7919) % last))
            tune.wait_for_timeout(200)  # where nothing has come yet there is no label
        told = tune.evaluate("window.map")
        tune.wait_for_selector(done, state="attached")
        browser.close()
    what = "the same on the page:"
    yield f"{what} the first results after the press", f"{(told['first'] - told['click']) / 1000:.2f} s", "≤ 1 s"
    yield f"{what} all are drawn", f"{(told['done'] - told['click']) / 1000:.1f} s", "≤ 15 s"
    for name, took in (("its marks are pointed at", told["hovers"]), ("a run is scrubbed", scrubs)):
        yield f"{what} {name}, median and worst of {len(took)}", f"{median(took):.0f} and {max(took):.0f} ms", "≤ 100 ms"
    yield "load of the machine's processors at the end", f"{os.getloadavg()[0]:.1f} of {os.cpu_count()}", ""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--url", help="a running app; by default one is started")
    options = parser.parse_args()
    print(f"{'':<68}{'measured':>18}   bar", flush=True)
    for rows in (many_starts(options.rounds), as_mclust(options.rounds), a_map(), the_page(options.url)):
        for what, measured, bar in rows:
            print(f"{what:<68}{measured:>18}   {bar}", flush=True)


if __name__ == "__main__":
    main()
