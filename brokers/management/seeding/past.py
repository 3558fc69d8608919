"""Lets what is done now have been done days ago: by the clock of the rules, and in the dates of the rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db.models import F, Model
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

# Where each model keeps its listing. Rows date themselves by real time, whatever the rules' clock shows.
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
    for model, path in DATED.items():
        rows = model._default_manager.filter(**{path: listing})
        for date in ("created_at", "updated_at"):
            rows.filter(**{f"{date}__gte": began}).update(**{date: F(date) - by})
    _date_news(listing, began=began, by=by)


def _date_news(listing: Listing, *, began: datetime, by: timedelta) -> None:
    news = Notification.objects.filter(data__listing=listing.title, created_at__gte=began)
    if by > READ_AFTER:
        read = {"status": Notification.Status.READ, "read_at": F("created_at") - by + READING}
        news.update(**read)
    news.update(created_at=F("created_at") - by, updated_at=F("updated_at") - by)
