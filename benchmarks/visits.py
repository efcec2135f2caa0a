"""Let a class come at once, and print what a visit costs the server and how long a visitor waits, beside the bars.

    python -m benchmarks.visits [--visits 200] [--seconds 30] [--after 180] [--apart] [--heavy] [--at learn?l=starts.stuck]

A visit is a first picture and the first rows of its run. What a browser says in one is recorded from headless Chromium when
this begins; as many clients then say the same from another process, arriving evenly, and stay until the last has its rows.
"""

import argparse
import asyncio
import json
import multiprocessing
import os
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
from playwright.sync_api import sync_playwright
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import connect

from benchmarks.live_view import chromium, started

LOOK = 2.0  # seconds that a visitor looks at the first picture before pressing Play
PATIENCE = 300  # seconds after which a question counts as unanswered
TICKS = os.sysconf("SC_CLK_TCK")  # of processor time, a second


# -- What a browser says ----------------------------------------------------------------------------------------------


def overheard(playwright):
    """A browser with a page, and two lists that grow: the headers of its handshakes and the frames that it sends."""
    browser = chromium(playwright)
    page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    page.set_default_timeout(1000 * PATIENCE)
    session = page.context.new_cdp_session(page)
    handshakes, frames = [], []
    session.on("Network.webSocketWillSendHandshakeRequest", lambda event: handshakes.append(event["request"]["headers"]))
    session.send("Network.enable")
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: frames.append(frame)))
    return browser, page, handshakes, frames


def record(url, example=None):
    """The handshake's headers and the frames that a browser sends until it has asked for the first rows.

    Parameters
    ----------
    example : str, optional
        The example that the visitor chooses first.
    """
    with sync_playwright() as playwright:
        browser, page, handshakes, frames = overheard(playwright)
        page.goto(url)
        page.wait_for_selector("[data-testid=em-player][data-iteration='0']")
        if example:
            page.get_by_role("button", name="Examples", exact=True).click()
            page.get_by_role("button", name=example, exact=True).click()
            page.wait_for_selector("[data-testid=em-player][data-run^='r2 '][data-iteration='0']")
            page.keyboard.press("Escape")
        page.get_by_role("button", name="Play", exact=True).click()
        page.wait_for_function("document.querySelector('[data-testid=em-player]').dataset.iteration > 0")
        browser.close()
    asked = next(i for i, frame in enumerate(frames) if question(BackMsg.FromString(frame)))
    return handshakes[0], frames[: asked + 1]


def question(message):
    """The widget in which a message asks for rows, and what it says; None when it does not ask."""
    for widget in message.rerun_script.widget_states.widgets:
        events = json.loads(widget.json_trigger_value or "[]")
        if any(event["event"] == "need" for event in events):
            return widget, events
    return None


def asking(frame, **changes):
    """The same frame; if it asks for rows, of this session's run, or from another iteration on."""
    message = BackMsg.FromString(frame)
    if (found := question(message)) is None:
        return frame
    widget, events = found
    for event in events:
        event["value"].update(changes)
    widget.json_trigger_value = json.dumps(events)
    return message.SerializeToString()


# -- Clients that say the same ------------------------------------------------------------------------------------------


async def answer(socket):
    """Wait for the end of the script, which may begin again; gives the highest iteration that was sent by then, or -1, and its run."""
    newest, run, until = -1, None, time.monotonic() + PATIENCE
    while True:
        message = ForwardMsg.FromString(await asyncio.wait_for(socket.recv(), until - time.monotonic()))
        kind = message.WhichOneof("type")
        if kind == "delta" and message.delta.new_element.WhichOneof("type") == "bidi_component":
            text = message.delta.new_element.bidi_component.json
            data = json.loads(text) if text else {}  # the page has another component, which is told nothing
            if "error" in data:
                raise RuntimeError(data["error"])
            run = data.get("run", run)
            newest = max([newest, *(row["i"] for row in data.get("rows", ()))])
        elif kind == "script_finished" and message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
            return newest, run


def connection(url, handshake):
    # a browser does not ask whether the server is still there
    return connect(
        url.replace("http", "ws", 1) + "_stcore/stream",
        origin=handshake["Origin"],
        max_size=None,
        open_timeout=PATIENCE,
        ping_interval=None,
        subprotocols=handshake["Sec-WebSocket-Protocol"].split(", "),
        user_agent_header=handshake["User-Agent"],
        additional_headers={"Cookie": handshake["Cookie"]} if "Cookie" in handshake else {},
    )


async def visit(url, handshake, frames, delay, leave):
    """One visit that begins after a delay; gives the seconds to the end of the first script and those to the first rows."""
    await asyncio.sleep(delay)
    began = time.perf_counter()
    async with connection(url, handshake) as socket:
        await socket.send(frames[0])
        _, run = await answer(socket)
        first = time.perf_counter() - began
        await asyncio.sleep(LOOK)
        for frame in frames[1:]:
            asked = time.perf_counter()
            await socket.send(asking(frame, run=run))
            newest, _ = await answer(socket)
        rows = time.perf_counter() - asked
        assert newest > 0, "the question for rows was answered without any"
        if leave is not None:
            await leave.wait()
    return first, rows


async def play(url, handshake, frames):
    """A visitor whose player asks for rows all the time."""
    async with connection(url, handshake) as socket:
        run = None
        for frame in frames:
            await socket.send(asking(frame, run=run) if run else frame)
            newest, run = await answer(socket)
        while True:
            await socket.send(asking(frames[-1], run=run, **{"from": max(newest, 0) + 1}))
            newest, _ = await answer(socket)


async def everyone(url, recorded, heavy, count, seconds, apart):
    leave = None if apart else asyncio.Barrier(count)
    heavy = asyncio.create_task(play(url, *heavy)) if heavy else None
    times = await asyncio.gather(*(visit(url, *recorded, seconds * i / count, leave) for i in range(count)))
    if heavy:
        assert not heavy.done(), heavy.exception()
        heavy.cancel()
    return times


def clients(*arguments):
    """Seconds to the first script's end and to the first rows of each visit; runs in a process of its own."""
    return asyncio.run(everyone(*arguments))


# -- The server's process -----------------------------------------------------------------------------------------------


class Server:
    """What a process has used."""

    def __init__(self, pid):
        self.files = Path(f"/proc/{pid}")

    def milliseconds(self):
        """Processor time so far."""
        user, system = (self.files / "stat").read_text().rpartition(")")[2].split()[11:13]
        return 1000 * (int(user) + int(system)) / TICKS

    def megabytes(self, name="VmRSS"):
        """Resident memory, or with "VmHWM" its peak since `forget_peak`."""
        [line] = [line for line in (self.files / "status").read_text().splitlines() if line.startswith(name)]
        return int(line.split()[1]) / 1024

    def forget_peak(self):
        (self.files / "clear_refs").write_text("5")


def measure(url, server, options):
    """Rows (what, measured, bar or empty) of the table."""
    recorded = record(url + options.at)
    heavy = record(url, "Handwritten digits, three layers") if options.heavy else None
    time.sleep(5)  # the browser's session is closed
    before, used = server.megabytes(), server.milliseconds()
    server.forget_peak()
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        times = pool.submit(clients, url, recorded, heavy, options.visits, options.seconds, options.apart).result()
    time.sleep(1)
    if not heavy:  # who plays all the time takes more
        yield "processor a visit, its first rows included", f"{(server.milliseconds() - used) / options.visits:.0f} ms", "≤ 150 ms"
    for name, seconds, bar in zip(("first script", "first rows"), zip(*times), (5, 2)):
        yield f"{name}, median and 95 %", "{:.2f} and {:.2f} s".format(*np.percentile(seconds, (50, 95))), f"≤ {bar} s"
    yield "resident memory before and at its peak", f"{before:.0f} and {server.megabytes('VmHWM'):.0f} MB", ""
    if options.after:
        time.sleep(options.after)
        yield f"resident memory {options.after:g} s after they left", f"{server.megabytes():.0f} MB", "near the first"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--visits", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=30.0, help="time in which they arrive")
    parser.add_argument("--after", type=float, default=180.0, help="seconds until memory is looked at again")
    parser.add_argument("--apart", action="store_true", help="every visitor leaves after the first rows, instead of with the last")
    parser.add_argument("--heavy", action="store_true", help="one visitor more plays a deep mixture of the digits all the time")
    parser.add_argument("--at", default="", help="what they open, as in learn?l=starts.stuck; it begins at iteration 0")
    options = parser.parse_args()
    with started() as (url, process):
        print(f"{f'{options.visits} visits in {options.seconds:g} s':<46}{'measured':>28}   bar", flush=True)
        for what, measured, bar in measure(url, Server(process.pid), options):
            print(f"{what:<46}{measured:>28}   {bar}", flush=True)


if __name__ == "__main__":
    main()
