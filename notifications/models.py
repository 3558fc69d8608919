"""News as they were written down and as they left, what a person wants to hear of, and where it rings."""

from __future__ import annotations

from typing import Any, ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from key2key.common.models import Row, Work
from key2key.common.stamps import StampField, stamped
from notifications.kinds import Channel

IN_APP = Q(channel=Channel.IN_APP)


class Notification(Row, Work):
    """One piece of news to one recipient over one channel.

    `secret` (codes, links) rests encrypted and is wiped when it has left.

    The rows of the channel `in_app` are the feed: they never leave, and are marked read, never deleted.
    Sockets resume from them (decision 24): the columns `user_id, stamp, id, kind, data, read_at,
    created_at` of table notifications_notification, ordered by (stamp, id) and indexed so where the channel
    is `in_app`; `stamp` is set by a trigger at every write. `letters.note` gives a row its words.
    """

    Channel = Channel

    class Status(models.TextChoices):
        """Where it is."""

        QUEUED = "queued", _("queued")
        SENT = "sent", _("sent")
        DELIVERED = "delivered", _("delivered")
        FAILED = "failed", _("failed")
        PARKED = "parked", _("parked")
        READ = "read", _("read")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("user"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
    )
    kind = models.CharField(_("kind"), max_length=40)
    channel = models.CharField(_("channel"), max_length=8, choices=Channel.choices)
    # An address, a phone, or the id of a push device; nothing in the feed.
    recipient = models.CharField(_("recipient"), max_length=254, blank=True)
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.QUEUED)
    data = models.JSONField(_("data"), default=dict, blank=True)
    secret = models.TextField(blank=True, default="", editable=False)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    read_at = models.DateTimeField(_("read"), null=True, blank=True)
    is_unread = models.GeneratedField(
        expression=Q(read_at__isnull=True),  # type: ignore[arg-type]  # the stubs know no condition here
        output_field=models.BooleanField(),
        db_persist=True,
    )
    stamp = StampField()

    class Meta(Work.Meta):
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        ordering = ("-created_at", "-id")
        indexes: ClassVar[list[models.Index]] = [
            *Work.Meta.indexes,
            models.Index(fields=["user", "-created_at", "-id"], name="notifications_own"),
            models.Index(fields=["user", "stamp", "id"], condition=IN_APP, name="notifications_stamped"),
            models.Index(
                F("user"), F("is_unread").desc(), F("created_at").desc(), F("id").desc(),
                condition=IN_APP, name="notifications_feed",
            ),
        ]  # fmt: skip
        triggers: ClassVar[list[pgtrigger.Trigger]] = [stamped(pgtrigger.Q(new__channel="in_app"))]

    def __str__(self) -> str:
        return f"{self.kind} {self.channel} {self.created_at:%F %T}"


class Preference(Row):
    """A person's word on one kind of news over one channel; without a row the kind's default holds."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(_("kind"), max_length=40)
    channel = models.CharField(_("channel"), max_length=8, choices=Channel.choices)
    enabled = models.BooleanField(_("wanted"))

    class Meta:
        verbose_name = _("preference")
        verbose_name_plural = _("preferences")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["user", "kind", "channel"], name="notifications_one_word")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.channel} {self.enabled}"


class PushDevice(Row):
    """A browser that shows news also while no page is open: its web push subscription (RFC 8030).

    `server_key` is the public key it was subscribed with: only messages signed by its other half arrive.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("user"), on_delete=models.CASCADE, related_name="+"
    )
    endpoint = models.CharField(_("address"), max_length=1000, unique=True)
    p256dh = models.CharField(max_length=100)
    auth = models.CharField(max_length=40)
    server_key = models.CharField(max_length=100)
    name = models.CharField(_("name"), max_length=120, blank=True)
    reached_at = models.DateTimeField(_("last reached"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("push device")
        verbose_name_plural = _("push devices")
        ordering = ("-created_at", "-id")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["user", "-created_at", "-id"], name="notifications_devices")
        ]

    def __str__(self) -> str:
        return self.name or str(self.pk)


class OutboxMessage(Row):
    """A copy of a message that left, for the outbox page of the sandbox. Production writes none."""

    channel = models.CharField(_("channel"), max_length=8, choices=Channel.choices)
    kind = models.CharField(_("kind"), max_length=40)
    to = models.CharField(_("recipient"), max_length=254)
    subject = models.CharField(_("subject"), max_length=300, blank=True)
    text = models.TextField(_("text"))
    html = models.TextField(blank=True)
    codes: Any = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name = _("message of the outbox")
        verbose_name_plural = _("outbox")
        ordering = ("-created_at", "-id")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["-created_at", "-id"], name="notifications_outbox_newest"),
            models.Index(fields=["to", "-created_at", "-id"], name="notifications_outbox_to"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.to} {self.created_at:%F %T}"
