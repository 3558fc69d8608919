"""Every day is proven: each movement told once, each line booked, both sums the same."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.tests.factories import StaffFactory
from key2key.common import clock
from payments import services
from payments.models import DailyProof, Payment, SandboxCharge, StatementLine
from payments.services import Asked
from payments.targets import Target
from payments.tests.company import Company
from payments.tests.factories import HoldFactory
from payments.tests.paying import pay
from payments.tests.statement_files import banked, take_in, told

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _the_ledger_adds_up() -> Iterator[None]:
    yield
    assert services.ledger_faults() == []


def paid(amount: str = "1000.00") -> Payment:
    return pay(HoldFactory(amount=Decimal(amount)))


def prove(source: str = "sandbox") -> DailyProof:
    services.prove_day(clock.today(), asks_anew=True)
    return DailyProof.objects.get(day=clock.today(), source=source, currency="ETB")


def found(proof: DailyProof) -> list[tuple[str, str]]:
    return [(detail["what"], detail["reference"]) for detail in proof.details]


def test_a_day_on_which_all_is_told_is_proven() -> None:
    first, second = paid(), paid("500.00")
    settled = told(number="t9", kind="settlement", gross="-1400.00")
    take_in(told(first, fee="25.00"), told(second, number="t2", fee="10.00"), settled)
    take_in(banked("FT1", "SETTLEMENT CHAPA", credit="1400.00", balance="1400.00"), source="bank")
    proof = prove()
    assert (proof.state, proof.ledger_total, proof.statement_total) == (
        "proven",
        Decimal("65.00"),
        Decimal("65.00"),
    )
    assert prove("bank").state == "proven"
    assert prove("bank").ledger_total == Decimal("1400.00")


def test_a_changed_amount_keeps_the_day_open() -> None:
    payment = paid()
    take_in(told(payment, gross="999.00"))
    proof = prove()
    assert (proof.state, proof.difference) == ("open", Decimal("1.00"))
    assert set(found(proof)) == {("not_in_statement", payment.reference), ("line_waits", "t1")}


def test_a_missing_line_keeps_the_day_open() -> None:
    first, second = paid(), paid("500.00")
    take_in(told(first))
    proof = prove()
    assert (proof.state, proof.difference, found(proof)) == (
        "open",
        Decimal("500.00"),
        [("not_in_statement", second.reference)],
    )


def test_a_line_twice_keeps_the_day_open() -> None:
    payment = paid()
    take_in(told(payment), told(payment, number="t2"))
    proof = prove()
    assert (proof.state, proof.difference, found(proof)) == (
        "open",
        Decimal("-1000.00"),
        [("line_waits", "t2")],
    )


def test_a_second_import_changes_nothing() -> None:
    payment = paid()
    take_in(told(payment))
    before = prove().ledger_total
    take_in(told(payment), told(number="t2", kind="other", gross="1.00"))
    line = StatementLine.objects.get(external_id="t2")
    services.ignore_line(line_id=line.pk, by=StaffFactory(groups=["finance"]), reason="Rounding")
    proof = prove()
    assert (proof.state, proof.ledger_total) == ("proven", before)


def test_two_mistakes_that_cancel_each_other_do_not_prove_a_day() -> None:
    payment = paid()
    take_in(told(payment, reference="K2K000000000000", checkout="?"))
    proof = prove()
    assert (proof.difference, proof.state) == (0, "open")


def test_a_payment_booked_after_midnight_is_proven_on_the_day_of_the_gateway() -> None:
    with clock.advanced(timedelta(days=1)):
        payment = paid()
        assert prove().state == "open"
    take_in(told(payment))
    assert prove().state == "proven"
    with clock.advanced(timedelta(days=1)):
        services.prove_day(clock.today(), asks_anew=True)
        tomorrow = DailyProof.objects.get(day=clock.today(), source="sandbox")
        assert (tomorrow.ledger_total, tomorrow.state) == (0, "sampled")


def test_a_quiet_day_is_not_written_down() -> None:
    assert services.prove_day(clock.today()) == []


def at_the_sandbox(sandbox: Company) -> Payment:
    hold = HoldFactory(amount=Decimal("1000.00"))
    target = Target(hold.target_type, hold.target_id)
    asked = Asked(purpose="deposit", target=target, gateway="sandbox", return_url="https://app.example/back")
    payment = services.pay(by=hold.buyer, asked=asked)
    sandbox.press(payment.checkout_url, "pay")
    sandbox.settle()
    return payment


def test_without_a_statement_the_gateway_is_asked_about_a_sample(sandbox: Company) -> None:
    payment = at_the_sandbox(sandbox)
    assert prove().state == "sampled"
    SandboxCharge.objects.update(amount=Decimal("990.00"))
    proof = prove()
    assert (proof.state, found(proof)) == ("open", [("other_amount", payment.reference)])


def test_a_silent_gateway_proves_nothing() -> None:
    payment = paid()
    proof = prove()
    assert (proof.state, found(proof)) == ("open", [("gateway_silent", payment.reference)])


def test_the_gateway_is_not_asked_about_the_same_day_all_day_long(sandbox: Company) -> None:
    at_the_sandbox(sandbox)
    services.prove_day(clock.today())
    before = len(sandbox.calls)
    services.prove_day(clock.today())
    assert len(sandbox.calls) == before


def test_yesterday_is_proven_once_its_morning_has_come_and_open_days_again() -> None:
    payment = paid()
    take_in(told(payment, number="t0", gross="1.00", reference="?"))
    with clock.advanced(timedelta(days=1, hours=12)):
        services.prove_due()
        services.prove_due()
    assert DailyProof.objects.get().state == "open"
    take_in(told(payment))
    line = StatementLine.objects.get(external_id="t0")
    services.ignore_line(line_id=line.pk, by=StaffFactory(groups=["finance"]), reason="Test")
    with clock.advanced(timedelta(days=3, hours=12)):
        services.prove_due()
    assert DailyProof.objects.get().state == "proven"
    assert DailyProof.objects.get().history.count() > 1


def test_the_command_says_what_is_open() -> None:
    payment = paid()
    take_in(told(payment))
    out, err = StringIO(), StringIO()
    call_command("prove_day", f"{clock.today():%F}", stdout=out, stderr=err)
    assert "No difference is open" in out.getvalue()
    paid("5.00")
    with pytest.raises(CommandError):
        call_command("prove_day", f"{clock.today():%F}", stdout=out, stderr=err)
    assert "not_in_statement" in err.getvalue()
