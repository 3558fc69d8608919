"""What people want to give back: asked for by one, approved by another, and only then sent."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from key2key.common import audit, clock
from key2key.common.errors import Conflict, Fault, InvalidInput
from payments import selectors
from payments.enums import EventKind, PaymentStatus, Placement, RefundStatus
from payments.models import Payment, Refund
from payments.references import new_reference
from payments.services.refunds import send_off
from payments.services.rights import require_not_own, require_other, require_right
from payments.services.timeline import note

STAFF = "staff"


@transaction.atomic
def request_refund(*, payment_id: UUID, by: Any, amount: Decimal | None, reason: str) -> Refund:
    """Ask that a paid service, or money owed to its payer, goes back; without an amount all that is left.

    Nothing is booked; the amount cannot be asked for twice. A deposit moves only with its deal. Raises
    NotFound, NotAllowed ("not_allowed", "own_money"), InvalidInput, Conflict ("deposit_moves_with_deal",
    "nothing_to_refund", "chargeback_open").
    """
    require_right(by, right="execute_refund")
    payment = selectors.lock_payment(payment_id)
    require_not_own(by, owner_id=payment.payer_id)
    if payment.placement == Placement.HOLD:
        raise Conflict("deposit_moves_with_deal", _("A deposit moves only as its deal decides."))
    _require_undisputed(payment)
    left = selectors.refundable(payment)
    if not left:
        raise _nothing_to_refund()
    amount = left if amount is None else amount
    if not 0 < amount <= left:
        raise InvalidInput(
            faults=[Fault("/amount", "amount_out_of_bounds", _("There are %s left to give back.") % left)]
        )
    refund = Refund.objects.create(
        payment=payment,
        source=payment.placement,
        amount=amount,
        currency=payment.currency,
        status=RefundStatus.REQUESTED,
        reference=new_reference("R2K"),
        reason=reason,
        requested_by=by,
        created_at=clock.now(),
    )
    _note(refund, kind=EventKind.REFUND_REQUESTED, by=by, reason=reason)
    return refund


@transaction.atomic
def approve_refund(*, payment_id: UUID, refund_id: UUID, by: Any) -> Refund:
    """Agree that money goes back. It leaves when a third step sends it.

    Raises NotFound, NotAllowed ("not_allowed", "own_money", "other_person_needed": who asked for it),
    Conflict ("refund_not_waiting", "nothing_to_refund", "chargeback_open").
    """
    refund = _lock_waiting(payment_id, refund_id=refund_id, by=by)
    _require_there(refund)
    _decide(refund, status=RefundStatus.APPROVED, by=by)
    _note(refund, kind=EventKind.REFUND_APPROVED, by=by)
    return refund


@transaction.atomic
def decline_refund(*, payment_id: UUID, refund_id: UUID, by: Any, reason: str) -> Refund:
    """Do not agree: the amount may be asked for again. Raises as `approve_refund` does."""
    refund = _lock_waiting(payment_id, refund_id=refund_id, by=by)
    refund.decline_reason, refund.ended_at = reason, clock.now()
    refund.save(update_fields=["decline_reason", "ended_at", "updated_at"])
    _decide(refund, status=RefundStatus.DECLINED, by=by)
    _note(refund, kind=EventKind.REFUND_DECLINED, by=by, reason=reason)
    return refund


@transaction.atomic
def execute_refund(*, payment_id: UUID, refund_id: UUID, by: Any) -> Refund:
    """Send what was approved: booked at once, the gateway is asked after the commit.

    Raises NotFound, NotAllowed ("not_allowed", "own_money", "other_person_needed": who approved it),
    Conflict ("refund_not_approved", "nothing_to_refund", "chargeback_open").
    """
    require_right(by, right="execute_refund")
    refund = selectors.lock_refund(refund_id, payment_id=payment_id)
    require_not_own(by, owner_id=refund.payment.payer_id)
    require_other(by, than=[refund.decided_by_id])
    if refund.status != RefundStatus.APPROVED or refund.tries:
        raise Conflict("refund_not_approved", _("Only a refund that was approved is sent, once."))
    _require_there(refund)
    refund.executed_by = by
    refund.save(update_fields=["executed_by", "updated_at"])
    send_off(refund, payment=refund.payment)
    audit.record(actor=by, action="refund.executed", subject=refund)
    return refund


def _lock_waiting(payment_id: UUID, *, refund_id: UUID, by: Any) -> Refund:
    require_right(by, right="approve_refund")
    refund = selectors.lock_refund(refund_id, payment_id=payment_id)
    require_not_own(by, owner_id=refund.payment.payer_id)
    require_other(by, than=[refund.requested_by_id])
    if refund.status != RefundStatus.REQUESTED:
        raise Conflict("refund_not_waiting", _("Only a refund that waits for approval is decided."))
    return refund


def _decide(refund: Refund, *, status: str, by: Any) -> None:
    refund.status, refund.decided_by, refund.decided_at = status, by, clock.now()
    refund.save(update_fields=["status", "decided_by", "decided_at", "updated_at"])
    audit.record(actor=by, action=f"refund.{status}", subject=refund, reason=refund.decline_reason)


def _require_there(refund: Refund) -> None:
    """Its money is still there: the payer's bank may have been faster."""
    _require_undisputed(refund.payment)
    if refund.amount > selectors.not_left(refund.payment):
        raise _nothing_to_refund()


def _require_undisputed(payment: Payment) -> None:
    if payment.status == PaymentStatus.DISPUTED:
        raise Conflict("chargeback_open", _("The payer's bank disputes this payment."))


def _nothing_to_refund() -> Conflict:
    return Conflict("nothing_to_refund", _("There is nothing left to give back."))


def _note(refund: Refund, *, kind: str, by: Any, reason: str = "") -> None:
    note(
        refund.payment,
        kind=kind,
        source=STAFF,
        amount=refund.amount,
        by=by,
        refund=str(refund.pk),
        reason=reason,
    )
