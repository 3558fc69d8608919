"""One deposit over several ways to pay, under the limits of wallets; its refund follows the legs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest
from constance import config
from rest_framework.test import APIClient

from accounts.tests.factories import StaffFactory, UserFactory
from key2key.common import background
from payments import gateways, limits, services
from payments.enums import HoldState
from payments.models import Hold, Payment, Refund
from payments.targets import Target
from payments.tests import bank
from payments.tests.factories import HoldFactory
from payments.tests.paying import pay
from payments.tests.standins.telebirr import TelebirrStandIn

pytestmark = pytest.mark.django_db
SignIn = Callable[..., APIClient]


@pytest.fixture(autouse=True)
def company(telebirr: TelebirrStandIn, settings: Any, tmp_path: Any) -> Iterator[TelebirrStandIn]:
    bank.enable(settings, tmp_path)
    settings.PAYMENT_GATEWAYS = ["telebirr", "bank_transfer"]
    config.TELEBIRR_MAXIMUM = Decimal(75_000)
    yield telebirr
    assert services.ledger_faults() == []


@pytest.fixture
def hold() -> Hold:
    made: Hold = HoldFactory(amount=Decimal("300000.00"))
    return made


@pytest.fixture
def buyer(hold: Hold, sign_in: SignIn) -> APIClient:
    return sign_in(hold.buyer)


@pytest.fixture
def finance() -> Any:
    return StaffFactory(groups=["finance"])


def ask(client: APIClient, hold: Hold, *, key: str, **more: Any) -> Any:
    body = {
        "purpose": "deposit",
        "target": {"type": hold.target_type, "id": str(hold.target_id)},
        "return_url": "https://app.example/back",
        **more,
    }
    return client.post("/api/v1/payments", body, format="json", HTTP_IDEMPOTENCY_KEY=key)


def suggestion(client: APIClient, hold: Hold) -> Any:
    asked = {"target_type": hold.target_type, "target_id": str(hold.target_id)}
    return client.get("/api/v1/payments/suggestion", asked)


def settle() -> None:
    """Let all background work be done; whatever happens, the books are right."""
    while background.sweep():
        assert services.ledger_faults() == []
    assert services.ledger_faults() == []


@pytest.mark.django_db(transaction=True)
def test_two_telebirr_payments_and_a_slip_are_one_hold_and_the_refund_follows_the_legs(
    hold: Hold, buyer: APIClient, finance: Any, company: TelebirrStandIn
) -> None:
    legs = suggestion(buyer, hold).json()["suggested_legs"]
    assert [(leg["gateway"], leg["amount"]) for leg in legs] == [
        ("telebirr", "75000.00"), ("telebirr", "75000.00"), ("bank_transfer", "150000.00"),
    ]  # fmt: skip
    begun = [ask(buyer, hold, key=f"leg-{number}", **leg) for number, leg in enumerate(legs)]
    assert [answer.status_code for answer in begun] == [201] * 3
    first, second, slip = (Payment.objects.get(pk=answer.json()["id"]) for answer in begun)
    assert suggestion(buyer, hold).json()["code"] == "nothing_to_pay"

    for leg in (first, second):
        company.pay(leg.order_reference)
        services.ask_about(payment_id=leg.pk, by=finance)
        settle()
        hold.refresh_from_db()
        assert hold.state == HoldState.PENDING
    bank.approve(bank.send_slip(slip), by=finance)
    settle()
    hold.refresh_from_db()
    assert hold.state == HoldState.HELD

    terms = services.Release(refund=Decimal("200000.00"), reason="as agreed")
    services.release_hold(target=Target(hold.target_type, hold.target_id), terms=terms, by=finance)
    assert services.ledger_faults() == []
    settle()
    back = {refund.payment_id: (refund.amount, refund.status) for refund in Refund.objects.all()}
    assert back == {
        slip.pk: (Decimal("150000.00"), "sent"),
        second.pk: (Decimal("50000.00"), "succeeded"),
    }, "the last leg first, and the slip's by hand"
    assert company.orders[second.order_reference].given_back == Decimal("50000.00")
    assert company.orders[first.order_reference].given_back == 0

    refund = Refund.objects.get(payment=slip)
    services.confirm_bank_refund(
        refund_id=refund.pk, by=StaffFactory(groups=["finance"]), bank_reference="FT-BACK-1"
    )
    settle()
    hold.refresh_from_db()
    assert (hold.state, hold.refunded_amount) == (HoldState.RELEASED, Decimal("200000.00"))
    statuses = {payment.pk: payment.status for payment in Payment.objects.all()}
    assert statuses == {first.pk: "succeeded", second.pk: "partially_refunded", slip.pk: "refunded"}


def test_more_than_a_wallet_takes_is_refused_and_the_limit_is_told(hold: Hold, buyer: APIClient) -> None:
    answer = ask(buyer, hold, key="all", gateway="telebirr")
    problem = answer.json()
    assert (answer.status_code, problem["errors"][0]["code"]) == (400, "amount_out_of_bounds")
    assert "75000" in problem["errors"][0]["detail"]
    assert (problem["least"], problem["most"]) == ("1.00", "75000.00")
    assert not Payment.objects.exists()


def test_the_limits_of_the_market_win_over_the_gateways_own(api: APIClient) -> None:
    shown = {row["name"]: row for row in api.get("/api/v1/payments/gateways").json()["results"]}
    assert (shown["telebirr"]["max_amount"], shown["telebirr"]["by_hand"]) == ("75000.00", False)
    assert (shown["bank_transfer"]["min_amount"], shown["bank_transfer"]["by_hand"]) == ("1000.00", True)
    telebirr = gateways.gateway("telebirr")
    assert limits.limits_of(telebirr, currency="USD").most == telebirr.max_amount


class TestSuggestion:
    """How what is left could be paid."""

    def test_it_counts_what_is_paid_and_what_is_under_way(
        self, hold: Hold, buyer: APIClient, settings: Any
    ) -> None:
        settings.PAYMENT_GATEWAYS = ["sandbox", "telebirr", "bank_transfer"]
        pay(hold, amount=Decimal("200000.00"))
        bank.begin(hold, amount=Decimal("50000.00"))
        settings.PAYMENT_GATEWAYS = ["telebirr", "bank_transfer"]
        told = suggestion(buyer, hold).json()
        assert told == {
            "left": "50000.00",
            "currency": "ETB",
            "at_once": ["telebirr", "bank_transfer"],
            "suggested_legs": [{"gateway": "telebirr", "amount": "50000.00"}],
        }

    def test_without_a_way_there_is_nothing_to_suggest(
        self, hold: Hold, buyer: APIClient, settings: Any
    ) -> None:
        settings.PAYMENT_GATEWAYS = []
        told = suggestion(buyer, hold).json()
        assert (told["at_once"], told["suggested_legs"]) == ([], [])

    @pytest.mark.parametrize(
        ("asked", "pointer"),
        [
            ({}, "/target_type"),
            ({"target_type": "stand", "target_id": "7"}, "/target_id"),
            ({"target_type": "stand", "split": "1"}, "/split"),
        ],
    )
    def test_it_must_be_asked_about_something(
        self, buyer: APIClient, asked: dict[str, str], pointer: str
    ) -> None:
        answer = buyer.get("/api/v1/payments/suggestion", asked)
        assert answer.status_code == 400
        assert pointer in {error["pointer"] for error in answer.json()["errors"]}

    def test_it_is_told_to_the_buyer_only(self, hold: Hold, sign_in: SignIn, api: APIClient) -> None:
        assert suggestion(sign_in(UserFactory()), hold).status_code == 404
        assert suggestion(api, hold).status_code == 401

    def test_what_cannot_be_paid_for_is_refused(self, buyer: APIClient, hold: Hold) -> None:
        asked = {"target_type": "moon", "target_id": str(hold.target_id)}
        answer = buyer.get("/api/v1/payments/suggestion", asked)
        assert (answer.status_code, answer.json()["code"]) == (400, "purpose_not_available")
