"""Whom no device of theirs has told: news after ten seconds, once until they read."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.tests.factories import UserFactory
from chat import log, services
from chat.models import Conversation, Member, Nudge
from chat.tests.factories import ConversationFactory, say
from key2key.common import background
from notifications.models import Notification, Preference

pytestmark = pytest.mark.django_db


def ten_seconds_later() -> int:
    """What waits is due now. Returns how many duties there were."""
    Nudge.objects.filter(work_state="queued").update(due_at=timezone.now())
    return background.perform(Nudge)


def reachable(user: Any) -> Any:
    """By e-mail, which is off for messages unless somebody wants it."""
    Preference.objects.create(user=user, kind="new_message", channel="email", enabled=True)
    return user


def conversation() -> Conversation:
    made: Conversation = ConversationFactory(buyer=reachable(UserFactory()))
    return made


def told() -> list[dict[str, Any]]:
    rows = Notification.objects.filter(kind="new_message").order_by("created_at")
    return [row.data for row in rows]


def test_who_acknowledges_nothing_is_told_after_ten_seconds() -> None:
    talk = conversation()
    before = timezone.now()
    say(talk, by=talk.seller)
    say(talk, by=talk.seller)
    nudge = Nudge.objects.get()
    assert timedelta(seconds=9) < nudge.due_at - before < timedelta(seconds=12)
    assert background.perform(Nudge) == 0
    assert ten_seconds_later() == 1
    link = f"/conversations/{talk.pk}"
    assert told() == [{"person": talk.seller.full_name, "count": 2, "link": link}]


@pytest.mark.parametrize("mark", ["received", "read"])
def test_who_has_acknowledged_is_left_alone(mark: str) -> None:
    talk = conversation()
    say(talk, by=talk.seller)
    with transaction.atomic():
        log.run(getattr(log, mark)(user_id=talk.buyer_id, seqs={talk.pk: 1}))
    assert ten_seconds_later() == 1
    assert told() == []


def test_they_are_told_once_until_they_read() -> None:
    talk = conversation()
    for _ in range(3):
        say(talk, by=talk.seller)
        ten_seconds_later()
    assert len(told()) == 1
    services.mark_read(by=talk.buyer, conversation_id=talk.pk, seq=3)
    say(talk, by=talk.seller)
    ten_seconds_later()
    assert [news["count"] for news in told()] == [1, 1]


def test_a_message_after_an_acknowledged_one_is_told() -> None:
    talk = conversation()
    say(talk, by=talk.seller)
    with transaction.atomic():
        log.run(log.received(user_id=talk.buyer_id, seqs={talk.pk: 1}))
    ten_seconds_later()
    say(talk, by=talk.seller)
    ten_seconds_later()
    assert len(told()) == 1


@pytest.mark.parametrize("case", ["muted", "left", "taken back"])
def test_who_does_not_want_to_know_is_not_told(case: str) -> None:
    talk = conversation()
    sent = say(talk, by=talk.seller)
    if case == "muted":
        services.mute(by=talk.buyer, conversation_id=talk.pk)
    elif case == "left":
        Member.objects.filter(user=talk.buyer).update(left_at=timezone.now())
    else:
        services.delete(by=talk.seller, message_id=sent.mid)
    ten_seconds_later()
    assert told() == []


def test_the_sender_has_nothing_to_be_told() -> None:
    talk = conversation()
    say(talk, by=talk.buyer)
    assert list(Nudge.objects.values_list("member__user_id", flat=True)) == [talk.seller_id]


def test_a_message_that_comes_while_the_worker_looks_is_not_lost() -> None:
    """The worker's lease is gone: what it found out does not count, and the duty is done again."""
    talk = conversation()
    say(talk, by=talk.seller)
    with transaction.atomic():
        log.run(log.received(user_id=talk.buyer_id, seqs={talk.pk: 1}))
    Nudge.objects.update(due_at=timezone.now())
    (duty,) = background.claim(Nudge, limit=1)
    say(talk, by=talk.seller)
    with pytest.raises(background.LeaseLost):
        services.nudge(duty)
    ten_seconds_later()
    assert len(told()) == 1
