"""The animated GIF of the player's pictures."""

import base64
import io

import numpy as np
import pytest
from PIL import Image

from pages.work.animation import gif


def as_url(picture):
    content = io.BytesIO()
    picture.save(content, "PNG")
    return f"data:image/png;base64,{base64.b64encode(content.getvalue()).decode()}"


def frames(count, size=(64, 48)):
    """A square that moves over a white ground."""
    for number in range(count):
        picture = Image.new("RGB", size, "white")
        picture.paste((0, 114, 178), (4 * number, 10, 4 * number + 10, 20))
        yield np.asarray(picture), as_url(picture)


def test_every_picture_is_a_frame_in_its_colours():
    pictures, urls = zip(*frames(8))
    animation = Image.open(io.BytesIO(gif(urls)))
    assert animation.n_frames == 8 and animation.size == (64, 48) and animation.info["loop"] == 0
    durations = []
    for number, picture in enumerate(pictures):
        animation.seek(number)
        durations.append(animation.info["duration"])
        np.testing.assert_allclose(np.asarray(animation.convert("RGB")).astype(int), picture, atol=8)
    assert durations == [150] * 7 + [2000]


def test_what_vanishes_on_the_way_keeps_its_colour():
    """A component may die; the last picture then has none of its colour, but many others."""
    shades = np.full((48, 256, 3), 255, np.uint8)
    shades[..., 1] = np.arange(256)
    early = shades.copy()
    early[10:30, 10:90] = orange = 230, 159, 0
    animation = Image.open(io.BytesIO(gif([as_url(Image.fromarray(array)) for array in [early] * 6 + [shades] * 6])))
    np.testing.assert_allclose(animation.convert("RGB").getpixel((50, 20)), orange, atol=8)


@pytest.mark.parametrize("urls", [[], ["data:image/png;base64,####"], ["data:image/png;base64,aGVsbG8="]])
def test_what_is_no_picture_is_said(urls):
    with pytest.raises(ValueError, match="no pictures"):
        gif(urls)


def test_the_animation_is_a_file_of_the_page(page):
    page.play(upto=3)
    file = page.say("export", kind="animation", iteration=3, frames=[url for _, url in frames(4)])["file"]
    assert file["name"] == "gmm_old_faithful.gif" and file["mime"] == "image/gif"
    assert Image.open(io.BytesIO(base64.b64decode(file["text"].partition(",")[2]))).n_frames == 4
    assert page.say("export", kind="animation", iteration=3, frames=[])["error"].startswith("The file could not be made")
