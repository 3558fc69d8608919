"""Making and changing a listing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.agency import Right
from accounts.selectors import has_right
from key2key.common import audit, clock
from key2key.common.conditions import Precondition, always
from key2key.common.errors import Conflict, Fault, InvalidInput
from key2key.common.events import publish
from listings import assets, prices, rules, search_rows, selectors
from listings.bodies import Body, body_from
from listings.enums import WRITTEN, Kind, Status
from listings.events import ListingChanged, PriceReduced
from listings.facts import claim_of, identity_of
from listings.models import Listing, ListingText, Property, Seller, Vehicle
from listings.services.sellers import open_organisation_seller, open_private_seller
from uploads.services import release

EDITABLE = WRITTEN | {
    Status.ACTIVE,
    Status.COMING_SOON,
    Status.UNDER_OFFER,
    Status.ON_HOLD,
    Status.WITHDRAWN,
    Status.EXPIRED,
}
FIXED_ONCE_REVIEWED = ("purpose", "exclusive")


@transaction.atomic
def create_listing(*, kind: str, by: Any, values: Mapping[str, Any]) -> Listing:
    """Write a draft down. `values` are the body's fields (see `bodies.body_from`).

    With an `organisation_id` it is that organisation's, and the person looks after it. Raises InvalidInput
    with every fault of the rules between fields ("unknown_organisation": the person may not list for it),
    Conflict ("identity_of_two").
    """
    body = body_from(kind, values)
    seller = _seller_for(body.listing.get("organisation_id"), by=by)
    listing = Listing(kind=kind, owner=by, seller=seller, market=by.market, **_clean_words(body.listing))
    detail = (Property if kind == Kind.PROPERTY else Vehicle)(listing=listing, **body.detail)
    _judge(listing, detail, body)
    listing.attributes = _present(body.attributes)
    listing.asset = assets.settle(listing, kind=kind, identity=body.identity)
    listing.live_slot = assets.live_slot(listing.asset, seller_id=seller.pk, exclusive=listing.exclusive)
    listing.price_base = prices.base_price(listing)
    listing.save(force_insert=True)
    detail.listing = listing
    detail.save(force_insert=True)
    _write_texts(listing, body.texts)
    return selectors.seen_listing(by, listing_id=listing.pk)


@transaction.atomic
def edit_listing(
    *, listing_id: UUID, kind: str, by: Any, values: Mapping[str, Any], check: Precondition = always
) -> Listing:
    """Change a listing's facts; a live one changes at once and is marked for the next review.

    Locks the listing, and of a draft the asset. Raises NotFound, Stale, Conflict ("listing_not_editable",
    "fixed_once_reviewed", "identity_of_two"), InvalidInput.
    """
    listing = selectors.lock_own_listing(by, listing_id=listing_id, kind=kind)
    check(listing)
    if listing.status not in EDITABLE:
        raise Conflict(
            "listing_not_editable", _("It cannot be changed in this state."), status_now=listing.status
        )
    detail = listing.property if kind == Kind.PROPERTY else listing.vehicle
    body = body_from(kind, values, category=_category(detail))
    _refuse_fixed(listing, body)
    _assign(listing, _clean_words(body.listing))
    _assign(detail, body.detail)
    whole = replace(
        body,
        attributes={**listing.attributes, **body.attributes},
        identity={**identity_of(listing.asset), **body.identity},
    )
    _judge(listing, detail, whole)
    listing.attributes = _present(whole.attributes)
    _settle_asset(listing, body)
    before = prices.settle(listing)
    if before is not None and listing.is_visible:
        publish(_reduced(listing, before=before))
    listing.edited_since_review = listing.status not in WRITTEN
    listing.save()
    detail.save()
    _write_texts(listing, body.texts)
    return _changed(listing, by=by)


@transaction.atomic
def delete_listing(*, listing_id: UUID, kind: str, by: Any, check: Precondition = always) -> None:
    """Throw a draft away that was never public; its photos' uploads are free again.

    Raises NotFound, Stale, Conflict ("listing_was_public": cancel it instead).
    """
    listing = selectors.lock_own_listing(by, listing_id=listing_id, kind=kind)
    check(listing)
    if listing.status != Status.DRAFT or listing.published_at is not None:
        raise Conflict(
            "listing_was_public", _("Only a draft that was never public can be deleted."), instead="cancel"
        )
    uploads = [photo.upload_id for photo in listing.photos.all()]
    asset = listing.asset
    audit.record(actor=by, action="listing.deleted", subject=listing)
    listing.delete()
    assets.forget_if_unused(asset)
    release(upload_ids=uploads, claimed_by=claim_of(listing_id))


def _seller_for(organisation_id: UUID | None, *, by: Any) -> Seller:
    if organisation_id is None:
        return open_private_seller(by.pk)
    if not has_right(by, organisation_id=organisation_id, right=Right.EDIT_LISTINGS):
        sentence = _("You list for no such organisation.")
        raise InvalidInput(faults=[Fault("/organisation", "unknown_organisation", sentence)])
    return open_organisation_seller(organisation_id)


def _category(detail: Property | Vehicle) -> str:
    return detail.property_type if isinstance(detail, Property) else detail.vehicle_class


def _present(attributes: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in attributes.items() if value is not None}


def _judge(listing: Listing, detail: Property | Vehicle, body: Body) -> None:
    facts = rules.Facts(
        kind=listing.kind,
        listing={field.attname: getattr(listing, field.attname) for field in Listing._meta.concrete_fields},
        detail={field.name: getattr(detail, field.name, None) for field in detail._meta.concrete_fields[1:]},
        attributes=body.attributes,
        identity=assets.normalised(body.identity),
        today=clock.today(),
    )
    faults = rules.judge(facts).faults
    if faults:
        raise InvalidInput(faults=faults)


def _refuse_fixed(listing: Listing, body: Body) -> None:
    if listing.status in WRITTEN:
        return
    given = [
        name
        for name in FIXED_ONCE_REVIEWED
        if body.listing.get(name, getattr(listing, name)) != getattr(listing, name)
    ]
    if given or body.identity:
        raise Conflict(
            "fixed_once_reviewed",
            _("What it is and what it is offered for stay as reviewed. Make a new listing."),
            fields=[*given, *body.identity],
        )


def _settle_asset(listing: Listing, body: Body) -> None:
    if listing.status not in WRITTEN:
        return
    before = listing.asset
    listing.asset = assets.settle(listing, kind=listing.kind, identity=body.identity)
    listing.live_slot = assets.live_slot(
        listing.asset, seller_id=listing.seller_id, exclusive=listing.exclusive
    )
    if before.pk != listing.asset.pk:
        listing.save(update_fields=["asset"])
        assets.forget_if_unused(before)


def _reduced(listing: Listing, *, before: Decimal) -> PriceReduced:
    return PriceReduced(
        listing_id=listing.pk, price_base_before=str(before), price_base_now=str(listing.price_base)
    )


def _write_texts(listing: Listing, texts: Mapping[str, Mapping[str, str] | None]) -> None:
    for language, text in texts.items():
        if text is None:
            ListingText.objects.filter(listing=listing, language=language).delete()
        else:
            ListingText.objects.update_or_create(
                listing=listing, language=language, defaults=_clean_words(text)
            )


def _changed(listing: Listing, *, by: Any) -> Listing:
    fresh = selectors.seen_listing(by, listing_id=listing.pk)
    if fresh.published_at is not None:
        search_rows.write(fresh)
        publish(ListingChanged(listing_id=fresh.pk))
    return fresh


def _clean_words(values: Mapping[str, Any]) -> dict[str, Any]:
    words = {
        name: rules.without_contact(values[name]) for name in ("title", "description") if values.get(name)
    }
    return {**values, **words}


def _assign(row: Any, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(row, name, value)
