"""Makes a home, building or plot out of a chance."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import Any

from key2key.common import clock
from listings.enums import LAND, Furnished, HoldingType, Kind, Purpose
from listings.enums import PropertyType as T
from listings.management.scenes import home_views
from listings.management.seeding import home_words as words
from listings.management.seeding.home_kinds import (
    AMENITIES,
    FLATS,
    HOME_KINDS,
    HOUSES,
    HUMBLE,
    TIER_FACTORS,
    TIER_FACTORS_OF_LAND,
    TRADE,
    HomeKind,
)
from listings.management.seeding.offers import Scene, Thing, Words, chosen, joined
from listings.management.seeding.places import Spot, choose_spot
from listings.management.seeding.prices import Price, asked, rounded

DAYS_IN_MONTH, MONTHS = 30, 12
SHORT_RENT_FACTOR = 2.2  # furnished, with linen, and empty half of the time
LONG_WAY_M2 = 10_000
FEW_ROOMS = 2
NEW_FROM_YEAR = 2024


def home(rng: Random, property_type: str) -> Thing:
    """A thing of the type, somewhere it fits, at a price that fits both."""
    kind = HOME_KINDS[property_type]
    spot = choose_spot(rng, tiers=kind.tiers)
    purpose = rng.choices(list(kind.purposes), weights=list(kind.purposes.values()))[0]
    beds = rng.choice(list(kind.sizes))
    size = _whole(rng.randint(*kind.sizes[beds]))
    detail = _detail(rng, property_type, beds=beds, size=size, purpose=purpose)
    price = _price(rng, kind, purpose=purpose, tier=spot.tier, detail=detail)
    title, description = _words(rng, property_type, purpose=purpose, spot=spot, detail=detail)
    values = {
        "purpose": purpose,
        "location": spot.slug,
        "latitude": spot.latitude,
        "longitude": spot.longitude,
        **price.values,
        "property": detail,
        "attributes": _attributes(rng, property_type, purpose=purpose, spot=spot),
        "landmark": spot.landmark,
    }
    return Thing(Kind.PROPERTY, spot.city, values, title, description, _scenes(rng, property_type))


def _detail(rng: Random, property_type: str, *, beds: int, size: int, purpose: str) -> dict[str, Any]:
    detail: dict[str, Any] = {"property_type": property_type, "size_m2": Decimal(size)}
    if property_type in LAND:
        detail["lot_size_m2"] = Decimal(size)
        detail["holding_type"] = _holding(rng, property_type)
        return detail | _terms(rng, purpose)
    plot = HOME_KINDS[property_type].plot
    if plot[1]:
        detail["lot_size_m2"] = Decimal(_whole(rng.randint(*plot)))
    detail |= {
        "bathrooms": _baths(property_type, beds),
        "year_built": rng.randint(2004, 2025),
        "parking_spaces": 0 if property_type in HUMBLE else rng.randint(1, 3),
        "amenities": _amenities(rng, property_type),
        "holding_type": _holding(rng, property_type),
    }
    if property_type in FLATS | HOUSES | HUMBLE | {T.HOTEL, T.GUEST_HOUSE}:
        detail["bedrooms"] = beds
        detail["furnished"] = _furnished(rng, purpose)
    return detail | _floors(rng, property_type) | _terms(rng, purpose)


def _floors(rng: Random, property_type: str) -> dict[str, int]:
    if property_type in FLATS | {T.OFFICE, T.SHOP}:
        total = rng.randint(5, 8) if "condominium" in property_type else rng.randint(6, 16)
        if property_type == T.PENTHOUSE:
            return {"floor": total - 1, "floors_total": total}
        return {"floor": rng.randint(0, 1 if property_type == T.SHOP else total - 2), "floors_total": total}
    if property_type == T.MULTI_STOREY_HOUSE:
        return {"floors_total": rng.randint(2, 4)}
    return {}


def _terms(rng: Random, purpose: str) -> dict[str, Any]:
    if purpose == Purpose.LONG_RENT:
        return {
            "advance_months": rng.choice([1, 3, 3, 6]),
            "deposit_months": rng.choice([0, 1, 1]),
            "min_term_months": rng.choice([6, 12, 12]),
            "utilities_included": ["water", "guard"],
            "available_from": clock.today() + timedelta(days=rng.randint(3, 40)),
        }
    if purpose == Purpose.SHORT_RENT:
        return {"utilities_included": ["water", "electricity", "internet", "guard", "cleaning"]}
    if purpose == Purpose.LEASE:
        return {"min_term_months": rng.choice([36, 60, 120])}
    return {}


def _price(rng: Random, kind: HomeKind, *, purpose: str, tier: str, detail: dict[str, Any]) -> Price:
    stands_on_land = bool(kind.plot[1]) or detail["property_type"] in LAND
    factors = TIER_FACTORS_OF_LAND if stands_on_land and purpose == Purpose.SALE else TIER_FACTORS
    size, factor = float(detail["size_m2"]), factors[tier] * rng.uniform(0.92, 1.1)
    if purpose == Purpose.SALE:
        plot = float(detail.get("lot_size_m2") or size)
        bonus = (
            max(1.0, min(1.8, plot / size / 1.2)) if kind.plot[1] else 1.0
        )  # a large plot is half the price
        return asked(rng, rounded(size * rng.uniform(*kind.sale) * factor * bonus), dollars=0.02)
    month = size * rng.uniform(*kind.rent) * factor
    if purpose == Purpose.SHORT_RENT:
        day = month * SHORT_RENT_FACTOR / DAYS_IN_MONTH
        return asked(rng, rounded(day), dollars=0.5, period="day")
    if purpose == Purpose.LEASE:
        return asked(rng, rounded(month * MONTHS), period="year")
    is_large = detail["property_type"] in HOUSES or month > 150_000
    return asked(rng, rounded(month), dollars=0.35 if is_large and tier == "A" else 0.0, period="month")


def _attributes(rng: Random, property_type: str, *, purpose: str, spot: Spot) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "woreda": f"{rng.randint(1, 14):02d}",
        "road_surface": rng.choice(["asphalt", "asphalt", "cobblestone", "gravel"]),
        "distance_to_transport_m": rng.randrange(80, 900, 20),
        "viewing_requirements": rng.sample(
            ["appointment", "call_first", "owner_present", "broker_present"], 2
        ),
    }
    if purpose == Purpose.SALE:
        papers = ["site_plan", "land_and_house_tax_receipt", "utility_clearance"]
        is_condominium = "condominium" in property_type
        facts["title_documents"] = [
            "condominium_contract" if is_condominium else "title_deed_carta",
            papers[0],
        ]
        facts["title_documents"] += rng.sample(papers[1:], 1)
        facts["possession"] = rng.choice(["at_once", "at_closing", "negotiable"])
    if property_type in LAND:
        facts["frontage_m"] = f"{rng.randint(8, 40)}.00"
        facts["electric"] = ["single_phase"]
        return facts
    facts["water_source"] = ["city", "tank"]
    facts["flooring"] = [rng.choice(["ceramic", "porcelain", "parquet", "cement"])]
    facts["view"] = [rng.choice(["city", "street", "garden", "mountain"])]
    if spot.city in {"hawassa", "bahir-dar", "bishoftu"} and rng.random() < 0.4:
        facts["view"] = ["lake"]
    return facts


def _words(
    rng: Random, property_type: str, *, purpose: str, spot: Spot, detail: dict[str, Any]
) -> tuple[Words, Words]:
    has_rooms = bool(detail.get("bedrooms")) and property_type not in {T.SINGLE_ROOM, T.SERVICE_QUARTER}
    storeys = max(1, detail.get("floors_total", 2) - 1)
    noun = joined([words.NOUNS[property_type]], storeys=storeys)
    quality = _quality(rng, detail)
    slots: dict[str, Any] = {
        "noun": noun,
        "quality": quality,
        "offered": words.FOR[purpose],
        "area": spot.name,
        "landmark": spot.landmark,
        "beds": detail.get("bedrooms", 0),
        "bedrooms": _counted(detail.get("bedrooms", 0), "bedroom"),
        "bathrooms": _counted(detail.get("bathrooms", 1), "bathroom"),
        "size": f"{int(detail['size_m2']):,}",
        "plot": f"{int(detail.get('lot_size_m2', 0)):,}",
        "floor": detail.get("floor", 0),
        "floors": detail.get("floors_total", 1),
        "year": detail.get("year_built", 0),
        "advance": _counted(detail.get("advance_months", 0), "month"),
        "term": _counted(detail.get("min_term_months", 0), "month"),
        "years": detail.get("min_term_months", 0) // MONTHS,
    }
    title = joined([rng.choice(words.TITLES_WITH_ROOMS if has_rooms else words.TITLES)], **slots)
    said = [rng.choice(words.OPENINGS_WITH_ROOMS if has_rooms else words.OPENINGS)]
    said += _facts_in_words(detail)
    said += [words.OF_AMENITIES[name] for name in detail.get("amenities", [])[:4]]
    is_for_work = property_type in TRADE | {T.INDUSTRIAL_PLOT, T.COMMERCIAL_PLOT, T.FARM_LAND}
    said.append(rng.choice(words.AROUND_TRADE if is_for_work else words.AROUND))
    said += _ending(rng, property_type, purpose)
    return (_capital(title[0]), title[1]), joined(said, **slots)


def _quality(rng: Random, detail: dict[str, Any]) -> Words:
    if detail["property_type"] in LAND:
        return rng.choice(words.QUALITIES_OF_LAND)
    is_new = detail["year_built"] >= NEW_FROM_YEAR
    return words.NEWLY_FINISHED if is_new else rng.choice(words.QUALITIES)


def _counted(count: int, noun: str) -> Words:
    """Amharic counts in the singular, and its sentences name the noun themselves."""
    return f"{count} {noun}{'' if count == 1 else 's'}", str(count)


def _facts_in_words(detail: dict[str, Any]) -> list[Words]:
    said = []
    if "floor" in detail:
        said.append(words.ON_FLOOR[1 if detail["floor"] else 0])
    elif "lot_size_m2" in detail and detail["property_type"] not in LAND:
        said.append(words.WITH_PLOT)
    if detail.get("year_built"):
        said.append(words.BUILT_IN)
    return said


def _ending(rng: Random, property_type: str, purpose: str) -> list[Words]:
    if purpose == Purpose.LONG_RENT:
        return rng.sample(words.RENT_ENDS, 2)
    if purpose == Purpose.SALE:
        return [rng.choice(words.LAND_ENDS if property_type in LAND else words.SALE_ENDS)]
    return [rng.choice(words.SHORT_ENDS if purpose == Purpose.SHORT_RENT else words.LEASE_ENDS)]


def _scenes(rng: Random, property_type: str) -> tuple[Scene, ...]:
    seed = rng.randrange(1_000_000)
    return tuple(
        Scene(Kind.PROPERTY, view, {"property_type": property_type, "view": view, "seed": seed})
        for view in chosen(rng, home_views(property_type, seed=seed))
    )


def _amenities(rng: Random, property_type: str) -> list[str]:
    groups = {
        T.PENTHOUSE: "luxury",
        **dict.fromkeys(FLATS - {T.PENTHOUSE}, "flat"),
        **dict.fromkeys(HUMBLE, "humble"),
    }
    group = groups.get(T(property_type), "house" if property_type in HOUSES | {T.GUEST_HOUSE} else "trade")
    choices = AMENITIES[group]
    if "condominium" in property_type:
        choices = tuple(name for name in choices if name not in {"parking_basement", "generator"})
    return rng.sample(choices, rng.randint(min(3, len(choices)), min(7, len(choices))))


def _holding(rng: Random, property_type: str) -> str:
    if property_type in {T.INDUSTRIAL_PLOT, T.FARM_LAND, T.FACTORY}:
        return HoldingType.LEASE
    if "condominium" in property_type or property_type in FLATS:
        return HoldingType.CONDOMINIUM_TITLE
    return rng.choice([HoldingType.LEASE, HoldingType.OLD_POSSESSION, HoldingType.LEASE])


def _furnished(rng: Random, purpose: str) -> str:
    if purpose == Purpose.SHORT_RENT:
        return Furnished.FURNISHED
    return rng.choice([Furnished.UNFURNISHED, Furnished.UNFURNISHED, Furnished.PARTLY, Furnished.FURNISHED])


def _baths(property_type: str, beds: int) -> int:
    if property_type in {T.HOTEL, T.GUEST_HOUSE}:
        return beds
    return 1 if beds <= FEW_ROOMS else beds - 1


def _whole(size: int) -> int:
    return round(size, -3) if size >= LONG_WAY_M2 else size


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
