"""The server's memory: what is imported stays, and what visitors leave behind goes soon after them.

Streamlit would search everything for garbage after every run of a page, which takes longer than the run; that is off in
`.streamlit/config.toml`. Here everything that is there when the server starts, before the first visitor, is set aside, so
that a search looks only at what visitors made, and there is one every minute beside those that Python does by itself.
"""

import asyncio
import gc
from contextlib import asynccontextmanager
from importlib import import_module
from pathlib import Path

from streamlit import runtime

SECONDS = 60
PAGES = Path(__file__).parent


@asynccontextmanager
async def lifespan(app):
    """Keep memory while the server of an app runs."""
    load()
    gc.collect()
    gc.freeze()
    task = asyncio.create_task(_tidy())
    yield {}
    task.cancel()


def load():
    """Import what the pages import, before the first visitors come: in the threads of two who come at once to a server that has
    imported nothing, one may find scikit-learn half made by the other, and its page fails.
    """
    for file in sorted([*PAGES.glob("*/*.py"), PAGES / "address.py", PAGES / "exploring.py"]):
        import_module(".".join((PAGES.name, *file.relative_to(PAGES).with_suffix("").parts)))


async def _tidy():
    while True:
        await asyncio.sleep(SECONDS)
        forget()


def forget():
    """Let go of what nobody can come back to.

    A session can be taken up again for two minutes after its connection is lost. Then Streamlit drops it, but only once
    another one ends: the last of a class would stay.
    """
    runtime.get_instance()._session_mgr._session_storage._cache.expire()
    gc.collect()
