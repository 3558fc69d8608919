"""Money on its way back: once, the way it came, and found again when the gateway refuses."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import httpx
import pytest
from rest_framework.test import APIClient

from accounts.tests.factories import StaffFactory
from accounts.tests.parallel import at_once
from key2key.common import background, clock
from key2key.common.errors import Conflict, NotAllowed
from key2key.common.models import AuditEntry, Event, Work
from payments import gateways, selectors, services
from payments.enums import RefundStatus
from payments.gateways.contract import Chargeback, RefundStanding
from payments.gateways.contract import RefundStatus as Told
from payments.models import (
    Account,
    Payment,
    Refund,
    RefundSending,
    SandboxRefund,
    Transfer,
    WebhookDelivery,
)
from payments.services import Asked
from payments.targets import Target
from payments.tests.company import Company
from payments.tests.factories import HoldFactory, PaymentFactory
from payments.tests.owing import treasury
from payments.tests.paying import charge_back, hear, pay_in_full

pytestmark = pytest.mark.django_db
SignIn = Callable[..., APIClient]


@pytest.fixture(autouse=True)
def _the_ledger_adds_up() -> Iterator[None]:
    yield
    assert services.ledger_faults() == []


@pytest.fixture
def service_paid() -> Payment:
    return hear(PaymentFactory(hold=None, amount=Decimal("500.00")))


@pytest.fixture
def finance(sign_in: SignIn) -> APIClient:
    return sign_in(StaffFactory(groups=["finance"]), second_factor=True)


def ask(client: APIClient, payment: Payment, **body: Any) -> Any:
    return client.post(
        f"/api/v1/payments/{payment.pk}/refunds",
        {"reason": "Paid by mistake", **body},
        format="json",
        headers={"Idempotency-Key": str(uuid4())},
    )


def balance(kind: str) -> Decimal:
    return sum(selectors.balances(Account.objects.filter(kind=kind)).values(), Decimal(0))


def deposit_at_the_sandbox(sandbox: Company) -> Payment:
    hold = HoldFactory(amount=Decimal("1000.00"))
    asked = Asked("deposit", Target("stand", hold.target_id), "sandbox", "https://app.example/back")
    payment = services.pay(by=hold.buyer, asked=asked)
    sandbox.press(payment.checkout_url, "pay")
    sandbox.settle()
    payment.refresh_from_db()
    return payment


def give_back(payment: Payment) -> Refund:
    services.refund_hold(target=Target(payment.target_type, payment.target_id), reason="cancelled")
    return Refund.objects.get()


def let_go(refund: Refund) -> Refund:
    """Two others approve and send it."""
    step = {"payment_id": refund.payment_id, "refund_id": refund.pk}
    services.approve_refund(**step, by=treasury())
    return services.execute_refund(**step, by=StaffFactory(groups=["finance"]))


def test_finance_gives_a_service_back_in_parts(finance: APIClient, service_paid: Payment) -> None:
    part = ask(finance, service_paid, amount="200.00")
    rest = ask(finance, service_paid)
    none = ask(finance, service_paid)
    assert (part.status_code, part.json()["status"]) == (201, "requested")
    assert (rest.status_code, rest.json()["amount"]) == (201, "300.00")
    assert (none.status_code, none.json()["code"]) == (409, "nothing_to_refund")
    assert balance("platform_revenue") == Decimal("500.00"), "nobody has agreed yet"
    for refund in Refund.objects.all():
        let_go(refund)
    assert balance("platform_revenue") == 0
    assert balance("refunds_in_transit") == Decimal("500.00")
    assert AuditEntry.objects.filter(action="payment.refund_requested").count() == 2


def test_more_than_was_paid_does_not_go_back(finance: APIClient, service_paid: Payment) -> None:
    for amount in ("500.01", "0.00", "-1.00"):
        assert ask(finance, service_paid, amount=amount).status_code == 400
    assert not Refund.objects.exists()
    assert balance("platform_revenue") == Decimal("500.00")


def test_a_refund_needs_a_key_and_a_role(finance: APIClient, service_paid: Payment, sign_in: SignIn) -> None:
    path = f"/api/v1/payments/{service_paid.pk}/refunds"
    keyless = finance.post(path, {"reason": "x"}, format="json")
    payer = ask(sign_in(service_paid.payer), service_paid)
    half = ask(sign_in(StaffFactory(groups=["finance"])), service_paid)
    assert (keyless.status_code, keyless.json()["code"]) == (400, "idempotency_key_required")
    assert (payer.status_code, payer.json()["code"]) == (403, "not_allowed")
    assert (half.status_code, half.json()["code"]) == (403, "second_factor_required")
    assert not Refund.objects.exists()


def test_a_deposit_moves_only_with_its_deal(finance: APIClient) -> None:
    hold = pay_in_full(HoldFactory())
    answer = ask(finance, hold.payments.get())
    assert (answer.status_code, answer.json()["code"]) == (409, "deposit_moves_with_deal")
    assert not Refund.objects.exists()


def test_what_was_not_paid_does_not_go_back(finance: APIClient) -> None:
    answer = ask(finance, PaymentFactory(hold=None))
    assert (answer.status_code, answer.json()["code"]) == (409, "nothing_to_refund")


def test_what_the_bank_disputes_does_not_go_back(finance: APIClient, service_paid: Payment) -> None:
    charge_back(service_paid)
    answer = ask(finance, service_paid)
    assert (answer.status_code, answer.json()["code"]) == (409, "chargeback_open")
    assert not Refund.objects.exists()


def test_a_refund_reaches_the_payer(sandbox: Company) -> None:
    payment = deposit_at_the_sandbox(sandbox)
    refund = give_back(payment)
    assert (refund.status, balance("refunds_in_transit")) == (RefundStatus.APPROVED, Decimal("1000.00"))
    sandbox.settle()
    payment.refresh_from_db()
    refund.refresh_from_db()
    assert (refund.status, payment.status) == (RefundStatus.SUCCEEDED, "refunded")
    assert payment.refunded_amount == payment.amount
    assert balance("refunds_in_transit") == 0
    assert balance("gateway_clearing") == Decimal("25.00")  # a debit less: the fee stays with the gateway
    assert Event.objects.filter(name="payments.RefundSucceeded").count() == 1


def test_a_refused_refund_lies_where_it_came_from_until_finance_tries_again(sandbox: Company) -> None:
    payment = deposit_at_the_sandbox(sandbox)
    sandbox.press(payment.checkout_url, "refuse_refund")
    refund = give_back(payment)
    sandbox.settle()
    refund.refresh_from_db()
    assert (refund.status, refund.failure_code) == (RefundStatus.FAILED, "refused_by_button")
    assert (balance("held"), balance("refunds_in_transit")) == (Decimal("1000.00"), 0)
    assert Event.objects.filter(name="payments.RefundFailed").count() == 1
    staff = StaffFactory(groups=["finance"])
    payer = StaffFactory(groups=["finance"])
    Payment.objects.filter(pk=payment.pk).update(payer=payer)
    with pytest.raises(NotAllowed) as refusal:
        services.retry_refund(refund_id=refund.pk, by=payer)
    assert (refusal.value.code, Refund.objects.get().status) == ("own_money", RefundStatus.FAILED)
    services.retry_refund(refund_id=refund.pk, by=staff)
    with pytest.raises(Conflict) as twice:
        services.retry_refund(refund_id=refund.pk, by=staff)
    assert twice.value.code == "refund_not_failed"
    sandbox.settle()
    refund.refresh_from_db()
    assert (refund.status, refund.tries, balance("held")) == (RefundStatus.SUCCEEDED, 2, 0)
    assert SandboxRefund.objects.filter(status="succeeded").count() == 1


def test_a_refused_refund_is_not_tried_again_when_its_money_went_back_otherwise(
    service_paid: Payment,
) -> None:
    staff = StaffFactory(groups=["finance"])
    wish = {"payment_id": service_paid.pk, "by": staff, "amount": None, "reason": "Paid by mistake"}
    refused = let_go(services.request_refund(**wish))
    said = RefundStanding(status=Told.FAILED, code="closed", refund_reference=f"{refused.reference}-1")
    hear(service_paid, refunds=(said,))
    let_go(services.request_refund(**wish))
    with pytest.raises(Conflict) as twice:
        services.retry_refund(refund_id=refused.pk, by=staff)
    refused.refresh_from_db()
    assert (twice.value.code, refused.status) == ("nothing_to_refund", RefundStatus.FAILED)
    assert RefundSending.objects.count() == 2


class Away(httpx.BaseTransport):
    def handle_request(self, request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("away")


def test_while_the_gateway_is_away_the_refund_waits(sandbox: Company) -> None:
    refund = give_back(deposit_at_the_sandbox(sandbox))
    with gateways.spoken_over(Away()):
        assert background.perform(RefundSending) == 1
    refund.refresh_from_db()
    sending = RefundSending.objects.get()
    assert (refund.status, sending.work_state) == (RefundStatus.APPROVED, Work.WorkState.QUEUED)
    RefundSending.objects.update(due_at=sending.due_at - timedelta(hours=1))
    sandbox.settle()
    refund.refresh_from_db()
    assert refund.status == RefundStatus.SUCCEEDED


def test_a_refund_that_takes_its_time_is_confirmed_by_asking(sandbox: Company) -> None:
    payment = deposit_at_the_sandbox(sandbox)
    refund = give_back(payment)
    sending = RefundSending.objects.get()
    RefundSending.objects.update(work_state=Work.WorkState.DONE)
    slow = RefundStanding(status=Told.PENDING, refund_reference=sending.reference, amount=refund.amount)
    hear(payment, refunds=(slow,))
    refund.refresh_from_db()
    assert (refund.status, balance("refunds_in_transit")) == (RefundStatus.SENT, Decimal("1000.00"))
    with clock.advanced(timedelta(minutes=6)):
        assert services.ask_about_silent() == 1
        sandbox.settle()
    refund.refresh_from_db()
    assert refund.status == RefundStatus.SUCCEEDED


def test_a_refund_is_confirmed_once_whoever_tells_of_it(sandbox: Company) -> None:
    payment = deposit_at_the_sandbox(sandbox)
    refund = give_back(payment)
    sandbox.settle()
    done = RefundStanding(
        status=Told.SUCCEEDED, refund_reference=f"{refund.reference}-1", amount=refund.amount
    )
    before = Transfer.objects.count()
    hear(payment, refunds=(done, done), refunded=refund.amount)
    assert Transfer.objects.count() == before


def test_money_that_was_charged_back_does_not_go_back_twice(
    service_paid: Payment, finance: APIClient
) -> None:
    charge_back(service_paid)
    charge_back(service_paid, outcome=Chargeback.LOST)
    answer = ask(finance, service_paid)
    assert (answer.status_code, answer.json()["code"]) == (409, "nothing_to_refund")


@pytest.mark.django_db(transaction=True)
def test_refunds_of_one_payment_at_once_never_exceed_it(sign_in: SignIn) -> None:
    payment = hear(PaymentFactory(hold=None, amount=Decimal("500.00")))
    staff = StaffFactory(groups=["finance"])

    def one(_number: int) -> str:
        try:
            services.request_refund(
                payment_id=payment.pk, by=staff, amount=Decimal("500.00"), reason="at once"
            )
        except Conflict as refusal:
            return refusal.code
        return "refunded"

    answers = at_once(10, one)
    assert (answers.count("refunded"), answers.count("nothing_to_refund")) == (1, 9)
    assert Refund.objects.count() == 1


def test_a_sending_that_another_has_replaced_is_not_sent_again(sandbox: Company) -> None:
    payment = deposit_at_the_sandbox(sandbox)
    sandbox.press(payment.checkout_url, "refuse_refund")
    refund = give_back(payment)
    sandbox.settle()
    services.retry_refund(refund_id=refund.pk, by=StaffFactory(groups=["finance"]))
    first, again = RefundSending.objects.order_by("pk")
    assert background.again(RefundSending, [first.pk]) == 1
    RefundSending.objects.filter(pk=again.pk).update(work_state=Work.WorkState.PARKED)
    background.perform(RefundSending)
    refund.refresh_from_db()
    assert (refund.status, refund.tries) == (RefundStatus.APPROVED, 2)
    background.again(RefundSending, [again.pk])
    sandbox.settle()
    refund.refresh_from_db()
    assert refund.status == RefundStatus.SUCCEEDED


def test_a_refund_refused_because_the_bank_was_faster_is_found_out(sandbox: Company) -> None:
    payment = deposit_at_the_sandbox(sandbox)
    refund = give_back(payment)
    sandbox.press(payment.checkout_url, "charge_back", "lose_chargeback")
    sandbox.deliver()
    background.perform(WebhookDelivery)  # the bank is heard of while the refund is on its way
    sandbox.settle()
    refund.refresh_from_db()
    payment.refresh_from_db()
    assert (refund.status, refund.failure_code) == (RefundStatus.FAILED, "charged_back")
    assert (payment.status, payment.charged_back, payment.review_reason) == ("refunded", True, "")
    assert (balance("held"), balance("loss"), balance("chargebacks")) == (0, 0, 0)
