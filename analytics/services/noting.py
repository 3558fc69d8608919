"""Write down what happened, once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from analytics import selectors
from analytics.models import JourneyEvent
from key2key.common import clock
from key2key.common.errors import Fault, InvalidInput
from key2key.common.events import heard

OLDEST = timedelta(hours=24)
AHEAD = timedelta(minutes=5)  # how far a client's clock may be ahead of ours


@dataclass(frozen=True)
class Told:
    """What a client saw: `id` is the client's own, so that a resend counts once."""

    id: UUID
    kind: str
    listing_id: UUID
    at: datetime | None = None


@transaction.atomic
def note(
    kind: str,
    *,
    listing_id: UUID | None = None,
    owner_id: UUID | None = None,
    value: Decimal | int | None = None,
) -> None:
    """Note the event that is being heard: for receivers. A second delivery changes nothing.

    It happened when it was published, by the product's clock. Owner and organisation follow from the
    listing when there is one.
    """
    event = heard()
    place = selectors.place_of(listing_id) if listing_id else None
    JourneyEvent.objects.bulk_create(
        [
            JourneyEvent(
                key=f"event:{event.id}",
                kind=kind,
                listing=listing_id,
                owner=place.owner if place else owner_id,
                organisation=place.organisation if place else None,
                value=value,
                happened_at=event.published_at + clock.ahead(),
            )
        ],
        ignore_conflicts=True,
    )


@transaction.atomic
def note_from_client(*, by: Any, viewer: UUID | None, told: Sequence[Told]) -> int:
    """Note what a client saw of listings on the market; what concerns one's own listings is left out.

    `viewer` tells anonymous people apart. Resent events count once. Returns how many were counted.
    Raises InvalidInput naming every event whose time is not of the last 24 hours.
    """
    now = clock.now()
    _judge_times(told, now=now)
    places = selectors.places_for_viewer(by, listing_ids=[each.listing_id for each in told])
    who = f"user:{by.pk}" if by.is_authenticated else f"viewer:{viewer}"
    rows = [
        JourneyEvent(
            key=f"client:{each.id}",
            kind=each.kind,
            listing=each.listing_id,
            owner=places[each.listing_id].owner,
            organisation=places[each.listing_id].organisation,
            viewer=who,
            happened_at=each.at or now,
        )
        for each in told
        if each.listing_id in places
    ]
    JourneyEvent.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def _judge_times(told: Sequence[Told], *, now: datetime) -> None:
    faults = [
        Fault(f"/events/{number}/at", "not_recent", _("Only what happened within 24 hours is counted."))
        for number, each in enumerate(told)
        if each.at is not None and not now - OLDEST <= each.at <= now + AHEAD
    ]
    if faults:
        raise InvalidInput(faults=faults)
