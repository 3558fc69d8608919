"""Refunds of bank transfers: an instruction, sent by hand, confirmed by the bank's own reference."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest

from accounts.tests.desk import at_desk, said
from accounts.tests.factories import StaffFactory
from accounts.tests.parallel import at_once
from key2key.common import background, clock
from key2key.common.errors import Conflict, DomainError, InvalidInput, NotAllowed
from key2key.common.models import AuditEntry
from key2key.common.plugins import home_counters
from notifications.models import Notification
from payments import queues, selectors, services
from payments.enums import PaymentStatus, RefundStatus
from payments.models import BankRefund, Refund, RefundSending, Transfer
from payments.targets import Target
from payments.tests import bank
from payments.tests.factories import HoldFactory
from payments.tests.paying import pay_in_full

pytestmark = pytest.mark.django_db
PAGE = "/admin/payments/refundbyhand/"


@pytest.fixture(autouse=True)
def _the_ledger_adds_up(settings: Any, tmp_path: Any) -> Iterator[None]:
    bank.enable(settings, tmp_path)
    yield
    assert services.ledger_faults() == []


@pytest.fixture
def finance() -> Any:
    return StaffFactory(groups=["finance"])


def refund_of_slip(*, amount: str = "50000.00", decided_by: Any = None, **said: Any) -> Refund:
    """A deposit that was paid at the bank and goes back: the worker has handed it to finance."""
    payment = bank.begin(HoldFactory(amount=Decimal(amount)))
    bank.approve(bank.send_slip(payment, **said), by=decided_by or StaffFactory(groups=["finance"]))
    services.refund_hold(target=Target(payment.target_type, payment.target_id), reason="cancelled")
    while background.sweep():
        pass
    return Refund.objects.get(payment=payment)


def refused(deed: Callable[[], Any], *, code: str, kind: type[DomainError] = Conflict) -> None:
    before = list(Refund.objects.values()), Transfer.objects.count(), Notification.objects.count()
    with pytest.raises(kind) as refusal:
        deed()
    assert refusal.value.code == code
    assert (list(Refund.objects.values()), Transfer.objects.count(), Notification.objects.count()) == before


def confirm(refund: Refund, *, by: Any, reference: str = "FT26327-777") -> Refund:
    return services.confirm_bank_refund(refund_id=refund.pk, by=by, bank_reference=reference)


def test_it_waits_for_finance_and_nobody_is_asked_again(finance: Any) -> None:
    refund = refund_of_slip()
    assert (refund.status, refund.tries) == (RefundStatus.SENT, 1)
    assert list(queues.refunds_by_hand()) == [refund]
    counter = dict(home_counters)["bank refunds"]
    assert (counter.count(), counter.oldest and counter.oldest()) == (1, refund.created_at)
    with clock.advanced(timedelta(hours=1)):
        assert not selectors.sendings_to_repeat().exists()


def test_the_banks_reference_confirms_it(finance: Any) -> None:
    refund = refund_of_slip()
    confirm(refund, by=finance)
    refund.refresh_from_db()
    assert (refund.status, refund.payment.status) == (RefundStatus.SUCCEEDED, PaymentStatus.REFUNDED)
    evidence = BankRefund.objects.get()
    assert (evidence.refund, evidence.bank_reference, evidence.confirmed_by) == (
        refund, "FT26327777", finance,
    )  # fmt: skip
    assert Notification.objects.filter(user=refund.payment.payer, kind="refund_succeeded").exists()
    assert AuditEntry.objects.filter(action="refund.confirmed_by_hand", reason="FT26327777").exists()
    assert not queues.refunds_by_hand().exists()
    refused(lambda: confirm(refund, by=finance, reference="FT-2"), code="refund_not_by_hand")


def test_one_transfer_confirms_one_refund(finance: Any) -> None:
    first, second = refund_of_slip(), refund_of_slip()
    confirm(first, by=finance)
    refused(lambda: confirm(second, by=finance, reference="ft 26327 777"), code="transfer_counted_already")


def test_what_the_bank_could_not_send_is_tried_again(finance: Any) -> None:
    refund = refund_of_slip()
    services.fail_bank_refund(refund_id=refund.pk, by=finance, reason="The account is closed.")
    refund.refresh_from_db()
    assert (refund.status, refund.failure_code) == (RefundStatus.FAILED, "The account is closed.")
    assert services.ledger_faults() == []
    services.retry_refund(refund_id=refund.pk, by=finance)
    while background.sweep():
        pass
    assert RefundSending.objects.filter(refund=refund).count() == 2
    confirm(refund, by=finance)
    refund.refresh_from_db()
    assert refund.status == RefundStatus.SUCCEEDED


def test_only_bank_refunds_are_confirmed_by_hand(finance: Any) -> None:
    hold = pay_in_full(HoldFactory())
    services.refund_hold(target=Target(hold.target_type, hold.target_id), reason="cancelled")
    refused(lambda: confirm(Refund.objects.get(), by=finance), code="refund_not_by_hand")


def test_it_needs_the_right_and_the_banks_reference(finance: Any) -> None:
    refund = refund_of_slip()
    for group in ("support", "treasury"):
        staff = StaffFactory(groups=[group])
        refused(lambda staff=staff: confirm(refund, by=staff), code="not_allowed", kind=NotAllowed)
    refused(lambda: confirm(refund, by=finance, reference=" – "), code="validation_error", kind=InvalidInput)


def test_who_decided_the_slip_neither_confirms_nor_fails_its_refund(finance: Any) -> None:
    refund = refund_of_slip(decided_by=finance)
    fail = lambda: services.fail_bank_refund(refund_id=refund.pk, by=finance, reason="?")  # noqa: E731
    for deed in (lambda: confirm(refund, by=finance), fail):
        refused(deed, code="other_person_needed", kind=NotAllowed)
    confirm(refund, by=StaffFactory(groups=["finance"]))


@pytest.mark.django_db(transaction=True)
def test_confirmed_and_failed_at_once_is_one_of_the_two(finance: Any) -> None:
    refund = refund_of_slip()

    def end(number: int) -> str:
        try:
            if number % 2:
                confirm(refund, by=finance, reference=f"FT-{number}")
            else:
                services.fail_bank_refund(refund_id=refund.pk, by=finance, reason="?")
        except Conflict as refusal:
            return refusal.code
        return ""

    assert sorted(at_once(4, end)) == ["", *["refund_not_by_hand"] * 3]
    refund.refresh_from_db()
    assert BankRefund.objects.count() == (refund.status == RefundStatus.SUCCEEDED)


class TestDesk:
    """The pages of finance."""

    def test_the_list_for_the_bank_names_the_accounts_and_runs_no_formulas(self, finance: Any) -> None:
        first = refund_of_slip(sender_name="=HYPERLINK(1)", sender_account="0041-77")
        second = refund_of_slip(amount="1700.50", sender_name="", sender_account="")
        desk = at_desk("finance")
        body = {"action": "list_for_bank", "_selected_action": [str(first.pk), str(second.pk)]}
        answer = desk.post(PAGE, body)
        assert answer["Content-Type"].startswith("text/csv")
        rows = {row["reference"]: row for row in csv.DictReader(StringIO(answer.content.decode()))}
        one, other = rows[first.reference], rows[second.reference]
        assert (one["account_name"], one["account_number"], one["bank_name"], one["amount"]) == (
            "'=HYPERLINK(1)", "0041-77", "Dashen", "50000.00",
        )  # fmt: skip
        assert (other["account_name"], other["account_number"], other["amount"]) == (
            second.payment.payer.full_name, "", "1700.50",
        )  # fmt: skip
        assert AuditEntry.objects.filter(action="refund.listed_for_bank", actor=desk.user).count() == 2

    def test_finance_confirm_in_a_dialog(self, finance: Any) -> None:
        refund, desk = refund_of_slip(), at_desk("finance")
        assert "0041234567" in desk.get(f"{PAGE}{refund.pk}/change/").content.decode()
        body = {"_form_submitted": "on", "bank_reference": "FT-1"}
        assert "Confirmed" in said(desk.post(f"{PAGE}{refund.pk}/confirm/", body))
        refund.refresh_from_db()
        assert refund.status == RefundStatus.SUCCEEDED
        assert f"{refund.pk}/confirm" not in desk.get(f"{PAGE}{refund.pk}/change/").content.decode()

    def test_finance_say_that_it_failed(self, finance: Any) -> None:
        refund, desk = refund_of_slip(), at_desk("finance")
        body = {"_form_submitted": "on", "reason": "Closed account"}
        assert "failed" in said(desk.post(f"{PAGE}{refund.pk}/fail/", body))
        refund.refresh_from_db()
        assert refund.status == RefundStatus.FAILED

    def test_who_only_looks_gets_no_list_and_confirms_nothing(self, finance: Any) -> None:
        refund, desk = refund_of_slip(), at_desk("support")
        page = desk.get(f"{PAGE}{refund.pk}/change/").content.decode()
        assert "•••• 4567" in page
        assert "0041234567" not in page
        desk.post(PAGE, {"action": "list_for_bank", "_selected_action": [str(refund.pk)]})
        desk.post(f"{PAGE}{refund.pk}/confirm/", {"_form_submitted": "on", "bank_reference": "FT-1"})
        refund.refresh_from_db()
        assert refund.status == RefundStatus.SENT
        assert not AuditEntry.objects.filter(action="refund.listed_for_bank").exists()
