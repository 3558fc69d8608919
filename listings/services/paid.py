"""What payments do to listings: a fee that came or went back, a boost. The caller has judged the money.

Each locks the listing, and on its way to the market the seller. A repeat changes nothing.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from key2key.common import audit
from key2key.common.errors import Conflict
from key2key.common.events import publish
from listings import search_rows, selectors
from listings.enums import OCCUPYING, HiddenReason, Status
from listings.events import ListingChanged
from listings.models import Listing
from listings.services.life import move


@transaction.atomic
def take_fee(*, listing_id: UUID) -> bool:
    """The listing fee is paid: what waited for it comes on the market, what was hidden without it is shown.

    False when neither is the case, or the same home or vehicle is on the market already: then the fee buys
    nothing. Raises NotFound.
    """
    listing = selectors.lock_listing(listing_id)
    if HiddenReason.FEE_UNPAID in listing.hidden_reasons and listing.status in OCCUPYING:
        _hide(listing, reasons=set(listing.hidden_reasons) - {HiddenReason.FEE_UNPAID}, action="fee_paid")
        return True
    if listing.status != Status.PENDING_PAYMENT:
        return False
    try:
        move(listing, action="paid", by=None)
    except Conflict:  # asset_already_live
        return False
    return True


@transaction.atomic
def lose_fee(*, listing_id: UUID) -> None:
    """The fee of the present period went back: the listing is hidden until it is paid again."""
    listing = selectors.lock_listing(listing_id)
    if listing.status in OCCUPYING and HiddenReason.FEE_UNPAID not in listing.hidden_reasons:
        _hide(listing, reasons={*listing.hidden_reasons, HiddenReason.FEE_UNPAID}, action="fee_lost")


@transaction.atomic
def boost_listing(*, listing_id: UUID, until: datetime | None) -> None:
    """Let the listing have a better place in searches until then; None ends it. Raises NotFound."""
    listing = selectors.lock_listing(listing_id)
    if listing.boosted_until == until:
        return
    listing.boosted_until = until
    listing.save(update_fields=["boosted_until", "updated_at"])
    search_rows.set_boost(listing)
    audit.record(actor=None, action="listing.boosted" if until else "listing.boost_ended", subject=listing)


def _hide(listing: Listing, *, reasons: set[str], action: str) -> None:
    listing.hidden_reasons = sorted(reasons)
    listing.save(update_fields=["hidden_reasons", "updated_at"])
    search_rows.set_public(listing)
    audit.record(actor=None, action=f"listing.{action}", subject=listing)
    if listing.is_visible:
        publish(ListingChanged(listing_id=listing.pk))
