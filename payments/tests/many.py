"""Rows for the pages of staff (key2key/tests/test_staff_admin.py): how to make so many more of each."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from key2key.common import clock
from key2key.common.ids import uuid7
from payments import ledger, services
from payments.enums import Cause
from payments.models import PaymentCheck, SandboxCheckout, SandboxWebhook, WebhookDelivery
from payments.services.ledger import book
from payments.targets import Target
from payments.tests.factories import HoldFactory, PaymentFactory
from payments.tests.paying import pay_in_full


def make_transfers(number: int) -> None:
    for _ in range(number):
        made = uuid7()
        parties = ledger.Parties(gateway="sandbox", hold=made)
        one = ledger.posting(Cause.DEPOSIT_PAID, key=str(made), amount=Decimal(10), parties=parties)
        book(one, currency="ETB")


def make_refunds(number: int) -> None:
    for _ in range(number):
        hold = pay_in_full(HoldFactory())
        services.refund_hold(target=Target(hold.target_type, hold.target_id), reason="cancelled")


def make_webhooks(number: int) -> None:
    for payment in PaymentFactory.create_batch(number):
        WebhookDelivery.objects.create(
            gateway="sandbox", event_key=str(payment.pk), body=b"{}", payment=payment, kind="checkout.paid"
        )


def make_checks(number: int) -> None:
    for payment in PaymentFactory.create_batch(number):
        PaymentCheck.objects.create(payment=payment)


def make_sandbox_webhooks(number: int) -> None:
    for _ in range(number):
        page = SandboxCheckout.objects.create(
            reference=str(uuid7()), amount=10, currency="ETB", return_url="https://x.example/",
            expires_at=clock.now(),
        )  # fmt: skip
        SandboxWebhook.objects.create(checkout=page, kind=SandboxWebhook.Kind.PAID)


ROWS: dict[str, Callable[[int], Any]] = {
    "payments_payment": PaymentFactory.create_batch,
    "payments_hold": HoldFactory.create_batch,
    "payments_refund": make_refunds,
    "payments_refundsending": make_refunds,
    "payments_webhookdelivery": make_webhooks,
    "payments_paymentcheck": make_checks,
    "payments_sandboxwebhook": make_sandbox_webhooks,
    "payments_transfer": make_transfers,
    "payments_account": make_transfers,
}
