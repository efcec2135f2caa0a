"""A QR code is drawn of a link, and of nothing that no camera reads."""

import xml.etree.ElementTree as ElementTree
from types import SimpleNamespace

import pytest
from starlette.exceptions import HTTPException

from pages.wire import served


def ask(text):
    [endpoint] = [route.endpoint for route in served.routes() if route.path.endswith(served.QR)]
    return endpoint(SimpleNamespace(query_params={"text": text}))


def test_a_code_is_a_picture_of_its_text():
    one, other = ask("http://localhost/?v=1&k=3"), ask("http://localhost/?v=1&k=4")
    assert one.media_type == "image/svg+xml" and ElementTree.fromstring(one.body).tag.endswith("svg")
    assert one.body != other.body == ask("http://localhost/?v=1&k=4").body


@pytest.mark.parametrize("text", ["", "x" * (served.LONGEST_CODE + 1)])
def test_what_no_camera_reads_is_refused(text):
    with pytest.raises(HTTPException, match="400"):
        ask(text)
