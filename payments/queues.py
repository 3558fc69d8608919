"""What finance has to look at: how much of it waits, and since when."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from key2key.common.models import Work
from key2key.common.plugins import HomeCounter, home_counters
from payments import gateways
from payments.enums import PaymentStatus, ProofState, RefundSource, RefundStatus
from payments.models import Payment, PaymentProof, Refund, WebhookDelivery


def odd_payments() -> QuerySet[Payment]:
    """Payments of which a gateway said what does not match."""
    return Payment.objects.exclude(review_reason="")


def parked_webhooks() -> QuerySet[WebhookDelivery]:
    """Notifications that could not be booked."""
    return WebhookDelivery.objects.filter(work_state=Work.WorkState.PARKED)


def failed_refunds() -> QuerySet[Refund]:
    """Refunds that a gateway refused; what the payer's bank has taken since needs none any more."""
    is_gone = Q(payment__charged_back=True) & ~Q(source=RefundSource.SUSPENSE)
    return Refund.objects.filter(status=RefundStatus.FAILED).exclude(is_gone)


def disputed_payments() -> QuerySet[Payment]:
    """Payments that the payers' banks want back: somebody has to answer the bank."""
    return Payment.objects.filter(status=PaymentStatus.DISPUTED)


def waiting_proofs() -> QuerySet[PaymentProof]:
    """Bank slips that somebody has to compare with the statement."""
    return PaymentProof.objects.filter(state=ProofState.WAITING)


def refunds_by_hand() -> QuerySet[Refund]:
    """Refunds that finance have to make at the bank, the first first."""
    rows = Refund.objects.filter(payment__gateway__in=gateways.by_hand(), tries__gt=0)
    under_way = rows.filter(status__in=[RefundStatus.APPROVED, RefundStatus.SENT])
    return under_way.select_related("payment__payer").order_by("created_at", "id")


def register_counters() -> None:
    """Put them on the first page of staff."""
    home_counters.register("odd payments", _ODD_PAYMENTS)
    home_counters.register("disputed payments", _DISPUTED_PAYMENTS)
    home_counters.register("parked webhooks", _PARKED_WEBHOOKS)
    home_counters.register("failed refunds", _FAILED_REFUNDS)
    home_counters.register("bank proofs", _BANK_PROOFS)
    home_counters.register("bank refunds", _BANK_REFUNDS)


def _first(rows: QuerySet[Payment] | QuerySet[WebhookDelivery] | QuerySet[Refund]) -> datetime | None:
    return rows.order_by("updated_at").values_list("updated_at", flat=True).first()


_ODD_PAYMENTS = HomeCounter(
    label=_("Payments that do not match"),
    url="admin:payments_payment_changelist",
    count=lambda: odd_payments().count(),
    permission="payments.change_payment",
    oldest=lambda: _first(odd_payments()),
    query="?odd=yes",
)
_DISPUTED_PAYMENTS = HomeCounter(
    label=_("Payments that a bank disputes"),
    url="admin:payments_payment_changelist",
    count=lambda: disputed_payments().count(),
    permission="payments.change_payment",
    oldest=lambda: _first(disputed_payments()),
    query="?status__exact=disputed",
)
_PARKED_WEBHOOKS = HomeCounter(
    label=_("Webhooks that were not booked"),
    url="admin:payments_webhookdelivery_changelist",
    count=lambda: parked_webhooks().count(),
    permission="payments.change_webhookdelivery",
    oldest=lambda: _first(parked_webhooks()),
    query="?work_state__exact=parked",
)
_FAILED_REFUNDS = HomeCounter(
    label=_("Refunds that failed"),
    url="admin:payments_refund_changelist",
    count=lambda: failed_refunds().count(),
    permission="payments.change_refund",
    oldest=lambda: _first(failed_refunds()),
    query="?status__exact=failed",
)
_BANK_PROOFS = HomeCounter(
    label=_("Bank slips to check"),
    url="admin:payments_paymentproof_changelist",
    count=lambda: waiting_proofs().count(),
    permission="payments.change_paymentproof",
    oldest=lambda: waiting_proofs().order_by("created_at").values_list("created_at", flat=True).first(),
    query="?state__exact=waiting",
)
_BANK_REFUNDS = HomeCounter(
    label=_("Bank refunds to make"),
    url="admin:payments_refundbyhand_changelist",
    count=lambda: refunds_by_hand().count(),
    permission="payments.execute_refund",
    oldest=lambda: refunds_by_hand().values_list("created_at", flat=True).first(),
)
