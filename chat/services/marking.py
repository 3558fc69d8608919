"""Each member's own marks: read, archived, muted."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction

from chat import log, selectors
from chat.models import Member
from key2key.common.realtime import hint


@transaction.atomic
def mark_read(*, by: Any, conversation_id: UUID, seq: int) -> None:
    """Move the read mark of the person forward, never back, never beyond the end.

    Raises NotFound (unknown, or not a member).
    """
    selectors.membership(by, conversation_id=conversation_id)
    for marks in log.run(log.read(user_id=by.pk, seqs={conversation_id: seq})):
        hint(marks.read, **marks.frame())


@transaction.atomic
def archive(*, by: Any, conversation_id: UUID, archived: bool = True) -> Member:
    """Put the conversation away for this person, until somebody writes. Raises NotFound."""
    return _set(by, conversation_id=conversation_id, archived=archived)


@transaction.atomic
def mute(*, by: Any, conversation_id: UUID, muted: bool = True) -> Member:
    """Tell this person no more of new messages while no app is open. Raises NotFound."""
    return _set(by, conversation_id=conversation_id, muted=muted)


def _set(by: Any, *, conversation_id: UUID, **flag: bool) -> Member:
    member = selectors.lock_own_member(by, conversation_id=conversation_id)
    for name, value in flag.items():
        setattr(member, name, value)
    member.save(update_fields=[*flag, "updated_at"])
    hint([by.pk])
    return member
