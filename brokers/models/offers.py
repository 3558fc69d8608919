"""What somebody is ready to pay, and what is answered."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from brokers.enums import OfferState, Refundable, Side
from key2key.common.models import Row
from key2key.common.money import Currency
from key2key.common.tracking import tracked


@tracked(
    exclude=["message", "updated_at"],
)
class Offer(Row):
    """One offer of one side; a counter-offer is a row of its own that answers another."""

    listing = models.ForeignKey(
        "listings.Listing", verbose_name=_("listing"), on_delete=models.PROTECT, related_name="+"
    )
    buyer = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("buyer"), on_delete=models.PROTECT, related_name="+"
    )
    made_by = models.CharField(_("made by"), max_length=6, choices=Side.choices, default=Side.BUYER)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("author"), on_delete=models.PROTECT, related_name="+"
    )
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=2)
    currency = models.CharField(_("currency"), max_length=3, choices=Currency.choices)
    deposit_amount = models.DecimalField(_("deposit"), max_digits=14, decimal_places=2)
    refundable = models.CharField(
        _("refundable"), max_length=7, choices=Refundable.choices, default=Refundable.FULL
    )
    refundable_percent = models.PositiveSmallIntegerField(_("refundable percent"), default=100)
    message = models.TextField(_("message"), max_length=2000, blank=True, default="")
    state = models.CharField(_("state"), max_length=10, choices=OfferState.choices, default=OfferState.MADE)
    reason = models.CharField(_("reason"), max_length=500, blank=True, default="")
    expires_at = models.DateTimeField(_("valid until"))
    answers = models.OneToOneField(
        "self",
        verbose_name=_("answers"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="answer",
    )
    # Set when the deal of an accepted offer was cancelled: the listing may accept another one then.
    fell_through_at = models.DateTimeField(_("fell through"), null=True, blank=True)

    class Meta:
        ordering = ("-created_at", "-id")
        verbose_name = _("offer")
        verbose_name_plural = _("offers")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["listing"],
                condition=models.Q(state=OfferState.ACCEPTED, fell_through_at__isnull=True),
                name="brokers_one_accepted_offer",
            ),
            models.UniqueConstraint(
                fields=["listing", "buyer"],
                condition=models.Q(state=OfferState.MADE),
                name="brokers_one_open_offer_each",
            ),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="brokers_offer_positive"),
            models.CheckConstraint(
                condition=models.Q(deposit_amount__gt=0, deposit_amount__lte=models.F("amount")),
                name="brokers_offer_deposit_within",
            ),
            models.CheckConstraint(
                condition=models.Q(refundable=Refundable.FULL, refundable_percent=100)
                | models.Q(refundable=Refundable.NONE, refundable_percent=0)
                | models.Q(refundable=Refundable.PARTIAL, refundable_percent__range=(1, 99)),
                name="brokers_offer_refundable_percent",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["buyer", "-created_at", "-id"], name="brokers_offer_buyer"),
            models.Index(fields=["listing", "-created_at", "-id"], name="brokers_offer_listing"),
            models.Index(
                fields=["expires_at"],
                condition=models.Q(state=OfferState.MADE),
                name="brokers_offer_expiry",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency} ({self.state})"
