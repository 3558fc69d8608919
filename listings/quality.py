"""What a listing still lacks: what review asks for, and what would make it better."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from listings.enums import LAND, Kind, PropertyType
from listings.rules import WITHOUT_ODOMETER, Facts
from listings.vehicle_enums import Condition, UsageType

LONG_DESCRIPTION, MANY_PHOTOS = 120, 5
WITHOUT_ROOMS = LAND | {PropertyType.PARKING_SPACE, PropertyType.SHOP, PropertyType.WAREHOUSE}


@dataclass(frozen=True)
class Completeness:
    """`required` must be there before review; `missing` names what would help; score 0-100."""

    required: list[str]
    missing: list[str]
    score: int


def completeness(facts: Facts, *, photos: int, photos_needed: int) -> Completeness:
    """What is there and what is not, of a listing with so many photos that are not refused."""
    needed = {"description": bool(facts.listing.get("description")), "photos": photos >= photos_needed}
    needed |= _needed_home(facts.detail) if facts.kind == Kind.PROPERTY else _needed_car(facts.detail)
    wished = {
        "long_description": len(facts.listing.get("description") or "") >= LONG_DESCRIPTION,
        "more_photos": photos >= MANY_PHOTOS,
        "point": facts.listing.get("latitude") is not None,
        "landmark": bool(facts.listing.get("landmark")),
    }
    wished |= _wished_home(facts.detail) if facts.kind == Kind.PROPERTY else _wished_car(facts)
    there = [*needed.values(), *wished.values()]
    return Completeness(
        required=[name for name, is_there in needed.items() if not is_there],
        missing=[name for name, is_there in {**needed, **wished}.items() if not is_there],
        score=round(100 * sum(there) / len(there)),
    )


def _needed_home(detail: dict[str, Any]) -> dict[str, bool]:
    if detail.get("property_type") in LAND:
        return {"lot_size_m2": bool(detail.get("lot_size_m2") or detail.get("size_m2"))}
    needed = {"size_m2": bool(detail.get("size_m2"))}
    if detail.get("property_type") not in WITHOUT_ROOMS:
        needed["bathrooms"] = detail.get("bathrooms") is not None
    return needed


def _needed_car(detail: dict[str, Any]) -> dict[str, bool]:
    is_new = detail.get("condition") == Condition.NEW or detail.get("usage_type") == UsageType.DEMO
    needed = {}
    if detail.get("vehicle_class") not in WITHOUT_ODOMETER:
        needed["mileage_km"] = detail.get("mileage_km") is not None
    if not is_new:
        needed["first_registration"] = bool(detail.get("first_registration"))
    return needed


def _wished_home(detail: dict[str, Any]) -> dict[str, bool]:
    return {
        "year_built": bool(detail.get("year_built")),
        "holding_type": bool(detail.get("holding_type")),
        "amenities": bool(detail.get("amenities")),
    }


def _wished_car(facts: Facts) -> dict[str, bool]:
    return {
        "identity": bool(facts.identity.get("vin") or facts.identity.get("chassis_number")),
        "transmission": bool(facts.detail.get("transmission")),
        "exterior_color": bool(facts.detail.get("exterior_color")),
        "duty_status": bool(facts.detail.get("duty_status")),
        "equipment": bool(facts.detail.get("equipment")),
        "accident": facts.detail.get("ever_in_accident") is not None,
    }
