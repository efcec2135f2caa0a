"""The addresses of a room, asked as a server does: events, and what is answered to who may and who may not."""

import asyncio
import json

import pytest
from starlette.applications import Starlette

from pages.room import routes
from pages.room.rooms import Rooms
from tests.pages import asking
from tests.pages.asking import JSON, played


@pytest.fixture
def app(monkeypatch):
    monkeypatch.setattr(routes, "ROOMS", Rooms())
    return Starlette(routes=routes.routes("/below"))


def ask(app, method, path, *sent, **more):
    return asking.ask(app, method, f"room/{path}", *sent, **more)


class Listener:
    """Who follows: what came, and a way to leave."""

    def __init__(self, app, code, guest="abcd1234"):
        self.text, self.status, self.headers, self.gone = "", None, {}, asyncio.Event()
        self.news, self.query, self.path = asyncio.Event(), f"g={guest}".encode(), f"/below/room/{code}/events"
        self.task = asyncio.create_task(self.listen(app))

    async def listen(self, app):
        async def receive():
            await self.gone.wait()
            return {"type": "http.disconnect"}

        async def send(message):
            self.status = message.get("status", self.status)
            self.headers |= {name.decode(): value.decode() for name, value in message.get("headers", ())}
            self.text += message.get("body", b"").decode()
            self.news.set()

        scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
        }
        more = {"root_path": "", "path": self.path, "raw_path": self.path.encode(), "query_string": self.query, "headers": []}
        await app({**scope, **more}, receive, send)

    async def until(self, words):
        async with asyncio.timeout(5):
            while words not in self.text:
                await self.news.wait()
                self.news.clear()


async def opened(app):
    status, _, text = await ask(app, "POST", "open")
    assert status == 200
    told = json.loads(text)
    return told["code"], {**JSON, "x-room-key": told["key"]}


def post(app, path, told, headers=JSON):
    return ask(app, "POST", path, told if isinstance(told, bytes) else json.dumps(told).encode(), headers)


def test_who_follows_hears_what_the_leader_tells_and_that_it_is_over(app):
    async def scene():
        code, leader = await opened(app)
        guest = Listener(app, code)
        await guest.until('data: {"version": 0, "followers": 1}')
        assert guest.status == 200 and guest.headers["content-type"].startswith("text/event-stream")
        assert guest.headers["x-accel-buffering"] == "no" and guest.headers["cache-control"] == "no-store"
        status, _, text = await post(app, f"{code}/lead", {"pins": {"point": 3}}, leader)
        assert status == 200 and json.loads(text) == {"followers": 1, "answered": 0, "question": None}
        await guest.until('data: {"version": 1, "followers": 1, "pins": {"point": 3, "focus": null}}')
        late = Listener(app, code, "efgh5678")
        await late.until('"point": 3')
        late.gone.set()
        await late.task
        question = {"kind": "much", "words": "How <b>much</b>?"}
        await post(app, f"{code}/lead", {"question": question}, leader)
        await guest.until("How <b>much</b>?")
        assert (await post(app, f"{code}/guess", {"g": "abcd1234", "q": 1, "v": 2.5}))[0] == 200
        assert (await post(app, f"{code}/guess", {"g": "efgh5678", "q": 1, "v": 2.5}))[0] == 403, "who has left"
        _, _, text = await post(app, f"{code}/lead", {}, leader)
        assert json.loads(text)["followers"] == 1 == json.loads(text)["answered"]
        assert (await post(app, f"{code}/end", {}, leader))[0] == 200
        await guest.task
        assert guest.text.endswith('event: ended\ndata: "The room has ended."\n\n')
        assert leader["x-room-key"] not in guest.text
        assert (await ask(app, "GET", f"{code}/events", query=b"g=abcd1234"))[0] == 410

    played(scene())


def test_a_stream_without_news_says_that_it_is_there(app, monkeypatch):
    async def scene():
        code, _ = await opened(app)
        guest = Listener(app, code)
        await guest.until("\n\n:\n\n")
        guest.gone.set()
        await guest.task
        assert not routes.ROOMS.find(code).guests and not routes.ROOMS.find(code).watchers

    monkeypatch.setattr(routes, "HEARTBEAT", 0.02)
    played(scene())


def test_what_cannot_be_is_answered_with_a_status_and_a_sentence(app):
    async def scene():
        code, leader = await opened(app)
        forged = {**JSON, "x-room-key": "x" * 32}
        cases = [
            (403, f"Only the person who opened room {code} can lead it.", "POST", f"{code}/lead", b"{}", forged),
            (403, f"Only the person who opened room {code} can lead it.", "POST", f"{code}/lead", b"nonsense", JSON),
            (403, f"Only the person who opened room {code} can lead it.", "POST", f"{code}/end", b"{}", forged),
            (404, "There is no room BBBBB.", "POST", "BBBBB/lead", b"{}", leader),
            (404, "There is no room BBBBB.", "POST", "BBBBB/guess", b"{}", JSON),
            (404, "The code of a room has 5 letters, such as BKTRM.", "GET", "nonsense/events", b"", {}),
            (400, "This makes no sense: ", "GET", f"{code}/events", b"", {}),
            (400, "This makes no sense: it needs to have at most 10,000 bytes.", "POST", f"{code}/lead", b" " * 10_001, leader),
            (400, "This makes no sense: it needs to have at most 64 bytes.", "POST", f"{code}/guess", b" " * 65, JSON),
            (400, "This makes no sense: what is told is no JSON.", "POST", f"{code}/lead", b"{", leader),
            (400, "This makes no sense: it needs to be of type application/json.", "POST", "open", b"{}", {"content-type": "text/plain"}),
        ]
        for status, sentence, method, path, body, headers in cases:
            query = b"" if status == 400 else b"g=abcd1234"
            answer = await ask(app, method, path, body, headers, query)
            assert (answer[0], answer[1]["cache-control"]) == (status, "no-store") and answer[2].startswith(sentence), (path, answer)
        assert routes.ROOMS.find(code).version == 0

    played(scene())
