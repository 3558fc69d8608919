"""Demo deposits are real ones: the sandbox knows them, and what it tells later changes nothing."""

from __future__ import annotations

from decimal import Decimal

import pytest

from payments import services
from payments.management.seeding import pay_deposit, send_refunds
from payments.models import Refund, Transfer
from payments.targets import Target
from payments.tests.company import Company
from payments.tests.factories import HoldFactory

pytestmark = pytest.mark.django_db


def test_a_demo_deposit_is_held_and_can_be_given_back(sandbox: Company) -> None:
    hold = HoldFactory(amount=Decimal("1000.00"))
    target = Target(hold.target_type, hold.target_id)
    payment = pay_deposit(target=target, by=hold.buyer)
    hold.refresh_from_db()
    before = Transfer.objects.count()
    assert (hold.state, payment.status, sandbox.calls) == ("held", "succeeded", [])
    sandbox.settle()
    assert Transfer.objects.count() == before
    services.refund_hold(target=target, reason="cancelled")
    sandbox.settle()
    assert Refund.objects.get().status == "succeeded"
    assert services.ledger_faults() == []


def test_a_demo_deposit_may_have_legs(sandbox: Company) -> None:
    hold = HoldFactory(amount=Decimal("1000.00"))
    target = Target(hold.target_type, hold.target_id)
    for part in ("400.00", "600.00"):
        pay_deposit(target=target, by=hold.buyer, amount=Decimal(part))
    hold.refresh_from_db()
    assert hold.state == "held"


def test_what_goes_back_of_a_demo_deposit_arrives_and_nothing_is_left_to_do(sandbox: Company) -> None:
    hold = HoldFactory(amount=Decimal("1000.00"))
    target = Target(hold.target_type, hold.target_id)
    pay_deposit(target=target, by=hold.buyer)
    services.refund_hold(target=target, reason="cancelled")
    assert (send_refunds(target=target), send_refunds(target=target)) == (1, 0)
    assert Refund.objects.get().status == "succeeded"
    before = Transfer.objects.count()
    sandbox.settle()
    assert (Transfer.objects.count(), sandbox.calls) == (before, [])
    assert services.ledger_faults() == []
