"""Stripe keeps the contract of all gateways."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from payments.gateways.stripe import Stripe
from payments.tests.gateway_suite import FarSide, GatewaySuite, Notification
from payments.tests.standins.stripe import StripeStandIn, proof
from payments.tests.stripe_desk import connect


class StripeFarSide(FarSide):
    """The stand-in, which is Stripe as far as the suite can tell."""

    other_currency = "GBP"

    def __init__(self, company: StripeStandIn) -> None:
        self.company, self.gateway = company, Stripe()

    def is_paid_once(self):
        return True

    def pay(self, reference):
        self.company.pay(reference)

    def pay_again(self, reference):
        raise NotImplementedError("a page that is paid shows no form")

    def something_else_happens(self, reference):
        self.company.something_else(reference)

    def fail(self, reference):
        self.company.fail(reference)

    def notification(self, reference, *, age_seconds=0):
        ((headers, body),) = self.company.notify(reference, age_seconds=age_seconds)
        return Notification(headers, body)

    def forged(self, reference):
        sent, at = self.notification(reference), int(time.time())
        digest = proof(sent.body, at=at, secret="whsec_a_guess")
        return Notification({"Stripe-Signature": f"t={at},v1={digest}"}, sent.body)


@pytest.fixture(scope="module")
def company() -> Iterator[StripeStandIn]:
    with StripeStandIn() as stand_in:
        yield stand_in


@pytest.fixture
def far_side(company, settings):
    connect(settings, company)
    return StripeFarSide(company)


class TestStripe(GatewaySuite):
    """Every test of the suite."""
