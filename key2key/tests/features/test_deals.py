from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from key2key.tests.features.dealing import (
    TERMS,
    Deal,
    agreed,
    ask,
    do,
    later,
    news,
    offer,
    read,
    refused,
)
from key2key.tests.features.market import Person, found
from payments.tests.company import Company

pytestmark = pytest.mark.django_db
OnTheMarket = Callable[..., dict[str, Any]]
LOWER, MET = {**TERMS, "amount": "8000000.00"}, {**TERMS, "amount": "8800000.00"}


@pytest.fixture
def home(seller: Person, on_the_market: OnTheMarket) -> str:
    listing: str = on_the_market(seller, "properties")["id"]
    return listing


@pytest.fixture
def deal(seller: Person, person: Callable[..., Person], home: str) -> Deal:
    return agreed(person(), seller, home)


def test_deal_5_offers_are_made_countered_withdrawn_accepted_and_rejected(
    seller: Person, person: Callable[..., Person], home: str
) -> None:
    buyer, rival, third = person(), person(), person()
    first = offer(buyer, home, amount="8000000.00")
    counter = do(seller, f"offers/{first['id']}/counter", MET)
    assert (counter["answers"], counter["made_by"]) == (first["id"], "seller")
    assert read(buyer, f"offers/{first['id']}")["state"] == "countered"
    assert refused(ask(seller, f"offers/{counter['id']}/accept")) == (409, "illegal_transition")

    withdrawn = offer(rival, home)
    assert do(rival, f"offers/{withdrawn['id']}/withdraw")["state"] == "withdrawn"
    assert refused(ask(seller, f"offers/{withdrawn['id']}/accept")) == (409, "illegal_transition")
    unwanted = offer(third, home, amount="1000000.00")
    rejection = do(seller, f"offers/{unwanted['id']}/reject", {"reason": "Far too little."})
    assert (rejection["state"], rejection["reason"]) == ("rejected", "Far too little.")
    assert "offer_rejected" in news(third)

    accepted = do(buyer, f"offers/{counter['id']}/accept")
    assert accepted["state"] == "accepted"
    assert read(buyer, f"deals/{accepted['deal']}")["amount"] == MET["amount"]
    assert {"offer_received", "offer_withdrawn", "offer_accepted"} <= set(news(seller))

    late = offer(rival, home)
    assert refused(ask(seller, f"offers/{late['id']}/accept")) == (409, "deal_open")
    history = {row["id"]: row["state"] for row in read(seller, "offers")["results"]}
    assert history == {
        first["id"]: "countered",
        counter["id"]: "accepted",
        withdrawn["id"]: "withdrawn",
        unwanted["id"]: "rejected",
        late["id"]: "made",
    }
    assert refused(person().client.get(f"/api/v1/offers/{first['id']}")) == (404, "not_found")


def test_deal_5_an_offer_that_nobody_answers_expires(
    seller: Person, person: Callable[..., Person], home: str
) -> None:
    buyer = person()
    made = offer(buyer, home)
    with later(hours=71):
        assert read(buyer, f"offers/{made['id']}")["state"] == "made"
    with later(hours=73):
        assert read(buyer, f"offers/{made['id']}")["state"] == "expired"
        assert refused(ask(seller, f"offers/{made['id']}/accept")) == (409, "illegal_transition")
    assert "offer_expired" in news(buyer)
    assert "offer_expired" in news(seller)


def test_deal_6_an_accepted_offer_reserves_it_for_all_to_see_and_time_releases_it(
    api: APIClient, deal: Deal, home: str
) -> None:
    def seen() -> list[str]:
        return [card["status"] for card in found(api, "status=active,under_offer,reserved")]

    assert seen() == ["under_offer"]
    assert refused(deal.seller.step(home, "withdraw")) == (409, "deal_open")
    with later(hours=49):
        assert (deal.seen()["state"], deal.seen()["outcome"]) == ("cancelled", "deposit_not_paid")
        assert seen() == ["active"]
    assert "deal_cancelled" in news(deal.buyer)


def test_deal_6_a_deposit_reserves_it_until_the_deal_ends(
    api: APIClient, deal: Deal, home: str, sandbox: Company
) -> None:
    deal.pay(sandbox)
    (card,) = found(api, "status=active,under_offer,reserved")
    assert (card["id"], card["status"]) == (home, "reserved")
    do(deal.seller, f"deals/{deal.id}/request-cancel", {"reason": "We keep it."})
    do(deal.buyer, f"deals/{deal.id}/answer-cancel", {"agree": True})
    (card,) = found(api, "status=active,under_offer,reserved")
    assert card["status"] == "active"


def test_x_25_two_handover_codes_release_a_deposit_and_one_alone_never(deal: Deal, sandbox: Company) -> None:
    deal.pay(sandbox)
    deal.tick_papers()
    buyers, sellers = deal.code_of(deal.buyer), deal.code_of(deal.seller)
    wrong = f"{(int(sellers) + 1) % 1_000_000:06d}"
    assert refused(deal.step(deal.buyer, "confirm-handover", code=wrong)) == (409, "wrong_code")

    def owed() -> list[dict[str, Any]]:
        balances: list[dict[str, Any]] = read(deal.seller, "payments/ledger")["balances"]
        return [row for row in balances if row["balance"] != "0.00"]

    alone = do(deal.buyer, f"deals/{deal.id}/confirm-handover", {"code": sellers})
    assert (alone["state"], alone["codes"]) == ("handover", {"buyer": "made", "seller": "entered"})
    assert refused(deal.step(deal.buyer, "confirm-handover", code=sellers)) == (409, "illegal_transition")
    with later(days=30):
        assert deal.seen()["state"] == "handover", "time alone moves nothing either"
        assert owed() == []

    both = do(deal.seller, f"deals/{deal.id}/confirm-handover", {"code": buyers})
    assert (both["state"], both["outcome"]) == ("completed", "completed")
    (balance,) = owed()
    assert (balance["balance"], balance["currency"]) == ("49000.00", "ETB"), "less the fee of 2 %"


def test_x_25_a_dispute_freezes_the_clock(deal: Deal, sandbox: Company) -> None:
    deal.pay(sandbox)
    deal.tick_papers()
    code = deal.code_of(deal.seller)
    frozen = do(deal.buyer, f"deals/{deal.id}/dispute", {"reason": "The water tank is gone."})
    assert frozen["state"] == "disputed"
    assert refused(deal.step(deal.buyer, "confirm-handover", code=code)) == (409, "illegal_transition")
    with later(days=29):
        assert deal.seen()["state"] == "disputed"
        assert "deal_handover_overdue" not in news(deal.buyer)
