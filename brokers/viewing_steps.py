"""The life of a viewing as a table: which step is legal from where, for whom, and where it leads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from brokers.enums import LIVE_VIEWINGS, Side, ViewingState
from brokers.models import Viewing
from key2key.common.errors import IllegalTransition

S = ViewingState
UNANSWERED = frozenset({S.REQUESTED, S.PROPOSED})

Condition = Callable[[Viewing, Side, datetime], bool]


@dataclass(frozen=True)
class Step:
    """From any of `sources`, when `when` holds, to what the table names for the side that takes it."""

    sources: frozenset[ViewingState]
    targets: Mapping[Side, ViewingState]
    when: Condition


def _both(state: ViewingState) -> dict[Side, ViewingState]:
    return dict.fromkeys(Side, state)


def _was_asked(viewing: Viewing, side: Side, at: datetime) -> bool:
    return viewing.proposed_by != side


def _was_asked_in_time(viewing: Viewing, side: Side, at: datetime) -> bool:
    return viewing.proposed_by != side and at < viewing.starts_at


def _has_not_begun(viewing: Viewing, side: Side, at: datetime) -> bool:
    return at < viewing.starts_at


def _has_begun(viewing: Viewing, side: Side, at: datetime) -> bool:
    return at >= viewing.starts_at


def _is_unanswered_or_ahead(viewing: Viewing, side: Side, at: datetime) -> bool:
    return viewing.state in UNANSWERED or at < viewing.starts_at


STEPS: Mapping[str, Step] = {
    "confirm": Step(UNANSWERED, _both(S.CONFIRMED), _was_asked_in_time),
    "decline": Step(UNANSWERED, _both(S.DECLINED), _was_asked),
    "propose": Step(LIVE_VIEWINGS, _both(S.PROPOSED), _has_not_begun),
    "cancel": Step(
        LIVE_VIEWINGS,
        {Side.BUYER: S.CANCELLED_BY_BUYER, Side.SELLER: S.CANCELLED_BY_BROKER},
        _is_unanswered_or_ahead,
    ),
    "done": Step(frozenset({S.CONFIRMED}), {Side.SELLER: S.DONE}, _has_begun),
    "no_show": Step(
        frozenset({S.CONFIRMED}),
        {Side.BUYER: S.NO_SHOW_BROKER, Side.SELLER: S.NO_SHOW_BUYER},
        _has_begun,
    ),
}


def allowed_actions(viewing: Viewing, *, side: Side, at: datetime) -> list[str]:
    """What this side may do with the viewing now."""
    return [name for name, step in STEPS.items() if _is_open(step, viewing, side=side, at=at)]


def require(action: str, *, of: Viewing, side: Side, at: datetime) -> ViewingState:
    """The state that the step leads to. Raises Conflict ("illegal_transition" naming the legal ones)."""
    step = STEPS[action]
    if not _is_open(step, of, side=side, at=at):
        raise IllegalTransition(
            status_now=of.state,
            allowed=allowed_actions(of, side=side, at=at),
        )
    return step.targets[side]


def _is_open(step: Step, viewing: Viewing, *, side: Side, at: datetime) -> bool:
    return viewing.state in step.sources and side in step.targets and step.when(viewing, side, at)
