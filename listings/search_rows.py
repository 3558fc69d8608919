"""Writes the row that search reads. Called in the transaction that changes the listing or the seller."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from django.conf import settings
from django.db.models import Model, Prefetch, Q, prefetch_related_objects
from django.utils.translation import override

from listings import areas, cards, makes, search_text, shown
from listings.enums import Kind, PropertyType
from listings.models import Listing, Photo, SearchRow, Seller, SellerCard
from listings.vehicle_enums import FuelType, Transmission
from uploads.selectors import variant_keys

LANGUAGES = [code for code, _name in settings.LANGUAGES]
COVER_VARIANT = "card"
ROWS_AT_ONCE = 500
_PHOTOS = Prefetch("photos", queryset=Photo.objects.select_related("upload").order_by("position"))
_HOME_COLUMNS = ("property_type", "bedrooms", "bathrooms", "size_m2", "furnished")
_CAR_COLUMNS = (
    "vehicle_class", "body_type", "brand_id", "model_id", "year", "mileage_km", "fuel_type", "transmission",
    "condition", "exterior_color",
)  # fmt: skip
_WITH = ("asset", "seller", "property", "vehicle", "texts", _PHOTOS)

shown_point = shown.shown_point


def write(listing: Listing) -> None:
    """Bring the listing's row in step with it; safe to repeat. One that was never public has none.

    The caller holds the listing's lock.
    """
    write_many([listing])


def write_many(listings: Sequence[Listing]) -> None:
    """As `write`, for as many as there are, in a few statements for each 500."""
    for start in range(0, len(listings), ROWS_AT_ONCE):
        batch = listings[start : start + ROWS_AT_ONCE]
        prefetch_related_objects(batch, *_WITH)
        _write_missing_seller_cards({listing.seller for listing in batch})
        rows = [_row(one, published_at=one.published_at) for one in batch if one.published_at is not None]
        _upsert(SearchRow, rows, key="listing")


def write_stale(listings: Sequence[Listing]) -> int:
    """As `write_many`, leaving alone the rows that say the same already. Returns how many were written."""
    prefetch_related_objects(listings, *_WITH)
    rows = [_row(one, published_at=one.published_at) for one in listings if one.published_at is not None]
    there = SearchRow.objects.in_bulk([row.pk for row in rows])
    stale = [row for row in rows if row.pk not in there or _differs(row, there[row.pk])]
    _upsert(SearchRow, stale, key="listing")
    return len(stale)


def set_public(listing: Listing) -> None:
    """Let the row be found or not, as the listing is visible or not. The caller holds the listing's lock."""
    SearchRow.objects.filter(pk=listing.pk).exclude(is_public=listing.is_visible).update(
        is_public=listing.is_visible, status=listing.status
    )


def set_boost(listing: Listing) -> None:
    """Let the row say until when the listing is boosted. The caller holds the listing's lock."""
    SearchRow.objects.filter(pk=listing.pk).update(boosted_until=listing.boosted_until)


def refresh_seller_card(seller: Seller) -> None:
    """Bring the seller's part of all their cards in step: one narrow row, and the rows' filter columns."""
    _upsert(SellerCard, [SellerCard(seller=seller, card=cards.seller_card(seller))], key="seller")
    differs = ~Q(seller_type=seller.type) | ~Q(seller_verified=seller.verified)
    SearchRow.objects.filter(differs, seller_id=seller.pk).update(
        seller_type=seller.type, seller_verified=seller.verified
    )


def _write_missing_seller_cards(sellers: Iterable[Seller]) -> None:
    SellerCard.objects.bulk_create(
        [SellerCard(seller=seller, card=cards.seller_card(seller)) for seller in sellers],
        ignore_conflicts=True,
    )


def _upsert(model: type[Model], rows: Sequence[Model], *, key: str) -> None:
    others = [field.name for field in model._meta.concrete_fields if field.name != key]
    model._default_manager.bulk_create(rows, update_conflicts=True, unique_fields=[key], update_fields=others)


def _differs(row: SearchRow, other: SearchRow) -> bool:
    names = [field.attname for field in SearchRow._meta.concrete_fields if field.name != "text"]
    return any(getattr(row, name) != getattr(other, name) for name in names) or not search_text.is_same(
        row.text, other.text
    )


def _row(listing: Listing, *, published_at: datetime) -> SearchRow:
    facts = _facts(listing, published_at=published_at)
    latitude, longitude = facts.point
    finished = {f"card_{language}": cards.card(facts, language=language) for language in LANGUAGES}
    return SearchRow(
        listing=listing,
        is_public=listing.is_visible,
        kind=listing.kind,
        purpose=listing.purpose,
        status=listing.status,
        seller_id=listing.seller_id,
        seller_type=listing.seller.type,
        seller_verified=listing.seller.verified,
        area_id=listing.area_id,
        price=listing.price,
        currency=listing.currency,
        price_base=listing.price_base,
        latitude=latitude,
        longitude=longitude,
        published_at=published_at,
        reduced_until=listing.reduced_until,
        boosted_until=listing.boosted_until,
        photo_count=facts.photo_count,
        text=search_text.document(_texts(listing)),
        **_detail_columns(listing),
        **finished,
    )


def _detail_columns(listing: Listing) -> dict[str, Any]:
    if listing.kind == Kind.PROPERTY:
        home = listing.property
        return {name: getattr(home, name) for name in _HOME_COLUMNS} | {"features": home.amenities}
    car = listing.vehicle
    return {name: getattr(car, name) for name in _CAR_COLUMNS} | {"features": car.equipment}


def _facts(listing: Listing, *, published_at: datetime) -> cards.Facts:
    ready = [photo.upload for photo in listing.photos.all() if photo.upload.is_ready]
    return cards.Facts(
        id=listing.pk,
        kind=listing.kind,
        purpose=listing.purpose,
        status=listing.status,
        titles=shown.titles(listing, languages=LANGUAGES),
        price=listing.price,
        currency=listing.currency,
        rent_period=listing.rent_period,
        location=_named(areas.get(listing.area_id)),
        point=shown_point(listing),
        cover=_cover(ready[0]) if ready else None,
        photo_count=len(ready),
        badges=shown.badges(listing),
        published_at=published_at,
        detail=_home(listing.property) if listing.kind == Kind.PROPERTY else _car(listing.vehicle),
    )


def _cover(upload: Any) -> cards.Cover:
    keys = variant_keys(upload) or {}
    return cards.Cover(
        url=keys[COVER_VARIANT], width=upload.width, height=upload.height, blurhash=upload.blurhash
    )


def _home(home: Any) -> cards.Home:
    return cards.Home(
        property_type=_choice(PropertyType, home.property_type),
        bedrooms=home.bedrooms,
        bathrooms=home.bathrooms,
        size_m2=home.size_m2,
    )


def _car(car: Any) -> cards.Car:
    return cards.Car(
        brand=_named(makes.get_brand(car.brand_id)),
        model=_named(makes.get_model(car.model_id)),
        year=car.year,
        mileage_km=car.mileage_km,
        fuel_type=_choice(FuelType, car.fuel_type),
        transmission=_choice(Transmission, car.transmission) if car.transmission else None,
    )


def _named(entry: Any) -> cards.Named:
    return cards.Named(entry.slug, {language: entry.name_in(language) for language in LANGUAGES})


@cache
def _choice(choices: Any, slug: str) -> cards.Named:
    names = {}
    for language in LANGUAGES:
        with override(language):
            names[language] = str(choices(slug).label)
    return cards.Named(slug, names)


def _texts(listing: Listing) -> dict[str, list[str]]:
    texts = list(listing.texts.all())
    place = areas.get(listing.area_id)
    named: list[Any] = [place, *areas.ancestors(listing.area_id)]
    if listing.kind == Kind.VEHICLE:
        named += [makes.get_brand(listing.vehicle.brand_id), makes.get_model(listing.vehicle.model_id)]
    names = [name for thing in named for name in (thing.name_en, thing.name_am, *thing.aliases)]
    if listing.kind == Kind.VEHICLE:
        names += [listing.vehicle.variant, str(listing.vehicle.year)]
    return {
        "A": [listing.title, *(text.title for text in texts)],
        "B": [*names, *(name.replace("-", "").replace(" ", "") for name in names if not name.isalnum())],
        "C": [listing.landmark],
        "D": [listing.description, *(text.description for text in texts)],
    }
