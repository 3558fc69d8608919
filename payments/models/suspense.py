"""Money that came and matched nothing."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from key2key.common.currency import Currency
from key2key.common.models import Row, Work
from key2key.common.tracking import tracked
from payments.enums import RefundStatus, SuspenseState
from payments.models.ledger import Transfer
from payments.models.payments import Payment
from payments.models.refunds import Refund


@tracked(
    exclude=["updated_at"],
)
class SuspenseItem(Row):
    """Money in suspense, as it came: one row for each transfer that brought some. It moves whole.

    `payment` is the one that it came beside, or that it was found to belong to. Written only by
    `payments.services`.
    """

    transfer = models.OneToOneField(
        Transfer, verbose_name=_("booked as"), on_delete=models.PROTECT, related_name="+"
    )
    gateway = models.CharField(_("gateway"), max_length=20)
    gateway_reference = models.CharField(_("gateway's reference"), max_length=100, blank=True, default="")
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=2)
    currency = models.CharField(_("currency"), max_length=3, choices=Currency.choices)
    state = models.CharField(
        _("state"), max_length=9, choices=SuspenseState.choices, default=SuspenseState.WAITING
    )
    payment = models.ForeignKey(
        Payment, verbose_name=_("payment"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    refund = models.ForeignKey(
        Refund, verbose_name=_("refund"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    owed_to = models.UUIDField(_("owed to"), null=True, blank=True)
    reason = models.TextField(_("reason"), blank=True, default="")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("decided by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)

    class Meta:
        verbose_name = _("money in suspense")
        verbose_name_plural = _("money in suspense")
        ordering = ("-created_at", "-id")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="payments_suspense_positive"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["created_at"],
                condition=models.Q(state="waiting"),
                name="payments_suspense_waiting",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.gateway} {self.amount} {self.currency}"


class SuspenseReturn(Work):
    """The duty to have a gateway give back money that belongs to no payment of ours.

    `reference` is what the gateway knows the refund by; `status` is where the money is.
    """

    id = models.BigAutoField(primary_key=True)
    item = models.ForeignKey(
        SuspenseItem, verbose_name=_("money in suspense"), on_delete=models.PROTECT, related_name="returns"
    )
    reference = models.CharField(_("reference"), max_length=24, unique=True)
    status = models.CharField(
        _("status"), max_length=9, choices=RefundStatus.choices, default=RefundStatus.APPROVED
    )
    failure_code = models.CharField(_("why it failed"), max_length=60, blank=True, default="")

    class Meta(Work.Meta):
        verbose_name = _("suspense to send back")
        verbose_name_plural = _("suspense to send back")

    def __str__(self) -> str:
        return self.reference
