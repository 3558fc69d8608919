"""Real PostgreSQL and Valkey out of wheels, for a machine that has nothing but Python.

    servers = ensure(Path(".local"))  # starts them, or joins those that run
    psycopg.connect(servers.database_url)

Three kinds of process, and locks that the kernel takes back from the dead:

    clients   commands and servers of ours: a shared lock on `locks/lease`, from `ensure` until they end
    guard     one per data root, with `locks/guard`: owns both servers, stops them when the lease is free
    servers   hold the lock of their name while any process of theirs lives, and die with the guard

So nothing outlives its use, not after Ctrl-C, not after `kill -9` of a client or of the guard. No TCP port is
opened; the sockets lie in a directory that only the servers' account may enter.
Nothing here knows Django: it is called before Django is set up.
"""

from .client import Servers, addresses, ensure, erase, hold_exclusively, stop, where
from .errors import DataHeld, EmbeddedError, EmbeddedUnavailable
from .wheels import Binaries, binaries

__all__ = [
    "Binaries",
    "DataHeld",
    "EmbeddedError",
    "EmbeddedUnavailable",
    "Servers",
    "addresses",
    "binaries",
    "ensure",
    "erase",
    "hold_exclusively",
    "stop",
    "where",
]
