"""The ledger cannot be wrong by construction, and says so when the rows around it are."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import Sum
from django.db.utils import IntegrityError, ProgrammingError

from accounts.tests.parallel import at_once
from key2key.common.ids import uuid7
from payments import ledger, services
from payments.enums import AccountKind, Cause, HoldState, PaymentStatus, RefundSource
from payments.models import Account, Hold, Payment, PaymentEvent, Refund, Transfer
from payments.services.ledger import book
from payments.tests.factories import HoldFactory, PaymentFactory
from payments.tests.paying import hear, pay_in_full

pytestmark = pytest.mark.django_db
GATEWAY = ledger.Parties(gateway="sandbox")


def post(key: str, *, cause: str = Cause.UNKNOWN_PAID, amount: str = "10.00") -> list[Transfer]:
    one = ledger.posting(cause, key=key, amount=Decimal(amount), parties=GATEWAY)
    return book(one, currency="ETB")


def test_every_cause_has_its_two_accounts() -> None:
    assert set(ledger.POSTINGS) == set(Cause.values)
    assert set(ledger.REFUND_CAUSES) == set(RefundSource.values)
    for leaving, returning in ledger.REFUND_CAUSES.values():
        assert ledger.POSTINGS[leaving] == ledger.POSTINGS[returning][::-1]


def test_an_account_of_somebody_always_has_an_owner() -> None:
    with pytest.raises(ValueError, match="held"):
        ledger.posting(Cause.DEPOSIT_PAID, key="x", amount=Decimal(1), parties=GATEWAY)


def test_an_effect_is_booked_once() -> None:
    post("payment:1:paid")
    with pytest.raises(IntegrityError), transaction.atomic():
        post("payment:1:paid")
    assert Transfer.objects.count() == 1


def test_nothing_is_not_booked() -> None:
    assert post("nothing", amount="0.00") == []


@pytest.mark.parametrize("change", [{"amount": Decimal(0)}, {"amount": Decimal("-5.00")}])
def test_an_amount_is_above_nothing(change: dict[str, Any]) -> None:
    [made] = post("one")
    with pytest.raises(IntegrityError), transaction.atomic():
        Transfer.objects.create(**{**facts(made), "key": "two", **change})


def test_a_transfer_is_in_the_currency_of_both_its_accounts() -> None:
    [made] = post("one")
    with pytest.raises(IntegrityError), transaction.atomic():
        Transfer.objects.create(**{**facts(made), "key": "two", "currency": "USD"})
    with pytest.raises(IntegrityError), transaction.atomic():
        Transfer.objects.create(**{**facts(made), "key": "two", "credit": made.debit})


def facts(made: Transfer) -> dict[str, Any]:
    names = ("journal", "debit", "credit", "amount", "currency", "cause")
    return {name: getattr(made, name) for name in names}


@pytest.mark.parametrize(
    "deed",
    [
        lambda: Transfer.objects.update(amount=1),
        lambda: Transfer.objects.all().delete(),
        lambda: PaymentEvent.objects.update(kind="created"),
    ],
)
def test_what_is_booked_cannot_be_changed_by_the_product(deed: Callable[[], Any]) -> None:
    pay_in_full(HoldFactory())
    before = list(Transfer.objects.values())
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        deed()
    assert list(Transfer.objects.values()) == before


def turn_round() -> None:
    right = Transfer.objects.get()
    Transfer.objects.create(
        **{**facts(right), "key": "wrong", "debit": right.credit, "credit": right.debit, "journal": uuid7()}
    )


def test_a_right_ledger_has_no_fault() -> None:
    pay_in_full(HoldFactory())
    PaymentFactory()
    assert services.ledger_faults() == []
    out = StringIO()
    call_command("check_ledger", stdout=out)
    assert "adds up" in out.getvalue()


@pytest.mark.parametrize(
    "spoil, says",
    [
        (lambda: Hold.objects.update(state=HoldState.RELEASED), "should be 0.00"),
        (lambda: Hold.objects.update(amount=Decimal("250001.00")), "is held with"),
        (lambda: Payment.objects.update(status="pending", placement=""), "booked, not 0"),
        (lambda: Payment.objects.update(placement=""), "lies nowhere"),
        (lambda: post("stray", cause=Cause.CHARGEBACK_WON), "chargebacks is -10.00"),
        (lambda: post("stray", cause=Cause.REFUND_CONFIRMED), "refunds_in_transit: is -10.00"),
        (turn_round, "transfers of deposit_paid go from held to gateway_clearing"),
    ],
)
def test_a_wrong_ledger_is_noticed(spoil: Callable[[], Any], says: str) -> None:
    pay_in_full(HoldFactory())
    spoil()
    assert any(says in fault for fault in services.ledger_faults()), services.ledger_faults()
    with pytest.raises(CommandError):
        call_command("check_ledger", stdout=StringIO(), stderr=StringIO())


@pytest.mark.django_db(transaction=True)
def test_money_that_moves_while_the_ledger_is_read_is_no_fault() -> None:
    legs = [PaymentFactory(hold=hold) for hold in HoldFactory.create_batch(15)]
    found: list[str] = []

    def one(number: int) -> None:
        if number:
            while any(leg.status == PaymentStatus.PENDING for leg in legs):
                found.extend(services.ledger_faults())
        else:
            for leg in legs:
                hear(leg)

    at_once(3, one)
    assert found == []


@pytest.mark.django_db(transaction=True)
def test_accounts_made_at_once_are_made_once() -> None:
    def one(number: int) -> None:
        with transaction.atomic():
            order = [Cause.UNKNOWN_PAID, Cause.GATEWAY_FEE]
            for cause in order if number % 2 else reversed(order):
                post(f"{number}:{cause}", cause=cause)

    at_once(8, one)
    assert Account.objects.count() == len({AccountKind.SUSPENSE, "clearing", AccountKind.GATEWAY_FEES})
    assert Transfer.objects.aggregate(all=Sum("amount"))["all"] == Decimal("160.00")
    assert not Refund.objects.exists()
