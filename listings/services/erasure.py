"""What becomes of the listings of a person who was erased."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import transaction

from key2key.common import audit, clock
from listings import assets, search_rows, selectors, transitions
from listings.facts import claim_of
from listings.models import Listing, ListingText, Photo, Seller
from listings.services.life import move
from listings.services.sellers import TOUCH_LISTINGS, hold, shown_name, write_facts
from uploads.services import release

UNTITLED = "–"
EMPTY: dict[str, Any] = {
    "title": UNTITLED,
    "description": "",
    "address": "",
    "landmark": "",
    "latitude": None,
    "longitude": None,
    "attributes": {},
    "review_reason": "",
}
UNKNOWN: dict[str, Any] = {
    "suspended": True,
    "verified": False,
    "rating": None,
    "response_minutes": None,
    "may_publish_until": None,
}


@transaction.atomic
def forget_person(user_id: UUID) -> None:
    """Forget what an erased person offered: words, place, point, photos, identity, name. Safe to repeat.

    What was never public goes for good. Of the rest the numbers stay (kind, price, days), nameless; what
    is on the market is withdrawn, and hidden where a deal holds it. Does nothing for whoever is not
    erased. Locks the person's listings, the seller, the assets.
    """
    person = get_user_model()._default_manager.get(pk=user_id)
    seller = Seller.objects.filter(user_id=user_id).first()
    if seller is None or person.status != type(person).Status.ERASED:
        return
    held = hold(seller.pk, for_facts=TOUCH_LISTINGS)
    asset_ids = [listing.asset_id for listing in held.listings]
    kept = [listing for listing in held.listings if listing.was_public]
    _take_photos_down(held.listings)
    Listing.objects.filter(pk__in=[one.pk for one in held.listings if not one.was_public]).delete()
    _empty(kept)
    assets.forget_identities(asset_ids, of_seller=seller.pk)
    write_facts(replace(held, listings=kept), facts={**UNKNOWN, "name": shown_name(person)})
    for listing in kept:
        if transitions.STEPS["withdraw"].is_open_to(listing):
            move(listing, action="withdraw", by=None)
    search_rows.write_many(list(selectors.with_details(Listing.objects.filter(seller=seller))))
    audit.record(actor=None, action="seller.erased", subject=seller)


def _take_photos_down(listings: list[Listing]) -> None:
    for listing in listings:
        photos = Photo.objects.filter(listing=listing)
        upload_ids = list(photos.values_list("upload_id", flat=True))
        photos.delete()
        release(upload_ids=upload_ids, claimed_by=claim_of(listing.pk))


def _empty(listings: list[Listing]) -> None:
    rows = Listing.objects.filter(pk__in=[listing.pk for listing in listings])
    rows.update(**EMPTY, updated_at=clock.now())
    ListingText.objects.filter(listing__in=listings).delete()
