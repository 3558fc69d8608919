"""Payouts leave in files, by hand, once, and end with evidence."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from decimal import Decimal
from io import StringIO
from uuid import uuid4

import pytest
from django.db import transaction
from django.db.utils import IntegrityError
from rest_framework.test import APIClient

from accounts.tests.factories import MembershipFactory, StaffFactory, UserFactory
from accounts.tests.parallel import at_once
from key2key.common.errors import Conflict, DomainError, InvalidInput
from key2key.common.models import AuditEntry
from payments import services
from payments.bank_file import Line, written
from payments.enums import PayoutStatus
from payments.models import Payout, PayoutBatch, Transfer
from payments.tests.factories import PayoutAccountFactory
from payments.tests.owing import (
    balance_of,
    finance,
    owe,
    owed_account,
    owed_to,
    payout_in,
    refused,
    told,
    treasury,
    wish,
)

pytestmark = pytest.mark.django_db
SignIn = Callable[..., APIClient]
API = "/api/v1"


@pytest.fixture(autouse=True)
def _the_ledger_adds_up() -> Iterator[None]:
    yield
    assert services.ledger_faults() == []


class TestTheBanksFile:
    def test_each_payout_is_in_one_file_and_on_its_way(self) -> None:
        payouts = [payout_in(PayoutStatus.APPROVED) for _ in range(3)]
        waiting = payout_in()
        by = finance()
        batch = services.export_payouts(currency="ETB", by=by)
        assert (batch.many, batch.amount) == (3, Decimal("3000.00"))
        assert refused(lambda: services.export_payouts(currency="ETB", by=by)) == "nothing_to_send"
        rows = list(csv.DictReader(StringIO(services.bank_file_of(batch_id=batch.pk, by=by).decode())))
        assert {row["reference"] for row in rows} == {payout.reference for payout in payouts}
        assert rows[0]["account_number"] == services.payout_accounts.number_of(
            Payout.objects.get(reference=rows[0]["reference"]).account
        )
        assert services.bank_file_of(batch_id=batch.pk, by=by) == services.bank_file_of(
            batch_id=batch.pk, by=by
        )
        waiting.refresh_from_db()
        assert (waiting.status, waiting.batch) == (PayoutStatus.REQUESTED, None)
        assert balance_of("payouts_in_transit") == Decimal("3000.00")
        with pytest.raises(DomainError):
            services.bank_file_of(batch_id=batch.pk, by=treasury())

    @pytest.mark.parametrize("evil", ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", "  =1", "\r=1"])
    def test_no_spreadsheet_takes_it_for_a_formula(self, evil: str) -> None:
        line = Line("P2K1", evil, "1000", "946", evil, Decimal("1.00"), "ETB")
        row = next(csv.DictReader(StringIO(written([line]).decode(), newline="")))
        for cell in row.values():
            assert not cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r"))
        assert row["account_name"] == f"'{evil}"

    def test_ones_own_are_left_to_others(self) -> None:
        clerk = finance()
        place = MembershipFactory(user=clerk, role="accountant")
        offices = PayoutAccountFactory(payee_id=place.organisation_id, added_by=UserFactory())
        owe(place.organisation_id, amount=Decimal("10.00"))
        MembershipFactory(organisation=place.organisation, user=offices.added_by, role="owner")
        for account in (owed_account(payee=clerk), offices):
            payout_in(PayoutStatus.APPROVED, account=account)
        export = lambda: services.export_payouts(currency="ETB", by=clerk)  # noqa: E731
        assert refused(export) == "nothing_to_send"
        assert services.export_payouts(currency="ETB", by=finance()).many == 2

    @pytest.mark.django_db(transaction=True)
    def test_many_who_export_at_once_send_each_once(self) -> None:
        for _ in range(4):
            payout_in(PayoutStatus.APPROVED)
        people = [finance() for _ in range(6)]

        def one(number: int) -> int:
            try:
                return services.export_payouts(currency="ETB", by=people[number]).many
            except Conflict:
                return 0

        assert sorted(at_once(6, one)) == [0, 0, 0, 0, 0, 4]
        assert PayoutBatch.objects.count() == 1
        assert Transfer.objects.filter(cause="payout_sent").count() == 4


class TestTheEnd:
    def test_it_is_paid_with_evidence_once(self) -> None:
        payout = payout_in(PayoutStatus.PROCESSING)
        assert (owed_to(payout.payee_id), balance_of("payouts_in_transit")) == (0, Decimal("1000.00"))
        with pytest.raises(InvalidInput):
            services.confirm_payout(payout_id=payout.pk, by=finance(), bank_reference="  ")
        services.confirm_payout(payout_id=payout.pk, by=finance(), bank_reference="FT26327ABC")
        again = lambda: services.confirm_payout(payout_id=payout.pk, by=finance(), bank_reference="X")  # noqa: E731
        assert refused(again) == "payout_moved_on"
        payout.refresh_from_db()
        assert (payout.status, payout.bank_reference) == (PayoutStatus.PAID, "FT26327ABC")
        assert balance_of("payouts_in_transit") == 0
        assert told("payout_paid") == 1

    def test_nothing_is_paid_without_evidence_in_the_table_either(self) -> None:
        payout = payout_in(PayoutStatus.PROCESSING)
        with pytest.raises(IntegrityError, match="payments_payout_paid_with_evidence"), transaction.atomic():
            Payout.objects.filter(pk=payout.pk).update(status=PayoutStatus.PAID)

    def test_one_that_failed_is_owed_again(self) -> None:
        payout = payout_in(PayoutStatus.PROCESSING)
        services.fail_payout(payout_id=payout.pk, by=finance(), reason="The account is closed")
        assert refused(
            lambda: services.fail_payout(payout_id=payout.pk, by=finance(), reason="again")
        ) == "payout_moved_on"  # fmt: skip
        assert (owed_to(payout.payee_id), balance_of("payouts_in_transit")) == (Decimal("1000.00"), 0)
        assert told("payout_failed") == 1
        payout_in(account=payout.account)

    def test_who_sent_it_does_not_say_that_it_failed(self) -> None:
        payout, clerk = payout_in(PayoutStatus.APPROVED), finance()
        services.export_payouts(currency="ETB", by=clerk)
        fail = lambda: services.fail_payout(payout_id=payout.pk, by=clerk, reason="closed")  # noqa: E731
        assert refused(fail) == "other_person_needed"
        payout.refresh_from_db()
        assert (payout.status, owed_to(payout.payee_id)) == (PayoutStatus.PROCESSING, 0)

    def test_one_that_the_bank_returned_is_owed_again(self) -> None:
        payout = payout_in(PayoutStatus.PAID)
        wrong = lambda: services.fail_payout(payout_id=payout.pk, by=finance(), reason="?")  # noqa: E731
        assert refused(wrong) == "payout_moved_on", "it was confirmed: that is another booking"
        back = {"payout_id": payout.pk, "by": finance(), "reason": "Unknown account"}
        with pytest.raises(InvalidInput):
            services.return_payout(**back, bank_reference=" ")
        services.return_payout(**back, bank_reference="FT26328XYZ")
        assert AuditEntry.objects.filter(action="payout.returned", reason="FT26328XYZ").exists()
        payout.refresh_from_db()
        assert (payout.status, payout.failure_code) == (PayoutStatus.FAILED, "returned")
        assert (owed_to(payout.payee_id), balance_of("bank")) == (Decimal("1000.00"), 0)

    @pytest.mark.django_db(transaction=True)
    def test_whatever_is_said_at_once_one_thing_is_true(self) -> None:
        payout = payout_in(PayoutStatus.PROCESSING)
        people = [finance() for _ in range(10)]

        def one(number: int) -> str:
            key = {"payout_id": payout.pk, "by": people[number]}
            try:
                if number % 2:
                    services.confirm_payout(**key, bank_reference="FT1")
                else:
                    services.fail_payout(**key, reason="closed")
            except Conflict:
                return "late"
            return "done"

        assert at_once(10, one).count("done") == 1
        assert Transfer.objects.filter(payout_id=payout.pk).count() == 2

    def test_a_channel_asks_whether_it_may(self) -> None:
        payout = payout_in(PayoutStatus.APPROVED)
        number = services.payout_accounts.number_of(payout.account)
        asks = {"reference": payout.reference, "amount": payout.amount, "account_number": number}
        asks["channel"] = "manual"
        assert not services.may_be_sent(**asks), "it was not sent"
        services.send_payout(payout_id=payout.pk, by=finance(), channel="manual")
        assert services.may_be_sent(**asks)
        for wrong in (
            {"amount": Decimal("999.99")},
            {"account_number": "1"},
            {"reference": "P2K"},
            {"channel": "chapa"},
        ):
            assert not services.may_be_sent(**{**asks, **wrong})
        services.confirm_payout(payout_id=payout.pk, by=finance(), bank_reference="FT1")
        assert not services.may_be_sent(**asks), "it has ended"


class TestTheApi:
    def test_it_goes_from_the_wish_to_the_bank(self, sign_in: SignIn) -> None:
        account = owed_account(payee=UserFactory(identity_verified=True))
        owner, treasurer, clerk = sign_in(account.added_by), *(
            sign_in(StaffFactory(groups=[group]), second_factor=True) for group in ("treasury", "finance")
        )  # fmt: skip
        body = {"account": str(account.pk), "amount": "1000.00"}
        unkeyed = owner.post(f"{API}/payouts", body, format="json")
        assert unkeyed.json()["code"] == "idempotency_key_required"
        key = {"HTTP_IDEMPOTENCY_KEY": str(uuid4())}
        made = owner.post(f"{API}/payouts", body, format="json", **key)
        assert owner.post(f"{API}/payouts", body, format="json", **key).json() == made.json()
        path = f"{API}/payouts/{made.json()['id']}"
        assert (made.status_code, made.json()["status"], made.json()["approvals"]) == (201, "requested", 0)
        assert clerk.post(f"{path}/approve", {}, format="json").status_code == 403
        approved = treasurer.post(f"{path}/approve", {}, format="json").json()
        assert (approved["status"], approved["approvals"]) == ("approved", 1)
        key = {"HTTP_IDEMPOTENCY_KEY": str(uuid4())}
        sent = clerk.post(f"{path}/send", {"channel": "manual"}, format="json", **key)
        assert (sent.status_code, sent.json()["status"]) == (200, "processing")
        done = clerk.post(f"{path}/paid", {"bank_reference": "FT26327ABC"}, format="json")
        assert (done.status_code, done.json()["status"]) == (200, "paid")
        assert owner.get(path).json()["bank_reference"] == "FT26327ABC"
        assert clerk.get(path).status_code == treasurer.get(path).status_code == 200
        assert sign_in(UserFactory()).get(path).status_code == 404

    def test_an_unknown_channel_is_refused(self, sign_in: SignIn) -> None:
        payout = payout_in(PayoutStatus.APPROVED)
        clerk = sign_in(StaffFactory(groups=["finance"]), second_factor=True)
        for channel in ("carrier_pigeon", "bank_csv"):
            answer = clerk.post(
                f"{API}/payouts/{payout.pk}/send", {"channel": channel}, format="json",
                HTTP_IDEMPOTENCY_KEY=str(uuid4()),
            )  # fmt: skip
            assert (answer.status_code, answer.json()["code"]) == (409, "channel_does_not_fit")

    def test_the_lists_cost_the_same_for_many(
        self, sign_in: SignIn, assert_same_queries: Callable[..., None]
    ) -> None:
        account = owed_account(amount=Decimal("100000.00"))
        client = sign_in(account.added_by)

        def add(rows: int) -> None:
            for _ in range(rows):
                PayoutAccountFactory(payee_id=account.payee_id, payee=account.added_by)
                wish(account, "1.00")

        for path in ("payouts", "payout-accounts"):
            assert_same_queries(client, f"{API}/{path}", add=add)
