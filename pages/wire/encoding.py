"""Arrays as a message carries them: see messages.md. No Streamlit in here."""

import base64

import numpy as np


def encoded(array, dtype):
    """An array as base64 of its bytes, row by row."""
    return base64.b64encode(np.ascontiguousarray(array, dtype=dtype).tobytes()).decode()


def rounded(table, digits):
    """A table as lists of numbers with so many significant digits."""
    numbers = (f"%.{digits}g " * table.size % tuple(table.ravel().tolist())).split()
    return np.array(numbers, dtype=float).reshape(table.shape).tolist()


def placed(points):
    """Points (n, 1) or (n, 2) by axis."""
    return {name: encoded(column, "<f4") for name, column in zip("xy", points.T)}
