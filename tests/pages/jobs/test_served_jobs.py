"""A real server with jobs: no process stays, whether they are abandoned or the server is stopped or killed."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
SCRIPT = """
import os
import streamlit as st
from starlette.responses import JSONResponse
from starlette.routing import Route
from app import lifespan
from pages.jobs import jobs
from pages.jobs.units import Batch
from pages.wire import served
from tests.pages.jobs import errands

jobs.AWAY, jobs.IDLE = 3.0, 2.0


async def ten(request):
    units = tuple(range(2000))
    return JSONResponse([jobs.JOBS.start([Batch("about", errands.about, (), units)], "ten").id for _ in range(10)])


async def processes(request):
    return JSONResponse([place.process.begun.result() for place in jobs.JOBS._places if place.begun])


app = st.App(__file__, lifespan=lifespan, routes=[Route("/ten", ten), Route("/processes", processes), *served.routes()])
"""
PATIENCE = 90


def ask(url):
    return json.loads(urllib.request.urlopen(url, timeout=PATIENCE).read())


def until(holds):
    end = time.monotonic() + PATIENCE
    while not (held := holds()):
        assert time.monotonic() < end
        time.sleep(0.1)
    return held


def alive(session):
    """The processes of a server and all that it began, by what they are."""
    listed = subprocess.run(["ps", "-ww", "-s", str(session), "-o", "stat=,args="], capture_output=True, text=True).stdout
    return [line for line in listed.splitlines() if not line.startswith("Z")]


@contextmanager
def server(folder):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    script, log = folder / "small.py", folder / "log.txt"
    script.write_text(SCRIPT)
    settings = {"server.port": port, "server.address": "127.0.0.1", "server.headless": "true", "server.fileWatcherType": "none"}
    options = [f"--{name}={value}" for name, value in settings.items()]
    command = [sys.executable, "-m", "streamlit", "run", str(script), *options, "--browser.gatherUsageStats=false"]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with log.open("w") as output:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT, start_new_session=True)
    url = f"http://127.0.0.1:{port}"

    def healthy():
        assert process.poll() is None, log.read_text()
        with suppress(urllib.error.URLError, ConnectionError):
            return urllib.request.urlopen(f"{url}/_stcore/health", timeout=PATIENCE).status == 200

    try:
        until(healthy)
        yield url, process
        assert "Traceback" not in log.read_text(), log.read_text()
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(PATIENCE)
        print(log.read_text())


@pytest.mark.slow
def test_ten_abandoned_jobs_leave_no_process_and_a_server_that_is_stopped_none_at_all(tmp_path):
    with server(tmp_path) as (url, process):
        ids = ask(f"{url}/ten")
        until(lambda: ask(f"{url}/processes"))
        until(lambda: not ask(f"{url}/processes"))
        assert {ask(f"{url}/job/{id}")["state"] for id in ids} == {"abandoned"}
        assert not [line for line in alive(process.pid) if "popen_loky" in line]
        ask(f"{url}/ten")
        until(lambda: ask(f"{url}/processes"))
        assert [line for line in alive(process.pid) if "popen_loky" in line]
        process.terminate()
        assert process.wait(PATIENCE) is not None
        until(lambda: not alive(process.pid))


@pytest.mark.slow
def test_a_server_that_is_killed_leaves_no_process(tmp_path):
    with server(tmp_path) as (url, process):
        ask(f"{url}/ten")
        until(lambda: ask(f"{url}/processes"))
        process.kill()
        process.wait(PATIENCE)
        assert any("popen_loky" in line for line in alive(process.pid))
        until(lambda: not alive(process.pid))
