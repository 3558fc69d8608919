"""Money on its way out: to which accounts, how much, who agreed, and how it was sent."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from key2key.common import clock
from key2key.common.currency import Currency
from key2key.common.models import AppendOnly, Row, Work
from key2key.common.tracking import tracked
from payments.enums import PayoutAccountState, PayoutStatus

ZERO = Decimal(0)


@tracked(
    exclude=["updated_at", "account_name", "sealed_number", "number_ending"],
)
class PayoutAccount(Row):
    """A bank account of a person or an organisation. Money goes there once staff have checked whose it is.

    What it names never changes: another account is another row. The number rests encrypted.
    """

    payee_id = models.UUIDField(_("payee"))
    bank_code = models.CharField(_("bank code"), max_length=20)
    bank_name = models.CharField(_("bank"), max_length=100)
    account_name = models.CharField(_("account holder"), max_length=150)
    sealed_number = models.TextField(editable=False)
    number_ending = models.CharField(_("number ends in"), max_length=4)
    currency = models.CharField(_("currency"), max_length=3, choices=Currency.choices)
    state = models.CharField(
        _("state"), max_length=10, choices=PayoutAccountState.choices, default=PayoutAccountState.PENDING
    )
    state_reason = models.TextField(_("reason of the state"), blank=True, default="")
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("added by"), on_delete=models.PROTECT, related_name="+"
    )
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("checked by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    checked_at = models.DateTimeField(_("checked"), null=True, blank=True)

    class Meta:
        verbose_name = _("payout account")
        verbose_name_plural = _("payout accounts")
        ordering = ("-created_at", "-id")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["payee_id", "-created_at", "-id"], name="payments_payout_account_payee"),
            models.Index(
                fields=["created_at"], condition=models.Q(state="pending"), name="payments_payout_account_new"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bank_name} {self.masked_number}"

    @property
    def masked_number(self) -> str:
        """The number as it may be shown."""
        return f"•••• {self.number_ending}"


class PayoutBatch(Row):
    """A file of payouts for the bank. Its payouts are those that name it; each is in one file only."""

    reference = models.CharField(_("reference"), max_length=20, unique=True)
    currency = models.CharField(_("currency"), max_length=3, choices=Currency.choices)
    amount = models.DecimalField(_("total"), max_digits=14, decimal_places=2)
    many = models.PositiveIntegerField(_("payouts"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("made by"), on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("file for the bank")
        verbose_name_plural = _("files for the bank")
        ordering = ("-created_at", "-id")

    def __str__(self) -> str:
        return self.reference


@tracked(
    exclude=["updated_at", "checked_at"],
)
class Payout(Row):
    """What somebody is owed, on its way to their bank account. Written only by `payments.services`."""

    payee_id = models.UUIDField(_("payee"))
    account = models.ForeignKey(
        PayoutAccount, verbose_name=_("account"), on_delete=models.PROTECT, related_name="payouts"
    )
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=2)
    currency = models.CharField(_("currency"), max_length=3, choices=Currency.choices)
    status = models.CharField(
        _("status"), max_length=10, choices=PayoutStatus.choices, default=PayoutStatus.REQUESTED
    )
    held_from = models.CharField(max_length=10, blank=True, default="", editable=False)
    reference = models.CharField(_("reference"), max_length=20, unique=True)
    approvals_needed = models.PositiveSmallIntegerField(_("approvals needed"), default=1)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("requested by"), on_delete=models.PROTECT, related_name="+"
    )
    channel = models.CharField(_("sent over"), max_length=20, blank=True, default="")
    batch = models.ForeignKey(
        PayoutBatch,
        verbose_name=_("file for the bank"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="payouts",
    )
    channel_reference = models.CharField(_("channel's reference"), max_length=100, blank=True, default="")
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("sent by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    checked_at = models.DateTimeField(_("last asked"), null=True, blank=True)
    bank_reference = models.CharField(_("bank's reference"), max_length=100, blank=True, default="")
    reason = models.TextField(_("reason"), blank=True, default="")
    failure_code = models.CharField(_("why it failed"), max_length=60, blank=True, default="")
    review_reason = models.CharField(_("to be looked at because"), max_length=60, blank=True, default="")
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        verbose_name = _("payout")
        verbose_name_plural = _("payouts")
        ordering = ("-created_at", "-id")
        permissions: ClassVar[list[tuple[str, Any]]] = [
            ("approve_payout", "Can approve or decline payouts"),
            ("execute_payout", "Can send payouts and say how they ended"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="payments_payout_positive"),
            models.CheckConstraint(
                condition=~models.Q(status="paid") | ~models.Q(bank_reference=""),
                name="payments_payout_paid_with_evidence",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["payee_id", "-created_at", "-id"], name="payments_payout_payee"),
            models.Index(
                fields=["created_at"],
                condition=models.Q(status__in=["requested", "approved", "processing", "on_hold"]),
                name="payments_payout_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.amount} {self.currency}"


class PayoutApproval(AppendOnly):
    """One pair of eyes on a payout."""

    id = models.BigAutoField(primary_key=True)
    payout = models.ForeignKey(Payout, on_delete=models.PROTECT, related_name="approvals")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("approved by"), on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(_("when"), default=clock.now, editable=False)

    class Meta:
        ordering = ("id",)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["payout", "by"], name="payments_one_approval_each")
        ]

    def __str__(self) -> str:
        return f"{self.payout_id} {self.by_id}"


class PayoutSending(Work):
    """The duty to send one payout over a channel that sends by itself, and to ask how it stands."""

    id = models.BigAutoField(primary_key=True)
    payout = models.OneToOneField(
        Payout, verbose_name=_("payout"), on_delete=models.PROTECT, related_name="sending"
    )

    class Meta(Work.Meta):
        verbose_name = _("payout to send")
        verbose_name_plural = _("payouts to send")

    def __str__(self) -> str:
        return str(self.payout_id)
