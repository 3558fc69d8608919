"""The life of a deal as a table (deals.md): the only place that knows which step is legal from where.

The same table feeds the services, `allowed_actions` in answers, the admin's buttons and the tests.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from constance import config

from brokers.enums import DealState, Side
from brokers.models import Deal, HandoverCode
from key2key.common.errors import IllegalTransition

S = DealState
BOTH = frozenset(Side)
OPEN = frozenset({S.DEPOSIT_DUE, S.DEPOSIT_HELD, S.HANDOVER, S.CANCEL_REQUESTED, S.DISPUTED})
MOST_TRIES = 5

Condition = Callable[[Deal, Side, datetime], bool]


@dataclass(frozen=True)
class Step:
    """From any of `sources` to `target` (None: it stays, or goes back), by these sides when `when` holds.

    Without sides it is a step of the clock, the money or staff.
    """

    sources: frozenset[DealState]
    target: DealState | None
    sides: frozenset[Side] = frozenset()
    when: Condition = lambda _deal, _side, _at: True

    def is_open_to(self, deal: Deal, *, side: Side, at: datetime) -> bool:
        """Whether this side may take it now."""
        return deal.state in self.sources and side in self.sides and self.when(deal, side, at)


def code_of(deal: Deal, *, giver: Side) -> HandoverCode | None:
    """The code that this side gives, if one was made."""
    return next((code for code in deal.codes.all() if code.giver == giver), None)


def has_entered(deal: Deal, side: Side) -> bool:
    """Whether this side has entered the code that the other side gave."""
    code = code_of(deal, giver=side.other)
    return code is not None and code.entered_at is not None


def is_locked(deal: Deal, side: Side) -> bool:
    """Whether this side has tried wrong codes too often."""
    code = code_of(deal, giver=side.other)
    return code is not None and code.tries >= MOST_TRIES


def reviews_end_at(deal: Deal) -> datetime | None:
    """Until when the sides of a completed deal may review each other."""
    return deal.ended_at + timedelta(days=int(config.REVIEW_DAYS)) if deal.ended_at else None


def _is_asker(deal: Deal, side: Side, _at: datetime) -> bool:
    return deal.cancel_asked_by == side


def _is_asked(deal: Deal, side: Side, _at: datetime) -> bool:
    return deal.cancel_asked_by == side.other


def _must_still_give(deal: Deal, side: Side, _at: datetime) -> bool:
    return not has_entered(deal, side.other)


def _may_enter(deal: Deal, side: Side, _at: datetime) -> bool:
    return not has_entered(deal, side) and not is_locked(deal, side)


def _may_review(deal: Deal, side: Side, at: datetime) -> bool:
    end = reviews_end_at(deal)
    return end is not None and at < end and all(review.side != side for review in deal.reviews.all())


STEPS: dict[str, Step] = {
    "pay": Step(frozenset({S.DEPOSIT_DUE}), None, frozenset({Side.BUYER})),
    "withdraw": Step(frozenset({S.DEPOSIT_DUE}), S.CANCELLED, BOTH),
    "tick_paper": Step(frozenset({S.DEPOSIT_HELD}), None, BOTH),
    "request_cancel": Step(frozenset({S.DEPOSIT_HELD}), S.CANCEL_REQUESTED, BOTH),
    "take_back_cancel": Step(frozenset({S.CANCEL_REQUESTED}), None, BOTH, _is_asker),
    "answer_cancel": Step(frozenset({S.CANCEL_REQUESTED}), None, BOTH, _is_asked),
    "handover_code": Step(frozenset({S.HANDOVER}), None, BOTH, _must_still_give),
    "confirm_handover": Step(frozenset({S.HANDOVER}), None, BOTH, _may_enter),
    "dispute": Step(frozenset({S.DEPOSIT_HELD, S.HANDOVER}), S.DISPUTED, BOTH),
    "evidence": Step(frozenset({S.DISPUTED}), None, BOTH),
    "review": Step(frozenset({S.COMPLETED}), None, BOTH, _may_review),
    # Of the money, the clock and staff.
    "deposit_held": Step(frozenset({S.DEPOSIT_DUE}), S.DEPOSIT_HELD),
    "deposit_lapsed": Step(frozenset({S.DEPOSIT_DUE}), S.CANCELLED),
    "papers_done": Step(frozenset({S.DEPOSIT_HELD}), S.HANDOVER),
    "keys_changed": Step(frozenset({S.HANDOVER}), S.COMPLETED),
    "cancel_refused": Step(frozenset({S.CANCEL_REQUESTED}), S.DISPUTED),
    "cancel_agreed": Step(frozenset({S.CANCEL_REQUESTED}), S.CANCELLED),
    "charged_back": Step(frozenset({S.DEPOSIT_HELD, S.HANDOVER, S.CANCEL_REQUESTED}), S.DISPUTED),
    "charge_back_won": Step(frozenset({S.DISPUTED}), None),
    "charge_back_lost": Step(OPEN, S.CANCELLED),
    "listing_removed": Step(OPEN, S.CANCELLED),
    "decide_completed": Step(frozenset({S.DEPOSIT_HELD, S.HANDOVER, S.DISPUTED}), S.COMPLETED),
    "decide_cancelled": Step(frozenset({S.DEPOSIT_HELD, S.HANDOVER, S.DISPUTED}), S.CANCELLED),
    "extend": Step(frozenset({S.DEPOSIT_DUE, S.DEPOSIT_HELD, S.HANDOVER}), None),
    "reset_tries": Step(frozenset({S.HANDOVER}), None),
}


def allowed_actions(deal: Deal, *, side: Side, at: datetime) -> list[str]:
    """What this side may do with the deal now."""
    return [name for name, step in STEPS.items() if step.is_open_to(deal, side=side, at=at)]


def require(action: str, *, of: Deal, side: Side, at: datetime) -> None:
    """That this side may take the step now. Raises Conflict ("illegal_transition" naming the legal ones)."""
    if not STEPS[action].is_open_to(of, side=side, at=at):
        raise illegal(of, allowed=allowed_actions(of, side=side, at=at))


def require_open(action: str, *, of: Deal) -> None:
    """That the deal stands where this step begins. Raises Conflict ("illegal_transition")."""
    if of.state not in STEPS[action].sources:
        raise illegal(of, allowed=[name for name, step in STEPS.items() if of.state in step.sources])


def illegal(deal: Deal, *, allowed: list[str]) -> IllegalTransition:
    """The refusal of a step."""
    return IllegalTransition(status_now=deal.state, allowed=allowed)
