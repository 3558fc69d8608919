"""Who is told that somebody writes."""

from __future__ import annotations

from uuid import UUID

from chat.log import Rows, Statement


def audience(*, user_id: UUID, conversation_id: UUID) -> Statement[frozenset[UUID]]:
    """The others in an open conversation whom the person has not blocked, nor they the person.

    Nobody when the person is no member.
    """
    return Statement((_AUDIENCE,), {"user": user_id, "cid": conversation_id}, _read)


def _read(rows: Rows) -> frozenset[UUID]:
    return frozenset(row[0] for row in rows)


_AUDIENCE = """
SELECT o.user_id
FROM chat_member me
JOIN chat_conversation c ON c.id = me.conversation_id AND c.state = 'open'
JOIN chat_member o ON o.conversation_id = c.id AND o.user_id <> me.user_id AND o.left_at IS NULL
WHERE me.conversation_id = %(cid)s::uuid AND me.user_id = %(user)s::uuid AND me.left_at IS NULL
  AND NOT EXISTS (
      SELECT FROM accounts_block b
      WHERE (b.user_id, b.blocked_id) IN ((o.user_id, me.user_id), (me.user_id, o.user_id))
  )
"""
