"""Objects for the paths of chat (key2key/tests/test_who_may.py)."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from chat.enums import Side
from chat.models import Conversation
from chat.tests.factories import ConversationFactory, MemberFactory, say
from listings.tests.factories import ListingFactory


def conversation(owner: Any) -> Conversation:
    """Between the organisation's people and the counterpart, who said something."""
    made: Conversation = ConversationFactory(
        listing__owner=owner, buyer=owner.counterpart, organisation=owner.organisation
    )
    for person in (owner, owner.colleague):
        MemberFactory(conversation=made, user=person, side=Side.SELLER)
    say(made, by=owner.counterpart)
    return made


def message(owner: Any) -> Any:
    """Something that the owner said."""
    return say(conversation(owner), by=owner, body="Yes, it is").mid


EXAMPLES: dict[str, Any] = {
    "/api/v1/conversations/{id}": lambda owner: conversation(owner).pk,
    "/api/v1/messages/{id}": message,
}
BODIES: dict[str, Any] = {
    "POST /api/v1/conversations": lambda owner: {"listing": str(ListingFactory(photos=0).pk)},
    "POST /api/v1/conversations/{id}/messages": lambda owner: {
        "client_id": str(uuid4()),
        "body": "Is it still free?",
    },
    "POST /api/v1/conversations/{id}/read": {"seq": 1},
    "POST /api/v1/conversations/{id}/archive": {"archived": True},
    "POST /api/v1/conversations/{id}/mute": {"muted": True},
    "POST /api/v1/conversations/{id}/report": {"reason": "spam", "comment": "They sell something else."},
    "PATCH /api/v1/messages/{id}": {"body": "Yes, it still is"},
}
