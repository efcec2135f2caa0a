"""What the server answers in the rooms, beside Streamlit: see "A room" in pages/wire/messages.md. No Streamlit in here.

Changes are server-sent events: 200 open streams cost hardly anything, where 200 fragments that look every two seconds would cost
five processors. A key comes in a header, never in an address, which servers and proxies write down.
"""

import asyncio
import json
import signal
from contextlib import contextmanager

from starlette.responses import JSONResponse, StreamingResponse
from starlette.routing import Route

from pages.work.answers import PLAIN, answered, read_body

from . import told
from .rooms import ROOMS

ROOM = "room"
HEARTBEAT = 15  # seconds without news after which a stream says that it is there, before a proxy takes it for dead
RETRY = 2000  # milliseconds after which a browser comes again when a stream has broken
_STREAM = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}  # nginx would keep events until there are many


def routes(below):
    """The routes, below a path."""
    return [
        Route(f"{below}/{ROOM}/open", answered(_open), methods=["POST"]),
        Route(f"{below}/{ROOM}/{{code}}/events", answered(_events), methods=["GET"]),
        *(
            Route(f"{below}/{ROOM}/{{code}}/{name}", answered(answer), methods=["POST"])
            for name, answer in (("lead", _lead), ("guess", _guess), ("end", _end))
        ),
    ]


@contextmanager
def closing():
    """End the rooms once the server is told to stop, as it waits for all open streams."""
    loop, before = asyncio.get_running_loop(), {}

    def stop(number, frame):
        loop.call_soon_threadsafe(ROOMS.close)
        before[number](number, frame)

    for number in (signal.SIGINT, signal.SIGTERM):
        if callable(handler := signal.getsignal(number)):
            before[number] = handler
            signal.signal(number, stop)
    yield


async def _open(request):
    await read_body(request, told.MOST_GUESS)
    room = ROOMS.open()
    return JSONResponse({"code": room.code, "key": room.key}, headers=PLAIN)


def _asked(request):
    """The code, and the key of who leads."""
    return request.path_params["code"], request.headers.get("x-room-key", "")


async def _lead(request):
    code, key = _asked(request)
    ROOMS.led(code, key)  # first: what others send is not read
    return JSONResponse(ROOMS.lead(code, key, told.lead(await read_body(request, told.MOST_LEAD))), headers=PLAIN)


async def _end(request):
    await read_body(request, told.MOST_GUESS)
    ROOMS.end(*_asked(request))
    return JSONResponse({}, headers=PLAIN)


async def _guess(request):
    code, _ = _asked(request)
    ROOMS.find(code)
    ROOMS.guess(code, *told.guess(await read_body(request, told.MOST_GUESS)))
    return JSONResponse({}, headers=PLAIN)


async def _events(request):
    return Stream(request.path_params["code"], told.guest(request.query_params.get("g", "")))


class Stream(StreamingResponse):
    """The changes of a room, as events, until the guest or the room has gone."""

    def __init__(self, code, guest):
        self.news, loop = asyncio.Event(), asyncio.get_running_loop()
        self.guest, self.wake = guest, lambda: loop.call_soon_threadsafe(self.news.set)
        self.room = ROOMS.join(code, guest, self.wake)
        super().__init__(self._events(), headers=_STREAM, media_type="text/event-stream")

    async def __call__(self, scope, receive, send):
        try:
            await super().__call__(scope, receive, send)
        finally:
            ROOMS.leave(self.room, self.guest, self.wake)

    async def _events(self):
        yield f"retry: {RETRY}\n\n"
        room, version = self.room, -1
        while not room.ended:
            self.news.clear()
            known, version = version, room.version
            yield f"data: {room.news(known)}\n\n" if version > known else ":\n\n"
            try:
                await asyncio.wait_for(self.news.wait(), HEARTBEAT)
            except TimeoutError:
                ROOMS.tidy()
        yield f"event: ended\ndata: {json.dumps(room.ended)}\n\n"
