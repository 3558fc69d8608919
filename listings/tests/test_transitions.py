from __future__ import annotations

from dataclasses import dataclass

import pytest

from key2key.common.errors import Conflict
from listings.enums import Status
from listings.transitions import STEPS, Actor, allowed_actions, require


@dataclass(frozen=True)
class Standing:
    status: str
    was_public: bool = True
    has_open_deal: bool = False


# data-model.md and decision 17, written out by hand: the table must agree with it, move by move. A draft
# that was on the market can be cancelled, since it cannot be deleted.
LEGAL = {
    "draft": "pending_review cancelled",
    "pending_review": "active coming_soon pending_payment changes_requested rejected draft",
    "pending_payment": "active expired",
    "changes_requested": "pending_review cancelled",
    "rejected": "draft",
    "coming_soon": "active withdrawn",
    "active": "under_offer reserved on_hold withdrawn closed expired",
    "under_offer": "reserved active closed on_hold withdrawn expired",
    "reserved": "closed active expired",
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
    listing = Standing(status)
    if status in STEPS[action].sources:
        assert require(action, of=listing) == STEPS[action].target
        return
    with pytest.raises(Conflict) as refused:
        require(action, of=listing)
    assert refused.value.code == "illegal_transition"
    assert refused.value.extra["status_now"] == status
    assert refused.value.extra["allowed"] == allowed_actions(listing, actor=STEPS[action].actor)


def test_owners_are_offered_only_their_own_steps():
    for status in Status:
        offered = allowed_actions(Standing(status), actor=Actor.OWNER)
        assert all(STEPS[name].actor == Actor.OWNER for name in offered)


@pytest.mark.parametrize("status", ["draft", "changes_requested"])
def test_only_what_was_on_the_market_is_cancelled_before_it_comes_back(status):
    assert require("cancel", of=Standing(status)) == Status.CANCELLED
    with pytest.raises(Conflict) as refused:
        require("cancel", of=Standing(status, was_public=False))
    assert refused.value.extra["allowed"] == ["submit"]
