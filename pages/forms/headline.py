"""What a page is, on top of it."""

from contextlib import contextmanager

import streamlit as st


def headline(title, sentence):
    """Show the page's title, and one sentence on what is seen on it."""
    st.html(f'<div class="mixes-headline"><h1>{title}</h1><p>{sentence}</p></div>')


@contextmanager
def at_work(shown):
    """What tells in the middle of a page that has nothing ``shown`` yet that it is at work: ``with at_work(run), st.sidebar:``."""
    with st.empty():  # which stands there in every run: what comes below would be made anew where another run has less above it
        if shown:
            yield
            return
        with st.spinner("Preparing the page"):
            yield
