"""Texts that are not ours, such as names of files and columns, shown as they are: never as Markdown, HTML or formulas."""

import re

_MARKDOWN = re.compile(r"([!-/:-@\[-`{-~])")  # all of ASCII's punctuation may be escaped
# what is replaced after Markdown has been read, so that escaping does not help: :smile:, "->", links
_LATER = re.compile(r":(?=[\w+-]+:|//)|(?<=www)(?=\.)|@|(?<!\S)[-<>~](?=[-<>=]+(?!\S))", re.I)
_JOINER = "\u2060"  # invisible, of no width


def literal(text):
    """Text for a label, caption or message that Streamlit, or a notebook, shows character by character."""
    text = " ".join(text.splitlines())
    return _MARKDOWN.sub(r"\\\1", _LATER.sub(lambda found: found[0] + _JOINER, text))
