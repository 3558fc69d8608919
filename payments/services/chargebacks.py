"""The payer's bank takes money back, for now or for good (deals.md, outcomes and ledger)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from key2key.common.events import publish
from payments import ledger, selectors
from payments.enums import (
    Cause,
    EventKind,
    HoldState,
    OwnReason,
    PaymentStatus,
    Placement,
    RefundSource,
)
from payments.events import ChargebackLost, ChargebackOpened, ChargebackWon
from payments.gateways.contract import Chargeback
from payments.models import Hold, Payment, Transfer
from payments.services.holds import complete_if_full, give_back, set_state
from payments.services.instructions import INSTRUCTED, add_what_came_back, shrink, still_to_move
from payments.services.ledger import book
from payments.services.refunds import order_refund
from payments.services.timeline import note, tell_payee, was_accepted
from payments.transitions import CLOSED, HOLDING

DISPUTABLE = frozenset({PaymentStatus.SUCCEEDED, PaymentStatus.PARTIALLY_REFUNDED, PaymentStatus.REFUNDED})
# What pays for money that is gone; what has left us since is our own loss.
TAKEN_FROM = {
    Placement.HOLD: Cause.DEPOSIT_CHARGED_BACK,
    Placement.PAYER: Cause.LATE_CHARGED_BACK,
    Placement.REVENUE: Cause.CHARGEBACK_LOSS,
}


def heed_chargeback(payment: Payment, *, told: Chargeback, source: str) -> None:
    """Book what a gateway says of a chargeback on a locked payment, each step once.

    One that we hear of only when it is over went through its opening too. One that was won does not open
    again: an answer that comes after a newer one is old.
    """
    if told == Chargeback.NONE:
        return
    has_opened = Transfer.objects.filter(key=_key(payment, cause=Cause.CHARGEBACK_OPENED)).exists()
    is_disputable = payment.status in DISPUTABLE and not payment.charged_back
    if is_disputable and told in {Chargeback.OPEN, Chargeback.LOST} and not has_opened:
        _open(payment, source=source)
    elif is_disputable and told == Chargeback.LOST:
        _put_before_a_person(payment, wrong="chargeback_lost_after_won")
    if payment.status != PaymentStatus.DISPUTED:
        return
    if told == Chargeback.WON:
        _win(payment, source=source)
    elif told == Chargeback.LOST:
        _lose(payment, source=source)


def _open(payment: Payment, *, source: str) -> None:
    disputed = selectors.not_left(payment)
    if not disputed:  # all of it went back, or is on its way: what the bank wants twice, a person looks at
        _put_before_a_person(payment, wrong="chargeback_of_refunded")
        return
    payment.status, payment.disputed_amount = PaymentStatus.DISPUTED, disputed
    payment.save(update_fields=["status", "disputed_amount", "updated_at"])
    _book(payment, cause=Cause.CHARGEBACK_OPENED, amount=disputed)
    note(payment, kind=EventKind.CHARGEBACK_OPENED, source=source, amount=disputed)
    hold = payment.hold if payment.placement == Placement.HOLD else None
    if hold is not None and hold.state == HoldState.HELD:
        set_state(hold, state=HoldState.DISPUTED, action="charged_back")
    _tell(payment, kind="chargeback_opened", amount=disputed)
    publish(ChargebackOpened(**_facts(payment)))


def _win(payment: Payment, *, source: str) -> None:
    disputed = payment.disputed_amount
    back = PaymentStatus.PARTIALLY_REFUNDED if payment.refunded_amount else PaymentStatus.SUCCEEDED
    payment.status, payment.disputed_amount = back, Decimal(0)
    payment.save(update_fields=["status", "disputed_amount", "updated_at"])
    _book(payment, cause=Cause.CHARGEBACK_WON, amount=disputed)
    note(payment, kind=EventKind.CHARGEBACK_WON, source=source, amount=disputed)
    if payment.placement == Placement.HOLD and payment.hold is not None:
        _hold_after_win(payment.hold, leg=payment)
    _tell(payment, kind="chargeback_won", amount=disputed)
    publish(ChargebackWon(**_facts(payment)))


def _hold_after_win(hold: Hold, *, leg: Payment) -> None:
    """The state before: held, unless a dispute of the parties or of another leg keeps it."""
    if hold.state == HoldState.DISPUTED and not hold.frozen_because and not selectors.has_disputed_leg(hold):
        set_state(hold, state=HoldState.HELD, action="chargeback_won")
    elif hold.state == HoldState.PENDING:
        complete_if_full(hold)
    elif hold.state in CLOSED - {HoldState.RELEASED} and hold.policy in INSTRUCTED:
        add_what_came_back(hold)
    elif hold.state in CLOSED - {HoldState.RELEASED}:  # it ended meanwhile: this leg goes back too
        part = selectors.not_left(leg) - selectors.refused(leg)  # finance tries that again
        if part > 0:
            order_refund(leg, source=RefundSource.HOLD, amount=part, reason=hold.end_reason)
            hold.refunded_amount += part
            hold.save(update_fields=["refunded_amount", "updated_at"])


def _lose(payment: Payment, *, source: str) -> None:
    # A refund that was refused since it was opened: the bank has taken that part with the rest.
    came_back, hold = selectors.not_left(payment), payment.hold
    _book(payment, cause=Cause.CHARGEBACK_OPENED, amount=came_back, step=":rest")
    disputed = payment.disputed_amount + came_back
    still_there = _still_there(payment, disputed=disputed)
    payment.status, payment.charged_back = PaymentStatus.REFUNDED, True
    payment.disputed_amount = Decimal(0)
    payment.taken_from_hold = still_there if payment.placement == Placement.HOLD else Decimal(0)
    payment.save(update_fields=["status", "charged_back", "disputed_amount", "taken_from_hold", "updated_at"])
    _book(payment, cause=TAKEN_FROM[Placement(payment.placement)], amount=still_there)
    _book(payment, cause=Cause.CHARGEBACK_LOSS, amount=disputed - still_there)
    note(payment, kind=EventKind.CHARGEBACK_LOST, source=source, amount=disputed)
    if payment.placement == Placement.HOLD and hold is not None and hold.policy in INSTRUCTED:
        shrink(hold, by_amount=payment.taken_from_hold - selectors.refused(payment))
    if payment.placement == Placement.HOLD and hold is not None and hold.state in HOLDING:
        rest = selectors.paid_into(hold)
        give_back(hold, to=HoldState.REFUNDED, amount=rest, reason=OwnReason.CHARGEBACK_LOST)
    _tell(payment, kind="chargeback_lost", amount=disputed)
    publish(ChargebackLost(**_facts(payment)))


def _still_there(payment: Payment, *, disputed: Decimal) -> Decimal:
    """What of the disputed money has not left us yet."""
    hold = payment.hold
    if hold is None or hold.state != HoldState.RELEASED:
        return disputed
    waits = still_to_move(hold) if payment.placement == Placement.HOLD else Decimal(0)
    return min(disputed, selectors.refused(payment) + waits)


def _put_before_a_person(payment: Payment, *, wrong: str) -> None:
    if was_accepted(payment, found=wrong):
        return
    payment.review_reason = wrong
    payment.save(update_fields=["review_reason", "updated_at"])


def _book(payment: Payment, *, cause: str, amount: Decimal, step: str = "") -> None:
    parties = ledger.Parties(gateway=payment.gateway, hold=payment.hold_id, payable=payment.payer_id)
    book(
        ledger.posting(cause, key=_key(payment, cause=cause) + step, amount=amount, parties=parties),
        currency=payment.currency,
        payment_id=payment.pk,
        hold_id=payment.hold_id if cause == Cause.DEPOSIT_CHARGED_BACK else None,
    )


def _key(payment: Payment, *, cause: str) -> str:
    return f"payment:{payment.pk}:{cause}"


def _tell(payment: Payment, *, kind: str, amount: Decimal) -> None:
    tell_payee(payment.payee_id, payment=payment, kind=kind, amount=amount)


def _facts(payment: Payment) -> dict[str, Any]:
    return {
        "payment_id": payment.pk,
        "hold_id": payment.hold_id,
        "target_type": payment.target_type,
        "target_id": payment.target_id,
    }
