"""What is ready to begin with, as settings by name: what is not said is as usual. No Streamlit in here."""

from dataclasses import dataclass, field

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
