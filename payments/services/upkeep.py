"""What the clock and the sweep do: windows that close, gateways that told us nothing."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction

from key2key.common import audit, background, batches, clock
from key2key.common.errors import InvalidInput, NotFound
from payments import selectors, slips
from payments.enums import PaymentStatus
from payments.gateways.contract import MoneyStatus
from payments.models import Payment, PaymentCheck, RefundSending, WebhookDelivery
from payments.services import calling
from payments.services.attempts import settle_earlier_attempts
from payments.services.closing import ask_again, close_payment
from payments.services.settling import settle_payment
from payments.transitions import ENDED_WITHOUT_MONEY, OPEN

AT_ONCE = 500


def expire_due() -> int:
    """Expire payments whose window has closed, each in a transaction of its own. Returns how many."""
    ids = selectors.payments_to_expire().values_list("pk", flat=True)[:AT_ONCE]
    return batches.each_alone(ids, deed=expire_payment)


@transaction.atomic
def expire_payment(payment_id: UUID) -> bool:
    """Let the clock end a payment nobody made. False when it has moved on, has more time or a slip waits."""
    payment = selectors.lock_payment(payment_id)
    is_due = payment.expires_at <= clock.now() and not slips.has_waiting_proof(payment)
    if payment.status not in OPEN or not is_due:
        return False
    close_payment(payment, status=PaymentStatus.EXPIRED, source="clock")
    return True


def ask_about_silent() -> int:
    """Have the gateways asked about payments and refunds they told us nothing of. Returns how many."""
    ids = selectors.payments_to_ask_about().values_list("pk", flat=True)[:AT_ONCE]
    asked = batches.each_alone(ids, deed=_have_asked)
    sendings = list(selectors.sendings_to_repeat().values_list("pk", flat=True)[:AT_ONCE])
    return asked + background.again(RefundSending, sendings)


@transaction.atomic
def ask_about(*, payment_id: UUID, by: Any) -> Payment:
    """Staff want the gateway asked, soon. Raises NotFound."""
    payment = selectors.lock_payment(payment_id)
    ask_again(payment)
    audit.record(actor=by, action="payment.asked_about", subject=payment)
    return payment


def check_payment(duty: PaymentCheck) -> None:
    """Ask a gateway how a payment stands and book the answer: the handler of this kind of work.

    A checkout that still waits for a payment which has ended here is closed there too.
    """
    payment = duty.payment
    if payment.attempt > 1:
        settle_earlier_attempts(payment)
        payment.refresh_from_db()
    try:
        standing = calling.look_up(payment)
    except NotFound:  # its checkout was never opened: nothing can have been paid
        Payment.objects.filter(pk=payment.pk).update(checked_at=clock.now())
        return
    settled = settle_payment(payment_id=payment.pk, standing=standing, source="sweep", duty=duty)
    if settled.status in ENDED_WITHOUT_MONEY and standing.status == MoneyStatus.PENDING:
        try:
            calling.cancel(payment, gateway_reference=standing.gateway_reference)
        except InvalidInput:  # paid in this very moment: the next time we ask we hear of it
            return


def read_webhooks() -> int:
    """Read what gateways told us, up to twenty notes. Returns how many were claimed."""
    return background.perform(WebhookDelivery)


def send_refunds() -> int:
    """Send refunds that wait, up to twenty. Returns how many were claimed."""
    return background.perform(RefundSending)


def ask_gateways() -> int:
    """Ask about payments that are to be asked about, up to twenty. Returns how many were claimed."""
    return background.perform(PaymentCheck)


@transaction.atomic
def _have_asked(payment_id: UUID) -> bool:
    ask_again(selectors.lock_payment(payment_id))
    return True
