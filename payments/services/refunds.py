"""Money on its way back, the way it came."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from key2key.common import audit, background, clock
from key2key.common.errors import Conflict, InvalidInput
from key2key.common.events import publish
from payments import gateways, ledger, selectors
from payments.enums import (
    Cause,
    EventKind,
    PaymentStatus,
    RefundSource,
    RefundStatus,
)
from payments.events import RefundFailed, RefundSucceeded
from payments.gateways.contract import RefundOrder, RefundStanding
from payments.gateways.contract import RefundStatus as Told
from payments.models import Payment, Refund, RefundSending
from payments.references import new_reference
from payments.services import calling
from payments.services.closing import ask_again
from payments.services.ledger import book
from payments.services.rights import require_not_own, require_other, require_right
from payments.services.timeline import note, tell_payer
from payments.transitions import may_move

BY_ITSELF = frozenset({RefundSource.PAYER, RefundSource.SUSPENSE})
UNDER_WAY = frozenset({RefundStatus.APPROVED, RefundStatus.SENT})


def order_refund(payment: Payment, *, source: str, amount: Decimal, reason: str, by: Any = None) -> Refund:
    """Decide that money of a locked payment goes back: booked at once, sent after the commit."""
    refund = Refund.objects.create(
        payment=payment,
        source=source,
        amount=amount,
        currency=payment.currency,
        status=RefundStatus.APPROVED,
        reference=new_reference("R2K"),
        reason=reason,
        requested_by=by,
        created_at=clock.now(),
    )
    send_off(refund, payment=payment)
    note(
        payment,
        kind=EventKind.REFUND_REQUESTED,
        source="product",
        amount=amount,
        by=by,
        refund=str(refund.pk),
        reason=reason,
    )
    if source in BY_ITSELF:
        tell_payer(payment, kind="late_payment_refunded", amount=amount)
    return refund


def send_off(refund: Refund, *, payment: Payment) -> None:
    """Book that a locked refund leaves, and have it sent after the commit."""
    refund.tries += 1
    refund.save(update_fields=["tries", "updated_at"])
    leaving, _failed = ledger.REFUND_CAUSES[refund.source]
    _book(refund, payment=payment, cause=leaving, step="sent")
    RefundSending.objects.create(refund=refund, reference=_sent_as(refund))
    background.wake("payments.tasks.send_refunds")


@transaction.atomic
def retry_refund(*, refund_id: UUID, by: Any) -> Refund:
    """Send a refund again that the gateway refused.

    Raises NotFound, NotAllowed ("not_allowed", "own_money", "other_person_needed": who approved it), Conflict
    ("refund_not_failed", "chargeback_open"; "nothing_to_refund": its money has gone back otherwise, or the
    payer's bank has taken it).
    """
    require_right(by, right="execute_refund")
    refund = selectors.lock_refund(refund_id)
    require_not_own(by, owner_id=refund.payment.payer_id)
    require_other(by, than=[refund.decided_by_id])
    if refund.status != RefundStatus.FAILED:
        raise Conflict("refund_not_failed", _("Only a refund that failed is tried again."))
    if refund.payment.status == PaymentStatus.DISPUTED:
        raise Conflict("chargeback_open", _("The payer's bank disputes this payment."))
    if refund.source != RefundSource.SUSPENSE and refund.amount > selectors.refundable(refund.payment):
        raise Conflict("nothing_to_refund", _("There is nothing left to give back."))
    _move(refund, to=RefundStatus.APPROVED, failure_code="", ended_at=None)
    send_off(refund, payment=refund.payment)
    audit.record(actor=by, action="refund.tried_again", subject=refund)
    return refund


def send_refund(duty: RefundSending) -> None:
    """Ask the gateway to give the money back: the handler of this kind of work.

    What it answers is booked; when it is away the work is tried again, with the same reference, for
    which a gateway gives money once. A sending that finance has replaced by another is never sent again.
    """
    refund = duty.refund
    if refund.status not in UNDER_WAY or duty.reference != _sent_as(refund):
        return
    payment = refund.payment
    if not gateways.gateway(payment.gateway).names_refunds and not _is_its_turn(refund, duty=duty):
        return
    order = RefundOrder(
        refund_reference=duty.reference,
        gateway_reference=payment.gateway_reference,
        amount=refund.amount,
        currency=refund.currency,
        reason=refund.reason,
        known_as=duty.known_as,
        transaction=payment.transaction,
    )
    try:
        answer = calling.refund(payment, order=order)
    except InvalidInput as refusal:
        code = str(refusal.extra.get("vendor_code") or refusal.code)
        answer = RefundStanding(status=Told.FAILED, code=code, refund_reference=duty.reference)
    _book_answer(refund.pk, answer=answer, duty=duty)


def _is_its_turn(refund: Refund, *, duty: RefundSending) -> bool:
    """Whether to send it now, to a company that says how the last refund of an order stands, not which it is.

    One that it took on is asked about, not sent again. While another of the payment is out, it waits.
    """
    if refund.status == RefundStatus.SENT:
        ask_again(refund.payment)
        return False
    if selectors.is_other_refund_out(refund):
        background.retry_later(duty, error="another refund of this payment is under way")
        return False
    return True


def heed_refund(refund: Refund, *, answer: RefundStanding, source: str) -> None:
    """Book what a gateway said of a locked refund that is under way."""
    if refund.status not in UNDER_WAY:
        return
    if refund.status == RefundStatus.APPROVED:
        _note_sent(refund, source=source)
    if answer.status == Told.SUCCEEDED:
        _confirm(refund, source=source)
    elif answer.status == Told.FAILED:
        _fail(refund, code=answer.code, source=source)
    if refund.status not in UNDER_WAY:
        background.again(RefundSending, selectors.sendings_that_gave_up(refund.payment))


@transaction.atomic
def _book_answer(refund_id: UUID, *, answer: RefundStanding, duty: RefundSending) -> None:
    refund = selectors.lock_refund(refund_id)
    background.finish(duty)
    if answer.known_as:
        RefundSending.objects.filter(pk=duty.pk).update(known_as=answer.known_as[:100])
    if duty.reference == _sent_as(refund):
        heed_refund(refund, answer=answer, source=refund.payment.gateway)


def _sent_as(refund: Refund) -> str:
    return f"{refund.reference}-{refund.tries}"


def _note_sent(refund: Refund, *, source: str) -> None:
    _move(refund, to=RefundStatus.SENT, sent_at=clock.now())
    note(
        refund.payment,
        kind=EventKind.REFUND_SENT,
        source=source,
        amount=refund.amount,
        refund=str(refund.pk),
    )
    if refund.source not in BY_ITSELF:
        tell_payer(refund.payment, kind="refund_sent", amount=refund.amount)


def _confirm(refund: Refund, *, source: str) -> None:
    payment = refund.payment
    _move(refund, to=RefundStatus.SUCCEEDED, ended_at=clock.now(), failure_code="")
    _book(refund, payment=payment, cause=Cause.REFUND_CONFIRMED, step="confirmed")
    if refund.source != RefundSource.SUSPENSE:
        _count(payment)
    note(
        payment,
        kind=EventKind.REFUND_SUCCEEDED,
        source=source,
        amount=refund.amount,
        refund=str(refund.pk),
    )
    tell_payer(payment, kind="refund_succeeded", amount=refund.amount)
    publish(RefundSucceeded(**_facts(refund)))


def _fail(refund: Refund, *, code: str, source: str) -> None:
    payment = refund.payment
    _move(refund, to=RefundStatus.FAILED, ended_at=clock.now(), failure_code=code[:60])
    _leaving, returning = ledger.REFUND_CAUSES[refund.source]
    _book(refund, payment=payment, cause=returning, step="failed")
    note(
        payment,
        kind=EventKind.REFUND_FAILED,
        source=source,
        amount=refund.amount,
        refund=str(refund.pk),
        code=code,
    )
    tell_payer(payment, kind="refund_failed", amount=refund.amount)
    ask_again(payment)  # the payer's bank may have been faster
    publish(RefundFailed(**_facts(refund)))


def _count(payment: Payment) -> None:
    """Bring the payment's own figures in step with its refunds that succeeded."""
    done = payment.refunds.filter(status=RefundStatus.SUCCEEDED).exclude(source=RefundSource.SUSPENSE)
    payment.refunded_amount = done.aggregate(all=Sum("amount"))["all"] or Decimal(0)
    whole = payment.refunded_amount == payment.amount
    status = PaymentStatus.REFUNDED if whole else PaymentStatus.PARTIALLY_REFUNDED
    if payment.status != PaymentStatus.DISPUTED and may_move(payment.status, to=status):
        payment.status = status
    payment.save(update_fields=["refunded_amount", "status", "updated_at"])


def _move(refund: Refund, *, to: str, **values: Any) -> None:
    for name, value in {**values, "status": to}.items():
        setattr(refund, name, value)
    refund.save(update_fields=[*values, "status", "updated_at"])


def _book(refund: Refund, *, payment: Payment, cause: str, step: str) -> None:
    """A payable is the payer's own: only money that did not count for its hold is owed to them."""
    parties = ledger.Parties(gateway=payment.gateway, hold=payment.hold_id, payable=payment.payer_id)
    book(
        ledger.posting(
            cause, key=f"refund:{refund.pk}:{refund.tries}:{step}", amount=refund.amount, parties=parties
        ),
        currency=refund.currency,
        payment_id=payment.pk,
        refund_id=refund.pk,
        hold_id=payment.hold_id if refund.source == RefundSource.HOLD else None,
    )


def _facts(refund: Refund) -> dict[str, Any]:
    payment = refund.payment
    return {
        "refund_id": refund.pk,
        "payment_id": payment.pk,
        "target_type": payment.target_type,
        "target_id": payment.target_id,
        "amount": refund.amount,
        "currency": refund.currency,
    }
