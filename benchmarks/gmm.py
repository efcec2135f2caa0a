"""Time and memory of one EM step of a Gaussian mixture, beside scikit-learn's GaussianMixture; of all covariance structures, too.

    python -m benchmarks.gmm

Same rows, same start, same number of steps, alternating within one process; medians over the rounds. A step of
scikit-learn is its ``_e_step`` and ``_m_step``, which its ``fit`` calls in a loop; ours is ``run.step()``. Memory is
the peak of what NumPy allocates during a step (tracemalloc), on top of the rows themselves. The 126 fits that R's mclust
makes by default are in `benchmarks.tune`.
"""

import argparse
import platform
import time
import tracemalloc
from statistics import median

import numpy as np
import sklearn
from sklearn.mixture import GaussianMixture
from threadpoolctl import threadpool_info, threadpool_limits

from mixes import GMM, GaussianParameters
from mixes.gaussian import CODES, from_labels

SIZES = ((1_000, 2, 3), (10_000, 8, 4), (100_000, 10, 10), (100_000, 32, 16))
LARGE = (1_000_000, 10, 10)
STRUCTURED, AXIS_ALIGNED = ((2_000, 2, 3), (20_000, 10, 6)), (20_000, 784, 10)
SCIKIT_LEARNS = {"VII": "spherical", "VVI": "diag", "EEE": "tied", "VVV": "full"}


def rows_and_start(n, d, k):
    """Rows of k overlapping clusters, and parameters to start from."""
    rng = np.random.default_rng(0)
    centers = rng.normal(scale=2, size=(k, d))
    X = rng.standard_normal((n, d))
    X += centers[rng.integers(k, size=n)]
    return X, GaussianParameters(np.full(k, 1 / k), X[:k], np.tile(np.cov(X[:10_000].T), (k, 1, 1)))


def our_step(X, start, code="full"):
    run = GMM(len(start.weights), code, init=start, var_regularization=0, stopping_criterion=None, max_iter=10**6).start(X)
    return run.step, lambda: run.state.log_likelihood


def scikit_learns_step(X, start):
    given = start.to_gaussian_mixture()
    model = GaussianMixture(
        len(start.weights),
        covariance_type=given.covariance_type,
        reg_covar=0,
        weights_init=start.weights,
        means_init=start.means,
        precisions_init=given.precisions_,
    )
    model._initialize_parameters(X, np.random.RandomState(0))

    def step():
        _, log_responsibilities = model._e_step(X)
        model._m_step(X, log_responsibilities)

    return step, lambda: model.score(X) * len(X)


def seconds(step, repeats):
    begin = time.perf_counter()
    for _ in range(repeats):
        step()
    return (time.perf_counter() - begin) / repeats


def peak_megabytes(step):
    tracemalloc.start()
    step()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 2**20


def compare(n, d, k, rounds):
    X, start = rows_and_start(n, d, k)
    (ours, our_value), (theirs, their_value) = our_step(X, start), scikit_learns_step(X, start)
    repeats = max(1, 1_000_000 // (n * k))
    times = [(seconds(ours, repeats), seconds(theirs, repeats)) for _ in range(rounds)]
    if not np.isclose(our_value(), their_value(), rtol=1e-6):
        raise RuntimeError(f"the fits differ after the same steps: {our_value()} and {their_value()}.")
    our_time, their_time = (1e3 * median(column) for column in zip(*times))
    print(
        f"{n:>9,} {d:>3} {k:>3} {our_time:>10.3f} {their_time:>10.3f} {their_time / our_time:>7.1f} "
        f"{peak_megabytes(ours):>10.1f} {peak_megabytes(theirs):>10.1f}",
        flush=True,
    )


def structures(n, d, k, codes, rounds):
    """Milliseconds a step of each structure, beside scikit-learn's where it has it."""
    X = rows_and_start(n, d, 1)[0]
    labels = np.arange(n) % k
    for code in codes:
        start, _ = from_labels(X, labels, k, np.ones(n), 0.0, 1e-12, code)
        ours, our_value = our_step(X, start, code)
        theirs = their_value = None
        if code in SCIKIT_LEARNS:
            theirs, their_value = scikit_learns_step(X, start)
        repeats = max(1, 2_000_000 // (n * k * d))
        times = [(seconds(ours, repeats), theirs and seconds(theirs, repeats)) for _ in range(rounds)]
        if theirs and not np.isclose(our_value(), their_value(), rtol=1e-6):
            raise RuntimeError(f"the fits differ after the same steps: {our_value()} and {their_value()}.")
        our_time = 1e3 * median(ours for ours, _ in times)
        beside = ""
        if theirs:
            their_time = 1e3 * median(theirs for _, theirs in times)
            beside = f"{their_time:>10.3f} {their_time / our_time:>7.1f}  {SCIKIT_LEARNS[code]}"
        print(f"{code} {n:>9,} {d:>3} {k:>3} {our_time:>10.3f} {beside}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--threads", type=int, help="of the linear algebra, for both; by default as installed")
    arguments = parser.parse_args()
    with threadpool_limits(arguments.threads, user_api="blas"):
        threads = {library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"}
        print(
            f"scikit-learn {sklearn.__version__}, NumPy {np.__version__}, {platform.machine()}, "
            f"{'/'.join(map(str, sorted(threads)))} threads of linear algebra"
        )
        print("                     milliseconds a step              peak megabytes in a step")
        print("        n   d   k       ours  sklearn's   times       ours  sklearn's")
        for size in SIZES:
            compare(*size, arguments.rounds)
        compare(*LARGE, 1)
        print("                     milliseconds a step of a structure\n            n   d   k       ours  sklearn's   times")
        for size in STRUCTURED:
            structures(*size, CODES, arguments.rounds)
        structures(*AXIS_ALIGNED, [code for code in CODES if code.endswith("I")], 3)


if __name__ == "__main__":
    main()
