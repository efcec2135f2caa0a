"""How the server answers beside Streamlit: what cannot be is a status and a sentence. No Streamlit in here."""

from starlette.responses import PlainTextResponse

from .checks import Nonsense

PLAIN = {"Cache-Control": "no-store"}


class Refused(Exception):
    """A sentence on what cannot be, and the status of HTTP that says the same."""

    def __init__(self, status, sentence):
        super().__init__(sentence)
        self.status = status


def answered(answer):
    """An endpoint that says what cannot be in a sentence."""

    async def endpoint(request):
        try:
            return await answer(request)
        except Refused as problem:
            return PlainTextResponse(str(problem), problem.status, PLAIN)
        except Nonsense as problem:
            return PlainTextResponse(f"This makes no sense: {problem}.", 400, PLAIN)

    return endpoint


async def read_body(request, most):
    """The body of a request: JSON, as a page of elsewhere cannot send it unasked, and no longer than it may be."""
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise Nonsense("it needs to be of type application/json")
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            raise Nonsense(f"it needs to have at most {most:,} bytes")
    return body
