"""Damped EM: only a share of each M-step is taken (``update_rate`` below 1)."""

from dataclasses import fields, is_dataclass

import numpy as np


def interpolate(old, new, rate):
    """``(1 - rate) · old + rate · new`` for parameters: dataclasses of arrays, also nested in tuples.

    What is no array is fixed.
    """
    if is_dataclass(new):
        return type(new)(**{f.name: interpolate(getattr(old, f.name), getattr(new, f.name), rate) for f in fields(new)})
    if isinstance(new, tuple):
        return new if len(old) != len(new) else tuple(interpolate(a, b, rate) for a, b in zip(old, new))
    return (1 - rate) * old + rate * new if isinstance(new, np.ndarray) else new
