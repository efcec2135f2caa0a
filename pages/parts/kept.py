"""Widgets whose value is kept while they are hidden and on other pages."""

import streamlit as st

EXPLORE = ("set_", "view_")  # settings, and what is looked at


def kept(key):
    """Keywords of a widget that nothing but the person changes."""
    return {"key": key, "persist_state": "session"}


def kept_values(prefixes=EXPLORE):
    """The values of all such widgets whose keys begin so, by key."""
    return {name: value for name, value in st.session_state.items() if name.startswith(prefixes)}
