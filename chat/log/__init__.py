"""The statements of chat: sent by the services over Django's connection and by the sockets over their pool.

Run one like this: begin, execute each of `steps` with `params`, fetch the rows of the last, commit, and give
the rows to `read`. Faults of the database mean:

* `psycopg.errors.UniqueViolation` from `send`: the same client id came in at the same moment. Roll back and
  run the statement once more; it now finds the winner.
* `LockNotAvailable`, `QueryCanceled`, no connection: nothing was stored (`busy`), unless the commit was on
  its way (`unknown`).
"""

from chat.log.cursors import MARGIN, Position, decode_cursor, encode_cursor
from chat.log.entries import Batch, Entry, Missing, sync
from chat.log.inbox import PAGE, Change, Inbox, Look, Note, epoch, inbox, look
from chat.log.marks import Marks, read, received
from chat.log.running import run
from chat.log.sending import Refusal, Sent, Told, append, digest_of, send
from chat.log.statement import Rows, Statement

__all__ = [
    "MARGIN",
    "PAGE",
    "Batch",
    "Change",
    "Entry",
    "Inbox",
    "Look",
    "Marks",
    "Missing",
    "Note",
    "Position",
    "Refusal",
    "Rows",
    "Sent",
    "Statement",
    "Told",
    "append",
    "decode_cursor",
    "digest_of",
    "encode_cursor",
    "epoch",
    "inbox",
    "look",
    "read",
    "received",
    "run",
    "send",
    "sync",
]
