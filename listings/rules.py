"""Rules between the fields of a listing (data-model.md): errors refuse, warnings are told.

Pure: takes the merged values of a listing as a `Facts`, returns faults and warnings.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _
from vininfo import Vin
from vininfo.exceptions import ValidationError as VinError

from key2key.common.errors import Fault
from listings.enums import LAND, Kind, PriceQualifier, Purpose, RentPeriod
from listings.vehicle_enums import WITH_BODY, Condition, FuelType, UsageType, VehicleClass

RENTS = frozenset({Purpose.LONG_RENT, Purpose.SHORT_RENT, Purpose.LEASE})
SHORT_PERIODS = frozenset({RentPeriod.DAY, RentPeriod.WEEK})
WITHOUT_ODOMETER = frozenset(
    {
        VehicleClass.TRAILER,
        VehicleClass.AGRICULTURAL,
        VehicleClass.CONSTRUCTION,
        VehicleClass.FORKLIFT,
        VehicleClass.BOAT,
    }
)
NEW_KM, CLASSIC_YEARS, COMPANY_MONTHS, PRE_REGISTERED_MONTHS = 1_000, 30, 24, 12
KM_PER_YEAR, OLDEST_YEAR, STRONGEST_CAR_KW = 80_000, 1900, 600
_VIN = re.compile(r"[A-HJ-NPR-Z0-9]{17}")
_CHASSIS = re.compile(r"[A-Z0-9-]{9,20}")
REMOVED = "[…]"
_CONTACT = re.compile(
    r"https?://\S+|www\.\S+|[\w.+-]+@[\w-]+\.[\w.]+|(?<!\d)(?:\+?251|0)[\s-]?[79](?:[\s-]?\d){8}(?!\d)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Facts:
    """A listing's merged values: columns by name, the detail row's by name, attributes, identity."""

    kind: str
    listing: dict[str, Any]
    detail: dict[str, Any]
    attributes: dict[str, Any]
    identity: dict[str, Any]
    today: date


@dataclass(frozen=True)
class Verdict:
    """What the rules found."""

    faults: list[Fault]
    warnings: list[Fault]


Rule = Callable[[Facts], Iterator[Fault]]


def judge(facts: Facts) -> Verdict:
    """All faults and warnings of the rules that concern this kind."""
    errors, warnings = (_HOME_ERRORS, ()) if facts.kind == Kind.PROPERTY else (_CAR_ERRORS, _CAR_WARNINGS)
    return Verdict(
        faults=[fault for rule in (*_ERRORS, *errors) for fault in rule(facts)],
        warnings=[fault for rule in (*_WARNINGS, *warnings) for fault in rule(facts)],
    )


def without_contact(text: str) -> str:
    """The text without links, e-mail addresses and phones: people meet through us first."""
    return _CONTACT.sub(REMOVED, text)


def _price(facts: Facts) -> Iterator[Fault]:
    price, qualifier = facts.listing.get("price"), facts.listing.get("price_qualifier")
    if price is None and qualifier != PriceQualifier.ON_REQUEST:
        yield Fault("/price", "required", _("Name a price, or let the price qualifier be on_request."))
    if price is not None and price <= 0:
        yield Fault("/price", "min_value", _("The price must be above zero."))


def _rent(facts: Facts) -> Iterator[Fault]:
    period, purpose = facts.listing.get("rent_period"), facts.listing.get("purpose")
    if purpose in RENTS and not period:
        yield Fault("/rent_period", "required", _("A rent needs its period."))
    if purpose == Purpose.SALE and period:
        yield Fault("/rent_period", "not_for_sale", _("A sale has no rent period."))


def _point(facts: Facts) -> Iterator[Fault]:
    latitude, longitude = facts.listing.get("latitude"), facts.listing.get("longitude")
    if (latitude is None) != (longitude is None):
        yield Fault("/latitude", "point_incomplete", _("Latitude and longitude come together."))


def _contact_removed(facts: Facts) -> Iterator[Fault]:
    for name in ("title", "description"):
        if REMOVED in str(facts.listing.get(name) or ""):
            yield Fault(
                f"/{name}",
                "contact_removed",
                _("We took a link, an e-mail address or a phone out of the text."),
            )


def _home_land(facts: Facts) -> Iterator[Fault]:
    if facts.detail.get("property_type") in LAND:
        for name in ("bedrooms", "bathrooms", "floor", "floors_total", "furnished"):
            if facts.detail.get(name):
                yield Fault(f"/{name}", "not_for_land", _("Land has no such thing."))


def _home_floors(facts: Facts) -> Iterator[Fault]:
    floor, total = facts.detail.get("floor"), facts.detail.get("floors_total")
    if floor is not None and total is not None and floor >= total:
        yield Fault(
            "/floor", "floor_above_building", _("The building has fewer floors (0 is the ground floor).")
        )


def _home_sizes(facts: Facts) -> Iterator[Fault]:
    for name in ("size_m2", "lot_size_m2"):
        value = facts.detail.get(name)
        if value is not None and value <= 0:
            yield Fault(f"/{name}", "min_value", _("The size must be above zero."))
    year = facts.detail.get("year_built")
    if year is not None and not OLDEST_YEAR <= year <= facts.today.year + 10:
        yield Fault("/year_built", "year_not_possible", _("This year is not possible."))


def _home_rent_terms(facts: Facts) -> Iterator[Fault]:
    if facts.listing.get("purpose") == Purpose.SALE:
        for name in ("deposit_months", "advance_months", "min_term_months", "utilities_included"):
            if facts.detail.get(name):
                yield Fault(f"/{name}", "not_for_sale", _("A sale has no terms of rent."))


def _car_model(facts: Facts) -> Iterator[Fault]:
    brand, model = facts.detail.get("brand"), facts.detail.get("model")
    if model is not None and brand is not None and model.brand_id != brand.pk:
        yield Fault("/model", "model_of_other_brand", _("This brand has no such model."))
    vehicle_class = facts.detail.get("vehicle_class")
    if model is not None and model.classes and vehicle_class not in model.classes:
        yield Fault("/vehicle_class", "class_of_other_model", _("This model is of another class."))


def _car_body(facts: Facts) -> Iterator[Fault]:
    if facts.detail.get("body_type") and facts.detail.get("vehicle_class") not in WITH_BODY:
        yield Fault("/body_type", "no_body_in_class", _("Vehicles of this class have no body type."))


def _car_new(facts: Facts) -> Iterator[Fault]:
    if facts.detail.get("condition") != Condition.NEW:
        return
    if (facts.detail.get("mileage_km") or 0) >= NEW_KM:
        yield Fault("/mileage_km", "too_far_for_new", _("A new vehicle has run less than 1,000 km."))
    if facts.detail.get("previous_owners"):
        yield Fault("/previous_owners", "owners_of_new", _("A new vehicle had no owner."))


def _car_used(facts: Facts) -> Iterator[Fault]:
    worn = facts.detail.get("condition") == Condition.USED or facts.detail.get("usage_type") in {
        UsageType.COMPANY,
        UsageType.PRE_REGISTERED,
        UsageType.CLASSIC,
    }
    if worn and facts.detail.get("mileage_km") == 0:
        yield Fault("/mileage_km", "mileage_of_used", _("A used vehicle has run some kilometres."))


def _car_ages(facts: Facts) -> Iterator[Fault]:
    year, usage = facts.detail.get("year"), facts.detail.get("usage_type")
    if year is None:
        return
    if not OLDEST_YEAR <= year <= facts.today.year + 1:
        yield Fault("/year", "year_not_possible", _("This year is not possible."))
    if usage == UsageType.CLASSIC and facts.today.year - year <= CLASSIC_YEARS:
        yield Fault("/usage_type", "too_young_for_classic", _("A classic is older than 30 years."))
    registered = _months(facts.detail.get("first_registration"))
    if registered is None:
        return
    if registered > _month_of(facts.today):
        yield Fault("/first_registration", "in_the_future", _("This month has not come yet."))
    if registered // 12 < year - 1:
        yield Fault(
            "/first_registration",
            "before_model_year",
            _("It cannot have been registered before it was built."),
        )
    if usage == UsageType.COMPANY and _month_of(facts.today) - registered > COMPANY_MONTHS:
        yield Fault("/usage_type", "too_old_for_company", _("A company car is at most 24 months old."))


def _car_electric(facts: Facts) -> Iterator[Fault]:
    if facts.detail.get("fuel_type") != FuelType.ELECTRIC:
        return
    if facts.detail.get("displacement_cc"):
        yield Fault("/displacement_cc", "not_for_electric", _("An electric vehicle has no displacement."))
    if facts.attributes.get("gears") not in {None, 1}:
        yield Fault("/attributes/gears", "not_for_electric", _("An electric vehicle has one gear."))


def _car_damage(facts: Facts) -> Iterator[Fault]:
    if facts.detail.get("has_unrepaired_damage") and facts.attributes.get("accident_free_claimed"):
        yield Fault(
            "/attributes/accident_free_claimed",
            "damage_and_accident_free",
            _("A vehicle with unrepaired damage is not free of accidents."),
        )


def _car_dealer_price(facts: Facts) -> Iterator[Fault]:
    dealer: dict[str, str] = facts.attributes.get("dealer_price") or {}
    price = facts.listing.get("price")
    same_currency = dealer.get("currency") == facts.listing.get("currency")
    if dealer and same_currency and price is not None and Decimal(dealer["amount"]) > price:
        yield Fault(
            "/attributes/dealer_price", "dealer_price_above_price", _("The dealer price is above the price.")
        )


def _car_identity(facts: Facts) -> Iterator[Fault]:
    vin, chassis = facts.identity.get("vin"), facts.identity.get("chassis_number")
    if vin and not _VIN.fullmatch(vin):
        yield Fault("/vin", "vin_not_possible", _("A VIN has 17 letters and digits, without I, O and Q."))
    if chassis and not _CHASSIS.fullmatch(chassis):
        yield Fault(
            "/chassis_number", "chassis_not_possible", _("A frame number has 9 to 20 letters and digits.")
        )


def _car_vin_check(facts: Facts) -> Iterator[Fault]:
    """The check digit binds only makers for North America: a mismatch warns, it never refuses (X-6)."""
    vin = facts.identity.get("vin")
    if not vin or not _VIN.fullmatch(vin):
        return
    try:
        fits = Vin(vin).verify_checksum()
    except VinError:
        fits = False
    if not fits and vin[0] in "145":
        yield Fault("/vin", "vin_check_digit", _("The check digit of this VIN does not fit. Please compare."))


def _car_distance(facts: Facts) -> Iterator[Fault]:
    year, mileage = facts.detail.get("year"), facts.detail.get("mileage_km")
    if year and mileage and mileage / max(1, facts.today.year - year) > KM_PER_YEAR:
        yield Fault(
            "/mileage_km", "mileage_unusual", _("This is more than 80,000 km a year. Please compare.")
        )


def _car_power(facts: Facts) -> Iterator[Fault]:
    power, vehicle_class = facts.detail.get("power_kw"), facts.detail.get("vehicle_class")
    if power and vehicle_class == VehicleClass.CAR and power > STRONGEST_CAR_KW:
        yield Fault("/power_kw", "power_unusual", _("This is unusually strong for a car. Power is in kW."))


def _car_pre_registered(facts: Facts) -> Iterator[Fault]:
    registered = _months(facts.detail.get("first_registration"))
    is_pre = facts.detail.get("usage_type") == UsageType.PRE_REGISTERED
    if is_pre and registered is not None and _month_of(facts.today) - registered > PRE_REGISTERED_MONTHS:
        yield Fault("/usage_type", "old_for_pre_registered", _("Pre-registered means at most 12 months old."))


def _car_body_of_model(facts: Facts) -> Iterator[Fault]:
    model, body = facts.detail.get("model"), facts.detail.get("body_type")
    if model is not None and body and model.bodies and body not in model.bodies:
        yield Fault(
            "/body_type", "body_unusual", _("This model is not known with this body. Please compare.")
        )


def _months(word: str | None) -> int | None:
    if not word:
        return None
    year, month = word.split("-")
    return int(year) * 12 + int(month) - 1


def _month_of(day: date) -> int:
    return day.year * 12 + day.month - 1


_ERRORS: tuple[Rule, ...] = (_price, _rent, _point)
_WARNINGS: tuple[Rule, ...] = (_contact_removed,)
_HOME_ERRORS: tuple[Rule, ...] = (_home_land, _home_floors, _home_sizes, _home_rent_terms)
_CAR_ERRORS: tuple[Rule, ...] = (
    _car_model,
    _car_body,
    _car_new,
    _car_used,
    _car_ages,
    _car_electric,
    _car_damage,
    _car_dealer_price,
    _car_identity,
)
_CAR_WARNINGS: tuple[Rule, ...] = (
    _car_vin_check,
    _car_distance,
    _car_power,
    _car_pre_registered,
    _car_body_of_model,
)
