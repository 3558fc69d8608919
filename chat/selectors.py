"""Who may see which conversation, and the locks.

Locks are taken in this order: conversations in id order, their members by person, messages, nudges. Nobody
who holds one of them locks a row of an upper app; whoever calls from above holds theirs first.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import (
    Count,
    F,
    FilteredRelation,
    IntegerField,
    Max,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
)
from django.db.models.functions import Coalesce, JSONObject

from chat import log
from chat.enums import Side
from chat.models import Conversation, Member, Message, Nudge, Report
from key2key.common import clock
from key2key.common.errors import NotFound
from key2key.common.models import AuditEntry
from notifications import letters

SNAPSHOT_EACH_WAY = 20
READING, READING_LASTS, SHOWN_TO_STAFF = "conversation.read", timedelta(minutes=15), 200
_PRESENT = Prefetch(
    "members",
    queryset=Member.objects.filter(left_at__isnull=True).select_related("user").order_by("side", "id"),
)


def conversations_of(user: Any) -> QuerySet[Conversation]:
    """The conversations in which the user is now, as they stand for them."""
    mine = FilteredRelation("members", condition=Q(members__user=user, members__left_at__isnull=True))
    rows = Conversation.objects.annotate(own=mine).filter(own__isnull=False)
    return (
        rows.annotate(
            side=F("own__side"),
            read=F("own__read_seq"),
            archived=F("own__archived"),
            muted=F("own__muted"),
            unread=_unread(user),
            side_read=_furthest(Q(side=OuterRef("own__side"))),
            peer_read=_furthest(~Q(side=OuterRef("own__side"))),
            last_message=_last_message(),
        )
        .select_related("listing", "organisation")
        .prefetch_related(_PRESENT)
    )


def conversation_of(user: Any, *, conversation_id: UUID) -> Conversation:
    """One conversation as it stands for the user. Raises NotFound when they are not in it now."""
    found = conversations_of(user).filter(pk=conversation_id).first()
    if found is None:
        raise NotFound
    return found


def membership(user: Any, *, conversation_id: UUID) -> Member:
    """The user's own part in a conversation. Raises NotFound when they have none now."""
    found = Member.objects.filter(user=user, conversation_id=conversation_id, left_at__isnull=True).first()
    if found is None:
        raise NotFound
    return found


def messages_of(user: Any, *, conversation_id: UUID) -> QuerySet[Message]:
    """The messages of one of the user's conversations as they stand. Raises NotFound."""
    return membership(user, conversation_id=conversation_id).conversation.messages.all()


def entries_of(user: Any, *, conversation_id: UUID, **window: int) -> log.Batch:
    """A part of the log of one of the user's conversations: `after` or `before`, `limit`. Raises NotFound."""
    with transaction.atomic():
        batch = log.run(log.sync(user_id=user.pk, conversation_id=conversation_id, **window))
    if isinstance(batch, log.Missing):
        raise NotFound
    return batch


def inbox_of(user: Any, *, cursor: str = "", limit: int = log.PAGE) -> dict[str, Any]:
    """What changed for the user since the cursor, as the `inbox` frame tells it."""
    with transaction.atomic():
        position = log.decode_cursor(cursor)
        found = log.run(log.inbox(user_id=user.pk, position=position, limit=limit))
    return {
        "cursor": found.cursor,
        "epoch": found.epoch,
        "changed": [change.frame() for change in found.changed],
        "notes": [_told(note, language=user.language) for note in found.notes],
        "more": found.more,
    }


def lock_conversation(conversation_id: UUID, *, for_members: bool = False) -> Conversation:
    """The conversation, locked: nobody takes a number meanwhile. Raises NotFound.

    Whoever changes its members says so: then marks wait too, which touch all members.
    """
    rows = Conversation.objects.select_for_update(no_key=not for_members)
    found = rows.filter(pk=conversation_id).first()
    if found is None:
        raise NotFound
    return found


def lock_conversations_of(organisation_id: UUID) -> QuerySet[Conversation]:
    """All conversations of an organisation's side, locked in id order for a change of their members."""
    return Conversation.objects.filter(organisation_id=organisation_id).order_by("pk").select_for_update()


def lock_own_member(user: Any, *, conversation_id: UUID) -> Member:
    """The user's own part in a conversation, locked. Raises NotFound."""
    present = Member.objects.filter(user=user, conversation_id=conversation_id, left_at__isnull=True)
    found = present.select_for_update(no_key=True).first()
    if found is None:
        raise NotFound
    return found


def lock_own_message(user: Any, *, message_id: UUID) -> Message:
    """The user's own message where they are a member, locked after its conversation. Raises NotFound."""
    message = Message.objects.filter(pk=message_id, sender=user).first()
    if message is None:
        raise NotFound
    lock_conversation(message.conversation_id)
    membership(user, conversation_id=message.conversation_id)
    return _lock_message(message_id)


def lock_message(message_id: UUID) -> Message:
    """Any message, locked after its conversation: for staff and the product itself. Raises NotFound."""
    message = Message.objects.filter(pk=message_id).first()
    if message is None:
        raise NotFound
    lock_conversation(message.conversation_id)
    return _lock_message(message_id)


def standing_messages_of(sender_id: UUID) -> QuerySet[Message, UUID]:
    """The ids of what a person said and nobody took away, conversation by conversation."""
    standing = Message.objects.filter(sender_id=sender_id, deleted_at__isnull=True, removed_at__isnull=True)
    return standing.order_by("conversation_id", "seq").values_list("pk", flat=True)


def around(conversation_id: UUID, *, seq: int) -> QuerySet[Message]:
    """The messages around a number: what a report shows."""
    numbers = (seq - SNAPSHOT_EACH_WAY, seq + SNAPSHOT_EACH_WAY)
    return Message.objects.filter(conversation_id=conversation_id, seq__range=numbers).order_by("seq")


def first_answer_at(conversation_id: UUID, *, after: datetime) -> datetime | None:
    """When somebody of the selling side first wrote after that moment; None when nobody has."""
    sellers = Member.objects.filter(conversation_id=conversation_id, side=Side.SELLER).values("user_id")
    said = Message.objects.filter(
        conversation_id=conversation_id, sender_id__in=sellers, created_at__gt=after
    )
    return said.order_by("seq").values_list("created_at", flat=True).first()


def nudged_member(duty: Nudge) -> Member:
    """Whom a nudge is for, with their conversation."""
    return Member.objects.select_related("user", "conversation").get(pk=duty.member_id)


def unacknowledged(member: Member) -> list[Message]:
    """What others said that no device of the member has acknowledged, in order; the last fifty at most."""
    known = max(member.read_seq, member.delivered_seq)
    newest = _unread_by(member).filter(seq__gt=known).select_related("sender").order_by("-seq")[:50]
    return list(newest)[::-1]


def unread_count(member: Member) -> int:
    """How many messages of others the member has not read."""
    return _unread_by(member).count()


def words_shown_to(staff: Any, *, conversation: Conversation) -> list[Message] | None:
    """The newest messages, for one of staff who has given a reason lately; None for everybody else."""
    reasons = AuditEntry.objects.filter(
        actor=staff,
        action=READING,
        subject_type=Conversation._meta.label_lower,
        subject_id=str(conversation.pk),
        created_at__gt=clock.now() - READING_LASTS,
    )
    if not reasons.exists():
        return None
    return list(conversation.messages.select_related("sender").order_by("-seq")[:SHOWN_TO_STAFF])


def lock_report(report_id: UUID) -> Report:
    """A report, locked. Raises NotFound."""
    found = Report.objects.select_for_update().filter(pk=report_id).first()
    if found is None:
        raise NotFound
    return found


def _told(note: log.Note, *, language: str) -> dict[str, Any]:
    title, body = letters.note(kind=note.kind, language=language, data=note.data)
    return {
        "nid": str(note.id),
        "kind": note.kind,
        "title": title,
        "body": body,
        "data": note.data,
        "read_at": note.read_at,
    }


def _lock_message(message_id: UUID) -> Message:
    return Message.objects.select_for_update(no_key=True).get(pk=message_id)


def _unread_by(member: Member) -> QuerySet[Message]:
    said = Message.objects.filter(conversation_id=member.conversation_id, seq__gt=member.read_seq)
    return said.filter(deleted_at__isnull=True, removed_at__isnull=True, held=False).exclude(
        sender_id=member.user_id
    )


def _unread(user: Any) -> Coalesce:
    """Messages of others beyond the own mark, less those that are gone or held: as the log's inbox counts."""
    unread = Message.objects.filter(
        conversation=OuterRef("pk"),
        seq__gt=OuterRef("own__read_seq"),
        deleted_at__isnull=True,
        removed_at__isnull=True,
        held=False,
    ).exclude(sender=user)
    count = unread.order_by().values("conversation").annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(count), 0, output_field=IntegerField())


def _furthest(side: Q) -> Coalesce:
    members = Member.objects.filter(side, conversation=OuterRef("pk")).order_by()
    furthest = members.values("conversation").annotate(seq=Max("read_seq")).values("seq")
    return Coalesce(Subquery(furthest), 0, output_field=IntegerField())


def _last_message() -> Subquery:
    said = Message.objects.filter(conversation=OuterRef("pk")).order_by("-seq")
    shown = JSONObject(seq="seq", sender="sender_id", body="body", sent_at="created_at")
    return Subquery(said.values(told=shown)[:1])
