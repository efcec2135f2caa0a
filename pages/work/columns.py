"""What the columns of a table are used for, as a text that stands in a link. No Streamlit in here.

``3fa2b1_2o5fc``: a word of the columns' names, which tells them from those of other tables, then runs of roles in the order of the
table: two columns left out, five features, the class.
"""

import hashlib
import json
import re
from itertools import groupby

from .checks import Nonsense, text

_LETTERS = {"feature": "f", "class": "c", "left out": "o"}
_ROLES = {letter: role for role, letter in _LETTERS.items()}
_TEXT = re.compile(r"[0-9a-f]{6}_(?:\d{0,7}[fco])+")
_LONGEST = 10_000  # characters of a text


class Text:
    """The kind of setting that is such a text, or "" for what is proposed."""

    def check(self, value, name):
        if text(value, name, _LONGEST) and not _TEXT.fullmatch(value):
            raise Nonsense(f"{name} needs a word of the columns and their roles, as in 3fa2b1_2o5fc")
        return value

    def write(self, value):
        return value

    def read(self, text, name):
        return self.check(text, name)


def word_of(names):
    """A word of the names of columns."""
    return hashlib.sha256(json.dumps(list(names)).encode()).hexdigest()[:6]


def written(roles):
    """The text of the role of each column by its name, in the order of the table."""
    runs = ((letter, len(list(run))) for letter, run in groupby(_LETTERS[role] for role in roles.values()))
    return f"{word_of(roles)}_" + "".join(f"{count}{letter}" if count > 1 else letter for letter, count in runs)


def roles_of(told, names):
    """The role of each column by its name, of a text; None if it is of other columns."""
    word, _, runs = told.partition("_")
    counts = [(int(count or 1), _ROLES[letter]) for count, letter in re.findall(r"(\d*)([fco])", runs)]
    if word != word_of(names) or sum(count for count, _ in counts) != len(names):
        return None
    roles = [role for count, role in counts for _ in range(count)]
    return dict(zip(names, roles)) if roles.count("class") <= 1 else None
