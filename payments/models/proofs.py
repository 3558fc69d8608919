"""Money that moves by hand: slips that payers send in, and refunds that finance made at the bank."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from key2key.common import clock
from key2key.common.models import AppendOnly, Row
from key2key.common.tracking import tracked
from payments.enums import ProofState
from payments.models.payments import Payment
from payments.models.refunds import Refund

ONE_SLIP_COUNTS_ONCE = "payments_one_slip_counts_once"
ONE_TRANSFER_CONFIRMS_ONCE = "payments_one_transfer_confirms_once"


@tracked(
    exclude=["updated_at", "sealed_key", "storage_key", "sender_name", "sender_bank", "sealed_account"],
)
class PaymentProof(Row):
    """A bank slip, encrypted before its first byte was written, and what finance made of it.

    `amount`, `paid_on` and `bank_reference` are the payer's words until finance, who read the statement,
    approve: then they are the bank's. Money of an approved slip that is less than was asked for lies in
    suspense. Written only by `payments.services`.
    """

    payment = models.ForeignKey(
        Payment, verbose_name=_("payment"), on_delete=models.PROTECT, related_name="proofs"
    )
    state = models.CharField(_("state"), max_length=8, choices=ProofState.choices, default=ProofState.WAITING)
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=2)
    paid_on = models.DateField(_("paid on"))
    bank_reference = models.CharField(_("bank's reference"), max_length=60)
    sender_name = models.CharField(_("sender's name"), max_length=120, blank=True, default="")
    sender_bank = models.CharField(_("sender's bank"), max_length=80, blank=True, default="")
    sealed_account = models.TextField(blank=True, default="", editable=False)  # what a refund goes back to
    is_in_suspense = models.BooleanField(_("lies in suspense"), default=False)
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
    content_type = models.CharField(_("media type"), max_length=40)
    bytes = models.PositiveIntegerField(_("bytes"))
    storage_key = models.CharField(max_length=120, editable=False)
    sealed_key = models.TextField(editable=False)

    class Meta:
        verbose_name = _("bank slip")
        verbose_name_plural = _("bank slips")
        ordering = ("-created_at", "-id")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["bank_reference"],
                condition=models.Q(state=ProofState.APPROVED),
                name=ONE_SLIP_COUNTS_ONCE,
            ),
            models.UniqueConstraint(
                fields=["payment"],
                condition=models.Q(state=ProofState.WAITING),
                name="payments_one_waiting_proof",
            ),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="payments_proof_positive"),
            models.CheckConstraint(
                condition=models.Q(state=ProofState.WAITING) | models.Q(decided_at__isnull=False),
                name="payments_proof_decided_by_somebody",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["created_at", "id"],
                condition=models.Q(state=ProofState.WAITING),
                name="payments_proof_queue",
            ),
            models.Index(fields=["bank_reference"], name="payments_proof_at_bank"),
        ]

    def __str__(self) -> str:
        return f"{self.bank_reference} {self.amount}"


class BankRefund(AppendOnly):
    """That finance sent a refund back by hand: the bank's own reference is the evidence."""

    id = models.BigAutoField(primary_key=True)
    refund = models.ForeignKey(
        Refund, verbose_name=_("refund"), on_delete=models.PROTECT, related_name="bank_refunds"
    )
    bank_reference = models.CharField(_("bank's reference"), max_length=60)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("confirmed by"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    created_at = models.DateTimeField(_("when"), default=clock.now, editable=False)

    class Meta:
        verbose_name = _("refund by hand")
        verbose_name_plural = _("refunds by hand")
        ordering = ("-id",)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["refund"], name="payments_one_bank_refund"),
            models.UniqueConstraint(fields=["bank_reference"], name=ONE_TRANSFER_CONFIRMS_ONCE),
        ]

    def __str__(self) -> str:
        return self.bank_reference


class RefundByHand(Refund):
    """A refund that finance make at the bank, on its own page of the admin."""

    class Meta:
        proxy = True
        verbose_name = _("bank refund to make")
        verbose_name_plural = _("bank refunds to make")
