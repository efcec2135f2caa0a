"""Let a class follow a room, and print how long a lecturer's step takes to be seen and what it costs the server, beside the bars.

    python -m benchmarks.room [--followers 200] [--steps 30] [--alone]

First those who follow hear events alone. Then each has a session of the page, too, as a browser has: what one says is recorded
from headless Chromium, and as many clients say the same from another process. A step is seen once its event has come and the rows
that it shows are there; another setting is seen once the page has been made anew for it.
"""

import argparse
import asyncio
import json
import multiprocessing
import random
import re
import time
import urllib.request
from concurrent.futures import ProcessPoolExecutor
from urllib.parse import urlsplit

import numpy as np
from playwright.sync_api import sync_playwright
from streamlit.proto.BackMsg_pb2 import BackMsg

from benchmarks.live_view import ROOT, started
from benchmarks.visits import PATIENCE, Server, answer, asking, connection, overheard, question

APART = 1.0  # seconds between two steps of the leader
ARRIVING = 60.0  # seconds in which those with a page come
AHEAD = 10  # rows that a player wants to have ahead
SPREAD = int(re.search(r"SPREAD = (\d+)", (ROOT / "assets/player/room/seat.js").read_text("utf-8"))[1]) / 1000  # a follower
STATES = "v=1", "v=1&k=3"


class Leader:
    """Who leads a room of a server."""

    def __init__(self, url, code="", key=""):
        self.url, self.code, self.key = url, code, key
        if not code:
            told = self.post("open", {})
            self.code, self.key = told["code"], told["key"]

    def post(self, path, told):
        headers = {"Content-Type": "application/json", "X-Room-Key": self.key}
        request = urllib.request.Request(f"{self.url}room/{path}", json.dumps(told).encode(), headers)
        return json.loads(urllib.request.urlopen(request, timeout=PATIENCE).read())

    def state(self, query):
        return self.post(f"{self.code}/lead", {"state": {"page": "", "query": query}})

    def stand(self, iteration):
        place = {"iteration": iteration, "half": "M", "playing": False, "speed": 10, "linger": True}
        return self.post(f"{self.code}/lead", {"place": place})


async def events(url, code):
    """What a room tells, as a browser's EventSource hears it."""
    host, port = urlsplit(url).netloc.split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    guest = f"{random.getrandbits(32):08x}"
    writer.write(f"GET /room/{code}/events?g={guest} HTTP/1.1\r\nHost: {host}\r\nAccept: text/event-stream\r\n\r\n".encode())
    try:
        while line := await reader.readline():
            if line.startswith(b"data: {"):
                yield json.loads(line[6:])
    finally:
        writer.close()


# -- What a follower's browser says -------------------------------------------------------------------------------------


def record(url):
    """The handshake's headers and the frames of one who comes by the code, asks for rows, and follows to another setting."""
    leader = Leader(url)
    leader.state(STATES[0])
    leader.stand(0)
    with sync_playwright() as playwright:
        browser, page, handshakes, frames = overheard(playwright)
        page.goto(f"{url}?r={leader.code}")
        page.wait_for_selector(".em-room:not([hidden])")
        leader.stand(1)
        page.wait_for_selector("[data-testid=em-player][data-iteration='1']")
        run = page.get_by_test_id("em-player").get_attribute("data-run")
        leader.state(STATES[1])
        page.wait_for_selector(f"[data-testid=em-player]:not([data-run='{run}'])")
        browser.close()
    leader.post(f"{leader.code}/end", {})
    messages = [BackMsg.FromString(frame) for frame in frames]
    asked = next(frame for frame, message in zip(frames, messages) if question(message))
    followed = next(frame for frame, message in zip(frames, messages) if _follows(message))
    return handshakes[0], frames[0], asked, followed


def _follows(message):
    return any('"follow"' in widget.json_trigger_value for widget in message.rerun_script.widget_states.widgets)


# -- Those who follow ---------------------------------------------------------------------------------------------------


class Follower:
    """Notes when it sees what the leader shows: by iteration, and by query."""

    def __init__(self):
        self.seen, self.newest, self.run, self.here = {}, float("inf"), None, STATES[0]

    async def follow(self, url, leader, recorded=None, delay=0.0, ready=None):
        await asyncio.sleep(delay)
        if recorded is None:
            return await self.listen(url, leader.code, None)
        handshake, first, self.asked, self.followed = recorded
        message = BackMsg.FromString(first)
        message.rerun_script.query_string = f"r={leader.code}"
        async with connection(url, handshake) as self.socket:
            await self.socket.send(message.SerializeToString())
            self.newest, self.run = await answer(self.socket)
            await self.rows()
            ready.release()
            await self.listen(url, leader.code, self.socket)

    async def rows(self):
        """Ask for rows until there are enough ahead."""
        await self.socket.send(asking(self.asked, run=self.run, **{"from": self.newest + 1}))
        newest, _ = await answer(self.socket)
        self.newest = newest if newest > self.newest else float("inf")  # the run has ended

    async def listen(self, url, code, socket):
        async for parts in events(url, code):
            state, place = parts.get("state"), parts.get("place")
            if state and socket and state["query"] != self.here:
                self.here = state["query"]
                await asyncio.sleep(SPREAD * parts["followers"] * random.random())
                await socket.send(self.followed)
                self.newest, self.run = await answer(socket)
                self.seen[self.here] = time.monotonic()
            if place:
                while place["iteration"] > self.newest:
                    await self.rows()
                self.seen.setdefault(place["iteration"], time.monotonic())
                if place["iteration"] + AHEAD > self.newest:
                    await self.rows()


async def everyone(url, leader, recorded, count, steps):
    """Seconds until each step was seen by each, and until the other setting was; the server's work is that between two pauses."""
    ready, followers = asyncio.Semaphore(0), [Follower() for _ in range(count)]
    delays = [ARRIVING * i / count if recorded else 0.0 for i in range(count)]
    tasks = [asyncio.create_task(each.follow(url, leader, recorded, delay, ready)) for each, delay in zip(followers, delays)]
    if recorded:
        for _ in range(count):
            await ready.acquire()
    while (await asyncio.to_thread(leader.stand, 0))["followers"] < count:
        await asyncio.sleep(0.2)
    await asyncio.sleep(2)
    told, used = {}, [leader.used()]
    for iteration in range(1, steps + 1):
        told[iteration] = time.monotonic()
        await asyncio.to_thread(leader.stand, iteration)
        await asyncio.sleep(max(0.0, told[iteration] + APART - time.monotonic()))
    await until(lambda: all(steps in each.seen for each in followers))
    used.append(leader.used())
    if recorded:
        told[STATES[1]] = time.monotonic()
        await asyncio.to_thread(leader.state, STATES[1])
        await until(lambda: all(STATES[1] in each.seen for each in followers))
        used.append(leader.used())
    for task in tasks:
        assert not task.done(), task.exception()
        task.cancel()
    waits = {what: [each.seen[what] - began for each in followers if what in each.seen] for what, began in told.items()}
    return waits, np.diff(used)


async def until(done):
    async with asyncio.timeout(PATIENCE):
        while not done():
            await asyncio.sleep(0.05)


def clients(url, pid, code, key, *arguments):
    """Runs in a process of its own."""
    leader = Leader(url, code, key)
    leader.used = Server(pid).milliseconds
    return asyncio.run(everyone(url, leader, *arguments))


def measure(url, pid, options):
    """Rows (what, measured, bar or empty) of the table."""
    recorded = None if options.alone else record(url)
    for what, said in (("events alone", None), ("with pages", recorded)):
        if what == "with pages" and recorded is None:
            return
        leader = Leader(url)
        leader.state(STATES[0])
        leader.stand(0)
        with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
            waits, used = pool.submit(clients, url, pid, leader.code, leader.key, said, options.followers, options.steps).result()
        steps = np.concatenate([waits[step] for step in range(1, options.steps + 1)])
        yield f"{what}: a step is seen, median and 95 %", "{:.3f} and {:.3f} s".format(*np.percentile(steps, (50, 95))), "≤ 1 s"
        yield f"{what}: processor a step, of all", f"{used[0] / options.steps:.0f} ms", "≤ 1000 ms"
        if said:
            other = waits[STATES[1]]
            yield f"{what}: another setting is seen, median and 95 %", "{:.1f} and {:.1f} s".format(*np.percentile(other, (50, 95))), ""
            yield f"{what}: processor for that, a follower", f"{used[1] / options.followers:.0f} ms", ""
        leader.post(f"{leader.code}/end", {})


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--followers", type=int, default=200)
    parser.add_argument("--steps", type=int, default=30, help="of the leader, one a second")
    parser.add_argument("--alone", action="store_true", help="events alone, without pages")
    options = parser.parse_args()
    with started() as (url, process):
        print(f"{f'{options.followers} follow':<56}{'measured':>22}   bar", flush=True)
        for what, measured, bar in measure(url, process.pid, options):
            print(f"{what:<56}{measured:>22}   {bar}", flush=True)


if __name__ == "__main__":
    main()
