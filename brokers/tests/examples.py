"""Objects and bodies for the paths of brokers (key2key/tests/test_who_may.py)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from brokers.enums import DealState, Side
from brokers.models import Deal
from brokers.tests.factories import (
    BrokerFactory,
    LeadFactory,
    OfferFactory,
    ReviewFactory,
    SlotFactory,
    ViewingFactory,
    deal_in,
)
from key2key.common import clock
from listings.models import Listing, Seller
from listings.tests.factories import ListingFactory

# The state in which each step is legal for one of the sides.
BEFORE = {
    "withdraw": DealState.DEPOSIT_DUE,
    "tick-paper": DealState.DEPOSIT_HELD,
    "handover-code": DealState.HANDOVER,
    "confirm-handover": DealState.HANDOVER,
    "request-cancel": DealState.DEPOSIT_HELD,
    "take-back-cancel": DealState.CANCEL_REQUESTED,
    "answer-cancel": DealState.CANCEL_REQUESTED,
    "dispute": DealState.DEPOSIT_HELD,
    "evidence": DealState.DISPUTED,
    "reviews": DealState.COMPLETED,
}


def listing_of(owner: Any) -> Listing:
    """A listing of the owner's organisation, looked after by the owner."""
    seller, _is_new = Seller.objects.get_or_create(
        organisation=owner.organisation, defaults={"type": "agency", "name": owner.organisation.name}
    )
    made: Listing = ListingFactory(seller=seller, owner=owner, organisation=owner.organisation)
    return made


def offer_of(owner: Any, **values: Any) -> Any:
    """An offer of the counterpart for such a listing."""
    return OfferFactory(listing=listing_of(owner), buyer=owner.counterpart, **values).pk


def withdrawable(owner: Any) -> Any:
    """A counter-offer of the owner's side."""
    return offer_of(owner, made_by=Side.SELLER, author=owner)


def deal(state: DealState) -> Callable[[Any], Any]:
    """A deal between the owner's organisation and the counterpart."""
    return lambda owner: _deal(owner, state).pk


def _deal(owner: Any, state: DealState) -> Deal:
    return deal_in(state, listing=listing_of(owner), buyer=owner.counterpart)


def lead_of(owner: Any) -> Any:
    """The counterpart's interest in such a listing."""
    return LeadFactory(listing=listing_of(owner), buyer=owner.counterpart).pk


def slot_of(owner: Any) -> dict[str, Any]:
    """A free time for viewings of such a listing."""
    slot = SlotFactory(listing=listing_of(owner), made_by=owner)
    return {"id": slot.listing_id, "slot": slot.pk}


def viewing_of(owner: Any) -> Any:
    """A viewing of such a listing that the counterpart asked for."""
    return ViewingFactory(listing=listing_of(owner), buyer=owner.counterpart).pk


def review_of(owner: Any) -> Any:
    """What the counterpart said of the owner."""
    return ReviewFactory(deal=_deal(owner, DealState.COMPLETED), subject=owner).pk


def _in_days(days: int, **values: Any) -> dict[str, Any]:
    return {"starts_at": (clock.now() + timedelta(days=days)).isoformat(), **values}


EXAMPLES: dict[str, Any] = {
    "/api/v1/brokers/{id}": lambda owner: BrokerFactory().pk,
    "/api/v1/reviews/{id}": review_of,
    "/api/v1/leads/{id}": lead_of,
    "/api/v1/listings/{id}/viewing-slots": slot_of,
    "/api/v1/viewings/{id}": viewing_of,
    "/api/v1/offers/{id}": offer_of,
    "POST /api/v1/offers/{id}/withdraw": withdrawable,
    "/api/v1/deals/{id}": deal(DealState.DEPOSIT_DUE),
    **{f"POST /api/v1/deals/{{id}}/{step}": deal(state) for step, state in BEFORE.items()},
}
_TERMS = {"amount": "12000000.00", "currency": "ETB"}
_LICENCE = {"authority": "Addis Ababa Trade Bureau", "category": "Broker", "region": "Addis Ababa"}
BODIES: dict[str, Any] = {
    "POST /api/v1/brokers": {"bio": "Homes in Bole since 2010.", "languages": ["am"], "areas": ["bole"]},
    "PATCH /api/v1/brokers/me": {"bio": "Homes in Bole and Gerji.", "years_experience": 12},
    "PUT /api/v1/brokers/me/licence": {"number": "ET-4711", "expires_on": "2031-12-31", **_LICENCE},
    "POST /api/v1/deals/{id}/reviews": {"rating": 5, "sub_scores": {"honesty": 5}, "text": "All went well."},
    "POST /api/v1/reviews/{id}/reply": {"text": "Thank you."},
    "POST /api/v1/reviews/{id}/report": {"reason": "fraud", "text": "We never met."},
    "POST /api/v1/inquiries": lambda owner: {"listing": str(ListingFactory().pk), "message": "Is it there?"},
    "PATCH /api/v1/leads/{id}": {"stage": "qualified", "next_action": "Call back"},
    "POST /api/v1/leads/{id}/notes": {"text": "Wants to move before Christmas."},
    "POST /api/v1/listings/{id}/viewing-slots": lambda owner: _in_days(
        9, ends_at=(clock.now() + timedelta(days=9, hours=1)).isoformat()
    ),
    "POST /api/v1/viewings": lambda owner: _in_days(3, listing=str(ListingFactory().pk)),
    "POST /api/v1/viewings/{id}/propose": lambda owner: _in_days(4),
    "POST /api/v1/offers": lambda owner: {"listing": str(ListingFactory().pk), **_TERMS},
    "POST /api/v1/offers/{id}/counter": _TERMS,
    "POST /api/v1/deals/{id}/tick-paper": {"paper": "title_deed"},
    "POST /api/v1/deals/{id}/confirm-handover": {"code": "123456"},
    "POST /api/v1/deals/{id}/request-cancel": {"reason": "We found another home."},
    "POST /api/v1/deals/{id}/answer-cancel": {"agree": True},
    "POST /api/v1/deals/{id}/dispute": {"reason": "It is not as shown."},
    "POST /api/v1/deals/{id}/evidence": {"text": "See the contract."},
}
