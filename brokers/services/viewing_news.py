"""News of viewings and their lines in the conversation. Called last in a transaction."""

from __future__ import annotations

from typing import Any

from accounts.agency import Right
from brokers import selectors
from brokers.enums import Side
from brokers.models import Viewing
from chat.services import say
from listings.selectors import seller_people
from notifications.services import notify


def tell_of_viewing(viewing: Viewing, *, kind: str, to: Side) -> None:
    """Give one side news of a viewing; `person` is whoever is on the other side."""
    is_buyer = to == Side.BUYER
    words = {
        "listing": viewing.listing.title,
        "starts_at": viewing.starts_at.isoformat(),
        "person": viewing.listing.seller.name if is_buyer else viewing.buyer.full_name,
        "link": f"/viewings/{viewing.pk}",
    }
    people = [viewing.buyer] if is_buyer else seller_people(viewing.listing, right=Right.WORK_LEADS)
    for person in people:
        notify(kind=kind, user=person, data=words)


def note_viewing(viewing: Viewing, *, code: str, **payload: Any) -> None:
    """Write a system line where buyer and seller talk, when they do."""
    conversation = selectors.conversation_of(listing_id=viewing.listing_id, buyer_id=viewing.buyer_id)
    if conversation is None:
        return
    known = {
        "viewing": str(viewing.pk),
        "state": viewing.state,
        "starts_at": viewing.starts_at.isoformat(),
        "mode": viewing.mode,
    }
    say(conversation_id=conversation, code=code, payload={**known, **payload})
