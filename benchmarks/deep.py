"""Time and memory of one EM step of a Gaussian mixture network.

    python -m benchmarks.deep

Digits with the thesis' network beside the original package's time, 20,000 images of 28 × 28, and how time and memory
grow with rows and with features. Medians over steps; memory is the peak of what NumPy allocates during a step
(tracemalloc), on top of the rows themselves.
"""

import argparse
import platform
import time
import tracemalloc
from statistics import median

import numpy as np
from sklearn.datasets import load_digits
from threadpoolctl import threadpool_info, threadpool_limits

from mixes import DGMM, GMN, DeepParameters, Layer

ORIGINAL_SECONDS = 0.94  # a step of the original package on digits, measured on a machine with two cores
GROWTH = ((5_000, 100), (10_000, 100), (20_000, 100), (40_000, 100), (5_000, 200), (5_000, 400), (5_000, 800))


def images(n, d, sizes, dims, seed=0):
    """Rows of a random network, and other parameters of the same shape to start from."""
    rng = np.random.default_rng(seed)

    def network():
        layers = []
        for k, p, r, above in zip(sizes, [d, *dims], dims, [*sizes[1:], 1]):
            layers.append(
                Layer(
                    rng.dirichlet(np.full(k, 5.0), size=above).T,
                    rng.normal(size=(k, p)),
                    rng.normal(size=(k, p, r)) / np.sqrt(r),
                    np.full((k, p), 0.5),
                )
            )
        return DeepParameters(tuple(layers))

    X = GMN.from_parameters(network(), random_state=seed).sample(n)[0]
    return X, network()


def measure(run, steps):
    """Median milliseconds and peak megabytes of a step."""
    run.step()
    times = []
    for _ in range(steps):
        begin = time.perf_counter()
        run.step()
        times.append(time.perf_counter() - begin)
    tracemalloc.start()
    run.step()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return 1e3 * median(times), peak / 2**20


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--steps", type=int, default=25)
    parser.add_argument("--threads", type=int, help="of the linear algebra; by default as installed")
    arguments = parser.parse_args()
    with threadpool_limits(arguments.threads, user_api="blas"):
        threads = {library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"}
        print(f"NumPy {np.__version__}, {platform.machine()}, {'/'.join(map(str, sorted(threads)))} threads of linear algebra\n")
        X = load_digits().data
        for model in (DGMM, GMN):
            run = model(
                [10, 5, 2], [10, 6, 2], var_regularization=2e-3 / X.var(axis=0).mean(), random_state=0, stopping_criterion=None
            ).start(X)
            milliseconds, peak = measure(run, arguments.steps)
            print(
                f"digits, 1797 × 64, {model.__name__} [10, 5, 2]/[10, 6, 2]: {milliseconds:.1f} ms a step, "
                f"{1e3 * ORIGINAL_SECONDS / milliseconds:.0f} times the original package's {ORIGINAL_SECONDS} s; "
                f"{peak:.1f} MB",
                flush=True,
            )
        X, start = images(20_000, 784, [10, 4], [10, 5])
        run = GMN([10, 4], [10, 5], init=start, stopping_criterion=None).start(X)
        milliseconds, peak = measure(run, max(arguments.steps // 5, 1))
        print(
            f"images, 20,000 × 784, GMN [10, 4]/[10, 5]: {milliseconds:.0f} ms a step, {peak:.1f} MB beside the "
            f"{X.nbytes / 2**20:.0f} MB of rows\n",
            flush=True,
        )
        print("GMN [5, 3]/[5, 2]\n       n     d     ms a step   µs a row   ns a value   peak MB")
        for n, d in GROWTH:
            X, start = images(n, d, [5, 3], [5, 2])
            run = GMN([5, 3], [5, 2], init=start, stopping_criterion=None).start(X)
            milliseconds, peak = measure(run, max(arguments.steps // 3, 1))
            print(
                f"{n:>8,} {d:>5} {milliseconds:>13.1f} {1e3 * milliseconds / n:>10.2f} {1e6 * milliseconds / (n * d):>12.1f} {peak:>9.1f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
