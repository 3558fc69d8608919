"""The companies pay and tell us nothing: the sweep finds out within five minutes (RL-02)."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import httpx
import pytest
from django.utils import timezone

from brokers.models import Deal
from key2key.common import background, clock
from key2key.tests.money.companies import Companies
from key2key.tests.money.shopping import BOOSTS, PAYMENTS, baskets, boost
from key2key.tests.money.telling import work
from listings.tests.factories import ListingFactory
from payments import circuits, gateways, services
from payments.models import Boost, GatewayCall, Payment, PaymentCheck, WebhookDelivery
from payments.tasks import ask_about_silent, expire_payments

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def minute(number: int) -> None:
    """So many minutes later: what the scheduler does each minute, and the workers."""
    with clock.advanced(number * MINUTE):
        expire_payments()
        ask_about_silent()
        while background.perform(PaymentCheck):
            continue


def statuses() -> Counter[str]:
    return Counter(Payment.objects.values_list("status", flat=True))


@pytest.mark.parametrize("sellers", [1, pytest.param(4, marks=pytest.mark.slow)])
def test_payments_of_which_nobody_told_us_are_booked_within_five_minutes(
    sellers: int, companies: Companies
) -> None:
    many = sellers * PAYMENTS
    for payment in baskets(companies, sellers=sellers):
        companies.of(payment).pay(payment)
    for number in range(1, 5):
        minute(number)
    assert statuses() == {"pending": many}, "the control: it is the sweep that settles them"
    minute(5)
    assert statuses() == {"succeeded": many}
    assert not WebhookDelivery.objects.exists()
    asked = GatewayCall.objects.filter(deed="look_up")
    assert Counter(asked.values_list("outcome", flat=True)) == {"ok": many}, "each was asked about once"
    work()
    assert Deal.objects.filter(state="deposit_held").count() == sellers
    assert Boost.objects.filter(state="active").count() == sellers * BOOSTS
    assert services.ledger_faults() == []


def test_a_company_that_is_away_is_asked_again_and_nothing_is_lost(companies: Companies) -> None:
    payments = [boost(ListingFactory(), gateway=company.name) for company in companies]
    for payment in payments:
        companies.of(payment).pay(payment)
    with gateways.spoken_over(httpx.MockTransport(lambda _call: httpx.Response(502))):
        minute(5)
        assert statuses() == {"pending": len(payments)}
    circuits.forget()
    PaymentCheck.objects.update(due_at=timezone.now())  # a pause of seconds is over
    minute(6)
    assert statuses() == {"succeeded": len(payments)}
    assert services.ledger_faults() == []
