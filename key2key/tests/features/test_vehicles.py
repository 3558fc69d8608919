from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from key2key.tests.features.market import API, CAR, Desk, Person, found, ids
from listings.models import Asset, Listing

pytestmark = pytest.mark.django_db
OnTheMarket = Callable[..., dict[str, Any]]
VIN = "JTDBU4EE9B9123456"
ELECTRIC = {"brand": "byd", "model": "seagull", "body_type": "hatchback", "fuel_type": "electric"}


def test_veh_2_a_vin_is_kept_checked_and_never_shown(
    api: APIClient, seller: Person, person: Callable[..., Person], on_the_market: OnTheMarket
) -> None:
    car = on_the_market(seller, "vehicles", vin=VIN.lower(), engine_number="2NZ-1234567")
    assert Asset.objects.get(listings=car["id"]).vin == VIN
    for client in (seller.client, person().client, api):
        for path in (f"listings/{car['id']}", f"vehicles/{car['id']}", "vehicles", "listings?q=corolla"):
            body = client.get(f"{API}/{path}").content.decode().lower()
            assert VIN.lower() not in body
            assert "2nz-1234567" not in body
    assert found(api, f"q={VIN}") == []
    assert seller.refused("vehicles", vin="JTDBU4EE9B912345") == {("/vin", "vin_not_possible")}
    assert seller.refused("vehicles", vin="JTDBU4EE9B912345O") == {("/vin", "vin_not_possible")}
    assert seller.refused("vehicles", chassis_number="A1") == {("/chassis_number", "chassis_not_possible")}
    frame = seller.draft("vehicles", chassis_number="NZE141-9012345")["id"]
    assert Asset.objects.get(listings=frame).chassis_number == "NZE141-9012345"


def test_veh_2_a_vin_is_on_the_market_once(
    seller: Person, person: Callable[..., Person], desk: Desk, on_the_market: OnTheMarket
) -> None:
    """Once for each purpose: a car may be for sale and for rent (LST-11)."""
    on_the_market(seller, "vehicles", vin=VIN)
    other = person()
    second = other.draft("vehicles", vin=VIN)["id"]
    other.step(second, "submit")
    desk.approve(second)
    assert other.read(second)["status"] == "pending_review"
    assert Listing.objects.filter(asset__vin=VIN, status="active").count() == 1


def test_veh_3_damage_is_told_in_separate_facts(
    api: APIClient, seller: Person, on_the_market: OnTheMarket
) -> None:
    columns = {"ever_in_accident": True, "has_unrepaired_damage": False}
    claims = {"has_repaired_damage": True, "roadworthy": True, "accident_free_claimed": False}
    car = on_the_market(seller, "vehicles", **columns, attributes=claims)
    stranger = api.get(f"{API}/vehicles/{car['id']}").json()
    assert {name: stranger[name] for name in columns} == columns
    assert stranger["attributes"] == claims
    unsaid = seller.draft("vehicles")
    assert (unsaid["ever_in_accident"], unsaid["has_unrepaired_damage"]) == (None, None)
    assert "roadworthy" not in unsaid["attributes"]
    contradiction = {"has_unrepaired_damage": True, "attributes": {"accident_free_claimed": True}}
    assert seller.refused("vehicles", **contradiction) == {
        ("/attributes/accident_free_claimed", "damage_and_accident_free")
    }
    assert {pointer for pointer, _ in seller.refused("vehicles", ever_in_accident="yes")} == {
        "/ever_in_accident"
    }


def test_veh_5_equipment_is_coded_and_grouped(
    api: APIClient, seller: Person, on_the_market: OnTheMarket
) -> None:
    groups = {group["group"]: group["items"] for group in api.get(f"{API}/reference").json()["equipment"]}
    assert set(groups) == {"safety", "comfort", "media", "extras"}
    assert all(len(items) >= 5 for items in groups.values())
    one_of_each = [items[0]["value"] for items in groups.values()]
    car = on_the_market(seller, "vehicles", equipment=one_of_each)
    assert api.get(f"{API}/vehicles/{car['id']}").json()["equipment"] == one_of_each
    amharic = api.get(f"{API}/reference", headers={"Accept-Language": "am"}).json()["equipment"]
    assert [item["label"] for item in amharic[0]["items"]] != [item["label"] for item in groups["safety"]]
    assert seller.refused("vehicles", equipment=["flux_capacitor"]) == {("/equipment/0", "invalid_choice")}


def test_veh_6_an_electric_car_says_what_its_buyer_asks(
    api: APIClient, seller: Person, on_the_market: OnTheMarket
) -> None:
    facts = {"battery_kwh": "38.9", "range_km": 405}
    more = {
        "charge_time_min": 30,
        "is_plugin": True,
        "consumption_kwh_100km": "11.5",
        "battery_ownership": "owned",
    }
    known = {
        row["name"]: row
        for row in api.get(f"{API}/reference").json()["attributes"]
        if row["kind"] == "vehicle"
    }
    more["battery_ownership"] = known["battery_ownership"]["choices"][0]["value"]
    car = on_the_market(seller, "vehicles", **ELECTRIC, **facts, attributes=more)
    stranger = api.get(f"{API}/vehicles/{car['id']}").json()
    assert {name: stranger[name] for name in facts} == facts
    assert stranger["attributes"] == more
    assert ids(found(api, "fuel_type=electric", kind="vehicles")) == [car["id"]]
    assert seller.refused("vehicles", **ELECTRIC, displacement_cc=1500) == {
        ("/displacement_cc", "not_for_electric")
    }


@pytest.mark.parametrize(
    "fields, pointer, code",
    [
        ({"condition": "new", "mileage_km": 1_000}, "/mileage_km", "too_far_for_new"),
        ({"condition": "new", "mileage_km": 5, "previous_owners": 1}, "/previous_owners", "owners_of_new"),
        ({"mileage_km": 0}, "/mileage_km", "mileage_of_used"),
        ({"brand": "toyota", "model": "seagull"}, "/model", "unknown_model"),
        ({"vehicle_class": "motorcycle", "body_type": ""}, "/vehicle_class", "class_of_other_model"),
        (
            {"attributes": {"dealer_price": {"amount": "3200000.01", "currency": "ETB"}}},
            "/attributes/dealer_price",
            "dealer_price_above_price",
        ),
    ],
)
def test_veh_7_fields_that_contradict_each_other_are_refused(
    seller: Person, fields: dict[str, Any], pointer: str, code: str
) -> None:
    assert seller.refused("vehicles", **fields) == {(pointer, code)}
    assert not Listing.objects.exists()


def test_veh_7_a_used_car_needs_its_distance_and_first_registration(seller: Person) -> None:
    used = seller.draft("vehicles", mileage_km=None, first_registration="")["id"]
    refusal = seller.step(used, "submit")
    assert (refusal.status_code, refusal.json()["code"]) == (400, "listing_incomplete")
    assert {fault["pointer"] for fault in refusal.json()["errors"]} == {"/mileage_km", "/first_registration"}
    assert seller.read(used)["status"] == "draft"
    new = seller.draft("vehicles", condition="new", mileage_km=12, first_registration="", year=2026)["id"]
    assert seller.step(new, "submit").status_code == 200
    fitting = CAR | {"attributes": {"dealer_price": {"amount": CAR["price"], "currency": "ETB"}}}
    assert seller.client.post(f"{API}/vehicles", fitting).status_code == 201
