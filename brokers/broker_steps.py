"""The life of a professional as a table: which step is legal from where, and whose it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from brokers.enums import BrokerStatus
from key2key.common.errors import IllegalTransition


class Actor(StrEnum):
    """Who takes a step."""

    PERSON = "person"
    STAFF = "staff"


@dataclass(frozen=True)
class Step:
    """From any of `sources` to `target`."""

    sources: frozenset[BrokerStatus]
    target: BrokerStatus
    actor: Actor


S = BrokerStatus
STEPS: Mapping[str, Step] = {
    "submit": Step(frozenset({S.DRAFT, S.CHANGES_REQUESTED}), S.PENDING_REVIEW, Actor.PERSON),
    "leave": Step(frozenset(S) - {S.TERMINATED, S.SUSPENDED}, S.TERMINATED, Actor.PERSON),
    "come_back": Step(frozenset({S.TERMINATED}), S.DRAFT, Actor.PERSON),
    "approve": Step(frozenset({S.PENDING_REVIEW}), S.ACTIVE, Actor.STAFF),
    "request_changes": Step(frozenset({S.PENDING_REVIEW}), S.CHANGES_REQUESTED, Actor.STAFF),
    "suspend": Step(frozenset({S.ACTIVE}), S.SUSPENDED, Actor.STAFF),
    "reinstate": Step(frozenset({S.SUSPENDED}), S.ACTIVE, Actor.STAFF),
    "terminate": Step(frozenset(S) - {S.TERMINATED}, S.TERMINATED, Actor.STAFF),
}


def allowed_actions(status: str, *, actor: Actor) -> list[str]:
    """The names of the steps that `actor` may take from there."""
    return [name for name, step in STEPS.items() if step.actor == actor and status in step.sources]


def require(action: str, *, status: str) -> BrokerStatus:
    """The status that the step leads to. Raises Conflict ("illegal_transition") naming the legal steps."""
    step = STEPS[action]
    if status not in step.sources:
        raise IllegalTransition(
            status_now=status,
            allowed=allowed_actions(status, actor=step.actor),
        )
    return step.target
