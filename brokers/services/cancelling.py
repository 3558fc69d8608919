"""A side asks to cancel after the deposit is held; the other agrees, refuses or says nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from constance import config
from django.db import transaction

from brokers import deal_steps, selectors
from brokers.enums import Outcome, Side
from brokers.models import Deal
from brokers.services import moves
from brokers.services.moves import Deed, Ending
from brokers.services.telling import name_of, note_in_conversation, tell_of_deal
from brokers.terms import percent
from key2key.common import clock
from key2key.common.conditions import Precondition, always


@transaction.atomic
def request_cancel(*, deal_id: UUID, by: Any, reason: str, check: Precondition = always) -> Deal:
    """Ask the other side to cancel; the clock of the papers stands still meanwhile.

    Raises NotFound, Stale, Conflict ("illegal_transition").
    """
    deal, side = _lock_for("request_cancel", deal_id=deal_id, by=by, check=check)
    deadline = clock.now() + timedelta(hours=int(config.CANCEL_ANSWER_HOURS))
    moves.move(
        deal,
        deed=Deed("request_cancel", by=by, side=side, reason=reason),
        stopped=moves.stop_clock(deal),
        deadline_at=deadline,
        overdue_at=None,
        cancel_asked_by=side,
        cancel_reason=reason,
    )
    tell_of_deal(
        deal,
        kind="deal_cancel_requested",
        to=[side.other],
        person=name_of(deal, side=side),
        reason=reason,
        deadline=deadline.isoformat(),
    )
    note_in_conversation(deal, code="deal_cancel_requested", side=side)
    return selectors.seen_deal(by, deal_id=deal_id)


@transaction.atomic
def take_back_cancel(*, deal_id: UUID, by: Any, check: Precondition = always) -> Deal:
    """Go on after all: back to the state before. Raises NotFound, Stale, Conflict ("illegal_transition")."""
    deal, side = _lock_for("take_back_cancel", deal_id=deal_id, by=by, check=check)
    moves.go_back(deal, deed=Deed("take_back_cancel", by=by, side=side))
    tell_of_deal(deal, kind="deal_cancel_taken_back", to=[side.other])
    note_in_conversation(deal, code="deal_cancel_taken_back", side=side)
    return selectors.seen_deal(by, deal_id=deal_id)


@transaction.atomic
def answer_cancel(
    *, deal_id: UUID, by: Any, agree: bool, reason: str = "", check: Precondition = always
) -> Deal:
    """Agree, and the deal ends by its terms; refuse, and staff decide.

    Raises NotFound, Stale, Conflict ("illegal_transition").
    """
    deal, side = _lock_for("answer_cancel", deal_id=deal_id, by=by, check=check)
    if agree:
        end_by_terms(deal, by=by, side=side)
    else:
        tell_of_deal(deal, kind="deal_cancel_refused", to=[side.other])
        deed = Deed("cancel_refused", by=by, side=side, reason=reason or deal.cancel_reason)
        moves.freeze(deal, deed=deed, opened_by=side)
    return selectors.seen_deal(by, deal_id=deal_id)


def end_by_terms(deal: Deal, *, by: Any = None, side: str = "") -> None:
    """Cancel a locked deal as agreed: what the buyer gets back depends on who asked. Silence agrees too."""
    if deal.cancel_asked_by == Side.SELLER:
        ending = Ending(Outcome.SELLER_CANCELLED, money=moves.refund_all, seller_marked=True)
    else:
        back = percent(deal.deposit_amount, deal.refundable_percent)
        ending = Ending(Outcome.BUYER_CANCELLED, money=moves.give_back(back))
    moves.cancel(deal, deed=Deed("cancel_agreed", by=by, side=side, reason=deal.cancel_reason), ending=ending)


def _lock_for(action: str, *, deal_id: UUID, by: Any, check: Precondition) -> tuple[Deal, Side]:
    deal = selectors.lock_seen_deal(by, deal_id=deal_id)
    check(deal)
    side = selectors.side_of(deal, by)
    deal_steps.require(action, of=deal, side=side, at=clock.now())
    return deal, side
