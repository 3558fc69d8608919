"""The ledger as finance read it: balances over days, entries with the balance after each, exports."""

from __future__ import annotations

import csv
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.tests.desk import ADMIN, at_desk
from accounts.tests.factories import UserFactory
from key2key.common import clock
from key2key.common.ids import uuid7
from key2key.common.models import AuditEntry
from payments import books, ledger
from payments.books import Period, always_until
from payments.enums import AccountKind, Cause
from payments.models import Account, Transfer
from payments.services.ledger import book
from payments.tests.factories import HoldFactory
from payments.tests.paying import pay_in_full

pytestmark = pytest.mark.django_db
ACCOUNTS = f"{ADMIN}payments/account/"


@pytest.fixture
def finance() -> Client:
    return at_desk("finance")


def booked(amount: int, *, cause: str = Cause.REVENUE_PAID, days_ago: int = 0, key: str = "") -> Transfer:
    """One transfer over the sandbox, some days ago."""
    one = ledger.posting(
        cause, key=key or str(uuid7()), amount=Decimal(amount), parties=ledger.Parties(gateway="sandbox")
    )
    with clock.advanced(-timedelta(days=days_ago)):
        return book(one, currency="ETB")[0]


def account(kind: str) -> Account:
    return Account.objects.get(kind=kind, currency="ETB")


def revenue_of_three_days() -> Account:
    booked(100, days_ago=5)
    booked(30, days_ago=2)
    booked(40, cause=Cause.REVENUE_REFUND, days_ago=2)
    booked(7)
    return account(AccountKind.PLATFORM_REVENUE)


def days(first: int, last: int) -> Period:
    return Period(clock.today() - timedelta(days=first), clock.today() - timedelta(days=last))


class TestBooks:
    def test_an_account_opens_with_what_came_before_and_closes_with_what_moved(self) -> None:
        revenue = revenue_of_three_days()
        sums = books.sums_of([revenue], period=days(2, 1))[revenue.pk]
        assert (sums.opening, sums.debits, sums.credits, sums.closing) == (100, 40, 30, 90)
        whole = books.sums_of([revenue], period=always_until(clock.today()))[revenue.pk]
        assert (whole.opening, whole.closing) == (0, 97)

    def test_what_grows_by_debits_is_positive_when_money_came(self) -> None:
        revenue_of_three_days()
        clearing = account(AccountKind.GATEWAY_CLEARING)
        assert books.sums_of([clearing], period=always_until(clock.today()))[clearing.pk].closing == 137

    def test_the_trial_balance_balances(self) -> None:
        pay_in_full(HoldFactory())
        revenue_of_three_days()
        groups = books.trial_balance(days(3, 0))
        assert sum(group.sums.debits for group in groups) == sum(group.sums.credits for group in groups) > 0

    def test_each_entry_has_the_balance_after_it(self) -> None:
        revenue = revenue_of_three_days()
        entries, more = books.entries_of(revenue, period=always_until(clock.today()))
        assert ([entry.balance for entry in entries], more) == ([97, 90, 130, 100], "")
        told = books.all_entries(revenue, period=always_until(clock.today()))
        assert [entry.balance for entry in told] == [100, 130, 90, 97]

    def test_pages_and_the_file_say_the_same_of_many_entries(self) -> None:
        for _ in range(books.PAGE * 2 + 30):
            booked(1)
        revenue, period = account(AccountKind.PLATFORM_REVENUE), always_until(clock.today())
        seen, cursor = books.entries_of(revenue, period=period)
        pages = 1
        while cursor:
            page, cursor = books.entries_of(revenue, period=period, after=cursor)
            seen, pages = seen + page, pages + 1
        assert pages == 3
        told = list(books.all_entries(revenue, period=period))
        assert [(one.transfer.pk, one.balance) for one in reversed(seen)] == [
            (one.transfer.pk, one.balance) for one in told
        ]
        assert told[-1].balance == books.PAGE * 2 + 30

    def test_a_file_longer_than_a_chunk_leaves_nothing_out(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(books, "CHUNK", 7)
        for _ in range(24):
            booked(1)
        revenue = account(AccountKind.PLATFORM_REVENUE)
        told = list(books.all_entries(revenue, period=always_until(clock.today())))
        assert [entry.balance for entry in told] == list(range(1, 25))

    def test_a_cursor_that_nobody_gave_out_is_the_first_page(self) -> None:
        revenue = revenue_of_three_days()
        period = always_until(clock.today())
        assert books.entries_of(revenue, period=period, after="nonsense~x") == books.entries_of(
            revenue, period=period
        )

    def test_balances_and_entries_are_read_along_an_index(self) -> None:
        revenue = revenue_of_three_days()
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
        with CaptureQueriesContext(connection) as asked:
            books.entries_of(revenue, period=always_until(clock.today()))
            books.sums_of([revenue], period=always_until(clock.today()))
        assert len(asked) == 7
        for query in asked.captured_queries:
            with connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN {query['sql']}")
                plan = "\n".join(row[0] for row in cursor.fetchall())
            assert "Seq Scan on payments_transfer" not in plan, plan


class TestPages:
    def test_the_list_shows_opening_and_closing_over_the_days_chosen(self, finance: Client) -> None:
        revenue = revenue_of_three_days()
        rows = {row.pk: row for row in finance.get(ACCOUNTS, {"period": "today"}).context["cl"].result_list}
        assert (rows[revenue.pk].sums.opening, rows[revenue.pk].sums.closing) == (90, 97)

    def test_owners_are_named(self, finance: Client) -> None:
        person = UserFactory(full_name="Hana Bekele")
        one = ledger.posting(
            Cause.LATE_PAID, key="x", amount=Decimal(5),
            parties=ledger.Parties(gateway="sandbox", payable=person.pk),
        )  # fmt: skip
        book(one, currency="ETB")
        assert "Hana Bekele" in finance.get(ACCOUNTS, {"q": str(person.pk)}).content.decode()

    def test_the_entries_of_an_account_lead_to_their_journals(self, finance: Client) -> None:
        revenue = revenue_of_three_days()
        text = finance.get(reverse("admin:payments_account_book", args=[revenue.pk])).content.decode()
        assert "97.00" in text
        journal = Transfer.objects.filter(credit=revenue).latest("created_at").journal
        path = reverse("admin:payments_transfer_journal", args=[journal])
        assert path in text
        assert "7.00 ETB" in finance.get(path).content.decode()
        assert finance.get(reverse("admin:payments_transfer_journal", args=[uuid7()])).status_code == 404

    def test_days_narrow_the_entries_and_nonsense_is_all_of_them(self, finance: Client) -> None:
        path = reverse("admin:payments_account_book", args=[revenue_of_three_days().pk])
        day = clock.today() - timedelta(days=2)
        narrowed = finance.get(path, {"from": f"{day:%F}", "to": f"{day:%F}"}).content.decode()
        assert "100.00" in narrowed  # the opening
        assert "97.00" not in narrowed
        assert "97.00" in finance.get(path, {"from": "31.12.", "to": "x"}).content.decode()

    def test_the_balances_of_all_kinds_are_on_one_page(self, finance: Client) -> None:
        revenue_of_three_days()
        text = finance.get(reverse("admin:payments_account_balances")).content.decode()
        assert "137.00" in text
        assert "97.00" in text

    @pytest.mark.parametrize("name", ["account_book", "account_balances", "transfer_journal"])
    def test_other_staff_see_none_of_it(self, name: str) -> None:
        revenue_of_three_days()
        args = {
            "account_book": [account(AccountKind.PLATFORM_REVENUE).pk],
            "account_balances": [],
            "transfer_journal": [Transfer.objects.first().journal],
        }[name]
        assert at_desk("moderator").get(reverse(f"admin:payments_{name}", args=args)).status_code == 403

    @pytest.mark.parametrize("by", ["key", "pk", "journal", "payment"])
    def test_a_transfer_is_found_by(self, by: str, finance: Client) -> None:
        payment = pay_in_full(HoldFactory()).payments.get()
        booked(3)
        transfer = Transfer.objects.get(payment_id=payment.pk)
        terms = {"key": transfer.key, "pk": transfer.pk, "journal": transfer.journal, "payment": payment.pk}
        found = finance.get(f"{ADMIN}payments/transfer/", {"q": str(terms[by])}).context["cl"].result_list
        assert [row.pk for row in found] == [transfer.pk]


class TestExport:
    def export(self, client: Client, account: Account, **days: Any) -> Any:
        return client.post(reverse("admin:payments_account_export", args=[account.pk]), days)

    def test_it_says_who_took_it_and_when_and_is_audited(self, finance: Client) -> None:
        revenue = revenue_of_three_days()
        text = self.export(finance, revenue).getvalue().decode()
        rows = list(csv.reader(text.splitlines()))
        assert finance.user.email in rows[0][0]
        assert f"{clock.now():%F}" in rows[0][0]
        assert rows[1][:2] == ["when", "cause"]
        assert [row[7] for row in rows[2:]] == ["100.00", "130.00", "90.00", "97.00"]
        entry = AuditEntry.objects.get(action="account.exported")
        assert (entry.actor, entry.subject_id) == (finance.user, str(revenue.pk))

    def test_nothing_in_it_runs_in_a_spreadsheet(self, finance: Client) -> None:
        booked(5, key="=cmd|' /C calc'!A0")
        text = self.export(finance, account(AccountKind.PLATFORM_REVENUE)).getvalue().decode()
        assert [row[2] for row in csv.reader(text.splitlines()[2:])] == ["'=cmd|' /C calc'!A0"]

    def test_support_and_a_mere_link_take_nothing(self, finance: Client) -> None:
        revenue = revenue_of_three_days()
        assert self.export(at_desk("support"), revenue).status_code == 403
        assert finance.get(reverse("admin:payments_account_export", args=[revenue.pk])).status_code == 405
        assert not AuditEntry.objects.filter(action="account.exported").exists()
