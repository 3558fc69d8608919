"""News and lines in the conversation. Called last in a transaction: conversations are locked by it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from accounts.agency import Right
from brokers import selectors
from brokers.enums import Side
from brokers.models import Deal, Offer
from chat.services import say
from listings.selectors import seller_people
from notifications.services import notify

BOTH = (Side.BUYER, Side.SELLER)


def tell_of_deal(deal: Deal, *, kind: str, to: Iterable[Side] = BOTH, **data: Any) -> None:
    """Give the people of these sides news of a deal."""
    words = {"listing": deal.listing.title, "link": f"/deals/{deal.pk}", **data}
    for person in _people(deal, to):
        notify(kind=kind, user=person, data=words)


def tell_of_offer(offer: Offer, *, kind: str, to: Side) -> None:
    """Give one side news of an offer; `person` is whoever is on the other side."""
    words = {
        "listing": offer.listing.title,
        "link": f"/offers/{offer.pk}",
        "amount": str(offer.amount),
        "currency": offer.currency,
        "person": name_of(offer, side=to.other),
    }
    for person in _people(offer, [to]):
        notify(kind=kind, user=person, data=words)


def name_of(row: Deal | Offer, *, side: Side) -> str:
    """How a side is called: the buyer's name, or the name under which the listing is sold."""
    return row.buyer.full_name if side == Side.BUYER else row.listing.seller.name


def note_in_conversation(row: Deal | Offer, *, code: str, **payload: Any) -> None:
    """Write a system line where buyer and seller talk, when they do."""
    conversation = selectors.conversation_of(listing_id=row.listing_id, buyer_id=row.buyer_id)
    if conversation is not None:
        say(conversation_id=conversation, code=code, payload={**_named(row), **payload})


def _named(row: Deal | Offer) -> dict[str, Any]:
    kind = "deal" if isinstance(row, Deal) else "offer"
    return {kind: str(_id(row)), "state": row.state}


def _id(row: Deal | Offer) -> UUID:
    return row.pk


def _people(row: Deal | Offer, sides: Iterable[Side]) -> list[Any]:
    people: list[Any] = []
    for side in sides:
        people += [row.buyer] if side == Side.BUYER else seller_people(row.listing, right=Right.DEAL)
    return people
