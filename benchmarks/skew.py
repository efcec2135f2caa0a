"""Time of one EM step of a skew-normal mixture.

    python -m benchmarks.skew

Medians over the rounds of processor time, which other programs disturb least. The original `mixes` package took
280 ms a step on Old Faithful (272 rows, 2 features, 2 components, its "full" kind). ``x n`` is the time with twice
the rows over the time: 2 is linear.
"""

import argparse
import platform
import time
from statistics import median

import numpy as np
import scipy
from threadpoolctl import threadpool_limits

from mixes import datasets
from mixes.skew import DiagonalSkewParameters, SkewGMM, SkewParameters

ORIGINAL = 280.0
FAITHFUL = 272  # rows of Old Faithful
SIZES = [(FAITHFUL, 2, 2, kind) for kind in ("full", "diagonal", "restricted")]
SIZES += [(10_000, d, 2, kind) for d in (2, 3, 5) for kind in ("full", "diagonal", "restricted")]
SIZES += [(10_000, 10, 2, "restricted")]
SAMPLED = 1000  # rows a measurement where the full and diagonal kinds are slow; the time is scaled up


def run_of(n, d, k, kind):
    """A run some steps after its k-means start, on Old Faithful or rows drawn from overlapping skew clusters."""
    if n % FAITHFUL == 0:
        X = datasets.load("Old Faithful").X
        X = np.tile((X - X.mean(axis=0)) / X.std(axis=0), (n // FAITHFUL, 1))
    else:
        X = drawn_rows(n, d, k, kind)
    run = SkewGMM(k, kind, stopping_criterion=None, max_iter=10**6, random_state=0).start(X)
    for _ in range(3):
        run.step()
    return run


def drawn_rows(n, d, k, kind):
    rng = np.random.default_rng(0)
    skewness = rng.uniform(-1.5, 1.5, size=(k, d, 1 if kind == "restricted" else d))
    skewness = skewness * np.eye(d) if kind == "diagonal" else skewness
    cls = DiagonalSkewParameters if kind == "diagonal" else SkewParameters
    truth = cls(np.full(k, 1 / k), rng.normal(scale=2, size=(k, d)), skewness, np.tile(0.3 * np.eye(d), (k, 1, 1)))
    return SkewGMM.from_parameters(truth, random_state=0).sample(n)[0]


def milliseconds(n, d, k, kind, rounds, least_seconds=0.05):
    run, times = run_of(n, d, k, kind), []
    for _ in range(rounds):
        begin, steps = time.process_time(), 0
        while not steps or time.process_time() - begin < least_seconds:
            run.step()
            steps += 1
        times.append(1e3 * (time.process_time() - begin) / steps)
    return median(times)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    print(f"NumPy {np.__version__}, SciPy {scipy.__version__}, {platform.machine()}, one thread")
    print("     n   d  k  skewness     ms a step    us a row    x n")
    with threadpool_limits(1, user_api="blas"):
        for n, d, k, kind in SIZES:
            sampled = kind != "restricted" and d > 3
            rows = SAMPLED if sampled else n
            one, two = (milliseconds(m, d, k, kind, rounds) for m in (rows, 2 * rows))
            note = f"   measured on {rows} rows" if sampled else ""
            if n == FAITHFUL and kind == "full":
                note = f"   {ORIGINAL / one:.0f} times the original's speed"
            print(f"{n:>6} {d:>3} {k:>2}  {kind:<11}{one * n / rows:>11.2f} {1e3 * one / rows:>11.2f} {two / one:>6.2f}{note}", flush=True)


if __name__ == "__main__":
    main()
