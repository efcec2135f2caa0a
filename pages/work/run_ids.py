"""The ids by which Python and the browser speak of runs and comparisons: all are made and read here. No Streamlit in here.

"r3.0123abcd" is a run and "c4.0123abcd" a comparison of a session. A player shows a view of one, and knows it by a longer
id, of which that is the first word: another view of a run is another history.
"""

import re

_ID = re.compile(r"[rc]\d+\.[0-9a-f]{8}")


def new(letter, number, session):
    """The id of a run, "r", or a comparison, "c": the ``number`` is new in the ``session``, whose name no other session has."""
    return f"{letter}{number}.{session}"


def of_view(id, view):
    """The id by which a player knows a view of a run or a comparison."""
    return f"{id} {' / '.join(view.names)}"


def of_lane(id, view, leader, clusters):
    """The same of a run in a comparison: the run that leads and the number of clusters give its clusters their numbers."""
    return f"{of_view(id, view)} by {leader}, {clusters}"


def read(text):
    """The id of the run or comparison that a player shows a view of, or None where there can be none of this name."""
    id = text.split(" ")[0]
    return id if _ID.fullmatch(id) else None
