from __future__ import annotations

import pytest

from key2key.common.errors import Conflict
from listings.enums import Status
from listings.transitions import STEPS, Actor, allowed_actions, require

# data-model.md and decision 17, written out by hand: the table must agree with it, move by move.
LEGAL = {
    "draft": "pending_review",
    "pending_review": "active coming_soon pending_payment changes_requested rejected draft",
    "pending_payment": "active expired",
    "changes_requested": "pending_review",
    "rejected": "draft",
    "coming_soon": "active withdrawn",
    "active": "under_offer reserved on_hold withdrawn closed expired",
    "under_offer": "reserved active closed on_hold withdrawn expired",
    "reserved": "closed active",
    "on_hold": "active cancelled expired",
    "withdrawn": "active cancelled expired",
    "expired": "pending_review cancelled",
    "closed": "",
    "cancelled": "",
    "removed": "",
}


@pytest.mark.parametrize("source", list(Status))
def test_exactly_the_legal_moves_are_in_the_table(source):
    reached = {step.target for name, step in STEPS.items() if source in step.sources and name != "remove"}
    assert reached == set(LEGAL[source].split())


def test_staff_may_remove_anything_that_is_not_over():
    assert STEPS["remove"].sources == set(Status) - {Status.CLOSED, Status.REMOVED}


@pytest.mark.parametrize("action", list(STEPS))
@pytest.mark.parametrize("status", list(Status))
def test_an_illegal_step_names_the_legal_ones(action, status):
    if status in STEPS[action].sources:
        assert require(action, status=status) == STEPS[action].target
        return
    with pytest.raises(Conflict) as refused:
        require(action, status=status)
    assert refused.value.code == "illegal_transition"
    assert refused.value.extra["status_now"] == status
    assert refused.value.extra["allowed"] == allowed_actions(status, actor=STEPS[action].actor)


def test_owners_are_offered_only_their_own_steps():
    for status in Status:
        assert all(STEPS[name].actor == Actor.OWNER for name in allowed_actions(status, actor=Actor.OWNER))
