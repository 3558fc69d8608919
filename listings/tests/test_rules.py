from __future__ import annotations

from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest

from listings.quality import completeness
from listings.rules import Facts, judge, without_contact

TODAY = date(2026, 11, 22)
TOYOTA, NISSAN = SimpleNamespace(pk=1), SimpleNamespace(pk=2)
COROLLA = SimpleNamespace(brand_id=1, classes=["car"], bodies=["sedan", "wagon"])


def home(listing=None, detail=None, attributes=None) -> Facts:
    return Facts(
        kind="property",
        listing={
            "price": Decimal(5),
            "price_qualifier": "fixed",
            "purpose": "sale",
            "rent_period": "",
            **(listing or {}),
        },
        detail={"property_type": "villa", **(detail or {})},
        attributes=attributes or {},
        identity={},
        today=TODAY,
    )


def car(detail=None, *, listing=None, attributes=None, identity=None) -> Facts:
    usual = {
        "vehicle_class": "car", "body_type": "sedan", "brand": TOYOTA, "model": COROLLA, "year": 2015,
        "mileage_km": 90_000, "fuel_type": "petrol", "condition": "used", "usage_type": "",
        "first_registration": "2015-06",
    }  # fmt: skip
    return Facts(
        kind="vehicle",
        listing={
            "price": Decimal(5),
            "price_qualifier": "fixed",
            "purpose": "sale",
            "currency": "ETB",
            **(listing or {}),
        },
        detail={**usual, **(detail or {})},
        attributes=attributes or {},
        identity=identity or {},
        today=TODAY,
    )


def codes(facts) -> set[tuple[str, str]]:
    return {(fault.pointer, fault.code) for fault in judge(facts).faults}


def warned(facts) -> set[tuple[str, str]]:
    return {(fault.pointer, fault.code) for fault in judge(facts).warnings}


def test_what_is_sound_has_no_faults():
    assert codes(home()) == codes(car()) == warned(home()) == warned(car()) == set()


@pytest.mark.parametrize(
    "facts, fault",
    [
        (home({"price": None}), ("/price", "required")),
        (home({"price": Decimal(0)}), ("/price", "min_value")),
        (home({"purpose": "long_rent"}), ("/rent_period", "required")),
        (home({"rent_period": "month"}), ("/rent_period", "not_for_sale")),
        (home({"latitude": 9.0, "longitude": None}), ("/latitude", "point_incomplete")),
        (home(detail={"property_type": "farm_land", "bedrooms": 2}), ("/bedrooms", "not_for_land")),
        (home(detail={"floor": 5, "floors_total": 5}), ("/floor", "floor_above_building")),
        (home(detail={"size_m2": Decimal(0)}), ("/size_m2", "min_value")),
        (home(detail={"year_built": 1500}), ("/year_built", "year_not_possible")),
        (home(detail={"deposit_months": 2}), ("/deposit_months", "not_for_sale")),
        (car({"brand": NISSAN}), ("/model", "model_of_other_brand")),
        (car({"vehicle_class": "bus", "body_type": ""}), ("/vehicle_class", "class_of_other_model")),
        (car({"vehicle_class": "truck"}), ("/body_type", "no_body_in_class")),
        (car({"condition": "new", "mileage_km": 1000}), ("/mileage_km", "too_far_for_new")),
        (
            car({"condition": "new", "mileage_km": 5, "previous_owners": 1}),
            ("/previous_owners", "owners_of_new"),
        ),
        (car({"mileage_km": 0}), ("/mileage_km", "mileage_of_used")),
        (car({"year": 2028}), ("/year", "year_not_possible")),
        (car({"usage_type": "classic"}), ("/usage_type", "too_young_for_classic")),
        (car({"usage_type": "company"}), ("/usage_type", "too_old_for_company")),
        (car({"first_registration": "2027-01"}), ("/first_registration", "in_the_future")),
        (car({"first_registration": "2013-12"}), ("/first_registration", "before_model_year")),
        (car({"fuel_type": "electric", "displacement_cc": 1500}), ("/displacement_cc", "not_for_electric")),
        (car({"fuel_type": "electric"}, attributes={"gears": 5}), ("/attributes/gears", "not_for_electric")),
        (
            car({"has_unrepaired_damage": True}, attributes={"accident_free_claimed": True}),
            ("/attributes/accident_free_claimed", "damage_and_accident_free"),
        ),
        (
            car(attributes={"dealer_price": {"amount": "6.00", "currency": "ETB"}}),
            ("/attributes/dealer_price", "dealer_price_above_price"),
        ),
        (car(identity={"vin": "IOQ"}), ("/vin", "vin_not_possible")),
        (car(identity={"chassis_number": "A1"}), ("/chassis_number", "chassis_not_possible")),
    ],
)
def test_what_does_not_fit_is_refused_where_it_stands(facts, fault):
    assert fault in codes(facts)


@pytest.mark.parametrize(
    "facts, warning",
    [
        (car(identity={"vin": "1HGCM82633A004353"}), ("/vin", "vin_check_digit")),
        (car({"year": 2026, "first_registration": "2026-01"}), ("/mileage_km", "mileage_unusual")),
        (car({"power_kw": 900}), ("/power_kw", "power_unusual")),
        (car({"usage_type": "pre_registered"}), ("/usage_type", "old_for_pre_registered")),
        (car({"body_type": "coupe"}), ("/body_type", "body_unusual")),
        (home({"title": "Call […]"}), ("/title", "contact_removed")),
    ],
)
def test_what_is_doubtful_is_told_and_not_refused(facts, warning):
    assert warning in warned(facts)
    assert codes(facts) == set()


@pytest.mark.parametrize("vin", ["1HGCM82633A004352", "JTDBR32E720123456", "WVWZZZ1JZXW000001"])
def test_makers_outside_north_america_have_no_check_digit_to_fail(vin):
    assert warned(car(identity={"vin": vin})) == codes(car(identity={"vin": vin})) == set()


def test_a_price_on_request_needs_no_price():
    assert codes(home({"price": None, "price_qualifier": "on_request"})) == set()


@pytest.mark.parametrize(
    "contact",
    [
        "+251 911 234567",
        "0911234567",
        "0912 34 56 78",
        "me@example.com",
        "https://t.me/seller",
        "www.example.com/x",
    ],
)
def test_ways_around_us_are_taken_out_of_texts(contact):
    assert without_contact(f"Nice villa. {contact} is mine.") == "Nice villa. […] is mine."


@pytest.mark.parametrize(
    "text", ["12500000 ETB, 250 m2, built 2015", "G+4, 2018 model, 90000 km", "ቦሌ 3 መኝታ"]
)
def test_figures_of_the_offer_stay_in_texts(text):
    assert without_contact(text) == text


def test_completeness_names_what_review_needs_and_what_would_help():
    bare = completeness(car({"mileage_km": None, "first_registration": ""}), photos=0, photos_needed=1)
    assert set(bare.required) == {"description", "photos", "mileage_km", "first_registration"}
    assert set(bare.required) < set(bare.missing)
    assert bare.score < 30
    full = completeness(
        home(
            {"description": "x" * 200, "latitude": 9.0, "landmark": "Edna Mall"},
            {
                "size_m2": Decimal(80),
                "bathrooms": 1,
                "year_built": 2015,
                "holding_type": "lease",
                "amenities": ["garden"],
            },
        ),
        photos=6,
        photos_needed=1,
    )
    assert (full.required, full.missing, full.score) == ([], [], 100)


def test_land_needs_its_size_and_no_rooms():
    land = completeness(home({"description": "x"}, {"property_type": "farm_land"}), photos=1, photos_needed=1)
    assert land.required == ["lot_size_m2"]


def test_a_trailer_has_no_odometer_and_a_new_car_no_registration():
    trailer = completeness(car({"vehicle_class": "trailer", "mileage_km": None}), photos=1, photos_needed=1)
    assert "mileage_km" not in trailer.required
    new = completeness(car({"condition": "new", "first_registration": ""}), photos=1, photos_needed=1)
    assert "first_registration" not in new.required
