"""Beginning to pay: one row, one checkout, whatever is repeated, refused or broken meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from threading import Barrier
from typing import Any
from uuid import uuid4

import httpx
import pytest
from django.db import transaction
from django.db.models import Sum
from rest_framework.test import APIClient

from accounts.tests.factories import UserFactory
from accounts.tests.parallel import at_once
from key2key.common import clock
from key2key.common.models import IdempotencyKey
from payments import gateways, selectors, services
from payments.enums import HoldState
from payments.models import Account, Hold, Payment, PaymentEvent, SandboxCheckout, Transfer
from payments.tests.company import Company
from payments.tests.factories import HoldFactory, PaymentFactory
from payments.tests.paying import pay, pay_in_full

pytestmark = pytest.mark.django_db
SignIn = Callable[..., APIClient]
PATH = "/api/v1/payments"


@pytest.fixture(autouse=True)
def _the_ledger_adds_up() -> Iterator[None]:
    yield
    assert services.ledger_faults() == []


@pytest.fixture
def hold() -> Hold:
    made: Hold = HoldFactory(amount=Decimal("1000.00"))
    return made


def body_for(hold: Hold, **other: Any) -> dict[str, Any]:
    return {
        "purpose": "deposit",
        "target": {"type": hold.target_type, "id": str(hold.target_id)},
        "gateway": "sandbox",
        "return_url": "https://app.example/deals/7",
        **other,
    }


def begin(client: APIClient, hold: Hold, *, key: str | None = None, **other: Any) -> Any:
    headers = {"Idempotency-Key": key or str(uuid4())}
    return client.post(PATH, body_for(hold, **other), format="json", headers=headers)


class Broken(httpx.BaseTransport):
    """A payment company that is away, or says no."""

    def __init__(self, status: int = 503, words: str = "{}") -> None:
        self.status, self.words = status, words

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return httpx.Response(self.status, text=self.words)


def test_a_payment_leads_to_the_page_of_the_gateway(sandbox: Company, sign_in: SignIn, hold: Hold) -> None:
    answer = begin(sign_in(hold.buyer), hold)
    said = answer.json()
    payment = Payment.objects.get()
    assert answer.status_code == 201, said
    assert (said["status"], said["amount"], said["currency"]) == ("pending", "1000.00", "ETB")
    assert said["checkout_url"] == payment.checkout_url
    assert said["target"] == {"type": hold.target_type, "id": str(hold.target_id)}
    assert [event["kind"] for event in said["events"]] == ["created", "checkout_opened"]
    checkout = SandboxCheckout.objects.get()
    assert (checkout.reference, checkout.amount) == (payment.reference, payment.amount)
    assert payment.expires_at == checkout.expires_at


def test_the_accounts_are_there_before_the_money_comes(sandbox: Company, sign_in: SignIn, hold: Hold) -> None:
    """Money that comes at once from two sides makes no account, so neither waits for the other's."""
    begin(sign_in(hold.buyer), hold)
    before = Account.objects.count()
    sandbox.press(Payment.objects.get().checkout_url, "pay_twice", "charge_back", "lose_chargeback")
    sandbox.settle()
    assert Transfer.objects.filter(cause="deposit_charged_back").exists()
    assert Account.objects.count() == before


def test_without_a_key_nothing_begins(sandbox: Company, sign_in: SignIn, hold: Hold) -> None:
    answer = sign_in(hold.buyer).post(PATH, body_for(hold), format="json")
    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_required")
    assert not Payment.objects.exists()
    assert not sandbox.calls


def test_the_same_key_gets_the_same_answer(sandbox: Company, sign_in: SignIn, hold: Hold) -> None:
    client = sign_in(hold.buyer)
    first, again = begin(client, hold, key="one"), begin(client, hold, key="one")
    other = begin(client, hold, key="one", amount="10.00")
    assert (first.status_code, again.status_code, first.json()) == (201, 201, again.json())
    assert again["Idempotent-Replayed"] == "true"
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert (Payment.objects.count(), SandboxCheckout.objects.count()) == (1, 1)


def test_when_the_gateway_is_away_the_same_key_goes_on(sign_in: SignIn, hold: Hold, sandbox: Company) -> None:
    client = sign_in(hold.buyer)
    with gateways.spoken_over(Broken()):
        away = begin(client, hold, key="one")
    waiting = Payment.objects.get()
    assert (away.status_code, away.json()["code"]) == (503, "gateway_unavailable")
    assert away["Retry-After"]
    assert (waiting.status, waiting.checkout_url) == ("pending", "")
    corrected = begin(client, hold, key="one", amount="10.00")
    assert corrected.json()["code"] == "idempotency_key_reused"
    answer = begin(client, hold, key="one")
    assert (answer.status_code, answer.json()["id"]) == (201, str(waiting.pk))
    assert answer.json()["checkout_url"]


def test_what_the_gateway_refuses_has_failed_and_frees_the_key(
    sign_in: SignIn, hold: Hold, sandbox: Company
) -> None:
    client = sign_in(hold.buyer)
    with gateways.spoken_over(Broken(status=400, words='{"code": "no_such_merchant"}')):
        refused = begin(client, hold, key="one")
    payment = Payment.objects.get()
    assert (refused.status_code, refused.json()["code"]) == (400, "gateway_refused")
    assert (payment.status, payment.failure_code) == ("failed", "no_such_merchant")
    assert not IdempotencyKey.objects.exists()
    assert begin(client, hold, key="one").status_code == 201


def test_two_payments_never_ask_for_the_same_money(sandbox: Company, sign_in: SignIn, hold: Hold) -> None:
    client = sign_in(hold.buyer)
    assert begin(client, hold, amount="400.00").status_code == 201
    too_much = begin(client, hold, amount="600.01")
    rest = begin(client, hold)
    none_left = begin(client, hold)
    assert too_much.json()["errors"][0]["code"] == "amount_out_of_bounds"
    assert rest.json()["amount"] == "600.00"
    assert (none_left.status_code, none_left.json()["code"]) == (409, "nothing_to_pay")
    assert Payment.objects.count() == 2


def test_a_part_leaves_nothing_or_what_can_still_be_paid(
    sandbox: Company, sign_in: SignIn, hold: Hold
) -> None:
    payer = sign_in(hold.buyer)
    too_little = begin(payer, hold, amount="999.50")
    assert too_little.json()["errors"][0]["code"] == "amount_out_of_bounds"
    assert not Payment.objects.exists()
    assert begin(payer, hold, amount="999.00").status_code == 201
    assert begin(payer, hold).json()["amount"] == "1.00"


def test_a_payment_whose_window_is_over_makes_room(sandbox: Company, sign_in: SignIn, hold: Hold) -> None:
    old = PaymentFactory(hold=hold, expires_at=clock.now() - timedelta(seconds=1))
    assert begin(sign_in(hold.buyer), hold).status_code == 201
    assert Payment.objects.exclude(pk=old.pk).get().amount == hold.amount


@pytest.mark.parametrize(
    "change, pointer, code",
    [
        ({"gateway": "telebirr"}, "/gateway", "unknown_gateway"),
        ({"currency": "USD"}, "/currency", "other_currency"),
        ({"amount": "0.50"}, "/amount", "amount_out_of_bounds"),
        ({"amount": "0.00"}, "/amount", "min_value"),
        ({"amount": "1000.01"}, "/amount", "amount_out_of_bounds"),
        ({"amount": 5}, "/amount", "invalid"),
        ({"return_url": "http://elsewhere.example/"}, "/return_url", "invalid"),
        ({"return_url": "javascript:alert(1)"}, "/return_url", "invalid"),
        ({"target": {"type": "stand"}}, "/target/id", "required"),
        ({"payer": "somebody"}, "/payer", "unknown_field"),
    ],
)
def test_what_cannot_be_asked_for_is_refused(
    change: dict[str, Any], pointer: str, code: str, sandbox: Company, sign_in: SignIn, hold: Hold
) -> None:
    answer = begin(sign_in(hold.buyer), hold, **change)
    assert answer.status_code == 400
    assert [(fault["pointer"], fault["code"]) for fault in answer.json()["errors"]] == [(pointer, code)]
    assert not Payment.objects.exists()
    assert not sandbox.calls


@pytest.mark.parametrize("purpose", ["boost", "subscription", "listing_fee"])
def test_what_is_not_sold_yet_cannot_be_paid(
    purpose: str, sandbox: Company, sign_in: SignIn, hold: Hold
) -> None:
    answer = begin(sign_in(hold.buyer), hold, purpose=purpose)
    assert (answer.status_code, answer.json()["code"]) == (400, "purpose_not_available")
    assert not Payment.objects.exists()


def test_a_stranger_cannot_pay_somebodys_deposit(sandbox: Company, sign_in: SignIn, hold: Hold) -> None:
    answer = begin(sign_in(UserFactory()), hold)
    assert (answer.status_code, Payment.objects.count()) == (404, 0)


def test_who_cannot_be_reached_cannot_pay(sandbox: Company, sign_in: SignIn) -> None:
    hold = HoldFactory(buyer=UserFactory(email_verified_at=None))
    answer = begin(sign_in(hold.buyer), hold)
    assert (answer.status_code, answer.json()["code"]) == (403, "not_verified")
    assert (Payment.objects.count(), sandbox.calls) == (0, [])


def test_a_deposit_that_moved_on_takes_no_money(sandbox: Company, sign_in: SignIn, hold: Hold) -> None:
    pay_in_full(hold)
    answer = begin(sign_in(hold.buyer), hold)
    assert (answer.status_code, answer.json()["code"]) == (409, "hold_not_open")
    assert (answer.json()["state_now"], Payment.objects.count()) == (HoldState.HELD, 1)


def test_a_payer_may_think_better_of_it(sandbox: Company, sign_in: SignIn, hold: Hold) -> None:
    client = sign_in(hold.buyer)
    made = begin(client, hold).json()
    cancelled = client.post(f"{PATH}/{made['id']}/cancel")
    again = client.post(f"{PATH}/{made['id']}/cancel")
    assert (cancelled.status_code, cancelled.json()["status"]) == (200, "cancelled")
    assert cancelled.json()["checkout_url"] is None
    assert (again.status_code, again.json()["code"]) == (409, "payment_not_open")
    assert SandboxCheckout.objects.get().status == "open"
    sandbox.settle()
    assert SandboxCheckout.objects.get().status == "cancelled"
    assert begin(client, hold).status_code == 201


def test_a_paid_payment_cannot_be_cancelled(sign_in: SignIn, hold: Hold) -> None:
    paid = pay(hold)
    events = PaymentEvent.objects.count()
    answer = sign_in(hold.buyer).post(f"{PATH}/{paid.pk}/cancel")
    paid.refresh_from_db()
    assert (answer.status_code, paid.status) == (409, "succeeded")
    assert PaymentEvent.objects.count() == events


@pytest.mark.django_db(transaction=True)
def test_of_many_payments_of_one_deposit_at_once_one_begins(sandbox: Company, sign_in: SignIn) -> None:
    hold = HoldFactory()
    client = sign_in(hold.buyer)
    token = client._credentials["HTTP_AUTHORIZATION"]

    def one(number: int) -> str:
        caller = APIClient(raise_request_exception=False)
        caller.credentials(HTTP_AUTHORIZATION=token)
        answer = begin(caller, hold)
        return str(answer.status_code if answer.status_code == 201 else answer.json()["code"])

    answers = at_once(50, one)
    assert answers.count("201") == 1
    assert set(answers) <= {"201", "nothing_to_pay", "busy"}
    assert (Payment.objects.count(), SandboxCheckout.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_of_many_requests_with_one_key_at_once_one_makes_the_payment(
    sandbox: Company, sign_in: SignIn
) -> None:
    hold = HoldFactory()
    token = sign_in(hold.buyer)._credentials["HTTP_AUTHORIZATION"]

    def one(number: int) -> int:
        caller = APIClient(raise_request_exception=False)
        caller.credentials(HTTP_AUTHORIZATION=token)
        return int(begin(caller, hold, key="one").status_code)

    answers = at_once(10, one)
    assert set(answers) <= {201, 409}
    assert 201 in answers
    assert (Payment.objects.count(), SandboxCheckout.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_the_same_money_would_be_asked_for_twice() -> None:
    """The negative control: what is left, read by two before either has written, is left for both."""
    hold = HoldFactory()
    both_have_read = Barrier(2, timeout=10)

    def one(_number: int) -> None:
        with transaction.atomic():
            left = hold.amount - sum(leg.amount for leg in selectors.open_legs(hold))
            both_have_read.wait()
            PaymentFactory(hold=hold, amount=left)

    at_once(2, one)
    assert Payment.objects.aggregate(all=Sum("amount"))["all"] == 2 * hold.amount
