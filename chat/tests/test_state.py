"""State + events = fresh state: whoever has followed the log knows what a newcomer reads (CH-19)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from django.db import transaction

from accounts.models import Membership
from accounts.tests.factories import MembershipFactory, OrganisationFactory, StaffFactory, UserFactory
from chat import log, services
from chat.enums import EventKind, Side, State
from chat.models import Conversation, Message
from chat.tests.factories import ConversationFactory, say

pytestmark = pytest.mark.django_db


class Follower:
    """What a client knows: it applies each entry of the log once, in order."""

    def __init__(self) -> None:
        self.last = 0
        self.state = str(State.OPEN)
        self.members: set[str] = set()
        self.messages: dict[str, dict[str, Any]] = {}
        self.told: list[str] = []

    def follow(self, frames: list[dict[str, Any]]) -> None:
        for frame in frames:
            assert frame["seq"] == self.last + 1
            self.last = frame["seq"]
            self._APPLY[frame["k"]](self, frame)

    def _say(self, frame: dict[str, Any]) -> None:
        self.messages[frame["mid"]] = {
            "seq": frame["seq"],
            "from": frame["from"],
            "body": frame["body"],
            "reply": frame.get("reply"),
        }

    def _edit(self, frame: dict[str, Any]) -> None:
        self.messages[frame["mid"]]["body"] = frame["body"]

    def _empty(self, frame: dict[str, Any]) -> None:
        self.messages[frame["mid"]]["body"] = ""

    def _member(self, frame: dict[str, Any]) -> None:
        (self.members.add if frame["joined"] else self.members.discard)(frame["user"])

    def _state(self, frame: dict[str, Any]) -> None:
        self.state = frame["state"]

    def _system(self, frame: dict[str, Any]) -> None:
        self.told.append(frame["code"])

    _APPLY: Mapping[str, Callable[[Follower, dict[str, Any]], None]] = {
        EventKind.MESSAGE: _say,
        EventKind.EDITED: _edit,
        EventKind.DELETED: _empty,
        EventKind.REMOVED: _empty,
        EventKind.MEMBER: _member,
        EventKind.CLOSED: _state,
        EventKind.SYSTEM: _system,
    }


def frames(conversation: Conversation, *, after: int = 0) -> list[dict[str, Any]]:
    with transaction.atomic():
        batch = log.run(log.sync(user_id=conversation.buyer_id, conversation_id=conversation.pk, after=after))
    assert isinstance(batch, log.Batch)
    return [entry.frame(viewer=conversation.buyer_id) for entry in batch.entries]


def fresh(conversation: Conversation) -> dict[str, dict[str, Any]]:
    return {
        str(message.pk): {
            "seq": message.seq,
            "from": str(message.sender_id),
            "body": message.body,
            "reply": message.reply_to,
        }
        for message in Message.objects.filter(conversation=conversation)
    }


def _first(conversation: Conversation) -> Message:
    found: Message = conversation.messages.order_by("seq")[0]
    return found


def _membership(conversation: Conversation, *, role: str) -> None:
    person, _ = Membership.objects.update_or_create(
        organisation=conversation.organisation,
        user=UserFactory(email="colleague@example.com") if role == "agent" else _colleague(),
        defaults={"role": role},
    )
    services.follow_membership(user_id=person.user_id, organisation_id=person.organisation_id)


def _colleague() -> Any:
    return Membership.objects.exclude(role=Membership.Role.OWNER).get().user


ACTIONS: dict[str, Callable[[Conversation], Any]] = {
    "say": lambda talk: say(talk, by=talk.buyer, body="And the garden?", reply_to=_first(talk).seq),
    "edit": lambda talk: services.edit(by=talk.buyer, message_id=_first(talk).pk, body="Is it free?"),
    "edit twice": lambda talk: services.edit(by=talk.buyer, message_id=_first(talk).pk, body="Free?"),
    "join": lambda talk: _membership(talk, role="agent"),
    "leave": lambda talk: _membership(talk, role="viewer"),
    "product": lambda talk: services.say(conversation_id=talk.pk, code="offer_made", payload={"a": "1"}),
    "freeze": lambda talk: _set_state(talk, State.FROZEN),
    "open again": lambda talk: _set_state(talk, State.OPEN),
    "delete": lambda talk: services.delete(by=talk.buyer, message_id=_first(talk).pk),
    "remove": lambda talk: services.remove_message(
        message_id=talk.messages.order_by("-seq")[0].pk, by=StaffFactory(), reason="Rude"
    ),
}


def _set_state(talk: Conversation, state: State) -> None:
    services.set_state(conversation_id=talk.pk, state=state, by=StaffFactory(), reason="A test")


def _conversation() -> Conversation:
    organisation = OrganisationFactory()
    owner = MembershipFactory(organisation=organisation, role=Membership.Role.OWNER).user
    made: Conversation = ConversationFactory(organisation=organisation, listing__owner=owner)
    services.follow_membership(user_id=owner.pk, organisation_id=organisation.pk)
    say(made, by=made.buyer)
    return made


def test_each_action_tells_a_follower_all_that_a_newcomer_reads() -> None:
    conversation, follower = _conversation(), Follower()
    follower.follow(frames(conversation))
    for name, act in ACTIONS.items():
        act(conversation)
        follower.follow(frames(conversation, after=follower.last))
        newcomer = Follower()
        newcomer.follow(frames(conversation))
        conversation.refresh_from_db()
        assert follower.messages == newcomer.messages == fresh(conversation), name
        assert follower.last == conversation.last_seq, name
        assert follower.state == conversation.state, name
        present = conversation.members.filter(left_at__isnull=True, side=Side.SELLER)
        assert follower.members == {str(pk) for pk in present.values_list("user_id", flat=True)}, name
    assert follower.told == ["offer_made"]


def test_every_kind_of_entry_is_followed() -> None:
    """A new kind without an action here fails; held messages come with the word filters."""
    conversation = _conversation()
    for act in ACTIONS.values():
        act(conversation)
    kinds = set(conversation.events.values_list("kind", flat=True))
    assert kinds == set(EventKind.values) - {EventKind.HELD}


def test_what_is_taken_away_is_gone_from_the_log_too() -> None:
    conversation = _conversation()
    services.edit(by=conversation.buyer, message_id=_first(conversation).pk, body="Call me: 0911 00 00 00")
    services.remove_message(message_id=_first(conversation).pk, by=StaffFactory(), reason="A phone")
    assert "0911" not in str(frames(conversation))
    assert not conversation.events.filter(payload__icontains="0911").exists()
