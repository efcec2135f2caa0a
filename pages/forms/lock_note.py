"""The sentence that the model is locked, with a way out."""

import streamlit as st

from pages.session import session


def lock_note():
    """Say that the settings are locked, if they are; a button unlocks them, and the link no longer says it."""
    with st.container(key="locked", horizontal=True, vertical_alignment="center"):  # always there, so that the player keeps its place
        if session().locked:
            st.markdown("The model is locked.")
            st.button(
                "Unlock",
                key="unlock",
                on_click=session().lock,
                args=(False,),
                type="tertiary",
                help="Change its settings, for yourself alone.",
            )
