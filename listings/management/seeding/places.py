"""Where the demo's things lie: chosen by how well known a place is, priced by how dear it is."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from random import Random

from listings import areas
from listings.enums import AreaLevel
from listings.management.seeding.landmarks import LANDMARKS, USUAL
from listings.management.seeding.offers import Words

ADDIS, DIRE_DAWA = "addis-ababa", "dire-dawa"
ADDIS_SHARE = 0.78
LEAST_POPULAR = 44
SPREAD_M, SPREAD_CITY_M = 260, 900
METRES_PER_DEGREE = 111_195

# From the dearest to the cheapest; what is named nowhere follows from its sub-city.
_TIERS: dict[str, str] = {
    "A": "bole-medhanealem bole-atlas bole-brass bole-japan bole-friendship bole-dildiy rwanda kazanchis"
    " old-airport sarbet bisrate-gabriel olympia meskel-square urael dembel bambis imperial",
    "B": "gerji gerji-mebrat-hail haya-hulet haya-arat megenagna cmc summit gurd-shola mexico piassa"
    " arat-kilo sidist-kilo amist-kilo meskel-flower wollo-sefer bole-michael stadium legehar merkato"
    " mekanisa lebu lebu-varnero lebu-mebrat-hail gofa gofa-gabriel gotera beklo-bet lideta-condominium"
    " jacros salite-mehret figa national-theatre ambassador karl-adebabay saris",
}
_TIER_OF = {slug: tier for tier, slugs in _TIERS.items() for slug in slugs.split()}
_TIER_OF_SUB_CITY = {"bole": "B", "kirkos": "B", "arada": "B", "lideta": "B"}
_BETTER_CITIES = frozenset({"hawassa", "adama", "bahir-dar", "bishoftu", "mekelle", DIRE_DAWA, "legetafo"})


@dataclass(frozen=True)
class Spot:
    """A point near the middle of an area. `tier` goes from A, the dearest, to E."""

    slug: str
    name: Words
    city: str
    tier: str
    latitude: float
    longitude: float
    landmark: Words


def choose_spot(rng: Random, *, tiers: str = "ABCDE") -> Spot:
    """Somewhere in Ethiopia, most often in Addis Ababa, in an area of one of these tiers."""
    addis, elsewhere = _choices()
    first, second = (addis, elsewhere) if rng.random() < ADDIS_SHARE else (elsewhere, addis)
    fitting = _of_tiers(first, tiers) or _of_tiers(second, tiers)
    slug = rng.choices(list(fitting), weights=list(fitting.values()))[0]
    place = areas.find(slug)
    assert place is not None  # noqa: S101 - it was chosen out of the tree
    latitude, longitude = _near(rng, place)
    return Spot(
        slug=slug,
        name=(place.name_en, place.name_am or place.name_en),
        city=_city(place),
        tier=_tier(slug),
        latitude=latitude,
        longitude=longitude,
        landmark=rng.choice(LANDMARKS.get(slug, USUAL)),
    )


def _of_tiers(weights: Mapping[str, int], tiers: str) -> dict[str, int]:
    return {slug: weight for slug, weight in weights.items() if _tier(slug) in tiers}


@cache
def _choices() -> tuple[Mapping[str, int], Mapping[str, int]]:
    """The slugs to choose from with their weights: in Addis Ababa, and elsewhere."""
    addis, elsewhere = {}, {}
    for place in areas.everything():
        weight = place.popularity**2
        if place.popularity < LEAST_POPULAR or place.level not in {AreaLevel.NEIGHBOURHOOD, AreaLevel.CITY}:
            continue
        if place.path.startswith(f"{ADDIS}/"):
            addis[place.slug] = weight
        else:
            elsewhere[place.slug] = weight
    return addis, elsewhere


@cache
def _tier(slug: str) -> str:
    place = areas.find(slug)
    path = place.path.split("/") if place else []
    if path and path[0] == ADDIS:
        return _TIER_OF.get(slug) or next(
            (_TIER_OF_SUB_CITY[part] for part in path if part in _TIER_OF_SUB_CITY), "C"
        )
    return "D" if _BETTER_CITIES & set(path) else "E"


def _city(place: areas.Place) -> str:
    parts = place.path.split("/")
    if parts[0] in {ADDIS, DIRE_DAWA}:
        return parts[0]
    found = next((areas.find(part) for part in parts if _is_city(part)), None)
    return found.slug if found else place.slug


def _is_city(slug: str) -> bool:
    found = areas.find(slug)
    return found is not None and found.level == AreaLevel.CITY


def _near(rng: Random, place: areas.Place) -> tuple[float, float]:
    spread = SPREAD_CITY_M if place.level == AreaLevel.CITY else SPREAD_M
    north, east = rng.gauss(0, spread), rng.gauss(0, spread)
    latitude = place.latitude + north / METRES_PER_DEGREE
    longitude = place.longitude + east / METRES_PER_DEGREE / math.cos(math.radians(place.latitude))
    return round(latitude, 6), round(longitude, 6)
