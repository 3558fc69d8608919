"""Who may do what with an offer, as a table."""

from __future__ import annotations

from datetime import datetime

from brokers.enums import OfferState, Side
from brokers.models import Offer
from key2key.common.errors import IllegalTransition

ANSWERS = ("accept", "reject", "counter")  # of the side that was asked
TARGETS: dict[str, OfferState] = {
    "accept": OfferState.ACCEPTED,
    "reject": OfferState.REJECTED,
    "counter": OfferState.COUNTERED,
    "withdraw": OfferState.WITHDRAWN,
}


def allowed_actions(offer: Offer, *, side: Side, at: datetime) -> list[str]:
    """What this side may do with it now."""
    if offer.state != OfferState.MADE or offer.expires_at <= at:
        return []
    return ["withdraw"] if offer.made_by == side else list(ANSWERS)


def require(action: str, *, of: Offer, side: Side, at: datetime) -> OfferState:
    """The state that the step leads to. Raises Conflict ("illegal_transition" naming the legal ones)."""
    allowed = allowed_actions(of, side=side, at=at)
    if action not in allowed:
        raise IllegalTransition(
            status_now=of.state,
            allowed=allowed,
        )
    return TARGETS[action]
