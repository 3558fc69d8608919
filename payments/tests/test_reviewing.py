"""What waits for a person finds a way out, and does not come back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from accounts.tests.factories import StaffFactory
from key2key.common import background, clock
from key2key.common.errors import Conflict, DomainError, NotAllowed
from key2key.common.models import AuditEntry, Work
from payments import services
from payments.enums import CallOutcome, Deed, RefundStatus
from payments.models import (
    GatewayCall,
    Payment,
    PaymentCheck,
    Refund,
    RefundSending,
    SandboxCharge,
    SandboxCheckout,
    SuspenseItem,
    Transfer,
    WebhookDelivery,
)
from payments.services import Asked
from payments.targets import Target
from payments.tests.company import Company
from payments.tests.factories import HoldFactory, PaymentFactory
from payments.tests.paying import hear, pay

pytestmark = pytest.mark.django_db
PARKED = Work.WorkState.PARKED


@pytest.fixture(autouse=True)
def _the_ledger_adds_up() -> Iterator[None]:
    yield
    assert services.ledger_faults() == []


@pytest.fixture
def finance() -> Any:
    return StaffFactory(groups=["finance"])


def odd(**said: Any) -> Payment:
    return hear(PaymentFactory(), **{"merchant": "somebody else", **said})


def sending() -> RefundSending:
    """A refund whose gateway was silent eight times."""
    hold = pay(HoldFactory(amount=Decimal("1000.00"))).hold
    assert hold is not None
    services.refund_hold(target=Target(hold.target_type, hold.target_id), reason="cancelled")
    newest = RefundSending.objects.latest("pk")
    RefundSending.objects.filter(pk=newest.pk).update(
        work_state=PARKED, attempts=8, last_error="Unavailable: gateway_unavailable"
    )
    return newest


def answered(gateway: str = "sandbox", outcome: str = CallOutcome.OK) -> None:
    GatewayCall.objects.create(
        gateway=gateway, deed=Deed.LOOK_UP, outcome=outcome, milliseconds=5,
        created_at=clock.now() + timedelta(minutes=2),
    )  # fmt: skip


def test_a_finding_that_was_accepted_is_not_brought_up_again_but_another_one_is(finance: Any) -> None:
    payment = odd()
    services.accept_review(payment_id=payment.pk, by=finance, reason="The merchant was renamed")
    assert hear(payment, merchant="somebody else").review_reason == ""
    assert hear(payment, currency="USD").review_reason == "other_currency"
    event = payment.events.get(kind="reviewed")
    assert event.data == {
        "found": "other_merchant",
        "decision": "accepted",
        "reason": "The merchant was renamed",
    }
    assert AuditEntry.objects.filter(action="payment.reviewed", actor=finance).exists()


def test_without_a_decision_a_finding_comes_back() -> None:
    payment = odd()
    Payment.objects.update(review_reason="")
    assert hear(payment, merchant="somebody else").review_reason == "other_merchant"


def test_a_webhook_about_what_was_accepted_is_done(finance: Any) -> None:
    payment = odd()
    services.accept_review(payment_id=payment.pk, by=finance, reason="Renamed")
    duty = WebhookDelivery.objects.create(gateway="sandbox", event_key="e", body=b"", payment=payment)
    [claimed] = background.claim(WebhookDelivery, limit=1)
    from payments.tests.paying import standing_of

    services.settle_payment(
        payment_id=payment.pk,
        standing=standing_of(payment, merchant="somebody else"),
        source="sandbox",
        duty=claimed,
    )
    duty.refresh_from_db()
    assert duty.work_state == Work.WorkState.DONE


def test_a_payment_that_does_not_match_is_closed(finance: Any) -> None:
    payment = odd()
    services.close_review(payment_id=payment.pk, by=finance, reason="The payer pays anew")
    payment.refresh_from_db()
    assert (payment.status, payment.review_reason) == ("cancelled", "")
    assert [event.kind for event in payment.events.all()] == ["mismatch", "reviewed", "cancelled"]


@pytest.mark.parametrize("why", ["clean", "received", "own", "support"])
def test_only_what_waits_is_closed_and_only_by_finance(why: str, finance: Any) -> None:
    payment, by, code = odd(), finance, "nothing_to_review"
    if why == "clean":
        Payment.objects.update(review_reason="")
    elif why == "received":
        Payment.objects.update(review_reason="")
        hear(payment)
        Payment.objects.update(review_reason="refunded_elsewhere")
        code = "payment_not_open"
    elif why == "own":
        Payment.objects.update(payer=finance)
        code = "own_money"
    else:
        by, code = StaffFactory(groups=["support"]), "not_allowed"
    before = Payment.objects.values().get(), Transfer.objects.count()
    with pytest.raises(DomainError) as refusal:
        services.close_review(payment_id=payment.pk, by=by, reason="x")
    assert refusal.value.code == code
    assert (Payment.objects.values().get(), Transfer.objects.count()) == before


def underpaid(sandbox: Company) -> Payment:
    """The payer gave less than was asked for."""
    hold = HoldFactory(amount=Decimal("1000.00"))
    asked = Asked(
        purpose="deposit",
        target=Target(hold.target_type, hold.target_id),
        gateway="sandbox",
        return_url="https://app.example/back",
    )
    payment = services.pay(by=hold.buyer, asked=asked)
    sandbox.press(payment.checkout_url, "pay")
    SandboxCharge.objects.update(amount=Decimal("900.00"))
    sandbox.settle()
    payment.refresh_from_db()
    assert (payment.status, payment.review_reason) == ("pending", "charged_less")
    return payment


def test_money_that_came_otherwise_than_asked_for_lies_in_suspense_and_never_counts_by_itself(
    finance: Any, sandbox: Company
) -> None:
    payment = underpaid(sandbox)
    services.keep_odd_money(payment_id=payment.pk, by=finance, reason="100 are missing")
    item = SuspenseItem.objects.get()
    payment.refresh_from_db()
    assert (item.amount, item.payment, payment.status) == (Decimal("900.00"), payment, "cancelled")
    SandboxCharge.objects.update(amount=Decimal("1000.00"))  # the gateway thinks better of it
    services.ask_about(payment_id=payment.pk, by=finance)
    sandbox.settle()
    payment.refresh_from_db()
    assert (payment.status, Transfer.objects.filter(cause="deposit_paid").exists()) == ("cancelled", False)
    with pytest.raises(Conflict):
        services.keep_odd_money(payment_id=payment.pk, by=finance, reason="Again")
    services.send_back_suspense(item_id=item.pk, by=finance, reason="Pay anew")
    sandbox.settle()
    assert Refund.objects.get().status == RefundStatus.SUCCEEDED


def test_money_that_never_came_is_not_kept(finance: Any, sandbox: Company) -> None:
    payment = underpaid(sandbox)
    SandboxCheckout.objects.update(status="failed")
    with pytest.raises(Conflict) as refusal:
        services.keep_odd_money(payment_id=payment.pk, by=finance, reason="x")
    assert refusal.value.code == "nothing_charged"
    assert not Transfer.objects.exists()


def test_a_parked_webhook_is_closed_with_a_reason(finance: Any) -> None:
    delivery = WebhookDelivery.objects.create(
        gateway="sandbox", event_key="e", body=b"{}", work_state=PARKED, last_error="unknown_payment"
    )
    services.close_delivery(delivery_id=delivery.pk, by=finance, reason="Of the test system")
    delivery.refresh_from_db()
    assert (delivery.work_state, delivery.finding) == ("done", "closed")
    assert AuditEntry.objects.get(action="webhook.closed").reason == "Of the test system"
    with pytest.raises(Conflict):
        services.close_delivery(delivery_id=delivery.pk, by=finance, reason="x")


def test_a_parked_question_is_closed(finance: Any) -> None:
    check = PaymentCheck.objects.create(payment=PaymentFactory(), work_state=PARKED)
    services.close_check(check_id=check.pk, by=finance, reason="Known by phone")
    check.refresh_from_db()
    assert check.work_state == "done"


@pytest.mark.parametrize("went_through, status", [(True, "succeeded"), (False, "failed")])
def test_finance_says_how_a_parked_refund_ended(went_through: bool, status: str, finance: Any) -> None:
    duty = sending()
    services.end_sending(sending_id=duty.pk, by=finance, went_through=went_through, reason="Portal")
    duty.refresh_from_db()
    assert (duty.work_state, duty.refund.status) == ("done", status)
    assert background.requeue(RefundSending, [duty.pk]) == 0


def test_a_refund_that_is_not_parked_is_the_gateway_s_to_tell(finance: Any) -> None:
    duty = sending()
    RefundSending.objects.update(work_state="queued")
    with pytest.raises(Conflict):
        services.end_sending(sending_id=duty.pk, by=finance, went_through=True, reason="x")
    assert Refund.objects.get().status == RefundStatus.APPROVED


def test_all_parked_refunds_are_sent_again_by_one_deed(finance: Any) -> None:
    duties = [sending(), sending()]
    assert services.requeue_refunds(by=finance) == len(duties)
    assert set(RefundSending.objects.values_list("work_state", "attempts")) == {("queued", 0)}
    with pytest.raises(NotAllowed):
        services.requeue_refunds(by=StaffFactory(groups=["treasury"]))


def test_parked_refunds_of_ones_own_payments_wait_for_somebody_else(finance: Any) -> None:
    own, other = sending(), sending()
    Payment.objects.filter(pk=own.refund.payment_id).update(payer=finance)
    assert services.requeue_refunds(by=finance) == 1
    states = dict(RefundSending.objects.values_list("pk", "work_state"))
    assert states == {own.pk: PARKED, other.pk: "queued"}
    assert services.requeue_refunds(by=StaffFactory(groups=["finance"])) == 1


@pytest.mark.parametrize(
    "prepare, revived",
    [
        (lambda: None, 0),
        (lambda: answered("telebirr"), 0),
        (lambda: answered(outcome=CallOutcome.UNAVAILABLE), 0),
        (answered, 1),
    ],
)
def test_refunds_parked_in_an_outage_leave_when_their_gateway_answers(
    prepare: Callable[[], None], revived: int
) -> None:
    sending()
    prepare()
    assert services.revive_refunds() == revived
    assert RefundSending.objects.filter(work_state="queued").count() == revived


def test_a_refund_parked_for_another_reason_waits_for_a_person() -> None:
    sending()
    RefundSending.objects.update(last_error="KeyError: 'amount'")
    answered()
    assert services.revive_refunds() == 0
