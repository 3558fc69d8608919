"""Who sells: facts that upper apps write down here, so that listings need not look up (decision 2)."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from key2key.common.models import Row
from listings.enums import SellerType

GATED = frozenset({SellerType.BROKER, SellerType.AGENCY})


class Seller(Row):
    """One row per selling person or organisation, written only by `services.sellers`."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # It goes with an organisation that has offered nothing: listings protect their seller.
    organisation = models.OneToOneField(
        "accounts.Organisation", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    type = models.CharField(_("type"), max_length=8, choices=SellerType.choices, default=SellerType.PRIVATE)
    name = models.CharField(_("name"), max_length=150)
    verified = models.BooleanField(_("verified"), default=False)
    rating = models.DecimalField(_("rating"), max_digits=3, decimal_places=2, null=True, blank=True)
    response_minutes = models.PositiveIntegerField(_("response time"), null=True, blank=True)
    may_publish_until = models.DateTimeField(_("may publish until"), null=True, blank=True)
    live_quota = models.PositiveIntegerField(_("live listings"), null=True, blank=True)
    photo_quota = models.PositiveIntegerField(_("photos per listing"), null=True, blank=True)
    suspended = models.BooleanField(_("suspended"), default=False)

    class Meta:
        verbose_name = _("seller")
        verbose_name_plural = _("sellers")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(user__isnull=False) ^ models.Q(organisation__isnull=False),
                name="listings_seller_is_one",
            ),
            models.CheckConstraint(
                condition=models.Q(rating__isnull=True) | models.Q(rating__range=(1, 5)),
                name="listings_seller_rating",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def may_publish(self, at: datetime) -> bool:
        """Whether the licence gate is open: always for private sellers, until the written day for others."""
        if self.suspended:
            return False
        if self.type not in GATED:
            return True
        return self.may_publish_until is not None and self.may_publish_until > at


class SellerCard(models.Model):
    """The seller's part of a search card as finished JSON: one narrow row, joined after the limit."""

    seller = models.OneToOneField(Seller, primary_key=True, on_delete=models.CASCADE, related_name="card")
    card = models.TextField()

    def __str__(self) -> str:
        return str(self.seller_id)
