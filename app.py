"""The entry of the app: `streamlit run app.py`."""

from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
from streamlit.runtime.pages_manager import PagesManager
from streamlit.runtime.scriptrunner import get_script_run_ctx

from pages import memory
from pages.jobs.jobs import JOBS
from pages.room import routes as rooms
from pages.wire import served

HERE = Path(__file__).parent


@asynccontextmanager
async def lifespan(app):
    """What goes on beside the pages while the server of an app runs."""
    with rooms.closing(), JOBS.closing():
        async with memory.lifespan(app):
            yield {}


if get_script_run_ctx(suppress_warning=True) is None:  # the server starts: the player and Plotly's script are served too
    # else the first visitor of a cold server who comes by a link to a page gets that file alone, without this one
    PagesManager.uses_pages_directory = False
    app = st.App(__file__, lifespan=lifespan, routes=served.routes())
else:
    st.set_page_config(page_title="mixes", page_icon=str(HERE / "assets" / "logo.svg"), layout="wide", initial_sidebar_state=310)
    st.html(HERE / "assets" / "style.css")
    st.logo(HERE / "assets" / "logo.svg", size="large")
    st.navigation(
        [
            st.Page("pages/explore.py", title="Explore", default=True),
            st.Page("pages/compare.py", title="Compare"),
            st.Page("pages/tune.py", title="Tune"),
            st.Page("pages/learn.py", title="Learn"),
        ],
        position="top",
    ).run()
