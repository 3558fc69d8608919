"""The moderators' queue: what waits, since when, and what comes next."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from key2key.common.plugins import HomeCounter
from listings.enums import Status
from listings.models import ReviewItem


def queue() -> QuerySet[ReviewItem]:
    """What waits for review, the longest waiting first."""
    return ReviewItem.objects.filter(status=Status.PENDING_REVIEW).order_by("submitted_at", "id")


def length() -> int:
    """How many wait."""
    return queue().count()


def oldest() -> datetime | None:
    """Since when the first of them waits."""
    return queue().values_list("submitted_at", flat=True).first()


def badge(request: Any) -> str:
    """The number beside the queue's name in the sidebar."""
    return str(length())


def next_after(item: ReviewItem, *, by: Any) -> ReviewItem | None:
    """What this moderator looks at after `item`: the next one that is not their own, else the first."""
    others = queue().exclude(pk=item.pk).exclude(owner=by)
    later = Q(submitted_at__gt=item.submitted_at) | Q(submitted_at=item.submitted_at, pk__gt=item.pk)
    return others.filter(later).first() or others.first()


COUNTER = HomeCounter(
    label=_("Listings to review"),
    url="admin:listings_reviewitem_changelist",
    count=length,
    permission="listings.view_reviewitem",
    oldest=oldest,
)
