"""The life of a case as a table: which step is legal from where, and whose it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from key2key.common.errors import IllegalTransition
from verification.enums import WAITING, WRITTEN, CaseState


class Actor(StrEnum):
    """Who takes a step."""

    PERSON = "person"
    STAFF = "staff"
    CLOCK = "clock"


@dataclass(frozen=True)
class Step:
    """From any of `sources` to `target`."""

    sources: frozenset[CaseState]
    target: CaseState
    actor: Actor


S = CaseState
STEPS: Mapping[str, Step] = {
    "submit": Step(WRITTEN, S.SUBMITTED, Actor.PERSON),
    "start_review": Step(frozenset({S.SUBMITTED}), S.IN_REVIEW, Actor.STAFF),
    "request_revision": Step(WAITING, S.NEEDS_REVISION, Actor.STAFF),
    "approve": Step(WAITING, S.APPROVED, Actor.STAFF),
    "reject": Step(WAITING, S.REJECTED, Actor.STAFF),
    "revoke": Step(frozenset({S.APPROVED}), S.REVOKED, Actor.STAFF),
    "expire": Step(frozenset({S.APPROVED}), S.EXPIRED, Actor.CLOCK),
}


def allowed_actions(state: str, *, actor: Actor) -> list[str]:
    """The names of the steps that `actor` may take from there."""
    return [name for name, step in STEPS.items() if step.actor == actor and state in step.sources]


def require(action: str, *, state: str) -> CaseState:
    """The state that the step leads to. Raises Conflict ("illegal_transition") naming the legal steps."""
    step = STEPS[action]
    if state not in step.sources:
        raise IllegalTransition(
            status_now=state,
            allowed=allowed_actions(state, actor=step.actor),
        )
    return step.target
