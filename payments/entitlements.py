"""What is on sale, and what somebody has bought that runs. Writes nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from constance import config
from django.conf import settings
from django.db.models import Exists, F, Max, OuterRef, Prefetch, QuerySet

from accounts.agency import Right
from accounts.selectors import has_right, members_with
from key2key.common import clock
from key2key.common.errors import NotFound
from key2key.common.money import Money
from listings import places
from listings.enums import Kind
from listings.fees import fee_of
from listings.selectors import seller_of
from payments.enums import EntitlementState
from payments.models import Boost, ListingFee, Plan, PlanPrice, Subscription

BOOSTS = {7: "BOOST_PRICE_7", 14: "BOOST_PRICE_14", 30: "BOOST_PRICE_30"}
WARNED_BEFORE = timedelta(days=7)


@dataclass(frozen=True)
class Subscriber:
    """Whose plan it is: a person's or an organisation's."""

    user_id: UUID | None = None
    organisation_id: UUID | None = None

    @property
    def columns(self) -> dict[str, UUID | None]:
        """As filters, and as what the services of listings are told."""
        return {"user_id": self.user_id, "organisation_id": self.organisation_id}


@dataclass(frozen=True)
class PriceList:
    """All that is on sale in the market, and what is free."""

    plans: QuerySet[Plan]
    free: dict[str, int]
    boosts: list[dict[str, Any]]
    listing_fees: list[dict[str, Any]]


@dataclass(frozen=True)
class Standing:
    """What somebody may have on the market, and what they bought for it.

    `plan` is the greatest that runs, None while it is the free places; `ends_at` is its end, renewals
    counted.
    """

    plan: Plan | None
    ends_at: datetime | None
    live_quota: int
    photo_quota: int
    live_listings: int
    subscriptions: list[Subscription]


def price_list() -> PriceList:
    """What can be bought, for whoever asks."""
    return PriceList(
        plans=plans_on_sale(),
        free={**places.free_places(), "photos": int(config.PHOTO_LIMIT)},
        boosts=[
            {"days": days, "amount": price.amount, "currency": price.currency}
            for days, price in boost_prices().items()
        ],
        listing_fees=[
            {"kind": kind, "amount": fee.amount, "currency": fee.currency} for kind, fee in _fees().items()
        ],
    )


def plans_on_sale() -> QuerySet[Plan]:
    """The plans that can be bought in the market, with their prices there."""
    prices = PlanPrice.objects.filter(market=settings.DEFAULT_MARKET)
    priced = Exists(prices.filter(plan=OuterRef("pk")))
    return Plan.objects.filter(priced, is_active=True).prefetch_related(Prefetch("prices", queryset=prices))


def plan_on_sale(plan_id: UUID) -> Plan:
    """One of them. Raises NotFound."""
    found = plans_on_sale().filter(pk=plan_id).first()
    if found is None:
        raise NotFound
    return found


def price_of(plan: Plan, *, currency: str) -> Money | None:
    """What a plan on sale costs in a currency; in the base currency, or else any, when none is named."""
    amounts = {price.currency: price.amount for price in plan.prices.all()}
    wanted = currency or (settings.BASE_CURRENCY if settings.BASE_CURRENCY in amounts else min(amounts))
    return Money(amounts[wanted], wanted) if wanted in amounts else None


def boost_prices() -> dict[int, Money]:
    """What a boost costs, by days; those that are on sale."""
    amounts = {days: getattr(config, name) for days, name in BOOSTS.items()}
    return {days: Money(amount, settings.BASE_CURRENCY) for days, amount in amounts.items() if amount}


def running(subscriber: Subscriber) -> QuerySet[Subscription]:
    """What gives the subscriber places at this moment."""
    now = clock.now()
    return of(subscriber).filter(starts_at__lte=now, ends_at__gt=now)


def of(subscriber: Subscriber) -> QuerySet[Subscription]:
    """The subscriptions that run or will, the first first."""
    rows = Subscription.objects.filter(state=EntitlementState.ACTIVE, **subscriber.columns)
    return rows.select_related("plan").order_by("starts_at", "id")


def standing_of(subscriber: Subscriber) -> Standing:
    """What somebody may have on the market, with a plan or without."""
    bought, now = list(of(subscriber)), clock.now()
    current = [one for one in bought if one.starts_at and one.starts_at <= now < (one.ends_at or now)]
    best = max(current, key=lambda one: (one.live_quota, one.photo_quota), default=None)
    seller = seller_of(**subscriber.columns)
    return Standing(
        plan=best.plan if best else None,
        ends_at=max(
            (one.ends_at for one in bought if best and one.ends_at and one.plan == best.plan), default=None
        ),
        live_quota=places.quota_of(seller),
        photo_quota=seller.photo_quota or int(config.PHOTO_LIMIT),
        live_listings=places.taken_by(seller),
        subscriptions=bought,
    )


def standing_of_organisation(user: Any, *, organisation_id: UUID) -> Standing:
    """The same of an organisation, for its people who may see money. Raises NotFound."""
    if not has_right(user, organisation_id=organisation_id, right=Right.SEE_MONEY):
        raise NotFound
    return standing_of(Subscriber(organisation_id=organisation_id))


def subscriber_of(subscription: Subscription) -> Subscriber:
    """Whose it is."""
    return Subscriber(user_id=subscription.user_id, organisation_id=subscription.organisation_id)


def people_of(subscription: Subscription) -> Iterable[Any]:
    """Whom to tell of it: the person, or the organisation's people who may see money."""
    if subscription.user is not None:
        return [subscription.user]
    return members_with(subscription.organisation_id, right=Right.SEE_MONEY)  # type: ignore[arg-type]


def active_like(row: Boost | Subscription) -> QuerySet[Any]:
    """What counts or will for the same thing, this row among it: a listing's boosts, somebody's plan."""
    if isinstance(row, Boost):
        rows: QuerySet[Any] = Boost.objects.filter(listing_id=row.listing_id)
    else:
        rows = Subscription.objects.filter(plan_id=row.plan_id, **subscriber_of(row).columns)
    return rows.filter(state=EntitlementState.ACTIVE).order_by("starts_at", "id")


def last_end_like(row: Boost | Subscription) -> datetime | None:
    """When the last of them ends."""
    found: datetime | None = active_like(row).exclude(pk=row.pk).aggregate(last=Max("ends_at"))["last"]
    return found


def boosted_until(listing_id: UUID) -> datetime | None:
    """Until when a listing's boosts last, one after the other."""
    rows = Boost.objects.filter(listing_id=listing_id, state=EntitlementState.ACTIVE)
    found: datetime | None = rows.aggregate(last=Max("ends_at"))["last"]
    return found


def has_newer_fee(fee: ListingFee) -> bool:
    """Whether another fee was paid for the listing since."""
    later = ListingFee.objects.filter(listing=fee.listing, state=EntitlementState.ACTIVE)
    return later.filter(created_at__gt=fee.created_at).exclude(pk=fee.pk).exists()


def due(model: type[Boost] | type[Subscription]) -> QuerySet[Any]:
    """What has ended by the clock and does not say so yet, the first first."""
    rows: QuerySet[Any] = model._default_manager.filter(
        state=EntitlementState.ACTIVE, ends_at__lte=clock.now()
    )
    return rows.order_by("ends_at")


def subscriptions_to_warn_of() -> QuerySet[Subscription]:
    """Plans that end soon, were not renewed, and whose people were not told."""
    now = clock.now()
    renewed = Subscription.objects.filter(
        state=EntitlementState.ACTIVE,
        plan=OuterRef("plan"),
        user__isnull=False,
        user=OuterRef("user"),
        ends_at__gt=OuterRef("ends_at"),
    )
    renewed_together = Subscription.objects.filter(
        state=EntitlementState.ACTIVE,
        plan=OuterRef("plan"),
        organisation=OuterRef("organisation"),
        ends_at__gt=OuterRef("ends_at"),
    )
    return (
        Subscription.objects.filter(
            state=EntitlementState.ACTIVE,
            warned_at__isnull=True,
            ends_at__lte=now + WARNED_BEFORE,
            ends_at__gt=now,
        )
        .exclude(Exists(renewed))
        .exclude(Exists(renewed_together))
        .order_by(F("ends_at"))
    )


def _fees() -> dict[str, Money]:
    fees = {str(kind): fee_of(kind) for kind in Kind.values}
    return {kind: fee for kind, fee in fees.items() if fee is not None}
