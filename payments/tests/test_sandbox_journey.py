"""Money through the sandbox and back into our books, by HTTP and background work alone."""

from __future__ import annotations

import pytest

from payments import services
from payments.enums import HoldState, PaymentStatus
from payments.models import Hold, Payment
from payments.services.paying import Asked
from payments.targets import Target
from payments.tests.factories import HoldFactory
from payments.tests.stand import TARGET

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def hold():
    return HoldFactory()


@pytest.fixture
def payment(sandbox, hold):
    target = Target(TARGET, hold.target_id)
    asked = Asked(purpose="deposit", target=target, gateway="sandbox", return_url="https://app.example/")
    return services.pay(by=hold.buyer, asked=asked)


def stands(payment) -> tuple[str, str]:
    assert services.ledger_faults() == []
    return Payment.objects.get(pk=payment.pk).status, Hold.objects.get(pk=payment.hold_id).state


def test_a_press_on_the_page_holds_the_deposit(sandbox, payment):
    sandbox.press(payment.checkout_url, "pay")
    assert stands(payment) == (PaymentStatus.PENDING, HoldState.PENDING)

    sandbox.settle()

    assert stands(payment) == (PaymentStatus.SUCCEEDED, HoldState.HELD)
    assert ("POST", "/api/v1/payments/webhooks/sandbox") in sandbox.calls


def test_what_is_paid_twice_goes_back_once(sandbox, payment):
    sandbox.press(payment.checkout_url, "pay_twice")

    sandbox.settle()

    assert stands(payment) == (PaymentStatus.SUCCEEDED, HoldState.HELD)
    assert sandbox.checkout(payment.reference).refunds.get().amount == payment.amount


def test_a_failed_payment_that_comes_late_still_counts(sandbox, payment):
    sandbox.press(payment.checkout_url, "fail")
    sandbox.settle()
    assert stands(payment) == (PaymentStatus.FAILED, HoldState.PENDING)

    sandbox.press(payment.checkout_url, "pay_late")
    sandbox.settle()

    assert stands(payment) == (PaymentStatus.SUCCEEDED, HoldState.HELD)


def test_money_that_comes_after_the_deal_fell_through_goes_back_by_itself(sandbox, payment, hold):
    services.lapse_hold(target=Target(TARGET, hold.target_id), reason="The buyer withdrew.")
    sandbox.settle()

    sandbox.press(payment.checkout_url, "pay_late")
    sandbox.settle()

    assert stands(payment) == (PaymentStatus.REFUNDED, HoldState.LAPSED)
    assert sandbox.checkout(payment.reference).refunds.get().amount == payment.amount


@pytest.mark.parametrize(
    ("verdict", "ends"),
    [
        ("win_chargeback", (PaymentStatus.SUCCEEDED, HoldState.HELD)),
        ("lose_chargeback", (PaymentStatus.REFUNDED, HoldState.REFUNDED)),
    ],
)
def test_a_chargeback_freezes_the_deposit_until_it_is_decided(sandbox, payment, verdict, ends):
    sandbox.press(payment.checkout_url, "pay", "charge_back")
    sandbox.settle()
    assert stands(payment) == (PaymentStatus.DISPUTED, HoldState.DISPUTED)

    sandbox.press(payment.checkout_url, verdict)
    sandbox.settle()

    assert stands(payment) == ends
