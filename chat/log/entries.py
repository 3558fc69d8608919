"""Reading the log of one conversation, forwards or backwards."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from chat.log.statement import Rows, Statement

GREATEST_BATCH = 500


@dataclass(frozen=True)
class Entry:
    """One entry of the log, with the words of its message as they stand now."""

    seq: int
    kind: str
    at: datetime
    actor: UUID | None = None
    message: UUID | None = None
    client_id: UUID | None = None
    body: str = ""
    attachments: tuple[UUID, ...] = ()
    reply_to: int | None = None
    payload: dict[str, Any] = field(default_factory=dict)

    def frame(self, *, viewer: UUID | None) -> dict[str, Any]:
        """As `ev` and `batch` frames tell it, but for `t` and `cid`. The sender alone sees the `cmid`."""
        told: dict[str, Any] = {"seq": self.seq, "k": self.kind, "ts": self.at.isoformat()}
        if self.actor:
            told["from"] = str(self.actor)
        if self.message:
            told["mid"] = str(self.message)
        if self.kind in _WITH_WORDS:
            told |= {"body": self.body, "att": [str(upload) for upload in self.attachments]}
            if self.reply_to is not None:
                told["reply"] = self.reply_to
        if self.client_id and viewer is not None and viewer == self.actor:
            told["cmid"] = str(self.client_id)
        return {**self.payload, **told}


@dataclass(frozen=True)
class Batch:
    """Entries that follow one another without a gap, rising. `head` is the conversation's last number."""

    head: int
    entries: list[Entry]


@dataclass(frozen=True)
class Missing:
    """There is no such conversation, or not for this person."""


def sync(
    *, user_id: UUID, conversation_id: UUID, after: int = 0, before: int | None = None, limit: int = 100
) -> Statement[Batch | Missing]:
    """The entries after a number, or the last ones before a number; at most 500, for present members only."""
    length = max(1, min(limit, GREATEST_BATCH))
    first = after + 1 if before is None else before - length
    params = {
        "user": user_id,
        "cid": conversation_id,
        "first": first,
        "last": after + length if before is None else before - 1,
    }
    return Statement((_SYNC,), params, _read_batch)


def _read_batch(rows: Rows) -> Batch | Missing:
    if not rows:
        return Missing()
    entries = [_entry(row[1:]) for row in rows if row[1] is not None]
    return Batch(head=rows[0][0], entries=sorted(entries, key=lambda entry: entry.seq))


def _entry(row: tuple[Any, ...]) -> Entry:
    seq, kind, at, actor, message, client_id, body, attachments, reply_to, payload = row
    return Entry(
        seq=seq,
        kind=kind,
        at=at,
        actor=actor,
        message=message,
        client_id=client_id,
        body=body or "",
        attachments=tuple(attachments or ()),
        reply_to=reply_to,
        payload=json.loads(payload) if payload else {},
    )


_WITH_WORDS = frozenset({"msg", "edit"})
# A log without gaps needs no LIMIT: a page is a range of its numbers.
_SYNC = """
SELECT c.last_seq, l.*
FROM chat_member m
JOIN chat_conversation c ON c.id = m.conversation_id
LEFT JOIN LATERAL (
    SELECT e.seq, e.kind, e.created_at, e.actor_id, e.message_id, w.client_id,
           CASE WHEN w.held THEN '' ELSE w.body END, w.attachments, w.reply_to, e.payload::text
    FROM chat_chatevent e LEFT JOIN chat_message w ON w.id = e.message_id
    WHERE e.conversation_id = c.id AND e.seq BETWEEN %(first)s::bigint AND %(last)s::bigint
) l ON TRUE
WHERE m.conversation_id = %(cid)s::uuid AND m.user_id = %(user)s::uuid AND m.left_at IS NULL
"""
