"""The sandbox's company by itself: its API, its notifications."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import timedelta
from decimal import Decimal

import httpx
import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from accounts.tests.parallel import at_once
from key2key.common import background, clock
from key2key.common.models import Work
from payments import gateways
from payments.gateways.contract import Chargeback, MoneyStatus, RefundOrder, RefundStatus
from payments.gateways.sandbox import SIGNATURE_HEADER, Sandbox
from payments.models import SandboxCharge, SandboxCheckout, SandboxRefund, SandboxWebhook
from payments.tests.company import order, path_of, standing, told

pytestmark = pytest.mark.django_db
API = "/sandbox/payments/checkouts"
Kind = SandboxWebhook.Kind


@pytest.fixture
def gateway(sandbox):
    return Sandbox()


@pytest.fixture
def checkout(gateway):
    return gateway.open_checkout(order())


class Listener(httpx.BaseTransport):
    """Our webhook address, as the company sees it."""

    def __init__(self, *statuses: int) -> None:
        self.statuses, self.heard = list(statuses), []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.heard.append(request)
        return httpx.Response(self.statuses.pop(0) if self.statuses else 200)


# the API


@pytest.mark.parametrize("key", ["", "Bearer ", "Bearer wrong", "bearer", "ቁልፍ"])
def test_without_the_key_the_company_tells_and_does_nothing(checkout, key):
    caller = Client(headers={"Authorization": key} if key else {})
    path = f"{API}/{checkout.gateway_reference}"
    calls = [
        caller.get(path),
        caller.get(API, {"reference": "K2K-7F3A"}),
        caller.post(API, "{}", content_type="application/json"),
        caller.post(f"{path}/cancel"),
        caller.post(f"{path}/refunds", "{}", content_type="application/json"),
    ]

    assert {(call.status_code, call.json()["code"]) for call in calls} == {(401, "key_not_valid")}
    assert SandboxCheckout.objects.get().status == SandboxCheckout.Status.OPEN
    assert told() == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"reference": ""}, "reference_not_valid"),
        ({"reference": "K" * 65}, "reference_not_valid"),
        ({"reference": 7}, "reference_not_valid"),
        ({"reference": "K\0"}, "reference_not_valid"),
        ({"amount": 100}, "amount_not_valid"),
        ({"amount": "1.005"}, "amount_not_valid"),
        ({"amount": "NaN"}, "amount_not_valid"),
        ({"amount": "Infinity"}, "amount_not_valid"),
        ({"amount": "-5.00"}, "amount_not_valid"),
        ({"amount": "1e15"}, "amount_out_of_range"),
        ({"amount": "0.50"}, "amount_out_of_range"),
        ({"currency": "GBP"}, "currency_not_supported"),
        ({"return_url": "javascript:alert(1)"}, "return_url_not_valid"),
        ({"return_url": "//elsewhere.example"}, "return_url_not_valid"),
    ],
)
def test_an_order_that_makes_no_sense_is_refused(change, code):
    body = {
        "reference": "K2K-1",
        "amount": "100.00",
        "currency": "ETB",
        "description": "A deposit",
        "return_url": "https://app.example/",
        **change,
    }

    answer = _call("post", API, json.dumps(body))

    assert (answer.status_code, answer.json()) == (422, {"code": code})
    assert not SandboxCheckout.objects.exists()


@pytest.mark.parametrize("body", ["", "[]", "nonsense", "[" * 100_000])
def test_a_body_that_cannot_be_read_is_refused(body):
    assert _call("post", API, body).json() == {"code": "malformed"}


def test_the_app_may_be_returned_to_by_its_own_scheme(gateway):
    checkout = gateway.open_checkout(order(return_url="key2key://deals/7"))

    assert checkout.checkout_url.startswith(settings.BASE_URL)


def test_the_fee_is_two_and_a_half_percent(sandbox, checkout):
    sandbox.press(checkout.checkout_url, "pay")

    assert standing().fee == Decimal("1250.00")


def test_a_payment_window_closes_and_takes_money_all_the_same(sandbox, checkout):
    with clock.advanced(timedelta(minutes=29)):
        assert standing().status == MoneyStatus.PENDING
    with clock.advanced(timedelta(minutes=30)):
        assert standing().status == MoneyStatus.EXPIRED
        sandbox.press(checkout.checkout_url, "pay_late")
        assert standing().status == MoneyStatus.SUCCEEDED


@pytest.mark.parametrize("end", ["fail", "cancel", "close"])
def test_what_ended_unpaid_can_be_paid_late(sandbox, checkout, end):
    sandbox.press(checkout.checkout_url, end)
    assert standing().status in {MoneyStatus.FAILED, MoneyStatus.CANCELLED, MoneyStatus.EXPIRED}

    sandbox.press(checkout.checkout_url, "pay_late")

    assert (standing().status, standing().charged) == (MoneyStatus.SUCCEEDED, Decimal("50000.00"))


def test_paying_twice_takes_the_money_twice(sandbox, checkout):
    sandbox.press(checkout.checkout_url, "pay_twice")

    assert (standing().amount, standing().charged, standing().fee) == (50_000, 100_000, 2_500)
    assert told() == [Kind.PAID, Kind.PAID_AGAIN]


@pytest.mark.parametrize(
    ("verdict", "ends"), [("win_chargeback", Chargeback.WON), ("lose_chargeback", Chargeback.LOST)]
)
def test_a_chargeback_opens_and_ends(sandbox, checkout, verdict, ends):
    sandbox.press(checkout.checkout_url, "pay", "charge_back")
    assert (standing().status, standing().chargeback) == (MoneyStatus.SUCCEEDED, Chargeback.OPEN)

    sandbox.press(checkout.checkout_url, verdict)

    assert standing().chargeback == ends
    assert told()[1] == Kind.CHARGEBACK_OPENED


def test_money_that_the_bank_takes_back_is_not_refunded_besides(sandbox, gateway, checkout):
    sandbox.press(checkout.checkout_url, "pay", "charge_back")

    answer = _call(
        "post",
        f"{API}/{checkout.gateway_reference}/refunds",
        json.dumps({"reference": "R1", "amount": "1.00", "currency": "ETB"}),
    )

    assert answer.json() == {"code": "charged_back"}
    assert not SandboxRefund.objects.exists()


def test_the_next_refund_is_refused_and_the_one_after_is_not(sandbox, gateway, checkout):
    sandbox.press(checkout.checkout_url, "pay", "refuse_refund")
    ask = [
        RefundOrder(f"R{number}", checkout.gateway_reference, Decimal("50000.00"), "ETB") for number in (1, 2)
    ]

    refused, again, given = gateway.refund(ask[0]), gateway.refund(ask[0]), gateway.refund(ask[1])

    assert (refused.status, refused.code) == (RefundStatus.FAILED, "refused_by_button")
    assert again == refused
    assert given.status == RefundStatus.SUCCEEDED
    assert told() == [Kind.PAID, Kind.REFUND_FAILED, Kind.REFUND_SUCCEEDED]
    assert standing().refunded == Decimal("50000.00")


def test_refusing_refunds_can_be_taken_back(sandbox, gateway, checkout):
    sandbox.press(checkout.checkout_url, "pay", "refuse_refund", "give_refunds")

    ask = RefundOrder("R1", checkout.gateway_reference, Decimal("1.00"), "ETB")
    assert gateway.refund(ask).status == RefundStatus.SUCCEEDED


# many at once, and in production


@pytest.mark.django_db(transaction=True)
def test_of_many_presses_of_one_button_one_takes_the_money(checkout):
    path = path_of(checkout)

    answers = at_once(8, lambda _number: Client().post(path, {"button": "pay"}).status_code)

    assert sorted(answers) == [302, *[409] * 7]
    assert (SandboxCharge.objects.count(), told()) == (1, [Kind.PAID])


@pytest.mark.django_db(transaction=True)
def test_of_many_orders_with_one_reference_there_is_one_page(sandbox):
    opened = at_once(8, lambda _number: Sandbox().open_checkout(order()))

    assert len(set(opened)) == 1
    assert SandboxCheckout.objects.count() == 1


def test_in_production_there_is_no_sandbox():
    asked = "import django; django.setup(); from payments import urls; print(len(urls.sandbox_urlpatterns))"
    known = {**os.environ, "DJANGO_SETTINGS_MODULE": "key2key.settings", "SECRET_KEY": "x" * 40}

    found = [
        subprocess.run(
            [sys.executable, "-c", asked],
            env={**known, "ENVIRONMENT": kind},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for kind in ("production", "development")
    ]

    assert found == ["0", "5"]


# the notifications


def test_a_notification_is_signed_and_sent_to_our_own_address(sandbox, checkout):
    sandbox.press(checkout.checkout_url, "pay")
    listener = Listener()

    with gateways.spoken_over(listener):
        assert sandbox.deliver() == 1
        assert sandbox.deliver() == 0

    (request,) = listener.heard
    assert str(request.url) == f"{settings.SANDBOX_URL}/api/v1/payments/webhooks/sandbox"
    report = Sandbox().read_webhook(request.headers, request.content)
    webhook = SandboxWebhook.objects.get()
    assert (report.event_key, report.reference, report.kind) == (str(webhook.pk), "K2K-7F3A", "checkout.paid")
    assert report.gateway_reference == checkout.gateway_reference
    assert webhook.work_state == Work.WorkState.DONE


@pytest.mark.parametrize("status", [500, 503, 401, 404, 429])
def test_a_notification_is_sent_again_until_it_is_answered(sandbox, checkout, status):
    sandbox.press(checkout.checkout_url, "pay")
    listener = Listener(status, status, 200)

    with gateways.spoken_over(listener):
        for _attempt in range(3):
            SandboxWebhook.objects.update(due_at=timezone.now())
            background.perform(SandboxWebhook)

    assert len({request.content for request in listener.heard}) == 1
    assert len(listener.heard) == 3
    assert all(SIGNATURE_HEADER in request.headers for request in listener.heard)
    assert SandboxWebhook.objects.get().work_state == Work.WorkState.DONE


def test_a_payment_that_is_rolled_back_is_not_told(sandbox, checkout):
    answer = Client().post(path_of(checkout), {"button": "win_chargeback"})

    assert answer.status_code == 409
    assert told() == []


def _call(method: str, path: str, body: str):
    caller = Client(headers={"Authorization": f"Bearer {settings.SANDBOX_API_KEY}"})
    return getattr(caller, method)(path, body, content_type="application/json")
