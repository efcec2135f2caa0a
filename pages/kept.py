"""The values of widgets and of what buttons change in their place, by key: they survive while they are hidden and on other pages.

All else that a session keeps is in `pages.session`.
"""

import streamlit as st

EXPLORE = ("set_", "view_")  # what keys begin with: settings, and what is looked at
_ALL = (*EXPLORE, "lane")  # and the models of Compare


def kept(key):
    """Keywords of a widget that nothing but the person changes."""
    return {"key": key, "persist_state": "session"}


def kept_values():
    """The values of all such widgets, by key; dear, as Streamlit copies all that it knows of the session."""
    return {name: value for name, value in st.session_state.to_dict().items() if name.startswith(_ALL)}


def standing_values(keys):
    """The values of those of some widgets that have been asked for, by key."""
    return {key: st.session_state[key] for key in keys if key in st.session_state}


def value(key, default=None):
    """What stands under a widget's key, or one that buttons change in its place."""
    return st.session_state.get(key, default)


def standing(key, usual):
    """The same of one that only buttons change; the usual value stands there from now on if there was none."""
    return st.session_state.setdefault(key, usual)


def put(values):
    """Let values stand under keys, before the page asks for them."""
    st.session_state.update(values)


def forget(form):
    """Let go of what stands in a form."""
    for key in [key for key in st.session_state if key.startswith(f"{form}_")]:
        del st.session_state[key]


def rename(before, after):
    """Let what stands under keys that end in a word stand under those that end in another."""
    for key in [key for key in st.session_state if key.endswith(f"_{before}")]:
        st.session_state[key.removesuffix(before) + after] = st.session_state[key]
        del st.session_state[key]
