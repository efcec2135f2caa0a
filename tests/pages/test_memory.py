"""What visitors leave behind goes, and what they share is not theirs to change."""

import asyncio
import gc
import subprocess
import sys
import tomllib
import weakref
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import pytest
from streamlit import runtime
from streamlit.runtime.memory_session_storage import MemorySessionStorage

from pages import memory


class Session:
    id = "left"

    def __init__(self):
        self.itself = self  # as Streamlit's own: only a search for garbage finds it


def test_a_session_that_nobody_can_come_back_to_is_forgotten(monkeypatch):
    now = [0.0]
    storage = MemorySessionStorage(ttl_seconds=120)
    monkeypatch.setattr(storage._cache, "_timer", lambda: now[0])
    monkeypatch.setattr(runtime, "get_instance", lambda: SimpleNamespace(_session_mgr=SimpleNamespace(_session_storage=storage)))
    session = Session()
    gone = weakref.ref(session)
    storage.save(SimpleNamespace(session=session))
    del session
    now[0] = 119.0
    memory.forget()
    assert gone() is not None, "it may still be taken up again"
    now[0] = 121.0
    memory.forget()
    assert gone() is None


def test_garbage_is_searched_for_by_the_minute_and_not_where_nothing_changes():
    async def running():
        async with memory.lifespan(None):
            return gc.get_freeze_count(), len(gc.get_objects()), [task.get_name() for task in asyncio.all_tasks()]

    try:
        with ThreadPoolExecutor(1) as thread:  # whatever runs in this one, as browser tests do
            set_aside, searched, tasks = thread.submit(asyncio.run, running()).result()
    finally:
        gc.unfreeze()
    assert set_aside > 100 * searched and len(tasks) == 2
    config = tomllib.loads((Path(memory.__file__).parents[1] / ".streamlit" / "config.toml").read_text("utf-8"))
    assert config["runner"] == {"postScriptGC": False}


IMPORTED = """
import ast, sys
from pathlib import Path
from pages import memory
memory.load()
loaded, count = set(sys.modules), 0
for page in Path("pages").glob("*.py"):
    imports = [line for line in ast.parse(page.read_text("utf-8")).body if isinstance(line, (ast.Import, ast.ImportFrom))]
    exec(compile(ast.Module(imports, []), page.name, "exec"))
    count += len(imports)
print(count, "sklearn.base" in loaded, sorted(set(sys.modules) - loaded))
"""


@pytest.mark.slow
def test_visitors_who_come_at_once_to_a_new_server_find_all_imported():
    lines = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", IMPORTED], capture_output=True, text=True, check=True, cwd=memory.PAGES.parent
    ).stdout.split(maxsplit=2)
    assert int(lines[0]) > 10 and lines[1:] == ["True", "[]\n"]


def test_visitors_who_begin_with_the_same_do_not_move_each_other(page):
    other = type(page)()
    assert other.payload["static"] == page.payload["static"]
    rows = page.play(upto=3)
    assert len(other.session.run.run.trace) == 1
    page.set("set_components", 3)
    assert other.payload["static"]["components"] == 2 and other.play(upto=3) == rows
