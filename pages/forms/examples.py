"""Ready data and settings, one click each."""

import streamlit as st

from pages.kept import put
from pages.work.lookup import of_models, usual
from pages.work.settings import DRAWN

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


def examples():
    """Offer the examples; a click sets the widgets below, and what an example does not say to what is usual."""
    ordinary = usual((*DRAWN, *of_models()))
    with st.popover("Examples", width="stretch", help="Ready data and settings to begin with."):
        for name, settings in EXAMPLES.items():
            values = {f"set_{name}": value for name, value in (ordinary | settings).items()}
            st.button(name, key=f"example_{name}", width="stretch", on_click=put, args=(values,))
