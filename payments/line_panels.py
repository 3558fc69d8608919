"""What statements say of a payment or a bank slip, beside it on its page."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from key2key.common.plugins import EvidencePanel, Panel, evidence_panels
from key2key.common.staff_pages import link, page_of
from payments.line_findings import sentence_of
from payments.line_subjects import lines_naming
from payments.models import LineBooking, Payment, PaymentProof, Refund, StatementLine, Transfer

SHOWN = 20


def lines_of(row: Any) -> Panel | None:
    """Lines of statements that name the payment behind a row, matched or not."""
    payment = _payment_of(row)
    if payment is None:
        return None
    lines = StatementLine.objects.filter(lines_naming(payment)).order_by("booked_on", "number")
    return Panel(
        title=_("Statements"),
        headers=[_("Day"), _("Source"), _("Line"), _("Kind"), _("Amount"), _("State"), _("Text")],
        rows=[
            [
                f"{line.booked_on:%F}",
                line.source,
                link(line.external_id, url=page_of(StatementLine, pk=line.pk)),
                line.get_kind_display(),
                f"{line.gross:,} {line.currency}",
                sentence_of(line.finding) if line.finding else line.get_state_display(),
                line.narrative or "–",
            ]
            for line in lines[:SHOWN]
        ],
    )


def transfers_of(line: StatementLine) -> Panel:
    """What a line accounts for."""
    rows = LineBooking.objects.filter(line=line).select_related("transfer", "account").order_by("id")
    return Panel(
        title=_("Accounts for"),
        headers=[_("When"), _("Why"), _("Amount"), _("On the account")],
        rows=[
            [
                link(f"{row.transfer.created_at:%F %T}", url=page_of(Transfer, pk=row.transfer_id)),
                row.transfer.get_cause_display(),
                f"{row.transfer.amount:,} {row.transfer.currency}",
                str(row.account),
            ]
            for row in rows
        ],
    )


def register_panels() -> None:
    """Let the pages of payments, refunds and slips show them."""
    evidence_panels.register("statement lines", _LINES)


def _payment_of(row: Any) -> Payment | None:
    if isinstance(row, Payment):
        return row
    return row.payment if isinstance(row, PaymentProof | Refund) else None


_LINES = EvidencePanel(permission="payments.view_statementline", read=lines_of)
