"""What a page is, on top of it."""

import streamlit as st


def headline(title, sentence):
    """Show the page's title, and one sentence on what is seen on it."""
    st.html(f'<div class="mixes-headline"><h1>{title}</h1><p>{sentence}</p></div>')
