"""What is on sale, what one has, and buying it through the door."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from constance.test import override_config
from django.apps import apps
from rest_framework.test import APIClient

from accounts.models import Membership
from accounts.tests.desk import at_desk
from accounts.tests.factories import MembershipFactory, UserFactory
from key2key.common.models import AuditEntry
from listings.tests.factories import ListingFactory, SellerFactory
from payments import services
from payments.models import Boost, Payment, Plan
from payments.tests.buying import boost, buy, plan, subscribe
from payments.tests.company import Company

pytestmark = pytest.mark.django_db
SignIn = Callable[..., APIClient]
ME, PLANS = "/api/v1/users/me/subscription", "/api/v1/plans"


def test_everybody_reads_what_is_on_sale_and_what_is_free(api: APIClient) -> None:
    plus = plan("plus", places=20, amount="900.00")
    Plan.objects.create(
        code="secret", name_en="Secret", name_am="Secret", live_quota=1, photo_quota=1, is_active=False
    )
    with override_config(LISTING_FEE_VEHICLE=Decimal("100.00"), BOOST_PRICE_14=Decimal(0)):
        answer = api.get(PLANS).json()
    assert answer["results"] == [
        {
            "id": str(plus.pk),
            "code": "plus",
            "name": "Plus",
            "live_quota": 20,
            "photo_quota": 40,
            "period_days": 30,
            "prices": [{"amount": "900.00", "currency": "ETB"}],
        }
    ]
    assert answer["free"] == {"private": 5, "broker": 50, "agency": 200, "photos": 30}
    assert [(one["days"], one["amount"]) for one in answer["boosts"]] == [(7, "300.00"), (30, "900.00")]
    assert answer["listing_fees"] == [{"amount": "100.00", "currency": "ETB", "kind": "vehicle"}]


def test_the_list_costs_the_same_for_one_and_for_many(api: APIClient, assert_same_queries: Any) -> None:
    assert_same_queries(
        api, PLANS, add=lambda number: [plan(f"plan-{uuid4().hex[:8]}") for _ in range(number)]
    )


def test_without_a_plan_one_has_the_free_places(sign_in: SignIn) -> None:
    seller = SellerFactory()
    ListingFactory(seller=seller)
    assert sign_in(seller.user).get(ME).json() == {
        "plan": None,
        "ends_at": None,
        "live_quota": 5,
        "photo_quota": 30,
        "live_listings": 1,
        "subscriptions": [],
    }
    assert sign_in(UserFactory()).get(ME).json()["live_listings"] == 0


def test_with_a_plan_it_says_which_and_until_when_renewals_counted(sign_in: SignIn) -> None:
    seller = SellerFactory()
    for _ in "ab":
        subscribe(seller.user, plan())
    answer = sign_in(seller.user).get(ME).json()
    assert (answer["plan"]["code"], answer["live_quota"], answer["photo_quota"]) == ("plus", 20, 40)
    assert [one["plan"]["code"] for one in answer["subscriptions"]] == ["plus", "plus"]
    assert answer["ends_at"] == answer["subscriptions"][1]["ends_at"]


@pytest.mark.parametrize("role", Membership.Role.values)
def test_an_organisations_plan_is_for_those_who_see_money(role: str, sign_in: SignIn) -> None:
    person = MembershipFactory(role=role)
    answer = sign_in(person.user).get(f"/api/v1/organisations/{person.organisation_id}/subscription")
    sees = role in {"owner", "manager", "accountant"}
    assert answer.status_code == (200 if sees else 404)
    assert not sees or answer.json()["live_quota"] == 200


def test_what_one_has_costs_the_same_for_one_plan_and_for_many(
    sign_in: SignIn, django_assert_max_num_queries: Any
) -> None:
    seller = SellerFactory()
    for number in range(4):
        subscribe(seller.user, plan(f"plan-{number}"))
    client = sign_in(seller.user)
    client.get(ME)
    with django_assert_max_num_queries(12):
        assert len(client.get(ME).json()["subscriptions"]) == 4


def test_a_boost_is_bought_through_the_door(sign_in: SignIn, sandbox: Company) -> None:
    listing = ListingFactory()
    client = sign_in(listing.owner)
    body = {
        "purpose": "boost",
        "target": {"type": "listing", "id": str(listing.pk)},
        "days": 7,
        "gateway": "sandbox",
        "return_url": "https://app.example/back",
    }
    key = {"Idempotency-Key": str(uuid4())}
    made = client.post("/api/v1/payments", body, format="json", headers=key)
    assert (made.status_code, made.json()["amount"]) == (201, "300.00"), made.content
    assert made.json()["description"] == f"Boost for 7 days: {listing.title}"
    sandbox.press(made.json()["checkout_url"], "pay")
    sandbox.settle()
    listing.refresh_from_db()
    assert listing.boosted_until is not None
    assert client.get("/api/v1/listings").json()["results"][0]["sponsored"] is True
    assert services.ledger_faults() == []


def test_days_and_purposes_that_are_not_on_sale_are_refused(sign_in: SignIn) -> None:
    listing = ListingFactory()
    client = sign_in(listing.owner)
    body = {
        "purpose": "boost",
        "target": {"type": "listing", "id": str(listing.pk)},
        "gateway": "sandbox",
        "return_url": "https://app.example/back",
    }

    def code(**change: Any) -> tuple[int, str]:
        key = {"Idempotency-Key": str(uuid4())}
        answer = client.post("/api/v1/payments", body | change, format="json", headers=key)
        return answer.status_code, (answer.json().get("errors") or [answer.json()])[0]["code"]

    assert code() == (400, "invalid")
    assert code(days=9) == (400, "invalid")
    assert code(days="7") == (400, "invalid")
    assert code(purpose="subscription", days=7) == (400, "purpose_not_available")
    assert code(purpose="listing_fee") == (409, "no_fee_due")
    assert not Payment.objects.exists()
    assert not Boost.objects.exists()


class TestAdmin:
    def test_finance_edits_plans_and_every_saving_is_audited(self) -> None:
        desk = at_desk("finance")
        prices = {"prices-TOTAL_FORMS": "1", "prices-INITIAL_FORMS": "0", "prices-0-market": "ET",
                  "prices-0-currency": "ETB", "prices-0-amount": "1200.00"}  # fmt: skip
        made = desk.post(
            "/admin/payments/plan/add/",
            {
                "code": "pro", "name_en": "Pro", "name_am": "ፕሮ", "live_quota": "80", "photo_quota": "40",
                "period_days": "30", "is_active": "on", "order": "1", **prices,
            },
        )  # fmt: skip
        assert made.status_code == 302, made.content
        assert Plan.objects.get().prices.get().amount == Decimal("1200.00")
        assert AuditEntry.objects.filter(action="plan.added").count() == 1

    def test_what_was_bought_is_shown_and_not_changed(self) -> None:
        desk = at_desk("finance")
        seller = SellerFactory()
        subscription_payment = subscribe(seller.user, plan())
        boost_payment = boost(ListingFactory())
        with override_config(LISTING_FEE_PROPERTY=Decimal("250.00")):
            waiting = ListingFactory(status="pending_payment", published_at=None)
            fee_payment = buy("listing_fee", waiting.pk, by=waiting.owner)
        for name, payment in (
            ("subscription", subscription_payment), ("boost", boost_payment), ("listingfee", fee_payment)
        ):  # fmt: skip
            listed = desk.get(f"/admin/payments/{name}/?q={payment.reference}")
            assert payment.reference in listed.content.decode()
            row = next(iter(_rows(name)))
            page = desk.get(f"/admin/payments/{name}/{row.pk}/change/")
            assert (page.status_code, payment.reference in page.content.decode()) == (200, True)
            desk.post(f"/admin/payments/{name}/{row.pk}/change/", {"state": "ended"})
            assert next(iter(_rows(name))).state == "active"


def _rows(name: str) -> Any:
    return apps.get_model("payments", name)._default_manager.all()


def test_support_may_look_and_not_edit_a_plan() -> None:
    desk = at_desk("support")
    made = plan()
    assert desk.get("/admin/payments/plan/").status_code == 200
    desk.post(f"/admin/payments/plan/{made.pk}/change/", {"live_quota": "9999"})
    made.refresh_from_db()
    assert made.live_quota == 20
