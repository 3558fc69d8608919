"""Complaints with their evidence, and what staff do about them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction

from chat import report_queue, selectors
from chat.enums import EventKind, ReportReason, ReportState
from chat.events import ConversationReported
from chat.models import Conversation, Message, Report
from chat.services.writing import take_away
from key2key.common import audit, clock
from key2key.common.errors import Conflict, NotFound
from key2key.common.events import publish


@transaction.atomic
def report(
    *,
    by: Any,
    conversation_id: UUID,
    reason: ReportReason,
    comment: str = "",
    message_id: UUID | None = None,
) -> Report:
    """Complain of a conversation, or of one message in it; keeps the 20 messages before and after.

    Who has complained of it already and has no answer yet gets that report again. Raises NotFound.
    """
    conversation = selectors.lock_conversation(
        selectors.membership(by, conversation_id=conversation_id).conversation_id
    )
    message = _reported(conversation, message_id)
    waiting = report_queue.queue().filter(conversation=conversation, reporter=by, message=message).first()
    if waiting:
        return waiting
    around = selectors.around(conversation_id, seq=message.seq if message else conversation.last_seq)
    made = Report.objects.create(
        conversation=conversation,
        message=message,
        reporter=by,
        reason=reason,
        comment=comment,
        snapshot=[_evidence(said) for said in around],
    )
    audit.record(actor=by, action="conversation.reported", subject=conversation)
    publish(ConversationReported(made.pk, conversation.pk))
    return made


@transaction.atomic
def remove_message(*, message_id: UUID, by: Any, reason: str) -> Message:
    """Take somebody's message away, as staff: its words go, its number stays.

    Raises NotFound, Conflict ("message_gone").
    """
    message = selectors.lock_message(message_id)
    if message.is_gone:
        raise Conflict("message_gone")
    take_away(message, kind=EventKind.REMOVED, by=None)
    audit.record(actor=by, action="message.removed", subject=message, reason=reason)
    return message


@transaction.atomic
def settle_report(*, report_id: UUID, by: Any, reason: str) -> Report:
    """Book that staff have dealt with a report, and how. Raises NotFound, Conflict ("report_settled")."""
    settled = selectors.lock_report(report_id)
    if settled.state == ReportState.SETTLED:
        raise Conflict("report_settled")
    with audit.because(reason, actor=by):
        settled.state, settled.settled_at = ReportState.SETTLED, clock.now()
        settled.save(update_fields=["state", "settled_at", "updated_at"])
        audit.record(actor=by, action="report.settled", subject=settled, reason=reason)
    return settled


@transaction.atomic
def begin_reading(*, conversation_id: UUID, by: Any, reason: str) -> None:
    """Let one of staff read what was said, for a quarter of an hour; that they do, and why, is audited.

    Raises NotFound.
    """
    conversation = selectors.lock_conversation(conversation_id)
    audit.record(actor=by, action=selectors.READING, subject=conversation, reason=reason)


@transaction.atomic
def forget_person(user_id: UUID) -> int:
    """Take away all that an erased person said; the numbers stay. Safe to repeat. Returns how many."""
    said = list(selectors.standing_messages_of(user_id))
    for message_id in said:
        take_away(selectors.lock_message(message_id), kind=EventKind.DELETED, by=None)
    Report.objects.filter(reporter_id=user_id).exclude(comment="").update(comment="", updated_at=clock.now())
    return len(said)


def _reported(conversation: Conversation, message_id: UUID | None) -> Message | None:
    if message_id is None:
        return None
    message = conversation.messages.filter(pk=message_id).first()
    if message is None:
        raise NotFound
    return message


def _evidence(message: Message) -> dict[str, Any]:
    return {
        "message": str(message.pk),
        "seq": message.seq,
        "sender": str(message.sender_id),
        "body": message.body,
        "attachments": [str(upload_id) for upload_id in message.attachments],
        "sent_at": message.created_at.isoformat(),
        "edited_at": message.edited_at.isoformat() if message.edited_at else None,
        "gone": message.is_gone,
    }
