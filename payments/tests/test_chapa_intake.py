"""Money over Chapa, from the page to the ledger: told, forged, repeated, lost, late, and on its way back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client

from key2key.common import clock
from key2key.common.errors import Unavailable
from payments import checks, services
from payments.gateways.chapa.hints import hint_url
from payments.models import Hold, Payment, PaymentCheck, Refund, RefundSending, Transfer, WebhookDelivery
from payments.services import Asked
from payments.targets import Target
from payments.tests.chapa_desk import connected
from payments.tests.factories import HoldFactory
from payments.tests.standins.chapa import ChapaStandIn, Sent

pytestmark = pytest.mark.django_db
WEBHOOKS = "/api/v1/payments/webhooks/chapa"
PRICE = Decimal("400.00")


@pytest.fixture
def company(settings: Any) -> Iterator[ChapaStandIn]:
    with connected(settings) as standin:
        yield standin
    assert services.ledger_faults() == []


def begin(hold: Hold, *, key: str = "") -> Payment:
    asked = Asked(
        purpose="deposit",
        target=Target(hold.target_type, hold.target_id),
        gateway="chapa",
        return_url="https://app.example/back",
        key=key,
    )
    return services.pay(by=hold.buyer, asked=asked)


@pytest.fixture
def payment(company: ChapaStandIn) -> Payment:
    return begin(HoldFactory(amount=PRICE))


def send(*sent: Sent) -> list[int]:
    """Chapa's webhooks arrive."""
    posted = (
        Client().post(WEBHOOKS, body, content_type="application/json", headers=headers)
        for headers, body in sent
    )
    return [answer.status_code for answer in posted]


def go_to(url: str) -> int:
    """Chapa's server calls an address of ours."""
    parts = urlsplit(url)
    return Client().get(f"{parts.path}?{parts.query}").status_code


def status_of(payment: Payment) -> str:
    payment.refresh_from_db()
    return payment.status


def ask_soon() -> None:
    """What the clock has asked about is asked."""
    services.ask_about_silent()
    services.ask_gateways()
    services.send_refunds()


def test_a_page_that_was_paid_and_told_fills_the_deposit(company, payment):
    assert payment.checkout_url.startswith(f"{company.root}/checkout/payment/")
    company.pay(payment.reference)

    assert send(*company.notify(payment.reference)) == [200]
    services.read_webhooks()

    assert status_of(payment) == "succeeded"
    assert payment.hold.__class__.objects.get(pk=payment.hold_id).state == "held"
    assert payment.transaction == company.orders[payment.reference].number
    assert (payment.fee, payment.gateway_reference) == (Decimal("10.00"), payment.reference)


def test_a_notification_counts_once_however_often_it_comes(company, payment):
    company.pay(payment.reference)

    assert send(*company.notify(payment.reference, times=5)) == [200] * 5
    services.read_webhooks()
    send(*company.notify(payment.reference))
    services.read_webhooks()

    assert WebhookDelivery.objects.count() == 1
    assert Transfer.objects.filter(cause="deposit_paid").count() == 1


@pytest.mark.parametrize("signed", ["constant", "stranger", "nobody"])
def test_what_chapa_did_not_sign_is_not_even_kept(company, payment, signed):
    company.pay(payment.reference)
    calls = len(company.calls)

    assert send(*company.notify(payment.reference, signed=signed)) == [401]

    assert not WebhookDelivery.objects.exists()
    assert status_of(payment) == "pending"
    assert len(company.calls) == calls


def test_what_is_told_is_a_hint_and_what_is_looked_up_is_booked(company, payment):
    company.pay(payment.reference)

    send(*company.notify(payment.reference, amount="999999.00", currency="USD", mode="live", status="failed"))
    services.read_webhooks()

    assert status_of(payment) == "succeeded"
    assert Transfer.objects.get(cause="deposit_paid").amount == PRICE


def test_a_notification_of_success_on_an_unpaid_page_changes_nothing(company, payment):
    company.orders[payment.reference].events.append(("charge.success", "success"))

    send(*company.notify(payment.reference))
    services.read_webhooks()

    assert (status_of(payment), payment.review_reason) == ("pending", "")
    assert not Transfer.objects.exists()


@pytest.mark.parametrize(
    "changed, found",
    [
        ({"amount": Decimal("399.99")}, "other_amount"),
        ({"amount": Decimal("400.01")}, "other_amount"),
        ({"currency": "USD"}, "other_currency"),
    ],
)
def test_money_that_is_not_what_we_asked_for_waits_for_a_person(company, payment, changed, found):
    company.pay(payment.reference)
    for name, value in changed.items():
        setattr(company.orders[payment.reference], name, value)

    send(*company.notify(payment.reference))
    services.read_webhooks()

    assert (status_of(payment), payment.review_reason) == ("pending", found)
    assert not Transfer.objects.exists()


def test_play_money_for_a_real_order_waits_for_a_person(company, payment):
    company.pay(payment.reference)
    company.mode = "live"

    send(*company.notify(payment.reference))
    services.read_webhooks()

    assert (status_of(payment), payment.review_reason) == ("pending", "other_mode")


def test_a_payment_that_failed_says_so(company, payment):
    company.fail(payment.reference)

    send(*company.notify(payment.reference))
    services.read_webhooks()

    assert (status_of(payment), payment.failure_code) == ("failed", "failed")


# the call by GET


def test_a_hint_makes_us_ask(company, payment):
    company.pay(payment.reference)

    assert go_to(company.callback(payment.reference)) == 200
    services.ask_gateways()

    assert status_of(payment) == "succeeded"


def test_a_hint_is_believed_in_nothing(company, payment):
    for _ in range(3):
        assert go_to(company.callback(payment.reference, status="success")) == 200
    assert PaymentCheck.objects.count() == 1

    services.ask_gateways()

    assert status_of(payment) == "pending"
    assert not Transfer.objects.exists()


@pytest.mark.parametrize("change", [lambda url: url[:-1], lambda url: url + "0", lambda url: url[:-41]])
def test_a_stranger_cannot_make_us_ask(company, payment, change):
    assert go_to(change(hint_url(payment.reference))) == 401
    assert not PaymentCheck.objects.exists()


def test_a_token_is_good_for_its_own_order_only(company, payment):
    other = begin(HoldFactory(amount=PRICE))
    swapped = hint_url(payment.reference).replace(payment.reference, other.reference)

    assert go_to(swapped) == 401
    assert not PaymentCheck.objects.exists()


def test_without_chapa_there_is_nothing_to_hint_at(company, payment, settings):
    settings.PAYMENT_GATEWAYS = []

    assert go_to(hint_url(payment.reference)) == 404
    assert not PaymentCheck.objects.exists()


# answers that are lost, pages that close


def test_a_page_whose_address_was_lost_is_followed_by_another(company):
    hold = HoldFactory(amount=PRICE)
    company.misbehave("lost")
    with pytest.raises(Unavailable):
        begin(hold, key="same")
    (first,) = company.orders

    payment = begin(hold, key="same")

    assert list(company.orders) == [first, f"{first}A2"]
    assert (payment.reference, payment.gateway_reference) == (first, f"{first}A2")
    company.pay(f"{first}A2")
    send(*company.notify(f"{first}A2"))
    services.read_webhooks()
    assert status_of(payment) == "succeeded"
    assert Payment.objects.count() == 1


def test_a_page_that_ran_out_of_time_is_closed_at_chapa_too(company, payment):
    with clock.advanced(timedelta(hours=2)):
        assert services.expire_due() == 1
        services.ask_gateways()

    assert status_of(payment) == "expired"
    assert company.orders[payment.reference].status == "cancelled"


def test_money_that_comes_too_late_goes_back_and_is_asked_about_until_it_arrived(company, payment):
    company.refunds_wait, company.finds_refunds_by = True, "number"
    hold = payment.hold
    services.lapse_hold(target=Target(hold.target_type, hold.target_id), reason="The buyer withdrew")
    services.ask_gateways()
    assert company.orders[payment.reference].status == "cancelled"
    company.pay(payment.reference)
    send(*company.notify(payment.reference))
    services.read_webhooks()
    services.send_refunds()
    refund = Refund.objects.get(payment=payment)
    assert (status_of(payment), refund.status) == ("succeeded", "sent")
    assert RefundSending.objects.get().known_as == company.refunds[0].number
    company.finish_refunds()
    with clock.advanced(timedelta(minutes=10)):
        ask_soon()

    refund.refresh_from_db()
    assert (refund.status, status_of(payment)) == ("succeeded", "refunded")
    assert len(company.refunds) == 1


@pytest.mark.parametrize("bad_day", ["500", "html", "garbage", "empty"])
def test_a_look_up_that_fails_is_tried_again(company, payment, bad_day):
    company.pay(payment.reference)
    send(*company.notify(payment.reference))
    company.misbehave(bad_day)
    services.read_webhooks()
    assert status_of(payment) == "pending"

    WebhookDelivery.objects.update(due_at=clock.now())
    services.read_webhooks()

    assert status_of(payment) == "succeeded"


# start-up


def ids(found: Any) -> list[str]:
    return sorted(str(one.id) for one in found)


def test_a_chapa_that_is_set_up_starts(company, settings):
    assert checks.chapa_is_set_up(None) == []
    settings.PAYMENT_GATEWAYS, settings.PAYOUT_CHANNELS, settings.CHAPA_SECRET_KEY = [], [], ""
    assert checks.chapa_is_set_up(None) == []


@pytest.mark.parametrize(
    "changed, found",
    [
        ({"CHAPA_SECRET_KEY": ""}, ["k2k.E070"]),
        ({"CHAPA_SECRET_KEY": "CHASECK-7HkQ"}, ["k2k.E070"]),
        ({"CHAPA_SECRET_KEY": "CHAPA_TEST_PRIV_7HkQ"}, ["k2k.E070"]),
        ({"CHAPA_SECRET_KEY": "CHASECK_TEST-"}, ["k2k.E070"]),
        ({"CHAPA_MODE": "live", "CHAPA_SECRET_KEY": "CHASECK-7HkQ"}, ["k2k.E071"]),
        ({"CHAPA_WEBHOOK_SECRET": ""}, ["k2k.E072"]),
        ({"CHAPA_WEBHOOK_SECRET": "CHASECK_TEST-7HkQ"}, ["k2k.E072"]),
        ({"SANDBOX": False}, ["k2k.E073"]),
        ({"CHAPA_API_VERSION": "v2", "CHAPA_SECRET_KEY": "CHAPA_TEST_PRIV_7HkQ"}, ["k2k.E074"]),
        ({"CHAPA_APPROVAL_SECRET": ""}, ["k2k.E075"]),
        ({"CHAPA_APPROVAL_SECRET": "test-secret"}, ["k2k.E075"]),
    ],
)
def test_a_chapa_that_is_not_set_up_does_not_start(company, settings, changed, found):
    for name, value in changed.items():
        setattr(settings, name, value)

    assert ids(checks.chapa_is_set_up(None)) == found
