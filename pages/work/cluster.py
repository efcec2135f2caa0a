"""The Dask cluster whose workers sum over the rows of tables that are read chunk by chunk. No Streamlit in here."""

import os
from threading import Lock

from mixes.cluster import ClusterLost
from mixes.tables import Table

VARIABLE = "MIXES_SCHEDULER"
_PATIENCE = 5  # seconds
_LOCK, _CLIENTS = Lock(), {}  # one client of a scheduler for all sessions, by its address


def client(X):
    """The client for rows X; None where they are in memory, or no scheduler is named.

    Raises
    ------
    ClusterLost
        The cluster cannot be reached.
    """
    address = os.environ.get(VARIABLE)
    if not address or not isinstance(X, Table):
        return None
    with _LOCK:
        known = _CLIENTS.get(address)
        if known is None or known.status != "running":
            known = _CLIENTS[address] = _connected(address)
        return known


def _connected(address):
    try:
        from distributed import Client  # only who has a cluster needs it

        return Client(address, timeout=_PATIENCE, set_as_default=False)
    except ImportError:
        raise ClusterLost(f'{VARIABLE} is set, but the library distributed is missing; pip install ".[cluster]".') from None
    except (OSError, ValueError):
        raise ClusterLost(f"The cluster that {VARIABLE} names cannot be reached; start it, or take the variable away.") from None
