"""Ready data and settings, one click each."""

import streamlit as st

from pages.kept import put
from pages.session import session
from pages.work.lookup import of_models, usual
from pages.work.ready import EXAMPLES
from pages.work.settings import DRAWN


def examples():
    """Offer the examples; a click sets the widgets below, and what an example does not say to what is usual."""
    ordinary = usual((*DRAWN, *of_models()))
    place = st.container(key="part_ready")
    with place.popover("Examples", width="stretch", help="Ready data and settings to begin with.", disabled=session().locked):
        for name, settings in EXAMPLES.items():
            values = {f"set_{name}": value for name, value in (ordinary | settings).items()}
            st.button(name, key=f"example_{name}", width="stretch", on_click=put, args=(values,))
