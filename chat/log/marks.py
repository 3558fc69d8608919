"""Marks: up to where people have read, and up to where their devices have acknowledged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from chat.log.statement import Rows, Statement


@dataclass
class Marks:
    """The marks of one conversation as they are now; `read` has the present members only."""

    conversation_id: UUID
    read: dict[UUID, int] = field(default_factory=dict)
    delivered: dict[UUID, int] = field(default_factory=dict)
    side_read: dict[str, int] = field(default_factory=dict)

    def frame(self) -> dict[str, Any]:
        """As a `state` frame tells it."""
        return {
            "t": "state",
            "cid": str(self.conversation_id),
            "read": {str(user_id): seq for user_id, seq in self.read.items()},
            "side_read": dict(self.side_read),
            "delivered": {str(user_id): seq for user_id, seq in self.delivered.items()},
        }


def read(*, user_id: UUID, seqs: Mapping[UUID, int]) -> Statement[list[Marks]]:
    """Move the person's read marks forward, never back and never beyond the end; delivered marks follow.

    Several conversations in one statement. Answers the marks of those that moved; conversations that the
    person is no member of are passed over. The members are touched, so that all see the new marks.
    """
    return Statement((_LOCK, _READ), _params(user_id, seqs), _read_marks)


def received(*, user_id: UUID, seqs: Mapping[UUID, int]) -> Statement[list[Marks]]:
    """Move the person's delivered marks forward: a device has acknowledged. Telling others is a hint only."""
    return Statement((_RECEIVED,), _params(user_id, seqs), _read_marks)


def _params(user_id: UUID, seqs: Mapping[UUID, int]) -> dict[str, Any]:
    return {"user": user_id, "cids": list(seqs), "seqs": list(seqs.values())}


def _read_marks(rows: Rows) -> list[Marks]:
    found: dict[UUID, Marks] = {}
    for conversation_id, user_id, side, read_seq, delivered_seq, present in rows:
        marks = found.setdefault(conversation_id, Marks(conversation_id))
        marks.side_read[side] = max(marks.side_read.get(side, 0), read_seq)
        if present:
            marks.read[user_id] = read_seq
            marks.delivered[user_id] = delivered_seq
    return list(found.values())


# Joining takes the conversation FOR UPDATE: whoever joins meanwhile waits, or is seen by the next step.
_LOCK = """
SELECT 1 FROM chat_conversation c
WHERE c.id = ANY(%(cids)s::uuid[]) AND EXISTS (
    SELECT FROM chat_member m
    WHERE m.conversation_id = c.id AND m.user_id = %(user)s::uuid AND m.left_at IS NULL
)
ORDER BY c.id
FOR KEY SHARE OF c
"""

_MINE = """
mine AS (
    SELECT m.id, m.conversation_id, LEAST(w.seq, c.last_seq) AS seq
    FROM (
        SELECT cid, max(seq) AS seq FROM unnest(%(cids)s::uuid[], %(seqs)s::bigint[]) AS u (cid, seq)
        GROUP BY cid
    ) w
    JOIN chat_conversation c ON c.id = w.cid
    JOIN chat_member m ON m.conversation_id = w.cid AND m.user_id = %(user)s::uuid AND m.left_at IS NULL
    WHERE m.{mark} < LEAST(w.seq, c.last_seq)
)"""

_READ = f"""
WITH {_MINE.format(mark="read_seq")},
present AS (
    SELECT m.id FROM chat_member m
    WHERE m.conversation_id IN (SELECT conversation_id FROM mine) AND m.left_at IS NULL
    ORDER BY m.conversation_id, m.user_id
    FOR NO KEY UPDATE OF m
),
moved AS (
    UPDATE chat_member m
    SET read_seq = CASE WHEN m.id = mine.id THEN GREATEST(m.read_seq, mine.seq) ELSE m.read_seq END,
        delivered_seq = CASE WHEN m.id = mine.id THEN GREATEST(m.delivered_seq, mine.seq)
                             ELSE m.delivered_seq END
    FROM present, mine
    WHERE m.id = present.id AND m.conversation_id = mine.conversation_id
    RETURNING m.conversation_id, m.user_id, m.side, m.read_seq, m.delivered_seq, TRUE AS present
)
SELECT * FROM moved
UNION ALL
SELECT m.conversation_id, m.user_id, m.side, m.read_seq, m.delivered_seq, FALSE FROM chat_member m
WHERE m.left_at IS NOT NULL AND m.conversation_id IN (SELECT conversation_id FROM mine)
"""  # noqa: S608 - our own words

_RECEIVED = f"""
WITH {_MINE.format(mark="delivered_seq")},
locked AS (
    SELECT m.id FROM chat_member m WHERE m.id IN (SELECT id FROM mine)
    ORDER BY m.conversation_id
    FOR NO KEY UPDATE OF m
),
moved AS (
    UPDATE chat_member m SET delivered_seq = GREATEST(m.delivered_seq, mine.seq)
    FROM locked, mine WHERE m.id = locked.id AND mine.id = m.id
    RETURNING m.conversation_id, m.user_id, m.side, m.read_seq, m.delivered_seq, TRUE AS present
)
SELECT * FROM moved
UNION ALL
SELECT m.conversation_id, m.user_id, m.side, m.read_seq, m.delivered_seq, m.left_at IS NULL
FROM chat_member m
WHERE m.conversation_id IN (SELECT conversation_id FROM mine) AND m.user_id <> %(user)s::uuid
"""  # noqa: S608 - our own words
