"""Ready data and settings, one click each."""

import streamlit as st

from . import data_picker, model_form

EXAMPLES = {
    "Two ellipses on the geyser": {"set_source": "Built-in", "set_built_in": "Old Faithful", "set_model": "GMM",
                                   "set_components": 2, "set_init": "random"},
    "A network on the geyser": {"set_source": "Built-in", "set_built_in": "Old Faithful", "set_model": "GMN",
                                "set_layers": 2, "set_size_1": 2, "set_dim_1": 2, "set_size_2": 5, "set_dim_2": 1,
                                "set_init": "kmeans"},
    "Skewed clouds, by ellipses": {"set_source": "Generated", "set_kind": "skewed clouds", "set_model": "GMM",
                                   "set_components": 6, "set_init": "kmeans"},
    "Skewed clouds, by clusters that lean": {"set_source": "Generated", "set_kind": "skewed clouds",
                                             "set_model": "SkewGMM", "set_components": 3, "set_init": "kmeans"},
    "Handwritten digits, three layers": {"set_source": "Built-in", "set_built_in": "Digits", "set_model": "DGMM",
                                         "set_layers": 3, "set_size_1": 10, "set_dim_1": 10, "set_size_2": 5,
                                         "set_dim_2": 6, "set_size_3": 2, "set_dim_3": 2, "set_init": "kmeans",
                                         "set_regularisation": 0.01},
}


_USUAL = {f"set_{name}": value for name, value in {**data_picker.USUAL, **model_form.USUAL}.items()}


def examples():
    """Offer the examples; a click sets the widgets below, and what an example does not say to what is usual."""
    with st.popover("Examples", width="stretch", help="Ready data and settings to begin with."):
        for name, settings in EXAMPLES.items():
            st.button(name, key=f"example_{name}", width="stretch", on_click=st.session_state.update, args=(_USUAL | settings,))
