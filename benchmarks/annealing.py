"""How often annealing finds the best optimum that is known: starts that end within 1 of it, on six generated sets.

`python -m benchmarks.annealing [--starts 12] [--model GMM|SkewGMM|DGMM]`: plain EM, free shapes (Ueda and Nakano, 1998)
and held ones, each from the same random starts. The best known is the best of all these runs and of many more plain ones.
"""

import argparse
import warnings

import numpy as np

from mixes import DGMM, GMM, SkewGMM, datasets

SETS = [
    ("overlapping", 500, 3),
    ("blobs", 200, 4),
    ("blobs", 500, 4),
    ("pinwheel", 500, 5),
    ("stretched blobs", 500, 3),
    ("unequal sizes", 500, 4),
]
SCHEMES = {
    "plain, 200 iterations": {},
    "plain, 1000": {"max_iter": 1000},
    "free shapes from .5, 200": {"use_annealing": True, "annealing_shapes": "free", "annealing_start_v": 0.5},
    "free shapes from .1, 200": {"use_annealing": True, "annealing_shapes": "free"},
    "held shapes from .1, 100": {"use_annealing": True, "max_iter": 100},
    "held shapes from .1, 200": {"use_annealing": True},
    "held shapes from .1, 1000": {"use_annealing": True, "max_iter": 1000},
}
MODELS = {"GMM": GMM, "SkewGMM": SkewGMM, "DGMM": lambda k, **settings: DGMM([k], [1], **settings)}


def ends(model, X, k, seeds, **settings):
    """Log-likelihoods (len(seeds),) at the ends of runs."""
    settings = {"init": "random", "max_iter": 200, "stopping_criterion": None} | settings
    return np.array([model(k, random_state=seed, **settings).fit(X).log_likelihood_ for seed in seeds])


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--starts", type=int, default=12)
    arguments.add_argument("--more", type=int, default=60, help="plain starts that are tried besides")
    arguments.add_argument("--model", choices=MODELS, default="GMM")
    asked = arguments.parse_args()
    warnings.simplefilter("ignore")
    print(f"{asked.model}: starts of {asked.starts} that end within 1 of the best known, and the median distance from it")
    rows = {name: [] for name in SCHEMES}
    for kind, n, k in SETS:
        data = datasets.generate(kind, n, random_state=0)
        X = data.standardised().transform(data.X)
        model = MODELS[asked.model]
        found = {name: ends(model, X, k, range(asked.starts), **settings) for name, settings in SCHEMES.items()}
        more = ends(model, X, k, range(1000, 1000 + asked.more))
        best = max(more.max(), *(run.max() for run in found.values()))
        for name, run in found.items():
            rows[name].append(f"{(run > best - 1).sum():4d} ({best - np.median(run):6.1f})")
        print(f"  {kind} {n}, k = {k}: best {best:.2f}", flush=True)
    print(f"{'':26}" + "".join(f"{kind[:9] + ' ' + str(n):>15}" for kind, n, _ in SETS))
    for name, cells in rows.items():
        print(f"{name:26}" + "".join(f"{cell:>15}" for cell in cells))


if __name__ == "__main__":
    main()
