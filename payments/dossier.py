"""All that is known of a payment or a hold, as small tables for the pages of staff."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from key2key.common.plugins import Panel
from key2key.common.staff_pages import link, page_of
from payments.models import Account, Hold, Payment, Refund, Transfer, WebhookDelivery

SHOWN = 50


def timeline_of(payment: Payment) -> Panel:
    """What happened, in its order."""
    return Panel(
        title=_("Timeline"),
        headers=[_("When"), _("What"), _("Status then"), _("Amount"), _("Told by"), _("Details")],
        rows=[
            [
                f"{event.created_at:%F %T}",
                event.get_kind_display(),
                event.get_status_display(),
                "–" if event.amount is None else f"{event.amount:,} {payment.currency}",
                event.source,
                ", ".join(f"{name}: {value}" for name, value in event.data.items() if value) or "–",
            ]
            for event in payment.events.all()[:SHOWN]
        ],
    )


def webhooks_of(payment: Payment) -> Panel:
    """What the gateway told us of it."""
    rows = WebhookDelivery.objects.filter(payment=payment).defer("body", "headers").order_by("created_at")
    return Panel(
        title=_("Webhooks"),
        headers=[_("When"), _("Kind"), _("Event"), _("State"), _("Last error")],
        rows=[
            [
                link(f"{row.created_at:%F %T}", url=page_of(WebhookDelivery, pk=row.pk)),
                row.kind,
                row.event_key,
                row.get_work_state_display(),
                row.last_error or "–",
            ]
            for row in rows[:SHOWN]
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
    return Panel(
        title=_("Transfers"),
        headers=[_("When"), _("Why"), _("Debit"), _("Credit"), _("Amount")],
        rows=[
            [
                link(f"{row.created_at:%F %T}", url=page_of(Transfer, pk=row.pk)),
                row.get_cause_display(),
                _account(row.debit),
                _account(row.credit),
                f"{row.amount:,} {row.currency}",
            ]
            for row in rows[:SHOWN]
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


def _account(account: Account) -> str:
    return link(account, url=page_of(Account, pk=account.pk))
