"""What staff decide about listings. The callers have judged the role; every deed is audited."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from constance import config
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.agency import Right
from key2key.common import clock
from key2key.common.errors import Fault, InvalidInput, NotAllowed
from key2key.common.events import publish
from listings import selectors
from listings.events import ListingRefused, ListingRemoved
from listings.fees import fee_of
from listings.models import Listing
from listings.services.life import move
from notifications.services import notify


@transaction.atomic
def approve_listing(*, listing_id: UUID, by: Any) -> Listing:
    """Put a reviewed listing on the market, or let it wait for its fee, and tell its owner.

    Locks the listing, then its seller. What is not paid in time expires. Raises NotFound, NotAllowed
    ("own_listing", "licence_required"), Conflict ("illegal_transition", "asset_already_live").
    """
    listing = _lock_for(by, listing_id)
    if not selectors.lock_seller(listing.seller_id).may_publish(clock.now()):
        raise NotAllowed("licence_required", _("The seller's licence is not valid."))
    values: dict[str, Any] = {"review_reason": "", "edited_since_review": False}
    fee = fee_of(listing.kind)
    if fee is None:
        move(listing, action="approve", by=by, also=values)
        _tell_owner(listing, kind="listing_approved")
        return listing
    until = clock.now() + timedelta(days=int(config.LISTING_FEE_DAYS))
    move(listing, action="ask_payment", by=by, also=values | {"expires_at": until})
    amount = {"amount": str(fee.amount), "currency": fee.currency}
    _tell_owner(listing, kind="listing_fee_due", until=until.isoformat(), **amount)
    return listing


@transaction.atomic
def request_changes(*, listing_id: UUID, by: Any, reason: str) -> Listing:
    """Send a listing back with what to correct. Raises as `approve_listing` does, and InvalidInput."""
    return _refuse(listing_id, by=by, reason=reason, action="request_changes")


@transaction.atomic
def reject_listing(*, listing_id: UUID, by: Any, reason: str) -> Listing:
    """Refuse a listing and say why. Raises as `approve_listing` does, and InvalidInput."""
    return _refuse(listing_id, by=by, reason=reason, action="reject")


@transaction.atomic
def remove_listing(*, listing_id: UUID, by: Any, reason: str) -> Listing:
    """Take any listing down for good (fraud, duplicate); a deal on it hears of it and ends.

    Raises as `reject_listing` does.
    """
    listing = _refuse(listing_id, by=by, reason=reason, action="remove")
    publish(ListingRemoved(listing_id=listing.pk, owner_id=listing.owner_id, deal_id=listing.deal_id))
    return listing


def _refuse(listing_id: UUID, *, by: Any, reason: str, action: str) -> Listing:
    if not reason.strip():
        raise InvalidInput(faults=[Fault("/reason", "required", _("Say why: the owner reads it."))])
    listing = _lock_for(by, listing_id)
    move(listing, action=action, by=by, reason=reason.strip(), also={"review_reason": reason.strip()})
    publish(ListingRefused(listing_id=listing.pk, owner_id=listing.owner_id, status=listing.status))
    kinds = {"request_changes": "listing_changes_requested"}
    _tell_owner(listing, kind=kinds.get(action, "listing_rejected"))
    return listing


def _lock_for(by: Any, listing_id: UUID) -> Listing:
    listing = selectors.lock_listing(listing_id)
    if selectors.acts_for_seller(by, listing, right=Right.SEE_LISTINGS):
        raise NotAllowed("own_listing", _("Nobody reviews a listing of their own."))
    return listing


def _tell_owner(listing: Listing, *, kind: str, **more: str) -> None:
    """Who looks after it; where that person has left, everybody who can put it right."""
    people = selectors.seller_people(listing, right=Right.EDIT_LISTINGS)
    for person in [one for one in people if one.pk == listing.owner_id] or people:
        notify(
            user=person,
            kind=kind,
            data={
                "title": listing.title,
                "reason": listing.review_reason,
                "listing": str(listing.pk),
                "link": f"/listings/{listing.pk}",
                **more,
            },
        )
