"""Full rows of chat for tests: a conversation has its listing, its two sides and their members."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import factory
from django.db import transaction

from accounts.tests.factories import UserFactory
from chat import log
from chat.enums import Side
from chat.models import Conversation, Member
from key2key.common.ids import uuid7
from listings.tests.factories import ListingFactory


class MemberFactory(factory.django.DjangoModelFactory):
    """Somebody who takes part."""

    class Meta:
        model = Member

    user = factory.SubFactory(UserFactory)
    side = Side.SELLER


class ConversationFactory(factory.django.DjangoModelFactory):
    """A buyer and a seller who talk about a home. `members=False` leaves the room empty."""

    class Meta:
        model = Conversation
        skip_postgeneration_save = True

    conversation_key = factory.Sequence(lambda number: f"test:{number}")
    listing = factory.SubFactory(ListingFactory, photos=0)
    buyer = factory.SubFactory(UserFactory)
    seller = factory.LazyAttribute(lambda made: None if made.organisation else made.listing.owner)
    organisation = None

    @factory.post_generation
    def members(self: Conversation, create: bool, extracted: Any, **_: Any) -> None:
        if extracted is False:
            return
        MemberFactory(conversation=self, user=self.buyer, side=Side.BUYER)
        if self.seller:
            MemberFactory(conversation=self, user=self.seller, side=Side.SELLER)


def say(conversation: Conversation, *, by: Any, body: str = "Is it still free?", **more: Any) -> log.Sent:
    """Something that was said, by the product's own statement."""
    statement = log.send(
        message_id=uuid7(),
        user_id=by.pk,
        conversation_id=conversation.pk,
        client_id=more.pop("client_id", None) or uuid4(),
        body=body,
        **more,
    )
    with transaction.atomic():
        sent = log.run(statement)
    assert isinstance(sent, log.Sent), sent
    return sent


def seqs(conversation_id: UUID) -> list[int]:
    """The numbers of the conversation's log, in their order."""
    events = Conversation.objects.get(pk=conversation_id).events.order_by("seq")
    return list(events.values_list("seq", flat=True))
