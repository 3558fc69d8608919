"""Makes a vehicle out of a chance."""

from __future__ import annotations

from datetime import date
from random import Random
from typing import Any

from key2key.common import clock
from listings import makes
from listings.enums import Kind, Purpose
from listings.management.scenes import vehicle_views
from listings.management.seeding import vehicle_words as words
from listings.management.seeding.offers import Scene, Thing, Words, chosen, joined
from listings.management.seeding.places import Spot, choose_spot
from listings.management.seeding.prices import asked, rounded
from listings.management.seeding.vehicle_kinds import ELECTRIC, EQUIPMENT, VehicleKind
from listings.vehicle_enums import Condition, DutyStatus, UsageType, VehicleClass

MILLION = 1_000_000
NEW_FROM_YEAR, NEW_SHARE = 2025, 0.6
VIN_SHARE = 0.45
VIN_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ0123456789"
KM_A_YEAR = {
    "car": 13_000, "pickup_van": 19_000, "minibus": 30_000, "bus": 38_000, "truck": 36_000,
    "tractor_unit": 48_000, "three_wheeler": 16_000, "motorcycle": 8_000, "agricultural": 1_200,
}  # fmt: skip
MAKER_CODES = {
    "toyota": "JT", "suzuki": "MA", "hyundai": "KM", "kia": "KN", "nissan": "JN", "mitsubishi": "JM",
    "honda": "JH", "isuzu": "JA", "mercedes-benz": "WD", "ford": "AF", "volvo": "YV",
}  # fmt: skip
OTHER_MAKER = "LG"  # most others come from China, and so they were imported from there
ORIGINS = {
    "toyota": "japan", "suzuki": "other", "nissan": "japan", "mitsubishi": "japan", "honda": "gulf",
    "isuzu": "local_assembly", "hyundai": "korea", "kia": "korea", "mercedes-benz": "europe",
    "ford": "other", "volvo": "europe", "lada": "europe", "bajaj": "other", "tvs": "other",
    "yamaha": "other", "massey-ferguson": "other", "mesfin": "local_assembly",
}  # fmt: skip
HEAVY = frozenset(
    {
        VehicleClass.TRUCK,
        VehicleClass.BUS,
        VehicleClass.TRACTOR_UNIT,
        VehicleClass.TRAILER,
        VehicleClass.AGRICULTURAL,
        VehicleClass.MINIBUS,
    }
)
LIGHT = frozenset({VehicleClass.MOTORCYCLE, VehicleClass.THREE_WHEELER})


def vehicle(rng: Random, kind: VehicleKind) -> Thing:
    """One of its kind, of some year, at the price of that year."""
    spot = choose_spot(rng)
    year = rng.randint(*kind.years)
    is_new = year >= NEW_FROM_YEAR and rng.random() < NEW_SHARE
    detail = _detail(rng, kind, year=year, is_new=is_new)
    color = detail.get("exterior_color", "white")
    facts = _attributes(rng, kind, detail=detail)
    title, description = _words(rng, kind, spot=spot, known={**detail, **facts})
    values = {
        "purpose": Purpose.SALE,
        "location": spot.slug,
        "latitude": spot.latitude,
        "longitude": spot.longitude,
        **asked(rng, _birr(rng, kind, detail), dollars=0.02).values,
        "vehicle": detail,
        "attributes": facts,
        "landmark": spot.landmark,
        **_identity(rng, kind),
    }
    return Thing(Kind.VEHICLE, spot.city, values, title, description, _scenes(rng, kind, color=color))


def _detail(rng: Random, kind: VehicleKind, *, year: int, is_new: bool) -> dict[str, Any]:
    is_electric = kind.fuel == ELECTRIC
    detail: dict[str, Any] = {
        "vehicle_class": kind.vehicle_class,
        "body_type": kind.body,
        "brand": kind.brand,
        "model": kind.model,
        "year": year,
        "fuel_type": kind.fuel,
        "transmission": "single_speed" if is_electric else kind.gearbox,
        "drive_type": kind.drive,
        "condition": Condition.NEW if is_new else Condition.USED,
        "exterior_color": _color(rng, kind),
        "duty_status": rng.choices([DutyStatus.DUTY_PAID, DutyStatus.DUTY_FREE_PRIVILEGE], weights=[14, 1])[
            0
        ],
        "equipment": _equipment(rng, kind),
    }
    if kind.power_kw:
        detail |= {"power_kw": kind.power_kw, "seats": kind.seats}
    if is_electric:
        detail |= {"battery_kwh": f"{kind.size:.1f}", "range_km": kind.range_km}
    elif kind.size:
        detail["displacement_cc"] = int(kind.size)
    if kind.vehicle_class == VehicleClass.CAR:
        detail["doors"] = 5 if kind.body not in {"sedan", "coupe"} else 4
    return detail | (_newness(rng) if is_new else _history(rng, kind, year=year))


def _newness(rng: Random) -> dict[str, Any]:
    return {"mileage_km": rng.randint(8, 90), "ever_in_accident": False, "has_unrepaired_damage": False}


def _history(rng: Random, kind: VehicleKind, *, year: int) -> dict[str, Any]:
    today = clock.today()
    registered = date(min(year + rng.choice([0, 0, 1, 3]), today.year - 1), rng.randint(1, 12), 1)
    history: dict[str, Any] = {
        "first_registration": f"{max(registered.year, year):04d}-{registered.month:02d}",
        "previous_owners": rng.choice([1, 1, 1, 2, 2, 3]),
        "ever_in_accident": rng.random() < 0.1,
        "has_unrepaired_damage": False,
        "usage_type": _usage(rng, kind),
    }
    if kind.vehicle_class != VehicleClass.TRAILER:
        years = max(1, today.year - year)
        history["mileage_km"] = (
            round(KM_A_YEAR[kind.vehicle_class] * min(years, 16) * rng.uniform(0.7, 1.2), -3) or 900
        )
        history["mileage_km"] = int(history["mileage_km"])
    return history


def _usage(rng: Random, kind: VehicleKind) -> str:
    if kind.vehicle_class in {VehicleClass.MINIBUS, VehicleClass.THREE_WHEELER}:
        return rng.choice([UsageType.TAXI, UsageType.TAXI, UsageType.PRIVATE])
    if kind.vehicle_class == VehicleClass.CAR and kind.drive == "awd":
        return rng.choice([UsageType.PRIVATE, UsageType.PRIVATE, UsageType.NGO_OR_EMBASSY])
    if kind.vehicle_class == VehicleClass.CAR:
        return rng.choice([UsageType.PRIVATE, UsageType.PRIVATE, UsageType.PRIVATE, UsageType.RIDE_HAILING])
    return UsageType.PRIVATE


def _birr(rng: Random, kind: VehicleKind, detail: dict[str, Any]) -> int:
    first, last = kind.years
    oldest, newest = kind.millions
    part = (detail["year"] - first) / max(1, last - first)
    factor = rng.uniform(0.95, 1.06) * (1.06 if detail["condition"] == Condition.NEW else 1.0)
    return rounded((oldest + (newest - oldest) * part**1.3) * factor * MILLION)


def _attributes(rng: Random, kind: VehicleKind, *, detail: dict[str, Any]) -> dict[str, Any]:
    is_new, today = detail["condition"] == Condition.NEW, clock.today()
    facts: dict[str, Any] = {"import_origin": ORIGINS.get(kind.brand, "china"), "bank_lien": False}
    if is_new:
        facts |= {"plate_code": "none", "warranty_months": rng.choice([24, 36]), "availability": "in_stock"}
    else:
        is_taxi = detail["usage_type"] == UsageType.TAXI
        facts |= {
            "plate_code": "1" if is_taxi else "3" if kind.vehicle_class in HEAVY else "2",
            "plate_region": rng.choice(["addis-ababa", "addis-ababa", "addis-ababa", "oromia"]),
            "ownership_book": rng.choice(["present", "name_matches_seller", "name_matches_seller"]),
            "annual_inspection_until": f"{today.year + 1}-{rng.randint(1, 12):02d}",
        }
    if kind.vehicle_class not in {*LIGHT, VehicleClass.TRAILER}:
        facts["steering_position"] = "lhd"
    if kind.fuel == ELECTRIC:
        facts |= {
            "battery_health_pct": 100 if is_new else rng.randint(88, 99),
            "battery_ownership": "included",
            "charge_port": [rng.choice(["gb_t", "gb_t", "ccs2"])],
            "charger_included": True,
        }
    if kind.vehicle_class == VehicleClass.TRUCK:
        facts["payload_kg"] = rng.choice([3_500, 5_000, 10_000, 25_000])
    if kind.vehicle_class == VehicleClass.AGRICULTURAL:
        facts["operating_hours"] = rng.randrange(1_200, 7_000, 100)
    return facts


def _words(rng: Random, kind: VehicleKind, *, spot: Spot, known: dict[str, Any]) -> tuple[Words, Words]:
    is_new, is_towed = known["condition"] == Condition.NEW, kind.vehicle_class == VehicleClass.TRAILER
    slots: dict[str, Any] = {
        "name": _name(kind),
        "year": known["year"],
        "km": f"{known.get('mileage_km', 0):,}",
        "gearbox": words.GEARBOXES[known["transmission"]],
        "fuel": words.FUELS[kind.fuel],
        "color": words.COLORS[known["exterior_color"]],
        "area": spot.name,
        "landmark": spot.landmark,
        "quality": words.BRAND_NEW if is_new else rng.choice(words.QUALITIES),
        "range": kind.range_km,
        "kwh": f"{kind.size:g}",
        "health": known.get("battery_health_pct", 0),
        "warranty": known.get("warranty_months", 0),
    }
    titles = words.TITLES_TOWED if is_towed else words.TITLES_ELECTRIC if kind.range_km else words.TITLES
    openings = words.OPENINGS_TOWED if is_towed else words.OPENINGS_NEW if is_new else words.OPENINGS
    said = [
        rng.choice(openings),
        *_battery(kind, is_new=is_new),
        *_state(rng, kind, known),
        *_papers(rng, known),
    ]
    said.append(rng.choice(words.ENDS_HEAVY if kind.vehicle_class in HEAVY else words.ENDS))
    return joined([rng.choice(titles)], **slots), joined(said, **slots)


def _battery(kind: VehicleKind, *, is_new: bool) -> list[Words]:
    if kind.fuel != ELECTRIC:
        return []
    reach, health, charger = words.ELECTRIC
    return [reach, charger] if is_new else [reach, health, charger]


def _state(rng: Random, kind: VehicleKind, known: dict[str, Any]) -> list[Words]:
    """Only what the fields say as well."""
    if known["condition"] == Condition.NEW:
        return []
    if kind.vehicle_class in HEAVY:
        return rng.sample(words.STATES_HEAVY, 2)
    said = [rng.choice(words.STATES_ELECTRIC if kind.fuel == ELECTRIC else words.STATES)]
    said.append(words.REPAIRED if known["ever_in_accident"] else words.NO_ACCIDENT)
    return [*said, words.ONE_OWNER] if known["previous_owners"] == 1 else said


def _papers(rng: Random, known: dict[str, Any]) -> list[Words]:
    duty = words.DUTY_PAID if known["duty_status"] == DutyStatus.DUTY_PAID else words.DUTY_FREE
    if known["condition"] == Condition.NEW:
        return [duty, *words.PAPERS_NEW]
    return [duty, rng.choice(words.PAPERS)]


def _name(kind: VehicleKind) -> Words:
    brand = makes.find_brand(kind.brand)
    model = next((one for one in brand.models if one.slug == kind.model), None) if brand else None
    if brand is None or model is None:
        raise LookupError(f"The reference data has no {kind.brand} {kind.model}.")
    return f"{brand.name_en} {model.name_en}", f"{brand.name_in('am')} {model.name_in('am')}"


def _identity(rng: Random, kind: VehicleKind) -> dict[str, str]:
    if rng.random() > VIN_SHARE:
        return {}
    if kind.brand == "toyota" and rng.random() < 0.5:
        return {"chassis_number": f"NCP{rng.randint(10, 199)}-{rng.randint(1_000, 999_999):07d}"}
    rest = "".join(rng.choice(VIN_LETTERS) for _ in range(9)) + f"{rng.randint(0, 999_999):06d}"
    return {"vin": MAKER_CODES.get(kind.brand, OTHER_MAKER) + rest}


def _color(rng: Random, kind: VehicleKind) -> str:
    if kind.vehicle_class == VehicleClass.THREE_WHEELER:
        return rng.choice(["blue", "blue", "red", "green"])
    names = ["white", "silver", "grey", "black", "blue", "red", "gold", "beige", "green"]
    return rng.choices(names, weights=[30, 20, 14, 12, 8, 7, 3, 3, 3])[0]


def _equipment(rng: Random, kind: VehicleKind) -> list[str]:
    if kind.vehicle_class in LIGHT:
        group = "light"
    elif kind.vehicle_class in HEAVY:
        group = "heavy"
    elif kind.fuel == ELECTRIC:
        group = "electric"
    elif kind.vehicle_class == VehicleClass.PICKUP_VAN:
        group = "rough"
    else:
        group = "good" if kind.millions[1] > 3 else "plain"
    choices = EQUIPMENT[group]
    return rng.sample(choices, rng.randint(min(2, len(choices)), min(10, len(choices))))


def _scenes(rng: Random, kind: VehicleKind, *, color: str) -> tuple[Scene, ...]:
    seed = rng.randrange(1_000_000)
    looks = {"vehicle_class": kind.vehicle_class, "body_type": kind.body}
    return tuple(
        Scene(
            Kind.VEHICLE,
            "front" if view == "front_left" else view,
            {**looks, "color": color, "view": view, "seed": seed},
        )
        for view in chosen(rng, vehicle_views(**looks, seed=seed))
    )
