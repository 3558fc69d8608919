"""What listings hold on a person, and how it is handed out."""

from __future__ import annotations

from typing import Any

from key2key.common.plugins import PrivacyPart, privacy
from listings.facts import identity_of
from listings.models import Listing, SavedSearch, Seller

_LISTING = {
    "title": "what the person says of the home or vehicle",
    "description": "what the person says of the home or vehicle",
    "address": "where it is; shown to others only when the person wants it",
    "landmark": "how others find it",
    "latitude": "where it is; others are shown a point nearby",
    "longitude": "where it is; others are shown a point nearby",
    "attributes": "what the person says of the home or vehicle",
    "asset": "numbers that tell the home or vehicle from any other; never shown",
    "photos": "what others see of it",
}
_SELLER = {"name": "who sells, on every card", "rating": "what others thought", "verified": "whether proven"}
_SEARCH = {
    "name": "how the person calls the search",
    "query": "what the person looks for, to tell them of what is new",
    "alert": "how soon the person wants to be told",
}
_COLUMNS = (
    "id", "kind", "purpose", "status", "title", "description", "language", "price", "currency",
    "price_qualifier", "rent_period", "address", "landmark", "latitude", "longitude", "location_precision",
    "attributes", "review_reason", "close_kind", "close_price", "close_date", "created_at", "published_at",
    "expires_at",
)  # fmt: skip
_SELLER_COLUMNS = (
    "id", "type", "name", "verified", "rating", "response_minutes", "may_publish_until", "created_at",
)  # fmt: skip


def register_parts() -> None:
    """Name the models with personal data."""
    privacy.register("listings.listing", PrivacyPart(Listing, _LISTING, _export, _erase_later))
    privacy.register(
        "listings.savedsearch", PrivacyPart(SavedSearch, _SEARCH, _export_searches, _erase_later)
    )
    privacy.register("listings.seller", PrivacyPart(Seller, _SELLER, _export_seller, _erase_later))


def _export(user: Any) -> list[dict[str, Any]]:
    rows = Listing.objects.filter(seller__user=user).select_related("asset", "area", "property", "vehicle")
    return [_told(listing) for listing in rows.prefetch_related("texts", "photos").order_by("pk")]


def _told(listing: Listing) -> dict[str, Any]:
    return {
        **{name: getattr(listing, name) for name in _COLUMNS},
        "location": listing.area.slug,
        "identity": identity_of(listing.asset),
        "translations": {
            text.language: {"title": text.title, "description": text.description}
            for text in listing.texts.all()
        },
        "photos": [{"upload": photo.upload_id, "caption": photo.caption} for photo in listing.photos.all()],
    }


def _export_seller(user: Any) -> list[dict[str, Any]]:
    return list(Seller.objects.filter(user=user).values(*_SELLER_COLUMNS))


def _export_searches(user: Any) -> list[dict[str, Any]]:
    return list(SavedSearch.objects.filter(user=user).values("id", "created_at", *_SEARCH))


def _erase_later(_user: Any) -> None:
    """Nothing yet: the caller holds the user, and listings and searches are locked before users, never after.

    `services.forget_person` and `forget_searches_of` do it when the event of the erasure is delivered.
    """
