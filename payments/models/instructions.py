"""What the keeper of a deposit is to do with it, where that is not our own account (deals.md, Hold)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from key2key.common.currency import Currency
from key2key.common.models import Row
from key2key.common.tracking import tracked
from payments.enums import InstructionKind, InstructionState
from payments.models.payments import Hold

ZERO = Decimal(0)


@tracked(
    exclude=["updated_at"],
)
class HoldInstruction(Row):
    """One part of a deposit that was decided, and moves when its keeper has carried it out.

    Approved by one person, carried out by another, with the keeper's reference as evidence. Until then the
    money lies under the hold.
    """

    hold = models.ForeignKey(
        Hold, verbose_name=_("hold"), on_delete=models.PROTECT, related_name="instructions"
    )
    kind = models.CharField(_("what"), max_length=8, choices=InstructionKind.choices)
    state = models.CharField(
        _("state"), max_length=12, choices=InstructionState.choices, default=InstructionState.WAITING
    )
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=2)
    currency = models.CharField(_("currency"), max_length=3, choices=Currency.choices)
    platform_fee = models.DecimalField(_("platform fee"), max_digits=14, decimal_places=2, default=ZERO)
    commission = models.DecimalField(_("commission"), max_digits=14, decimal_places=2, default=ZERO)
    commission_payee = models.UUIDField(_("commission goes to"), null=True, blank=True)
    reason = models.TextField(_("reason"), blank=True, default="")
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("approved by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    approved_at = models.DateTimeField(_("approved"), null=True, blank=True)
    carried_out_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("carried out by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    carried_out_at = models.DateTimeField(_("carried out"), null=True, blank=True)
    evidence = models.CharField(_("keeper's reference"), max_length=200, blank=True, default="")

    class Meta:
        verbose_name = _("instruction on a deposit")
        verbose_name_plural = _("instructions on deposits")
        ordering = ("-created_at", "-id")
        permissions: ClassVar[list[tuple[str, Any]]] = [
            ("approve_holdinstruction", "Can approve instructions on deposits"),
            ("execute_holdinstruction", "Can carry out instructions on deposits"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["hold", "kind"],
                condition=models.Q(state="waiting"),
                name="payments_one_instruction_waits",
            ),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="payments_instruction_positive"),
            models.CheckConstraint(
                condition=~models.Q(state="carried_out")
                | (
                    models.Q(approved_by__isnull=False, carried_out_by__isnull=False)
                    & ~models.Q(approved_by=models.F("carried_out_by"))
                    & ~models.Q(evidence="")
                ),
                name="payments_instruction_two_people",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["created_at"],
                condition=models.Q(state__in=["waiting", "approved"]),
                name="payments_instruction_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount} {self.currency}"
