"""What a session keeps: widgets whose value survives while they are hidden and on other pages, and counters."""

import secrets

import streamlit as st

EXPLORE = ("set_", "view_")  # settings, and what is looked at
COMPARE = (*EXPLORE, "lane")


def kept(key):
    """Keywords of a widget that nothing but the person changes."""
    return {"key": key, "persist_state": "session"}


def kept_values(prefixes=EXPLORE):
    """The values of all such widgets whose keys begin so, by key."""
    return {name: value for name, value in st.session_state.to_dict().items() if name.startswith(prefixes)}


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


def session():
    """A name of this session, which no other has."""
    return st.session_state.setdefault("session", secrets.token_hex(4))


def next_id(letter):
    """A name that no run or comparison of this session or another has had: a browser may remember those of a session before."""
    st.session_state["last_id"] = st.session_state.get("last_id", 0) + 1
    return f"{letter}{st.session_state['last_id']}.{session()}"


def count_script_run():
    """Note that a page's script runs; the player tells tests and benchmarks how often."""
    st.session_state["script_runs"] = st.session_state.get("script_runs", 0) + 1
