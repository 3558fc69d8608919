"""The end of a payment without money: failed, cancelled, expired."""

from __future__ import annotations

from typing import Any

from key2key.common import background
from key2key.common.events import publish
from payments.enums import EventKind, PaymentStatus
from payments.events import PaymentFailed
from payments.models import Payment, PaymentCheck
from payments.services.timeline import note, tell_payer

KINDS = {
    PaymentStatus.FAILED: (EventKind.FAILED, "payment_failed"),
    PaymentStatus.CANCELLED: (EventKind.CANCELLED, ""),
    PaymentStatus.EXPIRED: (EventKind.EXPIRED, "payment_expired"),
}


def close_payment(
    payment: Payment, *, status: str, source: str, code: str = "", reason: str = "", by: Any = None
) -> None:
    """End a locked payment that is still open. The gateway is asked once more, and told if it still waits.

    Should the payer have paid meanwhile, or pay later, the intake sees it as a late success.
    """
    payment.status, payment.failure_code = status, code[:60]
    payment.save(update_fields=["status", "failure_code", "updated_at"])
    kind, news = KINDS[PaymentStatus(status)]
    note(payment, kind=kind, source=source, by=by, code=code, reason=reason)
    if news:
        tell_payer(payment, kind=news)
    publish(
        PaymentFailed(
            payment_id=payment.pk,
            payer_id=payment.payer_id,
            purpose=payment.purpose,
            target_type=payment.target_type,
            target_id=payment.target_id,
            amount=payment.amount,
            currency=payment.currency,
        )
    )
    ask_again(payment)


def ask_again(payment: Payment) -> None:
    """Let a worker ask the gateway how the payment stands."""
    check, is_new = PaymentCheck.objects.get_or_create(payment=payment)
    if not is_new:
        background.again(PaymentCheck, [check.pk])
    background.wake("payments.tasks.ask_gateways")
