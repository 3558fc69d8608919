"""Both generations of Chapa keep the contract of all gateways."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from key2key.common.errors import InvalidInput
from payments.gateways.chapa import Chapa
from payments.tests.chapa_desk import connected
from payments.tests.gateway_suite import FarSide, GatewaySuite, Notification
from payments.tests.standins.chapa import ChapaStandIn

pytestmark = pytest.mark.django_db


class ChapaFarSide(FarSide):
    """The stand-in, worked from the outside."""

    gateway = Chapa()
    other_currency = "GBP"

    def __init__(self, company: ChapaStandIn) -> None:
        self.company = company

    def pay(self, reference):
        self.company.pay(reference)

    def pay_again(self, reference):
        raise AssertionError("nobody can pay a page of Chapa twice")

    def fail(self, reference):
        self.company.fail(reference)

    def notification(self, reference, *, age_seconds=0):
        return Notification(*self.company.notify(reference)[0])

    def forged(self, reference):
        return Notification(*self.company.notify(reference, signed="stranger")[0])

    def is_replay_safe(self):
        return False

    def is_paid_once(self):
        return True

    def tells_unpaid_amount(self):
        return self.company.version == "v2"

    def tells_refunds(self):
        return False

    def given_back(self, reference):
        return self.company.orders[reference].given_back

    def something_else_happens(self, reference):
        self.company.reverse(reference)


class TestChapaV1(GatewaySuite):
    """The first generation keeps the contract of all gateways."""

    @pytest.fixture
    def far_side(self, settings):
        with connected(settings) as company:
            yield ChapaFarSide(company)


class TestChapaV2(GatewaySuite):
    """The second one keeps it, too, but for what its pages do not describe."""

    @pytest.fixture
    def far_side(self, settings):
        with connected(settings, version="v2") as company:
            yield ChapaFarSide(company)

    def order(self, far_side, **other):
        order = super().order(far_side, **other)
        return replace(order, reference=order.reference[:20])

    def calls(self, far_side):
        return super().calls(far_side)[:-1]  # nobody is asked for a refund

    def test_a_refund_is_left_to_people(self, far_side):
        order, checkout = self.paid(far_side)

        with pytest.raises(InvalidInput) as refusal:
            far_side.gateway.refund(self.back(order, checkout.gateway_reference, amount=Decimal("1.00")))

        assert refusal.value.extra["vendor_code"] == "refund_in_dashboard"
        assert far_side.given_back(order.reference) == 0

    def test_a_page_closes_by_itself(self, far_side):
        order = self.order(far_side)
        checkout = far_side.gateway.open_checkout(order)
        calls = len(far_side.company.calls)

        far_side.gateway.cancel(checkout.gateway_reference)

        assert len(far_side.company.calls) == calls

    test_a_cancelled_page_is_closed_and_stays_so = None
    test_what_is_paid_cannot_be_cancelled = None
    test_a_refund_is_given_once_however_often_it_is_asked_for = None
    test_several_refunds_add_up_and_never_exceed_what_was_paid = None
