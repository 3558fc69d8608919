"""The ways out of suspense: finance finds out whose money it is, or it goes back where it came from.

Locks are taken in the order of all money: holds, payments, the refund, then the item.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from key2key.common import audit, background, clock
from key2key.common.errors import Conflict, InvalidInput, NotFound
from payments import gateways, ledger, reconciliation, selectors
from payments.enums import Cause, HoldState, Placement, Purpose, RefundSource, RefundStatus, SuspenseState
from payments.gateways.contract import RefundOrder, RefundStanding
from payments.gateways.contract import RefundStatus as Told
from payments.models import Hold, Payment, Refund, SuspenseItem, SuspenseReturn
from payments.references import new_reference
from payments.services import calling
from payments.services.entitlements import begin
from payments.services.ledger import book
from payments.services.refunds import order_refund
from payments.services.rights import require_not_own, require_right
from payments.services.settling import arrive
from payments.services.suspense import WayOut, decide, move_out
from payments.transitions import RECEIVED

RIGHT = "change_suspenseitem"
STAFF = "staff"
UNDER_WAY = frozenset({RefundStatus.APPROVED, RefundStatus.SENT})


@dataclass(frozen=True)
class Whose:
    """Whose money it is, one of three: a payment that waits for it, a deposit that lacks it, a person."""

    payment_id: UUID | None = None
    hold_id: UUID | None = None
    payer_id: UUID | None = None


@transaction.atomic
def match_suspense(*, item_id: UUID, whose: Whose, by: Any, reason: str) -> SuspenseItem:
    """Say whose the money is: it counts for the payment or the deposit, or is owed to the person, once.

    Raises NotFound, NotAllowed ("not_allowed", "own_money"), Conflict ("suspense_moved_on",
    "payment_received", "hold_not_open"), InvalidInput ("does_not_fit": gateway, amount or currency).
    """
    require_right(by, right=RIGHT)
    if whose.payer_id:
        return _owe(item_id, payer_id=whose.payer_id, by=by, reason=reason)
    if whose.hold_id:
        return _count_for_hold(item_id, hold_id=whose.hold_id, by=by, reason=reason)
    if whose.payment_id:
        return _count_for_payment(item_id, payment_id=whose.payment_id, by=by, reason=reason)
    raise NotFound


@transaction.atomic
def send_back_suspense(*, item_id: UUID, by: Any, reason: str) -> SuspenseItem:
    """Give the money back where it came from: as a refund of its payment, or by the gateway's own number.

    Raises NotFound, NotAllowed ("not_allowed", "own_money"), Conflict ("suspense_moved_on", "no_way_back":
    it came by hand and nobody knows from whom, so first it has to be somebody's).
    """
    require_right(by, right=RIGHT)
    item = _lock(item_id)
    require_not_own(by, owner_id=item.payment.payer_id if item.payment else None)
    _drop_refund(item, by=by, reason=reason)
    if _goes_with_payment(item):
        payment = selectors.lock_payment(_id_of(item.payment))
        refund = order_refund(payment, source=RefundSource.SUSPENSE, amount=item.amount, reason=reason, by=by)
        decide(item, state=SuspenseState.SENT_BACK, by=by, reason=reason, refund=refund)
        return item
    if item.gateway in gateways.by_hand() or not item.gateway_reference:
        raise Conflict("no_way_back", _("Say whose it is first: then it is paid out to them."))
    duty = SuspenseReturn.objects.create(item=item, reference=new_reference("R2K"))
    _book(duty, cause=Cause.SUSPENSE_REFUND, step="sent")
    decide(item, state=SuspenseState.SENT_BACK, by=by, reason=reason)
    background.wake("payments.tasks.return_suspense")
    return item


def return_suspense() -> int:
    """Send back what waits, up to twenty. Returns how many were claimed."""
    return background.perform(SuspenseReturn)


def send_return(duty: SuspenseReturn) -> None:
    """Have the gateway give the money back: the handler of this kind of work.

    While it is away, or has not decided, the work is tried again under the same reference, for which it
    gives money once.
    """
    if duty.status not in UNDER_WAY:
        return
    item = duty.item
    order = RefundOrder(
        refund_reference=duty.reference,
        gateway_reference=item.gateway_reference,
        amount=item.amount,
        currency=item.currency,
        reason=item.reason,
    )
    try:
        answer = calling.refund_unknown(item.gateway, order=order)
    except InvalidInput as refusal:
        code = str(refusal.extra.get("vendor_code") or refusal.code)
        answer = RefundStanding(status=Told.FAILED, code=code)
    _book_answer(duty, answer=answer)


def lock_return(duty_id: int) -> SuspenseReturn:
    """Money on its way back, after its item, both locked."""
    item_id = SuspenseReturn.objects.values_list("item_id", flat=True).get(pk=duty_id)
    item = SuspenseItem.objects.select_for_update(no_key=True).get(pk=item_id)
    duty = SuspenseReturn.objects.select_for_update(no_key=True).get(pk=duty_id)
    duty.item = item
    return duty


def confirm_return(duty: SuspenseReturn) -> None:
    """Book that locked money on its way back has arrived, in the caller's transaction."""
    _move(duty, status=RefundStatus.SUCCEEDED)
    _book(duty, cause=Cause.REFUND_CONFIRMED, step="confirmed")
    background.requeue(SuspenseReturn, [duty.pk])  # parked work finds that nothing is left to do
    audit.record(actor=None, action="suspense.returned", subject=duty.item)


@transaction.atomic
def _book_answer(duty: SuspenseReturn, *, answer: RefundStanding) -> None:
    item = SuspenseItem.objects.select_for_update(no_key=True).get(pk=duty.item_id)
    duty.refresh_from_db(fields=["status"])
    if duty.status not in UNDER_WAY:  # a statement has confirmed it meanwhile
        background.finish(duty)
        return
    if answer.status == Told.PENDING:
        _move(duty, status=RefundStatus.SENT)
        background.retry_later(duty, error="pending")
        return
    background.finish(duty)
    if answer.status == Told.SUCCEEDED:
        confirm_return(duty)
        return
    _move(duty, status=RefundStatus.FAILED, code=answer.code)
    _book(duty, cause=Cause.SUSPENSE_REFUND_FAILED, step="failed")
    decide(item, state=SuspenseState.WAITING, by=None, reason=answer.code or "refused")


def _move(duty: SuspenseReturn, *, status: str, code: str = "") -> None:
    duty.status, duty.failure_code = status, code[:60]
    duty.save(update_fields=["status", "failure_code"])


def _book(duty: SuspenseReturn, *, cause: str, step: str) -> None:
    item = duty.item
    one = ledger.posting(
        cause,
        key=f"suspense:{item.pk}:{duty.reference}:{step}",
        amount=item.amount,
        parties=ledger.Parties(gateway=item.gateway),
    )
    book(one, currency=item.currency)


def _count_for_payment(item_id: UUID, *, payment_id: UUID, by: Any, reason: str) -> SuspenseItem:
    item = _lock(item_id, payments=[payment_id])
    payment = selectors.lock_payment(payment_id)
    require_not_own(by, owner_id=payment.payer_id)
    if payment.status in RECEIVED:
        raise Conflict("payment_received", _("This payment has its money already."))
    told, asked = (
        (item.gateway, item.amount, item.currency),
        (payment.gateway, payment.amount, payment.currency),
    )
    if told != asked:
        raise InvalidInput("does_not_fit", _("Gateway, amount and currency have to be those of the payment."))
    if payment.hold is not None:
        _require_room(payment.hold, item=item)
    _take_over_reference(payment, item=item)
    _drop_refund(item, by=by, reason=reason)
    if payment.hold is None and not begin(payment):
        raise Conflict("nothing_to_pay", _("What it was to pay for is no longer available."))
    placement = Placement.HOLD if payment.hold is not None else Placement.REVENUE
    arrive(payment, placement=placement, paid_at=item.created_at, source=STAFF, out_of=(item, by, reason))
    return item


def _count_for_hold(item_id: UUID, *, hold_id: UUID, by: Any, reason: str) -> SuspenseItem:
    """The money becomes a leg of its own."""
    item = _lock(item_id, holds=[hold_id])
    hold = Hold.objects.filter(pk=hold_id).first()
    if hold is None:
        raise NotFound
    require_not_own(by, owner_id=hold.buyer_id)
    _require_room(hold, item=item)
    _drop_refund(item, by=by, reason=reason)
    leg = Payment.objects.create(
        payer_id=hold.buyer_id,
        payee_id=hold.payee_id,
        purpose=Purpose.DEPOSIT,
        target_type=hold.target_type,
        target_id=hold.target_id,
        hold=hold,
        gateway=item.gateway,
        mode=gateways.gateway(item.gateway).mode,
        amount=item.amount,
        currency=item.currency,
        reference=new_reference("K2K"),
        created_at=clock.now(),
        expires_at=clock.now(),
    )
    _take_over_reference(leg, item=item)
    arrive(leg, placement=Placement.HOLD, paid_at=item.created_at, source=STAFF, out_of=(item, by, reason))
    return item


def _owe(item_id: UUID, *, payer_id: UUID, by: Any, reason: str) -> SuspenseItem:
    item = _lock(item_id)
    if not get_user_model()._default_manager.filter(pk=payer_id).exists():
        raise NotFound
    require_not_own(by, owner_id=payer_id)
    _drop_refund(item, by=by, reason=reason)
    parties = ledger.Parties(gateway=item.gateway, payable=payer_id)
    way = WayOut(cause=Cause.SUSPENSE_TO_PAYER, parties=parties, owed_to=payer_id)
    move_out(item, way=way, by=by, reason=reason)
    return item


def _require_room(hold: Hold, *, item: SuspenseItem) -> None:
    has_room = hold.amount - selectors.paid_into(hold) >= item.amount
    if hold.state != HoldState.PENDING or selectors.others_hold(hold) or not has_room:
        raise Conflict("hold_not_open", _("The deposit has moved on."), state_now=hold.state)
    if hold.currency != item.currency:
        raise InvalidInput("does_not_fit", _("The deposit is in another currency."))


def _take_over_reference(payment: Payment, *, item: SuspenseItem) -> None:
    """Refunds of this money name what the gateway knows it by."""
    is_free = not Payment.objects.filter(
        gateway=item.gateway, gateway_reference=item.gateway_reference
    ).exists()
    if item.gateway_reference and is_free and item.gateway not in gateways.by_hand():
        payment.gateway_reference = item.gateway_reference
        payment.save(update_fields=["gateway_reference", "updated_at"])


def _goes_with_payment(item: SuspenseItem) -> bool:
    """Whether its payment is the order at the gateway that the money came by: its refund is one of it."""
    payment = item.payment
    if payment is None or (payment.gateway, payment.currency) != (item.gateway, item.currency):
        return False
    is_its_order = item.gateway_reference in {"", payment.gateway_reference}
    return is_its_order or item.gateway in gateways.by_hand()


def _drop_refund(item: SuspenseItem, *, by: Any, reason: str) -> None:
    """A refund of this money that did not go through is over: nobody sends it again."""
    if item.refund is None:
        return
    refund = item.refund
    refund.status, refund.decline_reason, refund.ended_at = RefundStatus.DECLINED, reason, clock.now()
    refund.save(update_fields=["status", "decline_reason", "ended_at", "updated_at"])
    audit.record(actor=by, action="refund.dropped", subject=refund, reason=reason)
    item.refund = None
    item.save(update_fields=["refund", "updated_at"])


def _lock(item_id: UUID, *, payments: Collection[UUID] = (), holds: Collection[UUID] = ()) -> SuspenseItem:
    """An item whose money lies in suspense, locked after all that its way out may touch."""
    known = SuspenseItem.objects.filter(pk=item_id).values("payment_id", "refund_id").first()
    if known is None:
        raise NotFound
    ids = {known["payment_id"], *payments} - {None}
    theirs = Payment.objects.filter(pk__in=ids, hold__isnull=False).values_list("hold_id", flat=True)
    every_hold = Hold.objects.filter(pk__in={*theirs, *holds}).order_by("pk")
    list(every_hold.select_for_update(no_key=True))
    list(Payment.objects.filter(pk__in=ids).order_by("pk").select_for_update(no_key=True))
    list(Refund.objects.filter(pk=known["refund_id"]).select_for_update(no_key=True))
    item = SuspenseItem.objects.select_for_update(no_key=True).get(pk=item_id)
    if not reconciliation.in_suspense().filter(pk=item.pk).exists():
        raise Conflict("suspense_moved_on", _("This money has left suspense."), state_now=item.state)
    return item


def _id_of(payment: Payment | None) -> UUID:
    if payment is None:
        raise NotFound
    return payment.pk
