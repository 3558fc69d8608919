"""The books of the sandbox, the payment company of desks and tests. Nothing of ours points here."""

from __future__ import annotations

import secrets
from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from key2key.common import clock
from key2key.common.currency import Currency
from key2key.common.models import Row, Work


def new_token() -> str:
    """The secret in the address of a checkout page."""
    return secrets.token_urlsafe(24)


class SandboxCheckout(Row):
    """One order of the merchant, and the page on which it is paid."""

    class Status(models.TextChoices):
        """What the payer did. That the window closed is told by the clock."""

        OPEN = "open", _("waiting for you")
        PAID = "paid", _("paid")
        FAILED = "failed", _("failed")
        CANCELLED = "cancelled", _("cancelled")

    class Chargeback(models.TextChoices):
        """Where the payer's bank stands."""

        NONE = "none", _("none")
        OPEN = "open", _("open")
        WON = "won", _("won")
        LOST = "lost", _("lost")

    token = models.CharField(max_length=64, unique=True, default=new_token, editable=False)
    reference = models.CharField(max_length=64, unique=True)
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    currency = models.CharField(max_length=3, choices=Currency.choices)
    description = models.CharField(max_length=200, blank=True)
    payer_name = models.CharField(max_length=200, blank=True)
    return_url = models.CharField(max_length=2000)
    status = models.CharField(max_length=9, choices=Status.choices, default=Status.OPEN)
    expires_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True, blank=True)
    chargeback = models.CharField(max_length=4, choices=Chargeback.choices, default=Chargeback.NONE)
    refuses_next_refund = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("sandbox checkout")
        verbose_name_plural = _("sandbox checkouts")
        ordering = ("-created_at", "-id")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="payments_sandbox_amount_positive"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_closed(self) -> bool:
        """Whether its window is over unpaid: the page says so, and lets pay all the same."""
        return self.status == self.Status.OPEN and clock.now() >= self.expires_at


class SandboxCharge(Row):
    """Money that the payer gave; two of them when the payer paid twice."""

    checkout = models.ForeignKey(SandboxCheckout, on_delete=models.CASCADE, related_name="charges")
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    fee = models.DecimalField(max_digits=14, decimal_places=2, default=Decimal(0))

    class Meta:
        verbose_name = _("sandbox charge")
        verbose_name_plural = _("sandbox charges")
        ordering = ("created_at", "id")

    def __str__(self) -> str:
        return f"{self.amount}"


class SandboxRefund(Row):
    """Money that went back, or did not."""

    class Status(models.TextChoices):
        """How it ended."""

        SUCCEEDED = "succeeded", _("succeeded")
        FAILED = "failed", _("failed")

    checkout = models.ForeignKey(SandboxCheckout, on_delete=models.CASCADE, related_name="refunds")
    reference = models.CharField(max_length=64, unique=True)
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    status = models.CharField(max_length=9, choices=Status.choices)
    code = models.CharField(max_length=40, blank=True)

    class Meta:
        verbose_name = _("sandbox refund")
        verbose_name_plural = _("sandbox refunds")
        ordering = ("created_at", "id")

    def __str__(self) -> str:
        return self.reference


class SandboxWebhook(Row, Work):
    """One event, to be told to the merchant until it answers. Its id is the event's."""

    class Kind(models.TextChoices):
        """What happened."""

        PAID = "checkout.paid", _("Paid")
        PAID_AGAIN = "checkout.paid_again", _("Paid a second time")
        FAILED = "checkout.failed", _("The payment failed")
        CANCELLED = "checkout.cancelled", _("Cancelled")
        CHARGEBACK_OPENED = "chargeback.opened", _("The payer's bank takes the money back")
        CHARGEBACK_WON = "chargeback.won", _("The merchant won: the money stays")
        CHARGEBACK_LOST = "chargeback.lost", _("The merchant lost: the money is gone")
        REFUND_SUCCEEDED = "refund.succeeded", _("Money went back")
        REFUND_FAILED = "refund.failed", _("A refund was refused")

    checkout = models.ForeignKey(SandboxCheckout, on_delete=models.CASCADE, related_name="webhooks")
    kind = models.CharField(max_length=24, choices=Kind.choices)

    class Meta(Work.Meta):
        verbose_name = _("sandbox notification")
        verbose_name_plural = _("sandbox notifications")
        ordering = ("created_at", "id")

    def __str__(self) -> str:
        return self.kind
