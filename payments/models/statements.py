"""Statements of gateways and of the bank, and the daily proof that our ledger says the same."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from key2key.common import clock
from key2key.common.currency import Currency
from key2key.common.ids import uuid7
from key2key.common.models import AppendOnly, Row
from key2key.common.tracking import tracked
from payments.enums import DayState, LineKind, LineState
from payments.models.ledger import Account, Transfer
from payments.models.payments import Payment
from payments.models.payouts import Payout
from payments.models.refunds import Refund

ZERO = Decimal(0)


class Statement(AppendOnly):
    """One file of a gateway or of the bank, taken in whole. The same file is taken in once.

    `source` is a gateway by its name, or "bank"; `account` tells several accounts of one source apart.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    source = models.CharField(_("source"), max_length=20)
    account = models.CharField(_("account"), max_length=40, blank=True, default="")
    currency = models.CharField(_("currency"), max_length=3, choices=Currency.choices)
    first_day = models.DateField(_("from"))
    last_day = models.DateField(_("to"))
    opening_balance = models.DecimalField(
        _("opening balance"), max_digits=16, decimal_places=2, null=True, blank=True
    )
    closing_balance = models.DecimalField(
        _("closing balance"), max_digits=16, decimal_places=2, null=True, blank=True
    )
    file_name = models.CharField(_("file"), max_length=200, blank=True, default="")
    file_hash = models.CharField(_("fingerprint of the file"), max_length=64, unique=True)
    line_count = models.PositiveIntegerField(_("lines"))
    known_count = models.PositiveIntegerField(_("lines that were known"), default=0)
    imported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("imported by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    created_at = models.DateTimeField(_("imported"), default=clock.now, editable=False)

    class Meta:
        verbose_name = _("statement")
        verbose_name_plural = _("statements")
        ordering = ("-created_at", "-id")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(first_day__lte=models.F("last_day")), name="payments_statement_has_days"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["source", "currency", "first_day"], name="payments_statement_days"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.first_day:%F} – {self.last_day:%F} {self.currency}"


@tracked(
    exclude=["updated_at", "narrative"],
)
class StatementLine(Row):
    """One line of a statement, until it is matched with what we booked or set aside.

    Amounts are signed as they change the balance at the source: `net` is `gross` less `fee`. Written only
    by `payments.services`.
    """

    statement = models.ForeignKey(
        Statement, verbose_name=_("statement"), on_delete=models.PROTECT, related_name="lines"
    )
    number = models.PositiveIntegerField(_("line"))
    source = models.CharField(_("source"), max_length=20)
    account = models.CharField(_("account"), max_length=40, blank=True, default="")
    external_id = models.CharField(_("the source's id"), max_length=100)
    kind = models.CharField(_("kind"), max_length=12, choices=LineKind.choices)
    gross = models.DecimalField(_("gross"), max_digits=14, decimal_places=2)
    fee = models.DecimalField(_("fee"), max_digits=14, decimal_places=2, default=ZERO)
    net = models.DecimalField(_("net"), max_digits=14, decimal_places=2)
    currency = models.CharField(_("currency"), max_length=3, choices=Currency.choices)
    references = models.JSONField(_("references"), default=list)
    narrative = models.CharField(_("text"), max_length=300, blank=True, default="")
    booked_on = models.DateField(_("booked on"))
    state = models.CharField(_("state"), max_length=9, choices=LineState.choices, default=LineState.UNMATCHED)
    finding = models.CharField(_("why it waits"), max_length=40, blank=True, default="")
    payment = models.ForeignKey(
        Payment, verbose_name=_("payment"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    refund = models.ForeignKey(
        Refund, verbose_name=_("refund"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    payout = models.ForeignKey(
        Payout, verbose_name=_("payout"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
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
        verbose_name = _("line of a statement")
        verbose_name_plural = _("lines of statements")
        ordering = ("-booked_on", "-id")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["source", "account", "external_id"], name="payments_one_row_per_line"
            ),
            models.CheckConstraint(
                condition=models.Q(net=models.F("gross") - models.F("fee")), name="payments_line_adds_up"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["booked_on"], condition=models.Q(state="unmatched"), name="payments_line_waiting"
            ),
            models.Index(fields=["source", "currency", "booked_on"], name="payments_line_day"),
            models.Index(fields=["payment"], name="payments_line_payment"),
            GinIndex(fields=["references"], name="payments_line_references"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.external_id} {self.gross} {self.currency}"


class LineBooking(AppendOnly):
    """That a line of a statement accounts for a transfer on one of its accounts: once, for ever."""

    id = models.BigAutoField(primary_key=True)
    line = models.ForeignKey(
        StatementLine, verbose_name=_("line"), on_delete=models.PROTECT, related_name="bookings"
    )
    transfer = models.ForeignKey(
        Transfer, verbose_name=_("transfer"), on_delete=models.PROTECT, related_name="+"
    )
    account = models.ForeignKey(
        Account, verbose_name=_("account"), on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(_("when"), default=clock.now, editable=False)

    class Meta:
        verbose_name = _("proved transfer")
        verbose_name_plural = _("proved transfers")
        ordering = ("id",)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["transfer", "account"], name="payments_transfer_proved_once"),
        ]

    def __str__(self) -> str:
        return f"{self.line_id} {self.transfer_id}"


@tracked(
    exclude=["updated_at"],
)
class DailyProof(Row):
    """Whether what we booked at a gateway, or in the bank, on a day is what its statement says of that day.

    Both totals are what the day added to the account. `details` names whatever keeps it open.
    """

    source = models.CharField(_("source"), max_length=20)
    currency = models.CharField(_("currency"), max_length=3, choices=Currency.choices)
    day = models.DateField(_("day"))
    ledger_total = models.DecimalField(_("our ledger"), max_digits=16, decimal_places=2)
    statement_total = models.DecimalField(
        _("statement"), max_digits=16, decimal_places=2, null=True, blank=True
    )
    difference = models.DecimalField(_("difference"), max_digits=16, decimal_places=2, default=ZERO)
    state = models.CharField(_("state"), max_length=7, choices=DayState.choices)
    details = models.JSONField(_("what is open"), default=list)
    proved_at = models.DateTimeField(_("proved"))

    class Meta:
        verbose_name = _("daily proof")
        verbose_name_plural = _("daily proofs")
        ordering = ("-day", "source", "currency")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["day", "source", "currency"], name="payments_one_proof_per_day"),
        ]

    def __str__(self) -> str:
        return f"{self.day:%F} {self.source} {self.currency}: {self.state}"
