"""Conversations: who takes part, the log in its one order, the messages as they stand (decision 23)."""

from __future__ import annotations

import secrets
from typing import ClassVar

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from chat.enums import EventKind, ReportReason, ReportState, Side, State
from key2key.common import clock
from key2key.common.ids import uuid7
from key2key.common.models import AppendOnly, Row, Work
from key2key.common.stamps import StampField, stamped
from key2key.common.tracking import tracked

LONGEST_BODY = 4000


def new_epoch() -> str:
    """A random value that no other database has."""
    return secrets.token_hex(16)


class RealtimeEpoch(models.Model):
    """The random part of the epoch: a restore writes a new one, so that clients drop what they know."""

    reference_data: ClassVar[bool] = True  # made by the migration

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    value = models.CharField(max_length=32, default=new_epoch)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(id=1), name="chat_one_epoch")
        ]

    def __str__(self) -> str:
        return self.value


@tracked(
    pghistory.UpdateEvent(condition=pghistory.AnyChange("state")),
    fields=["id", "state"],
    model_name="ConversationHistory",
)
class Conversation(Row):
    """Two sides that talk, mostly about a listing. Whoever gives out the next `seq` holds this row."""

    conversation_key = models.CharField(max_length=160, unique=True, editable=False)
    listing = models.ForeignKey(
        "listings.Listing",
        verbose_name=_("listing"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    buyer = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("buyer"), on_delete=models.PROTECT, related_name="+"
    )
    seller = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("seller"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    organisation = models.ForeignKey(
        "accounts.Organisation",
        verbose_name=_("organisation"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    state = models.CharField(_("state"), max_length=6, choices=State.choices, default=State.OPEN)
    last_seq = models.PositiveBigIntegerField(_("entries"), default=0)
    last_at = models.DateTimeField(_("last entry"), default=clock.now)

    class Meta:
        verbose_name = _("conversation")
        verbose_name_plural = _("conversations")
        ordering = ("-last_at", "-id")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(seller__isnull=True) ^ Q(organisation__isnull=True), name="chat_one_selling_side"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["-last_at", "-id"], name="chat_conversation_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.conversation_key} ({self.last_seq})"


class Member(Row):
    """One person in a conversation, for one side; marked left, never deleted (decision 24).

    `delivered_seq` is up to where a device of theirs has acknowledged, `read_seq` up to where they have
    read. `stamp` rises with every change that shows in the person's inbox.
    """

    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="members")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("person"), on_delete=models.PROTECT, related_name="+"
    )
    side = models.CharField(_("side"), max_length=6, choices=Side.choices)
    joined_at = models.DateTimeField(_("joined"), default=clock.now)
    left_at = models.DateTimeField(_("left"), null=True, blank=True)
    read_seq = models.PositiveBigIntegerField(_("read"), default=0)
    delivered_seq = models.PositiveBigIntegerField(_("delivered"), default=0)
    archived = models.BooleanField(_("archived"), default=False)
    muted = models.BooleanField(_("muted"), default=False)
    stamp = StampField()

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        ordering = ("conversation", "side", "joined_at")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["conversation", "user"], name="chat_one_member_each"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["user", "stamp", "id"], name="chat_member_stamped"),
            models.Index(fields=["stamp", "user"], name="chat_member_lately"),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [stamped()]

    def __str__(self) -> str:
        return f"{self.user_id} {self.side} @ {self.conversation_id}"


class Message(models.Model):
    """What somebody wrote, as it stands now; the row stays for ever, so a resend is always known."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="messages")
    seq = models.PositiveBigIntegerField(_("number"))
    sender = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("sender"), on_delete=models.PROTECT, related_name="+"
    )
    client_id = models.UUIDField(editable=False)
    digest = models.CharField(max_length=64, editable=False)  # of the first content: what a resend repeats
    body = models.TextField(_("text"), max_length=LONGEST_BODY, blank=True)
    attachments = ArrayField(models.UUIDField(), verbose_name=_("attachments"), default=list, blank=True)
    reply_to = models.PositiveBigIntegerField(_("answer to"), null=True, blank=True)
    rev = models.PositiveIntegerField(_("version"), default=1)
    held = models.BooleanField(_("held"), default=False)
    created_at = models.DateTimeField(_("sent"), db_default=Now(), editable=False)
    edited_at = models.DateTimeField(_("edited"), null=True, blank=True)
    deleted_at = models.DateTimeField(_("deleted"), null=True, blank=True)
    removed_at = models.DateTimeField(_("removed"), null=True, blank=True)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ("conversation", "seq")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["conversation", "seq"], name="chat_message_in_order"),
            models.UniqueConstraint(fields=["sender", "client_id"], name="chat_message_once"),
        ]

    def __str__(self) -> str:
        return f"{self.conversation_id} #{self.seq}"

    @property
    def is_gone(self) -> bool:
        """Whether its sender deleted it or staff removed it."""
        return self.deleted_at is not None or self.removed_at is not None


class ChatEvent(AppendOnly):
    """One entry of a conversation's log, numbered without gaps.

    It holds no words: those are the message's, so that what is removed is removed from the log too.
    """

    id = models.BigAutoField(primary_key=True)
    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="events")
    seq = models.PositiveBigIntegerField(_("number"))
    kind = models.CharField(_("kind"), max_length=8, choices=EventKind.choices)
    message = models.ForeignKey(
        Message, verbose_name=_("message"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("who"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    payload = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(_("when"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("entry of the log")
        verbose_name_plural = _("log")
        ordering = ("conversation", "seq")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["conversation", "seq"], name="chat_log_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.conversation_id} #{self.seq} {self.kind}"


class Nudge(Work):
    """The duty to tell a member of new messages that no device of theirs acknowledges.

    One row per member, waiting again with each message; `told_seq` is up to where they were told or had
    read, so that they are told once until they read.
    """

    id = models.BigAutoField(primary_key=True)
    member = models.OneToOneField(Member, on_delete=models.CASCADE, related_name="nudge")
    told_seq = models.PositiveBigIntegerField(default=0)

    class Meta(Work.Meta):
        verbose_name = _("nudge")
        verbose_name_plural = _("nudges")

    def __str__(self) -> str:
        return f"{self.member_id} {self.told_seq}"


@tracked(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    fields=["id", "reason", "state"],
    model_name="ReportHistory",
)
class Report(Row):
    """A complaint with its evidence: the entries around, as they stood when it was made."""

    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="reports")
    message = models.ForeignKey(
        Message, verbose_name=_("message"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("reporter"), on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField(_("reason"), max_length=12, choices=ReportReason.choices)
    comment = models.TextField(_("comment"), max_length=1000, blank=True, default="")
    snapshot = models.JSONField(_("evidence"), default=list)
    state = models.CharField(_("state"), max_length=7, choices=ReportState.choices, default=ReportState.OPEN)
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)

    class Meta:
        verbose_name = _("report of a conversation")
        verbose_name_plural = _("reports of conversations")
        ordering = ("created_at", "id")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["created_at", "id"], condition=Q(state=ReportState.OPEN), name="chat_report_queue"
            ),
            models.Index(fields=["reporter", "-created_at", "-id"], name="chat_report_own"),
        ]

    def __str__(self) -> str:
        return f"{self.reason} {self.conversation_id}"
