"""A listing's present values as the rules see them, and what they say about it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from constance import config
from django.forms.models import model_to_dict

from key2key.common import clock
from key2key.common.errors import Fault
from listings.enums import Kind
from listings.models import Asset, Listing
from listings.quality import Completeness, completeness
from listings.rules import Facts, Verdict, judge

IDENTITY = {
    Kind.PROPERTY: ("parcel_number", "site_name", "block", "unit"),
    Kind.VEHICLE: ("vin", "chassis_number", "engine_number"),
}


def facts_of(listing: Listing) -> Facts:
    """The values of a saved listing."""
    detail = listing.property if listing.kind == Kind.PROPERTY else listing.vehicle
    values: dict[str, Any] = {
        field.name: getattr(detail, field.name) for field in detail._meta.concrete_fields
    }
    return Facts(
        kind=listing.kind,
        listing={field.attname: getattr(listing, field.attname) for field in Listing._meta.concrete_fields},
        detail=values,
        attributes=listing.attributes,
        identity=identity_of(listing.asset),
        today=clock.today(),
    )


def claim_of(listing_id: UUID) -> str:
    """The name under which a listing claims its uploads."""
    return f"listings.listing:{listing_id}"


def identity_of(asset: Asset) -> dict[str, Any]:
    """The identifying columns of an asset's kind."""
    return model_to_dict(asset, fields=IDENTITY[Kind(asset.kind)])


def verdict(listing: Listing) -> Verdict:
    """What the rules say about a saved listing."""
    return judge(facts_of(listing))


def warnings(listing: Listing) -> list[Fault]:
    """What the owner should look at; nothing here keeps a listing from review."""
    return verdict(listing).warnings


def completeness_of(listing: Listing) -> Completeness:
    """What a saved listing lacks."""
    usable = [photo for photo in listing.photos.all() if not photo.upload.reason]  # a refused file has one
    return completeness(facts_of(listing), photos=len(usable), photos_needed=config.PHOTO_MINIMUM)
