"""Receipts and credit notes: numbered without gaps, written once."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from key2key.common import clock
from key2key.common.currency import Currency
from key2key.common.ids import uuid7
from key2key.common.models import AppendOnly
from payments.enums import ReceiptKind
from payments.models.payments import Payment
from payments.models.refunds import Refund


class ReceiptCounter(models.Model):
    """The last number given out of one series. Locked from the giving to the end of the transaction."""

    market = models.CharField(_("market"), max_length=2)
    kind = models.CharField(_("kind"), max_length=11, choices=ReceiptKind.choices)
    year = models.PositiveSmallIntegerField(_("year"))
    last = models.PositiveIntegerField(_("last number"), default=0)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["market", "kind", "year"], name="payments_one_counter_per_series")
        ]

    def __str__(self) -> str:
        return f"{self.market} {self.kind} {self.year}: {self.last}"


class Receipt(AppendOnly):
    """That a payment came, or (a credit note) that part of it went back, with what the paper says.

    `content` is what was true on the day of issue (`payments.papers.Content`): names and rates that change
    later change no receipt.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(_("kind"), max_length=11, choices=ReceiptKind.choices)
    market = models.CharField(_("market"), max_length=2)
    year = models.PositiveSmallIntegerField(_("year"))
    serial = models.PositiveIntegerField(_("serial number"))
    number = models.CharField(_("number"), max_length=40, unique=True)
    payment = models.ForeignKey(
        Payment, verbose_name=_("payment"), on_delete=models.PROTECT, related_name="receipts"
    )
    refund = models.OneToOneField(
        Refund,
        verbose_name=_("refund"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="credit_note",
    )
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=2)
    currency = models.CharField(_("currency"), max_length=3, choices=Currency.choices)
    content: models.JSONField[Any, Any] = models.JSONField(_("content"))
    issued_at = models.DateTimeField(_("issued"), default=clock.now, editable=False)

    class Meta:
        verbose_name = _("receipt")
        verbose_name_plural = _("receipts")
        ordering = ("-issued_at", "-id")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["market", "kind", "year", "serial"], name="payments_one_receipt_per_serial"
            ),
            models.UniqueConstraint(
                fields=["payment"],
                condition=models.Q(kind="receipt"),
                name="payments_one_receipt_per_payment",
            ),
            models.CheckConstraint(
                condition=models.Q(kind="receipt", refund=None)
                | models.Q(kind="credit_note", refund__isnull=False),
                name="payments_credit_note_of_a_refund",
            ),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="payments_receipt_positive"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["-issued_at", "-id"], name="payments_receipt_newest"),
        ]

    def __str__(self) -> str:
        return self.number
