"""Where data sets come from: built-in, generated, or drawn by hand."""

from pathlib import Path

import numpy as np
import pandas as pd
import sklearn.datasets

from .. import checks
from . import generators
from .dataset import Dataset, generator

BUILT_IN = {
    "Old Faithful": "272 eruptions of the geyser in 1985: how long each lasted, and the wait until the next (Azzalini and Bowman, 1990).",
    "Iris": "150 flowers of three species, with the length and width of their sepals and petals (Fisher, 1936).",
    "Wine": "178 wines of three growers of one Italian region, with 13 chemical measurements (Aeberhard and Forina, 1992).",
    "Digits": "1,797 handwritten digits as pictures of 8 by 8 pixels (Alpaydin and Kaynak, 1998).",
    "Breast cancer": "569 tumours, benign or malignant, with 30 measurements of their cell nuclei (Wolberg and others, 1995).",
}

# kind -> (what it shows, how to draw it, noise unless given)
_GENERATORS = {
    "blobs": ("Four round clouds of equal size.", generators.blobs, 0.3),
    "stretched blobs": ("Three long, parallel clouds; distance to the centres misleads.", generators.stretched_blobs, 0.3),
    "unequal sizes": ("Four round clouds with 60, 25, 10 and 5 percent of the points.", generators.unequal_sizes, 0.3),
    "overlapping": ("Three long clouds that cross in the middle; they have the same centre.", generators.overlapping, 0.3),
    "moons": ("Two half circles that reach into each other.", generators.moons, 0.2),
    "rings": ("A ring inside a ring.", generators.rings, 0.2),
    "pinwheel": ("Five bent arms that wind round the middle.", generators.pinwheel, 0.3),
    "skewed clouds": ("Three clouds, each with one sharp side and one long tail.", generators.skewed_clouds, 0.3),
    "deep mixture": ("A draw from a random deep mixture: two groups, each made of the same three parts.", generators.deep_mixture, 0.05),
}
# Processors differ in the last digits of a rotation: rounded, at a unit scale, the rows are the same on all of them.
_DIGITS = 9
_DEEP_OPTIONS = ("layer_sizes", "layer_dims", "n_features")
GENERATED = {kind: description for kind, (description, _, _) in _GENERATORS.items()}


def load(name="Old Faithful"):
    """One of the `BUILT_IN` data sets.

    Raises
    ------
    ValueError
        There is no such data set.
    """
    checks.one_of("name", name, BUILT_IN)
    if name == "Old Faithful":
        X = pd.read_csv(Path(__file__).with_name("old_faithful.csv")).to_numpy(float)
        return Dataset(name, X, ("eruption length (min)", "waiting time (min)"))
    bunch = getattr(sklearn.datasets, f"load_{name.lower().replace(' ', '_')}")()
    features, image_shape = tuple(map(str, bunch.feature_names)), None
    if name == "Digits":
        image_shape = (8, 8)
        features = tuple(f"pixel {row},{column}" for row in range(1, 9) for column in range(1, 9))
    return Dataset(
        name, bunch.data.astype(float), features, bunch.target.astype(int), tuple(map(str, bunch.target_names)), image_shape=image_shape
    )


def generate(kind, n=500, noise=None, random_state=None, **options):
    """Draw `n` rows from one of the `GENERATED` kinds; the same `random_state` gives the same rows, to 9 decimals.

    Parameters
    ----------
    kind : str
    n : int
        At least 2.
    noise : float from 0 (clean) to 1 (hard to separate)
        Default: depends on the kind.
    **options
        Of "deep mixture" only: `layer_sizes`, `layer_dims` and `n_features`.

    Returns
    -------
    dataset : Dataset, with the true sources as labels
    """
    checks.one_of("kind", kind, GENERATED)
    _, draw, usual_noise = _GENERATORS[kind]
    noise = usual_noise if noise is None else noise
    checks.count("n", n, "rows", least=2)
    checks.number("noise", noise, 0, 1, low_allowed=True)
    known = _DEEP_OPTIONS if kind == "deep mixture" else ()
    unknown = [option for option in options if option not in known]
    if unknown:
        raise ValueError(f"{kind!r} has no option {unknown[0]}; only 'deep mixture' has options: {', '.join(_DEEP_OPTIONS)}.")
    X, labels = draw(n, noise, generator(random_state), **options)
    X = np.round(X, _DIGITS) + 0.0  # no -0.0
    features = tuple(f"x{j}" for j in range(1, X.shape[1] + 1))
    return Dataset(kind, X, features, labels, tuple(f"source {i}" for i in range(1, labels.max() + 2)))


def drawn(points, classes=None):
    """The data set of points that a person has drawn, as scripts of the app write it down.

    Parameters
    ----------
    points : n rows of one or two numbers
        At least 2.
    classes : sequence of n int, optional
        The class of each point, counted from 1.

    Returns
    -------
    dataset : Dataset
        Its features are x1, or x1 and x2; its labels are the classes, if the points have more than one.

    Raises
    ------
    ValueError
        There are no such points, or no class for each.

    Examples
    --------
    >>> dataset = drawn([[1.0, 2.5], [4.0, 3.5], [4.5, 3.0]], classes=[1, 3, 3])
    >>> dataset.features, dataset.label_names, dataset.labels.tolist()
    (('x1', 'x2'), ('class 1', 'class 3'), [0, 1, 1])
    """
    if problem := checks.explain_table("points", points):
        raise ValueError(problem)
    X = checks.finite("points", points)
    n, d = X.shape
    if n < 2 or d not in (1, 2):
        raise ValueError(f"points has shape {X.shape}; it needs at least 2 rows of one or two numbers.")
    known = np.ones(n) if classes is None else checks.finite("classes", classes)
    if known.shape != (n,) or (known < 1).any() or (known % 1).any():
        raise ValueError(f"classes is {checks.shown(classes)}; it needs a whole number of at least 1 for each of the {n} points.")
    numbers, labels = np.unique(known, return_inverse=True)
    names = tuple(f"x{j}" for j in range(1, d + 1))
    if len(numbers) == 1:
        return Dataset("Drawing", X, names)
    return Dataset("Drawing", X, names, labels, tuple(f"class {number:g}" for number in numbers))
