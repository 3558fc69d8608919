"""Objects for the paths of listings (key2key/tests/test_who_may.py)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from listings.enums import Kind, Status
from listings.models import Listing, Photo, Seller
from listings.tests.factories import ListingFactory, ReadyUploadFactory, SavedSearchFactory, SellerFactory

# The state from which each step is legal.
BEFORE = {
    "submit": Status.DRAFT,
    "take-back": Status.PENDING_REVIEW,
    "revise": Status.REJECTED,
    "withdraw": Status.ACTIVE,
    "hold": Status.ACTIVE,
    "reactivate": Status.ON_HOLD,
    "launch": Status.COMING_SOON,
    "renew": Status.ACTIVE,
    "close": Status.ACTIVE,
    "cancel": Status.DRAFT,
}


def listing(owner: Any, **values: Any) -> Listing:
    seller = Seller.objects.filter(user=owner).first() or SellerFactory(user=owner)
    made: Listing = ListingFactory(seller=seller, **values)
    return made


def of(kind: Kind, status: Status) -> Callable[[Any], Any]:
    return lambda owner: listing(owner, kind=kind, status=status).pk


def photo(owner: Any) -> dict[str, Any]:
    draft = listing(owner, status=Status.DRAFT)
    return {"id": draft.pk, "photo": Photo.objects.filter(listing=draft).latest("position").pk}


EXAMPLES: dict[str, Any] = {
    "/api/v1/listings/{id}": of(Kind.PROPERTY, Status.ACTIVE),
    "/api/v1/properties/{id}": of(Kind.PROPERTY, Status.ACTIVE),
    "/api/v1/vehicles/{id}": of(Kind.VEHICLE, Status.ACTIVE),
    "PATCH /api/v1/properties/{id}": of(Kind.PROPERTY, Status.DRAFT),
    "PATCH /api/v1/vehicles/{id}": of(Kind.VEHICLE, Status.DRAFT),
    "DELETE /api/v1/properties/{id}": of(Kind.PROPERTY, Status.DRAFT),
    "DELETE /api/v1/vehicles/{id}": of(Kind.VEHICLE, Status.DRAFT),
    "/api/v1/listings/{id}/photos/{photo}": photo,
    "/api/v1/saved-searches/{id}": lambda owner: SavedSearchFactory(user=owner).pk,
    "/api/v1/vehicle-brands/{slug}": lambda owner: "toyota",
    **{f"POST /api/v1/listings/{{id}}/{step}": of(Kind.PROPERTY, status) for step, status in BEFORE.items()},
}
BODIES: dict[str, Any] = {
    "PATCH /api/v1/properties/{id}": {"title": "Another title of the villa"},
    "PATCH /api/v1/vehicles/{id}": {"title": "Another title of the car"},
    "POST /api/v1/listings/{id}/photos": lambda owner: {"upload": str(ReadyUploadFactory(owner=owner).pk)},
    "PATCH /api/v1/listings/{id}/photos/{photo}": {"caption": "The garden"},
    "POST /api/v1/listings/{id}/close": {"close_kind": "sold", "close_date": "2026-11-22"},
    "POST /api/v1/saved-searches": {"name": "Homes in Bole", "query": {"location": ["bole"]}},
    "PATCH /api/v1/saved-searches/{id}": {"alert": "weekly"},
    "POST /api/v1/properties": {"title": "A villa in Bole", "purpose": "sale"},
    "POST /api/v1/vehicles": {"title": "A Corolla", "purpose": "sale"},
}
