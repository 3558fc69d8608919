"""The life of a listing as a table: the only place that knows which step is legal from where.

The same table feeds the services, `allowed_actions` in answers, the admin's buttons and the documents.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from django.utils.translation import gettext_lazy as _

from key2key.common.errors import Conflict, IllegalTransition
from listings.enums import Status


class Actor(StrEnum):
    """Who takes a step."""

    OWNER = "owner"
    STAFF = "staff"
    PRODUCT = "product"  # the clock, a deal, a payment


class Standing(Protocol):
    """Where a listing stands, whether it has been on the market, and whether a deal holds it."""

    @property
    def status(self) -> str:
        """Its state."""

    @property
    def was_public(self) -> bool:
        """Whether it ever was on the market."""

    @property
    def has_open_deal(self) -> bool:
        """Whether a deal on it has not ended."""


@dataclass(frozen=True)
class Step:
    """From any of `sources` to `target`; from those of `returned` only what has been on the market.

    While a deal is open only the steps that are `in_deal` are.
    """

    sources: frozenset[Status]
    target: Status
    actor: Actor
    returned: frozenset[Status] = frozenset()
    in_deal: bool = False

    def is_open_to(self, listing: Standing) -> bool:
        """Whether the listing may take it now."""
        if listing.has_open_deal and not self.in_deal:
            return False
        return listing.status in self.sources and (listing.was_public or listing.status not in self.returned)


def _step(
    sources: Iterable[Status], target: Status, actor: Actor, *, returned: Iterable[Status] = ()
) -> Step:
    return Step(frozenset({*sources, *returned}), target, actor, frozenset(returned))


def _deal_step(sources: Iterable[Status], target: Status, actor: Actor = Actor.PRODUCT) -> Step:
    return Step(frozenset(sources), target, actor, in_deal=True)


S, OWNER, STAFF, PRODUCT = Status, Actor.OWNER, Actor.STAFF, Actor.PRODUCT

STEPS: dict[str, Step] = {
    "submit": _step({S.DRAFT, S.CHANGES_REQUESTED}, S.PENDING_REVIEW, OWNER),
    "take_back": _step({S.PENDING_REVIEW}, S.DRAFT, OWNER),
    "revise": _step({S.REJECTED}, S.DRAFT, OWNER),
    "withdraw": _step({S.ACTIVE, S.COMING_SOON, S.UNDER_OFFER}, S.WITHDRAWN, OWNER),
    "hold": _step({S.ACTIVE, S.UNDER_OFFER}, S.ON_HOLD, OWNER),
    "reactivate": _step({S.ON_HOLD, S.WITHDRAWN}, S.ACTIVE, OWNER),
    "launch": _step({S.COMING_SOON}, S.ACTIVE, OWNER),
    "renew": _step({S.EXPIRED}, S.PENDING_REVIEW, OWNER),
    "close": _step({S.ACTIVE, S.UNDER_OFFER, S.RESERVED}, S.CLOSED, OWNER),
    # A renewed one that came back from review cannot be deleted: without this its owner were stuck with it.
    "cancel": _step(
        {S.ON_HOLD, S.WITHDRAWN, S.EXPIRED}, S.CANCELLED, OWNER, returned={S.DRAFT, S.CHANGES_REQUESTED}
    ),
    "approve": _step({S.PENDING_REVIEW}, S.ACTIVE, STAFF),
    "announce": _step({S.PENDING_REVIEW}, S.COMING_SOON, STAFF),
    "ask_payment": _step({S.PENDING_REVIEW}, S.PENDING_PAYMENT, STAFF),
    "request_changes": _step({S.PENDING_REVIEW}, S.CHANGES_REQUESTED, STAFF),
    "reject": _step({S.PENDING_REVIEW}, S.REJECTED, STAFF),
    "remove": _deal_step(frozenset(Status) - {S.REMOVED, S.CLOSED}, S.REMOVED, STAFF),
    "paid": _step({S.PENDING_PAYMENT}, S.ACTIVE, PRODUCT),
    "accept_offer": _step({S.ACTIVE}, S.UNDER_OFFER, PRODUCT),
    "reserve": _deal_step({S.ACTIVE, S.UNDER_OFFER}, S.RESERVED),
    "fall_through": _deal_step({S.UNDER_OFFER, S.RESERVED}, S.ACTIVE),
    "fall_through_late": _deal_step({S.UNDER_OFFER, S.RESERVED}, S.EXPIRED),  # its period ended meanwhile
    "close_by_deal": _deal_step({S.UNDER_OFFER, S.RESERVED}, S.CLOSED),
    "expire": _step({S.PENDING_PAYMENT, S.ACTIVE, S.UNDER_OFFER, S.ON_HOLD, S.WITHDRAWN}, S.EXPIRED, PRODUCT),
}


def allowed_actions(listing: Standing, *, actor: Actor) -> list[str]:
    """The names of the steps that `actor` may take with the listing now."""
    return [name for name, step in STEPS.items() if step.actor == actor and step.is_open_to(listing)]


def illegal(action: str, *, of: Standing) -> IllegalTransition:
    """The refusal of a step, naming the legal ones of the same actor."""
    return IllegalTransition(
        status_now=of.status,
        allowed=allowed_actions(of, actor=STEPS[action].actor),
    )


def require(action: str, *, of: Standing) -> Status:
    """The status that the step leads to. Raises Conflict ("deal_open", "illegal_transition")."""
    step = STEPS[action]
    if of.has_open_deal and not step.in_deal:
        raise Conflict(
            "deal_open",
            _("A deal on it is open: until that ends only the deal moves the listing."),
            status_now=of.status,
            allowed=allowed_actions(of, actor=step.actor),
        )
    if not step.is_open_to(of):
        raise illegal(action, of=of)
    return step.target
