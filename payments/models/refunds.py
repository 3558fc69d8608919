"""Money on its way back."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from key2key.common.currency import Currency
from key2key.common.models import Row, Work
from key2key.common.tracking import tracked
from payments.enums import RefundSource, RefundStatus
from payments.models.payments import Payment


@tracked(
    exclude=["updated_at"],
)
class Refund(Row):
    """Part or all of a payment going back the way it came. Written only by `payments.services`.

    What a person wants is requested, approved and sent by different people; until it is sent, `tries` is 0
    and nothing is booked. What the product decides is approved and sent at once.
    """

    payment = models.ForeignKey(
        Payment, verbose_name=_("payment"), on_delete=models.PROTECT, related_name="refunds"
    )
    source = models.CharField(_("leaves"), max_length=8, choices=RefundSource.choices)
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=2)
    currency = models.CharField(_("currency"), max_length=3, choices=Currency.choices)
    status = models.CharField(
        _("status"), max_length=9, choices=RefundStatus.choices, default=RefundStatus.REQUESTED
    )
    reference = models.CharField(_("reference"), max_length=20, unique=True)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    reason = models.TextField(_("reason"), blank=True, default="")
    failure_code = models.CharField(_("why it failed"), max_length=60, blank=True, default="")
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("requested by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("approved or declined by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    decided_at = models.DateTimeField(_("approved or declined"), null=True, blank=True)
    decline_reason = models.TextField(_("declined because"), blank=True, default="")
    executed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("sent by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        verbose_name = _("refund")
        verbose_name_plural = _("refunds")
        ordering = ("-created_at", "-id")
        permissions: ClassVar[list[tuple[str, Any]]] = [
            ("approve_refund", "Can approve or decline refunds"),
            ("execute_refund", "Can request and send refunds"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="payments_refund_positive"),
            models.CheckConstraint(
                condition=models.Q(decided_by__isnull=True)
                | ~models.Q(decided_by=models.F("requested_by"), requested_by__isnull=False)
                & ~models.Q(decided_by=models.F("executed_by"), executed_by__isnull=False),
                name="payments_refund_two_people",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["created_at"],
                condition=models.Q(status__in=["approved", "sent"]),
                name="payments_refund_under_way",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.amount} {self.currency}"


class RefundSending(Work):
    """The duty to send one refund, once more for every time that finance tries again.

    `reference` is what the gateway knows it by: it gives the money once for each, however often it is asked.
    """

    id = models.BigAutoField(primary_key=True)
    refund = models.ForeignKey(
        Refund, verbose_name=_("refund"), on_delete=models.PROTECT, related_name="sendings"
    )
    reference = models.CharField(_("reference"), max_length=24, unique=True)
    known_as = models.CharField(_("gateway's number for it"), max_length=100, blank=True, default="")

    class Meta(Work.Meta):
        verbose_name = _("refund to send")
        verbose_name_plural = _("refunds to send")

    def __str__(self) -> str:
        return self.reference
