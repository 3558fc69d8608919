"""Refunds that people want: one right asks and sends, another approves, and never one hand does both."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from rest_framework.test import APIClient

from accounts.tests.factories import StaffFactory, UserFactory
from accounts.tests.parallel import at_once
from key2key.common.errors import Conflict, DomainError, InvalidInput, NotAllowed, NotFound
from key2key.common.models import AuditEntry
from payments import selectors, services
from payments.enums import RefundStatus
from payments.gateways.contract import Chargeback
from payments.models import Payment, Refund, RefundSending, Transfer
from payments.tests.factories import HoldFactory, PaymentFactory
from payments.tests.owing import balance_of, finance, refund_in, refused, target_of, treasury
from payments.tests.paying import charge_back, hear, pay_in_full

pytestmark = pytest.mark.django_db
SignIn = Callable[..., APIClient]


@pytest.fixture(autouse=True)
def _the_ledger_adds_up() -> Iterator[None]:
    yield
    assert services.ledger_faults() == []


@pytest.fixture
def paid() -> Payment:
    return hear(PaymentFactory(hold=None, amount=Decimal("500.00")))


def asked(payment: Payment, amount: str | None = None, *, by: Any = None) -> Refund:
    return services.request_refund(
        payment_id=payment.pk,
        by=by or finance(),
        amount=None if amount is None else Decimal(amount),
        reason="Paid by mistake",
    )


def step(refund: Refund) -> dict[str, Any]:
    return {"payment_id": refund.payment_id, "refund_id": refund.pk}


def nothing_left(refund: Refund, *, status: str) -> None:
    """The row is as it was, and nothing was booked or sent."""
    refund.refresh_from_db()
    assert (refund.status, refund.tries) == (status, 0)
    assert not RefundSending.objects.exists()
    assert not Transfer.objects.filter(refund_id=refund.pk).exists()


def test_a_refund_goes_by_three_hands_and_leaves_with_the_third(paid: Payment) -> None:
    one, other = finance(), treasury()
    refund = asked(paid, "200.00", by=one)
    nothing_left(refund, status=RefundStatus.REQUESTED)
    services.approve_refund(**step(refund), by=other)
    nothing_left(refund, status=RefundStatus.APPROVED)
    services.execute_refund(**step(refund), by=one)
    refund.refresh_from_db()
    assert (refund.tries, refund.requested_by, refund.decided_by, refund.executed_by) == (1, one, other, one)
    assert RefundSending.objects.filter(refund=refund).count() == 1
    assert (balance_of("platform_revenue"), balance_of("refunds_in_transit")) == (
        Decimal("300.00"), Decimal("200.00"),
    )  # fmt: skip
    kinds = [event.kind for event in paid.events.all()]
    assert kinds[-2:] == ["refund_requested", "refund_approved"]
    for action in ("payment.refund_requested", "refund.approved", "refund.executed"):
        assert AuditEntry.objects.filter(action=action).count() == 1


def test_two_rights_never_meet_in_one_hand(paid: Payment) -> None:
    both, other_admin = StaffFactory(groups=["admin"]), StaffFactory(groups=["admin"])
    refund = asked(paid, by=both)
    assert refused(lambda: services.approve_refund(**step(refund), by=both)) == "other_person_needed"
    nothing_left(refund, status=RefundStatus.REQUESTED)
    services.approve_refund(**step(refund), by=other_admin)
    assert refused(lambda: services.execute_refund(**step(refund), by=other_admin)) == "other_person_needed"
    nothing_left(refund, status=RefundStatus.APPROVED)
    services.execute_refund(**step(refund), by=both)
    assert RefundSending.objects.count() == 1


def test_each_right_opens_its_own_step_only(paid: Payment) -> None:
    assert refused(lambda: asked(paid, by=treasury())) == "not_allowed"
    refund = asked(paid)
    for by in (finance(), StaffFactory(groups=["support"]), UserFactory()):
        assert refused(lambda by=by: services.approve_refund(**step(refund), by=by)) == "not_allowed"
        assert (
            refused(lambda by=by: services.decline_refund(**step(refund), by=by, reason="no"))
            == "not_allowed"
        )
    services.approve_refund(**step(refund), by=treasury())
    assert refused(lambda: services.execute_refund(**step(refund), by=treasury())) == "not_allowed"
    nothing_left(refund, status=RefundStatus.APPROVED)


def test_the_database_too_refuses_one_hand(paid: Payment) -> None:
    """The negative control of the rule above: without the service the row itself says no."""
    refund = asked(paid)
    for column in ("requested_by", "executed_by"):
        Refund.objects.filter(pk=refund.pk).update(executed_by=finance())
        refund.refresh_from_db()
        with pytest.raises(IntegrityError, match="payments_refund_two_people"), transaction.atomic():
            Refund.objects.filter(pk=refund.pk).update(decided_by=getattr(refund, column))
    Refund.objects.filter(pk=refund.pk).update(executed_by=None)


def test_staff_do_not_give_money_back_to_themselves() -> None:
    one, other = finance(), treasury()
    mine, theirs = (hear(PaymentFactory(hold=None, payer=payer)) for payer in (one, other))
    assert refused(lambda: asked(mine, by=one)) == "own_money"
    refund = asked(theirs)
    assert refused(lambda: services.approve_refund(**step(refund), by=other)) == "own_money"
    nothing_left(refund, status=RefundStatus.REQUESTED)


def test_two_requests_together_never_ask_for_more_than_was_paid(paid: Payment) -> None:
    asked(paid, "300.00")
    assert selectors.refundable(paid) == Decimal("200.00")
    with pytest.raises(InvalidInput):
        asked(paid, "200.01")
    second = asked(paid, "200.00")
    assert refused(lambda: asked(paid)) == "nothing_to_refund"
    services.decline_refund(**step(second), by=treasury(), reason="It was used")
    assert selectors.refundable(paid) == Decimal("200.00"), "what was declined may be asked for again"
    assert Refund.objects.get(pk=second.pk).decline_reason == "It was used"


@pytest.mark.parametrize("amount", ["500.01", "0.00", "-1.00"])
def test_what_makes_no_sense_is_refused(amount: str, paid: Payment) -> None:
    with pytest.raises(InvalidInput):
        asked(paid, amount)
    assert not Refund.objects.exists()


def test_a_step_is_taken_once_and_in_its_order(paid: Payment) -> None:
    refund = asked(paid)
    assert refused(lambda: services.execute_refund(**step(refund), by=finance())) == "refund_not_approved"
    services.approve_refund(**step(refund), by=treasury())
    assert refused(lambda: services.approve_refund(**step(refund), by=treasury())) == "refund_not_waiting"
    assert (
        refused(lambda: services.decline_refund(**step(refund), by=treasury(), reason="no"))
        == "refund_not_waiting"
    )
    services.execute_refund(**step(refund), by=finance())
    assert refused(lambda: services.execute_refund(**step(refund), by=finance())) == "refund_not_approved"
    assert RefundSending.objects.count() == 1


def test_a_declined_refund_stays_declined(paid: Payment) -> None:
    refund = asked(paid)
    services.decline_refund(**step(refund), by=treasury(), reason="It was used")
    for deed in (services.approve_refund, services.execute_refund):
        with pytest.raises(DomainError):
            deed(**step(refund), by=treasury() if deed is services.approve_refund else finance())
    nothing_left(refund, status=RefundStatus.DECLINED)


def test_a_refund_is_found_only_under_its_payment(paid: Payment) -> None:
    refund = asked(paid)
    with pytest.raises(NotFound):
        services.approve_refund(payment_id=PaymentFactory().pk, refund_id=refund.pk, by=treasury())
    nothing_left(refund, status=RefundStatus.REQUESTED)


def test_what_the_bank_takes_meanwhile_does_not_go_back_as_well(paid: Payment) -> None:
    first, second = asked(paid, "200.00"), asked(paid, "300.00")
    services.approve_refund(**step(second), by=treasury())
    charge_back(paid)
    assert paid.disputed_amount == Decimal("500.00"), "what was only asked for has not left"
    assert refused(lambda: services.approve_refund(**step(first), by=treasury())) == "chargeback_open"
    assert refused(lambda: services.execute_refund(**step(second), by=finance())) == "chargeback_open"
    charge_back(paid, outcome=Chargeback.LOST)
    assert refused(lambda: services.execute_refund(**step(second), by=finance())) == "nothing_to_refund"
    nothing_left(second, status=RefundStatus.APPROVED)


def test_what_the_product_decides_needs_nobody() -> None:
    hold = pay_in_full(HoldFactory())
    services.refund_hold(target=target_of(hold), reason="cancelled")
    refund = Refund.objects.get()
    assert (refund.status, refund.tries, refund.decided_by) == (RefundStatus.APPROVED, 1, None)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("deed", ["approve", "execute"])
def test_fifty_who_take_a_step_at_once_take_it_once(deed: str) -> None:
    start = RefundStatus.REQUESTED if deed == "approve" else RefundStatus.APPROVED
    refund = refund_in(start)
    people = [treasury() if deed == "approve" else finance() for _ in range(10)]
    service = services.approve_refund if deed == "approve" else services.execute_refund

    def one(number: int) -> str:
        for _again in range(5):
            try:
                service(**step(refund), by=people[number])
            except Conflict as refusal:
                answer = refusal.code
            else:
                return "done"
        return str(answer)

    answers = at_once(10, one)
    assert answers.count("done") == 1
    assert set(answers) - {"done"} == {"refund_not_waiting" if deed == "approve" else "refund_not_approved"}
    assert RefundSending.objects.count() == (1 if deed == "execute" else 0)
    assert Transfer.objects.filter(refund_id=refund.pk).count() == (1 if deed == "execute" else 0)


@pytest.mark.django_db(transaction=True)
def test_fifty_requests_at_once_never_exceed_what_was_paid() -> None:
    payment = hear(PaymentFactory(hold=None, amount=Decimal("500.00")))
    people = [finance() for _ in range(10)]

    def one(number: int) -> int:
        done = 0
        for _again in range(5):
            try:
                asked(payment, "90.00", by=people[number])
            except (Conflict, InvalidInput):
                continue
            done += 1
        return done

    assert sum(at_once(10, one)) == 5
    assert sum(refund.amount for refund in Refund.objects.all()) == Decimal("450.00")


def test_the_api_walks_the_three_steps(paid: Payment, sign_in: SignIn) -> None:
    one, other = (
        sign_in(StaffFactory(groups=[group]), second_factor=True) for group in ("finance", "treasury")
    )
    path = f"/api/v1/payments/{paid.pk}/refunds"
    key = {"HTTP_IDEMPOTENCY_KEY": str(uuid4())}
    made = one.post(path, {"reason": "By mistake", "amount": "100.00"}, format="json", **key)
    assert (made.status_code, made.json()["status"]) == (201, "requested")
    each = f"{path}/{made.json()['id']}"
    assert one.post(f"{each}/approve", {}, format="json").status_code == 403
    approved = other.post(f"{each}/approve", {}, format="json")
    assert (approved.status_code, approved.json()["status"]) == (200, "approved")
    assert other.post(f"{each}/execute", {}, format="json", **key).status_code == 403
    assert one.post(f"{each}/execute", {}, format="json").json()["code"] == "idempotency_key_required"
    sent = one.post(f"{each}/execute", {}, format="json", HTTP_IDEMPOTENCY_KEY=str(uuid4()))
    assert (sent.status_code, RefundSending.objects.count()) == (200, 1)
    assert other.get(f"/api/v1/payments/{paid.pk}").json()["refunds"][0]["decided_at"], "treasury looks too"


def test_who_lost_the_right_meanwhile_cannot_use_it(paid: Payment) -> None:
    by = treasury()
    refund = asked(paid)
    by.groups.clear()
    fresh = type(by).objects.get(pk=by.pk)
    with pytest.raises(NotAllowed):
        services.approve_refund(**step(refund), by=fresh)
    nothing_left(refund, status=RefundStatus.REQUESTED)
