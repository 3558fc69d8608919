"""Statements taken in and matched: what fits is booked once, and nothing that a file says is believed."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.db.utils import IntegrityError, ProgrammingError

from accounts.tests.factories import StaffFactory
from accounts.tests.parallel import at_once
from key2key.common.errors import Conflict
from key2key.common.models import AuditEntry
from payments import services
from payments.enums import RefundStatus
from payments.gateways.contract import Chargeback, RefundStanding
from payments.gateways.contract import RefundStatus as Told
from payments.models import (
    LineBooking,
    Payment,
    PaymentCheck,
    Refund,
    Statement,
    StatementLine,
    SuspenseItem,
    Transfer,
)
from payments.services.paying import Asked
from payments.targets import Target
from payments.tests.bank import approve, arrival_of, begin, enable, send_slip
from payments.tests.company import Company
from payments.tests.factories import HoldFactory, PaymentFactory
from payments.tests.paying import charge_back, hear, pay
from payments.tests.statement_files import banked, states, take_in, told

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _the_ledger_adds_up() -> Iterator[None]:
    yield
    assert services.ledger_faults() == []


@pytest.fixture
def paid() -> Payment:
    return pay(HoldFactory(amount=Decimal("1000.00")))


@pytest.fixture
def finance():
    return StaffFactory(groups=["finance"])


@pytest.fixture
def bank(settings: Any, tmp_path: Path) -> None:
    enable(settings, tmp_path)


def booked() -> list[tuple[str, str, str, Decimal]]:
    rows = Transfer.objects.order_by("created_at", "id")
    return list(rows.values_list("cause", "debit__kind", "credit__kind", "amount"))


def balance(kind: str) -> Decimal:
    from payments import selectors
    from payments.models import Account

    return sum(selectors.balances(Account.objects.filter(kind=kind)).values(), Decimal(0))


def test_a_payment_that_the_gateway_tells_is_matched_and_its_fee_is_booked_once(paid: Payment) -> None:
    done = take_in(told(paid, fee="25.00"))
    assert (done.new, done.matched, states()) == (1, 1, [("t1", "matched", "")])
    paid.refresh_from_db()
    assert paid.fee == Decimal("25.00")
    assert booked()[-1] == ("gateway_fee", "gateway_fees", "gateway_clearing", Decimal("25.00"))
    assert LineBooking.objects.count() == 2
    hear(paid, fee=Decimal("25.00"))  # the gateway says so too
    assert Transfer.objects.filter(cause="gateway_fee").count() == 1


@pytest.mark.parametrize("by", ["checkout", "transaction"])
def test_a_payment_is_found_by_the_gateway_s_own_references(by: str, paid: Payment) -> None:
    Payment.objects.update(transaction="TX-77")
    name = paid.gateway_reference if by == "checkout" else "TX-77"
    take_in(told(paid, reference="", checkout=name))
    assert states() == [("t1", "matched", "")]


@pytest.mark.parametrize(
    "changes, finding",
    [
        ({"gross": "1000.01"}, "other_amount"),
        ({"currency": "USD"}, "other_currency"),
        ({"reference": "K2K000000000000"}, "no_payment"),
    ],
)
def test_a_line_that_differs_in_anything_waits_and_books_nothing(
    changes: dict[str, str], finding: str, paid: Payment
) -> None:
    before = booked()
    take_in(told(paid, **changes))
    assert states() == [("t1", "unmatched", finding)]
    assert booked() == before


def test_a_fee_that_we_booked_higher_waits_for_a_person(paid: Payment) -> None:
    hear(paid, fee=Decimal("30.00"))
    take_in(told(paid, fee="25.00"))
    assert states() == [("t1", "unmatched", "other_fee")]


def test_fees_on_lines_of_their_own_are_the_fee_of_the_payment(paid: Payment) -> None:
    hear(paid, fee=Decimal("15.00"))
    fee = told(number="t2", kind="fee", gross="-15.00", reference=paid.reference)
    take_in(told(paid, fee="0.00"), fee)
    assert states() == [("t1", "matched", ""), ("t2", "matched", "")]
    paid.refresh_from_db()
    assert paid.fee == Decimal("15.00")


def test_a_second_line_for_one_payment_waits(paid: Payment) -> None:
    take_in(told(paid), told(paid, number="t2"))
    assert states() == [("t1", "matched", ""), ("t2", "unmatched", "counted_already")]


def test_both_charges_of_whoever_paid_twice_are_accounted_for(paid: Payment) -> None:
    hear(paid, charged=Decimal("2000.00"), fee=Decimal("50.00"))
    take_in(told(paid, fee="25.00"), told(paid, number="t2", fee="25.00"))
    assert [state for _id, state, _finding in states()] == ["matched", "matched"]
    assert LineBooking.objects.count() == Transfer.objects.filter(cause__contains="paid").count() + 1


def test_money_that_only_the_file_tells_is_asked_about_and_not_believed() -> None:
    payment = PaymentFactory()
    take_in(told(payment))
    payment.refresh_from_db()
    assert (payment.status, states()) == ("pending", [("t1", "unmatched", "asked")])
    assert PaymentCheck.objects.filter(payment=payment, work_state="queued").exists()
    assert not Transfer.objects.exists()
    hear(payment)  # the gateway confirms it
    assert services.match_waiting() == 1
    assert states() == [("t1", "matched", "")]


def test_a_refund_on_its_way_is_confirmed_by_the_statement(paid: Payment) -> None:
    assert paid.hold is not None
    services.refund_hold(target=Target(paid.hold.target_type, paid.hold.target_id), reason="cancelled")
    refund = Refund.objects.get()
    hear(paid, refunds=(RefundStanding(status=Told.PENDING, refund_reference=f"{refund.reference}-1"),))
    line = told(number="t2", kind="refund", gross="-1000.00", reference=f"{refund.reference}-1")
    take_in(told(paid), line)
    refund.refresh_from_db()
    assert (refund.status, states()[1]) == (RefundStatus.SUCCEEDED, ("t2", "matched", ""))
    assert balance("refunds_in_transit") == 0


def test_a_refund_that_the_gateway_never_took_on_is_asked_about(paid: Payment) -> None:
    assert paid.hold is not None
    services.refund_hold(target=Target(paid.hold.target_type, paid.hold.target_id), reason="cancelled")
    refund = Refund.objects.get()
    take_in(told(number="t2", kind="refund", gross="-1000.00", reference=refund.reference))
    refund.refresh_from_db()
    assert (refund.status, states()) == (RefundStatus.APPROVED, [("t2", "unmatched", "asked")])
    assert PaymentCheck.objects.filter(payment=paid).exists()


def test_a_chargeback_that_we_know_is_matched_and_another_is_asked_about(paid: Payment) -> None:
    line = told(number="t2", kind="chargeback", gross="-1000.00", fee="15.00", reference=paid.reference)
    take_in(line)
    assert states() == [("t2", "unmatched", "asked")]
    charge_back(paid, outcome=Chargeback.OPEN)
    assert services.match_waiting() == 1
    assert booked()[-1] == ("gateway_fee", "gateway_fees", "gateway_clearing", Decimal("15.00"))


def test_what_the_gateway_settles_is_booked_once_whoever_tells_first(paid: Payment) -> None:
    settled = told(number="t9", kind="settlement", gross="-900.00")
    take_in(told(paid), settled)
    take_in(banked("FT1", "SANDBOX SETTLEMENT TELEBIRR", credit="900.00", balance="900.00"), source="bank")
    assert [state for _id, state, _finding in states()] == ["matched"] * 3
    assert Transfer.objects.filter(cause="bank_settled").count() == 1
    assert -balance("bank") == Decimal("900.00")


def test_the_bank_may_tell_of_a_settlement_before_the_gateway_does(paid: Payment, finance) -> None:
    take_in(banked("FT1", "CHAPA SETTLEMENT", credit="900.00", balance="900.00"), source="bank")
    line = StatementLine.objects.get()
    assert (line.state, line.finding) == ("unmatched", "no_settlement")
    services.settle_line(line_id=line.pk, gateway="sandbox", by=finance, reason="Advice of the company")
    take_in(told(number="t9", kind="settlement", gross="-900.00"))
    assert [state for _id, state, _finding in states()] == ["matched"] * 2
    assert Transfer.objects.filter(cause="bank_settled").count() == 1


def test_a_line_of_the_bank_names_a_slip_and_is_believed_only_with_it(bank: Any, finance: Any) -> None:
    payment = begin(HoldFactory(amount=Decimal("1000.00")))
    text = f"TRANSFER {payment.reference.lower()} HANA"
    take_in(banked("FT1", text, credit="1000.00", balance="1000.00"), source="bank")
    assert states()[0][1:] == ("unmatched", "no_proof")
    proof = send_slip(payment)
    assert services.match_waiting() == 0
    assert states()[0][1:] == ("unmatched", "proof_waiting")
    assert not Transfer.objects.exists()
    approve(proof, by=finance)
    assert services.match_waiting() == 1
    assert -balance("bank") == Decimal("1000.00")
    assert balance("gateway_clearing") == 0


def test_a_line_of_the_bank_is_found_by_the_number_on_the_slip(bank: Any, finance: Any) -> None:
    payment = begin(HoldFactory(amount=Decimal("1000.00")))
    approve(send_slip(payment, bank_reference="ft 26-324 zz"), by=finance)
    take_in(banked("FT26324ZZ", "CASH DEPOSIT", credit="1000.00", balance="1000.00"), source="bank")
    assert states()[0][1:] == ("matched", "")


def test_a_refund_by_hand_and_a_payout_leave_the_bank_when_its_statement_says_so(
    bank: Any, finance: Any
) -> None:
    hold = HoldFactory(amount=Decimal("1000.00"))
    payment = begin(hold)
    approve(send_slip(payment), by=finance)
    services.refund_hold(target=Target(hold.target_type, hold.target_id), reason="cancelled")
    refund = Refund.objects.get()
    take_in(
        banked("FT1", f"DEPOSIT {payment.reference}", credit="1000.00", balance="1000.00"),
        banked("FT2", f"B/O {refund.reference}", debit="1000.00", balance="0.00"),
        source="bank",
    )
    refund.refresh_from_db()
    assert (refund.status, [state for _id, state, _finding in states()]) == ("succeeded", ["matched"] * 2)
    assert (balance("bank"), balance("gateway_clearing"), balance("refunds_in_transit")) == (0, 0, 0)


def test_finance_names_what_a_line_is_about_but_its_amount_has_to_fit(paid: Payment, finance) -> None:
    take_in(told(paid, reference="mistyped"), told(paid, number="t2", reference="mistyped", gross="999.00"))
    first, second = StatementLine.objects.order_by("number")
    with pytest.raises(Conflict) as refusal:
        services.match_line_with(
            line_id=second.pk, reference=paid.reference, by=finance, reason="The payer wrote"
        )
    assert (refusal.value.code, refusal.value.extra["finding"]) == ("line_does_not_fit", "other_amount")
    services.match_line_with(
        line_id=first.pk, reference=paid.reference.lower(), by=finance, reason="The payer wrote"
    )
    first.refresh_from_db()
    assert (first.state, first.decided_by, first.reason) == ("matched", finance, "The payer wrote")
    assert paid.events.filter(kind="matched").exists()
    assert AuditEntry.objects.filter(action="statement_line.matched", actor=finance).exists()


def test_a_line_that_was_set_aside_can_be_taken_up(finance) -> None:
    take_in(told(gross="7.00", kind="other", number="t1"))
    line = StatementLine.objects.get()
    services.ignore_line(line_id=line.pk, by=finance, reason="Interest")
    with pytest.raises(Conflict):
        services.ignore_line(line_id=line.pk, by=finance, reason="Again")
    services.take_line_up(line_id=line.pk, by=finance, reason="It was no interest")
    assert states() == [("t1", "unmatched", "")]


def test_fees_of_no_payment_are_booked_by_finance(paid: Payment, finance) -> None:
    take_in(told(number="t1", kind="fee", gross="-40.00"))
    take_in(banked("FT1", "MONTHLY CHARGE", debit="5.00", balance="95.00"), source="bank")
    assert {finding for _id, _state, finding in states()} == {"fee_of_nothing"}
    for line in StatementLine.objects.all():
        services.book_line_as_fee(line_id=line.pk, by=finance, reason="Contract")
    assert -balance("gateway_fees") == Decimal("45.00")
    assert balance("bank") == Decimal("5.00")


def test_a_refund_or_a_payout_of_a_gateway_is_no_fee(paid: Payment, finance: Any) -> None:
    take_in(told(number="t1", kind="refund", gross="-40.00"))
    before = booked()
    with pytest.raises(Conflict) as refusal:
        services.book_line_as_fee(line_id=StatementLine.objects.get().pk, by=finance, reason="A fee?")
    assert (refusal.value.extra["finding"], booked()) == ("other_kind", before)


def test_money_at_the_bank_that_is_nobody_s_lies_in_suspense_once(finance) -> None:
    take_in(banked("FT1", "CASH DEPOSIT ALMAZ", credit="300.00", balance="300.00"), source="bank")
    line = StatementLine.objects.get()
    services.keep_line_in_suspense(line_id=line.pk, by=finance, reason="No reference")
    with pytest.raises(Conflict):
        services.keep_line_in_suspense(line_id=line.pk, by=finance, reason="No reference")
    item = SuspenseItem.objects.get()
    assert (item.amount, item.gateway, item.gateway_reference) == (
        Decimal("300.00"),
        "bank_transfer",
        "FT1",
    )
    assert -balance("bank") == Decimal("300.00")


def test_a_payment_of_ours_does_not_lie_in_suspense_beside_itself(sandbox: Company, finance: Any) -> None:
    hold = HoldFactory(amount=Decimal("1000.00"))
    target = Target(hold.target_type, hold.target_id)
    asked = Asked(purpose="deposit", target=target, gateway="sandbox", return_url="https://app.example/")
    payment = services.pay(by=hold.buyer, asked=asked)
    sandbox.press(payment.checkout_url, "pay")
    take_in(told(payment))
    before = states()
    with pytest.raises(Conflict) as refusal:
        services.keep_line_in_suspense(
            line_id=StatementLine.objects.get().pk, by=finance, reason="Not matched"
        )
    assert refusal.value.extra["finding"] == "counted_already"
    assert (states(), SuspenseItem.objects.count(), Transfer.objects.count()) == (before, 0, 0)


def test_money_at_the_bank_that_lies_in_suspense_is_not_counted_by_a_slip(bank: Any, finance: Any) -> None:
    take_in(banked("FT-26/1", "CASH DEPOSIT", credit="1000.00", balance="1000.00"), source="bank")
    services.keep_line_in_suspense(line_id=StatementLine.objects.get().pk, by=finance, reason="Nobody's")
    before = Transfer.objects.count()
    proof = send_slip(begin(HoldFactory(amount=Decimal("1000.00"))), bank_reference="ft 261")
    less = arrival_of(proof, amount=Decimal("999.00"))
    for deed in (
        lambda: approve(proof, by=finance),
        lambda: services.keep_in_suspense(proof_id=proof.pk, by=finance, arrival=less, reason="Too little"),
    ):
        with pytest.raises(Conflict) as refusal:
            deed()
        assert refusal.value.code == "slip_counted_already"
    proof.refresh_from_db()
    assert (proof.state, Transfer.objects.count()) == ("waiting", before)


def test_money_at_the_bank_that_a_slip_brought_does_not_lie_in_suspense_too(bank: Any, finance: Any) -> None:
    payment = begin(HoldFactory(amount=Decimal("1000.00")))
    take_in(banked("FT-26/1", "CASH DEPOSIT", credit="1000.00", balance="1000.00"), source="bank")
    approve(send_slip(payment, bank_reference="ft 261"), by=finance)
    before = Transfer.objects.count()
    with pytest.raises(Conflict) as refusal:
        services.keep_line_in_suspense(line_id=StatementLine.objects.get().pk, by=finance, reason="Nobody's")
    assert refusal.value.extra["finding"] == "counted_already"
    assert (SuspenseItem.objects.count(), Transfer.objects.count()) == (0, before)


def test_a_transfer_is_accounted_for_once_whatever_a_rule_would_like(paid: Payment) -> None:
    take_in(told(paid), told(paid, number="t2"))
    known = LineBooking.objects.get(transfer__cause="deposit_paid")
    other = StatementLine.objects.get(external_id="t2")
    with pytest.raises(IntegrityError), transaction.atomic():
        LineBooking.objects.create(line=other, transfer=known.transfer, account=known.account)
    for deed in (
        lambda: LineBooking.objects.all().delete(),
        lambda: Statement.objects.update(file_hash="x"),
    ):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            deed()


@pytest.mark.django_db(transaction=True)
def test_one_line_matched_by_many_at_once_is_booked_once() -> None:
    payment = PaymentFactory()
    take_in(told(payment, fee="25.00"))
    hear(payment)
    line = StatementLine.objects.get()
    from payments.services.reconciling import match_line

    assert sum(at_once(6, lambda _number: match_line(line.pk))) == 1
    assert LineBooking.objects.count() == 2
