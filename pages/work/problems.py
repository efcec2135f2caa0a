"""What cannot be, of settings, data or a cluster, in words of the page. No Streamlit in here."""

import re

from mixes import selection
from mixes.cluster import ClusterLost
from mixes.tables import UnreadableTable

from . import folder
from .lookup import of_models

LOST = (UnreadableTable, ClusterLost)  # what a run is made of
FAILURES = (*selection.FAILURES, *LOST)  # of a run that begins or goes on

_ROWS = r"but X has n_samples = \d+ with (\d+) distinct rows; use at most \d+\."
_LAYERS = r"layer_sizes is (.+), layer_dims is (.+) and X has (\d+) features\."
_SAVED = "The saved model to start from has"
_SENTENCES = {
    rf"n_components is (\d+), {_ROWS}": r"\1 components are too many: only \2 of these rows differ.",
    rf"layer_sizes for layer (\d+) is (\d+), {_ROWS}": r"\2 components of layer \1 are too many: only \3 of these rows differ.",
    r"all n_samples = (\d+) rows of X are the same; .+": r"All \1 rows are the same; a mixture needs two that differ.",
    r"init has (\d+) components in (\d+) features; n_components is (\d+) and X has (\d+) features\.": (
        rf"{_SAVED} \1 components in \2 features; here are \3 components and \4 features."
    ),
    rf"init has layers of (.+) components and (.+) factors in (\d+) features; {_LAYERS}": (
        rf"{_SAVED} layers of \1 components and \2 factors in \3 features; here are layers of \4 and \5, and \6 features."
    ),
}


def said(problem):
    """A problem in a sentence, without the way to the server's folder, and without what the library alone can do."""
    return re.sub(r": keep it with to_json\(\).*", ".", folder.said(problem, folder.folder()))


def in_words(problem):
    """A sentence of the library as the page says it: settings by their names there, not by their keywords."""
    for sentence, words in _SENTENCES.items():
        problem = re.sub(sentence, words, problem)
    names = {setting.keyword: setting.words.name for setting in of_models() if setting.keyword and setting.words}
    return re.sub(rf"\b({'|'.join(names)})\b", lambda found: names[found[1]], problem)
