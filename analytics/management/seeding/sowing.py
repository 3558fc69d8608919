"""A month of looking, in bulk: what a client would have told."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta

from django.utils.translation import gettext as _

from analytics import services
from analytics.enums import EventKind
from analytics.models import DailyFigure, JourneyEvent
from key2key.common import clock
from key2key.common.plugins import Sowing
from listings.models import Listing
from listings.selectors import visible_listings

DAYS = 30
MOST_VIEWS, PEOPLE = 12, 400  # views of a listing a day; different people
CONTACTED = 0.08  # of those who look
AT_ONCE = 5_000


def sow_month(sowing: Sowing) -> None:
    """Views and contacts of every listing on the market, then the figures. Nothing when there are any."""
    if DailyFigure.objects.exists():
        return
    sowing.tell(_("A month of views"))
    chance = random.Random(20261122)
    waiting: list[JourneyEvent] = []
    for listing in visible_listings().order_by("pk").iterator():
        waiting += _looked_at(listing, chance=chance)
        if len(waiting) >= AT_ONCE:
            JourneyEvent.objects.bulk_create(waiting, ignore_conflicts=True)
            waiting = []
    JourneyEvent.objects.bulk_create(waiting, ignore_conflicts=True)
    services.roll_up_what_is_new()


def _looked_at(listing: Listing, *, chance: random.Random) -> Iterator[JourneyEvent]:
    now, liking = clock.now(), chance.random()
    first = max(listing.published_at or now, now - timedelta(days=DAYS))
    for day in range((now - first).days + 1):
        for number in range(round(MOST_VIEWS * liking * chance.random())):
            moment = now - timedelta(days=day, seconds=chance.randrange(86_400))
            if moment < first:
                continue
            kind = EventKind.CONTACT if chance.random() < CONTACTED else EventKind.VIEW
            yield JourneyEvent(
                key=f"seed:{listing.pk}:{day}:{number}",
                kind=kind,
                listing=listing.pk,
                owner=listing.owner_id,
                organisation=listing.organisation_id,
                viewer=f"viewer:{chance.randrange(PEOPLE)}",
                happened_at=moment,
            )
