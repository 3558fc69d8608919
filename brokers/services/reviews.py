"""Reviews: only between the sides of a completed deal, once each, neither sees the other's first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from uuid import UUID

from constance import config
from django.db import IntegrityError, transaction
from django.db.models import Avg, Count
from django.utils.translation import gettext_lazy as _

from accounts.agency import Right
from brokers import selectors
from brokers.deal_steps import reviews_end_at
from brokers.enums import DealState, ReviewState, Side
from brokers.events import ReviewsPublished
from brokers.models import Broker, Deal, Review, ReviewReport
from key2key.common import audit, batches, clock
from key2key.common.errors import Conflict, Fault, IllegalTransition, InvalidInput, NotAllowed
from key2key.common.events import publish
from listings.rules import without_contact
from listings.selectors import lock_seller, seller_people
from listings.services import (
    SellerFacts,
    open_organisation_seller,
    open_private_seller,
    set_seller_facts,
)
from notifications.services import notify

REMIND_BEFORE = timedelta(days=3)
HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True)
class Verdict:
    """What one side says: one to five, single scores by name, words."""

    rating: int
    sub_scores: Mapping[str, int] = field(default_factory=dict)
    text: str = ""


@transaction.atomic
def write_review(*, deal_id: UUID, by: Any, verdict: Verdict) -> Review:
    """Say what one thinks of the other side. Hidden until both have, or the time is over.

    Links, addresses and phones are taken out of the words. Locks the deal, and when both have written the
    profile and the seller. Raises NotFound, Conflict ("deal_not_completed", "review_time_over",
    "review_exists").
    """
    deal = selectors.lock_seen_deal(by, deal_id=deal_id)
    end = reviews_end_at(deal)
    if deal.state != DealState.COMPLETED or end is None:
        raise Conflict("deal_not_completed", _("Only a completed deal is reviewed."))
    if clock.now() >= end:
        raise Conflict("review_time_over", _("The time to review this deal is over."))
    review = _create(deal, by=by, verdict=verdict)
    audit.record(actor=by, action="review.written", subject=review)
    if Review.objects.filter(deal=deal).count() == len(Side):
        _publish(deal)
    review.refresh_from_db()
    return review


@transaction.atomic
def reply(*, review_id: UUID, by: Any, text: str) -> Review:
    """Answer a published review about oneself, once. Contact data is taken out of the words.

    Locks the review. Raises NotFound, Conflict ("reply_exists").
    """
    review = selectors.lock_review_about(by, review_id=review_id)
    if review.reply:
        raise Conflict("reply_exists", _("You have replied already."))
    review.reply, review.replied_at = without_contact(text), clock.now()
    review.save(update_fields=["reply", "replied_at", "updated_at"])
    audit.record(actor=by, action="review.replied", subject=review)
    return review


@transaction.atomic
def report(*, review_id: UUID, by: Any, reason: str, text: str = "") -> ReviewReport:
    """Ask staff to look at a published review. A repeat changes nothing. Raises NotFound."""
    review = selectors.published_review(review_id)
    made, is_new = ReviewReport.objects.get_or_create(
        review=review, reporter=by, defaults={"reason": reason, "text": text}
    )
    if is_new:
        audit.record(actor=by, action="review.reported", subject=review, reason=reason)
    return made


@transaction.atomic
def judge_review(*, review_id: UUID, by: Any, hide: bool, reason: str) -> Review:
    """What staff make of a review: it is hidden, or stays, or is shown again; its reports are settled.

    Locks the review, then the profile and the seller. Raises NotFound, NotAllowed ("own_review"),
    InvalidInput without a reason, Conflict ("illegal_transition").
    """
    review = selectors.lock_review(review_id)
    if by.pk in {review.author_id, review.subject_id}:
        raise NotAllowed("own_review", _("Nobody judges a review that concerns them."))
    if not reason.strip():
        raise InvalidInput(faults=[Fault("/reason", "required", _("Say why."))])
    if review.state not in ({ReviewState.PUBLISHED} if hide else {ReviewState.PUBLISHED, ReviewState.HIDDEN}):
        raise IllegalTransition(status_now=review.state, allowed=[])
    review.state = ReviewState.HIDDEN if hide else ReviewState.PUBLISHED
    review.state_reason = reason.strip()
    review.save(update_fields=["state", "state_reason", "updated_at"])
    review.reports.filter(settled_at__isnull=True).update(settled_at=clock.now())
    audit.record(
        actor=by,
        action="review.hidden" if hide else "review.shown",
        subject=review,
        reason=review.state_reason,
    )
    _refresh_figures(review.deal)
    return review


def publish_due() -> int:
    """Publish what was written of deals whose time to review is over. Returns of how many deals."""
    return batches.each_alone(list(selectors.deals_to_publish(before=_window_begin())), deed=_publish_deal)


def remind_due() -> int:
    """Remind each side that has not written yet, once, some days before the time is over."""
    begin = _window_begin()
    rows = selectors.deals_to_remind(after=begin, before=begin + REMIND_BEFORE)
    return batches.each_alone(list(rows), deed=_remind)


def advance_reviews() -> int:
    """What the clock does to reviews: remind of them, and publish them. Returns of how many deals."""
    return remind_due() + publish_due()


@transaction.atomic
def count_deals_of(user_id: UUID) -> None:
    """Write on a professional's profile how many deals they completed. Locks the profile."""
    broker = Broker.objects.select_for_update().filter(user_id=user_id).first()
    if broker is not None:
        broker.closed_deals = Deal.objects.filter(owner_id=user_id, state=DealState.COMPLETED).count()
        broker.save(update_fields=["closed_deals", "updated_at"])


def _window_begin() -> datetime:
    return clock.now() - timedelta(days=int(config.REVIEW_DAYS))


def _create(deal: Deal, *, by: Any, verdict: Verdict) -> Review:
    side = selectors.side_of(deal, by)
    subject = deal.owner if side == Side.BUYER else deal.buyer
    try:
        with transaction.atomic():
            return Review.objects.create(
                deal=deal,
                author=by,
                subject=subject,
                organisation=deal.organisation if side == Side.BUYER else None,
                side=side,
                rating=verdict.rating,
                sub_scores=dict(verdict.sub_scores),
                text=without_contact(verdict.text),
            )
    except IntegrityError as error:
        raise Conflict("review_exists", _("Your side has reviewed this deal already.")) from error


@transaction.atomic
def _publish_deal(deal_id: UUID) -> bool:
    return _publish(selectors.lock_deal(deal_id))


def _publish(deal: Deal) -> bool:
    waiting = Review.objects.filter(deal=deal, state=ReviewState.PENDING)
    if not waiting.update(state=ReviewState.PUBLISHED, published_at=clock.now(), updated_at=clock.now()):
        return False
    _refresh_figures(deal)
    for person in [deal.buyer, *seller_people(deal.listing, right=Right.DEAL)]:
        notify(
            kind="reviews_published",
            user=person,
            data={"listing": deal.listing.title, "link": f"/deals/{deal.pk}"},
        )
    publish(ReviewsPublished(deal_id=deal.pk))
    return True


@transaction.atomic
def _remind(deal_id: UUID) -> bool:
    deal = selectors.lock_deal(deal_id)
    end = reviews_end_at(deal)
    if deal.review_reminded_at is not None or end is None:
        return False
    deal.review_reminded_at = clock.now()
    deal.save(update_fields=["review_reminded_at", "updated_at"])
    written = set(Review.objects.filter(deal=deal).values_list("side", flat=True))
    people = [] if Side.BUYER in written else [deal.buyer]
    people += [] if Side.SELLER in written else seller_people(deal.listing, right=Right.DEAL)
    for person in people:
        notify(
            kind="review_due",
            user=person,
            data={
                "listing": deal.listing.title,
                "deadline": end.isoformat(),
                "link": f"/deals/{deal.pk}",
            },
        )
    return True


def _refresh_figures(deal: Deal) -> None:
    """Rating and number of what is published of the seller's side, counted under the locks."""
    _refresh_person(deal.owner_id)
    if deal.organisation_id is not None:
        lock_seller(open_organisation_seller(deal.organisation_id).pk)
        rating, _count = _figures(organisation_id=deal.organisation_id)
        set_seller_facts(organisation_id=deal.organisation_id, facts=_rated(rating))


def _refresh_person(user_id: UUID) -> None:
    broker = Broker.objects.select_for_update().filter(user_id=user_id).first()
    lock_seller(open_private_seller(user_id).pk)
    rating, count = _figures(subject_id=user_id)
    if broker is not None:
        broker.rating, broker.reviews_count = rating, count
        broker.save(update_fields=["rating", "reviews_count", "updated_at"])
    set_seller_facts(user_id=user_id, facts=_rated(rating))


def _figures(**whose: UUID) -> tuple[Decimal | None, int]:
    shown = Review.objects.filter(state=ReviewState.PUBLISHED, **whose)
    figures = shown.aggregate(mean=Avg("rating"), count=Count("pk"))
    mean = figures["mean"]
    return (
        Decimal(mean).quantize(HUNDREDTH, rounding=ROUND_HALF_UP) if mean is not None else None,
        figures["count"],
    )


def _rated(rating: Decimal | None) -> SellerFacts:
    return SellerFacts(rating=rating) if rating is not None else SellerFacts(unknown=frozenset({"rating"}))
