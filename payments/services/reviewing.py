"""Ways out for what waits for a person: payments that do not match, and work that was parked.

Looking again is `ask_about` for a payment and the queue of stuck work for a duty. What is accepted or closed
here needs a reason, and is not brought up again.
"""

from __future__ import annotations

from typing import Any, TypeVar
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from key2key.common import audit, background
from key2key.common.errors import Conflict, NotFound
from key2key.common.models import Work
from payments import selectors
from payments.enums import CallOutcome, EventKind, PaymentStatus
from payments.gateways.contract import MoneyStatus, RefundStanding
from payments.gateways.contract import RefundStatus as Told
from payments.models import GatewayCall, Payment, PaymentCheck, RefundSending, WebhookDelivery
from payments.services import calling
from payments.services.closing import close_payment
from payments.services.refunds import heed_refund
from payments.services.rights import require_not_own, require_other, require_right
from payments.services.suspense import Stray, keep_stray, odd_key
from payments.services.timeline import note
from payments.transitions import OPEN, RECEIVED

STAFF = "staff"
RIGHT = "change_payment"
Duty = TypeVar("Duty", bound=Work)
SILENT = Q(last_error__startswith="Unavailable") | Q(last_error__startswith="CircuitOpen")


@transaction.atomic
def accept_review(*, payment_id: UUID, by: Any, reason: str) -> Payment:
    """Live with what does not match: the mark goes, and the same finding does not bring it back.

    No money moves. Raises NotFound, NotAllowed ("not_allowed", "own_money"), Conflict ("nothing_to_review").
    """
    payment = _reviewed(payment_id, by=by)
    _clear(payment, by=by, reason=reason, decision="accepted")
    return payment


@transaction.atomic
def close_review(*, payment_id: UUID, by: Any, reason: str) -> Payment:
    """End a payment that still waits and does not match: the payer pays anew.

    Raises as `accept_review` does, and Conflict ("payment_not_open").
    """
    payment = _reviewed(payment_id, by=by)
    if payment.status not in OPEN:
        raise Conflict(
            "payment_not_open", _("This payment does not wait any more."), status_now=payment.status
        )
    _clear(payment, by=by, reason=reason, decision="closed")
    close_payment(payment, status=PaymentStatus.CANCELLED, source=STAFF, reason=reason, by=by)
    return payment


def keep_odd_money(*, payment_id: UUID, by: Any, reason: str) -> Payment:
    """Put the money that came otherwise than asked for into suspense, whence it finds its owner or goes back.

    The gateway is asked how much it has. The payment ends, unless it has ended. Raises as `accept_review`
    does, and Unavailable, Conflict ("payment_received", "nothing_charged", "counted_already").
    """
    require_right(by, right=RIGHT)
    known = Payment.objects.filter(pk=payment_id).first()
    if known is None:
        raise NotFound
    standing = calling.look_up(known)
    if standing.status != MoneyStatus.SUCCEEDED or standing.charged <= 0:
        raise Conflict("nothing_charged", _("The gateway has no money for this payment."))
    with transaction.atomic():
        payment = _reviewed(payment_id, by=by)
        if payment.status in RECEIVED:
            raise Conflict("payment_received", _("This payment has its money already."))
        stray = Stray(
            key=odd_key(payment),
            gateway=payment.gateway,
            amount=standing.charged,
            currency=standing.currency,
            gateway_reference=standing.gateway_reference,
            payment=payment,
        )
        if keep_stray(stray) is None:
            raise Conflict("counted_already", _("This money lies in suspense already."))
        _clear(payment, by=by, reason=reason, decision="kept_in_suspense")
        note(payment, kind=EventKind.REVIEWED, source=STAFF, by=by, found="lies_in_suspense", reason=reason)
        if payment.status in OPEN:
            close_payment(payment, status=PaymentStatus.CANCELLED, source=STAFF, reason=reason, by=by)
    return payment


@transaction.atomic
def close_delivery(*, delivery_id: UUID, by: Any, reason: str) -> WebhookDelivery:
    """A parked notification is settled otherwise, or means nothing: it is done.

    Raises NotFound, NotAllowed ("not_allowed"), Conflict ("work_not_parked").
    """
    require_right(by, right="change_webhookdelivery")
    delivery = _lock_parked(WebhookDelivery, pk=delivery_id)
    delivery.work_state, delivery.finding = Work.WorkState.DONE, "closed"
    delivery.save(update_fields=["work_state", "finding", "updated_at"])
    audit.record(actor=by, action="webhook.closed", subject=delivery, reason=reason)
    return delivery


@transaction.atomic
def close_check(*, check_id: int, by: Any, reason: str) -> PaymentCheck:
    """A parked question to a gateway needs no answer any more. Raises as `close_delivery` does."""
    require_right(by, right="change_paymentcheck")
    check = _lock_parked(PaymentCheck, pk=check_id)
    check.work_state = Work.WorkState.DONE
    check.save(update_fields=["work_state"])
    audit.record(actor=by, action="check.closed", subject=check, reason=reason)
    return check


@transaction.atomic
def end_sending(*, sending_id: int, by: Any, went_through: bool, reason: str) -> RefundSending:
    """Say how a parked refund ended, as finance read it in the books of the gateway: it is not sent again.

    What went through is confirmed; else the money lies where it came from. Raises NotFound, NotAllowed
    ("not_allowed", "own_money", "other_person_needed": who approved it), Conflict ("work_not_parked").
    """
    require_right(by, right="execute_refund")
    known = RefundSending.objects.filter(pk=sending_id).values_list("refund_id", flat=True).first()
    if known is None:
        raise NotFound
    refund = selectors.lock_refund(known)
    require_not_own(by, owner_id=refund.payment.payer_id)
    require_other(by, than=[refund.decided_by_id])
    sending = _lock_parked(RefundSending, pk=sending_id)
    sending.work_state = Work.WorkState.DONE
    sending.save(update_fields=["work_state"])
    if sending.reference == f"{refund.reference}-{refund.tries}":
        status = Told.SUCCEEDED if went_through else Told.FAILED
        heed_refund(refund, answer=RefundStanding(status=status, code="said_by_staff"), source=STAFF)
    audit.record(actor=by, action="refund.ended_by_staff", subject=refund, reason=reason)
    return sending


@transaction.atomic
def requeue_refunds(*, by: Any) -> int:
    """Send every parked refund again, each under its own reference. Returns how many there were.

    Those of this person's own payments wait for somebody else.
    """
    require_right(by, right="execute_refund")
    others = _parked_sendings().exclude(refund__payment__payer=by)
    parked = list(others.select_for_update(of=("self",)))
    for sending in parked:
        audit.record(actor=by, action="work.tried_again", subject=sending, reason=sending.last_error[:200])
    return _revive([sending.pk for sending in parked])


def revive_refunds() -> int:
    """Send refunds again that were parked while their gateway was silent, now that it answers.

    Returns how many there were.
    """
    silent = list(_parked_sendings().filter(SILENT).select_related("refund__payment"))
    return _revive([sending.pk for sending in silent if _has_answered_since(sending)])


def _has_answered_since(sending: RefundSending) -> bool:
    """Whether the gateway answered anything after the last try: `due_at` is when that one's lease ran out."""
    answered = GatewayCall.objects.filter(gateway=sending.refund.payment.gateway, outcome=CallOutcome.OK)
    return answered.filter(created_at__gt=sending.due_at).exists()


def _revive(pks: list[int]) -> int:
    done = background.requeue(RefundSending, pks)
    if done:
        background.wake("payments.tasks.send_refunds")
    return done


def _parked_sendings() -> QuerySet[RefundSending]:
    return RefundSending.objects.filter(work_state=Work.WorkState.PARKED).order_by("pk")


def _lock_parked(model: type[Duty], *, pk: Any) -> Duty:
    row = model._default_manager.select_for_update(no_key=True).filter(pk=pk).first()
    if row is None:
        raise NotFound
    if row.work_state != Work.WorkState.PARKED:
        raise Conflict("work_not_parked", _("It does not wait for a person any more."))
    return row


def _reviewed(payment_id: UUID, *, by: Any) -> Payment:
    require_right(by, right=RIGHT)
    payment = selectors.lock_payment(payment_id)
    require_not_own(by, owner_id=payment.payer_id)
    if not payment.review_reason:
        raise Conflict("nothing_to_review", _("Nothing about this payment waits for a decision."))
    return payment


def _clear(payment: Payment, *, by: Any, reason: str, decision: str) -> None:
    found = payment.review_reason
    payment.review_reason = ""
    payment.save(update_fields=["review_reason", "updated_at"])
    note(
        payment,
        kind=EventKind.REVIEWED,
        source=STAFF,
        by=by,
        found=found,
        decision=decision,
        reason=reason,
    )
