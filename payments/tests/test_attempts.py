"""A checkout whose address was lost on its way: another attempt, and never money that nobody knows of."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from accounts.tests.parallel import at_once
from key2key.common import background, clock
from key2key.common.errors import Conflict, Unavailable
from key2key.common.models import Work
from payments import services
from payments.models import Payment, PaymentCheck, Transfer, WebhookDelivery
from payments.references import new_reference, read_attempt, reference_of_attempt
from payments.services import Asked
from payments.targets import Target
from payments.tests.factories import HoldFactory, PaymentFactory
from payments.tests.standins.telebirr import WEBHOOKS, TelebirrStandIn

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _the_ledger_adds_up() -> Iterator[None]:
    yield
    assert services.ledger_faults() == []


def begin(hold: Any) -> Payment:
    """The payer's request, as often as the payer sends it."""
    asked = Asked(
        purpose="deposit",
        target=Target(hold.target_type, hold.target_id),
        gateway="telebirr",
        return_url="https://app.example/back",
        key="one",
    )
    return services.pay(by=hold.buyer, asked=asked)


def lose_the_first(telebirr: TelebirrStandIn, *, how: str = "lost") -> Payment:
    """The order is with Telebirr (unless `how` says otherwise), and its page is unknown."""
    hold = HoldFactory(amount=Decimal("1000.00"))
    telebirr.misbehave(how, route="merchant/preOrder")
    with pytest.raises(Unavailable):
        begin(hold)
    payment = Payment.objects.get()
    assert (payment.status, payment.checkout_url, payment.attempt) == ("pending", "", 1)
    return payment


def begin_again(payment: Payment) -> Payment:
    assert payment.hold is not None
    return begin(payment.hold)


def tell(telebirr: TelebirrStandIn, reference: str, **quirks: Any) -> WebhookDelivery:
    """Telebirr notifies, and a worker looks it up."""
    ((headers, body),) = telebirr.notify(reference, **quirks)
    answer = Client().post(WEBHOOKS, body, content_type=headers["Content-Type"])
    assert answer.status_code == 200
    background.perform(WebhookDelivery)
    return WebhookDelivery.objects.latest("created_at")


def fresh(payment: Payment) -> Payment:
    return Payment.objects.get(pk=payment.pk)


def test_a_reference_says_which_attempt_it_is() -> None:
    reference = new_reference("K2K")
    assert [reference_of_attempt(reference, number) for number in (0, 1, 2, 12)] == [
        reference,
        reference,
        f"{reference}A2",
        f"{reference}A12",
    ]
    for number in (1, 2, 12):
        assert read_attempt(reference_of_attempt(reference, number)) == (reference, number)


@pytest.mark.parametrize("said", ["", "K2K", "A2", "K2K0123456789AA2", "K2K-7F3A", "chk-7A2"])
def test_what_is_no_attempt_is_its_own_reference(said: str) -> None:
    assert read_attempt(said) == (said, 1)
    for tail in ("A", "A0", "A1", "A02", "A2 ", "B2", "A٢"):
        reference = new_reference("K2K") + tail
        assert read_attempt(reference) == (reference, 1)


def test_the_first_attempt_has_the_reference_itself(telebirr: TelebirrStandIn) -> None:
    payment = begin(HoldFactory(amount=Decimal("1000.00")))
    assert (payment.attempt, list(telebirr.orders)) == (1, [payment.reference])
    assert payment.gateway_reference == payment.reference
    assert telebirr.calls == ["token", "merchant/preOrder"]


def test_a_company_that_repeats_itself_is_asked_under_one_reference(sandbox: Any) -> None:
    hold = HoldFactory(amount=Decimal("1000.00"))
    asked = Asked(
        purpose="deposit",
        target=Target(hold.target_type, hold.target_id),
        gateway="sandbox",
        return_url="https://app.example/back",
    )
    payment = services.pay(by=hold.buyer, asked=asked)
    assert (payment.attempt, payment.order_reference) == (0, payment.reference)
    assert len(sandbox.calls) == 1


@pytest.mark.parametrize("how, known", [("lost", 2), ("garbage", 2), ("500", 1)])
def test_after_a_lost_answer_the_next_attempt_has_another_reference(
    telebirr: TelebirrStandIn, how: str, known: int
) -> None:
    payment = lose_the_first(telebirr, how=how)
    before = len(telebirr.calls)

    again = begin_again(payment)

    second = f"{payment.reference}A2"
    assert telebirr.calls[before:] == ["merchant/queryOrder", "merchant/preOrder"]
    assert (again.pk, again.attempt, again.gateway_reference) == (payment.pk, 2, second)
    assert again.checkout_url
    assert (len(telebirr.orders), second in telebirr.orders) == (known, True)
    telebirr.pay(second)
    assert tell(telebirr, second).payment == payment
    paid = fresh(payment)
    assert (paid.status, paid.transaction) == ("succeeded", telebirr.orders[second].transaction)


@pytest.mark.parametrize("fault", ["502", "wrong_key", "no", "quota"])
def test_while_the_earlier_one_is_unknown_no_other_begins(telebirr: TelebirrStandIn, fault: str) -> None:
    payment = lose_the_first(telebirr)
    telebirr.misbehave(fault, route="merchant/queryOrder")

    with pytest.raises(Unavailable):
        begin_again(payment)

    assert (fresh(payment).attempt, fresh(payment).status) == (1, "pending")
    assert list(telebirr.orders) == [payment.reference]
    assert begin_again(payment).attempt == 2


def test_an_earlier_attempt_that_is_paid_is_booked_and_no_other_begins(telebirr: TelebirrStandIn) -> None:
    payment = lose_the_first(telebirr)
    telebirr.pay(payment.reference)

    again = begin_again(payment)

    assert (again.pk, again.status, again.attempt) == (payment.pk, "succeeded", 1)
    assert list(telebirr.orders) == [payment.reference]


def test_an_earlier_attempt_that_does_not_fit_begins_no_other(telebirr: TelebirrStandIn) -> None:
    payment = lose_the_first(telebirr)
    telebirr.pay(payment.reference)
    telebirr.misbehave("wrong_amount", route="merchant/queryOrder")

    with pytest.raises(Unavailable):
        begin_again(payment)

    assert (fresh(payment).status, fresh(payment).review_reason) == ("pending", "other_amount")
    assert list(telebirr.orders) == [payment.reference]


@pytest.mark.parametrize("is_told", [True, False])
def test_late_money_of_an_earlier_attempt_counts(telebirr: TelebirrStandIn, is_told: bool) -> None:
    payment = begin_again(lose_the_first(telebirr))
    telebirr.pay(payment.reference)

    if is_told:
        assert tell(telebirr, payment.reference).work_state == Work.WorkState.DONE
    else:
        with clock.advanced(timedelta(minutes=6)):
            services.ask_about_silent()
            background.perform(PaymentCheck)

    paid = fresh(payment)
    assert (paid.status, paid.placement) == ("succeeded", "hold")
    assert (paid.attempt, paid.gateway_reference) == (1, payment.reference)
    assert paid.transaction == telebirr.orders[payment.reference].transaction


def test_what_an_earlier_attempt_brought_too_late_goes_back_where_it_came_from(
    telebirr: TelebirrStandIn,
) -> None:
    payment = begin_again(lose_the_first(telebirr))
    services.cancel_payment(payment_id=payment.pk, by=payment.payer)
    payment.hold.state = "lapsed"
    payment.hold.save()
    telebirr.pay(payment.reference)

    tell(telebirr, payment.reference)
    services.send_refunds()

    assert fresh(payment).status == "refunded"
    assert telebirr.orders[payment.reference].given_back == payment.amount
    assert telebirr.orders[f"{payment.reference}A2"].given_back == 0


@pytest.mark.parametrize("deed", ["fail", "expire"])
def test_how_an_attempt_ended_that_nobody_saw_is_no_news(telebirr: TelebirrStandIn, deed: str) -> None:
    payment = begin_again(lose_the_first(telebirr))
    getattr(telebirr, deed)(payment.reference)

    assert tell(telebirr, payment.reference).work_state == Work.WorkState.DONE

    assert (fresh(payment).status, fresh(payment).attempt) == ("pending", 2)
    assert not Transfer.objects.exists()


def test_of_two_attempts_that_are_paid_one_counts_and_a_person_is_told(telebirr: TelebirrStandIn) -> None:
    payment = begin_again(lose_the_first(telebirr))
    for reference in (payment.gateway_reference, payment.reference):
        telebirr.pay(reference)
        tell(telebirr, reference)
    once = sorted(Transfer.objects.values_list("debit__kind", "credit__kind", "amount"))
    assert once == [
        ("gateway_clearing", "held", payment.amount),
        ("gateway_clearing", "suspense", payment.amount),
    ]
    assert fresh(payment).review_reason == "paid_on_two_pages"
    assert WebhookDelivery.objects.get(reference=payment.reference).work_state == Work.WorkState.PARKED

    services.ask_about(payment_id=payment.pk, by=payment.payer)
    background.perform(PaymentCheck)

    assert Transfer.objects.count() == len(once)
    assert fresh(payment).attempt == 2


def test_a_strangers_reference_is_no_attempt_of_ours(telebirr: TelebirrStandIn) -> None:
    payment = begin(HoldFactory(amount=Decimal("1000.00")))
    other = PaymentFactory(gateway="telebirr")
    telebirr.orders[f"{other.reference}A2"] = telebirr.orders[payment.reference]
    telebirr.pay(payment.reference)
    telebirr.misbehave("other_order", route="merchant/queryOrder")

    told = tell(telebirr, payment.reference)

    assert told.work_state == Work.WorkState.QUEUED, "an answer about another order is none"
    assert (fresh(payment).status, fresh(other).status) == ("pending", "pending")


@pytest.mark.django_db(transaction=True)
def test_of_many_requests_with_one_key_one_opens_a_page(
    telebirr: TelebirrStandIn, sign_in: Callable[..., APIClient]
) -> None:
    hold = HoldFactory(amount=Decimal("1000.00"))
    token = sign_in(hold.buyer)._credentials["HTTP_AUTHORIZATION"]
    telebirr.misbehave("500", route="merchant/preOrder")

    def one(_number: int) -> int:
        caller = APIClient(raise_request_exception=False)
        caller.credentials(HTTP_AUTHORIZATION=token)
        body = {
            "purpose": "deposit",
            "target": {"type": hold.target_type, "id": str(hold.target_id)},
            "gateway": "telebirr",
            "return_url": "https://app.example/back",
        }
        answer = caller.post("/api/v1/payments", body, format="json", headers={"Idempotency-Key": "one"})
        return int(answer.status_code)

    answers = at_once(8, one) + at_once(8, one)

    payment = Payment.objects.get()
    assert set(answers) <= {201, 409, 503}
    assert 201 in answers
    assert list(telebirr.orders) == [payment.gateway_reference]
    assert (payment.status, payment.attempt) == ("pending", 2)


def test_who_counts_on_an_attempt_that_is_not_the_last_is_refused(telebirr: TelebirrStandIn) -> None:
    payment = lose_the_first(telebirr)
    telebirr.misbehave("500", route="merchant/preOrder")
    with pytest.raises(Unavailable):
        begin_again(payment)

    with pytest.raises(Conflict) as refusal:
        services.open_checkout(payment=payment)

    assert refusal.value.code == "busy"
    assert list(telebirr.orders) == [payment.reference]
