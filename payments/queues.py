"""What finance has to look at: how much of it waits, and since when."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from key2key.common.models import Work
from key2key.common.plugins import HomeCounter, home_counters
from payments.enums import PaymentStatus, RefundSource, RefundStatus
from payments.models import Payment, Refund, WebhookDelivery


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


def register_counters() -> None:
    """Put the four on the first page of staff."""
    home_counters.register("odd payments", _ODD_PAYMENTS)
    home_counters.register("disputed payments", _DISPUTED_PAYMENTS)
    home_counters.register("parked webhooks", _PARKED_WEBHOOKS)
    home_counters.register("failed refunds", _FAILED_REFUNDS)


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
