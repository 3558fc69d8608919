"""What people say, correct and take back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _
from psycopg.errors import UniqueViolation

from chat import log, selectors
from chat.enums import EventKind, State
from chat.models import LONGEST_BODY, ChatEvent, Message
from chat.services.log_entries import enter
from key2key.common import clock, rates
from key2key.common.conditions import Precondition, always
from key2key.common.errors import Conflict, Fault, InvalidInput, NotAllowed, NotFound, Throttled
from key2key.common.ids import uuid7
from key2key.common.realtime import hint
from uploads import services as uploads
from uploads.kinds import Kind

EDITABLE = timedelta(minutes=15)
MOST_ATTACHMENTS = 10
PACES = ("chat_burst", "chat_minute")
NOT_ALLOWED = _("You cannot write here.")


class ClientIdReused(Conflict):
    """The client id came before, with other content."""

    status = 422


@dataclass(frozen=True)
class Changed:
    """A message that was corrected or taken back, and the entry of the log that tells it."""

    message: Message
    seq: int
    ts: datetime


def send(
    *,
    by: Any,
    conversation_id: UUID,
    client_id: UUID,
    body: str,
    attachments: Sequence[UUID] = (),
    reply: int | None = None,
) -> log.Sent:
    """Say something in a conversation, once for each `client_id` of the sender, however often it is sent.

    `reply` is the number of a message of the conversation. Attachments are the sender's own uploads of the
    kind `chat` in state ready, each used once.

    Raises NotFound (unknown, or not a member), NotAllowed ("not_allowed": closed, frozen, blocked),
    Throttled (5 a second, 10 at once, 120 a minute), ClientIdReused ("cmid_mismatch"), InvalidInput
    ("att_invalid" and those of the words), Conflict of `uploads.services.claim`.
    """
    _require_words(body, attachments=attachments)
    _require_pace(by)
    return say_in_log(
        by=by,
        statement=log.send(
            message_id=uuid7(),
            user_id=by.pk,
            conversation_id=conversation_id,
            client_id=client_id,
            body=body,
            attachments=attachments,
            reply_to=reply,
            ahead=clock.ahead(),
        ),
    )


def say_in_log(*, by: Any, statement: log.Statement[log.Sent | log.Refusal]) -> log.Sent:
    """Run the statement of a send, with its claim on the attachments, and tell open sockets.

    A twin that came in at the same moment wins, and its answer is given.
    """
    try:
        return _say(by=by, statement=statement)
    except IntegrityError as error:
        if not isinstance(error.__cause__, UniqueViolation):
            raise
        return _say(by=by, statement=statement)


@transaction.atomic
def edit(
    *, by: Any, message_id: UUID, body: str, rev: int | None = None, check: Precondition = always
) -> Changed:
    """Correct one's own message, within 15 minutes. `rev` is the version that it becomes, the next one.

    The same version with the same words again changes nothing and answers as before.

    Raises NotFound (not theirs), NotAllowed ("not_allowed"), Conflict ("message_changed": the version is
    not the next one; "message_not_editable": gone, or too old), InvalidInput.
    """
    _require_words(body)
    message = selectors.lock_own_message(by, message_id=message_id)
    check(message)
    if rev is not None and (rev, body) == (message.rev, message.body):
        return _as_before(message, kind=EventKind.EDITED)
    if rev is not None and rev != message.rev + 1:
        raise Conflict("message_changed", _("The message is another one by now."))
    if message.is_gone or clock.now() > message.created_at + EDITABLE:
        raise Conflict("message_not_editable", _("It is too late to change this message."))
    _require_open(message)
    message.body, message.rev, message.edited_at = body, message.rev + 1, clock.now()
    message.save(update_fields=["body", "rev", "edited_at"])
    return _tell(message, kind=EventKind.EDITED, by=by, payload={"rev": message.rev})


@transaction.atomic
def delete(*, by: Any, message_id: UUID, check: Precondition = always) -> Changed:
    """Take one's own message back, at any time: its words and files go, its number stays. Safe to repeat.

    Raises NotFound (not theirs).
    """
    message = selectors.lock_own_message(by, message_id=message_id)
    if message.is_gone:
        return _as_before(message, kind=EventKind.REMOVED if message.removed_at else EventKind.DELETED)
    check(message)
    return take_away(message, kind=EventKind.DELETED, by=by)


def take_away(message: Message, *, kind: EventKind, by: Any) -> Changed:
    """Empty a message that the caller has locked, and tell it. Its files are released."""
    uploads.release(upload_ids=message.attachments, claimed_by=claim_of(message.pk))
    message.body, message.attachments = "", []
    when = "removed_at" if kind == EventKind.REMOVED else "deleted_at"
    setattr(message, when, clock.now())
    message.save(update_fields=["body", "attachments", when])
    return _tell(message, kind=kind, by=by)


def claim_of(message_id: UUID) -> str:
    """How an attachment names the message that shows it."""
    return f"chat.message:{message_id}"


@transaction.atomic
def _say(*, by: Any, statement: log.Statement[log.Sent | log.Refusal]) -> log.Sent:
    answer = log.run(statement)
    if isinstance(answer, log.Refusal):
        raise _refusal(answer)
    if answer.dup:
        return answer
    attachments = statement.params["att"]
    if attachments:
        _claim(attachments, by=by, message_id=answer.mid)
    entry = log.Entry(
        seq=answer.seq,
        kind=EventKind.MESSAGE,
        at=answer.ts,
        actor=by.pk,
        message=answer.mid,
        body=statement.params["body"],
        attachments=tuple(attachments),
        reply_to=statement.params["reply"],
    )
    hint(answer.to, t="ev", cid=str(statement.params["cid"]), **entry.frame(viewer=None))
    return answer


def _claim(attachments: Sequence[UUID], *, by: Any, message_id: UUID) -> None:
    try:
        claimed = uploads.claim(
            upload_ids=attachments, by=by, claimed_by=claim_of(message_id), kind=Kind.CHAT
        )
    except NotFound:
        raise _invalid_attachment() from None
    if not all(upload.is_ready for upload in claimed):
        raise _invalid_attachment()


def _refusal(refusal: log.Refusal) -> Exception:
    if refusal.code == "not_found":
        return NotFound()
    if refusal.code == "not_allowed":
        return NotAllowed("not_allowed", NOT_ALLOWED)
    if refusal.code == "cmid_mismatch":
        detail = _("This client id stands for another message.")
        return ClientIdReused("cmid_mismatch", detail, message=str(refusal.mid), seq=refusal.seq)
    return InvalidInput(faults=[Fault("/reply_to", "does_not_exist", _("There is no such message."))])


def _require_words(body: str, *, attachments: Sequence[UUID] = ()) -> None:
    if not body.strip() and not attachments:
        raise InvalidInput(faults=[Fault("/body", "blank", _("Write something."))])
    if len(body) > LONGEST_BODY:
        raise InvalidInput(faults=[Fault("/body", "max_length", _("The text is too long."))])
    if "\0" in body:
        detail = _("NUL characters are not allowed.")
        raise InvalidInput(faults=[Fault("/body", "null_characters_not_allowed", detail)])
    if len(attachments) > MOST_ATTACHMENTS or len(set(attachments)) < len(attachments):
        raise _invalid_attachment()


def _require_pace(by: Any) -> None:
    for policy in PACES:
        allowance = rates.hit(policy, f"user:{by.pk}")
        if not allowance.allowed:
            seconds = allowance.reset_seconds
            raise Throttled(retry_after=ceil(seconds), retry_ms=ceil(seconds * 1000))


def _require_open(message: Message) -> None:
    if message.conversation.state != State.OPEN:
        raise NotAllowed("not_allowed", NOT_ALLOWED)


def _tell(message: Message, *, kind: EventKind, by: Any, payload: dict[str, Any] | None = None) -> Changed:
    told = enter(
        message.conversation_id,
        kind=kind,
        actor_id=getattr(by, "pk", None),
        message=message,
        payload=payload,
    )
    return Changed(message=message, seq=told.seq, ts=told.ts)


def _as_before(message: Message, *, kind: EventKind) -> Changed:
    entry = ChatEvent.objects.filter(message=message, kind=kind).order_by("-seq").first()
    if entry is None:
        return Changed(message=message, seq=message.seq, ts=message.created_at)
    return Changed(message=message, seq=entry.seq, ts=entry.created_at)


def _invalid_attachment() -> InvalidInput:
    detail = _("Attach your own files, ready and each once.")
    return InvalidInput(faults=[Fault("/attachments", "att_invalid", detail)])
