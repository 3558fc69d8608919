"""Refunds at a company that says how the last one stands, not which it is: one at a time, each given once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from django.utils import timezone

from key2key.common import background, clock
from key2key.common.models import Work
from payments import services
from payments.models import Payment, PaymentCheck, PaymentEvent, Refund, RefundSending
from payments.services.refunds import order_refund
from payments.tests.factories import PaymentFactory
from payments.tests.standins.telebirr import TelebirrStandIn

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _the_ledger_adds_up() -> Iterator[None]:
    yield
    assert services.ledger_faults() == []


@pytest.fixture
def payment(telebirr: TelebirrStandIn) -> Payment:
    """A service of 500 birr, paid over Telebirr."""
    waiting = PaymentFactory(hold=None, gateway="telebirr", checkout_url="", gateway_reference="")
    made = services.open_checkout(payment=waiting)
    telebirr.pay(made.reference)
    ask(made)
    return fresh(made)


def ask(payment: Payment) -> None:
    """Finance has Telebirr asked."""
    services.ask_about(payment_id=payment.pk, by=payment.payer)
    background.perform(PaymentCheck)


def fresh(payment: Payment) -> Payment:
    return Payment.objects.get(pk=payment.pk)


def give_back(payment: Payment, amount: str) -> Refund:
    with transaction.atomic():
        return order_refund(payment, source="revenue", amount=Decimal(amount), reason="Too dear")


def send() -> None:
    """Whatever waits for its next try is due."""
    RefundSending.objects.filter(work_state=Work.WorkState.QUEUED).update(due_at=timezone.now())
    services.send_refunds()


def states() -> list[str]:
    return list(Refund.objects.order_by("created_at", "id").values_list("status", flat=True))


def test_a_refund_is_given_along_the_order_that_was_paid(telebirr: TelebirrStandIn, payment: Payment) -> None:
    give_back(payment, "200.00")
    send()
    assert (states(), fresh(payment).status) == (["succeeded"], "partially_refunded")
    assert telebirr.orders[payment.reference].given_back == Decimal("200.00")


def test_of_two_refunds_the_second_waits_until_the_first_is_over(
    telebirr: TelebirrStandIn, payment: Payment
) -> None:
    telebirr.refunds_wait = True
    order = telebirr.orders[payment.reference]
    give_back(payment, "200.00")
    give_back(payment, "100.00")
    for _ in range(3):
        send()
    assert (states(), len(order.refunds)) == (["sent", "approved"], 1)

    telebirr.finish_refunds(payment.reference)
    telebirr.refunds_wait = False
    ask(payment)
    assert states() == ["succeeded", "approved"]
    send()

    assert (states(), order.given_back) == (["succeeded", "succeeded"], Decimal("300.00"))
    assert fresh(payment).refunded_amount == Decimal("300.00")


def test_one_that_gave_up_waiting_goes_when_the_first_is_over(
    telebirr: TelebirrStandIn, payment: Payment
) -> None:
    telebirr.refunds_wait = True
    give_back(payment, "200.00")
    give_back(payment, "100.00")
    for _ in range(background.ATTEMPTS + 1):
        send()
    assert RefundSending.objects.filter(work_state=Work.WorkState.PARKED).count() == 1

    telebirr.finish_refunds(payment.reference)
    ask(payment)
    send()

    assert states() == ["succeeded", "sent"]


def test_two_workers_never_send_two_at_once(telebirr: TelebirrStandIn, payment: Payment) -> None:
    """Whoever sees that another has its duty in hands waits: of two at least one does."""
    telebirr.refunds_wait = True
    for amount in ("200.00", "100.00"):
        give_back(payment, amount)
    first, second = background.claim(RefundSending, limit=2)
    services.send_refund(first)
    assert telebirr.orders[payment.reference].refunds == {}

    services.send_refund(second)
    send()

    assert sorted(states()) == ["approved", "sent"]
    assert len(telebirr.orders[payment.reference].refunds) == 1


def test_without_waiting_one_answer_would_be_taken_for_both(
    telebirr: TelebirrStandIn, payment: Payment
) -> None:
    """The negative control: with both at Telebirr, its word on the last says nothing that may be booked."""
    telebirr.refunds_wait = True
    for amount in ("200.00", "100.00"):
        give_back(payment, amount)
    send()
    Refund.objects.update(status="sent", sent_at=clock.now())
    telebirr.finish_refunds(payment.reference)

    ask(payment)

    assert states() == ["sent", "sent"]


def test_a_refund_whose_answer_was_lost_is_given_once(telebirr: TelebirrStandIn, payment: Payment) -> None:
    telebirr.misbehave("lost", route="merchant/refund")
    give_back(payment, "200.00")
    send()
    assert states() == ["approved"]
    send()
    assert states() == ["sent"], "taken on before: how it stands, the order says"

    with clock.advanced(timedelta(minutes=6)):
        services.ask_about_silent()
        asked = telebirr.calls.count("merchant/refund")
        send()
        background.perform(PaymentCheck)

    assert (states(), telebirr.calls.count("merchant/refund")) == (["succeeded"], asked)
    assert telebirr.orders[payment.reference].given_back == Decimal("200.00")


def test_a_refund_that_failed_later_leaves_the_money_where_it_was(
    telebirr: TelebirrStandIn, payment: Payment
) -> None:
    telebirr.refunds_wait = True
    give_back(payment, "200.00")
    send()
    telebirr.finish_refunds(payment.reference, status="REFUND_FAILED")

    ask(payment)

    assert (states(), fresh(payment).status) == (["failed"], "succeeded")
    assert Refund.objects.get().failure_code == "REFUND_FAILED"


def test_an_earlier_refund_does_not_confirm_one_that_telebirr_has_not_taken_on(
    telebirr: TelebirrStandIn, payment: Payment
) -> None:
    give_back(payment, "200.00")
    send()
    telebirr.misbehave("500", route="merchant/refund")
    give_back(payment, "100.00")
    send()

    ask(payment)

    assert (states(), telebirr.orders[payment.reference].given_back) == (
        ["succeeded", "approved"],
        Decimal("200.00"),
    )


def test_a_refund_that_was_made_elsewhere_is_put_before_a_person(
    telebirr: TelebirrStandIn, payment: Payment
) -> None:
    telebirr.orders[payment.reference].status = "REFUND_SUCCESS"

    ask(payment)

    assert (fresh(payment).status, fresh(payment).review_reason) == ("succeeded", "refunded_elsewhere")
    assert PaymentEvent.objects.filter(kind="mismatch").exists()
