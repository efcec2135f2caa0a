"""What the server answers of jobs, beside Streamlit: see "A job" in pages/wire/messages.md. No Streamlit in here.

Who knows a job's id has its page: the id is in addresses, which servers write down, but ends with the server. Whatever an
answer takes to make is done in a thread: pages, players and rooms do not wait for it.
"""

import asyncio
import json
import reprlib

from starlette.responses import Response
from starlette.routing import Route

from pages.work.answers import PLAIN, Refused, answered, read_body
from pages.work.checks import Nonsense

from .jobs import JOBS

JOB = "job"
_MOST = 64  # bytes of what is sent
_LONGEST = 200  # characters of a part of the query
_OWN = ("job", "since")


def routes(below):
    """The routes, below a path."""
    return [
        Route(f"{below}/{JOB}/{{id}}", answered(_told), methods=["GET"]),
        *(
            Route(f"{below}/{JOB}/{{id}}/{name}", answered(_ordered(order)), methods=["POST"])
            for name, order in (("cancel", _cancel), ("go", _go), ("smaller", _smaller), ("more", _own("more")), ("test", _own("test")))
        ),
        Route(f"{below}/{JOB}/{{id}}/{{file}}", answered(_file), methods=["GET"]),
    ]


async def _told(request):
    """What is new of a job: who asks is there, and it goes on."""
    query = dict(request.query_params)
    since = query.get("since", "-1")
    if not since.removeprefix("-").isdecimal() or len(since) > 12:
        raise Nonsense(f"since is {reprlib.repr(since)}; it needs to be a version")
    if any(len(each) > _LONGEST for pair in query.items() for each in pair):
        raise Nonsense(f"a part of the query is too long; {_LONGEST} characters are the most")

    def answer():
        job = _heard(request)
        if job.describe is None:
            return _standing(job)
        return job.describe(job, int(since), **{name: value for name, value in query.items() if name not in _OWN})

    return await _json(answer)


def _ordered(order):
    """An endpoint that does something with a job, and tells how it stands, or what else the order gives."""

    async def answer(request):
        await read_body(request, _MOST)

        def carry_out():
            job = _heard(request)
            return order(job) or _standing(job)

        return await _json(carry_out)

    return answer


def _cancel(job):
    job.cancel()


def _go(job):
    job.go()


def _smaller(job):
    job.go(smaller=True)


def _own(name):
    """An order that the job's page carries out."""

    def order(job):
        if name not in job.orders:
            raise Refused(409, "There is no more to compute of this.")
        return job.orders[name](job)

    return order


async def _file(request):
    name = request.path_params["file"]

    def answer():
        job = _heard(request)
        if name not in job.files:
            raise Refused(404, f"There is no {reprlib.repr(name)[1:-1]} of this; there is {' and '.join(job.files) or 'no file'}.")
        return job.files[name](job)

    content, kind = await asyncio.to_thread(answer)
    return Response(content, media_type=kind, headers=PLAIN | {"Content-Disposition": f'attachment; filename="{name}"'})


def _heard(request):
    job = JOBS.find(request.path_params["id"])
    job.heard()
    return job


def _standing(job):
    """How a job stands, where its page has nothing else to tell."""
    return {"state": job.state, "version": job.version, "done": job.done, "total": job.total, "problem": job.problem}


async def _json(answer):
    text = await asyncio.to_thread(lambda: json.dumps(answer(), allow_nan=False, separators=(",", ":")))
    return Response(text, media_type="application/json", headers=PLAIN)
