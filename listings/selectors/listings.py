"""Who may see which listing, and the locks.

Locks are taken in this order, several rows of one table in id order: listings, seller, assets, search rows,
uploads. Nothing here is locked by whoever holds a user: an erased person's listings follow in a transaction
of their own. The search row is written only by whoever holds its listing.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from key2key.common import clock
from key2key.common.errors import NotFound
from listings.enums import OCCUPYING, PUBLIC, HiddenReason, Status
from listings.models import Listing, Photo, Seller
from listings.models.seller import GATED

_PHOTOS = Prefetch("photos", queryset=Photo.objects.select_related("upload").order_by("position"))


def with_details(rows: QuerySet[Listing]) -> QuerySet[Listing]:
    """The rows with everything that the full answer shows."""
    return rows.select_related(
        "asset", "area", "seller", "property", "vehicle__brand", "vehicle__model"
    ).prefetch_related(_PHOTOS, "texts", "price_changes")


def visible_listings() -> QuerySet[Listing]:
    """What everybody may see: public and not hidden (decision 15)."""
    return Listing.objects.filter(status__in=sorted(PUBLIC), hidden_reasons__len=0)


def listings_seen_by(user: Any) -> QuerySet[Listing]:
    """What this person may see: what is visible, and their own."""
    if not user.is_authenticated:
        return visible_listings()
    return Listing.objects.filter(Q(status__in=sorted(PUBLIC), hidden_reasons__len=0) | Q(owner=user))


def seen_listing(user: Any, *, listing_id: UUID, kind: str | None = None) -> Listing:
    """One listing that this person may see, whole. Raises NotFound."""
    rows = with_details(listings_seen_by(user)).filter(pk=listing_id)
    found = (rows.filter(kind=kind) if kind else rows).first()
    if found is None:
        raise NotFound
    return found


def seen_photos(user: Any, *, listing_id: UUID) -> list[Photo]:
    """The photos of a listing that this person may see, in their order. Raises NotFound."""
    return list(seen_listing(user, listing_id=listing_id).photos.all())


def own_listings(user: Any) -> QuerySet[Listing]:
    """All of a person's listings, drafts too, whole."""
    return with_details(Listing.objects.filter(owner=user))


def lock_own_listing(user: Any, *, listing_id: UUID, kind: str | None = None) -> Listing:
    """The person's own listing, whole and locked until the transaction ends. Raises NotFound."""
    rows = Listing.objects.filter(owner=user, pk=listing_id)
    return _locked(rows.filter(kind=kind) if kind else rows)


def lock_listing(listing_id: UUID) -> Listing:
    """Any listing, locked: for staff and the product itself. Raises NotFound."""
    return _locked(Listing.objects.filter(pk=listing_id))


def lock_listings_of(seller_id: UUID) -> QuerySet[Listing]:
    """All of a seller's listings, locked in id order: before the seller, when both are needed."""
    return Listing.objects.filter(seller_id=seller_id).order_by("pk").select_for_update(of=("self",))


def lock_seller(seller_id: UUID) -> Seller:
    """A seller, locked: whoever counts their listings, or lets one go public, holds this.

    Listings are locked before it. Drafts can be written meanwhile.
    """
    return Seller.objects.select_for_update(no_key=True).get(pk=seller_id)


def lapsed_sellers() -> QuerySet[Seller]:
    """Sellers whose licence has run out while a listing of theirs does not say so yet."""
    unmarked = Listing.objects.filter(seller=OuterRef("pk"), status__in=sorted(OCCUPYING)).exclude(
        hidden_reasons__contains=[HiddenReason.LICENCE_LAPSED]
    )
    ended = Q(may_publish_until__isnull=True) | Q(may_publish_until__lte=clock.now())
    return Seller.objects.filter(ended, Exists(unmarked), type__in=sorted(GATED), suspended=False)


def listings_to_review() -> QuerySet[Listing]:
    """The moderators' queue, the longest waiting first."""
    return with_details(Listing.objects.filter(status=Status.PENDING_REVIEW)).order_by("submitted_at", "id")


def owner_of(listing: Listing) -> Any:
    """The person behind a listing."""
    return get_user_model()._default_manager.get(pk=listing.owner_id)


def _locked(rows: QuerySet[Listing]) -> Listing:
    found = with_details(rows).select_for_update(of=("self",)).first()
    if found is None:
        raise NotFound
    return found
