from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from rest_framework.test import APIClient

from key2key.tests.features.dealing import do, later, news, read, settle
from key2key.tests.features.market import API, Person, found, ids

pytestmark = pytest.mark.django_db
OnTheMarket = Callable[..., dict[str, Any]]
STADIUM, NEAR, FAR = (9.0133, 38.7578), (9.0313, 38.7578), (9.1133, 38.7578)  # 2 km and 11 km to the north


@pytest.fixture
def three(seller: Person, on_the_market: OnTheMarket) -> dict[str, str]:
    """Ids of homes in one place, 2 km and 11 km away, shown where they are; and one without a point."""
    places = {"there": STADIUM, "near": NEAR, "far": FAR}
    made = {
        name: on_the_market(
            seller, "properties", latitude=latitude, longitude=longitude, location_precision="exact"
        )["id"]
        for name, (latitude, longitude) in places.items()
    }
    return made | {"nowhere": on_the_market(seller, "properties")["id"]}


def test_src_3_within_a_radius_the_nearest_first(api: APIClient, three: dict[str, str]) -> None:
    here = f"near={STADIUM[0]},{STADIUM[1]}"
    assert ids(found(api, f"{here}&radius_km=12&sort=distance")) == [
        three["there"],
        three["near"],
        three["far"],
    ]
    assert ids(found(api, f"{here}&radius_km=3&sort=distance")) == [three["there"], three["near"]]
    assert ids(found(api, f"{here}&radius_km=1.9")) == [three["there"]]
    from_afar = f"near={FAR[0]},{FAR[1]}&radius_km=12&sort=distance"
    assert ids(found(api, from_afar)) == [three["far"], three["near"], three["there"]]

    pages, address = [], f"{API}/listings?{here}&radius_km=12&sort=distance&limit=1"
    while address:
        page = api.get(address).json()
        pages += ids(page["results"])
        address = page["next"]
    assert pages == [three["there"], three["near"], three["far"]]
    for wrong in ("near=95,38", "near=9.01", f"{here}&radius_km=0", "radius_km=5", "sort=distance"):
        assert api.get(f"{API}/listings?{wrong}").status_code == 400, wrong


def test_src_4_within_the_rectangle_of_a_map(api: APIClient, three: dict[str, str]) -> None:
    assert set(ids(found(api, "bbox=38.70,9.00,38.80,9.04"))) == {three["there"], three["near"]}
    assert ids(found(api, "bbox=38.70,9.10,38.80,9.12")) == [three["far"]]
    assert found(api, "bbox=38.80,9.00,38.90,9.20") == []
    edge = f"bbox={STADIUM[1]},{STADIUM[0]},38.80,9.02"
    assert ids(found(api, edge, kind="properties")) == [three["there"]]
    assert found(api, edge, kind="vehicles") == []
    for wrong in ("38.7,9.04,38.8,9.00", "38.7,9.0,38.8", "38.7,-91,38.8,9.0", "a,b,c,d"):
        assert api.get(f"{API}/listings?bbox={wrong}").status_code == 400, wrong


def test_src_8_a_saved_search_tells_at_once_daily_weekly_or_not_at_all_and_once_of_each(
    seller: Person, person: Callable[..., Person], on_the_market: OnTheMarket
) -> None:
    wanted = {"name": "By the stadium", "query": {"kind": "property", "location": ["stadium"]}}
    alerts = ("instant", "daily", "weekly", "off")
    people = {alert: person() for alert in alerts}
    for alert, one in people.items():
        saved = do(one, "saved-searches", wanted | {"alert": alert})
        assert (saved["alert"], saved["query"]) == (alert, wanted["query"])
    other = person()
    do(other, "saved-searches", {"name": "Cars", "query": {"kind": "vehicle"}, "alert": "instant"})

    def told() -> dict[str, int]:
        settle()
        return {alert: news(one).count("saved_search_match") for alert, one in people.items()}

    home = on_the_market(seller, "properties")
    assert told() == {"instant": 1, "daily": 0, "weekly": 0, "off": 0}
    (letter,) = (letter for letter in mail.outbox if "By the stadium" in letter.body)
    assert letter.to == [people["instant"].user.email]
    for price in ("9400000.00", "9300000.00"):
        assert seller.client.patch(f"{API}/properties/{home['id']}", {"price": price}).status_code == 200
    assert told()["instant"] == 1, "once for each match"
    with later(days=1):
        assert told() == {"instant": 1, "daily": 1, "weekly": 0, "off": 0}
    with later(days=8):
        assert told() == {"instant": 1, "daily": 1, "weekly": 1, "off": 0}
    assert news(other) == []

    (kept,) = read(people["instant"], "saved-searches")["results"]
    people["instant"].client.patch(f"{API}/saved-searches/{kept['id']}", {"alert": "off"})
    (switched_off,) = read(people["instant"], "saved-searches")["results"]
    on_the_market(seller, "properties", title="Three bedrooms by the stadium")
    assert (switched_off["alert"], told()["instant"]) == ("off", 1)
