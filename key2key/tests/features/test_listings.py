from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from rest_framework.test import APIClient

from key2key.common import clock
from key2key.common.models import ExchangeRate
from key2key.tests.features.market import API, RENT, Desk, Person, found, ids
from listings import services
from listings.enums import PriceQualifier
from listings.models import Listing
from listings.services import SellerFacts

pytestmark = pytest.mark.django_db
OnTheMarket = Callable[..., dict[str, Any]]


def test_lst_1_a_listing_lives_from_draft_to_closed(api: APIClient, seller: Person, desk: Desk) -> None:
    draft = seller.draft("properties")["id"]
    own = seller.client.get(f"{API}/users/me/listings?status=draft").json()["results"]
    assert ids(own) == [draft]
    assert api.get(f"{API}/listings/{draft}").status_code == 404

    assert seller.step(draft, "submit").json()["status"] == "pending_review"
    assert found(api) == []
    desk.approve(draft)
    assert ids(found(api)) == [draft]
    closing = {"close_kind": "sold", "close_price": "9000000.00", "close_date": f"{clock.today():%F}"}
    closed = seller.step(draft, "close", **closing).json()
    assert (closed["status"], closed["close_price"], closed["allowed_actions"]) == (
        "closed",
        "9000000.00",
        [],
    )
    assert found(api) == []


def test_lst_1_what_was_refused_withdrawn_or_expired_reopens(
    api: APIClient, seller: Person, desk: Desk, on_the_market: OnTheMarket
) -> None:
    refused = seller.draft("properties")["id"]
    seller.step(refused, "submit")
    desk.reject(refused, words="The photos show another home.")
    assert seller.read(refused)["review_reason"] == "The photos show another home."
    assert seller.step(refused, "revise").json()["status"] == "draft"

    home = on_the_market(seller, "properties")["id"]
    assert seller.step(home, "withdraw").json()["status"] == "withdrawn"
    assert found(api) == []
    assert seller.step(home, "reactivate").json()["status"] == "active"
    assert ids(found(api)) == [home]

    with clock.advanced(timedelta(days=400)):
        assert services.expire_due() == 1
    assert seller.read(home)["status"] == "expired"
    assert seller.step(home, "renew").json()["status"] == "pending_review"
    desk.approve(home)
    assert ids(found(api)) == [home]


def test_lst_1_an_illegal_step_names_the_legal_ones_and_changes_nothing(seller: Person) -> None:
    draft = seller.draft("properties")["id"]
    before = Listing.objects.values().get(pk=draft)
    for step in ("hold", "withdraw", "reactivate", "launch", "renew", "cancel", "take-back", "revise"):
        refusal = seller.step(draft, step)
        assert refusal.status_code == 409
        document = refusal.json()
        assert (document["code"], document["status_now"]) == ("illegal_transition", "draft")
        assert document["allowed"] == ["submit"]
    assert Listing.objects.values().get(pk=draft) == before


def test_lst_6_words_are_kept_per_language_and_fall_back(
    api: APIClient, seller: Person, on_the_market: OnTheMarket
) -> None:
    amharic = {"title": "ሁለት መኝታ ቤት", "description": "ሦስተኛ ፎቅ፣ ሊፍት ያለው።"}
    both = on_the_market(seller, "properties", translations={"am": amharic})
    english_only = on_the_market(seller, "properties", title="A studio in Stadium")
    assert both["translations"]["am"] == amharic
    assert (both["language"], both["title"]) == ("en", "Two bedrooms by the stadium")

    def shown(language: str) -> dict[str, str]:
        answer = api.get(f"{API}/listings", headers={"Accept-Language": language})
        return {card["id"]: card["title"] for card in answer.json()["results"]}

    assert shown("en")[both["id"]] == "Two bedrooms by the stadium"
    assert shown("am")[both["id"]] == amharic["title"]
    assert shown("am")[english_only["id"]] == "A studio in Stadium", "the original where nobody translated"
    assert shown("fr")[both["id"]] == "Two bedrooms by the stadium"


def test_lst_7_prices_compare_across_currencies_by_a_dated_rate(
    api: APIClient, seller: Person, on_the_market: OnTheMarket
) -> None:
    ExchangeRate.objects.filter(currency="USD").delete()
    ExchangeRate.objects.create(currency="USD", rate=Decimal(100), valid_from=date(2024, 1, 1))
    ExchangeRate.objects.create(currency="USD", rate=Decimal(150), valid_from=date(2026, 1, 1))
    dollars = on_the_market(seller, "properties", price="50000.00", currency="USD")  # 7,500,000 birr
    birr = on_the_market(seller, "properties", price="7000000.00")
    assert (dollars["price"], dollars["currency"]) == ("50000.00", "USD")

    assert ids(found(api, "sort=price")) == [birr["id"], dollars["id"]]
    assert ids(found(api, "sort=-price")) == [dollars["id"], birr["id"]]
    assert ids(found(api, "price_min=7200000")) == [dollars["id"]]
    assert ids(found(api, "price_max=50000&currency=USD&sort=price")) == [birr["id"], dollars["id"]]
    assert ids(found(api, "price_max=49999&currency=USD")) == [birr["id"]]


def test_lst_8_a_price_says_how_it_is_meant(
    api: APIClient, seller: Person, on_the_market: OnTheMarket
) -> None:
    asked = {"fixed", "negotiable", "on_request", "guide", "offers_over", "from", "tender"}
    assert asked <= set(PriceQualifier.values)
    for qualifier in asked - {"on_request"}:
        draft = seller.draft("properties", price_qualifier=qualifier)
        assert seller.read(draft["id"])["price_qualifier"] == qualifier
    listing = on_the_market(seller, "properties", price=None, price_qualifier="on_request")
    (card,) = found(api)
    stranger = api.get(f"{API}/listings/{listing['id']}").json()
    assert (card["price"], stranger["price"], stranger["price_qualifier"]) == (None, None, "on_request")
    assert seller.refused("properties", price=None) == {("/price", "required")}
    assert ("/price_qualifier", "invalid_choice") in seller.refused("properties", price_qualifier="cheap")


def test_lst_11_one_asset_has_one_live_offer_of_each_kind(
    seller: Person, desk: Desk, on_the_market: OnTheMarket
) -> None:
    flat = {"site_name": "Jemo 1", "block": "B12", "unit": "07"}
    on_the_market(seller, "properties", **flat)
    on_the_market(seller, "properties", **flat, **RENT)
    on_the_market(seller, "properties", **flat, **RENT | {"purpose": "short_rent", "rent_period": "day"})
    assert Listing.objects.values("asset").distinct().count() == 1

    second_sale = seller.draft("properties", **flat)["id"]
    seller.step(second_sale, "submit")
    desk.approve(second_sale)
    assert seller.read(second_sale)["status"] == "pending_review", "the first sale lives"


def test_lst_17_the_score_names_what_is_missing(seller: Person) -> None:
    draft = seller.draft("properties", description="")
    before = seller.read(draft["id"])
    assert {"description", "landmark", "more_photos", "amenities"} <= set(before["missing"])
    refusal = seller.step(draft["id"], "submit")
    assert (refusal.status_code, refusal.json()["code"]) == (400, "listing_incomplete")
    assert {fault["pointer"] for fault in refusal.json()["errors"]} == {"/description"}

    better = {"description": "Quiet. " * 30, "landmark": "Stadium", "amenities": ["elevator"]}
    seller.client.patch(f"{API}/properties/{draft['id']}", better)
    after = seller.read(draft["id"])
    assert before["quality_score"] < after["quality_score"] <= 100
    assert not {"description", "landmark", "amenities"} & set(after["missing"])
    assert seller.step(draft["id"], "submit").status_code == 200


def test_lst_18_a_broker_has_one_live_listing_of_an_asset(
    person: Callable[..., Person], desk: Desk, on_the_market: OnTheMarket
) -> None:
    broker = person(role="broker")
    licence = clock.now() + timedelta(days=100)
    services.set_seller_facts(
        user_id=broker.user.pk, facts=SellerFacts(type="broker", may_publish_until=licence, live_quota=50)
    )
    first = on_the_market(broker, "vehicles", chassis_number="NZE141-9012345")
    twin = broker.draft("vehicles", chassis_number="nze141-9012345")["id"]
    assert broker.step(twin, "submit").status_code == 200
    desk.approve(twin)
    assert broker.read(twin)["status"] == "pending_review"

    broker.step(first["id"], "withdraw")
    desk.approve(twin)
    assert broker.read(twin)["status"] == "active"
    refusal = broker.step(first["id"], "reactivate")
    assert (refusal.status_code, refusal.json()["code"]) == (409, "asset_already_live")
    assert broker.read(first["id"])["status"] == "withdrawn"
