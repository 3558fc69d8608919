"""Receipts: who gets one, what it says, who reads it, and that its number leaves no gap."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from constance.test import override_config
from django.core import mail
from django.db import DatabaseError, connection, transaction
from django.utils.translation import override
from reportlab.pdfbase.ttfonts import TTFontFile
from rest_framework.test import APIClient

from accounts.tests.factories import MembershipFactory, OrganisationFactory, StaffFactory, UserFactory
from accounts.tests.parallel import at_once
from key2key.common import background, clock
from key2key.common.models import AuditEntry
from payments import drawing, papers, services
from payments.gateways.contract import RefundStanding
from payments.gateways.contract import RefundStatus as Told
from payments.models import Payment, Receipt, Refund
from payments.targets import Target
from payments.tests.factories import HoldFactory, PaymentFactory
from payments.tests.paying import hear, pay, pay_in_full

SignIn = Callable[..., APIClient]
PATH = "/api/v1/payments"
VAT = override_config(RECEIPT_TAX_PERCENT=Decimal(15), COMPANY_TIN="0012345678", COMPANY_NAME_AM="ኪይ ቱ ኪይ")


def paid_service(**values: Any) -> Payment:
    return hear(PaymentFactory(hold=None, **values))


def receipt_of(payment: Payment) -> Receipt:
    receipt = services.issue_receipt(payment.pk)
    assert receipt is not None
    return receipt


def gone_back(payment: Payment, *, reason: str = "The papers are false.") -> Refund:
    """The deposit under which the payment lies is given back, and the gateway has said so."""
    target = Target(payment.hold.target_type, payment.hold.target_id)
    services.refund_hold(target=target, reason=reason)
    refund = Refund.objects.get(payment=payment)
    hear(payment, refunds=(RefundStanding(status=Told.SUCCEEDED, refund_reference=f"{refund.reference}-1"),))
    refund.refresh_from_db()
    return refund


def serials(kind: str = "receipt") -> list[int]:
    return sorted(Receipt.objects.filter(kind=kind).values_list("serial", flat=True))


@pytest.mark.django_db
class TestIssue:
    def test_what_counts_has_its_receipt_once_the_background_work_is_done(self) -> None:
        deposit, service = pay_in_full(HoldFactory()).payments.get(), paid_service()
        background.sweep()
        assert {row.payment_id for row in Receipt.objects.all()} == {deposit.pk, service.pk}
        assert serials() == [1, 2]
        assert Receipt.objects.first().number == f"ET-{clock.today().year}-000002"
        assert AuditEntry.objects.filter(action="receipt.issued").count() == 2

    def test_money_that_is_owed_back_gets_none(self) -> None:
        hold = pay_in_full(HoldFactory())
        late = hear(PaymentFactory(hold=hold, payer=hold.buyer))
        assert services.issue_receipt(late.pk) is None
        assert services.issue_receipt(PaymentFactory().pk) is None
        assert serials() == []

    def test_asked_again_it_answers_what_was_written(self) -> None:
        payment = paid_service()
        assert receipt_of(payment) == receipt_of(payment)
        assert serials() == [1]

    def test_each_leg_of_a_deposit_has_one(self) -> None:
        hold = HoldFactory(amount=Decimal("300000.00"))
        legs = [pay(hold, amount=Decimal(amount)) for amount in (100_000, 100_000, 100_000)]
        assert [receipt_of(leg).serial for leg in legs] == [1, 2, 3]

    def test_a_refund_gets_a_credit_note_with_numbers_of_its_own(self) -> None:
        payment = pay_in_full(HoldFactory()).payments.get()
        refund = gone_back(payment)
        note = services.issue_credit_note(refund.pk)  # told before the payment was: the receipt comes first
        assert note is not None
        assert (note.number, note.amount) == (f"ET-CN-{clock.today().year}-000001", refund.amount)
        assert note.content["corrects"] == receipt_of(payment).number
        assert note.content["reason"] == "The papers are false."
        assert services.issue_credit_note(refund.pk) == note
        assert (serials(), serials("credit_note")) == ([1], [1])

    def test_a_refund_of_money_that_never_counted_gets_none(self) -> None:
        hold = pay_in_full(HoldFactory())
        late = hear(PaymentFactory(hold=hold, payer=hold.buyer))
        refund = Refund.objects.get(payment=late)
        told = RefundStanding(status=Told.SUCCEEDED, refund_reference=f"{refund.reference}-1")
        hear(late, refunds=(told,))
        assert services.issue_credit_note(refund.pk) is None
        assert serials("credit_note") == []

    def test_a_new_year_begins_a_new_series_on_the_markets_day(self) -> None:
        receipt_of(paid_service())
        with clock.advanced(timedelta(days=366)):
            receipt = receipt_of(paid_service())
            assert (receipt.serial, receipt.year) == (1, clock.today().year)
        assert services.receipt_faults() == []

    def test_what_it_says_stays_though_names_and_settings_change(self) -> None:
        payment = paid_service()
        with VAT:
            receipt = receipt_of(payment)
        payment.payer.full_name = "Somebody Else"
        payment.payer.save(update_fields=["full_name"])
        receipt.refresh_from_db()
        assert receipt.content["payer"] != "Somebody Else"
        assert receipt.content["tax"] == {"percent": "15", "net": "434.78", "amount": "65.22"}

    def test_nobody_changes_or_removes_one(self) -> None:
        receipt_of(paid_service())
        for change in ("UPDATE payments_receipt SET number = 'X'", "DELETE FROM payments_receipt"):
            with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
                connection.cursor().execute(change)
        assert serials() == [1]

    def test_a_series_with_a_gap_is_found(self) -> None:
        for _ in range(2):
            receipt_of(paid_service())
        assert services.receipt_faults() == []
        connection.cursor().execute("UPDATE payments_receiptcounter SET last = 3")
        assert len(services.receipt_faults()) == 1

    def test_the_prefix_of_the_settings_stands_before_the_market(self) -> None:
        with override_config(RECEIPT_PREFIX="K2K-"):
            assert receipt_of(paid_service()).number == f"K2K-ET-{clock.today().year}-000001"


class TestNumbers:
    @pytest.mark.django_db(transaction=True)
    def test_fifty_at_once_get_fifty_numbers_without_a_gap(self) -> None:
        payments = [paid_service() for _ in range(50)]
        at_once(50, lambda number: services.issue_receipt(payments[number].pk))
        assert serials() == list(range(1, 51))
        assert services.receipt_faults() == []

    @pytest.mark.django_db(transaction=True)
    def test_fifty_who_ask_for_the_same_one_get_the_same_one(self) -> None:
        payment = paid_service()
        got = at_once(20, lambda _number: services.issue_receipt(payment.pk))
        assert len({receipt.pk for receipt in got if receipt}) == 1
        assert serials() == [1]

    @pytest.mark.django_db(transaction=True)
    def test_what_is_undone_leaves_no_gap(self) -> None:
        first, undone, next_one = (paid_service() for _ in range(3))
        receipt_of(first)
        with transaction.atomic():
            assert receipt_of(undone).serial == 2
            transaction.set_rollback(True)
        assert receipt_of(next_one).serial == 2
        assert services.receipt_faults() == []

    @pytest.mark.django_db(transaction=True)
    def test_a_sequence_would_leave_one(self) -> None:
        """The negative control: what the database's own counter does with an undone transaction."""
        drawn = []
        with connection.cursor() as cursor:
            cursor.execute("CREATE TEMPORARY SEQUENCE control")
            for is_undone in (False, True, False):
                with transaction.atomic():
                    cursor.execute("SELECT nextval('control')")
                    drawn += [] if is_undone else [cursor.fetchone()[0]]
                    transaction.set_rollback(is_undone)
            cursor.execute("DROP SEQUENCE control")
        assert drawn == [1, 3]


@pytest.mark.django_db
class TestPaper:
    def test_a_service_names_its_tax_and_who_sells(self) -> None:
        with VAT:
            paper = papers.paper_of(receipt_of(paid_service()))
        assert paper.seller == ("Key2Key", "Addis Ababa, Ethiopia", "TIN 0012345678")
        assert paper.taxes == (("Before VAT", "434.78 ETB"), ("VAT 15 %", "65.22 ETB"))
        assert paper.total == ("Total received", "500.00 ETB")

    def test_without_a_rate_it_says_that_none_is_charged(self) -> None:
        paper = papers.paper_of(receipt_of(paid_service()))
        assert paper.taxes == (("VAT: none is charged", "0.00 ETB"),)

    def test_a_deposit_has_no_tax_and_says_who_keeps_it(self) -> None:
        with VAT:
            paper = papers.paper_of(receipt_of(pay_in_full(HoldFactory()).payments.get()))
        assert paper.taxes == ()
        assert "kept by: our account" in paper.remarks[0]

    def test_it_has_both_calendars_the_readers_own_first(self) -> None:
        receipt = receipt_of(paid_service())
        with override("en"):
            english = dict(papers.paper_of(receipt).facts)["Issued"]
        with override("am"):
            amharic = papers.paper_of(receipt).facts[0][1]
        assert english.endswith("E.C.)")
        assert "ዓ.ም." in amharic.partition("(")[0]

    @pytest.mark.parametrize("language", ["en", "am"])
    def test_every_letter_of_it_is_in_its_font(self, language: str) -> None:
        with VAT, override(language):
            paper = papers.paper_of(
                receipt_of(paid_service(description="ቦሌ ውስጥ አትክልት ያለው ቪላ፣ 14 days – é ö ñ"))
            )
        words = [paper.title, paper.number, *paper.seller, *paper.item, *paper.total, *paper.remarks]
        words += [word for pair in (*paper.facts, *paper.taxes) for word in pair]
        for name in (drawing.REGULAR, drawing.BOLD):
            known = TTFontFile(drawing.FONTS / f"{name}.ttf").charToGlyph
            assert not {letter for word in words for letter in word if ord(letter) not in known}

    def test_a_page_holds_whatever_people_write(self) -> None:
        receipt = receipt_of(paid_service(description="ሰላም " * 40))
        receipt.content["payer"] = "A very long name " * 30
        assert len(re.findall(rb"/Type /Page\b", drawing.draw(papers.paper_of(receipt)))) == 1


@pytest.mark.django_db
class TestDoors:
    def test_payer_payee_and_finance_read_it_and_nobody_else(self, sign_in: SignIn) -> None:
        organisation = OrganisationFactory()
        payment = pay_in_full(HoldFactory(payee_id=organisation.pk)).payments.get()
        receipt_of(payment)
        accountant, agent = (
            MembershipFactory(organisation=organisation, role=role).user for role in ("accountant", "agent")
        )
        finance = sign_in(StaffFactory(groups=["finance"]), second_factor=True)
        for path in (f"{PATH}/{payment.pk}/receipt", f"{PATH}/{payment.pk}/receipt.pdf"):
            for client in (sign_in(payment.payer), sign_in(accountant), finance):
                assert client.get(path).status_code == 200
            for client in (sign_in(agent), sign_in(UserFactory()), sign_in(StaffFactory(groups=["finance"]))):
                assert client.get(path).status_code == 404
        assert APIClient().get(path).status_code == 401

    def test_it_reads_as_the_paper_does(self, sign_in: SignIn) -> None:
        payment = pay_in_full(HoldFactory()).payments.get()
        receipt = receipt_of(payment)
        note = services.issue_credit_note(gone_back(payment).pk)
        said = sign_in(payment.payer).get(f"{PATH}/{payment.pk}/receipt").json()
        assert (said["number"], said["amount"], said["tax"]) == (receipt.number, "250000.00", None)
        assert said["seller"]["name"] == "Key2Key"
        assert [(row["number"], row["reason"]) for row in said["credit_notes"]] == [
            (note.number, "The papers are false.")
        ]

    def test_the_file_comes_in_the_language_asked_for_and_only_once(self, sign_in: SignIn) -> None:
        payment = paid_service()
        receipt = receipt_of(payment)
        client, path = sign_in(payment.payer), f"{PATH}/{payment.pk}/receipt.pdf"
        english = client.get(path, HTTP_ACCEPT="application/pdf")
        amharic = client.get(path, {"language": "am"})
        for answer in (english, amharic):
            assert answer["Content-Type"] == "application/pdf"
            assert answer.content.startswith(b"%PDF")
            assert receipt.number in answer["Content-Disposition"]
        assert english["ETag"] != amharic["ETag"]
        assert client.get(path, HTTP_IF_NONE_MATCH=english["ETag"]).status_code == 304

    def test_a_credit_note_is_asked_for_by_its_number(self, sign_in: SignIn) -> None:
        payment = pay_in_full(HoldFactory()).payments.get()
        note = services.issue_credit_note(gone_back(payment).pk)
        client, path = sign_in(payment.payer), f"{PATH}/{payment.pk}/receipt.pdf"
        assert note.number in client.get(path, {"number": note.number})["Content-Disposition"]
        other = receipt_of(paid_service())
        answer = client.get(path, {"number": other.number})
        assert (answer.status_code, answer.json()["code"]) == (404, "no_receipt")

    @pytest.mark.parametrize("asked", ["language=om", "language=", "lang=am"])
    def test_what_is_asked_wrongly_is_refused_in_json(self, asked: str, sign_in: SignIn) -> None:
        payment = paid_service()
        receipt_of(payment)
        answer = sign_in(payment.payer).get(
            f"{PATH}/{payment.pk}/receipt.pdf?{asked}", HTTP_ACCEPT="application/pdf"
        )
        assert answer.status_code == 400
        assert answer["Content-Type"].startswith("application/problem+json")

    def test_what_has_none_yet_says_so(self, sign_in: SignIn) -> None:
        payment = PaymentFactory()
        answer = sign_in(payment.payer).get(f"{PATH}/{payment.pk}/receipt")
        assert (answer.status_code, answer.json()["code"]) == (404, "no_receipt")

    def test_the_mail_of_a_payment_leads_to_its_receipt(self) -> None:
        payment = paid_service()
        background.sweep()
        letter = next(letter for letter in mail.outbox if letter.to == [payment.payer.email])
        assert f"/payments/{payment.pk}/receipt" in letter.body
