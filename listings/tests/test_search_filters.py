"""Every parameter of a search lets through what it says, and refuses what cannot be meant."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import pytest
from django_redis import get_redis_connection
from rest_framework.test import APIClient

from key2key.common.models import ExchangeRate
from listings import search, search_page
from listings.enums import Status
from listings.models import Listing, VehicleModel
from listings.tests.factories import ListingFactory, SellerFactory

pytestmark = pytest.mark.django_db
Ask = Callable[..., list[str]]


@pytest.fixture(autouse=True)
def no_limit_reached() -> None:
    get_redis_connection("default").flushdb()


@pytest.fixture
def dollar_at_150() -> None:
    ExchangeRate.objects.all().delete()
    ExchangeRate.objects.create(currency="USD", rate=Decimal(150), valid_from=date(2026, 1, 1))


def titles(kind: str | None = None, **asked: str) -> list[str]:
    """The titles found, in order of the newest unless `sort` says otherwise."""
    question = search.read({"sort": ["newest"]} | {name: [text] for name, text in asked.items()}, kind=kind)
    page = search_page.find(question, cursor=None, limit=100, counts=False, language="en")
    return [json.loads(card)["title"] for card in page.cards]


HOMES = [
    ({"purpose": "sale"}, {}, {"purpose": "long_rent", "rent_period": "month"}),
    ({"purpose": "rent"}, {"purpose": "short_rent", "rent_period": "day"}, {"purpose": "lease"}),
    ({"purpose": "sale,lease"}, {"purpose": "lease"}, {"purpose": "short_rent", "rent_period": "day"}),
    ({"status": "reserved,under_offer"}, {"status": Status.RESERVED}, {}),
    ({"location": "addis-ababa"}, {"place": "gerji"}, {"place": "hawassa"}),
    ({"location": "hawassa,bole"}, {"place": "hawassa"}, {"place": "piassa"}),
    ({"price_min": "2000000"}, {"price": Decimal(2000000)}, {"price": Decimal("1999999.99")}),
    ({"price_max": "2000000"}, {"price": Decimal(2000000)}, {"price": Decimal("2000000.01")}),
    ({"price_max": "2000000"}, {"price": Decimal(1)}, {"price": None, "price_qualifier": "on_request"}),
    ({"with_photos": "true"}, {"photos": 1}, {"photos": 0}),
    ({"property_type": "shop,office"}, {"detail__property_type": "office"}, {}),
    ({"bedrooms_min": "4"}, {"detail__bedrooms": 4}, {}),
    ({"bedrooms_min": "0", "bedrooms_max": "0"}, {"detail__bedrooms": 0}, {"detail__bedrooms": None}),
    ({"bathrooms_min": "3"}, {"detail__bathrooms": 3}, {"detail__bathrooms": None}),
    ({"size_m2_min": "300.5"}, {"detail__size_m2": Decimal("300.5")}, {}),
    ({"size_m2_max": "100"}, {"detail__size_m2": Decimal(100)}, {"detail__size_m2": None}),
    ({"furnished": "furnished,partly"}, {"detail__furnished": "partly"}, {}),
    ({"amenities": "generator,garden"}, {"detail__amenities": ["garden", "pool", "generator"]}, {}),
    ({"bbox": "38.6,8.9,38.9,9.1"}, {"location_precision": "exact"}, {"latitude": 7.05, "longitude": 38.48}),
    ({"bbox": "38.6,8.9,38.9,9.1"}, {}, {"latitude": None, "longitude": None}),
    ({"near": "9.0,38.8", "radius_km": "3"}, {"location_precision": "exact"}, {"latitude": 9.1}),
    ({"near": "9.0,38.8"}, {}, {"latitude": None, "longitude": None}),
]  # fmt: skip
VEHICLES = [
    ({"vehicle_class": "minibus"}, {"detail__vehicle_class": "minibus"}, {}),
    ({"body_type": "suv,pickup"}, {"detail__body_type": "suv"}, {}),
    ({"year_min": "2016"}, {"detail__year": 2016}, {}),
    ({"year_max": "2010"}, {"detail__year": 2010}, {}),
    ({"mileage_km_max": "50000"}, {"detail__mileage_km": 50_000}, {"detail__mileage_km": None}),
    ({"fuel_type": "electric,diesel"}, {"detail__fuel_type": "diesel"}, {}),
    ({"transmission": "manual"}, {"detail__transmission": "manual"}, {}),
    ({"condition": "new"}, {"detail__condition": "new"}, {}),
    ({"exterior_color": "white"}, {"detail__exterior_color": "white"}, {}),
]


@pytest.mark.parametrize("asked, fits, differs", HOMES, ids=str)
def test_a_filter_of_homes_lets_through_what_fits(
    asked: dict[str, str], fits: dict[str, Any], differs: dict[str, Any]
) -> None:
    ListingFactory(title="fits", **fits)
    ListingFactory(title="differs", **differs)
    assert titles(**asked) == titles("property", **asked) == ["fits"]


@pytest.mark.parametrize("asked, fits, differs", VEHICLES, ids=str)
def test_a_filter_of_vehicles_lets_through_what_fits(
    asked: dict[str, str], fits: dict[str, Any], differs: dict[str, Any]
) -> None:
    ListingFactory(kind="vehicle", title="fits", **fits)
    ListingFactory(kind="vehicle", title="differs", **differs)
    assert titles(**asked) == titles("vehicle", **asked) == ["fits"]


def test_each_search_shows_its_kind() -> None:
    ListingFactory(title="home")
    ListingFactory(kind="vehicle", title="car")
    assert titles() == ["car", "home"]
    assert titles("property") == ["home"]
    assert titles("vehicle") == ["car"]


def test_brand_and_model_are_looked_up_by_slug() -> None:
    hilux = VehicleModel.objects.get(brand__slug="toyota", slug="hilux")
    golf = VehicleModel.objects.get(brand__slug="volkswagen", slug="golf")
    for title, model in (("corolla", None), ("hilux", hilux), ("golf", golf)):
        ListingFactory(kind="vehicle", title=title, detail__model=model)
    assert titles("vehicle", brand="toyota") == ["hilux", "corolla"]
    assert titles("vehicle", brand="toyota,volkswagen") == ["golf", "hilux", "corolla"]
    assert titles("vehicle", brand="toyota", model="hilux") == ["hilux"]


def test_who_sells_can_be_asked_for() -> None:
    ListingFactory(title="private")
    ListingFactory(title="broker", seller=SellerFactory(type="broker", verified=True))
    assert titles(seller_type="broker") == titles(verified="true") == ["broker"]
    assert titles(seller_type="private,broker") == titles(verified="false") == ["broker", "private"]


@pytest.mark.parametrize("status", sorted(set(Status) - {"active", "coming_soon", "under_offer", "reserved"}))
def test_what_is_not_on_the_market_never_shows(api: APIClient, status: str) -> None:
    closing = {"close_kind": "sold", "close_date": date(2026, 1, 1)} if status == "closed" else {}
    ListingFactory(status=status, published_at="2026-01-01T00:00:00Z", **closing)
    ListingFactory(hidden_reasons=["away"])
    assert titles() == []
    assert api.get(f"/api/v1/listings?status={status}").status_code == 400


@pytest.mark.usefixtures("dollar_at_150")
def test_prices_of_another_currency_are_converted() -> None:
    ListingFactory(title="birr", price=Decimal(15000000))
    ListingFactory(title="dollars", price=Decimal(100000), currency="USD")
    assert titles(price_min="100000", price_max="100000", currency="USD") == ["dollars", "birr"]
    assert titles(price_min="14999999", price_max="15000000") == ["dollars", "birr"]
    assert titles(price_min="100000.01", currency="USD") == []


@pytest.mark.usefixtures("dollar_at_150")
def test_a_price_in_its_own_currency_is_met_exactly_when_the_rate_has_moved() -> None:
    ListingFactory(title="dollars", price=Decimal(100000), currency="USD")
    ExchangeRate.objects.create(currency="USD", rate=Decimal(152), valid_from=date(2026, 2, 1))
    assert titles(price_min="100000", price_max="100000", currency="USD") == ["dollars"]


@pytest.mark.usefixtures("dollar_at_150")
def test_a_currency_without_a_rate_is_refused(api: APIClient) -> None:
    response = api.get("/api/v1/listings?price_min=5&currency=AED")
    assert (response.status_code, response.json()["code"]) == (400, "no_exchange_rate")


def test_the_nearest_come_first_and_a_kilometre_is_one() -> None:
    for title, latitude in (("far", 9.1), ("near", 9.0), ("middle", 9.018)):
        ListingFactory(title=title, latitude=latitude, longitude=38.8, location_precision="exact")
    assert titles(near="9.0,38.8", radius_km="50", sort="distance") == ["near", "middle", "far"]
    assert titles(near="9.0,38.8", radius_km="2.0", sort="distance") == ["near"]  # 0.018° are 2.0015 km
    assert titles(near="9.0,38.8", radius_km="2.01", sort="distance") == ["near", "middle"]


def test_circles_reach_over_the_date_line_and_the_pole() -> None:
    ListingFactory(title="east", latitude=0, longitude=179.99, location_precision="exact")
    ListingFactory(title="pole", latitude=89.99, longitude=-90, location_precision="exact")
    assert titles(near="0,-179.99", radius_km="5") == ["east"]
    assert titles(near="89.99,90", radius_km="5") == ["pole"]


@pytest.mark.parametrize(
    "asked",
    ["bole", "Bolle", "BOLE", "ቦሌ", "vila bol", "ቪላ bole", "edna mall", "ኤድና", "tank", "villa garden"],
)
def test_words_are_found_in_either_script(asked: str) -> None:
    ListingFactory(
        title="Villa with a garden", landmark="Edna Mall, ኤድና ሞል", texts={"am": ("የሚያምር ቪላ", "የውሃ ታንከር አለው")}
    )
    ListingFactory(title="Shop", place="hawassa", landmark="Lake", description="By the shore")
    assert titles(q=asked) == ["Villa with a garden"]


@pytest.mark.parametrize("asked", ["ሐዋሳ", "hawasa", "አዋሳ", "awassa", "ሀዋሣ"])
def test_spellings_of_a_place_meet(asked: str) -> None:
    ListingFactory(title="Shop", place="hawassa")
    assert titles(q=asked) == ["Shop"]


@pytest.mark.parametrize("asked", ["corolla", "ኮሮላ", "toyota corola", "ቶዮታ ኮሮላ", "korola 2015"])
def test_brand_and_model_are_words_too(asked: str) -> None:
    ListingFactory(kind="vehicle", title="Clean car")
    assert titles(q=asked) == ["Clean car"]


@pytest.mark.parametrize("asked", ["bole hawassa", "vill garden", "g", "villas", "ሰበታ"])
def test_every_word_must_be_there_and_only_the_last_may_be_begun(asked: str) -> None:
    ListingFactory(description="")
    assert titles(q=asked) == []


def test_the_title_weighs_more_than_the_description() -> None:
    ListingFactory(title="Penthouse", description="")
    ListingFactory(title="Villa with a garden", description="Better than a penthouse")
    assert titles(q="penthouse", sort="relevance") == ["Penthouse", "Villa with a garden"]


@pytest.mark.parametrize(
    "kind, order, columns",
    [
        (None, "price", [{"price": Decimal(1)}, {"price": Decimal(2)}, {"price": None}]),
        (None, "-price", [{"price": Decimal(2)}, {"price": Decimal(1)}, {"price": None}]),
        ("property", "size", [{"detail__size_m2": 1}, {"detail__size_m2": 2}, {"detail__size_m2": None}]),
        ("property", "-size", [{"detail__size_m2": 2}, {"detail__size_m2": 1}, {"detail__size_m2": None}]),
        ("vehicle", "year", [{"detail__year": 2001}, {"detail__year": 2002}]),
        ("vehicle", "-year", [{"detail__year": 2002}, {"detail__year": 2001}]),
        ("vehicle", "mileage", [{"detail__mileage_km": 1}, {"detail__mileage_km": None}]),
        ("vehicle", "-mileage", [{"detail__mileage_km": 1}, {"detail__mileage_km": None}]),
    ],
)
def test_an_order_puts_the_unknown_last(kind: str | None, order: str, columns: list[dict[str, Any]]) -> None:
    for place, given in reversed(list(enumerate(columns))):
        on_request = {"price_qualifier": "on_request"} if "price" in given and given["price"] is None else {}
        ListingFactory(kind=kind or "property", title=f"place {place}", **given, **on_request)
    assert titles(kind, sort=order) == [f"place {place}" for place in range(len(columns))]


GARBAGE = [
    "",
    " ",
    "\x00",
    "9" * 400,
    "-1e999",
    "nan",
    "'; DROP TABLE listings_listing; --",
    "%",
    "ቦሌ\x00",
    "𝟙",
    "1_0",
    "٣",
    "a,b,,",
    "0,0,0,0",
    "[]",
    "{}",
    "null",
    "9" * 12 + ".999",
    "+1",
]
FREE = {"q"}
NEEDS = {"model": "/brand"}


@pytest.mark.parametrize(
    "name", [parameter.name for parameter in search.PARAMETERS] + ["sort", "limit", "count"]
)
def test_garbage_is_refused_by_name(api: APIClient, name: str) -> None:
    ListingFactory()
    for text in GARBAGE:
        response = api.get(f"/api/v1/listings?{name}={quote(text)}")
        may_be_fine = {200, 400} if name in FREE or not text else {400}
        assert response.status_code in may_be_fine, (text, response.content)
        if response.status_code == 400:
            assert response.json()["errors"][0]["pointer"] in {f"/{name}", NEEDS.get(name)}


@pytest.mark.parametrize(
    "asked, pointer, code",
    [
        ("listings?colour=red", "/colour", "unknown_parameter"),
        ("properties?brand=toyota", "/brand", "unknown_parameter"),
        ("vehicles?bedrooms_min=1", "/bedrooms_min", "unknown_parameter"),
        ("properties?kind=property", "/kind", "unknown_parameter"),
        ("listings?location=atlantis", "/location", "unknown_location"),
        ("listings?brand=acme", "/brand", "unknown_brand"),
        ("listings?brand=toyota&model=golf", "/model", "unknown_model"),
        ("listings?model=corolla", "/brand", "required"),
        ("listings?price_min=2&price_max=1", "/price_max", "min_value"),
        ("listings?radius_km=3", "/near", "required"),
        ("listings?sort=distance", "/near", "required"),
        ("listings?sort=relevance", "/q", "required"),
        ("properties?sort=mileage", "/sort", "invalid"),
        ("properties?sort=", "/sort", "invalid"),
        ("listings?q=%3F%21", "/q", "blank"),
        ("listings?kind=vehicle&kind=property", "/kind", "invalid"),
        ("listings?sort=price&sort=-price", "/sort", "invalid"),
        ("listings?status=draft", "/status", "invalid"),
        ("listings?bbox=39,9,38,8", "/bbox", "invalid"),
        ("listings?near=91,0", "/near", "invalid"),
    ],
)
def test_what_cannot_be_meant_is_named(api: APIClient, asked: str, pointer: str, code: str) -> None:
    response = api.get(f"/api/v1/{asked}")
    assert response.status_code == 400
    assert {"pointer": pointer, "code": code}.items() <= response.json()["errors"][0].items()


def test_all_faults_are_named_at_once(api: APIClient) -> None:
    response = api.get("/api/v1/listings?colour=red&year_min=soon&radius_km=3")
    assert {fault["pointer"] for fault in response.json()["errors"]} == {"/colour", "/year_min", "/near"}


def test_values_may_be_repeated_or_parted_by_commas(api: APIClient) -> None:
    ListingFactory(place="hawassa")
    ListingFactory(place="bole")
    both = [
        api.get(f"/api/v1/listings?{asked}").json()["results"]
        for asked in ("location=hawassa&location=bole", "location=hawassa,bole", "location=hawassa, bole")
    ]
    assert both[0] == both[1] == both[2]
    assert len(both[0]) == Listing.objects.count() == 2
