"""Steps of EM by one library, in a process that `benchmarks.gmm` asks round by round.

    python -m benchmarks.steps oneDAL rows.npz 2

computes with 2 threads. The file holds rows ``X`` and the start: ``weights``, ``means`` and ``covariances``. First the
process tells the megabytes that NumPy allocates at most in two steps (tracemalloc), on top of the rows themselves. Then it
reads numbers of steps, and tells the seconds that so many steps from the start took and the parameters they led to; all
are lines of JSON. A library is loaded only when it is asked for, as not all are in one environment.
"""

import json
import sys
import time
import tracemalloc

import numpy as np


def ours(X, start, code="full"):
    """A function that takes m times ``run.step()`` from `GaussianParameters`: seconds, and weights, means, covariances."""
    from mixes import GMM

    begun = GMM(len(start.weights), code, init=start, var_regularization=0, stopping_criterion=None, max_iter=10**6).start(X)

    def steps(m):
        warm(begun)
        run = begun.fork(0)
        seconds = repeated(run.step, m)
        return seconds, of_mixture(run.state.parameters.to_gaussian_mixture())

    return steps


def warm(run, seconds=5):
    """Steps until other processes help, or so long: as in a long run, their beginning is not measured."""
    from mixes.threads import n_threads

    until = time.perf_counter() + seconds
    while n_threads() > 1 and not run.rows.walk.ready and time.perf_counter() < until:
        run.step()


def scikit_learns(X, start):
    """The same of scikit-learn: ``_e_step`` and ``_m_step``, which its ``fit`` calls in a loop."""
    from sklearn.mixture import GaussianMixture

    given = start.to_gaussian_mixture()
    model = GaussianMixture(
        len(start.weights),
        covariance_type=given.covariance_type,
        reg_covar=0,
        init_params="random",  # unused, as all is given; the others take longer
        weights_init=start.weights,
        means_init=start.means,
        precisions_init=given.precisions_,
    )

    def step():
        _, log_responsibilities = model._e_step(X)
        model._m_step(X, log_responsibilities)

    def steps(m):
        model._initialize_parameters(X, np.random.RandomState(0))
        return repeated(step, m), of_mixture(model)

    return steps


def onedals(X, weights, means, covariances, threads):
    """The same of oneDAL, whose ``em_gmm`` takes all steps in one call."""
    import daal4py

    daal4py.daalinit(threads)

    def steps(m):
        em = daal4py.em_gmm(len(means), maxIterations=m, accuracyThreshold=0.0, regularizationFactor=0.0)
        begin = time.perf_counter()
        found = em.compute(X, weights.reshape(1, -1), means, list(covariances))
        seconds = time.perf_counter() - begin
        if found.nIterations != m:
            raise RuntimeError(f"oneDAL took {found.nIterations.item()} steps, not {m}.")
        return seconds, (found.weights[0], found.means, np.array(found.covariances))

    return steps


def repeated(step, m):
    begin = time.perf_counter()
    for _ in range(m):
        step()
    return time.perf_counter() - begin


def of_mixture(model):
    return model.weights_, model.means_, model.covariances_


def peak_megabytes(steps):
    tracemalloc.start()
    steps(2)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 2**20


def main():
    library, path, threads = sys.argv[1:]
    with np.load(path) as file:
        X, *start = (file[name] for name in ("X", "weights", "means", "covariances"))
    if library == "oneDAL":
        steps = onedals(X, *start, int(threads))
    else:
        from mixes import GaussianParameters

        steps = {"ours": ours, "scikit-learn": scikit_learns}[library](X, GaussianParameters(*start))
    print(json.dumps(peak_megabytes(steps)), flush=True)
    for line in sys.stdin:
        seconds, parameters = steps(int(line))
        print(json.dumps([seconds, [array.tolist() for array in parameters]]), flush=True)


if __name__ == "__main__":
    main()
