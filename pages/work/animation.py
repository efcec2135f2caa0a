"""An animated GIF of pictures that the player has drawn. No Streamlit in here."""

import base64
import io

import numpy as np
from PIL import Image

_SECONDS, _LAST_SECONDS = 0.15, 2.0  # how long a frame is shown
_MOST_PIXELS = 4_000_000  # of a picture
_SAMPLES = 8  # pictures that the palette is made from


def gif(frames):
    """An animated GIF that plays for ever.

    Parameters
    ----------
    frames : list of str
        PNG pictures of one size as data URLs.

    Returns
    -------
    bytes

    Raises
    ------
    ValueError
        There are no frames, or one is no picture.
    """
    try:
        pictures = [_opened(base64.b64decode(frame.partition(",")[2], validate=True)) for frame in frames]
    except (ValueError, OSError, SyntaxError, Image.DecompressionBombError):  # all that a broken or huge picture raises
        pictures = []
    if not pictures:
        raise ValueError("there are no pictures to animate.")
    palette = _palette(pictures)  # one for all, and no dithering: colours that stay must not flicker
    pictures = [picture.quantize(palette=palette, dither=Image.Dither.NONE) for picture in pictures]
    milliseconds = [1000 * _SECONDS] * (len(pictures) - 1) + [1000 * _LAST_SECONDS]
    content = io.BytesIO()
    pictures[0].save(content, "GIF", save_all=True, append_images=pictures[1:], duration=milliseconds, loop=0)
    return content.getvalue()


def _opened(content):
    picture = Image.open(io.BytesIO(content), formats=["PNG"])
    if picture.width * picture.height > _MOST_PIXELS:
        raise ValueError("the picture is too large.")
    return picture.convert("RGB")


def _palette(pictures):
    """A picture with the 256 colours of an animation, from pictures all along it: a component may vanish on the way."""
    chosen = [pictures[round(i)] for i in np.linspace(0, len(pictures) - 1, min(_SAMPLES, len(pictures)))]
    width, height = chosen[0].size
    sheet = Image.new("RGB", (width, height * len(chosen)))
    for number, picture in enumerate(chosen):
        sheet.paste(picture, (0, height * number))
    return sheet.quantize(256)
