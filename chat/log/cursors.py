"""Cursors: "everything that concerns me up to here", opaque to clients (decision 24)."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from uuid import UUID

# A crash may give out the last unflushed transaction ids again; repeats are harmless, gaps are not.
MARGIN = 10_000
_PREFIX = "c1:"
_GREATEST = 2**64 - 1
_FIRST_ROW = UUID(int=0)


@dataclass(frozen=True)
class Position:
    """Where a reader goes on: rows stamped `since` or later, of a database of this `epoch`.

    Within a page sequence `stamp` and `row` name the last row of the page before, and `since` stays what the
    first page's snapshot gave: it is handed out when the last page is read. `fresh` pages belong to a
    beginning: what is over already is not told.
    """

    epoch: str
    since: int
    stamp: int = 0
    row: UUID = _FIRST_ROW
    resumes: bool = False
    fresh: bool = False


def encode_cursor(position: Position) -> str:
    """The cursor as clients keep it."""
    words = [position.epoch, str(position.since)]
    if position.resumes:
        words += [str(position.stamp), position.row.hex, "fresh" if position.fresh else "later"]
    return _PREFIX + base64.urlsafe_b64encode(".".join(words).encode()).decode().rstrip("=")


def decode_cursor(cursor: str | None) -> Position | None:
    """What the cursor says; None for none and for one that is not ours: both begin anew."""
    if not cursor or not cursor.startswith(_PREFIX):
        return None
    try:
        packed = cursor.removeprefix(_PREFIX)
        words = base64.b64decode(packed + "=" * (-len(packed) % 4), altchars=b"-_", validate=True).decode()
        epoch, since, *rest = words.split(".")
        position = (
            Position(epoch, int(since), int(rest[0]), UUID(rest[1]), resumes=True, fresh=rest[2] == "fresh")
            if rest
            else Position(epoch, int(since))
        )
    except (ValueError, IndexError, binascii.Error):
        return None
    in_range = 0 <= position.since <= _GREATEST and 0 <= position.stamp <= _GREATEST
    return position if in_range else None
