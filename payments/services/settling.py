"""From what a gateway says to what is booked: forward only, each effect once, in whatever order it comes."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import Sum

from key2key.common import background, clock
from key2key.common.events import publish
from key2key.common.models import Work
from payments import gateways, ledger, selectors
from payments.enums import (
    Cause,
    EventKind,
    HoldState,
    OwnReason,
    PaymentStatus,
    Placement,
    RefundSource,
    RefundStatus,
)
from payments.events import PaymentSucceeded
from payments.gateways.contract import MoneyStatus, Standing
from payments.models import Hold, Payment, Refund, Transfer
from payments.services.chargebacks import heed_chargeback
from payments.services.closing import close_payment
from payments.services.holds import complete_if_full, lose
from payments.services.ledger import book
from payments.services.refunds import heed_refund, order_refund
from payments.services.timeline import note, tell_payer
from payments.transitions import OPEN, RECEIVED, may_move

log = structlog.get_logger(__name__)

ENDS = {
    MoneyStatus.FAILED: PaymentStatus.FAILED,
    MoneyStatus.CANCELLED: PaymentStatus.CANCELLED,
    MoneyStatus.EXPIRED: PaymentStatus.EXPIRED,
}
COUNTED_AS = {
    Placement.HOLD: Cause.DEPOSIT_PAID,
    Placement.REVENUE: Cause.REVENUE_PAID,
    Placement.PAYER: Cause.LATE_PAID,
}


@transaction.atomic
def settle_payment(*, payment_id: UUID, standing: Standing, source: str, duty: Work | None = None) -> Payment:
    """Bring a payment in step with what its gateway answered. Locks its hold, then the payment.

    What does not match what we asked for is believed in nothing: the payment is put before a person, and
    `duty` is parked. Otherwise the end of `duty` is booked with the effect.
    """
    payment = selectors.lock_payment(payment_id)
    payment.checked_at = clock.now()
    payment.save(update_fields=["checked_at"])
    wrong = next(_differences(payment, standing=standing), "")
    if wrong:
        _put_before_a_person(payment, wrong=wrong, source=source, duty=duty)
        return payment
    if duty is not None:
        background.finish(duty)
    if not payment.gateway_reference:
        payment.gateway_reference = standing.gateway_reference
    payment.review_reason = ""
    payment.save(update_fields=["gateway_reference", "review_reason", "updated_at"])
    _heed_money(payment, standing=standing, source=source)
    if payment.status in RECEIVED:
        _heed_rest(payment, standing=standing, source=source)
    return payment


def _heed_money(payment: Payment, *, standing: Standing, source: str) -> None:
    """The table of moves: what it does not allow is told and forgotten."""
    if standing.status == MoneyStatus.SUCCEEDED and payment.status not in RECEIVED:
        _receive(payment, standing=standing, source=source)
    elif standing.status in ENDS and may_move(payment.status, to=ENDS[standing.status]):
        close_payment(payment, status=ENDS[standing.status], source=source, code=standing.failure_code)
    elif standing.status == MoneyStatus.AUTHORIZED and payment.status == PaymentStatus.PENDING:
        payment.status = PaymentStatus.AUTHORIZED
        payment.save(update_fields=["status", "updated_at"])


def _heed_rest(payment: Payment, *, standing: Standing, source: str) -> None:
    """Fees, a second charge, refunds and chargebacks of money that came."""
    if standing.fee is not None and standing.fee > payment.fee:
        _book_fee(payment, fee=standing.fee)
    extra = standing.charged - standing.amount
    if extra > 0:
        _send_back_extra(payment, extra=extra, source=source)
    for answer in standing.refunds:
        sent = Refund.objects.filter(payment=payment, sendings__reference=answer.refund_reference).first()
        if sent is not None and answer.refund_reference == f"{sent.reference}-{sent.tries}":
            refund = selectors.lock_refund(sent.pk)
            refund.payment = payment
            heed_refund(refund, answer=answer, source=source)
    heed_chargeback(payment, told=standing.chargeback, source=source)


def _receive(payment: Payment, *, standing: Standing, source: str) -> None:
    """The money is there: it counts for its hold or service, or is owed to the payer and sent back."""
    was_open = payment.status in OPEN
    placement = _placement(payment)
    payment.status, payment.placement = PaymentStatus.SUCCEEDED, placement
    payment.paid_at, payment.failure_code = standing.paid_at or clock.now(), ""
    payment.save(update_fields=["status", "placement", "paid_at", "failure_code", "updated_at"])
    cause = COUNTED_AS[Placement(placement)]
    parties = ledger.Parties(gateway=payment.gateway, hold=payment.hold_id, payable=payment.payer_id)
    book(
        ledger.posting(cause, key=f"payment:{payment.pk}:paid", amount=payment.amount, parties=parties),
        currency=payment.currency,
        payment_id=payment.pk,
        hold_id=payment.hold_id if placement == Placement.HOLD else None,
    )
    counts = placement != Placement.PAYER
    kind = EventKind.SUCCEEDED if counts and was_open else EventKind.SUCCEEDED_LATE
    note(payment, kind=kind, source=source, amount=payment.amount)
    if not counts:
        order_refund(
            payment, source=RefundSource.PAYER, amount=payment.amount, reason=OwnReason.PAID_TOO_LATE
        )
        return
    tell_payer(payment, kind="payment_succeeded")
    publish(
        PaymentSucceeded(
            payment_id=payment.pk,
            payer_id=payment.payer_id,
            purpose=payment.purpose,
            target_type=payment.target_type,
            target_id=payment.target_id,
            amount=payment.amount,
            currency=payment.currency,
        )
    )
    if payment.hold is not None:
        complete_if_full(payment.hold)


def _placement(payment: Payment) -> Placement:
    """Where money that just came belongs. A hold whose asset is gone is lost here, before it takes a leg."""
    hold = payment.hold
    if hold is None:
        return Placement.REVENUE
    if hold.state == HoldState.PENDING and selectors.others_hold(hold):
        _lose_to_other(hold, but=payment)
    has_room = hold.amount - selectors.paid_into(hold) >= payment.amount
    return Placement.HOLD if hold.state == HoldState.PENDING and has_room else Placement.PAYER


def _lose_to_other(hold: Hold, *, but: Payment) -> None:
    """Lapse it; the payment whose money just came is no open one any more."""
    but.status = PaymentStatus.SUCCEEDED
    but.save(update_fields=["status", "updated_at"])
    lose(hold)


def _send_back_extra(payment: Payment, *, extra: Decimal, source: str) -> None:
    """The payer paid one checkout twice: the second charge lies in suspense and goes back by itself."""
    booked = Transfer.objects.filter(payment_id=payment.pk, cause=Cause.UNKNOWN_PAID)
    more = extra - (booked.aggregate(all=Sum("amount"))["all"] or Decimal(0))
    if more <= 0:
        return
    book(
        ledger.posting(
            Cause.UNKNOWN_PAID,
            key=f"payment:{payment.pk}:extra:{extra}",
            amount=more,
            parties=ledger.Parties(gateway=payment.gateway),
        ),
        currency=payment.currency,
        payment_id=payment.pk,
    )
    note(payment, kind=EventKind.PAID_TWICE, source=source, amount=more)
    order_refund(payment, source=RefundSource.SUSPENSE, amount=more, reason=OwnReason.PAID_TWICE)


def _book_fee(payment: Payment, *, fee: Decimal) -> None:
    book(
        ledger.posting(
            Cause.GATEWAY_FEE,
            key=f"payment:{payment.pk}:fee:{fee}",
            amount=fee - payment.fee,
            parties=ledger.Parties(gateway=payment.gateway),
        ),
        currency=payment.currency,
        payment_id=payment.pk,
    )
    payment.fee = fee
    payment.save(update_fields=["fee", "updated_at"])


def _differences(payment: Payment, *, standing: Standing) -> Iterator[str]:
    """What of the gateway's answer is not what we asked for."""
    gateway = gateways.gateway(payment.gateway)
    known = {
        "reference": (standing.reference, payment.reference),
        "amount": (standing.amount, payment.amount),
        "currency": (standing.currency, payment.currency),
        "merchant": (standing.merchant, gateway.merchant),
        "mode": (str(standing.mode), payment.mode),
        "gateway_reference": (
            standing.gateway_reference,
            payment.gateway_reference or standing.gateway_reference,
        ),
    }
    yield from (f"other_{name}" for name, (told, asked) in known.items() if told != asked)
    if standing.status == MoneyStatus.SUCCEEDED and standing.charged < standing.amount:
        yield "charged_less"
    if standing.refunded > _sent_back(payment):
        yield "refunded_elsewhere"


def _sent_back(payment: Payment) -> Decimal:
    """All that we asked the gateway to give back, of whatever source; a refused one may have gone through."""
    asked = Refund.objects.filter(payment=payment).exclude(status=RefundStatus.REQUESTED)
    return asked.aggregate(all=Sum("amount"))["all"] or Decimal(0)


def _put_before_a_person(payment: Payment, *, wrong: str, source: str, duty: Work | None) -> None:
    if duty is not None:
        background.park(duty, error=wrong)
    if payment.review_reason == wrong:
        return
    payment.review_reason = wrong
    payment.save(update_fields=["review_reason", "updated_at"])
    note(payment, kind=EventKind.MISMATCH, source=source, found=wrong)
    log.error("payment_does_not_match", payment=str(payment.pk), found=wrong)
