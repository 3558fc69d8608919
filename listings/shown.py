"""What strangers are shown of a listing: its point, its words in a language, its badges."""

from __future__ import annotations

import hashlib
import math

from listings.enums import Kind, LocationPrecision
from listings.models import Listing
from listings.vehicle_enums import Condition

NEAREST_M, FARTHEST_M = 100, 300
METRES_PER_DEGREE = 111_195
_DECIMALS = 5  # about a metre
Point = tuple[float | None, float | None]


def shown_point(listing: Listing) -> Point:
    """Latitude and longitude for others: exact when the owner says so, else a point 100-300 m away.

    Direction and distance follow from a random seed that the home itself keeps: every offer of it shows
    the same point for ever, asking often does not narrow it down, and knowing the id does not lead back.
    """
    if listing.latitude is None or listing.longitude is None:
        return None, None
    if listing.location_precision == LocationPrecision.EXACT:
        return listing.latitude, listing.longitude
    seed = hashlib.sha256(listing.asset.point_seed.encode()).digest()
    angle = 2 * math.pi * int.from_bytes(seed[:4]) / 2**32
    # The root spreads the points evenly over the ring, not densest at its inner edge.
    part = int.from_bytes(seed[4:8]) / 2**32
    metres = math.sqrt(NEAREST_M**2 + part * (FARTHEST_M**2 - NEAREST_M**2))
    north = metres * math.cos(angle) / METRES_PER_DEGREE
    east = metres * math.sin(angle) / METRES_PER_DEGREE / max(0.01, math.cos(math.radians(listing.latitude)))
    return round(listing.latitude + north, _DECIMALS), round(listing.longitude + east, _DECIMALS)


def titles(listing: Listing, *, languages: list[str]) -> dict[str, str]:
    """The title by language; where there is no translation, the original."""
    translated = {text.language: text.title for text in listing.texts.all()}
    return {
        language: listing.title if language == listing.language else translated.get(language, listing.title)
        for language in languages
    }


def badges(listing: Listing) -> list[str]:
    """Facts of the listing itself that deserve a mark; who sells has marks of its own."""
    earned = []
    if listing.exclusive:
        earned.append("exclusive")
    if listing.kind == Kind.VEHICLE and listing.vehicle.condition == Condition.NEW:
        earned.append("new")
    return earned
