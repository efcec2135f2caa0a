"""Settings with which something is seen, for data with which the usual ones show little."""

import streamlit as st

from pages.settings import of_models, usual

# data set -> (settings of a form, what is said of them)
_OWN = {"Digits": ({"components": 10, "init": "kmeans", "regularisation": 0.01, "size_1": 10, "dim_1": 6},
                   "Begun with settings that show something: ten clusters from k-means, ε = 0.01.")}


def settle():
    """Other data are chosen: settings that nobody has changed become those of the data, or the usual ones again."""
    state, ordinary = st.session_state, usual(of_models())
    name = state.get("set_built_in") if state.get("set_source", "Built-in") == "Built-in" else None
    for setting, value in state.pop("settled", {}).items():
        if state.get(f"set_{setting}") == value:
            state[f"set_{setting}"] = ordinary[setting]
    own, _ = _OWN.get(name, ({}, ""))
    state["settled"] = {setting: value for setting, value in own.items()
                        if state.get(f"set_{setting}", ordinary[setting]) == ordinary[setting]}
    state.update({f"set_{setting}": value for setting, value in state["settled"].items()})


def settled(name):
    """What there is to say of the settings of a built-in data set, or ""."""
    own, sentence = _OWN.get(name, ({}, ""))
    return sentence if own and st.session_state.get("settled") == own else ""
