"""The pictures of a listing: their order, captions, and which comes first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from constance import config
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from key2key.common.conditions import Precondition, always
from key2key.common.errors import Conflict, NotFound
from key2key.common.events import publish
from listings import search_rows, selectors
from listings.enums import WRITTEN
from listings.events import ListingChanged
from listings.facts import claim_of
from listings.models import Listing, Photo
from listings.services.drafting import EDITABLE
from uploads.services import claim, release


@dataclass(frozen=True)
class PhotoChange:
    """What to change of a photo; None leaves it."""

    caption: str | None = None
    shows: str | None = None
    position: int | None = None
    cover: bool | None = None


@transaction.atomic
def add_photo(*, listing_id: UUID, by: Any, upload_id: UUID, change: PhotoChange) -> Photo:
    """Hang an upload of theirs into the listing, last, or first as the cover.

    Raises NotFound (listing or upload), Conflict ("listing_not_editable", "photo_limit",
    "upload_claimed": there or elsewhere, "upload_rejected").
    """
    listing = _lock(listing_id, by)
    limit = listing.seller.photo_quota or config.PHOTO_LIMIT
    photos = list(listing.photos.order_by("position"))
    if len(photos) >= limit:
        raise Conflict(
            "photo_limit", _("A listing has at most %(most)d photos.") % {"most": limit}, limit=limit
        )
    if any(photo.upload_id == upload_id for photo in photos):
        raise Conflict("upload_claimed", _("This photo hangs there already."))
    claim(upload_ids=[upload_id], by=by, claimed_by=claim_of(listing_id))
    photo = Photo(
        listing=listing,
        upload_id=upload_id,
        position=len(photos) + 1,
        caption=change.caption or "",
        shows=change.shows or "",
    )
    photo.save(force_insert=True)
    if change.cover:
        _arrange(photos, photo, position=1)
    _changed(listing)
    return _whole(photo)


@transaction.atomic
def change_photo(
    *, listing_id: UUID, photo_id: UUID, by: Any, change: PhotoChange, check: Precondition = always
) -> Photo:
    """Caption, what it shows, its place. `check` is given all photos: their places hang together.

    Raises NotFound, Stale, Conflict ("listing_not_editable").
    """
    listing = _lock(listing_id, by)
    photos = list(listing.photos.select_related("upload").order_by("position"))
    photo = _one(photos, photo_id)
    check(photos)
    if change.caption is not None:
        photo.caption = change.caption
    if change.shows is not None:
        photo.shows = change.shows
    photo.save(update_fields=["caption", "shows", "updated_at"])
    position = 1 if change.cover else change.position
    if position is not None:
        _arrange([other for other in photos if other is not photo], photo, position=position)
    _changed(listing)
    return _whole(photo)


@transaction.atomic
def remove_photo(*, listing_id: UUID, photo_id: UUID, by: Any, check: Precondition = always) -> None:
    """Take a photo down; the next ones move up and its upload is free for the sweep. `check` as above.

    Raises NotFound, Stale, Conflict ("listing_not_editable", "last_photo").
    """
    listing = _lock(listing_id, by)
    photos = list(listing.photos.select_related("upload").order_by("position"))
    photo = _one(photos, photo_id)
    check(photos)
    others = [other for other in photos if other is not photo]
    if not others and listing.status not in WRITTEN:
        raise Conflict("last_photo", _("A listing that was reviewed keeps at least one photo."))
    upload_id = photo.upload_id
    photo.delete()
    for position, other in enumerate(others, start=1):
        _place(other, position)
    release(upload_ids=[upload_id], claimed_by=claim_of(listing_id))
    _changed(listing)


@transaction.atomic
def show_ready_photo(upload_id: UUID) -> None:
    """An upload was processed: the card of the listing that shows it is written anew."""
    photo = Photo.objects.filter(upload_id=upload_id).first()
    if photo is not None:
        _rewrite(selectors.lock_listing(photo.listing_id))


def _lock(listing_id: UUID, by: Any) -> Listing:
    listing = selectors.lock_own_listing(by, listing_id=listing_id)
    if listing.status not in EDITABLE:
        raise Conflict(
            "listing_not_editable", _("It cannot be changed in this state."), status_now=listing.status
        )
    return listing


def _one(photos: list[Photo], photo_id: UUID) -> Photo:
    for photo in photos:
        if photo.pk == photo_id:
            return photo
    raise NotFound


def _whole(photo: Photo) -> Photo:
    return Photo.objects.select_related("upload").get(pk=photo.pk)


def _arrange(others: list[Photo], photo: Photo, *, position: int) -> None:
    place = max(1, min(position, len(others) + 1))
    ordered = [*others[: place - 1], photo, *others[place - 1 :]]
    for number, one in enumerate(ordered, start=1):
        _place(one, number)


def _place(photo: Photo, position: int) -> None:
    if photo.position != position:
        photo.position = position
        photo.save(update_fields=["position", "updated_at"])


def _changed(listing: Listing) -> None:
    if listing.status not in WRITTEN:
        Listing.objects.filter(pk=listing.pk).update(edited_since_review=True)
    _rewrite(listing)


def _rewrite(listing: Listing) -> None:
    if listing.published_at is not None:
        search_rows.write(selectors.lock_listing(listing.pk))
        publish(ListingChanged(listing_id=listing.pk))
