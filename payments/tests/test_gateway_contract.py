from __future__ import annotations

import hashlib
import hmac
import time
from decimal import Decimal

import pytest

from key2key.common.errors import NotFound
from payments import checks, gateways
from payments.gateways.contract import Gateway
from payments.gateways.sandbox import SIGNATURE_HEADER, Sandbox, signature_of
from payments.models import SandboxWebhook
from payments.sandbox_words import notification, page_of
from payments.tests.gateway_suite import FarSide, GatewaySuite, Notification

pytestmark = pytest.mark.django_db


class SandboxFarSide(FarSide):
    """The sandbox itself, worked by its buttons."""

    gateway = Sandbox()
    other_currency = "GBP"

    def __init__(self, company) -> None:
        self.company = company

    def pay(self, reference):
        self._press(reference, "pay")

    def pay_again(self, reference):
        self._press(reference, "pay_again")

    def fail(self, reference):
        self._press(reference, "fail")

    def notification(self, reference, *, age_seconds=0):
        body = notification(SandboxWebhook.objects.filter(checkout__reference=reference).last())
        signature = signature_of(body, at=int(time.time()) - age_seconds)
        return Notification({SIGNATURE_HEADER: signature, "Content-Type": "application/json"}, body)

    def forged(self, reference):
        sent, at = self.notification(reference), int(time.time())
        digest = hmac.new(b"a guess", b"%d." % at + sent.body, hashlib.sha256).hexdigest()
        return Notification({SIGNATURE_HEADER: f"t={at},v1={digest}"}, sent.body)

    def _press(self, reference, button):
        self.company.press(page_of(self.company.checkout(reference)), button)


@pytest.fixture
def far_side(sandbox):
    return SandboxFarSide(sandbox)


class TestSandbox(GatewaySuite):
    """The sandbox keeps the contract of all gateways."""


def test_the_enabled_gateways_are_those_of_the_setting(settings):
    assert [one.name for one in gateways.enabled()] == ["sandbox"]
    settings.PAYMENT_GATEWAYS = []

    assert gateways.enabled() == []
    with pytest.raises(NotFound):
        gateways.gateway("sandbox")


def test_a_gateway_that_we_do_not_have_is_not_found():
    for name in ("telepathy", "", "contract", "sandbox.Sandbox"):
        with pytest.raises(NotFound):
            gateways.gateway(name)


def test_a_gateway_that_we_do_not_have_stops_the_start(settings):
    assert checks.gateways_are_known(None) == []
    settings.PAYMENT_GATEWAYS = ["sandbox", "telepathy"]

    (found,) = checks.gateways_are_known(None)

    assert found.id == "k2k.E020"
    assert "telepathy" in found.msg


def test_a_way_to_pay_out_that_we_do_not_have_stops_the_start(settings):
    settings.PAYOUT_CHANNELS = ["bank_csv", "manual", "chapa"]
    assert checks.payout_channels_are_known(None) == []
    settings.PAYOUT_CHANNELS = ["manual", "pigeon"]

    (found,) = checks.payout_channels_are_known(None)

    assert found.id == "k2k.E021"
    assert "pigeon" in found.msg


def test_every_gateway_says_what_it_takes():
    for one in gateways.enabled():
        assert isinstance(one, Gateway)
        assert one.currencies
        assert Decimal(0) < one.min_amount < one.max_amount
        assert str(one.label)
