"""How a deal moves its listing. The caller holds the deal's row and has judged who may.

Each locks the listing and, where it stays on the market, its seller. A repeat changes nothing.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction

from key2key.common import clock
from listings import selectors
from listings.enums import Status
from listings.models import Listing
from listings.services.life import Closing, end_well, move


@transaction.atomic
def accept_offer(*, listing_id: UUID, deal_id: UUID, by: Any) -> Listing:
    """A deal begins: the listing is under offer and the deal's, until that falls through or is done.

    Raises NotFound, Conflict ("deal_open": it is another deal's; "illegal_transition").
    """
    listing = selectors.lock_listing(listing_id)
    if listing.deal_id != deal_id:
        move(listing, action="accept_offer", by=by, also={"deal_id": deal_id})
    return listing


@transaction.atomic
def reserve(*, listing_id: UUID, by: Any = None) -> Listing:
    """The deposit is held: the listing is reserved. Raises NotFound, Conflict ("illegal_transition")."""
    listing = selectors.lock_listing(listing_id)
    if listing.status != Status.RESERVED:
        move(listing, action="reserve", by=by)
    return listing


@transaction.atomic
def fall_through(*, listing_id: UUID, by: Any = None, reason: str = "") -> Listing:
    """The deal ended without keys: the listing is back on the market, or expired when its period is over.

    One that staff have removed stays removed, and no deal holds it any more. Raises NotFound, Conflict
    ("illegal_transition").
    """
    listing = selectors.lock_listing(listing_id)
    if listing.status == Status.REMOVED:
        listing.deal_id = None
        listing.save(update_fields=["deal_id", "updated_at"])
    elif listing.has_open_deal:
        is_over = listing.expires_at is not None and listing.expires_at <= clock.now()
        action = "fall_through_late" if is_over else "fall_through"
        move(listing, action=action, by=by, reason=reason, also={"deal_id": None})
    return listing


@transaction.atomic
def close_by_deal(*, listing_id: UUID, closing: Closing, by: Any = None) -> Listing:
    """The keys have changed hands: the listing is closed for good.

    Raises NotFound, Conflict ("illegal_transition").
    """
    listing = selectors.lock_listing(listing_id)
    if listing.status != Status.CLOSED:
        end_well(listing, action="close_by_deal", closing=closing, by=by)
    return listing
