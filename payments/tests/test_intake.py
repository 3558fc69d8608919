"""What gateways tell us, from signed bytes to booked money; forged, repeated, late, lost and wrong."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.test import Client
from rest_framework.test import APIClient

from accounts.tests.parallel import at_once
from key2key.common import background, clock
from key2key.common.models import Work
from payments import gateways, services
from payments.gateways.sandbox import SIGNATURE_HEADER, signature_of
from payments.models import (
    Hold,
    Payment,
    PaymentCheck,
    PaymentEvent,
    Refund,
    SandboxCheckout,
    Transfer,
    WebhookDelivery,
)
from payments.services import Asked
from payments.targets import Target
from payments.tests.company import Company
from payments.tests.factories import HoldFactory, PaymentFactory
from payments.tests.paying import hear

pytestmark = pytest.mark.django_db
PATH = "/api/v1/payments/webhooks/sandbox"


@pytest.fixture(autouse=True)
def _the_ledger_adds_up() -> Iterator[None]:
    yield
    assert services.ledger_faults() == []


def begin(hold: Hold) -> Payment:
    asked = Asked(
        purpose="deposit",
        target=Target(hold.target_type, hold.target_id),
        gateway="sandbox",
        return_url="https://app.example/back",
    )
    return services.pay(by=hold.buyer, asked=asked)


@pytest.fixture
def payment(sandbox: Company) -> Payment:
    return begin(HoldFactory(amount=Decimal("1000.00")))


def told_of(payment: Payment, *, event: str = "evt-1", kind: str = "checkout.paid") -> bytes:
    about = {"reference": payment.reference, "checkout": payment.gateway_reference}
    return json.dumps({"id": event, "type": kind, "data": about}).encode()


def send(body: bytes, *, signature: str | None = None, path: str = PATH) -> Any:
    proof = signature_of(body, at=int(time.time())) if signature is None else signature
    headers = {SIGNATURE_HEADER: proof} if proof else {}
    return Client(raise_request_exception=False).post(
        path, body, content_type="application/json", headers=headers
    )


def state() -> tuple[Any, ...]:
    return (
        list(Payment.objects.values_list("status", "placement", "review_reason")),
        list(Hold.objects.values_list("state")),
        Transfer.objects.count(),
        PaymentEvent.objects.count(),
        WebhookDelivery.objects.count(),
        len(mail.outbox),
    )


def test_a_payment_made_at_the_gateway_is_booked(sandbox: Company, payment: Payment) -> None:
    sandbox.press(payment.checkout_url, "pay")
    sandbox.settle()
    payment.refresh_from_db()
    hold = payment.hold
    assert hold is not None
    assert (payment.status, payment.placement, hold.state) == ("succeeded", "hold", "held")
    assert [event.kind for event in payment.events.all()] == ["created", "checkout_opened", "succeeded"]
    booked = Transfer.objects.values_list("debit__kind", "credit__kind", "amount")
    assert set(booked) == {
        ("gateway_clearing", "held", Decimal("1000.00")),
        ("gateway_fees", "gateway_clearing", Decimal("25.00")),
    }
    delivery = WebhookDelivery.objects.get()
    assert (delivery.payment, delivery.work_state) == (payment, Work.WorkState.DONE)
    assert json.loads(bytes(delivery.body))["data"]["reference"] == payment.reference


@pytest.mark.parametrize("button, status", [("fail", "failed"), ("cancel", "cancelled")])
def test_a_payment_that_came_to_nothing_has_ended(
    button: str, status: str, sandbox: Company, payment: Payment
) -> None:
    sandbox.press(payment.checkout_url, button)
    sandbox.settle()
    payment.refresh_from_db()
    assert payment.status == status
    assert not Transfer.objects.exists()


@pytest.mark.parametrize("forgery", ["none", "wrong", "other body", "old", "static", "half"])
def test_a_forged_notification_changes_nothing(forgery: str, sandbox: Company, payment: Payment) -> None:
    sandbox.press(payment.checkout_url, "pay")
    body, now, before = told_of(payment), int(time.time()), state()
    signature = {
        "none": "",
        "wrong": f"t={now},v1={'0' * 64}",
        "other body": signature_of(body.replace(b"evt-1", b"evt-2"), at=now),
        "old": signature_of(body, at=now - 301),
        "static": "key2key",
        "half": signature_of(body, at=now)[:-2],
    }[forgery]
    answer = send(body, signature=signature)
    assert (answer.status_code, answer.json()["code"]) == (401, "bad_signature")
    assert state() == before
    assert send(body).status_code == 200  # the control: rightly signed, it is taken in


def test_a_notification_is_taken_in_once(sandbox: Company, payment: Payment) -> None:
    sandbox.press(payment.checkout_url, "pay")
    sandbox.settle()
    before = state()
    for delivery in list(WebhookDelivery.objects.all()):
        assert send(bytes(delivery.body)).status_code == 200
    assert background.perform(WebhookDelivery) == 0
    assert state() == before


def test_another_notification_of_the_same_books_nothing_more(sandbox: Company, payment: Payment) -> None:
    sandbox.press(payment.checkout_url, "pay")
    sandbox.settle()
    transfers, events = Transfer.objects.count(), PaymentEvent.objects.count()
    for number in range(3):
        assert send(told_of(payment, event=f"evt-{number}", kind="checkout.failed")).status_code == 200
    sandbox.settle()
    payment.refresh_from_db()
    assert (payment.status, payment.review_reason) == ("succeeded", "")
    assert (Transfer.objects.count(), PaymentEvent.objects.count()) == (transfers, events)


def test_what_a_notification_says_is_not_believed(sandbox: Company, payment: Payment) -> None:
    assert send(told_of(payment, kind="checkout.paid")).status_code == 200
    background.perform(WebhookDelivery)
    payment.refresh_from_db()
    assert (payment.status, Transfer.objects.count()) == ("pending", 0)


def test_a_signed_notification_that_makes_no_sense_is_refused(sandbox: Company) -> None:
    before = state()
    answer = send(b'{"id": "evt-1"}')
    assert (answer.status_code, answer.json()["code"]) == (400, "gateway_refused")
    assert state() == before


def test_a_gateway_that_we_do_not_have_is_not_there(sandbox: Company) -> None:
    assert send(b"{}", path="/api/v1/payments/webhooks/telebirr").status_code == 404
    assert not WebhookDelivery.objects.exists()


@pytest.mark.parametrize(
    "difference",
    [
        {"amount": Decimal("999.99"), "charged": Decimal("999.99")},
        {"currency": "USD"},
        {"merchant": "somebody else"},
        {"mode": "live"},
        {"reference": "K2K000000000000"},
        {"gateway_reference": "another"},
        {"charged": Decimal("1.00")},
        {"refunded": Decimal("10.00")},
    ],
    ids=lambda difference: next(iter(difference)),
)
def test_what_does_not_match_is_put_before_a_person(difference: dict[str, Any]) -> None:
    payment = hear(PaymentFactory(hold__amount=Decimal("1000.00")), **difference)
    assert payment.status == "pending"
    assert payment.review_reason
    assert not Transfer.objects.exists()
    hear(payment, **difference)
    assert [event.kind for event in payment.events.all()] == ["mismatch"]
    hear(payment)
    assert (payment.status, payment.review_reason) == ("succeeded", "")


def test_a_notification_that_does_not_match_is_parked(sandbox: Company, payment: Payment) -> None:
    SandboxCheckout.objects.update(amount=Decimal("10.00"))
    sandbox.press(payment.checkout_url, "pay")
    sandbox.settle()
    delivery = WebhookDelivery.objects.get()
    assert (delivery.work_state, delivery.last_error) == (Work.WorkState.PARKED, "other_amount")
    payment.refresh_from_db()
    assert (payment.status, payment.review_reason) == ("pending", "other_amount")
    assert not Transfer.objects.exists()


def test_money_that_matches_nothing_lies_in_suspense(sandbox: Company, payment: Payment) -> None:
    sandbox.press(payment.checkout_url, "pay")
    Payment.objects.update(reference="K2K-LOST", gateway_reference="lost")
    sandbox.settle()
    send(told_of(payment, event="evt-again"))
    sandbox.settle()
    assert {row.last_error for row in WebhookDelivery.objects.all()} == {"unknown_payment"}
    stray = Transfer.objects.get()
    assert (stray.cause, stray.credit.kind, stray.amount) == ("unknown_paid", "suspense", Decimal("1000.00"))


def test_whoever_pays_one_page_twice_gets_the_second_charge_back(sandbox: Company, payment: Payment) -> None:
    sandbox.press(payment.checkout_url, "pay_twice")
    sandbox.settle()
    payment.refresh_from_db()
    refund = Refund.objects.get()
    assert (payment.status, payment.refunded_amount) == ("succeeded", 0)
    assert payment.hold is not None
    assert payment.hold.state == "held"
    assert (refund.source, refund.amount, refund.status) == ("suspense", Decimal("1000.00"), "succeeded")


def test_whoever_pays_too_late_gets_the_money_back(sandbox: Company, payment: Payment) -> None:
    assert payment.hold is not None
    target = Target(payment.hold.target_type, payment.hold.target_id)
    services.lapse_hold(target=target, reason="clock")
    SandboxCheckout.objects.update(expires_at=clock.now())
    sandbox.press(payment.checkout_url, "pay_late")
    sandbox.settle()
    payment.refresh_from_db()
    assert (payment.status, payment.placement) == ("refunded", "payer")
    assert [event.kind for event in payment.events.all()] == [
        "created",
        "checkout_opened",
        "cancelled",
        "succeeded_late",
        "refund_requested",
        "refund_sent",
        "refund_succeeded",
    ]


def test_the_sweep_hears_of_a_payment_whose_notification_was_lost(sandbox: Company, payment: Payment) -> None:
    sandbox.press(payment.checkout_url, "pay")
    assert services.ask_about_silent() == 0  # too early: the notification may still come
    with clock.advanced(timedelta(minutes=6)):
        assert services.ask_about_silent() == 1
        assert background.perform(PaymentCheck) == 1
        assert services.ask_about_silent() == 0
    payment.refresh_from_db()
    assert payment.status == "succeeded"
    assert [event.source for event in payment.events.all()] == ["payer", "sandbox", "sweep"]


def test_an_unpaid_payment_ends_with_its_window(sandbox: Company, payment: Payment) -> None:
    with clock.advanced(timedelta(minutes=29)):
        assert services.expire_due() == 0
    with clock.advanced(timedelta(minutes=31)):
        assert services.expire_due() == 1
        assert services.expire_due() == 0
        sandbox.settle()
    payment.refresh_from_db()
    assert payment.status == "expired"


def test_a_payment_made_in_the_last_moment_counts_though_nobody_told_us(
    sandbox: Company, payment: Payment
) -> None:
    sandbox.press(payment.checkout_url, "pay")
    with clock.advanced(timedelta(minutes=31)):
        assert services.expire_due() == 1
        background.perform(PaymentCheck)
    payment.refresh_from_db()
    assert (payment.status, payment.placement) == ("succeeded", "hold")


def test_a_payment_whose_page_was_never_opened_is_no_worry(sandbox: Company) -> None:
    unheard = PaymentFactory(gateway_reference="", checkout_url="")
    with clock.advanced(timedelta(minutes=6)):
        services.ask_about_silent()
        assert background.perform(PaymentCheck) == 1
    unheard.refresh_from_db()
    assert (unheard.status, unheard.review_reason) == ("pending", "")
    assert PaymentCheck.objects.get().work_state == Work.WorkState.DONE


@pytest.mark.django_db(transaction=True)
def test_notifications_of_one_payment_at_once_book_it_once(sandbox: Company) -> None:
    payment = begin(HoldFactory(amount=Decimal("1000.00")))
    sandbox.press(payment.checkout_url, "pay")
    bodies = [told_of(payment, event=f"evt-{number % 4}") for number in range(12)]
    assert set(at_once(12, lambda number: send(bodies[number]).status_code)) == {200}
    assert WebhookDelivery.objects.count() == 4
    at_once(4, lambda _number: background.perform(WebhookDelivery))
    sandbox.settle()
    payment.refresh_from_db()
    assert payment.status == "succeeded"
    assert Transfer.objects.filter(cause="deposit_paid").count() == 1


def test_the_address_of_the_page_belongs_to_us(sandbox: Company, payment: Payment) -> None:
    assert urlsplit(payment.checkout_url).path.startswith("/sandbox/checkout/")
    assert gateways.gateway("sandbox").look_up(payment.reference, "").amount == payment.amount


def test_whoever_is_signed_in_is_no_gateway(
    sandbox: Company, payment: Payment, sign_in: Callable[..., APIClient]
) -> None:
    before = state()
    answer = sign_in(payment.payer).post(PATH, json.loads(told_of(payment)), format="json")
    assert (answer.status_code, answer.json()["code"]) == (401, "bad_signature")
    assert state() == before
