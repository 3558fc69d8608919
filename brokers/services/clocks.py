"""What the clock does to deals: each that is due in a transaction of its own."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import transaction

from brokers import selectors
from brokers.enums import DealState, Outcome
from brokers.models import Deal
from brokers.selectors.deals import REMINDERS
from brokers.services import moves
from brokers.services.cancelling import end_by_terms
from brokers.services.moves import Deed, Ending
from brokers.services.telling import tell_of_deal
from key2key.common import batches, clock
from payments.enums import HoldState
from payments.selectors import hold_of, hold_progress

PROOF_PAUSE = timedelta(hours=24)  # what a buyer has left, at least, after staff looked at a bank proof


def advance_due(*, limit: int = 500) -> int:
    """Do what is due. Returns with how many deals something happened; what failed waits for the next time."""
    ids = selectors.due_deals().values_list("pk", flat=True)[:limit]
    return batches.each_alone(list(ids), deed=advance_deal)


@transaction.atomic
def advance_deal(deal_id: UUID) -> bool:
    """Let the clock act on one deal. False when nothing is due any more."""
    if not selectors.due_deals().filter(pk=deal_id).exists():
        return False
    deal = selectors.lock_deal(deal_id)
    if deal.deadline_at is None or deal.overdue_at is not None:
        return False
    if deal.deadline_at > clock.now():
        return _remind(deal)
    return _ACTS[DealState(deal.state)](deal) if deal.is_open else False


def _deposit_not_paid(deal: Deal) -> bool:
    """The deposit did not come: cancelled, unless it came in this moment or a bank proof waits for staff."""
    target = selectors.target_of(deal.pk)
    hold, progress = hold_of(target), hold_progress(target)
    if hold is None or hold.state != HoldState.PENDING:
        return False
    if progress is not None and progress.proof_waiting:
        deal.deadline_at = clock.now() + PROOF_PAUSE
        deal.save(update_fields=["deadline_at", "updated_at"])
        return True
    moves.cancel(
        deal, deed=Deed("deposit_lapsed"), ending=Ending(Outcome.DEPOSIT_NOT_PAID, money=moves.lapse)
    )
    return True


def _hand_to_staff(deal: Deal) -> bool:
    """Nothing is decided by a clock: the deal goes into the queue of staff."""
    deal.overdue_at = clock.now()
    deal.save(update_fields=["overdue_at", "updated_at"])
    kinds = {DealState.DEPOSIT_HELD: "deal_papers_overdue", DealState.HANDOVER: "deal_handover_overdue"}
    kind = kinds.get(DealState(deal.state))
    if kind is not None:
        tell_of_deal(deal, kind=kind)
    return True


def _nobody_answered(deal: Deal) -> bool:
    end_by_terms(deal)
    return True


def _remind(deal: Deal) -> bool:
    """Tell both sides that papers are missing, a week and two days before their time is over."""
    if deal.state != DealState.DEPOSIT_HELD or deal.deadline_at is None:
        return False
    left = deal.deadline_at - clock.now()
    due = sum(left <= timedelta(days=days) for days in REMINDERS)
    if due <= deal.reminded:
        return False
    deal.reminded = due
    deal.save(update_fields=["reminded", "updated_at"])
    tell_of_deal(deal, kind="deal_papers_reminder", deadline=deal.deadline_at.isoformat())
    return True


_ACTS = {
    DealState.DEPOSIT_DUE: _deposit_not_paid,
    DealState.DEPOSIT_HELD: _hand_to_staff,
    DealState.HANDOVER: _hand_to_staff,
    DealState.DISPUTED: _hand_to_staff,
    DealState.CANCEL_REQUESTED: _nobody_answered,
}
