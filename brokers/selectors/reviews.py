"""Who may read which review, and the locks."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from brokers.enums import DealState, ReviewState, Side
from brokers.models import Deal, Review
from brokers.selectors.profiles import public_broker
from key2key.common.errors import NotFound

_SHOWN = Q(state=ReviewState.PUBLISHED)


def reviews_about(user_id: UUID) -> QuerySet[Review]:
    """What everybody may read of what others said of a person."""
    return _with_names(Review.objects.filter(_SHOWN, subject_id=user_id)).order_by("-published_at", "-id")


def reviews_about_broker(broker_id: UUID) -> QuerySet[Review]:
    """The same of a professional whom everybody may see. Raises NotFound."""
    return reviews_about(public_broker(broker_id).user_id)


def published_review(review_id: UUID) -> Review:
    """One that everybody may read. Raises NotFound."""
    return _one(Review.objects.filter(_SHOWN, pk=review_id))


def lock_review_about(user: Any, *, review_id: UUID) -> Review:
    """A published review about this person, locked. Raises NotFound."""
    return _one(Review.objects.filter(_SHOWN, subject=user, pk=review_id).select_for_update(of=("self",)))


def lock_review(review_id: UUID) -> Review:
    """Any review, locked: for staff. Raises NotFound."""
    return _one(Review.objects.filter(pk=review_id).select_for_update(of=("self",)))


def deals_to_publish(*, before: datetime) -> QuerySet[Deal, UUID]:
    """Completed deals whose time to review is over while a review still waits."""
    rows = Deal.objects.filter(ended_at__lte=before, reviews__state=ReviewState.PENDING)
    return rows.order_by("pk").values_list("pk", flat=True).distinct()


def deals_to_remind(*, after: datetime, before: datetime) -> QuerySet[Deal, UUID]:
    """Deals completed between the two, of which nobody was reminded and not both sides have written."""
    done = Deal.objects.filter(
        state=DealState.COMPLETED, ended_at__gt=after, ended_at__lte=before, review_reminded_at__isnull=True
    )
    rows = done.annotate(written=Count("reviews")).filter(written__lt=len(Side))
    return rows.order_by("pk").values_list("pk", flat=True)


def _with_names(rows: QuerySet[Review]) -> QuerySet[Review]:
    return rows.select_related("author", "deal__listing")


def _one(rows: QuerySet[Review]) -> Review:
    found = rows.select_related("deal__listing", "author").first()
    if found is None:
        raise NotFound
    return found
