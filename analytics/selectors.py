"""What may be known of whom."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import TruncDate

from accounts.agency import Right
from accounts.selectors import organisations_where
from analytics.days import between, bounds
from analytics.enums import FUNNEL, UNIQUE_VIEWERS, EntityType, EventKind
from analytics.models import DailyFigure, JourneyEvent
from brokers.models import Lead
from key2key.common import clock
from key2key.common.errors import NotFound
from listings.models import Listing, Seller
from listings.selectors import own_listings, visible_listings
from payments.enums import AccountKind, Cause
from payments.models import Transfer

Figures = Mapping[date, Mapping[str, int]]
_DAY = TruncDate("happened_at", tzinfo=ZoneInfo(settings.MARKET_TIME_ZONE))
_ONE_DAY = timedelta(days=1)
RAW_DAYS = 2  # so many days back events are read themselves: their figures may not be made yet
EARNED, SPENT = (Cause.RELEASED, Cause.COMMISSION), (Cause.COMMISSION, Cause.PLATFORM_FEE)


@dataclass(frozen=True)
class Place:
    """Whose listing it is."""

    owner: UUID
    organisation: UUID | None


def place_of(listing_id: UUID) -> Place | None:
    """Whose listing it is; None when it is gone."""
    return _places(Listing.objects.filter(pk=listing_id)).get(listing_id)


def places_for_viewer(user: Any, *, listing_ids: Iterable[UUID]) -> dict[UUID, Place]:
    """Of these listings the ones that are on the market and not the person's own."""
    rows = visible_listings().filter(pk__in=set(listing_ids))
    if user.is_authenticated:
        theirs = organisations_where(user, right=Right.SEE_LISTINGS)
        rows = rows.exclude(owner=user).exclude(organisation_id__in=theirs)
    return _places(rows)


def listing_with_figures(user: Any, *, listing_id: UUID) -> Listing:
    """A listing whose figures the person may see: their own or their organisation's. Raises NotFound."""
    found = own_listings(user).filter(pk=listing_id).first()
    if found is None:
        raise NotFound
    return found


def days_noted_since(moment: datetime | None) -> list[date]:
    """The days of which something was noted since then; all days when there is no such moment."""
    rows = JourneyEvent.objects.all() if moment is None else JourneyEvent.objects.filter(noted_at__gte=moment)
    return sorted(rows.order_by().values_list(_DAY, flat=True).distinct())  # ordered, each row were distinct


def figures_of_listing(listing_id: UUID, *, first: date, last: date) -> Figures:
    """A listing's figures by day."""
    return _figures(
        Q(entity_type=EntityType.LISTING, entity=listing_id), Q(listing=listing_id), first=first, last=last
    )


def figures_of_seller(user: Any, *, first: date, last: date) -> Figures:
    """A person's figures by day, over all that they look after."""
    return _figures(
        Q(entity_type=EntityType.SELLER, entity=user.pk), Q(owner=user.pk), first=first, last=last
    )


def leads_by_stage(user: Any) -> dict[str, int]:
    """How many of the person's leads are in each stage."""
    rows = Lead.objects.filter(owner=user).order_by().values("stage").annotate(count=Count("pk"))
    return {row["stage"]: row["count"] for row in rows}


def response_minutes(user: Any) -> int | None:
    """The person's usual time to a first answer, as listings show it; None when it is not known."""
    return Seller.objects.filter(user=user).values_list("response_minutes", flat=True).first()


def earnings(user: Any, *, first: date, last: date) -> list[dict[str, Any]]:
    """What deals brought the person in these days, by currency: released and commissions, less what left."""
    begin, end = bounds(first)[0], bounds(last)[1]
    rows = Transfer.objects.filter(created_at__gte=begin, created_at__lt=end).order_by()
    gained = rows.filter(credit__kind=AccountKind.PAYABLE, credit__owner=user.pk, cause__in=EARNED)
    left = rows.filter(debit__kind=AccountKind.PAYABLE, debit__owner=user.pk, cause__in=SPENT)
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for sign, part in ((1, gained), (-1, left)):
        for row in part.values("currency").annotate(sum=Sum("amount")):
            sums[row["currency"]] += sign * row["sum"]
    return [{"currency": currency, "amount": amount} for currency, amount in sorted(sums.items())]


def funnel(figures: Figures) -> dict[str, int]:
    """From views to deals, over all the days."""
    return {name: sum(day.get(kind, 0) for day in figures.values()) for name, kind in FUNNEL.items()}


def _figures(made: Q, noted: Q, *, first: date, last: date) -> Figures:
    """Figures that were made, and for the latest days the events themselves: they are never behind."""
    raw_from = max(first, min(last, clock.today()) - (RAW_DAYS - 1) * _ONE_DAY)
    days: dict[date, dict[str, int]] = {day: {} for day in between(first, last)}
    for figure in DailyFigure.objects.filter(made, day__gte=first, day__lt=raw_from):
        days[figure.day][figure.metric] = figure.value
    begin, end = bounds(raw_from)[0], bounds(last)[1]
    rows = JourneyEvent.objects.filter(noted, happened_at__gte=begin, happened_at__lt=end).order_by()
    for row in (
        rows.annotate(day=_DAY)
        .values("day", "kind")
        .annotate(count=Count("pk"), viewers=Count("viewer", distinct=True))
    ):
        days[row["day"]][row["kind"]] = row["count"]
        if row["kind"] == EventKind.VIEW:
            days[row["day"]][UNIQUE_VIEWERS] = row["viewers"]
    return days


def _places(rows: QuerySet[Listing]) -> dict[UUID, Place]:
    return {
        listing_id: Place(owner_id, organisation_id)
        for listing_id, owner_id, organisation_id in rows.values_list("pk", "owner_id", "organisation_id")
    }
