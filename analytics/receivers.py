"""What analytics hear: one line each."""

from __future__ import annotations

from decimal import Decimal

from accounts.events import UserRegistered
from analytics import services
from analytics.enums import EventKind
from brokers.events import (
    DealCancelled,
    DealCompleted,
    DealDepositHeld,
    DealDisputed,
    DealOpened,
    LeadAnswered,
    LeadOpened,
    OfferAccepted,
    OfferMade,
    ReviewsPublished,
    ViewingCancelled,
    ViewingConfirmed,
)
from key2key.common.events import on
from listings.events import ListingClosed, ListingPublished
from payments.events import PaymentFailed, PaymentSucceeded, RefundSucceeded


@on(UserRegistered)
def somebody_registered(event: UserRegistered) -> None:
    """Count it."""
    services.note(EventKind.USER_REGISTERED)


@on(ListingPublished)
def listing_published(event: ListingPublished) -> None:
    """Count it."""
    services.note(EventKind.LISTING_PUBLISHED, listing_id=event.listing_id)


@on(ListingClosed)
def listing_closed(event: ListingClosed) -> None:
    """Count it."""
    services.note(EventKind.LISTING_CLOSED, listing_id=event.listing_id)


@on(LeadOpened)
def lead_opened(event: LeadOpened) -> None:
    """Count it."""
    services.note(EventKind.LEAD_OPENED, listing_id=event.listing_id)


@on(LeadAnswered)
def lead_answered(event: LeadAnswered) -> None:
    """Count it, with the minutes."""
    services.note(EventKind.LEAD_ANSWERED, listing_id=event.listing_id, value=event.minutes)


@on(ViewingConfirmed)
def viewing_confirmed(event: ViewingConfirmed) -> None:
    """Count it."""
    services.note(EventKind.VIEWING_CONFIRMED, listing_id=event.listing_id)


@on(ViewingCancelled)
def viewing_cancelled(event: ViewingCancelled) -> None:
    """Count it."""
    services.note(EventKind.VIEWING_CANCELLED, listing_id=event.listing_id)


@on(OfferMade)
def offer_made(event: OfferMade) -> None:
    """Count it."""
    services.note(EventKind.OFFER_MADE, listing_id=event.listing_id)


@on(OfferAccepted)
def offer_accepted(event: OfferAccepted) -> None:
    """Count it."""
    services.note(EventKind.OFFER_ACCEPTED, listing_id=event.listing_id)


@on(DealOpened)
def deal_opened(event: DealOpened) -> None:
    """Count it."""
    services.note(EventKind.DEAL_OPENED, listing_id=event.listing_id)


@on(DealDepositHeld)
def deal_deposit_held(event: DealDepositHeld) -> None:
    """Count it."""
    services.note(EventKind.DEAL_DEPOSIT_HELD, listing_id=event.listing_id)


@on(DealCompleted)
def deal_completed(event: DealCompleted) -> None:
    """Count it, with the price."""
    services.note(EventKind.DEAL_COMPLETED, listing_id=event.listing_id, value=Decimal(event.amount))


@on(DealCancelled)
def deal_cancelled(event: DealCancelled) -> None:
    """Count it."""
    services.note(EventKind.DEAL_CANCELLED, listing_id=event.listing_id)


@on(DealDisputed)
def deal_disputed(event: DealDisputed) -> None:
    """Count it."""
    services.note(EventKind.DEAL_DISPUTED, listing_id=event.listing_id)


@on(PaymentSucceeded)
def payment_succeeded(event: PaymentSucceeded) -> None:
    """Count it, with the amount."""
    services.note(EventKind.PAYMENT_SUCCEEDED, value=event.amount)


@on(PaymentFailed)
def payment_failed(event: PaymentFailed) -> None:
    """Count it."""
    services.note(EventKind.PAYMENT_FAILED, value=event.amount)


@on(RefundSucceeded)
def refund_succeeded(event: RefundSucceeded) -> None:
    """Count it, with the amount."""
    services.note(EventKind.REFUND_SUCCEEDED, value=event.amount)


@on(ReviewsPublished)
def reviews_published(event: ReviewsPublished) -> None:
    """Count them."""
    services.note(EventKind.REVIEWS_PUBLISHED)
