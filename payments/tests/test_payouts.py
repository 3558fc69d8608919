"""What we owe goes out: never more than that, to checked accounts, by several hands, once."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from threading import Barrier, Event
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.utils import IntegrityError
from rest_framework.test import APIClient

from accounts.models import Membership
from accounts.tests.factories import MembershipFactory, OrganisationFactory, StaffFactory, UserFactory
from accounts.tests.parallel import at_once
from key2key.common import clock
from key2key.common.errors import Conflict, DomainError, InvalidInput, NotFound
from key2key.common.models import AuditEntry
from listings.tests.factories import SellerFactory as SellingFactory
from payments import payables, services
from payments.enums import AccountKind, PayoutAccountState, PayoutStatus
from payments.gateways.contract import RefundStanding
from payments.gateways.contract import RefundStatus as Told
from payments.holder_names import fits, is_that_of_organisation
from payments.models import Account, Payout, PayoutAccount, Refund, Transfer
from payments.tests.factories import HoldFactory, PaymentFactory, PayoutAccountFactory
from payments.tests.owing import (
    balance_of,
    finance,
    owe,
    owed_account,
    owed_to,
    payout_in,
    refused,
    target_of,
    told,
    treasury,
    wish,
)
from payments.tests.paying import hear

pytestmark = pytest.mark.django_db
SignIn = Callable[..., APIClient]
API = "/api/v1"


@pytest.fixture(autouse=True)
def _the_ledger_adds_up() -> Iterator[None]:
    yield
    assert services.ledger_faults() == []


class TestAccounts:
    def test_a_number_rests_encrypted_and_is_shown_masked(self, sign_in: SignIn) -> None:
        person = UserFactory()
        body = {
            "bank_code": "946", "bank_name": "Commercial Bank of Ethiopia", "account_name": "Hana Bekele",
            "account_number": "1000123456789",
        }  # fmt: skip
        made = sign_in(person).post(f"{API}/payout-accounts", body, format="json")
        assert (made.status_code, made.json()["state"]) == (201, "pending")
        assert made.json()["account_number"] == "•••• 6789"
        row = PayoutAccount.objects.get()
        assert "1000123456789" not in row.sealed_number
        assert services.payout_accounts.number_of(row) == "1000123456789"
        assert "1000123456789" not in str(AuditEntry.objects.values_list("reason", "context"))

    @pytest.mark.parametrize("number", ["=1+1", "-1000", "10 00", "1" * 35, "12"])
    def test_a_number_that_is_none_is_refused(self, number: str, sign_in: SignIn) -> None:
        body = {"bank_code": "946", "bank_name": "CBE", "account_name": "Hana", "account_number": number}
        answer = sign_in(UserFactory()).post(f"{API}/payout-accounts", body, format="json")
        assert (answer.status_code, PayoutAccount.objects.count()) == (400, 0)

    def test_it_is_checked_by_staff_whose_it_is_not(self) -> None:
        owner = StaffFactory(groups=["finance"], identity_verified=True)
        account = PayoutAccountFactory(payee=owner, state=PayoutAccountState.PENDING)
        assert (
            refused(lambda: services.activate_payout_account(account_id=account.pk, by=owner)) == "own_money"
        )
        assert (
            refused(lambda: services.activate_payout_account(account_id=account.pk, by=treasury()))
            == "not_allowed"
        )
        account.refresh_from_db()
        assert account.state == PayoutAccountState.PENDING
        services.activate_payout_account(account_id=account.pk, by=finance())
        account.refresh_from_db()
        assert account.state == PayoutAccountState.ACTIVE

    def test_its_name_is_that_of_the_proved_holder(self) -> None:
        by = finance()
        unproved = PayoutAccountFactory(payee=UserFactory(), state=PayoutAccountState.PENDING)
        other = PayoutAccountFactory(account_name="Somebody Else", state=PayoutAccountState.PENDING)
        for account, code in ((unproved, "holder_not_verified"), (other, "account_name_differs")):
            deed = lambda account=account: services.activate_payout_account(account_id=account.pk, by=by)  # noqa: E731
            assert refused(deed) == code
            account.refresh_from_db()
            assert account.state == PayoutAccountState.PENDING

    def test_an_agencys_account_bears_the_agencys_name(self) -> None:
        agency = OrganisationFactory(name="Addis Homes")
        seller = SellingFactory(user=None, organisation=agency, name=agency.name, verified=True)
        account = PayoutAccountFactory(
            payee_id=agency.pk, added_by=UserFactory(), account_name="ADDIS HOMES", state="pending"
        )
        services.activate_payout_account(account_id=account.pk, by=finance())
        seller.verified = False
        seller.save()
        again = PayoutAccountFactory(
            payee_id=agency.pk, added_by=UserFactory(), account_name="ADDIS HOMES", state="pending"
        )
        deed = lambda: services.activate_payout_account(account_id=again.pk, by=finance())  # noqa: E731
        assert refused(deed) == "holder_not_verified"

    @pytest.mark.parametrize(
        ("told", "known", "is_one"),
        [
            ("HANA BEKELE TESFAYE", "Hana Bekele", True),
            ("Bekele Hana", "Hana  Bekele", True),
            ("Hana Tesfaye", "Hana Bekele", False),
            ("Hana", "Hana Bekele", False),
            ("ሃና በቀለ", "ሃና በቀለ ተስፋዬ", True),
            ("Key2Key", "KEY2KEY", True),
            ("", "", False),
        ],
    )
    def test_names_fit(self, told: str, known: str, is_one: bool) -> None:
        assert fits(told, holder=known) is is_one

    @pytest.mark.parametrize(
        ("told", "is_one"),
        [
            ("ADDIS HOMES", True),
            ("Addis Homes P.L.C.", True),
            ("Addis Homes (S.C.)", True),
            ("Addis Homes Share Company", True),
            ("Addis Homes Ltd", True),
            ("Addis Homes Trading", False),
            ("Addis Homes Trading PLC", False),
            ("Addis", False),
            ("PLC", False),
        ],
    )
    def test_an_organisations_name_is_the_whole_name(self, told: str, is_one: bool) -> None:
        assert is_that_of_organisation(told, holder="Addis Homes PLC") is is_one

    def test_money_does_not_go_to_an_account_that_was_stopped(self) -> None:
        account = owed_account()
        approved = payout_in(PayoutStatus.APPROVED, account=account)
        services.restrict_payout_account(account_id=account.pk, by=finance(), reason="A complaint")
        send = lambda: services.send_payout(payout_id=approved.pk, by=finance(), channel="manual")  # noqa: E731
        assert refused(send) == "payout_account_not_active"
        assert refused(lambda: services.export_payouts(currency="ETB", by=finance())) == "nothing_to_send"
        assert refused(lambda: wish(account, "1.00")) == "payout_account_not_active"
        assert balance_of("payouts_in_transit") == 0

    @pytest.mark.django_db(transaction=True)
    @pytest.mark.parametrize("way", ["send", "export"])
    def test_nothing_leaves_while_it_is_being_stopped(self, way: str) -> None:
        payout, by, is_stopped = payout_in(PayoutStatus.APPROVED), finance(), Event()

        def one(number: int) -> str:
            if number:
                is_stopped.wait(timeout=30)
                try:
                    if way == "send":
                        services.send_payout(payout_id=payout.pk, by=by, channel="manual")
                    else:
                        services.export_payouts(currency="ETB", by=by)
                except Conflict as refusal:
                    return refusal.code
                return "sent"
            with transaction.atomic():
                services.restrict_payout_account(account_id=payout.account_id, by=finance(), reason="?")
                is_stopped.set()
                time.sleep(0.5)
            return ""

        refusal = {"send": "payout_account_not_active", "export": "nothing_to_send"}[way]
        assert at_once(2, one) == ["", refusal]


class TestAsking:
    def test_never_more_than_is_owed_and_not_asked_for_yet(self) -> None:
        account = owed_account(amount=Decimal("1000.00"))
        wish(account, "600.00")
        assert refused(lambda: wish(account, "400.01")) == "balance_too_small"
        second = wish(account, "400.00")
        assert refused(lambda: wish(account, "0.01")) == "balance_too_small"
        services.cancel_payout(payout_id=second.pk, by=account.added_by)
        wish(account, "400.00")
        assert Payout.objects.exclude(status="cancelled").count() == 2

    @pytest.mark.parametrize("amount", ["0.00", "-5.00"])
    def test_nothing_and_less_is_refused(self, amount: str) -> None:
        account = owed_account()
        with pytest.raises(InvalidInput):
            wish(account, amount)
        assert not Payout.objects.exists()

    def test_an_account_that_nobody_checked_gets_nothing(self) -> None:
        account = owed_account(state=PayoutAccountState.PENDING)
        assert refused(lambda: wish(account, "1.00")) == "payout_account_not_active"

    def test_to_strangers_it_does_not_exist(self) -> None:
        account = owed_account()
        with pytest.raises(NotFound):
            wish(account, "1.00", by=UserFactory())
        payout = wish(account, "1.00")
        with pytest.raises(NotFound):
            services.cancel_payout(payout_id=payout.pk, by=UserFactory())

    @pytest.mark.parametrize("role", list(Membership.Role))
    def test_of_an_organisation_some_see_and_fewer_ask(self, role: str, sign_in: SignIn) -> None:
        place = MembershipFactory(role=role)
        account = PayoutAccountFactory(payee_id=place.organisation_id, added_by=UserFactory())
        owe(place.organisation_id, amount=Decimal("500.00"))
        client = sign_in(place.user)
        seen = len(client.get(f"{API}/payout-accounts").json()["results"])
        body = {"account": str(account.pk), "amount": "500.00"}
        answer = client.post(f"{API}/payouts", body, format="json", HTTP_IDEMPOTENCY_KEY=str(uuid4()))
        sees, asks = role in {"owner", "manager", "accountant"}, role in {"owner", "manager"}
        assert seen == int(sees)
        assert answer.status_code == (201 if asks else 403 if sees else 404)
        assert Payout.objects.count() == int(asks)

    def test_a_late_payment_that_waits_to_go_back_is_not_paid_out(self) -> None:
        account = owed_account(amount=Decimal("100.00"))
        hold = HoldFactory(buyer=account.added_by)
        services.lapse_hold(target=target_of(hold), reason="clock")
        late = hear(PaymentFactory(hold=hold, amount=Decimal("70.00")))
        refund = Refund.objects.get(payment=late)
        no = RefundStanding(status=Told.FAILED, code="closed", refund_reference=f"{refund.reference}-1")
        hear(late, refunds=(no,))
        owed = Account.objects.get(kind=AccountKind.PAYABLE, owner=account.payee_id, currency="ETB")
        assert (owed_to(account.payee_id), payables.available(owed)) == (Decimal("170.00"), Decimal("100.00"))
        assert refused(lambda: wish(account, "100.01")) == "balance_too_small"
        wish(account, "100.00")
        services.retry_refund(refund_id=refund.pk, by=finance())

    @pytest.mark.django_db(transaction=True)
    def test_fifty_who_ask_at_once_get_what_there_is(self) -> None:
        account = owed_account(amount=Decimal("1000.00"))

        def one(_number: int) -> int:
            done = 0
            for _again in range(5):
                try:
                    wish(account, "90.00")
                except Conflict:
                    continue
                done += 1
            return done

        assert sum(at_once(10, one)) == 11
        assert sum(payout.amount for payout in Payout.objects.all()) == Decimal("990.00")

    @pytest.mark.django_db(transaction=True)
    def test_without_the_lock_they_would_get_more(self) -> None:
        """The negative control: who reads what is free and then writes, unlocked, gives it twice."""
        account = owed_account(amount=Decimal("1000.00"))
        owed = Account.objects.get(kind=AccountKind.PAYABLE, owner=account.payee_id, currency="ETB")
        both_have_read = Barrier(2)

        def naive(_number: int) -> bool:
            with transaction.atomic():
                is_free = payables.available(owed) >= Decimal("1000.00")
                both_have_read.wait(timeout=30)
                Payout.objects.create(
                    payee_id=account.payee_id, account=account, amount=Decimal("1000.00"), currency="ETB",
                    reference=str(uuid4())[:20], requested_by=account.added_by,
                )  # fmt: skip
            return is_free

        assert at_once(2, naive) == [True, True]
        assert services.ledger_faults() == [
            f"1000.00 ETB more than payable:{account.payee_id} has are asked for"
        ]
        Payout.objects.all().delete()


class TestApproving:
    def test_one_pair_of_eyes_up_to_the_limit_two_above(self, settings: Any) -> None:
        small = wish(owed_account(amount=Decimal("60000.00")), "9999.00")
        large = wish(owed_account(amount=Decimal("60000.00")), "50000.01")
        one, other = treasury(), treasury()
        assert services.approve_payout(payout_id=small.pk, by=one).status == PayoutStatus.APPROVED
        assert services.approve_payout(payout_id=large.pk, by=one).status == PayoutStatus.REQUESTED
        again = refused(lambda: services.approve_payout(payout_id=large.pk, by=one))
        assert again == "other_person_needed"
        assert services.approve_payout(payout_id=large.pk, by=other).status == PayoutStatus.APPROVED
        assert (
            refused(lambda: services.approve_payout(payout_id=large.pk, by=treasury()))
            == "payout_not_waiting"
        )
        assert large.approvals.count() == 2

    def test_a_large_sum_in_small_parts_needs_two_pairs_of_eyes(self) -> None:
        account, one = owed_account(amount=Decimal("80000.00")), treasury()
        first, second = wish(account, "30000.00"), wish(account, "20000.01")
        for part in (first, second):
            assert services.approve_payout(payout_id=part.pk, by=one).status == PayoutStatus.REQUESTED
            approved = services.approve_payout(payout_id=part.pk, by=treasury())
            assert approved.status == PayoutStatus.APPROVED
            services.send_payout(payout_id=part.pk, by=finance(), channel="manual")
            services.confirm_payout(payout_id=part.pk, by=finance(), bank_reference="FT1")
        assert wish(account, "1.00").approvals_needed == 2
        with clock.advanced(timedelta(hours=25)):
            assert wish(account, "1.00").approvals_needed == 1

    def test_the_same_eyes_twice_are_refused_by_the_table_too(self) -> None:
        payout, by = payout_in(), treasury()
        payout.approvals.create(by=by)
        with pytest.raises(IntegrityError, match="payments_one_approval_each"), transaction.atomic():
            payout.approvals.create(by=by)

    def test_the_wrong_people_do_not_approve(self) -> None:
        owner = StaffFactory(groups=["admin"], identity_verified=True)
        account = owed_account(payee=owner)
        payout = wish(account, "10.00")
        for by, code in ((owner, "own_money"), (finance(), "not_allowed"), (UserFactory(), "not_allowed")):
            deed = lambda by=by: services.approve_payout(payout_id=payout.pk, by=by)  # noqa: E731
            assert refused(deed) == code
        payout.refresh_from_db()
        assert (payout.status, payout.approvals.count()) == (PayoutStatus.REQUESTED, 0)

    def test_who_approved_does_not_send(self) -> None:
        account = owed_account()
        payout = wish(account, "10.00")
        both = StaffFactory(groups=["admin"])
        services.approve_payout(payout_id=payout.pk, by=both)
        send = lambda: services.send_payout(payout_id=payout.pk, by=both, channel="manual")  # noqa: E731
        assert refused(send) == "other_person_needed"
        assert refused(lambda: services.export_payouts(currency="ETB", by=both)) == "nothing_to_send"
        assert not Transfer.objects.filter(payout_id=payout.pk).exists()

    def test_a_declined_one_is_told_and_frees_its_money(self) -> None:
        account = owed_account()
        payout = wish(account, "1000.00")
        services.decline_payout(payout_id=payout.pk, by=treasury(), reason="The sale is looked into")
        payout.refresh_from_db()
        assert (payout.status, payout.reason) == (PayoutStatus.CANCELLED, "The sale is looked into")
        assert told("payout_failed") == 1
        wish(account, "1000.00")

    def test_one_on_hold_waits_and_goes_on_where_it_was(self) -> None:
        payout = payout_in(PayoutStatus.APPROVED)
        services.hold_payout(payout_id=payout.pk, by=finance(), reason="A question")
        send = lambda: services.send_payout(payout_id=payout.pk, by=finance(), channel="manual")  # noqa: E731
        assert refused(send) == "payout_moved_on"
        assert services.resume_payout(payout_id=payout.pk, by=finance()).status == PayoutStatus.APPROVED

    def test_the_payee_is_not_told_why_staff_stopped_it(self, sign_in: SignIn) -> None:
        payout = payout_in(PayoutStatus.APPROVED)
        services.hold_payout(payout_id=payout.pk, by=finance(), reason="Is he a thief?")
        payee = get_user_model().objects.get(pk=payout.payee_id)
        path = f"{API}/payouts/{payout.pk}"
        assert sign_in(payee).get(path).json()["reason"] == ""
        assert sign_in(finance(), second_factor=True).get(path).json()["reason"] == "Is he a thief?"
        services.cancel_payout(payout_id=payout.pk, by=payee)
        assert sign_in(payee).get(path).json()["reason"] == ""

    @pytest.mark.django_db(transaction=True)
    def test_many_who_approve_at_once_are_counted_once_each(self) -> None:
        payout = payout_in(account=owed_account(amount=Decimal("60000.00")))
        people = [treasury() for _ in range(5)]

        def one(number: int) -> str:
            try:
                services.approve_payout(payout_id=payout.pk, by=people[number % 5])
            except DomainError as refusal:
                return str(refusal.code)
            return "done"

        answers = at_once(10, one)
        payout.refresh_from_db()
        assert answers.count("done") == payout.approvals.count() == 2
        assert payout.status == PayoutStatus.APPROVED
