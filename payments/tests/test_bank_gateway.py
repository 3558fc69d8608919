"""The contract of all gateways, as far as it can hold where money moves by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any, ClassVar

import pytest
from django.test import Client

from key2key.common import clock
from key2key.common.errors import InvalidInput, NotFound
from payments import checks, gateways
from payments.gateways.bank import BankTransfer, reference_behind
from payments.gateways.contract import BadSignature, MoneyStatus, RefundOrder, RefundStatus
from payments.tests import bank
from payments.tests.factories import HoldFactory, PaymentFactory
from payments.tests.gateway_suite import FarSide, GatewaySuite, Notification
from payments.tests.paying import hear


class Counter(FarSide):
    """The counter of a bank: it takes money, and tells us nothing."""

    gateway = BankTransfer()
    other_currency = "USD"

    def pay(self, reference: str) -> None: ...

    def pay_again(self, reference: str) -> None: ...

    def fail(self, reference: str) -> None: ...

    def notification(self, reference: str, *, age_seconds: int = 0) -> Notification:
        return Notification({"X-Signature": "00"}, b'{"reference": "K2K"}')

    forged = notification

    def is_replay_safe(self) -> bool:
        return False

    def tells_unpaid_amount(self) -> bool:
        return False


@pytest.fixture(autouse=True)
def _enabled(settings: Any, tmp_path: Any) -> None:
    bank.enable(settings, tmp_path)


@pytest.fixture
def far_side() -> Counter:
    return Counter()


class TestBankTransfer(GatewaySuite):
    """What cannot hold is named below, and why; test_proofs and test_bank_refunds show what does instead."""

    def order(self, far_side: FarSide, **other: object) -> Any:
        return super().order(far_side, pay_until=clock.now() + timedelta(days=2), **other)

    # It keeps no books: what was asked for is known by the payment alone, whose reference is unique.
    test_another_order_under_the_same_reference_is_refused: ClassVar[None] = None
    test_a_currency_that_the_company_does_not_take_is_refused: ClassVar[None] = (
        None  # below: without the look-up
    )
    test_an_order_that_never_reached_the_company_is_not_found: ClassVar[None] = None
    # Finance tell of money, and of its end: a look-up never does.
    test_paid_money_is_told_with_its_fee: ClassVar[None] = None
    test_a_second_payment_shows_in_what_was_charged: ClassVar[None] = None
    test_a_payment_that_failed_says_so: ClassVar[None] = None
    test_a_cancelled_page_is_closed_and_stays_so: ClassVar[None] = None
    test_what_is_paid_cannot_be_cancelled: ClassVar[None] = None
    # A refund is an instruction: pending, until finance confirm it.
    test_a_refund_is_given_once_however_often_it_is_asked_for: ClassVar[None] = None
    test_several_refunds_add_up_and_never_exceed_what_was_paid: ClassVar[None] = None
    test_unpaid_money_is_not_given_back: ClassVar[None] = None
    # Nobody notifies us: the tests of forged notifications hold for all of them.
    test_a_notification_says_which_order_it_is_about: ClassVar[None] = None
    test_a_repeated_notification_keeps_its_key_and_another_has_its_own: ClassVar[None] = None
    test_names_of_headers_may_come_in_any_case: ClassVar[None] = None
    # Nobody is called, so nobody is away.
    test_a_company_that_is_broken_is_away: ClassVar[None] = None
    test_an_answer_that_cannot_be_read_is_none: ClassVar[None] = None
    test_an_answer_without_an_end_is_none: ClassVar[None] = None
    test_a_company_that_cannot_be_reached_is_away: ClassVar[None] = None
    test_a_company_that_lets_us_wait_is_away: ClassVar[None] = None

    def test_another_currency_or_no_end_is_refused(self, far_side: Counter) -> None:
        order = self.order(far_side)
        for wrong in (replace(order, currency="USD"), replace(order, pay_until=None)):
            with pytest.raises(InvalidInput) as refusal:
                far_side.gateway.open_checkout(wrong)
            assert refusal.value.code == "gateway_refused"

    def test_a_refund_waits_for_finance_however_often_it_is_asked_for(self, far_side: Counter) -> None:
        back = RefundOrder("R2K1-1", "K2K1", Decimal("10.00"), "ETB")

        answers = {far_side.gateway.refund(back) for _ in range(3)}

        assert [(one.status, one.refund_reference) for one in answers] == [(RefundStatus.PENDING, "R2K1-1")]

    def test_a_look_up_never_says_more_than_pending(self, far_side: Counter) -> None:
        order, checkout = self.paid(far_side)
        far_side.gateway.cancel(checkout.gateway_reference)

        standing = far_side.gateway.look_up(order.reference, checkout.gateway_reference)

        assert (standing.status, standing.charged, standing.tells_amount) == (MoneyStatus.PENDING, 0, False)


def test_nobody_may_notify_us_even_with_a_signature_of_ours(api: Any) -> None:
    with pytest.raises(BadSignature):
        BankTransfer().read_webhook({}, b"")
    answer = api.post("/api/v1/payments/webhooks/bank_transfer", b"{}", content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (401, "bad_signature")


def test_without_an_account_of_ours_the_product_does_not_start(settings: Any) -> None:
    assert checks.bank_accounts_are_named(None) == []
    settings.BANK_ACCOUNTS = []

    (found,) = checks.bank_accounts_are_named(None)

    assert found.id == "k2k.E050"


def test_only_the_bank_moves_money_by_hand() -> None:
    assert gateways.by_hand() == ["bank_transfer"]


@pytest.mark.django_db
class TestPage:
    """What the payer is shown."""

    def test_it_says_where_how_much_what_to_write_and_until_when(self) -> None:
        payment = bank.begin(HoldFactory(amount=Decimal("50000.00")))
        seen = self.get(payment.checkout_url).content.decode()
        for word in ("50,000.00", "ETB", payment.reference, "1000123456789", "Key2Key PLC", "Dashen"):
            assert word in seen
        assert payment.payer.full_name not in seen

    def test_once_it_is_over_nobody_is_told_to_pay(self) -> None:
        payment = bank.begin(HoldFactory())
        hear(payment)
        assert "1000123456789" not in self.get(payment.checkout_url).content.decode()

    def test_an_address_that_we_did_not_make_shows_nothing(self) -> None:
        payment = bank.begin(HoldFactory())
        other = PaymentFactory()
        for address in (
            payment.checkout_url + "x",
            payment.checkout_url.replace(payment.reference, other.reference),
            f"/bank-transfer/{payment.reference}",
        ):
            assert self.get(address).status_code == 404
        with pytest.raises(NotFound):
            reference_behind(payment.reference)

    def get(self, url: str) -> Any:
        from urllib.parse import urlsplit

        return Client().get(urlsplit(url).path)
