"""Writing into the log: what people say (`send`), and everything else that takes a number (`append`)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from chat.log.statement import Rows, Statement

NUDGE_AFTER = timedelta(seconds=10)


@dataclass(frozen=True)
class Sent:
    """Said: committed under this number. `dup` when it had been said before; `to` are the present members."""

    mid: UUID
    seq: int
    ts: datetime
    dup: bool = False
    to: frozenset[UUID] = field(default=frozenset(), compare=False)


@dataclass(frozen=True)
class Refusal:
    """Not said. `code` is of the protocol's table: not_found, not_allowed, cmid_mismatch, bad_request.

    With cmid_mismatch `mid` and `seq` name what the client id stands for.
    """

    code: str
    mid: UUID | None = None
    seq: int | None = None


@dataclass(frozen=True)
class Told:
    """An entry was appended; `to` are the present members."""

    seq: int
    ts: datetime
    to: frozenset[UUID]


def digest_of(
    *, conversation_id: UUID, body: str, attachments: Sequence[UUID] = (), reply_to: int | None = None
) -> str:
    """What two sends with one client id must have in common to be one."""
    content = [str(conversation_id), body, [str(upload_id) for upload_id in attachments], reply_to]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()


def send(
    *,
    message_id: UUID,
    user_id: UUID,
    conversation_id: UUID,
    client_id: UUID,
    body: str,
    attachments: Sequence[UUID] = (),
    reply_to: int | None = None,
    ahead: timedelta = timedelta(),
) -> Statement[Sent | Refusal]:
    """Say something: authorise, know a resend, take the next number, write, touch the members.

    `message_id` is a fresh UUIDv7 for the case that it is new. `ahead` is how far the clock of the rules is
    ahead of the database's (`clock.now()`; zero in production). Attachments are not looked at here: the
    service claims them, so a socket hands sends with attachments to `services.send`.
    """
    params = {
        "mid": message_id,
        "user": user_id,
        "cid": conversation_id,
        "cmid": client_id,
        "body": body,
        "att": list(attachments),
        "reply": reply_to,
        "digest": digest_of(
            conversation_id=conversation_id, body=body, attachments=attachments, reply_to=reply_to
        ),
        "ahead": ahead,
        "nudge": NUDGE_AFTER,
    }
    return Statement((_LOCK, _SEND), params, _read_sent)


def append(
    *,
    conversation_id: UUID,
    kind: str,
    actor_id: UUID | None = None,
    message_id: UUID | None = None,
    payload: Mapping[str, Any] | None = None,
    ahead: timedelta = timedelta(),
) -> Statement[Told]:
    """Write an entry that no member types. It runs in the caller's transaction, after the deed itself."""
    params = {
        "cid": conversation_id,
        "kind": kind,
        "user": actor_id,
        "mid": message_id,
        "payload": json.dumps(dict(payload or {})),
        "ahead": ahead,
    }
    return Statement((_HOLD, _APPEND), params, _read_told)


def _read_sent(rows: Rows) -> Sent | Refusal:
    code, mid, seq, ts, to = rows[0]
    if code not in {"ok", "dup"}:
        return Refusal(code, mid, seq)
    return Sent(mid=mid, seq=seq, ts=ts, dup=code == "dup", to=frozenset(to or ()))


def _read_told(rows: Rows) -> Told:
    seq, ts, to = rows[0]
    return Told(seq=seq, ts=ts, to=frozenset(to or ()))


# Writers of one conversation come one after another, so commit order is the order of the numbers, and what
# the next step sees (members, resends, the state) stays true until the commit. A stranger locks nothing.
_LOCK = """
SELECT 1 FROM chat_conversation c
WHERE c.id = %(cid)s::uuid AND EXISTS (
    SELECT FROM chat_member m
    WHERE m.conversation_id = c.id AND m.user_id = %(user)s::uuid AND m.left_at IS NULL
)
FOR NO KEY UPDATE OF c
"""

_HOLD = "SELECT 1 FROM chat_conversation c WHERE c.id = %(cid)s::uuid FOR NO KEY UPDATE"

# The members are locked in (conversation, person) order, as `read` does; the trigger stamps them.
_TOUCH = """
present AS (
    SELECT m.id FROM chat_member m
    WHERE m.conversation_id = %(cid)s::uuid AND m.left_at IS NULL AND EXISTS (SELECT FROM turn)
    ORDER BY m.user_id
    FOR NO KEY UPDATE OF m
),
touched AS (
    UPDATE chat_member m SET {changes}
    FROM present WHERE m.id = present.id
    RETURNING m.id, m.user_id, m.side, m.read_seq, m.muted
)"""

_SEND = f"""
WITH me AS (
    SELECT m.user_id, m.side, c.state, c.last_seq
    FROM chat_member m JOIN chat_conversation c ON c.id = m.conversation_id
    WHERE m.conversation_id = %(cid)s::uuid AND m.user_id = %(user)s::uuid AND m.left_at IS NULL
),
before AS (
    SELECT w.id, w.seq, w.created_at, w.digest FROM chat_message w
    WHERE w.sender_id = %(user)s::uuid AND w.client_id = %(cmid)s::uuid
),
verdict AS (
    SELECT CASE
        WHEN before.digest = %(digest)s::text THEN 'dup'
        WHEN before.id IS NOT NULL THEN 'cmid_mismatch'
        WHEN me.state <> 'open' OR EXISTS (
            SELECT FROM chat_member o JOIN accounts_block b
            ON (b.user_id, b.blocked_id) IN ((o.user_id, me.user_id), (me.user_id, o.user_id))
            WHERE o.conversation_id = %(cid)s::uuid AND o.side <> me.side AND o.left_at IS NULL
        ) THEN 'not_allowed'
        WHEN %(reply)s::bigint IS NOT NULL AND NOT EXISTS (
            SELECT FROM chat_message w
            WHERE w.conversation_id = %(cid)s::uuid AND w.seq = %(reply)s::bigint
        ) THEN 'bad_request'
        ELSE 'ok'
    END AS code, before.id AS mid, before.seq, before.created_at AS ts
    FROM me LEFT JOIN before ON TRUE
),
turn AS (
    UPDATE chat_conversation c
    SET last_seq = c.last_seq + 1, last_at = clock_timestamp() + %(ahead)s::interval
    FROM verdict WHERE c.id = %(cid)s::uuid AND verdict.code = 'ok'
    RETURNING c.last_seq AS seq, c.last_at AS ts
),
said AS (
    INSERT INTO chat_message
        (id, conversation_id, seq, sender_id, client_id, digest, body, attachments, reply_to, rev, held,
         created_at)
    SELECT %(mid)s::uuid, %(cid)s::uuid, turn.seq, %(user)s::uuid, %(cmid)s::uuid, %(digest)s::text,
           %(body)s::text, %(att)s::uuid[], %(reply)s::bigint, 1, FALSE, turn.ts
    FROM turn
),
logged AS (
    INSERT INTO chat_chatevent (conversation_id, seq, kind, message_id, actor_id, payload, created_at)
    SELECT %(cid)s::uuid, turn.seq, 'msg', %(mid)s::uuid, %(user)s::uuid, '{{}}'::jsonb, turn.ts FROM turn
),
{_TOUCH.format(changes="archived = FALSE")},
nudged AS (
    INSERT INTO chat_nudge AS n (member_id, told_seq, work_state, due_at, attempts, lease, last_error)
    SELECT t.id, t.read_seq, 'queued', clock_timestamp() + %(nudge)s::interval, 0, 0, '' FROM touched t
    WHERE t.user_id <> %(user)s::uuid AND NOT t.muted
    ON CONFLICT (member_id) DO UPDATE
    SET work_state = 'queued', due_at = EXCLUDED.due_at, attempts = 0, lease = n.lease + 1
    WHERE n.work_state <> 'queued' AND n.told_seq <= EXCLUDED.told_seq
)
SELECT v.code,
       CASE WHEN v.code = 'ok' THEN %(mid)s::uuid ELSE v.mid END,
       COALESCE(turn.seq, v.seq), COALESCE(turn.ts, v.ts),
       (SELECT array_agg(t.user_id) FROM touched t)
FROM (SELECT code, mid, seq, ts FROM verdict
      UNION ALL SELECT 'not_found', NULL, NULL, NULL WHERE NOT EXISTS (SELECT FROM me)) v
LEFT JOIN turn ON TRUE
"""  # noqa: S608 - our own words

_APPEND = f"""
WITH turn AS (
    UPDATE chat_conversation c
    SET last_seq = c.last_seq + 1, last_at = clock_timestamp() + %(ahead)s::interval
    WHERE c.id = %(cid)s::uuid
    RETURNING c.last_seq AS seq, c.last_at AS ts
),
logged AS (
    INSERT INTO chat_chatevent (conversation_id, seq, kind, message_id, actor_id, payload, created_at)
    SELECT %(cid)s::uuid, turn.seq, %(kind)s::text, %(mid)s::uuid, %(user)s::uuid, %(payload)s::jsonb, turn.ts
    FROM turn
),
{_TOUCH.format(changes="archived = m.archived")}
SELECT turn.seq, turn.ts, (SELECT array_agg(t.user_id) FROM touched t) FROM turn
"""  # noqa: S608 - our own words
