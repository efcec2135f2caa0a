"""What the server answers beside Streamlit: the player's modules and Plotly's script, QR codes, rooms, jobs, and no to a wrong guess.

A page names these files by addresses relative to its own, so that they are found below any path that a server or a
proxy puts in front. The names hold a version: a browser keeps them for a year, and never mixes old modules with new.
"""

import gzip
import hashlib
import io
from pathlib import Path

import plotly
import segno
import streamlit as st
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from pages.jobs import routes as jobs
from pages.room import routes as rooms
from pages.work.player_files import ASSETS

_MODULES = sorted(ASSETS.rglob("*.js"))
_PLOTLY = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
_KEEP = {"Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept-Encoding"}


def _version(files):
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


PLAYER = f"player-{_version(_MODULES)}"
QR = "qr.svg"
LONGEST_CODE = 1000  # characters of a QR code that a camera still reads
PLOTLY = f"plotly-{plotly.__version__}/{_PLOTLY.name}"


def routes():
    """The routes, below the path that the server is told to be under; the files are compressed here, once."""
    below = "/" + path if (path := st.get_option("server.baseUrlPath").strip("/")) else ""
    return [
        Route(f"{below}/{PLAYER}/{{name:path}}", _files(ASSETS, _MODULES)),
        Route(f"{below}/{PLOTLY.replace(_PLOTLY.name, '{name}')}", _files(_PLOTLY.parent, [_PLOTLY])),
        Route(f"{below}/{QR}", _code),
        *rooms.routes(below),
        *jobs.routes(below),
        *(Route(f"{below}/{{page}}/_stcore/{name}", _elsewhere) for name in ("health", "host-config")),
    ]


def _files(folder, files):
    """An endpoint that answers with one of these files of a folder, compressed for who can read it."""
    kept = {file.relative_to(folder).as_posix(): (file, gzip.compress(file.read_bytes(), 6, mtime=0)) for file in files}

    async def answer(request):
        if request.path_params["name"] not in kept:
            raise HTTPException(404)
        file, compressed = kept[request.path_params["name"]]
        if "gzip" not in request.headers.get("accept-encoding", ""):
            return FileResponse(file, media_type="text/javascript", headers=_KEEP)
        return Response(compressed, media_type="text/javascript", headers=_KEEP | {"Content-Encoding": "gzip"})

    return answer


def _code(request):
    """A text as a QR code: dark on white, as cameras want it in any theme."""
    text, picture = request.query_params.get("text", ""), io.BytesIO()
    if not 0 < len(text) <= LONGEST_CODE:
        raise HTTPException(400)
    segno.make(text, error="m", micro=False).save(picture, kind="svg", border=4, dark="#000", light="#fff", omitsize=True)
    return Response(picture.getvalue(), media_type="image/svg+xml", headers={"Cache-Control": "no-store"})


async def _elsewhere(request):
    """Streamlit, opened by the link to a page, first asks whether the server is below that page's address.

    It is not, and Streamlit then asks at the right place. Any answer but a 2xx says so; one that is no error (4xx, 5xx)
    leaves the browser's console clean.
    """
    return Response(status_code=300, headers={"Cache-Control": "no-store"})
