"""Bank slips: sent in, looked at by finance, booked once, and the clock that waits meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as configured
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from accounts.tests.factories import StaffFactory, UserFactory
from accounts.tests.parallel import at_once
from key2key.common import clock
from key2key.common.errors import Conflict, DomainError, InvalidInput, NotAllowed
from key2key.common.models import AuditEntry
from notifications.models import Notification
from payments import selectors, services
from payments.enums import HoldState, PaymentStatus, ProofState
from payments.models import Payment, PaymentProof, Refund, SuspenseItem, Transfer
from payments.services import upkeep
from payments.targets import Target
from payments.tests import bank
from payments.tests.factories import HoldFactory, PaymentFactory

pytestmark = pytest.mark.django_db
SignIn = Callable[..., APIClient]


@pytest.fixture(autouse=True)
def vault(settings: Any, tmp_path: Path) -> Path:
    return bank.enable(settings, tmp_path / "private")


@pytest.fixture(autouse=True)
def _the_ledger_adds_up(vault: Path) -> Iterator[None]:
    yield
    assert services.ledger_faults() == []


@pytest.fixture
def finance() -> Any:
    return StaffFactory(groups=["finance"])


@pytest.fixture
def payment() -> Payment:
    return bank.begin(HoldFactory(amount=Decimal("50000.00")))


def post(
    client: APIClient, payment: Payment, *, key: str = "", data: bytes | None = None, **body: Any
) -> Any:
    file = SimpleUploadedFile("slip.png", bank.picture() if data is None else data, content_type="image/png")
    given = {
        "amount": str(payment.amount),
        "paid_on": clock.today().isoformat(),
        "bank_reference": "FT26327-0091",
        "file": file,
        **body,
    }
    header = {"HTTP_IDEMPOTENCY_KEY": key} if key else {}
    return client.post(f"/api/v1/payments/{payment.pk}/proof", given, format="multipart", **header)


def files_in(vault: Path) -> list[Path]:
    return [path for path in vault.rglob("*") if path.is_file()]


def news_of(user: Any) -> list[str]:
    return list(Notification.objects.filter(user=user).values_list("kind", flat=True))


def is_waited_for(payment: Payment) -> bool:
    progress = selectors.hold_progress(Target(payment.target_type, payment.target_id))
    assert progress is not None
    return progress.proof_waiting


def refused(deed: Callable[[], Any], *, code: str, kind: type[DomainError] = Conflict) -> None:
    payments, transfers = list(Payment.objects.values()), Transfer.objects.count()
    proofs, told = list(PaymentProof.objects.values()), Notification.objects.count()
    with pytest.raises(kind) as refusal:
        deed()
    assert refusal.value.code == code
    assert (list(Payment.objects.values()), Transfer.objects.count()) == (payments, transfers)
    assert (list(PaymentProof.objects.values()), Notification.objects.count()) == (proofs, told)


class TestPayingAtTheBank:
    """What the payer is told, and what the clock does."""

    def test_the_payer_has_days_and_is_told_where_to_bring_the_money(
        self, payment: Payment, sign_in: SignIn
    ) -> None:
        seen = sign_in(payment.payer).get(f"/api/v1/payments/{payment.pk}").json()
        assert seen["pay_to"][0] == {
            "bank": "Commercial Bank of Ethiopia", "name": "Key2Key PLC", "number": "1000123456789",
        }  # fmt: skip
        assert seen["checkout_url"].startswith(f"{configured.BASE_URL}/bank-transfer/{payment.reference}")
        assert payment.expires_at - clock.now() > timedelta(days=1, hours=23)
        assert seen["proofs"] == []

    def test_when_the_bank_is_no_way_to_pay_any_more_nobody_is_sent_there(
        self, payment: Payment, sign_in: SignIn, settings: Any
    ) -> None:
        settings.PAYMENT_GATEWAYS = ["sandbox"]
        seen = sign_in(payment.payer).get(f"/api/v1/payments/{payment.pk}")
        assert (seen.status_code, seen.json()["pay_to"]) == (200, [])

    def test_nobody_is_asked_about_it(self, payment: Payment) -> None:
        other = PaymentFactory()
        with clock.advanced(timedelta(minutes=10)):
            assert list(selectors.payments_to_ask_about()) == [other]

    def test_when_staff_ask_nevertheless_nothing_changes(self, payment: Payment, finance: Any) -> None:
        upkeep.ask_about(payment_id=payment.pk, by=finance)
        assert upkeep.ask_gateways() == 1
        payment.refresh_from_db()
        assert (payment.status, payment.review_reason) == (PaymentStatus.PENDING, "")

    def test_without_a_slip_it_expires(self, payment: Payment) -> None:
        with clock.advanced(timedelta(days=3)):
            assert upkeep.expire_due() == 1
        payment.refresh_from_db()
        assert payment.status == PaymentStatus.EXPIRED

    def test_while_a_slip_waits_nothing_expires_and_nobody_pays_the_same_twice(
        self, payment: Payment, finance: Any
    ) -> None:
        proof = bank.send_slip(payment)
        assert is_waited_for(payment)
        with clock.advanced(timedelta(days=3)):
            assert upkeep.expire_due() == 0
            assert upkeep.expire_payment(payment.pk) is False
            with pytest.raises(Conflict) as refusal:
                bank.begin(payment.hold)
            assert refusal.value.code == "nothing_to_pay"
            services.reject_proof(proof_id=proof.pk, by=finance, reason="It cannot be read.")
            assert not is_waited_for(payment)
            assert upkeep.expire_due() == 0, "the payer was not late while we looked"
        with clock.advanced(timedelta(days=4, minutes=1)):
            assert upkeep.expire_due() == 1

    def test_a_slip_of_a_payment_that_was_cancelled_stops_no_clock(self, payment: Payment) -> None:
        bank.send_slip(payment)
        services.cancel_payment(payment_id=payment.pk, by=payment.payer)
        assert not is_waited_for(payment)


class TestSending:
    """Over the API, by the payer."""

    def test_a_slip_is_sent_and_never_written_in_clear(
        self, payment: Payment, sign_in: SignIn, vault: Path
    ) -> None:
        plain = bank.picture("orange")
        client = sign_in(payment.payer)
        sent = post(client, payment, data=plain, sender_account="0041234567")
        assert (sent.status_code, sent.json()["state"]) == (201, "waiting")
        assert sent.json()["bank_reference"] == "FT263270091", "as we compare it"
        (kept,) = files_in(vault)
        assert plain[16:64] not in kept.read_bytes()
        proof = PaymentProof.objects.get()
        assert "0041234567" not in proof.sealed_account
        assert services.show_proof(proof_id=proof.pk, to=payment.payer)[1] == plain
        seen = client.get(f"/api/v1/payments/{payment.pk}").json()
        assert [row["id"] for row in seen["proofs"]] == [str(proof.pk)]
        assert [event["kind"] for event in seen["events"]][-1] == "proof_sent"

    def test_a_retry_with_the_same_key_is_one_slip(
        self, payment: Payment, sign_in: SignIn, vault: Path
    ) -> None:
        client = sign_in(payment.payer)
        first, again = (post(client, payment, key="once") for _ in range(2))
        assert (first.status_code, again.status_code) == (201, 201)
        assert again.json() == first.json()
        assert len(files_in(vault)) == PaymentProof.objects.count() == 1

    @pytest.mark.parametrize(
        ("body", "data", "status", "code"),
        [
            ({}, b"", 400, "empty_file"),
            ({}, b"MZ" + bytes(2000), 400, "format_not_supported"),
            ({}, bank.picture() + bytes(configured.DOCUMENT_MAX_SIZE), 413, "too_large"),
            ({"amount": "0.00"}, None, 400, "validation_error"),
            ({"bank_reference": "–"}, None, 400, "validation_error"),
            ({"paid_on": "2099-01-01"}, None, 400, "validation_error"),
            ({"state": "approved"}, None, 400, "unknown_field"),
        ],
        ids=["empty", "program", "too large", "nothing paid", "no reference", "tomorrow", "own decision"],
    )
    def test_what_is_no_slip_is_refused_and_nothing_is_kept(
        self,
        payment: Payment,
        sign_in: SignIn,
        vault: Path,
        body: dict[str, Any],
        data: bytes | None,
        status: int,
        code: str,
    ) -> None:
        answer = post(sign_in(payment.payer), payment, data=data, **body)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert not PaymentProof.objects.exists()
        assert files_in(vault) == []

    def test_only_the_payer_sends_and_sees_slips(
        self, payment: Payment, sign_in: SignIn, finance: Any
    ) -> None:
        assert post(sign_in(UserFactory()), payment).status_code == 404
        assert post(sign_in(finance, second_factor=True), payment).status_code == 404
        bank.send_slip(payment)
        seller = payment.hold.listing.owner
        seen = sign_in(seller).get(f"/api/v1/payments/{payment.pk}").json()
        assert (seen["proofs"], seen["pay_to"]) == ([], [])
        staff = sign_in(finance, second_factor=True).get(f"/api/v1/payments/{payment.pk}").json()
        assert len(staff["proofs"]) == 1

    def test_a_second_slip_waits_until_the_first_is_decided(
        self, payment: Payment, sign_in: SignIn, vault: Path
    ) -> None:
        client = sign_in(payment.payer)
        assert post(client, payment).status_code == 201
        second = post(client, payment, bank_reference="FT-2")
        assert (second.status_code, second.json()["code"]) == (409, "proof_waiting")
        assert len(files_in(vault)) == PaymentProof.objects.count() == 1

    def test_other_ways_to_pay_need_no_slip(self, sign_in: SignIn, vault: Path) -> None:
        payment = PaymentFactory()
        answer = post(sign_in(payment.payer), payment)
        assert (answer.status_code, answer.json()["code"]) == (409, "proof_not_needed")
        assert files_in(vault) == []


class TestDeciding:
    """By finance, who read the statement."""

    def test_an_approved_slip_holds_the_deposit(self, payment: Payment, finance: Any) -> None:
        proof = bank.approve(bank.send_slip(payment), by=finance)
        payment.refresh_from_db()
        assert (payment.status, payment.transaction) == (PaymentStatus.SUCCEEDED, proof.bank_reference)
        assert payment.hold is not None
        assert payment.hold.state == HoldState.HELD
        assert (proof.state, proof.decided_by) == (ProofState.APPROVED, finance)
        assert {"proof_approved", "payment_succeeded"} <= set(news_of(payment.payer))
        assert AuditEntry.objects.filter(action="payment.proof_approved", actor=finance).count() == 1
        (booked,) = Transfer.objects.all()
        assert (booked.cause, booked.debit.gateway) == ("deposit_paid", "bank_transfer")

    def test_a_rejected_slip_leaves_all_as_it_was_and_the_payer_is_told_why(
        self, payment: Payment, finance: Any
    ) -> None:
        proof = services.reject_proof(
            proof_id=bank.send_slip(payment).pk, by=finance, reason="Not on our account."
        )
        payment.refresh_from_db()
        assert (proof.state, payment.status) == (ProofState.REJECTED, PaymentStatus.PENDING)
        told = Notification.objects.filter(user=payment.payer, kind="proof_rejected")
        assert {row.data["reason"] for row in told} == {"Not on our account."}
        assert not Transfer.objects.exists()
        again = bank.approve(bank.send_slip(payment), by=finance)
        assert again.state == ProofState.APPROVED, "the same reference may come again after a rejection"

    def test_less_than_asked_for_is_no_payment(self, payment: Payment, finance: Any) -> None:
        proof = bank.send_slip(payment)
        refused(lambda: bank.approve(proof, by=finance, amount=Decimal("49999.99")), code="slip_is_less")

    def test_less_than_asked_for_may_lie_in_suspense(self, payment: Payment, finance: Any) -> None:
        proof = bank.send_slip(payment)
        arrival = bank.arrival_of(proof, amount=Decimal("30000.00"))
        kept = services.keep_in_suspense(proof_id=proof.pk, by=finance, arrival=arrival, reason="Too little.")
        payment.refresh_from_db()
        assert (kept.state, kept.is_in_suspense, kept.amount) == ("approved", True, Decimal("30000.00"))
        assert payment.status == PaymentStatus.PENDING
        assert [row.cause for row in Transfer.objects.all()] == ["unknown_paid"]
        assert SuspenseItem.objects.get().payment == payment
        assert "proof_rejected" in news_of(payment.payer)

        bank.approve(bank.send_slip(payment, bank_reference="FT-2"), by=finance)
        payment.refresh_from_db()
        assert payment.status == PaymentStatus.SUCCEEDED
        assert not Refund.objects.exists(), "what lies in suspense waits for finance"

    def test_enough_is_not_kept_in_suspense(self, payment: Payment, finance: Any) -> None:
        proof = bank.send_slip(payment)
        arrival = bank.arrival_of(proof)
        refused(
            lambda: services.keep_in_suspense(proof_id=proof.pk, by=finance, arrival=arrival, reason="?"),
            code="slip_is_enough",
        )

    def test_more_than_asked_for_goes_back_beyond_it(self, payment: Payment, finance: Any) -> None:
        bank.approve(bank.send_slip(payment), by=finance, amount=Decimal("50100.00"))
        refund = Refund.objects.get()
        assert (refund.source, refund.amount) == ("suspense", Decimal("100.00"))

    def test_money_that_came_too_late_goes_back(self, payment: Payment, finance: Any) -> None:
        proof = bank.send_slip(payment)
        assert payment.hold is not None
        services.lapse_hold(target=Target(payment.target_type, payment.target_id), reason="withdrawn")
        bank.approve(proof, by=finance)
        payment.refresh_from_db()
        assert (payment.status, payment.placement) == (PaymentStatus.SUCCEEDED, "payer")
        assert Refund.objects.get().amount == payment.amount

    def test_what_is_decided_is_decided(self, payment: Payment, finance: Any) -> None:
        proof = bank.approve(bank.send_slip(payment), by=finance)
        refused(lambda: bank.approve(proof, by=finance), code="proof_decided")
        refused(
            lambda: services.reject_proof(proof_id=proof.pk, by=finance, reason="?"), code="proof_decided"
        )

    def test_one_slip_counts_once(self, payment: Payment, finance: Any) -> None:
        bank.approve(bank.send_slip(payment, bank_reference="FT 26-0091"), by=finance)
        other = bank.send_slip(bank.begin(HoldFactory()), bank_reference="ft260091")
        refused(lambda: bank.approve(other, by=finance), code="slip_counted_already")
        assert bank.approve(other, by=finance, bank_reference="FT-7").bank_reference == "FT7"

    def test_the_banks_reference_must_be_said(self, payment: Payment, finance: Any) -> None:
        proof = bank.send_slip(payment)
        refused(
            lambda: bank.approve(proof, by=finance, bank_reference=" - "),
            code="validation_error",
            kind=InvalidInput,
        )

    def test_nobody_decides_without_the_right_or_about_their_own_money(self, finance: Any) -> None:
        own = bank.send_slip(bank.begin(HoldFactory(buyer=finance)))
        refused(lambda: bank.approve(own, by=finance), code="own_money", kind=NotAllowed)
        for group in ("support", "treasury", "kyc"):
            staff = StaffFactory(groups=[group])
            refused(lambda staff=staff: bank.approve(own, by=staff), code="not_allowed", kind=NotAllowed)

    def test_a_payment_of_another_bank_setup_is_not_booked(self, payment: Payment, finance: Any) -> None:
        proof = bank.send_slip(payment)
        Payment.objects.filter(pk=payment.pk).update(mode="live")
        refused(lambda: bank.approve(proof, by=finance), code="proof_not_booked")


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    """Two colleagues, or two slips, in the same moment."""

    def test_two_approvals_are_one_effect(self, payment: Payment, finance: Any) -> None:
        proof = bank.send_slip(payment)
        answers = at_once(4, lambda _number: self.attempt(proof, by=finance))
        assert sorted(answers) == ["", "proof_decided", "proof_decided", "proof_decided"]
        assert Transfer.objects.count() == 1

    def test_of_two_slips_with_one_reference_one_counts(self, finance: Any) -> None:
        proofs = [
            bank.send_slip(bank.begin(HoldFactory(amount=Decimal("5000.00"))), bank_reference="FT-1")
            for _ in range(3)
        ]
        answers = at_once(3, lambda number: self.attempt(proofs[number], by=finance))
        assert sorted(answers) == ["", "slip_counted_already", "slip_counted_already"]
        assert Transfer.objects.count() == 1
        assert PaymentProof.objects.filter(state=ProofState.WAITING).count() == 2

    def test_approved_and_rejected_at_once_is_one_of_the_two(self, payment: Payment, finance: Any) -> None:
        proof = bank.send_slip(payment)

        def decide(number: int) -> str:
            if number:
                return self.attempt(proof, by=finance)
            return self.attempt(proof, by=finance, reject=True)

        assert sorted(at_once(2, decide)) == ["", "proof_decided"]
        proof.refresh_from_db()
        assert Transfer.objects.count() == (proof.state == ProofState.APPROVED)

    def attempt(self, proof: PaymentProof, *, by: Any, reject: bool = False) -> str:
        try:
            if reject:
                services.reject_proof(proof_id=proof.pk, by=by, reason="?")
            else:
                bank.approve(proof, by=by)
        except Conflict as refusal:
            return refusal.code
        return ""


def test_payments_cost_as_many_queries_however_many_slips_they_have(
    sign_in: SignIn, assert_same_queries: Callable[..., None]
) -> None:
    payer = UserFactory()

    def add(count: int) -> None:
        for _ in range(count):
            bank.send_slip(bank.begin(HoldFactory(buyer=payer)))

    assert_same_queries(sign_in(payer), "/api/v1/payments?", add=add)
