"""How a locked deal goes from one state to another, and what always goes with it.

Locks below the deal are taken in one order: offer, hold, payments, listing; conversations last.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from constance import config

from brokers.deal_steps import STEPS
from brokers.enums import DealState, Outcome
from brokers.events import DealCancelled, DealCompleted, DealDisputed
from brokers.models import Deal, DealStep, Offer
from brokers.selectors import target_of, waiting_decision
from brokers.services.telling import note_in_conversation, tell_of_deal
from brokers.terms import working_days_after
from key2key.common import audit, clock
from key2key.common.events import publish
from listings.enums import CloseKind, Purpose
from listings.services import Closing, close_by_deal, fall_through
from payments.enums import HoldState
from payments.selectors import hold_of
from payments.services import Release, freeze_hold, lapse_hold, refund_hold, release_hold

NOBODY = ""
NEVER_COMPLETE = frozenset({HoldState.PENDING, HoldState.LAPSED})


@dataclass(frozen=True)
class Deed:
    """Who does what, for which reason: nobody when it is the clock, the money or the product."""

    action: str
    by: Any = None
    side: str = NOBODY
    reason: str = ""


@dataclass(frozen=True)
class Ending:
    """How a deal ends without the keys; `money` is what happens to the deposit."""

    outcome: Outcome
    money: Callable[..., Decimal]  # of the deal and `deed=`; returns what goes back to the buyer
    seller_marked: bool = False


def move(deal: Deal, *, deed: Deed, **columns: Any) -> None:
    """Write a step down: the columns, the deal's own log, the audit log. The state is the step's target."""
    target = STEPS[deed.action].target
    values = {**({"state": target} if target else {}), **columns}
    for name, value in values.items():
        setattr(deal, name, value)
    if values:
        deal.save(update_fields=[*values, "updated_at"])
    DealStep.objects.create(
        deal=deal, action=deed.action, side=deed.side, state=deal.state, happened_at=clock.now()
    )
    audit.record(actor=deed.by, action=f"deal.{deed.action}", subject=deal, reason=deed.reason)


def stop_clock(deal: Deal) -> list[dict[str, Any]]:
    """The stopped clocks with that of the present state on top, to be saved with the next state."""
    left = (deal.deadline_at - clock.now()).total_seconds() if deal.deadline_at else None
    return [*deal.stopped, {"state": deal.state, "seconds_left": left}]


def go_back(deal: Deal, *, deed: Deed) -> None:
    """Return to the state before, whose clock stood still. A clock that was over stays over."""
    *rest, before = deal.stopped
    left = before["seconds_left"]
    deadline = None if left is None else clock.now() + timedelta(seconds=left)
    columns: dict[str, Any] = {
        "state": before["state"], "deadline_at": deadline, "overdue_at": None, "stopped": rest
    }  # fmt: skip
    if before["state"] != DealState.CANCEL_REQUESTED:
        columns |= {"cancel_asked_by": "", "cancel_reason": ""}
    move(deal, deed=deed, **columns, disputed_by="", dispute_reason="")


def freeze(deal: Deal, *, deed: Deed, opened_by: str, **columns: Any) -> None:
    """Freeze the money and ask staff. `opened_by` is empty when the payer's bank disputes the payment."""
    if opened_by:
        freeze_hold(target=target_of(deal.pk), reason=deed.reason)
    answer_by = working_days_after(clock.now(), days=int(config.DISPUTE_DAYS))
    given = {"stopped": stop_clock(deal), **columns}
    move(
        deal,
        deed=deed,
        **given,
        deadline_at=answer_by,
        overdue_at=None,
        disputed_by=opened_by,
        dispute_reason=deed.reason,
    )
    publish(
        DealDisputed(
            deal_id=deal.pk, listing_id=deal.listing_id, buyer_id=deal.buyer_id, owner_id=deal.owner_id
        )
    )
    tell_of_deal(deal, kind="deal_disputed", reason=deed.reason)
    note_in_conversation(deal, code="deal_disputed", side=opened_by)


def cancel(deal: Deal, *, deed: Deed, ending: Ending) -> None:
    """End the deal without the keys: the money as `ending` has it, the listing back on the market."""
    now = clock.now()
    Offer.objects.filter(pk=deal.offer_id).update(fell_through_at=now, updated_at=now)
    refunded = ending.money(deal, deed=deed)
    fall_through(listing_id=deal.listing_id, by=deed.by, reason=deed.reason)
    _drop_waiting_decision(deal, at=now)
    move(
        deal,
        deed=deed,
        outcome=ending.outcome,
        outcome_reason=deed.reason,
        refund_amount=refunded,
        seller_marked=ending.seller_marked,
        **_over(now),
    )
    publish(
        DealCancelled(
            deal_id=deal.pk,
            listing_id=deal.listing_id,
            buyer_id=deal.buyer_id,
            owner_id=deal.owner_id,
            outcome=ending.outcome,
        )
    )
    tell_of_deal(deal, kind="deal_cancelled", outcome=str(ending.outcome), reason=deed.reason)
    note_in_conversation(deal, code="deal_cancelled", outcome=ending.outcome)


def complete(deal: Deal, *, deed: Deed, outcome: Outcome = Outcome.COMPLETED) -> None:
    """The keys have changed hands: the deposit less fees goes to the payee, the listing is closed."""
    terms = Release(
        platform_fee=deal.platform_fee_amount,
        commission=deal.commission_amount,
        commission_payee=deal.commission_payee,
        reason=deed.reason,
    )
    release_hold(target=target_of(deal.pk), terms=terms, by=deed.by)
    kind = CloseKind.SOLD if deal.listing.purpose == Purpose.SALE else CloseKind.RENTED
    closing = Closing(kind=kind, price=deal.amount, day=clock.today())
    close_by_deal(listing_id=deal.listing_id, closing=closing, by=deed.by)
    now = clock.now()
    _drop_waiting_decision(deal, at=now)
    move(
        deal,
        deed=deed,
        outcome=outcome,
        outcome_reason=deed.reason,
        refund_amount=Decimal(0),
        **_over(now),
    )
    publish(
        DealCompleted(
            deal_id=deal.pk,
            listing_id=deal.listing_id,
            buyer_id=deal.buyer_id,
            owner_id=deal.owner_id,
            amount=str(deal.amount),
            currency=deal.currency,
        )
    )
    if outcome == Outcome.COMPLETED:  # else staff tell what they decided: no codes were entered
        tell_of_deal(deal, kind="deal_completed")
    note_in_conversation(deal, code="deal_completed")


def lapse(deal: Deal, *, deed: Deed) -> Decimal:
    """The deposit was never complete: what was paid goes back. The money of an `Ending`."""
    return lapse_hold(target=target_of(deal.pk), reason=deed.reason).refunded_amount


def refund_all(deal: Deal, *, deed: Deed) -> Decimal:
    """Everything goes back to the buyer, from whatever state the deposit is in. The money of an `Ending`.

    The deposit may have been completed, or lost to the payer's bank, before the deal heard of it.
    """
    hold = hold_of(target_of(deal.pk))
    if hold is not None and hold.state in NEVER_COMPLETE:
        return lapse(deal, deed=deed)
    return refund_hold(target=target_of(deal.pk), reason=deed.reason, by=deed.by).refunded_amount


def give_back(amount: Decimal, *, platform_fee: Decimal = Decimal(0)) -> Callable[..., Decimal]:
    """So much goes back to the buyer, the rest less the fee to the seller's side: money of an `Ending`."""

    def split(deal: Deal, *, deed: Deed) -> Decimal:
        if amount == deal.deposit_amount:
            return refund_all(deal, deed=deed)
        terms = Release(refund=amount, platform_fee=platform_fee, reason=deed.reason)
        return release_hold(target=target_of(deal.pk), terms=terms, by=deed.by).refunded_amount

    return split


def _over(now: datetime) -> dict[str, Any]:
    return {"ended_at": now, "deadline_at": None, "overdue_at": None, "stopped": []}


def _drop_waiting_decision(deal: Deal, *, at: datetime) -> None:
    waiting = waiting_decision(deal)
    if waiting is not None:
        waiting.dropped_at = at
        waiting.save(update_fields=["dropped_at", "updated_at"])
