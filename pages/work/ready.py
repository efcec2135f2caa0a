"""What is ready to begin with, as settings by name: what is not said is as usual. No Streamlit in here."""

from dataclasses import dataclass, field

from .sharing import SHARINGS

EXAMPLES = {
    "Two ellipses on the geyser": {"source": "Built-in", "built_in": "Old Faithful", "model": "GMM", "components": 2, "init": "random"},
    "A network on the geyser": {
        "source": "Built-in",
        "built_in": "Old Faithful",
        "model": "GMN",
        "layers": 2,
        "size_1": 2,
        "dim_1": 2,
        "size_2": 5,
        "dim_2": 1,
        "init": "kmeans",
    },
    "Skewed clouds, by ellipses": {"source": "Generated", "kind": "skewed clouds", "model": "GMM", "components": 6, "init": "kmeans"},
    "Skewed clouds, by clusters that lean": {
        "source": "Generated",
        "kind": "skewed clouds",
        "model": "SkewGMM",
        "components": 3,
        "init": "kmeans",
    },
    "Handwritten digits, three layers": {
        "source": "Built-in",
        "built_in": "Digits",
        "model": "DGMM",
        "layers": 3,
        "size_1": 10,
        "dim_1": 10,
        "size_2": 5,
        "dim_2": 6,
        "size_3": 2,
        "dim_3": 2,
        "init": "kmeans",
        "regularisation": 0.01,
    },
}


@dataclass(frozen=True)
class Preset:
    """A ready comparison.

    Attributes
    ----------
    sentence : str
    models : tuple of dict
        Settings of each model; one without ``components`` has as many as there are clusters.
    data : dict
        Settings of the data that show its point, if it needs any; these have two features.
    clusters : int
        In these data.
    """

    sentence: str
    models: tuple
    data: dict = field(default_factory=dict)
    clusters: int = 2

    def settings(self, k, d):
        """Settings of the models for data of k clusters in d features."""
        return [{"components": k} | {name: min(each, d) if name == "dim_1" else each for name, each in own.items()} for own in self.models]


PRESETS = {
    "Annealed against not": Preset(
        "The same random start, plain and annealed.",
        ({}, {"annealing": True}),
        {"source": "Generated", "kind": "overlapping"},
        3,
    ),
    "GMM against SkewGMM": Preset(
        "Ellipses against clusters that lean.",
        ({"init": "kmeans"}, {"init": "kmeans", "model": "SkewGMM"}),
        {"source": "Generated", "kind": "skewed clouds"},
        3,
    ),
    "Shared or free": Preset(
        "Three ellipses of one size, shape and direction against three free ones: BIC prefers those that need fewer numbers.",
        ({"sharing": "EEE"}, {}),
        {"source": "Built-in", "built_in": "Old Faithful"},
        3,
    ),
    "GMM with 10 components against GMN [2, 5]": Preset(
        "Ten free ellipses against a network with ten paths.",
        (
            {"components": 10, "init": "kmeans"},
            {"model": "GMN", "layers": 2, "size_1": 2, "dim_1": 2, "size_2": 5, "dim_2": 1, "init": "kmeans"},
        ),
        {"source": "Built-in", "built_in": "Old Faithful"},
        2,
    ),
    "Three starts": Preset(
        "The same model from three random starts: which optimum does it find?",
        ({"seed": 1}, {"seed": 2}, {"seed": 3}),
        {"source": "Generated", "kind": "unequal sizes"},
        4,
    ),
    "From scratch": Preset("Two plain Gaussian mixtures, to be changed.", ({"components": 2}, {"components": 3})),
}


@dataclass(frozen=True)
class Tuning:
    """A ready question to many fits.

    Attributes
    ----------
    sentence : str
        What is asked, and where to look.
    values : dict
        Of settings by name, of data and model, and of tuning: what is done (``tune``), with how many starts, annealed ones
        too, and random splits, the ``measure`` that is shown, the settings that are swept (``axis_1``, ``axis_2``) and their values.
    """

    sentence: str
    values: dict


# the small clusters are easily missed: about a third of the random starts end at the best of many optima
_MISSED = {
    "source": "Generated",
    "kind": "unequal sizes",
    "n": 200,
    "noise": 0.15,
    "data_seed": 0,
    "model": "GMM",
    "components": 4,
    "init": "random",
    "shapes": "held",
    "max_iter": 100,
}

TUNINGS = {
    "How many components?": Tuning(
        "One to eight clusters on the same points: at which number is BIC lowest, and do rows that were held out agree?",
        {
            "source": "Generated",
            "kind": "blobs",
            "n": 500,
            "noise": 0.3,
            "data_seed": 0,
            "model": "GMM",
            "init": "kmeans",
            "tune": "sweep",
            "tune_starts": 5,
            "tune_splits": 5,
            "measure": "BIC",
            "axis_1": "components",
            "values_1": (1, 2, 3, 4, 5, 6, 7, 8),
        },
    ),
    "Which layers?": Tuning(
        "Clusters made of parts that they share: which cell of the map has the lowest BIC, and how far behind are those around it?",
        {
            "source": "Generated",
            "kind": "deep mixture",
            "n": 500,
            "noise": 0.05,
            "data_seed": 0,
            "model": "DGMM",
            "layers": 2,
            "dim_1": 2,
            "dim_2": 1,
            "init": "kmeans",
            "max_iter": 100,
            "threshold": 0.1,
            "tune": "sweep",
            "tune_starts": 2,
            "tune_splits": 0,
            "measure": "BIC",
            "axis_1": "components",
            "values_1": (1, 2, 3),
            "axis_2": "size_2",
            "values_2": (2, 3, 4),
        },
    ),
    "What do clusters share?": Tuning(
        "Fourteen ways to share size, shape and direction, for two to five clusters of the geyser: which has the lowest BIC?",
        {
            "source": "Built-in",
            "built_in": "Old Faithful",
            "model": "GMM",
            "init": "kmeans",
            "tune": "sweep",
            "tune_starts": 5,
            "tune_splits": 0,
            "measure": "BIC",
            "axis_1": "components",
            "values_1": (2, 3, 4, 5),
            "axis_2": "sharing",
            "values_2": tuple(SHARINGS),
        },
    ),
    "How much annealing?": Tuning(
        "The same random starts, annealed from a low v, from one near 1, and at 1 not at all: how many reach the best log-likelihood?",
        _MISSED
        | {
            "annealing": True,
            "tune": "sweep",
            "tune_starts": 10,
            "tune_splits": 0,
            "measure": "log-likelihood",
            "axis_1": "start_v",
            "values_1": (0.1, 0.8, 0.9, 1.0),
        },
    ),
    "How much regularisation?": Tuning(
        "Three clusters of any shape on 178 wines with 13 features: which ε predicts held-out rows best, and what happens at both ends?",
        {
            "source": "Built-in",
            "built_in": "Wine",
            "model": "GMM",
            "components": 3,
            "init": "kmeans",
            "tune": "sweep",
            "tune_starts": 10,
            "tune_splits": 10,
            "measure": "held-out log-likelihood",
            "axis_1": "regularisation",
            "values_1": (0.0, 0.01, 0.05, 0.1, 0.2, 0.5),
        },
    ),
    "Why many starts?": Tuning(
        "Twenty random starts of one model, plain and annealed: at how many heights do they end, and how many at the highest?",
        _MISSED | {"annealing": False, "tune": "starts", "tune_starts": 20, "annealed_too": True, "tune_splits": 0},
    ),
}
