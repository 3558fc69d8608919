"""What gateways tell us: proved, written down once, answered, then looked up (trust.md, reliability 3)."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from key2key.common import background, metrics
from key2key.common.errors import InvalidInput
from payments import gateways, ledger, selectors
from payments.enums import Cause
from payments.gateways.contract import BadSignature, MoneyStatus, Report, Standing
from payments.models import Transfer, WebhookDelivery
from payments.services.ledger import book
from payments.services.settling import settle_payment

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
    gateway = gateways.gateway(delivery.gateway)
    if payment is None:
        standing = gateway.look_up(delivery.reference, delivery.gateway_reference)
        _keep_stray_money(delivery, standing=standing)
        return
    standing = gateway.look_up(payment.reference, payment.gateway_reference)
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
    """Money that matches nothing of ours lies in suspense until finance knows whose it is."""
    background.park(delivery, error="unknown_payment")
    key = f"stray:{delivery.gateway}:{standing.gateway_reference}"[:120]
    came = standing.status == MoneyStatus.SUCCEEDED and standing.charged > 0
    if came and not Transfer.objects.filter(key=key).exists():
        book(
            ledger.posting(
                Cause.UNKNOWN_PAID,
                key=key,
                amount=standing.charged,
                parties=ledger.Parties(gateway=delivery.gateway),
            ),
            currency=standing.currency,
        )
