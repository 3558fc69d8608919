"""The demo's conversations."""

from __future__ import annotations

import pytest

from accounts.tests.factories import UserFactory
from chat.management.seeding.sowing import ASKING, sow_conversations
from chat.management.seeding.words import TALKS
from chat.models import Conversation, Message
from chat.tests.factories import seqs
from key2key.common.plugins import Sowing
from listings.enums import Kind
from listings.tests.factories import ListingFactory

pytestmark = pytest.mark.django_db


def test_sowing_twice_is_sowing_once() -> None:
    UserFactory(email=ASKING)
    for kind in Kind.values:
        ListingFactory.create_batch(2, kind=kind, photos=0)
    told: list[str] = []
    for _ in range(2):
        sow_conversations(Sowing(told.append))
    assert Conversation.objects.count() == len(TALKS)
    assert Message.objects.count() == sum(len(talk.lines) for talk in TALKS)
    for conversation in Conversation.objects.all():
        numbers = seqs(conversation.pk)
        assert numbers == list(range(1, len(numbers) + 1))
        times = list(conversation.messages.order_by("seq").values_list("created_at", flat=True))
        assert times == sorted(times)
    assert told[-1].endswith("4 of the demo's buyer")


def test_without_people_nothing_is_sown() -> None:
    sow_conversations(Sowing(lambda _: None))
    assert not Conversation.objects.exists()
