"""Checks of what a browser sends, which can be anything: each gives the value, or raises `Nonsense`. No Streamlit in here."""

import reprlib
from collections.abc import Mapping


class Nonsense(ValueError):
    """What was said, and what could have been."""


def whole(value, name, low, high):
    """A whole number in a range."""
    if type(value) is not int or not low <= value <= high:
        raise Nonsense(f"{name} is {reprlib.repr(value)}; it needs to be a whole number from {low} to {high}")
    return value


def text(value, name, most=300):
    """A text that is not too long."""
    if not isinstance(value, str) or len(value) > most:
        raise Nonsense(f"{name} is {reprlib.repr(value)}; it needs to be a text of at most {most} characters")
    return value


def truth(value, name):
    """True or False."""
    return one_of(value, name, (True, False))


def number(value, name, low, high):
    """A number in a range; JavaScript writes 1.0 as 1."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
        raise Nonsense(f"{name} is {reprlib.repr(value)}; it needs to be a number from {low} to {high}")
    return float(value)


def one_of(value, name, choices):
    """One of some choices; JavaScript writes 1.0 as 1, but True is not 1."""
    for choice in choices:
        if isinstance(value, bool) == isinstance(choice, bool) and value == choice:
            return choice
    raise Nonsense(f"{name} is {reprlib.repr(value)}; it needs to be {' or '.join(map(str, choices))}")


def mapping(value, name):
    """Names and values."""
    if not isinstance(value, Mapping):
        raise Nonsense(f"{name} is {reprlib.repr(value)}; it needs to have names and values")
    return value


def member(word, name):
    """What stands under a name."""
    if name not in mapping(word, "a word"):
        raise Nonsense(f"{name} is missing")
    return word[name]
