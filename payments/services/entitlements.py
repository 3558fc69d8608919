"""What payments for services begin, and what ends it: the clock, a full refund, the payer's bank.

A payment buys one row: a boost, a subscription, a listing fee. It is written with the payment and begins in
the transaction that books the money; where it can no longer begin, the money is the payer's and goes back.
It counts as long as the money does. Bought again, the same thing follows on the end of what is there.
Several plans run side by side, and the greatest counts.

Locks: the payment, then the listing, or the seller's listings and the seller; these rows after them.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from key2key.common import audit, batches, clock
from listings import selectors as listing_selectors
from listings.enums import PUBLIC
from listings.services import (
    SellerFacts,
    boost_listing,
    lose_fee,
    open_organisation_seller,
    open_private_seller,
    set_seller_facts,
    take_fee,
)
from notifications.services import notify
from payments import entitlements, selectors
from payments.entitlements import Subscriber
from payments.enums import EntitlementState, PaymentStatus, Placement, Purpose
from payments.models import Boost, ListingFee, Payment, Plan, Subscription
from payments.targets import Wish

COUNTING = frozenset({PaymentStatus.SUCCEEDED, PaymentStatus.PARTIALLY_REFUNDED})
QUOTAS = frozenset({"live_quota", "photo_quota"})
AT_ONCE = 500


def note_order(payment: Payment, *, wish: Wish) -> None:
    """Write down what a payment that was just made buys; nothing for a deposit."""
    if payment.purpose == Purpose.BOOST:
        days: Any = wish.days  # judged by the quote
        Boost.objects.create(payment=payment, listing_id=payment.target_id, days=days, created_at=clock.now())
    elif payment.purpose == Purpose.LISTING_FEE:
        ListingFee.objects.create(payment=payment, listing_id=payment.target_id, created_at=clock.now())
    elif payment.purpose == Purpose.SUBSCRIPTION:
        plan = Plan.objects.get(pk=payment.target_id)
        Subscription.objects.create(
            payment=payment,
            plan=plan,
            user_id=None if wish.organisation else payment.payer_id,
            organisation_id=wish.organisation,
            days=plan.period_days,
            live_quota=plan.live_quota,
            photo_quota=plan.photo_quota,
            created_at=clock.now(),
        )


def begin(payment: Payment) -> bool:
    """Let begin what a locked payment buys, now that its money is there.

    False when it cannot: the listing has left the market, its fee is not awaited any more.
    """
    row = _bought_by(payment)
    return row is None or _BEGIN[type(row)](row)


@transaction.atomic
def follow_payment(*, payment_id: UUID) -> None:
    """Let what a payment bought count just as long as its money does; safe to repeat.

    All of it refunded, or taken back by the payer's bank: it is over. A chargeback that was won lets it go
    on with the time that was left. Locks the payment, then as this module says. Raises NotFound.
    """
    payment = selectors.lock_payment(payment_id)
    row = _bought_by(payment)
    if row is None:
        return
    counts = payment.placement == Placement.REVENUE and payment.status in COUNTING
    if counts and row.state == EntitlementState.CANCELLED:
        _RESUME[type(row)](row)
    elif not counts and row.state == EntitlementState.ACTIVE:
        _CANCEL[type(row)](row)


def end_due() -> int:
    """End boosts and subscriptions whose time is over, each in a transaction of its own. Returns how many."""
    boosts = entitlements.due(Boost).values_list("pk", flat=True)[:AT_ONCE]
    ended = batches.each_alone(list(boosts), deed=_end_boost)
    subscriptions = entitlements.due(Subscription).values_list("pk", flat=True)[:AT_ONCE]
    return ended + batches.each_alone(list(subscriptions), deed=_end_subscription)


def warn_of_end() -> int:
    """Tell those whose plan ends within seven days and was not renewed, once. Returns how many plans."""
    ids = entitlements.subscriptions_to_warn_of().values_list("pk", flat=True)[:AT_ONCE]
    return batches.each_alone(list(ids), deed=_warn)


def _bought_by(payment: Payment) -> Any:
    """The row that a payment buys; None for a deposit."""
    model = _BOUGHT_WITH.get(payment.purpose)
    return model.objects.filter(payment=payment).first() if model else None


def _begin_boost(boost: Boost) -> bool:
    listing = listing_selectors.lock_listing(boost.listing_id)
    if listing.status not in PUBLIC:
        return False
    _start(boost, left=timedelta(days=boost.days))
    _show_boost(boost)
    _tell_of_boost(boost, kind="boost_started")
    return True


def _begin_subscription(subscription: Subscription) -> bool:
    _hold(entitlements.subscriber_of(subscription))
    _start(subscription, left=timedelta(days=subscription.days))
    _give_places(entitlements.subscriber_of(subscription))
    return True


def _begin_fee(fee: ListingFee) -> bool:
    if fee.listing_id is None or not take_fee(listing_id=fee.listing_id):
        return False
    _move(fee, to=EntitlementState.ACTIVE)
    return True


def _cancel_boost(boost: Boost) -> None:
    listing_selectors.lock_listing(boost.listing_id)
    _move(boost, to=EntitlementState.CANCELLED, ended_at=clock.now())
    _close_gaps(boost)
    _show_boost(boost)


def _cancel_subscription(subscription: Subscription) -> None:
    _hold(entitlements.subscriber_of(subscription))
    _move(subscription, to=EntitlementState.CANCELLED, ended_at=clock.now())
    _close_gaps(subscription)
    _give_places(entitlements.subscriber_of(subscription))
    _tell_of_plan(subscription, kind="plan_ended")


def _cancel_fee(fee: ListingFee) -> None:
    _move(fee, to=EntitlementState.CANCELLED)
    if fee.listing_id is not None and not entitlements.has_newer_fee(fee):
        lose_fee(listing_id=fee.listing_id)


def _resume_boost(boost: Boost) -> None:
    listing_selectors.lock_listing(boost.listing_id)
    _start(boost, left=_left(boost))
    _show_boost(boost)


def _resume_subscription(subscription: Subscription) -> None:
    _hold(entitlements.subscriber_of(subscription))
    _start(subscription, left=_left(subscription))
    _give_places(entitlements.subscriber_of(subscription))


def _resume_fee(fee: ListingFee) -> None:
    """The listing may have left the market meanwhile: then it counts for nothing."""
    _move(fee, to=EntitlementState.ACTIVE)
    if fee.listing_id is not None:
        take_fee(listing_id=fee.listing_id)


@transaction.atomic
def _end_boost(boost_id: UUID) -> bool:
    known = Boost.objects.get(pk=boost_id)
    listing_selectors.lock_listing(known.listing_id)
    boost = entitlements.due(Boost).filter(pk=boost_id).first()
    if boost is None:
        return False
    _move(boost, to=EntitlementState.ENDED, ended_at=clock.now())
    _show_boost(boost)
    if not entitlements.active_like(boost).exists():
        _tell_of_boost(boost, kind="boost_ended")
    return True


@transaction.atomic
def _end_subscription(subscription_id: UUID) -> bool:
    subscriber = entitlements.subscriber_of(Subscription.objects.get(pk=subscription_id))
    _hold(subscriber)
    subscription = entitlements.due(Subscription).filter(pk=subscription_id).first()
    if subscription is None:
        return False
    _move(subscription, to=EntitlementState.ENDED, ended_at=clock.now())
    _give_places(subscriber)
    if not entitlements.active_like(subscription).exists():
        _tell_of_plan(subscription, kind="plan_ended")
    return True


@transaction.atomic
def _warn(subscription_id: UUID) -> bool:
    rows = Subscription.objects.select_for_update(no_key=True)
    subscription = rows.get(pk=subscription_id)
    if not entitlements.subscriptions_to_warn_of().filter(pk=subscription_id).exists():
        return False
    subscription.warned_at = clock.now()
    subscription.save(update_fields=["warned_at", "updated_at"])
    _tell_of_plan(subscription, kind="plan_expiring")
    return True


def _start(row: Boost | Subscription, *, left: timedelta) -> None:
    """Let it count from now, or from the end of what is there of the same thing."""
    starts_at = max(clock.now(), entitlements.last_end_like(row) or clock.now())
    _move(row, to=EntitlementState.ACTIVE, starts_at=starts_at, ends_at=starts_at + left, ended_at=None)


def _left(row: Boost | Subscription) -> timedelta:
    """What was left of its time when it was cancelled."""
    if row.ends_at is None or row.starts_at is None or row.ended_at is None:
        return timedelta(0)
    return max(row.ends_at - max(row.starts_at, row.ended_at), timedelta(0))


def _close_gaps(gone: Boost | Subscription) -> None:
    """What followed on the row that is gone moves up: nobody pays for a time that is not theirs."""
    free = clock.now()
    for row in entitlements.active_like(gone):
        if row.starts_at > free:
            _move(row, to=row.state, starts_at=free, ends_at=free + (row.ends_at - row.starts_at))
        free = max(free, row.ends_at)


def _move(row: Any, *, to: str, **values: Any) -> None:
    for name, value in {**values, "state": to}.items():
        setattr(row, name, value)
    row.save(update_fields=[*values, "state", "updated_at"])
    audit.record(actor=None, action=f"{row._meta.model_name}.{to}", subject=row)


def _show_boost(boost: Boost) -> None:
    boost_listing(listing_id=boost.listing_id, until=entitlements.boosted_until(boost.listing_id))


def _hold(subscriber: Subscriber) -> None:
    """Lock the subscriber's listings, then the seller: whoever changes their places holds these."""
    if subscriber.organisation_id is not None:
        seller = open_organisation_seller(subscriber.organisation_id)
    else:
        seller = open_private_seller(subscriber.user_id)  # type: ignore[arg-type]
    list(listing_selectors.lock_listings_of(seller.pk))
    listing_selectors.lock_seller(seller.pk)


def _give_places(subscriber: Subscriber) -> None:
    """Write down what the plans that run give; without one it is the free places again."""
    most = (
        entitlements.running(subscriber)
        .order_by()
        .aggregate(live=Max("live_quota"), photos=Max("photo_quota"))
    )
    facts = SellerFacts(live_quota=most["live"], photo_quota=most["photos"])
    set_seller_facts(
        **subscriber.columns, facts=facts if most["live"] is not None else SellerFacts(unknown=QUOTAS)
    )


def _tell_of_boost(boost: Boost, *, kind: str) -> None:
    listing = boost.listing
    until = listing_until.isoformat() if (listing_until := entitlements.boosted_until(listing.pk)) else ""
    data = {"title": listing.title, "until": until, "link": f"/listings/{listing.pk}"}
    notify(kind=kind, user=boost.payment.payer, data=data)


def _tell_of_plan(subscription: Subscription, *, kind: str) -> None:
    ends_on = subscription.ends_at.isoformat() if subscription.ends_at else ""
    for person in entitlements.people_of(subscription):
        name = subscription.plan.name_in(person.language)
        organisation = subscription.organisation.name if subscription.organisation else ""
        data = {"plan": name, "organisation": organisation, "ends_on": ends_on, "link": "/plans"}
        notify(kind=kind, user=person, data=data)


_BOUGHT_WITH: dict[str, Any] = {
    Purpose.BOOST: Boost, Purpose.SUBSCRIPTION: Subscription, Purpose.LISTING_FEE: ListingFee
}  # fmt: skip
_BEGIN: dict[type, Callable[[Any], bool]] = {
    Boost: _begin_boost, Subscription: _begin_subscription, ListingFee: _begin_fee
}  # fmt: skip
_CANCEL: dict[type, Callable[[Any], None]] = {
    Boost: _cancel_boost, Subscription: _cancel_subscription, ListingFee: _cancel_fee
}  # fmt: skip
_RESUME: dict[type, Callable[[Any], None]] = {
    Boost: _resume_boost, Subscription: _resume_subscription, ListingFee: _resume_fee
}  # fmt: skip
