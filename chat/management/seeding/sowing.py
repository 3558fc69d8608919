"""Lets the people of the demo talk."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db import transaction

from accounts.models import User
from chat import log, services
from chat.management.seeding.words import BUYER, TALKS, Talk
from chat.models import Conversation
from chat.services.writing import say_in_log
from key2key.common import clock
from key2key.common.errors import DomainError
from key2key.common.events import deliver_waiting
from key2key.common.ids import uuid7
from key2key.common.plugins import Sowing
from listings.enums import Status
from listings.models import Listing

ASKING = "buyer@key2key.example"
PAUSE = timedelta(minutes=7)


def sow_conversations(sowing: Sowing) -> None:
    """One conversation for each talk, about the oldest listings of its kind. Safe to repeat."""
    buyer = User.objects.filter(email=ASKING).first()
    if buyer is None:
        sowing.tell("conversations: nobody is there to talk")
        return
    for talk, listing in _subjects(buyer):
        try:
            _talk(talk, buyer=buyer, listing=listing)
        except DomainError as refusal:  # somebody closed it or took the listing off the market meanwhile
            sowing.tell(f"conversations: left out {listing.title} ({refusal.code})")
    sowing.tell(f"conversations: {Conversation.objects.filter(buyer=buyer).count()} of the demo's buyer")


def _subjects(buyer: Any) -> Iterator[tuple[Talk, Listing]]:
    active = Listing.objects.filter(status=Status.ACTIVE, hidden_reasons__len=0).exclude(owner=buyer)
    for kind in dict.fromkeys(talk.kind for talk in TALKS):
        talks = [talk for talk in TALKS if talk.kind == kind]
        yield from zip(
            talks, active.filter(kind=kind).order_by("published_at", "pk")[: len(talks)], strict=False
        )


def _talk(talk: Talk, *, buyer: Any, listing: Listing) -> None:
    with clock.advanced(-timedelta(days=talk.days)):
        conversation, _is_new = services.open_listing_conversation(buyer_id=buyer.pk, listing_id=listing.pk)
        while deliver_waiting():  # who hears of it hears of it then
            continue
    people = {BUYER: buyer, "seller": conversation.members.exclude(user=buyer).earliest("joined_at").user}
    for number, (side, words) in enumerate(talk.lines):
        with clock.advanced(PAUSE * number - timedelta(days=talk.days)):
            _say(conversation.pk, by=people[side], words=words, name=f"{listing.pk} {number}")
    for person in people.values():
        services.mark_read(by=person, conversation_id=conversation.pk, seq=len(talk.lines) - talk.unread)


@transaction.atomic
def _say(conversation_id: UUID, *, by: Any, words: str, name: str) -> None:
    statement = log.send(
        message_id=uuid7(),
        user_id=by.pk,
        conversation_id=conversation_id,
        client_id=uuid5(NAMESPACE_URL, f"key2key:demo:{name}"),
        body=words,
        ahead=clock.ahead(),
    )
    say_in_log(by=by, statement=statement)
