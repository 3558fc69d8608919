"""Attributes take values of their own type only, and name every fault."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest

from listings import attributes
from listings.attributes.definition import boolean, table
from listings.enums import Kind
from listings.models import Asset, Listing, Property, Vehicle

CAR, HOME = ("vehicle", "car"), ("property", "apartment")


def check(of: tuple[str, str], **values: Any) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    clean, faults = attributes.validate(*of, values)
    assert all(str(fault.detail) for fault in faults)
    return clean, [(fault.pointer, fault.code) for fault in faults]


@pytest.mark.parametrize(
    "of, name, value",
    [
        (CAR, "gears", 5),
        (CAR, "consumption_l_100km", "6.5"),
        (CAR, "steering_position", "lhd"),
        (CAR, "charge_port", ["gb_t", "ccs2"]),
        (CAR, "charge_port", []),
        (CAR, "metallic", False),
        (CAR, "last_service", "2026-02"),
        (CAR, "delivery_date", "2026-02-28"),
        (CAR, "generation", "e120"),
        (CAR, "import_year", 2018),
        (CAR, "dealer_price", {"amount": "1500000.00", "currency": "ETB"}),
        (HOME, "bathrooms_half", 1),
        (HOME, "road_surface", "cobblestone"),
        (HOME, "lease_amount_total", {"amount": "0.00", "currency": "USD"}),
        (HOME, "landmark_distance_m", 300),
        (HOME, "handover_date", "2027-01-31"),
        (HOME, "developer", "ኖህ ሪል እስቴት"),
    ],
)
def test_a_right_value_is_kept_as_it_is(of: tuple[str, str], name: str, value: Any) -> None:
    assert check(of, **{name: value}) == ({name: value}, [])


@pytest.mark.parametrize(
    "of, name, value, pointer, code",
    [
        (CAR, "wings", 2, "", "unknown_field"),
        (CAR, "bathrooms_half", 1, "", "unknown_field"),
        (CAR, "gears", "5", "", "invalid"),
        (CAR, "gears", 5.0, "", "invalid"),
        (CAR, "gears", True, "", "invalid"),
        (CAR, "gears", 0, "", "min_value"),
        (CAR, "gears", 10**30, "", "max_value"),
        (CAR, "consumption_l_100km", 6.5, "", "invalid"),
        (CAR, "consumption_l_100km", "6.55", "", "invalid"),
        (CAR, "consumption_l_100km", "1e3", "", "invalid"),
        (CAR, "consumption_l_100km", "NaN", "", "invalid"),
        (CAR, "consumption_l_100km", "٦.٥", "", "invalid"),
        (CAR, "consumption_l_100km", "-1", "", "min_value"),
        (CAR, "steering_position", "left", "", "invalid_choice"),
        (CAR, "steering_position", ["lhd"], "", "invalid_choice"),
        (CAR, "charge_port", "gb_t", "", "not_a_list"),
        (CAR, "charge_port", ["gb_t", {}], "/1", "invalid_choice"),
        (CAR, "charge_port", ["gb_t", "gb_t"], "", "not_unique"),
        (CAR, "metallic", "yes", "", "invalid"),
        (CAR, "metallic", 1, "", "invalid"),
        (CAR, "last_service", "2026-13", "", "invalid"),
        (CAR, "last_service", "1492-10", "", "invalid"),
        (CAR, "last_service", 202602, "", "invalid"),
        (CAR, "delivery_date", "2026-02-30", "", "invalid"),
        (CAR, "delivery_date", "20260228", "", "invalid"),
        (CAR, "delivery_date", "2026-W09-1", "", "invalid"),
        (CAR, "generation", "E 120!", "", "invalid"),
        (CAR, "known_damages", "x" * 1001, "", "max_length"),
        (CAR, "known_damages", "   ", "", "blank"),
        (CAR, "known_damages", 7, "", "invalid"),
        (CAR, "import_year", 1066, "", "min_value"),
        (CAR, "dealer_price", "1500000.00", "", "invalid"),
        (CAR, "dealer_price", {"amount": "1"}, "/currency", "required"),
        (CAR, "dealer_price", {"amount": 1, "currency": "ETB"}, "/amount", "invalid"),
        (CAR, "dealer_price", {"amount": "-1", "currency": "ETB"}, "/amount", "min_value"),
        (CAR, "dealer_price", {"amount": "1.001", "currency": "ETB"}, "/amount", "invalid"),
        (CAR, "dealer_price", {"amount": "1", "currency": "XAU"}, "/currency", "invalid_choice"),
        (CAR, "dealer_price", {"amount": "1", "currency": "ETB", "a/b": 1}, "/a~1b", "unknown_field"),
        (("property", "farm_land"), "bathrooms_half", 1, "", "not_for_category"),
        (("vehicle", "trailer"), "gears", 5, "", "not_for_category"),
    ],
)
def test_a_wrong_value_is_refused_where_it_stands(
    of: tuple[str, str], name: str, value: Any, pointer: str, code: str
) -> None:
    assert check(of, **{name: value}) == ({}, [(f"/attributes/{name}{pointer}", code)])


def test_all_faults_are_told_at_once_and_the_right_values_are_kept() -> None:
    clean, faults = check(CAR, gears=5, wings=2, metallic="yes", **{"a/b~c": 1})
    assert clean == {"gears": 5}
    assert faults == [
        ("/attributes/wings", "unknown_field"),
        ("/attributes/metallic", "invalid"),
        ("/attributes/a~1b~0c", "unknown_field"),
    ]


def test_money_is_written_with_two_decimals_and_text_without_margins() -> None:
    assert check(CAR, dealer_price={"amount": "7", "currency": "USD"}, known_damages=" scratch ") == (
        {"dealer_price": {"amount": "7.00", "currency": "USD"}, "known_damages": "scratch"},
        [],
    )


def test_null_takes_an_attribute_away_even_where_it_would_not_fit() -> None:
    assert check(("vehicle", "trailer"), gears=None, wings=None) == (
        {"gears": None},
        [("/attributes/wings", "unknown_field")],
    )


def test_of_a_category_that_is_not_known_anything_may_be_said() -> None:
    assert check(("property", ""), bathrooms_half=1) == ({"bathrooms_half": 1}, [])


@pytest.mark.parametrize("values", [[], "gears", 5, None])
def test_attributes_are_an_object(values: Any) -> None:
    clean, faults = attributes.validate("vehicle", "car", values)
    assert (clean, [(fault.pointer, fault.code) for fault in faults]) == ({}, [("/attributes", "not_a_dict")])


@pytest.mark.django_db
def test_a_plate_region_is_a_region_of_the_tree() -> None:
    assert check(CAR, plate_region="oromia") == ({"plate_region": "oromia"}, [])
    for wrong in ("bole", "atlantis", 5):
        assert check(CAR, plate_region=wrong)[1] == [("/attributes/plate_region", "unknown_reference")]


def test_no_attribute_has_the_name_of_a_column() -> None:
    shared = {field.name for model in (Listing, Asset) for field in model._meta.get_fields()}
    for kind, model in ((Kind.PROPERTY, Property), (Kind.VEHICLE, Vehicle)):
        columns = shared | {field.name for field in model._meta.get_fields()}
        assert not columns & set(attributes.DEFINITIONS[kind])


def test_definitions_are_sound() -> None:
    for kind, definitions in attributes.DEFINITIONS.items():
        for name, definition in definitions.items():
            assert name == definition.name
            assert str(definition.label)
            takes_choices = definition.type in {"dropdown", "multiselect"}
            assert takes_choices == bool(definition.choices), (kind, name)
            assert (definition.type == "text") == bool(definition.max_length), (kind, name)
            assert (definition.type == "reference") == bool(definition.target), (kind, name)


def test_a_name_cannot_be_defined_twice() -> None:
    with pytest.raises(ValueError, match="twice"):
        table([boolean("metallic", "Metallic"), boolean("metallic", "Shiny")])


def test_what_reveals_the_place_is_known_by_name() -> None:
    assert {"directions", "landmark_distance_m"} <= attributes.place_revealing("property")
    assert "road_surface" not in attributes.place_revealing("property")


@pytest.mark.parametrize("kind", Kind.values)
def test_the_published_shape_agrees_with_the_validation(kind: str) -> None:
    shape = attributes.json_schema(kind)
    jsonschema.Draft202012Validator.check_schema(shape)
    assert set(shape["properties"]) == set(attributes.DEFINITIONS[kind])
    validator = jsonschema.Draft202012Validator(shape)
    assert not validator.is_valid({"wings": 2})
    assert validator.is_valid(dict.fromkeys(shape["properties"]))
    if kind == Kind.VEHICLE:
        assert validator.is_valid({"gears": 5, "dealer_price": {"amount": "7.00", "currency": "USD"}})
        assert not validator.is_valid({"gears": "5"})
        assert not validator.is_valid({"last_service": "2026-13"})
