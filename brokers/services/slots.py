"""Times that the seller's side offers for viewings."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.utils import IntegrityError
from django.utils.translation import gettext_lazy as _
from psycopg.errors import ExclusionViolation, UniqueViolation

from brokers import selectors
from brokers.enums import LIVE_VIEWINGS, ViewingMode
from brokers.models import ViewingSlot
from key2key.common import audit, clock
from key2key.common.errors import Conflict, Fault, InvalidInput

FARTHEST = timedelta(days=90)
LONGEST = timedelta(hours=12)


@transaction.atomic
def offer_slot(
    *,
    listing_id: UUID,
    by: Any,
    starts_at: datetime,
    ends_at: datetime,
    mode: ViewingMode = ViewingMode.IN_PERSON,
) -> ViewingSlot:
    """Offer a time for one viewing of the listing.

    Raises NotFound, Conflict ("slot_overlaps": another slot of the listing), InvalidInput.
    """
    listing = selectors.listing_to_show(by, listing_id=listing_id)
    require_time(starts_at=starts_at, ends_at=ends_at)
    slot = ViewingSlot(listing=listing, starts_at=starts_at, ends_at=ends_at, mode=mode, made_by=by)
    try:
        with transaction.atomic():
            slot.save(force_insert=True)
    except IntegrityError as error:
        if not isinstance(error.__cause__, ExclusionViolation | UniqueViolation):
            raise
        raise Conflict("slot_overlaps", _("You offer another time that overlaps with this.")) from error
    audit.record(actor=by, action="viewing_slot.offered", subject=slot)
    return slot


@transaction.atomic
def take_back_slot(*, listing_id: UUID, slot_id: UUID, by: Any) -> None:
    """Offer a time no longer. Raises NotFound, Conflict ("slot_taken": cancel the viewing first)."""
    selectors.listing_to_show(by, listing_id=listing_id)
    slot = selectors.lock_slot(listing_id=listing_id, slot_id=slot_id)
    if slot.viewings.filter(state__in=sorted(LIVE_VIEWINGS)).exists():
        raise Conflict("slot_taken", _("Somebody has booked this time."))
    slot.viewings.update(slot=None, updated_at=clock.now())
    audit.record(actor=by, action="viewing_slot.taken_back", subject=slot)
    slot.delete()


def require_time(*, starts_at: datetime, ends_at: datetime) -> None:
    """That the time is one to meet at. Raises InvalidInput naming every fault."""
    now = clock.now()
    wrong = {
        Fault("/starts_at", "in_the_past", _("This time is over.")): starts_at <= now,
        Fault("/starts_at", "too_far_ahead", _("At most 90 days ahead.")): starts_at > now + FARTHEST,
        Fault("/ends_at", "ends_before_start", _("It ends before it begins.")): ends_at <= starts_at,
        Fault("/ends_at", "too_long", _("A viewing lasts 12 hours at most.")): ends_at > starts_at + LONGEST,
    }
    faults = [fault for fault, is_wrong in wrong.items() if is_wrong]
    if faults:
        raise InvalidInput(faults=faults)
