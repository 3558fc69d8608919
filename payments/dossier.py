"""All that is known of a payment or a hold, as small tables for the pages of staff."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from key2key.common.plugins import Panel
from key2key.common.staff_pages import link, page_of
from payments.chronicle import chronicle_of
from payments.models import Account, Hold, Payment, Receipt, Refund, Transfer
from payments.owners import account_name, names_of

SHOWN = 50


def timeline_of(payment: Payment) -> Panel:
    """What happened, of whatever source, in its order."""
    return Panel(
        title=_("Timeline"),
        headers=[_("When"), _("Kind"), _("What"), _("Source"), _("Outcome")],
        rows=[
            [f"{entry.at:%F %T}", entry.of, entry.what, entry.source, entry.outcome]
            for entry in chronicle_of(payment)
        ],
    )


def receipts_of(payment: Payment) -> Panel:
    """What was written about it."""
    return Panel(
        title=_("Receipts"),
        headers=[_("Number"), _("Kind"), _("Amount"), _("Issued")],
        rows=[
            [
                link(row.number, url=page_of(Receipt, pk=row.pk)),
                row.get_kind_display(),
                f"{row.amount:,} {row.currency}",
                f"{row.issued_at:%F %T}",
            ]
            for row in payment.receipts.order_by("issued_at")[:SHOWN]
        ],
    )


def refunds_of(rows: QuerySet[Refund]) -> Panel:
    """What goes back."""
    return Panel(
        title=_("Refunds"),
        headers=[_("Reference"), _("Amount"), _("Status"), _("Leaves"), _("Reason")],
        rows=[
            [
                link(row.reference, url=page_of(Refund, pk=row.pk)),
                f"{row.amount:,} {row.currency}",
                row.get_status_display(),
                row.get_source_display(),
                row.reason or "–",
            ]
            for row in rows[:SHOWN]
        ],
    )


def transfers_where(which: Q) -> Panel:
    """How it was booked."""
    rows = Transfer.objects.filter(which).select_related("debit", "credit").order_by("created_at", "id")
    return transfers_panel(rows[:SHOWN])


def transfers_panel(rows: Iterable[Transfer]) -> Panel:
    """Transfers with both their accounts, by the names of their owners."""
    booked = list(rows)
    names = names_of(account.owner for row in booked for account in (row.debit, row.credit))
    return Panel(
        title=_("Transfers"),
        headers=[_("When"), _("Why"), _("Debit"), _("Credit"), _("Amount")],
        rows=[
            [
                link(f"{row.created_at:%F %T}", url=page_of(Transfer, pk=row.pk)),
                row.get_cause_display(),
                _account(row.debit, names=names),
                _account(row.credit, names=names),
                f"{row.amount:,} {row.currency}",
            ]
            for row in booked
        ],
    )


def legs_of(hold: Hold) -> Panel:
    """The payments of a deposit."""
    return Panel(
        title=_("Payments"),
        headers=[_("Reference"), _("Amount"), _("Status"), _("Booked as"), _("Gateway"), _("Begun")],
        rows=[
            [
                link(leg.reference, url=page_of(Payment, pk=leg.pk)),
                f"{leg.amount:,} {leg.currency}",
                leg.get_status_display(),
                leg.get_placement_display(),
                leg.gateway,
                f"{leg.created_at:%F %T}",
            ]
            for leg in hold.payments.order_by("created_at")[:SHOWN]
        ],
    )


def _account(account: Account, *, names: dict[UUID, str]) -> str:
    return link(account_name(account, names=names), url=page_of(Account, pk=account.pk))
