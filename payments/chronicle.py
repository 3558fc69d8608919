"""All that happened to one payment, of whatever source, in one order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from key2key.common.models import AuditEntry
from key2key.common.staff_pages import link, page_of
from payments.models import (
    GatewayCall,
    Payment,
    PaymentProof,
    Receipt,
    Refund,
    RefundSending,
    Transfer,
    WebhookDelivery,
)

MOST = 100  # of each source; the newest
SHOWN_BODY = 4000
_IDS = frozenset({"refund", "proof", "item", "payout"})  # rows that have lines of their own


@dataclass(frozen=True)
class Entry:
    """One line of the timeline. `what` and `outcome` are text or safe HTML."""

    at: datetime
    of: Any
    what: Any
    source: str
    outcome: Any


def chronicle_of(payment: Payment) -> list[Entry]:
    """Events, requests to the gateway, its webhooks, refunds, slips, bookings, papers and deeds of staff."""
    found = [
        *_events(payment),
        *_calls(payment),
        *_webhooks(payment),
        *_sendings(payment),
        *_proofs(payment),
        *_transfers(payment),
        *_receipts(payment),
        *_deeds(payment),
    ]
    return sorted(found, key=lambda entry: entry.at)


def _events(payment: Payment) -> Iterator[Entry]:
    for event in payment.events.order_by("-id")[:MOST]:
        told = [] if event.amount is None else [f"{event.amount:,} {payment.currency}"]
        told += [f"{name}: {value}" for name, value in event.data.items() if value and name not in _IDS]
        what = event.get_kind_display()
        outcome = format_html("{}<br>{}", event.get_status_display(), ", ".join(told)) if told else None
        yield Entry(
            at=event.created_at,
            of=_("Event"),
            what=what,
            source=event.source,
            outcome=outcome or event.get_status_display(),
        )


def _calls(payment: Payment) -> Iterator[Entry]:
    for call in GatewayCall.objects.filter(payment=payment).order_by("-id")[:MOST]:
        about = f" {call.refund_reference}" if call.refund_reference else ""
        code = f", {call.vendor_code}" if call.vendor_code else ""
        yield Entry(
            at=call.created_at,
            of=_("Request"),
            what=f"{call.get_deed_display()}{about}",
            source=call.gateway,
            outcome=f"{call.get_outcome_display()}{code} ({call.milliseconds} ms)",
        )


def _webhooks(payment: Payment) -> Iterator[Entry]:
    for row in WebhookDelivery.objects.filter(payment=payment).order_by("-created_at")[:MOST]:
        yield Entry(
            at=row.created_at,
            of=_("Webhook"),
            what=format_html(
                "{}<details><summary>{}</summary><pre class='k2k-raw'>{}</pre></details>",
                link(row.kind or row.event_key, url=page_of(WebhookDelivery, pk=row.pk)),
                _("As it came"),
                shown_body(row),
            ),
            source=row.gateway,
            outcome=", ".join(
                str(word) for word in (row.get_work_state_display(), row.finding, row.last_error) if word
            ),
        )


def shown_body(delivery: WebhookDelivery) -> str:
    """The bytes as text, their beginning only; whoever shows it escapes it."""
    raw = bytes(delivery.body)
    text = raw[:SHOWN_BODY].decode(errors="replace").replace("\x00", "�")
    return text if len(raw) <= SHOWN_BODY else f"{text} …"


def _sendings(payment: Payment) -> Iterator[Entry]:
    refunds = Refund.objects.filter(payment=payment).order_by("-created_at")[:MOST]
    sendings = RefundSending.objects.filter(refund__in=[refund.pk for refund in refunds])
    sent: dict[Any, list[str]] = {}
    for sending in sendings.order_by("id"):
        sent.setdefault(sending.refund_id, []).append(f"{sending.reference}: {_state(sending)}")
    for refund in refunds:
        yield Entry(
            at=refund.created_at,
            of=_("Refund"),
            what=link(refund.reference, url=page_of(Refund, pk=refund.pk)),
            source=refund.reason or "–",
            outcome=format_html(
                "{}, {}<br>{}",
                f"{refund.amount:,} {refund.currency}",
                refund.get_status_display(),
                ", ".join(sent.get(refund.pk, [])),
            ),
        )


def _state(sending: RefundSending) -> str:
    state = str(sending.get_work_state_display())
    return f"{state} ({sending.last_error})" if sending.last_error else state


def _proofs(payment: Payment) -> Iterator[Entry]:
    for proof in PaymentProof.objects.filter(payment=payment).order_by("-created_at")[:MOST]:
        yield Entry(
            at=proof.created_at,
            of=_("Bank slip"),
            what=link(proof.bank_reference, url=page_of(PaymentProof, pk=proof.pk)),
            source=proof.sender_bank or "–",
            outcome=f"{proof.amount:,} {payment.currency}, {proof.get_state_display()}",
        )


def _transfers(payment: Payment) -> Iterator[Entry]:
    rows = Transfer.objects.filter(payment_id=payment.pk).select_related("debit", "credit")
    for row in rows.order_by("-created_at", "-id")[:MOST]:
        yield Entry(
            at=row.created_at,
            of=_("Booking"),
            what=link(row.get_cause_display(), url=page_of(Transfer, pk=row.pk)),
            source=str(_("our ledger")),
            outcome=f"{row.amount:,} {row.currency}: {row.debit.get_kind_display()} → "
            f"{row.credit.get_kind_display()}",
        )


def _receipts(payment: Payment) -> Iterator[Entry]:
    for receipt in Receipt.objects.filter(payment=payment).order_by("-issued_at")[:MOST]:
        yield Entry(
            at=receipt.issued_at,
            of=_("Receipt"),
            what=link(receipt.number, url=page_of(Receipt, pk=receipt.pk)),
            source=str(_("the product")),
            outcome=f"{receipt.get_kind_display()}, {receipt.amount:,} {receipt.currency}",
        )


def _deeds(payment: Payment) -> Iterator[Entry]:
    """What people did; what the product itself noted is an event already."""
    of_payment = Q(subject_type=Payment._meta.label_lower, subject_id=str(payment.pk))
    refunds = [str(key) for key in Refund.objects.filter(payment=payment).values_list("pk", flat=True)[:MOST]]
    of_refunds = Q(subject_type=Refund._meta.label_lower, subject_id__in=refunds)
    rows = AuditEntry.objects.filter(of_payment | of_refunds, actor__isnull=False).select_related("actor")
    for row in rows.order_by("-created_at")[:MOST]:
        yield Entry(
            at=row.created_at,
            of=_("Deed"),
            what=link(row.action, url=page_of(AuditEntry, pk=row.pk)),
            source=str(row.actor),
            outcome=row.reason or "–",
        )
