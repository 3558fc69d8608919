"""What people say, correct, take back and mark."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from accounts.tests.factories import UserFactory
from chat import log, selectors, services
from chat.enums import State
from chat.models import Conversation, Member, Message
from chat.tests.factories import ConversationFactory, MemberFactory, say, seqs
from key2key.common import clock
from key2key.common.errors import Conflict, DomainError, InvalidInput, NotAllowed, NotFound, Throttled
from listings.tests.factories import ReadyUploadFactory
from uploads.kinds import Kind
from uploads.kinds import State as UploadState

pytestmark = pytest.mark.django_db


class TestSaying:
    def test_ten_at_once_pass_and_the_eleventh_is_told_when_to_come_again(self) -> None:
        conversation = ConversationFactory()
        known = {"by": conversation.buyer, "conversation_id": conversation.pk, "body": "Hello"}
        for _ in range(10):
            services.send(**known, client_id=uuid4())
        with pytest.raises(Throttled) as refusal:
            services.send(**known, client_id=uuid4())
        assert 0 < refusal.value.extra["retry_ms"] <= 2000
        assert Message.objects.count() == 10

    @pytest.mark.parametrize("body", ["", "  \n", "x" * 4001, "a\0b"])
    def test_words_that_are_none_or_too_many_are_refused(self, body: str) -> None:
        conversation = ConversationFactory()
        with pytest.raises(InvalidInput):
            services.send(
                by=conversation.buyer, conversation_id=conversation.pk, client_id=uuid4(), body=body
            )
        assert not Message.objects.exists()

    def test_an_own_ready_file_goes_along_once(self) -> None:
        conversation = ConversationFactory()
        upload = ReadyUploadFactory(owner=conversation.buyer, kind=Kind.CHAT)
        known = {"by": conversation.buyer, "conversation_id": conversation.pk, "attachments": [upload.pk]}
        client_id = uuid4()
        first = services.send(**known, client_id=client_id, body="The plan")
        again = services.send(**known, client_id=client_id, body="The plan")
        assert (again.mid, again.dup) == (first.mid, True)
        with pytest.raises(Conflict) as refusal:
            services.send(**known, client_id=uuid4(), body="Once more")
        assert refusal.value.code == "upload_claimed"
        assert seqs(conversation.pk) == [1]
        upload.refresh_from_db()
        assert upload.claimed_by == f"chat.message:{first.mid}"

    @pytest.mark.parametrize("case", ["somebody else's", "not ready", "a photo", "twice the same"])
    def test_a_file_that_does_not_fit_sends_nothing(self, case: str) -> None:
        conversation = ConversationFactory()
        mine: dict[str, Any] = {"owner": conversation.buyer, "kind": Kind.CHAT}
        other: dict[str, dict[str, Any]] = {
            "somebody else's": {"owner": UserFactory()},
            "not ready": {"state": UploadState.PENDING},
            "a photo": {"kind": Kind.PHOTO},
            "twice the same": {},
        }
        upload = ReadyUploadFactory(**{**mine, **other[case]})
        with pytest.raises(InvalidInput):
            services.send(
                by=conversation.buyer,
                conversation_id=conversation.pk,
                client_id=uuid4(),
                body="The plan",
                attachments=[upload.pk] * (2 if case == "twice the same" else 1),
            )
        conversation.refresh_from_db()
        upload.refresh_from_db()
        assert (conversation.last_seq, upload.claimed_by) == (0, "")

    def test_the_time_is_the_databases_moved_by_the_clock_of_the_rules(self) -> None:
        conversation = ConversationFactory()
        with clock.advanced(timedelta(days=3)):
            sent = say(conversation, by=conversation.buyer, ahead=clock.ahead())
        assert (
            timedelta(days=3)
            <= sent.ts - timezone.now() + timedelta(minutes=1)
            < timedelta(days=3, minutes=2)
        )


class TestCorrecting:
    def test_a_version_again_answers_as_before(self) -> None:
        conversation = ConversationFactory()
        sent = say(conversation, by=conversation.buyer)
        known = {"by": conversation.buyer, "message_id": sent.mid, "body": "Is it free?", "rev": 2}
        first, again = services.edit(**known), services.edit(**known)
        assert (first.seq, first.ts) == (again.seq, again.ts)
        assert seqs(conversation.pk) == [1, 2]

    @pytest.mark.parametrize("rev", [1, 3, 4])
    def test_a_version_that_is_not_the_next_one_changes_nothing(self, rev: int) -> None:
        conversation = ConversationFactory()
        sent = say(conversation, by=conversation.buyer)
        with pytest.raises(Conflict) as refusal:
            services.edit(by=conversation.buyer, message_id=sent.mid, body="Is it free?", rev=rev)
        assert refusal.value.code == "message_changed"
        assert Message.objects.get().body == "Is it still free?"
        assert seqs(conversation.pk) == [1]

    def test_after_a_quarter_of_an_hour_it_stays_as_it_is(self) -> None:
        conversation = ConversationFactory()
        sent = say(conversation, by=conversation.buyer)
        with clock.advanced(timedelta(minutes=16)), pytest.raises(Conflict) as refusal:
            services.edit(by=conversation.buyer, message_id=sent.mid, body="Is it free?")
        assert refusal.value.code == "message_not_editable"
        assert Message.objects.get().rev == 1

    @pytest.mark.parametrize("who", ["the other side", "a stranger", "who has left"])
    def test_only_the_sender_who_is_still_there_finds_it(self, who: str) -> None:
        conversation = ConversationFactory()
        sent = say(conversation, by=conversation.buyer)
        people = {
            "the other side": conversation.seller,
            "a stranger": UserFactory(),
            "who has left": conversation.buyer,
        }
        if who == "who has left":
            Member.objects.filter(user=conversation.buyer).update(left_at=clock.now())
        for deed in (
            lambda: services.edit(by=people[who], message_id=sent.mid, body="No"),
            lambda: services.delete(by=people[who], message_id=sent.mid),
        ):
            with pytest.raises(NotFound):
                deed()
        assert Message.objects.get().body == "Is it still free?"
        assert seqs(conversation.pk) == [1]

    def test_in_a_frozen_conversation_words_stay_but_may_be_taken_back(self) -> None:
        conversation = ConversationFactory()
        sent = say(conversation, by=conversation.buyer)
        Conversation.objects.update(state=State.FROZEN)
        with pytest.raises(NotAllowed):
            services.edit(by=conversation.buyer, message_id=sent.mid, body="Other words")
        services.delete(by=conversation.buyer, message_id=sent.mid)
        assert Message.objects.get().body == ""

    def test_what_is_taken_back_twice_is_told_once_and_its_files_are_free(self) -> None:
        conversation = ConversationFactory()
        upload = ReadyUploadFactory(owner=conversation.buyer, kind=Kind.CHAT)
        sent = services.send(
            by=conversation.buyer,
            conversation_id=conversation.pk,
            client_id=uuid4(),
            body="The plan",
            attachments=[upload.pk],
        )
        first = services.delete(by=conversation.buyer, message_id=sent.mid)
        again = services.delete(by=conversation.buyer, message_id=sent.mid)
        assert first.seq == again.seq == 2
        upload.refresh_from_db()
        message = Message.objects.get()
        assert (message.body, message.attachments, upload.claimed_by) == ("", [], "")
        assert say(conversation, by=conversation.buyer).seq == 3


class TestFlags:
    def test_what_is_put_away_comes_back_when_somebody_writes(self) -> None:
        conversation = ConversationFactory()
        services.archive(by=conversation.seller, conversation_id=conversation.pk)
        member = Member.objects.get(user=conversation.seller)
        assert member.archived
        say(conversation, by=conversation.buyer)
        member.refresh_from_db()
        assert not member.archived

    @pytest.mark.parametrize("deed", ["archive", "mute", "mark_read"])
    def test_a_stranger_moves_nothing(self, deed: str) -> None:
        conversation = ConversationFactory()
        say(conversation, by=conversation.buyer)
        before = list(Member.objects.order_by("pk").values())
        extra = {"seq": 1} if deed == "mark_read" else {}
        with pytest.raises(NotFound):
            getattr(services, deed)(by=UserFactory(), conversation_id=conversation.pk, **extra)
        assert list(Member.objects.order_by("pk").values()) == before


class TestFacts:
    def test_the_first_answer_is_the_selling_sides(self) -> None:
        conversation = ConversationFactory()
        begun = timezone.now() - timedelta(minutes=1)
        say(conversation, by=conversation.buyer)
        assert selectors.first_answer_at(conversation.pk, after=begun) is None
        answer = say(conversation, by=conversation.seller)
        say(conversation, by=conversation.seller)
        assert selectors.first_answer_at(conversation.pk, after=begun) == answer.ts

    def test_marks_shown_by_the_list_equal_those_of_the_log(self) -> None:
        conversation = ConversationFactory()
        MemberFactory(conversation=conversation)
        for by in (conversation.buyer, conversation.seller, conversation.buyer):
            say(conversation, by=by)
        services.mark_read(by=conversation.seller, conversation_id=conversation.pk, seq=1)
        for person in (conversation.buyer, conversation.seller):
            shown = selectors.conversation_of(person, conversation_id=conversation.pk)
            told = selectors.inbox_of(person)["changed"][0]
            names = ("read", "side_read", "peer_read", "unread", "archived", "muted")
            assert {name: getattr(shown, name) for name in names} == {name: told[name] for name in names}

    def test_refusals_of_the_log_become_the_errors_of_the_floor(self) -> None:
        conversation, client_id = ConversationFactory(), uuid4()
        known = {"by": conversation.buyer, "conversation_id": conversation.pk, "client_id": client_id}
        first = services.send(**known, body="Hello")
        with pytest.raises(services.ClientIdReused) as refusal:
            services.send(**known, body="Good bye")
        assert (refusal.value.code, refusal.value.extra["message"]) == ("cmid_mismatch", str(first.mid))
        assert isinstance(refusal.value, DomainError)
        assert log.digest_of(conversation_id=conversation.pk, body="a") != log.digest_of(
            conversation_id=conversation.pk, body="b"
        )
