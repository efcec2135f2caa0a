"""Time and memory of one EM step of a Gaussian mixture, beside scikit-learn's GaussianMixture and Intel oneDAL's em_gmm.

    python -m benchmarks.gmm

Same rows, same start, same number of steps, with one thread and with all; the libraries take turns, each in a process of
its own (see `benchmarks.steps`) that is limited to these threads; medians over the rounds. A step of scikit-learn is its
``_e_step`` and ``_m_step``, which its ``fit`` calls in a loop; ours is ``run.step()``; oneDAL takes all steps in one call,
whose time is divided by their number. Where the parameters after the steps differ, it fails. oneDAL is installed into an
environment of its own, `.venv-onedal`, by the first call; where that cannot be, it is left out.

All covariance structures follow, with one thread. The 126 fits that R's mclust makes by default are in
`benchmarks.tune`.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import numpy as np
import sklearn
from threadpoolctl import threadpool_limits

from benchmarks.steps import ours, scikit_learns
from mixes import GaussianParameters
from mixes.gaussian import CODES, from_labels

ROOT = Path(__file__).parents[1]
ONEDAL = ROOT / ".venv-onedal"
SIZES = ((1_000, 2, 3), (10_000, 8, 4), (100_000, 10, 10), (100_000, 32, 16), (1_000_000, 8, 5))
OF_ALL_THREADS = ((100_000, 10, 10), (1_000_000, 8, 5))
STRUCTURED, AXIS_ALIGNED = ((2_000, 2, 3), (20_000, 10, 6)), (20_000, 784, 10)
SCIKIT_LEARNS = {"VII": "spherical", "VVI": "diag", "EEE": "tied", "VVV": "full"}


def onedals_python():
    """The interpreter of the environment that has oneDAL, which is made on first use, and the version.

    Neither where it cannot be made, for a reason that is printed.
    """
    python = ONEDAL / ("Scripts" if os.name == "nt" else "bin") / "python"
    ask = [python, "-c", "import daal4py; from importlib.metadata import version; print(version('daal'))"]
    make = [
        [sys.executable, "-m", "venv", "--clear", ONEDAL],
        [python, "-m", "pip", "install", "--quiet", "--retries=1", "--only-binary=:all:", "scikit-learn-intelex"],
        ask,
    ]
    try:
        for command in [ask] if (ONEDAL / "made").exists() else make:
            told = subprocess.run(command, capture_output=True, text=True, check=True)
    except subprocess.CalledProcessError as problem:
        print(f"oneDAL is left out, as it cannot be installed: {(problem.stderr or problem.stdout).strip().splitlines()[-1]}")
        return None, None
    (ONEDAL / "made").touch()
    return python, told.stdout.strip()


class Library:
    """A process that takes steps from a start; ``with`` ends it."""

    def __init__(self, name, python, path, threads):
        limits = dict.fromkeys(("MIXES_THREADS", "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), str(threads))
        self._process = subprocess.Popen(
            [python, "-m", "benchmarks.steps", name, path, str(threads)],
            cwd=ROOT,
            env=os.environ | limits,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.name, self.seconds, self.parameters = name, [], None
        self.megabytes = self._answer()

    def _answer(self):
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"The process of {self.name} ended; what it said is above.")
        return json.loads(line)

    def take(self, m):
        """Take m steps from the start."""
        print(m, file=self._process.stdin, flush=True)
        seconds, parameters = self._answer()
        self.seconds.append(seconds / m)
        self.parameters = [np.array(array) for array in parameters]

    @property
    def milliseconds(self):
        return 1e3 * median(self.seconds)

    def __enter__(self):
        return self

    def __exit__(self, *problem):
        self._process.communicate()  # it ends where its input does


def start_of(n, d, k):
    """Rows of k overlapping clusters, and parameters to start from."""
    rng = np.random.default_rng(0)
    centers = rng.normal(scale=2, size=(k, d))
    X = rng.standard_normal((n, d))
    X += centers[rng.integers(k, size=n)]
    return X, GaussianParameters(np.full(k, 1 / k), X[:k], np.tile(np.cov(X[:10_000].T), (k, 1, 1)))


def agree(some, others):
    """Whether arrays are equal but for 1e-6 of the largest entry of each."""
    return all(np.abs(one - other).max() <= 1e-6 * np.abs(other).max() for one, other in zip(some, others))


def compare(n, d, k, onedal, rounds):
    X, start = start_of(n, d, k)
    m = int(np.clip(1_000_000 // (n * k), 3, 100))
    pythons = {"ours": sys.executable, "scikit-learn": sys.executable} | ({"oneDAL": onedal} if onedal else {})
    all_threads = {1, os.cpu_count()} if (n, d, k) in OF_ALL_THREADS else {1}
    with TemporaryDirectory() as folder, ExitStack() as stack:
        path = Path(folder) / "rows.npz"
        np.savez(path, X=X, weights=start.weights, means=start.means, covariances=start.covariances)
        asked = {
            threads: {name: stack.enter_context(Library(name, python, path, threads)) for name, python in pythons.items()}
            for threads in sorted(all_threads)
        }
        for _ in range(rounds):
            for libraries in asked.values():
                for library in libraries.values():
                    library.take(m)
        for threads, libraries in asked.items():
            for library in libraries.values():
                if not agree(library.parameters, asked[1]["ours"].parameters):
                    raise RuntimeError(f"after {m} steps, {library.name} has other parameters with {threads} threads than ours with one.")
            print(f"{n:>9,} {d:>3} {k:>3} {threads:>7} {line_of(libraries)}", flush=True)


def line_of(libraries):
    """Milliseconds, how many times ours the others take, and megabytes, of which oneDAL allocates none by NumPy."""
    times = [library.milliseconds for library in libraries.values()] + [np.nan] * (3 - len(libraries))
    ratios = [time / times[0] for time in times[1:]]
    peaks = [libraries[name].megabytes for name in ("ours", "scikit-learn")]
    numbers = [f"{value:>10.3f}" for value in times] + [f"{value:>8.2f}" for value in ratios] + [f"{value:>10.1f}" for value in peaks]
    return " ".join(numbers).replace("nan", "  -")


def structures(n, d, k, codes, rounds):
    """Milliseconds a step of each structure, beside scikit-learn's where it has it."""
    X = start_of(n, d, 1)[0]
    labels = np.arange(n) % k
    m = max(2, 2_000_000 // (n * k * d))
    for code in codes:
        start, _ = from_labels(X, labels, k, np.ones(n), 0.0, 1e-12, code)
        both = [ours(X, start, code), *([scikit_learns(X, start)] if code in SCIKIT_LEARNS else [])]
        taken = [[steps(m) for steps in both] for _ in range(rounds)]
        if not agree(taken[-1][0][1], taken[-1][-1][1]):
            raise RuntimeError(f"after {m} steps of {code}, scikit-learn has other parameters.")
        our_time, *their_time = (1e3 / m * median(seconds for seconds, _ in column) for column in zip(*taken))
        beside = "".join(f"{their:>12.3f} {their / our_time:>7.1f}  {SCIKIT_LEARNS[code]}" for their in their_time)
        print(f"{code} {n:>9,} {d:>3} {k:>3} {our_time:>10.3f} {beside}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=9)
    rounds = parser.parse_args().rounds
    onedal, version = onedals_python()
    print(
        f"NumPy {np.__version__}, scikit-learn {sklearn.__version__}, oneDAL {version}, {platform.machine()}, {os.cpu_count()} processors"
    )
    print("                           milliseconds a step              times ours            peak megabytes")
    print("        n   d   k threads       ours  sklearn's   oneDAL's  sklearn   oneDAL       ours  sklearn's")
    for size in SIZES:
        compare(*size, onedal, rounds)
    os.environ["MIXES_THREADS"] = "1"
    with threadpool_limits(1, user_api="blas"):
        print("                     milliseconds a step of a structure\n            n   d   k       ours   sklearn's   times")
        for size in STRUCTURED:
            structures(*size, CODES, rounds)
        structures(*AXIS_ALIGNED, [code for code in CODES if code.endswith("I")], 3)


if __name__ == "__main__":
    main()
