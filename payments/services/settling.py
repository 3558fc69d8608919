"""From what a gateway says to what is booked: forward only, each effect once, in whatever order it comes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any
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
    SuspenseState,
)
from payments.events import PaymentSucceeded
from payments.gateways.contract import MoneyStatus, RefundStanding, Standing
from payments.models import Hold, Payment, Refund, SuspenseItem, Transfer
from payments.references import read_attempt
from payments.services.chargebacks import heed_chargeback
from payments.services.closing import close_payment
from payments.services.entitlements import begin
from payments.services.holds import complete_if_full, lose
from payments.services.ledger import book
from payments.services.refunds import heed_refund, order_refund
from payments.services.strays import book_stray
from payments.services.suspense import Stray, WayOut, decide, keep_stray, lies_in_suspense, move_out
from payments.services.timeline import note, tell_payer, was_accepted
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
FOUND_FOR = {
    Placement.HOLD: Cause.SUSPENSE_TO_HOLD,
    Placement.REVENUE: Cause.SUSPENSE_TO_REVENUE,
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
    if standing.reference != payment.order_reference and not _takes_over(payment, standing=standing):
        _heed_other_attempt(payment, standing=standing, source=source, duty=duty)
        return payment
    if duty is not None:
        background.finish(duty)
    payment.gateway_reference = payment.gateway_reference or standing.gateway_reference
    payment.transaction = standing.transaction or payment.transaction
    payment.review_reason = ""
    payment.save(update_fields=["attempt", "gateway_reference", "transaction", "review_reason", "updated_at"])
    _heed_money(payment, standing=standing, source=source)
    if payment.status in RECEIVED:
        _heed_rest(payment, standing=standing, source=source)
    return payment


def _takes_over(payment: Payment, *, standing: Standing) -> bool:
    """Let an earlier attempt at a checkout that was paid be the one that counts, unless money is there."""
    if standing.status != MoneyStatus.SUCCEEDED or payment.status in RECEIVED:
        return False
    _reference, payment.attempt = read_attempt(standing.reference)
    payment.gateway_reference = standing.gateway_reference
    return True


def _heed_other_attempt(payment: Payment, *, standing: Standing, source: str, duty: Work | None) -> None:
    """How an attempt ended that nobody was shown is no news, unless two of them were paid."""
    if book_stray(payment.gateway, standing=standing):
        _put_before_a_person(payment, wrong="paid_on_two_pages", source=source, duty=duty)
    elif duty is not None:
        background.finish(duty)


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
        book_fee(payment, fee=standing.fee)
    extra = standing.charged - standing.amount
    if extra > 0:
        _send_back_extra(payment, extra=extra, source=source)
    for answer in standing.refunds:
        sent = _refund_meant(payment, answer=answer)
        if sent is not None:
            refund = selectors.lock_refund(sent.pk)
            refund.payment = payment
            heed_refund(refund, answer=answer, source=source)
    heed_chargeback(payment, told=standing.chargeback, source=source)


def _refund_meant(payment: Payment, *, answer: RefundStanding) -> Refund | None:
    """The refund that a gateway speaks of; one that it does not name is the one it has taken on."""
    if not answer.refund_reference:
        taken_on = Refund.objects.filter(payment=payment, status=RefundStatus.SENT)[:2]
        return taken_on[0] if len(taken_on) == 1 else None
    sent = Refund.objects.filter(payment=payment, sendings__reference=answer.refund_reference).first()
    is_last = sent is not None and answer.refund_reference == f"{sent.reference}-{sent.tries}"
    return sent if is_last else None


def _receive(payment: Payment, *, standing: Standing, source: str) -> None:
    """The money is there: it counts for its hold or service, or is owed to the payer and sent back."""
    arrive(payment, placement=_placement(payment), paid_at=standing.paid_at, source=source)


def arrive(
    payment: Payment,
    *,
    placement: str,
    paid_at: datetime | None,
    source: str,
    out_of: tuple[SuspenseItem, Any, str] | None = None,
) -> None:
    """Book the money of a locked payment, and tell whoever likes to know.

    `out_of`: it lay in suspense until that member of staff found out, for that reason; then it must count.
    """
    was_open = payment.status in OPEN
    payment.status, payment.placement = PaymentStatus.SUCCEEDED, placement
    payment.paid_at, payment.failure_code = paid_at or clock.now(), ""
    payment.save(update_fields=["status", "placement", "paid_at", "failure_code", "updated_at"])
    _book_arrival(payment, out_of=out_of)
    counts = placement != Placement.PAYER
    kind = EventKind.SUCCEEDED if counts and was_open else EventKind.SUCCEEDED_LATE
    _item, by, reason = out_of or (None, None, "")
    note(
        payment,
        kind=EventKind.MATCHED if out_of else kind,
        source=source,
        amount=payment.amount,
        by=by,
        reason=reason,
    )
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


def _book_arrival(payment: Payment, *, out_of: tuple[SuspenseItem, Any, str] | None) -> None:
    parties = ledger.Parties(gateway=payment.gateway, hold=payment.hold_id, payable=payment.payer_id)
    hold_id = payment.hold_id if payment.placement == Placement.HOLD else None
    if out_of is not None:
        item, by, reason = out_of
        cause = FOUND_FOR[Placement(payment.placement)]
        way = WayOut(cause=cause, parties=parties, payment=payment, hold_id=hold_id)
        move_out(item, way=way, by=by, reason=reason)
        return
    cause = COUNTED_AS[Placement(payment.placement)]
    book(
        ledger.posting(cause, key=f"payment:{payment.pk}:paid", amount=payment.amount, parties=parties),
        currency=payment.currency,
        payment_id=payment.pk,
        hold_id=hold_id,
    )


def _placement(payment: Payment) -> Placement:
    """Where money that just came belongs. A hold whose asset is gone is lost here, before it takes a leg."""
    hold = payment.hold
    if hold is None:
        return Placement.REVENUE if begin(payment) else Placement.PAYER
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
    item = keep_stray(
        Stray(
            key=f"payment:{payment.pk}:extra:{extra}",
            gateway=payment.gateway,
            amount=more,
            currency=payment.currency,
            gateway_reference=payment.gateway_reference,
            payment=payment,
        )
    )
    note(payment, kind=EventKind.PAID_TWICE, source=source, amount=more)
    refund = order_refund(payment, source=RefundSource.SUSPENSE, amount=more, reason=OwnReason.PAID_TWICE)
    if item is not None:
        decide(item, state=SuspenseState.SENT_BACK, by=None, reason=refund.reason, refund=refund)


def book_fee(payment: Payment, *, fee: Decimal) -> None:
    """Raise the fee of a locked payment to what its gateway takes for it in all."""
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
    is_present = standing.reference == payment.order_reference
    known = {
        "reference": (read_attempt(standing.reference)[0], payment.reference),
        "amount": (standing.amount, payment.amount),
        "currency": (standing.currency, payment.currency),
        "merchant": (standing.merchant, gateway.merchant),
        "mode": (str(standing.mode), payment.mode),
        "gateway_reference": (
            standing.gateway_reference,
            (is_present and payment.gateway_reference) or standing.gateway_reference,
        ),
    }
    untold = frozenset() if standing.tells_amount else frozenset({"amount", "currency"})
    wrong = (name for name, (told, asked) in known.items() if told != asked and name not in untold)
    yield from (f"other_{name}" for name in wrong)
    if standing.status == MoneyStatus.SUCCEEDED and standing.charged < standing.amount:
        yield "charged_less"
    if payment.status not in RECEIVED and lies_in_suspense(payment):
        yield "lies_in_suspense"
    unnamed = any(not answer.refund_reference for answer in standing.refunds)
    if standing.refunded > (sent_back := _sent_back(payment)) or (unnamed and not sent_back):
        yield "refunded_elsewhere"


def _sent_back(payment: Payment) -> Decimal:
    """All that we asked the gateway to give back, of whatever source; a refused one may have gone through."""
    asked = Refund.objects.filter(payment=payment, tries__gt=0)
    return asked.aggregate(all=Sum("amount"))["all"] or Decimal(0)


def _put_before_a_person(payment: Payment, *, wrong: str, source: str, duty: Work | None) -> None:
    is_accepted = was_accepted(payment, found=wrong)
    if duty is not None and is_accepted:
        background.finish(duty)
    elif duty is not None:
        background.park(duty, error=wrong)
    if payment.review_reason == wrong or is_accepted:
        return
    payment.review_reason = wrong
    payment.save(update_fields=["review_reason", "updated_at"])
    note(payment, kind=EventKind.MISMATCH, source=source, found=wrong)
    log.error("payment_does_not_match", payment=str(payment.pk), found=wrong)
