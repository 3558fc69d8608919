"""Entries of the log that are no messages, and the hint that tells of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction

from chat import log, selectors
from chat.enums import EventKind, State
from chat.models import Conversation, Message
from key2key.common import audit, clock
from key2key.common.errors import Conflict
from key2key.common.realtime import hint


def enter(
    conversation_id: UUID,
    *,
    kind: EventKind,
    actor_id: UUID | None = None,
    message: Message | None = None,
    payload: Mapping[str, Any] | None = None,
) -> log.Told:
    """Write the entry under the next number and let open sockets look. After the deed, in its transaction."""
    told = log.run(
        log.append(
            conversation_id=conversation_id,
            kind=kind,
            actor_id=actor_id,
            message_id=message.pk if message else None,
            payload=payload,
            ahead=clock.ahead(),
        )
    )
    hint(told.to)
    return told


@transaction.atomic
def say(*, conversation_id: UUID, code: str, payload: Mapping[str, Any]) -> None:
    """Let the product itself say something: an offer was made, a deal moved. In the caller's transaction.

    `code` names the sentence, which clients show in the reader's language; `payload` are plain JSON values.
    Closed and frozen conversations hear it too. It counts as unread for nobody.
    """
    enter(conversation_id, kind=EventKind.SYSTEM, payload={"code": code, "data": dict(payload)})


@transaction.atomic
def set_state(*, conversation_id: UUID, state: State, by: Any, reason: str) -> Conversation:
    """Close, freeze or open a conversation again, as staff. Nobody writes in one that is not open.

    Raises NotFound, Conflict ("conversation_in_state").
    """
    conversation = selectors.lock_conversation(conversation_id)
    if conversation.state == state:
        raise Conflict("conversation_in_state")
    with audit.because(reason, actor=by):
        conversation.state = state
        conversation.save(update_fields=["state", "updated_at"])
        audit.record(actor=by, action=f"conversation.{state}", subject=conversation, reason=reason)
    enter(conversation_id, kind=EventKind.CLOSED, payload={"state": str(state)})
    return conversation
