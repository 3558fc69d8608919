"""Holds and the payments that fill them."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from key2key.common import clock
from key2key.common.currency import Currency
from key2key.common.models import AppendOnly, Row
from key2key.common.tracking import tracked
from payments.enums import EventKind, HoldPolicy, HoldState, PaymentStatus, Placement, Purpose
from payments.references import reference_of_attempt

ONE_HOLD_PER_ASSET = "payments_one_hold_per_asset"
ZERO = Decimal(0)


@tracked(
    exclude=["updated_at"],
)
class Hold(Row):
    """A deposit of a buyer for an asset, kept until the deal says where it goes.

    Its legs are the payments with `placement` "hold". Written only by `payments.services`.
    """

    asset = models.ForeignKey("listings.Asset", on_delete=models.PROTECT, related_name="+")
    listing = models.ForeignKey("listings.Listing", on_delete=models.PROTECT, related_name="+")
    target_type = models.CharField(_("kind of target"), max_length=20)
    target_id = models.UUIDField(_("target"))
    buyer = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("buyer"), on_delete=models.PROTECT, related_name="+"
    )
    payee_id = models.UUIDField(_("payee"))
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=2)
    refunded_amount = models.DecimalField(_("given back"), max_digits=14, decimal_places=2, default=ZERO)
    currency = models.CharField(_("currency"), max_length=3, choices=Currency.choices)
    policy = models.CharField(
        _("kept by"), max_length=16, choices=HoldPolicy.choices, default=HoldPolicy.PLATFORM_LEDGER
    )
    state = models.CharField(_("state"), max_length=8, choices=HoldState.choices, default=HoldState.PENDING)
    frozen_because = models.TextField(_("frozen because"), blank=True, default="")
    end_reason = models.TextField(_("reason of the end"), blank=True, default="")
    held_at = models.DateTimeField(_("held since"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        verbose_name = _("hold")
        verbose_name_plural = _("holds")
        ordering = ("-created_at", "-id")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["target_type", "target_id"], name="payments_one_hold_per_target"),
            models.UniqueConstraint(
                fields=["asset"],
                condition=models.Q(state__in=["held", "disputed"]),
                name=ONE_HOLD_PER_ASSET,
            ),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="payments_hold_positive"),
            models.CheckConstraint(
                condition=models.Q(refunded_amount__gte=0)
                & models.Q(refunded_amount__lte=models.F("amount")),
                name="payments_hold_gives_back_at_most_all",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency} {self.state}"


@tracked(
    exclude=["updated_at", "checked_at"],
    model_name="PaymentHistory",  # PaymentEvent is the timeline that people read
)
class Payment(Row):
    """One try to pay over one gateway. Its status only moves forward (`payments.transitions`)."""

    payer = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("payer"), on_delete=models.PROTECT, related_name="+"
    )
    payee_id = models.UUIDField(_("payee"), null=True, blank=True)
    purpose = models.CharField(_("purpose"), max_length=12, choices=Purpose.choices)
    target_type = models.CharField(_("kind of target"), max_length=20)
    target_id = models.UUIDField(_("target"))
    hold = models.ForeignKey(
        Hold,
        verbose_name=_("hold"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="payments",
    )
    market = models.CharField(_("market"), max_length=2, default=settings.DEFAULT_MARKET, editable=False)
    gateway = models.CharField(_("gateway"), max_length=20)
    mode = models.CharField(_("mode"), max_length=4)
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=2)
    currency = models.CharField(_("currency"), max_length=3, choices=Currency.choices)
    description = models.CharField(_("description"), max_length=200, blank=True, default="")
    status = models.CharField(
        _("status"), max_length=18, choices=PaymentStatus.choices, default=PaymentStatus.PENDING
    )
    placement = models.CharField(
        _("booked as"), max_length=8, choices=Placement.choices, blank=True, default=Placement.NOWHERE
    )
    reference = models.CharField(_("reference"), max_length=20, unique=True)
    attempt = models.PositiveSmallIntegerField(_("attempt"), default=0)
    gateway_reference = models.CharField(_("gateway's reference"), max_length=100, blank=True, default="")
    transaction = models.CharField(_("gateway's transaction"), max_length=100, blank=True, default="")
    checkout_url = models.URLField(max_length=2000, blank=True, default="")
    return_url = models.URLField(max_length=2000)
    request_key = models.CharField(max_length=255, blank=True, default="", editable=False)
    expires_at = models.DateTimeField(_("expires"))
    paid_at = models.DateTimeField(_("paid"), null=True, blank=True)
    checked_at = models.DateTimeField(_("last asked"), null=True, blank=True)
    failure_code = models.CharField(_("why it failed"), max_length=60, blank=True, default="")
    refunded_amount = models.DecimalField(_("refunded"), max_digits=14, decimal_places=2, default=ZERO)
    disputed_amount = models.DecimalField(_("disputed"), max_digits=14, decimal_places=2, default=ZERO)
    taken_from_hold = models.DecimalField(
        _("taken from the hold by the payer's bank"), max_digits=14, decimal_places=2, default=ZERO
    )
    fee = models.DecimalField(_("fee"), max_digits=14, decimal_places=2, default=ZERO)
    charged_back = models.BooleanField(_("charged back"), default=False)
    review_reason = models.CharField(_("to be looked at because"), max_length=60, blank=True, default="")

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        ordering = ("-created_at", "-id")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["gateway", "gateway_reference"],
                condition=~models.Q(gateway_reference=""),
                name="payments_one_payment_per_checkout",
            ),
            models.UniqueConstraint(
                fields=["payer", "request_key"],
                condition=~models.Q(request_key=""),
                name="payments_one_payment_per_request",
            ),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="payments_payment_positive"),
            models.CheckConstraint(
                condition=models.Q(refunded_amount__gte=0)
                & models.Q(refunded_amount__lte=models.F("amount")),
                name="payments_refunds_at_most_all",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["payer", "-created_at", "-id"], name="payments_payment_own"),
            models.Index(fields=["payee_id", "-created_at", "-id"], name="payments_payment_payee"),
            models.Index(fields=["target_type", "target_id"], name="payments_payment_target"),
            models.Index(
                fields=["transaction"],
                condition=~models.Q(transaction=""),
                name="payments_payment_transaction",
            ),
            models.Index(
                fields=["expires_at"], condition=models.Q(status="pending"), name="payments_payment_expiry"
            ),
            # What finance looks for, and what waits for finance.
            models.Index(fields=["gateway_reference"], name="payments_payment_at_gateway"),
            models.Index(fields=["target_id"], name="payments_payment_for"),
            models.Index(
                fields=["updated_at"], condition=~models.Q(review_reason=""), name="payments_payment_odd"
            ),
            models.Index(
                fields=["updated_at"], condition=models.Q(status="disputed"), name="payments_payment_disputed"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.amount} {self.currency}"

    @property
    def order_reference(self) -> str:
        """What the gateway knows it by: the reference, and which attempt at a checkout it is."""
        return reference_of_attempt(self.reference, self.attempt)

    @property
    def is_open(self) -> bool:
        """Whether it still waits for its payer."""
        return self.status == PaymentStatus.PENDING


class PaymentEvent(AppendOnly):
    """What happened to a payment: its timeline, never changed."""

    id = models.BigAutoField(primary_key=True)
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(_("what"), max_length=20, choices=EventKind.choices)
    status = models.CharField(_("status then"), max_length=18, choices=PaymentStatus.choices)
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=2, null=True, blank=True)
    source = models.CharField(_("told by"), max_length=20)
    data = models.JSONField(_("details"), default=dict, blank=True)
    created_at = models.DateTimeField(_("when"), default=clock.now, editable=False)

    class Meta:
        verbose_name = _("payment event")
        verbose_name_plural = _("payment events")
        ordering = ("id",)
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["payment", "id"], name="payments_event_timeline"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.created_at:%F %T}"
