"""News, as they were written down and as they left."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from key2key.common.models import Row, Work


class Notification(Row, Work):
    """One piece of news to one recipient over one channel.

    `secret` (codes, links) rests encrypted and is wiped when it has left.
    """

    class Channel(models.TextChoices):
        """How it leaves."""

        EMAIL = "email", _("e-mail")
        SMS = "sms", _("text message")

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
    recipient = models.CharField(_("recipient"), max_length=254)
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.QUEUED)
    data = models.JSONField(_("data"), default=dict, blank=True)
    secret = models.TextField(blank=True, default="", editable=False)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)

    class Meta(Work.Meta):
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        ordering = ("-created_at", "-id")
        indexes: ClassVar[list[models.Index]] = [
            *Work.Meta.indexes,
            models.Index(fields=["user", "-created_at", "-id"], name="notifications_own"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.channel} {self.created_at:%F %T}"
