"""Money through Stripe and back into our books, by HTTP and background work alone."""

from __future__ import annotations

import pytest
from django.test import Client

from key2key.common import background
from payments import services
from payments.models import GatewayCall, Payment, Transfer, WebhookDelivery
from payments.services.paying import Asked
from payments.targets import Target
from payments.tests.factories import HoldFactory
from payments.tests.standins.stripe import StripeStandIn
from payments.tests.stripe_desk import connect

pytestmark = pytest.mark.django_db(transaction=True)
PATH = "/api/v1/payments/webhooks/stripe"


@pytest.fixture
def company(settings):
    with StripeStandIn() as stand_in:
        connect(settings, stand_in)
        yield stand_in


@pytest.fixture
def payment(company):
    hold = HoldFactory()
    target = Target(hold.target_type, hold.target_id)
    asked = Asked(purpose="deposit", target=target, gateway="stripe", return_url="https://app.example/")
    return services.pay(by=hold.buyer, asked=asked)


def tell(company, payment, **quirks):
    """Let the company tell us its last news, and do what is to do then."""
    ((headers, body),) = company.notify(payment.reference, **quirks)
    answer = Client().post(
        PATH,
        data=body,
        content_type=headers["Content-Type"],
        headers={"Stripe-Signature": headers["Stripe-Signature"]},
    )
    work()
    return answer.status_code


def work():
    while background.sweep():
        pass
    assert services.ledger_faults() == []


def stands(payment):
    now = Payment.objects.select_related("hold").get(pk=payment.pk)
    return now.status, now.hold.state


def paid(company, payment):
    company.pay(payment.reference)
    assert tell(company, payment) == 200
    return Payment.objects.get(pk=payment.pk)


def test_a_card_holds_the_deposit_and_the_fee_is_booked(company, payment):
    assert payment.checkout_url.startswith("https://checkout.stripe.example/")

    booked = paid(company, payment)

    assert stands(payment) == ("succeeded", "held")
    assert booked.transaction.startswith("ch_")
    assert booked.fee > 0
    assert tell(company, payment) == 200
    assert Transfer.objects.filter(cause="deposit_paid").count() == 1
    assert WebhookDelivery.objects.count() == 1


def test_an_altered_notification_changes_nothing(company, payment):
    company.pay(payment.reference)
    ((headers, body),) = company.notify(payment.reference)

    answer = Client().post(
        PATH,
        data=body.replace(b"paid", b"Paid"),
        content_type="application/json",
        headers={"Stripe-Signature": headers["Stripe-Signature"]},
    )
    work()

    assert (answer.status_code, answer.json()["code"]) == (401, "bad_signature")
    assert stands(payment) == ("pending", "pending")
    assert not WebhookDelivery.objects.exists()


def test_a_notification_of_the_other_mode_changes_nothing(company, payment):
    company.pay(payment.reference)

    assert tell(company, payment, livemode=True) == 400
    assert stands(payment) == ("pending", "pending")


def test_a_session_of_another_account_waits_for_a_person(company, payment):
    company.orders[payment.reference]["metadata"]["merchant"] = "acct_other"
    company.pay(payment.reference)

    tell(company, payment)

    assert stands(payment) == ("pending", "pending")
    assert Payment.objects.get(pk=payment.pk).review_reason == "other_merchant"


def test_a_dispute_that_names_only_stripes_payment_freezes_ours(company, payment):
    paid(company, payment)
    company.dispute(payment.reference)
    event = company.events[payment.reference][-1]["data"]["object"]
    assert payment.reference not in str(event)

    tell(company, payment)

    assert stands(payment) == ("disputed", "disputed")
    company.dispute(payment.reference, status="won")
    tell(company, payment)
    assert stands(payment) == ("succeeded", "held")
    assert WebhookDelivery.objects.exclude(payment=payment).count() == 0


def test_money_goes_back_when_stripe_says_that_it_has(company, payment):
    paid(company, payment)
    company.refunds_wait = True
    hold = payment.hold
    services.refund_hold(target=Target(hold.target_type, hold.target_id), reason="The deal fell through.")
    work()
    assert stands(payment) == ("succeeded", "refunded")

    company.finish_refunds()
    tell(company, payment)

    assert stands(payment) == ("refunded", "refunded")


def test_a_page_that_we_gave_up_is_closed_at_stripe(company, payment):
    services.cancel_payment(payment_id=payment.pk, by=payment.payer)
    work()

    assert company.orders[payment.reference]["status"] == "expired"
    assert ("cancel", "ok") in GatewayCall.objects.values_list("deed", "outcome")
    assert stands(payment) == ("cancelled", "pending")


def test_a_payer_who_was_faster_than_our_closing_has_paid(company, payment):
    company.pay(payment.reference)
    services.cancel_payment(payment_id=payment.pk, by=payment.payer)
    work()

    assert stands(payment) == ("succeeded", "held")


def test_the_stand_in_delivers_to_a_product_that_runs(company, payment, live_server):
    company.pay(payment.reference)
    company.notify(payment.reference, times=3)

    assert company.deliver_to(live_server.url) == [200, 200, 200]
    work()

    assert stands(payment) == ("succeeded", "held")
