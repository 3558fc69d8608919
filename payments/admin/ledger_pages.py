"""Pages of the ledger that are no forms of a row: balances of all kinds, entries, journals, the export."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from key2key.common import audit, clock, spreadsheet
from key2key.common.plugins import Panel
from key2key.common.staff_pages import link, page_of
from payments import dossier
from payments.books import (
    Entry,
    Period,
    all_entries,
    always_until,
    entries_of,
    journal_of,
    sums_of,
    trial_balance,
)
from payments.enums import AccountKind
from payments.models import Account, Payment, Transfer
from payments.owners import account_name, names_of

NEWEST = 50
COLUMNS = (
    "when", "cause", "key", "journal", "other account", "debit", "credit", "balance", "currency", "payment",
    "refund", "hold",
)  # fmt: skip


def balances(request: HttpRequest, *, known: dict[str, Any]) -> HttpResponse:
    """Every kind of account, summed by gateway and currency, over the days asked for."""
    _require(request, "payments.view_account")
    period = _period(request, usual=clock.today().replace(month=1, day=1))
    names = dict(AccountKind.choices)
    rows = [
        [
            names.get(group.kind, group.kind),
            group.gateway or "–",
            group.currency,
            *(shown(value) for value in _values(group.sums)),
        ]
        for group in trial_balance(period)
    ]
    headers = [
        _("Account"), _("Gateway"), _("Currency"), _("Opening"), _("Debits"), _("Credits"), _("Closing")
    ]  # fmt: skip
    panel = Panel(title=_("Balances"), headers=headers, rows=rows)
    context = {**known, "title": _("Balances of all kinds"), "period": period, "panels": [panel]}
    return render(request, "admin/payments/ledger.html", context)


def entries(request: HttpRequest, *, account_id: UUID, known: dict[str, Any]) -> HttpResponse:
    """The entries of one account, the newest first, with the balance after each."""
    _require(request, "payments.view_account")
    account = _account(account_id)
    period = _period(request, usual=account.created_at.date())
    found, cursor = entries_of(account, period=period, after=request.GET.get("after", ""))
    sums = sums_of([account], period=period)[account.pk]
    of_days = Panel(
        title=_("These days"),
        headers=[_("Opening"), _("Debits"), _("Credits"), _("Closing"), _("Currency")],
        rows=[[*(shown(value) for value in _values(sums)), account.currency]],
    )
    context = {
        **known,
        "title": _("Entries: %s") % _name_of(account),
        "account": account,
        "period": period,
        "panels": [of_days, _entries_panel(found)],
        "older": cursor,
        "may_export": request.user.has_perm("payments.change_account"),
    }
    return render(request, "admin/payments/ledger.html", context)


def export(request: HttpRequest, *, account_id: UUID, known: dict[str, Any]) -> Any:
    """The entries as a file; who took it and when stands in its first line and in the audit log."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    _require(request, "payments.change_account")
    account = _account(account_id)
    period = _period(request, usual=account.created_at.date())
    days = f"{period.first:%F} – {period.last:%F}"
    audit.record(actor=request.user, action="account.exported", subject=account, reason=days)
    mark = f"Key2Key ledger, {account}, {days}. Exported by {request.user.email} at {clock.now():%F %T} UTC."
    response = StreamingHttpResponse(
        spreadsheet.lines(_file(account, period=period, mark=mark)), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="ledger-{period.first:%F}-{period.last:%F}.csv"'
    response["Cache-Control"] = "private, no-store"
    return response


def journal(request: HttpRequest, *, journal: UUID, known: dict[str, Any]) -> HttpResponse:
    """All transfers that were booked as one, and what they did to each account."""
    _require(request, "payments.view_transfer")
    rows = journal_of(journal)
    if not rows:
        raise Http404
    context = {
        **known,
        "title": _("Journal of %s") % f"{rows[0].created_at:%F %T}",
        "panels": [dossier.transfers_panel(rows), _belongs_to(rows)],
    }
    return render(request, "admin/payments/ledger.html", context)


def newest_entries(account: Account) -> Panel:
    """The entries that the page of an account shows."""
    found, _cursor = entries_of(account, period=always_until(clock.today()))
    return _entries_panel(found[:NEWEST])


def shown(amount: Decimal) -> str:
    """As a bookkeeper reads it."""
    return f"{amount:,.2f}"


def _entries_panel(found: list[Entry]) -> Panel:
    names = names_of(entry.other.owner for entry in found)
    return Panel(
        title=_("Entries"),
        headers=[
            _("When"),
            _("Why"),
            _("Other account"),
            _("Debit"),
            _("Credit"),
            _("Balance"),
            _("Journal"),
        ],
        rows=[_entry_row(entry, names=names) for entry in found],
    )


def _entry_row(entry: Entry, *, names: dict[UUID, str]) -> list[Any]:
    row = entry.transfer
    return [
        link(f"{row.created_at:%F %T}", url=page_of(Transfer, pk=row.pk)),
        row.get_cause_display(),
        link(account_name(entry.other, names=names), url=page_of(Account, pk=entry.other.pk)),
        shown(entry.debit) if entry.debit else "",
        shown(entry.credit) if entry.credit else "",
        shown(entry.balance),
        link(str(row.journal)[-12:], url=reverse("admin:payments_transfer_journal", args=[row.journal])),
    ]


def _belongs_to(rows: Any) -> Panel:
    keys = sorted({row.payment_id for row in rows if row.payment_id})
    payments = Payment.objects.filter(pk__in=keys)
    return Panel(
        title=_("Payments"),
        headers=[_("Reference"), _("Amount"), _("Status")],
        rows=[
            [
                link(one.reference, url=page_of(Payment, pk=one.pk)),
                f"{one.amount:,} {one.currency}",
                one.get_status_display(),
            ]
            for one in payments
        ],
    )


def _file(account: Account, *, period: Period, mark: str) -> Iterator[tuple[Any, ...]]:
    yield (mark,)
    yield COLUMNS
    for entry in all_entries(account, period=period):
        row = entry.transfer
        yield (
            f"{row.created_at:%F %T}", row.cause, row.key, row.journal, str(entry.other), entry.debit,
            entry.credit, entry.balance, row.currency, row.payment_id, row.refund_id, row.hold_id,
        )  # fmt: skip


def _values(sums: Any) -> tuple[Decimal, ...]:
    return sums.opening, sums.debits, sums.credits, sums.closing


def _name_of(account: Account) -> str:
    return f"{account_name(account, names=names_of([account.owner]))}, {account.currency}"


def _account(account_id: UUID) -> Account:
    account = Account.objects.filter(pk=account_id).first()
    if account is None:
        raise Http404
    return account


def _period(request: HttpRequest, *, usual: date) -> Period:
    """`from` and `to` in the address or the form; from the usual day to today where they say nothing."""
    asked = request.POST if request.method == "POST" else request.GET
    first, last = _day(asked.get("from")) or usual, _day(asked.get("to")) or clock.today()
    return Period(first, max(first, last))


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


def _require(request: HttpRequest, right: str) -> None:
    if not request.user.has_perm(right):
        raise PermissionDenied
