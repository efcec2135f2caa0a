"""What a session keeps: widgets whose value survives while they are hidden and on other pages, and counters."""

import secrets

import streamlit as st

from pages.wire import run_ids

EXPLORE = ("set_", "view_")  # settings, and what is looked at
COMPARE = (*EXPLORE, "lane")


def kept(key):
    """Keywords of a widget that nothing but the person changes."""
    return {"key": key, "persist_state": "session"}


def kept_values(prefixes=EXPLORE):
    """The values of all such widgets whose keys begin so, by key."""
    return {name: value for name, value in st.session_state.to_dict().items() if name.startswith(prefixes)}


def session():
    """A name of this session, which no other has."""
    return st.session_state.setdefault("session", secrets.token_hex(4))


def next_id(letter):
    """A name that no run or comparison of this session or another has had: a browser may remember those of a session before."""
    st.session_state["last_id"] = st.session_state.get("last_id", 0) + 1
    return run_ids.new(letter, st.session_state["last_id"], session())


def count_script_run():
    """Note that a page's script runs; the player tells tests and benchmarks how often."""
    st.session_state["script_runs"] = st.session_state.get("script_runs", 0) + 1
