from __future__ import annotations

from collections.abc import Callable
from math import asin, cos, radians, sin, sqrt
from typing import Any

import pytest
from rest_framework.test import APIClient

from key2key.tests.features.market import API, RENT, Person, found, ids

pytestmark = pytest.mark.django_db
OnTheMarket = Callable[..., dict[str, Any]]
HERE = {"latitude": 9.0133, "longitude": 38.7578}


def metres_between(one: dict[str, Any], other: dict[str, Any]) -> float:
    """On a sphere (the haversine formula)."""
    south, north = radians(one["latitude"]), radians(other["latitude"])
    east = radians(other["longitude"] - one["longitude"])
    half = sin((north - south) / 2) ** 2 + cos(south) * cos(north) * sin(east / 2) ** 2
    return 2 * 6_371_000 * asin(sqrt(half))


def test_prp_1_a_home_lies_in_the_area_tree_beside_a_landmark(
    api: APIClient, seller: Person, on_the_market: OnTheMarket
) -> None:
    (place,) = (row for row in found(api, "q=ቦሌ", kind="locations") if row["slug"] == "bole")
    home = on_the_market(seller, "properties", location="bole", landmark="Edna Mall", **HERE)
    assert home["location"]["slug"] == place["slug"]
    assert home["location"]["path"].startswith("addis-ababa")
    stranger = api.get(f"{API}/listings/{home['id']}").json()
    assert (stranger["landmark"], stranger["location"]["name"]) == ("Edna Mall", "Bole")
    assert ids(found(api, "location=addis-ababa")) == [home["id"]], "an area holds all that lies in it"
    assert found(api, "location=hawassa") == []


def test_prp_1_the_owner_may_keep_the_exact_point_back(
    api: APIClient, seller: Person, on_the_market: OnTheMarket
) -> None:
    hidden = on_the_market(seller, "properties", location="bole", address="House 12", **HERE)
    shown = on_the_market(seller, "properties", location="bole", location_precision="exact", **HERE)
    assert (hidden["latitude"], hidden["address"]) == (HERE["latitude"], "House 12"), "owners see their own"

    stranger = api.get(f"{API}/listings/{hidden['id']}").json()
    assert 100 <= metres_between(HERE, stranger) <= 302
    assert stranger["address"] == ""
    again = api.get(f"{API}/listings/{hidden['id']}").json()
    assert (again["latitude"], again["longitude"]) == (stranger["latitude"], stranger["longitude"])
    exact = api.get(f"{API}/listings/{shown['id']}").json()
    assert (exact["latitude"], exact["longitude"]) == (HERE["latitude"], HERE["longitude"])
    cards = {card["id"]: card for card in found(api)}
    assert metres_between(HERE, cards[hidden["id"]]) >= 100


def test_prp_4_a_rent_says_its_terms(api: APIClient, seller: Person, on_the_market: OnTheMarket) -> None:
    terms = {
        "deposit_months": 1,
        "advance_months": 6,
        "min_term_months": 12,
        "utilities_included": ["water", "guard"],
        "furnished": "partly",
    }
    more = {"tenant_pays": ["electricity"], "owner_pays": ["water"], "pets_allowed": "small"}
    known = {
        row["name"]: row
        for row in api.get(f"{API}/reference").json()["attributes"]
        if row["kind"] == "property"
    }
    for name in more:
        allowed = [choice["value"] for choice in known[name]["choices"]]
        more[name] = [allowed[0]] if known[name]["type"] == "multiselect" else allowed[0]
    home = on_the_market(seller, "properties", **RENT, **terms, attributes=more)

    stranger = api.get(f"{API}/listings/{home['id']}").json()
    assert (stranger["price"], stranger["rent_period"]) == ("45000.00", "month")
    assert {name: stranger[name] for name in terms} == terms
    assert {name: stranger["attributes"][name] for name in more} == more
    assert ids(found(api, "purpose=rent&furnished=partly", kind="properties")) == [home["id"]]
    assert seller.refused("properties", purpose="long_rent") == {("/rent_period", "required")}
    assert seller.refused("properties", deposit_months=2) == {("/deposit_months", "not_for_sale")}


def test_prp_5_a_home_says_how_it_is_held_and_what_it_costs_to_keep(
    api: APIClient, seller: Person, on_the_market: OnTheMarket
) -> None:
    def birr(amount: str) -> dict[str, str]:
        return {"amount": amount, "currency": "ETB"}

    costs = {
        "lease_total_years": 99,
        "lease_years_left": 72,
        "lease_amount_total": birr("1200000.00"),
        "lease_amount_paid": birr("300000.00"),
        "annual_land_rent": birr("850.00"),
        "service_charge": birr("1500.00"),
        "service_charge_period": "month",
        "property_tax_annual": birr("4200.00"),
        "property_tax_year": 2025,
    }
    home = on_the_market(seller, "properties", holding_type="lease", attributes=costs)
    stranger = api.get(f"{API}/listings/{home['id']}").json()
    assert stranger["holding_type"] == "lease"
    assert stranger["attributes"] == costs
    for wrong in ({"lease_years_left": 200}, {"service_charge": "1500"}, {"lease_years_left": "72"}):
        (name,) = wrong
        assert {pointer for pointer, _code in seller.refused("properties", attributes=wrong)} == {
            f"/attributes/{name}"
        }
