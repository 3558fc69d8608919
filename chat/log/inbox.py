"""What changed for people since they last looked: conversations, and notes of the feed (decision 24)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from chat.log.cursors import MARGIN, Position, encode_cursor
from chat.log.statement import Rows, Statement

PAGE = 100
GREATEST_PAGE = 500


@dataclass(frozen=True)
class Change:
    """A conversation as it stands for one person. Of one they have left, only that is told."""

    user_id: UUID
    conversation_id: UUID
    head: int
    read: int
    side_read: int
    peer_read: int
    unread: int
    state: str
    archived: bool
    muted: bool
    left: bool

    def frame(self) -> dict[str, Any]:
        """As `changed` of `welcome` and `inbox` tells it."""
        if self.left:
            return {"cid": str(self.conversation_id), "left": True}
        return {
            "cid": str(self.conversation_id),
            "head": self.head,
            "read": self.read,
            "side_read": self.side_read,
            "peer_read": self.peer_read,
            "unread": self.unread,
            "state": self.state,
            "archived": self.archived,
            "muted": self.muted,
        }


@dataclass(frozen=True)
class Note:
    """A row of somebody's feed; `notifications.letters.note` gives it its words."""

    id: UUID
    user_id: UUID
    kind: str
    data: dict[str, Any]
    read_at: datetime | None
    created_at: datetime


@dataclass(frozen=True)
class Inbox:
    """One page. `cursor` asks for the next one while there is `more`; after the last it is the one to keep.

    `since` is the snapshot's horizon without the margin: where `look` of a process goes on.
    """

    cursor: str
    epoch: str
    since: int
    changed: list[Change]
    notes: list[Note]
    more: bool


@dataclass(frozen=True)
class Look:
    """What changed for any of the people. `since` is where the next look begins."""

    since: int
    epoch: str
    changed: list[Change]
    notes: list[Note]


def inbox(*, user_id: UUID, position: Position | None, limit: int = PAGE) -> Statement[Inbox]:
    """What changed for a person since the cursor, a page of it, in the order in which it was written.

    No cursor, one of another epoch, and one from after a restore all mean a fresh start: every
    conversation the person is in, and the notes they have not read.
    """
    start = position or Position(epoch="", since=0)
    limit = max(1, min(limit, GREATEST_PAGE))
    params = {
        "users": [user_id],
        "epoch": start.epoch,
        "since": start.since,
        "stamp": start.stamp if start.resumes else start.since,
        "row": start.row,
        "fresh": start.fresh,
        "limit": limit + 1,
    }
    return Statement((_INBOX,), params, lambda rows: _read_inbox(rows, start=start, limit=limit))


def look(*, user_ids: Iterable[UUID], since: int) -> Statement[Look]:
    """What changed for any of these people since an earlier look, or since an `Inbox`; all of it at once.

    Begin with the `since` of the first answer. After any fault of the connection go on from `since - MARGIN`:
    a crashed server may have given the last ids out again. `epoch` may be another one then.
    """
    params = {
        "users": list(user_ids),
        "epoch": "",
        "since": max(0, since),
        "stamp": max(0, since),
        "row": UUID(int=0),
        "fresh": False,
        "limit": None,
    }
    return Statement((_LOOK,), params, _read_look)


def epoch() -> Statement[str]:
    """The epoch of this database: it changes with restore, point-in-time recovery, failover and upgrade."""
    return Statement((f"SELECT {_EPOCH}",), {}, lambda rows: str(rows[0][0]))


def _read_inbox(rows: Rows, *, start: Position, limit: int) -> Inbox:
    now_epoch, horizon, anew, found = _facts(rows)
    page, more = found[:limit], len(found) > limit
    first = horizon if anew or not start.resumes else start.since
    if more:
        stamp, row = page[-1][0], page[-1][1]
        position = Position(now_epoch, first, stamp, row, resumes=True, fresh=anew or start.fresh)
    else:
        position = Position(now_epoch, max(0, first - MARGIN))
    changed, notes = _sorted_out(page)
    return Inbox(
        cursor=encode_cursor(position),
        epoch=now_epoch,
        since=horizon,
        changed=changed,
        notes=notes,
        more=more,
    )


def _read_look(rows: Rows) -> Look:
    now_epoch, horizon, _anew, found = _facts(rows)
    changed, notes = _sorted_out(found)
    return Look(since=horizon, epoch=now_epoch, changed=changed, notes=notes)


def _facts(rows: Rows) -> tuple[str, int, bool, list[tuple[Any, ...]]]:
    """Epoch, horizon, whether the reader begins anew; then the rows from their stamp on."""
    now_epoch, horizon, anew = rows[0][:3]
    return now_epoch, horizon, anew, [row[3:] for row in rows if row[3] is not None]


def _sorted_out(found: list[tuple[Any, ...]]) -> tuple[list[Change], list[Note]]:
    changed, notes = [], []
    for _stamp, row_id, user_id, conversation_id, told in found:
        facts = json.loads(told)
        if conversation_id is None:
            notes.append(_note(row_id, user_id=user_id, facts=facts))
        else:
            changed.append(Change(user_id=user_id, conversation_id=conversation_id, **facts))
    return changed, notes


def _note(row_id: UUID, *, user_id: UUID, facts: dict[str, Any]) -> Note:
    note = Note(id=row_id, user_id=user_id, **facts)
    read_at = facts["read_at"]
    return replace(
        note,
        created_at=datetime.fromisoformat(facts["created_at"]),
        read_at=datetime.fromisoformat(read_at) if read_at else None,
    )


# The timeline is the first word of a WAL file's name; a standby that is asked has the one it follows.
_EPOCH = """(
    SELECT left(md5(concat_ws(' ', s.system_identifier, k.timeline_id,
                              (SELECT value FROM chat_realtimeepoch WHERE id = 1))), 8)
    FROM pg_control_system() s, pg_control_checkpoint() k
)"""

# A cursor from above the snapshot is of another past (a restore); one of another epoch too.
_NOW = f"""
WITH now AS MATERIALIZED (
    SELECT {_EPOCH} AS epoch, pg_snapshot_xmin(s)::text::bigint AS horizon,
           pg_snapshot_xmax(s)::text::bigint AS ceiling
    FROM pg_current_snapshot() s
),
begin AS MATERIALIZED (
    SELECT epoch, horizon,
           (%(since)s::bigint > ceiling OR epoch <> %(epoch)s::text) AND {{may_begin_anew}} AS anew
    FROM now
),
start AS MATERIALIZED (
    SELECT epoch, horizon, anew, anew OR %(fresh)s::bool AS fresh,
           CASE WHEN anew THEN 0 ELSE %(stamp)s::bigint END::text::xid8 AS stamp,
           CASE WHEN anew THEN '00000000-0000-0000-0000-000000000000' ELSE %(row)s::uuid END AS row
    FROM begin
)"""  # noqa: S608 - our own words

# Each person's rows by their own index; of a fresh start only what still stands.
_ROWS = """
found AS MATERIALIZED (
    (SELECT m.stamp, m.id, m.user_id, m.conversation_id, NULL::text AS told
     FROM chat_member m, start
     WHERE m.user_id = ANY(%(users)s::uuid[]) AND (m.stamp, m.id) > (start.stamp, start.row)
       AND NOT (start.fresh AND m.left_at IS NOT NULL)
     ORDER BY m.stamp, m.id LIMIT %(limit)s::int)
    UNION ALL
    (SELECT n.stamp, n.id, n.user_id, NULL, json_build_object(
         'kind', n.kind, 'data', n.data, 'read_at', n.read_at, 'created_at', n.created_at)::text
     FROM notifications_notification n, start
     WHERE n.channel = 'in_app' AND n.user_id = ANY(%(users)s::uuid[])
       AND (n.stamp, n.id) > (start.stamp, start.row)
       AND NOT (start.fresh AND n.read_at IS NOT NULL)
     ORDER BY n.stamp, n.id LIMIT %(limit)s::int)
    ORDER BY stamp, id LIMIT %(limit)s::int
)"""

_STANDING = """
SELECT start.epoch, start.horizon, start.anew, f.stamp::text::bigint, f.id, f.user_id, f.conversation_id,
       COALESCE(f.told, (
           SELECT json_build_object(
               'head', c.last_seq, 'read', m.read_seq, 'side_read', marks.side_read,
               'peer_read', marks.peer_read, 'unread', unread.count, 'state', c.state,
               'archived', m.archived, 'muted', m.muted, 'left', m.left_at IS NOT NULL)::text
           FROM chat_member m
           JOIN chat_conversation c ON c.id = m.conversation_id
           CROSS JOIN LATERAL (
               SELECT COALESCE(max(o.read_seq) FILTER (WHERE o.side = m.side), 0) AS side_read,
                      COALESCE(max(o.read_seq) FILTER (WHERE o.side <> m.side), 0) AS peer_read
               FROM chat_member o WHERE o.conversation_id = c.id
           ) marks
           CROSS JOIN LATERAL (
               SELECT count(*) FROM chat_message w
               WHERE w.conversation_id = c.id AND w.seq > m.read_seq AND w.sender_id <> m.user_id
                 AND w.removed_at IS NULL AND w.deleted_at IS NULL AND NOT w.held
           ) unread
           WHERE m.id = f.id))
FROM start LEFT JOIN found f ON TRUE
ORDER BY f.stamp, f.id
"""

_INBOX = f"{_NOW.format(may_begin_anew='TRUE')},{_ROWS}{_STANDING}"
_LOOK = f"{_NOW.format(may_begin_anew='FALSE')},{_ROWS}{_STANDING}"
