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

from accounts.agency import Right
from accounts.selectors import has_right, members_with, organisations_where
from key2key.common import clock
from key2key.common.errors import NotFound
from listings.enums import OCCUPYING, PUBLIC, HiddenReason, SellerType, Status
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
    """What this person may see: what is visible, and what is theirs."""
    if not user.is_authenticated:
        return visible_listings()
    return Listing.objects.filter(
        Q(status__in=sorted(PUBLIC), hidden_reasons__len=0) | _theirs(user, right=Right.SEE_LISTINGS)
    )


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
    """All that a person lists and all that their organisations list, drafts too, whole.

    `may_change` says of each row whether the person may also write it.
    """
    rows = Listing.objects.filter(_theirs(user, right=Right.SEE_LISTINGS))
    return with_details(rows).annotate(may_change=_theirs(user, right=Right.EDIT_LISTINGS))


def lock_own_listing(user: Any, *, listing_id: UUID, kind: str | None = None) -> Listing:
    """A listing that the person may change, whole and locked until the transaction ends. Raises NotFound."""
    rows = Listing.objects.filter(_theirs(user, right=Right.EDIT_LISTINGS), pk=listing_id)
    return _locked(rows.filter(kind=kind) if kind else rows)


def lock_listing(listing_id: UUID) -> Listing:
    """Any listing, locked: for staff and the product itself. Raises NotFound."""
    return _locked(Listing.objects.filter(pk=listing_id))


def lock_listings_of(seller_id: UUID) -> QuerySet[Listing]:
    """All of a seller's listings, locked in id order: before the seller, when both are needed."""
    rows = Listing.objects.filter(seller_id=seller_id).order_by("pk")
    return rows.select_for_update(of=("self",), no_key=True)


def lock_seller(seller_id: UUID) -> Seller:
    """A seller, locked: whoever counts their listings, or lets one go public, holds this.

    Listings are locked before it. Drafts can be written meanwhile.
    """
    return Seller.objects.select_for_update(no_key=True).get(pk=seller_id)


def seller_of(*, user_id: UUID | None = None, organisation_id: UUID | None = None) -> Seller:
    """The seller row of a person or an organisation; one that is not written yet as it would be."""
    whose = {"user_id": user_id, "organisation_id": organisation_id}
    kind = SellerType.AGENCY if organisation_id else SellerType.PRIVATE
    return Seller.objects.filter(**whose).first() or Seller(**whose, type=kind)


def listing_for_contact(user: Any, *, listing_id: UUID) -> Listing:
    """A visible listing of somebody else, whom this person may turn to. Raises NotFound."""
    others = visible_listings().exclude(_theirs(user, right=Right.SEE_LISTINGS))
    found = others.select_related("seller").filter(pk=listing_id).first()
    if found is None:
        raise NotFound
    return found


def acts_for_seller(user: Any, listing: Listing, *, right: Right = Right.DEAL) -> bool:
    """Whether the person may do this with the listing: its owner, or of an organisation who has the right."""
    if listing.organisation_id is None or not user.is_authenticated:
        return bool(listing.owner_id == user.pk)
    return has_right(user, organisation_id=listing.organisation_id, right=right)


def seller_people(listing: Listing, *, right: Right) -> list[Any]:
    """Whom to tell on the seller's side: the owner, or the organisation's people who have the right.

    The one who looks after the listing comes first; nobody who cannot sign in.
    """
    if listing.organisation_id is None:
        return [person for person in (owner_of(listing),) if person.is_active]
    people = list(members_with(listing.organisation_id, right=right))
    return sorted(people, key=lambda person: person.pk != listing.owner_id)


def seller_side(listing: Listing) -> QuerySet[Any]:
    """Everybody who belongs to the seller's side, to keep its own offers from them."""
    owner = get_user_model()._default_manager.filter(pk=listing.owner_id)
    if listing.organisation_id is None:
        return owner
    return owner | members_with(listing.organisation_id, right=Right.SEE_LISTINGS)


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


def _theirs(user: Any, *, right: Right) -> Q:
    """Their own, and what is offered by the organisations where they have the right.

    Who has left an organisation has nothing to do with its listings any more, those they made included.
    """
    return Q(owner=user, organisation__isnull=True) | Q(
        organisation_id__in=organisations_where(user, right=right)
    )


def _locked(rows: QuerySet[Listing]) -> Listing:
    # Without the key: what refers to the listing (an offer, a deal) has that checked at its commit, while it
    # holds locks that we may wait for. With the key that was a deadlock.
    found = with_details(rows).select_for_update(of=("self",), no_key=True).first()
    if found is None:
        raise NotFound
    return found
