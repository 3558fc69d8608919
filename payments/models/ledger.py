"""The ledger: accounts, and transfers that nobody changes (deals.md, Ledger)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from key2key.common import clock
from key2key.common.currency import Currency
from key2key.common.ids import uuid7
from key2key.common.models import AppendOnly
from payments.enums import AccountKind, Cause


class Account(models.Model):
    """One account: of a kind, perhaps of somebody (a hold, a person, an organisation) or of a gateway."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(_("kind"), max_length=20, choices=AccountKind.choices)
    owner = models.UUIDField(_("owner"), null=True, blank=True)
    gateway = models.CharField(_("gateway"), max_length=20, blank=True, default="")
    currency = models.CharField(_("currency"), max_length=3, choices=Currency.choices)
    created_at = models.DateTimeField(_("created"), default=clock.now, editable=False)

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        ordering = ("kind", "gateway", "currency", "id")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["kind", "owner", "gateway", "currency"],
                nulls_distinct=False,
                name="payments_one_account_each",
            ),
            # What a transfer refers to, so that its currency is that of both its accounts.
            models.UniqueConstraint(fields=["id", "currency"], name="payments_account_and_currency"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["owner"], name="payments_account_owner"),
        ]

    def __str__(self) -> str:
        whose = self.owner or self.gateway
        return f"{self.kind}:{whose} {self.currency}" if whose else f"{self.kind} {self.currency}"


class Transfer(AppendOnly):
    """One movement: debits one account and credits another by the same amount, for ever.

    `key` names the effect, so that it is booked once however often it is told. The migration binds
    (debit, currency) and (credit, currency) to the accounts.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    journal = models.UUIDField(_("journal"), db_index=True)
    key = models.CharField(_("key"), max_length=120, unique=True)
    debit = models.ForeignKey(
        Account, verbose_name=_("debit"), on_delete=models.PROTECT, related_name="debits", db_index=False
    )
    credit = models.ForeignKey(
        Account, verbose_name=_("credit"), on_delete=models.PROTECT, related_name="credits", db_index=False
    )
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=2)
    currency = models.CharField(_("currency"), max_length=3, choices=Currency.choices)
    cause = models.CharField(_("cause"), max_length=24, choices=Cause.choices)
    payment_id = models.UUIDField(_("payment"), null=True, blank=True, db_index=True)
    refund_id = models.UUIDField(_("refund"), null=True, blank=True, db_index=True)
    hold_id = models.UUIDField(_("hold"), null=True, blank=True, db_index=True)
    payout_id = models.UUIDField(_("payout"), null=True, blank=True, db_index=True)
    created_at = models.DateTimeField(_("when"), default=clock.now, editable=False)

    class Meta:
        verbose_name = _("transfer")
        verbose_name_plural = _("transfers")
        ordering = ("-created_at", "-id")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="payments_transfer_positive"),
            models.CheckConstraint(
                condition=~models.Q(debit=models.F("credit")), name="payments_transfer_between_two"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["-created_at", "-id"], name="payments_transfer_newest"),
            # An account's entries in their order, and its balance at any time, from the index alone.
            models.Index(
                fields=["debit", "created_at", "id"], include=["amount"], name="payments_transfer_debits"
            ),
            models.Index(
                fields=["credit", "created_at", "id"], include=["amount"], name="payments_transfer_credits"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cause} {self.amount} {self.currency}"
