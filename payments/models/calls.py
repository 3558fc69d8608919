"""What we asked payment companies, and what came of it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from key2key.common import clock
from key2key.common.models import AppendOnly
from payments.enums import CallOutcome, Deed
from payments.models.payments import Payment


class GatewayCall(AppendOnly):
    """One deed at a gateway, or one that its open circuit refused; not what was sent, not what came back."""

    id = models.BigAutoField(primary_key=True)
    gateway = models.CharField(_("gateway"), max_length=20)
    payment = models.ForeignKey(
        Payment,
        verbose_name=_("payment"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="calls",
    )
    refund_reference = models.CharField(_("refund"), max_length=24, blank=True, default="")
    deed = models.CharField(_("deed"), max_length=16, choices=Deed.choices)
    outcome = models.CharField(_("outcome"), max_length=12, choices=CallOutcome.choices)
    vendor_code = models.CharField(_("gateway's code"), max_length=60, blank=True, default="")
    milliseconds = models.PositiveIntegerField(_("milliseconds"))
    created_at = models.DateTimeField(_("when"), default=clock.now, editable=False)

    class Meta:
        verbose_name = _("request to a gateway")
        verbose_name_plural = _("calls of gateways")
        ordering = ("id",)
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["payment", "id"], name="payments_call_timeline"),
            models.Index(fields=["-created_at"], name="payments_call_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.gateway} {self.deed} {self.outcome}"
