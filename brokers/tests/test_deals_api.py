"""The doors to offers and deals."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.tests.factories import UserFactory
from brokers.enums import DealState, OfferState
from brokers.models import Deal, Offer
from brokers.tests.factories import OfferFactory, deal_in
from listings.tests.factories import ListingFactory
from payments.models import Payment

pytestmark = pytest.mark.django_db
API = "/api/v1"
TERMS = {"amount": "12000000.00", "currency": "ETB"}
SignIn = Callable[..., APIClient]


def post(client: APIClient, path: str, body: Any = None, **headers: str) -> Any:
    return client.post(f"{API}{path}", body or {}, format="json", headers=headers)


class TestOffers:
    def test_an_offer_needs_an_idempotency_key_and_is_made_once(self, sign_in: SignIn) -> None:
        listing, client = ListingFactory(), sign_in(UserFactory())
        body = {"listing": str(listing.pk), **TERMS}
        refused = post(client, "/offers", body)
        assert (refused.status_code, refused.json()["code"]) == (400, "idempotency_key_required")
        assert not Offer.objects.exists()
        first, again = (post(client, "/offers", body, **{"Idempotency-Key": "once"}) for _ in "ab")
        assert (first.status_code, again.status_code) == (201, 201)
        assert first.json()["id"] == again.json()["id"]
        assert Offer.objects.count() == 1

    def test_each_side_reads_what_it_may_do(self, sign_in: SignIn) -> None:
        offer = OfferFactory()
        buyer, seller = (
            sign_in(person).get(f"{API}/offers/{offer.pk}").json()
            for person in (offer.buyer, offer.listing.owner)
        )
        assert (buyer["your_side"], buyer["allowed_actions"]) == ("buyer", ["withdraw"])
        assert (seller["your_side"], seller["allowed_actions"]) == ("seller", ["accept", "reject", "counter"])

    def test_accepting_answers_with_the_deal(self, sign_in: SignIn) -> None:
        offer = OfferFactory()
        answer = post(sign_in(offer.listing.owner), f"/offers/{offer.pk}/accept")
        assert answer.status_code == 200, answer.content
        assert answer.json()["deal"] == str(Deal.objects.get().pk)

    def test_a_version_that_is_not_the_present_one_is_refused(self, sign_in: SignIn) -> None:
        offer = OfferFactory()
        answer = post(sign_in(offer.listing.owner), f"/offers/{offer.pk}/accept", **{"If-Match": '"old"'})
        assert (answer.status_code, answer.json()["code"]) == (412, "stale")
        assert Offer.objects.get(pk=offer.pk).state == OfferState.MADE

    def test_the_list_costs_the_same_for_many(
        self, sign_in: SignIn, assert_same_queries: Callable[..., None]
    ) -> None:
        buyer = UserFactory()

        def add(rows: int) -> None:
            for _row in range(rows):
                OfferFactory(buyer=buyer)

        assert_same_queries(sign_in(buyer), f"{API}/offers", add=add)


class TestDeals:
    def test_every_answer_says_what_is_next(self, sign_in: SignIn) -> None:
        deal = deal_in(DealState.DEPOSIT_DUE)
        for person in (deal.buyer, deal.owner):
            client = sign_in(person)
            one = client.get(f"{API}/deals/{deal.pk}").json()
            row = client.get(f"{API}/deals").json()["results"][0]
            for answer in (one, row):
                assert answer["state"] == "deposit_due"
                assert all(answer[name] for name in ("deadline_at", "next_step", "allowed_actions"))
            assert one["next_step"] == row["next_step"]

    def test_the_deposit_says_by_whom_it_is_kept_and_fees_are_the_sellers_matter(
        self, sign_in: SignIn
    ) -> None:
        deal = deal_in(DealState.DEPOSIT_HELD)
        buyer, seller = (
            sign_in(person).get(f"{API}/deals/{deal.pk}").json()["money"]
            for person in (deal.buyer, deal.owner)
        )
        assert (buyer["paid"], buyer["policy"], buyer["kept"]) == (
            "90000.00", "platform_ledger", "by Key2Key",
        )  # fmt: skip
        assert (buyer["commission"], buyer["platform_fee"]) == (None, None)
        assert seller["platform_fee"] == "1800.00"

    def test_an_illegal_step_names_the_legal_ones(self, sign_in: SignIn) -> None:
        deal = deal_in(DealState.DEPOSIT_DUE)
        answer = post(sign_in(deal.buyer), f"/deals/{deal.pk}/dispute", {"reason": "It is not as shown"})
        assert answer.status_code == 409
        assert {key: answer.json()[key] for key in ("code", "status_now", "allowed")} == {
            "code": "illegal_transition", "status_now": "deposit_due", "allowed": ["pay", "withdraw"],
        }  # fmt: skip

    def test_the_handover_goes_over_the_wire_and_wrong_tries_are_kept(self, sign_in: SignIn) -> None:
        deal = deal_in(DealState.HANDOVER)
        buyer, seller = sign_in(deal.buyer), sign_in(deal.owner)
        codes = [post(client, f"/deals/{deal.pk}/handover-code") for client in (buyer, seller)]
        assert [code.headers["Cache-Control"] for code in codes] == ["no-store"] * 2
        buyers, sellers = (code.json()["code"] for code in codes)
        wrong = f"{(int(sellers) + 1) % 1_000_000:06d}"
        refused = post(
            buyer, f"/deals/{deal.pk}/confirm-handover", {"code": wrong}, **{"Idempotency-Key": "a"}
        )
        assert (refused.status_code, refused.json()["tries_left"]) == (409, 4)
        assert deal.codes.get(giver="seller").tries == 1, "the refusal did not roll it back"
        assert post(buyer, f"/deals/{deal.pk}/confirm-handover", {"code": sellers}).status_code == 200
        done = post(seller, f"/deals/{deal.pk}/confirm-handover", {"code": buyers})
        assert (done.status_code, done.json()["state"]) == (200, "completed"), done.content
        assert buyers not in str(seller.get(f"{API}/deals/{deal.pk}").content)

    def test_the_list_costs_the_same_for_many(
        self, sign_in: SignIn, assert_same_queries: Callable[..., None]
    ) -> None:
        buyer = UserFactory()

        def add(rows: int) -> None:
            for _row in range(rows):
                deal_in(DealState.DEPOSIT_DUE, buyer=buyer)

        assert_same_queries(sign_in(buyer), f"{API}/deals", add=add)


class TestPaying:
    def pay(self, client: APIClient, deal: Deal, **more: Any) -> Any:
        target = {"type": "deal", "id": str(deal.pk)}
        body = {"purpose": "deposit", "target": target, "gateway": "sandbox", **more}
        return post(client, "/payments", {**body, "return_url": "https://app.example/back"}, **{
            "Idempotency-Key": f"pay-{deal.pk}"
        })  # fmt: skip

    def test_the_buyer_pays_the_deposit_of_the_deal(self, sign_in: SignIn, sandbox: Any) -> None:
        deal = deal_in(DealState.DEPOSIT_DUE)
        answer = self.pay(sign_in(deal.buyer), deal)
        assert answer.status_code == 201, answer.content
        assert Payment.objects.get().amount == Decimal("90000.00")
        shown = sign_in(deal.buyer).get(f"{API}/deals/{deal.pk}").json()
        assert shown["money"]["checkout_url"] == answer.json()["checkout_url"]
        sandbox.press(answer.json()["checkout_url"], "pay")
        sandbox.settle()
        deal.refresh_from_db()
        assert deal.state == DealState.DEPOSIT_HELD

    @pytest.mark.parametrize("who, status", [("owner", 403), ("stranger", 404)])
    def test_nobody_else_pays_it(self, sign_in: SignIn, sandbox: Any, who: str, status: int) -> None:
        deal = deal_in(DealState.DEPOSIT_DUE)
        person = deal.owner if who == "owner" else UserFactory()
        assert self.pay(sign_in(person), deal).status_code == status
        assert not Payment.objects.exists()

    def test_a_deposit_that_is_held_is_not_paid_again(self, sign_in: SignIn, sandbox: Any) -> None:
        deal = deal_in(DealState.DEPOSIT_HELD)
        answer = self.pay(sign_in(deal.buyer), deal)
        assert (answer.status_code, answer.json()["code"]) == (409, "illegal_transition")
        assert Payment.objects.count() == 1
