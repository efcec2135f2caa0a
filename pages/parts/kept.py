"""Widgets whose value is kept while they are hidden and on other pages."""


def kept(key):
    """Keywords of a widget that nothing but the person changes."""
    return {"key": key, "persist_state": "session"}
