"""Who may see which offer, and the locks. Locks are taken in this order: deal, offer, then what is below."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.agency import Right
from accounts.selectors import organisations_where
from brokers.enums import OfferState, Side
from brokers.models import Offer
from key2key.common import clock
from key2key.common.errors import NotFound


def with_details(rows: QuerySet[Offer]) -> QuerySet[Offer]:
    """The rows with everything that the full answer shows."""
    return rows.select_related("listing", "listing__seller", "buyer", "deal")


def offers_seen_by(user: Any) -> QuerySet[Offer]:
    """What this person was offered and has offered, their organisations' included, whole."""
    organisations = organisations_where(user, right=Right.DEAL)
    mine = Q(listing__owner=user, listing__organisation__isnull=True)
    theirs = Q(listing__organisation_id__in=organisations)
    return with_details(Offer.objects.filter(Q(buyer=user) | mine | theirs))


def seen_offer(user: Any, *, offer_id: UUID) -> Offer:
    """One offer of which this person is a side. Raises NotFound."""
    return _one(offers_seen_by(user), offer_id=offer_id)


def lock_seen_offer(user: Any, *, offer_id: UUID) -> Offer:
    """One offer of which this person is a side, locked. Raises NotFound."""
    return _one(offers_seen_by(user).select_for_update(of=("self",), no_key=True), offer_id=offer_id)


def lock_offer(offer_id: UUID) -> Offer:
    """Any offer, locked: for the product itself. Raises NotFound."""
    rows = with_details(Offer.objects.all()).select_for_update(of=("self",), no_key=True)
    return _one(rows, offer_id=offer_id)


def lock_open_offer(*, buyer: Any, listing_id: UUID) -> Offer | None:
    """The offer that lies on the table between the buyer and the seller's side, locked."""
    rows = Offer.objects.filter(buyer=buyer, listing_id=listing_id, state=OfferState.MADE)
    return rows.select_for_update(no_key=True).first()


def due_offers() -> QuerySet[Offer]:
    """Offers on the table whose time is over, the first first."""
    return Offer.objects.filter(state=OfferState.MADE, expires_at__lte=clock.now()).order_by("expires_at")


def lock_open_offers_on(listing_id: UUID) -> QuerySet[Offer]:
    """What lies on the table for a listing, locked in id order."""
    rows = with_details(Offer.objects.filter(listing_id=listing_id, state=OfferState.MADE))
    return rows.order_by("pk").select_for_update(of=("self",), no_key=True)


def side_of(row: Any, user: Any) -> Side:
    """On which side of an offer or deal that they see somebody stands; the buyer stands on one only."""
    return Side.BUYER if row.buyer_id == user.pk else Side.SELLER


def _one(rows: QuerySet[Offer], *, offer_id: UUID) -> Offer:
    found = rows.filter(pk=offer_id).first()
    if found is None:
        raise NotFound
    return found
