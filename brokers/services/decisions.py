"""What staff decide of deals that the sides or the clock handed to them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from constance import config
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.agency import Right
from brokers import deal_steps, selectors
from brokers.enums import DealState, DecisionKind, Outcome
from brokers.models import Deal, DealDecision
from brokers.services import moves
from brokers.services.moves import Deed, Ending
from brokers.services.telling import note_in_conversation, tell_of_deal
from key2key.common import audit, clock
from key2key.common.errors import Conflict, Fault, InvalidInput, NotAllowed
from key2key.common.money import Money, in_base_currency
from listings.selectors import acts_for_seller


@dataclass(frozen=True)
class Proposal:
    """A decision as staff enter it. `refund_amount` is what goes back to the buyer of a split deposit."""

    kind: DecisionKind
    reason: str
    refund_amount: Decimal | None = None


@transaction.atomic
def decide_deal(*, deal_id: UUID, by: Any, proposal: Proposal) -> DealDecision:
    """Decide a disputed or overdue deal, with a reason that both sides read.

    Takes effect at once; above the limit it waits for the second pair of eyes. Raises NotFound, NotAllowed
    ("own_deal"), Conflict ("illegal_transition", "chargeback_open", "decision_waiting"), InvalidInput.
    """
    deal = _lock_for_staff(deal_id, by=by)
    _require_decidable(deal)
    if selectors.waiting_decision(deal) is not None:
        raise Conflict("decision_waiting", _("A decision waits for a second member of staff already."))
    decision = DealDecision.objects.create(deal=deal, proposed_by=by, **_judged(deal, proposal))
    audit.record(actor=by, action="deal.decision_proposed", subject=deal, reason=decision.reason)
    if not _needs_second(deal):
        _take(deal, decision, by=by)
    return decision


@transaction.atomic
def approve_decision(*, deal_id: UUID, by: Any) -> DealDecision:
    """Be the second pair of eyes: the waiting decision takes effect.

    Raises NotFound, NotAllowed ("own_deal", "own_decision"), Conflict ("illegal_transition",
    "chargeback_open", "no_decision_waiting").
    """
    deal = _lock_for_staff(deal_id, by=by)
    _require_decidable(deal)
    decision = _waiting(deal)
    if decision.proposed_by_id == by.pk:
        raise NotAllowed("own_decision", _("Somebody else must approve your decision."))
    decision.approved_by = by
    decision.save(update_fields=["approved_by", "updated_at"])
    _take(deal, decision, by=by)
    return decision


@transaction.atomic
def drop_decision(*, deal_id: UUID, by: Any, reason: str) -> DealDecision:
    """Throw a waiting decision away, so that another can be proposed. Raises as `approve_decision` does."""
    deal = _lock_for_staff(deal_id, by=by)
    decision = _waiting(deal)
    decision.dropped_at = clock.now()
    decision.save(update_fields=["dropped_at", "updated_at"])
    audit.record(actor=by, action="deal.decision_dropped", subject=deal, reason=reason)
    return decision


@transaction.atomic
def extend_deadline(*, deal_id: UUID, by: Any, days: int, reason: str) -> Deal:
    """Give the sides more time, counted from now when their time is over.

    Raises NotFound, NotAllowed ("own_deal"), Conflict ("illegal_transition").
    """
    deal = _lock_for_staff(deal_id, by=by)
    deal_steps.require_open("extend", of=deal)
    now = clock.now()
    deadline = max(deal.deadline_at or now, now) + timedelta(days=days)
    deed = Deed("extend", by=by, reason=reason)
    moves.move(deal, deed=deed, deadline_at=deadline, overdue_at=None, reminded=0)
    note_in_conversation(deal, code="deal_extended", deadline=deadline.isoformat())
    return deal


@transaction.atomic
def reset_code_tries(*, deal_id: UUID, by: Any, reason: str) -> Deal:
    """Let both sides enter codes again. Raises NotFound, NotAllowed ("own_deal"), Conflict."""
    deal = _lock_for_staff(deal_id, by=by)
    deal_steps.require_open("reset_tries", of=deal)
    deal.codes.update(tries=0, updated_at=clock.now())
    is_over = deal.deadline_at is not None and deal.deadline_at <= clock.now()
    moves.move(
        deal,
        deed=Deed("reset_tries", by=by, reason=reason),
        overdue_at=deal.overdue_at if is_over else None,
    )
    return deal


def _lock_for_staff(deal_id: UUID, *, by: Any) -> Deal:
    deal = selectors.lock_deal(deal_id)
    if deal.buyer_id == by.pk or acts_for_seller(by, deal.listing, right=Right.SEE_LISTINGS):
        raise NotAllowed("own_deal", _("Somebody else must decide a deal of your own."))
    return deal


def _require_decidable(deal: Deal) -> None:
    deal_steps.require_open("decide_cancelled", of=deal)
    if deal.state != DealState.DISPUTED and deal.overdue_at is None:
        raise deal_steps.illegal(deal, allowed=["extend"])
    if deal.state == DealState.DISPUTED and not deal.disputed_by:
        raise Conflict("chargeback_open", _("The payer's bank disputes this payment."))


def _judged(deal: Deal, proposal: Proposal) -> dict[str, Any]:
    faults = []
    if not proposal.reason.strip():
        faults.append(Fault("/reason", "required", _("Say why: both sides read it.")))
    refund = {
        DecisionKind.KEYS_CHANGED_HANDS: Decimal(0),
        DecisionKind.RELEASE: Decimal(0),
        DecisionKind.REFUND: deal.deposit_amount,
    }.get(proposal.kind, proposal.refund_amount)
    if refund is None or not 0 <= refund <= deal.deposit_amount:
        faults.append(Fault("/refund_amount", "not_within_deposit", _("Between nothing and the deposit.")))
    if faults:
        raise InvalidInput(faults=faults)
    keys = proposal.kind == DecisionKind.KEYS_CHANGED_HANDS
    return {
        "kind": proposal.kind,
        "reason": proposal.reason.strip(),
        "refund_amount": refund,
        "platform_fee_amount": deal.platform_fee_amount if keys else Decimal(0),
        "commission_amount": deal.commission_amount if keys else Decimal(0),
    }


def _needs_second(deal: Deal) -> bool:
    worth = in_base_currency(Money(deal.deposit_amount, deal.currency))
    return worth > Decimal(config.TWO_EYES_LIMIT)


def _waiting(deal: Deal) -> DealDecision:
    decision = selectors.waiting_decision(deal)
    if decision is None:
        raise Conflict("no_decision_waiting", _("No decision waits for a second member of staff."))
    return decision


def _take(deal: Deal, decision: DealDecision, *, by: Any) -> None:
    decision.taken_at = clock.now()
    decision.save(update_fields=["taken_at", "updated_at"])
    if decision.kind == DecisionKind.KEYS_CHANGED_HANDS:
        deed = Deed("decide_completed", by=by, reason=decision.reason)
        moves.complete(deal, deed=deed, outcome=Outcome.DECIDED)
    else:
        deed = Deed("decide_cancelled", by=by, reason=decision.reason)
        ending = Ending(Outcome.DECIDED, money=moves.give_back(decision.refund_amount))
        moves.cancel(deal, deed=deed, ending=ending)
    tell_of_deal(deal, kind="deal_decided", outcome=str(decision.kind), reason=decision.reason)
