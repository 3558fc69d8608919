"""The pages on which finance decide about bank slips."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from accounts.tests.desk import at_desk, said
from accounts.tests.factories import StaffFactory
from key2key.common.models import AuditEntry
from key2key.common.plugins import home_counters, privacy
from payments import services
from payments.enums import PaymentStatus, ProofState
from payments.models import Payment, PaymentProof, SuspenseItem
from payments.tests import bank
from payments.tests.factories import HoldFactory

pytestmark = pytest.mark.django_db
PAGE = "/admin/payments/paymentproof/"


@pytest.fixture(autouse=True)
def _the_ledger_adds_up(settings: Any, tmp_path: Any) -> Iterator[None]:
    bank.enable(settings, tmp_path)
    yield
    assert services.ledger_faults() == []


@pytest.fixture
def payment() -> Payment:
    return bank.begin(HoldFactory(amount=Decimal("50000.00")))


def test_the_first_page_says_how_many_wait_and_since_when(payment: Payment) -> None:
    counter = dict(home_counters)["bank proofs"]
    assert counter.count() == 0
    proof = bank.send_slip(payment)
    assert (counter.count(), counter.oldest and counter.oldest()) == (1, proof.created_at)
    bank.approve(proof, by=StaffFactory(groups=["finance"]))
    assert counter.count() == 0


def test_the_dialog_shows_the_slip_and_approves_it(payment: Payment) -> None:
    proof, desk = bank.send_slip(payment), at_desk("finance")
    page = desk.get(f"{PAGE}{proof.pk}/change/").content.decode()
    assert "document/" in page
    dialog = desk.get(deed_of(proof, "approve")).content.decode()
    address = dialog.split('class="k2k-document mb-3" src="')[1].split('"')[0]
    shown = desk.get(address)
    assert shown.content == bank.picture()
    assert "no-store" in shown["Cache-Control"]
    assert AuditEntry.objects.filter(action="proof.shown", actor=desk.user).exists()
    assert at_desk("finance").get(address).status_code == 404, "another person's token"

    done = desk.post(
        deed_of(proof, "approve"),
        {"_form_submitted": "on", "amount": "50000.00", "bank_reference": "FT-1"},
    )
    assert "Approved" in said(done)
    payment.refresh_from_db()
    assert payment.status == PaymentStatus.SUCCEEDED
    assert f"{proof.pk}/approve" not in desk.get(f"{PAGE}{proof.pk}/change/").content.decode()


def test_a_rejection_is_read_by_the_payer_in_their_language(payment: Payment) -> None:
    proof, desk = bank.send_slip(payment), at_desk("finance")
    body = {"_form_submitted": "on", "stock": "unreadable", "words": "Page 2 is missing."}
    assert "Rejected" in said(desk.post(deed_of(proof, "reject"), body))
    proof.refresh_from_db()
    assert proof.state == ProofState.REJECTED
    assert "Page 2 is missing." in proof.reason


def test_what_is_refused_is_a_message(payment: Payment) -> None:
    proof, desk = bank.send_slip(payment), at_desk("finance")
    body = {"_form_submitted": "on", "amount": "1.00", "bank_reference": "FT-1"}
    assert "Less came" in said(desk.post(deed_of(proof, "approve"), body))
    body |= {"stock": "less", "words": ""}
    assert "suspense" in said(desk.post(deed_of(proof, "suspend"), body))
    assert SuspenseItem.objects.get().amount == Decimal("1.00")


def test_support_sees_no_document_and_decides_nothing(payment: Payment) -> None:
    proof, desk = bank.send_slip(payment), at_desk("support")
    assert "document/" not in desk.get(f"{PAGE}{proof.pk}/change/").content.decode()
    body = {"_form_submitted": "on", "amount": "50000.00", "bank_reference": "FT-1"}
    desk.post(deed_of(proof, "approve"), body)
    proof.refresh_from_db()
    assert proof.state == ProofState.WAITING


def test_the_senders_account_is_shown_whole_only_to_those_who_decide(payment: Payment) -> None:
    page = f"{PAGE}{bank.send_slip(payment).pk}/change/"
    assert "0041234567" in at_desk("finance").get(page).content.decode()
    seen = at_desk("support").get(page).content.decode()
    assert "0041234567" not in seen
    assert "•••• 4567" in seen


def test_a_person_is_handed_their_slips(payment: Payment) -> None:
    proof = bank.send_slip(payment)
    (told,) = dict(privacy)["payments.paymentproof"].export(payment.payer)
    assert (told["id"], told["amount"]) == (proof.pk, proof.amount)


def deed_of(proof: PaymentProof, name: str) -> str:
    return f"{PAGE}{proof.pk}/{name}/"
