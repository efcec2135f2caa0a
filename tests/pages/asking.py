"""Addresses beside Streamlit, asked as a server does."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

JSON = {"content-type": "application/json"}


async def ask(app, method, path, body=b"", headers=JSON, query=b""):
    """Status, headers and text of an answer."""
    sent = []

    async def receive():
        return {"type": "http.request", "body": body}

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "http", "root_path": ""}
    lines = [(name.encode(), value.encode()) for name, value in headers.items()]
    await app({**scope, "path": f"/below/{path}", "raw_path": path.encode(), "query_string": query, "headers": lines}, receive, send)
    start, *parts = sent
    told = {name.decode(): value.decode() for name, value in start["headers"]}
    return start["status"], told, b"".join(part["body"] for part in parts).decode()


def played(scene):
    """Run a coroutine to its end in a thread of its own: a browser of other tests may have a loop in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, scene).result()
