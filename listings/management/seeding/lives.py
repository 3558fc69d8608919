"""Lets a listing of the demo live: every step is the service that people and staff use, at its own time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from key2key.common import clock
from listings import selectors, services
from listings.enums import CloseKind, Purpose, Status
from listings.facts import claim_of
from listings.management.seeding.offers import Life, Offer
from listings.management.seeding.pictures import Picture
from listings.management.seeding.sellers import agency_of
from listings.models import Listing, Photo
from listings.services import Closing
from listings.services.life import move
from notifications.models import Notification
from uploads.services import claim, store_processed

WRITING, REVIEWING = timedelta(hours=20), timedelta(hours=3)
LATER = 0.45  # what ends a listing happens after this part of its age is left


def live(offer: Offer, pictures: Sequence[Picture], *, owner: Any, reviewer: Any) -> None:
    """Let the offer become a listing with all its past. It is there whole or not at all.

    The news that its steps make are not sent: they would be mails to people who do not exist.
    """
    uploads = [
        store_processed(owner=owner, original=picture.original, derived=picture.derived)
        for picture in pictures
    ]
    with transaction.atomic():
        listing_id = _write(offer, owner=owner)
        claim(upload_ids=[upload.pk for upload in uploads], by=owner, claimed_by=claim_of(listing_id))
        # What `add_photo` would write one by one, with a fifth of the seed's time.
        Photo.objects.bulk_create(
            Photo(listing_id=listing_id, upload=upload, position=position, shows=picture.shows)
            for position, (upload, picture) in enumerate(zip(uploads, pictures, strict=True), start=1)
        )
        _take_steps(offer, listing_id, owner=owner, reviewer=reviewer)
        Notification.objects.filter(user=owner, data__listing=str(listing_id)).delete()


def _write(offer: Offer, *, owner: Any) -> UUID:
    began = offer.life.age + WRITING
    values = dict(offer.values)
    if offer.life.price_before is not None:
        values["price"] = offer.life.price_before
    if offer.agency:
        values["organisation_id"] = agency_of(owner, name=offer.agency)
    listing = _at(began, lambda: services.create_listing(kind=offer.kind, by=owner, values=values))
    _at(began, lambda: Listing.objects.filter(pk=listing.pk).update(created_at=clock.now()))
    pk: UUID = listing.pk
    return pk


def _take_steps(offer: Offer, listing_id: UUID, *, owner: Any, reviewer: Any) -> None:
    life = offer.life
    if life.status == Status.DRAFT:
        return
    _at(life.age, lambda: services.submit_listing(listing_id=listing_id, by=owner))
    if life.status != Status.PENDING_REVIEW:
        _at(max(timedelta(), life.age - REVIEWING), lambda: _review(life, listing_id, reviewer=reviewer))
    if life.price_before is not None:
        change = {"price": offer.values["price"]}
        _at(
            life.reduced_ago,
            lambda: services.edit_listing(listing_id=listing_id, kind=offer.kind, by=owner, values=change),
        )
    if life.status in _ENDS:
        later = timedelta() if life.status == Status.EXPIRED else life.age * LATER
        _at(later, lambda: _ENDS[life.status](offer, listing_id, owner))


def _review(life: Life, listing_id: UUID, *, reviewer: Any) -> None:
    if life.status == Status.CHANGES_REQUESTED:
        services.request_changes(listing_id=listing_id, by=reviewer, reason=life.reason)
    elif life.status == Status.REJECTED:
        services.reject_listing(listing_id=listing_id, by=reviewer, reason=life.reason)
    elif life.status == Status.COMING_SOON:
        move(selectors.lock_listing(listing_id), action="announce", by=reviewer)
    else:
        services.approve_listing(listing_id=listing_id, by=reviewer)


def _close(offer: Offer, listing_id: UUID, owner: Any) -> None:
    kind = CloseKind.SOLD if offer.values["purpose"] == Purpose.SALE else CloseKind.RENTED
    closing = Closing(kind=kind, price=offer.values["price"], day=clock.today())
    services.close_listing(listing_id=listing_id, by=owner, closing=closing)


def _step(action: str) -> Callable[[Offer, UUID, Any], object]:
    return lambda _offer, listing_id, owner: services.step_listing(
        listing_id=listing_id, by=owner, action=action
    )


_ENDS: dict[str, Callable[[Offer, UUID, Any], object]] = {
    Status.CLOSED: _close,
    Status.ON_HOLD: _step("hold"),
    Status.WITHDRAWN: _step("withdraw"),
    Status.EXPIRED: lambda _offer, listing_id, _owner: services.expire_listing(listing_id),
}


def _at(ago: timedelta, deed: Callable[[], Any]) -> Any:
    with clock.advanced(-ago):
        return deed()
