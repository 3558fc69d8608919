from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from constance.test import override_config

from key2key.tests.features.dealing import ask, do, later, news, read, refused, settle
from key2key.tests.features.market import API, Desk, Person, found, ids
from listings.tests.factories import ReadyUploadFactory
from payments.services import ledger_faults
from payments.tests.buying import plan
from payments.tests.company import Company

pytestmark = pytest.mark.django_db
OnTheMarket = Callable[..., dict[str, Any]]


def paid(person: Person, company: Company, purpose: str, target: tuple[str, str], **wish: Any) -> str:
    """Buy it and pay on the company's page. Returns the payment's status."""
    kind, target_id = target
    payment = do(
        person,
        "payments",
        {
            "purpose": purpose,
            "target": {"type": kind, "id": target_id},
            "gateway": "sandbox",
            "return_url": "https://app.example/back",
            **wish,
        },
    )
    company.press(payment["checkout_url"], "pay")
    company.settle()
    return str(read(person, f"payments/{payment['id']}")["status"])


def on_sale(person: Person, code: str) -> tuple[str, str]:
    """The plan of the price list, as a target."""
    return "plan", next(one["id"] for one in read(person, "plans")["results"] if one["code"] == code)


def test_brk_12_a_plan_gives_places_and_a_downgrade_hides_the_last_listings(
    seller: Person, on_the_market: OnTheMarket, sandbox: Company
) -> None:
    plan("plus", places=4, days=30)
    with override_config(PRIVATE_LIVE_LIMIT=2):
        first, second = (on_the_market(seller, "properties")["id"] for _ in "ab")
        draft = seller.draft("properties")["id"]
        assert refused(seller.step(draft, "submit")) == (409, "quota_reached")

        assert paid(seller, sandbox, "subscription", on_sale(seller, "plus")) == "succeeded"
        mine = read(seller, "users/me/subscription")
        assert (mine["plan"]["code"], mine["live_quota"], mine["live_listings"]) == ("plus", 4, 2)
        third = on_the_market(seller, "vehicles")["id"]
        assert set(ids(found(seller.client))) == {first, second, third}

        with later(days=24):
            assert "plan_expiring" in news(seller)
        with later(days=31):
            assert "plan_ended" in news(seller)
            assert read(seller, "users/me/subscription")["live_quota"] == 2
            assert set(ids(found(seller.client))) == {first, second}, "what came first stays"
            hidden = seller.read(third)
            assert (hidden["status"], hidden["hidden_because"]) == ("active", ["quota"])

            assert seller.step(first, "withdraw").status_code == 200
            with later(minutes=6):
                assert set(ids(found(seller.client))) == {second, third}, "a place became free"
            paid(seller, sandbox, "subscription", on_sale(seller, "plus"))
            assert seller.step(first, "reactivate").status_code == 200
            assert set(ids(found(seller.client))) == {first, second, third}
    assert ledger_faults() == []


def test_brk_12_free_places_are_set_for_each_kind_of_seller(person: Callable[..., Person]) -> None:
    with override_config(PRIVATE_LIVE_LIMIT=3, BROKER_LIVE_LIMIT=7, AGENCY_LIVE_LIMIT=11):
        free = read(person(), "plans")["free"]
        assert (free["private"], free["broker"], free["agency"]) == (3, 7, 11)
        assert read(person(), "users/me/subscription")["live_quota"] == 3


def test_med_1_a_plan_sets_how_many_photos_a_listing_may_have(seller: Person, sandbox: Company) -> None:
    plan("plus")
    draft = seller.draft("properties")["id"]

    def one_more() -> Any:
        upload = ReadyUploadFactory(owner=seller.user)
        return seller.client.post(f"{API}/listings/{draft}/photos", {"upload": str(upload.pk)})

    with override_config(PHOTO_LIMIT=1):
        assert refused(one_more()) == (409, "photo_limit")
        paid(seller, sandbox, "subscription", on_sale(seller, "plus"))
        assert one_more().status_code == 201


def test_brk_12_a_boost_is_bought_stands_first_says_so_and_ends(
    seller: Person, person: Callable[..., Person], on_the_market: OnTheMarket, sandbox: Company
) -> None:
    mine = on_the_market(seller, "properties")["id"]
    others = [on_the_market(person(), "properties")["id"] for _ in "ab"]
    assert ids(found(seller.client)) == [*reversed(others), mine]
    assert refused(ask(person(), "payments", _boost_of(mine))) == (404, "not_found")

    assert paid(seller, sandbox, "boost", ("listing", mine), days=7) == "succeeded"
    shown = found(seller.client)
    assert (shown[0]["id"], shown[0]["sponsored"]) == (mine, True)
    assert {card["sponsored"] for card in shown[1:]} == {False}
    assert ids(found(seller.client, "kind=vehicle")) == []
    assert paid(seller, sandbox, "boost", ("listing", mine), days=7) == "succeeded"
    with later(days=13):
        assert found(seller.client)[0]["sponsored"] is True, "bought again it follows on the end"
    with later(days=15):
        assert ids(found(seller.client)) == [*reversed(others), mine]
        assert seller.read(mine)["boosted_until"] is None
        assert "boost_ended" in news(seller)


def test_lst_1_a_fee_stands_before_the_market_where_it_is_set(
    seller: Person, desk: Desk, sandbox: Company
) -> None:
    with override_config(LISTING_FEE_PROPERTY=Decimal("250.00")):
        draft = seller.draft("properties")["id"]
        seller.step(draft, "submit")
        desk.approve(draft)
        settle()
        assert seller.read(draft)["status"] == "pending_payment"
        assert "listing_fee_due" in news(seller)
        assert ids(found(seller.client)) == []
        assert paid(seller, sandbox, "listing_fee", ("listing", draft)) == "succeeded"
        assert seller.read(draft)["status"] == "active"
        assert ids(found(seller.client)) == [draft]


def _boost_of(listing: str) -> dict[str, Any]:
    return {
        "purpose": "boost",
        "target": {"type": "listing", "id": listing},
        "days": 7,
        "gateway": "sandbox",
        "return_url": "https://app.example/back",
    }
