"""What gateways tell us: proved, written down once, answered, then looked up (trust.md, reliability 3)."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from key2key.common import background, metrics
from key2key.common.errors import InvalidInput
from payments import gateways, selectors
from payments.gateways.contract import BadSignature, Report, Standing
from payments.models import WebhookDelivery
from payments.services import calling
from payments.services.paying_out import ask_about_payout
from payments.services.settling import settle_payment
from payments.services.strays import book_stray

PRIVATE_HEADERS = frozenset({"authorization", "cookie"})


def receive_webhook(*, gateway: str, headers: Mapping[str, str], body: bytes) -> None:
    """Take a notification in. Told twice, it is written down once.

    Raises NotFound (no such gateway), BadSignature, InvalidInput ("gateway_refused"): nothing is kept of
    those but a count.
    """
    try:
        report = gateways.gateway(gateway).read_webhook(headers, body)
    except (BadSignature, InvalidInput):
        metrics.webhooks_refused.labels(gateway).inc()
        raise
    _keep(gateway, report=report, headers=headers, body=body)


def read_delivery(delivery: WebhookDelivery) -> None:
    """Ask the gateway about what it hinted at, and book the answer: the handler of this kind of work."""
    payment = selectors.payment_named(
        delivery.gateway, reference=delivery.reference, gateway_reference=delivery.gateway_reference
    )
    if payment is None and ask_about_payout(delivery.reference):
        return
    if payment is None:
        standing = calling.look_up_unknown(
            delivery.gateway, reference=delivery.reference, gateway_reference=delivery.gateway_reference
        )
        payment = selectors.payment_named(
            delivery.gateway, reference=standing.reference, gateway_reference=standing.gateway_reference
        )
    else:
        standing = calling.look_up(payment, reference=delivery.reference)
    if payment is None:
        _keep_stray_money(delivery, standing=standing)
        return
    WebhookDelivery.objects.filter(pk=delivery.pk).update(payment=payment)
    settle_payment(payment_id=payment.pk, standing=standing, source=delivery.gateway, duty=delivery)


@transaction.atomic
def _keep(gateway: str, *, report: Report, headers: Mapping[str, str], body: bytes) -> None:
    kept = {name: value for name, value in headers.items() if name.lower() not in PRIVATE_HEADERS}
    _row, is_new = WebhookDelivery.objects.get_or_create(
        gateway=gateway,
        event_key=report.event_key,
        defaults={
            "kind": report.kind[:60],
            "reference": report.reference[:100],
            "gateway_reference": report.gateway_reference[:100],
            "headers": kept,
            "body": body,
        },
    )
    if is_new:
        background.wake("payments.tasks.read_webhooks")


@transaction.atomic
def _keep_stray_money(delivery: WebhookDelivery, *, standing: Standing) -> None:
    """Money that matches nothing of ours; a person looks at what told us of it."""
    background.park(delivery, error="unknown_payment")
    book_stray(delivery.gateway, standing=standing)
