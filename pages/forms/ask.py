"""A widget for a row of the table of settings."""

import streamlit as st

from pages.kept import kept, value
from pages.session import session
from pages.work.lookup import table
from pages.work.setting import Choice, Several, Span, Truth


def ask(name, form="set", place=st, **changed):
    """Ask for a setting, and give its value.

    Parameters
    ----------
    name : str
    form : str
        What the key of the widget begins with.
    place : optional
        Where the widget stands.
    **changed
        Keywords of the Streamlit function that are other than the table says.
    """
    setting = table()[name]
    keywords = _kind(setting) | kept(f"{form}_{name}") | {"help": setting.help} | changed
    keywords["disabled"] = session().locked or bool(setting.needs and not value(f"{form}_{setting.needs}"))
    return getattr(place, setting.widget)(setting.label, **keywords)


def _kind(setting):
    """Keywords that say which values there are, and the usual one."""
    kind = setting.kind
    if isinstance(kind, Truth):
        return {"value": setting.usual}
    if isinstance(kind, Several):
        return {"options": list(kind.choice.options), "format_func": kind.choice.said, "default": setting.usual}
    if isinstance(kind, Span):
        return {"min_value": kind.low, "max_value": kind.high, "value": setting.usual}
    if not isinstance(kind, Choice):
        return {"min_value": kind.low, "max_value": kind.high, "value": setting.usual, "step": kind.step}
    options = list(kind.options)
    usual = {
        "select_slider": {"value": setting.usual},
        "selectbox": {"index": options.index(setting.usual)},
        "radio": {"index": options.index(setting.usual)},
        "segmented_control": {"default": setting.usual, "required": True, "width": "stretch"},
    }[setting.widget]
    return {"options": options, "format_func": kind.said} | usual
