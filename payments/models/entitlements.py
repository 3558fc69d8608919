"""What payments buy: plans with more places, a boost for a listing, a place on the market."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from key2key.common.currency import Currency
from key2key.common.models import Row
from key2key.common.tracking import tracked
from payments.enums import EntitlementState
from payments.models.payments import Payment

ACTIVE = models.Q(state=EntitlementState.ACTIVE)
HAS_ITS_TIME = models.Q(state=EntitlementState.WAITING) | models.Q(
    starts_at__isnull=False, ends_at__gte=models.F("starts_at")
)


@tracked(
    exclude=["updated_at"],
)
class Plan(Row):
    """More places for so many days. Reference data: staff edit it; who has bought it keeps what they bought.

    Without a price in a market it is not on sale there.
    """

    code = models.SlugField(_("code"), max_length=30, unique=True)
    name_en = models.CharField(_("English name"), max_length=60)
    name_am = models.CharField(_("Amharic name"), max_length=60)
    live_quota = models.PositiveIntegerField(_("live listings"), validators=[MinValueValidator(1)])
    photo_quota = models.PositiveIntegerField(_("photos per listing"), validators=[MinValueValidator(1)])
    period_days = models.PositiveSmallIntegerField(_("days"), default=30, validators=[MinValueValidator(1)])
    is_active = models.BooleanField(_("on sale"), default=True)
    order = models.PositiveSmallIntegerField(_("place in the list"), default=0)

    class Meta:
        verbose_name = _("plan")
        verbose_name_plural = _("plans")
        ordering = ("order", "code")

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """In the language of the moment."""
        return self.name_in(get_language() or "en")

    def name_in(self, language: str) -> str:
        """In a language, else in English."""
        return self.name_am if language == "am" else self.name_en


@tracked(
    exclude=["updated_at"],
)
class PlanPrice(Row):
    """What a plan costs in a market, in one of its currencies."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="prices")
    market = models.CharField(_("market"), max_length=2, default=settings.DEFAULT_MARKET)
    currency = models.CharField(_("currency"), max_length=3, choices=Currency.choices)
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=2)

    class Meta:
        verbose_name = _("price of a plan")
        verbose_name_plural = _("prices of plans")
        ordering = ("market", "currency")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["plan", "market", "currency"],
                name="payments_one_price_per_currency",
                violation_error_message=_("The plan already has a price in this currency in this market."),
            ),
            models.CheckConstraint(
                condition=models.Q(amount__gt=0),
                name="payments_plan_price_positive",
                violation_error_message=_("It must be more than zero."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"


class Entitlement(Row):
    """What one payment buys; written with the payment, begun when that has succeeded.

    It counts from `starts_at` to `ends_at` while it is active. Written only by `payments.services`.
    """

    payment = models.OneToOneField(
        Payment, verbose_name=_("payment"), on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField(
        _("state"), max_length=9, choices=EntitlementState.choices, default=EntitlementState.WAITING
    )
    days = models.PositiveSmallIntegerField(_("days"))
    starts_at = models.DateTimeField(_("from"), null=True, blank=True)
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        abstract = True


@tracked(
    exclude=["updated_at"],
)
class Subscription(Entitlement):
    """A plan that somebody bought for themselves or for their organisation, as it was on that day."""

    plan = models.ForeignKey(Plan, verbose_name=_("plan"), on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    organisation = models.ForeignKey(
        "accounts.Organisation",
        verbose_name=_("organisation"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    live_quota = models.PositiveIntegerField(_("live listings"))
    photo_quota = models.PositiveIntegerField(_("photos per listing"))
    warned_at = models.DateTimeField(_("warned"), null=True, blank=True)

    class Meta:
        verbose_name = _("subscription")
        verbose_name_plural = _("subscriptions")
        ordering = ("-created_at", "-id")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(user__isnull=False) ^ models.Q(organisation__isnull=False),
                name="payments_subscription_is_ones",
            ),
            models.CheckConstraint(condition=HAS_ITS_TIME, name="payments_subscription_has_its_time"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["user", "ends_at"], name="payments_subscription_user"),
            models.Index(fields=["organisation", "ends_at"], name="payments_subscription_org"),
            models.Index(fields=["ends_at"], condition=ACTIVE, name="payments_subscription_due"),
        ]

    def __str__(self) -> str:
        return f"{self.plan} {self.state}"


@tracked(
    exclude=["updated_at"],
)
class Boost(Entitlement):
    """A better place for a listing, for some days."""

    listing = models.ForeignKey(
        "listings.Listing", verbose_name=_("listing"), on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("boost")
        verbose_name_plural = _("boosts")
        ordering = ("-created_at", "-id")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=HAS_ITS_TIME, name="payments_boost_has_its_time"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["listing", "ends_at"], name="payments_boost_listing"),
            models.Index(fields=["ends_at"], condition=ACTIVE, name="payments_boost_due"),
        ]

    def __str__(self) -> str:
        return f"{self.days} {self.state}"


@tracked(
    exclude=["updated_at"],
)
class ListingFee(Row):
    """What was paid for a listing's period on the market. A draft may be deleted; its fee stays."""

    payment = models.OneToOneField(
        Payment, verbose_name=_("payment"), on_delete=models.PROTECT, related_name="+"
    )
    listing = models.ForeignKey(
        "listings.Listing", verbose_name=_("listing"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    state = models.CharField(
        _("state"), max_length=9, choices=EntitlementState.choices, default=EntitlementState.WAITING
    )

    class Meta:
        verbose_name = _("listing fee")
        verbose_name_plural = _("listing fees")
        ordering = ("-created_at", "-id")

    def __str__(self) -> str:
        return f"{self.payment_id} {self.state}"
