"""Rows that every app stands on: ids and times, background work, events, audit, keys, rates, files."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from key2key.common import clock
from key2key.common.currency import Currency
from key2key.common.ids import uuid7


class Row(models.Model):
    """A row with a UUIDv7 id and its two times."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    created_at = models.DateTimeField(_("created"), default=clock.now, editable=False)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    class Meta:
        abstract = True


class AppendOnly(models.Model):
    """A row that the product may add and read, never change or remove: its role has no such right."""

    append_only: ClassVar[bool] = True

    class Meta:
        abstract = True


class Work(models.Model):
    """A duty written down in the transaction of its cause, so that it cannot be lost.

    `background.perform` claims rows that are due, hands each to its handler and books the end. A claim
    pushes `due_at` to the end of the lease: a worker that dies lets go by itself, and `lease` rises with
    every claim, so a worker that wakes up late cannot overwrite its successor.
    """

    class WorkState(models.TextChoices):
        """Where the duty stands."""

        QUEUED = "queued", _("queued")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        PARKED = "parked", _("parked")

    work_state = models.CharField(
        _("work state"), max_length=8, choices=WorkState.choices, default=WorkState.QUEUED, editable=False
    )
    due_at = models.DateTimeField(_("due"), default=timezone.now, editable=False)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0, editable=False)
    lease = models.PositiveIntegerField(default=0, editable=False)
    last_error = models.TextField(_("last error"), default="", blank=True, editable=False)

    class Meta:
        abstract = True
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["due_at"],
                condition=models.Q(work_state__in=["queued", "running"]),
                name="%(app_label)s_%(class)s_due",
            )
        ]


class Event(AppendOnly):
    """Something that happened, as its publisher wrote it down."""

    id = models.BigAutoField(primary_key=True)
    name = models.CharField(max_length=80)
    payload = models.JSONField()
    request_id = models.CharField(max_length=64, default="", blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.name} #{self.pk}"


class EventDelivery(Work):
    """One receiver's duty to hear one event."""

    id = models.BigAutoField(primary_key=True)
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="deliveries")
    receiver = models.CharField(_("receiver"), max_length=120)

    class Meta(Work.Meta):
        verbose_name = _("event delivery")
        verbose_name_plural = _("event deliveries")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["event", "receiver"], name="common_one_delivery_per_receiver")
        ]
        indexes: ClassVar[list[models.Index]] = [
            *Work.Meta.indexes,
            models.Index(
                fields=["due_at"], condition=models.Q(work_state="done"), name="common_eventdelivery_done"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.receiver} <- {self.event_id}"


class AuditEntry(AppendOnly):
    """Who did what to what, when and why. The before and after are the history rows of `context`."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    created_at = models.DateTimeField(_("when"), db_default=Now(), editable=False)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("who"),
        null=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="+",
    )
    impersonator = models.UUIDField(null=True, blank=True)
    action = models.CharField(_("action"), max_length=80)
    subject_type = models.CharField(_("kind of object"), max_length=80)
    subject_id = models.CharField(_("object"), max_length=64)
    reason = models.TextField(_("reason"), default="", blank=True)
    request_id = models.CharField(_("request"), max_length=64, default="", blank=True)
    context = models.UUIDField(null=True, blank=True)

    class Meta:
        ordering = ("-created_at", "-id")
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit log")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["subject_type", "subject_id", "-created_at"], name="common_audit_subject"),
            models.Index(fields=["actor", "-created_at"], name="common_audit_actor"),
            models.Index(fields=["-created_at", "-id"], name="common_audit_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.subject_type} {self.subject_id}"


class IdempotencyKey(models.Model):
    """A POST that was answered once; the same key gets the same answer for 30 days."""

    id = models.BigAutoField(primary_key=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    route = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    headers = models.JSONField(default=dict)
    body = models.BinaryField()
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["user", "key"], name="common_one_answer_per_key")
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["created_at"], name="common_idempotency_age")
        ]

    def __str__(self) -> str:
        return f"{self.route} {self.status}"


class ExchangeRate(models.Model):
    """How much of the platform's base currency one unit of `currency` is, from a day on."""

    reference_data: ClassVar[bool] = True  # the first ones come with the product

    currency = models.CharField(_("currency"), max_length=3, choices=Currency.choices)
    rate = models.DecimalField(
        _("rate"), max_digits=14, decimal_places=6, validators=[MinValueValidator(0.000001)]
    )
    valid_from = models.DateField(_("valid from"))

    class Meta:
        ordering = ("-valid_from", "currency")
        verbose_name = _("exchange rate")
        verbose_name_plural = _("exchange rates")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["currency", "valid_from"], name="common_one_rate_per_day"),
            models.CheckConstraint(condition=models.Q(rate__gt=0), name="common_rate_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.currency} {self.rate} ({self.valid_from})"


class ClockShift(models.Model):
    """How far the clock of all processes was moved ahead, on desks only; one row at most."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    seconds = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=models.Q(id=1), name="common_one_clock_shift")
        ]

    def __str__(self) -> str:
        return f"{self.seconds} s"
