"""Lets what is done now have been done days ago: by the clock of the rules, and in the dates of the rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta

from django.db.models import Model
from django.utils import timezone

from brokers.models import (
    Deal,
    DealEvidence,
    DealPaper,
    HandoverCode,
    Lead,
    LeadNote,
    Offer,
    Review,
    Viewing,
    ViewingSlot,
)
from chat.models import Conversation
from key2key.common import clock
from key2key.common.events import deliver_waiting
from listings.models import Listing
from notifications.models import Notification

# Where each model keeps its listing. When a row was written last it says by real time.
DATED: Mapping[type[Model], str] = {
    Conversation: "listing",
    Lead: "listing",
    LeadNote: "lead__listing",
    ViewingSlot: "listing",
    Viewing: "listing",
    Offer: "listing",
    Deal: "listing",
    DealPaper: "deal__listing",
    HandoverCode: "deal__listing",
    DealEvidence: "deal__listing",
    Review: "deal__listing",
}
READ_AFTER, READING = timedelta(days=2), timedelta(hours=3)


@contextmanager
def days_ago(days: float, *, listing: Listing) -> Iterator[None]:
    """What is done inside about the listing was done so many days ago, and what follows from it.

    News of it that are older than two days have been read since.
    """
    began, by = timezone.now(), timedelta(days=days)
    with clock.advanced(-by):
        yield
        while deliver_waiting():
            continue
        then = clock.now()
    for model, path in DATED.items():
        written = model._default_manager.filter(**{path: listing, "updated_at__gte": began})
        written.update(updated_at=then)
    news = Notification.objects.filter(data__listing=listing.title, updated_at__gte=began)
    if by > READ_AFTER:
        news.update(status=Notification.Status.READ, read_at=then + READING, updated_at=then + READING)
