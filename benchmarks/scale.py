"""All processors, data larger than memory, and a cluster: time of a step, memory, and what each further core brings.

    python -m benchmarks.scale [--rows 160_000_000]

Processors: the same run with one and with two, alternating, medians; the numbers must be equal to the last digit, and the second run
has the help of another process by then. Data larger
than memory come from a generator: every chunk is made anew whenever it is asked for, so that no disk and no cache of files is
measured, and the time of a step without them is that of the generator taken off; memory is the most that the process had. A
cluster is a scheduler and one worker, or two, on this machine: overhead is the time of a step less that of one process on the same
file.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
import warnings
from collections import deque
from collections.abc import Sequence
from statistics import median

import numpy as np

from benchmarks.gmm import start_of
from benchmarks.steps import warm
from mixes import DGMM, GMM, SkewGMM, tables

ROWS_OF_CHUNK = 2**18


class Generated(Sequence):
    """Chunks of rows of five overlapping clusters in eight features; chunk i is the same each time."""

    def __init__(self, n, d=8, k=5):
        self.n, self.d = n, d
        self.centers = np.random.default_rng(0).normal(scale=2, size=(k, d))

    def __len__(self):
        return -(-self.n // ROWS_OF_CHUNK)

    def __getitem__(self, number):
        if not 0 <= number < len(self):
            raise IndexError(number)
        rng, m = np.random.default_rng([1, number]), min(ROWS_OF_CHUNK, self.n - number * ROWS_OF_CHUNK)
        X = rng.standard_normal((m, self.d), dtype=np.float32).astype(float)
        X += self.centers[rng.integers(len(self.centers), size=m)]
        return X


def begun(model, X, **options):
    return model.set_params(stopping_criterion=None, max_iter=10**6, random_state=0).start(X, **options)


def seconds(action):
    begin = time.perf_counter()
    action()
    return time.perf_counter() - begin


def processors(rounds):
    cases = [
        ("GMM", GMM(5), (1_000_000, 8, 5)),
        ("GMM", GMM(10), (100_000, 10, 10)),
        ("GMM", GMM(16), (100_000, 32, 16)),
        ("DGMM 4-2", DGMM([4, 2], [3, 1], init="random"), (1_000_000, 8, 5)),
        ("SkewGMM restricted", SkewGMM(5, init="random"), (1_000_000, 8, 5)),
    ]
    print("                             rows   d      one      two  times   (milliseconds a step)", flush=True)
    for name, model, (n, d, k) in cases:
        X, start = start_of(n, d, k)
        if isinstance(model, GMM):
            model.set_params(init=start)
        one, two = (begun(model, X, n_threads=number) for number in (1, 2))
        warm(two)
        one.step()
        pairs = [(seconds(one.step), seconds(two.step)) for _ in range(rounds + 1)][1:]  # the first makes what is kept
        number = len(one.trace)
        if one.trace.objective.tolist() != two.trace.objective[:number].tolist() or not two.rows.walk.ready:
            raise RuntimeError(f"{name}: the numbers depend on the processors, or no process helped.")
        alone, together = (1e3 * median(column) for column in zip(*pairs))
        print(f"{name:20} {n:>12,} {d:>3} {alone:>8.1f} {together:>8.1f} {alone / together:>6.2f}", flush=True)


def one_size(n):
    """In a process of its own, for its memory: seconds of a pass of the generator, of a step, and peak megabytes."""
    X = Generated(n)
    lengths = [min(ROWS_OF_CHUNK, n - first) for first in range(0, n, ROWS_OF_CHUNK)]
    table = tables.ChunkedTable(X, lengths)
    alone = seconds(lambda: deque(X, maxlen=0))  # none is kept
    _, start = start_of(10_000, 8, 5)
    run = begun(GMM(5, init=start), table, n_threads=1)
    steps = [seconds(run.step) for _ in range(2)]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{alone} {median(steps)} {peak}")


def out_of_memory(largest):
    print("        rows        GB   generator alone   step   microseconds a row   peak MB", flush=True)
    sizes = [size for power in range(10) if (size := 4**power * 1_000_000) < largest]
    for n in (*sizes, largest):
        done = subprocess.run([sys.executable, "-m", "benchmarks.scale", "--one-size", str(n)], capture_output=True, text=True, check=True)
        alone, step, peak = map(float, done.stdout.split())
        print(f"{n:>12,} {n * 64 / 1e9:>9.2f} {alone:>15.2f} s {step:>6.2f} s {1e6 * step / n:>12.3f} {peak:>18.0f}", flush=True)


def cluster(rounds, n=1_000_000):
    from distributed import Client, LocalCluster

    X, start = start_of(n, 8, 5)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "rows.npy")
        np.save(path, X)
        here = begun(GMM(5, init=start), path, n_threads=1)
        here.step()
        alone = median(seconds(here.step) for _ in range(rounds))
        print(f"one process, one thread: {1e3 * alone:.1f} ms a step of {n:,} rows of 8 features, 5 components", flush=True)
        for workers in (1, 2):
            with (
                LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None, silence_logs=50) as made,
                Client(made) as client,
            ):
                run = begun(GMM(5, init=start), path, client=client)
                run.step()
                step = median(seconds(run.step) for _ in range(rounds))
                few_path = os.path.join(folder, "few.npy")
                np.save(few_path, X[:10_000])
                few = begun(GMM(5, init=start), few_path, client=client)
                few.step()
                overhead = median(seconds(few.step) for _ in range(rounds * 3))
                steps = len(run.trace)
                same = run.trace.objective.tolist() == here.trace.objective[:steps].tolist()
                print(
                    f"workers: {workers}, {1e3 * step:.1f} ms a step, {alone / step:.2f} times as fast as one process; "
                    f"a step of 10,000 rows {1e3 * overhead:.1f} ms; {'equal to the last digit' if same else 'NOT EQUAL'}",
                    flush=True,
                )


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--rows", type=int, default=16_000_000, help="the most rows of the data larger than memory")
    parser.add_argument("--one-size", type=int, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")
    if arguments.one_size:
        return one_size(arguments.one_size)
    processors(arguments.rounds)
    out_of_memory(arguments.rows)
    cluster(arguments.rounds)


if __name__ == "__main__":
    main()
