"""What gateways told us, and what we have to ask them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from key2key.common.models import Row, Work
from payments.models.payments import Payment


class WebhookDelivery(Row, Work):
    """One proved notification of a gateway, as it came in. Only a hint: the gateway is asked then."""

    gateway = models.CharField(_("gateway"), max_length=20)
    event_key = models.CharField(_("event"), max_length=200)
    kind = models.CharField(_("kind"), max_length=60, blank=True, default="")
    reference = models.CharField(_("reference"), max_length=100, blank=True, default="")
    gateway_reference = models.CharField(_("gateway's reference"), max_length=100, blank=True, default="")
    headers = models.JSONField(_("headers"), default=dict)
    body = models.BinaryField(_("body"))
    payment = models.ForeignKey(
        Payment,
        verbose_name=_("payment"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="deliveries",
    )
    finding = models.CharField(_("finding"), max_length=60, blank=True, default="")

    class Meta(Work.Meta):
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        ordering = ("-created_at", "-id")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["gateway", "event_key"], name="payments_one_row_per_webhook")
        ]
        indexes: ClassVar[list[models.Index]] = [
            *Work.Meta.indexes,
            models.Index(fields=["event_key"], name="payments_webhook_event"),
            models.Index(fields=["gateway_reference"], name="payments_webhook_at_gateway"),
            models.Index(fields=["reference"], name="payments_webhook_reference"),
            models.Index(
                fields=["updated_at"],
                condition=models.Q(work_state="parked"),
                name="payments_webhook_parked",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.gateway} {self.kind} {self.event_key}"


class PaymentCheck(Work):
    """The duty to ask a gateway how a payment stands, because it told us nothing (the sweep)."""

    id = models.BigAutoField(primary_key=True)
    payment = models.OneToOneField(
        Payment, verbose_name=_("payment"), on_delete=models.PROTECT, related_name="check_up"
    )

    class Meta(Work.Meta):
        verbose_name = _("payment to ask about")
        verbose_name_plural = _("payments to ask about")

    def __str__(self) -> str:
        return str(self.payment_id)
