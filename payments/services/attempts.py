"""Attempts at a checkout, with companies that give each only once (payments.md 1.12).

Their answer may be lost on its way. Asked again under the same reference they refuse, so the next attempt
has a reference of its own, and begins only when the one before it is known not to be paid.
"""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from django.db import transaction

from key2key.common.errors import Conflict, NotFound, Unavailable
from payments import gateways, selectors
from payments.enums import PaymentStatus
from payments.gateways.contract import MoneyStatus, Standing
from payments.models import Payment
from payments.references import reference_of_attempt
from payments.services import calling
from payments.services.settling import settle_payment
from payments.transitions import RECEIVED

PAID = frozenset({MoneyStatus.AUTHORIZED, MoneyStatus.SUCCEEDED})


def begin_attempt(payment: Payment) -> Payment:
    """Write down that the company is about to be asked for a checkout. Returns the payment as it is then.

    Where its answer to an attempt before was lost, that one is looked up first; if it is paid, that is
    booked and no other begins. Must not run beside itself for one payment: the caller's idempotency key
    sees to that. Raises Unavailable, Conflict ("busy": another attempt has begun since `payment` was read).
    """
    if gateways.gateway(payment.gateway).repeats_checkout:
        return payment
    if payment.attempt:
        before = _stands(payment, reference=payment.order_reference)
        if before is not None and before.status in PAID:
            return _booked(payment, standing=before)
    return _numbered(payment.pk, after=payment.attempt)


def settle_earlier_attempts(payment: Payment) -> None:
    """Ask about the attempts before the present one, and book one that was paid after all.

    Nobody was shown the pages of those, so this is for the case that should not be. Raises Unavailable.
    """
    for reference in _earlier(payment):
        standing = _stands(payment, reference=reference)
        if standing is not None and standing.status in PAID:
            settle_payment(payment_id=payment.pk, standing=standing, source="sweep")


def _earlier(payment: Payment) -> Iterator[str]:
    return (reference_of_attempt(payment.reference, number) for number in range(1, payment.attempt))


def _stands(payment: Payment, *, reference: str) -> Standing | None:
    try:
        return calling.look_up(payment, reference=reference)
    except NotFound:  # the company never heard of that one
        return None


def _booked(payment: Payment, *, standing: Standing) -> Payment:
    settled = settle_payment(payment_id=payment.pk, standing=standing, source=payment.gateway)
    if settled.status not in RECEIVED:  # what the company says does not fit: a person looks at it
        raise Unavailable("gateway_unavailable")
    return settled


@transaction.atomic(durable=True)
def _numbered(payment_id: UUID, *, after: int) -> Payment:
    payment = selectors.lock_payment(payment_id)
    if payment.status == PaymentStatus.PENDING:
        if payment.attempt != after:
            raise Conflict("busy")
        payment.attempt += 1
        payment.save(update_fields=["attempt", "updated_at"])
    return payment
