"""What tests of leads and viewings ask again and again."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from brokers import services
from brokers.models import Viewing, ViewingSlot
from brokers.services import Wish
from key2key.common import clock
from key2key.common.models import Event
from notifications.models import Notification


def ahead(**time: float) -> datetime:
    """A moment so far from now."""
    return clock.now() + timedelta(**time)


def told(kind: str) -> list[Any]:
    """Who was told in the app, the first first."""
    return [row.user for row in Notification.objects.filter(kind=kind, channel="in_app").order_by("pk")]


def published(name: str) -> int:
    """How often an event of brokers happened."""
    return Event.objects.filter(name=f"brokers.{name}").count()


def book(slot: ViewingSlot, *, by: Any) -> Viewing:
    """Take an offered time."""
    return services.request_viewing(listing_id=slot.listing_id, by=by, wish=Wish(slot_id=slot.pk))
